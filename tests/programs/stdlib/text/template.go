// text/template: the language of templates, its functions, and what goes wrong.
package main

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
)

type Point struct {
	X, Y int
}

func (p Point) String() string { return fmt.Sprintf("(%d;%d)", p.X, p.Y) }

type Inner struct {
	Deep string
	Both int
}

type Person struct {
	Name    string
	Age     int
	Score   float64
	Tags    []string
	Limits  [3]uint8
	Notes   map[string]int
	Byte    map[int]string
	Any     any
	None    any
	Next    *Person
	At      Point
	Ptr     *Point
	Mixed   []any
	Fn      func(int) int
	Err     error
	Sum     func(...int) int
	Yes, No bool
	U8      uint8
	I64     int64
	C       complex128
	Text    []byte
	hidden  int
	Inner
}

func (p Person) Greeting() string                    { return "I am " + p.Name }
func (p *Person) Shout() string                      { return strings.ToUpper(p.Name) }
func (p Person) Add(a, b int) int                    { return a + b + p.Age }
func (p Person) Fails(how string) (string, error)    { return "", errors.New("failed " + how) }
func (p Person) Works() (int, error)                 { return 12, nil }
func (p Person) Panics() string                      { panic("method panics") }
func (p Person) Joined(parts ...string) string       { return strings.Join(parts, "+") }
func (p Person) Twice(s string) string               { return s + s }
func (p Person) Of(x any) string                     { return fmt.Sprintf("%T", x) }
func (p Person) List() []string                      { return []string{"l1", "l2"} }
func (p Person) unexported() string                  { return "no" }

var funcs = template.FuncMap{
	"upper":  strings.ToUpper,
	"repeat": strings.Repeat,
	"add":    func(a, b int) int { return a + b },
	"seq": func(n int) []int {
		list := make([]int, n)
		for i := range list {
			list[i] = i * i
		}
		return list
	},
	"fail":   func(s string) (string, error) { return "", errors.New("no " + s) },
	"panics": func() string { panic(errors.New("it panics")) },
	"any":    func(x any) string { return fmt.Sprintf("%v", x) },
	"join":   func(parts ...string) string { return strings.Join(parts, "/") },
	"max":    func(list ...int) int { return len(list) },
	"float":  func(f float64) float64 { return f * 2 },
	"isIt":   func(b bool) string { return fmt.Sprint(b) },
	"format": func(f string, args ...any) string { return fmt.Sprintf(f, args...) },
	"split":  func(s, sep string) []string { return strings.Split(s, sep) },
}

func person() *Person {
	return &Person{
		Name: "Ada", Age: 36, Score: 2.5, Tags: []string{"a", "b", "c"}, Limits: [3]uint8{1, 2, 3}, Notes: map[string]int{"z": 26, "a": 1, "m": 13},
		Byte: map[int]string{3: "c", 1: "a", 2: "b"}, Any: 7, Next: &Person{Name: "Bob", Age: 40}, At: Point{1, 2}, Ptr: &Point{3, 4},
		Mixed: []any{1, "two", 3.5, nil, true, []int{1, 2}}, Fn: func(n int) int { return n * 3 }, Sum: func(list ...int) int { return len(list) },
		Yes: true, U8: 200, I64: -5, C: 1 + 2i, Text: []byte("hi"), Inner: Inner{Deep: "down", Both: 2},
	}
}

// run executes a text with data and prints what comes of it.
func run(title, text string, data any) {
	t, err := template.New(title).Funcs(funcs).Parse(text)
	if err != nil {
		fmt.Printf("%q: parse: %v\n", text, err)
		return
	}
	var b strings.Builder
	err = t.Execute(&b, data)
	of := "nobody"
	var ee template.ExecError
	if errors.As(err, &ee) {
		of = ee.Name
	}
	fmt.Printf("%q: %q %v of %s\n", text, b.String(), err, of)
}

