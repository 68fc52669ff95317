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
	for _, p := range posts {
		p.likes++ // want AM3004 "`p` is a copy"
	}
}

func Rename(title string) {
	for _, item := range posts {
		if item.title == "" {
			item.title = title // want AM3004 "this change is lost"
		}
	}
}

func View() {
	for _, p := range posts {
		p.stats.views += 1 // want AM3004 "lost"
	}
}

func Clear() {
	for _, p := range byName {
		p.likes = 0 // want AM3004 "copy of the element"
	}
}
