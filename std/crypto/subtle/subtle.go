// Package subtle has functions that elsewhere keep secrets safe from who can measure
// time. A chain has no secrets and every node repeats the call: what is here is for
// code that is shared with programs off the chain.
package subtle

// ConstantTimeCompare returns 1 if x and y are equal, else 0; at once if their lengths
// differ.
func ConstantTimeCompare(x, y []byte) int {
	if len(x) != len(y) {
		return 0
	}
	var differ byte
	for i := range x {
		differ |= x[i] ^ y[i]
	}
	return ConstantTimeByteEq(differ, 0)
}

// ConstantTimeSelect returns x if v is 1 and y if v is 0; v must be one of these.
func ConstantTimeSelect(v, x, y int) int { return ^(v-1)&x | (v-1)&y }

// ConstantTimeByteEq returns 1 if x and y are equal, else 0.
func ConstantTimeByteEq(x, y uint8) int { return int((uint32(x^y) - 1) >> 31) }

// ConstantTimeEq returns 1 if x and y are equal, else 0.
func ConstantTimeEq(x, y int32) int { return int((uint64(uint32(x^y)) - 1) >> 63) }

// ConstantTimeLessOrEq returns 1 if x is not greater than y, else 0; both from 0 to
// 1<<31 - 1.
func ConstantTimeLessOrEq(x, y int) int {
	x32, y32 := int32(x), int32(y)
	return int((x32 - y32 - 1) >> 31 & 1)
}

// ConstantTimeCopy copies y into x, which must be of the same length, if v is 1, and
// leaves x as it is if v is 0.
func ConstantTimeCopy(v int, x, y []byte) {
	if len(x) != len(y) {
		panic("subtle: slices have different lengths")
	}
	keep, take := byte(v-1), ^byte(v-1)
	for i := range x {
		x[i] = x[i]&keep | y[i]&take
	}
}

// XORBytes writes to dst, byte by byte, what x and y differ in, as far as the shorter
// goes, and returns how many bytes that are. It panics if dst is too short.
func XORBytes(dst, x, y []byte) int {
	n := min(len(x), len(y))
	if n > len(dst) {
		panic("subtle.XORBytes: dst too short")
	}
	for i := range n {
		dst[i] = x[i] ^ y[i]
	}
	return n
}

// WithDataIndependentTiming calls f.
func WithDataIndependentTiming(f func()) { f() }
