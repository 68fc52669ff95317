package big

import "strconv"

func quote(s string) string { return strconv.Quote(s) }

// What follows works on numbers without sign, as bytes, the highest first and not 0.
// work is what an operation costs beyond its reading: products of lengths.

//amigos:native gas=base:25,len(x)+len(y):1/4
func add(x, y string) string

// sub returns x-y; y is not greater.
//
//amigos:native gas=base:25,len(x)+len(y):1/4
func sub(x, y string) string

//amigos:native gas=base:30,len(x)+len(y)+work:1/4
func mul(x, y string, work int) string

// div returns x/y; y is not 0.
//
//amigos:native gas=base:40,len(x)+len(y)+work:1/2
func div(x, y string, work int) string

// mod returns the remainder of x/y; y is not 0.
//
//amigos:native gas=base:40,len(x)+len(y)+work:1/2
func mod(x, y string, work int) string

// pow returns x to the power of n.
//
//amigos:native gas=base:50,len(x)+work:1/4
func pow(x string, n, work int) string

// modPow returns x to the power of y modulo m, which is not 0.
//
//amigos:native gas=base:200,len(x)+len(y)+work:1/2
func modPow(x, y, m string, work int) string

//amigos:native gas=base:60,len(x)+len(y)+work:1/2
func gcd(x, y string, work int) string

// sqrt returns the square root, rounded down.
//
//amigos:native gas=base:60,len(x)+work:1/1
func sqrt(x string, work int) string

//amigos:native gas=base:25,len(x)+work:1/4
func shl(x string, n, work int) string

//amigos:native gas=base:25,len(x):1/4
func shr(x string, n int) string

// bitop returns x & y, x | y, x ^ y or x &^ y.
//
//amigos:native gas=base:25,len(x)+len(y):1/4
func bitop(op int, x, y string) string

// text returns the digits of x.
//
//amigos:native gas=base:40,len(x)+work:1/1
func text(x string, base, work int) string

// parse returns the number that digits are, which are good.
//
//amigos:native gas=base:40,len(s)+work:1/1
func parse(s string, base, work int) string
