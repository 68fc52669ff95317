package example

//amigos:guard onlyOwner
var owner amigos.Address = msg.Sender

//amigos:guard onlyOwner
var fee uint64

func onlyOwner() {
	if msg.Sender != owner {
		panic("only the owner")
	}
}

func SetOwner(a amigos.Address) {
	if a.IsValid() {
		owner = a // want AM2002 "guarded by `onlyOwner`"
	}
}

func SetFee(n uint64) {
	if n > 10 {
		onlyOwner()
	}
	fee = n // want AM2002 "on every way"
}

func Late(n uint64) {
	fee = n // want AM2002 "on every way"
	onlyOwner()
}

func store(n uint64) { fee = n }

func Store(n uint64) {
	store(n) // want AM2002 "`store` writes `fee`"
}
