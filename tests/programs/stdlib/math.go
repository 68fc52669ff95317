// math: every function on many arguments, as hashes of their bits, and on special ones.
package main

import (
	"fmt"
	"math"
)

var state uint64 = 88172645463325252

func bits() uint64 {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return state
}

// argument is a number that is not denormal: Go's Log is wrong about those on amd64. There is one NaN here, without a sign.
func argument() float64 {
	x := anything()
	if x != x {
		return math.NaN()
	}
	if math.Abs(x) < 0x1p-1022 {
		return 0
	}
	return x
}

// anything is a number of any size, more often one of a usual size.
func anything() float64 {
	b := bits()
	switch b % 8 {
	case 0:
		return math.Float64frombits(bits())
	case 1:
		return float64(int64(bits())>>40) / 16
	case 2:
		return float64(int64(bits())>>(20+b>>8%40)) / 1024
	case 3:
		return (float64(bits()>>11)/(1<<53) - 0.5) * 1500
	case 4:
		return (float64(bits()>>11)/(1<<53) - 0.5) * 2
	case 5:
		return (float64(bits()>>11)/(1<<53) - 0.5) * 200
	case 6:
		return float64(int64(bits()) >> 58)
	}
	return (float64(bits()>>11)/(1<<53) - 0.5) * 8
}

var one = []struct {
	name string
	f    func(float64) float64
}{
	{"Sqrt", math.Sqrt}, {"Cbrt", math.Cbrt}, {"Floor", math.Floor}, {"Ceil", math.Ceil}, {"Trunc", math.Trunc}, {"Round", math.Round},
	{"RoundToEven", math.RoundToEven}, {"Exp", math.Exp}, {"Exp2", math.Exp2}, {"Expm1", math.Expm1}, {"Log", math.Log}, {"Log2", math.Log2},
	{"Log10", math.Log10}, {"Log1p", math.Log1p}, {"Sin", math.Sin}, {"Cos", math.Cos}, {"Tan", math.Tan}, {"Asin", math.Asin}, {"Acos", math.Acos},
	{"Atan", math.Atan}, {"Sinh", math.Sinh}, {"Cosh", math.Cosh}, {"Tanh", math.Tanh}, {"Abs", math.Abs},
}

var two = []struct {
	name string
	f    func(x, y float64) float64
}{
	{"Pow", math.Pow}, {"Mod", math.Mod}, {"Remainder", math.Remainder}, {"Atan2", math.Atan2}, {"Hypot", math.Hypot}, {"Max", math.Max}, {"Min", math.Min}, {"Dim", math.Dim}, {"Copysign", math.Copysign},
}

func shown(f float64) uint64 {
	if f != f {
		return 1
	}
	return math.Float64bits(f)
}

const (
	hashes = 4
	each   = 2500
)

func main() {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 2, -2, 3, 1e-300, -5e-300, 1e308, -1e308, math.Inf(1), math.Inf(-1), math.NaN(), math.Pi, 1 << 53, 1<<63 + 1, 536870912, 1e22, 0.7, 710, -746, 1.5, -2.5}
	for _, f := range one {
		for i := range hashes {
			h := uint64(14695981039346656037)
			for range each {
				x := argument()
				h = (h ^ shown(f.f(x))) * 1099511628211
			}
			fmt.Printf("%s %d %x\n", f.name, i, h)
		}
		for _, x := range special {
			fmt.Printf("%s(%v) = %v %x\n", f.name, x, f.f(x), shown(f.f(x)))
		}
	}
	for _, f := range two {
		for i := range hashes {
			h := uint64(14695981039346656037)
			for range each {
				x, y := argument(), argument()
				h = (h ^ shown(f.f(x, y))) * 1099511628211
			}
			fmt.Printf("%s %d %x\n", f.name, i, h)
		}
		for _, x := range special {
			for _, y := range special {
				fmt.Printf("%s(%v, %v) = %v\n", f.name, x, y, f.f(x, y))
			}
		}
	}
}
