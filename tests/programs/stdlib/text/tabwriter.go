// text/tabwriter: random tables with all flags, written whole and in pieces.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

var seed uint32 = 41

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	b.left -= len(p)
	if b.left < 0 {
		return 0, errors.New("full")
	}
	return len(p), nil
}

func main() {
	parts := []string{"a", "bc", "def", "é", "€uro", "\t", "\t", "\t", "\v", "\n", "\n", "\f", "<b>", "</b>", "&lt;", "\xffx\ty\xff", " ", ""}
	plain := []string{"a", "bc", "def", "é", "\t", "\t", "\t", "\n", "\n"}
	for round := range 400 {
		list := parts
		if round%2 == 0 {
			list = plain
		}
		var b strings.Builder
		for range next(30) {
			b.WriteString(list[next(len(list))])
		}
		text := b.String()
		flags := uint(next(64))
		pad := []byte{' ', '\t', '.', '-'}[next(4)]
		var out strings.Builder
		minimum, tab, padding := next(8), next(9), next(3)
		w := tabwriter.NewWriter(&out, minimum, tab, padding, pad, flags)
		for rest := text; rest != ""; {
			n := min(1+next(9), len(rest))
			if round%3 == 0 {
				n = len(rest)
			}
			m, err := w.Write([]byte(rest[:n]))
			if m != n || err != nil {
				fmt.Println(m, err)
			}
			rest = rest[n:]
		}
		err := w.Flush()
		fmt.Printf("%q %d %d %d %q %d: %q %v\n", text, minimum, tab, padding, pad, flags, out.String(), err)
	}
	w := tabwriter.NewWriter(&broken{5}, 0, 8, 1, ' ', 0)
	fmt.Fprintln(w, "a\tb\tc\nlong\tline\tx")
	fmt.Println(w.Flush())
	fmt.Println(w.Flush())
	w.Init(io.Discard, 1, 1, 1, ' ', 0)
	fmt.Println(w.Write([]byte("x\ty\n")))
	func() {
		defer func() { fmt.Println(recover()) }()
		w.Init(io.Discard, -1, 0, 0, ' ', 0)
	}()
	fmt.Println(tabwriter.FilterHTML, tabwriter.StripEscape, tabwriter.AlignRight, tabwriter.DiscardEmptyColumns, tabwriter.TabIndent, tabwriter.Debug, tabwriter.Escape)
}
