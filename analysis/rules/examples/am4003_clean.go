package example

const most = 1_000_000

var (
	balances = map[amigos.Address]uint64{}
	owner    = msg.Sender
	visits   uint64
	small    uint64
	minted   uint64
)

func Visit() { visits++ } // ok AM4003

func Transfer(to amigos.Address, n uint64) {
	if balances[msg.Sender] < n {
		panic("not enough")
	}
	balances[msg.Sender] -= n
	balances[to] += n // ok AM4003
}

func Deposit(to amigos.Address, n uint64) {
	sum := balances[to] + n
	if sum < n {
		panic("too much")
	}
	balances[to] = sum // ok AM4003
}

func Limited(n uint64) {
	if n > most {
		panic("too much")
	}
	balances[msg.Sender] += n // ok AM4003
}

func Mint(n uint64) {
	if msg.Sender != owner {
		panic("not yours")
	}
	minted += n // ok AM4003
}

func Count(n uint16) { small += uint64(n) } // ok AM4003

func Hash(n uint64) { small = (small*31 + n) % 1024 } // ok AM4003

func Paid() { balances[msg.Sender] += uint64(msg.Value) } // ok AM4003
