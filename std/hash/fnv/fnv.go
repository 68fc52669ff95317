// Package fnv has the quick hashes FNV-1 and FNV-1a of Fowler, Noll and Vo. Whoever
// chooses the data can choose the hash: use them for tables, not as proofs.
package fnv

import (
	"hash"
	"math/bits"
)

const (
	offset32  = 2166136261
	prime32   = 16777619
	offset64  = 14695981039346656037
	prime64   = 1099511628211
	offsetHi  = 0x6c62272e07bb0142
	offsetLo  = 0x62b821756295c58d
	primeLo   = 0x13b // the 128-bit prime is 1<<88 + primeLo
	primeHigh = 24    // 88 - 64
)

type sum32 struct {
	sum uint32
	a   bool // FNV-1a: the byte comes in before the product
}

type sum64 struct {
	sum uint64
	a   bool
}

type sum128 struct {
	hi, lo uint64
	a      bool
}

// New32 returns a 32-bit FNV-1 hash.
func New32() hash.Hash32 { return &sum32{offset32, false} }

// New32a returns a 32-bit FNV-1a hash.
func New32a() hash.Hash32 { return &sum32{offset32, true} }

// New64 returns a 64-bit FNV-1 hash.
func New64() hash.Hash64 { return &sum64{offset64, false} }

// New64a returns a 64-bit FNV-1a hash.
func New64a() hash.Hash64 { return &sum64{offset64, true} }

// New128 returns a 128-bit FNV-1 hash.
func New128() hash.Hash { return &sum128{offsetHi, offsetLo, false} }

// New128a returns a 128-bit FNV-1a hash.
func New128a() hash.Hash { return &sum128{offsetHi, offsetLo, true} }

func (s *sum32) Write(data []byte) (int, error) {
	h := s.sum
	if s.a {
		for _, c := range data {
			h = (h ^ uint32(c)) * prime32
		}
	} else {
		for _, c := range data {
			h = h*prime32 ^ uint32(c)
		}
	}
	s.sum = h
	return len(data), nil
}

func (s *sum64) Write(data []byte) (int, error) {
	h := s.sum
	if s.a {
		for _, c := range data {
			h = (h ^ uint64(c)) * prime64
		}
	} else {
		for _, c := range data {
			h = h*prime64 ^ uint64(c)
		}
	}
	s.sum = h
	return len(data), nil
}

func (s *sum128) Write(data []byte) (int, error) {
	for _, c := range data {
		if s.a {
			s.lo ^= uint64(c)
		}
		hi, lo := bits.Mul64(s.lo, primeLo)
		s.hi = s.hi*primeLo + hi + s.lo<<primeHigh
		s.lo = lo
		if !s.a {
			s.lo ^= uint64(c)
		}
	}
	return len(data), nil
}

func (s *sum32) Sum32() uint32 { return s.sum }

func (s *sum64) Sum64() uint64 { return s.sum }

func (s *sum32) Reset() { s.sum = offset32 }

func (s *sum64) Reset() { s.sum = offset64 }

func (s *sum128) Reset() { s.hi, s.lo = offsetHi, offsetLo }

func (s *sum32) Size() int { return 4 }

func (s *sum64) Size() int { return 8 }

func (s *sum128) Size() int { return 16 }

func (s *sum32) BlockSize() int { return 1 }

func (s *sum64) BlockSize() int { return 1 }

func (s *sum128) BlockSize() int { return 1 }

func (s *sum32) Sum(in []byte) []byte { return big(in, uint64(s.sum), 4) }

func (s *sum64) Sum(in []byte) []byte { return big(in, s.sum, 8) }

func (s *sum128) Sum(in []byte) []byte { return big(big(in, s.hi, 8), s.lo, 8) }

// big appends the lowest n bytes of v, the highest of them first.
func big(b []byte, v uint64, n int) []byte {
	for i := n - 1; i >= 0; i-- {
		b = append(b, byte(v>>(8*i)))
	}
	return b
}
