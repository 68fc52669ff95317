package example

var queue []int

func Double() {
	for i := 0; i < len(queue); i++ {
		queue = append(queue, queue[i]) // want AM6008 "never ends"
	}
}

func Pad(list []string) int {
	n := 0
	for n < len(list) {
		n++
		list = append(list, "") // want AM6008 "`list` longer"
	}
	return n
}

type box struct{ items []int }

func (b *box) fill() {
	for i := 0; i < len(b.items); i++ {
		b.items = append(b.items, i) // want AM6008 "`b.items`"
	}
}

func Fill() {
	b := &box{items: queue}
	b.fill()
	for i := 0; i != len(queue); i++ {
		queue = append(queue, i, i) // want AM6008 "use `for range queue`"
	}
}
