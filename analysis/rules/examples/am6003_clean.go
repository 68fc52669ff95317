package example

import "strings"

type post struct{ title string }

var posts []post

func Post() { posts = append(posts, post{"hello"}) }

func Render(path string) string {
	var out strings.Builder
	for _, p := range posts {
		out.WriteString(p.title) // ok AM6003
	}
	return out.String()
}

// A new text in each step.
func Lines() []string {
	var list []string
	for _, p := range posts {
		line := "- "
		line += p.title // ok AM6003
		list = append(list, line)
	}
	return list
}

func Count() int {
	n := 0
	for range posts {
		n += 1 // ok AM6003
	}
	return n
}

func Join(parts [3]string) string {
	out := ""
	for _, p := range parts {
		out += p // ok AM6003
	}
	return out
}
