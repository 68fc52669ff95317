package example

var (
	balances = map[amigos.Address]uint64{}
	price    uint64 = 3
	owed     uint64
)

func Deposit(to amigos.Address, n uint64) {
	balances[to] += n // want AM4003 "wrap around"
}

func Order(count uint64) {
	cost := count * price // want AM4003 "product"
	owed = cost
}

// The helper is called with what the caller chooses.
func Gift(n uint64) { add(msg.Sender, n) }

func add(to amigos.Address, n uint64) {
	balances[to] = balances[to] + n // want AM4003 "stored in `balances`"
}
