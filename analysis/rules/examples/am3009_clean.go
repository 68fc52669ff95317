//- hub.amigos.dev/test/example/example.go
package example

import "hub.amigos.dev/test/bank"

// Price holds nobody's coins: which bank it asks is a matter of the lock.
func Price(n uint64) uint64 { return n * bank.Rate() }

//- hub.amigos.dev/test/bank/bank.go
package bank

func Rate() uint64 { return 3 }
