// unicode/utf16: every function at all borders, and random units.
package main

import (
	"fmt"
	"unicode/utf16"
)

func main() {
	borders := []rune{-1, 0, 'a', 0x7f, 0xff, 0xd7ff, 0xd800, 0xd801, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10001, 0x1f600, 0x10ffff, 0x110000}
	for _, r := range borders {
		a, b := utf16.EncodeRune(r)
		fmt.Println(r, utf16.IsSurrogate(r), utf16.RuneLen(r), a, b, utf16.AppendRune(nil, r), utf16.AppendRune([]uint16{7}, r))
		for _, s := range borders {
			fmt.Println(r, s, utf16.DecodeRune(r, s), utf16.Encode([]rune{r, s}))
		}
	}
	var seed uint32 = 1
	for range 300 {
		units := make([]uint16, 0, 6)
		for range 6 {
			seed = seed*1664525 + 1013904223
			u := uint16(seed >> 16)
			if u&3 != 0 {
				u = 0xd800 | u&0x7ff
			}
			units = append(units, u)
		}
		runes := utf16.Decode(units)
		fmt.Println(units, runes, utf16.Encode(runes))
	}
}
