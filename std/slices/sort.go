package slices

import "cmp"

// Sort sorts x upwards, NaNs first.
//
// Example: Sort([]int{3, 1, 2})
func Sort[S ~[]E, E cmp.Ordered](x S) {
	SortStableFunc(x, cmp.Compare[E])
}

// SortFunc sorts x by cmp, which is negative where a comes before b. Here it
// keeps the order of equal elements; plain Go promises that only for
// SortStableFunc.
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	SortStableFunc(x, cmp)
}

// SortStableFunc sorts x by cmp and keeps the order of equal elements.
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	const run = 8
	n := len(x)
	for start := 0; start < n; start += run {
		end := min(start+run, n)
		for i := start + 1; i < end; i++ {
			for j := i; j > start && cmp(x[j], x[j-1]) < 0; j-- {
				x[j], x[j-1] = x[j-1], x[j]
			}
		}
	}
	if n <= run {
		return
	}
	scratch := make([]E, n)
	for size := run; size < n; size *= 2 {
		for start := 0; start+size < n; start += 2 * size {
			mergeRuns(x[start:min(start+2*size, n)], size, scratch, cmp)
		}
	}
}

// mergeRuns joins the sorted x[:middle] and x[middle:], by way of scratch.
func mergeRuns[E any](x []E, middle int, scratch []E, cmp func(a, b E) int) {
	if cmp(x[middle], x[middle-1]) >= 0 {
		return
	}
	left := scratch[:middle]
	copy(left, x)
	at, i, j := 0, 0, middle
	for i < len(left) {
		if j < len(x) && cmp(x[j], left[i]) < 0 {
			x[at] = x[j]
			j++
		} else {
			x[at] = left[i]
			i++
		}
		at++
	}
}

// IsSorted reports whether x is in ascending order.
func IsSorted[S ~[]E, E cmp.Ordered](x S) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp.Less(x[i], x[i-1]) {
			return false
		}
	}
	return true
}

// IsSortedFunc reports whether x is in the order of cmp.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i > 0; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}

// Min returns the smallest element, NaN if there is one. It panics if x is
// empty.
func Min[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Min: empty list")
	}
	smallest := x[0]
	for _, v := range x[1:] {
		smallest = min(smallest, v)
	}
	return smallest
}

// MinFunc returns the first of the smallest elements by cmp. It panics if x is
// empty.
func MinFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MinFunc: empty list")
	}
	smallest := x[0]
	for _, v := range x[1:] {
		if cmp(v, smallest) < 0 {
			smallest = v
		}
	}
	return smallest
}

// Max returns the largest element, NaN if there is one. It panics if x is empty.
func Max[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Max: empty list")
	}
	largest := x[0]
	for _, v := range x[1:] {
		largest = max(largest, v)
	}
	return largest
}

// MaxFunc returns the first of the largest elements by cmp. It panics if x is
// empty.
func MaxFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MaxFunc: empty list")
	}
	largest := x[0]
	for _, v := range x[1:] {
		if cmp(v, largest) > 0 {
			largest = v
		}
	}
	return largest
}

// BinarySearch returns where target is in the sorted slice x, or where it would
// be inserted, and whether it is there.
func BinarySearch[S ~[]E, E cmp.Ordered](x S, target E) (int, bool) {
	return BinarySearchFunc(x, target, cmp.Compare[E])
}

// BinarySearchFunc is BinarySearch in a slice in the order of cmp, which
// compares an element with the target.
func BinarySearchFunc[S ~[]E, E, T any](x S, target T, cmp func(E, T) int) (int, bool) {
	low, high := 0, len(x)
	for low < high {
		middle := int(uint(low+high) / 2)
		if cmp(x[middle], target) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(x) && cmp(x[low], target) == 0
}
