//! Plain Go in the machine.

mod support;

use support::run;

#[track_caller]
fn check(body: &str, expected: &str) {
    let text = if body.contains("package main") { body.to_owned() } else { format!("package main\n\nimport \"fmt\"\n\n{body}\n") };
    assert_eq!(run(&text), expected);
}

#[test]
fn arithmetic() {
    check(
        r#"
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func main() {
	sum := 0
	for i := 0; i < 10; i++ {
		sum += i * i
	}
	fmt.Println(sum, fib(20), -7/2, -7%2, 7&^5, 1<<10)
	var a int8 = 127
	a++
	var b uint8 = 0
	b--
	c := uint32(1<<32 - 1)
	fmt.Println(a, b, c+1, ^0)
	f := 1.5
	fmt.Println(f*2, f/0, int(f), float32(0.1), 1e21, 1e20, 100000.0, 123456789.0)
	x := 10
	x /= 3
	x <<= 4
	fmt.Println(x, 5.0/2, 3+4i, (1+2i)*(3-1i))
	var s uint = 70
	fmt.Println(1<<s == 0, -8>>1, uint8(200)>>3)
}"#,
        "285 6765 -3 -1 2 1024\n-128 255 0 -1\n3 +Inf 1 0.1 1e+21 1e+20 100000 1.23456789e+08\n48 2.5 (3+4i) (5+5i)\ntrue -4 25\n",
    );
}

#[test]
fn slices_maps_strings() {
    check(
        r#"
type point struct{ x, y int }

func main() {
	var s []int
	for i := range 10 {
		s = append(s, i*i)
	}
	fmt.Println(s, len(s), cap(s), s[2:5], s[:0], cap(s[3:5:6]))
	t := append([]string{"a"}, "b", "c")
	copy(t[1:], t)
	fmt.Println(t)
	m := map[string]int{"one": 1, "two": 2}
	m["three"] = 3
	delete(m, "one")
	m["one"] = 11
	for k, v := range m {
		fmt.Print(k, "=", v, " ")
	}
	v, ok := m["none"]
	fmt.Println(len(m), v, ok, m)
	p := map[point]string{{1, 2}: "a"}
	p[point{3, 4}] = "b"
	fmt.Println(p[point{1, 2}], p[point{3, 4}], p)
	str := "héllo, 世界"
	for i, r := range str {
		fmt.Print(i, ":", string(r), " ")
	}
	fmt.Println(len(str), str[1], []byte(str)[:3], []rune(str)[1], string([]rune{19990, 0x754c}))
	b := []byte("abc")
	b = append(b, "def"...)
	b[0] = 'X'
	fmt.Println(string(b), str < "z", str == "héllo, 世界", str+"!")
	arr := [3]int{1, 2, 3}
	arr2 := arr
	arr2[0] = 9
	i := 1
	arr2[i] = 7
	fmt.Println(arr, arr2, arr == arr2, len(arr))
	grid := [][]int{{1}, {2, 3}}
	grid[1][0] = 5
	fmt.Println(grid)
	clear(m)
	fmt.Println(len(m), min(3, 1, 2), max(2.5, 1))
	var nilmap map[string]int
	fmt.Println(nilmap["x"], len(nilmap))
}"#,
        "[0 1 4 9 16 25 36 49 64 81] 10 16 [4 9 16] [] 3\n[a a b]\ntwo=2 three=3 one=11 3 0 false map[one:11 three:3 two:2]\na b map[{1 2}:a {3 4}:b]\n0:h 1:é 3:l 4:l 5:o 6:, 7:  8:世 11:界 14 195 [104 195 169] 233 世界\nXbcdef true true héllo, 世界!\n[1 2 3] [9 7 3] false 3\n[[1] [5 3]]\n0 1 2.5\n0 0\n",
    );
}

