// regexp: expressions of every kind on texts of every kind, all functions, refusals, and random expressions.
package main

import (
	"fmt"
	"regexp"
	"strings"
)

var seed uint32 = 7

func next(n int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % n
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, "panics:", r)
		}
	}()
	f()
}

func show(expr string, texts ...string) {
	re, err := regexp.Compile(expr)
	if err != nil {
		fmt.Printf("%q refused: %v\n", expr, err)
		return
	}
	fmt.Printf("%q groups %d %q\n", re.String(), re.NumSubexp(), re.SubexpNames())
	for _, s := range texts {
		fmt.Printf("  %q %v %v %v\n", s, re.MatchString(s), re.FindStringSubmatchIndex(s), re.FindAllStringSubmatchIndex(s, -1))
	}
	re.Longest()
	for _, s := range texts {
		fmt.Printf("  longest %q %v\n", s, re.FindAllStringSubmatchIndex(s, -1))
	}
}

func refusals() {
	for _, expr := range []string{"*", "+a", "?", "a**", "a*+", "a??b", "a???", "(*)", "|*", "(|*)", "x{2}{3}", "x{2}?{3}", "{1}", "a{,2}", "a{1,b}", "a{1", "a{1001}", "a{2,1}", "a{0,1001}",
		"a{99999999999}", "(a{100}){11}", "(a{100}){10}", "((a{10}){10}){10}", "((a{10}){10}){11}", "(a{0}){1000}", "(", ")", "a)", "(a", "((a)", "(?", "(?a", "(?i", "(?i)", "(?i:", "(?:a", "(?-i)a", "(?i-)a", "(?-)a",
		"(?i-s:a)", "(?--i)a", "(?P", "(?P<", "(?P<a", "(?P<a>", "(?P<a>b", "(?P<a b>c)", "(?P<>c)", "(?P<é>c)", "(?<n>c)", "(?<n", "(?<>c)", "(?P=n)", "(?'n'c)", "(?=a)", "(?!a)", "(?<=a)", "(?#c)", "(?i)(?z)",
		"[", "[a", "[]", "[]a", "[]a]", "[^]", "[^]a]", "[a-", "[a-]", "[-a]", "[a-b-c]", "[b-a]", "[a-\\d]", "[\\d-a]", "[[:alpha:]]", "[[:foo:]]", "[[:^alpha:]]", "[[:alpha]", "[[:alpha:]", "[:alpha:]", "[[.a.]]",
		"\\", "a\\", "\\8", "\\1", "\\18", "\\017", "\\08", "\\0", "\\123", "\\377", "\\400", "\\x", "\\x1", "\\x41", "\\x{41}", "\\x{}", "\\x{110000}", "\\x{10FFFF}", "\\x{4g}", "\\xg1", "\\x{41", "\\q", "\\_", "\\é", "\\-", "\\C",
		"\\p", "\\pN", "\\pZ", "\\p{", "\\p{}", "\\p{^L}", "\\P{^L}", "\\p{Foo}", "\\p{greek}", "\\p{Grek}", "\\p{Old_Italic}", "\\p{olditalic}", "\\pX", "\\p{Lu}", "\\p{lu}", "\\p{LC}", "\\p{L&}", "\\p{Letter}", "\\p{Uppercase_Letter}",
		"\\p{Any}", "\\p{ASCII}", "\\p{Assigned}", "\\Z", "\\z", "\\A", "\\G", "\\Q", "\\Qa.b", "\\Qa.b\\E*", "\\E", "\xff", "a\xff", "[\xff]", "(?P<\xff>a)", "\\\xff", "\\p{\xff}", "\\p\xff", "\\Q\xff", "(?i\xff", "a|b|", "|", "||", "()", "(|)", "()*", "(?:)*",
		strings.Repeat("(", 999) + strings.Repeat(")", 999), strings.Repeat("(?:", 2000) + strings.Repeat(")", 2000), "(a", "a]", "}", "a}", "{", "^*", "$+", "\\b?", "\\b{3}", "x{0}", "x{0,0}", "x{1}", "x{1,}", "x{0,}"} {
		re, err := regexp.Compile(expr)
		if len(expr) > 200 {
			expr = expr[:10]
		}
		fmt.Printf("%q %v %v\n", expr, err, re != nil && re.MatchString("xxaé1\n"))
		_, err = regexp.CompilePOSIX(expr)
		fmt.Printf("posix %q %v\n", expr, err)
	}
	try("MustCompile", func() { regexp.MustCompile("a(") })
	try("MustCompile", func() { regexp.MustCompile("`(") })
	try("MustCompilePOSIX", func() { regexp.MustCompilePOSIX("[b-a]") })
	matched, err := regexp.MatchString("a+", "baab")
	fmt.Println(matched, err)
	matched, err = regexp.Match("(", nil)
	fmt.Println(matched, err)
}

