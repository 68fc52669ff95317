package example

var owner amigos.Address = msg.Sender

var open bool

func Open() {
	if msg.Sender == owner {
		open = true
	}
}

func Close() {
	amigos.Assert(owner == msg.Sender, "only the owner")
	open = false
}

func Flip(n int) {
	if n > 3 && msg.Sender != owner {
		return
	}
	open = !open
}

func Set() {
	switch {
	case msg.Sender == owner:
		open = true
	}
}
