package example

var (
	owner = msg.Sender
	last  amigos.Address
	fee   uint64
)

func setFee(n uint64) {
	if msg.Sender != owner {
		panic("not yours")
	}
	fee = n
}

func Control() func(uint64) {
	if msg.Sender != owner {
		panic("not yours")
	}
	return setFee // ok AM2013
}

func Read() func() uint64 {
	if msg.Sender != owner {
		panic("not yours")
	}
	return func() uint64 { return fee } // ok AM2013
}

func Visit() {
	if msg.Sender != owner {
		last = msg.Sender // ok AM2013
	}
}
