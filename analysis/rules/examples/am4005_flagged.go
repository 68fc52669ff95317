package example

type account struct{ points int }

var (
	balances = map[amigos.Address]int64{}
	accounts = map[amigos.Address]account{}
	pool     int64
	board    []int
)

func Transfer(to amigos.Address, n int64) {
	if balances[msg.Sender] < n {
		panic("not enough")
	}
	balances[msg.Sender] -= n // want AM4005 "a negative `n` adds"
	balances[to] += n
}

func Draw(amount int64) {
	if pool >= amount {
		pool = pool - amount // want AM4005 "`amount`"
		balances[msg.Sender] += amount
	}
}

func Spend(n int) {
	a := accounts[msg.Sender]
	a.points -= n
	accounts[msg.Sender] = account{accounts[msg.Sender].points - n} // want AM4005 "`n`"
}

func Drop(i int, k int32) {
	board[i] -= int(k) // want AM4005 "`k`"
}
