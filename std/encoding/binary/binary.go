// Package binary reads and writes numbers as bytes: of fixed size in either order,
// and integers of any size, small ones in few bytes. There is no Read or Write of
// whole structs here; state needs none, and a message is clearer field by field.
package binary

import (
	"errors"
	"io"
)

// ByteOrder says how numbers stand in a slice of bytes. Reading and writing panics if
// the slice is too short.
type ByteOrder interface {
	String() string

	// from the first 2, 4 or 8 bytes
	Uint16([]byte) uint16
	PutUint16([]byte, uint16)
	Uint32([]byte) uint32
	PutUint32([]byte, uint32)
	Uint64([]byte) uint64
	PutUint64([]byte, uint64)
}

// AppendByteOrder says how numbers are appended to a slice of bytes.
type AppendByteOrder interface {
	AppendUint16([]byte, uint16) []byte
	AppendUint32([]byte, uint32) []byte
	AppendUint64([]byte, uint64) []byte
	String() string
}

type littleEndian struct{}

type bigEndian struct{}

// LittleEndian has the lowest byte first.
var LittleEndian littleEndian

// BigEndian has the highest byte first, as on networks, so that unsigned numbers sort
// as their bytes do.
var BigEndian bigEndian

func (littleEndian) Uint16(b []byte) uint16 { return uint16(b[1])<<8 | uint16(b[0]) }

func (littleEndian) Uint32(b []byte) uint32 {
	return uint32(b[3])<<24 | uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
}

func (littleEndian) Uint64(b []byte) uint64 {
	high := uint64(b[7])<<24 | uint64(b[6])<<16 | uint64(b[5])<<8 | uint64(b[4])
	return high<<32 | uint64(b[3])<<24 | uint64(b[2])<<16 | uint64(b[1])<<8 | uint64(b[0])
}

func (littleEndian) PutUint16(b []byte, v uint16) {
	b[1], b[0] = byte(v>>8), byte(v)
}

func (littleEndian) PutUint32(b []byte, v uint32) {
	b[3], b[2], b[1], b[0] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

func (littleEndian) PutUint64(b []byte, v uint64) {
	b[7], b[6], b[5], b[4] = byte(v>>56), byte(v>>48), byte(v>>40), byte(v>>32)
	b[3], b[2], b[1], b[0] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
}

func (littleEndian) AppendUint16(b []byte, v uint16) []byte { return append(b, byte(v), byte(v>>8)) }

func (littleEndian) AppendUint32(b []byte, v uint32) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
}

func (littleEndian) AppendUint64(b []byte, v uint64) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56))
}

func (littleEndian) String() string { return "LittleEndian" }

func (littleEndian) GoString() string { return "binary.LittleEndian" }

func (bigEndian) Uint16(b []byte) uint16 { return uint16(b[1]) | uint16(b[0])<<8 }

func (bigEndian) Uint32(b []byte) uint32 {
	return uint32(b[3]) | uint32(b[2])<<8 | uint32(b[1])<<16 | uint32(b[0])<<24
}

func (bigEndian) Uint64(b []byte) uint64 {
	low := uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24
	return low | uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56
}

func (bigEndian) PutUint16(b []byte, v uint16) {
	b[1], b[0] = byte(v), byte(v>>8)
}

func (bigEndian) PutUint32(b []byte, v uint32) {
	b[3], b[2], b[1], b[0] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
}

func (bigEndian) PutUint64(b []byte, v uint64) {
	b[7], b[6], b[5], b[4] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	b[3], b[2], b[1], b[0] = byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56)
}

func (bigEndian) AppendUint16(b []byte, v uint16) []byte { return append(b, byte(v>>8), byte(v)) }

func (bigEndian) AppendUint32(b []byte, v uint32) []byte {
	return append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func (bigEndian) AppendUint64(b []byte, v uint64) []byte {
	return append(b, byte(v>>56), byte(v>>48), byte(v>>40), byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func (bigEndian) String() string { return "BigEndian" }

func (bigEndian) GoString() string { return "binary.BigEndian" }

// How many bytes a number of variable length takes at most.
const (
	MaxVarintLen16 = 3
	MaxVarintLen32 = 5
	MaxVarintLen64 = 10
)

var errOverflow = errors.New("binary: varint overflows a 64-bit integer")

// AppendUvarint appends x with 7 bits in each byte, the lowest first; all but the
// last byte have their highest bit set.
func AppendUvarint(buf []byte, x uint64) []byte {
	for x >= 0x80 {
		buf = append(buf, byte(x)|0x80)
		x >>= 7
	}
	return append(buf, byte(x))
}

// PutUvarint writes x as AppendUvarint does and says in how many bytes. It panics if
// buf is too short.
func PutUvarint(buf []byte, x uint64) int {
	n := 0
	for ; x >= 0x80; n++ {
		buf[n] = byte(x) | 0x80
		x >>= 7
	}
	buf[n] = byte(x)
	return n + 1
}

// Uvarint reads what PutUvarint wrote and says how many bytes it took: 0 if buf is
// too short, less than 0 if the number does not fit, after so many bytes.
func Uvarint(buf []byte) (uint64, int) {
	var x uint64
	for i, b := range buf {
		if i == MaxVarintLen64 || i == MaxVarintLen64-1 && b > 1 && b < 0x80 {
			return 0, -(i + 1)
		}
		x |= uint64(b&0x7f) << (7 * uint(i))
		if b < 0x80 {
			return x, i + 1
		}
	}
	return 0, 0
}

// fold puts the sign in the lowest bit, so that numbers near zero stay short.
func fold(x int64) uint64 { return uint64(x)<<1 ^ uint64(x>>63) }

func unfold(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// AppendVarint appends x with its sign in the lowest bit, as AppendUvarint does.
func AppendVarint(buf []byte, x int64) []byte { return AppendUvarint(buf, fold(x)) }

// PutVarint writes x with its sign in the lowest bit, as PutUvarint does.
func PutVarint(buf []byte, x int64) int { return PutUvarint(buf, fold(x)) }

// Varint reads what PutVarint wrote, as Uvarint does.
func Varint(buf []byte) (int64, int) {
	u, n := Uvarint(buf)
	return unfold(u), n
}

// ReadUvarint reads what PutUvarint wrote. At the end of the data it returns io.EOF,
// in the middle of a number io.ErrUnexpectedEOF.
func ReadUvarint(r io.ByteReader) (uint64, error) {
	var x uint64
	for i := range MaxVarintLen64 {
		b, err := r.ReadByte()
		if err != nil {
			if i > 0 && err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return x, err
		}
		if i == MaxVarintLen64-1 && b > 1 && b < 0x80 {
			return x, errOverflow
		}
		if b < 0x80 {
			return x | uint64(b)<<(7*uint(i)), nil
		}
		x |= uint64(b&0x7f) << (7 * uint(i))
	}
	return x, errOverflow
}

// ReadVarint reads what PutVarint wrote, as ReadUvarint does.
func ReadVarint(r io.ByteReader) (int64, error) {
	u, err := ReadUvarint(r)
	return unfold(u), err
}
