//- hub.amigos.dev/test/example/example.go
package example

var users []amigos.Address
var paid = map[amigos.Address]uint64{}

func PayAll(n uint64) { // want AM6004 "more than the"
	amigos.Assert(msg.Sender == amigos.Self(), "only I")
	for _, u := range users {
		paid[u] = n
	}
}

func First() amigos.Address { return users[0] }

//- hub.amigos.dev/test/example/sizes.txt sizes
users 20000
users[] 45
paid 20000
