// Package token is a coin of its own, version 2: amounts have a type of their
// own, every transfer carries a memo and gives a receipt, and allowances end.
//
// Version 1 had bare uint64 amounts. Both versions live side by side, as two
// unrelated tokens: this one starts empty.
package token

import "errors"

// What the token is called.
const (
	Name     = "Peso"
	Symbol   = "PESO"
	Decimals = 6
)

// Amount is an amount of tokens in millionths.
type Amount uint64

// Whole is one whole token.
const Whole Amount = 1_000_000

// Supply is how much there can ever be.
const Supply = 1_000_000_000 * Whole

// MaxMemo is the longest memo in bytes.
const MaxMemo = 140

// What can be wrong.
var (
	ErrFunds     = errors.New("token: not enough")
	ErrAllowance = errors.New("token: more than what the owner allowed, or too late")
	ErrAddress   = errors.New("token: not an address")
	ErrAmount    = errors.New("token: nothing to transfer")
	ErrMemo      = errors.New("token: a memo has at most 140 bytes")
	ErrMinter    = errors.New("token: only the minter may do this")
	ErrSupply    = errors.New("token: more than there can be")
)

// Receipt is what a transfer gives back.
type Receipt struct {
	ID     int64 // counts all transfers
	From   amigos.Address
	To     amigos.Address
	Amount Amount
	Memo   string
	Height int64
}

// Grant is what a spender may transfer in an owner's name, and until which
// block.
type Grant struct {
	Amount Amount
	Until  int64
}

type pair struct {
	owner, spender amigos.Address
}

var (
	balances  = map[amigos.Address]Amount{}
	grants    = map[pair]Grant{}
	minted    Amount
	minter    = msg.Sender
	transfers int64
)

// Total returns how much there is.
//
// Example: Total()
func Total() Amount { return minted }

// BalanceOf returns how much someone has.
//
// Example: BalanceOf(msg.Sender)
func BalanceOf(who amigos.Address) Amount { return balances[who] }

// Allowance returns how much spender may transfer in the name of owner now.
func Allowance(owner, spender amigos.Address) Amount {
	grant := grants[pair{owner, spender}]
	if amigos.Height() > grant.Until {
		return 0
	}
	return grant.Amount
}

// Mint makes new tokens for someone. Only the minter may do this.
//
// Example: Mint(msg.Sender, 5*Whole)
func Mint(to amigos.Address, amount Amount) error {
	if msg.Sender != minter {
		return ErrMinter
	}
	if !to.IsValid() {
		return ErrAddress
	}
	if amount > Supply-minted {
		return ErrSupply
	}
	minted += amount
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
// Example: Transfer(msg.Sender, Whole, "rent")
func Transfer(to amigos.Address, amount Amount, memo string) (Receipt, error) {
	return move(msg.Sender, to, amount, memo)
}

// Approve lets spender transfer up to amount in the caller's name, up to and
// including the block until. It replaces what was allowed before.
//
// Example: Approve(msg.Sender, Whole, amigos.Height()+100)
func Approve(spender amigos.Address, amount Amount, until int64) error {
	if !spender.IsValid() {
		return ErrAddress
	}
	key := pair{msg.Sender, spender}
	if amount == 0 {
		delete(grants, key)
	} else {
		grants[key] = Grant{amount, until}
	}
	amigos.Emit("Approved", "owner", msg.Sender, "spender", spender, "amount", amount, "until", until)
	return nil
}

// TransferFrom moves tokens of owner, who must have allowed it to the caller.
func TransferFrom(owner, to amigos.Address, amount Amount, memo string) (Receipt, error) {
	if amount > Allowance(owner, msg.Sender) {
		return Receipt{}, ErrAllowance
	}
	receipt, err := move(owner, to, amount, memo)
	if err != nil {
		return Receipt{}, err
	}
	key := pair{owner, msg.Sender}
	grant := grants[key]
	grant.Amount -= amount
	grants[key] = grant
	return receipt, nil
}

func move(from, to amigos.Address, amount Amount, memo string) (Receipt, error) {
	if !to.IsValid() {
		return Receipt{}, ErrAddress
	}
	if amount == 0 {
		return Receipt{}, ErrAmount
	}
	if len(memo) > MaxMemo {
		return Receipt{}, ErrMemo
	}
	if balances[from] < amount {
		return Receipt{}, ErrFunds
	}
	balances[from] -= amount
	balances[to] += amount
	transfers++
	amigos.Emit("Transferred", "id", transfers, "from", from, "to", to, "amount", amount, "memo", memo)
	return Receipt{transfers, from, to, amount, memo, amigos.Height()}, nil
}
