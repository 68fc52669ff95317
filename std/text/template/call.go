package template

import (
	"errors"
	"fmt"
)

// function is something that a template can call.
type function struct {
	in       []string // types of the parameters; of a list the type of its elements last
	variadic bool
	call     func(args []value) (value, error)
	problem  string // why it cannot be called
}

// reflected stands for a parameter that takes any value as it is.
const reflected = "reflect.Value"

const anything = "interface {}"

func result[R any](r R) (value, error) { return of(r), nil }

func resultOrError[R any](r R, err error) (value, error) { return of(r), err }

// as is the value of an argument for a parameter of type P.
func as[P any](x value) P {
	p, _ := x.load().(P)
	return p
}

// rest are the arguments from one on.
func rest[P any](args []value, from int) []P {
	list := make([]P, 0, max(len(args)-from, 0))
	for _, a := range args[from:] {
		list = append(list, as[P](a))
	}
	return list
}

// known makes a function of a Go function whose type is one of those that can be called.
func known(f any) function {
	if g, ok := nullary(f); ok {
		return function{call: g}
	}
	if g, ok := unary[string](f); ok {
		return function{in: []string{"string"}, call: g}
	}
	if g, ok := unary[int](f); ok {
		return function{in: []string{"int"}, call: g}
	}
	if g, ok := unary[any](f); ok {
		return function{in: []string{anything}, call: g}
	}
	if g, ok := unary[float64](f); ok {
		return function{in: []string{"float64"}, call: g}
	}
	if g, ok := unary[bool](f); ok {
		return function{in: []string{"bool"}, call: g}
	}
	if g, ok := unary[uint64](f); ok {
		return function{in: []string{"uint64"}, call: g}
	}
	if g, ok := unary[int64](f); ok {
		return function{in: []string{"int64"}, call: g}
	}
	if g, ok := unary[[]string](f); ok {
		return function{in: []string{"[]string"}, call: g}
	}
	if g, ok := unary[[]int](f); ok {
		return function{in: []string{"[]int"}, call: g}
	}
	if g, ok := unary[error](f); ok {
		return function{in: []string{"error"}, call: g}
	}
	if g, ok := binary[string, string](f); ok {
		return function{in: []string{"string", "string"}, call: g}
	}
	if g, ok := binary[string, int](f); ok {
		return function{in: []string{"string", "int"}, call: g}
	}
	if g, ok := binary[string, any](f); ok {
		return function{in: []string{"string", anything}, call: g}
	}
	if g, ok := binary[int, int](f); ok {
		return function{in: []string{"int", "int"}, call: g}
	}
	if g, ok := binary[int, string](f); ok {
		return function{in: []string{"int", "string"}, call: g}
	}
	if g, ok := binary[any, any](f); ok {
		return function{in: []string{anything, anything}, call: g}
	}
	if g, ok := binary[any, string](f); ok {
		return function{in: []string{anything, "string"}, call: g}
	}
	if g, ok := binary[float64, float64](f); ok {
		return function{in: []string{"float64", "float64"}, call: g}
	}
	if g, ok := binary[[]string, string](f); ok {
		return function{in: []string{"[]string", "string"}, call: g}
	}
	if g, ok := list[any](f); ok {
		return function{in: []string{anything}, variadic: true, call: g}
	}
	if g, ok := list[string](f); ok {
		return function{in: []string{"string"}, variadic: true, call: g}
	}
	if g, ok := list[int](f); ok {
		return function{in: []string{"int"}, variadic: true, call: g}
	}
	switch f := f.(type) {
	case func(string, ...any) string:
		return function{in: []string{"string", anything}, variadic: true, call: func(a []value) (value, error) { return result(f(as[string](a[0]), rest[any](a, 1)...)) }}
	case func(string, ...string) string:
		return function{in: []string{"string", "string"}, variadic: true, call: func(a []value) (value, error) { return result(f(as[string](a[0]), rest[string](a, 1)...)) }}
	}
	return function{problem: "functions of type " + typeName(f, false) + " cannot be called by templates here"}
}

func nullary(f any) (func([]value) (value, error), bool) {
	switch f := f.(type) {
	case func() string:
		return func([]value) (value, error) { return result(f()) }, true
	case func() int:
		return func([]value) (value, error) { return result(f()) }, true
	case func() bool:
		return func([]value) (value, error) { return result(f()) }, true
	case func() any:
		return func([]value) (value, error) { return result(f()) }, true
	case func() float64:
		return func([]value) (value, error) { return result(f()) }, true
	case func() uint64:
		return func([]value) (value, error) { return result(f()) }, true
	case func() int64:
		return func([]value) (value, error) { return result(f()) }, true
	case func() error:
		return func([]value) (value, error) { return result(f()) }, true
	case func() []string:
		return func([]value) (value, error) { return result(f()) }, true
	case func() []int:
		return func([]value) (value, error) { return result(f()) }, true
	case func() map[string]int:
		return func([]value) (value, error) { return result(f()) }, true
	case func() map[string]string:
		return func([]value) (value, error) { return result(f()) }, true
	case func() map[string]any:
		return func([]value) (value, error) { return result(f()) }, true
	case func() (string, error):
		return func([]value) (value, error) { return resultOrError(f()) }, true
	case func() (int, error):
		return func([]value) (value, error) { return resultOrError(f()) }, true
	case func() (bool, error):
		return func([]value) (value, error) { return resultOrError(f()) }, true
	case func() (any, error):
		return func([]value) (value, error) { return resultOrError(f()) }, true
	}
	return nil, false
}

