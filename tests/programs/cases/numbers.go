// Random calls of strconv, with texts that are right, nearly right and wrong. Case n is the same in every run.
package main

import (
	"fmt"
	"math"
	"strconv"
)

const (
	from  = 0
	to    = 1000
	block = 250
	shown = true
)

type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

func (d *dice) pick(list ...string) string { return list[d.below(len(list))] }

func (d *dice) float() float64 {
	switch d.below(8) {
	case 0:
		return float64(d.below(2000000)-1000000) / 1000
	case 1, 2:
		return math.Float64frombits(d.next())
	case 3:
		return []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, 5e-324, 1e21, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993, 0.3}[d.below(12)]
	case 4:
		return float64(math.Float32frombits(uint32(d.next())))
	case 5:
		return math.Ldexp(float64(d.next()>>11), d.below(2200)-1150)
	case 6:
		return float64(d.below(1000)) + 0.5
	}
	// (math.Pow may differ in the last places)
	v, _ := strconv.ParseFloat(strconv.Itoa(d.below(1000000000))+"e"+strconv.Itoa(d.below(60)-30), 64)
	return v
}

func (d *dice) digits(n int, of string) string {
	var b []byte
	for range d.below(n) {
		b = append(b, of[d.below(len(of))])
		if d.below(20) == 0 {
			b = append(b, '_')
		}
	}
	return string(b)
}

// A text that may be an integer.
func (d *dice) integer() string {
	s := d.pick("", "", "", "-", "+")
	switch d.below(8) {
	case 0:
		return s + "0x" + d.digits(19, "0123456789abcdefABCDEF")
	case 1:
		return s + d.pick("0b", "0B", "0o", "0O", "0", "0X") + d.digits(24, "0101234567")
	case 2:
		return s + d.pick("9223372036854775807", "9223372036854775808", "9223372036854775809", "18446744073709551615", "18446744073709551616", "127", "128", "129", "255", "256", "32767", "32768", "2147483647", "2147483648", "4294967295", "4294967296")
	case 3:
		return s + d.digits(14, "0123456789abcdefghijklmnopqrstuvwxyz")
	case 4:
		return s + d.digits(8, "0123456789 .eE+-\"\xff")
	}
	return s + d.digits(21, "0123456789")
}

// A text that may be a float.
func (d *dice) number() string {
	s := d.pick("", "", "", "-", "+")
	switch d.below(10) {
	case 0:
		return s + d.pick("inf", "Inf", "INF", "infinity", "InFiNiTy", "infinit", "nan", "NaN", "nanx", "in", "")
	case 1:
		return s + d.pick("0x", "0X") + d.digits(16, "0123456789abcdef") + d.pick("", ".", "."+d.digits(8, "0123456789abcdef")) + d.pick("", "p", "P-", "p+") + d.digits(4, "0123456789")
	case 2:
		return strconv.FormatFloat(d.float(), "eEfgG"[d.below(5)], -1, 64)
	case 3:
		return s + d.digits(60, "0123456789") + "." + d.digits(60, "0123456789") + d.pick("", "e10", "e-300", "E+280")
	case 4:
		return s + d.digits(10, "0123456789.eE+-_x")
	case 5:
		// half way between two floats, or nearly so
		return strconv.FormatFloat(math.Float64frombits(d.next()>>2), 'f', -1, 64) + d.pick("5", "50", "49999", "500001", "00000000000000000000000000000000001")
	case 6:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(d.next()>>33))), 'e', d.below(20), 64)
	}
	return s + d.digits(20, "0123456789") + d.pick("", ".") + d.digits(20, "0123456789") + d.pick("", "e", "e-", "E+") + d.digits(4, "0123456789")
}

func (d *dice) text() string {
	var b []byte
	for range d.below(12) {
		switch d.below(7) {
		case 0:
			b = append(b, byte(d.next()))
		case 1:
			b = append(b, string(rune(d.next()%0x110800))...)
		case 2:
			b = append(b, "\a\b\f\n\r\t\v\\\"'`\x00\x7f"[d.below(13)])
		case 3:
			b = append(b, string(rune(d.next()%0x3000))...)
		default:
			b = append(b, "abcXYZ 019-_/"[d.below(13)])
		}
	}
	return string(b)
}

