package example

import (
	"fmt"
	"strings"
)

type Post struct {
	Title string
	Likes int
}

var (
	posts []Post
	motto string
)

func Add(title string) {
	if len(title) > 100 {
		panic("too long")
	}
	posts = append(posts, Post{Title: title})
}

func SetMotto(text string) { motto = text }

func Render(path string) string {
	if path == "motto" {
		return motto // want AM8001 "a text that a user wrote"
	}
	var page strings.Builder
	page.WriteString("# " + path + "\n") // want AM8001 "the path of the page"
	for _, post := range posts {
		fmt.Fprintf(&page, "- %s, %d\n", post.Title, post.Likes) // want AM8001 "write it with `%q`"
	}
	return page.String()
}
