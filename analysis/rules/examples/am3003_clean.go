package example

var (
	balances = map[amigos.Address]uint64{}
	names    map[string]string
	lazy     map[string]int
	read     map[string]int
)

func init() { names = map[string]string{} }

func Deposit(n uint64) { balances[msg.Sender] = n } // ok AM3003

func Rename(a, b string) { names[a] = b } // ok AM3003

func Count(word string) {
	if lazy == nil {
		lazy = make(map[string]int)
	}
	lazy[word]++ // ok AM3003
}

func Get(word string) int {
	local := map[string]int{}
	local[word] = read[word]
	return local[word]
}
