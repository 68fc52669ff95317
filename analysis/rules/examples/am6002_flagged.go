package example

type post struct{ author, text string }

var (
	posts []post
	tags  = map[string]int{}
)

func Post(author, text string) { posts = append(posts, post{author, text}) }

func Tag(name string) { tags[name] = 1 }

func Pairs() int {
	n := 0
	for i := range posts {
		for j := range posts { // want AM6002 "for each entry"
			if i < j && posts[i].author == posts[j].author {
				n++
			}
		}
	}
	return n
}

func Index() int {
	n := 0
	for _, p := range posts {
		for tag := range tags { // want AM6002 "`tags`"
			if p.text == tag {
				n++
			}
		}
	}
	return n
}

func Half() int {
	n := 0
	for i := 0; i < len(posts); i++ {
		if posts[i].text != "" {
			for j := 0; j < len(posts); j++ { // want AM6002 "`posts`"
				n++
			}
		}
	}
	return n
}

func Render(path string) string {
	n := 0
	for range posts {
		for range tags { // want AM6002 "`Render`"
			n++
		}
	}
	return path
}
