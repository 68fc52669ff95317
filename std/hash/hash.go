// Package hash names what hash functions have in common.
package hash

import "io"

// Hash takes data by Write, which never fails, and tells the hash of what it was
// given so far.
type Hash interface {
	io.Writer

	// Sum appends the hash to b. It does not change what the next Write continues.
	Sum(b []byte) []byte

	// Reset forgets all data.
	Reset()

	// Size is the number of bytes that Sum appends.
	Size() int

	// BlockSize is the number of bytes that are hashed at a time.
	BlockSize() int
}

// Hash32 is a Hash of 32 bits.
type Hash32 interface {
	Hash
	Sum32() uint32
}

// Hash64 is a Hash of 64 bits.
type Hash64 interface {
	Hash
	Sum64() uint64
}
