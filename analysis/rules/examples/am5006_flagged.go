package example

type named interface{ Name() string }

type user struct{ name string }

func (u *user) Name() string { return u.name }

func Greet(who named) string {
	u := who.(*user) // want AM5006 "whoever calls `Greet` chooses what `who` holds"
	return "hello " + u.name
}
