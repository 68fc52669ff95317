package example

type Post struct {
	text    string
	replies []*Post
}

var first = &Post{}

func Reply(text string) {
	first.replies = append(first.replies, &Post{text: text})
}

func count(p *Post) int {
	n := 1
	for _, reply := range p.replies {
		n += count(reply) // want AM6007 "`count` calls itself"
	}
	return n
}

func Count() int { return count(first) }
