package template

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxDepth is how deep templates may call each other.
const maxDepth = 100000

// ExecError is returned when a template cannot be executed. If what is written to fails, its
// error is returned as it is.
type ExecError struct {
	Name string // of the template
	Err  error
}

func (e ExecError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e ExecError) Unwrap() error { return e.Err }

type writeError struct{ err error }

type variable struct {
	name  string
	value value
}

// state is an execution of a template.
type state struct {
	template  *Template
	w         io.Writer
	node      *node // for messages
	variables []variable
	depth     int
}

// How a part of a template ends.
const (
	goOn = iota
	breaks
	continues
)

// Execute writes the text of t with data as its dot.
func (t *Template) Execute(w io.Writer, data any) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case ExecError:
			err = x
		case writeError:
			err = x.err
		default:
			panic(x)
		}
	}()
	dot := of(data)
	s := &state{template: t, w: w, variables: []variable{{"$", dot}}}
	if t.tree == nil || t.tree.root == nil {
		s.fail("%q is an incomplete or empty template", t.name)
	}
	s.walk(dot, t.tree.root)
	return nil
}

func (s *state) fail(format string, args ...any) {
	where := "template: " + quoteContext(s.template.name) + ": "
	if s.node != nil {
		name := fmt.Sprintf("%q", s.template.name)
		where = "template: " + quoteContext(s.node.where()) + ": executing " + quoteContext(name) + " at <" + quoteContext(s.node.String()) + ">: "
	}
	panic(ExecError{s.template.name, fmt.Errorf(where+format, args...)})
}

func (s *state) write(text string) {
	if _, err := io.WriteString(s.w, text); err != nil {
		panic(writeError{err})
	}
}

func (s *state) pop(known int) { s.variables = s.variables[:known] }

func (s *state) push(name string, x value) { s.variables = append(s.variables, variable{name, x}) }

func (s *state) find(name string) *variable {
	for i := len(s.variables) - 1; i >= 0; i-- {
		if s.variables[i].name == name {
			return &s.variables[i]
		}
	}
	s.fail("undefined variable: %s", name)
	return nil
}

func (s *state) walk(dot value, n *node) int {
	s.node = n
	switch n.kind {
	case nodeText:
		s.write(n.text)
	case nodeList:
		for _, part := range n.nodes {
			if how := s.walk(dot, part); how != goOn {
				return how
			}
		}
	case nodeAction:
		x := s.pipeline(dot, n.pipe)
		if len(n.pipe.decl) == 0 {
			s.print(n, x)
		}
	case nodeIf, nodeWith:
		return s.choose(dot, n)
	case nodeRange:
		return s.walkRange(dot, n)
	case nodeTemplate:
		s.call(dot, n)
	case nodeBreak:
		return breaks
	case nodeContinue:
		return continues
	}
	return goOn
}

func (s *state) choose(dot value, n *node) int {
	defer s.pop(len(s.variables))
	x := s.pipeline(dot, n.pipe).settled()
	switch {
	case x.isTrue() && n.kind == nodeWith:
		return s.walk(x, n.list)
	case x.isTrue():
		return s.walk(dot, n.list)
	case n.other != nil:
		return s.walk(dot, n.other)
	}
	return goOn
}

