// encoding/binary: both orders, and numbers of variable length.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

var seed uint64 = 3

func next() uint64 {
	seed = seed*6364136223846793005 + 1442695040888963407
	return (seed ^ seed>>29) >> (seed >> 58)
}

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	for _, order := range []interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}{binary.LittleEndian, binary.BigEndian} {
		fmt.Printf("%v %s %#v\n", order, order, order)
		for range 40 {
			b := make([]byte, 10)
			v := next()
			order.PutUint64(b, v)
			fmt.Println(v, b, order.Uint64(b), order.Uint32(b), order.Uint16(b), order.Uint16(b[1:]), order.Uint32(b[3:]))
			order.PutUint32(b[6:], uint32(v))
			order.PutUint16(b[4:], uint16(v))
			fmt.Println(b, order.AppendUint16(nil, uint16(v)), order.AppendUint32(b[:1], uint32(v)), order.AppendUint64(nil, v))
		}
		try("short", func() { order.Uint32(make([]byte, 3)) })
		try("short", func() { order.PutUint64(make([]byte, 7), 1) })
		try("short", func() { order.Uint16(nil) })
	}
	values := []int64{0, 1, -1, 63, 64, -64, -65, 127, 128, 1<<14 - 1, 1 << 14, 1<<63 - 1, -1 << 63}
	for range 60 {
		values = append(values, int64(next()), -int64(next()))
	}
	for _, v := range values {
		b := binary.AppendVarint(nil, v)
		u := binary.AppendUvarint([]byte{9}, uint64(v))
		x, n := binary.Varint(b)
		y, m := binary.Uvarint(u[1:])
		fmt.Println(v, b, u, x, n, y, m)
		put := make([]byte, binary.MaxVarintLen64)
		fmt.Println(binary.PutVarint(put, v), put, binary.PutUvarint(put, uint64(v)), put)
		for cut := range b {
			x, n := binary.Varint(b[:cut])
			z, err := binary.ReadVarint(bytes.NewReader(b[:cut]))
			fmt.Println(x, n, z, err)
		}
		z, err := binary.ReadVarint(bytes.NewReader(b))
		fmt.Println(z, err)
	}
	for _, n := range []int{8, 9, 10, 11} {
		for _, last := range []byte{0, 1, 2, 0x7f, 0x80} {
			b := append(bytes.Repeat([]byte{0xff}, n), last)
			x, k := binary.Uvarint(b)
			y, err := binary.ReadUvarint(bytes.NewReader(b))
			fmt.Println(n, last, x, k, y, err)
		}
	}
	try("short", func() { binary.PutUvarint(make([]byte, 1), 300) })
	fmt.Println(binary.MaxVarintLen16, binary.MaxVarintLen32, binary.MaxVarintLen64)
}
