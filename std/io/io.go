// Package io names the ways to read and write bytes that other packages share.
package io

import "errors"

// EOF is what Read returns when there is no more to read. Functions return EOF
// itself, so that it can be compared with ==.
var EOF = errors.New("EOF")

// ErrUnexpectedEOF says that the data ended in the middle of something of known
// size.
var ErrUnexpectedEOF = errors.New("unexpected EOF")

// ErrShortWrite says that fewer bytes were written than asked for, and that no
// other error says why.
var ErrShortWrite = errors.New("short write")

// ErrNoProgress says that a Reader returned neither data nor an error many
// times in a row.
var ErrNoProgress = errors.New("multiple Read calls return no data or error")

// Reader reads up to len(p) bytes into p and says how many. At the end of the
// data it returns EOF, either with the last bytes or after them.
type Reader interface {
	Read(p []byte) (n int, err error)
}

// Writer writes the bytes of p. It says how many it wrote and, if that is less
// than len(p), why. It must not keep or change p.
type Writer interface {
	Write(p []byte) (n int, err error)
}

// Closer is closed once, after the last use.
type Closer interface {
	Close() error
}

// ReadWriter reads and writes.
type ReadWriter interface {
	Reader
	Writer
}

// ReadCloser reads and is closed.
type ReadCloser interface {
	Reader
	Closer
}

// WriteCloser writes and is closed.
type WriteCloser interface {
	Writer
	Closer
}

// WriterTo writes all its data to a Writer.
type WriterTo interface {
	WriteTo(w Writer) (n int64, err error)
}

// ReaderFrom reads all the data of a Reader.
type ReaderFrom interface {
	ReadFrom(r Reader) (n int64, err error)
}

// ByteReader reads one byte at a time.
type ByteReader interface {
	ReadByte() (byte, error)
}

// ByteScanner is a ByteReader that can step back by the byte last read.
type ByteScanner interface {
	ByteReader
	UnreadByte() error
}

// ByteWriter writes one byte at a time.
type ByteWriter interface {
	WriteByte(c byte) error
}

// RuneReader reads one UTF-8 encoded character at a time and says how many
// bytes it took.
type RuneReader interface {
	ReadRune() (r rune, size int, err error)
}

// RuneScanner is a RuneReader that can step back by the character last read.
type RuneScanner interface {
	RuneReader
	UnreadRune() error
}

// StringWriter writes a string without a copy of it as bytes.
type StringWriter interface {
	WriteString(s string) (n int, err error)
}

// WriteString writes s to w, by w's own WriteString if it has one.
func WriteString(w Writer, s string) (n int, err error) {
	if sw, ok := w.(StringWriter); ok {
		return sw.WriteString(s)
	}
	return w.Write([]byte(s))
}

// ReadAll reads r to its end. Reaching it is no error.
func ReadAll(r Reader) ([]byte, error) {
	var all []byte
	chunk := make([]byte, 512)
	for {
		n, err := r.Read(chunk)
		all = append(all, chunk[:n]...)
		if err == EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// ReadFull fills buf from r. It returns EOF if there was nothing at all and
// ErrUnexpectedEOF if buf was filled only in part.
func ReadFull(r Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var more int
		more, err = r.Read(buf[n:])
		n += more
	}
	if n == len(buf) {
		return n, nil
	}
	if n > 0 && err == EOF {
		return n, ErrUnexpectedEOF
	}
	return n, err
}

// Copy writes all that src gives to dst and says how many bytes that were.
func Copy(dst Writer, src Reader) (written int64, err error) {
	chunk := make([]byte, 512)
	for {
		n, readErr := src.Read(chunk)
		if n > 0 {
			w, writeErr := dst.Write(chunk[:n])
			written += int64(w)
			if writeErr != nil {
				return written, writeErr
			}
			if w < n {
				return written, ErrShortWrite
			}
		}
		if readErr == EOF {
			return written, nil
		}
		if readErr != nil {
			return written, readErr
		}
	}
}

// Discard takes all writes and keeps nothing.
var Discard Writer = discard{}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func (discard) WriteString(s string) (int, error) { return len(s), nil }
