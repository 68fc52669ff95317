// Package html makes text safe to stand in HTML, and takes that back. Pages of
// contracts are Markdown (see Render); this is for text that goes elsewhere.
package html

import (
	"strings"
	"unicode/utf8"
)

var escaper = strings.NewReplacer("&", "&amp;", "'", "&#39;", "<", "&lt;", ">", "&gt;", "\"", "&#34;")

// EscapeString writes the five characters < > & ' " as references, others as they
// are.
//
// Example: EscapeString("a < b")
func EscapeString(s string) string { return escaper.Replace(s) }

// UnescapeString replaces references by the characters that they mean, named ones
// (&eacute;) and numbers (&#233; &#xe9;), in the forgiving way of browsers. It undoes
// EscapeString.
//
// Example: UnescapeString("caf&eacute;")
func UnescapeString(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		text, n := reference(s[i:])
		b.WriteString(text)
		s = s[i+n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// reference reads the reference at the start of s, and says how long it is. What is
// none stays as it is.
func reference(s string) (text string, n int) {
	if len(s) > 1 && s[1] == '#' {
		return number(s)
	}
	n = 1
	for n < len(s) && isNameByte(s[n]) {
		n++
	}
	name := s[1:n]
	if name == "" {
		return s[:n], n
	}
	if n < len(s) && s[n] == ';' {
		if text = named(name + ";"); text != "" {
			return text, n + 1
		}
		n++
	}
	if text = named(name); text != "" {
		return text, len(name) + 1
	}
	// old names need no semicolon; the longest of them has six letters
	for end := min(len(name)-1, 6); end > 1; end-- {
		if text = named(name[:end]); text != "" {
			return text, end + 1
		}
	}
	return s[:n], n
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// windows is what the numbers from 0x80 on mean where they are written by mistake.
var windows = [...]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

// number reads a reference that begins with &#.
func number(s string) (text string, n int) {
	if len(s) <= 3 {
		return s[:1], 1
	}
	n = 2
	hexadecimal := s[n] == 'x' || s[n] == 'X'
	if hexadecimal {
		n++
	}
	x := rune(0)
	for n < len(s) {
		c := s[n]
		var digit rune
		switch {
		case '0' <= c && c <= '9':
			digit = rune(c - '0')
		case hexadecimal && 'a' <= c && c <= 'f':
			digit = rune(c-'a') + 10
		case hexadecimal && 'A' <= c && c <= 'F':
			digit = rune(c-'A') + 10
		default:
			digit = -1
		}
		if digit < 0 {
			break
		}
		base := rune(10)
		if hexadecimal {
			base = 16
		}
		if x <= utf8.MaxRune { // more digits make it no smaller
			x = x*base + digit
		}
		n++
	}
	if n < len(s) && s[n] == ';' {
		n++
	}
	if n <= 3 {
		return s[:1], 1
	}
	switch {
	case 0x80 <= x && x <= 0x9f:
		x = windows[x-0x80]
	case x == 0 || 0xd800 <= x && x <= 0xdfff || x > utf8.MaxRune:
		x = utf8.RuneError
	}
	return string(x), n
}

// named returns what a name means, with its semicolon if that is needed, or nothing.
//
//amigos:native gas=base:40,len(name):1/1
func named(name string) string
