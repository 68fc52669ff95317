package example

// Owner only ‮ // want AM8002 "U+202E"
var owner amigos.Address = msg.Sender

const role = "user⁦" // want AM8002 "not what runs"

func IsUser(s string) bool {
	/* ‫ */ return s == role // want AM8002 "U+202B"
}

func Name() string {
	return "a⁩b" // want AM8002 "turns the order"
}
