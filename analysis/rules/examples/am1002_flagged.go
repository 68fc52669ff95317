package example

// Nobody sends.
func Wait(c chan int) int { // want AM1002 "channels"
	return <-c // want AM1002 "receiving"
}

func Choose(a, b <-chan int, out chan<- int) { // want AM1002 "channels" // want AM1002 "channels"
	select { // want AM1002 "select"
	case v := <-a:
		_ = v
	case <-b:
	}
	out <- 1 // want AM1002 "sending"
}
