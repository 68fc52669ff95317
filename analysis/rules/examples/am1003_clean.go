package example

import "sort"

var votes = map[string]int{}

// A sum is the same in every order.
func Total() int {
	sum := 0
	for _, n := range votes { // ok AM1003
		sum += n
	}
	return sum
}

func Names() []string {
	var list []string
	for name := range votes { // ok AM1003
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

func Has(n int) bool {
	for _, v := range votes { // ok AM1003
		if v == n {
			return true
		}
	}
	return false
}

func Double() map[string]int {
	out := map[string]int{}
	for name, n := range votes { // ok AM1003
		out[name] = 2 * n
	}
	return out
}
