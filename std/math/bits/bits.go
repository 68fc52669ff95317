// Package bits counts, shifts and multiplies the bits of unsigned numbers. The
// functions on two words calculate with 128 bits without losing any.
package bits

// UintSize is the number of bits of a uint.
const UintSize = 64

// Len64 returns how many bits x needs, 0 for 0.
//
//amigos:native gas=base:2
func Len64(x uint64) (n int)

// OnesCount64 returns how many bits of x are set.
//
//amigos:native gas=base:2
func OnesCount64(x uint64) int

// TrailingZeros64 returns how many zero bits x ends with, 64 for 0.
//
//amigos:native gas=base:2
func TrailingZeros64(x uint64) int

// Reverse64 returns x with its bits in the opposite order.
//
//amigos:native gas=base:2
func Reverse64(x uint64) uint64

// ReverseBytes64 returns x with its bytes in the opposite order.
//
//amigos:native gas=base:2
func ReverseBytes64(x uint64) uint64

// Len returns how many bits x needs, 0 for 0.
func Len(x uint) int { return Len64(uint64(x)) }

// OnesCount returns how many bits of x are set.
func OnesCount(x uint) int { return OnesCount64(uint64(x)) }

// TrailingZeros returns how many zero bits x ends with, 64 for 0.
func TrailingZeros(x uint) int { return TrailingZeros64(uint64(x)) }

// Reverse returns x with its bits in the opposite order.
func Reverse(x uint) uint { return uint(Reverse64(uint64(x))) }

// ReverseBytes returns x with its bytes in the opposite order.
func ReverseBytes(x uint) uint { return uint(ReverseBytes64(uint64(x))) }

// LeadingZeros returns how many zero bits x begins with, 64 for 0.
func LeadingZeros(x uint) int { return 64 - Len(x) }

// RotateLeft returns x turned left by k bits, right if k is negative.
func RotateLeft(x uint, k int) uint {
	n := uint(k) & 63
	return x<<n | x>>(64-n)
}

// Len8 returns how many bits x needs, 0 for 0.
func Len8(x uint8) int { return Len64(uint64(x)) }

// OnesCount8 returns how many bits of x are set.
func OnesCount8(x uint8) int { return OnesCount64(uint64(x)) }

// TrailingZeros8 returns how many zero bits x ends with, 8 for 0.
func TrailingZeros8(x uint8) int { return TrailingZeros64(uint64(x) | 1<<8) }

// Reverse8 returns x with its bits in the opposite order.
func Reverse8(x uint8) uint8 { return uint8(Reverse64(uint64(x)) >> 56) }

// LeadingZeros8 returns how many zero bits x begins with, 8 for 0.
func LeadingZeros8(x uint8) int { return 8 - Len8(x) }

// RotateLeft8 returns x turned left by k bits, right if k is negative.
func RotateLeft8(x uint8, k int) uint8 {
	n := uint(k) & 7
	return x<<n | x>>(8-n)
}

// Len16 returns how many bits x needs, 0 for 0.
func Len16(x uint16) (n int) { return Len64(uint64(x)) }

// OnesCount16 returns how many bits of x are set.
func OnesCount16(x uint16) int { return OnesCount64(uint64(x)) }

// TrailingZeros16 returns how many zero bits x ends with, 16 for 0.
func TrailingZeros16(x uint16) int { return TrailingZeros64(uint64(x) | 1<<16) }

// Reverse16 returns x with its bits in the opposite order.
func Reverse16(x uint16) uint16 { return uint16(Reverse64(uint64(x)) >> 48) }

// ReverseBytes16 returns x with its bytes in the opposite order.
func ReverseBytes16(x uint16) uint16 { return uint16(ReverseBytes64(uint64(x)) >> 48) }

// LeadingZeros16 returns how many zero bits x begins with, 16 for 0.
func LeadingZeros16(x uint16) int { return 16 - Len16(x) }

// RotateLeft16 returns x turned left by k bits, right if k is negative.
func RotateLeft16(x uint16, k int) uint16 {
	n := uint(k) & 15
	return x<<n | x>>(16-n)
}

// Len32 returns how many bits x needs, 0 for 0.
func Len32(x uint32) (n int) { return Len64(uint64(x)) }

// OnesCount32 returns how many bits of x are set.
func OnesCount32(x uint32) int { return OnesCount64(uint64(x)) }

// TrailingZeros32 returns how many zero bits x ends with, 32 for 0.
func TrailingZeros32(x uint32) int { return TrailingZeros64(uint64(x) | 1<<32) }

// Reverse32 returns x with its bits in the opposite order.
func Reverse32(x uint32) uint32 { return uint32(Reverse64(uint64(x)) >> 32) }

// ReverseBytes32 returns x with its bytes in the opposite order.
func ReverseBytes32(x uint32) uint32 { return uint32(ReverseBytes64(uint64(x)) >> 32) }

// LeadingZeros32 returns how many zero bits x begins with, 32 for 0.
func LeadingZeros32(x uint32) int { return 32 - Len32(x) }

// RotateLeft32 returns x turned left by k bits, right if k is negative.
func RotateLeft32(x uint32, k int) uint32 {
	n := uint(k) & 31
	return x<<n | x>>(32-n)
}

// LeadingZeros64 returns how many zero bits x begins with, 64 for 0.
func LeadingZeros64(x uint64) int { return 64 - Len64(x) }

// RotateLeft64 returns x turned left by k bits, right if k is negative.
func RotateLeft64(x uint64, k int) uint64 {
	n := uint(k) & 63
	return x<<n | x>>(64-n)
}
