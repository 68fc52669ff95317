package token

import (
	"fmt"
	"testing"
)

// setUp makes the caller the minter and gives it 100. It returns the caller and
// another address.
func setUp(t *testing.T) (me, other amigos.Address) {
	t.Helper()
	minter = msg.Sender
	if err := Mint(msg.Sender, 100); err != nil {
		t.Fatal(err)
	}
	return msg.Sender, amigos.Self()
}

func TestTransfer(t *testing.T) {
	me, other := setUp(t)
	if err := Transfer(other, 30); err != nil {
		t.Fatal(err)
	}
	if BalanceOf(me) != 70 || BalanceOf(other) != 30 || Total() != 100 {
		t.Errorf("got %d, %d of %d", BalanceOf(me), BalanceOf(other), Total())
	}
	if err := Transfer(other, 71); err != ErrFunds {
		t.Errorf("too much: got %v", err)
	}
	if err := Transfer(other, 0); err != ErrAmount {
		t.Errorf("nothing: got %v", err)
	}
	if err := Transfer("nobody", 1); err != ErrAddress {
		t.Errorf("to nobody: got %v", err)
	}
	if err := Transfer(me, 70); err != nil || BalanceOf(me) != 70 {
		t.Errorf("to oneself: got %v, %d", err, BalanceOf(me))
	}
}

func TestMint(t *testing.T) {
	me, _ := setUp(t)
	if err := Mint(me, Supply); err != ErrSupply {
		t.Errorf("more than there can be: got %v", err)
	}
	if err := Mint(me, Supply-100); err != nil || Total() != Supply {
		t.Errorf("the rest: got %v, %d", err, Total())
	}
	minter = "amigos1someone"
	if err := Mint(me, 1); err != ErrMinter {
		t.Errorf("by another: got %v", err)
	}
	if err := SetMinter(me); err != ErrMinter {
		t.Errorf("SetMinter by another: got %v", err)
	}
}

func TestAllowance(t *testing.T) {
	me, other := setUp(t)
	if err := TransferFrom(me, other, 1); err != ErrAllowance {
		t.Errorf("without allowance: got %v", err)
	}
	if err := Approve(me, 50); err != nil {
		t.Fatal(err)
	}
	if err := TransferFrom(me, other, 20); err != nil {
		t.Fatal(err)
	}
	if Allowance(me, me) != 30 || BalanceOf(me) != 80 || BalanceOf(other) != 20 {
		t.Errorf("got %d, %d, %d", Allowance(me, me), BalanceOf(me), BalanceOf(other))
	}
	if err := TransferFrom(me, other, 31); err != ErrAllowance {
		t.Errorf("more than allowed: got %v", err)
	}
	if err := Approve(me, 0); err != nil || Allowance(me, me) != 0 {
		t.Errorf("taking it back: got %v, %d", err, Allowance(me, me))
	}
}

func ExampleTransfer() {
	minter = msg.Sender
	fmt.Println(Mint(msg.Sender, 100))
	fmt.Println(Transfer(amigos.Self(), 30))
	fmt.Println(BalanceOf(msg.Sender), BalanceOf(amigos.Self()))
	fmt.Println(Transfer(amigos.Self(), 100))
	// Output:
	// <nil>
	// <nil>
	// 70 30
	// token: not enough
}

func ExampleRender() {
	minter = msg.Sender
	Mint(msg.Sender, 2_500_000)
	fmt.Print(Render(""))
	// Output:
	// # Peso
	//
	// 2.500000 PESO in 1 hands
}
