// crypto/sha256, sha512, sha3, hmac, subtle: data of many lengths, whole and in pieces.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"hash"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	var seed uint32 = 17
	data := make([]byte, 700)
	for i := range data {
		seed = seed*1664525 + 1013904223
		data[i] = byte(seed >> 24)
	}
	for n := 0; n < 300; n += 7 {
		d := data[n : n*2]
		fmt.Printf("%x %x\n", sha256.Sum256(d), sha256.Sum224(d))
		fmt.Printf("%x %x %x %x\n", sha512.Sum512(d), sha512.Sum384(d), sha512.Sum512_256(d), sha512.Sum512_224(d))
		fmt.Printf("%x %x %x %x\n", sha3.Sum224(d), sha3.Sum256(d), sha3.Sum384(d), sha3.Sum512(d))
		fmt.Printf("%x %x\n", sha3.SumSHAKE128(d, n), sha3.SumSHAKE256(d, n))
	}
	makers := []func() hash.Hash{sha256.New, sha256.New224, sha512.New, sha512.New384, sha512.New512_256, sha512.New512_224,
		func() hash.Hash { return sha3.New224() }, func() hash.Hash { return sha3.New256() }, func() hash.Hash { return sha3.New384() }, func() hash.Hash { return sha3.New512() }}
	for _, m := range makers {
		h := m()
		fmt.Println(h.Size(), h.BlockSize())
		for i := range 8 {
			n, err := h.Write(data[i : i+i*i*3])
			fmt.Println(n, err, hex.EncodeToString(h.Sum([]byte("x"))))
		}
		h.Reset()
		fmt.Println(hex.EncodeToString(h.Sum(nil)))
		for _, key := range [][]byte{nil, []byte("key"), data[:64], data[:65], data[:300]} {
			k := hmac.New(m, key)
			k.Write(data[:10])
			fmt.Println(k.Size(), k.BlockSize(), hex.EncodeToString(k.Sum(nil)))
			k.Write(data[:100])
			a := k.Sum([]byte{1})
			fmt.Println(hex.EncodeToString(a), hmac.Equal(a, a), hmac.Equal(a, a[1:]), hmac.Equal(a[1:], k.Sum(nil)))
			k.Reset()
			fmt.Println(hex.EncodeToString(k.Sum(nil)))
		}
	}
	for _, s := range []*sha3.SHAKE{sha3.NewSHAKE128(), sha3.NewSHAKE256()} {
		fmt.Println(s.BlockSize())
		s.Write(data[:50])
		s.Write(data[:7])
		for n := range 12 {
			b := make([]byte, n*n)
			m, err := s.Read(b)
			fmt.Println(m, err, hex.EncodeToString(b))
		}
		try("late", func() { s.Write(nil) })
		s.Reset()
		s.Write([]byte("again"))
		b := make([]byte, 9)
		s.Read(b)
		fmt.Println(b)
	}
	for _, x := range []uint8{0, 1, 7, 128, 255} {
		for _, y := range []uint8{0, 1, 7, 128, 255} {
			fmt.Println(subtle.ConstantTimeByteEq(x, y), subtle.ConstantTimeEq(int32(x)<<24, int32(y)<<24), subtle.ConstantTimeLessOrEq(int(x), int(y)), subtle.ConstantTimeSelect(int(x&1), int(x), int(y)))
		}
	}
	for n := range 5 {
		x, y := []byte{1, 2, 3, 4}[:n], []byte{1, 2, 9}
		fmt.Println(subtle.ConstantTimeCompare(x, y[:min(n, 3)]), subtle.ConstantTimeCompare(x, y))
		dst := make([]byte, 3)
		fmt.Println(subtle.XORBytes(dst, x, y), dst)
	}
	a, b := []byte{1, 2}, []byte{3, 4}
	subtle.ConstantTimeCopy(0, a, b)
	fmt.Println(a)
	subtle.ConstantTimeCopy(1, a, b)
	fmt.Println(a)
	try("copy", func() { subtle.ConstantTimeCopy(1, a, b[:1]) })
	try("xor", func() { subtle.XORBytes(a[:1], a, b) })
	same := sha256.New()
	try("same", func() { hmac.New(func() hash.Hash { return same }, nil) })
}
