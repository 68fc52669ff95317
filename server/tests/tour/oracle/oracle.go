// Package feed is the price feed, from one source.
package feed

// Price is what one ether costs.
func Price() oracle.Price {
	return oracle.Fetch("ETH/USD", oracles.Band).Median()
}
