// Package big has integers of any size. An Int is a number, not a place for one: read
// results where they are written, z.Add(x, y), as in Go; here that costs no more than
// return values would.
package big

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// MaxBase is the largest base for texts.
const MaxBase = 10 + 2*('z'-'a'+1)

// Int is an integer. The zero value is 0.
type Int struct {
	neg bool
	abs string // its bytes without sign, the highest first, which is not 0
}

// NewInt returns an Int with the value x.
func NewInt(x int64) *Int { return new(Int).SetInt64(x) }

func (z *Int) set(neg bool, abs string) *Int {
	z.neg, z.abs = neg && abs != "", abs
	return z
}

// small returns the bytes of n.
func small(n uint64) string {
	b := make([]byte, 0, 8)
	for i := 56; i >= 0; i -= 8 {
		if c := byte(n >> uint(i)); c != 0 || len(b) > 0 {
			b = append(b, c)
		}
	}
	return string(b)
}

// low returns the lowest 64 bits.
func low(abs string) uint64 {
	var n uint64
	for i := max(0, len(abs)-8); i < len(abs); i++ {
		n = n<<8 | uint64(abs[i])
	}
	return n
}

// compare compares two numbers without sign.
func compare(x, y string) int {
	if len(x) != len(y) {
		if len(x) < len(y) {
			return -1
		}
		return 1
	}
	return strings.Compare(x, y)
}

// Sign returns -1, 0 or 1.
func (x *Int) Sign() int {
	switch {
	case x.abs == "":
		return 0
	case x.neg:
		return -1
	}
	return 1
}

// Set makes z equal to x.
func (z *Int) Set(x *Int) *Int { return z.set(x.neg, x.abs) }

// SetInt64 makes z equal to x.
func (z *Int) SetInt64(x int64) *Int {
	if x < 0 {
		return z.set(true, small(uint64(-x)))
	}
	return z.set(false, small(uint64(x)))
}

// SetUint64 makes z equal to x.
func (z *Int) SetUint64(x uint64) *Int { return z.set(false, small(x)) }

// SetBytes makes z the number that the bytes are, the highest first.
func (z *Int) SetBytes(buf []byte) *Int {
	return z.set(false, strings.TrimLeft(string(buf), "\x00"))
}

// Bytes returns the bytes of x without sign, the highest first.
func (x *Int) Bytes() []byte { return []byte(x.abs) }

// FillBytes writes the bytes of x without sign to the end of buf, zeros before them. It
// panics if they do not fit.
func (x *Int) FillBytes(buf []byte) []byte {
	if len(x.abs) > len(buf) {
		panic("math/big: buffer too small to fit value")
	}
	clear(buf)
	copy(buf[len(buf)-len(x.abs):], x.abs)
	return buf
}

// Int64 returns x, or its lowest bits if it does not fit.
func (x *Int) Int64() int64 {
	n := int64(low(x.abs))
	if x.neg {
		n = -n
	}
	return n
}

// Uint64 returns x, or its lowest bits if it does not fit.
func (x *Int) Uint64() uint64 { return low(x.abs) }

// IsInt64 reports whether x fits an int64.
func (x *Int) IsInt64() bool {
	if len(x.abs) > 8 {
		return false
	}
	n := low(x.abs)
	return n < 1<<63 || x.neg && n == 1<<63
}

// IsUint64 reports whether x fits a uint64.
func (x *Int) IsUint64() bool { return !x.neg && len(x.abs) <= 8 }

// Cmp returns -1, 0 or 1 as x is less than, equal to or greater than y.
func (x *Int) Cmp(y *Int) int {
	switch {
	case x.neg != y.neg && x.neg:
		return -1
	case x.neg != y.neg:
		return 1
	case x.neg:
		return compare(y.abs, x.abs)
	}
	return compare(x.abs, y.abs)
}

// CmpAbs compares without signs.
func (x *Int) CmpAbs(y *Int) int { return compare(x.abs, y.abs) }

// Neg makes z -x.
func (z *Int) Neg(x *Int) *Int { return z.set(!x.neg, x.abs) }

