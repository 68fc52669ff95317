//- hub.amigos.dev/test/example/example.go
package example

import (
	"hub.amigos.dev/test/bank"
	"hub.amigos.dev/test/mint@v2"
)

func Price() uint64 { return bank.Rate() * mint.Make(1) }

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
