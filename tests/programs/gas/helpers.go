// What the loops of natives.txt use in each package.

func calText(n int, part string) string {
	var b []byte
	for len(b) < n {
		b = append(b, part...)
	}
	return string(b[:n])
}

type calBig struct {
	A, B, C int
	D       string
	E       []int
}

type calError struct{ n int }

func (e *calError) Error() string { return "wrong" }

func calMap(n int) map[int]int {
	m := map[int]int{}
	for i := range n {
		m[i*7919%n] = i
	}
	return m
}

func calFloats(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1 / float64(3+i)
	}
	return list
}

func calNumber(n int) string { return calText(n, "\x9c\x01\xfe\x33\x71") }
