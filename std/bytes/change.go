package bytes

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split cuts s at every sep and returns the parts without it, which share the
// array of s. With an empty sep it returns the characters one by one.
func Split(s, sep []byte) [][]byte { return split(s, sep, 0, -1) }

// SplitN is Split with at most n parts, the last of which is the uncut rest: nil
// if n is 0, no limit if it is negative.
func SplitN(s, sep []byte, n int) [][]byte { return split(s, sep, 0, n) }

// SplitAfter cuts s behind every sep, so that the parts together are s again.
func SplitAfter(s, sep []byte) [][]byte { return split(s, sep, len(sep), -1) }

// SplitAfterN is SplitAfter with at most n parts, as SplitN counts them.
func SplitAfterN(s, sep []byte, n int) [][]byte { return split(s, sep, len(sep), n) }

// split leaves keep bytes of each sep with the part before it.
func split(s, sep []byte, keep, n int) [][]byte {
	if n == 0 {
		return nil
	}
	if len(sep) == 0 {
		return explode(s, n)
	}
	cuts := places(s, sep, max(n-1, -1))
	parts := make([][]byte, 0, len(cuts)+1)
	start := 0
	for _, at := range cuts {
		parts = append(parts, s[start:at+keep:at+keep])
		start = at + len(sep)
	}
	return append(parts, s[start:len(s):len(s)])
}

// explode returns the characters of s, at most n parts. A byte that is not UTF-8
// is a part of its own.
func explode(s []byte, n int) [][]byte {
	parts := [][]byte{}
	for len(s) > 0 {
		if len(parts) == n-1 {
			return append(parts, s[:len(s):len(s)])
		}
		_, size := utf8.DecodeRune(s)
		parts = append(parts, s[:size:size])
		s = s[size:]
	}
	return parts
}

