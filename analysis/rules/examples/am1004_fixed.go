package example

import (
	"maps"
	"slices"
)

var payouts = map[amigos.Address]amigos.Coins{}

// If the gas ends half-way, the order has decided who is paid.
func PayAll() error {
	for _, to := range slices.Sorted(maps.Keys(payouts)) {
		n := payouts[to] // want AM1004 "order of this map"
		if err := amigos.Send(to, n); err != nil {
			return err
		}
	}
	return nil
}

func People() []amigos.Address { return slices.Sorted(maps.Keys(payouts)) }
