package forum

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func publish(t *testing.T, title string, author string) {
	t.Helper()
	if err := NewPost(title, author).Publish(); err != nil {
		t.Fatal(err)
	}
}

func TestPublish(t *testing.T) {
	post := NewPost("hello", "alice")
	if len(Posts) != 0 {
		t.Fatal("NewPost must not store the post")
	}
	if err := post.Publish(); err != nil {
		t.Fatal(err)
	}
	if len(Posts) != 1 || Count != 1 {
		t.Fatalf("got %d posts, count %d", len(Posts), Count)
	}
	got := Posts[0]
	if got.Title != "hello" || got.Author != "alice" || got.Votes != 0 || got.By != msg.Sender {
		t.Errorf("got %+v", got)
	}
	post.Title = "changed"
	if Posts[0].Title != "hello" {
		t.Error("what is stored must be a copy")
	}
	if err := Posts[0].Publish(); err != ErrPublished {
		t.Errorf("publishing a stored post: got %v", err)
	}
}

func TestLimits(t *testing.T) {
	if err := NewPost("", "alice").Publish(); err != ErrNoTitle {
		t.Errorf("no title: got %v", err)
	}
	if err := NewPost(strings.Repeat("x", MaxTitle+1), "alice").Publish(); err != ErrTooLong {
		t.Errorf("long title: got %v", err)
	}
	long := NewPost("hello", "alice")
	long.Body = strings.Repeat("x", MaxBody+1)
	if err := long.Publish(); err != ErrTooLong {
		t.Errorf("long body: got %v", err)
	}
	if len(Posts) != 0 {
		t.Errorf("got %d posts", len(Posts))
	}
}

func TestForgedPost(t *testing.T) {
	post := NewPost("hello", "alice")
	post.Votes = 1000
	post.ID = 77
	post.Verified = true
	post.Height = 1
	if err := post.Publish(); err != nil {
		t.Fatal(err)
	}
	if got := Posts[0]; got.Votes != 0 || got.ID != 0 || got.Verified {
		t.Errorf("a caller can choose what it must not: %+v", got)
	}
}

func TestStorage(t *testing.T) {
	var kept string
	post := NewPost("hello", "alice")
	post.Body = "world"
	post.Storage = func(content []byte) (string, error) {
		kept = string(content)
		return "an id", nil
	}
	if err := post.Publish(); err != nil {
		t.Fatal(err)
	}
	if kept != "hello\n\nworld" || Posts[0].CID != "an id" || Posts[0].Storage != nil {
		t.Errorf("kept %q as %q", kept, Posts[0].CID)
	}
	full := errors.New("full")
	post.Storage = func(content []byte) (string, error) { return "", full }
	if err := post.Publish(); !errors.Is(err, full) || len(Posts) != 1 {
		t.Errorf("got %v, %d posts", err, len(Posts))
	}
}

func TestUpvote(t *testing.T) {
	publish(t, "hello", "alice")
	if err := Posts[0].Upvote(); err != nil || Posts[0].Votes != 1 {
		t.Errorf("got %v, %d votes", err, Posts[0].Votes)
	}
	if err := Posts[0].Upvote(); err != ErrVoted || Posts[0].Votes != 1 {
		t.Errorf("second vote: got %v, %d votes", err, Posts[0].Votes)
	}
	if err := NewPost("free", "alice").Upvote(); err != ErrNotThere {
		t.Errorf("a post that is not published: got %v", err)
	}
}

func TestRemove(t *testing.T) {
	owner = msg.Sender
	publish(t, "first", "alice")
	publish(t, "second", "alice")
	if err := Remove(0); err != nil || Count != 1 || len(Posts) != 2 || Posts[0].Title != "" {
		t.Errorf("got %v, count %d, %+v", err, Count, Posts[0])
	}
	for _, id := range []int{0, -1, 2} {
		if err := Remove(id); err != ErrNotThere {
			t.Errorf("Remove(%d): got %v", id, err)
		}
	}
	if err := Posts[0].Upvote(); err != ErrNotThere {
		t.Errorf("vote for a removed post: got %v", err)
	}
	owner = "amigos1someone"
	if err := Remove(1); err != ErrNotOwner {
		t.Errorf("by another: got %v", err)
	}
}

func TestFollow(t *testing.T) {
	if err := Follow("alice"); err != nil {
		t.Fatal(err)
	}
	if err := Follow("alice"); err != ErrFollowing {
		t.Errorf("second Follow: got %v", err)
	}
	publish(t, "one", "alice")
	publish(t, "two", "bob")
	publish(t, "three", "alice")
	if got := Unread[msg.Sender]; got != 2 {
		t.Errorf("got %d unread", got)
	}
	MarkRead()
	Unfollow("alice")
	Unfollow("alice")
	publish(t, "four", "alice")
	if got := Unread[msg.Sender]; got != 0 || len(Followers["alice"]) != 0 {
		t.Errorf("got %d unread, %d followers", got, len(Followers["alice"]))
	}
	for len(Followers["carol"]) < MaxFollowers {
		Followers["carol"] = append(Followers["carol"], "amigos1someone")
	}
	if err := Follow("carol"); err != ErrFull {
		t.Errorf("a full audience: got %v", err)
	}
}

func TestTop(t *testing.T) {
	for i, votes := range []int{1, 5, 0, 5, 3} {
		publish(t, fmt.Sprintf("post %d", i), "alice")
		Posts[i].Votes = votes
	}
	got := ""
	for _, post := range Top(3) {
		got += fmt.Sprint(post.ID, " ")
	}
	if got != "1 3 4 " {
		t.Errorf("got %s", got)
	}
	if n := len(Top(100)); n != 5 {
		t.Errorf("Top(100): got %d", n)
	}
	if n := len(Top(0)) + len(Top(-1)); n != 0 {
		t.Errorf("Top of nothing: got %d", n)
	}
}

func TestRender(t *testing.T) {
	publish(t, "a [link](x) <b>", "alice")
	page := Render("")
	if !strings.Contains(page, `- [a \[link\]\(x\) \<b\>](0) by alice, 0 votes`) {
		t.Errorf("got %s", page)
	}
	for _, path := range []string{"1", "-1", "x", "99999999999999999999"} {
		if got := Render(path); !strings.HasPrefix(got, "# Not found") {
			t.Errorf("Render(%q): got %s", path, got)
		}
	}
}

func ExampleNewPost() {
	post := NewPost("hello", "alice")
	fmt.Println(post.Title, post.Author, len(Posts))
	fmt.Println(post.Publish(), len(Posts))
	// Output:
	// hello alice 0
	// <nil> 1
}

func ExampleTop() {
	NewPost("first", "alice").Publish()
	NewPost("second", "bob").Publish()
	Posts[1].Upvote()
	for _, post := range Top(2) {
		fmt.Println(post.Title, post.Votes)
	}
	// Output:
	// second 1
	// first 0
}

func ExampleRender() {
	NewPost("hello", "alice").Publish()
	fmt.Print(Render(""))
	// Output:
	// # Forum
	//
	// 1 posts
	//
	// - [hello](0) by alice, 0 votes
}
