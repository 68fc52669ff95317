package example

import "errors"

var total int

func risky(n int) int {
	if n > 3 {
		panic("too much")
	}
	return n
}

func Add(n int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("too much") // ok AM5005
		}
	}()
	total++
	risky(n)
	return nil
}

func Again(n int) {
	defer func() {
		if r := recover(); r != nil {
			panic("again") // ok AM5005
		}
	}()
	total = n
	risky(n)
}

// Nothing is written.
func Try(n int) bool {
	defer func() { recover() }() // ok AM5005
	return risky(n) > 0
}

func Show() int { return total }
