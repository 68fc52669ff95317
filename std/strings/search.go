// Package strings looks into strings and makes new ones from them. Positions
// and lengths are in bytes; text is UTF-8.
package strings

import "unicode/utf8"

// Index returns where substr first occurs in s, and -1 if it does not.
//
// Example: Index("forum", "um")
//
//amigos:native gas=base:20,len(s)+len(substr):1/2
func Index(s, substr string) int

// LastIndex returns where substr last occurs in s, and -1 if it does not.
//
//amigos:native gas=base:20,len(s)+len(substr):1/2
func LastIndex(s, substr string) int

// IndexByte returns where the byte c first occurs in s, and -1 if it does not.
//
//amigos:native gas=base:15,len(s):1/4
func IndexByte(s string, c byte) int

// LastIndexByte returns where the byte c last occurs in s, and -1 if it does
// not.
func LastIndexByte(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// IndexRune returns where the character r first occurs in s, and -1 if it does
// not. For utf8.RuneError it finds the first byte that is not UTF-8, too.
func IndexRune(s string, r rune) int {
	if r == utf8.RuneError {
		for i, c := range s {
			if c == r {
				return i
			}
		}
		return -1
	}
	if !utf8.ValidRune(r) {
		return -1
	}
	return Index(s, string(r))
}

// IndexAny returns where any character of chars first occurs in s, and -1 if
// none does.
func IndexAny(s, chars string) int {
	for i, c := range s {
		if IndexRune(chars, c) >= 0 {
			return i
		}
	}
	return -1
}

// LastIndexAny returns where any character of chars last occurs in s, and -1 if
// none does.
func LastIndexAny(s, chars string) int {
	for end := len(s); end > 0; {
		c, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
		if IndexRune(chars, c) >= 0 {
			return end
		}
	}
	return -1
}

// IndexFunc returns where the first character that satisfies f is in s, and -1
// if none does.
func IndexFunc(s string, f func(rune) bool) int {
	for i, c := range s {
		if f(c) {
			return i
		}
	}
	return -1
}

// LastIndexFunc returns where the last character that satisfies f is in s, and
// -1 if none does.
func LastIndexFunc(s string, f func(rune) bool) int {
	for end := len(s); end > 0; {
		c, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
		if f(c) {
			return end
		}
	}
	return -1
}

// Contains reports whether substr occurs in s.
//
// Example: Contains("alice.amigos", ".")
func Contains(s, substr string) bool {
	return Index(s, substr) >= 0
}

// ContainsRune reports whether the character r occurs in s.
func ContainsRune(s string, r rune) bool {
	return IndexRune(s, r) >= 0
}

// ContainsAny reports whether any character of chars occurs in s.
func ContainsAny(s, chars string) bool {
	return IndexAny(s, chars) >= 0
}

// ContainsFunc reports whether any character of s satisfies f.
func ContainsFunc(s string, f func(rune) bool) bool {
	return IndexFunc(s, f) >= 0
}

// HasPrefix reports whether s begins with prefix.
func HasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

// HasSuffix reports whether s ends with suffix.
func HasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

// Count returns how often substr occurs in s without overlapping itself. The
// empty string occurs once more than there are characters.
//
//amigos:native gas=base:20,len(s)+len(substr):1/2
func Count(s, substr string) int

// places returns where substr, which is not empty, occurs in s without
// overlapping itself: the first n places, or all if n is negative.
//
//amigos:native gas=base:30,len(s)+len(substr):1/2
func places(s, substr string, n int) []int

// Compare returns -1 if a comes before b byte by byte, 1 if it comes after and
// 0 if they are equal. The operators < == > say the same.
func Compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// EqualFold reports whether s and t are equal when upper and lower case are
// taken as one.
//
//amigos:native gas=base:20,len(s)+len(t):1/1
func EqualFold(s, t string) bool
