// An integer loop of 10^7 iterations.
package main

func run() uint64 {
	s := uint64(0)
	for i := uint64(0); i < 10_000_000; i++ {
		s = (s + i) ^ 0x9E3779B9
	}
	return s
}

func main() { println(run()) }
