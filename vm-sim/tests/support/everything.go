package main

import (
	"errors"
	"strings"
)

type point struct {
	x, y int
	name string
}

type shape interface{ area(int) int }

func (p *point) area(n int) int { return p.x*p.y + n }

type flat int

func (f flat) area(n int) int { return int(f) * n }

var total int
var seen = map[string]int{}
var list []point

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func sieve(n int) int {
	s := make([]bool, n)
	c := 0
	for i := 2; i < n; i++ {
		if !s[i] {
			c++
			for j := 2 * i; j < n; j += i {
				s[j] = true
			}
		}
	}
	return c
}

func widths(n int) int64 {
	var a int8 = 100
	var b uint8 = 200
	var c int16 = 30000
	var d uint16 = 60000
	var e int32 = 2000000000
	var f uint32 = 4000000000
	for i := range n {
		a += int8(i)
		b *= 3
		c -= int16(i) << 3
		d = d ^ uint16(i)
		e = e*5 + 7
		f = f>>1 | uint32(i)<<31
		if a&^3 == int8(b) {
			a = -a
		}
	}
	return int64(a) + int64(b) + int64(c) + int64(d) + int64(e) + int64(f)
}

func floats(n int) float64 {
	x, y := 1.0, 0.5
	for i := 0; i != n; i++ {
		x = x*1.0001 + y/3 - float64(i)
		if x < y || x == 2 {
			y += 0.25
		}
	}
	return x - y
}

func several(a, b int, s string) (int, string, int, error) {
	if a > b {
		return b, s, a, errors.New("order: " + s)
	}
	return a, s + "!", b, nil
}

func pair(a, b uint) (q, r uint) {
	q = a / b
	r = a % b
	return
}

func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}

func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}

func arrays(n int) int {
	var a [16]int
	var p [4]point
	for i := 0; i < n; i++ {
		a[i%16] += i
		p[i&3].x = a[(i*7)%16]
		p[i&3].name = "p"
	}
	q := p
	q[1].y = 9
	s := 0
	for _, v := range a {
		s += v
	}
	return s + q[1].y + p[1].y + q[0].x + len(q[2].name)
}

func shapes(n int) int {
	all := []shape{&point{2, 3, ""}, flat(4), &point{5, 6, "x"}}
	s := 0
	for i := range n {
		s += all[i%3].area(i)
	}
	return s
}

func closures(n int) int {
	var fs []func(int) int
	for i := range n {
		fs = append(fs, func(x int) int { return x + i })
	}
	s := 0
	for _, f := range fs {
		s = f(s)
	}
	return s
}

func caught(n int) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = "caught"
		}
	}()
	s := make([]int, 3)
	for i := range n {
		s[i]++
	}
	return "fine"
}

func shifts(a int, n uint) int { return a<<n | a>>n ^ int(uint(a)>>n) }

func rotate(n int) int {
	a, b, c := 1, 2, 3
	for i := 0; i <= n; i += 2 {
		a, b, c = b, c, a+i
		b, a = a, b
	}
	return a*100 + b*10 + c
}

func text(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] == 'a' || s[i] > 'x' {
			n += int(s[i])
		}
	}
	for _, r := range s {
		n ^= int(r)
	}
	return n
}

func Run(n int) (int, error) {
	s := fib(n%13) + sieve(n*5) + int(widths(n)) + int(floats(n)) + arrays(n) + shapes(n) + closures(n%20) + rotate(n)
	a, t, b, err := several(n%7, 3, strings.Repeat("ab", n%5))
	q, r := pair(uint(n)*977, uint(n%9)+1)
	s += a + b + len(t) + int(q) + int(r) + text(t+caught(n%6)) + shifts(s, uint(n%70))
	if even(n % 50) {
		s++
	}
	for i := range n % 10 {
		seen[t] += i
		list = append(list, point{i, s, t})
	}
	for i := range list {
		list[i].x += total
	}
	total += s
	for k, v := range seen {
		s += len(k) * v
	}
	return s, err
}

func Bad(kind, n int) int {
	s := []int{1, 2, 3}
	var p *point
	switch kind {
	case 0:
		return s[n]
	case 1:
		return 10 / (n - n)
	case 2:
		return p.x
	case 3:
		return 1 << (n - 100)
	case 4:
		return int("abc"[n])
	case 5:
		return Bad(kind, n+1)
	case 6:
		var a [3]int
		return a[n]
	case 7:
		s[n] = 4
	case 8:
		p.y = n
	case 9:
		return 10 % (n - n)
	}
	return s[0]
}
