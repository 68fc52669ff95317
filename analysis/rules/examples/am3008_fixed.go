//- hub.amigos.dev/test/example/example.go
package example

var posts = map[string]post{}

type post struct {
	title string
	likes string // want AM3008 "`post.likes` as `int32`"
}

//amigos:was count
var tally int

// Post stores one.
func Post(id, title string) {
	posts[id] = post{title: title, likes: "none"}
	tally += 1
}

// Show gives it back.
func Show(id string) string { return posts[id].title + posts[id].likes }

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
