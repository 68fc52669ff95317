package example

import "fmt"

type Post struct{ Title string }

// Where a post lies is no name for it.
func Name(p *Post) string {
	return fmt.Sprintf("post %p", p) // want AM1009 "%p"
}