#[test]
fn interfaces_closures_methods() {
    check(
        r#"
type shape interface {
	area() float64
	name() string
}
type base struct{ label string }

func (b base) name() string      { return b.label }
func (b *base) rename(s string)  { b.label = s }

type square struct {
	base
	side float64
}

func (s square) area() float64 { return s.side * s.side }

type circle struct {
	*base
	r float64
}

func (c *circle) area() float64 { return 3 * c.r * c.r }

type num int

func (n num) String() string { return fmt.Sprintf("num(%d)", int(n)) }

type myErr struct{ code int }

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }

func find(n int) error {
	if n > 0 {
		return &myErr{n}
	}
	return nil
}

func counter() func() int {
	c := 0
	return func() int { c++; return c }
}

func apply(f func(int) int, xs ...int) (out []int) {
	for _, x := range xs {
		out = append(out, f(x))
	}
	return
}

func main() {
	shapes := []shape{square{base{"sq"}, 2}, &circle{&base{"ci"}, 1}}
	for _, s := range shapes {
		fmt.Println(s.name(), s.area())
	}
	sq := square{base{"a"}, 1}
	sq.rename("b")
	fmt.Println(sq.name(), sq)
	var x any = num(5)
	fmt.Println(x, num(6), []num{1, 2}, map[string]num{"k": 3})
	if s, ok := x.(fmt.Stringer); ok {
		fmt.Println("stringer", s.String())
	}
	_, ok := x.(int)
	fmt.Println(ok, find(0) == nil, find(3), find(0))
	next := counter()
	next()
	fmt.Println(next(), next())
	fmt.Println(apply(func(i int) int { return i * 2 }, 1, 2, 3))
	f := sq.name
	sq.rename("c")
	g := sq.rename
	g("d")
	h := (*base).rename
	h(&sq.base, "e")
	k := square.area
	fmt.Println(f(), sq.name(), k(sq))
	switch v := x.(type) {
	case int:
		fmt.Println("int", v)
	case num, string:
		fmt.Println("num or string", v)
	}
	var fs []func()
	for i := 0; i < 3; i++ {
		fs = append(fs, func() { fmt.Print(i, " ") })
	}
	for _, f := range fs {
		f()
	}
	fmt.Printf("%v %+v %T %d %5.2f|%-5s|%05d %x %q %t %c %U\n", sq, sq, sq, 42, 3.14159, "ab", 42, "hi", "q\n", true, 'x', 0x1F600)
	fmt.Printf("%#v %v %p\n", sq, &sq, nil)
	var e error
	fmt.Printf("%v %d %s %\n", e, "str", 5)
}"#,
        "sq 4\nci 3\nb {{b} 1}\nnum(5) num(6) [num(1) num(2)] map[k:num(3)]\nstringer num(5)\nfalse true code 3 <nil>\n2 3\n[2 4 6]\nb e 1\nnum or string num(5)\n0 1 2 {{e} 1} {base:{label:e} side:1} main.square 42  3.14|ab   |00042 6869 \"q\\n\" true x U+1F600\nmain.square{base:main.base{label:\"e\"}, side:1} &{{e} 1} %!p(<nil>)\n<nil> %!d(string=str) %!s(int=5) %!\n(MISSING)",
    );
}

#[test]
fn defer_panic_recover() {
    check(
        r#"
import "errors"

func div(a, b int) (q int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("caught: %v", r)
		}
	}()
	return a / b, nil
}

func order() {
	for i := 0; i < 3; i++ {
		defer fmt.Print(i, " ")
	}
	fmt.Print("body ")
}

func nested() (s string) {
	defer func() {
		s = fmt.Sprint(s, "|outer ", recover())
	}()
	defer func() {
		defer func() {
			s = fmt.Sprint("inner ", recover())
		}()
		panic("second")
	}()
	panic("first")
}

func norecover() (r any) {
	helper := func() any { return recover() }
	defer func() { r = recover() }()
	defer func() { helper() }()
	panic("direct only")
}

var ErrBase = errors.New("base")

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

type T struct{ p *T; v int }

