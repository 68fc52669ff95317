// Random calls of fmt: format strings, right and wrong, and operands of all kinds. Case n is the same in every run.
package main

import (
	"errors"
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

type (
	celsius float64
	level   int8
	name    string
	pair    struct {
		A int
		b string
	}
	deep struct {
		P    pair
		List []float64
		Any  any
		Err  error
	}
	point   struct{ X, Y int }
	loud    struct{ n int }
	failing struct{ s string }
	goish   struct{ v int }
	broken  int
)

func (l level) String() string   { return "level " + strconv.Itoa(int(l)) }
func (p *point) String() string  { return "(" + strconv.Itoa(p.X) + "," + strconv.Itoa(p.Y) + ")" }
func (l loud) Error() string     { return "loud " + strconv.Itoa(l.n) }
func (f failing) String() string { return "failing " + f.s }
func (g goish) GoString() string { return "goish!" + strconv.Itoa(g.v) }
func (b broken) String() string  { panic("broken " + strconv.Itoa(int(b))) }

func (d *dice) integer() uint64 {
	switch d.below(6) {
	case 0:
		return uint64(d.below(10))
	case 1:
		return uint64(d.below(300)) - 150
	case 2:
		return 1<<d.below(64) + uint64(d.below(3)) - 1
	case 3:
		return -(1 << d.below(64))
	case 4:
		return uint64(d.below(0x110400))
	}
	return d.next() >> d.below(64)
}

func (d *dice) float() float64 {
	switch d.below(10) {
	case 0:
		return float64(d.below(100))
	case 1:
		return float64(d.below(2000000)-1000000) / 1000
	case 2:
		return math.Float64frombits(d.next())
	case 3:
		return []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, 5e-324, 1e21, 1e20, 123456789, 1e-7, 0.000001}[d.below(12)]
	case 4:
		return math.Ldexp(float64(d.next()>>11), d.below(200)-150)
	case 5:
		return float64(math.Float32frombits(uint32(d.next())))
	case 6:
		// (math.Pow may differ in the last places)
		v, _ := strconv.ParseFloat(strconv.Itoa(d.below(1000000))+"e"+strconv.Itoa(d.below(40)-20), 64)
		return v
	case 7:
		return float64(d.below(1000)) + 0.5
	}
	return float64(int64(d.next())) / float64(1+d.next()>>20)
}

func (d *dice) text() string {
	var b []byte
	for range d.below(9) {
		switch d.below(12) {
		case 0:
			b = append(b, byte(d.next()))
		case 1:
			b = append(b, d.pick("é", "世", "😀", "\u0301", "\ufeff", "\u2028", "ß", "\ufffd")...)
		case 2:
			b = append(b, "\t\n\"'\\`\x00\x7f%"[d.below(9)])
		default:
			b = append(b, "abcXYZ 019-_/"[d.below(13)])
		}
	}
	return string(b)
}

