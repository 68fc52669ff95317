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
	tags = slices.Clone(t)
}

func SetOf(post int, list []string) {
	byPost[post] = slices.Clone(list)
}

func SetLimits(m map[string]int) {
	limits = maps.Clone(m)
}

func Publish(t []string) {
	posts = append(posts, Post{tags: slices.Clone(t)})
}

func Keep(t []string, m map[string]int) {
	tags = slices.Clone(t)
	limits = maps.Clone(m)
}
