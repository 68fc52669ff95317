// Package promises has functions whose bounds count on `//amigos:bound`.
package promises

//amigos:bound len(queue)<=40
var queue []int

//amigos:bound len(names)<=30
var names = map[string]int{}

// Overfull gets longer than its bound: then calls fail.
//
//amigos:bound len(overfull)<=6
var overfull []string

type board struct {
	items []string
	turn  int
}

var (
	//amigos:bound len(main.items)<=25
	//amigos:bound main.turn<=12
	main board
	free []int
)

func Push(n int) {
	if len(queue) < 40 {
		queue = append(queue, n)
	}
}

func Free(n int) { free = append(free, n) }

func SumOfQueue() int {
	n := 0
	for _, x := range queue {
		n += x
	}
	return n
}

func Pairs() int {
	n := 0
	for i := range queue {
		for j := range queue {
			if queue[i] == queue[j] {
				n++
			}
		}
	}
	return n
}

func Total() int { return SumOfQueue() + len(free) }

//amigos:bound len(free)<=15
func SumOfFree() int {
	n := 0
	for _, x := range free {
		n += x
	}
	return n
}

func Cut() {
	if len(queue) > 0 {
		queue = queue[1:]
	}
}

func Name(name string) {
	if len(names) < 30 {
		names[name]++
	}
}

func SumOfNames() int {
	n := 0
	for _, v := range names {
		n += v
	}
	return n
}

func Overfill(text string) { overfull = append(overfull, text) }

func Longest() int {
	n := 0
	for _, text := range overfull {
		n = max(n, len(text))
	}
	return n
}

func Place(text string) {
	if len(main.items) < 25 {
		main.items = append(main.items, text)
	}
	main.turn = (main.turn + 1) % 12
}

func Turns() int {
	n := 0
	for i := 0; i < main.turn; i++ {
		for _, item := range main.items {
			n += len(item)
		}
	}
	return n
}

//amigos:bound len(xs)<=20
func Sum(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}

//amigos:bound n<=50
func Count(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i
	}
	return sum
}

//amigos:bound len(text)<=64
func Letters(text string) int {
	n := 0
	for _, r := range text {
		if r != ' ' {
			n++
		}
	}
	return n
}

//amigos:bound len(xs)<=12
//amigos:bound rounds<=6
func Rounds(xs []int, rounds int) int {
	n := 0
	for r := 0; r < rounds; r++ {
		for _, x := range xs {
			n += x * r
		}
	}
	return n
}

//amigos:bound len(xs)<=10
func sumOfFew(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}

func Halves(xs []int) int { return sumOfFew(xs[:len(xs)/2]) + sumOfFew(xs[len(xs)/2:]) }

//amigos:bound depth<=8
func Fibonacci(n int) int {
	if n < 2 {
		return n
	}
	return Fibonacci(n-1) + Fibonacci(n-2)
}

//amigos:bound depth<=5
func Threes(n int) int {
	if n <= 0 {
		return 1
	}
	return Threes(n-1) + Threes(n-2) + Threes(n-3)
}

//amigos:bound depth<=10
func Down(n int) int {
	if n <= 0 {
		return 0
	}
	return 1 + Down(n-1)
}

//amigos:bound depth<=6
func collatz(n int) int {
	if n <= 1 {
		return 0
	}
	if n%2 == 0 {
		return 1 + collatz(n/2)
	}
	return 1 + collatz(3*n+1)
}

func Collatz(n int) int { return collatz(n) }

func Caught(n int) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return Down(n) >= 0
}
