package example

import (
	"maps"
	"slices"
)

var votes = map[string]int{}

// The text depends on who voted first.
func Names() string {
	out := ""
	for name := range votes { // want AM1003 "`out` is put together"
		out += name
	}
	return out
}

func All() []string {
	var list []string
	for name, n := range votes { // want AM1003 "`list` is filled"
		if n > 0 {
			list = append(list, name)
		}
	}
	return list
}

func Any() string {
	for name := range votes { // want AM1003 "which entry is returned"
		return name
	}
	return ""
}

func Sorted() []string { return slices.Sorted(maps.Keys(votes)) }