func searches() {
	texts := []string{"", "a", "b", "aa", "ab", "abab", "aaab", "baac", "abcabc", "a\nb", "\na\n", "x y_z 12", "naïve café", "ΑΒγ δ", "日本語", "a\xffb", "\xe2\x82a", "Kk\u212a ſS", "foo(bar)[baz]", "2026-11-22 15:50", "key=value; k2=v2", "...---...", "\x00\x01", "éÉ"}
	for _, expr := range []string{"", "a", "ab", "a|b", "a|ab", "ab|a", "(a)(b)?", "(a)|(b)", "(?:(a)|b)*", "(a*)*", "(a*)+", "(a|b)*", "(|a)*", "(|a)+", "(a|)*", "(a?)*?", "(a?)??", "a*?", "a+?b", "a{2}", "a{1,2}", "a{2,}?", "(ab){2}",
		"^", "$", "^a", "a$", "^$", "(?m)^", "(?m)$", "(?m)^a$", "\\A", "\\z", "\\ba", "a\\b", "\\Ba", "\\B", "\\b", ".", ".*", ".+", "(?s).", "(?s).*", "(?U)a+", "(?U)a+?", "(?i)A", "(?i)k", "(?i)s", "(?i)é", "(?i:a)b", "(?i)[a-c]+", "(?i)[^a]",
		"[a-c]", "[^a-c]", "[^\\n]", "\\d+", "\\D+", "\\s", "\\S+", "\\w+", "\\W+", "[\\w-]+", "[^\\W\\d]+", "(?i)\\w", "(?i)\\W", "[[:alpha:]]+", "[[:^alpha:]]+", "[[:punct:]]", "\\pL+", "\\PL+", "\\p{Greek}+", "\\p{Han}", "(?i)\\p{Lu}", "(?i)\\P{Lu}", "\\p{^Greek}", "[\\p{L}\\d]+", "[^\\pL]+",
		"\\x{e9}", "é+", "\\xff", "\\x{FFFD}", "[^a]b", "(?P<year>\\d+)-(?P<month>\\d+)", "(?<k>\\w+)=(?<v>\\w+)", "(\\w+)\\((\\w+)\\)", "\\.+", "(.)(.)", "(a(b(c)))", "((a)|(ab))((c)|(bc))", "(a+)(b+)", "x*", "x*y*", "(x)?(y)?z", "\\Q..\\E", "a(?:b|c)*?b", "(?:a|b|c|d)+", "(aa|aaa)(a|aa)", "a.b", "\\bfoo\\b", "(?m:^)(?s:.)", "((((((a))))))", "(a)(?:b)(c)", "(?:a*)*b", "(?:a?){3}a{3}", "(.*)(.*)", "(.*?)(.*)", "[^,]*,?", "\\C?", "(|b)a", "(b|)a", "a*(|b)", "(?:|a)*?", "(?:a|b?)*c"} {
		show(expr, texts...)
	}
	for _, expr := range []string{"a+", "(a|ab)(c|bcd)", "a|ab|abc", "(a*)(ab)*(b)*", "x*", "[^a]", "^a$", "^", "$", "a.b", "(a|ab)(bc|c)?", "()|.", "(a*)(b|abc)", "\\.", "[a-c]*", "(a)(b)*"} {
		re, err := regexp.CompilePOSIX(expr)
		if err != nil {
			fmt.Println(expr, err)
			continue
		}
		for _, s := range texts {
			fmt.Printf("posix %q %q %v\n", expr, s, re.FindAllStringSubmatchIndex(s, -1))
		}
	}
}

