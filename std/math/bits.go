package math

// Float64bits returns the bits of f.
//
//amigos:native gas=base:2
func Float64bits(f float64) uint64

// Float64frombits returns the float with the bits b.
//
//amigos:native gas=base:2
func Float64frombits(b uint64) float64

// Float32bits returns the bits of f.
//
//amigos:native gas=base:2
func Float32bits(f float32) uint32

// Float32frombits returns the float with the bits b.
//
//amigos:native gas=base:2
func Float32frombits(b uint32) float32

const (
	signBit      = 1 << 63
	fractionBits = 52
	exponentMask = 0x7FF
	exponentBias = 1023
)

// Inf returns infinity: positive if sign >= 0, negative otherwise.
func Inf(sign int) float64 {
	if sign >= 0 {
		return Float64frombits(exponentMask << fractionBits)
	}
	return Float64frombits(signBit | exponentMask<<fractionBits)
}

// NaN returns the value that is not a number.
func NaN() float64 { return Float64frombits(0x7FF8000000000001) }

// IsNaN reports whether f is not a number.
func IsNaN(f float64) (is bool) { return f != f }

// IsInf reports whether f is an infinity: the positive one if sign > 0, the
// negative one if sign < 0, any if sign is 0.
func IsInf(f float64, sign int) bool {
	return sign >= 0 && f > MaxFloat64 || sign <= 0 && f < -MaxFloat64
}

// Signbit reports whether x is negative, or negative zero.
func Signbit(x float64) bool { return Float64bits(x)&signBit != 0 }

// Copysign returns f with the sign of sign.
func Copysign(f, sign float64) float64 {
	return Float64frombits(Float64bits(f)&^signBit | Float64bits(sign)&signBit)
}

// Abs returns x without its sign.
func Abs(x float64) float64 { return Float64frombits(Float64bits(x) &^ signBit) }

// Max returns the larger of x and y; +0 is larger than -0, and infinity wins
// over NaN, which wins over all else.
func Max(x, y float64) float64 {
	if x > MaxFloat64 || y > MaxFloat64 {
		return Inf(1)
	}
	return max(x, y)
}

// Min returns the smaller of x and y; -0 is smaller than +0, and negative
// infinity wins over NaN, which wins over all else.
func Min(x, y float64) float64 {
	if x < -MaxFloat64 || y < -MaxFloat64 {
		return Inf(-1)
	}
	return min(x, y)
}

// Dim returns x-y if that is above zero, else 0.
func Dim(x, y float64) float64 {
	d := x - y
	if d <= 0 {
		return 0
	}
	return d
}

// Modf splits f into its whole part and the rest, both with the sign of f.
func Modf(f float64) (integer float64, fractional float64) {
	if IsInf(f, 0) {
		return f, NaN()
	}
	integer = Trunc(f)
	return integer, Copysign(f-integer, f)
}

// Frexp splits f into frac and exp so that f == frac * 2**exp and frac is at
// least 1/2 and less than 1. Zero, infinities and NaN come back with exp 0.
func Frexp(f float64) (frac float64, exp int) {
	if f == 0 || IsInf(f, 0) || IsNaN(f) {
		return f, 0
	}
	if Abs(f) < 0x1p-1022 {
		f *= 1 << fractionBits
		exp = -fractionBits
	}
	b := Float64bits(f)
	exp += int(b>>fractionBits&exponentMask) - exponentBias + 1
	b = b&^(exponentMask<<fractionBits) | (exponentBias-1)<<fractionBits
	return Float64frombits(b), exp
}

// Ldexp returns frac * 2**exp.
//
//amigos:native gas=base:10
func Ldexp(frac float64, exp int) float64

// Nextafter returns the next float after x in the direction of y, and x if they
// are equal.
func Nextafter(x, y float64) (r float64) {
	switch {
	case IsNaN(x) || IsNaN(y):
		return NaN()
	case x == y:
		return x
	case x == 0:
		return Copysign(SmallestNonzeroFloat64, y)
	case (y > x) == (x > 0):
		return Float64frombits(Float64bits(x) + 1)
	}
	return Float64frombits(Float64bits(x) - 1)
}
