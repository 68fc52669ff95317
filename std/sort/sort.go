// Package sort orders slices and collections.
//
// All sorting here is stable: elements that compare equal keep their order.
// Go promises that only for Stable and SliceStable; code that is also built
// with plain Go should ask for those where ties can be seen.
package sort

// Interface is a collection that can be sorted by index: Less orders the
// elements i and j, Swap exchanges them.
type Interface interface {
	// Len is the number of elements.
	Len() int
	// Less reports whether element i must come before element j.
	Less(i, j int) bool
	// Swap exchanges the elements i and j.
	Swap(i, j int)
}

// Sort puts data in ascending order.
func Sort(data Interface) {
	stable(data, data.Len())
}

// Stable puts data in ascending order and keeps the order of equal elements.
func Stable(data Interface) {
	stable(data, data.Len())
}

// IsSorted reports whether data is in ascending order.
func IsSorted(data Interface) bool {
	for i := data.Len() - 1; i > 0; i-- {
		if data.Less(i, i-1) {
			return false
		}
	}
	return true
}

// Reverse returns data with its order turned round, for sorting downwards.
func Reverse(data Interface) Interface {
	return reversed{data}
}

type reversed struct {
	Interface
}

func (r reversed) Less(i, j int) bool {
	return r.Interface.Less(j, i)
}

// Slice sorts the slice x by less, which compares the elements at two indexes.
// It panics if x is not a slice.
//
// Example: Slice(names, func(i, j int) bool { return names[i] < names[j] })
func Slice(x any, less func(i, j int) bool) {
	data := indexed{x, less, length(x)}
	stable(data, data.n)
}

// SliceStable is Slice, and keeps the order of equal elements.
func SliceStable(x any, less func(i, j int) bool) {
	data := indexed{x, less, length(x)}
	stable(data, data.n)
}

// SliceIsSorted reports whether the slice x is in the order of less.
func SliceIsSorted(x any, less func(i, j int) bool) bool {
	for i := length(x) - 1; i > 0; i-- {
		if less(i, i-1) {
			return false
		}
	}
	return true
}

type indexed struct {
	slice any
	less  func(i, j int) bool
	n     int
}

func (s indexed) Len() int           { return s.n }
func (s indexed) Less(i, j int) bool { return s.less(i, j) }
func (s indexed) Swap(i, j int)      { swap(s.slice, i, j) }

// Ints sorts x upwards.
func Ints(x []int) { stable(IntSlice(x), len(x)) }

// Float64s sorts x upwards, NaNs first.
func Float64s(x []float64) { stable(Float64Slice(x), len(x)) }

// Strings sorts x upwards by bytes.
func Strings(x []string) { stable(StringSlice(x), len(x)) }

// IntsAreSorted reports whether x is in ascending order.
func IntsAreSorted(x []int) bool { return IsSorted(IntSlice(x)) }

// Float64sAreSorted reports whether x is in ascending order, NaNs first.
func Float64sAreSorted(x []float64) bool { return IsSorted(Float64Slice(x)) }

// StringsAreSorted reports whether x is in ascending order.
func StringsAreSorted(x []string) bool { return IsSorted(StringSlice(x)) }

// IntSlice is a []int with the methods of Interface.
type IntSlice []int

func (x IntSlice) Len() int           { return len(x) }
func (x IntSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x IntSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Sort sorts x upwards.
func (x IntSlice) Sort() { Sort(x) }

// Float64Slice is a []float64 with the methods of Interface, NaNs first.
type Float64Slice []float64

func (x Float64Slice) Len() int           { return len(x) }
func (x Float64Slice) Less(i, j int) bool { return x[i] < x[j] || (x[i] != x[i] && x[j] == x[j]) }
func (x Float64Slice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Sort sorts x upwards.
func (x Float64Slice) Sort() { Sort(x) }

// StringSlice is a []string with the methods of Interface.
type StringSlice []string

func (x StringSlice) Len() int           { return len(x) }
func (x StringSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x StringSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Sort sorts x upwards.
func (x StringSlice) Sort() { Sort(x) }

// stable is an in-place merge sort: runs of eight are sorted by insertion, then
// neighbouring runs are merged by rotation until one is left.
func stable(data Interface, n int) {
	const run = 8
	for start := 0; start < n; start += run {
		insertion(data, start, min(start+run, n))
	}
	for size := run; size < n; size *= 2 {
		for start := 0; start+size < n; start += 2 * size {
			merge(data, start, start+size, min(start+2*size, n))
		}
	}
}

func insertion(data Interface, from, to int) {
	for i := from + 1; i < to; i++ {
		for j := i; j > from && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

// merge joins the sorted ranges [a, m) and [m, b). It halves the longer one,
// finds where its middle element belongs in the other, rotates what lies
// between, and does the same with both sides.
func merge(data Interface, a, m, b int) {
	if a >= m || m >= b || !data.Less(m, m-1) {
		return
	}
	if b-a == 2 {
		data.Swap(a, m)
		return
	}
	var left, right int
	if m-a >= b-m {
		left = a + (m-a)/2
		right = m + Search(b-m, func(i int) bool { return !data.Less(m+i, left) })
	} else {
		right = m + (b-m)/2
		left = a + Search(m-a, func(i int) bool { return data.Less(right, a+i) })
		right++
	}
	middle := left + (right - m)
	rotate(data, left, m, right)
	if m-a >= b-m {
		merge(data, a, left, middle)
		merge(data, middle+1, right, b)
		return
	}
	merge(data, a, left, middle-1)
	merge(data, middle, right, b)
}

// rotate exchanges the neighbouring ranges [a, m) and [m, b) by three
// reversals.
func rotate(data Interface, a, m, b int) {
	if a == m || m == b {
		return
	}
	reverse(data, a, m)
	reverse(data, m, b)
	reverse(data, a, b)
}

func reverse(data Interface, from, to int) {
	for i, j := from, to-1; i < j; i, j = i+1, j-1 {
		data.Swap(i, j)
	}
}

// length returns len(x), and panics if x is not a slice.
//
//amigos:native gas=base:5
func length(x any) int

// swap exchanges two elements of the slice x.
//
//amigos:native gas=base:15
func swap(x any, i, j int)
