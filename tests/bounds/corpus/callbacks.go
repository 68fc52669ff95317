// Package callbacks has functions that call functions.
package callbacks

import (
	"sort"
	"strings"

	"hub.amigos.dev/bounds/shapes"
)

var total int

func Each(xs []int) int {
	sum := 0
	shapes.Each(xs, func(x int) { sum += x })
	return sum
}

func EachTwice(xs []int) int {
	n := 0
	shapes.Each(xs, func(x int) {
		shapes.Each(xs, func(y int) {
			if x == y {
				n++
			}
		})
	})
	return n
}

func Mapped(xs []int) int { return len(shapes.Map(xs, func(x int) string { return "v" })) }

func Folded(xs []int) int { return shapes.Fold(xs, 0, func(sum, x int) int { return sum + x*x }) }

func FoldedText(xs []string) string {
	return shapes.Fold(xs, "", func(all, x string) string { return all + x })
}

func Filtered(xs []int) int {
	return len(shapes.Filter(xs, func(x int) bool { return x%2 == 0 }))
}

func Collected(xs []int) int {
	var kept []int
	shapes.Each(xs, func(x int) {
		if x > 2 {
			kept = append(kept, x)
		}
	})
	return len(kept)
}

func Stored(xs []int) int {
	shapes.Each(xs, func(x int) { total += x })
	return total
}

func Numbers(n int) int {
	sum := 0
	for i := range shapes.Count(n) {
		if i > 30 {
			break
		}
		sum += i
	}
	return sum
}

func AllNumbers(n int) int {
	sum := 0
	for i := range shapes.Count(n) {
		if i == 7 {
			continue
		}
		sum += i
	}
	return sum
}

func twice(f func(int) int, x int) int { return f(f(x)) }

func Twice(x int) int { return twice(func(y int) int { return y * 3 }, x) }

func double(x int) int { return x * 2 }

func Named(x int) int { return twice(double, x) }

func Chosen(x int) int {
	f := double
	if x < 0 {
		f = func(y int) int { return -y + 1 }
	}
	return f(x)
}

type account struct{ balance int }

func (a *account) deposit(n int) { a.balance += n }

func Method(xs []int) int {
	a := account{}
	shapes.Each(xs, a.deposit)
	return a.balance
}

func Areas(n int) int {
	all := []shapes.Shape{shapes.Square{Side: n}, &shapes.Strip{Sides: []int{1, 2, 3}}}
	sum := 0
	for _, s := range all {
		sum += s.Area()
	}
	return sum
}

func Scaled(n int) int {
	var s shapes.Shape = shapes.Square{Side: n}
	return s.Scale(2).Area()
}

func Replaced(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 'a' {
			return 'b'
		}
		return r
	}, s)
}

func Sorted(xs []int) int {
	sort.Ints(xs)
	if len(xs) == 0 {
		return 0
	}
	return xs[0]
}

func SortedBy(xs []int) int {
	sort.Slice(xs, func(i, j int) bool { return xs[i] > xs[j] })
	if len(xs) == 0 {
		return 0
	}
	return xs[0]
}

func Searched(xs []int, y int) int {
	return sort.Search(len(xs), func(i int) bool { return xs[i] >= y })
}
