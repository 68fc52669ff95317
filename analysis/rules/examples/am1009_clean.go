package example

import "fmt"

type Post struct{ Title string }

// The value says what it is.
func Name(p *Post) string {
	return fmt.Sprintf("post %v", *p) // ok AM1009
}
