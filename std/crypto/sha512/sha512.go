// Package sha512 computes SHA-512 and its shorter forms, hashes that nobody can find
// two texts for.
package sha512

import "hash"

// The number of bytes of the hashes.
const (
	Size    = 64
	Size224 = 28
	Size256 = 32
	Size384 = 48
)

// BlockSize is the number of bytes that are hashed at a time.
const BlockSize = 128

// Sum512 returns the SHA-512 hash of data.
//
// Example: Sum512([]byte("hello"))
func Sum512(data []byte) [Size]byte {
	var hash [Size]byte
	copy(hash[:], sum(data, Size))
	return hash
}

// Sum384 returns the SHA-384 hash of data.
func Sum384(data []byte) [Size384]byte {
	var hash [Size384]byte
	copy(hash[:], sum(data, Size384))
	return hash
}

// Sum512_256 returns the SHA-512/256 hash of data.
func Sum512_256(data []byte) [Size256]byte {
	var hash [Size256]byte
	copy(hash[:], sum(data, Size256))
	return hash
}

// Sum512_224 returns the SHA-512/224 hash of data.
func Sum512_224(data []byte) [Size224]byte {
	var hash [Size224]byte
	copy(hash[:], sum(data, Size224))
	return hash
}

// New returns a SHA-512 hash of what is written to it.
func New() hash.Hash { return &digest{nil, Size} }

// New384 returns a SHA-384 hash of what is written to it.
func New384() hash.Hash { return &digest{nil, Size384} }

// New512_256 returns a SHA-512/256 hash of what is written to it.
func New512_256() hash.Hash { return &digest{nil, Size256} }

// New512_224 returns a SHA-512/224 hash of what is written to it.
func New512_224() hash.Hash { return &digest{nil, Size224} }

// digest keeps what was written; each Sum hashes all of it.
type digest struct {
	data []byte
	size int
}

func (d *digest) Write(p []byte) (int, error) {
	d.data = append(d.data, p...)
	return len(p), nil
}

func (d *digest) Sum(b []byte) []byte { return append(b, sum(d.data, d.size)...) }

func (d *digest) Reset() { d.data = nil }

func (d *digest) Size() int { return d.size }

func (d *digest) BlockSize() int { return BlockSize }

// sum returns the hash of data of a size, 64, 48, 32 or 28 bytes.
//
//amigos:native gas=base:300,len(data):2/1
func sum(data []byte, size int) string
