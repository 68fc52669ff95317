package example

var (
	balances = map[amigos.Address]uint64{}
	allowed  = map[amigos.Address]uint64{}
	supply   uint64
	count    uint64
	score    int64
)

func Withdraw(n uint64) {
	if balances[msg.Sender] < n {
		panic("not enough")
	}
	balances[msg.Sender] -= n // ok AM4004
}

func Spend(n uint64) bool {
	have := allowed[msg.Sender]
	if n > have {
		return false
	}
	allowed[msg.Sender] = have - n // ok AM4004
	return true
}

func All() uint64 {
	n := balances[msg.Sender]
	balances[msg.Sender] -= n // ok AM4004
	return n
}

// Signed numbers go below zero.
func Lose(n int64) {
	if n > 0 {
		score -= n // ok AM4004
	}
}

// Nobody chooses the 1.
func Leave() { count-- } // ok AM4004

func mustHave(who amigos.Address, n uint64) {
	if balances[who] < n {
		panic("not enough")
	}
}

func Pay(n uint64) {
	mustHave(msg.Sender, n)
	balances[msg.Sender] -= n // ok AM4004
}

func Left(n uint64) uint64 { return supply - n } // ok AM4004
