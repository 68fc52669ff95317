package token

import (
	"fmt"
	"strings"
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
	receipt, err := Transfer(other, 30, "rent")
	if err != nil {
		t.Fatal(err)
	}
	want := Receipt{1, me, other, 30, "rent", amigos.Height()}
	if receipt != want {
		t.Errorf("got %+v", receipt)
	}
	if BalanceOf(me) != 70 || BalanceOf(other) != 30 || Total() != 100 {
		t.Errorf("got %d, %d of %d", BalanceOf(me), BalanceOf(other), Total())
	}
	refused := []struct {
		to     amigos.Address
		amount Amount
		memo   string
		want   error
	}{
		{other, 71, "", ErrFunds},
		{other, 0, "", ErrAmount},
		{"nobody", 1, "", ErrAddress},
		{other, 1, strings.Repeat("x", MaxMemo+1), ErrMemo},
	}
	for _, c := range refused {
		if receipt, err := Transfer(c.to, c.amount, c.memo); err != c.want || receipt != (Receipt{}) {
			t.Errorf("%+v: got %+v, %v", c, receipt, err)
		}
	}
	if transfers != 1 {
		t.Errorf("got %d transfers", transfers)
	}
}

func TestMint(t *testing.T) {
	me, _ := setUp(t)
	if err := Mint(me, Supply); err != ErrSupply {
		t.Errorf("more than there can be: got %v", err)
	}
	minter = "amigos1someone"
	if err := Mint(me, 1); err != ErrMinter {
		t.Errorf("by another: got %v", err)
	}
}

func TestAllowance(t *testing.T) {
	me, other := setUp(t)
	if _, err := TransferFrom(me, other, 1, ""); err != ErrAllowance {
		t.Errorf("without allowance: got %v", err)
	}
	if err := Approve(me, 50, amigos.Height()); err != nil {
		t.Fatal(err)
	}
	if _, err := TransferFrom(me, other, 20, ""); err != nil {
		t.Fatal(err)
	}
	if Allowance(me, me) != 30 || BalanceOf(me) != 80 || BalanceOf(other) != 20 {
		t.Errorf("got %d, %d, %d", Allowance(me, me), BalanceOf(me), BalanceOf(other))
	}
	if err := Approve(me, 50, amigos.Height()-1); err != nil {
		t.Fatal(err)
	}
	if _, err := TransferFrom(me, other, 1, ""); err != ErrAllowance {
		t.Errorf("too late: got %v", err)
	}
}

func ExampleTransfer() {
	minter = msg.Sender
	fmt.Println(Mint(msg.Sender, 5*Whole))
	receipt, err := Transfer(amigos.Self(), 2*Whole, "rent")
	fmt.Println(receipt.Amount, receipt.Memo, err)
	fmt.Println(BalanceOf(msg.Sender), BalanceOf(amigos.Self()))
	// Output:
	// <nil>
	// 2000000 rent <nil>
	// 3000000 2000000
}
