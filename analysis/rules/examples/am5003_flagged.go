package example

type book struct{ shares []amigos.Address }

var (
	players []amigos.Address
	groups  = map[string][]amigos.Address{}
	ledger  book
)

func PayAll() error {
	for _, p := range players {
		if err := amigos.Send(p, 1); err != nil { // want AM5003 "a payment in a loop"
			return err
		}
	}
	return nil
}

func PayGroup(name string) error {
	for i := range groups[name] {
		if err := amigos.Send(groups[name][i], 2); err != nil { // want AM5003 "if one fails"
			return err
		}
	}
	return nil
}

func PayLedger() error {
	for _, p := range ledger.shares {
		if p != "" {
			if err := amigos.Send(p, 3); err != nil { // want AM5003 "take their own"
				return err
			}
		}
	}
	return nil
}

func Transfer(to amigos.Address) error { return nil }

func Move() error {
	for _, p := range (players) {
		if err := Transfer(p); err != nil {
			return err
		}
		if err := amigos.Send(p, 4); err != nil { // want AM5003 "payment"
			return err
		}
	}
	return nil
}
