// Package amounts is the token's transfer without its checks.
package amounts

var balances = map[amigos.Address]uint64{}

// Transfer moves tokens.
func Transfer(to amigos.Address, amount uint64) {
	balances[msg.Sender] -= amount
	balances[to] += amount
}

// Fee is three in a hundred, of every whole hundred.
func Fee(amount uint64) uint64 { return amount / 100 * 3 }

// BalanceOf says how much someone has.
func BalanceOf(who amigos.Address) uint64 { return balances[who] }
