// Package sha3 computes SHA-3 and SHAKE, whose results are as long as one likes.
// Keccak-256 as Ethereum has it is LegacyKeccak256 of x/crypto, and not here.
package sha3

import "io"

// rates are the numbers of bytes that are hashed at a time, by the size of the hash.
func rate(size int) int { return 200 - 2*size }

// Sum224 returns the SHA3-224 hash of data.
func Sum224(data []byte) [28]byte {
	var hash [28]byte
	copy(hash[:], sum(data, 28))
	return hash
}

// Sum256 returns the SHA3-256 hash of data.
//
// Example: Sum256([]byte("hello"))
func Sum256(data []byte) [32]byte {
	var hash [32]byte
	copy(hash[:], sum(data, 32))
	return hash
}

// Sum384 returns the SHA3-384 hash of data.
func Sum384(data []byte) [48]byte {
	var hash [48]byte
	copy(hash[:], sum(data, 48))
	return hash
}

// Sum512 returns the SHA3-512 hash of data.
func Sum512(data []byte) [64]byte {
	var hash [64]byte
	copy(hash[:], sum(data, 64))
	return hash
}

// SHA3 is a hash of what is written to it. Make it with one of the New functions.
type SHA3 struct {
	data []byte
	size int
}

// New224 returns a SHA3-224 hash.
func New224() *SHA3 { return &SHA3{nil, 28} }

// New256 returns a SHA3-256 hash.
func New256() *SHA3 { return &SHA3{nil, 32} }

// New384 returns a SHA3-384 hash.
func New384() *SHA3 { return &SHA3{nil, 48} }

// New512 returns a SHA3-512 hash.
func New512() *SHA3 { return &SHA3{nil, 64} }

func (s *SHA3) ready() {
	if s.size == 0 {
		s.size = 32
	}
}

// Write adds data. The error is always nil.
func (s *SHA3) Write(p []byte) (n int, err error) {
	s.data = append(s.data, p...)
	return len(p), nil
}

// Sum appends the hash of all data so far to b.
func (s *SHA3) Sum(b []byte) []byte {
	s.ready()
	return append(b, sum(s.data, s.size)...)
}

// Reset forgets all data.
func (s *SHA3) Reset() { s.data = nil }

// Size is the number of bytes of the hash.
func (s *SHA3) Size() int {
	s.ready()
	return s.size
}

// BlockSize is the number of bytes that are hashed at a time.
func (s *SHA3) BlockSize() int {
	s.ready()
	return rate(s.size)
}

// SumSHAKE128 returns length bytes of the SHAKE128 of data.
func SumSHAKE128(data []byte, length int) []byte { return []byte(shake(data, 16, 0, length)) }

// SumSHAKE256 returns length bytes of the SHAKE256 of data.
func SumSHAKE256(data []byte, length int) []byte { return []byte(shake(data, 32, 0, length)) }

// SHAKE takes data by Write and then gives out, by Read, as many bytes as one likes.
type SHAKE struct {
	data  []byte
	size  int
	given int // bytes given out; writing is over then
	begun bool
}

var _ io.ReadWriter = (*SHAKE)(nil)

// NewSHAKE128 returns a SHAKE128.
func NewSHAKE128() *SHAKE { return &SHAKE{size: 16} }

// NewSHAKE256 returns a SHAKE256.
func NewSHAKE256() *SHAKE { return &SHAKE{size: 32} }

// Write adds data. It panics once Read was called.
func (s *SHAKE) Write(p []byte) (n int, err error) {
	if s.begun {
		panic("sha3: Write after Read")
	}
	s.data = append(s.data, p...)
	return len(p), nil
}

// Read gives out the next len(p) bytes. The error is always nil.
func (s *SHAKE) Read(p []byte) (n int, err error) {
	s.begun = true
	if s.size == 0 {
		s.size = 32
	}
	copy(p, shake(s.data, s.size, s.given, len(p)))
	s.given += len(p)
	return len(p), nil
}

// Reset forgets all data.
func (s *SHAKE) Reset() { *s = SHAKE{size: s.size} }

// BlockSize is the number of bytes that are hashed at a time.
func (s *SHAKE) BlockSize() int {
	if s.size == 0 {
		return rate(32)
	}
	return rate(s.size)
}

// sum returns the hash of data of a size, 28, 32, 48 or 64 bytes.
//
//amigos:native gas=base:400,len(data):6/1
func sum(data []byte, size int) string

// shake returns length bytes, after the first skip ones, of SHAKE128 (size 16) or
// SHAKE256 (size 32).
//
//amigos:native gas=base:400,len(data)+skip+length:6/1
func shake(data []byte, size, skip, length int) string
