package example

var (
	owner    amigos.Address = msg.Sender
	fee      uint64
	visits   uint64
	balances = map[amigos.Address]uint64{}
	admins   = map[amigos.Address]bool{}
	names    = map[string]string{}
)

func SetFee(n uint64) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	fee = n
}

// A helper asks.
func onlyOwner() error {
	if msg.Sender != owner {
		return error(nil)
	}
	return nil
}

func ResetFee() error {
	if err := onlyOwner(); err != nil {
		return err
	}
	fee = 0 // ok AM2001
	return nil
}

func isAdmin(who amigos.Address) bool { return admins[who] }

func Clear() {
	if !isAdmin(msg.Sender) {
		panic("only admins")
	}
	fee = 0 // ok AM2001
}

// Counting is another matter than setting.
func Visit() { visits++ }

func ResetVisits() {
	if msg.Sender == owner {
		visits = 0
	}
}

// One's own entry.
func Fund(who amigos.Address, n uint64) {
	if msg.Sender != owner {
		panic("only the owner")
	}
	balances[who] = n
}

func Empty() { balances[msg.Sender] = 0 } // ok AM2001

func Rename(key, name string) {
	if names[key] != "" && msg.Sender != owner {
		panic("taken")
	}
	names[key] = name
}

func init() { fee = 3 }
