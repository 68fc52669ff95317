package example

import (
	"fmt"
	"strconv"
	"strings"
)

type Post struct {
	Title string
	Kind  string
	By    amigos.Address
	Likes int
}

var posts []Post

func validKind(kind string) bool { return kind == "news" || kind == "talk" }

func Add(title, kind string) {
	if !validKind(kind) {
		panic("no such kind")
	}
	posts = append(posts, Post{Title: title, Kind: kind, By: msg.Sender})
}

// escape takes the meaning out of what has one in Markdown.
func escape(text string) string {
	return strings.NewReplacer("[", "\\[", "#", "\\#", "*", "\\*").Replace(text)
}

func Render(path string) string {
	id, err := strconv.Atoi(path)
	if err != nil || id < 0 || id >= len(posts) {
		return "# Not found\n"
	}
	post := posts[id]
	var page strings.Builder
	page.WriteString("# " + escape(post.Title) + "\n")                  // ok AM8001
	fmt.Fprintf(&page, "%q by %s\n", post.Title, post.By)               // ok AM8001
	fmt.Fprintf(&page, "%s, %d likes in %d\n", post.Kind, post.Likes, id) // ok AM8001
	return page.String()
}
