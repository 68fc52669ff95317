// amigos/decimal: arithmetic, rounding, texts, splits.
package main

import (
	"encoding/json"
	"fmt"

	"amigos/decimal"
)

func d(s string) decimal.Decimal { return decimal.Must(decimal.Parse(s)) }

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	fmt.Println(d("0.1").Add(d("0.2")), d("0.1").Add(d("0.2")) == d("0.3"), d("-5").Sub(d("0.000000000000000001")))
	fmt.Println(d("19.99").Mul(d("3")), d("10").Div(d("3")), d("-10").Div(d("3")), d("2").Div(d("3")), d("1").Div(d("-8")))
	fmt.Println(d("0.000000000000000001").Mul(d("0.5")), d("0.000000000000000003").Mul(d("0.5")), d("0.000000000000000001").Mul(d("-0.6")))
	for _, s := range []string{"2.5", "3.5", "-2.5", "-3.5", "2.4999", "2.675", "0.005", "0.015", "1999999999999999999999.995"} {
		fmt.Println(s, d(s).Round(0), d(s).Round(2), d(s).Truncate(1), d(s).Fixed(2), d(s).Fixed(0), d(s).Neg().Fixed(3))
	}
	fmt.Println(d("10").Split(3, 2), d("-10").Split(3, 2), d("0.05").Split(4, 2), d("0").Split(2, 0), d("7").Split(1, 0))
	fmt.Println(decimal.New(1999, 2), decimal.New(-5, 18), decimal.FromInt(-7), decimal.Decimal{})
	for _, s := range []string{"", "-", ".5", "5.", "1e3", "--1", "+1", "1.0000000000000000001", "0x1", "1_0", "00.10"} {
		v, err := decimal.Parse(s)
		fmt.Printf("%q %v %v\n", s, v, err)
	}
	n, ok := d("-12.99").Int64()
	fmt.Println(n, ok)
	_, ok = d("99999999999999999999").Int64()
	fmt.Println(ok, d("1").Cmp(d("2")), d("1").Less(d("2")), d("-0").IsZero(), d("-3").Sign(), d("-3").Abs())
	b, err := json.Marshal(map[string]decimal.Decimal{"price": d("1.50")})
	var back map[string]decimal.Decimal
	fmt.Println(string(b), err, json.Unmarshal(b, &back), back["price"])
	fmt.Println(json.Unmarshal([]byte(`{"price":"x"}`), &back))
	try(func() { d("1").Div(d("0")) })
	try(func() { d("1").Round(19) })
	try(func() { d("1").Split(0, 2) })
	try(func() { d("1.005").Split(2, 2) })
	try(func() { d("x") })
}
