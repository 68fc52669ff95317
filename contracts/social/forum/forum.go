// Package forum is a public forum: anyone can publish posts, vote for them and
// follow authors. Other packages can build on it, as social/post does.
package forum

import (
	"errors"
	"fmt"

	"hub.amigos.dev/identity/ens"
)

// The limits of a post and of an audience. They bound what one call can cost.
const (
	MaxTitle     = 200      // bytes
	MaxBody      = 16 << 10 // bytes
	MaxFollowers = 1000     // of one author
	topWindow    = 500      // the posts that Top looks at
	pageSize     = 20       // the posts on a page
)

// What can be wrong.
var (
	ErrNoTitle   = errors.New("forum: a post needs a title")
	ErrTooLong   = errors.New("forum: the title or body is too long")
	ErrPublished = errors.New("forum: the post is published already")
	ErrNotThere  = errors.New("forum: there is no such post")
	ErrVoted     = errors.New("forum: you have voted for this post")
	ErrFollowing = errors.New("forum: you follow this author")
	ErrFull      = errors.New("forum: this author has too many followers")
	ErrNotOwner  = errors.New("forum: only the owner may remove posts")
)

// Storage keeps content outside the forum and returns the name under which it
// can be found, such as a content id.
type Storage func(content []byte) (id string, err error)

// Post is one contribution. Make one by NewPost, set what it should have, and
// call Publish.
type Post struct {
	Title   string
	Author  string         // the name under which it was posted
	Body    string         // Markdown; may be empty
	Storage Storage        // where Publish puts the content; not kept
	CID     string         // what Storage answered
	Votes   int            // how many voted for it
	ID      int            // its index in Posts
	By      amigos.Address // the account or contract that published it
	Height  int64          // the block that published it

	// Verified says that Author was the name of the account that signed.
	Verified bool

	// Removed says that the owner took the content away.
	Removed bool
}

var (
	// Posts has all published posts, oldest first.
	Posts []Post

	// Count is the number of posts that have not been removed.
	Count int

	// Followers has the addresses that follow an author.
	Followers = map[string][]amigos.Address{}

	// Unread counts, for each follower, the posts since the last MarkRead.
	Unread = map[amigos.Address]int{}

	voters = map[int]map[amigos.Address]bool{}
	owner  = msg.Sender
)

// NewPost makes a post and does not store it: set its other fields, then call
// Publish.
//
// Example: NewPost("hello", "alice")
func NewPost(title string, author string) *Post {
	return &Post{Title: title, Author: author}
}

// Publish stores the post and notifies the followers of its author. What it
// stores is a copy, so that later changes of p change nothing.
func (p *Post) Publish() error {
	if p.By != "" {
		return ErrPublished
	}
	if p.Title == "" {
		return ErrNoTitle
	}
	if len(p.Title) > MaxTitle || len(p.Body) > MaxBody {
		return ErrTooLong
	}
	post := Post{
		Title:    p.Title,
		Author:   p.Author,
		Body:     p.Body,
		By:       msg.Sender,
		Height:   amigos.Height(),
		Verified: p.Author == ens.Resolve(msg.Origin),
	}
	if p.Storage != nil {
		id, err := p.Storage([]byte(p.Title + "\n\n" + p.Body))
		if err != nil {
			return fmt.Errorf("forum: storing the content: %w", err)
		}
		post.CID = id
	}
	post.ID = len(Posts)
	Posts = append(Posts, post)
	Count++
	for _, follower := range Followers[post.Author] {
		Unread[follower]++
	}
	amigos.Emit("Published", "id", post.ID, "author", post.Author)
	return nil
}

// Upvote adds the caller's vote to the published post. Each caller has one vote
// for each post.
func (p *Post) Upvote() error {
	if p.By == "" {
		return ErrNotThere
	}
	return vote(p.ID)
}

func vote(id int) error {
	if id < 0 || id >= len(Posts) || Posts[id].Removed {
		return ErrNotThere
	}
	if voters[id][msg.Sender] {
		return ErrVoted
	}
	if voters[id] == nil {
		voters[id] = map[amigos.Address]bool{}
	}
	voters[id][msg.Sender] = true
	Posts[id].Votes++
	amigos.Emit("Upvoted", "id", id, "votes", Posts[id].Votes)
	return nil
}

// Remove takes the content of a post away. Its place in Posts stays, so that the
// other posts keep their numbers. Only the owner of the forum may do this.
//
// Example: Remove(0)
func Remove(id int) error {
	if msg.Sender != owner {
		return ErrNotOwner
	}
	if id < 0 || id >= len(Posts) || Posts[id].Removed {
		return ErrNotThere
	}
	post := &Posts[id]
	post.Title = ""
	post.Body = ""
	post.Removed = true
	Count--
	amigos.Emit("Removed", "id", id)
	return nil
}

// Follow makes the caller a follower of author.
//
// Example: Follow("alice.amigos")
func Follow(author string) error {
	followers := Followers[author]
	for _, follower := range followers {
		if follower == msg.Sender {
			return ErrFollowing
		}
	}
	if len(followers) >= MaxFollowers {
		return ErrFull
	}
	Followers[author] = append(followers, msg.Sender)
	return nil
}

// Unfollow undoes Follow. It does nothing if the caller does not follow author.
//
// Example: Unfollow("alice.amigos")
func Unfollow(author string) {
	followers := Followers[author]
	for i, follower := range followers {
		if follower == msg.Sender {
			last := len(followers) - 1
			followers[i] = followers[last]
			Followers[author] = followers[:last]
			return
		}
	}
}

// MarkRead sets the caller's count of unread posts to zero.
//
// Example: MarkRead()
func MarkRead() {
	delete(Unread, msg.Sender)
}

// Top returns copies of the n posts with the most votes among the newest 500,
// the older one first where votes are equal.
//
// Example: Top(3)
func Top(n int) []Post {
	if n > pageSize {
		n = pageSize
	}
	if n <= 0 {
		return nil
	}
	first := len(Posts) - topWindow
	if first < 0 {
		first = 0
	}
	top := make([]Post, 0, n+1)
	for _, post := range Posts[first:] {
		if post.Removed || len(top) == n && post.Votes <= top[n-1].Votes {
			continue
		}
		top = append(top, post)
		for i := len(top) - 1; i > 0 && top[i].Votes > top[i-1].Votes; i-- {
			top[i], top[i-1] = top[i-1], top[i]
		}
		if len(top) > n {
			top = top[:n]
		}
	}
	return top
}
