package example

type User struct{ name string }

func (u *User) SetName(name string) { u.name = name }

var (
	users  []User
	byName = map[string]*User{}
	all    []*User
)

func Users() []User {
	return users // want AM2009 "return a clone"
}

func First(n int) []User {
	return users[:n] // want AM2009 "(*User).SetName"
}

func ByName() map[string]*User {
	return byName // want AM2009 "return copies"
}

func All() []*User {
	return all // want AM2009 "elements of `all`"
}