func functions() {
	re := regexp.MustCompile(`(?P<key>\w+)=(?P<value>\w*)(;)?`)
	s := "a=1;b=;c=xyz d, =4; é=5"
	b := []byte(s)
	fmt.Printf("%q %v %q %v\n", re.FindString(s), re.FindStringIndex(s), re.FindStringSubmatch(s), re.FindStringSubmatchIndex(s))
	fmt.Printf("%q %v %q %v\n", re.Find(b), re.FindIndex(b), re.FindSubmatch(b), re.FindSubmatchIndex(b))
	for n := -1; n < 4; n++ {
		fmt.Printf("%d %q %v %q %v\n", n, re.FindAllString(s, n), re.FindAllStringIndex(s, n), re.FindAllStringSubmatch(s, n), re.FindAllStringSubmatchIndex(s, n))
		fmt.Printf("%d %q %v %q %v\n", n, re.FindAll(b, n), re.FindAllIndex(b, n), re.FindAllSubmatch(b, n), re.FindAllSubmatchIndex(b, n))
	}
	none := regexp.MustCompile("zzz(y)?")
	fmt.Printf("%q %v %q %v %v %v %v\n", none.FindString(s), none.FindStringIndex(s) == nil, none.FindStringSubmatch(s), none.Find(b) == nil, none.FindAllString(s, -1) == nil, none.FindSubmatch(b) == nil, none.FindAllIndex(b, -1) == nil)
	for _, repl := range []string{"", "x", "$1", "${1}", "$1x", "${1}x", "$key:$value", "${key}${value}", "$$", "$", "$$$1", "$0", "$9", "$01", "${", "${key", "${}", "$-", "${key}}", "a$", "$1_", "$é", "$10", "$1234567890123", "$key$3$value", "${3}"} {
		fmt.Printf("%q: %q %q %q %q\n", repl, re.ReplaceAllString(s, repl), re.ReplaceAllLiteralString(s, repl), re.ReplaceAll(b, []byte(repl)), re.ReplaceAllLiteral(b, []byte(repl)))
		fmt.Printf("%q\n", re.ExpandString([]byte("> "), repl, s, re.FindStringSubmatchIndex(s)))
		fmt.Printf("%q\n", re.Expand(nil, []byte(repl), b, re.FindSubmatchIndex(b)))
	}
	fmt.Printf("%q %q\n", re.ReplaceAllStringFunc(s, strings.ToUpper), re.ReplaceAllFunc(b, func(p []byte) []byte { return append([]byte("<"), p...) }))
	fmt.Println(re.SubexpIndex("value"), re.SubexpIndex("key"), re.SubexpIndex(""), re.SubexpIndex("none"))
	for _, expr := range []string{"", "a", "a*", "b", ",", " *, *", "x*", "\\s+", "$", "^", "(,)"} {
		re := regexp.MustCompile(expr)
		for _, s := range []string{"", "a", "b", "aba", "a, b ,c,,", "aaa", " ", "日本"} {
			for n := -1; n < 4; n++ {
				fmt.Printf("%q %q %d %q\n", expr, s, n, re.Split(s, n))
			}
			fmt.Printf("%q %q %q %q\n", expr, s, re.ReplaceAllString(s, "-"), re.ReplaceAllString(s, "[$0]"))
		}
	}
	for _, s := range []string{"", "a.b", `\.+*?()|[]{}^$`, "é-_%&~#@!<>=,:;\"'/`", "\xff."} {
		fmt.Printf("%q\n", regexp.QuoteMeta(s))
	}
	text, err := re.MarshalText()
	fmt.Println(string(text), err)
	var read regexp.Regexp
	fmt.Println(read.UnmarshalText([]byte("a|b+")), read.String(), read.MatchString("xbb"), read.UnmarshalText([]byte("(")))
	text, err = re.AppendText([]byte("re: "))
	fmt.Println(string(text), err, re.Copy().String() == re.String())
}

// expression makes a random expression.
func expression(depth int) string {
	if depth == 0 {
		return []string{"a", "b", "c", ".", "[ab]", "[^b]", "\\w", "^", "$", "\\b", "", "é", "(?i:B)"}[next(13)]
	}
	switch next(7) {
	case 0, 1:
		return expression(depth-1) + expression(depth-1)
	case 2:
		return "(?:" + expression(depth-1) + "|" + expression(depth-1) + ")"
	case 3:
		return "(" + expression(depth-1) + ")"
	case 4:
		return "(?:" + expression(depth-1) + ")" + []string{"*", "+", "?", "*?", "+?", "??"}[next(6)]
	case 5:
		return "(?:" + expression(depth-1) + ")" + []string{"{2}", "{1,2}", "{0,2}?", "{2,}", "{0}"}[next(5)]
	}
	return expression(depth - 1)
}

func main() {
	refusals()
	searches()
	functions()
	for range 700 {
		expr := expression(4)
		re, err := regexp.Compile(expr)
		if err != nil {
			fmt.Printf("%q %v\n", expr, err)
			continue
		}
		long := re.Copy()
		long.Longest()
		for range 4 {
			var s strings.Builder
			for range next(9) {
				s.WriteString([]string{"a", "b", "c", "ab", "é", "B", "\n", " "}[next(8)])
			}
			fmt.Printf("%q %q %v %v %v\n", expr, s.String(), re.FindAllStringSubmatchIndex(s.String(), -1), long.FindStringIndex(s.String()), long.MatchString(s.String()))
		}
	}
}
