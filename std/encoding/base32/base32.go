// Package base32 writes bytes as letters and digits, eight for each five bytes. What
// it writes can be read aloud and does not depend on capitals.
package base32

import "strconv"

// Padding.
const (
	StdPadding rune = '=' // fills the last group of eight
	NoPadding  rune = -1  // the last group is left short
)

// Encoding is an alphabet of 32 signs, with or without padding.
type Encoding struct {
	alphabet string
	values   [256]uint8 // of each sign; 255 of others
	padding  rune
}

// CorruptInputError says at which byte a text stops being base32.
type CorruptInputError int64

// Error returns the text of the error.
func (e CorruptInputError) Error() string {
	return "illegal base32 data at input byte " + strconv.FormatInt(int64(e), 10)
}

// StdEncoding has the letters and 2 to 7.
var StdEncoding = NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

// HexEncoding has the digits and then letters, so that texts sort as the bytes do.
var HexEncoding = NewEncoding("0123456789ABCDEFGHIJKLMNOPQRSTUV")

// NewEncoding returns the padded encoding of an alphabet of 32 different bytes,
// without line ends. It panics if the alphabet is anything else.
func NewEncoding(encoder string) *Encoding {
	if len(encoder) != 32 {
		panic("encoding alphabet is not 32-bytes long")
	}
	e := &Encoding{alphabet: encoder, padding: StdPadding}
	for i := range e.values {
		e.values[i] = 255
	}
	for i := range len(encoder) {
		switch c := encoder[i]; {
		case c == '\n' || c == '\r':
			panic("encoding alphabet contains newline character")
		case e.values[c] != 255:
			panic("encoding alphabet includes duplicate symbols")
		default:
			e.values[c] = uint8(i)
		}
	}
	return e
}

// WithPadding returns the same encoding with another padding sign, or NoPadding. It
// panics if the sign is a line end, beyond U+00FF, or of the alphabet.
func (enc Encoding) WithPadding(padding rune) *Encoding {
	switch {
	case padding < NoPadding || padding == '\r' || padding == '\n' || padding > 0xff:
		panic("invalid padding")
	case padding != NoPadding && enc.values[byte(padding)] != 255:
		panic("padding contained in alphabet")
	}
	enc.padding = padding
	return &enc
}

// EncodedLen returns how many signs n bytes take.
func (enc *Encoding) EncodedLen(n int) int {
	if enc.padding == NoPadding {
		return n/5*8 + (n%5*8+4)/5
	}
	return (n + 4) / 5 * 8
}

// DecodedLen returns how many bytes n signs are at most.
func (enc *Encoding) DecodedLen(n int) int {
	if enc.padding == NoPadding {
		return n/8*5 + n%8*5/8
	}
	return n / 8 * 5
}

// Encode writes the signs of src to dst, EncodedLen(len(src)) of them. It panics if
// dst is too short.
func (enc *Encoding) Encode(dst, src []byte) {
	out := 0
	for len(src) > 0 {
		var v uint64
		n := min(len(src), 5)
		for i := range 5 {
			v <<= 8
			if i < n {
				v |= uint64(src[i])
			}
		}
		src = src[n:]
		signs := (n*8 + 4) / 5
		for i := range 8 {
			if i < signs {
				dst[out+i] = enc.alphabet[v>>(35-5*i)&31]
			} else if enc.padding != NoPadding {
				dst[out+i] = byte(enc.padding)
			}
		}
		out += 8
	}
}

// EncodeToString returns the signs of src.
//
// Example: StdEncoding.EncodeToString([]byte("hello"))
func (enc *Encoding) EncodeToString(src []byte) string {
	b := make([]byte, enc.EncodedLen(len(src)))
	enc.Encode(b, src)
	return string(b)
}

// AppendEncode appends the signs of src to dst.
func (enc *Encoding) AppendEncode(dst, src []byte) []byte {
	b := make([]byte, enc.EncodedLen(len(src)))
	enc.Encode(b, src)
	return append(dst, b...)
}

// Decode writes the bytes that src stands for to dst and says how many there are;
// line ends in src count for nothing. Its error is a CorruptInputError; what comes
// before that group is written.
func (enc *Encoding) Decode(dst, src []byte) (n int, err error) {
	clean := make([]byte, 0, len(src))
	for _, c := range src {
		if c != '\n' && c != '\r' {
			clean = append(clean, c)
		}
	}
	src = clean
	for at := 0; at < len(src); {
		var v uint64
		size, end := 0, false
		for size < 8 && !end {
			left := len(src) - at
			if left == 0 {
				if enc.padding != NoPadding {
					return n, CorruptInputError(at - size)
				}
				end = true
				break
			}
			c := src[at]
			at++
			if rune(c) == enc.padding && size >= 2 && left < 9 {
				// the rest of the group is padding
				if left-1+size < 7 {
					return n, CorruptInputError(len(src))
				}
				for i := range 7 - size {
					if left-1 > i && rune(src[at+i]) != enc.padding {
						return n, CorruptInputError(at + i - 1)
					}
				}
				if size == 3 || size == 6 {
					return n, CorruptInputError(at - 1)
				}
				end = true
				break
			}
			value := enc.values[c]
			if value == 255 {
				return n, CorruptInputError(at - 1)
			}
			v = v<<5 | uint64(value)
			size++
		}
		v <<= 5 * uint(8-size)
		bytes := size * 5 / 8
		if size == 1 || size == 3 || size == 6 {
			bytes = 0 // no bytes take so many signs
		}
		for i := range bytes {
			dst[n] = byte(v >> (32 - 8*i))
			n++
		}
		if end {
			break
		}
	}
	return n, nil
}

// DecodeString returns the bytes that s stands for, up to the first error.
//
// Example: StdEncoding.DecodeString("NBSWY3DP")
func (enc *Encoding) DecodeString(s string) ([]byte, error) {
	b := make([]byte, len(s)*5/8+5)
	n, err := enc.Decode(b, []byte(s))
	return b[:n], err
}

// AppendDecode appends the bytes that src stands for to dst, up to the first error.
func (enc *Encoding) AppendDecode(dst, src []byte) ([]byte, error) {
	b := make([]byte, len(src)*5/8+5)
	n, err := enc.Decode(b, src)
	return append(dst, b[:n]...), err
}
