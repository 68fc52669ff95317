package example

type post struct{ likes uint64 }

var balances = map[string]uint64{}

func Withdraw(n uint64) bool {
	if n >= 0 { // want AM4007 "always true"
		return true
	}
	return false
}

func Spend(who string, n uint64) {
	if balances[who]-n < 0 { // want AM4007 "never true"
		panic("not enough")
	}
	balances[who] = 0
}

func Same(a, b post) bool {
	return a.likes == a.likes && b.likes > 0 // want AM4007 "`a.likes == a.likes` is always true"
}

func Empty(list []int) bool {
	return len(list) < 0 // want AM4007 "never true"
}
