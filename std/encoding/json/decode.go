package json

import (
	"encoding"
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Unmarshaler is implemented by types that read themselves from JSON. UnmarshalJSON must
// copy data to keep it.
type Unmarshaler interface {
	UnmarshalJSON(data []byte) error
}

// InvalidUnmarshalError is returned when there is no pointer to write to.
type InvalidUnmarshalError struct {
	text string
}

func (e *InvalidUnmarshalError) Error() string { return e.text }

// UnmarshalTypeError is returned when a value does not fit what it is to be written to.
// The rest is read all the same.
type UnmarshalTypeError struct {
	Value  string // what was there: "string", "number 1.5", ...
	Type   string // what it does not fit, as %T prints it
	Offset int64  // how many bytes were read by then
	Struct string // the outermost struct type around it, if there is one
	Field  string // the way to the field from there, with dots
	Err    error  // what else there is to say, if anything

	ofList bool // it was an element of a list
}

// Unwrap returns what else there is to say.
func (e *UnmarshalTypeError) Unwrap() error { return e.Err }

func (e *UnmarshalTypeError) Error() string {
	text := e.text()
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *UnmarshalTypeError) text() string {
	if e.ofList {
		return "json: cannot unmarshal " + e.Value + " into " + e.Struct + "." + e.Field + " of type " + e.Type
	}
	if e.Struct != "" || e.Field != "" {
		return "json: cannot unmarshal " + e.Value + " into Go struct field " + e.Struct + "." + e.Field + " of type " + e.Type
	}
	return "json: cannot unmarshal " + e.Value + " into Go value of type " + e.Type
}

// Unmarshal reads JSON into what v points to. Into an any it writes bool, float64,
// string, []any, map[string]any or nil. Members of objects are matched with fields by
// name, exactly or else in any case; those that match none are left out.
func Unmarshal(data []byte, v any) error {
	s := scan(data)
	if err := s.whole(); err != nil {
		return err
	}
	d := decoder{scanner: scan(data)}
	return d.decode(v)
}

type decoder struct {
	scanner
	useNumber bool
	strict    bool // unknown members are errors
	failed    error
	outer     string   // the struct type around
	way       []string // the members, keys and numbers on the way from there
	inList    bool     // the last of them is a number
	known     map[int][]member
}

func (d *decoder) decode(v any) error {
	p := place{v, false}
	switch {
	case v == nil:
		return &InvalidUnmarshalError{"json: Unmarshal(nil)"}
	case p.kind() != kindPointer:
		return &InvalidUnmarshalError{"json: Unmarshal(non-pointer " + p.typeName() + ")"}
	case p.isNil():
		return &InvalidUnmarshalError{"json: Unmarshal(nil " + p.typeName() + ")"}
	}
	d.space()
	if err := d.into(place{v, true}); err != nil {
		return err
	}
	return d.failed
}

// misfit notes that something does not fit p.
func (d *decoder) misfit(what string, p place, end int) { d.misfitFor(what, p, end, nil) }

func (d *decoder) misfitFor(what string, p place, end int, why error) {
	if d.failed == nil {
		d.failed = &UnmarshalTypeError{what, p.typeName(), int64(end), d.outer, strings.Join(d.way, "."), why, d.inList}
	}
}

var errNoText = errors.New("JSON value must be string type")

// skip steps over a value and returns it.
func (d *decoder) skip() []byte {
	start := d.at
	d.value()
	return d.data[start:d.at]
}

func describe(c byte) string {
	switch c {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	}
	return "number"
}

// into reads a value into a place. The error is a method's; what does not fit is noted.
func (d *decoder) into(p place) error {
	null := d.next() == 'n'
	// through pointers and interfaces that hold pointers, to what can take the value
	for {
		kind := p.kind()
		if kind == kindInterface && !p.isNil() {
			if inner := p.inner(); !null && inner.kind() == kindPointer && !inner.isNil() {
				p = place{inner.v, true}
				continue
			}
		}
		if kind != kindPointer {
			break
		}
		if null {
			break
		}
		if p.isNil() {
			alloc(p.v)
		}
		p = p.inner()
	}
	if u, ok := p.v.(Unmarshaler); ok && !(null && p.kind() == kindPointer) {
		return u.UnmarshalJSON(d.skip())
	}
	if null {
		d.skip()
		switch p.kind() {
		case kindInterface, kindPointer, kindMap, kindSlice:
			setZero(p.v)
		}
		return nil
	}
	if u, ok := p.v.(encoding.TextUnmarshaler); ok {
		start := d.next()
		text := d.skip()
		if start == '"' {
			return u.UnmarshalText([]byte(unquote(text)))
		}
		d.misfitFor(describe(start), p, d.at, errNoText)
		return nil
	}
	switch d.next() {
	case '{':
		return d.object(p)
	case '[':
		return d.array(p)
	}
	d.literal(p, d.skip(), false)
	return nil
}

// any reads a value of whatever type it is.
func (d *decoder) any() any {
	switch d.next() {
	case '{':
		m := make(map[string]any)
		d.each('}', func() error {
			key := d.key1()
			m[key] = d.any()
			return nil
		})
		return m
	case '[':
		list := []any{}
		d.each(']', func() error {
			list = append(list, d.any())
			return nil
		})
		return list
	}
	start := d.next()
	text := d.skip()
	switch start {
	case 'n':
		return nil
	case 't', 'f':
		return start == 't'
	case '"':
		return unquote(text)
	}
	if d.useNumber {
		return Number(text)
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		if d.failed == nil {
			d.failed = &UnmarshalTypeError{"number " + string(text), "float64", int64(d.at), d.outer, strings.Join(d.way, "."), nil, d.inList}
		}
		return nil
	}
	return f
}

// each calls f at the beginning of each element between brackets.
func (d *decoder) each(end byte, f func() error) error {
	d.at++
	d.space()
	for d.next() != end {
		if err := f(); err != nil {
			return err
		}
		d.space()
		if d.next() == ',' {
			d.at++
			d.space()
		}
	}
	d.at++
	return nil
}

// key1 reads the key of a member and goes to its value.
func (d *decoder) key1() string {
	start := d.at
	d.text()
	key := unquote(d.data[start:d.at])
	d.space()
	d.at++
	d.space()
	return key
}

func (d *decoder) array(p place) error {
	start := d.at
	switch p.kind() {
	case kindInterface:
		v := d.any()
		if !setValue(p.v, v) {
			d.misfit("array", p, start+1)
		}
		return nil
	case kindArray:
		i := 0
		err := d.each(']', func() error {
			if i >= p.len() {
				d.skip()
				return nil
			}
			i++
			return d.inside(strconv.Itoa(i-1), true, p.item(i-1))
		})
		for ; i < p.len(); i++ {
			setZero(p.item(i).v)
		}
		return err
	case kindSlice:
		resize(p.v, 0)
		n := 0
		return d.each(']', func() error {
			n++
			resize(p.v, n)
			f := p.item(n - 1)
			setZero(f.v)
			return d.inside(strconv.Itoa(n-1), true, f)
		})
	}
	d.misfit("array", p, start+1)
	d.skip()
	return nil
}

func (d *decoder) object(p place) error {
	start := d.at
	switch p.kind() {
	case kindInterface:
		v := d.any()
		if !setValue(p.v, v) {
			d.misfit("object", p, start+1)
		}
		return nil
	case kindMap:
		k := place{newKey(p.v), true}
		if _, ok := k.v.(encoding.TextUnmarshaler); !ok && !isKeyKind(k.kind()) {
			d.misfit("object", p, start+1)
			d.skip()
			return nil
		}
		if p.isNil() {
			makeMap(p.v)
		}
		return d.each('}', func() error { return d.entry(p) })
	case kindStruct:
		return d.each('}', func() error { return d.member(p) })
	}
	d.misfit("object", p, start+1)
	d.skip()
	return nil
}

// inside reads what a list, map or struct has at a number or name.
func (d *decoder) inside(name string, inList bool, p place) error {
	way, list := d.way, d.inList
	d.way, d.inList = append(slices.Clone(way), name), inList
	err := d.into(p)
	d.way, d.inList = way, list
	return err
}

func (d *decoder) entry(p place) error {
	start := d.at
	text := d.key1()
	k := place{newKey(p.v), true}
	kind, bits := kindOf(k.v, true)
	if u, ok := k.v.(encoding.TextUnmarshaler); ok && kind != kindString {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return err
		}
	} else if ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			return err
		}
	} else if kind == kindString {
		setString(k.v, text)
	} else if !setNumber(k, text, kind, bits) {
		way, list := d.way, d.inList
		d.way, d.inList = append(slices.Clone(way), text), false
		d.misfit("number "+text, k, start+1)
		d.way, d.inList = way, list
		d.skip()
		return nil
	}
	v := newValue(p.v)
	if err := d.inside(text, false, place{v, true}); err != nil {
		return err
	}
	mapSet(p.v, k.v, v)
	return nil
}

