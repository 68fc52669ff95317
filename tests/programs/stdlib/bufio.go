// bufio: readers that give data in many ways, scanners, writers that fail.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

var seed uint32 = 5

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

// pieces gives its data in pieces of some size, and at the end an error.
type pieces struct {
	data  string
	size  int
	err   error
	early bool // the error comes with the last piece
	empty int  // how often nothing comes first
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.empty > 0 {
		p.empty--
		return 0, nil
	}
	if p.data == "" {
		return 0, p.err
	}
	n := copy(b[:min(len(b), p.size)], p.data)
	p.data = p.data[n:]
	if p.early && p.data == "" {
		return n, p.err
	}
	return n, nil
}

var broken = errors.New("broken")

func text(n int) string {
	letters := []string{"a", "b", " ", "\n", "\r\n", "é", "€", "\xff", ",", "xyz", "\r"}
	var b strings.Builder
	for range n {
		b.WriteString(letters[next(len(letters))])
	}
	return b.String()
}

func readers() {
	for round := range 60 {
		src := &pieces{text(40), 1 + next(9), io.EOF, next(2) == 0, next(3)}
		if next(4) == 0 {
			src.err = broken
		}
		r := bufio.NewReaderSize(src, 16+next(8))
		for range 30 {
			switch step := next(13); step {
			case 0:
				c, err := r.ReadByte()
				fmt.Println(round, step, c, err, r.Buffered())
			case 1:
				c, n, err := r.ReadRune()
				fmt.Println(round, step, c, n, err, r.Buffered())
			case 2:
				fmt.Println(round, step, r.UnreadByte(), r.Buffered())
			case 3:
				fmt.Println(round, step, r.UnreadRune(), r.Buffered())
			case 4:
				b, err := r.ReadSlice('\n')
				fmt.Printf("%d %d %q %v\n", round, step, b, err)
			case 5:
				b, p, err := r.ReadLine()
				fmt.Printf("%d %d %q %v %v\n", round, step, b, p, err)
			case 6:
				b, err := r.ReadBytes(' ')
				fmt.Printf("%d %d %q %v\n", round, step, b, err)
			case 7:
				s, err := r.ReadString(',')
				fmt.Printf("%d %d %q %v\n", round, step, s, err)
			case 8:
				b, err := r.Peek(next(30) - 1)
				fmt.Printf("%d %d %q %v\n", round, step, b, err)
			case 9:
				n, err := r.Discard(next(12) - 1)
				fmt.Println(round, step, n, err)
			case 10:
				b := make([]byte, next(40))
				n, err := r.Read(b)
				fmt.Printf("%d %d %q %v\n", round, step, b[:n], err)
			case 11:
				if next(8) == 0 {
					var b bytes.Buffer
					n, err := r.WriteTo(&b)
					fmt.Printf("%d %d %d %q %v\n", round, step, n, b.String(), err)
				}
			case 12:
				if next(8) == 0 {
					r.Reset(&pieces{text(10), 3, io.EOF, true, 0})
					fmt.Println(round, step, r.Size())
				}
			}
		}
	}
	stuck := bufio.NewReader(&pieces{empty: 1000})
	_, err := stuck.ReadByte()
	fmt.Println(err)
	fmt.Println(stuck.Size(), bufio.NewReaderSize(stuck, 10) == stuck, bufio.NewReaderSize(strings.NewReader(""), 1).Size())
}

