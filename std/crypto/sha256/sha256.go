// Package sha256 computes SHA-256, a hash that nobody can find two texts for. Use
// it to commit to a secret that is revealed later, or to name data; names as IPFS
// has them are made by amigos/cid.
package sha256

import "hash"

// Size is the number of bytes of a hash.
const Size = 32

// Size224 is the number of bytes of a hash of SHA-224.
const Size224 = 28

// BlockSize is the number of bytes that are hashed at a time.
const BlockSize = 64

// Sum256 returns the hash of data.
//
// Example: Sum256([]byte("hello"))
func Sum256(data []byte) [Size]byte {
	var hash [Size]byte
	copy(hash[:], sum(data, Size))
	return hash
}

// Sum224 returns the SHA-224 hash of data.
func Sum224(data []byte) [Size224]byte {
	var hash [Size224]byte
	copy(hash[:], sum(data, Size224))
	return hash
}

// New returns a SHA-256 hash of what is written to it. For data that is there at
// once Sum256 costs less.
func New() hash.Hash { return &digest{nil, Size} }

// New224 returns a SHA-224 hash of what is written to it.
func New224() hash.Hash { return &digest{nil, Size224} }

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

// sum returns the hash of data of a size, 32 or 28 bytes.
//
//amigos:native gas=base:200,len(data):2/1
func sum(data []byte, size int) string
