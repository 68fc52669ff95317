// Package oracle reads prices that oracle networks reported and validators
// agreed on in earlier blocks. It is predeclared: contracts use it without an
// import.
//
// A price is never fetched while a contract runs: all that can be read is
// committed state, so that every node reads the same.
package oracle

import "oracles"

// Fetch returns the newest reports about a pair, such as "ETH/USD", one from
// each of the sources; a source named twice counts once. A source's value is
// the median of what the validators reported, weighted by their power.
//
// Fetch panics without sources, for a pair nobody reports, or unless more than
// half of the sources have fresh reports from over two thirds of the voting
// power: a contract never sees a price that too few stand for.
//
// Example: Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma)
func Fetch(pair string, sources ...oracles.Source) Quotes {
	var asked []oracles.Source
	for _, source := range sources {
		if !contains(asked, source) {
			asked = append(asked, source)
		}
	}
	if len(asked) == 0 {
		panic("oracle: no sources named for `" + pair + "`; name at least one, better three")
	}
	if !known(pair) {
		panic("oracle: nobody reports the pair `" + pair + "`")
	}
	var quotes Quotes
	for _, source := range asked {
		units, height, seconds, fresh := report(pair, string(source))
		if fresh {
			quotes = append(quotes, Quote{source, Price{units, height, seconds}})
		}
	}
	if 2*len(quotes) <= len(asked) {
		panic("oracle: not enough fresh reports of `" + pair + "`: more than half of the sources must have one")
	}
	return quotes
}

func contains(list []oracles.Source, source oracles.Source) bool {
	for _, s := range list {
		if s == source {
			return true
		}
	}
	return false
}

// known reports whether any source has ever reported the pair.
//
//amigos:native gas=base:200,len(pair):1/4
func known(pair string) bool

// report returns the newest report of one source: the price in units of
// 10^-Decimals, the height and time (Unix seconds) of the block that carried
// it, and whether it is fresh and stands on over two thirds of the power.
//
//amigos:native gas=base:400,len(pair)+len(source):1/4
func report(pair, source string) (units, height, seconds int64, fresh bool)

// Quote is what one source says.
type Quote struct {
	Source oracles.Source
	Price  Price
}

// Quotes are the reports of several sources about one pair. Take their Median
// rather than one of them.
type Quotes []Quote

// Median returns the middle price, the lower one of the two if the number of
// quotes is even. Its height and time are those of the report it comes from.
func (q Quotes) Median() Price {
	sorted := q.sorted()
	if len(sorted) == 0 {
		panic("oracle: median of no quotes")
	}
	return sorted[(len(sorted)-1)/2]
}

// Mean returns the average, rounded towards zero. Its height and time are those
// of the oldest report among the quotes. A source that lies far off moves the
// mean and not the median.
func (q Quotes) Mean() Price {
	if len(q) == 0 {
		panic("oracle: mean of no quotes")
	}
	n := int64(len(q))
	whole, rest := int64(0), int64(0)
	mean := q[0].Price
	for _, quote := range q {
		whole += quote.Price.units / n
		rest += quote.Price.units % n
		if quote.Price.height < mean.height {
			mean.height = quote.Price.height
			mean.seconds = quote.Price.seconds
		}
	}
	mean.units = whole + rest/n
	return mean
}

// Agree reports whether every quote is within the tolerance of the median,
// given in basis points: 100 is one per cent.
//
// Example: Agree(50)
func (q Quotes) Agree(tolerance int64) bool {
	median := q.Median().units
	allowed := mulDiv(abs(median), tolerance, 10000)
	for _, quote := range q {
		if abs(quote.Price.units-median) > allowed {
			return false
		}
	}
	return true
}

// sorted returns the prices of the quotes, lowest first.
func (q Quotes) sorted() []Price {
	prices := make([]Price, 0, len(q))
	for _, quote := range q {
		at := len(prices)
		prices = append(prices, quote.Price)
		for at > 0 && prices[at-1].units > quote.Price.units {
			prices[at] = prices[at-1]
			at--
		}
		prices[at] = quote.Price
	}
	return prices
}
