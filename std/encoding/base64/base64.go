// Package base64 writes bytes as letters, digits and two more signs, four for each
// three bytes.
package base64

import "strconv"

// Padding.
const (
	StdPadding rune = '=' // fills the last group of four
	NoPadding  rune = -1  // the last group is left short
)

// Encoding is an alphabet of 64 signs, with or without padding.
type Encoding struct {
	alphabet string
	values   [256]uint8 // of each sign; 255 of others
	padding  rune
	strict   bool
}

// CorruptInputError says at which byte a text stops being base64.
type CorruptInputError int64

// Error returns the text of the error.
func (e CorruptInputError) Error() string {
	return "illegal base64 data at input byte " + strconv.FormatInt(int64(e), 10)
}

const common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// StdEncoding is the usual one, with + and / and padding.
var StdEncoding = NewEncoding(common + "+/")

// URLEncoding has - and _ instead, which need no escape in addresses and file names.
var URLEncoding = NewEncoding(common + "-_")

// RawStdEncoding is StdEncoding without padding.
var RawStdEncoding = StdEncoding.WithPadding(NoPadding)

// RawURLEncoding is URLEncoding without padding.
var RawURLEncoding = URLEncoding.WithPadding(NoPadding)

// NewEncoding returns the padded encoding of an alphabet of 64 different bytes,
// without line ends. It panics if the alphabet is anything else.
func NewEncoding(encoder string) *Encoding {
	if len(encoder) != 64 {
		panic("encoding alphabet is not 64-bytes long")
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

// Strict returns the same encoding, but reading then insists on zero for the bits of
// the last sign that belong to no byte.
func (enc Encoding) Strict() *Encoding {
	enc.strict = true
	return &enc
}

// EncodedLen returns how many signs n bytes take.
func (enc *Encoding) EncodedLen(n int) int {
	if enc.padding == NoPadding {
		return n/3*4 + (n%3*8+5)/6
	}
	return (n + 2) / 3 * 4
}

// DecodedLen returns how many bytes n signs are at most.
func (enc *Encoding) DecodedLen(n int) int {
	if enc.padding == NoPadding {
		return n/4*3 + n%4*6/8
	}
	return n / 4 * 3
}

// Encode writes the signs of src to dst, EncodedLen(len(src)) of them. It panics if
// dst is too short.
func (enc *Encoding) Encode(dst, src []byte) {
	out := 0
	for len(src) >= 3 {
		v := uint(src[0])<<16 | uint(src[1])<<8 | uint(src[2])
		dst[out] = enc.alphabet[v>>18]
		dst[out+1] = enc.alphabet[v>>12&63]
		dst[out+2] = enc.alphabet[v>>6&63]
		dst[out+3] = enc.alphabet[v&63]
		src = src[3:]
		out += 4
	}
	if len(src) == 0 {
		return
	}
	v := uint(src[0]) << 16
	if len(src) == 2 {
		v |= uint(src[1]) << 8
	}
	dst[out] = enc.alphabet[v>>18]
	dst[out+1] = enc.alphabet[v>>12&63]
	if len(src) == 2 {
		dst[out+2] = enc.alphabet[v>>6&63]
	} else if enc.padding != NoPadding {
		dst[out+2] = byte(enc.padding)
	}
	if enc.padding != NoPadding {
		dst[out+3] = byte(enc.padding)
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
// before that place is written. It panics if dst is shorter than
// DecodedLen(len(src)) and that matters.
func (enc *Encoding) Decode(dst, src []byte) (n int, err error) {
	at := 0
	for at < len(src) {
		var group [4]byte
		size := 0
		padded := false
		for size < 4 && !padded {
			if at == len(src) {
				if size == 0 {
					return n, nil
				}
				if size == 1 || enc.padding != NoPadding {
					return n, CorruptInputError(at - size)
				}
				break
			}
			c := src[at]
			at++
			if v := enc.values[c]; v != 255 {
				group[size] = v
				size++
				continue
			}
			if c == '\n' || c == '\r' {
				continue
			}
			if rune(c) != enc.padding || size < 2 {
				return n, CorruptInputError(at - 1)
			}
			padded = true
			if size == 2 {
				at = lineEnds(src, at)
				if at == len(src) {
					return n, CorruptInputError(len(src))
				}
				if rune(src[at]) != enc.padding {
					return n, CorruptInputError(at - 1)
				}
				at++
			}
			at = lineEnds(src, at)
			if at < len(src) {
				err = CorruptInputError(at)
			}
		}
		v := uint(group[0])<<18 | uint(group[1])<<12 | uint(group[2])<<6 | uint(group[3])
		if enc.strict && size < 4 && v<<(8*uint(size-1))&0xffffff != 0 {
			return n, CorruptInputError(at - 4 + size)
		}
		for i := range size - 1 {
			dst[n] = byte(v >> (16 - 8*i))
			n++
		}
		if padded || size < 4 {
			return n, err
		}
	}
	return n, nil
}

func lineEnds(src []byte, at int) int {
	for at < len(src) && (src[at] == '\n' || src[at] == '\r') {
		at++
	}
	return at
}

// DecodeString returns the bytes that s stands for, up to the first error.
//
// Example: StdEncoding.DecodeString("aGVsbG8=")
func (enc *Encoding) DecodeString(s string) ([]byte, error) {
	b := make([]byte, enc.DecodedLen(len(s)))
	n, err := enc.Decode(b, []byte(s))
	return b[:n], err
}

// AppendDecode appends the bytes that src stands for to dst, up to the first error.
func (enc *Encoding) AppendDecode(dst, src []byte) ([]byte, error) {
	b := make([]byte, enc.DecodedLen(len(src)))
	n, err := enc.Decode(b, src)
	return append(dst, b[:n]...), err
}
