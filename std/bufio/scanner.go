package bufio

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// What a Scanner can fail with, apart from what the Reader says.
var (
	ErrTooLong         = errors.New("bufio.Scanner: token too long")
	ErrNegativeAdvance = errors.New("bufio.Scanner: SplitFunc returns negative advance count")
	ErrAdvanceTooFar   = errors.New("bufio.Scanner: SplitFunc returns advance count beyond input")
	ErrBadReadCount    = errors.New("bufio.Scanner: Read returned impossible count")
)

// ErrFinalToken is what a SplitFunc returns to end the scan with the token beside it,
// or without another one if that is nil. It is no failure.
var ErrFinalToken = errors.New("final token")

// MaxScanTokenSize is how long a token can be, unless Buffer was called.
const MaxScanTokenSize = 64 * 1024

// SplitFunc finds the next token at the start of data: how many bytes it takes away,
// and the token, nil if there is none yet. atEOF says that nothing follows data.
type SplitFunc func(data []byte, atEOF bool) (advance int, token []byte, err error)

// Scanner reads token by token, lines unless Split says otherwise:
//
//	s := bufio.NewScanner(r)
//	for s.Scan() {
//		// s.Text()
//	}
type Scanner struct {
	src      io.Reader
	split    SplitFunc
	longest  int
	token    []byte
	buf      []byte
	from, to int
	err      error
	empties  int
	begun    bool
	done     bool
}

// NewScanner returns a Scanner of lines.
func NewScanner(r io.Reader) *Scanner {
	return &Scanner{src: r, split: ScanLines, longest: MaxScanTokenSize}
}

// Err returns what ended the scan, nil at the end of the data.
func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

// Bytes returns the token just found; it is good until the next Scan.
func (s *Scanner) Bytes() []byte { return s.token }

// Text returns the token just found.
func (s *Scanner) Text() string { return string(s.token) }

// Split sets what a token is. It panics once scanning has begun.
func (s *Scanner) Split(split SplitFunc) {
	if s.begun {
		panic("Split called after Scan")
	}
	s.split = split
}

// Buffer sets the buffer to begin with, and how long it may become. It panics once
// scanning has begun.
func (s *Scanner) Buffer(buf []byte, max int) {
	if s.begun {
		panic("Buffer called after Scan")
	}
	s.buf = buf[0:cap(buf)]
	s.longest = max
}

func (s *Scanner) fail(err error) {
	if s.err == nil || s.err == io.EOF {
		s.err = err
	}
}

// stop ends the scan for good.
func (s *Scanner) stop() bool {
	s.from, s.to = 0, 0
	s.token = nil
	return false
}

// Scan goes on to the next token and reports whether there is one. It panics if split
// returns many empty tokens without going on.
func (s *Scanner) Scan() bool {
	if s.done {
		return false
	}
	s.begun = true
	for {
		if s.to > s.from || s.err != nil {
			n, token, err := s.split(s.buf[s.from:s.to], s.err != nil)
			if err != nil {
				if err == ErrFinalToken {
					s.token = token
					s.done = true
					return token != nil
				}
				s.fail(err)
				return s.stop()
			}
			if n < 0 {
				s.fail(ErrNegativeAdvance)
				return s.stop()
			}
			if n > s.to-s.from {
				s.fail(ErrAdvanceTooFar)
				return s.stop()
			}
			s.from += n
			s.token = token
			if token != nil {
				if s.err == nil || n > 0 {
					s.empties = 0
				} else {
					s.empties++
					if s.empties > maxEmpty {
						panic("bufio.Scan: too many empty tokens without progressing")
					}
				}
				return true
			}
		}
		if s.err != nil {
			return s.stop()
		}
		if !s.room() {
			s.fail(ErrTooLong)
			return false
		}
		s.read()
	}
}

// room makes room in the buffer, and reports whether there is some.
func (s *Scanner) room() bool {
	if s.from > 0 && (s.to == len(s.buf) || s.from > len(s.buf)/2) {
		copy(s.buf, s.buf[s.from:s.to])
		s.to -= s.from
		s.from = 0
	}
	if s.to < len(s.buf) {
		return true
	}
	if len(s.buf) >= s.longest {
		return false
	}
	size := len(s.buf) * 2
	if size == 0 {
		size = defaultSize
	}
	grown := make([]byte, min(size, s.longest))
	copy(grown, s.buf[s.from:s.to])
	s.buf = grown
	s.to -= s.from
	s.from = 0
	return true
}

func (s *Scanner) read() {
	for range maxEmpty + 1 {
		n, err := s.src.Read(s.buf[s.to:])
		if n < 0 || len(s.buf)-s.to < n {
			s.fail(ErrBadReadCount)
			return
		}
		s.to += n
		if err != nil {
			s.fail(err)
			return
		}
		if n > 0 {
			s.empties = 0
			return
		}
	}
	s.fail(io.ErrNoProgress)
}

// ScanBytes makes a token of each byte.
func ScanBytes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	return 1, data[:1], nil
}

// ScanRunes makes a token of each character; bytes that are no UTF-8 become U+FFFD.
func ScanRunes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	if !atEOF && !utf8.FullRune(data) {
		return 0, nil, nil
	}
	c, n := utf8.DecodeRune(data)
	if c == utf8.RuneError && n == 1 {
		return 1, []byte(string(utf8.RuneError)), nil
	}
	return n, data[:n], nil
}

// ScanLines makes a token of each line, without its end, \n or \r\n. The last line
// need not have one.
func ScanLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, withoutReturn(data[:i]), nil
	}
	if !atEOF || len(data) == 0 {
		return 0, nil, nil
	}
	return len(data), withoutReturn(data), nil
}

func withoutReturn(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// ScanWords makes a token of each word between spaces, as unicode.IsSpace knows them.
func ScanWords(data []byte, atEOF bool) (advance int, token []byte, err error) {
	start := 0
	for start < len(data) {
		c, n := utf8.DecodeRune(data[start:])
		if !isSpace(c) {
			break
		}
		start += n
	}
	for i := start; i < len(data); {
		c, n := utf8.DecodeRune(data[i:])
		if isSpace(c) {
			return i + n, data[start:i], nil
		}
		i += n
	}
	if atEOF && start < len(data) {
		return len(data), data[start:], nil
	}
	return start, nil, nil
}

func isSpace(c rune) bool {
	switch c {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return 0x2000 <= c && c <= 0x200a
}
