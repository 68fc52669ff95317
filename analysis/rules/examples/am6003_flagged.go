package example

type post struct{ title string }

var posts []post

var tags = []string{"a"}

func Post(title string) { posts = append(posts, post{title}) }

func Render(path string) string {
	out := "# Posts\n"
	for _, p := range posts {
		out += "- " + p.title + "\n" // want AM6003 "use a `strings.Builder`"
	}
	return out
}

func List() string {
	text := ""
	for i := range posts {
		if i > 0 {
			text = text + ", " // want AM6003 "each step copies all of `text`"
		}
	}
	return text
}

func Tags() (all string) {
	for _, t := range tags {
		all += t // want AM6003 "`len(tags)`"
	}
	return all
}

func Numbered() string {
	s := ""
	for _, p := range posts {
		s = s + "* " + p.title // want AM6003 "copies all of `s`"
	}
	return s
}
