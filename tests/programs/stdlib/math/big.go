// math/big: all operations of Int on small, large, equal and random numbers.
package main

import (
	"encoding/json"
	"fmt"
	"math/big"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

var seed uint64 = 12

func next() uint64 {
	seed = seed*6364136223846793005 + 1442695040888963407
	return seed ^ seed>>31
}

func random(bytes int) *big.Int {
	b := make([]byte, bytes)
	for i := range b {
		b[i] = byte(next() >> 20)
	}
	z := new(big.Int).SetBytes(b)
	if next()>>40&1 == 1 {
		z.Neg(z)
	}
	return z
}

func main() {
	texts := []string{"0", "1", "-1", "2", "-2", "3", "7", "-8", "255", "256", "-256", "65535", "18446744073709551615", "18446744073709551616", "-18446744073709551616", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
		"340282366920938463463374607431768211456", "-1000000000000000000000000000000000000000", "123456789012345678901234567890"}
	var list []*big.Int
	for _, t := range texts {
		x, ok := new(big.Int).SetString(t, 10)
		fmt.Println(x, ok, x.Sign(), x.BitLen(), x.TrailingZeroBits(), x.IsInt64(), x.IsUint64(), x.Int64(), x.Uint64(), x.Bytes(), x.Text(2), x.Text(16), x.Text(36), x.Text(62), string(x.Append([]byte("="), 8)))
		list = append(list, x)
	}
	for i := range 14 {
		list = append(list, random(i*5))
	}
	for _, x := range list {
		fmt.Println(new(big.Int).Neg(x), new(big.Int).Abs(x), new(big.Int).Not(x), new(big.Int).Lsh(x, 13), new(big.Int).Rsh(x, 5), new(big.Int).Rsh(x, 500), new(big.Int).Lsh(x, 64))
		fmt.Println(x.Bit(0), x.Bit(3), x.Bit(64), x.Bit(1000), new(big.Int).SetBit(x, 3, 1), new(big.Int).SetBit(x, 70, 1), new(big.Int).SetBit(x, 0, 0), x.ProbablyPrime(0), x.ProbablyPrime(5))
		if x.Sign() >= 0 {
			fmt.Println(new(big.Int).Sqrt(x))
		}
		b, err := json.Marshal(x)
		var back big.Int
		fmt.Println(string(b), err, json.Unmarshal(b, &back), back.Cmp(x))
		for _, y := range list {
			fmt.Println(x.Cmp(y), x.CmpAbs(y), new(big.Int).Add(x, y), new(big.Int).Sub(x, y), new(big.Int).Mul(x, y))
			fmt.Println(new(big.Int).And(x, y), new(big.Int).Or(x, y), new(big.Int).Xor(x, y), new(big.Int).AndNot(x, y))
			var a, c big.Int
			fmt.Println(new(big.Int).GCD(nil, nil, x, y))
			g := new(big.Int).GCD(&a, &c, x, y)
			sum := new(big.Int).Add(new(big.Int).Mul(&a, x), new(big.Int).Mul(&c, y))
			fmt.Println(g, sum.Cmp(g))
			if y.Sign() != 0 {
				q, r := new(big.Int).QuoRem(x, y, new(big.Int))
				d, m := new(big.Int).DivMod(x, y, new(big.Int))
				fmt.Println(q, r, d, m, new(big.Int).Quo(x, y), new(big.Int).Rem(x, y), new(big.Int).Div(x, y), new(big.Int).Mod(x, y))
				fmt.Println(new(big.Int).ModInverse(x, y), new(big.Int).Exp(x, big.NewInt(77), y), new(big.Int).Exp(big.NewInt(3), new(big.Int).Abs(x), y))
				if y.Bit(0) == 1 {
					fmt.Println(big.Jacobi(x, y))
				}
			}
		}
		fmt.Println(new(big.Int).Exp(x, big.NewInt(5), nil), new(big.Int).Exp(x, big.NewInt(0), nil), new(big.Int).Exp(x, big.NewInt(-3), nil), new(big.Int).Exp(x, big.NewInt(4), new(big.Int)))
	}
	for _, t := range []string{"", "-", "+5", "-0", "00012", "0x1F", "0b101", "0o17", "017", "0_17", "1_000", "1__0", "_1", "1_", "0x_f", "0x", "12a", "zz", "ZZ", "é", " 1", "1 "} {
		for _, base := range []int{0, 2, 8, 10, 16, 36, 37, 62} {
			z, ok := new(big.Int).SetString(t, base)
			fmt.Println(t, base, z, ok)
		}
		var z big.Int
		fmt.Println(z.UnmarshalText([]byte(t)))
	}
	for n := int64(0); n < 12; n++ {
		for k := int64(0); k < 6; k++ {
			fmt.Println(new(big.Int).Binomial(n, k), new(big.Int).MulRange(k, n), new(big.Int).MulRange(-n, k-3))
		}
	}
	primes := 0
	for i := int64(0); i < 3000; i++ {
		if big.NewInt(i).ProbablyPrime(0) {
			primes++
		}
	}
	fmt.Println(primes)
	m, _ := new(big.Int).SetString("170141183460469231731687303715884105727", 10)
	fmt.Println(m.ProbablyPrime(10), new(big.Int).Mul(m, m).ProbablyPrime(10))
	x := big.NewInt(6)
	x.Mul(x, x).Add(x, x).Quo(x, big.NewInt(5)).Sub(x, x)
	fmt.Println(x, x.FillBytes(make([]byte, 3)), big.NewInt(258).FillBytes(make([]byte, 4)))
	var none *big.Int
	fmt.Println(none.String(), none.Text(16))
	zero := big.NewInt(0)
	try("div", func() { new(big.Int).Div(m, zero) })
	try("quo", func() { new(big.Int).Quo(m, zero) })
	try("rem", func() { new(big.Int).Rem(m, zero) })
	try("sqrt", func() { new(big.Int).Sqrt(big.NewInt(-1)) })
	try("bit", func() { m.Bit(-1) })
	try("setbit", func() { new(big.Int).SetBit(m, 1, 2) })
	try("fill", func() { m.FillBytes(nil) })
	try("prime", func() { m.ProbablyPrime(-1) })
	try("base", func() { new(big.Int).SetString("1", 63) })
	try("base", func() { new(big.Int).SetString("1", 1) })
	try("jacobi", func() { big.Jacobi(m, big.NewInt(4)) })
}
