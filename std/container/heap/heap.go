// Package heap keeps a collection so that its smallest element is always at
// index 0, and taking it out or adding one costs the logarithm of the length.
package heap

import "sort"

// Interface is a collection that can be a heap: sort.Interface, and a way to add
// and take away at its end.
type Interface interface {
	sort.Interface
	Push(x any) // adds x at index Len()
	Pop() any   // takes away and returns the element at index Len()-1
}

// Init makes a heap of any collection.
func Init(h Interface) {
	n := h.Len()
	for i := n/2 - 1; i >= 0; i-- {
		sink(h, i, n)
	}
}

// Push adds x.
func Push(h Interface, x any) {
	h.Push(x)
	rise(h, h.Len()-1)
}

// Pop takes away and returns the smallest element.
func Pop(h Interface) any {
	return Remove(h, 0)
}

// Remove takes away and returns the element at index i.
func Remove(h Interface, i int) any {
	last := h.Len() - 1
	if i != last {
		h.Swap(i, last)
		if !sink(h, i, last) {
			rise(h, i)
		}
	}
	return h.Pop()
}

// Fix puts the element at index i, which has changed, in its place.
func Fix(h Interface, i int) {
	if !sink(h, i, h.Len()) {
		rise(h, i)
	}
}

// rise moves an element towards index 0 as long as it is smaller than the one
// above it.
func rise(h Interface, i int) {
	for i > 0 {
		above := (i - 1) / 2
		if !h.Less(i, above) {
			return
		}
		h.Swap(i, above)
		i = above
	}
}

// sink moves an element away from index 0 as long as one below it, before n, is
// smaller. It reports whether it moved.
func sink(h Interface, i, n int) bool {
	start := i
	for 2*i+1 < n {
		below := 2*i + 1
		if below+1 < n && h.Less(below+1, below) {
			below++
		}
		if !h.Less(below, i) {
			break
		}
		h.Swap(i, below)
		i = below
	}
	return i > start
}
