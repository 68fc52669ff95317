package example

import "strings"

var (
	owner  amigos.Address = msg.Sender
	title  string
	count  int
	scores []int
)

func SetOwner(a amigos.Address) bool {
	owner := a // want AM3002 "the persistent `owner` stays"
	return owner.IsValid()
}

func SetTitle(text string) string {
	title := strings.TrimSpace(text) // want AM3002 "a local `title`"
	return title
}

func Add(n int) {
	if n > 0 {
		count := n * 2 // want AM3002 "`count`"
		println(count)
	}
}

func Reset() int {
	scores, n := []int{}, 0 // want AM3002 "`scores`"
	return len(scores) + n
}
