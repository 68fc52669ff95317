package example

type Teller interface {
	Transfer(to amigos.Address, n uint64) error
}

type Logger interface{ Log(text string) }

var (
	known  = map[Teller]bool{}
	teller Teller
	owner  = msg.Sender
)

func Pay(t Teller) error {
	if t != teller {
		panic("another teller")
	}
	return t.Transfer(msg.Sender, 1) // ok AM2012
}

func Any(t Teller) error {
	if !known[t] {
		panic("unknown")
	}
	return t.Transfer(msg.Sender, 1) // ok AM2012
}

func Stored() error {
	return teller.Transfer(msg.Sender, 1) // ok AM2012
}

func Log(l Logger) { l.Log("here") } // ok AM2012

func Set(t Teller) {
	if msg.Sender != owner {
		panic("not yours")
	}
	teller = t
	known[t] = true
}
