// Package decimal has exact decimal numbers for money, shares and rates: 0.1 + 0.2 is
// 0.3. A number has 18 places behind the point and any number before it; what has more
// places is rounded to the nearest, halves to the even one, as banks do. Amounts of the
// chain's own coin are amigos.Coins.
package decimal

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Places is the number of digits behind the point.
const Places = 18

// ErrSyntax says that a text is no decimal number.
var ErrSyntax = errors.New("decimal: invalid number")

// ErrPlaces says that a text has more than 18 places.
var ErrPlaces = errors.New("decimal: more than 18 places")

// Decimal is a decimal number. The zero value is 0. Numbers can be stored, and compared
// with ==.
type Decimal struct {
	units big.Int // in units of the last place
}

func tens(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func of(units *big.Int) Decimal { return Decimal{*units} }

// New returns units of the place-th place: New(1999, 2) is 19.99. It panics if places is
// not between 0 and 18.
func New(units int64, places int) Decimal {
	if places < 0 || places > Places {
		panic("decimal: places must be between 0 and 18")
	}
	return of(new(big.Int).Mul(big.NewInt(units), tens(Places-places)))
}

// FromInt returns a whole number.
func FromInt(n int64) Decimal { return New(n, 0) }

// Parse reads a number such as -12.50. Its error is ErrSyntax or ErrPlaces.
//
// Example: Parse("19.99")
func Parse(s string) (Decimal, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if len(s)-len(digits) > 1 {
		return Decimal{}, ErrSyntax
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" {
		return Decimal{}, ErrSyntax
	}
	for _, c := range whole + fraction {
		if c < '0' || c > '9' {
			return Decimal{}, ErrSyntax
		}
	}
	if len(fraction) > Places {
		return Decimal{}, ErrPlaces
	}
	units, _ := new(big.Int).SetString(whole+fraction+strings.Repeat("0", Places-len(fraction)), 10)
	if s[0] == '-' {
		units.Neg(units)
	}
	return of(units), nil
}

// Must returns d, and panics if there is an error: Must(Parse("0.1")).
func Must(d Decimal, err error) Decimal {
	if err != nil {
		panic(err)
	}
	return d
}

// quotient returns x/y, rounded to the nearest, halves to even.
func quotient(x, y *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	twice := r.Lsh(r.Abs(r), 1).CmpAbs(y)
	if twice > 0 || twice == 0 && q.Bit(0) == 1 {
		if (x.Sign() < 0) == (y.Sign() < 0) {
			q.Add(q, big.NewInt(1))
		} else {
			q.Sub(q, big.NewInt(1))
		}
	}
	return q
}

// Add returns d+e.
func (d Decimal) Add(e Decimal) Decimal { return of(new(big.Int).Add(&d.units, &e.units)) }

// Sub returns d-e.
func (d Decimal) Sub(e Decimal) Decimal { return of(new(big.Int).Sub(&d.units, &e.units)) }

// Mul returns d*e, rounded.
func (d Decimal) Mul(e Decimal) Decimal {
	return of(quotient(new(big.Int).Mul(&d.units, &e.units), tens(Places)))
}

// Div returns d/e, rounded. It panics if e is 0.
func (d Decimal) Div(e Decimal) Decimal {
	if e.IsZero() {
		panic("decimal: division by zero")
	}
	return of(quotient(new(big.Int).Mul(&d.units, tens(Places)), &e.units))
}

// Neg returns -d.
func (d Decimal) Neg() Decimal { return of(new(big.Int).Neg(&d.units)) }

// Abs returns d without sign.
func (d Decimal) Abs() Decimal { return of(new(big.Int).Abs(&d.units)) }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int { return d.units.Sign() }

// IsZero reports whether d is 0.
func (d Decimal) IsZero() bool { return d.units.Sign() == 0 }

// Cmp returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d Decimal) Cmp(e Decimal) int { return d.units.Cmp(&e.units) }

// Less reports whether d is less than e.
func (d Decimal) Less(e Decimal) bool { return d.Cmp(e) < 0 }

// Round returns d with so many places, halves to even. It panics if places is not
// between 0 and 18.
func (d Decimal) Round(places int) Decimal {
	step := step(places)
	return of(step.Mul(quotient(&d.units, step), step))
}

// Truncate returns d with so many places, the others cut off. It panics if places is
// not between 0 and 18.
func (d Decimal) Truncate(places int) Decimal {
	step := step(places)
	return of(step.Mul(new(big.Int).Quo(&d.units, step), step))
}

func step(places int) *big.Int {
	if places < 0 || places > Places {
		panic("decimal: places must be between 0 and 18")
	}
	return tens(Places - places)
}

// Split divides d, which must not have more than so many places, into n parts that
// differ by at most a unit of the last of these places, the larger ones first, and sum
// up to d. It panics if n is not positive, or d has more places.
//
// Example: Must(Parse("10")).Split(3, 2)
func (d Decimal) Split(n, places int) []Decimal {
	if n <= 0 {
		panic("decimal: a split into no parts")
	}
	step := step(places)
	units, rest := new(big.Int).QuoRem(&d.units, step, new(big.Int))
	if rest.Sign() != 0 {
		panic("decimal: the number to split has more than " + strconv.Itoa(places) + " places")
	}
	part, more := new(big.Int).QuoRem(units, big.NewInt(int64(n)), new(big.Int))
	extra := new(big.Int).Mul(big.NewInt(int64(more.Sign())), step)
	part.Mul(part, step)
	left := int(more.Abs(more).Int64())
	parts := make([]Decimal, n)
	for i := range parts {
		parts[i] = of(part)
		if i < left {
			parts[i] = of(new(big.Int).Add(part, extra))
		}
	}
	return parts
}

// Int64 returns d without what is behind the point, and whether that fits an int64.
func (d Decimal) Int64() (n int64, ok bool) {
	whole := new(big.Int).Quo(&d.units, tens(Places))
	return whole.Int64(), whole.IsInt64()
}

// String returns d without zeros at its end: 19.9.
func (d Decimal) String() string {
	s := d.Fixed(Places)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Fixed returns d with exactly so many places, rounded: 19.90.
func (d Decimal) Fixed(places int) string {
	r := d.Round(places)
	whole := r.Abs()
	digits := whole.units.String()
	if len(digits) <= Places {
		digits = strings.Repeat("0", Places+1-len(digits)) + digits
	}
	point := len(digits) - Places
	s := digits[:point]
	if places > 0 {
		s += "." + digits[point:point+places]
	}
	if r.Sign() < 0 {
		return "-" + s
	}
	return s
}

// MarshalText returns String.
func (d Decimal) MarshalText() (text []byte, err error) { return []byte(d.String()), nil }

// UnmarshalText reads what Parse reads.
func (d *Decimal) UnmarshalText(text []byte) error {
	e, err := Parse(string(text))
	if err == nil {
		*d = e
	}
	return err
}
