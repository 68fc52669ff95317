// Package sort orders slices and collections.
//
// All sorting here is stable: elements that compare equal keep their order.
// Go promises that only for Stable and SliceStable; code that is also built
// with plain Go should ask for those where ties can be seen.
package sort

import "slices"

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
	sortIndexed(indexed{x, less, length(x)})
}

// SliceStable is Slice, and keeps the order of equal elements.
func SliceStable(x any, less func(i, j int) bool) {
	sortIndexed(indexed{x, less, length(x)})
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

func sortIndexed(data indexed) {
	if data.n <= few {
		insertion(data, data.n)
		return
	}
	arrange(data, order(data.n, data.less))
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
func Ints(x []int) { slices.Sort(x) }

// Float64s sorts x upwards, NaNs first.
func Float64s(x []float64) { slices.Sort(x) }

// Strings sorts x upwards by bytes.
func Strings(x []string) { slices.Sort(x) }

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

// few elements are sorted where they are.
const few = 8

// stable sorts few elements by insertion. Of more it first finds the order,
// without moving any, and then swaps each to its place.
func stable(data Interface, n int) {
	if n <= few {
		insertion(data, n)
		return
	}
	arrange(data, order(n, data.Less))
}

func insertion(data Interface, n int) {
	for i := 1; i < n; i++ {
		for j := i; j > 0 && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

// order lists the indexes below n by less: runs of few are sorted by insertion,
// and then neighbouring runs merged until one is left.
func order(n int, less func(i, j int) bool) []int {
	list, merged := make([]int, n), make([]int, n)
	for start := 0; start < n; start += few {
		end := min(start+few, n)
		for i := start; i < end; i++ {
			at := i
			for at > start && less(i, list[at-1]) {
				list[at] = list[at-1]
				at--
			}
			list[at] = i
		}
	}
	for size := few; size < n; size *= 2 {
		for start := 0; start < n; start += 2 * size {
			middle, end := min(start+size, n), min(start+2*size, n)
			merge(merged[start:end], list[start:middle], list[middle:end], less)
		}
		list, merged = merged, list
	}
	return list
}

// merge puts the indexes a and b, each of them in order, into to, which has room
// for just them.
func merge(to, a, b []int, less func(i, j int) bool) {
	if len(b) == 0 || !less(b[0], a[len(a)-1]) {
		copy(to, a)
		copy(to[len(a):], b)
		return
	}
	i, j := 0, 0
	for at := range to {
		if i < len(a) && (j >= len(b) || !less(b[j], a[i])) {
			to[at] = a[i]
			i++
		} else {
			to[at] = b[j]
			j++
		}
	}
}

// arrange moves each element whose index is in list to the place that it has
// there.
func arrange(data Interface, list []int) {
	// which element each place holds, and where each element is
	holds, where := make([]int, len(list)), make([]int, len(list))
	for i := range list {
		holds[i], where[i] = i, i
	}
	for i, element := range list {
		at := where[element]
		if at == i {
			continue
		}
		data.Swap(i, at)
		moved := holds[i]
		holds[at], where[moved] = moved, at
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
