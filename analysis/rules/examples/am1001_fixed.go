package example

var seen int

func notify(n int) { seen += n }

// The order of the two is up to the machine.
func Tell() {
	notify(1) // want AM1001 "goroutine"
	func() { // want AM1001 "goroutine"
		notify(2)
	}()
}