// fold is what keys that are alike in any case have in common.
func fold(s string) string {
	var b strings.Builder
	for _, c := range s {
		low := c
		for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
			low = min(low, f)
		}
		b.WriteRune(low)
	}
	return b.String()
}

func (d *decoder) find(p place, key string) *member {
	id := typeID(p.v, true)
	known, ok := d.known[id]
	if !ok {
		known = members(p)
		if d.known == nil {
			d.known = make(map[int][]member)
		}
		d.known[id] = known
	}
	for i := range known {
		if known[i].name == key {
			return &known[i]
		}
	}
	key = fold(key)
	for i := range known {
		if fold(known[i].name) == key {
			return &known[i]
		}
	}
	return nil
}

func (d *decoder) member(p place) error {
	key := d.key1()
	m := d.find(p, key)
	if m == nil {
		if d.strict && d.failed == nil {
			d.failed = errors.New("json: unknown field " + strconv.Quote(key))
		}
		d.skip()
		return nil
	}
	outer, way, list := d.outer, d.way, d.inList
	d.inList = false
	if d.outer == "" {
		d.outer = shortName(p.typeName())
	}
	d.way = append(slices.Clone(d.way), m.name)
	err := d.field(p, m)
	d.outer, d.way, d.inList = outer, way, list
	return err
}

