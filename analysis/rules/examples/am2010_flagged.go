package example

import (
	"maps"
	"slices"
)

type Post struct{ tags []string }

var (
	tags   []string
	byPost = map[int][]string{}
	limits map[string]int
	posts  []Post
)

func SetTags(t []string) {
	tags = t // want AM2010 "slices.Clone(t)"
}

func SetOf(post int, list []string) {
	byPost[post] = list // want AM2010 "the caller's slice"
}

func SetLimits(m map[string]int) {
	limits = m // want AM2010 "maps.Clone(m)"
}

func Publish(t []string) {
	posts = append(posts, Post{tags: t}) // want AM2010 "slices.Clone(t)"
}

func Keep(t []string, m map[string]int) {
	tags = slices.Clone(t)
	limits = maps.Clone(m)
}