// An operand. Below the first level nothing is a pointer: Go prints its address there.
func (d *dice) operand(depth int) any {
	n := 46
	if depth > 1 {
		n = 22
	}
	switch d.below(n) {
	case 0, 1:
		return int(d.integer())
	case 2:
		return int8(d.integer())
	case 3:
		return uint16(d.integer())
	case 4:
		return rune(d.integer())
	case 5:
		return int64(d.integer())
	case 6:
		return d.integer()
	case 7:
		return byte(d.integer())
	case 8:
		return uint32(d.integer())
	case 9, 10, 11:
		return d.float()
	case 12:
		return float32(d.float())
	case 13:
		return complex(d.float(), d.float())
	case 14:
		return complex64(complex(d.float(), d.float()))
	case 15, 16, 17:
		return d.text()
	case 18:
		return d.below(2) == 0
	case 19:
		return nil
	case 20:
		return celsius(d.float())
	case 21:
		return name(d.text())
	case 22:
		return level(d.integer())
	case 23:
		return []byte(d.text())
	case 24:
		return pair{int(d.integer()), d.text()}
	case 25:
		if p := (pair{int(d.integer()), d.text()}); depth > 0 {
			return p
		} else {
			return &p
		}
	case 26:
		return deep{pair{d.below(9), d.text()}, []float64{d.float()}, d.operand(depth + 1), nil}
	case 27:
		if p := (point{d.below(9), d.below(9)}); depth > 0 {
			return p
		} else {
			return &p
		}
	case 28:
		return loud{d.below(9)}
	case 29:
		return failing{d.text()}
	case 30:
		return goish{d.below(9)}
	case 31:
		return broken(d.below(9))
	case 32:
		if text := d.text(); depth > 0 {
			return loud{len(text)}
		} else {
			return errors.New(text)
		}
	case 33:
		var list []int
		for range d.below(4) {
			list = append(list, int(d.integer()))
		}
		return list
	case 34:
		return []string{d.text(), d.text()}
	case 35:
		return [3]uint8{byte(d.next()), byte(d.next()), byte(d.next())}
	case 36:
		return [2]bool{d.below(2) == 0, true}
	case 37:
		return map[string]int{d.text() + ".": d.below(9), "k": 1}
	case 38:
		return map[int]float64{d.below(9): d.float(), 10: d.float()}
	case 39:
		return []any{d.operand(depth + 1), d.operand(depth + 1)}
	case 40:
		return []error{loud{3}, nil}
	case 41:
		return []celsius{celsius(d.float()), 1}
	case 42:
		return struct {
			A any
			B *int
			C []level
		}{d.operand(depth + 1), nil, []level{1, 2}}
	case 43:
		var p *point
		if d.below(2) == 0 {
			return p
		}
		var e *pair
		return e
	case 44:
		return [][]byte{[]byte(d.text()), nil}
	}
	return map[point]string{{1, d.below(3)}: d.text()}
}

// The format of one verb.
func (d *dice) verb() string {
	s := "%"
	for range d.below(3) {
		s += d.pick("+", "-", "#", " ", "0")
	}
	if d.below(40) == 0 {
		s += "[" + d.pick("1", "2", "3", "9", "x", "", "-1") + "]"
	}
	switch d.below(5) {
	case 0:
		s += strconv.Itoa(d.below(24))
	case 1:
		if d.below(6) == 0 {
			s += "*"
		}
	}
	switch d.below(6) {
	case 0:
		s += "." + strconv.Itoa(d.below(22))
	case 1:
		if d.below(6) == 0 {
			s += d.pick(".", ".*", ".-3", ".0")
		}
	}
	if d.below(30) == 0 {
		return s + d.pick("w", "y", "!", "é", "%", "", "z", "k", "P")
	}
	return s + d.pick("v", "v", "v", "d", "d", "s", "s", "q", "x", "X", "o", "O", "b", "c", "U", "e", "E", "f", "F", "g", "g", "G", "t", "T")
}

func one(n int) string {
	d := dice(uint64(n) * 0xd1342543de82ef95)
	switch d.below(20) {
	case 0:
		return fmt.Sprint(d.operand(0), d.operand(0), d.operand(0))
	case 1:
		return fmt.Sprintln(d.operand(0), d.operand(0))
	case 2:
		return string(fmt.Appendf([]byte("so: "), d.verb(), d.operand(0)))
	case 3:
		err := fmt.Errorf(d.pick("%w", "%v: %w", "no %w and %w")+d.verb(), d.operand(1), errors.New(d.text()), d.operand(1))
		return err.Error() + " " + strconv.FormatBool(errors.Unwrap(err) != nil)
	}
	format := ""
	var operands []any
	for range 1 + d.below(3) {
		verb := d.verb()
		format += d.pick("", "", "a ", ", ", "é") + verb
		for i := range len(verb) {
			if verb[i] == '*' && d.below(10) > 0 {
				operands = append(operands, d.below(30)-6)
			}
		}
		if d.below(30) > 0 {
			operands = append(operands, d.operand(0))
		}
	}
	if d.below(30) == 0 {
		operands = append(operands, d.operand(0))
	}
	return strconv.Quote(format) + " " + fmt.Sprintf(format, operands...)
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
