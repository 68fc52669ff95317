package example

func Price() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median() // ok AM7001
}

func From(list []oracles.Source) oracle.Price {
	return oracle.Fetch("ETH/USD", list...).Median() // ok AM7001
}

func Worth(n int64) int64 { return Price().Mul(n) }

func Sources() int { return len([]oracles.Source{oracles.Band}) }
