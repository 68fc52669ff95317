// Package bufio reads and writes in pieces that suit the program: lines, words, single
// bytes, whatever the pieces are in which the data comes.
package bufio

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	defaultSize = 4096
	minSize     = 16
	maxEmpty    = 100 // how often a Reader may give nothing before it is given up
)

// What reading can fail with, apart from what the underlying Reader says.
var (
	ErrInvalidUnreadByte = errors.New("bufio: invalid use of UnreadByte")
	ErrInvalidUnreadRune = errors.New("bufio: invalid use of UnreadRune")
	ErrBufferFull        = errors.New("bufio: buffer full")
	ErrNegativeCount     = errors.New("bufio: negative count")
)

// Reader is a Reader with a buffer.
type Reader struct {
	buf      []byte
	src      io.Reader
	from, to int // what was read and not yet asked for is buf[from:to]
	err      error
	lastByte int // the byte last read, -1 if it cannot be given back
	lastRune int // the size of the character last read, -1 likewise
}

// NewReader returns a Reader with a buffer of the usual size.
func NewReader(rd io.Reader) *Reader { return NewReaderSize(rd, defaultSize) }

// NewReaderSize returns a Reader with a buffer of at least the given size; that is rd
// itself if it has one already.
func NewReaderSize(rd io.Reader, size int) *Reader {
	if r, ok := rd.(*Reader); ok && len(r.buf) >= size {
		return r
	}
	return &Reader{buf: make([]byte, max(size, minSize)), src: rd, lastByte: -1, lastRune: -1}
}

// Size is the number of bytes that the buffer holds.
func (b *Reader) Size() int { return len(b.buf) }

// Reset forgets what was read and goes on with another Reader.
func (b *Reader) Reset(r io.Reader) {
	if b == r {
		return
	}
	buf := b.buf
	if buf == nil {
		buf = make([]byte, defaultSize)
	}
	*b = Reader{buf: buf, src: r, lastByte: -1, lastRune: -1}
}

// Buffered is the number of bytes that can be read from the buffer.
func (b *Reader) Buffered() int { return b.to - b.from }

// fill reads once more into the buffer, which is not full.
func (b *Reader) fill() {
	if b.from > 0 {
		copy(b.buf, b.buf[b.from:b.to])
		b.to -= b.from
		b.from = 0
	}
	for range maxEmpty {
		n, err := b.src.Read(b.buf[b.to:])
		if n < 0 {
			panic(errors.New("bufio: reader returned negative count from Read"))
		}
		b.to += n
		if err != nil {
			b.err = err
			return
		}
		if n > 0 {
			return
		}
	}
	b.err = io.ErrNoProgress
}

func (b *Reader) takeError() error {
	err := b.err
	b.err = nil
	return err
}

// Peek returns the next n bytes without reading them; they are good until the next
// read. If there are fewer, the error says why.
func (b *Reader) Peek(n int) ([]byte, error) {
	if n < 0 {
		return nil, ErrNegativeCount
	}
	b.lastByte, b.lastRune = -1, -1
	for b.Buffered() < n && b.Buffered() < len(b.buf) && b.err == nil {
		b.fill()
	}
	if n > len(b.buf) {
		return b.buf[b.from:b.to], ErrBufferFull
	}
	if have := b.Buffered(); have < n {
		err := b.takeError()
		if err == nil {
			err = ErrBufferFull
		}
		return b.buf[b.from:b.to], err
	}
	return b.buf[b.from : b.from+n], nil
}

// Discard skips n bytes. If it could skip only fewer, the error says why.
func (b *Reader) Discard(n int) (discarded int, err error) {
	if n < 0 {
		return 0, ErrNegativeCount
	}
	if n == 0 {
		return 0, nil
	}
	b.lastByte, b.lastRune = -1, -1
	left := n
	for {
		if b.Buffered() == 0 {
			b.fill()
		}
		skip := min(b.Buffered(), left)
		b.from += skip
		left -= skip
		if left == 0 {
			return n, nil
		}
		if b.err != nil {
			return n - left, b.takeError()
		}
	}
}

// Read reads what is there, up to len(p) bytes.
func (b *Reader) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		if b.Buffered() > 0 {
			return 0, nil
		}
		return 0, b.takeError()
	}
	if b.from == b.to {
		if b.err != nil {
			return 0, b.takeError()
		}
		if len(p) >= len(b.buf) {
			// the buffer would only be a detour
			n, b.err = b.src.Read(p)
			if n < 0 {
				panic(errors.New("bufio: reader returned negative count from Read"))
			}
			if n > 0 {
				b.lastByte, b.lastRune = int(p[n-1]), -1
			}
			return n, b.takeError()
		}
		b.from, b.to = 0, 0
		n, b.err = b.src.Read(b.buf)
		if n < 0 {
			panic(errors.New("bufio: reader returned negative count from Read"))
		}
		if n == 0 {
			return 0, b.takeError()
		}
		b.to = n
	}
	n = copy(p, b.buf[b.from:b.to])
	b.from += n
	b.lastByte, b.lastRune = int(b.buf[b.from-1]), -1
	return n, nil
}

