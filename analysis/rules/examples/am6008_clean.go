package example

var queue []int

func Double(queue []int) []int {
	for range queue {
		queue = append(queue, 1) // ok AM6008
	}
	return queue
}

// Work that makes more work, now and then.
func Walk(start int) int {
	work := []int{start}
	for i := 0; i < len(work); i++ {
		if work[i] > 0 {
			work = append(work, work[i]-1) // ok AM6008
		}
	}
	return len(work)
}

func Copy(list []int) []int {
	var out []int
	for i := 0; i < len(list); i++ {
		out = append(out, list[i]) // ok AM6008
	}
	return out
}

func Limited(queue []int) []int {
	for i := 0; i < len(queue); i++ {
		queue = append(queue, i) // ok AM6008
		if i > 10 {
			break
		}
	}
	return queue
}