func scanners() {
	splits := []bufio.SplitFunc{bufio.ScanLines, bufio.ScanWords, bufio.ScanRunes, bufio.ScanBytes}
	for round := range 80 {
		src := &pieces{text(20), 1 + next(9), io.EOF, next(2) == 0, next(3)}
		if next(4) == 0 {
			src.err = broken
		}
		s := bufio.NewScanner(src)
		s.Split(splits[round%4])
		if next(3) == 0 {
			s.Buffer(make([]byte, next(4)), 2+next(10))
		}
		for s.Scan() {
			fmt.Printf("%d %q %q\n", round, s.Text(), s.Bytes())
		}
		fmt.Println(round, s.Err(), s.Scan(), s.Text())
	}
	try := func(name string, f bufio.SplitFunc) {
		defer func() { fmt.Println(name, recover()) }()
		s := bufio.NewScanner(strings.NewReader("some text"))
		s.Split(f)
		for i := 0; i < 5 && s.Scan(); i++ {
			fmt.Printf("%s %q\n", name, s.Text())
		}
		fmt.Println(s.Err())
		s.Split(f)
	}
	try("negative", func(data []byte, end bool) (int, []byte, error) { return -1, nil, nil })
	try("far", func(data []byte, end bool) (int, []byte, error) { return 100, nil, nil })
	try("final", func(data []byte, end bool) (int, []byte, error) { return 2, data[:2], bufio.ErrFinalToken })
	try("final nil", func(data []byte, end bool) (int, []byte, error) { return 2, nil, bufio.ErrFinalToken })
	try("error", func(data []byte, end bool) (int, []byte, error) { return 2, data[:2], broken })
	try("empty", func(data []byte, end bool) (int, []byte, error) {
		if !end {
			return 0, nil, nil
		}
		return 0, []byte{}, nil
	})
	func() {
		defer func() { fmt.Println(recover()) }()
		s := bufio.NewScanner(strings.NewReader("\n\n\n"))
		s.Split(func(data []byte, end bool) (int, []byte, error) { return 0, []byte{}, nil })
		n := 0
		for s.Scan() {
			n++
			if n > 1000 {
				fmt.Println("endless")
				return
			}
		}
		fmt.Println(n, s.Err())
	}()
	long := bufio.NewScanner(strings.NewReader(strings.Repeat("x", 70000)))
	fmt.Println(long.Scan(), long.Err())
}

// limited takes so many bytes, and then fails.
type limited struct {
	left int
	got  bytes.Buffer
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	l.got.Write(p[:n])
	if n < len(p) {
		return n, broken
	}
	return n, nil
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) / 2, nil }

func writers() {
	for round := range 40 {
		dst := &limited{left: next(120)}
		w := bufio.NewWriterSize(dst, 1+next(16))
		for range 15 {
			switch step := next(7); step {
			case 0:
				n, err := w.Write([]byte(text(next(8))))
				fmt.Println(round, step, n, err, w.Buffered(), w.Available())
			case 1:
				n, err := w.WriteString(text(next(8)))
				fmt.Println(round, step, n, err, w.Buffered(), w.Available())
			case 2:
				fmt.Println(round, step, w.WriteByte('q'), w.Buffered())
			case 3:
				n, err := w.WriteRune([]rune{'a', 'é', '€', -1, 0x1f600}[next(5)])
				fmt.Println(round, step, n, err, w.Buffered())
			case 4:
				fmt.Println(round, step, w.Flush(), w.Buffered())
			case 5:
				n, err := w.ReadFrom(&pieces{text(6), 1 + next(5), io.EOF, next(2) == 0, 0})
				fmt.Println(round, step, n, err, w.Buffered())
			case 6:
				b := append(w.AvailableBuffer(), "zz"...)
				n, err := w.Write(b)
				fmt.Println(round, step, n, err)
			}
		}
		fmt.Printf("%d %v %q\n", round, w.Flush(), dst.got.String())
	}
	w := bufio.NewWriterSize(short{}, 4)
	fmt.Println(w.WriteString("abcdefgh"))
	fmt.Println(w.Flush(), w.Size())
	w.Reset(io.Discard)
	fmt.Println(w.WriteString("abcdefgh"))
	fmt.Println(bufio.NewWriterSize(io.Discard, -1).Size())
	rw := bufio.NewReadWriter(bufio.NewReader(strings.NewReader("in")), w)
	s, err := rw.ReadString('x')
	fmt.Println(s, err)
	_, err = rw.WriteString("out")
	fmt.Println(err, rw.Writer.Buffered())
}

func main() {
	readers()
	scanners()
	writers()
}
