// Package shapes is a library for the others: interfaces with few
// implementations, and functions that take functions.
package shapes

// Shape has an area.
type Shape interface {
	Area() int
	Scale(by int) Shape
}

// Square is a Shape.
type Square struct{ Side int }

// Area is the area.
func (s Square) Area() int { return s.Side * s.Side }

// Scale makes it larger.
func (s Square) Scale(by int) Shape { return Square{s.Side * by} }

// Strip is a Shape of many squares.
type Strip struct{ Sides []int }

// Area is the area.
func (s *Strip) Area() int {
	sum := 0
	for _, side := range s.Sides {
		sum += side * side
	}
	return sum
}

// Scale makes it larger.
func (s *Strip) Scale(by int) Shape {
	out := &Strip{}
	for _, side := range s.Sides {
		out.Sides = append(out.Sides, side*by)
	}
	return out
}

// Each calls f for each of xs.
func Each(xs []int, f func(int)) {
	for _, x := range xs {
		f(x)
	}
}

// Map gives f of each of xs.
func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

// Fold puts xs together.
func Fold[T, A any](xs []T, start A, f func(A, T) A) A {
	for _, x := range xs {
		start = f(start, x)
	}
	return start
}

// Filter keeps those of which keep holds.
func Filter[T any](xs []T, keep func(T) bool) []T {
	var out []T
	for _, x := range xs {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

// Pair is two values.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Swap exchanges them.
func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

// Stack is a stack.
type Stack[T any] struct{ items []T }

// Push adds.
func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }

// Pop takes the last away.
func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return x, false
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

// Len is how many there are.
func (s *Stack[T]) Len() int { return len(s.items) }

// Count gives the numbers below n.
func Count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
