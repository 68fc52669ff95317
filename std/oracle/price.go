package oracle

import (
	"amigos"
	"errors"
)

// Decimals is the number of decimal places of a Price.
const Decimals = 8

// Unit is one whole in the units of a Price: 10^Decimals.
const Unit = 100_000_000

// ErrPrice says that a text is not a price.
var ErrPrice = errors.New("oracle: not a price")

// Price is a decimal number with eight places, never a float, so that every
// node calculates alike. It knows the block that reported it.
type Price struct {
	units   int64
	height  int64
	seconds int64
}

// ParsePrice reads a price such as "1834.25", with at most eight places. It
// comes from no block: its height is 0.
//
// Example: ParsePrice("1834.25")
func ParsePrice(text string) (Price, error) {
	digits, negative := text, false
	if digits != "" && digits[0] == '-' {
		negative = true
		digits = digits[1:]
	}
	units, places, seen, point := int64(0), 0, false, false
	for i := 0; i < len(digits); i++ {
		c := digits[i]
		if c == '.' && !point && seen {
			point = true
			continue
		}
		if c < '0' || c > '9' || places == Decimals || units > (1<<63-1-9)/10 {
			return Price{}, ErrPrice
		}
		units = units*10 + int64(c-'0')
		seen = true
		if point {
			places++
		}
	}
	if !seen || point && places == 0 {
		return Price{}, ErrPrice
	}
	for ; places < Decimals; places++ {
		if units > (1<<63-1)/10 {
			return Price{}, ErrPrice
		}
		units *= 10
	}
	if negative {
		units = -units
	}
	return Price{units: units}, nil
}

// Units returns the price in units of 10^-8.
func (p Price) Units() int64 { return p.units }

// Int returns the whole part, rounded towards zero.
func (p Price) Int() int64 { return p.units / Unit }

// Height is the block that carried the report.
func (p Price) Height() int64 { return p.height }

// Age is how many seconds lie between the report's block and this one. Check it
// before money depends on the price.
//
// Example: Age()
func (p Price) Age() int64 { return amigos.Now().Unix() - p.seconds }

// IsZero reports whether the price is zero.
func (p Price) IsZero() bool { return p.units == 0 }

// Cmp returns -1, 0 or 1 as p is below, equal to or above q.
func (p Price) Cmp(q Price) int {
	switch {
	case p.units < q.units:
		return -1
	case p.units > q.units:
		return 1
	}
	return 0
}

// Mul returns what amount costs at this price, rounded towards zero. It panics
// if the result does not fit.
//
// Example: Mul(3)
func (p Price) Mul(amount int64) int64 {
	if (p.units < 0) != (amount < 0) {
		return -mulDiv(abs(p.units), abs(amount), Unit)
	}
	return mulDiv(abs(p.units), abs(amount), Unit)
}

// String returns the price in decimal, without trailing zeros.
func (p Price) String() string {
	sign, units := "", uint64(p.units)
	if p.units < 0 {
		sign, units = "-", uint64(-p.units)
	}
	text := sign + decimal(units/Unit)
	places := decimal(units%Unit + Unit)[1:]
	for places != "" && places[len(places)-1] == '0' {
		places = places[:len(places)-1]
	}
	if places == "" {
		return text
	}
	return text + "." + places
}

func decimal(n uint64) string {
	if n < 10 {
		return string([]byte{'0' + byte(n)})
	}
	var digits [20]byte
	at := len(digits)
	for n > 0 {
		at--
		digits[at] = '0' + byte(n%10)
		n /= 10
	}
	return string(digits[at:])
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// mulDiv returns a*b/c rounded down, for a and b not negative and c above zero,
// without losing what does not fit 64 bits on the way. It panics if the result
// does not fit.
func mulDiv(a, b, c int64) int64 {
	if a < 0 || b < 0 {
		panic("oracle: amount out of range")
	}
	if a == 0 || b <= (1<<63-1)/a {
		return a * b / c
	}
	// a*b/c == a/c*b + a%c*b/c, and a%c < c
	whole, rest := a/c, a%c
	if whole > 0 && b > (1<<63-1)/whole {
		panic("oracle: amount out of range")
	}
	if rest > 0 && b > (1<<63-1)/rest {
		part := (b / c) * rest
		left := b % c
		if left > 0 && rest > (1<<63-1)/left {
			panic("oracle: amount out of range")
		}
		part += rest * left / c
		return sum(whole*b, part)
	}
	return sum(whole*b, rest*b/c)
}

func sum(a, b int64) int64 {
	if a > 1<<63-1-b {
		panic("oracle: amount out of range")
	}
	return a + b
}
