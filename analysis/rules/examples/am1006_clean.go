package example

import "time"

var opened time.Time

// The time of the block is the same everywhere.
func Open() {
	opened = amigos.Now() // ok AM1006
}
