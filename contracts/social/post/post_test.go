package post

import (
	"fmt"
	"testing"

	"hub.amigos.dev/identity/ens"
	"hub.amigos.dev/social/forum"
	"hub.amigos.dev/storage/ipfs"
)

func TestCreatePost(t *testing.T) {
	before := len(forum.Posts)
	if err := CreatePost("hello"); err != nil {
		t.Fatal(err)
	}
	if len(forum.Posts) != before+1 {
		t.Fatalf("got %d posts", len(forum.Posts))
	}
	got := forum.Posts[before]
	if got.Title != "hello" || got.Author != ens.Resolve(msg.Sender) {
		t.Errorf("got %+v", got)
	}
	if got.CID == "" || !ipfs.Pinned(got.CID) {
		t.Errorf("the content is not pinned: %q", got.CID)
	}
	if got.By != amigos.Self() {
		t.Errorf("published by %s, not by this contract", got.By)
	}
}

func TestCreatePostWithoutTitle(t *testing.T) {
	before := len(forum.Posts)
	if err := CreatePost(""); err != forum.ErrNoTitle {
		t.Errorf("got %v", err)
	}
	if len(forum.Posts) != before {
		t.Errorf("got %d posts", len(forum.Posts))
	}
}

func ExampleCreatePost() {
	fmt.Println(CreatePost("hello"))
	post := forum.Posts[len(forum.Posts)-1]
	fmt.Println(post.Title, post.CID)
	// Output:
	// <nil>
	// hello bafkreicqvxvgd6soo6vrcg4bi4las6v72bpyhiqhwr7liuu3xvhvjyir4a
}
