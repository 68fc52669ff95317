package example

var (
	owner amigos.Address = msg.Sender
	fee   uint64
	posts []Post
)

type Post struct {
	Author amigos.Address
	Text   string
}

func SetFee(caller amigos.Address, n uint64) {
	if caller != owner { // want AM2003 "`caller` is what the caller says"
		panic("only the owner")
	}
	fee = n
}

func Raise(by amigos.Address) error {
	if owner == by { // want AM2003 "`by`"
		fee++
	}
	return nil
}

func Edit(n int, who amigos.Address, text string) {
	if who != posts[n].Author { // want AM2003 "`who`"
		return
	}
	posts[n].Text = text
}

func Both(n uint64, who amigos.Address) {
	if n < 10 && who == owner { // want AM2003 "`who`"
		fee = n
	}
}
