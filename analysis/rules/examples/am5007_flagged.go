package example

type user struct {
	name  string
	posts int
}

var (
	users  = map[amigos.Address]*user{}
	byName = map[string]*user{}
)

func Name(a amigos.Address) string {
	u := users[a]
	return u.name // want AM5007 "no such key"
}

func Rename(name string) {
	users[msg.Sender].name = name // want AM5007 "no such key"
}

func Count(name string) int {
	if name == "nobody" && len(byName) == 0 {
		return 0
	}
	return byName[name].posts // want AM5007 "no such key"
}

func both(a amigos.Address) int {
	u := users[a]
	u.posts++ // want AM5007 "no such key"
	return u.posts
}

func Both(a amigos.Address) int { return both(a) }
