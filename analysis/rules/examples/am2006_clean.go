package example

type Pricer interface{ Price(n uint64) uint64 }

type flat struct{ each uint64 }

func (f flat) Price(n uint64) uint64 { return f.each * n }

var (
	owner  amigos.Address = msg.Sender
	pricer Pricer         = flat{1}
	best   Pricer
	spare  Pricer
)

func SetPricer(p Pricer) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	pricer = p // ok AM2006
}

func Reset() { spare = flat{1} } // ok AM2006

// Never called.
func Keep(p Pricer) { best = p } // ok AM2006

func Cost(n uint64) uint64 { return pricer.Price(n) + spare.Price(n) }
