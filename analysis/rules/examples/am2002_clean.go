package example

//amigos:guard onlyOwner
var owner amigos.Address = msg.Sender

// What a transfer costs.
//
//amigos:guard onlyOwner
var fee uint64

var open uint64

func onlyOwner() {
	if msg.Sender != owner {
		panic("only the owner")
	}
}

func SetOwner(a amigos.Address) {
	onlyOwner()
	if a.IsValid() {
		owner = a // ok AM2002
	}
}

func SetFee(n uint64) {
	onlyOwner()
	store(n)
}

func store(n uint64) { fee = n }

func checked(n uint64) {
	onlyOwner()
	fee = n
}

func Checked(n uint64) { checked(n) } // ok AM2002

func Touch() { open++ }
