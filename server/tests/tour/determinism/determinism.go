// Package determinism is the forum, with a digest that leans on the order of a map.
package determinism

var votes = map[string]uint64{}

// Vote counts one for a post.
func Vote(post string) { votes[post]++ }

// Digest names the posts that have votes.
func Digest() string {
	out := ""
	for post := range votes {
		out += post + " "
	}
	return out
}
