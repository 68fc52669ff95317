//- hub.amigos.dev/test/example/example.go
package example

var users []amigos.Address
var paid = map[amigos.Address]uint64{}

func PayAll(n uint64) {
	amigos.Assert(msg.Sender == amigos.Self(), "only I")
	for _, u := range users {
		paid[u] = n
	}
}

func Count() int { return len(users) }

//- hub.amigos.dev/test/example/sizes.txt sizes
users 200
users[] 45
paid 200
