// crypto/ed25519: keys, signatures, and signatures that are broken in every way.
package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	var state uint32 = 4
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			state = state*1664525 + 1013904223
			b[i] = byte(state >> 24)
		}
		return b
	}
	for i := range 30 {
		key := ed25519.NewKeyFromSeed(random(32))
		pub := key.Public().(ed25519.PublicKey)
		message := random(i * 5)
		sig := ed25519.Sign(key, message)
		fmt.Println(hex.EncodeToString(key), hex.EncodeToString(pub), hex.EncodeToString(sig), hex.EncodeToString(key.Seed()))
		fmt.Println(ed25519.Verify(pub, message, sig), ed25519.Verify(pub, append(message, 1), sig), ed25519.Verify(pub, message, sig[:63]), pub.Equal(key), pub.Equal(key.Public()), key.Equal(pub), key.Equal(key))
		for bit := 0; bit < 512; bit += 97 {
			broken := append([]byte(nil), sig...)
			broken[bit/8] ^= 1 << (bit % 8)
			fmt.Println(bit, ed25519.Verify(pub, message, broken))
		}
		other := append(ed25519.PublicKey(nil), pub...)
		other[i] ^= 16
		fmt.Println(ed25519.Verify(other, message, sig), ed25519.Verify(random(32), message, sig))
	}
	// a scalar that is too large by the order of the group
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	sig := ed25519.Sign(key, nil)
	order, _ := hex.DecodeString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	carry := 0
	for i := range 32 {
		carry += int(sig[32+i]) + int(order[i])
		sig[32+i] = byte(carry)
		carry >>= 8
	}
	fmt.Println(ed25519.Verify(key.Public().(ed25519.PublicKey), nil, sig))
	try("seed", func() { ed25519.NewKeyFromSeed(make([]byte, 31)) })
	try("private", func() { ed25519.Sign(make([]byte, 63), nil) })
	try("public", func() { ed25519.Verify(make([]byte, 33), nil, nil) })
	// points of small order
	for _, h := range []string{"0100000000000000000000000000000000000000000000000000000000000000", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"} {
		pub, _ := hex.DecodeString(h)
		for m := range 8 {
			zero := make([]byte, 64)
			zero[0] = 1
			fmt.Println(h, m, ed25519.Verify(pub, []byte{byte(m)}, zero))
			copy(zero, pub)
			fmt.Println(h, m, ed25519.Verify(pub, []byte{byte(m)}, zero))
		}
	}
}
