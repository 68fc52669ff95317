// Package crc32 computes cyclic redundancy checks of 32 bits, which find accidents,
// not attacks; against these use crypto/sha256.
package crc32

import "hash"

// Size is the number of bytes of a checksum.
const Size = 4

// Polynomials, lowest coefficient in the highest bit.
const (
	IEEE       = 0xedb88320 // of zip, png and Ethernet
	Castagnoli = 0x82f63b78 // of iSCSI
	Koopman    = 0xeb31d82e
)

// Table is a polynomial made ready for use.
type Table [256]uint32

// IEEETable is the table of the IEEE polynomial.
var IEEETable = MakeTable(IEEE)

// MakeTable makes the table of a polynomial.
func MakeTable(poly uint32) *Table {
	t := new(Table)
	for i := range t {
		c := uint32(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ poly
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return t
}

// Checksum returns the checksum of data.
func Checksum(data []byte, tab *Table) uint32 { return Update(0, tab, data) }

// ChecksumIEEE returns the checksum of data by the IEEE polynomial.
//
// Example: ChecksumIEEE([]byte("hello"))
func ChecksumIEEE(data []byte) uint32 { return update(0, IEEE, data) }

// Update returns the checksum of the data that crc is of with p behind it.
func Update(crc uint32, tab *Table, p []byte) uint32 {
	// the entry of the highest bit is the polynomial; a table made by hand is taken as it is
	if poly := tab[128]; poly == IEEE || poly == Castagnoli {
		return update(crc, poly, p)
	}
	crc = ^crc
	for _, b := range p {
		crc = tab[byte(crc)^b] ^ crc>>8
	}
	return ^crc
}

// update continues crc with data, by a polynomial.
//
//amigos:native gas=base:200,len(data):2/1
func update(crc, poly uint32, data []byte) uint32

type digest struct {
	crc uint32
	tab *Table
}

// New returns a hash by the polynomial of tab. Its Sum is in big-endian order.
func New(tab *Table) hash.Hash32 { return &digest{0, tab} }

// NewIEEE returns a hash by the IEEE polynomial.
func NewIEEE() hash.Hash32 { return New(IEEETable) }

func (d *digest) Write(p []byte) (n int, err error) {
	d.crc = Update(d.crc, d.tab, p)
	return len(p), nil
}

func (d *digest) Sum(b []byte) []byte {
	s := d.crc
	return append(b, byte(s>>24), byte(s>>16), byte(s>>8), byte(s))
}

func (d *digest) Reset() { d.crc = 0 }

func (d *digest) Size() int { return Size }

func (d *digest) BlockSize() int { return 1 }

func (d *digest) Sum32() uint32 { return d.crc }
