// Package straight has functions without loops.
package straight

import "errors"

// ErrNegative is what some return.
var ErrNegative = errors.New("straight: negative")

type point struct{ x, y int }

type box struct {
	low, high point
	name      string
	tags      [4]int
}

func Nothing() {}

func Constant() int { return 42 }

func Add(a, b int) int { return a + b }

func Arithmetic(a, b int) int { return (a+b)*(a-b) + a%7 - b/3 }

func Bits(a, b uint64) uint64 { return a&b | a^b<<3&^a>>1 }

func Compare(a, b string) bool { return a == b }

func Less(a, b string) bool { return a < b }

func Early(a int) (int, error) {
	if a < 0 {
		return 0, ErrNegative
	}
	if a == 0 {
		return 1, nil
	}
	return a * 2, nil
}

func Arms(a int) int {
	switch {
	case a < 0:
		return -a
	case a == 0:
		return 1
	case a < 10:
		a += 3
		a *= a
		a -= 4
		return a
	}
	return a
}

func Fallthrough(a int) int {
	n := 0
	switch a {
	case 0:
		n++
		fallthrough
	case 1:
		n += 2
	case 2, 3, 4:
		n += 5
	default:
		n = 9
	}
	return n
}

func Structs(a, b int) int {
	p := point{a, b}
	q := p
	q.x += 3
	return p.x*q.y + q.x
}

func Boxes(a int) int {
	b := box{low: point{a, a}, name: "box"}
	c := b
	c.tags[a&3] = 5
	return c.tags[1] + b.high.x + len(c.name)
}

func Pointers(a int) int {
	p := &point{a, 1}
	q := &p.y
	*q += 4
	r := new(int)
	*r = *q
	return *r + p.y
}

func Arrays(a int) int {
	x := [8]int{1, 2, 3, 4, 5, 6, 7, 8}
	y := x
	y[a&7] = 9
	if x == y {
		return 0
	}
	return y[2]
}

func Assert(a int) int {
	var v any = a
	if a%2 == 0 {
		v = "even"
	}
	switch v := v.(type) {
	case string:
		return len(v)
	case int:
		return v
	}
	return 0
}

func Deferred(a int) (n int) {
	defer func() { n += 3 }()
	if a < 0 {
		return 1
	}
	return 2
}

func Recovered(a int) (n int) {
	defer func() {
		if recover() != nil {
			n = -1
		}
	}()
	return 100 / a
}

func Panics(a int) int {
	if a > 3 {
		panic("too large")
	}
	return a
}

func Caller(a, b int) int { return Add(a, Arithmetic(b, a)) + Arms(a) }

func Closures(a int) int {
	add := func(b int) int { return a + b }
	twice := func(b int) int { return add(add(b)) }
	return twice(3)
}

func Errors(a int) error {
	if _, err := Early(a); err != nil {
		return err
	}
	return nil
}

func Floats(a, b float64) float64 { return a*b + a/2 - b }

func Who() amigos.Address { return msg.Sender }
