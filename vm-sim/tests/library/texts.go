// strings, bytes, unicode and strconv.
package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	samples := []string{"", "a", "Hello, World", "ÀÉÎõü straße", "日本語 text", "a\xffb\xe2\x82", "  spaced\tout \n", "KkK σςΣ ǅ İı", "aaaa", "\u00ad\ufeff\u2028x"}
	for _, s := range samples {
		fmt.Printf("%q %q %q %q %q\n", s, strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s), strings.TrimSpace(s))
		fmt.Printf("%q %d %d %v %q\n", strings.Fields(s), utf8.RuneCountInString(s), len([]rune(s)), utf8.ValidString(s), strings.Split(s, ""))
		fmt.Println(strconv.Quote(s), strconv.QuoteToASCII(s), strings.EqualFold(s, strings.ToUpper(s)), strings.Count(s, ""), strings.Count(s, "a"))
		fmt.Println(strings.Index(s, "o"), strings.LastIndex(s, "o"), strings.IndexByte(s, 'l'), strings.IndexAny(s, "xyz日"), strings.LastIndexAny(s, "aé"), strings.IndexRune(s, utf8.RuneError), strings.IndexFunc(s, unicode.IsUpper))
		fmt.Printf("%q %q %q\n", strings.Replace(s, "a", "<>", 2), strings.ReplaceAll(s, "", "."), strings.ToValidUTF8(s, "?"))
		fmt.Printf("%q %q %d %d\n", bytes.ToUpper([]byte(s)), bytes.Fields([]byte(s)), bytes.Index([]byte(s), []byte("l")), bytes.Count([]byte(s), []byte("a")))
		for _, r := range s {
			fmt.Print(string(unicode.ToUpper(r)), unicode.ToLower(r), unicode.ToTitle(r), unicode.SimpleFold(r), unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsPrint(r), unicode.IsControl(r), strconv.QuoteRune(r), " ")
		}
		fmt.Println()
	}
	fmt.Println(unicode.IsLetter(-1), unicode.ToUpper(-1), unicode.SimpleFold(-2), unicode.IsGraphic(0x110000), unicode.ToLower(0x7fffffff), strconv.QuoteRune(-1), strconv.IsPrint(0x85))
	for _, s := range []string{"1", "-1", "1.5", "1e10", "1e-400", "1e400", "-1e400", "inf", "NaN", "0x1p-2", "1_000.5", "", "x", ".5", "5.", "0.1", "3.4028235e38", "3.5e38", "1e23", "9007199254740993", "+.1e+1"} {
		f, err := strconv.ParseFloat(s, 64)
		g, err32 := strconv.ParseFloat(s, 32)
		fmt.Println(f, err, g, err32)
		n, err := strconv.Atoi(s)
		u, erru := strconv.ParseUint(s, 0, 16)
		i, erri := strconv.ParseInt(s, 16, 8)
		fmt.Println(n, err, u, erru, i, erri)
	}
	for _, s := range []string{`"a\tb"`, "`raw`", `'x'`, `"\u00e9\xff"`, `"bad`, `''`, `"\q"`, `'\''`} {
		text, err := strconv.Unquote(s)
		fmt.Printf("%q %v\n", text, err)
	}
	for _, f := range []float64{0, 1, -1.5, 0.1, 1e21, 1e20, 123456789, 1e-7, 5e-324, 1.7976931348623157e308, 2.5, 3.0e-5} {
		fmt.Println(strconv.FormatFloat(f, 'g', -1, 64), strconv.FormatFloat(f, 'e', 3, 64), strconv.FormatFloat(f, 'f', -1, 64) != "", strconv.FormatFloat(f, 'f', 2, 64) != "", strconv.FormatFloat(f, 'x', -1, 64), strconv.FormatFloat(f, 'b', -1, 64), strconv.FormatFloat(f, 'G', 3, 32), strconv.FormatFloat(f, 'X', 2, 64), strconv.FormatFloat(f, 'q', 2, 64))
	}
	fmt.Println(strconv.FormatInt(-255, 16), strconv.FormatInt(-9223372036854775808, 2), strconv.FormatUint(18446744073709551615, 36), strconv.Itoa(-7))
	fmt.Println(strings.Map(func(r rune) rune {
		if r == 'b' {
			return -1
		}
		return unicode.ToUpper(r)
	}, "abc\xffé"), strings.Trim("xxaxx", "x"), strings.TrimLeft("éé1", "é"), strings.TrimFunc("12a34", unicode.IsDigit), strings.NewReplacer("a", "1", "b", "22").Replace("aabbc"))
	for _, s := range []string{"", "a", "a,b,c", ",,", "a,,b,", "é\xff,日"} {
		for _, n := range []int{-1, 0, 1, 2, 3, 9} {
			fmt.Printf("%q %q %q %q\n", strings.SplitN(s, ",", n), strings.SplitAfterN(s, ",", n), strings.SplitN(s, "", n), strings.Replace(s, ",", "<>", n))
			fmt.Printf("%q %q %q %q\n", bytes.SplitN([]byte(s), []byte(","), n), bytes.SplitAfterN([]byte(s), []byte(","), n), bytes.SplitN([]byte(s), nil, n), bytes.Replace([]byte(s), []byte(","), []byte("<>"), n))
			fmt.Printf("%q %q\n", strings.Replace(s, "", ".", n), bytes.Replace([]byte(s), nil, []byte("."), n))
		}
		fmt.Println(cap(strings.Split(s, ",")), cap(bytes.Split([]byte(s), []byte(","))))
	}
	long := strings.Repeat("word, ", 20000)
	fmt.Println(len(strings.Split(long, ",")), len(strings.ReplaceAll(long, ", ", ";")))
	fmt.Println(strings.SplitN("a,b,c", ",", 2), strings.SplitAfter("a,b", ","), strings.Join([]string{"p", "q"}, "--"), strings.HasPrefix("abc", "ab"), strings.Contains("abc", ""), strings.ContainsRune("é", 'é'))
}
