// Package hex writes bytes as hexadecimal digits and reads them.
package hex

import "errors"

// ErrLength says that a text has an odd number of digits.
var ErrLength = errors.New("encoding/hex: odd length hex string")

// InvalidByteError is a byte that is no hexadecimal digit.
type InvalidByteError byte

// Error returns the text of the error.
func (e InvalidByteError) Error() string {
	c := byte(e)
	text := "encoding/hex: invalid byte: U+00" + string([]byte{largeDigits[c>>4], largeDigits[c&15]})
	if ' ' <= c && c < 0x7F || c > 0xA0 && c != 0xAD {
		text += " '" + string(rune(c)) + "'"
	}
	return text
}

const (
	smallDigits = "0123456789abcdef"
	largeDigits = "0123456789ABCDEF"
)

func upper(c byte) string {
	return string([]byte{largeDigits[c>>4], largeDigits[c&15]})
}

// EncodedLen returns how many digits n bytes take.
func EncodedLen(n int) int { return n * 2 }

// DecodedLen returns how many bytes x digits are.
func DecodedLen(x int) int { return x / 2 }

// Encode writes the digits of src to dst and returns how many. It panics if dst
// is too short.
func Encode(dst, src []byte) int {
	for i, c := range src {
		dst[2*i] = smallDigits[c>>4]
		dst[2*i+1] = smallDigits[c&15]
	}
	return 2 * len(src)
}

// AppendEncode appends the digits of src to dst.
func AppendEncode(dst, src []byte) []byte {
	for _, c := range src {
		dst = append(dst, smallDigits[c>>4], smallDigits[c&15])
	}
	return dst
}

// EncodeToString returns the digits of src.
//
// Example: EncodeToString([]byte("hello"))
func EncodeToString(src []byte) string {
	return string(AppendEncode(make([]byte, 0, 2*len(src)), src))
}

// Decode writes the bytes that the digits src stand for to dst and returns how
// many. At an error it has written those before it. It panics if dst is too
// short.
func Decode(dst, src []byte) (int, error) {
	n := 0
	for ; 2*n+1 < len(src); n++ {
		high, low := value(src[2*n]), value(src[2*n+1])
		if high > 15 {
			return n, InvalidByteError(src[2*n])
		}
		if low > 15 {
			return n, InvalidByteError(src[2*n+1])
		}
		dst[n] = high<<4 | low
	}
	if len(src)%2 == 1 {
		if last := src[len(src)-1]; value(last) > 15 {
			return n, InvalidByteError(last)
		}
		return n, ErrLength
	}
	return n, nil
}

// AppendDecode appends the bytes that the digits src stand for to dst. At an
// error it appends those before it.
func AppendDecode(dst, src []byte) ([]byte, error) {
	decoded := make([]byte, len(src)/2)
	n, err := Decode(decoded, src)
	return append(dst, decoded[:n]...), err
}

// DecodeString returns the bytes that the digits s stand for. At an error it
// returns those before it.
//
// Example: DecodeString("68656c6c6f")
func DecodeString(s string) ([]byte, error) {
	decoded := make([]byte, len(s)/2)
	n, err := Decode(decoded, []byte(s))
	return decoded[:n], err
}

// value returns what a digit stands for, and 16 for what is none.
func value(c byte) byte {
	if '0' <= c && c <= '9' {
		return c - '0'
	}
	if letter := c | 0x20; 'a' <= letter && letter <= 'f' {
		return letter - 'a' + 10
	}
	return 16
}
