// fib(30) by recursion: 2,692,537 calls.
package main

func fib(n uint64) uint64 {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func run() uint64 { return fib(30) }

func main() { println(run()) }
