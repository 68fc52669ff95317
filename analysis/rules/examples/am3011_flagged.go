//- hub.amigos.dev/test/example/example.go
package example

import (
	"hub.amigos.dev/test/bank@v1" // want AM3011 "has all that this file uses"
	"hub.amigos.dev/test/mint@v1" // want AM3011 "breaks what this file uses: Make: changed from func() uint64 to func(int) uint64"
)

func Price() uint64 { return bank.Rate() * mint.Make() }

//- hub.amigos.dev/test/bank@v1/bank1.go
package bank

func Rate() uint64 { return 3 }

func Gone() {}

//- hub.amigos.dev/test/bank@v2/bank2.go
package bank

func Rate() uint64 { return 3 }

//- hub.amigos.dev/test/mint@v1/mint1.go
package mint

func Make() uint64 { return 1 }

//- hub.amigos.dev/test/mint@v2/mint2.go
package mint

func Make(n int) uint64 { return 1 }