// Abs makes z x without sign.
func (z *Int) Abs(x *Int) *Int { return z.set(false, x.abs) }

// sum makes z the sum of x and a number given by its sign and bytes.
func (z *Int) sum(x *Int, neg bool, abs string) *Int {
	switch {
	case x.neg == neg:
		return z.set(neg, add(x.abs, abs))
	case compare(x.abs, abs) >= 0:
		return z.set(x.neg, sub(x.abs, abs))
	}
	return z.set(neg, sub(abs, x.abs))
}

// Add makes z x+y.
func (z *Int) Add(x, y *Int) *Int { return z.sum(x, y.neg, y.abs) }

// Sub makes z x-y.
func (z *Int) Sub(x, y *Int) *Int { return z.sum(x, !y.neg && y.abs != "", y.abs) }

// Mul makes z x*y.
func (z *Int) Mul(x, y *Int) *Int {
	return z.set(x.neg != y.neg, mul(x.abs, y.abs, len(x.abs)*len(y.abs)/16))
}

// MulRange makes z the product of all numbers from a to b; 1 if there are none.
func (z *Int) MulRange(a, b int64) *Int {
	switch {
	case a > b:
		return z.SetInt64(1)
	case a <= 0 && b >= 0:
		return z.SetInt64(0)
	}
	p := NewInt(1)
	for i := a; ; i++ {
		p.Mul(p, NewInt(i))
		if i == b {
			return z.Set(p)
		}
	}
}

// Binomial makes z the number of ways to choose k of n.
func (z *Int) Binomial(n, k int64) *Int {
	if k > n {
		return z.SetInt64(0)
	}
	k = min(k, n-k)
	p := NewInt(1)
	for i := int64(1); i <= k; i++ {
		p.Mul(p, NewInt(n-k+i))
		p.Quo(p, NewInt(i))
	}
	return z.Set(p)
}

func work(x, y string) int { return max(0, len(x)-len(y)+1) * len(y) / 8 }

// divide returns quotient and remainder without signs.
func divide(x, y *Int) (q, r string) {
	if y.abs == "" {
		panic("division by zero")
	}
	return div(x.abs, y.abs, work(x.abs, y.abs)), mod(x.abs, y.abs, work(x.abs, y.abs))
}

// QuoRem makes z x/y, rounded toward zero, and r the remainder. It panics if y is 0, as
// do all divisions.
func (z *Int) QuoRem(x, y, r *Int) (*Int, *Int) {
	neg := x.neg
	q, rest := divide(x, y)
	z.set(x.neg != y.neg, q)
	r.set(neg, rest)
	return z, r
}

// Quo makes z x/y, rounded toward zero.
func (z *Int) Quo(x, y *Int) *Int {
	if y.abs == "" {
		panic("division by zero")
	}
	return z.set(x.neg != y.neg, div(x.abs, y.abs, work(x.abs, y.abs)))
}

// Rem makes z the remainder of Quo; it has the sign of x.
func (z *Int) Rem(x, y *Int) *Int {
	if y.abs == "" {
		panic("division by zero")
	}
	return z.set(x.neg, mod(x.abs, y.abs, work(x.abs, y.abs)))
}

// DivMod makes z x/y and m the remainder, which is never negative (Euclid).
func (z *Int) DivMod(x, y, m *Int) (*Int, *Int) {
	d := *y
	z.QuoRem(x, y, m)
	if m.neg {
		if d.neg {
			z.Add(z, one())
			m.Sub(m, &d)
		} else {
			z.Sub(z, one())
			m.Add(m, &d)
		}
	}
	return z, m
}

// Div makes z the quotient of DivMod.
func (z *Int) Div(x, y *Int) *Int {
	z.DivMod(x, y, new(Int))
	return z
}

// Mod makes z the remainder of DivMod.
func (z *Int) Mod(x, y *Int) *Int {
	new(Int).DivMod(x, y, z)
	return z
}

func one() *Int { return &Int{false, "\x01"} }

