// Package forum is the plain forum at the root of the hub: members with names,
// and the posts of each of them. Its state is made to be read by others:
//
//	userID := "alice"
//	state := amigos.State()
//	forumState := state.For("hub.amigos.dev/forum")
//	userPosts := forumState.Get("users").Get(userID).Get("posts")
package forum

import (
	"errors"
	"fmt"
	"strings"
)

// The limits of a name and a text, in bytes.
const (
	MaxName = 32
	MaxText = 2000
)

// What can be wrong.
var (
	ErrName   = errors.New("forum: a name has 1 to 32 small letters and digits")
	ErrTaken  = errors.New("forum: the name is taken")
	ErrMember = errors.New("forum: you are a member already")
	ErrNobody = errors.New("forum: join first")
	ErrText   = errors.New("forum: a post has 1 to 2000 bytes")
)

// User is a member.
type User struct {
	Name    string
	address amigos.Address
	since   int64 // the block that the member joined at
	posts   []*Post
}

// Post is what a member wrote.
type Post struct {
	Text   string
	Height int64 // the block that it was written at
}

var (
	users = map[string]*User{}          // by name
	names = map[amigos.Address]string{} // the name of each member
	total int                           // posts of all members
)

// Join makes the caller a member.
//
// Example: Join("alice")
func Join(name string) error {
	if !validName(name) {
		return ErrName
	}
	if _, taken := users[name]; taken {
		return ErrTaken
	}
	if _, member := names[msg.Sender]; member {
		return ErrMember
	}
	users[name] = &User{Name: name, address: msg.Sender, since: amigos.Height()}
	names[msg.Sender] = name
	amigos.Emit("Joined", "name", name)
	return nil
}

// Write adds a post of the caller, who must be a member, and returns how many
// the caller has now.
//
// Example: Write("hello")
func Write(text string) (int, error) {
	if len(text) == 0 || len(text) > MaxText {
		return 0, ErrText
	}
	name, member := names[msg.Sender]
	if !member {
		return 0, ErrNobody
	}
	user := users[name]
	user.posts = append(user.posts, &Post{Text: text, Height: amigos.Height()})
	total++
	amigos.Emit("Wrote", "name", name, "posts", len(user.posts))
	return len(user.posts), nil
}

// PostsOf returns how many posts a member has, and 0 for who is none.
//
// Example: PostsOf("alice")
func PostsOf(name string) int {
	user, ok := users[name]
	if !ok {
		return 0
	}
	return len(user.posts)
}

// Render gives the page of the forum or, by path, the newest posts of a member.
//
// Example: Render("alice")
func Render(path string) string {
	if path == "" {
		return fmt.Sprintf("# Forum\n\n%d members, %d posts\n", len(users), total)
	}
	user, ok := users[path]
	if !ok {
		return "# Not found\n\nThere is no such member.\n"
	}
	var page strings.Builder
	fmt.Fprintf(&page, "# %s\n\n", user.Name)
	first := len(user.posts) - 20
	if first < 0 {
		first = 0
	}
	for i := len(user.posts) - 1; i >= first; i-- {
		fmt.Fprintf(&page, "- block %d: %q\n", user.posts[i].Height, user.posts[i].Text)
	}
	return page.String()
}

func validName(name string) bool {
	if name == "" || len(name) > MaxName {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
