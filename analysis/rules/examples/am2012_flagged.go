package example

type Teller interface {
	Transfer(to amigos.Address, n uint64) error
}

var credit = map[amigos.Address]uint64{}

func Pay(t Teller, n uint64) error {
	if n > 1000 {
		return nil
	}
	if err := t.Transfer(amigos.Self(), n); err != nil { // want AM2012 "`Transfer` counts as done"
		return err
	}
	credit[msg.Sender] += n
	return nil
}

func Forward(t Teller) error {
	return t.Transfer(msg.Sender, 1) // want AM2012 "`t` is whatever the caller made"
}