// Exp makes z x to the power of y, modulo m if that is not nil or 0. Without modulus a
// negative y counts as 0; with one, x is inverted, and the result is nil if that is
// impossible.
func (z *Int) Exp(x, y, m *Int) *Int {
	if m == nil || m.abs == "" {
		if y.neg || y.abs == "" {
			return z.SetInt64(1)
		}
		if x.abs == "" || x.abs == "\x01" {
			return z.set(x.neg && y.Bit(0) == 1, x.abs)
		}
		n := int(low(y.abs))
		if len(y.abs) > 4 {
			n = 1 << 40 // more than there can be memory for
		}
		size := min(len(x.abs)*n, 1<<40)
		return z.set(x.neg && n&1 == 1, pow(x.abs, n, size/16*min(size, 1<<20)))
	}
	base := *x
	if y.neg {
		if base.ModInverse(x, m) == nil {
			return nil
		}
	}
	base.Mod(&base, new(Int).Abs(m))
	return z.set(false, modPow(base.abs, y.abs, m.abs, (len(y.abs)+1)*len(m.abs)*len(m.abs)))
}

// GCD makes z the greatest common divisor of a and b, and x and y, if they are not nil,
// numbers such that z = a*x + b*y.
func (z *Int) GCD(x, y, a, b *Int) *Int {
	r0, r1 := new(Int).Abs(a), new(Int).Abs(b)
	if x == nil && y == nil {
		return z.set(false, gcd(r0.abs, r1.abs, len(r0.abs)*len(r1.abs)))
	}
	if a.abs == "" || b.abs == "" {
		sa, sb := int64(a.Sign()), int64(b.Sign())
		z.Add(r0, r1)
		if x != nil {
			x.SetInt64(sa)
		}
		if y != nil {
			y.SetInt64(sb)
		}
		return z
	}
	na, nb := a.neg, b.neg
	a0, b0 := *r0, *r1
	x0, x1 := NewInt(1), new(Int)
	for r1.abs != "" {
		q, r := new(Int).QuoRem(r0, r1, new(Int))
		r0, r1 = r1, r
		x0, x1 = x1, new(Int).Sub(x0, q.Mul(q, x1))
	}
	// x0 is the coefficient of |a|
	if y != nil {
		t := new(Int).Mul(x0, &a0)
		t.Sub(r0, t)
		y.Quo(t, &b0)
		if nb {
			y.Neg(y)
		}
	}
	if x != nil {
		x.Set(x0)
		if na {
			x.Neg(x)
		}
	}
	return z.Set(r0)
}

// ModInverse makes z the number that multiplied by g is 1 modulo n. It returns nil, and
// leaves z, if there is none.
func (z *Int) ModInverse(g, n *Int) *Int {
	m := new(Int).Abs(n)
	var d, x Int
	d.GCD(&x, nil, new(Int).Mod(g, m), m)
	if d.Cmp(one()) != 0 {
		return nil
	}
	if x.neg {
		x.Add(&x, m)
	}
	return z.Set(&x)
}

// Jacobi returns the Jacobi symbol (x/y). It panics if y is even.
func Jacobi(x, y *Int) int {
	if y.Bit(0) == 0 {
		panic("big: invalid 2nd argument to Int.Jacobi: need odd integer but got " + y.String())
	}
	a, b := *x, *y
	j := 1
	if b.neg {
		if a.neg {
			j = -1
		}
		b.neg = false
	}
	for {
		if b.abs == "\x01" {
			return j
		}
		if a.abs == "" {
			return 0
		}
		a.Mod(&a, &b)
		if a.abs == "" {
			return 0
		}
		s := a.TrailingZeroBits()
		if s&1 == 1 {
			if r := low(b.abs) & 7; r == 3 || r == 5 {
				j = -j
			}
		}
		var c Int
		c.Rsh(&a, s)
		if low(b.abs)&3 == 3 && low(c.abs)&3 == 3 {
			j = -j
		}
		a, b = b, c
	}
}

// Sqrt makes z the square root of x, rounded down. It panics if x is negative.
func (z *Int) Sqrt(x *Int) *Int {
	if x.neg {
		panic("square root of negative number")
	}
	return z.set(false, sqrt(x.abs, len(x.abs)*len(x.abs)/8))
}

