package rand

import "math/bits"

// ChaCha8 is a Source from whose numbers nobody can compute the next ones: the cipher
// ChaCha with 8 rounds (c2sp.org/chacha8rand).
type ChaCha8 struct {
	key    [8]uint32
	words  [32]uint64 // the numbers of four blocks
	at     int        // how many of them are used up
	usable int
	count  uint32 // the number of the first of the four blocks
	rest   [8]byte
	left   int // bytes of rest that Read has still to give out
}

// NewChaCha8 returns a ChaCha8 with a seed.
func NewChaCha8(seed [32]byte) *ChaCha8 {
	c := new(ChaCha8)
	c.Seed(seed)
	return c
}

// Seed starts again with a seed.
func (c *ChaCha8) Seed(seed [32]byte) {
	*c = ChaCha8{}
	for i := range c.key {
		c.key[i] = uint32(seed[4*i]) | uint32(seed[4*i+1])<<8 | uint32(seed[4*i+2])<<16 | uint32(seed[4*i+3])<<24
	}
	c.refill()
}

// Uint64 returns the next 64 bits.
func (c *ChaCha8) Uint64() uint64 {
	if c.at >= c.usable {
		c.count += 4
		if c.count == 16 {
			// the last 32 bytes are the next key, and nobody saw them
			for i := range 4 {
				w := c.words[28+i]
				c.key[2*i], c.key[2*i+1] = uint32(w), uint32(w>>32)
			}
			c.count = 0
		}
		c.refill()
	}
	c.at++
	return c.words[c.at-1]
}

// Read fills p. The error is always nil.
func (c *ChaCha8) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if c.left == 0 {
			v := c.Uint64()
			for i := range c.rest {
				c.rest[i] = byte(v >> (8 * uint(i)))
			}
			c.left = 8
		}
		took := copy(p[n:], c.rest[8-c.left:])
		c.left -= took
		n += took
	}
	return n, nil
}

// refill computes four blocks. Their words are given out column by column: the first of
// each block, then the second of each, and so on.
func (c *ChaCha8) refill() {
	var out [64]uint32
	for block := range 4 {
		b := [16]uint32{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}
		copy(b[4:], c.key[:])
		b[12] = c.count + uint32(block)
		for range 4 {
			quarter(&b, 0, 4, 8, 12)
			quarter(&b, 1, 5, 9, 13)
			quarter(&b, 2, 6, 10, 14)
			quarter(&b, 3, 7, 11, 15)
			quarter(&b, 0, 5, 10, 15)
			quarter(&b, 1, 6, 11, 12)
			quarter(&b, 2, 7, 8, 13)
			quarter(&b, 3, 4, 9, 14)
		}
		for i := range 8 {
			b[4+i] += c.key[i] // the constants and the counter are not added
		}
		for i, w := range b {
			out[4*i+block] = w
		}
	}
	for i := range c.words {
		c.words[i] = uint64(out[2*i]) | uint64(out[2*i+1])<<32
	}
	c.at, c.usable = 0, 32
	if c.count == 12 {
		c.usable = 28
	}
}

func quarter(b *[16]uint32, i, j, k, l int) {
	x, y, z, w := b[i], b[j], b[k], b[l]
	x += y
	w = bits.RotateLeft32(w^x, 16)
	z += w
	y = bits.RotateLeft32(y^z, 12)
	x += y
	w = bits.RotateLeft32(w^x, 8)
	z += w
	y = bits.RotateLeft32(y^z, 7)
	b[i], b[j], b[k], b[l] = x, y, z, w
}
