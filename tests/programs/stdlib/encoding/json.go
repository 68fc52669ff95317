// encoding/json: values of all kinds written and read, tags, methods, and broken texts.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

type inner struct {
	X int `json:"x"`
	y int
}

type Base struct {
	ID   int
	Name string `json:"name"`
}

type other struct {
	Name  string
	Extra bool `json:"extra,omitempty"`
}

type color int

func (c color) MarshalText() ([]byte, error) {
	if c < 0 {
		return nil, errors.New("negative color")
	}
	return []byte(fmt.Sprintf("c%d", int(c))), nil
}

func (c *color) UnmarshalText(b []byte) error {
	_, rest, ok := strings.Cut(string(b), "c")
	if !ok {
		return errors.New("no color: " + string(b))
	}
	*c = color(len(rest))
	return nil
}

type custom struct{ v string }

func (c custom) MarshalJSON() ([]byte, error) {
	if c.v == "bad" {
		return []byte("{"), nil
	}
	if c.v == "err" {
		return nil, errors.New("refused")
	}
	return []byte(`{ "custom" : "` + c.v + `<" }`), nil
}

func (c *custom) UnmarshalJSON(b []byte) error {
	if string(b) == `"err"` {
		return errors.New("refused")
	}
	c.v = "(" + string(b) + ")"
	return nil
}

type pointed struct{ n int }

func (p *pointed) MarshalJSON() ([]byte, error) { return []byte("77"), nil }

type tree struct {
	Value       int
	Left, Right *tree `json:",omitempty"`
}

type everything struct {
	B     bool
	I     int
	I8    int8
	U     uint
	U16   uint16
	F     float64
	F32   float32
	S     string
	Bytes []byte
	List  []int
	Array [3]int
	Map   map[string]int
	Any   any
	P     *int
	In    inner
	Ptr   *inner
	C     color
	Cu    custom
	R     json.RawMessage
	N     json.Number
	Base
	*other
	Skip   int     `json:"-"`
	Dash   int     `json:"-,"`
	Str    int     `json:",string"`
	StrB   bool    `json:"strb,string"`
	StrS   string  `json:"strs,string"`
	StrF   float64 `json:",string,omitempty"`
	Omit   []int   `json:"omit,omitempty"`
	Zero   inner   `json:"zero,omitzero"`
	Odd    int     `json:"od/d na$me"`
	hidden int
}

func marshal(v any) {
	b, err := json.Marshal(v)
	fmt.Printf("%s %v\n", b, err)
	if err != nil {
		var m *json.MarshalerError
		var t *json.UnsupportedTypeError
		var u *json.UnsupportedValueError
		fmt.Println(errors.As(err, &m), errors.As(err, &t), errors.As(err, &u))
	}
	b, err = json.MarshalIndent(v, "> ", "  ")
	fmt.Printf("%s %v\n", b, err)
}

func unmarshal[T any](text string) {
	var v T
	err := json.Unmarshal([]byte(text), &v)
	var t *json.UnmarshalTypeError
	if !errors.As(err, &t) {
		t = new(json.UnmarshalTypeError)
	}
	fmt.Printf("%s: %+v %v %v %v %v\n", text, v, err, t.Value, t.Struct, t.Field)
}

