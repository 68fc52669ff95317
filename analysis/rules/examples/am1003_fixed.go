package example

import (
	"maps"
	"slices"
)

var votes = map[string]int{}

// The text depends on who voted first.
func Names() string {
	out := ""
	for _, name := range slices.Sorted(maps.Keys(votes)) { // want AM1003 "`out` is put together"
		out += name
	}
	return out
}

func All() []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(votes)) {
		n := votes[name] // want AM1003 "`list` is filled"
		if n > 0 {
			list = append(list, name)
		}
	}
	return list
}

func Any() string {
	for _, name := range slices.Sorted(maps.Keys(votes)) { // want AM1003 "which entry is returned"
		return name
	}
	return ""
}

func Sorted() []string { return slices.Sorted(maps.Keys(votes)) }
