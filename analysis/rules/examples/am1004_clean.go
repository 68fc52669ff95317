package example

import (
	"maps"
	"slices"
)

var payouts = map[amigos.Address]amigos.Coins{}

// Sorted keys, and everyone can withdraw alone.
func PayAll() error {
	for _, to := range slices.Sorted(maps.Keys(payouts)) { // ok AM1004
		if err := amigos.Send(to, payouts[to]); err != nil {
			return err
		}
	}
	return nil
}

func Withdraw() error {
	n := payouts[msg.Sender]
	delete(payouts, msg.Sender)
	return amigos.Send(msg.Sender, n)
}
