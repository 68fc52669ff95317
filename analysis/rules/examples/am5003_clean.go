package example

var due = map[amigos.Address]amigos.Coins{}

var total amigos.Coins

func Take() error {
	n := due[msg.Sender]
	delete(due, msg.Sender)
	return amigos.Send(msg.Sender, n) // ok AM5003
}

func Sum() {
	total = 0
	for _, n := range due {
		total += n // ok AM5003
	}
}

// The caller's own list.
func PayThese(to []amigos.Address) error {
	for _, p := range to {
		if err := amigos.Send(p, 1); err != nil { // ok AM5003
			return err
		}
	}
	return nil
}
