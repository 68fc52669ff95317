// Package cmplx has functions of complex numbers. As with math, what is not exact may
// differ from other systems' in the last places, but is the same on every node here.
package cmplx

import "math"

// Abs returns the distance of x from zero.
func Abs(x complex128) float64 { return math.Hypot(real(x), imag(x)) }

// Phase returns the angle of x, from -π to π.
func Phase(x complex128) float64 { return math.Atan2(imag(x), real(x)) }

// Polar returns distance from zero and angle of x.
func Polar(x complex128) (r, θ float64) { return Abs(x), Phase(x) }

// Rect returns the number with this distance from zero and angle.
func Rect(r, θ float64) complex128 { return complex(r*math.Cos(θ), r*math.Sin(θ)) }

// Conj returns x with the sign of its imaginary part turned.
func Conj(x complex128) complex128 { return complex(real(x), -imag(x)) }

// Inf returns an infinity.
func Inf() complex128 { return complex(math.Inf(1), math.Inf(1)) }

// NaN returns a number that is none.
func NaN() complex128 { return complex(math.NaN(), math.NaN()) }

// IsInf reports whether a part of x is infinite.
func IsInf(x complex128) bool { return math.IsInf(real(x), 0) || math.IsInf(imag(x), 0) }

// IsNaN reports whether a part of x is no number, and none is infinite.
func IsNaN(x complex128) bool {
	return !IsInf(x) && (math.IsNaN(real(x)) || math.IsNaN(imag(x)))
}

// Exp returns e to the power of x.
func Exp(x complex128) complex128 {
	re, im := real(x), imag(x)
	turns := !math.IsInf(im, 0) && !math.IsNaN(im) // im is an angle
	switch size := math.Exp(re); {
	case im == 0:
		return complex(size, im)
	case math.IsInf(re, 1) && !turns:
		return complex(size, math.NaN())
	case math.IsInf(re, -1) && !turns:
		return complex(size, math.Copysign(size, im))
	default:
		return Rect(size, im)
	}
}

// Log returns the natural logarithm of x.
func Log(x complex128) complex128 { return complex(math.Log(Abs(x)), Phase(x)) }

// Log10 returns the logarithm of x to base 10.
func Log10(x complex128) complex128 {
	z := Log(x)
	return complex(math.Log10E*real(z), math.Log10E*imag(z))
}

// Pow returns x to the power of y. Pow(0, y) is 1 if y is 0, 0 if its real part is
// positive, and otherwise infinite.
func Pow(x, y complex128) complex128 {
	if x == 0 {
		if y == 0 {
			return 1
		}
		switch re, im := real(y), imag(y); {
		case re < 0 && im == 0:
			return complex(math.Inf(1), 0)
		case re < 0:
			return Inf()
		case re > 0:
			return 0
		}
		panic("not reached")
	}
	size := Abs(x)
	if size == 0 {
		return 0
	}
	r, θ := math.Pow(size, real(y)), Phase(x)*real(y)
	if im := imag(y); im != 0 {
		r *= math.Exp(-im * Phase(x))
		θ += im * math.Log(size)
	}
	return Rect(r, θ)
}

// Sqrt returns the square root of x whose real part is not negative.
func Sqrt(x complex128) complex128 {
	re, im := real(x), imag(x)
	if im == 0 {
		if re == 0 {
			return complex(0, im)
		}
		if re < 0 {
			return complex(0, math.Copysign(math.Sqrt(-re), im))
		}
		return complex(math.Sqrt(re), im)
	}
	if math.IsInf(im, 0) {
		return complex(math.Inf(1), im)
	}
	if re == 0 {
		r := math.Sqrt(math.Abs(im) / 2)
		return complex(r, math.Copysign(r, im))
	}
	// very large and very small numbers are brought near one
	scale := 1.0
	switch {
	case math.Abs(re) > 4 || math.Abs(im) > 4:
		re, im, scale = re/4, im/4, 2
	default:
		re, im, scale = re*(1<<54), im*(1<<54), 1.0/(1<<27)
	}
	r := math.Hypot(re, im)
	var t float64
	if re > 0 {
		t = math.Sqrt(r/2 + re/2)
		r = scale * math.Abs(im/2/t)
		t *= scale
	} else {
		r = math.Sqrt(r/2 - re/2)
		t = scale * math.Abs(im/2/r)
		r *= scale
	}
	if im < 0 {
		r = -r
	}
	return complex(t, r)
}

// Sin returns the sine of x.
func Sin(x complex128) complex128 {
	s, c := math.Sin(real(x)), math.Cos(real(x))
	return complex(s*math.Cosh(imag(x)), c*math.Sinh(imag(x)))
}

// Cos returns the cosine of x.
func Cos(x complex128) complex128 {
	s, c := math.Sin(real(x)), math.Cos(real(x))
	return complex(c*math.Cosh(imag(x)), -s*math.Sinh(imag(x)))
}

// Sinh returns the hyperbolic sine of x.
func Sinh(x complex128) complex128 {
	s, c := math.Sin(imag(x)), math.Cos(imag(x))
	return complex(c*math.Sinh(real(x)), s*math.Cosh(real(x)))
}

// Cosh returns the hyperbolic cosine of x.
func Cosh(x complex128) complex128 {
	s, c := math.Sin(imag(x)), math.Cos(imag(x))
	return complex(c*math.Cosh(real(x)), s*math.Sinh(real(x)))
}

// Tan returns the tangent of x.
func Tan(x complex128) complex128 {
	re, im := real(x), imag(x)
	if math.Abs(im) > 22 {
		return complex(0, math.Copysign(1, im)) // as near as it gets
	}
	c, s := math.Cos(re), math.Sinh(im)
	d := c*c + s*s
	return complex(math.Sin(re)*c/d, s*math.Cosh(im)/d)
}

// Tanh returns the hyperbolic tangent of x.
func Tanh(x complex128) complex128 {
	t := Tan(complex(-imag(x), real(x)))
	return complex(imag(t), -real(t))
}
