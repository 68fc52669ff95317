package example

type user struct {
	name  string
	posts int
}

var (
	users  = map[amigos.Address]*user{}
	values = map[string]user{}
)

func Name(a amigos.Address) string {
	u, ok := users[a]
	if !ok {
		return "nobody"
	}
	return u.name // ok AM5007
}

func Posts(a amigos.Address) int {
	if u := users[a]; u != nil {
		return u.posts // ok AM5007
	}
	return 0
}

func Value(name string) int { return values[name].posts } // ok AM5007

func Join(name string) {
	users[msg.Sender] = &user{name: name}
	users[msg.Sender].posts = 1 // ok AM5007
}

func Total() int {
	n := 0
	for _, u := range users {
		n += u.posts // ok AM5007
	}
	return n
}
