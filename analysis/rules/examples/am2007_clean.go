package example

import "errors"

var ErrX = errors.New("x") // ok AM2007

var owner = msg.Sender

// The language refuses writes from outside.
var Owner amigos.Address // ok AM2007

type Post struct {
	Votes int
	title string
}

// A vote takes nothing from its caller.
func (p *Post) Upvote() { p.Votes++ }

// Only the owner's call does anything.
func (p *Post) Rename(title string) {
	if msg.Sender != owner {
		panic("not yours")
	}
	p.title = title
}

func (p *Post) set(title string) { p.title = title }

func (p Post) Title(suffix string) string { return p.title + suffix }

var Posts []Post // ok AM2007

func Add(title string) {
	var p Post
	p.set(title)
	Posts = append(Posts, p)
	Owner = msg.Sender
}
