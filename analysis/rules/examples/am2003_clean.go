package example

var (
	owner    amigos.Address = msg.Sender
	fee      uint64
	balances = map[amigos.Address]uint64{}
	last     amigos.Address
)

func SetFee(n uint64) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	fee = n // ok AM2003
}

// A receiver is no caller.
func Give(to amigos.Address, n uint64) {
	if msg.Sender != owner || to == owner {
		panic("not to the owner")
	}
	balances[to] = n
}

// Only read.
func IsOwner(who amigos.Address) bool { return who == owner } // ok AM2003

func Note(who amigos.Address) {
	if who == msg.Sender {
		last = who
	}
}
