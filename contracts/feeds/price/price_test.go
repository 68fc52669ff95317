package price

import (
	"fmt"
	"testing"
)

func parse(t *testing.T, text string) oracle.Price {
	t.Helper()
	price, err := oracle.ParsePrice(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return price
}

func TestLatest(t *testing.T) {
	if _, err := Latest(); err != ErrNone {
		t.Errorf("before any update: got %v", err)
	}
	if err := add(parse(t, "1834.25")); err != nil {
		t.Fatal(err)
	}
	if price, err := Latest(); err != nil || price.String() != "1834.25" {
		t.Errorf("got %s, %v", price, err)
	}
	if err := add(parse(t, "1835")); err != ErrSame {
		t.Errorf("the same height again: got %v", err)
	}
	if dollars, err := Dollars(2_500_000); err != nil || dollars != 4585 {
		t.Errorf("got %d, %v", dollars, err)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	for i := 0; i < MaxPoints; i++ {
		History = append(History, Point{Height: int64(i) - MaxPoints})
	}
	Updates = MaxPoints
	if err := add(parse(t, "1834.25")); err != nil {
		t.Fatal(err)
	}
	if len(History) != MaxPoints || History[0].Height != 0 || History[1].Height != 1-MaxPoints {
		t.Errorf("got %d points, %d, %d", len(History), History[0].Height, History[1].Height)
	}
	if price, err := Latest(); err != nil || price.String() != "1834.25" {
		t.Errorf("got %s, %v", price, err)
	}
	if newest(1).Height != -1 {
		t.Errorf("the one before: got %d", newest(1).Height)
	}
}

func TestMedian(t *testing.T) {
	quotes := oracle.Quotes{
		{Source: oracles.Chainlink, Price: parse(t, "1834")},
		{Source: oracles.Band, Price: parse(t, "1830")},
		{Source: oracles.Uma, Price: parse(t, "1950")},
	}
	if got := quotes.Median().String(); got != "1834" {
		t.Errorf("median: got %s", got)
	}
	if got := quotes[:2].Median().String(); got != "1830" {
		t.Errorf("the lower middle of two: got %s", got)
	}
	if got := quotes.Mean().String(); got != "1871.33333333" {
		t.Errorf("mean: got %s", got)
	}
	if quotes.Agree(100) || !quotes[:2].Agree(100) {
		t.Error("one per cent: the third source is off, the others agree")
	}
}

func ExampleRender() {
	fmt.Print(Render(""))
	// Output: # ETH/USD
}
