package example

type post struct {
	likes int
	title string
}

var posts []post

var pointers []*post

func LikeAll() {
	for i := range posts {
		posts[i].likes++ // ok AM3004
	}
}

func LikePointers() {
	for _, p := range pointers {
		p.likes++ // ok AM3004
	}
}

// The copy is meant.
func Copies() []post {
	var out []post
	for _, p := range posts {
		p.likes = 0 // ok AM3004
		out = append(out, p)
	}
	return out
}

func Sum() int {
	n := 0
	for _, p := range posts {
		n += p.likes // ok AM3004
	}
	return n
}

func touch(p *post) { p.likes++ }

func Touch() {
	for _, p := range posts {
		p.title = "x" // ok AM3004
		touch(&p)
	}
}
