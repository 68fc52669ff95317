// Package post publishes posts on the forum in one call: the author is the
// caller's name, and the content is pinned.
package post

import (
	"hub.amigos.dev/social/forum"
	"hub.amigos.dev/identity/ens"
	"hub.amigos.dev/storage/ipfs"
)

// CreatePost publishes a post with the given title under the caller's name.
//
// Example: CreatePost("hello")
func CreatePost(title string) error {
	author := ens.Resolve(msg.Sender)
	post := forum.NewPost(title, author)
	post.Storage = ipfs.Pin
	return post.Publish()
}
