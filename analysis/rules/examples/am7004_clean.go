package example

func Amount(dollars int64) int64 {
	price := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	if price.IsZero() {
		panic("no price")
	}
	return dollars * oracle.Unit / price.Units() // ok AM7004
}

func Positive(dollars int64) int64 {
	units := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median().Units()
	if units <= 0 {
		panic("no price")
	}
	return dollars * oracle.Unit / units // ok AM7004
}

func Mean() oracle.Price {
	quotes := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
	if !quotes.Agree(100) {
		panic("the sources do not agree")
	}
	return quotes.Mean() // ok AM7004
}

func Dollars(amount int64) int64 {
	price := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	return price.Mul(amount) / 1_000_000 // ok AM7004
}
