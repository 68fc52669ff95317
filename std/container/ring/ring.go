// Package ring keeps values in a circle without beginning or end. A pointer to any
// of its elements stands for the whole ring; nil is the empty one.
package ring

// Ring is an element of a ring. The zero value is a ring of one element.
type Ring struct {
	next, prev *Ring

	// Value is for the user of the ring.
	Value any
}

func (r *Ring) ready() *Ring {
	if r.next == nil {
		r.next, r.prev = r, r
	}
	return r
}

// New returns a ring of n elements, or nil if n is not positive.
func New(n int) *Ring {
	if n <= 0 {
		return nil
	}
	r := new(Ring).ready()
	for range n - 1 {
		r.prev.Link(new(Ring))
	}
	return r
}

// Next returns the element behind r, which must not be nil.
func (r *Ring) Next() *Ring { return r.ready().next }

// Prev returns the element before r, which must not be nil.
func (r *Ring) Prev() *Ring { return r.ready().prev }

// Move goes n elements on, or back if n is negative. r must not be nil.
func (r *Ring) Move(n int) *Ring {
	r.ready()
	for ; n < 0; n++ {
		r = r.prev
	}
	for ; n > 0; n-- {
		r = r.next
	}
	return r
}

// Link puts the ring s behind r and returns the element that was behind r. If s and
// r are of one ring, what lies between them is cut out of it, and the return value
// is the ring of what was cut out.
func (r *Ring) Link(s *Ring) *Ring {
	old := r.Next()
	if s == nil {
		return old
	}
	end := s.Prev()
	r.next, s.prev = s, r
	old.prev, end.next = end, old
	return old
}

// Unlink cuts out the n elements behind r, counted round the ring, and returns
// their ring, nil if n is not positive.
func (r *Ring) Unlink(n int) *Ring {
	if n <= 0 {
		return nil
	}
	return r.Link(r.Move(n + 1))
}

// Len counts the elements.
func (r *Ring) Len() int {
	n := 0
	r.Do(func(any) { n++ })
	return n
}

// Do calls f with each value, r's first. f must not change the ring.
func (r *Ring) Do(f func(any)) {
	if r == nil {
		return
	}
	f(r.Value)
	for p := r.Next(); p != r; p = p.next {
		f(p.Value)
	}
}
