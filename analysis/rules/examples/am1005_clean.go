package example

const rate = 0.5 * 2

// Whole units, rounded down.
func Fee(n uint64) uint64 {
	return n * 3 / 100 // ok AM1005
}

func Rate() float64 { return rate }