func unary[P any](f any) (func([]value) (value, error), bool) {
	switch f := f.(type) {
	case func(P) string:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) int:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) bool:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) any:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) float64:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) []string:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) []int:
		return func(a []value) (value, error) { return result(f(as[P](a[0]))) }, true
	case func(P) (string, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]))) }, true
	case func(P) (int, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]))) }, true
	case func(P) (any, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]))) }, true
	}
	return nil, false
}

func binary[P, Q any](f any) (func([]value) (value, error), bool) {
	switch f := f.(type) {
	case func(P, Q) string:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) int:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) bool:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) any:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) float64:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) []string:
		return func(a []value) (value, error) { return result(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) (string, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) (int, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]), as[Q](a[1]))) }, true
	case func(P, Q) (any, error):
		return func(a []value) (value, error) { return resultOrError(f(as[P](a[0]), as[Q](a[1]))) }, true
	}
	return nil, false
}

func list[P any](f any) (func([]value) (value, error), bool) {
	switch f := f.(type) {
	case func(...P) string:
		return func(a []value) (value, error) { return result(f(rest[P](a, 0)...)) }, true
	case func(...P) int:
		return func(a []value) (value, error) { return result(f(rest[P](a, 0)...)) }, true
	case func(...P) any:
		return func(a []value) (value, error) { return result(f(rest[P](a, 0)...)) }, true
	case func(...P) []P:
		return func(a []value) (value, error) { return result(f(rest[P](a, 0)...)) }, true
	case func(...P) (string, error):
		return func(a []value) (value, error) { return resultOrError(f(rest[P](a, 0)...)) }, true
	case func(...P) (any, error):
		return func(a []value) (value, error) { return resultOrError(f(rest[P](a, 0)...)) }, true
	}
	return nil, false
}

// apply calls a function with the words of a command behind its name, and final if there is one.
func (s *state) apply(dot value, f function, origin any, n *node, name string, args []*node, final value) value {
	if args != nil {
		args = args[1:]
	}
	if f.problem != "" {
		s.fail("error calling %s: %s", name, f.problem)
	}
	count := len(args)
	if !final.missing {
		count++
	}
	fixed := len(f.in)
	if f.variadic {
		fixed--
		if count < fixed {
			s.fail("wrong number of args for %s: want at least %d got %d", name, fixed, len(args))
		}
	} else if count != fixed {
		s.fail("wrong number of args for %s: want %d got %d", name, fixed, count)
	}
	param := func(i int) string { return f.in[min(i, len(f.in)-1)] }
	if origin == nil && (name == "and" || name == "or") {
		var x value
		for i, arg := range args {
			x = s.argument(dot, param(i), arg)
			if x.settled().isTrue() == (name == "or") {
				return x
			}
		}
		if !final.missing {
			x = final
		}
		return x
	}
	values := make([]value, 0, count)
	for i, arg := range args {
		values = append(values, s.argument(dot, param(i), arg))
	}
	if !final.missing {
		values = append(values, s.fitting(final, param(count-1)))
	}
	var x value
	var err error
	if origin == nil && name == "call" {
		title := "?"
		if len(args) > 0 {
			title = args[0].String()
		}
		x, err = safely(func(a []value) (value, error) { return callValue(title, a) }, values)
	} else {
		x, err = safely(f.call, values)
	}
	if err != nil {
		s.node = n
		s.fail("error calling %s: %w", name, err)
	}
	return x
}

// safely makes an error of a panic.
func safely(f func([]value) (value, error), args []value) (x value, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case ExecError:
			err = p
		case error:
			err = p
		default:
			err = fmt.Errorf("%v", p)
		}
	}()
	return f(args)
}

