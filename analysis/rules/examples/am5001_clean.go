package example

var (
	balances = map[amigos.Address]uint64{}
	paid     = map[amigos.Address]bool{}
)

type Refund interface{ Back(n uint64) }

type refund struct{ to amigos.Address }

func (r *refund) Back(n uint64) {
	if n < 1000 {
		balances[r.to] += n
	}
}

type Receiver interface{ Receive(n uint64, r Refund) }

type Plain interface{ Note(n uint64) }

func Withdraw(to Receiver, n uint64) {
	if balances[msg.Sender] < n {
		panic("not enough")
	}
	balances[msg.Sender] -= n // ok AM5001
	to.Receive(n, &refund{to: msg.Sender})
}

// What comes back changes something else.
func Once(to Receiver) {
	if paid[msg.Sender] {
		panic("again")
	}
	to.Receive(1, &refund{to: msg.Sender})
	paid[msg.Sender] = true // ok AM5001
}
