package template

import (
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"
	"unicode"
)

var builtinNames = map[string]bool{
	"and": true, "call": true, "html": true, "index": true, "slice": true, "js": true, "len": true, "not": true, "or": true, "print": true,
	"printf": true, "println": true, "urlquery": true, "eq": true, "ge": true, "gt": true, "le": true, "lt": true, "ne": true,
}

func isBuiltin(name string) bool { return builtinNames[name] }

// builtins returns a function that every template knows.
func builtins(name string) (function, bool) {
	one, two, more := []string{reflected}, []string{reflected, reflected}, true
	switch name {
	case "and", "or":
		return function{in: two, variadic: more}, true
	case "call":
		return function{in: two, variadic: more}, true
	case "index":
		return function{in: two, variadic: more, call: index}, true
	case "slice":
		return function{in: two, variadic: more, call: slice}, true
	case "len":
		return function{in: one, call: lengthOf}, true
	case "not":
		return function{in: one, call: func(a []value) (value, error) { return result(!a[0].settled().isTrue()) }}, true
	case "eq":
		return function{in: two, variadic: more, call: func(a []value) (value, error) { return resultOrError(equal(a[0], a[1:])) }}, true
	case "ne":
		return function{in: two, call: func(a []value) (value, error) {
			same, err := equal(a[0], a[1:])
			return of(!same), err
		}}, true
	case "lt":
		return function{in: two, call: func(a []value) (value, error) { return resultOrError(less(a[0], a[1])) }}, true
	case "le":
		return function{in: two, call: func(a []value) (value, error) { return resultOrError(lessOrEqual(a[0], a[1])) }}, true
	case "gt":
		return function{in: two, call: func(a []value) (value, error) {
			is, err := lessOrEqual(a[0], a[1])
			return of(err == nil && !is), err
		}}, true
	case "ge":
		return function{in: two, call: func(a []value) (value, error) {
			is, err := less(a[0], a[1])
			return of(err == nil && !is), err
		}}, true
	case "html":
		return texts(HTMLEscaper), true
	case "js":
		return texts(JSEscaper), true
	case "urlquery":
		return texts(URLQueryEscaper), true
	case "print":
		return texts(fmt.Sprint), true
	case "println":
		return texts(fmt.Sprintln), true
	case "printf":
		return function{in: []string{"string", anything}, variadic: more, call: func(a []value) (value, error) {
			return result(fmt.Sprintf(as[string](a[0]), loaded(a[1:])...))
		}}, true
	}
	return function{}, false
}

func texts(f func(args ...any) string) function {
	return function{in: []string{anything}, variadic: true, call: func(a []value) (value, error) { return result(f(loaded(a)...)) }}
}

func loaded(args []value) []any {
	list := make([]any, len(args))
	for i, x := range args {
		list[i] = x.load()
	}
	return list
}

// position is an index into something of that length or capacity.
func position(x value, most int) (int, error) {
	var n int64
	switch x.kind() {
	case kindInt:
		n = x.int()
	case kindUint:
		n = int64(x.uint())
	case kindNil:
		return 0, errors.New("cannot index slice/array with nil")
	default:
		return 0, fmt.Errorf("cannot index slice/array with type %s", x.typeName())
	}
	if n < 0 || n > int64(most) {
		return 0, fmt.Errorf("index out of range: %d", n)
	}
	return int(n), nil
}

func index(args []value) (value, error) {
	x := args[0].settled()
	if x.kind() == kindNil {
		return none, errors.New("index of untyped nil")
	}
	for _, at := range args[1:] {
		at = at.settled()
		var isNil bool
		if x, isNil = x.indirect(); isNil {
			return none, errors.New("index of nil pointer")
		}
		switch x.kind() {
		case kindSlice, kindArray, kindString:
			i, err := position(at, x.len())
			if err != nil {
				return none, err
			}
			if i >= x.len() {
				return none, errors.New("reflect: " + outOfRange(x.kind()) + " index out of range")
			}
			if x.kind() == kindString {
				x = of(x.string()[i])
			} else {
				x = x.item(i)
			}
		case kindMap:
			key, err := prepared(at, keyType(x))
			if err != nil {
				return none, err
			}
			entry, ok := lookup(x.v, x.addr, key.load())
			if ok {
				x = of(entry)
			} else {
				x = value{v: newValueOf(x.v, x.addr), addr: true}.copied()
			}
		default:
			return none, fmt.Errorf("can't index item of type %s", x.typeName())
		}
	}
	return x, nil
}

func outOfRange(kind int) string {
	return map[int]string{kindString: "string", kindSlice: "slice", kindArray: "array"}[kind]
}

func slice(args []value) (value, error) {
	x := args[0].settled()
	if x.kind() == kindNil {
		return none, errors.New("slice of untyped nil")
	}
	x, isNil := x.indirect()
	if isNil {
		return none, errors.New("slice of nil pointer")
	}
	if len(args) > 4 {
		return none, fmt.Errorf("too many slice indexes: %d", len(args)-1)
	}
	var most int
	switch x.kind() {
	case kindString:
		if len(args) == 4 {
			return none, errors.New("cannot 3-index slice a string")
		}
		most = x.len()
	case kindSlice:
		most = capacity(x.v, x.addr)
	default:
		return none, fmt.Errorf("can't slice item of type %s", x.typeName())
	}
	at := [3]int{0, x.len(), most}
	for i, arg := range args[1:] {
		n, err := position(arg.settled(), most)
		if err != nil {
			return none, err
		}
		at[i] = n
	}
	if at[0] > at[1] {
		return none, fmt.Errorf("invalid slice index: %d > %d", at[0], at[1])
	}
	if at[1] > at[2] {
		return none, fmt.Errorf("invalid slice index: %d > %d", at[1], at[2])
	}
	if x.kind() == kindString {
		return of(x.string()[at[0]:at[1]]), nil
	}
	return of(cut(x.v, x.addr, at[0], at[1], at[2])), nil
}

