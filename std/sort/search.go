package sort

// Search returns the smallest i in [0, n) for which f(i) is true, and n if
// there is none. f must be false up to some point and true from there on.
func Search(n int, f func(int) bool) int {
	low, high := 0, n
	for low < high {
		middle := int(uint(low+high) / 2)
		if f(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// Find returns the smallest i in [0, n) at which cmp(i) <= 0, and whether cmp
// is 0 there. cmp must fall: positive, then zero, then negative.
func Find(n int, cmp func(int) int) (i int, found bool) {
	i = Search(n, func(i int) bool { return cmp(i) <= 0 })
	return i, i < n && cmp(i) == 0
}

// SearchInts returns where x is in the sorted slice a, or where it would be
// inserted.
func SearchInts(a []int, x int) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}

// SearchFloat64s returns where x is in the sorted slice a, or where it would be
// inserted.
func SearchFloat64s(a []float64, x float64) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}

// SearchStrings returns where x is in the sorted slice a, or where it would be
// inserted.
func SearchStrings(a []string, x string) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}

// Search returns where x is in p, or where it would be inserted.
func (p IntSlice) Search(x int) int { return SearchInts(p, x) }

// Search returns where x is in p, or where it would be inserted.
func (p Float64Slice) Search(x float64) int { return SearchFloat64s(p, x) }

// Search returns where x is in p, or where it would be inserted.
func (p StringSlice) Search(x string) int { return SearchStrings(p, x) }
