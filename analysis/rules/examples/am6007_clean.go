package example

type Post struct {
	text    string
	replies []*Post
}

var first = &Post{}

func Reply(text string) {
	first.replies = append(first.replies, &Post{text: text})
}

func count(p *Post, depth int) int {
	if depth > 8 {
		return 0
	}
	n := 1
	for _, reply := range p.replies {
		n += count(reply, depth+1) // ok AM6007
	}
	return n
}

func Count() int { return count(first, 0) }

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2) // ok AM6007
}

func Fib(n int) int {
	if n > 20 {
		return 0
	}
	return fib(n)
}
