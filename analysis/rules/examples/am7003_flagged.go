package example

var (
	last  oracle.Price
	debts = map[amigos.Address]int64{}
)

func Update() {
	last = oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
}

func Borrow() {
	debts[msg.Sender] = last.Mul(10) // want AM7003 "`debts` depends on it"
}

func Redeem() error {
	worth := last.Units() * 2 // want AM7003 "a payment depends on it"
	return amigos.Send(msg.Sender, amigos.Coins(worth))
}
