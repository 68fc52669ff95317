// Package linear has functions with one loop.
package linear

func Sum(xs []int) int {
	sum := 0
	for _, x := range xs {
		sum += x
	}
	return sum
}

func Index(xs []int, y int) int {
	for i, x := range xs {
		if x == y {
			return i
		}
	}
	return -1
}

func Count(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i
	}
	return sum
}

func CountTo(n int) int {
	sum := 0
	for i := 1; i <= n; i++ {
		sum += i
	}
	return sum
}

func RangeInt(n int) int {
	sum := 0
	for i := range n {
		sum ^= i
	}
	return sum
}

func Down(n int) int {
	sum := 0
	for i := n; i > 0; i-- {
		sum += i
	}
	return sum
}

func DownFromLast(xs []int) int {
	sum := 0
	for i := len(xs) - 1; i >= 0; i-- {
		sum = sum*2 + xs[i]
	}
	return sum
}

func Stride(n int) int {
	sum := 0
	for i := 0; i < n; i += 3 {
		sum += i
	}
	return sum
}

func Difference(n, m int) int {
	sum := 0
	for i := 0; i < n-m; i++ {
		sum++
	}
	return sum
}

func Product(n, m int) int {
	sum := 0
	for i := 0; i < n*m; i++ {
		sum++
	}
	return sum
}

func FromTo(from, to int) int {
	sum := 0
	for i := from; i < to; i++ {
		sum++
	}
	return sum
}

func Smaller(n int, xs []int) int {
	sum := 0
	for i := 0; i < min(n, len(xs)); i++ {
		sum += xs[i]
	}
	return sum
}

func Both(n int, xs []int) int {
	sum := 0
	for i := 0; i < n && i < len(xs); i++ {
		sum += xs[i]
	}
	return sum
}

func AtMostTen(xs []int) int {
	shown := 0
	sum := 0
	for i := len(xs) - 1; i >= 0 && shown < 10; i-- {
		shown++
		if xs[i] < 0 {
			continue
		}
		sum += xs[i]
	}
	return sum
}

func Breaks(n int) int {
	i := 0
	for {
		if i >= n {
			break
		}
		i++
	}
	return i
}

func Continues(xs []int) int {
	sum := 0
	for i := 0; i < len(xs); i++ {
		if xs[i]%2 == 0 {
			continue
		}
		if xs[i] > 1000 {
			break
		}
		sum += xs[i]
	}
	return sum
}

func Halve(n int) int {
	steps := 0
	for n > 0 {
		n /= 2
		steps++
	}
	return steps
}

func Digits(n uint64) int {
	digits := 1
	for n >= 10 {
		n /= 10
		digits++
	}
	return digits
}

func Shift(n uint64) int {
	ones := 0
	for ; n != 0; n >>= 1 {
		ones += int(n & 1)
	}
	return ones
}

func Cut(xs []int) int {
	sum := 0
	for len(xs) > 0 {
		sum += xs[0]
		xs = xs[1:]
	}
	return sum
}

func CutPairs(xs []int) int {
	sum := 0
	for len(xs) >= 2 {
		sum += xs[0] * xs[1]
		xs = xs[2:]
	}
	return sum
}

func Window(xs []int, k int) int {
	best := 0
	if k < 0 || k > len(xs) {
		return 0
	}
	for _, x := range xs[k:] {
		if x > best {
			best = x
		}
	}
	return best
}

func TwoPointers(xs []int) bool {
	for i, j := 0, len(xs)-1; i < j; i, j = i+1, j-1 {
		if xs[i] != xs[j] {
			return false
		}
	}
	return true
}

func BinarySearch(xs []int, y int) int {
	low, high := 0, len(xs)
	for low < high {
		mid := (low + high) / 2
		if xs[mid] < y {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

func Gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func Collatz(n int) int {
	steps := 0
	for n > 1 && steps < 200 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return steps
}

func Endless(n int) int {
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
	}
	return n
}

func Jump(n int) int {
	i := 0
again:
	if i < n {
		i++
		goto again
	}
	return i
}

func Arrays() int {
	table := [12]int{3, 1, 4}
	sum := 0
	for i, x := range table {
		sum += i * x
	}
	return sum
}
