package example

var owner amigos.Address
var fee, share uint64
var names = map[string]string{}

func Set(to amigos.Address, n uint64) {
	amigos.Assert(msg.Sender == owner, "not the owner")
	fee = n // want AM3006 "`fee` is written again"
	fee = n / 2
	share = n
	owner = to
}

func Name(key, name string) {
	names[key] = ""   // want AM3006 "`names[key]` is written again"
	names[key] = name // the first was for nothing
}

// Total says what is asked.
func Total() uint64 { return fee + share }
