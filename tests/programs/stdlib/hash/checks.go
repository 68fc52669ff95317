// hash/crc32 and hash/fnv on data of all small lengths, whole and in pieces.
package main

import (
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/fnv"
)

func main() {
	var seed uint32 = 7
	data := make([]byte, 300)
	for i := range data {
		seed = seed*1664525 + 1013904223
		data[i] = byte(seed >> 24)
	}
	custom := crc32.MakeTable(0xd5828281)
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	koopman := crc32.MakeTable(crc32.Koopman)
	for n := range 100 {
		d := data[:n*3]
		fmt.Printf("%08x %08x %08x %08x\n", crc32.ChecksumIEEE(d), crc32.Checksum(d, castagnoli), crc32.Checksum(d, koopman), crc32.Checksum(d, custom))
		fmt.Printf("%08x\n", crc32.Update(uint32(n), crc32.IEEETable, d))
	}
	fmt.Println(crc32.IEEETable[1], castagnoli[255], koopman[77], custom[3])
	hashes := []struct {
		name string
		h    hash.Hash
	}{
		{"crc32", crc32.NewIEEE()}, {"castagnoli", crc32.New(castagnoli)}, {"custom", crc32.New(custom)},
		{"fnv32", fnv.New32()}, {"fnv32a", fnv.New32a()}, {"fnv64", fnv.New64()}, {"fnv64a", fnv.New64a()}, {"fnv128", fnv.New128()}, {"fnv128a", fnv.New128a()},
	}
	for _, h := range hashes {
		fmt.Println(h.name, h.h.Size(), h.h.BlockSize())
		for i := range 25 {
			n, err := h.h.Write(data[i*i/4 : i*i/4+i*5])
			fmt.Println(h.name, n, err, hex.EncodeToString(h.h.Sum([]byte{1, 2})))
			switch v := h.h.(type) {
			case hash.Hash32:
				fmt.Println(v.Sum32())
			case hash.Hash64:
				fmt.Println(v.Sum64())
			}
		}
		h.h.Reset()
		fmt.Println(hex.EncodeToString(h.h.Sum(nil)))
	}
}
