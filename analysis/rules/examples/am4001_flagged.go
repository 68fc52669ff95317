package example

var (
	rate  uint64 = 3
	total uint64
)

func Fee(amount uint64) uint64 {
	return amount / 100 * rate // want AM4001 "multiply first"
}

func Share(amount, shares uint64) uint64 {
	return shares * (amount / total) // want AM4001 "cuts off"
}

func Split(amount uint64) uint64 {
	part := amount / 1000
	return part * rate // want AM4001 "cuts off"
}

func Wide(amount uint32) uint64 {
	return uint64(amount/100) * rate // want AM4001 "cuts off"
}
