// Package amigos is the chain as a contract sees it: who it is, what time it is,
// what it owns, and what has been committed. It is predeclared: contracts use it
// without an import.
//
// The call at hand is `msg`, described by the fields of msg.Sender and its
// neighbours; it is not a value and needs no import either.
package amigos

import "time"

// Now returns the time of the block that the call is in. All calls of a block
// see the same time; it never goes back from block to block.
func Now() time.Time { return time.Unix(blockTime()) }

// blockTime returns the block's time in seconds since 1970, and nanoseconds.
//
//amigos:native gas=base:10
func blockTime() (seconds, nanoseconds int64)

// Height returns the number of the block that the call is in.
//
//amigos:native gas=base:10
func Height() int64

// Self returns the address of the package that acts: the contract whose code
// runs or, in a library, the contract that called it.
//
//amigos:native gas=base:10
func Self() Address

// Balance returns the coins that the account or contract at addr has.
//
//amigos:native gas=base:300
func Balance(addr Address) Coins

// Send moves coins from the acting contract to the account or contract at to.
// It runs no code there. It returns an error, and moves nothing, if the contract
// has less or to is no address.
//
// Example: Send(msg.Sender, 5*amigos.Amg)
func Send(to Address, amount Coins) error {
	switch send(to, amount) {
	case 1:
		return ErrFunds
	case 2:
		return ErrAddress
	}
	return nil
}

// send returns 0 if the coins were moved, 1 if there are too few, 2 if to is no
// address.
//
//amigos:native gas=base:1000
func send(to Address, amount Coins) int

// Emit records an event of the acting contract, for explorers, indexers and the
// people who watch it. attrs are names and values in turn; an event is at most
// 4 KiB. Contracts cannot read events.
//
// Example: Emit("Published", "id", 7, "author", "alice")
func Emit(name string, attrs ...any) {
	if len(attrs)%2 != 0 {
		panic("amigos: Emit takes names and values in turn, and the last name has no value")
	}
	for i := 0; i < len(attrs); i += 2 {
		if _, ok := attrs[i].(string); !ok {
			panic("amigos: Emit takes names and values in turn, and a name is not a string")
		}
	}
	emit(name, attrs)
}

// emit stores the event. Values appear as fmt's %v would print them, except
// that methods are not called.
//
//amigos:native gas=base:400,len(name)+walk(attrs):8/1
func emit(name string, attrs []any)

// Assert panics with text if cond is false, which undoes the call.
//
// Example: Assert(msg.Sender == owner, "only the owner may do this")
func Assert(cond bool, text string) {
	if !cond {
		panic(text)
	}
}
