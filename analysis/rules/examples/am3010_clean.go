package example

var count int
var limit uint64 = 100
var posts []string

// Exported, for others to read.
var Last string

// Add stores a post.
func Add(post string) {
	if uint64(len(posts)) >= limit {
		return
	}
	posts = append(posts, post)
	Last = post
	count++
}

// Count says how many there are.
func Count() int { return count }
