// Package utf16 converts between characters and UTF-16, in which characters beyond
// U+FFFF take two units, a pair of surrogates.
package utf16

const (
	high        = 0xd800 // the first half of a pair is from here
	low         = 0xdc00 // the second from here
	end         = 0xe000
	pairs       = 0x10000
	last        = 0x10ffff
	replacement = 0xfffd
)

// IsSurrogate reports whether r is half of a pair.
func IsSurrogate(r rune) bool { return high <= r && r < end }

// DecodeRune returns the character that a pair means, U+FFFD if it is none.
func DecodeRune(r1, r2 rune) rune {
	if high <= r1 && r1 < low && low <= r2 && r2 < end {
		return (r1-high)<<10 + (r2 - low) + pairs
	}
	return replacement
}

// EncodeRune returns the pair for a character; twice U+FFFD if it needs or has none.
func EncodeRune(r rune) (r1, r2 rune) {
	if r < pairs || r > last {
		return replacement, replacement
	}
	r -= pairs
	return high + r>>10, low + r&0x3ff
}

// RuneLen is the number of units that a character takes, -1 if it is none.
func RuneLen(r rune) int {
	switch {
	case 0 <= r && r < high, end <= r && r < pairs:
		return 1
	case pairs <= r && r <= last:
		return 2
	}
	return -1
}

// AppendRune appends the units of a character to a; what is none becomes U+FFFD.
func AppendRune(a []uint16, r rune) []uint16 {
	switch RuneLen(r) {
	case 1:
		return append(a, uint16(r))
	case 2:
		r1, r2 := EncodeRune(r)
		return append(a, uint16(r1), uint16(r2))
	}
	return append(a, replacement)
}

// Encode returns the units of all characters of s.
func Encode(s []rune) []uint16 {
	a := make([]uint16, 0, len(s))
	for _, r := range s {
		a = AppendRune(a, r)
	}
	return a
}

// Decode returns the characters of s; a surrogate without its other half becomes
// U+FFFD.
func Decode(s []uint16) []rune {
	a := make([]rune, 0, len(s))
	for i := 0; i < len(s); i++ {
		r := rune(s[i])
		if IsSurrogate(r) {
			pair := rune(replacement)
			if i+1 < len(s) {
				pair = DecodeRune(r, rune(s[i+1]))
			}
			if pair != replacement {
				i++
			}
			r = pair
		}
		a = append(a, r)
	}
	return a
}
