// Package gas is the forum, with a call that goes over all its posts.
package gas

type post struct {
	author amigos.Address
	votes  int
}

var posts []post

// Publish stores a post.
func Publish() { posts = append(posts, post{author: msg.Sender}) }

// Reset takes all votes back.
func Reset() {
	for i := range posts {
		posts[i].votes = 0
	}
}

// Count says how many posts there are.
func Count() int { return len(posts) }
