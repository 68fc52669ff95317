// encoding/base32 and base64: all alphabets, lengths, and broken texts.
package main

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
)

var seed uint32 = 99

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	data := make([]byte, 64)
	for i := range data {
		data[i] = byte(next(256))
	}
	e64 := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding, base64.StdEncoding.WithPadding('*'),
		base64.StdEncoding.Strict(), base64.RawURLEncoding.Strict()}
	e32 := []*base32.Encoding{base32.StdEncoding, base32.HexEncoding, base32.StdEncoding.WithPadding(base32.NoPadding), base32.HexEncoding.WithPadding('.')}
	for n := range 20 {
		for i, e := range e64 {
			s := e.EncodeToString(data[n : n*2])
			b, err := e.DecodeString(s)
			fmt.Println(i, e.EncodedLen(n), e.DecodedLen(n), s, b, err, string(e.AppendEncode([]byte("x"), data[:n])))
		}
		for i, e := range e32 {
			s := e.EncodeToString(data[n : n*2])
			b, err := e.DecodeString(s)
			fmt.Println(i, e.EncodedLen(n), e.DecodedLen(n), s, b, err, string(e.AppendEncode([]byte("x"), data[:n])))
		}
	}
	broken := []string{"", "=", "==", "A", "AA", "AAA", "AAAA", "A=", "A==", "A===", "AA=", "AA==", "AA===", "AAA=", "AAA==", "AA=A", "AA==A", "AAA=A", "AAA=AAAA",
		"A\nA=\n=\n", "\r\n", "AA\n=", "!", "A!", "AA!", "AAA!", "AAAA!", "AAAAA", "AAAAAA", "AAAAAAA", "AAAAAAAA", "AB==", "ABC=", "AB", "ABC", "AA=\n", "AA==\n\nx", "AAAAAA==AAAA",
		"AAAAAA======", "AA======", "AAA=====", "AAAA====", "AAAAA===", "AAAAAA==", "AAAAAAA=", "AA=====", "A=======", "AA====A=", "AA======A", "A\nA======", "======", "AAAAAAAAAA", "7\n7\n7\n7",
		"aa======", "MZXW6===", "MZXW6YQ=", "MZXW6YTB", "mzxw6===", "00======", "..", "AA......", "AA**", "AAA*", "AA*=", "AA=*"}
	for _, s := range broken {
		for i, e := range e64 {
			b, err := e.DecodeString(s)
			fmt.Printf("%q %d %v %v\n", s, i, b, err)
		}
		for i, e := range e32 {
			b, err := e.DecodeString(s)
			fmt.Printf("%q %d %v %v\n", s, i, b, err)
		}
	}
	letters := "ABCZ27==\n+/-"
	for range 400 {
		text := make([]byte, next(18))
		for i := range text {
			text[i] = letters[next(len(letters))]
		}
		a, err := base64.StdEncoding.DecodeString(string(text))
		fmt.Printf("%q %v %v\n", text, a, err)
		a, err = base64.RawURLEncoding.Strict().DecodeString(string(text))
		fmt.Printf("%q %v %v\n", text, a, err)
		a, err = base32.StdEncoding.DecodeString(string(text))
		fmt.Printf("%q %v %v\n", text, a, err)
		a, err = e32[2].AppendDecode([]byte{1}, text)
		fmt.Printf("%q %v %v\n", text, a, err)
	}
	try("short", func() { base64.NewEncoding("abc") })
	try("line", func() { base64.NewEncoding("\nBCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") })
	try("twice", func() { base64.NewEncoding("AACDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") })
	try("padding", func() { base64.StdEncoding.WithPadding('A') })
	try("padding", func() { base64.StdEncoding.WithPadding('\n') })
	try("padding", func() { base64.StdEncoding.WithPadding(-2) })
	try("padding", func() { base64.StdEncoding.WithPadding(256) })
	try("short", func() { base32.NewEncoding("abc") })
	try("line", func() { base32.NewEncoding("\rBCDEFGHIJKLMNOPQRSTUVWXYZ234567") })
	try("twice", func() { base32.NewEncoding("AACDEFGHIJKLMNOPQRSTUVWXYZ234567") })
	try("padding", func() { base32.StdEncoding.WithPadding('A') })
	try("padding", func() { base32.StdEncoding.WithPadding('\r') })
}
