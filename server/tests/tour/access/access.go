// Package access is the token's minter, with a second way to become it.
package access

var minter = msg.Sender
var minted uint64

// Mint makes new tokens.
func Mint(amount uint64) {
	amigos.Assert(msg.Sender == minter, "only the minter may do this")
	minted += amount
}

// SetMinter hands the role on.
func SetMinter(to amigos.Address) {
	if !to.IsValid() {
		return
	}
	minter = to
}

// Minted says how much there is.
func Minted() uint64 { return minted }
