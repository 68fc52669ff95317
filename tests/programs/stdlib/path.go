// path: all short paths over a small alphabet, and patterns.
package main

import (
	"fmt"
	"path"
)

func all(alphabet []string, n int, f func(string)) {
	f("")
	if n == 0 {
		return
	}
	for _, a := range alphabet {
		all(alphabet, n-1, func(rest string) { f(a + rest) })
	}
}

func main() {
	seen := map[string]bool{}
	all([]string{"/", ".", "..", "a", "b.c"}, 4, func(p string) {
		if seen[p] {
			return
		}
		seen[p] = true
		d, f := path.Split(p)
		fmt.Printf("%q %q %q %q %q %q %q %v\n", p, path.Clean(p), path.Base(p), path.Dir(p), path.Ext(p), d, f, path.IsAbs(p))
	})
	parts := []string{"", "a", "/", "..", "/b/", "a/../c", "."}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				fmt.Printf("%q\n", path.Join(a, b, c))
			}
		}
	}
	fmt.Printf("%q %q\n", path.Join(), path.Join(""))
	patterns := []string{"", "*", "a*", "*a", "a*/b", "a?b", "?", "[ab]", "[^ab]", "[a-c]*", "[", "[a", "[]a]", "[-]", "[a-]", "[x-]", "[-x]", "[a-b-c]",
		"\\", "\\*", "\\a", "a[", "a[b", "*x", "a*b*c*d", "*c", "a*\\", "[\\-x]", "[\\]a]", "[^]a]", "[^", "[a-b", "é*", "[à-ü]", "*/*", "**", "*a*a*", "[]", "[!a]", "a\xff", "[\xff]", "?é"}
	names := []string{"", "a", "b", "ab", "abc", "a/b", "axb", "a/x/b", "*", "-", "]", "axbxcxd", "aéb", "é", "ü", "a\xff", "\xff", "aaa", "x", "a\\", "!"}
	for _, p := range patterns {
		for _, n := range names {
			ok, err := path.Match(p, n)
			fmt.Printf("%q %q %v %v\n", p, n, ok, err)
		}
	}
}
