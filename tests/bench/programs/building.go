// Building a string of about one megabyte from parts.
package main

import (
	"strconv"
	"strings"
)

func run() uint64 {
	var b strings.Builder
	for i := range 100_000 {
		b.WriteString("line ")
		b.WriteString(strconv.Itoa(i))
		b.WriteByte('\n')
	}
	s := b.String()
	return uint64(len(s)) + uint64(strings.Count(s, "9"))
}

func main() { println(run()) }