func (s *state) walkRange(dot value, n *node) int {
	known := len(s.variables)
	defer s.pop(known)
	over, _ := s.pipeline(dot, n.pipe).indirect()
	mark := len(s.variables)
	decl := n.pipe.decl
	// step reports whether the loop goes on.
	step := func(index, x value) bool {
		x = x.settled()
		if len(decl) > 0 && n.pipe.assign {
			first := x
			if len(decl) > 1 {
				first = index
				s.find(decl[1].names[0]).value = x
			}
			s.find(decl[0].names[0]).value = first
		} else if len(decl) > 0 {
			s.variables[mark-1].value = x
			if len(decl) > 1 {
				s.variables[mark-2].value = index
			}
		}
		how := s.walk(x, n.list)
		s.pop(mark)
		return how != breaks
	}
	count := 0
	switch kind := over.kind(); kind {
	case kindNil:
	case kindInt, kindUint:
		if len(decl) > 1 {
			s.fail("can't use %v to iterate over more than one variable", over.load())
		}
		count = s.rangeInteger(over, kind, step)
	case kindSlice, kindArray:
		count = over.len()
		for i := range count {
			if !step(of(i), over.item(i)) {
				break
			}
		}
	case kindMap:
		count = over.len()
		for _, key := range sortedKeys(over) {
			x, _ := lookup(over.v, over.addr, key)
			if !step(of(key), of(x)) {
				break
			}
		}
	default:
		if over.isPointer() && over.isNil() {
			s.fail("range can't iterate over %v", over.shown())
		}
		s.fail("range can't iterate over %v", over.shown())
	}
	if count == 0 && n.other != nil {
		return s.walk(dot, n.other)
	}
	return goOn
}

func (x value) isPointer() bool { return x.kind() == kindPointer }

// shown is what a message prints of a value.
func (x value) shown() any { return x.load() }

// rangeInteger steps from 0 to a number of any type of integers.
func (s *state) rangeInteger(over value, kind int, step func(index, x value) bool) int {
	most := over.uint()
	if kind == kindInt && over.int() <= 0 {
		most = 0
	}
	for i := range most {
		if !step(none, likeInteger(over.load(), i)) {
			break
		}
	}
	return int(min(most, 1))
}

// likeInteger is a number of the type of like, if that has no name of its own, else an int.
func likeInteger(like any, n uint64) value {
	switch like.(type) {
	case int8:
		return of(int8(n))
	case int16:
		return of(int16(n))
	case int32:
		return of(int32(n))
	case int64:
		return of(int64(n))
	case uint:
		return of(uint(n))
	case uint8:
		return of(uint8(n))
	case uint16:
		return of(uint16(n))
	case uint32:
		return of(uint32(n))
	case uint64:
		return of(n)
	case uintptr:
		return of(uintptr(n))
	}
	return of(int(n))
}

// sortedKeys returns the keys of a map, sorted where they have an order.
func sortedKeys(m value) []any {
	keys := mapKeys(m.v, m.addr)
	slices.SortStableFunc(keys, func(a, b any) int { return compare(of(a), of(b)) })
	return keys
}

func compare(a, b value) int {
	k := a.kind()
	if k != b.kind() {
		return k - b.kind()
	}
	switch k {
	case kindBool, kindUint:
		return order(a.uint(), b.uint())
	case kindInt:
		return order(a.int(), b.int())
	case kindFloat:
		return order(a.float(), b.float())
	case kindString:
		return strings.Compare(a.string(), b.string())
	case kindStruct, kindArray:
		for i := range a.len() {
			var c int
			if k == kindStruct {
				c = compare(a.field(i), b.field(i))
			} else {
				c = compare(a.item(i), b.item(i))
			}
			if c != 0 {
				return c
			}
		}
	}
	return 0
}

func order[T int64 | uint64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *state) call(dot value, n *node) {
	other := s.template.Lookup(n.text)
	if other == nil || other.tree == nil {
		s.fail("template %q not defined", n.text)
	}
	if s.depth == maxDepth {
		s.fail("exceeded maximum template depth (%v)", maxDepth)
	}
	dot = s.pipeline(dot, n.pipe)
	inner := state{template: other, w: s.w, variables: []variable{{"$", dot}}, depth: s.depth + 1, node: s.node}
	inner.walk(dot, other.tree.root)
}

func (s *state) pipeline(dot value, n *node) value {
	if n == nil {
		return none
	}
	s.node = n
	x := value{missing: true}
	for _, command := range n.nodes {
		x = s.command(dot, command, x)
		if x.kind() == kindInterface && x.typeName() == "interface {}" {
			x = x.settled()
		}
	}
	for _, v := range n.decl {
		if n.assign {
			s.find(v.names[0]).value = x
		} else {
			s.push(v.names[0], x)
		}
	}
	return x
}

