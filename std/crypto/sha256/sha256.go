// Package sha256 computes SHA-256, a hash that nobody can find two texts for. Use
// it to commit to a secret that is revealed later, or to name data; names as IPFS
// has them are made by amigos/cid.
package sha256

// Size is the number of bytes of a hash.
const Size = 32

// BlockSize is the number of bytes that are hashed at a time.
const BlockSize = 64

// Sum256 returns the hash of data.
//
// Example: Sum256([]byte("hello"))
func Sum256(data []byte) [Size]byte {
	var hash [Size]byte
	copy(hash[:], sum(data))
	return hash
}

// sum returns the 32 bytes of the hash of data.
//
//amigos:native gas=base:200,len(data):2/1
func sum(data []byte) string
