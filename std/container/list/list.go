// Package list keeps values in a chain in which each knows its neighbours, so that
// putting in and taking out costs the same at any place. For a list that only grows
// or is read by number, a slice is cheaper. To visit all:
//
//	for e := l.Front(); e != nil; e = e.Next() {
//		// e.Value
//	}
package list

// Element is a member of a list.
type Element struct {
	// Value is what the member holds.
	Value any

	next, prev *Element
	list       *List
}

// Next returns the element behind e, or nil.
func (e *Element) Next() *Element {
	if e.list == nil || e.next == &e.list.ends {
		return nil
	}
	return e.next
}

// Prev returns the element before e, or nil.
func (e *Element) Prev() *Element {
	if e.list == nil || e.prev == &e.list.ends {
		return nil
	}
	return e.prev
}

// List is a chain of elements. The zero value is an empty list.
type List struct {
	ends Element // its next is the first element, its prev the last; both are itself if there is none
	n    int
}

// New returns an empty list.
func New() *List { return new(List).Init() }

// Init empties the list.
func (l *List) Init() *List {
	l.ends.next = &l.ends
	l.ends.prev = &l.ends
	l.n = 0
	return l
}

// Len is the number of elements.
func (l *List) Len() int { return l.n }

// Front returns the first element, or nil.
func (l *List) Front() *Element {
	if l.n == 0 {
		return nil
	}
	return l.ends.next
}

// Back returns the last element, or nil.
func (l *List) Back() *Element {
	if l.n == 0 {
		return nil
	}
	return l.ends.prev
}

func (l *List) ready() {
	if l.ends.next == nil {
		l.Init()
	}
}

// link puts e behind at.
func (l *List) link(e, at *Element) *Element {
	e.list = l
	e.prev, e.next = at, at.next
	at.next.prev = e
	at.next = e
	l.n++
	return e
}

func (l *List) unlink(e *Element) {
	e.prev.next = e.next
	e.next.prev = e.prev
	e.next, e.prev, e.list = nil, nil, nil
	l.n--
}

// move takes e out and puts it behind at.
func (l *List) move(e, at *Element) {
	if e == at {
		return
	}
	l.unlink(e)
	l.link(e, at)
}

// Remove takes e out of the list, if it is in it, and returns its value.
func (l *List) Remove(e *Element) any {
	if e.list == l {
		l.unlink(e)
	}
	return e.Value
}

// PushFront puts a new element with value v first.
func (l *List) PushFront(v any) *Element {
	l.ready()
	return l.link(&Element{Value: v}, &l.ends)
}

// PushBack puts a new element with value v last.
func (l *List) PushBack(v any) *Element {
	l.ready()
	return l.link(&Element{Value: v}, l.ends.prev)
}

// InsertBefore puts a new element with value v before mark. If mark is not in the
// list, it does nothing and returns nil.
func (l *List) InsertBefore(v any, mark *Element) *Element {
	if mark.list != l {
		return nil
	}
	return l.link(&Element{Value: v}, mark.prev)
}

// InsertAfter puts a new element with value v behind mark. If mark is not in the
// list, it does nothing and returns nil.
func (l *List) InsertAfter(v any, mark *Element) *Element {
	if mark.list != l {
		return nil
	}
	return l.link(&Element{Value: v}, mark)
}

// MoveToFront makes e the first element, if it is in the list.
func (l *List) MoveToFront(e *Element) {
	if e.list == l && l.ends.next != e {
		l.move(e, &l.ends)
	}
}

// MoveToBack makes e the last element, if it is in the list.
func (l *List) MoveToBack(e *Element) {
	if e.list == l && l.ends.prev != e {
		l.move(e, l.ends.prev)
	}
}

// MoveBefore puts e before mark, if both are in the list.
func (l *List) MoveBefore(e, mark *Element) {
	if e.list == l && mark.list == l && e != mark {
		l.move(e, mark.prev)
	}
}

// MoveAfter puts e behind mark, if both are in the list.
func (l *List) MoveAfter(e, mark *Element) {
	if e.list == l && mark.list == l {
		l.move(e, mark)
	}
}

// PushBackList puts copies of the elements of other last. other may be l itself.
func (l *List) PushBackList(other *List) {
	l.ready()
	e := other.Front()
	for range other.Len() {
		l.PushBack(e.Value)
		e = e.Next()
	}
}

// PushFrontList puts copies of the elements of other first, in their order. other
// may be l itself.
func (l *List) PushFrontList(other *List) {
	l.ready()
	e := other.Back()
	for range other.Len() {
		l.PushFront(e.Value)
		e = e.Prev()
	}
}
