// Package json writes values as JSON and reads them. Package-level variables persist and
// the chain's queries give them out as JSON without this package; it is for what comes
// from elsewhere and goes there.
//
// A struct's exported fields become members of an object. A tag json:"name" gives a
// field another name; behind a comma stand options: omitempty, omitzero, string; json:"-"
// leaves it out. Maps become objects too, sorted by key, so that the same value is
// always the same text.
package json

import (
	"encoding"
	"encoding/base64"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Marshaler is implemented by types that write themselves as JSON.
type Marshaler interface {
	MarshalJSON() ([]byte, error)
}

// UnsupportedTypeError is returned for values of types that JSON has nothing for.
type UnsupportedTypeError struct {
	Type string // as %T prints it
}

func (e *UnsupportedTypeError) Error() string { return "json: unsupported type: " + e.Type }

// UnsupportedValueError is returned for values that JSON has nothing for, such as NaN.
type UnsupportedValueError struct {
	Value any
	Str   string
}

func (e *UnsupportedValueError) Error() string { return "json: unsupported value: " + e.Str }

// MarshalerError is returned when a type's own method fails.
type MarshalerError struct {
	Type       string // as %T prints it
	Err        error
	sourceFunc string
}

func (e *MarshalerError) Error() string {
	return "json: error calling " + e.sourceFunc + " for type " + e.Type + ": " + e.Err.Error()
}

// Unwrap returns the method's error.
func (e *MarshalerError) Unwrap() error { return e.Err }

// RawMessage is JSON that is kept as it is.
type RawMessage []byte

// String returns m as text, null if it is nil.
func (m RawMessage) String() string {
	if m == nil {
		return "null"
	}
	return string(m)
}

// MarshalJSON returns m itself, null if it is nil.
func (m RawMessage) MarshalJSON() ([]byte, error) {
	return []byte(m.String()), nil
}

// UnmarshalJSON sets *m to a copy of data.
func (m *RawMessage) UnmarshalJSON(data []byte) error {
	*m = append((*m)[:0], data...)
	return nil
}

// Number is a number of JSON as it is written.
type Number string

// String returns the text.
func (n Number) String() string { return string(n) }

// Float64 returns the number as a float.
func (n Number) Float64() (float64, error) { return strconv.ParseFloat(string(n), 64) }

// Int64 returns the number as an integer.
func (n Number) Int64() (int64, error) { return strconv.ParseInt(string(n), 10, 64) }

func isNumber(text string) bool {
	s := scan([]byte(text))
	if c := s.next(); c != '-' && !isDigit(c) {
		return false
	}
	return s.number() == nil && s.at == len(text)
}

// Marshal returns v as JSON. In strings the characters < > & are escaped.
//
// Example: Marshal(map[string]int{"a": 1})
func Marshal(v any) ([]byte, error) {
	e := encoder{escapeHTML: true}
	err := e.value(place{v, false}, false)
	if err != nil {
		return nil, err
	}
	return e.out, nil
}

// MarshalIndent is Marshal with a line for each element; see Indent.
func MarshalIndent(v any, prefix, indent string) ([]byte, error) {
	b, err := Marshal(v)
	if err != nil {
		return nil, err
	}
	return appendIndent(nil, b, prefix, indent), nil
}

type encoder struct {
	out        []byte
	escapeHTML bool
	depth      int
	known      map[int][]member
}

// nesting is how deep values may be nested; what is nested deeper holds itself.
const nesting = 1000

func (e *encoder) text(s string) { e.out = appendString(e.out, s, e.escapeHTML) }

func (e *encoder) raw(s string) { e.out = append(e.out, s...) }

// value writes a value, its text in quotes if quoted is set and it is a number or the
// like.
func (e *encoder) value(p place, quoted bool) error {
	kind, bits := kindOf(p.v, p.addr)
	if kind == kindNil {
		e.raw("null")
		return nil
	}
	if done, err := e.byMethod(p, kind); done {
		return err
	}
	e.depth++
	defer func() { e.depth-- }()
	if e.depth > nesting {
		return &UnsupportedValueError{p.load(), "encountered a cycle via " + p.typeName()}
	}
	switch kind {
	case kindBool:
		e.quote(quoted, strconv.FormatBool(asUint(p) != 0))
	case kindInt:
		e.quote(quoted, strconv.FormatInt(int64(asUint(p)), 10))
	case kindUint:
		e.quote(quoted, strconv.FormatUint(asUint(p), 10))
	case kindFloat:
		f := asFloat(p)
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return &UnsupportedValueError{p.load(), strconv.FormatFloat(f, 'g', -1, bits)}
		}
		e.quote(quoted, floatText(f, bits))
	case kindString:
		s := asString(p)
		if n, ok := p.load().(Number); ok {
			if n == "" {
				n = "0"
			}
			if !isNumber(string(n)) {
				problem := errors.New("cannot parse " + strconv.Quote(string(n)) + " as JSON number: invalid syntax")
				return &MarshalerError{"*json.Number", problem, "MarshalJSONTo"}
			}
			e.quote(quoted, string(n))
		} else if quoted {
			e.text(string(appendString(nil, s, e.escapeHTML)))
		} else {
			e.text(s)
		}
	case kindSlice:
		if p.isNil() {
			e.raw("null")
			return nil
		}
		if p.ofBytes() {
			e.raw(`"` + base64.StdEncoding.EncodeToString([]byte(asString(p))) + `"`)
			return nil
		}
		return e.list(p)
	case kindArray:
		return e.list(p)
	case kindMap:
		return e.object(p)
	case kindStruct:
		return e.members(p)
	case kindPointer, kindInterface:
		if p.isNil() {
			e.raw("null")
			return nil
		}
		return e.value(p.inner(), quoted)
	default:
		return &UnsupportedTypeError{p.typeName()}
	}
	return nil
}

