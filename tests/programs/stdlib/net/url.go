// net/url: addresses from parts, resolved against one another, and queries.
package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

var seed uint32 = 31

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

func pick(list ...string) string { return list[next(len(list))] }

func show(s string) {
	u, err := url.Parse(s)
	if err != nil {
		var e *url.Error
		fmt.Printf("%q: %v %v %v\n", s, err, errors.As(err, &e), u)
		return
	}
	pw, has := u.User.Password()
	fmt.Printf("%q: %q %q %v %q %v %q %q %q %v %q %q %q %v\n", s, u.Scheme, u.Opaque, u.User, pw, has, u.Host, u.Path, u.RawPath, u.ForceQuery, u.RawQuery, u.Fragment, u.RawFragment, u.OmitHost)
	fmt.Printf("%q %q %q %q %q %q %q %v\n", u, u.Redacted(), u.EscapedPath(), u.EscapedFragment(), u.RequestURI(), u.Hostname(), u.Port(), u.IsAbs())
}

func main() {
	fixed := []string{"", "/", "//", "///", "////a", "http:", "http://", "http:///", "http://a", "http://a:80", "http://a:", "http://a:b", "http://a:80:90/", "x://a:80:90/", "http://[::1]", "http://[::1]:80", "http://[::1",
		"http://[::1]x", "http://[fe80::1%25en0]/", "http://[fe80::1%en0]/", "http://[fe80::1%25]/", "http://[1.2.3.4]/", "http://[1:2:3:4:5:6:7:8]/", "http://[1:2:3:4:5:6:7]/", "http://[::1::2]", "http://[12345::]", "http://[::g]",
		"http://[1:2:3:4:5:6:1.2.3.4]", "http://[::1.2.3.256]", "http://[::1.2.3.04]", "http://[::1.2.3]", "http://[1::2:3:4:5:6:7:8]", "http://[:1]", "http://[1:]", "http://[a]", "http://[]", "http://a[::1]", "http://a%41/", "http://a%20b/",
		"http://a b/", "http://a<b>/", "http://%zz/", "http://a\x7f", "http://a\nb", "mailto:x@y", "mailto:x@y?z", "a:b", ":a", "1a:b", "a1:b", "a+b-c.d:e", "/a:b", "./a:b", "a/b:c", "?a", "?", "a?", "a?b?", "a?b?c", "#", "#a", "a#b#c", "#%zz", "#a b", "#é%41",
		"http://u@h", "http://u:p@h", "http://u:@h", "http://:p@h", "http://@h", "http://u:p:q@h", "http://u@v@h", "http://u%40:p%3a@h", "http://u/x@h", "http://u[@h", "http://%zz@h", "*", "http:*", "a%2fb", "/a%2Fb", "/a b", "/%e9", "/a%zz", "/é", "/a;b,c:d@e&f=g+h$i", "/[a]", "/a!b'c(d)*", "http:a/b",
		"http:/a/b", "//h/p", "//h", "//h:x/p", "HTTP://H", "http://h?q=1#f", "http://h#f?q", "/a?b=c%zz", "x:?a", "x:#a", "x://", "x:///a", "x:/", "ipfs://bafy/file name", "http://ü.de/ü", "http://h/a//b", "http://h/..", "http://h/%2e%2e/"}
	for _, s := range fixed {
		show(s)
		u, err := url.ParseRequestURI(s)
		fmt.Printf("%q %v\n", u, err)
	}
	for range 500 {
		show(pick("", "http:", "https:", "x:", "A:", "1:") + pick("", "//", "//", "/") + pick("", "u@", "u:p@", "@", "ü@") + pick("", "h", "h:1", "[::1]", "h%20", "a.b:x") +
			pick("", "/", "/p", "/p/../q", "p%2f", "/é", "/%zz", "/a%20b") + pick("", "?", "?q", "?a=b&c=d", "?%zz") + pick("", "#", "#f", "#%41", "#a%20b"))
	}
	bases := []string{"http://h/a/b/c?q#f", "http://h", "http://u:p@h/a/", "mailto:x", "/a/b", "a/b", "", "http://h/a/../b/./c", "http://h//a//b", "x:/a%2fb/c"}
	refs := []string{"", "d", "/d", "//g/d", "?y", "#s", "d?y#s", "..", "../", "../..", "../../../../d", ".", "./", "./d", "d/../e", "d/./e/", "http:d", "x:y", "x:/y", "//", "/..", "/../d", "d//e", "d%2fe", "?", "..d", "d..", "d/..", "/./d", "g;x=1/../y", "//g"}
	for _, b := range bases {
		base, err := url.Parse(b)
		if err != nil {
			panic(err)
		}
		for _, r := range refs {
			u, err := base.Parse(r)
			fmt.Printf("%q %q %q %v\n", b, r, u, err)
		}
		for _, e := range [][]string{nil, {"x"}, {"x", "y"}, {"/x/"}, {".."}, {"..", "x"}, {"a b"}, {"%2f"}, {"%zz"}, {""}, {"x/"}, {"//x"}} {
			s, err := url.JoinPath(b, e...)
			fmt.Printf("%q %q %q %v %q\n", b, e, s, err, base.JoinPath(e...))
		}
	}
	for i := range 256 {
		s := "a" + string([]byte{byte(i)}) + "b"
		fmt.Printf("%q %q %q\n", s, url.QueryEscape(s), url.PathEscape(s))
		u := url.URL{Scheme: "s", Host: s, Path: s, Fragment: s, User: url.UserPassword(s, s)}
		fmt.Printf("%q %q\n", u.String(), u.Redacted())
	}
	for range 300 {
		var b strings.Builder
		for range next(8) {
			b.WriteString(pick("%", "2", "f", "+", " ", "a", "%41", "%zz", "é", "=", "&", ";", "%26"))
		}
		s := b.String()
		q, err1 := url.QueryUnescape(s)
		p, err2 := url.PathUnescape(s)
		v, err3 := url.ParseQuery(s)
		fmt.Printf("%q %q %v %q %v %q %v %q %v\n", s, q, err1, p, err2, v.Encode(), err3, v.Get("a"), v.Has("a"))
	}
	_, err := url.ParseQuery(strings.Repeat("&", 10000))
	fmt.Println(err)
	v := url.Values{}
	fmt.Println(v.Get("x"), v.Has("x"))
	v.Set("x", "1")
	v.Add("x", "2 3")
	v.Add("a", "ü")
	w := v.Clone()
	w.Add("b&", "=")
	fmt.Println(v.Get("x"), v.Has("x"), v.Encode(), w.Encode())
	v.Del("x")
	fmt.Println(v.Encode())
	var nobody *url.Userinfo
	fmt.Println(nobody.Username(), nobody.String(), (*url.URL)(nil).Redacted(), url.User("a b"), url.UserPassword("", ""))
	u := &url.URL{}
	fmt.Println(u.UnmarshalBinary([]byte("http://x/y z")), u, u.UnmarshalBinary([]byte(":")))
	b, err := u.MarshalBinary()
	fmt.Println(string(b), err)
	for _, u := range []url.URL{{Path: "a:b"}, {Path: "//a"}, {Host: "h", Path: "a"}, {Scheme: "s", Path: "//a"}, {Scheme: "s", Opaque: "//h/p", RawQuery: "q"}, {Path: "/a", RawPath: "/%61"}, {Path: "/a", RawPath: "/b"}, {Path: "*"}, {Scheme: "s", OmitHost: true, Path: "//x"}, {User: url.User("u")}, {Fragment: "a", RawFragment: "%61"}} {
		fmt.Println(u.String(), u.RequestURI(), u.EscapedPath())
	}
}
