package example

var (
	level    uint8
	balances = map[amigos.Address]uint64{}
)

func SetLevel(n int) {
	level = uint8(n) // want AM4002 "makes a negative number a large one"
}

func Deposit(n int64) {
	if n == 0 {
		return
	}
	amount := uint64(n) // want AM4002 "stored in `balances`"
	balances[msg.Sender] = amount
}

func Pay(to amigos.Address, n int64) error {
	return amigos.Send(to, amigos.Coins(n)) // want AM4002 "paid"
}

func Half(n uint) {
	if n <= 300 {
		level = uint8(n) // want AM4002 "cuts off"
	}
}