func (e *encoder) quote(quoted bool, text string) {
	if quoted {
		e.raw(`"` + text + `"`)
	} else {
		e.raw(text)
	}
}

func floatText(f float64, bits int) string {
	format := byte('f')
	if a := math.Abs(f); a != 0 {
		if bits == 64 && (a < 1e-6 || a >= 1e21) || bits == 32 && (float32(a) < 1e-6 || float32(a) >= 1e21) {
			format = 'e'
		}
	}
	s := strconv.FormatFloat(f, format, -1, bits)
	if n := len(s); format == 'e' && n >= 4 && s[n-4] == 'e' && (s[n-3] == '-' || s[n-3] == '+') && s[n-2] == '0' {
		s = s[:n-2] + s[n-1:]
	}
	return s
}

// byMethod writes a value by its own method, if it has one.
func (e *encoder) byMethod(p place, kind int) (done bool, err error) {
	v := p.v
	if kind == kindInterface {
		return false, nil
	}
	if kind == kindPointer {
		v = p.load()
		if p.isNil() {
			return false, nil
		}
	}
	if m, ok := v.(Marshaler); ok {
		b, err := m.MarshalJSON()
		if err == nil {
			s := scan(b)
			if problem := s.whole(); problem != nil {
				err = problem
			}
		}
		if err != nil {
			return true, &MarshalerError{methodType(v), err, "MarshalJSON"}
		}
		e.out = appendCompact(e.out, b, e.escapeHTML)
		return true, nil
	}
	if m, ok := v.(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			return true, &MarshalerError{methodType(v), err, "MarshalText"}
		}
		e.text(string(b))
		return true, nil
	}
	return false, nil
}

// methodType names the type whose method was called, as a pointer.
func methodType(v any) string {
	name := typeName(v, false)
	if strings.HasPrefix(name, "*") {
		return name
	}
	return "*" + name
}

func (e *encoder) list(p place) error {
	e.raw("[")
	for i := range p.len() {
		if i > 0 {
			e.raw(",")
		}
		if err := e.value(p.item(i), false); err != nil {
			return err
		}
	}
	e.raw("]")
	return nil
}

type entry struct {
	name string
	key  any
}

