package example

var (
	balances map[amigos.Address]uint64
	names    map[string]string
	seen     map[int]bool
	counts   map[string]int
)

func Deposit(n uint64) {
	balances[msg.Sender] = n // want AM3003 "`balances` is a nil map"
}

func Add(n uint64) {
	balances[msg.Sender] += n // want AM3003 "nil map"
}

func rename(a, b string) {
	names[a] = b // want AM3003 "`names`"
}

func Rename(a, b string) { rename(a, b) }

func Visit(list []int) {
	for _, n := range list {
		seen[n] = true // want AM3003 "`seen`"
	}
}

func Count(word string) {
	counts[word]++ // want AM3003 "`counts`"
}
