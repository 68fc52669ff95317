package example

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

type post struct {
	title string
	likes int
}

func Top(posts []post) {
	sort.Slice(posts, func(i, j int) bool { return posts[i].likes > posts[j].likes }) // want AM1011 "use `SliceStable`"
}

func ByTitle(posts []post) {
	slices.SortFunc(posts, func(a, b post) int { return strings.Compare(a.title, b.title) }) // want AM1011 "use `SortStableFunc`"
}

func ByLikes(posts []*post) {
	slices.SortFunc(posts, func(a, b *post) int { return cmp.Compare(a.likes, b.likes) }) // want AM1011 "any order"
}

func Least(posts []*post) {
	sort.Slice(posts, func(i, j int) bool { // want AM1011 "`Slice`"
		return posts[i].likes < posts[j].likes
	})
}
