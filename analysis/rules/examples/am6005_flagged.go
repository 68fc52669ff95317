package example

type post struct {
	title string
	likes int
}

var (
	posts  []post
	boards = map[string][]post{}
)

func Title(id int) string {
	return posts[id].title // want AM6005 "`id` may be out of the range"
}

func Like(id int) {
	if len(posts) == 0 {
		return
	}
	posts[id].likes++ // want AM6005 "`id`"
}

func On(board string, n uint64) string {
	return boards[board][n].title // want AM6005 "`n`"
}

func Copy(from int) post {
	p := posts[from] // want AM6005 "`from`"
	return p
}
