// Package token is a coin of its own: balances, transfers, and allowances for
// others to transfer in one's name.
package token

import "errors"

// What the token is called.
const (
	Name     = "Peso"
	Symbol   = "PESO"
	Decimals = 6
)

// Supply is how much there can ever be, in millionths.
const Supply uint64 = 1_000_000_000_000_000

// What can be wrong.
var (
	ErrFunds     = errors.New("token: not enough")
	ErrAllowance = errors.New("token: more than what the owner allowed")
	ErrAddress   = errors.New("token: not an address")
	ErrAmount    = errors.New("token: nothing to transfer")
	ErrMinter    = errors.New("token: only the minter may do this")
	ErrSupply    = errors.New("token: more than there can be")
)

var (
	balances   = map[amigos.Address]uint64{}
	allowances = map[amigos.Address]map[amigos.Address]uint64{} // owner, then spender
	issued     uint64
	minter     = msg.Sender
)

// Total returns how much there is.
//
// Example: Total()
func Total() uint64 { return issued }

// BalanceOf returns how much someone has.
//
// Example: BalanceOf(msg.Sender)
func BalanceOf(who amigos.Address, unit uint64) uint64 { return balances[who] / unit }

// Allowance returns how much spender may still transfer in the name of owner.
func Allowance(owner, spender amigos.Address) uint64 { return allowances[owner][spender] }

// Mint makes new tokens for someone. Only the minter may do this.
//
// Example: Mint(msg.Sender, 1_000_000)
func Mint(to amigos.Address, amount uint64) error {
	if msg.Sender != minter {
		return ErrMinter
	}
	if !to.IsValid() {
		return ErrAddress
	}
	if amount > Supply-issued {
		return ErrSupply
	}
	issued += amount
	balances[to] += amount // cannot wrap: no balance is larger than Supply
	amigos.Emit("Minted", "to", to, "amount", amount)
	return nil
}

// SetMinter hands the right to mint to someone else.
func SetMinter(to amigos.Address) error {
	if msg.Sender != minter {
		return ErrMinter
	}
	if !to.IsValid() {
		return ErrAddress
	}
	minter = to
	amigos.Emit("MinterSet", "to", to)
	return nil
}

// Transfer moves tokens of the caller.
//
// Example: Transfer(msg.Sender, 1)
func Transfer(to amigos.Address, amount uint64) error {
	return move(msg.Sender, to, amount)
}

// Approve lets spender transfer up to amount in the caller's name. It replaces
// what was allowed before.
//
// Example: Approve(msg.Sender, 100)
func Approve(spender amigos.Address, amount uint64) error {
	if !spender.IsValid() {
		return ErrAddress
	}
	if allowances[msg.Sender] == nil {
		allowances[msg.Sender] = map[amigos.Address]uint64{}
	}
	if amount == 0 {
		delete(allowances[msg.Sender], spender)
	} else {
		allowances[msg.Sender][spender] = amount
	}
	amigos.Emit("Approved", "owner", msg.Sender, "spender", spender, "amount", amount)
	return nil
}

// TransferFrom moves tokens of owner, who must have allowed it to the caller.
func TransferFrom(owner, to amigos.Address, amount uint64) error {
	allowed := allowances[owner][msg.Sender]
	if amount > allowed {
		return ErrAllowance
	}
	if err := move(owner, to, amount); err != nil {
		return err
	}
	allowances[owner][msg.Sender] = allowed - amount
	return nil
}

func move(from, to amigos.Address, amount uint64) error {
	if !to.IsValid() {
		return ErrAddress
	}
	if amount == 0 {
		return ErrAmount
	}
	if balances[from] < amount {
		return ErrFunds
	}
	balances[from] -= amount
	balances[to] += amount
	amigos.Emit("Transferred", "from", from, "to", to, "amount", amount)
	return nil
}
