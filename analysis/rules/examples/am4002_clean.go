package example

var (
	level    uint8
	balances = map[amigos.Address]uint64{}
)

func SetLevel(n int) {
	if n < 0 || n > 255 {
		panic("too large")
	}
	level = uint8(n) // ok AM4002
}

func Mask(n int) { level = uint8(n & 0xff) } // ok AM4002

func Least(n uint) { level = uint8(min(n, 255)) } // ok AM4002

func Length(s string) { balances[msg.Sender] = uint64(len(s)) } // ok AM4002

func Rest(n uint64) { level = uint8(n % 100) } // ok AM4002

func Deposit(n int64) {
	if n <= 0 {
		return
	}
	balances[msg.Sender] = uint64(n) // ok AM4002
}

func Loop(n int) {
	for i := 0; i < n && i < 10; i++ {
		level = uint8(i) // ok AM4002
	}
}

// Nothing is kept.
func Show(n int) uint8 { return uint8(n) } // ok AM4002

func Round(n int) {
	if int(uint8(n)) != n {
		panic("too large")
	}
	level = uint8(n) // ok AM4002
}