// callValue is the function call.
func callValue(name string, args []value) (value, error) {
	f := args[0].settled()
	if f.kind() == kindNil {
		return none, errors.New("call of nil")
	}
	if f.kind() != kindOther {
		return none, fmt.Errorf("non-function %s of type %s", name, f.typeName())
	}
	g := known(f.load())
	if g.problem != "" {
		return none, errors.New(g.problem)
	}
	args = args[1:]
	if g.variadic && len(args) < len(g.in)-1 {
		return none, fmt.Errorf("wrong number of args for %s: got %d want at least %d", name, len(args), len(g.in)-1)
	}
	if !g.variadic && len(args) != len(g.in) {
		return none, fmt.Errorf("wrong number of args for %s: got %d want %d", name, len(args), len(g.in))
	}
	for i, x := range args {
		x = x.settled()
		want := g.in[min(i, len(g.in)-1)]
		fitted, problem := prepared(x, want)
		if problem != nil {
			return none, fmt.Errorf("arg %d: %w", i, problem)
		}
		args[i] = fitted
	}
	return safely(g.call, args)
}

// prepared is a value for a parameter or key of a type: integers may change theirs.
func prepared(x value, want string) (value, error) {
	switch {
	case x.kind() == kindNil:
		if !canBeNil(want) {
			return none, fmt.Errorf("value is nil; should be of type %s", want)
		}
		return x, nil
	case want == anything || x.typeName() == want || want == "error" && isError(x):
		return x, nil
	case x.kind() == kindInt || x.kind() == kindUint:
		if v, ok := integer(want, x.uint()); ok {
			return v, nil
		}
	}
	return none, fmt.Errorf("value has type %s; should be %s", x.typeName(), want)
}

func isError(x value) bool {
	_, ok := x.load().(error)
	return ok
}

// integer is a number of a type of integers without a name of its own.
func integer(kind string, n uint64) (value, bool) {
	switch kind {
	case "int":
		return of(int(n)), true
	case "int8":
		return of(int8(n)), true
	case "int16":
		return of(int16(n)), true
	case "int32":
		return of(int32(n)), true
	case "int64":
		return of(int64(n)), true
	case "uint":
		return of(uint(n)), true
	case "uint8":
		return of(uint8(n)), true
	case "uint16":
		return of(uint16(n)), true
	case "uint32":
		return of(uint32(n)), true
	case "uint64":
		return of(n), true
	case "uintptr":
		return of(uintptr(n)), true
	}
	return none, false
}

func canBeNil(want string) bool {
	switch want {
	case "", anything, reflected, "error", "[]string", "[]int":
		return true
	}
	return false
}

// fitting is a value for a parameter; "" stands for none in particular.
func (s *state) fitting(x value, want string) value {
	if x.kind() == kindNil {
		if canBeNil(want) {
			return x
		}
		s.fail("invalid value; expected %s", want)
	}
	if want == "" || want == anything || want == reflected {
		return x
	}
	inner := x.settled()
	switch {
	case inner.typeName() == want || want == "error" && isError(inner):
		return inner
	case inner.kind() == kindPointer && typeName(newTarget(inner.v, inner.addr), true) == want:
		if inner.isNil() {
			s.fail("dereference of nil pointer of type %s", want)
		}
		return inner.inner()
	}
	s.fail("wrong type for value; expected %s; got %s", want, x.typeName())
	return none
}

// argument evaluates a word of a command for a parameter.
func (s *state) argument(dot value, want string, n *node) value {
	s.node = n
	nothing := value{missing: true}
	switch n.kind {
	case nodeDot:
		return s.fitting(dot, want)
	case nodeNil:
		if !canBeNil(want) {
			s.fail("cannot assign nil to %s", want)
		}
		return none
	case nodeField:
		return s.fitting(s.chain(dot, dot, n, n.names, []*node{n}, nothing), want)
	case nodeVariable:
		return s.fitting(s.variable(dot, n, nil, nothing), want)
	case nodePipe:
		return s.fitting(s.pipeline(dot, n), want)
	case nodeIdentifier:
		return s.fitting(s.function(dot, n, n, nil, nothing), want)
	case nodeChain:
		return s.fitting(s.chained(dot, n, nil, nothing), want)
	}
	switch want {
	case "", anything, reflected:
		switch n.kind {
		case nodeBool:
			return of(n.text == "true")
		case nodeNumber:
			return s.constant(n)
		case nodeString:
			return of(n.value)
		}
	case "bool":
		if n.kind != nodeBool {
			s.fail("expected bool; found %s", n)
		}
		return of(n.text == "true")
	case "string":
		if n.kind != nodeString {
			s.fail("expected string; found %s", n)
		}
		return of(n.value)
	case "float64":
		if n.kind != nodeNumber || !n.number.isFloat {
			s.fail("expected float; found %s", n)
		}
		return of(n.number.f)
	case "uint64":
		if n.kind != nodeNumber || !n.number.isUint {
			s.fail("expected unsigned integer; found %s", n)
		}
		return of(n.number.u)
	case "int", "int64":
		if n.kind != nodeNumber || !n.number.isInt {
			s.fail("expected integer; found %s", n)
		}
		x, _ := integer(want, uint64(n.number.i))
		return x
	}
	s.fail("can't handle %s for arg of type %s", n, want)
	return none
}
