// Package shapes is for tests: see https://hub.amigos.dev/test/shapes.
package shapes

import (
	"strconv"
	"strings"
)

// Shape has an area.
type Shape interface {
	Area() int
}

// Square is a shape.
type Square struct {
	Side int
	Name string
}

// Area is the side by itself.
func (s Square) Area() int { return s.Side * s.Side }

// Squares has all of them.
var Squares []Square

// Add makes one more.
//
// Example: Add("a", 2)
func Add(name string, side int) int {
	shape := Square{Name: strings.ToUpper(name), Side: side}
	Squares = append(Squares, shape)
	return sum(Squares)
}

func sum(all []Square) int {
	total := 0
	for _, one := range all {
		total += one.Area()
	}
	return total
}

// Render is the page.
func Render(path string) string { return "# shapes\n\n" + strconv.Itoa(len(Squares)) + " squares\n" }
