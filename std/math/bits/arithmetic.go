package bits

const overflowText = "runtime error: integer overflow"

// Add64 returns x + y + carry, and what is carried out of it. carry is 0 or 1.
func Add64(x, y, carry uint64) (sum, carryOut uint64) {
	sum = x + y + carry
	if sum < x || carry == 1 && sum == x {
		carryOut = 1
	}
	return sum, carryOut
}

// Sub64 returns x - y - borrow, and what is borrowed for it. borrow is 0 or 1.
func Sub64(x, y, borrow uint64) (diff, borrowOut uint64) {
	diff = x - y - borrow
	if x < y || borrow == 1 && x == y {
		borrowOut = 1
	}
	return diff, borrowOut
}

// Add returns x + y + carry, and what is carried out of it. carry is 0 or 1.
func Add(x, y, carry uint) (sum, carryOut uint) {
	sum = x + y + carry
	if sum < x || carry == 1 && sum == x {
		carryOut = 1
	}
	return sum, carryOut
}

// Sub returns x - y - borrow, and what is borrowed for it. borrow is 0 or 1.
func Sub(x, y, borrow uint) (diff, borrowOut uint) {
	diff = x - y - borrow
	if x < y || borrow == 1 && x == y {
		borrowOut = 1
	}
	return diff, borrowOut
}

// Mul64 returns x * y in 128 bits.
//
//amigos:native gas=base:4
func Mul64(x, y uint64) (hi, lo uint64)

// Mul returns x * y in 128 bits.
func Mul(x, y uint) (hi, lo uint) {
	h, l := Mul64(uint64(x), uint64(y))
	return uint(h), uint(l)
}

// Div64 returns the 128-bit number hi, lo divided by y, and the rest. It panics
// if y is 0, and if the quotient does not fit because y <= hi.
func Div64(hi, lo, y uint64) (quo, rem uint64) {
	if y == 0 {
		return lo / y, 0 // panics
	}
	if y <= hi {
		panic(overflowText)
	}
	return div64(hi, lo, y)
}

// div64 is Div64 for hi < y.
//
//amigos:native gas=base:10
func div64(hi, lo, y uint64) (quo, rem uint64)

// Div returns the 128-bit number hi, lo divided by y, and the rest. It panics as
// Div64 does.
func Div(hi, lo, y uint) (quo, rem uint) {
	q, r := Div64(uint64(hi), uint64(lo), uint64(y))
	return uint(q), uint(r)
}

// Rem64 returns the rest of the 128-bit number hi, lo divided by y. It panics if
// y is 0.
func Rem64(hi, lo, y uint64) uint64 {
	_, rem := div64(hi%y, lo, y)
	return rem
}

// Rem returns the rest of the 128-bit number hi, lo divided by y. It panics if y
// is 0.
func Rem(hi, lo, y uint) uint {
	return uint(Rem64(uint64(hi), uint64(lo), uint64(y)))
}

// Add32 returns x + y + carry, and what is carried out of it. carry is 0 or 1.
func Add32(x, y, carry uint32) (sum, carryOut uint32) {
	wide := uint64(x) + uint64(y) + uint64(carry)
	return uint32(wide), uint32(wide >> 32)
}

// Sub32 returns x - y - borrow, and what is borrowed for it. borrow is 0 or 1.
func Sub32(x, y, borrow uint32) (diff, borrowOut uint32) {
	wide := uint64(x) - uint64(y) - uint64(borrow)
	return uint32(wide), uint32(wide >> 63)
}

// Mul32 returns x * y in 64 bits.
func Mul32(x, y uint32) (hi, lo uint32) {
	wide := uint64(x) * uint64(y)
	return uint32(wide >> 32), uint32(wide)
}

// Div32 returns the 64-bit number hi, lo divided by y, and the rest. It panics if
// y is 0, and if the quotient does not fit because y <= hi.
func Div32(hi, lo, y uint32) (quo, rem uint32) {
	if y != 0 && y <= hi {
		panic(overflowText)
	}
	wide := uint64(hi)<<32 | uint64(lo)
	return uint32(wide / uint64(y)), uint32(wide % uint64(y))
}

// Rem32 returns the rest of the 64-bit number hi, lo divided by y. It panics if y
// is 0.
func Rem32(hi, lo, y uint32) uint32 {
	return uint32((uint64(hi)<<32 | uint64(lo)) % uint64(y))
}
