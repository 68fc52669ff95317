package example

type share struct {
	who amigos.Address
	due uint64
}

var (
	owner  amigos.Address = msg.Sender
	shares []share
	admins []amigos.Address
	fixed  [8]uint64
	total  uint64
)

func Join() { shares = append(shares, share{who: msg.Sender}) }

// Only the owner makes this list longer.
func AddAdmin(a amigos.Address) {
	if msg.Sender == owner {
		admins = append(admins, a)
	}
}

func Tick() {
	for range admins { // ok AM6001
		total++
	}
}

func Fill() {
	for i := range fixed { // ok AM6001
		fixed[i]++
	}
}

// A part per call.
func Pay(from, n int) {
	for i := 0; i < n && i < 100; i++ { // ok AM6001
		shares[from+i].due = 0
	}
}

// Reading costs the reader.
func Sum() uint64 {
	sum := uint64(0)
	for _, s := range shares { // ok AM6001
		sum += s.due
	}
	return sum
}

func Close() {
	if msg.Sender != owner {
		panic("only the owner")
	}
	for i := range shares { // ok AM6001
		shares[i].who = ""
	}
}
