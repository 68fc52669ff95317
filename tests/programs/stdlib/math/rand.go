// math/rand/v2: PCG and ChaCha8 with many seeds, and all kinds of numbers.
package main

import (
	"fmt"
	"math/rand/v2"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	for i := range uint64(20) {
		var seed [32]byte
		for j := range seed {
			seed[j] = byte(i*7 + uint64(j)*i)
		}
		pcg, chacha := rand.NewPCG(i, i*i<<32), rand.NewChaCha8(seed)
		for range 3 {
			fmt.Println(pcg.Uint64(), chacha.Uint64())
		}
		for _, src := range []rand.Source{pcg, chacha} {
			r := rand.New(src)
			fmt.Println(r.Int(), r.Int32(), r.Int64(), r.Uint(), r.Uint32(), r.Uint64(), r.Float32(), r.Float64())
			fmt.Println(r.IntN(1), r.IntN(6), r.IntN(1<<62+1), r.Int32N(7), r.Int32N(1<<30+1), r.Int64N(1<<40), r.Int64N(1<<62+12345), r.Uint32N(3), r.Uint64N(1<<63+1), r.UintN(10))
			fmt.Println(r.Perm(int(i)), r.Perm(3))
			s := []string{"a", "b", "c", "d", "e"}
			r.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
			fmt.Println(s)
		}
		b, err := pcg.MarshalBinary()
		fmt.Println(b, err)
		var other rand.PCG
		fmt.Println(other.UnmarshalBinary(b), other.UnmarshalBinary(b[1:]), other.Uint64() == pcg.Uint64())
		p := make([]byte, i+5)
		n, err := chacha.Read(p)
		fmt.Println(n, err, p)
		n, err = chacha.Read(p[:5])
		fmt.Println(n, err, p, chacha.Uint64())
	}
	c := rand.NewChaCha8([32]byte([]byte("chacha8: 32-byte seed for a test")))
	sum := uint64(0)
	for i := range 600 {
		v := c.Uint64()
		sum = sum*31 + v
		if i%10 == 0 {
			fmt.Println(i, v, sum)
		}
	}
	c.Seed([32]byte{})
	fmt.Println(c.Uint64())
	p := rand.NewPCG(1, 2)
	for range 100 {
		fmt.Println(p.Uint64())
	}
	p.Seed(0, 0)
	fmt.Println(p.Uint64())
	r := rand.New(p)
	try("IntN", func() { r.IntN(0) })
	try("Int64N", func() { r.Int64N(-1) })
	try("Int32N", func() { r.Int32N(0) })
	try("UintN", func() { r.UintN(0) })
	try("Uint32N", func() { r.Uint32N(0) })
	try("Uint64N", func() { r.Uint64N(0) })
	try("Shuffle", func() { r.Shuffle(-1, nil) })
	try("Perm", func() { r.Perm(-1) })
}
