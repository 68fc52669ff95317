// Package bytes looks into byte slices and makes new ones from them, as strings
// does with strings. Text is UTF-8.
package bytes

import (
	"strings"
	"unicode/utf8"
)

// Equal reports whether a and b have the same bytes; nil is as good as empty.
func Equal(a, b []byte) bool { return string(a) == string(b) }

// Compare returns -1 if a comes before b byte by byte, 1 if it comes after and 0
// if they are equal.
func Compare(a, b []byte) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	switch {
	case len(a) < len(b):
		return -1
	case len(a) > len(b):
		return 1
	}
	return 0
}

// Index returns where sep first occurs in s, and -1 if it does not.
//
//amigos:native gas=base:20,len(s)+len(sep):1/2
func Index(s, sep []byte) int

// LastIndex returns where sep last occurs in s, and -1 if it does not.
//
//amigos:native gas=base:20,len(s)+len(sep):1/2
func LastIndex(s, sep []byte) int

// IndexByte returns where the byte c first occurs in b, and -1 if it does not.
//
//amigos:native gas=base:15,len(b):1/4
func IndexByte(b []byte, c byte) int

// LastIndexByte returns where the byte c last occurs in s, and -1 if it does
// not.
func LastIndexByte(s []byte, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// Count returns how often sep occurs in s without overlapping itself. The empty
// slice occurs once more than there are characters.
//
//amigos:native gas=base:20,len(s)+len(sep):1/2
func Count(s, sep []byte) int

// places returns where sep, which is not empty, occurs in s without overlapping
// itself: the first n places, or all if n is negative.
//
//amigos:native gas=base:30,len(s)+len(sep):1/2
func places(s, sep []byte, n int) []int

// IndexRune returns where the character r first occurs in s, and -1 if it does
// not. For utf8.RuneError it finds the first byte that is not UTF-8, too.
func IndexRune(s []byte, r rune) int {
	if r == utf8.RuneError {
		return IndexFunc(s, func(c rune) bool { return c == r })
	}
	if !utf8.ValidRune(r) {
		return -1
	}
	return Index(s, utf8.AppendRune(nil, r))
}

// IndexAny returns where any character of chars first occurs in s, and -1 if
// none does.
func IndexAny(s []byte, chars string) int {
	return IndexFunc(s, func(c rune) bool { return among(chars, c) })
}

// LastIndexAny returns where any character of chars last occurs in s, and -1 if
// none does.
func LastIndexAny(s []byte, chars string) int {
	return LastIndexFunc(s, func(c rune) bool { return among(chars, c) })
}

func among(chars string, r rune) bool {
	for _, c := range chars {
		if c == r {
			return true
		}
	}
	return false
}

// IndexFunc returns where the first character that satisfies f is in s, and -1
// if none does.
func IndexFunc(s []byte, f func(r rune) bool) int {
	for at := 0; at < len(s); {
		c, size := utf8.DecodeRune(s[at:])
		if f(c) {
			return at
		}
		at += size
	}
	return -1
}

// LastIndexFunc returns where the last character that satisfies f is in s, and
// -1 if none does.
func LastIndexFunc(s []byte, f func(r rune) bool) int {
	for end := len(s); end > 0; {
		c, size := utf8.DecodeLastRune(s[:end])
		end -= size
		if f(c) {
			return end
		}
	}
	return -1
}

// Contains reports whether subslice occurs in b.
func Contains(b, subslice []byte) bool { return Index(b, subslice) >= 0 }

// ContainsAny reports whether any character of chars occurs in b.
func ContainsAny(b []byte, chars string) bool { return IndexAny(b, chars) >= 0 }

// ContainsRune reports whether the character r occurs in b.
func ContainsRune(b []byte, r rune) bool { return IndexRune(b, r) >= 0 }

// ContainsFunc reports whether any character of b satisfies f.
func ContainsFunc(b []byte, f func(rune) bool) bool { return IndexFunc(b, f) >= 0 }

// HasPrefix reports whether s begins with prefix.
func HasPrefix(s, prefix []byte) bool {
	return len(s) >= len(prefix) && Equal(s[:len(prefix)], prefix)
}

// HasSuffix reports whether s ends with suffix.
func HasSuffix(s, suffix []byte) bool {
	return len(s) >= len(suffix) && Equal(s[len(s)-len(suffix):], suffix)
}

// EqualFold reports whether s and t are equal when upper and lower case are
// taken as one.
func EqualFold(s, t []byte) bool { return strings.EqualFold(string(s), string(t)) }
