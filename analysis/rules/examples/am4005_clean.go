package example

var (
	balances = map[amigos.Address]int64{}
	coins    = map[amigos.Address]uint64{}
	offset   int64
)

func Transfer(to amigos.Address, n int64) {
	if n <= 0 || balances[msg.Sender] < n {
		panic("not enough")
	}
	balances[msg.Sender] -= n // ok AM4005
	balances[to] += n
}

func Send(to amigos.Address, n uint64) {
	if coins[msg.Sender] < n {
		panic("not enough")
	}
	coins[msg.Sender] -= n // ok AM4005
	coins[to] += n
}

func positive(n int64) {
	if n < 1 {
		panic("nothing")
	}
}

func Draw(n int64) {
	positive(n)
	balances[msg.Sender] -= n // ok AM4005
}

// Moving is meant both ways.
func Move(n int32) { offset += int64(n) } // ok AM4005

func Far(n int64) int64 { return offset - n } // ok AM4005
