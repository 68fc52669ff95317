package example

const maxAge = 60

var (
	last  oracle.Price
	debts = map[amigos.Address]int64{}
)

func Update() {
	last = oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
}

func Borrow() {
	if last.Age() > maxAge {
		panic("the price is old")
	}
	debts[msg.Sender] = last.Mul(10) // ok AM7003
}

// What is fetched is fresh.
func Fresh() {
	price := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	debts[msg.Sender] = price.Mul(10) // ok AM7003
}

// Nothing depends on it.
func Worth() int64 { return last.Mul(10) } // ok AM7003
