package example

var (
	owner amigos.Address = msg.Sender
	last  amigos.Address
)

func onlyOwner() {
	if msg.Sender != owner {
		panic("only the owner")
	}
}

func SetOwner(a amigos.Address) {
	onlyOwner()
	if !a.IsValid() {
		panic("not an address")
	}
	owner = a // ok AM2014
}

func Give(a amigos.Address) {
	onlyOwner()
	if a == "" {
		return
	}
	owner = a // ok AM2014
}

func Claim() {
	onlyOwner()
	owner = msg.Sender // ok AM2014
}

// Nobody is compared with it.
func Note(a amigos.Address) {
	onlyOwner()
	last = a // ok AM2014
}