func shortName(name string) string {
	if strings.HasPrefix(name, "struct") {
		return ""
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

func (d *decoder) field(p place, m *member) error {
	f := p
	for i, n := range m.path {
		if i > 0 && f.kind() == kindPointer {
			if f.isNil() {
				alloc(f.v)
			}
			f = f.inner()
		}
		f = f.field(n)
	}
	if !m.quoted {
		return d.into(f)
	}
	start := d.next()
	text := d.skip()
	if start == 'n' {
		if f.kind() == kindPointer {
			setZero(f.v)
		}
		return nil
	}
	if start != '"' {
		d.misfit(describe(start), f, d.at)
		return nil
	}
	for f.kind() == kindPointer {
		if f.isNil() {
			alloc(f.v)
		}
		f = f.inner()
	}
	d.literal(f, []byte(unquote(text)), true)
	return nil
}

func setNumber(p place, text string, kind, bits int) bool {
	switch kind {
	case kindInt:
		n, err := strconv.ParseInt(text, 10, bits)
		if err != nil {
			return false
		}
		setBits(p.v, uint64(n))
	case kindUint:
		n, err := strconv.ParseUint(text, 10, bits)
		if err != nil {
			return false
		}
		setBits(p.v, n)
	case kindFloat:
		f, err := strconv.ParseFloat(text, bits)
		if err != nil {
			return false
		}
		setBits(p.v, math.Float64bits(f))
	}
	return true
}

// literal writes a string, number or boolean; quoted says that it stood in a string.
func (d *decoder) literal(p place, text []byte, quoted bool) {
	bad := func() {
		switch p.kind() {
		case kindBool:
			d.misfitFor("string "+strconv.Quote(string(text)), p, d.at, strconv.ErrSyntax)
		case kindString:
			s := scan(text)
			d.misfitFor("string", p, d.at, s.fail("looking for beginning of object key string"))
		}
		d.misfit("number "+string(text), p, d.at)
	}
	if len(text) == 0 {
		bad()
		return
	}
	kind, bits := kindOf(p.v, true)
	switch c := text[0]; c {
	case 'n':
		if quoted && string(text) != "null" {
			bad()
		}
	case 't', 'f':
		if quoted && string(text) != "true" && string(text) != "false" {
			bad()
			return
		}
		switch {
		case kind == kindBool && c == 't':
			setBits(p.v, 1)
		case kind == kindBool:
			setBits(p.v, 0)
		case kind == kindInterface && setValue(p.v, c == 't'):
		case quoted:
			bad()
		default:
			d.misfit("bool", p, d.at)
		}
	case '"':
		if quoted {
			s := scan(text)
			if s.whole() != nil {
				bad()
				return
			}
		}
		s := unquote(text)
		switch {
		case kind == kindString:
			if _, ok := p.load().(Number); ok && !isNumber(s) {
				if d.failed == nil {
					d.failed = &UnmarshalTypeError{Value: "string " + string(text), Type: "json.Number", Offset: int64(d.at), Err: strconv.ErrSyntax}
				}
				return
			}
			setString(p.v, s)
		case kind == kindSlice && p.ofBytes():
			b, err := base64.StdEncoding.DecodeString(s)
			if err != nil {
				d.misfitFor("string", p, d.at, err)
				return
			}
			setBytes(p.v, b)
		case kind == kindInterface && setValue(p.v, s):
		default:
			d.misfit("string", p, d.at)
		}
	default:
		if c != '-' && !isDigit(c) || quoted && !isNumber(string(text)) {
			bad()
			return
		}
		switch {
		case kind == kindInterface:
			var v any = Number(text)
			if !d.useNumber {
				f, err := strconv.ParseFloat(string(text), 64)
				if err != nil {
					d.misfit("number "+string(text), place{0.0, false}, d.at)
					f = 0
				}
				v = f
			}
			if !setValue(p.v, v) {
				d.misfit("number", p, d.at)
			}
		case kind == kindInt || kind == kindUint || kind == kindFloat:
			if !setNumber(p, string(text), kind, bits) {
				d.misfit("number "+string(text), p, d.at)
			}
		case kind == kindString:
			if _, ok := p.load().(Number); ok {
				setString(p.v, string(text))
				return
			}
			if quoted {
				bad()
				return
			}
			d.misfit("number", p, d.at)
		case quoted:
			bad()
		default:
			d.misfit("number", p, d.at)
		}
	}
}
