package example

var balances = map[amigos.Address]uint64{}

// Refund lets a receiver send back what it does not want.
type Refund interface{ Back(n uint64) }

type refund struct{ to amigos.Address }

func (r *refund) Back(n uint64) {
	if n < 1000 {
		balances[r.to] += n
	}
}

type Receiver interface{ Receive(n uint64, r Refund) }

func Withdraw(to Receiver, n uint64) {
	if balances[msg.Sender] < n {
		panic("not enough")
	}
	left := balances[msg.Sender] - n
	to.Receive(n, &refund{to: msg.Sender})
	balances[msg.Sender] = left // want AM5001 "`Receive`"
}
