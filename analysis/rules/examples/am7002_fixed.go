package example

func First() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
}

func Second() oracle.Price {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	return quotes.Median()
}

func Quote() oracle.Quote {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	return quotes[0] // want AM7002 "one source"
}

func Worth(quotes oracle.Quotes, n int64) int64 {
	return quotes.Median().Mul(n)
}