// A text that may be a Go literal.
func (d *dice) literal() string {
	switch d.below(6) {
	case 0:
		return strconv.Quote(d.text())
	case 1:
		return strconv.QuoteToASCII(d.text())
	case 2:
		return "`" + d.text() + "`"
	case 3:
		return strconv.QuoteRune(rune(d.next() % 0x110800))
	}
	q := d.pick("\"", "'", "`")
	s := q
	for range d.below(5) {
		s += d.pick("a", "é", "\\n", "\\x4", "\\x41", "\\u00e9", "\\u12", "\\ud800", "\\U0001F600", "\\U00110000", "\\101", "\\400", "\\8", "\\'", "\\\"", "\\q", "'", "\"", "`", "\n", "\r", "\xff", "\\")
	}
	return s + d.pick(q, q, q, "")
}

func said(v any, err error) string {
	if err != nil {
		return fmt.Sprintf("%v %v", v, err)
	}
	return fmt.Sprint(v)
}

// The bits of a number. There is one NaN in contracts.
func bits(f float64) string {
	if f != f {
		return "NaN"
	}
	return strconv.FormatUint(math.Float64bits(f), 16)
}

func one(n int) string {
	d := dice(uint64(n) * 0xd1342543de82ef95)
	switch d.below(16) {
	case 0, 1, 2:
		s := d.number()
		f, err := strconv.ParseFloat(s, 64)
		return said(bits(f), err)
	case 3:
		s := d.number()
		f, err := strconv.ParseFloat(s, 32)
		return said(bits(f), err)
	case 4:
		s := d.integer()
		v, err := strconv.ParseInt(s, []int{0, 10, 16, 2, 8, 36, 1, 37, 3}[d.below(9)], []int{0, 8, 16, 32, 64, 7, 65, 1}[d.below(8)])
		return said(v, err)
	case 5:
		s := d.integer()
		v, err := strconv.ParseUint(s, []int{0, 10, 16, 2, 8, 36, 1, 37, 3}[d.below(9)], []int{0, 8, 16, 32, 64, 7, 65, 1}[d.below(8)])
		return said(v, err)
	case 6:
		v, err := strconv.Atoi(d.integer())
		return said(v, err)
	case 7, 8, 9:
		return strconv.FormatFloat(d.float(), "eEfgGbxX%"[d.below(9)], d.below(26)-1, 64)
	case 10:
		return strconv.FormatFloat(d.float(), "eEfgGbxX"[d.below(8)], -1, 64)
	case 11:
		return strconv.FormatFloat(float64(float32(d.float())), "eEfgGbxX"[d.below(8)], d.below(14)-1, 32)
	case 12:
		return strconv.FormatInt(int64(d.next()>>d.below(64)), 2+d.below(35)) + " " + strconv.FormatUint(d.next()>>d.below(64), 2+d.below(35)) + " " + strconv.Itoa(int(d.next()))
	case 13:
		s := d.text()
		return strconv.Quote(s) + strconv.QuoteToASCII(s) + strconv.FormatBool(strconv.CanBackquote(s))
	case 14:
		s, err := strconv.Unquote(d.literal())
		return said(s, err)
	}
	r := rune(d.next() % 0x112000)
	b, err := strconv.ParseBool(d.pick("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "False", "FALSE", "tRUE", "", "yes", d.text()))
	return strconv.QuoteRune(r) + strconv.QuoteRuneToASCII(r) + strconv.FormatBool(strconv.IsPrint(r)) + strconv.FormatBool(strconv.IsGraphic(r)) + said(b, err)
}

func main() {
	for start := from; start < to; start += block {
		sum := uint64(14695981039346656037)
		for n := start; n < start+block; n++ {
			text := one(n)
			if shown {
				fmt.Print(strconv.Itoa(n) + " " + strconv.Quote(text) + "\n")
			}
			for i := range len(text) {
				sum = (sum ^ uint64(text[i])) * 1099511628211
			}
			sum = (sum ^ 0xff) * 1099511628211
		}
		if !shown {
			fmt.Print(strconv.Itoa(start) + " " + strconv.FormatUint(sum, 16) + "\n")
		}
	}
}
