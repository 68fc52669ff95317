package example

var owner amigos.Address
var fee, share uint64
var names = map[string]string{}

func Set(to amigos.Address, n uint64) {
	amigos.Assert(msg.Sender == owner, "not the owner")
	amigos.Assert(to.IsValid(), "no address")
	fee = n
	share = fee / 2
	fee = n - share
	owner = to
}

func Name(key, name string) {
	names[key] = ""
	if name != "" {
		names[key] = name
	}
}

// Total says what is asked, Get the name.
func Total() uint64 { return fee + share }

func Get(key string) string { return names[key] }
