package example

import "time"

var (
	rate uint64 = 3
	step uint64 = 10
)

func Fee(amount uint64) uint64 { return amount * rate / 100 } // ok AM4001

// Rounded down to a multiple.
func Align(n uint64) uint64 { return n / step * step } // ok AM4001

func Minutes(n uint64) uint64 { return n / 1000 * 60 } // ok AM4001

func Kill(amount uint64) uint64 {
	part := amount / 100
	part = amount * 2
	return part * rate // ok AM4001
}

func Wait(n int64) time.Duration { return time.Duration(n/2) * time.Second } // ok AM4001
