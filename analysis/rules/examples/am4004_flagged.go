package example

type account struct{ balance uint64 }

var (
	balances = map[amigos.Address]uint64{}
	accounts = map[amigos.Address]*account{}
	supply   uint64
	limits   [4]uint32
)

func Withdraw(n uint64) {
	balances[msg.Sender] -= n // want AM4004 "wraps around"
}

func Transfer(to amigos.Address, n uint64) {
	if n == 0 || to == msg.Sender {
		return
	}
	balances[msg.Sender] = balances[msg.Sender] - n // want AM4004 "`balances`"
	balances[to] += n
}

func Burn(n uint64) {
	if balances[msg.Sender] < n {
		return
	}
	supply -= n // want AM4004 "`supply`"
}

func Spend(n uint64) {
	if a, ok := accounts[msg.Sender]; ok {
		a.balance -= n // want AM4004 "`accounts`"
	}
}

func Use(n uint32) {
	limits[1] -= n // want AM4004 "`limits`"
}
