package bytes

import (
	"errors"
	"io"
	"unicode/utf8"
)

// Reader reads the bytes and characters of a byte slice.
type Reader struct {
	s    []byte
	at   int
	last int // where the character last read began, -1 if none
}

// NewReader returns a Reader of b.
func NewReader(b []byte) *Reader { return &Reader{b, 0, -1} }

// Len is the number of bytes not yet read.
func (r *Reader) Len() int { return len(r.s) - r.at }

// Size is the number of bytes of the whole slice.
func (r *Reader) Size() int64 { return int64(len(r.s)) }

// Reset starts again with b.
func (r *Reader) Reset(b []byte) { *r = Reader{b, 0, -1} }

// Read reads up to len(b) bytes, and returns io.EOF when none is left.
func (r *Reader) Read(b []byte) (n int, err error) {
	if r.at >= len(r.s) {
		return 0, io.EOF
	}
	r.last = -1
	n = copy(b, r.s[r.at:])
	r.at += n
	return n, nil
}

// ReadByte reads one byte.
func (r *Reader) ReadByte() (byte, error) {
	r.last = -1
	if r.at >= len(r.s) {
		return 0, io.EOF
	}
	c := r.s[r.at]
	r.at++
	return c, nil
}

// UnreadByte steps back by one byte.
func (r *Reader) UnreadByte() error {
	if r.at == 0 {
		return errors.New("bytes.Reader.UnreadByte: at beginning of slice")
	}
	r.last = -1
	r.at--
	return nil
}

// ReadRune reads one character and says how many bytes it took.
func (r *Reader) ReadRune() (ch rune, size int, err error) {
	if r.at >= len(r.s) {
		r.last = -1
		return 0, 0, io.EOF
	}
	r.last = r.at
	ch, size = utf8.DecodeRune(r.s[r.at:])
	r.at += size
	return ch, size, nil
}

// UnreadRune steps back by the character just read by ReadRune.
func (r *Reader) UnreadRune() error {
	if r.at == 0 {
		return errors.New("bytes.Reader.UnreadRune: at beginning of slice")
	}
	if r.last < 0 {
		return errors.New("bytes.Reader.UnreadRune: previous operation was not ReadRune")
	}
	r.at = r.last
	r.last = -1
	return nil
}

// WriteTo writes what is left to w.
func (r *Reader) WriteTo(w io.Writer) (n int64, err error) {
	r.last = -1
	if r.at >= len(r.s) {
		return 0, nil
	}
	rest := r.s[r.at:]
	m, err := w.Write(rest)
	r.at += m
	if m < len(rest) && err == nil {
		err = io.ErrShortWrite
	}
	return int64(m), err
}
