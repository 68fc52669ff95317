// Package tables has work on maps, some of them in the state.
package tables

var (
	counts = map[string]int{}
	byID   = map[int]string{}
	grid   = map[string]map[int]bool{}
	orders []string
)

func Put(key string, value int) { counts[key] = value }

func Bump(key string) int {
	counts[key]++
	return counts[key]
}

func Get(key string) int { return counts[key] }

func Has(key string) bool {
	_, ok := counts[key]
	return ok
}

func Drop(key string) { delete(counts, key) }

func Size() int { return len(counts) + len(byID) }

func Name(id int, name string) {
	if name == "" {
		delete(byID, id)
		return
	}
	byID[id] = name
}

func NameOf(id int) string { return byID[id] }

func Total() int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

func Keys() int {
	letters := 0
	for key := range counts {
		letters += len(key)
	}
	return letters
}

func Names() string {
	out := ""
	for _, name := range byID {
		out += name
	}
	return out
}

func Mark(key string, n int) {
	if grid[key] == nil {
		grid[key] = map[int]bool{}
	}
	grid[key][n] = true
}

func Marked(key string) int {
	n := 0
	for _, set := range grid[key] {
		if set {
			n++
		}
	}
	return n
}

func AllMarked() int {
	n := 0
	for _, row := range grid {
		n += len(row)
	}
	return n
}

func Local(xs []int) int {
	seen := map[int]bool{}
	for _, x := range xs {
		seen[x] = true
	}
	return len(seen)
}

func Duplicates(words []string) int {
	seen := map[string]int{}
	twice := 0
	for _, word := range words {
		if seen[word] == 1 {
			twice++
		}
		seen[word]++
	}
	return twice
}

func Literal(n int) int {
	table := map[int]int{1: 10, 2: 20, 3: 30}
	table[n] = n
	return table[2]
}

func PutMany(words []string) {
	for i, word := range words {
		counts[word] = i
	}
}

func Order(name string) int {
	orders = append(orders, name)
	return len(orders)
}

func CountOrders() int {
	tally := map[string]int{}
	for _, name := range orders {
		tally[name]++
	}
	return len(tally)
}
