package strings

import (
	"unicode"
	"unicode/utf8"
)

// Clone returns a copy of s.
func Clone(s string) string {
	return string([]byte(s))
}

// Repeat returns count copies of s in a row. It panics if count is negative.
func Repeat(s string, count int) string {
	if count < 0 {
		panic("strings: negative Repeat count")
	}
	if count > 0 && len(s) > (1<<62)/count {
		panic("strings: Repeat output length overflow")
	}
	n := len(s) * count
	repeated := make([]byte, 0, n)
	if n == 0 {
		return ""
	}
	repeated = append(repeated, s...)
	for len(repeated) < n {
		more := min(len(repeated), n-len(repeated))
		repeated = append(repeated, repeated[:more]...)
	}
	return string(repeated)
}

// Replace returns s with the first n occurrences of old replaced by new, all of
// them if n is negative. An empty old occurs before every character and at the
// end.
func Replace(s, old, new string, n int) string {
	if old == new || n == 0 {
		return s
	}
	found := Count(s, old)
	if found == 0 {
		return s
	}
	if n < 0 || n > found {
		n = found
	}
	replaced := make([]byte, 0, len(s)+n*(len(new)-len(old)))
	done := 0
	if old == "" {
		for i := 0; i < n; i++ {
			size := 0
			if i > 0 {
				_, size = utf8.DecodeRuneInString(s[done:])
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
	replaced = append(replaced, s[done:]...)
	return string(replaced)
}

// ReplaceAll returns s with every occurrence of old replaced by new.
//
// Example: ReplaceAll("a_b_c", "_", " ")
func ReplaceAll(s, old, new string) string {
	return Replace(s, old, new, -1)
}

// ToUpper returns s in upper case.
//
//amigos:native gas=base:20,len(s):1/1
func ToUpper(s string) string

// ToLower returns s in lower case.
//
//amigos:native gas=base:20,len(s):1/1
func ToLower(s string) string

// ToTitle returns s with all letters in title case.
func ToTitle(s string) string {
	return Map(unicode.ToTitle, s)
}

// Map returns s with each character replaced by what mapping makes of it; a
// negative answer drops the character.
func Map(mapping func(rune) rune, s string) string {
	mapped := make([]byte, 0, len(s))
	for _, c := range s {
		if r := mapping(c); r >= 0 {
			mapped = utf8.AppendRune(mapped, r)
		}
	}
	return string(mapped)
}

// ToValidUTF8 returns s with each run of bytes that are not UTF-8 replaced by
// replacement.
func ToValidUTF8(s, replacement string) string {
	if utf8.ValidString(s) {
		return s
	}
	valid := make([]byte, 0, len(s)+len(replacement))
	bad := false
	for len(s) > 0 {
		c, size := utf8.DecodeRuneInString(s)
		if c == utf8.RuneError && size == 1 {
			if !bad {
				valid = append(valid, replacement...)
			}
			bad = true
		} else {
			valid = append(valid, s[:size]...)
			bad = false
		}
		s = s[size:]
	}
	return string(valid)
}

// Trim returns s without the characters of cutset at either end.
func Trim(s, cutset string) string {
	return TrimRight(TrimLeft(s, cutset), cutset)
}

// TrimLeft returns s without the characters of cutset at its start.
func TrimLeft(s, cutset string) string {
	for len(s) > 0 {
		c, size := utf8.DecodeRuneInString(s)
		if !ContainsRune(cutset, c) {
			break
		}
		s = s[size:]
	}
	return s
}

// TrimRight returns s without the characters of cutset at its end.
func TrimRight(s, cutset string) string {
	for len(s) > 0 {
		c, size := utf8.DecodeLastRuneInString(s)
		if !ContainsRune(cutset, c) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

// TrimSpace returns s without white space at either end.
//
// Example: TrimSpace("  hello ")
func TrimSpace(s string) string {
	return TrimFunc(s, unicode.IsSpace)
}

// TrimPrefix returns s without prefix, if it begins with it.
func TrimPrefix(s, prefix string) string {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}

// TrimSuffix returns s without suffix, if it ends with it.
func TrimSuffix(s, suffix string) string {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

// TrimFunc returns s without the characters that satisfy f at either end.
func TrimFunc(s string, f func(rune) bool) string {
	return TrimRightFunc(TrimLeftFunc(s, f), f)
}

// TrimLeftFunc returns s without the characters that satisfy f at its start.
func TrimLeftFunc(s string, f func(rune) bool) string {
	for i, c := range s {
		if !f(c) {
			return s[i:]
		}
	}
	return ""
}

// TrimRightFunc returns s without the characters that satisfy f at its end.
func TrimRightFunc(s string, f func(rune) bool) string {
	for len(s) > 0 {
		c, size := utf8.DecodeLastRuneInString(s)
		if !f(c) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}
