package example

var goal amigos.Coins = 100

var closed bool

func Close() {
	if amigos.Balance(amigos.Self()) >= goal {
		closed = true
	}
}

func Open() bool {
	return amigos.Balance(amigos.Self()) != goal // want AM4008 "count yourself"
}

func Doubled() bool {
	return amigos.Balance(amigos.Self())/2 >= goal
}

func Reversed() bool {
	return goal == amigos.Balance(amigos.Self()) // want AM4008 "this balance"
}
