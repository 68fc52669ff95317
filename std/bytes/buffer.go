package bytes

import (
	"errors"
	"io"
	"unicode/utf8"
)

// MinRead is how much room ReadFrom makes at a time.
const MinRead = 512

// ErrTooLarge is what a Buffer that cannot grow panics with.
var ErrTooLarge = errors.New("bytes.Buffer: too large")

// Buffer is a queue of bytes: what is written at its end is read from its start.
// The zero value is ready to use.
type Buffer struct {
	buf  []byte
	at   int // what was read of buf
	last int // bytes that the last read took and can be put back, else 0
	rune bool
}

// NewBuffer returns a Buffer that holds buf, and takes it over.
func NewBuffer(buf []byte) *Buffer { return &Buffer{buf: buf} }

// NewBufferString returns a Buffer that holds the bytes of s.
func NewBufferString(s string) *Buffer { return &Buffer{buf: []byte(s)} }

// Bytes returns what is left to read. It is valid until the next write.
func (b *Buffer) Bytes() []byte { return b.buf[b.at:] }

// String returns what is left to read, and "<nil>" for a nil Buffer.
func (b *Buffer) String() string {
	if b == nil {
		return "<nil>"
	}
	return string(b.buf[b.at:])
}

// Len is the number of bytes left to read.
func (b *Buffer) Len() int { return len(b.buf) - b.at }

// Cap is the number of bytes that the buffer's array has room for.
func (b *Buffer) Cap() int { return cap(b.buf) }

// Available is the number of bytes that fit before the buffer must grow.
func (b *Buffer) Available() int { return cap(b.buf) - len(b.buf) }

// AvailableBuffer returns an empty slice of the room at the end, to append to and
// pass to Write.
func (b *Buffer) AvailableBuffer() []byte { return b.buf[len(b.buf):] }

// Reset empties the buffer.
func (b *Buffer) Reset() { b.buf, b.at, b.last = b.buf[:0], 0, 0 }

// Truncate drops all but the first n bytes left to read. It panics if there are
// fewer.
func (b *Buffer) Truncate(n int) {
	if n < 0 || n > b.Len() {
		panic("bytes.Buffer: truncation out of range")
	}
	if n == 0 {
		b.Reset()
		return
	}
	b.last = 0
	b.buf = b.buf[:b.at+n]
}

// Grow makes room for n more bytes. It panics if n is negative.
func (b *Buffer) Grow(n int) {
	if n < 0 {
		panic("bytes.Buffer.Grow: negative count")
	}
	b.last = 0
	if cap(b.buf)-len(b.buf) < n {
		grown := make([]byte, b.Len(), 2*b.Len()+n)
		copy(grown, b.buf[b.at:])
		b.buf, b.at = grown, 0
	}
}

// Write adds the bytes of p. The error is always nil.
func (b *Buffer) Write(p []byte) (n int, err error) {
	b.last = 0
	b.buf = append(b.buf, p...)
	return len(p), nil
}

// WriteString adds s. The error is always nil.
func (b *Buffer) WriteString(s string) (n int, err error) {
	b.last = 0
	b.buf = append(b.buf, s...)
	return len(s), nil
}

// WriteByte adds one byte. The error is always nil.
func (b *Buffer) WriteByte(c byte) error {
	b.last = 0
	b.buf = append(b.buf, c)
	return nil
}

// WriteRune adds the character r and returns how many bytes it takes. The error
// is always nil.
func (b *Buffer) WriteRune(r rune) (n int, err error) {
	b.last = 0
	before := len(b.buf)
	b.buf = utf8.AppendRune(b.buf, r)
	return len(b.buf) - before, nil
}

// take returns the next n bytes left to read, or as many as there are.
func (b *Buffer) take(n int) []byte {
	n = min(n, b.Len())
	taken := b.buf[b.at : b.at+n]
	b.at += n
	b.last = 0
	b.rune = false
	if n > 0 {
		b.last = 1
	}
	return taken
}

// Next returns the next n bytes, or as many as there are. They are valid until
// the next write.
func (b *Buffer) Next(n int) []byte { return b.take(n) }

// Read reads up to len(p) bytes, and returns io.EOF when none is left.
func (b *Buffer) Read(p []byte) (n int, err error) {
	if b.Len() == 0 {
		b.Reset()
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	return copy(p, b.take(len(p))), nil
}

// ReadByte reads one byte.
func (b *Buffer) ReadByte() (byte, error) {
	if b.Len() == 0 {
		b.Reset()
		return 0, io.EOF
	}
	return b.take(1)[0], nil
}

// ReadRune reads one character and says how many bytes it took.
func (b *Buffer) ReadRune() (r rune, size int, err error) {
	if b.Len() == 0 {
		b.Reset()
		return 0, 0, io.EOF
	}
	r, size = utf8.DecodeRune(b.buf[b.at:])
	b.at += size
	b.last = size
	b.rune = true
	return r, size, nil
}

// UnreadRune puts back the character just read by ReadRune.
func (b *Buffer) UnreadRune() error {
	if b.last == 0 || !b.rune {
		return errors.New("bytes.Buffer: UnreadRune: previous operation was not a successful ReadRune")
	}
	b.at -= b.last
	b.last = 0
	return nil
}

// UnreadByte puts back the last byte of a read just made.
func (b *Buffer) UnreadByte() error {
	if b.last == 0 {
		return errors.New("bytes.Buffer: UnreadByte: previous operation was not a successful read")
	}
	if b.at > 0 {
		b.at--
	}
	b.last = 0
	return nil
}

// ReadBytes reads up to and including the first delim, or all that is left and
// io.EOF if there is none. It returns a copy.
func (b *Buffer) ReadBytes(delim byte) (line []byte, err error) {
	n := IndexByte(b.buf[b.at:], delim) + 1
	if n == 0 {
		n = b.Len()
		err = io.EOF
	}
	line = append(line, b.take(n)...)
	b.last = 1
	return line, err
}

// ReadString is ReadBytes with a string as the result.
func (b *Buffer) ReadString(delim byte) (line string, err error) {
	read, err := b.ReadBytes(delim)
	return string(read), err
}

// WriteTo writes what is left to w.
func (b *Buffer) WriteTo(w io.Writer) (n int64, err error) {
	if b.Len() > 0 {
		want := b.Len()
		m, err := w.Write(b.buf[b.at:])
		if m < 0 || m > want {
			panic("bytes.Buffer.WriteTo: invalid Write count")
		}
		b.at += m
		b.last = 0
		if err != nil {
			return int64(m), err
		}
		if m < want {
			return int64(m), io.ErrShortWrite
		}
		n = int64(m)
	}
	b.Reset()
	return n, nil
}

// ReadFrom adds all that r gives.
func (b *Buffer) ReadFrom(r io.Reader) (n int64, err error) {
	chunk := make([]byte, MinRead)
	b.last = 0
	for {
		m, err := r.Read(chunk)
		b.buf = append(b.buf, chunk[:m]...)
		n += int64(m)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
