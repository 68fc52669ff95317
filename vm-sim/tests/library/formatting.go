// Formatting asks values of all kinds, at all depths, for their texts.
package main

import (
	"errors"
	"fmt"
	"strings"
)

type color uint8

func (c color) String() string { return [...]string{"red", "green", "blue"}[c] }

type coin struct {
	Amount uint64
	Denom  string
}

func (c coin) String() string { return fmt.Sprintf("%d%s", c.Amount, c.Denom) }

type account struct {
	Name    string
	Balance coin
	hidden  coin
	Friends []*account
	Colors  map[color]coin
	Any     any
	Err     error
}

type node struct {
	value int
	next  *node
}

func (n *node) String() string {
	if n == nil {
		return "end"
	}
	return fmt.Sprint(n.value, " -> ", n.next)
}

type failure struct{ code int }

func (f *failure) Error() string { return "failure " + fmt.Sprint(f.code) }

type syntax struct{ a int }

func (s syntax) GoString() string { return "syntax!" }

type bad struct{ p *int }

func (b bad) String() string { return fmt.Sprint(*b.p) }

type worse string

func (w worse) String() string { panic(errors.New("worse: " + string(w))) }

type broken struct{ text string }

func (b *broken) Error() string { return b.text }

type list []int

func (l list) String() string { return "list of " + fmt.Sprint(len(l)) }

type letter byte

type embedded struct {
	coin
	Extra int
}

type pair[K comparable, V any] struct {
	Key K
	Val V
}

func main() {
	a := account{"ann", coin{5, "amg"}, coin{7, "amg"}, nil, map[color]coin{2: {1, "x"}, 0: {2, "y"}}, color(1), &failure{3}}
	fmt.Println(a)
	fmt.Printf("%v %+v\n", a, a)
	fmt.Printf("%s|%d|%x|%q\n", a.Balance, a.Balance, a.Balance, a.Balance)
	fmt.Printf("%v %v %v\n", &a.Balance, []coin{{1, "a"}, {2, "b"}}, [2]color{0, 2})
	fmt.Printf("%s %v %d\n", color(2), color(1), color(1))
	fmt.Printf("%v %s\n", &node{1, &node{2, nil}}, (*node)(nil))
	fmt.Printf("%v %d %s\n", list{1, 2}, list{1, 2}, list(nil))
	fmt.Printf("%#v %#v %#v\n", syntax{1}, &syntax{2}, []syntax{{3}})
	fmt.Printf("%#v\n%#v\n", a.Balance, struct {
		A int
		B []string
		C map[string]bool
		D *int
		E any
		F error
	}{1, []string{"x", "y"}, map[string]bool{"k": true}, nil, 2.5, nil})
	fmt.Printf("%#v %#v %#v %#v\n", []int(nil), map[string]int(nil), []byte("ab"), pair[string, int]{"k", 1})
	fmt.Printf("%v %s %q %v\n", bad{}, bad{}, bad{}, []bad{{}})
	fmt.Printf("%v %s %d\n", worse("no"), worse("yes"), worse("n"))
	var b *broken
	fmt.Printf("%v %s %q %10v|\n", b, b, b, b)
	fmt.Println(errors.Join(errors.New("one"), fmt.Errorf("two: %w", &failure{2})), fmt.Errorf("%w and %w", &failure{1}, errors.New("x")))
	fmt.Printf("%v %+v\n", embedded{coin{3, "z"}, 4}, struct {
		c coin
		C coin
		E embedded
	}{coin{1, "p"}, coin{2, "q"}, embedded{coin{3, "r"}, 5}})
	fmt.Printf("%T %T %T %T %T %T\n", a, &a, a.Colors, []any{1}, a.Err, pair[string, []int]{})
	fmt.Printf("%T %T %T %T\n", func(int, ...string) (bool, error) { return false, nil }, struct{ A, B int }{}, [3]*coin{}, nil)
	fmt.Printf("%6.2f|%-8s|%08d|%+d|%x|%X|%o|%b|%c|%U|%#U|%t|%e|%g|%%|%5t|%q\n", 3.14159, "ab", -42, 7, 255, "hi", 8, 5, 'é', 'é', '😀', true, 12345.678, 1e-7, false, 'x')
	fmt.Printf("%*d|%-*d|%.*f|%[2]d %[1]d|%[3]*.[2]*[1]f\n", 5, 1, 5, 2, 2, 3.14159)
	fmt.Printf("%d %s %!|%z %d\n", "x", 5, 1)
	fmt.Printf("%d\n", 1, 2, "three", nil)
	fmt.Printf("%s %v %d\n", []byte("bytes"), []byte("bytes"), []byte("by"))
	fmt.Printf("%s %v %x %v\n", []letter("abc"), []letter("abc"), [3]byte{1, 2, 255}, [2]bool{true})
	fmt.Printf("%v %v %v\n", map[string]int{"z": 1, "a": 2}, map[int]bool{3: true, -1: false}, map[float64]string{1.5: "a", -2: "b"})
	fmt.Printf("%v %v\n", map[any]int{3: 1, 1: 2, 2: 3}, map[[2]int]string{{2, 1}: "b", {1, 9}: "a"})
	fmt.Printf("%v %v %v %v\n", nil, []any{nil, 1, "a", []any{}}, any(nil), error(nil))
	fmt.Printf("%5v|%-5v|%05v|%+v|%v\n", 1, 2, 3, 4, int8(-5))
	fmt.Printf("%v %v %v %v %.3v %v\n", 1.0, 1e6, 123456789.0, float32(0.1), 2.0/3, 1e21)
	fmt.Printf("%v %.2f %v\n", complex(1, -2), complex(1.234, 5.678), complex64(3))
	fmt.Print("a", "b", 1, 2, "c", 3.5, nil, nil, '\n', "\n")
	fmt.Println(strings.Repeat("=", 3), true, 'x', uint8(7), -0.0, "q\x00é")
	fmt.Printf("%x %X % x %#x %# x\n", "hello", []byte("hi"), "abc", "abc", "abc")
	fmt.Printf("%08.3f|%+.2e|% d|%+q|%#q|%.2s|%.0f\n", -3.14159, 12345.678, 42, "é", "raw", "日本語", 2.5)
	fmt.Println(fmt.Sprint(), fmt.Sprint(nil), fmt.Sprintln("x", 1) == "x 1\n", fmt.Sprintf("%v", [0]int{}))
	fmt.Println(string(fmt.Appendf(nil, "%03d", 7)), string(fmt.Append([]byte("p"), 1, 2)), string(fmt.Appendln(nil, "l")) == "l\n")
	var sb strings.Builder
	fmt.Fprintf(&sb, "%d-%s", 1, "x")
	fmt.Fprint(&sb, "y", 2)
	fmt.Fprintln(&sb)
	fmt.Printf("%q\n", sb.String())
}
