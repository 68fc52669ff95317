// Package prices touches state in the ways that have prices of their own. Each function does one thing n times; `cargo xtask bench gas` calls it with none and with many.
package prices

type Account struct {
	Name    string
	Balance uint64
}

var Accounts = map[int]*Account{}
var Counts = map[int]int{}
var Rows []*Account
var Numbers []int
var Text string
var Small int

func Fill(n int) {
	for i := range n {
		a := &Account{Name: "somebody", Balance: uint64(i)}
		Accounts[i] = a
		Counts[i] = i
		Rows = append(Rows, a)
		Numbers = append(Numbers, i)
	}
}

func ReadEntries(n int) {
	sum := 0
	for i := range n {
		sum += Counts[i]
	}
}

func ReadObjects(n int) {
	sum := uint64(0)
	for i := range n {
		sum += Rows[i].Balance
	}
}

func ReadEntriesAndObjects(n int) {
	sum := uint64(0)
	for i := range n {
		sum += Accounts[i].Balance
	}
}

func ReadNumbers(n int) {
	sum := 0
	for i := range n {
		sum += Numbers[i]
	}
}

func WriteEntries(n int) {
	for i := range n {
		Counts[i] = i + 1
	}
}

func WriteObjects(n int) {
	for i := range n {
		Rows[i].Balance = 7
	}
}

func AddEntries(n int) {
	for i := range n {
		Counts[-1-i] = i
	}
}

func AddObjects(n int) {
	for i := range n {
		Rows = append(Rows, &Account{Name: "new", Balance: uint64(i)})
	}
}

func AddEntriesAndObjects(n int) {
	for i := range n {
		Accounts[-1-i] = &Account{Name: "new", Balance: uint64(i)}
	}
}

func DeleteEntries(n int) {
	for i := range n {
		delete(Counts, i)
	}
}

func WriteNumbers(n int) {
	for i := range n {
		Numbers[i] = 7
	}
}

func WriteVariable(n int) {
	for i := range n {
		Small = i
	}
}

func RangeEntries(n int) {
	sum := 0
	for k, v := range Counts {
		if n == 0 {
			break
		}
		n--
		sum += k + v
	}
}

func Events(n int) {
	for i := range n {
		amigos.Emit("done", "number", i, "text", "a text")
	}
}

func Balances(n int) {
	for range n {
		_ = amigos.Balance(amigos.Self())
	}
}

func Heights(n int) {
	for range n {
		_ = amigos.Height()
	}
}

func Times(n int) {
	for range n {
		_ = amigos.Now()
	}
}

func Senders(n int) {
	for range n {
		_ = msg.Sender
	}
}

func Addresses(n int) {
	a := amigos.Self()
	for range n {
		_ = a.IsValid()
	}
}
