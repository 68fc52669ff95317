// Package utf8 encodes characters as UTF-8 and decodes them.
package utf8

const (
	// RuneError stands for a byte that is not part of a UTF-8 character.
	RuneError = '\uFFFD'
	// RuneSelf is the first value that takes more than one byte.
	RuneSelf = 0x80
	// MaxRune is the largest character.
	MaxRune = '\U0010FFFF'
	// UTFMax is the largest number of bytes of a character.
	UTFMax = 4
)

const (
	surrogateFirst = 0xD800
	surrogateLast  = 0xDFFF
)

// ValidRune reports whether r can be encoded: it is neither out of range nor
// half of a surrogate pair.
func ValidRune(r rune) bool {
	return 0 <= r && r < surrogateFirst || surrogateLast < r && r <= MaxRune
}

// RuneLen returns how many bytes r takes, and -1 if it cannot be encoded.
func RuneLen(r rune) int {
	switch {
	case r < 0:
		return -1
	case r < 1<<7:
		return 1
	case r < 1<<11:
		return 2
	case surrogateFirst <= r && r <= surrogateLast:
		return -1
	case r < 1<<16:
		return 3
	case r <= MaxRune:
		return 4
	}
	return -1
}

// RuneStart reports whether b may begin a character.
func RuneStart(b byte) bool { return b&0xC0 != 0x80 }

// AppendRune appends r encoded to p; what cannot be encoded becomes RuneError.
func AppendRune(p []byte, r rune) []byte {
	if 0 <= r && r < RuneSelf {
		return append(p, byte(r))
	}
	if !ValidRune(r) {
		r = RuneError
	}
	switch {
	case r < 1<<11:
		return append(p, 0xC0|byte(r>>6), tail(r))
	case r < 1<<16:
		return append(p, 0xE0|byte(r>>12), tail(r>>6), tail(r))
	}
	return append(p, 0xF0|byte(r>>18), tail(r>>12), tail(r>>6), tail(r))
}

func tail(r rune) byte { return 0x80 | byte(r)&0x3F }

// EncodeRune writes r to the start of p and returns how many bytes it took. It
// panics if p is too short.
func EncodeRune(p []byte, r rune) int {
	encoded := AppendRune(nil, r)
	_ = p[len(encoded)-1]
	return copy(p, encoded)
}

// DecodeRuneInString returns the first character of s and how many bytes it
// takes: RuneError and 0 if s is empty, RuneError and 1 if s does not begin
// with UTF-8.
func DecodeRuneInString(s string) (r rune, size int) {
	for i, c := range s {
		if i > 0 {
			break
		}
		if c == RuneError {
			if len(s) >= 3 && s[0] == 0xEF && s[1] == 0xBF && s[2] == 0xBD {
				return c, 3
			}
			return c, 1
		}
		return c, RuneLen(c)
	}
	return RuneError, 0
}

// DecodeRune is DecodeRuneInString for bytes.
func DecodeRune(p []byte) (r rune, size int) {
	return DecodeRuneInString(string(p[:min(len(p), UTFMax)]))
}

// DecodeLastRuneInString returns the last character of s and how many bytes it
// takes: RuneError and 0 if s is empty, RuneError and 1 if s does not end in
// UTF-8.
func DecodeLastRuneInString(s string) (r rune, size int) {
	end := len(s)
	if end == 0 {
		return RuneError, 0
	}
	start := end - 1
	for start > 0 && end-start < UTFMax && !RuneStart(s[start]) {
		start--
	}
	c, size := DecodeRuneInString(s[start:])
	if start+size != end {
		return RuneError, 1
	}
	return c, size
}

// DecodeLastRune is DecodeLastRuneInString for bytes.
func DecodeLastRune(p []byte) (r rune, size int) {
	return DecodeLastRuneInString(string(p[max(0, len(p)-UTFMax):]))
}

// FullRuneInString reports whether s begins with a whole character, or with
// bytes that no further ones can make into one.
func FullRuneInString(s string) bool {
	if s == "" {
		return false
	}
	if r, size := DecodeRuneInString(s); r != RuneError || size > 1 {
		return true
	}
	need := 0
	switch first := s[0]; {
	case first >= 0xC2 && first <= 0xDF:
		need = 2
	case first >= 0xE0 && first <= 0xEF:
		need = 3
	case first >= 0xF0 && first <= 0xF4:
		need = 4
	}
	if len(s) >= need {
		return true
	}
	if len(s) > 1 {
		low, high := byte(0x80), byte(0xBF)
		switch s[0] {
		case 0xE0:
			low = 0xA0
		case 0xED:
			high = 0x9F
		case 0xF0:
			low = 0x90
		case 0xF4:
			high = 0x8F
		}
		if s[1] < low || s[1] > high {
			return true
		}
	}
	return len(s) > 2 && RuneStart(s[2])
}

// FullRune is FullRuneInString for bytes.
func FullRune(p []byte) bool {
	return FullRuneInString(string(p[:min(len(p), UTFMax)]))
}

// RuneCountInString returns the number of characters of s; each byte that is
// not UTF-8 counts as one.
func RuneCountInString(s string) (n int) {
	for range s {
		n++
	}
	return n
}

// RuneCount is RuneCountInString for bytes.
func RuneCount(p []byte) int {
	return RuneCountInString(string(p))
}

// ValidString reports whether s is UTF-8 throughout.
func ValidString(s string) bool {
	for i, c := range s {
		if c == RuneError {
			if _, size := DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

// Valid is ValidString for bytes.
func Valid(p []byte) bool {
	return ValidString(string(p))
}
