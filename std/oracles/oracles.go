// Package oracles names the price sources that contracts may ask. It is
// predeclared: contracts use it without an import.
package oracles

// Source is one of the oracle networks whose reports validators carry to the
// chain. Ask several: a Fetch needs fresh reports from more than half of those
// that it names.
type Source string

// The sources known to the chain.
const (
	// Chainlink is the Chainlink data feeds.
	Chainlink Source = "chainlink"
	// Band is Band Protocol.
	Band Source = "band"
	// Uma is UMA's optimistic oracle.
	Uma Source = "uma"
	// Pyth is the Pyth network.
	Pyth Source = "pyth"
	// RedStone is the RedStone feeds.
	RedStone Source = "redstone"
	// API3 is API3's first-party feeds.
	API3 Source = "api3"
	// Chronicle is the Chronicle protocol.
	Chronicle Source = "chronicle"
	// Tellor is Tellor's staked reporters.
	Tellor Source = "tellor"
)

// All returns the sources known to the chain, in a fixed order.
func All() []Source {
	return []Source{Chainlink, Band, Uma, Pyth, RedStone, API3, Chronicle, Tellor}
}