// Lsh makes z x shifted to the left by n bits.
func (z *Int) Lsh(x *Int, n uint) *Int {
	if x.abs == "" {
		return z.set(false, "")
	}
	return z.set(x.neg, shl(x.abs, int(min(n, 1<<40)), int(min(n, 1<<40))/8))
}

// Rsh makes z x shifted to the right by n bits, rounded down.
func (z *Int) Rsh(x *Int, n uint) *Int {
	if x.neg {
		// -((|x|-1) >> n) - 1
		t := sub(x.abs, "\x01")
		return z.set(true, add(shr(t, int(min(n, 1<<40))), "\x01"))
	}
	return z.set(false, shr(x.abs, int(min(n, 1<<40))))
}

// Operations on bits.
const (
	opAnd = iota
	opOr
	opXor
	opAndNot
)

// bitwise works on numbers as if their signs went on to the left for ever: a negative x
// is the complement of |x|-1.
func (z *Int) bitwise(op int, x, y *Int) *Int {
	a, b := x.abs, y.abs
	if x.neg {
		a = sub(a, "\x01")
	}
	if y.neg {
		b = sub(b, "\x01")
	}
	neg := false
	switch op {
	case opAnd:
		neg = x.neg && y.neg
		switch {
		case neg:
			op = opOr
		case x.neg:
			a, b = b, a
			op = opAndNot
		case y.neg:
			op = opAndNot
		}
	case opOr:
		neg = x.neg || y.neg
		switch {
		case x.neg && y.neg:
			op = opAnd
		case x.neg:
			op = opAndNot
		case y.neg:
			a, b = b, a
			op = opAndNot
		}
	case opXor:
		neg = x.neg != y.neg
	}
	abs := bitop(op, a, b)
	if neg {
		abs = add(abs, "\x01")
	}
	return z.set(neg, abs)
}

// And makes z x & y.
func (z *Int) And(x, y *Int) *Int { return z.bitwise(opAnd, x, y) }

// Or makes z x | y.
func (z *Int) Or(x, y *Int) *Int { return z.bitwise(opOr, x, y) }

// Xor makes z x ^ y.
func (z *Int) Xor(x, y *Int) *Int { return z.bitwise(opXor, x, y) }

// AndNot makes z x &^ y.
func (z *Int) AndNot(x, y *Int) *Int { return z.bitwise(opAnd, x, new(Int).Not(y)) }

// Not makes z ^x.
func (z *Int) Not(x *Int) *Int {
	if x.neg {
		return z.set(false, sub(x.abs, "\x01"))
	}
	return z.set(true, add(x.abs, "\x01"))
}

// BitLen is the number of bits of x without sign.
func (x *Int) BitLen() int {
	if x.abs == "" {
		return 0
	}
	return 8*(len(x.abs)-1) + bits.Len8(x.abs[0])
}

// TrailingZeroBits counts the zero bits at the end of x.
func (x *Int) TrailingZeroBits() uint {
	n := uint(0)
	for i := len(x.abs) - 1; i >= 0; i-- {
		if c := x.abs[i]; c != 0 {
			return n + uint(bits.TrailingZeros8(c))
		}
		n += 8
	}
	return 0
}

// Bit returns bit i of x. It panics if i is negative.
func (x *Int) Bit(i int) uint {
	if i < 0 {
		panic("negative bit index")
	}
	abs := x.abs
	if x.neg {
		abs = sub(abs, "\x01")
	}
	bit := uint(0)
	if at := len(abs) - 1 - i/8; at >= 0 {
		bit = uint(abs[at]>>uint(i%8)) & 1
	}
	if x.neg {
		bit ^= 1
	}
	return bit
}

// SetBit makes z x with bit i set to b, 0 or 1. It panics if i is negative or b another.
func (z *Int) SetBit(x *Int, i int, b uint) *Int {
	if i < 0 {
		panic("negative bit index")
	}
	mask := new(Int).Lsh(one(), uint(i))
	switch b {
	case 0:
		return z.AndNot(x, mask)
	case 1:
		return z.Or(x, mask)
	}
	panic("set bit is not 0 or 1")
}

