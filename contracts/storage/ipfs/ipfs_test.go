package ipfs

import (
	"fmt"
	"testing"
)

// hello is the content id of "hello".
const hello = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"

func TestPin(t *testing.T) {
	id, err := Pin([]byte("hello"))
	if err != nil || id != hello {
		t.Fatalf("got %q, %v", id, err)
	}
	if !Pinned(id) || Total != 5 || len(Pins) != 1 {
		t.Errorf("after Pin: %v, %d bytes, %d pieces", Pinned(id), Total, len(Pins))
	}
	if again, err := Pin([]byte("hello")); again != id || err != nil || Total != 5 {
		t.Errorf("second Pin: got %q, %v, %d bytes", again, err, Total)
	}
	if err := Unpin(id); err != nil || Pinned(id) || Total != 0 {
		t.Errorf("Unpin: got %v, %v, %d bytes", err, Pinned(id), Total)
	}
	if err := Unpin(id); err != ErrNotOwner {
		t.Errorf("second Unpin: got %v", err)
	}
}

func TestLimits(t *testing.T) {
	if _, err := Pin(nil); err != ErrEmpty {
		t.Errorf("nothing: got %v", err)
	}
	if _, err := Pin(make([]byte, MaxSize+1)); err != ErrTooLarge {
		t.Errorf("too large: got %v", err)
	}
	if _, err := Pin(make([]byte, MaxSize)); err != nil {
		t.Errorf("just right: got %v", err)
	}
}

func TestUnpinOfOthers(t *testing.T) {
	Pins[hello] = Entry{Size: 5, Owner: "amigos1bob"}
	if err := Unpin(hello); err != ErrNotOwner || !Pinned(hello) {
		t.Errorf("got %v", err)
	}
}

func ExamplePin() {
	id, err := Pin([]byte("hello"))
	fmt.Println(id, err)
	// Output: bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq <nil>
}
