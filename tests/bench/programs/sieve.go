// The primes below 10^6, by a sieve of bools.
package main

func run() uint64 {
	const n = 1_000_000
	s := make([]bool, n)
	c := uint64(0)
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

func main() { println(run()) }
