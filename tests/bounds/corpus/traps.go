// Package traps has what makes analyses wrong: negative sizes, aliases, what changes while it is looked at, conditions that hold no longer.
package traps

type entry struct {
	Name string
	Tags []string
}

type counter struct{ steps int }

var (
	index = map[string][]int{}
	other = map[string][]int{}
	shelf []entry
	total int
)

func (c *counter) step(n int) { c.steps += n }

func Remembered(n int) int {
	limit := 50
	small := limit < 10
	limit = 5
	if small {
		return limit
	}
	sum := 0
	for i := 0; i < 40; i++ {
		sum += i * n
	}
	return sum
}

func NegativeStart(n int) int {
	sum := 0
	for i := -n; i < n; i += 3 {
		sum++
	}
	return sum
}

func BothNegative(a, b int) int {
	sum := 0
	for i := 0; i < a*b; i++ {
		sum += 2
	}
	return sum
}

func Downwards(from, to int) int {
	sum := 0
	for i := from; i > to; i -= 2 {
		sum += i
	}
	return sum
}

func Continued(rows []string) int {
	n := 0
outer:
	for i := range rows {
		for j := 0; j < len(rows[i]); j++ {
			if rows[i][j] == 'x' {
				n++
				continue outer
			}
			n += 2
		}
	}
	return n
}

func MethodValue(list []int) int {
	var c counter
	f := c.step
	for _, n := range list {
		f(n)
	}
	return c.steps
}

func Captured(list []string) int {
	var all []func() int
	for i, text := range list {
		all = append(all, func() int { return i + len(text) })
	}
	sum := 0
	for _, f := range all {
		sum += f()
	}
	return sum
}

func grownBy[T any](list []T, more ...T) []T {
	out := list
	for _, x := range more {
		out = append(out, x)
	}
	return out
}

func Shapes(a []int, b []string) int {
	return len(grownBy(a, a...)) + len(grownBy(b, b...)) + len(grownBy([]entry{}, entry{Name: "x"}))
}

func Aliased(key string, n int) int {
	m := index
	m[key] = append(m[key], n)
	other[key] = index[key]
	return len(other[key])
}

func Counted(key string) int {
	sum := 0
	for _, n := range index[key] {
		sum += n % 7
	}
	return sum
}

func Shelve(name string) int {
	shelf = append(shelf, entry{Name: name})
	return len(shelf)
}

func GrowWhileRanged(tag string) int {
	sum := 0
	for i := range shelf {
		shelf[i].Tags = append(shelf[i].Tags, tag)
	}
	for _, e := range shelf {
		for _, t := range e.Tags {
			sum += len(t)
		}
	}
	return sum
}

func AddedWhileRanged(list []int) int {
	m := map[int]int{}
	for i, n := range list {
		m[i] = n
	}
	for k := range m {
		if k < 100 {
			m[k+1000] = k
		}
	}
	return len(m)
}

func Put(text string) (n int) {
	defer func() { total += n }()
	defer func() { n = len(text) }()
	for range text {
		n++
	}
	return n
}

func Shadowed(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		n := i
		for j := 0; j < n; j++ {
			sum += j
		}
	}
	return sum
}

func Reassigned(list []string) int {
	sum := 0
	for _, text := range list {
		text = text + text
		sum += len(text)
	}
	for i := 0; i < len(list); i++ {
		list[i] += "y"
	}
	for _, text := range list {
		sum += len(text + "z")
	}
	return sum
}

func Narrowed(n int) int {
	sum := 0
	for i := uint8(0); i < uint8(n); i++ {
		sum += int(i)
	}
	return sum
}

func Smallest(list []int, n int) int {
	sum := 0
	for i := 0; i < min(n, len(list)); i++ {
		sum += list[i]
	}
	return sum
}

func Recovering(list []int, at int) (n int) {
	defer func() {
		if recover() != nil {
			for i := range list {
				n += i
			}
		}
	}()
	return list[at]
}
