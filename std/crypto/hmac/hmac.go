// Package hmac computes keyed hashes: who knows the key can tell that a message is by
// one who knows it. On a chain every key in a call is public; verify here what was
// keyed elsewhere, and use crypto/ed25519 where that matters.
package hmac

import (
	"crypto/subtle"
	"hash"
)

type hmac struct {
	key   []byte // padded to the hash's block size
	inner hash.Hash
	make  func() hash.Hash
}

// New returns the keyed hash that h makes. h must return another hash each time.
func New(h func() hash.Hash, key []byte) hash.Hash {
	inner := h()
	if inner == h() {
		panic("crypto/hmac: hash generation function does not produce unique values")
	}
	if len(key) > inner.BlockSize() {
		// only its hash is used
		inner.Write(key)
		key = inner.Sum(nil)
		inner.Reset()
	}
	m := &hmac{make([]byte, inner.BlockSize()), inner, h}
	copy(m.key, key)
	inner.Write(m.padded(0x36))
	return m
}

func (m *hmac) padded(with byte) []byte {
	b := make([]byte, len(m.key))
	for i, c := range m.key {
		b[i] = c ^ with
	}
	return b
}

func (m *hmac) Write(p []byte) (int, error) { return m.inner.Write(p) }

func (m *hmac) Sum(b []byte) []byte {
	outer := m.make()
	outer.Write(m.padded(0x5c))
	outer.Write(m.inner.Sum(nil))
	return outer.Sum(b)
}

func (m *hmac) Reset() {
	m.inner.Reset()
	m.inner.Write(m.padded(0x36))
}

func (m *hmac) Size() int { return m.inner.Size() }

func (m *hmac) BlockSize() int { return m.inner.BlockSize() }

// Equal reports whether two keyed hashes are equal.
func Equal(mac1, mac2 []byte) bool { return subtle.ConstantTimeCompare(mac1, mac2) == 1 }