func main() {
	one := 1
	marshal(everything{})
	marshal(everything{B: true, I: -5, I8: -128, U: 7, U16: 65535, F: 1.5, F32: 0.1, S: "a<b>&\"\\\u2028\x01é\xff", Bytes: []byte{1, 2, 250}, List: []int{1, 2}, Array: [3]int{4, 5, 6},
		Map: map[string]int{"z": 1, "a": 2, "é": 3}, Any: []any{1, "x", nil, 2.5}, P: &one, In: inner{3, 4}, Ptr: &inner{5, 6}, C: 9, Cu: custom{"v"}, R: json.RawMessage(` [1, 2]`), N: "12e3",
		Base: Base{1, "base"}, other: &other{"o", true}, Skip: 1, Dash: 2, Str: 3, StrB: true, StrS: "q\"", StrF: 2.5, Omit: []int{}, Zero: inner{1, 0}, Odd: 1, hidden: 3})
	values := []any{nil, true, 0, -1, uint8(200), int64(math.MinInt64), uint64(math.MaxUint64), "", "text", 'x', 1e21, 1e20, 1e-6, 1e-7, 123456789.0, 0.1, float32(0.1), float32(1e21), float32(3.4e38), -0.0, math.Copysign(0, -1), 5e-324,
		[]int(nil), []int{}, []string{"a"}, []byte(nil), []byte{}, []byte("hello"), [2]bool{true}, [0]int{}, [4]byte{1, 2}, map[string]any(nil), map[string]any{}, map[int]string{3: "c", 1: "a", -2: "b", 10: "d"}, map[uint8]bool{200: true, 3: false},
		map[color]int{3: 1, 1: 2}, &one, (*int)(nil), struct{}{}, struct{ A, B any }{1, "x"}, inner{1, 2}, &inner{1, 2}, []inner{{1, 2}, {3, 4}}, []*inner{nil, {5, 6}}, tree{1, &tree{2, nil, nil}, &tree{3, nil, &tree{4, nil, nil}}},
		color(5), custom{"z"}, &custom{"p"}, pointed{1}, &pointed{2}, []pointed{{3}}, map[string]pointed{"a": {4}}, struct{ P pointed }{}, &struct{ P pointed }{}, json.RawMessage(`{"a":1}`), json.RawMessage(nil), json.Number(""), json.Number("3.25"),
		[]any{map[string]any{"b": []any{}, "a": map[string]any{}}}, struct {
			A int `json:"a"`
			B int `json:"a"`
			C int `json:"c,omitempty"`
		}{1, 2, 0}, map[string]map[string]int{"x": {"y": 1}}}
	for _, v := range values {
		marshal(v)
	}
	broken := []any{math.NaN(), math.Inf(1), math.Inf(-1), float32(math.Inf(1)), func() {}, complex(1, 2), custom{"bad"}, custom{"err"}, color(-1), map[color]int{-1: 1}, json.Number("x"), json.Number("1.")}
	for _, v := range broken {
		marshal(v)
		marshal([]any{v})
		marshal(struct{ F any }{v})
	}
	texts := []string{"", " ", "null", "true", "false", "tru", "nul", "1", "-1", "1.5", "1e3", "01", "-", "1.", "1e", "+1", ".5", "300", "-200", "1e400", `"a"`, `"a`, `"\n\t\"\\\/\b\f\r"`, `"\u00e9\ud83d\ude00\ud800x"`, `"\x"`, `"\u12g4"`, "\"\x01\"", "\"\xff\"",
		"[]", "[1,2,3]", "[1,2,3,4]", "[1,]", "[1 2]", "[", "[1", "{}", `{"a":1}`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":1`, `{"a"`, "{", "1 2", "nullx", "[null]", `{"x":1,"y":2}`, `{"X":5}`, `{"x":"s"}`, `{"x":null}`, `{"x":1.5}`, `{"x":[1]}`,
		`["a","b"]`, `[true]`, `[[1],[2,3]]`, `{"a":{"b":[1,{"c":null}]}}`, `"aGVsbG8="`, `"!!"`, `"c3"`, `"zzz"`, `"err"`, `{"Value":1,"Left":{"Value":2},"Right":{"value":3,"LEFT":null}}`, " \t\r\n[ 1 , 2 ] \n", `{"a":1,"a":2}`, `{"1":2,"-3":4}`, `{"x":{}}`, "\ufeff1", "'a'", "[1}", `{"a":1]`}
	for _, t := range texts {
		fmt.Println(json.Valid([]byte(t)))
		unmarshal[any](t)
		unmarshal[int](t)
		unmarshal[int8](t)
		unmarshal[uint16](t)
		unmarshal[float64](t)
		unmarshal[float32](t)
		unmarshal[string](t)
		unmarshal[bool](t)
		unmarshal[[]int](t)
		unmarshal[[3]int](t)
		unmarshal[[]any](t)
		unmarshal[[]byte](t)
		unmarshal[map[string]int](t)
		unmarshal[map[int]int](t)
		unmarshal[map[string]any](t)
		unmarshal[inner](t)
		unmarshal[custom](t)
		unmarshal[color](t)
		unmarshal[json.Number](t)
		unmarshal[json.RawMessage](t)
		unmarshal[[]string](t)
		unmarshal[[][]int](t)
		var b bytes.Buffer
		fmt.Println(json.Compact(&b, []byte(t)), b.String())
		b.Reset()
		fmt.Println(json.Indent(&b, []byte(t), "-", "\t"), b.String())
		b.Reset()
		json.HTMLEscape(&b, []byte(t))
		fmt.Println(b.String())
	}
	var e everything
	e.other = &other{}
	err := json.Unmarshal([]byte(`{"B":true,"I":-5,"I8":100,"U":7,"U16":65535,"F":1.5,"F32":0.1,"S":"s","Bytes":"AQL6","List":[1,2],"Array":[4,5,6,7],"Map":{"a":1},"Any":{"k":[1]},"P":3,"In":{"x":3,"y":9},"Ptr":{"X":5},"C":"c12","Cu":[1, 2],"R": {"r":1} ,"N":12.50,
		"ID":4,"name":"n","extra":true,"Skip":9,"-":8,"Str":"33","strb":"true","strs":"\"in\"","StrF":"2.5","omit":[1],"zero":{"x":1},"od/d na$me":6,"hidden":1,"unknown":[{}]}`), &e)
	fmt.Println(err, *e.P, *e.Ptr, string(e.R), e.other)
	e.P, e.Ptr, e.other = nil, nil, nil
	fmt.Printf("%+v\n", e)
	for _, t := range []string{`{"I8":300}`, `{"U":-1}`, `{"F":"x"}`, `{"In":{"x":"s"}}`, `{"Ptr":{"x":[]}}`, `{"List":[1,"a",3]}`, `{"Map":{"a":"b","c":2}}`, `{"Str":3}`, `{"Str":"x"}`, `{"Str":""}`, `{"strb":"1"}`, `{"strb":true}`, `{"strs":"plain"}`, `{"StrF":null}`, `{"Bytes":"?"}`, `{"C":5}`, `{"C":{}}`, `{"Cu":"err"}`, `{"N":"x"}`, `{"N":"5"}`, `{"Array":{}}`, `{"S":1}`, `{"B":0}`, `{"P":"s"}`, `{"I":1.0}`, `{"I":1e2}`} {
		var e everything
		err := json.Unmarshal([]byte(t), &e)
		fmt.Println(t, err)
		fmt.Println(e.I8, e.U, e.F, e.In, e.Ptr != nil, e.List, e.Map, e.Str, e.StrB, e.StrS, e.StrF, e.Bytes, e.C, e.Cu, e.N, e.Array, e.S, e.B, e.P != nil, e.I)
	}
	fmt.Println(json.Unmarshal([]byte("1"), nil), json.Unmarshal([]byte("1"), 5), json.Unmarshal([]byte("1"), (*int)(nil)), json.Unmarshal([]byte("1"), everything{}))
	n := 5
	var target any = &n
	fmt.Println(json.Unmarshal([]byte("6"), &target), n, target == any(&n))
	m := map[string]any{"keep": 1}
	fmt.Println(json.Unmarshal([]byte(`{"new":[1]}`), &m), m)
	list := []int{9, 9, 9}
	fmt.Println(json.Unmarshal([]byte(`[1]`), &list), list, cap(list))
	var sb strings.Builder
	enc := json.NewEncoder(&sb)
	fmt.Println(enc.Encode(map[string]string{"a": "<&>"}))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	fmt.Println(enc.Encode(map[string]string{"a": "<&>"}), enc.Encode(func() {}), enc.Encode(nil))
	fmt.Print(sb.String())
	dec := json.NewDecoder(strings.NewReader(` {"x":1} {"x":2,"z":3} 5 [1] "a" tru`))
	for range 8 {
		var v inner
		more := dec.More()
		err := dec.Decode(&v)
		fmt.Println(more, v, err, err == io.EOF)
	}
	dec = json.NewDecoder(strings.NewReader(`{"x":1,"z":3} 12345678901234567890 `))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	var v inner
	fmt.Println(dec.Decode(&v), v)
	var a any
	fmt.Println(dec.Decode(&a), a)
	fmt.Println(dec.Decode(&a), dec.More())
	fmt.Println(json.NewDecoder(strings.NewReader(`{"a":`)).Decode(&a))
	num := json.Number("12")
	f, err1 := num.Float64()
	i, err2 := num.Int64()
	fmt.Println(num, f, i, err1, err2)
	_, err2 = json.Number("1.5").Int64()
	fmt.Println(err2)
	fmt.Println(json.Valid([]byte(strings.Repeat("[", 9999)+strings.Repeat("]", 9999))), json.Valid([]byte(strings.Repeat("[", 10001)+strings.Repeat("]", 10001))))
}