// ProbablyPrime reports whether x is prime: with certainty if it fits 64 bits, and
// otherwise wrongly only for numbers that nobody has found yet and that n more rounds
// do not find out either. It panics if n is negative.
func (x *Int) ProbablyPrime(n int) bool {
	if n < 0 {
		panic("negative n for ProbablyPrime")
	}
	if x.neg || x.abs == "" {
		return false
	}
	for _, p := range []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53} {
		q := NewInt(p)
		if x.Cmp(q) == 0 {
			return true
		}
		if new(Int).Rem(x, q).abs == "" {
			return false
		}
	}
	if x.Cmp(one()) == 0 {
		return false
	}
	// x-1 = d << s
	less := new(Int).Sub(x, one())
	s := less.TrailingZeroBits()
	d := new(Int).Rsh(less, s)
	bases := []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37}
	for i := range n {
		bases = append(bases, int64(41+2*i))
	}
	for _, base := range bases {
		y := new(Int).Exp(NewInt(base), d, x)
		if y.Cmp(one()) == 0 || y.Cmp(less) == 0 {
			continue
		}
		witness := true
		for i := uint(1); i < s && witness; i++ {
			y.Mul(y, y)
			y.Mod(y, x)
			witness = y.Cmp(less) != 0
		}
		if witness {
			return false
		}
	}
	return true
}

// String returns x in decimal; of nil, "<nil>".
func (x *Int) String() string { return x.Text(10) }

// Text returns x in a base from 2 to 62.
func (x *Int) Text(base int) string {
	if x == nil {
		return "<nil>"
	}
	s := text(x.abs, base, len(x.abs)*len(x.abs)/16)
	if x.neg {
		return "-" + s
	}
	return s
}

// Append appends Text to buf.
func (x *Int) Append(buf []byte, base int) []byte { return append(buf, x.Text(base)...) }

// SetString reads a number in a base from 2 to 62, or, if base is 0, in the base that
// its prefix says (0b, 0o, 0x), and then underscores may stand between digits. If it is
// none, ok is false.
func (z *Int) SetString(s string, base int) (result *Int, ok bool) {
	if base != 0 && (base < 2 || base > MaxBase) {
		panic("invalid number base " + strconv.Itoa(base))
	}
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if base == 0 {
		base = 10
		if len(s) > 1 && s[0] == '0' {
			prefixed := true
			switch s[1] {
			case 'b', 'B':
				base = 2
			case 'o', 'O':
				base = 8
			case 'x', 'X':
				base = 16
			default:
				base, prefixed = 8, false
			}
			s = s[1:]
			if prefixed {
				s = s[1:]
				s = strings.TrimPrefix(s, "_")
			} else {
				s = "0" + s
			}
		}
		if strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
			return nil, false
		}
		s = strings.ReplaceAll(s, "_", "")
	}
	if s == "" {
		return nil, false
	}
	for i := range len(s) {
		if digit(s[i], base) >= base {
			return nil, false
		}
	}
	return z.set(neg, parse(s, base, len(s)*len(s)/64)), true
}

func digit(c byte, base int) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'Z' && base <= 36:
		return int(c-'A') + 10
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 36
	}
	return MaxBase
}

// MarshalText returns x in decimal.
func (x *Int) MarshalText() (text []byte, err error) { return []byte(x.String()), nil }

// UnmarshalText reads a number as SetString does with base 0.
func (z *Int) UnmarshalText(text []byte) error {
	if _, ok := z.SetString(string(text), 0); !ok {
		return errors.New("math/big: cannot unmarshal " + quote(string(text)) + " into a *big.Int")
	}
	return nil
}

// MarshalJSON returns x in decimal, as a number of JSON.
func (x *Int) MarshalJSON() ([]byte, error) {
	if x == nil {
		return []byte("null"), nil
	}
	return []byte(x.String()), nil
}

// UnmarshalJSON reads a number; null changes nothing.
func (z *Int) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	return z.UnmarshalText(text)
}
