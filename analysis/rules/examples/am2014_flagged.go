package example

var (
	owner  amigos.Address = msg.Sender
	minter amigos.Address = msg.Sender
)

func SetOwner(a amigos.Address) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	owner = a // want AM2014 "`a.IsValid()`"
}

func onlyMinter() {
	if msg.Sender != minter {
		panic("only the minter")
	}
}

func SetMinter(to amigos.Address) {
	onlyMinter()
	minter = to // want AM2014 "`to.IsValid()`"
}

func Hand(to amigos.Address) error {
	if msg.Sender == minter {
		minter = to // want AM2014 "`minter` may become"
	}
	return nil
}

func Both(a, b amigos.Address) {
	amigos.Assert(msg.Sender == owner, string(b))
	owner = a // want AM2014 "`a.IsValid()`"
}
