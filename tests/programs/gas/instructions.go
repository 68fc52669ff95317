// What the loops of instructions.txt use.
package main

type big struct{ A, B, C, D, E, F, G, H int }

type pair struct{ A, B int }

type other struct{ A int }

type summer interface{ sum(n int) int }

func (p *pair) sum(n int) int { return p.A + n }

func (o *other) sum(n int) int { return o.A - n }

var global int

var long = repeated("abcdefgh", 1024)

var longRunes = repeated("aé€𝄞", 1000)

func repeated(part string, n int) string {
	var b []byte
	for len(b) < n {
		b = append(b, part...)
	}
	return string(b[:n])
}

func filled(n int) map[int]int {
	m := map[int]int{}
	for i := range n {
		m[i] = i
	}
	return m
}

func filledTexts(n int) map[string]int {
	m := map[string]int{}
	for i := range n {
		m["key "+digits(i)] = i
	}
	return m
}

func digits(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return digits(n/10) + digits(n%10)
}

func plus(a, b int) int { return a + b }

func large(x big) int { return x.A }

func generic[T int | float64](a, b T) T { return a + b }

func many(list ...int) int { return len(list) }

func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

func deferred(a int) int {
	defer plus(a, 1)
	return a
}

func recovered(a int) int {
	defer func() { recover() }()
	panic("no")
}

func recoveredIndex(a int) int {
	defer func() { recover() }()
	var x []int
	return x[a]
}

func kind(x any) int {
	switch x.(type) {
	case int:
		return 1
	case string:
		return 2
	case []int:
		return 3
	case summer:
		return 4
	case float64:
		return 5
	}
	return 0
}

func upTo(yield func(int) bool) {
	for i := range 64 {
		if !yield(i) {
			return
		}
	}
}

func chosen(a int) int {
	switch a {
	case 1:
		return 31
	case 2:
		return 32
	case 3:
		return 33
	case 11:
		return 34
	case 12:
		return 35
	case 13:
		return 36
	case 37:
		return 37
	}
	return 0
}

func send(c chan int) { c <- 1 }
