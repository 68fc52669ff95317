package example

func Amount(dollars int64) int64 {
	price := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	return dollars * oracle.Unit / price.Units() // want AM7004 "a price of zero"
}

func Mean() oracle.Price {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	return quotes.Mean() // want AM7004 "moves the mean"
}
