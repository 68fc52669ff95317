package example

import "time"

var deadline int64

var open time.Time

func Close() bool {
	return amigos.Height() == deadline // want AM7005 "compare with `>=`"
}

func Started() bool {
	return amigos.Now().Equal(open) // want AM7005 "never be exactly so"
}

func Second(t int64) bool {
	if amigos.Now().Unix() == t { // want AM7005 "`>=`"
		return true
	}
	return false
}

func Reversed() bool {
	return deadline == amigos.Height() // want AM7005 "exactly so"
}