// command evaluates a command; final is what the one before gave.
func (s *state) command(dot value, n *node, final value) value {
	word := n.nodes[0]
	switch word.kind {
	case nodeField:
		s.node = word
		return s.chain(dot, dot, word, word.names, n.nodes, final)
	case nodeChain:
		return s.chained(dot, word, n.nodes, final)
	case nodeIdentifier:
		return s.function(dot, word, n, n.nodes, final)
	case nodePipe:
		s.alone(n.nodes, final)
		return s.pipeline(dot, word)
	case nodeVariable:
		return s.variable(dot, word, n.nodes, final)
	}
	s.node = word
	s.alone(n.nodes, final)
	switch word.kind {
	case nodeBool:
		return of(word.text == "true")
	case nodeDot:
		return dot
	case nodeNil:
		s.fail("nil is not a command")
	case nodeNumber:
		return s.constant(word)
	case nodeString:
		return of(word.value)
	}
	s.fail("can't evaluate command %q", word)
	return none
}

// alone fails if something that is no function has arguments.
func (s *state) alone(args []*node, final value) {
	if len(args) > 1 || !final.missing {
		s.fail("can't give argument to non-function %s", args[0])
	}
}

func (s *state) constant(n *node) value {
	s.node = n
	switch {
	case n.number.isComplex:
		return of(n.number.c)
	case n.number.isFloat && n.text[0] != '\'' && !isHexInteger(n.text) && strings.ContainsAny(n.text, ".eEpP"):
		return of(n.number.f)
	case n.number.isInt:
		return of(int(n.number.i))
	case n.number.isUint:
		s.fail("%s overflows int", n.text)
	}
	return none
}

func isHexInteger(s string) bool {
	return len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && !strings.ContainsAny(s, "pP")
}

func (s *state) chained(dot value, n *node, args []*node, final value) value {
	s.node = n
	if n.first.kind == nodeNil {
		s.fail("indirection through explicit nil in %s", n)
	}
	return s.chain(dot, s.argument(dot, "", n.first), n, n.names, args, final)
}

func (s *state) variable(dot value, n *node, args []*node, final value) value {
	s.node = n
	x := s.find(n.names[0]).value
	if len(n.names) == 1 {
		s.alone(args, final)
		return x
	}
	return s.chain(dot, x, n, n.names[1:], args, final)
}

// chain follows names from a value on; the last one gets the arguments.
func (s *state) chain(dot, x value, n *node, names []string, args []*node, final value) value {
	last := len(names) - 1
	for _, name := range names[:last] {
		x = s.member(dot, name, n, nil, value{missing: true}, x)
	}
	return s.member(dot, names[last], n, args, final, x)
}

func (s *state) function(dot value, word, command *node, args []*node, final value) value {
	s.node = word
	if f, ok := s.template.shared.functions[word.text]; ok {
		return s.apply(dot, known(f), f, command, word.text, args, final)
	}
	f, ok := builtins(word.text)
	if !ok {
		s.fail("%q is not a defined function", word.text)
	}
	return s.apply(dot, f, nil, command, word.text, args, final)
}

