package example

var owner amigos.Address = msg.Sender

var open bool

var last amigos.Address

func Open() {
	if msg.Sender == owner { // ok AM2004
		open = true
	}
}

// No contract may call this.
func Direct() {
	if msg.Sender != msg.Origin { // ok AM2004
		return
	}
	last = msg.Origin
}

func Note() { last = msg.Origin } // ok AM2004

func Signed() bool { return msg.Origin == last } // ok AM2004
