//- hub.amigos.dev/test/example/example.go
package example // want AM3007 "Burn: removed"

func Transfer(to amigos.Address, n uint64, memo string) error { // want AM3007 "Transfer: changed from func(amigos.Address, uint64) error"
	return nil
}

//- hub.amigos.dev/test/example/live.go live
package example

func Transfer(to amigos.Address, n uint64) error {
	return nil
}

func Burn(n uint64) {}
