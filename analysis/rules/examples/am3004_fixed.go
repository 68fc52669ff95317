package example

type stats struct{ views int }

type post struct {
	likes int
	title string
	stats stats
}

var posts []post

var byName = map[string]post{}

func LikeAll() {
	for i := range posts {
		posts[i].likes++
	}
}

func Rename(title string) {
	for i := range posts {
		if posts[i].title == "" {
			posts[i].title = title
		}
	}
}

func View() {
	for i := range posts {
		posts[i].stats.views += 1
	}
}

func Clear() {
	for _, p := range byName {
		p.likes = 0 // want AM3004 "copy of the element"
	}
}
