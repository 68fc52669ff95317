package example

import "time"

var opened time.Time

// Every node has its own clock.
func Open() {
	opened = amigos.Now() // want AM1006 "time.Now"
}
