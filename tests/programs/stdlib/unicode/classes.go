// unicode: every class and mapping of every character, and of what is none; a line for 1,024 characters.
package main

import (
	"fmt"
	"strconv"
	"unicode"
)

func main() {
	fmt.Println(unicode.Version)
	classes := []func(rune) bool{unicode.IsLetter, unicode.IsDigit, unicode.IsNumber, unicode.IsUpper, unicode.IsLower, unicode.IsTitle, unicode.IsMark, unicode.IsPunct, unicode.IsSymbol,
		unicode.IsControl, unicode.IsGraphic, unicode.IsPrint, unicode.IsSpace, strconv.IsPrint, strconv.IsGraphic}
	maps := []func(rune) rune{unicode.ToUpper, unicode.ToLower, unicode.ToTitle, unicode.SimpleFold}
	for from := rune(0); from <= unicode.MaxRune; from += 1024 {
		hash := uint64(14695981039346656037)
		for r := from; r < from+1024; r++ {
			bits := uint64(0)
			for i, is := range classes {
				if is(r) {
					bits |= 1 << i
				}
			}
			hash = (hash ^ bits) * 1099511628211
			for _, to := range maps {
				hash = (hash ^ uint64(to(r))) * 1099511628211
			}
		}
		fmt.Printf("%U %x\n", from, hash)
	}
	for _, r := range []rune{-1, -2, 0x110000, 0x7fffffff, -0x80000000, 0xd800, 0xdfff} {
		for _, is := range classes {
			fmt.Print(is(r), " ")
		}
		for _, to := range maps {
			fmt.Print(to(r), " ")
		}
		fmt.Println(r)
	}
}
