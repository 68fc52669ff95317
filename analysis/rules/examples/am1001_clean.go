package example

var seen int

func notify(n int) { seen += n }

// One thread: first one, then the other.
func Tell() {
	defer notify(2) // ok AM1001
	notify(1)
}
