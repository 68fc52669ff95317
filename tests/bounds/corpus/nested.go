// Package nested has loops in loops.
package nested

func Square(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			sum += i ^ j
		}
	}
	return sum
}

func Rectangle(n, m int) int {
	sum := 0
	for i := 0; i < n; i++ {
		for j := 0; j < m; j++ {
			sum++
		}
		sum += 2
	}
	return sum
}

func Triangle(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		for j := 0; j < i; j++ {
			sum++
		}
	}
	return sum
}

func TriangleUp(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		for j := i; j < n; j++ {
			sum++
		}
	}
	return sum
}

func TriangleTo(n int) int {
	sum := 0
	for i := range n {
		for j := 0; j <= i; j++ {
			sum++
		}
	}
	return sum
}

func Pyramid(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		for j := 0; j < i; j++ {
			for k := 0; k < j; k++ {
				sum++
			}
		}
	}
	return sum
}

func Pairs(xs []int) int {
	equal := 0
	for i := 0; i < len(xs); i++ {
		for j := i + 1; j < len(xs); j++ {
			if xs[i] == xs[j] {
				equal++
			}
		}
	}
	return equal
}

func Bubble(xs []int) int {
	for i := 0; i < len(xs); i++ {
		for j := 0; j < len(xs)-1; j++ {
			if xs[j] > xs[j+1] {
				xs[j], xs[j+1] = xs[j+1], xs[j]
			}
		}
	}
	if len(xs) == 0 {
		return 0
	}
	return xs[0]
}

func Insertion(xs []int) int {
	for i := 1; i < len(xs); i++ {
		for j := i; j > 0 && xs[j] < xs[j-1]; j-- {
			xs[j], xs[j-1] = xs[j-1], xs[j]
		}
	}
	if len(xs) == 0 {
		return 0
	}
	return xs[0]
}

func Rows(rows [][]int) int {
	sum := 0
	for _, row := range rows {
		for _, x := range row {
			sum += x
		}
	}
	return sum
}

func Matrix(n int) int {
	rows := make([][]int, 0)
	for i := 0; i < n; i++ {
		rows = append(rows, make([]int, n))
	}
	sum := 0
	for i := range rows {
		for j := range rows[i] {
			sum += rows[i][j]
		}
	}
	return sum
}

func Labelled(n int) int {
	sum := 0
outer:
	for i := 0; i < n; i++ {
		for j := 0; j < n; j++ {
			if i*j > 40 {
				continue outer
			}
			if sum > 5000 {
				break outer
			}
			sum++
		}
	}
	return sum
}

func EarlyReturn(xs []int, n int) int {
	for i := 0; i < n; i++ {
		for _, x := range xs {
			if x == i {
				return i
			}
		}
	}
	return -1
}

func TwoLoops(n, m int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i
	}
	for i := 0; i < m; i++ {
		sum -= i
	}
	return sum
}

func Helper(n int, xs []int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += total(xs)
	}
	return sum
}

func total(xs []int) int {
	sum := 0
	for _, x := range xs {
		sum += x
	}
	return sum
}

func Words(words []string) int {
	letters := 0
	for _, word := range words {
		for range word {
			letters++
		}
	}
	return letters
}

func Logs(n int) int {
	steps := 0
	for i := 0; i < n; i++ {
		for j := i; j > 0; j /= 2 {
			steps++
		}
	}
	return steps
}

func Primes(n int) int {
	count := 0
	for i := 2; i < n; i++ {
		prime := true
		for j := 2; j < i; j++ {
			if i%j == 0 {
				prime = false
				break
			}
		}
		if prime {
			count++
		}
	}
	return count
}
