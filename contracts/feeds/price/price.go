// Package price keeps a history of the price of ether in dollars. Anyone may
// ask it to look; it asks three oracle networks and takes the middle answer.
package price

import (
	"errors"
	"fmt"
	"strings"
)

// The limits of the history.
const (
	MaxPoints = 1000    // what is kept
	MaxAge    = 10 * 60 // seconds a report may be old
)

// What can be wrong.
var (
	ErrOld  = errors.New("price: the newest report is over ten minutes old")
	ErrSame = errors.New("price: nothing newer than what is known")
	ErrNone = errors.New("price: nothing known yet")
)

// Point is a price at a height.
type Point struct {
	Price  oracle.Price
	Height int64 // the block that reported it
}

var (
	// History has the newest points. It is a ring: point n is at n modulo
	// MaxPoints, so that an update costs the same however long the history is.
	History []Point

	// Updates counts all points that ever were.
	Updates int
)

// Update asks the oracles and adds what they say to the history. It returns the
// price, and fails if it is old or known.
//
// Example: Update()
func Update() (oracle.Price, error) {
	price := oracle.Fetch("ETH/USD", oracles.Chainlink, oracles.Band, oracles.Uma).Median()
	if price.Age() > MaxAge {
		return price, ErrOld
	}
	return price, add(price)
}

func add(price oracle.Price) error {
	if Updates > 0 && newest(0).Height >= price.Height() {
		return ErrSame
	}
	point := Point{price, price.Height()}
	if len(History) < MaxPoints {
		History = append(History, point)
	} else {
		History[Updates%MaxPoints] = point
	}
	Updates++
	amigos.Emit("Updated", "price", price.String(), "height", price.Height())
	return nil
}

// newest returns the point that came back updates ago.
func newest(back int) Point {
	return History[(Updates-1-back)%MaxPoints]
}

// Latest returns the newest known price.
//
// Example: Latest()
func Latest() (oracle.Price, error) {
	if Updates == 0 {
		return oracle.Price{}, ErrNone
	}
	return newest(0).Price, nil
}

// Dollars returns what amount of ether, in millionths, is worth in whole
// dollars, by the newest known price.
//
// Example: Dollars(2_500_000)
func Dollars(amount int64) (int64, error) {
	price, err := Latest()
	if err != nil {
		return 0, err
	}
	return price.Mul(amount) / 1_000_000, nil
}

// Render gives the newest points.
//
// Example: Render("")
func Render(path string) string {
	var page strings.Builder
	page.WriteString("# ETH/USD\n\n")
	for back := 0; back < 10 && back < len(History); back++ {
		point := newest(back)
		fmt.Fprintf(&page, "- block %d: %s\n", point.Height, point.Price.String())
	}
	return page.String()
}
