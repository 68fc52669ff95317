// Package strconv turns numbers, booleans and quoted text into strings and back.
package strconv

import "errors"

// IntSize is the number of bits of an int.
const IntSize = 64

// ErrRange says that a number does not fit its type.
var ErrRange = errors.New("value out of range")

// ErrSyntax says that a text is not of the form asked for.
var ErrSyntax = errors.New("invalid syntax")

// NumError says which function could not convert which text, and why.
type NumError struct {
	Func string // the function, e.g. ParseInt
	Num  string // the text
	Err  error  // ErrRange, ErrSyntax or another reason
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *NumError) Unwrap() error { return e.Err }

func syntaxError(fn, s string) *NumError { return &NumError{fn, s, ErrSyntax} }

func rangeError(fn, s string) *NumError { return &NumError{fn, s, ErrRange} }

// Itoa returns i in decimal.
//
// Example: Itoa(42)
func Itoa(i int) string {
	return FormatInt(int64(i), 10)
}

// FormatInt returns i in the given base, from 2 to 36.
//
// Example: FormatInt(255, 16)
func FormatInt(i int64, base int) string {
	if base < 2 || base > 36 {
		panic("strconv: illegal AppendInt/FormatInt base")
	}
	if i < 0 {
		return "-" + formatBits(uint64(-i), base)
	}
	return formatBits(uint64(i), base)
}

// FormatUint returns i in the given base, from 2 to 36.
func FormatUint(i uint64, base int) string {
	if base < 2 || base > 36 {
		panic("strconv: illegal AppendInt/FormatInt base")
	}
	return formatBits(i, base)
}

// AppendInt appends i in the given base to dst.
func AppendInt(dst []byte, i int64, base int) []byte {
	return append(dst, FormatInt(i, base)...)
}

// AppendUint appends i in the given base to dst.
func AppendUint(dst []byte, i uint64, base int) []byte {
	return append(dst, FormatUint(i, base)...)
}

// formatBits returns the digits of n; base is between 2 and 36.
//
//amigos:native gas=base:30
func formatBits(n uint64, base int) string

// Atoi reads a decimal number. Its error is a *NumError.
//
// Example: Atoi("42")
func Atoi(s string) (int, error) {
	n, err := parseInt("Atoi", s, 10, 64)
	return int(n), err
}

// ParseInt reads a whole number in the given base that fits bitSize bits (0
// means 64). Base 0 takes the base from the text: 0b, 0o or 0, 0x, else ten,
// and then allows underscores as Go does. Its error is a *NumError; with
// ErrRange the result is the nearest number that fits.
func ParseInt(s string, base int, bitSize int) (i int64, err error) {
	return parseInt("ParseInt", s, base, bitSize)
}

// ParseUint is ParseInt without a sign.
func ParseUint(s string, base int, bitSize int) (uint64, error) {
	return parseUint("ParseUint", s, s, base, bitSize)
}

