// A map of 10^5 strings: each inserted, then looked up.
package main

import "strconv"

func run() uint64 {
	m := map[string]uint64{}
	for i := range uint64(100_000) {
		m["key"+strconv.FormatUint(i*7919, 10)] = i
	}
	sum := uint64(0)
	for i := range uint64(100_000) {
		sum += m["key"+strconv.FormatUint(i*7919, 10)] ^ i<<1
	}
	return sum + uint64(len(m))
}

func main() { println(run()) }
