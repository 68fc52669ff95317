package example

var deadline int64
var owner amigos.Address

// A deadline is no draw.
func Close() error {
	if amigos.Height() > deadline { // ok AM1007
		return amigos.Send(owner, 10)
	}
	return nil
}

func Even() bool { return amigos.Height()%2 == 0 }
