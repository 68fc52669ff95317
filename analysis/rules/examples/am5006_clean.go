package example

type named interface{ Name() string }

type user struct{ name string }

func (u *user) Name() string { return u.name }

func Greet(who named) string {
	if u, ok := who.(*user); ok {
		return "hello " + u.name
	}
	switch v := who.(type) {
	case *user:
		return v.name
	}
	return "hello"
}

// A value of one's own is known.
func own() string {
	var n named = &user{"me"}
	return n.(*user).name
}

func Own() string { return own() }
