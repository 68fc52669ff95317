// container/list and container/ring: random steps, the whole list printed after each.
package main

import (
	"container/list"
	"container/ring"
	"fmt"
)

var seed uint64 = 1

func next(n int) int {
	seed = seed*6364136223846793005 + 1442695040888963407
	return int(seed >> 33 % uint64(n))
}

func show(l *list.List) string {
	s := fmt.Sprint(l.Len(), ":")
	for e := l.Front(); e != nil; e = e.Next() {
		s += fmt.Sprint(" ", e.Value)
	}
	s += " |"
	for e := l.Back(); e != nil; e = e.Prev() {
		s += fmt.Sprint(" ", e.Value)
	}
	return s
}

func pick(l *list.List) *list.Element {
	if l.Len() == 0 {
		return &list.Element{Value: "alone"}
	}
	e := l.Front()
	for range next(l.Len()) {
		e = e.Next()
	}
	return e
}

func lists() {
	var zero list.List
	fmt.Println(zero.Len(), zero.Front(), zero.Back())
	zero.PushBackList(&zero)
	a, b := list.New(), &zero
	for i := range 400 {
		var result any
		step := next(14)
		switch step {
		case 0:
			result = a.PushFront(i).Value
		case 1, 2:
			result = a.PushBack(i).Value
		case 3:
			result = a.InsertBefore(i, pick(a)) != nil
		case 4:
			result = a.InsertAfter(i, pick(a)) != nil
		case 5:
			result = a.Remove(pick(a))
		case 6:
			a.MoveToFront(pick(a))
		case 7:
			a.MoveToBack(pick(a))
		case 8:
			a.MoveBefore(pick(a), pick(a))
		case 9:
			a.MoveAfter(pick(a), pick(a))
		case 10:
			b.PushBack(i)
			result = a.Remove(pick(b)) // of another list
		case 11:
			if a.Len() < 12 {
				a.PushBackList(b)
			} else {
				a.Init()
			}
		case 12:
			if a.Len() < 12 {
				a.PushFrontList(a)
			}
		case 13:
			result = b.InsertAfter(i, pick(a)) == nil
			b.Remove(pick(b))
		}
		fmt.Println(step, result, show(a), show(b))
	}
}

func shown(r *ring.Ring) string {
	s := fmt.Sprint(r.Len(), ":")
	r.Do(func(v any) { s += fmt.Sprint(" ", v) })
	return s
}

func numbered(n, from int) *ring.Ring {
	r := ring.New(n)
	for i := range n {
		r.Value = from + i
		r = r.Next()
	}
	return r
}

func rings() {
	var none *ring.Ring
	fmt.Println(none.Len(), ring.New(0) == nil, ring.New(-3) == nil)
	var zero ring.Ring
	fmt.Println(zero.Len(), zero.Next() == &zero, zero.Prev() == &zero)
	r := numbered(7, 0)
	for i := range 200 {
		step := next(6)
		switch step {
		case 0:
			r = r.Move(next(20) - 10)
		case 1:
			if r.Len() < 30 {
				r.Link(numbered(next(4), 100+i))
			}
		case 2:
			fmt.Println("cut", shown(r.Unlink(next(5))))
		case 3:
			fmt.Println("link", shown(r.Link(r.Move(next(5)))))
		case 4:
			r = r.Next()
		case 5:
			r = r.Prev()
		}
		fmt.Println(step, shown(r))
	}
}

func main() {
	lists()
	rings()
}
