// Package texts has work on strings.
package texts

import (
	"fmt"
	"strconv"
	"strings"
)

func Length(s string) int { return len(s) }

func Join(a, b string) string { return a + ":" + b }

func Runes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

func Vowels(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 'a', 'e', 'i', 'o', 'u':
			n++
		}
	}
	return n
}

func Bytes(s string) int {
	b := []byte(s)
	for i := range b {
		b[i] ^= 1
	}
	return len(string(b))
}

func RuneSlice(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func Upper(s string) string { return strings.ToUpper(s) }

func Contains(s, part string) bool { return strings.Contains(s, part) }

func Prefix(s string) bool { return strings.HasPrefix(s, "x") || strings.HasSuffix(s, "z") }

func Trim(s string) string { return strings.TrimSpace(s) }

func Build(n int) string {
	var b strings.Builder
	for i := 0; i < n; i++ {
		b.WriteString("item ")
		b.WriteByte('!')
	}
	return b.String()
}

func Number(n int) string { return strconv.Itoa(n) }

func Parse(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func Format(name string, n int) string { return fmt.Sprintf("%s has %d", name, n) }

func Printed(a, b int) string { return fmt.Sprint(a, " ", b) }

func Escape(s string) string {
	var b strings.Builder
	for _, c := range s {
		switch c {
		case '*', '_':
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func Lines(n int) string {
	var b strings.Builder
	for i := 0; i < n; i++ {
		fmt.Fprintf(&b, "- %d: %s\n", i, "line")
	}
	return b.String()
}

func Wrapped(n int) error {
	if n > 10 {
		return fmt.Errorf("texts: %d is too large", n)
	}
	return nil
}

func Repeat(n int) string {
	if n < 0 || n > 100 {
		return ""
	}
	return strings.Repeat("ab", n)
}

func Split(s string) int { return len(strings.Split(s, ",")) }

func Fields(s string) int {
	n := 0
	for _, part := range strings.Split(s, " ") {
		if part != "" {
			n++
		}
	}
	return n
}

func JoinAll(parts []string) string { return strings.Join(parts, ", ") }