// Cut returns what is before and after the first sep in s, and whether there is
// one. If there is none it returns s, nil, false.
func Cut(s, sep []byte) (before, after []byte, found bool) {
	if at := Index(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, nil, false
}

// CutPrefix returns s without prefix at its start, and whether it was there.
func CutPrefix(s, prefix []byte) (after []byte, found bool) {
	if !HasPrefix(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// CutSuffix returns s without suffix at its end, and whether it was there.
func CutSuffix(s, suffix []byte) (before []byte, found bool) {
	if !HasSuffix(s, suffix) {
		return s, false
	}
	return s[:len(s)-len(suffix)], true
}

// Fields returns the words of s: what stands between runs of white space.
func Fields(s []byte) [][]byte { return FieldsFunc(s, unicode.IsSpace) }

// FieldsFunc returns what stands between runs of characters that satisfy f.
func FieldsFunc(s []byte, f func(rune) bool) [][]byte {
	fields := [][]byte{}
	start := -1
	for at := 0; at < len(s); {
		c, size := utf8.DecodeRune(s[at:])
		if f(c) {
			if start >= 0 {
				fields = append(fields, s[start:at:at])
				start = -1
			}
		} else if start < 0 {
			start = at
		}
		at += size
	}
	if start >= 0 {
		fields = append(fields, s[start:len(s):len(s)])
	}
	return fields
}

// Join returns the elements in one new slice with sep between them.
func Join(s [][]byte, sep []byte) []byte {
	joined := []byte{}
	for i, part := range s {
		if i > 0 {
			joined = append(joined, sep...)
		}
		joined = append(joined, part...)
	}
	return joined
}

// Clone returns a copy of b, and nil for nil.
func Clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

// Repeat returns count copies of b in a row. It panics if count is negative.
func Repeat(b []byte, count int) []byte {
	if count < 0 {
		panic("bytes: negative Repeat count")
	}
	if count > 0 && len(b) > (1<<62)/count {
		panic("bytes: Repeat output length overflow")
	}
	repeated := make([]byte, 0, len(b)*count)
	for range count {
		repeated = append(repeated, b...)
	}
	return repeated
}

// Replace returns a copy of s with the first n occurrences of old replaced by
// new, all of them if n is negative. An empty old occurs before every character
// and at the end.
func Replace(s, old, new []byte, n int) []byte {
	found := 0
	if n != 0 {
		found = Count(s, old)
	}
	if n < 0 || n > found {
		n = found
	}
	replaced := make([]byte, 0, len(s)+n*(len(new)-len(old)))
	done := 0
	if len(old) == 0 {
		for i := 0; i < n; i++ {
			size := 0
			if i > 0 {
				_, size = utf8.DecodeRune(s[done:])
			}
			replaced = append(replaced, s[done:done+size]...)
			replaced = append(replaced, new...)
			done += size
		}
	} else {
		for _, at := range places(s, old, n) {
			replaced = append(replaced, s[done:at]...)
			replaced = append(replaced, new...)
			done = at + len(old)
		}
	}
	return append(replaced, s[done:]...)
}

// ReplaceAll returns a copy of s with every occurrence of old replaced by new.
func ReplaceAll(s, old, new []byte) []byte { return Replace(s, old, new, -1) }

// ToUpper returns a copy of s in upper case.
func ToUpper(s []byte) []byte { return []byte(strings.ToUpper(string(s))) }

// ToLower returns a copy of s in lower case.
func ToLower(s []byte) []byte { return []byte(strings.ToLower(string(s))) }

// ToTitle returns a copy of s with all letters in title case.
func ToTitle(s []byte) []byte { return Map(unicode.ToTitle, s) }

// Map returns a copy of s with each character replaced by what mapping makes of
// it; a negative answer drops the character.
func Map(mapping func(r rune) rune, s []byte) []byte {
	mapped := make([]byte, 0, len(s))
	for at := 0; at < len(s); {
		c, size := utf8.DecodeRune(s[at:])
		if r := mapping(c); r >= 0 {
			mapped = utf8.AppendRune(mapped, r)
		}
		at += size
	}
	return mapped
}

// ToValidUTF8 returns a copy of s with each run of bytes that are not UTF-8
// replaced by replacement.
func ToValidUTF8(s, replacement []byte) []byte {
	return []byte(strings.ToValidUTF8(string(s), string(replacement)))
}

// Runes returns the characters of s.
func Runes(s []byte) []rune { return []rune(string(s)) }

// Trim returns s without the characters of cutset at either end.
func Trim(s []byte, cutset string) []byte { return TrimRight(TrimLeft(s, cutset), cutset) }

// TrimLeft returns s without the characters of cutset at its start.
func TrimLeft(s []byte, cutset string) []byte {
	return TrimLeftFunc(s, func(r rune) bool { return among(cutset, r) })
}

// TrimRight returns s without the characters of cutset at its end.
func TrimRight(s []byte, cutset string) []byte {
	return TrimRightFunc(s, func(r rune) bool { return among(cutset, r) })
}

// TrimSpace returns s without white space at either end.
func TrimSpace(s []byte) []byte { return TrimFunc(s, unicode.IsSpace) }

// TrimPrefix returns s without prefix, if it begins with it.
func TrimPrefix(s, prefix []byte) []byte {
	after, _ := CutPrefix(s, prefix)
	return after
}

// TrimSuffix returns s without suffix, if it ends with it.
func TrimSuffix(s, suffix []byte) []byte {
	before, _ := CutSuffix(s, suffix)
	return before
}

// TrimFunc returns s without the characters that satisfy f at either end.
func TrimFunc(s []byte, f func(r rune) bool) []byte {
	return TrimRightFunc(TrimLeftFunc(s, f), f)
}

// TrimLeftFunc returns s without the characters that satisfy f at its start, nil
// if none is left.
func TrimLeftFunc(s []byte, f func(r rune) bool) []byte {
	at := IndexFunc(s, func(r rune) bool { return !f(r) })
	if at < 0 {
		return nil
	}
	return s[at:]
}

// TrimRightFunc returns s without the characters that satisfy f at its end.
func TrimRightFunc(s []byte, f func(r rune) bool) []byte {
	for len(s) > 0 {
		c, size := utf8.DecodeLastRune(s)
		if !f(c) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}
