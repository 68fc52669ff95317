// Package state is the names service, whose likes are written into a copy.
package state

type name struct {
	owner amigos.Address
	likes int
}

var names []name

// Claim takes a name.
func Claim() { names = append(names, name{owner: msg.Sender}) }

// Like gives everyone one more.
func Like() int {
	for _, n := range names {
		n.likes++
	}
	return len(names)
}
