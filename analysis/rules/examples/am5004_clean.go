package example

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
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
	return amigos.Send(to, 1) // ok AM5004
}

// Said in so many words.
func Try(to amigos.Address) {
	_ = move(to, 10) // ok AM5004
}

func Text(n int) string {
	var b strings.Builder
	b.WriteString("n = ") // ok AM5004
	fmt.Fprintf(&b, "%d", n) // ok AM5004
	return b.String()
}

func Parse(text string) (int, error) {
	n, err := strconv.Atoi(text) // ok AM5004
	if err != nil {
		return 0, err
	}
	return n, nil
}

func check(n int) error { return nil }

func Look(n int) { check(n) } // ok AM5004
