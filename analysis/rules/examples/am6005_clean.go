package example

type post struct {
	title string
	likes int
}

var (
	posts []post
	byID  = map[int]post{}
)

func Title(id int) string {
	if id < 0 || id >= len(posts) {
		return ""
	}
	return posts[id].title // ok AM6005
}

func exists(id int) bool { return id >= 0 && id < len(posts) }

func Like(id int) {
	if exists(id) {
		posts[id].likes++ // ok AM6005
	}
}

func Last() string { return posts[len(posts)-1].title } // ok AM6005

func Get(id int) post { return byID[id] } // ok AM6005

func local(list []int, i int) int { return list[i] } // ok AM6005

func Second() int { return local([]int{1, 2}, 1) }
