package example

// Owner only
var owner amigos.Address = msg.Sender

const role = "user"

func IsUser(s string) bool {
	/*  */ return s == role
}

func Name() string {
	return "ab"
}