// member is a method, field or entry of a value.
func (s *state) member(dot value, name string, n *node, args []*node, final, of value) value {
	if of.kind() == kindNil {
		if s.missingKey() == missingError {
			s.fail("nil data; no entry for key %q", name)
		}
		return none
	}
	before := of
	x, isNil := of.indirect()
	if x.kind() == kindInterface && isNil {
		s.fail("nil pointer evaluating %s.%s", before.typeName(), name)
	}
	if f, ok := method(x.v, x.addr, name); ok {
		return s.apply(dot, known(f), f, n, name, args, final)
	}
	hasArgs := len(args) > 1 || !final.missing
	switch x.kind() {
	case kindStruct:
		f, exported, found, broken := fieldByName(x, name)
		if found {
			if !exported {
				s.fail("%s is an unexported field of struct type %s", name, before.typeName())
			}
			if broken != "" {
				s.fail("%v", errors.New(broken))
			}
			if hasArgs {
				s.fail("%s has arguments but cannot be invoked as function", name)
			}
			return f
		}
	case kindMap:
		if key := keyType(x); key == "string" || key == "interface {}" {
			if hasArgs {
				s.fail("%s is not a method but has arguments", name)
			}
			entry, ok := lookup(x.v, x.addr, name)
			if ok {
				return value{v: entry}
			}
			switch s.missingKey() {
			case missingZero:
				return value{v: newValueOf(x.v, x.addr), addr: true}.copied()
			case missingError:
				s.fail("map has no entry for key %q", name)
			}
			return none
		}
	case kindPointer:
		if isNil {
			target := value{v: newTarget(x.v, x.addr), addr: true}
			if target.kind() == kindStruct {
				if _, _, found, _ := fieldByName(target, name); !found {
					break
				}
			}
			s.fail("nil pointer evaluating %s.%s", before.typeName(), name)
		}
	}
	s.fail("can't evaluate field %s in type %s", name, before.typeName())
	return none
}

func (s *state) missingKey() int { return s.template.shared.missing }

// copied is the value without its address.
func (x value) copied() value { return of(x.load()) }

func keyType(m value) string { return typeName(newKeyOf(m.v, m.addr), true) }

// fieldByName finds a field as Go does: the one that is nested least, if there is one such.
// broken says which embedded pointer is nil on the way.
func fieldByName(x value, name string) (f value, exported, found bool, broken string) {
	type level struct {
		at     value
		broken string
	}
	at := []level{{x, ""}}
	for depth := 0; depth < 16 && len(at) > 0; depth++ {
		var next []level
		hits := 0
		for _, l := range at {
			for i := range l.at.len() {
				title, _, flags := fieldInfo(l.at.v, l.at.addr, i)
				if title == name {
					hits++
					f, exported, found, broken = l.at.field(i), flags&1 != 0, true, l.broken
				}
				if flags&2 == 0 {
					continue
				}
				inner, problem := l.at.field(i), l.broken
				if inner.kind() == kindPointer {
					if inner.isNil() {
						target := newTarget(inner.v, inner.addr)
						if problem == "" {
							problem = "reflect: indirection through nil pointer to embedded struct field " + title
						}
						inner = value{v: target, addr: true}
					} else {
						inner = inner.inner()
					}
				}
				if inner.kind() == kindStruct {
					next = append(next, level{inner, problem})
				}
			}
		}
		if hits > 0 {
			return f, exported, hits == 1, broken
		}
		at = next
	}
	return none, false, false, ""
}

// print writes what a value is printed as.
func (s *state) print(n *node, x value) {
	s.node = n
	v, ok := printable(x)
	if !ok {
		s.fail("can't print %s of type %s", n, x.typeName())
	}
	if _, err := fmt.Fprint(s.w, v); err != nil {
		panic(writeError{err})
	}
}

func printable(x value) (any, bool) {
	if x.kind() == kindPointer {
		x, _ = x.indirect()
	}
	switch x.kind() {
	case kindNil:
		return "<no value>", true
	case kindInterface:
		if x.typeName() == "interface {}" && x.isNil() {
			return "<nil>", true
		}
	}
	v := x.load()
	if describes(v) {
		return v, true
	}
	if x.addr && describes(x.v) {
		return x.v, true
	}
	if k := x.kind(); k == kindOther {
		return nil, false
	}
	return v, true
}

// describes reports whether v prints itself.
func describes(v any) bool {
	switch v.(type) {
	case error, fmt.Stringer:
		return true
	}
	return false
}