var good = []string{
	"", "plain", "{{.Name}}", "a{{.Name}}b", "{{.Age}}", "{{.Score}}", "{{.Tags}}", "{{.Limits}}", "{{.Notes}}", "{{.Byte}}", "{{.Any}}", "{{.None}}",
	"{{.Next.Name}}", "{{.At}}", "{{.Ptr}}", "{{.Mixed}}", "{{.Yes}} {{.No}}", "{{.U8}}", "{{.I64}}", "{{.C}}", "{{.Text}}", "{{.Deep}}", "{{.Inner.Deep}}", "{{.Both}}",
	"{{.At.X}},{{.At.Y}}", "{{.Ptr.X}}", "{{.Greeting}}", "{{.Shout}}", "{{.Add 1 2}}", "{{.Works}}", "{{.Joined \"a\" \"b\" \"c\"}}", "{{.Joined}}",
	"{{.Twice \"x\"}}", "{{.Twice .Name}}", "{{.Name | .Twice}}", "{{.Of 1}} {{.Of 1.5}} {{.Of \"s\"}} {{.Of true}} {{.Of .At}} {{.Of nil}} {{.Of 'a'}} {{.Of 1i}}",
	"{{1}} {{1.5}} {{0x10}} {{1e3}} {{'a'}} {{true}} {{\"s\\n\"}} {{`raw`}} {{0b11}} {{0o17}} {{1_000}} {{-3}} {{+4}}", "{{1i}} {{1+2i}}",
	"{{print 1 2 \"a\" \"b\"}}", "{{println 1 2}}", "{{printf \"%d-%s-%v\" 1 \"a\" .At}}", "{{printf \"%5.2f|%-5s|%05d\" 3.14159 \"ab\" 42}}",
	"{{len .Tags}} {{len .Notes}} {{len \"héllo\"}} {{len .Limits}}", "{{index .Tags 1}}", "{{index .Notes \"z\"}}", "{{index .Notes \"none\"}}", "{{index .Byte 2}}",
	"{{index .Mixed 5 1}}", "{{index \"abc\" 1}}", "{{index .Limits 2}}", "{{slice .Name 1}}", "{{slice .Name 1 2}}", "{{slice .Tags 1}}", "{{slice .Tags 1 2}}", "{{slice .Tags 0 1 2}}", "{{slice .Tags}}",
	"{{and true 1}} {{and 0 1}} {{and \"\" (index .Tags 9)}} {{or 0 \"x\"}} {{or \"\" 0}} {{or 1 (index .Tags 9)}}", "{{not true}} {{not 0}} {{not .Tags}} {{not .None}}",
	"{{eq 1 1}} {{eq 1 2}} {{eq 1 2 3 1}} {{eq \"a\" \"a\"}} {{eq true true}} {{eq 1.5 1.5}} {{eq .U8 200}} {{eq .I64 -5}}", "{{ne 1 2}} {{ne \"a\" \"a\"}}",
	"{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}} {{lt \"a\" \"b\"}} {{gt 2.5 1.5}} {{lt .I64 .U8}} {{gt .U8 .I64}} {{lt .U8 .I64}}", "{{eq .At .At}}", "{{eq .Next .Next}} {{eq .Next nil}} {{eq .None nil}}",
	"{{html \"<a href='x'>&\\\"</a>\"}}", "{{js \"it's <b> \\\"x\\\" & = \\u2028 \\n é\"}}", "{{urlquery \"a b&c=é\"}}", "{{\"<x>\" | html}}", "{{html 1 2 \"<\" nil}}", "{{html .At}} {{js .Ptr}}",
	"{{call .Fn 4}}", "{{call .Sum 1 2 3}}", "{{4 | call .Fn}}", "{{upper \"abc\"}}", "{{\"abc\" | upper}}", "{{\"abc\" | upper | printf \"%s-%s\" \"x\"}}", "{{repeat \"ab\" 3}}", "{{3 | repeat \"ab\"}}",
	"{{add 1 2}}", "{{add .Age 1}}", "{{range seq 4}}{{.}} {{end}}", "{{any .Tags}}", "{{join \"a\" \"b\"}}{{join}}", "{{max 1 2 3}}", "{{float 1}} {{float 2.5}}", "{{isIt true}}", "{{format \"%v|%v\" 1 .Name}}", "{{range split \"a,b\" \",\"}}[{{.}}]{{end}}",
	"{{if .Yes}}y{{else}}n{{end}}", "{{if .No}}y{{else}}n{{end}}", "{{if .No}}y{{else if .Yes}}e{{else}}n{{end}}", "{{if 0}}{{else if 0}}{{else if \"\"}}{{else}}last{{end}}", "{{if .Tags}}t{{end}}{{if .None}}n{{end}}{{if .Next}}p{{end}}{{if .Next.Next}}q{{end}}{{if .At}}s{{end}}{{if .Fn}}f{{end}}{{if .Err}}e{{end}}{{if .C}}c{{end}}{{if .Score}}f{{end}}",
	"{{with .Name}}[{{.}}]{{end}}", "{{with .None}}x{{else}}none{{end}}", "{{with .None}}x{{else with .Name}}{{.}}{{end}}", "{{with $x := .Age}}{{$x}}{{$.Name}}{{end}}", "{{with .Next}}{{.Name}} {{$.Name}}{{end}}",
	"{{range .Tags}}<{{.}}>{{end}}", "{{range $i, $t := .Tags}}{{$i}}={{$t}};{{end}}", "{{range $t := .Tags}}{{$t}}{{end}}", "{{range .Notes}}{{.}},{{end}}", "{{range $k, $v := .Notes}}{{$k}}:{{$v}},{{end}}", "{{range $k, $v := .Byte}}{{$k}}{{$v}}{{end}}", "{{range .Limits}}{{.}}{{end}}",
	"{{range 3}}{{.}}{{end}}", "{{range $i := 3}}{{$i}}{{end}}", "{{range 0}}x{{else}}none{{end}}", "{{range .Mixed}}({{.}}){{end}}", "{{range .None}}x{{else}}empty{{end}}", "{{range .U8}}{{if eq . 2}}{{break}}{{end}}{{printf \"%T\" .}}{{end}}",
	"{{range .Tags}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "{{range .Tags}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "{{range .Tags}}{{range $.Byte}}{{break}}{{end}}{{.}}{{end}}",
	"{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "{{$x := 1}}{{range .Tags}}{{$x = add $x 1}}{{end}}{{$x}}", "{{$x := 1}}{{if true}}{{$x := 5}}{{$x}}{{end}}{{$x}}", "{{$x := .Next}}{{$x.Name}}{{$x.Greeting}}", "{{$.Name}}", "{{(index .Tags 0)}}", "{{(.Next).Name}}", "{{(slice .Name 1).Foo}}", "{{len (index .Mixed 5)}}",
	"a {{- .Age}} b", "a {{.Age -}} b", "a {{- .Age -}} b", "a\n\t{{- /* c */ -}}\n b", "{{/* comment */}}x", "{{- \"x\" -}}", "{{- 3}}", "{{-3}}", "{{3 -}}  x",
	"{{define \"t\"}}T{{.}}{{end}}{{template \"t\" .Age}}{{template \"t\"}}", "{{define \"t\"}}{{if gt . 0}}{{.}}{{template \"t\" add . -1}}{{end}}{{end}}{{template \"t\" 5}}", "{{block \"b\" .Name}}B{{.}}{{end}}", "{{define `r`}}R{{end}}{{template `r`}}",
	"{{.Name | printf \"%s %d\" \"x\" 3}}", "{{.Name | len | printf \"%03d\"}}", "{{with $y := 3}}{{with $z := 4}}{{add $y $z}}{{end}}{{end}}", "{{range $i, $e := .List}}{{if $i}}, {{end}}{{$e}}{{end}}", "{{.Notes.a}} {{.Notes.none}}", "{{.Byte}}", "{{print .None}} {{print nil}} {{print .Err}}", "{{printf \"%v %T\" .None .Any}}",
	"{{true | not}}", "{{1 | eq 1}}", "{{nil | print}}", "{{eq (len .Tags) 3}}", "{{if and (gt .Age 30) (lt .Age 40)}}thirties{{end}}", "{{if or .No (eq .Name \"Ada\")}}is{{end}}", "{{$a := 1}}{{$b := 2}}{{add $a $b}}", "{{ .Name }}", "{{\n.Name\n}}", "{{.Next.Next}}", "{{index .Tags 0 | upper}}",
}

var bad = []string{
	"{{", "{{.Name", "{{.Name}", "}}", "{{}}", "{{.Name}}{{end}}", "{{if}}x{{end}}", "{{if .Name}}", "{{if .Name}}{{else}}", "{{else}}", "{{range}}x{{end}}", "{{range .Tags}}", "{{with}}x{{end}}", "{{if .A}}{{else}}{{else}}{{end}}", "{{end}}", "{{template}}", "{{template .Name}}", "{{template \"x\"}}", "{{template \"x\" 1 2}}", "{{define}}x{{end}}", "{{define \"a\"}}", "{{define \"a\"}}x{{else}}y{{end}}",
	"{{block \"x\"}}y{{end}}", "{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}", "{{break}}", "{{continue}}", "{{if true}}{{break}}{{end}}", "{{range .Tags}}{{break 1}}{{end}}", "{{$x}}", "{{$x = 1}}", "{{$x := }}", "{{$x, $y := 1}}", "{{range $x, $y, $z := .Tags}}{{end}}", "{{range $x, 3 := .Tags}}{{end}}", "{{1.2.3}}", "{{08}}", "{{0x}}", "{{1a}}", "{{'ab'}}", "{{'a}}", "{{\"abc}}", "{{`abc}}", "{{\"\\z\"}}", "{{/* x }}", "{{/* x */ y}}", "{{.Name.}}", "{{.Name..X}}", "{{nil}}", "{{nil.X}}", "{{true.X}}", "{{\"a\".X}}", "{{1.X}}", "{{. .}}", "{{(1}}", "{{1)}}", "{{(1}", "{{a}}", "{{a b}}", "{{undefined 1}}", "{{.Name | 1}}", "{{.Name | \"x\"}}", "{{.Name | nil}}", "{{|}}", "{{.Name |}}", "{{| .Name}}", "{{.Name !}}", "{{.Name#}}", "{{\x01}}", "{{é}}", "{{.é}}", "{{€}}", "{{:}}", "{{= 1}}", "{{if .X}}\n\n{{.Y", "line\n{{.Name}}\n{{end}}", "{{1 2}}", "{{99999999999999999999}}", "{{18446744073709551615}}", "{{9223372036854775808}}", "{{1e1000}}", "{{()}}", "{{(.X).}}", "{{with .A}}{{else with}}{{end}}", "{{if .A}}{{else if}}{{end}}", "{{else if .X}}", "{{range .A}}{{else if .B}}{{end}}",
	"{{.Missing}}", "{{.Name.X}}", "{{.hidden}}", "{{.unexported}}", "{{.Next.Next.Name}}", "{{.Age.X}}", "{{.Tags.X}}", "{{.Any.X}}", "{{.None.X}}", "{{.Byte.X}}", "{{.Name 1}}", "{{.Name | .Age}}", "{{.At 1}}", "{{.Notes.a 1}}", "{{1 | .Notes.a}}", "{{.Add 1}}", "{{.Add 1 2 3}}", "{{.Add \"a\" 2}}", "{{.Add 1.5 2}}", "{{.Add nil 1}}", "{{.Twice 1}}", "{{.Twice .Age}}", "{{.Twice nil}}", "{{.Twice true}}", "{{.Fails \"it\"}}", "{{.Panics}}", "{{.Fn 4}}", "{{.Fn}}", "{{upper}}", "{{upper 1}}", "{{upper .Age}}", "{{upper \"a\" \"b\"}}", "{{fail \"luck\"}}", "{{panics}}", "{{join 1}}", "{{max \"a\"}}", "{{float \"x\"}}", "{{isIt 1}}", "{{add 1 .Name}}", "{{add .None 1}}",
	"{{index}}", "{{index nil 1}}", "{{index .Tags 3}}", "{{index .Tags -1}}", "{{index .Tags \"x\"}}", "{{index .Tags nil}}", "{{index .Tags 10}}", "{{index .Notes 1}}", "{{index .Notes nil}}", "{{index .Byte \"x\"}}", "{{index 1 2}}", "{{index .Next 1}}", "{{index .Next.Next 1}}", "{{slice}}", "{{slice nil}}", "{{slice 1}}", "{{slice .Name 5}}", "{{slice .Name 2 1}}", "{{slice .Name 0 1 2}}", "{{slice .Tags 1 2 3 4}}", "{{slice .Tags 0 9}}", "{{slice .Tags 0 2 1}}", "{{slice .Notes}}", "{{len}}", "{{len 1}}", "{{len nil}}", "{{len .Next.Next}}", "{{len .None}}", "{{not}}", "{{and}}", "{{or}}", "{{eq}}", "{{eq 1}}", "{{eq 1 \"a\"}}", "{{eq 1 1.0}}", "{{eq .Tags .Tags}}", "{{eq .At 1}}", "{{eq .At .Next}}", "{{ne 1}}", "{{lt 1}}", "{{lt 1 \"a\"}}", "{{lt true false}}", "{{lt .Tags 1}}", "{{gt .At .At}}", "{{call}}", "{{call nil}}", "{{call .Name}}", "{{call .Fn}}", "{{call .Fn \"x\"}}", "{{call .Fn 1 2}}", "{{call .None}}", "{{printf}}", "{{printf 1}}", "{{printf \"%d\" \"x\"}}",
	"{{range .Age.X}}{{end}}", "{{range .Name}}x{{end}}", "{{range .Yes}}x{{end}}", "{{range .Score}}x{{end}}", "{{range $a, $b := 3}}x{{end}}", "{{template \"t\"}}{{define \"t\"}}{{.X}}{{end}}", "{{define \"t\"}}{{.X.Y}}{{end}}{{template \"t\" .}}", "{{with .Next}}{{.X}}{{end}}", "x\n  {{.Nope}}", "{{if .Nope}}{{end}}", "{{if eq 1 \"x\"}}{{end}}", "{{$x := .Nope}}", "{{(.Next).Nope}}", "{{(nil).X}}", "{{.Name | upper | .Nope}}", "{{range .Tags}}{{.X}}{{end}}", "{{printf \"%d\" (index .Tags 7)}}", "{{html (index .Tags 7)}}", "{{template \"nil\" .}}",
}

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	f.left -= len(p)
	if f.left < 0 {
		return 0, errors.New("full")
	}
	return len(p), nil
}