func lengthOf(args []value) (value, error) {
	x, isNil := args[0].indirect()
	if isNil {
		return none, errors.New("len of nil pointer")
	}
	switch x.kind() {
	case kindSlice, kindArray, kindMap, kindString:
		return of(x.len()), nil
	case kindNil:
		return none, errors.New("reflect: call of reflect.Value.Type on zero Value")
	}
	return none, fmt.Errorf("len of type %s", x.typeName())
}

var errBadComparison = errors.New("invalid type for comparison")

// basic is the kind of a value that can be ordered or is a boolean or complex number, else 0.
func basic(x value) int {
	switch k := x.kind(); k {
	case kindBool, kindInt, kindUint, kindFloat, kindComplex, kindString:
		return k
	}
	return 0
}

func nilLike(x value) bool {
	switch x.kind() {
	case kindNil:
		return true
	case kindOther, kindMap, kindPointer, kindSlice, kindInterface:
		return x.isNil()
	}
	return false
}

func equal(a value, others []value) (bool, error) {
	a = a.settled()
	if len(others) == 0 {
		return false, errors.New("missing argument for comparison")
	}
	for _, b := range others {
		same, err := same(a, b.settled())
		if same || err != nil {
			return same, err
		}
	}
	return false, nil
}

func same(a, b value) (bool, error) {
	k := basic(a)
	if k != basic(b) {
		switch {
		case k == kindInt && basic(b) == kindUint:
			return a.int() >= 0 && a.uint() == b.uint(), nil
		case k == kindUint && basic(b) == kindInt:
			return b.int() >= 0 && a.uint() == b.uint(), nil
		case a.kind() != kindNil && b.kind() != kindNil:
			return false, fmt.Errorf("incompatible types for comparison: %v and %v", a.typeName(), b.typeName())
		}
		return false, nil
	}
	switch k {
	case kindBool, kindInt, kindUint:
		return a.uint() == b.uint(), nil
	case kindFloat:
		return a.float() == b.float(), nil
	case kindComplex:
		return a.complex() == b.complex(), nil
	case kindString:
		return a.string() == b.string(), nil
	}
	if a.kind() != b.kind() && a.kind() != kindNil && b.kind() != kindNil {
		return false, fmt.Errorf("non-comparable types %v: %s, %s: %v", a.shown(), a.typeName(), b.typeName(), b.shown())
	}
	if nilLike(a) || nilLike(b) {
		return nilLike(a) == nilLike(b), nil
	}
	if !canCompare(b.load()) {
		return false, fmt.Errorf("non-comparable type %v: %s", b.shown(), b.typeName())
	}
	return a.load() == b.load(), nil
}

func less(a, b value) (bool, error) {
	a, b = a.settled(), b.settled()
	k, other := basic(a), basic(b)
	if k == 0 || other == 0 {
		return false, errBadComparison
	}
	switch {
	case k == kindInt && other == kindUint:
		return a.int() < 0 || a.uint() < b.uint(), nil
	case k == kindUint && other == kindInt:
		return b.int() >= 0 && a.uint() < b.uint(), nil
	case k != other:
		return false, fmt.Errorf("incompatible types for comparison: %v and %v", a.typeName(), b.typeName())
	}
	switch k {
	case kindInt:
		return a.int() < b.int(), nil
	case kindUint:
		return a.uint() < b.uint(), nil
	case kindFloat:
		return a.float() < b.float(), nil
	case kindString:
		return a.string() < b.string(), nil
	}
	return false, errBadComparison
}

func lessOrEqual(a, b value) (bool, error) {
	is, err := less(a, b)
	if is || err != nil {
		return is, err
	}
	return equal(a, []value{b})
}

// HTMLEscape writes b with what HTML gives a meaning escaped.
func HTMLEscape(w io.Writer, b []byte) { io.WriteString(w, HTMLEscapeString(string(b))) }

// HTMLEscapeString returns s with what HTML gives a meaning escaped.
func HTMLEscapeString(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "\x00", "\uFFFD")
}

// HTMLEscaper returns what args are printed as, escaped for HTML.
func HTMLEscaper(args ...any) string { return HTMLEscapeString(printed(args)) }

// JSEscape writes b with what JavaScript gives a meaning in strings escaped.
func JSEscape(w io.Writer, b []byte) { io.WriteString(w, JSEscapeString(string(b))) }

// JSEscapeString returns s with what JavaScript gives a meaning in strings escaped.
func JSEscapeString(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\\' || r == '\'' || r == '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || strings.ContainsRune("<>&=", r):
			fmt.Fprintf(&b, "\\u%04X", r)
		case r == unicode.ReplacementChar:
			if s[i] == 0xEF {
				b.WriteString("\uFFFD")
			} else {
				b.WriteByte(s[i])
			}
		case r > unicode.MaxASCII && !unicode.IsPrint(r):
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// JSEscaper returns what args are printed as, escaped for JavaScript.
func JSEscaper(args ...any) string { return JSEscapeString(printed(args)) }

// URLQueryEscaper returns what args are printed as, escaped for the query of an address.
func URLQueryEscaper(args ...any) string { return url.QueryEscape(printed(args)) }

func printed(args []any) string {
	if len(args) == 1 {
		if s, ok := args[0].(string); ok {
			return s
		}
	}
	for i, arg := range args {
		if v, ok := printable(of(arg)); ok {
			args[i] = v
		}
	}
	return fmt.Sprint(args...)
}
