package ens

import (
	"fmt"
	"testing"
)

func TestRegister(t *testing.T) {
	if err := Register("alice"); err != nil {
		t.Fatal(err)
	}
	if got := Resolve(msg.Sender); got != "alice.amigos" {
		t.Errorf("Resolve: got %q", got)
	}
	if addr, err := Lookup("alice.amigos"); err != nil || addr != msg.Sender {
		t.Errorf("Lookup: got %q, %v", addr, err)
	}
	if err := Register("alice"); err != ErrTaken {
		t.Errorf("second Register: got %v", err)
	}
	if err := Register("alice2"); err != nil {
		t.Fatal(err)
	}
	if got := Resolve(msg.Sender); got != "alice.amigos" {
		t.Errorf("a second name must not replace the one that is shown: got %q", got)
	}
	if err := Show("alice2.amigos"); err != nil || Resolve(msg.Sender) != "alice2.amigos" {
		t.Errorf("Show: got %v, %q", err, Resolve(msg.Sender))
	}
}

func TestLabels(t *testing.T) {
	good := []string{"abc", "a-b", "0x1", "abcdefghijklmnopqrstuvwxyz012345"}
	bad := []string{"", "ab", "Alice", "a b", "-ab", "ab-", "a.b", "äöü", "abcdefghijklmnopqrstuvwxyz0123456"}
	for _, label := range good {
		if !validLabel(label) {
			t.Errorf("%q must be allowed", label)
		}
	}
	for _, label := range bad {
		if validLabel(label) {
			t.Errorf("%q must not be allowed", label)
		}
		if err := Register(label); err != ErrLabel {
			t.Errorf("Register(%q): got %v", label, err)
		}
	}
}

func TestOthersNames(t *testing.T) {
	Names["bob.amigos"] = &Record{Owner: "amigos1bob", Target: "amigos1bob"}
	if err := Point("bob.amigos", msg.Sender); err != ErrOwner {
		t.Errorf("Point: got %v", err)
	}
	if err := Transfer("bob.amigos", msg.Sender); err != ErrOwner {
		t.Errorf("Transfer: got %v", err)
	}
	if err := Show("bob.amigos"); err != ErrOwner {
		t.Errorf("Show: got %v", err)
	}
	if err := Point("nobody.amigos", msg.Sender); err != ErrNoName {
		t.Errorf("Point of no name: got %v", err)
	}
	if _, err := Lookup("nobody.amigos"); err != ErrNoName {
		t.Errorf("Lookup of no name: got %v", err)
	}
}

func TestResolveWithoutName(t *testing.T) {
	if got := Resolve("amigos1carol"); got != "amigos1carol" {
		t.Errorf("got %q", got)
	}
}

func ExampleRegister() {
	fmt.Println(Register("alice"))
	fmt.Println(Resolve(msg.Sender))
	fmt.Println(Register("Alice"))
	// Output:
	// <nil>
	// alice.amigos
	// ens: a label has 3 to 32 small letters, digits and inner hyphens
}

func ExampleRender() {
	fmt.Print(Render(""))
	// Output:
	// # Names
	//
	// 0 names are registered.
}