func main() {
	fmt.Println(div(7, 2))
	fmt.Println(div(7, 0))
	order()
	fmt.Println()
	fmt.Println(nested())
	fmt.Println(norecover())
	err := fmt.Errorf("wrap: %w", ErrBase)
	fmt.Println(err, errors.Is(err, ErrBase), errors.Unwrap(err) == ErrBase)
	var s []int
	var m map[string]int
	var p *T
	var a any = "str"
	i := 5
	try(func() { s[i] = 1 })
	try(func() { m["a"] = 1 })
	try(func() { p.v = 1 })
	try(func() { fmt.Println(p.p.v) })
	try(func() { _ = a.(int) })
	try(func() { _ = a.(fmt.Stringer) })
	try(func() { _ = s[1:i] })
	try(func() { _ = make([]int, i-6) })
	try(func() { var x []int; _ = [4]int(x) })
	try(func() { f := map[any]int{}; f[[]int{}] = 1 })
	try(func() { var x, y any = []int{1}, []int{1}; _ = x == y })
	try(func() { panic(err) })
	try(func() { i = -1; _ = s[i] })
	try(func() { _ = "abc"[i+6] })
	try(func() { var f func(); f() })
	panic(fmt.Sprintf("end %d", 1))
}"#,
        "3 <nil>\n0 caught: runtime error: integer divide by zero\nbody 2 1 0 \ninner second|outer first\ndirect only\nwrap: base true true\nruntime error: index out of range [5] with length 0\nassignment to entry in nil map\nruntime error: invalid memory address or nil pointer dereference\nruntime error: invalid memory address or nil pointer dereference\ninterface conversion: interface {} is string, not int\ninterface conversion: string is not fmt.Stringer: missing method String\nruntime error: slice bounds out of range [:5] with capacity 0\nruntime error: makeslice: len out of range\nruntime error: cannot convert slice with length 0 to array or pointer to array with length 4\nruntime error: hash of unhashable type []int\nruntime error: comparing uncomparable type []int\nwrap: base\nruntime error: index out of range [-1]\nruntime error: index out of range [5] with length 3\nruntime error: invalid memory address or nil pointer dereference\nPanic: end 1\n",
    );
}

#[test]
fn generics() {
    check(
        r#"
type Number interface{ ~int | ~float64 | ~string }

func Sum[T Number](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

type named interface{ Name() string }
type dog struct{ n string }

func (d dog) Name() string { return d.n }

type cat struct{ n string }

func (c *cat) Name() string { return c.n }

func Names[T named](xs []T) (out []string) {
	for _, x := range xs {
		out = append(out, x.Name())
	}
	return
}

func Keys[M ~map[K]V, K comparable, V any](m M) (ks []K) {
	for k := range m {
		ks = append(ks, k)
	}
	return
}

type List[T any] struct {
	next *List[T]
	val  T
}

func (l *List[T]) All() func(yield func(T) bool) {
	return func(yield func(T) bool) {
		for n := l; n != nil; n = n.next {
			if !yield(n.val) {
				return
			}
		}
	}
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2), Sum("a", "b"))
	fmt.Println(Map([]int{1, 2}, func(i int) string { return fmt.Sprint("n", i) }))
	var s Stack[string]
	s.Push("x")
	s.Push("y")
	fmt.Println(s.Pop())
	p := Pair[string, int]{"a", 1}
	fmt.Printf("%v %T\n", p, p)
	fmt.Println(Names([]dog{{"rex"}}), Names([]*cat{{"tom"}}), Names([]named{dog{"a"}, &cat{"b"}}))
	fmt.Println(Keys(map[string]int{"z": 1, "y": 2}))
	l := &List[int]{&List[int]{nil, 2}, 1}
	for v := range l.All() {
		fmt.Print(v, " ")
		if v == 5 {
			break
		}
	}
	for i := range 3 {
		fmt.Print(i, " ")
	}
	fmt.Println()
}"#,
        "6 3.5 ab\n[n1 n2]\ny true\n{a 1} main.Pair[string,int]\n[rex] [tom] [a b]\n[z y]\n1 2 0 1 2 \n",
    );
}
