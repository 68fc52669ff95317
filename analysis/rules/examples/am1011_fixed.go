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
	sort.SliceStable(posts, func(i, j int) bool { return posts[i].likes > posts[j].likes })
}

func ByTitle(posts []post) {
	slices.SortStableFunc(posts, func(a, b post) int { return strings.Compare(a.title, b.title) })
}

func ByLikes(posts []*post) {
	slices.SortStableFunc(posts, func(a, b *post) int { return cmp.Compare(a.likes, b.likes) })
}

func Least(posts []*post) {
	sort.SliceStable(posts, func(i, j int) bool {
		return posts[i].likes < posts[j].likes
	})
}
