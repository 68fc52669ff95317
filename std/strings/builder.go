package strings

import "unicode/utf8"

// Builder collects text piece by piece without copying it each time, as + in a
// loop would. The zero value is ready to use.
type Builder struct {
	buf []byte
}

// String returns the text collected so far.
func (b *Builder) String() string { return string(b.buf) }

// Len is the number of bytes collected so far.
func (b *Builder) Len() int { return len(b.buf) }

// Cap is the number of bytes that fit before the buffer must grow.
func (b *Builder) Cap() int { return cap(b.buf) }

// Reset empties the builder.
func (b *Builder) Reset() { b.buf = nil }

// Grow makes room for n more bytes. It panics if n is negative.
func (b *Builder) Grow(n int) {
	if n < 0 {
		panic("strings.Builder.Grow: negative count")
	}
	if cap(b.buf)-len(b.buf) < n {
		grown := make([]byte, len(b.buf), 2*cap(b.buf)+n)
		copy(grown, b.buf)
		b.buf = grown
	}
}

// Write adds the bytes of p. The error is always nil.
func (b *Builder) Write(p []byte) (int, error) {
	b.buf = append(b.buf, p...)
	return len(p), nil
}

// WriteByte adds one byte. The error is always nil.
func (b *Builder) WriteByte(c byte) error {
	b.buf = append(b.buf, c)
	return nil
}

// WriteRune adds the character r and returns how many bytes it takes. The error
// is always nil.
func (b *Builder) WriteRune(r rune) (int, error) {
	n := len(b.buf)
	b.buf = utf8.AppendRune(b.buf, r)
	return len(b.buf) - n, nil
}

// WriteString adds s. The error is always nil.
func (b *Builder) WriteString(s string) (int, error) {
	b.buf = append(b.buf, s...)
	return len(s), nil
}
