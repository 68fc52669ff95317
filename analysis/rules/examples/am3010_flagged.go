package example

var count int    // want AM3010 "`count` is written and never read"
var limit uint64 // want AM3010 "`limit` is read and never written"

var posts []string

// Add stores a post.
func Add(post string) {
	if uint64(len(posts)) >= limit {
		return
	}
	posts = append(posts, post)
	count++
}
