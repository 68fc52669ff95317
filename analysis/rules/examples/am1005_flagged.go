package example

// The fee of 10 coins is 0.3 coins, rounded somehow.
func Fee(n uint64) uint64 {
	fee := float64(n) * 0.03 // want AM1005 "rounds"
	return uint64(fee)
}

func Sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x // want AM1005 "rounds"
	}
	return total
}
