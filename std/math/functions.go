package math

// Sqrt returns the square root of x.
//
//amigos:native gas=base:8
func Sqrt(x float64) float64

// Cbrt returns the cube root of x.
//
//amigos:native gas=base:30
func Cbrt(x float64) float64

// Floor returns x rounded down to a whole number.
//
//amigos:native gas=base:5
func Floor(x float64) float64

// Ceil returns x rounded up to a whole number.
//
//amigos:native gas=base:5
func Ceil(x float64) float64

// Trunc returns x rounded towards zero to a whole number.
//
//amigos:native gas=base:5
func Trunc(x float64) float64

// Round returns x rounded to the nearest whole number, halves away from zero.
//
//amigos:native gas=base:5
func Round(x float64) float64

// RoundToEven returns x rounded to the nearest whole number, halves to the even one.
//
//amigos:native gas=base:5
func RoundToEven(x float64) float64

// Exp returns e to the power of x.
//
//amigos:native gas=base:30
func Exp(x float64) float64

// Exp2 returns 2 to the power of x.
//
//amigos:native gas=base:30
func Exp2(x float64) float64

// Expm1 returns e to the power of x, less 1, precisely for small x.
//
//amigos:native gas=base:30
func Expm1(x float64) float64

// Log returns the natural logarithm of x.
//
//amigos:native gas=base:30
func Log(x float64) float64

// Log2 returns the logarithm of x to base 2.
//
//amigos:native gas=base:30
func Log2(x float64) float64

// Log10 returns the logarithm of x to base 10.
//
//amigos:native gas=base:30
func Log10(x float64) float64

// Log1p returns the natural logarithm of 1+x, precisely for small x.
//
//amigos:native gas=base:30
func Log1p(x float64) float64

// Sin returns the sine of x in radians.
//
//amigos:native gas=base:40
func Sin(x float64) float64

// Cos returns the cosine of x in radians.
//
//amigos:native gas=base:40
func Cos(x float64) float64

// Tan returns the tangent of x in radians.
//
//amigos:native gas=base:40
func Tan(x float64) float64

// Asin returns the angle in radians whose sine is x.
//
//amigos:native gas=base:40
func Asin(x float64) float64

// Acos returns the angle in radians whose cosine is x.
//
//amigos:native gas=base:40
func Acos(x float64) float64

// Atan returns the angle in radians whose tangent is x.
//
//amigos:native gas=base:40
func Atan(x float64) float64

// Sinh returns the hyperbolic sine of x.
//
//amigos:native gas=base:40
func Sinh(x float64) float64

// Cosh returns the hyperbolic cosine of x.
//
//amigos:native gas=base:40
func Cosh(x float64) float64

// Tanh returns the hyperbolic tangent of x.
//
//amigos:native gas=base:40
func Tanh(x float64) float64

// Pow returns x to the power of y.
//
//amigos:native gas=base:60
func Pow(x, y float64) float64

// Mod returns the rest of x divided by y, with the sign of x.
//
//amigos:native gas=base:60
func Mod(x, y float64) float64

// Remainder returns the rest of x divided by y rounded to the nearest whole number.
//
//amigos:native gas=base:60
func Remainder(x, y float64) float64

// Atan2 returns the angle of the point (x, y) in radians, from -Pi to Pi.
//
//amigos:native gas=base:50
func Atan2(y, x float64) float64

// Hypot returns the square root of p*p + q*q, without overflow on the way.
//
//amigos:native gas=base:30
func Hypot(p, q float64) float64
