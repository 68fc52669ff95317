//- hub.amigos.dev/test/example/example.go
package example

func Transfer(receiver amigos.Address, n uint64) error {
	return TransferWith(receiver, n, "")
}

// TransferWith is new: what is added breaks nobody.
func TransferWith(to amigos.Address, n uint64, memo string) error {
	return nil
}

//- hub.amigos.dev/test/example/live.go live
package example

func Transfer(to amigos.Address, n uint64) error {
	return nil
}
