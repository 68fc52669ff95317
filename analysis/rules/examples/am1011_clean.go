package example

import (
	"slices"
	"sort"
)

type post struct {
	title string
	likes int
}

type id struct{ n int }

func Top(posts []post) {
	sort.SliceStable(posts, func(i, j int) bool { return posts[i].likes > posts[j].likes }) // ok AM1011
}

// Ties are decided.
func Both(posts []post) {
	sort.Slice(posts, func(i, j int) bool { // ok AM1011
		if posts[i].likes != posts[j].likes {
			return posts[i].likes > posts[j].likes
		}
		return posts[i].title < posts[j].title
	})
}

// Equal numbers are the same.
func Numbers(list []int) {
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] }) // ok AM1011
	slices.Sort(list)
}

func IDs(list []id) {
	slices.SortFunc(list, func(a, b id) int { return a.n - b.n }) // ok AM1011
}
