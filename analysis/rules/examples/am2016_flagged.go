package example

const admin = "amigos1qpzry9x8gf2tvdw0s3jn54khce6mua7lqpzry9x" // want AM2016 "can't change"

var treasury amigos.Address = "amigos1qpzry9x8gf2tvdw0s3jn54khce6mua7lqpzry9x8gf2tvdw0" // want AM2016 "new deployment"

func IsAdmin() bool {
	return msg.Sender == "amigos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq" // want AM2016 "keep it in a variable"
}

func Team() []amigos.Address {
	return []amigos.Address{
		`amigos1zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz`, // want AM2016 "this address"
	}
}
