// Package crossing calls other packages, their state with it.
package crossing

import (
	"hub.amigos.dev/bounds/shapes"
	"hub.amigos.dev/bounds/state"
	"hub.amigos.dev/bounds/tables"
)

var calls int

func Bump(key string) int {
	calls++
	return tables.Bump(key)
}

func Twice(key string) int { return tables.Bump(key) + tables.Bump(key) }

func Publish(title string) int { return state.Publish(title + "!") }

func Votes(n int) int {
	done := 0
	for i := 0; i < n; i++ {
		if state.Vote(i) == nil {
			done++
		}
	}
	return done
}

func Sums(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += tables.Total()
	}
	return sum
}

func Both() int { return state.Sum() + tables.Total() }

func Stack(xs []int) int {
	var s shapes.Stack[int]
	for _, x := range xs {
		s.Push(x)
	}
	sum := 0
	for s.Len() > 0 {
		x, _ := s.Pop()
		sum += x
	}
	return sum
}

func Pair(a int, b string) string {
	p := shapes.Pair[int, string]{a, b}
	return p.Swap().First
}

func Wide(xs []string) int {
	out := shapes.Map(xs, func(x string) shapes.Pair[string, int] { return shapes.Pair[string, int]{x, len(x)} })
	n := 0
	for _, p := range out {
		n += p.Second
	}
	return n
}

func Grow(n int) int {
	if n > 10 {
		n = 10
	}
	for i := 0; i < n; i++ {
		state.Push(i)
	}
	return state.Sum()
}
