// Package growing has loops that make things grow.
package growing

func Appended(n int) int {
	var xs []int
	for i := 0; i < n; i++ {
		xs = append(xs, i)
	}
	return len(xs)
}

func Reserved(n int) int {
	if n < 0 {
		n = 0
	}
	xs := make([]int, 0, n)
	for i := 0; i < n; i++ {
		xs = append(xs, i)
	}
	return len(xs)
}

func Made(n int) int {
	if n < 0 {
		return 0
	}
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i * i
	}
	return xs[len(xs)/2]
}

func TwoAtOnce(n int) int {
	var xs []int
	for i := 0; i < n; i++ {
		xs = append(xs, i, -i)
	}
	sum := 0
	for _, x := range xs {
		sum += x
	}
	return sum
}

func Doubled(xs []int) int {
	var ys []int
	for _, x := range xs {
		ys = append(ys, x, x)
	}
	zs := append(xs, ys...)
	return len(zs)
}

func Filtered(xs []int) int {
	var ys []int
	for _, x := range xs {
		if x > 0 {
			ys = append(ys, x)
		}
	}
	sum := 0
	for _, y := range ys {
		sum += y
	}
	return sum
}

func Copied(xs []int) int {
	ys := make([]int, len(xs))
	n := copy(ys, xs)
	clear(ys)
	return n
}

func Concatenated(n int) int {
	s := ""
	for i := 0; i < n; i++ {
		s += "ab"
	}
	return len(s)
}

func Joined(words []string) int {
	s := ""
	for _, word := range words {
		s += word + ","
	}
	return len(s)
}

func GrowThenWalk(n int) int {
	xs := []int{1}
	for i := 0; i < n; i++ {
		xs = append(xs, xs[len(xs)-1]+1)
	}
	sum := 0
	for _, x := range xs {
		for i := 0; i < 3; i++ {
			sum += x
		}
	}
	return sum
}

func Reversed(xs []int) []int {
	ys := []int{}
	for i := len(xs) - 1; i >= 0; i-- {
		ys = append(ys, xs[i])
	}
	return ys
}

func Prefixes(xs []int) int {
	var all [][]int
	for i := range xs {
		all = append(all, xs[:i])
	}
	return len(all)
}

func Bytes(n int) string {
	var b []byte
	for i := 0; i < n; i++ {
		b = append(b, byte('a'+i%26))
	}
	return string(b)
}

func Boxes(n int) int {
	var all []*int
	for i := 0; i < n; i++ {
		x := i
		all = append(all, &x)
	}
	sum := 0
	for _, p := range all {
		sum += *p
	}
	return sum
}

func PerRow(n int) int {
	total := 0
	for i := 0; i < n; i++ {
		var row []int
		for j := 0; j < 5; j++ {
			row = append(row, j)
		}
		total += len(row)
	}
	return total
}
