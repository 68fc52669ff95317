package example

var (
	owner = msg.Sender
	fee   uint64
)

func setFee(n uint64) { fee = n }

func Control() func(uint64) {
	if msg.Sender != owner {
		panic("not yours")
	}
	return setFee // want AM2013 "`setFee` writes for whoever calls it"
}

func Raise() func() {
	if msg.Sender != owner {
		panic("not yours")
	}
	return func() { fee++ } // want AM2013 "this function"
}