func (e *encoder) object(p place) error {
	if p.isNil() {
		e.raw("null")
		return nil
	}
	var entries []entry
	for _, key := range mapKeys(p.v, p.addr) {
		name, err := keyName(key)
		if err != nil {
			if _, ok := err.(*UnsupportedTypeError); ok {
				err = &UnsupportedTypeError{p.typeName()}
			}
			return err
		}
		entries = append(entries, entry{name, key})
	}
	if len(entries) == 0 {
		k := place{newKeyOf(p.v, p.addr), true}
		if _, ok := k.v.(encoding.TextMarshaler); !ok && !isKeyKind(k.kind()) {
			return &UnsupportedTypeError{p.typeName()}
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	e.raw("{")
	for i, entry := range entries {
		if i > 0 {
			e.raw(",")
		}
		e.text(entry.name)
		e.raw(":")
		v, _ := lookup(p.v, p.addr, entry.key)
		if err := e.value(place{v, false}, false); err != nil {
			return err
		}
	}
	e.raw("}")
	return nil
}

func isKeyKind(kind int) bool { return kind == kindString || kind == kindInt || kind == kindUint }

func keyName(key any) (string, error) {
	p := place{key, false}
	kind := p.kind()
	if kind == kindString {
		return asString(p), nil
	}
	if m, ok := key.(encoding.TextMarshaler); ok {
		if kind == kindPointer && p.isNil() {
			return "", nil
		}
		b, err := m.MarshalText()
		if err != nil {
			return "", &MarshalerError{methodType(key), err, "MarshalText"}
		}
		return string(b), nil
	}
	switch kind {
	case kindInt:
		return strconv.FormatInt(int64(asUint(p)), 10), nil
	case kindUint:
		return strconv.FormatUint(asUint(p), 10), nil
	}
	return "", &UnsupportedTypeError{}
}

func (e *encoder) members(p place) error {
	id := typeID(p.v, p.addr)
	known, ok := e.known[id]
	if !ok {
		known = members(p)
		if e.known == nil {
			e.known = make(map[int][]member)
		}
		e.known[id] = known
	}
	e.raw("{")
	first := true
	for _, m := range known {
		f, ok := follow(p, m.path)
		if !ok || m.omitEmpty && isEmpty(f) || m.omitZero && isZero(f) {
			continue
		}
		if !first {
			e.raw(",")
		}
		first = false
		e.text(m.name)
		e.raw(":")
		if err := e.value(f, m.quoted); err != nil {
			return err
		}
	}
	e.raw("}")
	return nil
}

// follow goes to a member; not through nil.
func follow(p place, path []int) (place, bool) {
	for i, n := range path {
		if i > 0 && p.kind() == kindPointer {
			if p.isNil() {
				return p, false
			}
			p = p.inner()
		}
		p = p.field(n)
	}
	return p, true
}

func isEmpty(p place) bool {
	switch p.kind() {
	case kindBool, kindInt, kindUint:
		return asUint(p) == 0
	case kindFloat:
		return asFloat(p) == 0
	case kindString, kindSlice, kindArray, kindMap:
		return p.len() == 0
	case kindPointer, kindInterface:
		return p.isNil()
	case kindNil:
		return true
	}
	return false
}

func isZero(p place) bool {
	kind := p.kind()
	if kind == kindNil {
		return true
	}
	if kind == kindPointer || kind == kindInterface {
		if p.isNil() {
			return true
		}
	}
	if z, ok := p.v.(interface{ IsZero() bool }); ok && (p.addr || kind != kindNil) {
		return z.IsZero()
	}
	switch kind {
	case kindSlice, kindMap, kindOther:
		return p.isNil()
	case kindArray:
		for i := range p.len() {
			if !isZero(p.item(i)) {
				return false
			}
		}
		return true
	case kindStruct:
		for i := range p.len() {
			if !isZero(p.field(i)) {
				return false
			}
		}
		return true
	case kindPointer, kindInterface:
		return false
	}
	return isEmpty(p)
}

// asBits returns a boolean or integer as its bits, widened by its sign.
//
//amigos:native gas=base:10
func asBits(v any, addr bool) uint64

func asUint(p place) uint64 { return asBits(p.v, p.addr) }

func asFloat(p place) float64 { return floatOf(p.v, p.addr) }

func asString(p place) string { return stringOf(p.v, p.addr) }

// floatOf returns a float, widened to 64 bits.
//
//amigos:native gas=base:10
func floatOf(v any, addr bool) float64

// stringOf returns a string, or a slice of bytes as a string.
//
//amigos:native gas=base:10
func stringOf(v any, addr bool) string

// typeID returns a number that is the type's for this run.
//
//amigos:native gas=base:8
func typeID(v any, addr bool) int

// newKeyOf returns a pointer to a zero key of a map.
//
//amigos:native gas=base:30
func newKeyOf(v any, addr bool) any
