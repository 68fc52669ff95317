package example

// A queue is a slice.
var Queue []int

func Choose(v int) string {
	switch v { // ok AM1002
	case 1:
		return "one"
	default:
		return "many"
	}
}

func Take() (int, bool) {
	if len(Queue) == 0 {
		return 0, false
	}
	v := Queue[0]
	Queue = Queue[1:]
	return v, true
}
