// math/cmplx: exact functions whole, the others to ten digits, on a grid of numbers.
package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

func show(x complex128) string { return fmt.Sprintf("%.10g", clean(x)) }

// clean makes -0 and what is all but 0 the same.
func clean(x complex128) complex128 {
	part := func(f float64) float64 {
		if math.Abs(f) < 1e-12 {
			return 0
		}
		return f
	}
	return complex(part(real(x)), part(imag(x)))
}

func main() {
	parts := []float64{0, 1, -1, 0.5, -0.5, 2, -3, 10.25, 1e-3, -7.75}
	var grid []complex128
	for _, a := range parts {
		for _, b := range parts {
			grid = append(grid, complex(a, b))
		}
	}
	for _, x := range grid {
		r, t := cmplx.Polar(x)
		fmt.Printf("%v %v %v %v %v %.10g %.10g %.10g\n", x, cmplx.Conj(x), cmplx.IsInf(x), cmplx.IsNaN(x), x == cmplx.Conj(cmplx.Conj(x)), r, t, cmplx.Phase(x))
		fmt.Println(show(cmplx.Sqrt(x)), show(cmplx.Exp(x)), show(cmplx.Sin(x)), show(cmplx.Cos(x)), show(cmplx.Sinh(x)), show(cmplx.Cosh(x)))
		if x != 0 {
			fmt.Println(show(cmplx.Log(x)), show(cmplx.Log10(x)), show(cmplx.Tan(x)), show(cmplx.Tanh(x)))
		}
		for i := 0; i < len(grid); i += 7 {
			if x != 0 || real(grid[i]) != 0 {
				fmt.Println(show(cmplx.Pow(x, grid[i])))
			}
		}
		fmt.Println(show(cmplx.Rect(real(x), imag(x))))
	}
	fmt.Println(cmplx.Inf(), cmplx.NaN(), cmplx.IsInf(cmplx.Inf()), cmplx.IsNaN(cmplx.NaN()), cmplx.IsNaN(cmplx.Inf()), cmplx.IsNaN(complex(math.Inf(1), math.NaN())))
	fmt.Println(cmplx.Pow(0, 0), cmplx.Pow(0, -1), cmplx.Pow(0, -1+1i), cmplx.Pow(0, 2i+1))
	inf := math.Inf(1)
	fmt.Println(cmplx.Sqrt(complex(-4, math.Copysign(0, -1))), cmplx.Sqrt(complex(1, inf)), cmplx.Sqrt(complex(-1, -inf)), cmplx.Sqrt(-4), cmplx.Sqrt(9))
	fmt.Println(cmplx.Exp(complex(inf, 0)), cmplx.Exp(complex(-inf, inf)), cmplx.Exp(complex(inf, math.NaN())), cmplx.Exp(complex(math.NaN(), 0)))
}
