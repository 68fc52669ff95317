// Sorting 10^5 structs by two fields.
package main

import "sort"

type item struct {
	key  uint64
	rank int
	name string
}

func run() uint64 {
	list := make([]item, 100_000)
	x := uint64(1)
	for i := range list {
		x = x*6364136223846793005 + 1442695040888963407
		list[i] = item{key: x >> 50, rank: i, name: "item"}
	}
	sort.Slice(list, func(a, b int) bool {
		if list[a].key != list[b].key {
			return list[a].key < list[b].key
		}
		return list[a].rank < list[b].rank
	})
	sum := uint64(0)
	for i := range list {
		sum = sum*31 + list[i].key + uint64(list[i].rank)
	}
	return sum
}

func main() { println(run()) }
