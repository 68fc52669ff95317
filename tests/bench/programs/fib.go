// Fibonacci numbers modulo 2^64, 10^7 steps.
package main

func run() uint64 {
	a, b := uint64(0), uint64(1)
	for i := uint64(0); i < 10_000_000; i++ {
		a, b = b, a+b
	}
	return a
}

func main() { println(run()) }