// ReadByte reads one byte.
func (b *Reader) ReadByte() (byte, error) {
	b.lastRune = -1
	for b.from == b.to {
		if b.err != nil {
			return 0, b.takeError()
		}
		b.fill()
	}
	c := b.buf[b.from]
	b.from++
	b.lastByte = int(c)
	return c, nil
}

// UnreadByte gives back the byte last read.
func (b *Reader) UnreadByte() error {
	if b.lastByte < 0 || b.from == 0 && b.to > 0 {
		return ErrInvalidUnreadByte
	}
	if b.from > 0 {
		b.from--
	} else {
		b.to = 1
	}
	b.buf[b.from] = byte(b.lastByte)
	b.lastByte, b.lastRune = -1, -1
	return nil
}

// ReadRune reads one character and says how many bytes it took; of a byte that is no
// UTF-8 it returns U+FFFD and 1.
func (b *Reader) ReadRune() (r rune, size int, err error) {
	for b.from+utf8.UTFMax > b.to && !utf8.FullRune(b.buf[b.from:b.to]) && b.err == nil && b.Buffered() < len(b.buf) {
		b.fill()
	}
	b.lastRune = -1
	if b.from == b.to {
		return 0, 0, b.takeError()
	}
	r, size = utf8.DecodeRune(b.buf[b.from:b.to])
	b.from += size
	b.lastByte, b.lastRune = int(b.buf[b.from-1]), size
	return r, size, nil
}

// UnreadRune gives back the character just read by ReadRune.
func (b *Reader) UnreadRune() error {
	if b.lastRune < 0 || b.from < b.lastRune {
		return ErrInvalidUnreadRune
	}
	b.from -= b.lastRune
	b.lastByte, b.lastRune = -1, -1
	return nil
}

// ReadSlice reads up to and with the first delim. The bytes are good until the next
// read. Without one, it returns what there was and the error, ErrBufferFull if that
// is all the buffer holds.
func (b *Reader) ReadSlice(delim byte) (line []byte, err error) {
	searched := 0
	for {
		if i := bytes.IndexByte(b.buf[b.from+searched:b.to], delim); i >= 0 {
			end := b.from + searched + i + 1
			line = b.buf[b.from:end]
			b.from = end
			break
		}
		if b.err != nil {
			line = b.buf[b.from:b.to]
			b.from = b.to
			err = b.takeError()
			break
		}
		if b.Buffered() >= len(b.buf) {
			b.from = b.to
			line = b.buf
			err = ErrBufferFull
			break
		}
		searched = b.Buffered()
		b.fill()
	}
	if n := len(line); n > 0 {
		b.lastByte, b.lastRune = int(line[n-1]), -1
	}
	return line, err
}

// ReadLine reads a line without its end. isPrefix says that the line goes on: it did
// not fit the buffer. Most programs want ReadString('\n') or a Scanner.
func (b *Reader) ReadLine() (line []byte, isPrefix bool, err error) {
	line, err = b.ReadSlice('\n')
	if err == ErrBufferFull {
		if n := len(line); n > 0 && line[n-1] == '\r' {
			// perhaps half of a line end
			b.from--
			line = line[:n-1]
		}
		return line, true, nil
	}
	if len(line) == 0 {
		if err != nil {
			line = nil
		}
		return line, false, err
	}
	if line[len(line)-1] == '\n' {
		line = line[:len(line)-1]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
	}
	return line, false, nil
}

// ReadBytes reads up to and with the first delim. Without one, it returns what there
// was and the error, often io.EOF.
func (b *Reader) ReadBytes(delim byte) ([]byte, error) {
	all := []byte{}
	for {
		part, err := b.ReadSlice(delim)
		all = append(all, part...)
		if err != ErrBufferFull {
			return all, err
		}
	}
}

// ReadString is ReadBytes with a string as its result.
func (b *Reader) ReadString(delim byte) (string, error) {
	var all strings.Builder
	for {
		part, err := b.ReadSlice(delim)
		all.Write(part)
		if err != ErrBufferFull {
			return all.String(), err
		}
	}
}

// WriteTo writes all that is left to w.
func (b *Reader) WriteTo(w io.Writer) (n int64, err error) {
	b.lastByte, b.lastRune = -1, -1
	for {
		if b.from < b.to {
			m, err := w.Write(b.buf[b.from:b.to])
			b.from += m
			n += int64(m)
			if err != nil {
				return n, err
			}
		}
		if b.err != nil {
			break
		}
		b.fill()
	}
	if b.err == io.EOF {
		b.err = nil
	}
	return n, b.takeError()
}
