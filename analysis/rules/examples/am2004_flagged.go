package example

var owner amigos.Address = msg.Sender

var open bool

func Open() {
	if msg.Origin == owner { // want AM2004 "compare `msg.Sender`"
		open = true
	}
}

func Close() {
	amigos.Assert(owner == msg.Origin, "only the owner") // want AM2004 "whoever signed"
	open = false
}

func Flip(n int) {
	if n > 3 && msg.Origin != owner { // want AM2004 "`msg.Origin`"
		return
	}
	open = !open
}

func Set() {
	switch {
	case msg.Origin == owner: // want AM2004 "`msg.Origin`"
		open = true
	}
}
