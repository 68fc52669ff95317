package forum

import (
	"fmt"
	"testing"
)

func TestJoin(t *testing.T) {
	if err := Join("alice"); err != nil {
		t.Fatal(err)
	}
	if err := Join("alice"); err != ErrTaken {
		t.Errorf("the same name: got %v", err)
	}
	if err := Join("alice2"); err != ErrMember {
		t.Errorf("a second name: got %v", err)
	}
	for _, name := range []string{"", "Alice", "a b", "abcdefghijklmnopqrstuvwxyz0123456"} {
		if err := Join(name); err != ErrName {
			t.Errorf("Join(%q): got %v", name, err)
		}
	}
}

func TestWrite(t *testing.T) {
	if _, err := Write("hello"); err != ErrNobody {
		t.Errorf("before Join: got %v", err)
	}
	if err := Join("alice"); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(""); err != ErrText {
		t.Errorf("no text: got %v", err)
	}
	for want := 1; want <= 3; want++ {
		if got, err := Write("hello"); got != want || err != nil {
			t.Errorf("got %d, %v", got, err)
		}
	}
	if PostsOf("alice") != 3 || PostsOf("bob") != 0 || total != 3 {
		t.Errorf("got %d, %d, %d", PostsOf("alice"), PostsOf("bob"), total)
	}
}

func ExampleRender() {
	Join("alice")
	Write("hello")
	fmt.Print(Render(""))
	fmt.Print(Render("bob"))
	// Output:
	// # Forum
	//
	// 1 members, 1 posts
	// # Not found
	//
	// There is no such member.
}
