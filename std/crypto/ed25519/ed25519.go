// Package ed25519 verifies signatures, and makes them for tests: what a contract does
// is public, and so is each private key that it sees. There is no GenerateKey, for
// there is no randomness.
package ed25519

import (
	"bytes"
	"strconv"
)

// The numbers of bytes of keys, signatures and seeds.
const (
	PublicKeySize  = 32
	PrivateKeySize = 64
	SignatureSize  = 64
	SeedSize       = 32
)

// PublicKey verifies.
type PublicKey []byte

// Equal reports whether x is the same key.
func (pub PublicKey) Equal(x any) bool {
	key, ok := x.(PublicKey)
	return ok && bytes.Equal(pub, key)
}

// PrivateKey signs: the seed, and the public key behind it.
type PrivateKey []byte

// Public returns the PublicKey of priv.
func (priv PrivateKey) Public() any {
	return PublicKey(bytes.Clone(priv[32:]))
}

// Equal reports whether x is the same key.
func (priv PrivateKey) Equal(x any) bool {
	key, ok := x.(PrivateKey)
	return ok && bytes.Equal(priv, key)
}

// Seed returns what the key was made from.
func (priv PrivateKey) Seed() []byte { return bytes.Clone(priv[:SeedSize]) }

// NewKeyFromSeed makes the private key of 32 bytes. It panics if there are more or
// fewer.
func NewKeyFromSeed(seed []byte) PrivateKey {
	if len(seed) != SeedSize {
		panic("ed25519: bad seed length: " + strconv.Itoa(len(seed)))
	}
	return append(bytes.Clone(seed), publicKey(seed)...)
}

// Sign returns the signature of a message. It panics if the key is not of 64 bytes, or
// holds a public key that is not its own: such a signature would give away the seed.
func Sign(privateKey PrivateKey, message []byte) []byte {
	if len(privateKey) != PrivateKeySize {
		panic("ed25519: bad private key: ed25519: bad private key length: " + strconv.Itoa(len(privateKey)))
	}
	signature := sign(privateKey, message)
	if signature == "" {
		panic("ed25519: the private key holds another public key")
	}
	return []byte(signature)
}

// Verify reports whether sig is a signature of the message by the owner of publicKey.
// It panics if the key is not of 32 bytes.
func Verify(publicKey PublicKey, message, sig []byte) bool {
	if len(publicKey) != PublicKeySize {
		panic("ed25519: bad public key length: " + strconv.Itoa(len(publicKey)))
	}
	return len(sig) == SignatureSize && verify(publicKey, message, sig)
}

// publicKey returns the public key of a seed.
//
//amigos:native gas=base:40000
func publicKey(seed []byte) string

// sign returns a signature, or nothing if the key is none.
//
//amigos:native gas=base:80000,len(message):4/1
func sign(privateKey, message []byte) string

// verify reports whether sig, of 64 bytes, is good.
//
//amigos:native gas=base:120000,len(message):4/1
func verify(publicKey, message, sig []byte) bool
