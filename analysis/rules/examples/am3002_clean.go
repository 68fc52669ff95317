package example

import "strings"

var (
	owner amigos.Address = msg.Sender
	title string
	count int
)

func SetOwner(a amigos.Address) { owner = a } // ok AM3002

// Of another type.
func Show(n int64) int64 {
	count := n * 2 // ok AM3002
	return count
}

func Snapshot() string {
	title := title // ok AM3002
	return title
}

// Worked with: a variable of its own.
func Sum(list []int) int {
	count := 0 // ok AM3002
	for _, n := range list {
		count += n
	}
	return count
}

func Trim(text string) string {
	text = strings.TrimSpace(text)
	return text
}
