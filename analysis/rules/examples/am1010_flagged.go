package example

var total int = 5_000_000_000 // want AM1010 "use `int64`"

var mask uint = 1 << 40 // want AM1010 "use `uint64`"

func Over(n int) bool {
	return n > 3_000_000_000 // want AM1010 "more than 32 bits"
}

func Step() int {
	return total + 2*2_000_000_000 // want AM1010 "`int`"
}
