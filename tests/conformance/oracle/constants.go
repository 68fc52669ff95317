//go:build ignore

// Constants computes with go/constant: each line of the input is a program for a stack, its steps separated by tabs (see
// constants_suite.rs); the answer is a line with the result's exact string, its short one, and the bits of its float32 and float64 values,
// or `panic`.
package main

import (
	"bufio"
	"fmt"
	"go/constant"
	"go/token"
	"math"
	"os"
	"strconv"
	"strings"
)

var operators = map[string]token.Token{
	"+": token.ADD, "-": token.SUB, "*": token.MUL, "/": token.QUO, "%": token.REM, "&": token.AND, "|": token.OR, "^": token.XOR,
	"&^": token.AND_NOT, "&&": token.LAND, "||": token.LOR, "==": token.EQL, "!=": token.NEQ, "<": token.LSS, "<=": token.LEQ,
	">": token.GTR, ">=": token.GEQ, "!": token.NOT, "//": token.QUO_ASSIGN,
}

var literals = map[byte]token.Token{'i': token.INT, 'f': token.FLOAT, 'm': token.IMAG, 'c': token.CHAR, 's': token.STRING}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<24)
	for input.Scan() {
		fmt.Fprintln(out, run(strings.Split(input.Text(), "\t")))
	}
}

func run(steps []string) (result string) {
	defer func() {
		if recover() != nil {
			result = "panic"
		}
	}()
	var stack []constant.Value
	pop := func() constant.Value {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		return x
	}
	for _, step := range steps {
		rest := step[1:]
		var x constant.Value
		switch step[0] {
		case 'L':
			x = constant.MakeFromLiteral(rest[1:], literals[rest[0]], 0)
		case 'U':
			size, _ := strconv.Atoi(rest[1:])
			x = constant.UnaryOp(operators[rest[:1]], pop(), uint(size))
		case 'B':
			y := pop()
			x = constant.BinaryOp(pop(), operators[rest], y)
		case 'C':
			y := pop()
			x = constant.MakeBool(constant.Compare(pop(), operators[rest], y))
		case 'S':
			count, _ := strconv.Atoi(rest[1:])
			op := token.SHL
			if rest[0] == '>' {
				op = token.SHR
			}
			x = constant.Shift(pop(), op, uint(count))
		case 'I':
			x = constant.ToInt(pop())
		case 'F':
			x = constant.ToFloat(pop())
		case 'X':
			x = constant.ToComplex(pop())
		case 'R':
			x = constant.Real(pop())
		case 'G':
			x = constant.Imag(pop())
		}
		stack = append(stack, x)
	}
	x := pop()
	bits := ""
	if f := constant.ToFloat(x); f.Kind() == constant.Float || f.Kind() == constant.Int {
		f32, _ := constant.Float32Val(f)
		f64, _ := constant.Float64Val(f)
		bits = fmt.Sprintf("%08x\t%016x", math.Float32bits(f32), math.Float64bits(f64))
	}
	return x.ExactString() + "\t" + x.String() + "\t" + bits
}
