//- hub.amigos.dev/test/example/example.go
package example

import "hub.amigos.dev/test/bank@v1"

var kept = map[amigos.Address]amigos.Coins{}

func Deposit() {
	kept[msg.Sender] += msg.Value * amigos.Coins(bank.Rate())
}

func Kept(who amigos.Address) amigos.Coins { return kept[who] }

//- hub.amigos.dev/test/bank/bank.go
package bank

func Rate() uint64 { return 3 }
