package example

type post struct{ author, text string }

var (
	posts []post
	names = [3]string{"a", "b", "c"}
)

func Post(author, text string) { posts = append(posts, post{author, text}) }

func Count() int {
	n := 0
	for _, p := range posts {
		for _, name := range names { // ok AM6002
			if p.author == name {
				n++
			}
		}
	}
	return n
}

func ByAuthor() map[string]int {
	out := map[string]int{}
	for _, p := range posts { // ok AM6002
		out[p.author]++
	}
	return out
}

func Two() int {
	n := 0
	for range posts {
		n++
	}
	for range posts { // ok AM6002
		n++
	}
	return n
}

func Letters() int {
	n := 0
	for _, p := range posts {
		for range p.text { // ok AM6002
			n++
		}
	}
	return n
}
