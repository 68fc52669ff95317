package strings

import (
	"unicode"
	"unicode/utf8"
)

// Split cuts s at every sep and returns the parts without it. With an empty sep
// it returns the characters one by one.
//
// Example: Split("social/forum", "/")
func Split(s, sep string) []string {
	return split(s, sep, 0, -1)
}

// SplitN is Split with at most n parts, the last of which is the uncut rest:
// nil if n is 0, no limit if it is negative.
func SplitN(s, sep string, n int) []string {
	return split(s, sep, 0, n)
}

// SplitAfter cuts s behind every sep, so that the parts together are s again.
func SplitAfter(s, sep string) []string {
	return split(s, sep, len(sep), -1)
}

// SplitAfterN is SplitAfter with at most n parts, as SplitN counts them.
func SplitAfterN(s, sep string, n int) []string {
	return split(s, sep, len(sep), n)
}

// split leaves keep bytes of each sep with the part before it.
func split(s, sep string, keep, n int) []string {
	if n == 0 {
		return nil
	}
	if sep == "" {
		return explode(s, n)
	}
	cuts := places(s, sep, max(n-1, -1))
	parts := make([]string, 0, len(cuts)+1)
	start := 0
	for _, at := range cuts {
		parts = append(parts, s[start:at+keep])
		start = at + len(sep)
	}
	return append(parts, s[start:])
}

// explode returns the characters of s, at most n parts. A byte that is not
// UTF-8 is a part of its own.
func explode(s string, n int) []string {
	parts := []string{}
	for len(s) > 0 {
		if len(parts) == n-1 {
			return append(parts, s)
		}
		_, size := utf8.DecodeRuneInString(s)
		parts = append(parts, s[:size])
		s = s[size:]
	}
	return parts
}

// Cut returns what is before and after the first sep in s, and whether there is
// one. If there is none it returns s, "", false.
//
// Example: Cut("key=value", "=")
func Cut(s, sep string) (before, after string, found bool) {
	if at := Index(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}

// CutPrefix returns s without prefix at its start, and whether it was there.
func CutPrefix(s, prefix string) (after string, found bool) {
	if !HasPrefix(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// CutSuffix returns s without suffix at its end, and whether it was there.
func CutSuffix(s, suffix string) (before string, found bool) {
	if !HasSuffix(s, suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

// Fields returns the words of s: what stands between runs of white space.
func Fields(s string) []string {
	return FieldsFunc(s, unicode.IsSpace)
}

// FieldsFunc returns what stands between runs of characters that satisfy f.
func FieldsFunc(s string, f func(rune) bool) []string {
	fields := []string{}
	start := -1
	for i, c := range s {
		if f(c) {
			if start >= 0 {
				fields = append(fields, s[start:i])
				start = -1
			}
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		fields = append(fields, s[start:])
	}
	return fields
}

// Join returns the elements in one string with sep between them.
//
// Example: Join([]string{"a", "b"}, ", ")
func Join(elems []string, sep string) string {
	if len(elems) == 0 {
		return ""
	}
	n := len(sep) * (len(elems) - 1)
	for _, e := range elems {
		n += len(e)
	}
	joined := make([]byte, 0, n)
	for i, e := range elems {
		if i > 0 {
			joined = append(joined, sep...)
		}
		joined = append(joined, e...)
	}
	return string(joined)
}
