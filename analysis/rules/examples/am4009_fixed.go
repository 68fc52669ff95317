package example

const unit = 10 ^ 6 // want AM4009 "not a power"

const big = 1 << 32

func Scale(amount, decimals uint64) uint64 {
	return amount * (10 ^ decimals) // want AM4009 "exclusive or"
}

func Power(n uint) uint {
	return 1 << n
}
