package example

func Price() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median() // ok AM7002
}

func Show(quotes oracle.Quotes) string {
	out := ""
	for i := range quotes {
		out = quotes[i].Price.String() // ok AM7002
	}
	return out
}

func Agree(quotes oracle.Quotes) bool { return quotes.Agree(5) }

func Plain(list []oracle.Price) oracle.Price { return list[0] } // ok AM7002
