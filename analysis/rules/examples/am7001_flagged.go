package example

func Price() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Band).Median() // want AM7001 "one source decides alone"
}

func Two() oracle.Price {
	quotes := oracle.Fetch("ETH/USD", oracles.Band, oracles.Uma) // want AM7001 "of two sources"
	return quotes.Median()
}

func None() oracle.Price {
	return oracle.Fetch("ETH/USD").Median() // want AM7001 "no source"
}

func Worth(n int64) int64 {
	p := oracle.Fetch("BTC/USD", oracles.Chainlink).Mean() // want AM7001 "name three"
	return p.Mul(n)
}
