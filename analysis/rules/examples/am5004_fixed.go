package example

import (
	"errors"
	"strconv"
)

var balances = map[amigos.Address]uint64{}

func move(to amigos.Address, n uint64) error {
	if balances[msg.Sender] < n {
		return errors.New("not enough")
	}
	balances[msg.Sender] -= n
	balances[to] += n
	return nil
}

func Pay(to amigos.Address) error {
	if err := amigos.Send(to, 1); err != nil {
		return err
	}
	return nil
}

func Buy(to amigos.Address) bool {
	move(to, 10) // want AM5004 "`move` says by its error"
	return true
}

func Both(to amigos.Address) error {
	if to != "" {
		if err := move(to, 1); err != nil {
			return err
		}
	}
	return nil
}

func Parse(text string) int {
	n, _ := strconv.Atoi(text) // want AM5004 "`Atoi` gives 0"
	return n
}