func sets() {
	t := template.Must(template.New("main").Parse(`{{define "one"}}1{{end}}{{define "two"}}2{{template "one"}}{{end}}main`))
	fmt.Println(t.Name(), t.Lookup("one") != nil, t.Lookup("three") == nil, len(t.Templates()))
	for _, name := range []string{"one", "two", "main", "three"} {
		var b strings.Builder
		err := t.ExecuteTemplate(&b, name, nil)
		fmt.Printf("%q %v\n", b.String(), err)
	}
	c := template.Must(t.Clone())
	template.Must(c.Parse(`{{define "one"}}eins{{end}}`))
	for _, s := range []*template.Template{t, c} {
		var b strings.Builder
		err := s.ExecuteTemplate(&b, "two", nil)
		fmt.Printf("%q %v\n", b.String(), err)
	}
	n := t.New("other")
	fmt.Println(n.Name(), t.Lookup("other") == nil)
	template.Must(n.Parse("other {{template `one`}}"))
	fmt.Println(t.Lookup("other") != nil)
	var b strings.Builder
	fmt.Println(n.Execute(&b, nil), b.String())
	fmt.Println(template.New("empty").Execute(&b, nil))
	fmt.Println(template.Must(template.New("d").Parse("x{{.}}y")).Execute(&full{2}, "long"))
	d := template.Must(template.New("d").Delims("<<", ">>").Parse("a<<.>>b{{.}}"))
	b.Reset()
	fmt.Println(d.Execute(&b, 5), b.String())
	for _, option := range []string{"missingkey=default", "missingkey=zero", "missingkey=error", "missingkey=invalid"} {
		o := template.Must(template.New("o").Option(option).Parse("{{.a}} {{.b}}{{.b.c}}"))
		b.Reset()
		err := o.Execute(&b, map[string]int{"a": 1})
		fmt.Printf("%s %q %v\n", option, b.String(), err)
	}
	for _, option := range []string{"", "missingkey", "x=y"} {
		func() {
			defer func() { fmt.Println("option:", recover()) }()
			template.New("o").Option(option)
		}()
	}
	for _, f := range []template.FuncMap{{"a b": strings.ToUpper}, {"": strings.ToUpper}, {"x": 1}, {"9": strings.ToUpper}} {
		func() {
			defer func() { fmt.Println("funcs:", recover()) }()
			template.New("o").Funcs(f)
		}()
	}
	func() {
		defer func() { fmt.Println("must:", recover()) }()
		template.Must(template.New("m").Parse("{{"))
	}()
	fmt.Println(template.HTMLEscapeString("a<b>&'\"\x00"), template.JSEscapeString("a'\"<>&=\\\t\u2028é\xff"), template.URLQueryEscaper("a b", 1))
	fmt.Println(template.IsTrue(0))
	fmt.Println(template.IsTrue("x"))
	b.Reset()
	template.HTMLEscape(&b, []byte("<&>"))
	template.JSEscape(&b, []byte("<'>"))
	fmt.Println(b.String(), template.HTMLEscaper("<", 1, 2), template.JSEscaper("'", 3))
}

func main() {
	p := person()
	for _, text := range good {
		run("good", text, p)
	}
	for _, text := range bad {
		run("bad", text, p)
	}
	for _, data := range []any{nil, 1, "s", []int{1, 2}, map[string]any{"a": 1, "n": nil}, map[string]string{"a": "x"}, Point{5, 6}, &Point{7, 8}, 2.5, true, errors.New("an error"), []any{nil, 1}} {
		for _, text := range []string{"{{.}}", "{{.a}}", "{{.X}}", "{{range .}}[{{.}}]{{else}}-{{end}}", "{{if .}}y{{end}}", "{{len .}}", "{{with .n}}x{{else}}no{{end}}", "{{printf \"%v\" .}}"} {
			run("data", text, data)
		}
	}
	sets()
}