func parseInt(fn, s string, base, bitSize int) (int64, error) {
	if s == "" {
		return 0, syntaxError(fn, s)
	}
	digits, negative := s, false
	if s[0] == '+' || s[0] == '-' {
		negative = s[0] == '-'
		digits = s[1:]
	}
	n, err := parseUint(fn, s, digits, base, bitSize)
	if err != nil && !errors.Is(err, ErrRange) {
		return 0, err
	}
	if bitSize == 0 {
		bitSize = IntSize
	}
	limit := uint64(1) << uint(bitSize-1)
	if !negative && n >= limit {
		return int64(limit - 1), rangeError(fn, s)
	}
	if negative && n > limit {
		return -int64(limit), rangeError(fn, s)
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

// parseUint reads digits; whole is the text that errors name.
func parseUint(fn, whole, digits string, base, bitSize int) (uint64, error) {
	if digits == "" {
		return 0, syntaxError(fn, whole)
	}
	prefixed := base == 0
	start := digits
	if prefixed {
		base = 10
		if digits[0] == '0' {
			base = 8
			digits = digits[1:]
			if len(digits) > 1 {
				switch digits[0] {
				case 'b', 'B':
					base = 2
				case 'o', 'O':
					base = 8
				case 'x', 'X':
					base = 16
				default:
					digits = start
				}
				if len(digits) < len(start) {
					digits = digits[1:]
				}
			} else {
				digits = start
			}
		}
	} else if base < 2 || base > 36 {
		return 0, &NumError{fn, whole, errors.New("invalid base " + Itoa(base))}
	}
	if bitSize == 0 {
		bitSize = IntSize
	} else if bitSize < 0 || bitSize > 64 {
		return 0, &NumError{fn, whole, errors.New("invalid bit size " + Itoa(bitSize))}
	}
	largest := ^uint64(0)
	if bitSize < 64 {
		largest = uint64(1)<<uint(bitSize) - 1
	}
	n := uint64(0)
	underscores := false
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		if c == '_' && prefixed {
			underscores = true
			continue
		}
		d := digitOf(c)
		if d >= base {
			return 0, syntaxError(fn, whole)
		}
		if uint64(d) > largest || n > (largest-uint64(d))/uint64(base) {
			return largest, rangeError(fn, whole)
		}
		n = n*uint64(base) + uint64(d)
	}
	if underscores && !underscoresFit(start) {
		return 0, syntaxError(fn, whole)
	}
	return n, nil
}

// digitOf returns the value of a digit, and 36 for what is none.
func digitOf(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 10
	}
	return 36
}

// underscoresFit reports whether each underscore stands between two digits, or
// between a base prefix and a digit.
func underscoresFit(s string) bool {
	before := byte('^') // '0' after a digit or prefix, '_' after an underscore
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	hex := false
	if len(s) >= 2 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'b', 'o', 'x':
			hex = s[1]|0x20 == 'x'
			before = '0'
			s = s[2:]
		}
	}
	for i := 0; i < len(s); i++ {
		d := digitOf(s[i])
		switch {
		case d < 10 || hex && d < 16:
			before = '0'
		case s[i] == '_':
			if before != '0' {
				return false
			}
			before = '_'
		default:
			if before == '_' {
				return false
			}
			before = '^'
		}
	}
	return before != '_'
}

// ParseBool reads 1, t, T, true, True, TRUE and 0, f, F, false, False, FALSE.
func ParseBool(str string) (bool, error) {
	switch str {
	case "1", "t", "T", "true", "True", "TRUE":
		return true, nil
	case "0", "f", "F", "false", "False", "FALSE":
		return false, nil
	}
	return false, syntaxError("ParseBool", str)
}

// FormatBool returns "true" or "false".
func FormatBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// AppendBool appends "true" or "false" to dst.
func AppendBool(dst []byte, b bool) []byte {
	return append(dst, FormatBool(b)...)
}

// ParseFloat reads a floating-point number, rounded to the nearest that bitSize
// bits (32 or 64) hold. Its error is a *NumError; with ErrRange the result is
// an infinity.
func ParseFloat(s string, bitSize int) (float64, error) {
	f, status := parseFloat(s, bitSize)
	switch status {
	case 1:
		return 0, syntaxError("ParseFloat", s)
	case 2:
		return f, rangeError("ParseFloat", s)
	}
	return f, nil
}

// parseFloat returns the number and 0, or 1 if s has not the form of a number,
// or an infinity and 2 if it is too large.
//
//amigos:native gas=base:60,len(s):4/1
func parseFloat(s string, bitSize int) (f float64, status int)

// FormatFloat returns f with the verb fmt ('b', 'e', 'E', 'f', 'g', 'G', 'x' or
// 'X') and prec digits, -1 for the fewest that give f back; f is taken as one
// of bitSize bits (32 or 64).
func FormatFloat(f float64, fmt byte, prec, bitSize int) string {
	if bitSize != 32 && bitSize != 64 {
		panic("strconv: illegal AppendFloat/FormatFloat bitSize")
	}
	return formatFloat(f, fmt, prec, bitSize)
}

// AppendFloat appends f as FormatFloat formats it to dst.
func AppendFloat(dst []byte, f float64, fmt byte, prec, bitSize int) []byte {
	return append(dst, FormatFloat(f, fmt, prec, bitSize)...)
}

//amigos:native gas=base:200,prec:2/1
func formatFloat(f float64, verb byte, prec, bitSize int) string
