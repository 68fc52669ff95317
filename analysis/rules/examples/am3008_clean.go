//- hub.amigos.dev/test/example/example.go
package example

var posts = map[string]post{}

type post struct {
	title  string
	likes  int64
	pinned bool
}

//amigos:was count
var tally int

// Post stores one.
func Post(id, title string) {
	posts[id] = post{title: title, pinned: true}
	tally += 1
}

// Show gives it back.
func Show(id string) string { return posts[id].title }

// Tally says how many there are.
func Tally() int { return tally }

//- hub.amigos.dev/test/example/live.go live
package example

var posts = map[string]post{}

type post struct {
	title string
	likes int32
}

var count int
