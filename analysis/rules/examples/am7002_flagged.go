package example

func First() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)[0].Price // want AM7002 "use `Median()`"
}

func Second() oracle.Price {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	return quotes[1].Price // want AM7002 "the word of one source"
}

func Quote() oracle.Quote {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	return quotes[0] // want AM7002 "one source"
}

func Worth(quotes oracle.Quotes, n int64) int64 {
	return quotes[2].Price.Mul(n) // want AM7002 "`Median()`"
}
