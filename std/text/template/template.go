// Package template fills texts with values: what stands between {{ and }} is
// evaluated, the rest is kept. The language of templates is Go's.
//
// A template sees exported fields, entries of maps, elements of lists, methods
// and functions. Of methods and functions those can be called whose parameters
// and results have types of the language: strings, numbers, booleans, any,
// errors and lists of them, at most two parameters or a list of any number;
// others are refused when they are called, in words. Ranges go over integers,
// lists, arrays and maps, whose keys are sorted.
//
// Executing costs the gas of what it does, so a template that a stranger wrote
// can use up a call's gas, but no more than that.
package template

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// FuncMap has the functions that templates may call, by name. Each returns one value,
// or a value and an error.
type FuncMap map[string]any

// Template is a text with places to fill in, and the other templates that it may use.
type Template struct {
	name        string
	tree        *tree
	shared      *common
	left, right string
}

// common is what templates have in common that know each other.
type common struct {
	templates map[string]*Template
	functions map[string]any
	missing   int
}

// What is done about keys that a map does not have.
const (
	missingInvalid = iota
	missingZero
	missingError
)

// New returns an empty template of that name.
//
// Example: Must(New("greeting").Parse("Hello {{.Name}}")).Execute(w, account)
func New(name string) *Template { return &Template{name: name} }

// Must returns t, and panics if err is not nil.
func Must(t *Template, err error) *Template {
	if err != nil {
		panic(err)
	}
	return t
}

func (t *Template) init() {
	if t.shared == nil {
		t.shared = &common{templates: map[string]*Template{}, functions: map[string]any{}}
	}
}

// Name returns the name.
func (t *Template) Name() string { return t.name }

// New returns an empty template that knows the same templates and functions as t, and is
// known to them once it has been parsed.
func (t *Template) New(name string) *Template {
	t.init()
	return &Template{name: name, shared: t.shared, left: t.left, right: t.right}
}

// Clone returns a copy of t and of what it knows: templates parsed into one are not known
// to the other.
func (t *Template) Clone() (*Template, error) {
	c := &Template{name: t.name, tree: t.tree, left: t.left, right: t.right}
	if t.shared == nil {
		return c, nil
	}
	c.init()
	c.shared.missing = t.shared.missing
	maps.Copy(c.shared.functions, t.shared.functions)
	for name, other := range t.shared.templates {
		if name == t.name {
			c.shared.templates[name] = c
			continue
		}
		c.shared.templates[name] = &Template{name: name, tree: other.tree, shared: c.shared, left: other.left, right: other.right}
	}
	return c, nil
}

// Delims sets what actions stand between; "" stands for {{ or }}.
func (t *Template) Delims(left, right string) *Template {
	t.init()
	t.left, t.right = left, right
	return t
}

// Funcs makes functions known; it panics if one of them is none. It has to be called before
// a template that uses them is parsed.
func (t *Template) Funcs(funcs FuncMap) *Template {
	t.init()
	for name, f := range funcs {
		if !goodName(name) {
			panic(fmt.Errorf("function name %q is not a valid identifier", name))
		}
		if kind, _ := kindOf(f, false); kind != kindOther {
			panic("value for " + name + " not a function")
		}
		t.shared.functions[name] = f
	}
	return t
}

// Option sets what a key means that a map does not have: missingkey=default or invalid
// (no value), missingkey=zero, missingkey=error.
func (t *Template) Option(options ...string) *Template {
	t.init()
	for _, option := range options {
		if option == "" {
			panic("empty option string")
		}
		switch option {
		case "missingkey=invalid", "missingkey=default":
			t.shared.missing = missingInvalid
		case "missingkey=zero":
			t.shared.missing = missingZero
		case "missingkey=error":
			t.shared.missing = missingError
		default:
			panic("unrecognized option: " + option)
		}
	}
	return t
}

// Lookup returns the template of that name that t knows, and nil if there is none.
func (t *Template) Lookup(name string) *Template {
	if t.shared == nil {
		return nil
	}
	return t.shared.templates[name]
}

// Templates returns the templates that t knows, itself among them, sorted by name.
func (t *Template) Templates() []*Template {
	if t.shared == nil {
		return nil
	}
	var list []*Template
	for _, name := range slices.Sorted(maps.Keys(t.shared.templates)) {
		list = append(list, t.shared.templates[name])
	}
	return list
}

// DefinedTemplates returns a text with the names of the templates that t knows, for messages.
func (t *Template) DefinedTemplates() string {
	text := ""
	for _, other := range t.Templates() {
		if other.tree == nil || other.tree.root == nil {
			continue
		}
		if text == "" {
			text = "; defined templates are: "
		} else {
			text += ", "
		}
		text += fmt.Sprintf("%q", other.name)
	}
	return text
}

// Parse makes text the body of t; what it defines besides is known from then on.
func (t *Template) Parse(text string) (*Template, error) {
	t.init()
	trees, err := parse(t.name, text, t.left, t.right, t.shared.functions)
	if err != nil {
		return nil, err
	}
	for _, tree := range trees.list {
		t.add(tree)
	}
	return t, nil
}

func (t *Template) add(tr *tree) {
	target := t
	if tr.name != t.name {
		target = t.New(tr.name)
	}
	if old := t.shared.templates[tr.name]; old != nil && isEmpty(tr.root) && old.tree != nil {
		return
	}
	t.shared.templates[tr.name] = target
	target.tree = tr
}

// ExecuteTemplate executes the template of that name that t knows.
func (t *Template) ExecuteTemplate(w io.Writer, name string, data any) error {
	other := t.Lookup(name)
	if other == nil {
		return fmt.Errorf("template: no template %q associated with template %q", name, t.name)
	}
	return other.Execute(w, data)
}

func goodName(name string) bool {
	for i, c := range name {
		if c != '_' && !isLetter(c) && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return name != ""
}

// quoteContext keeps what stands in a message from being taken for verbs.
func quoteContext(s string) string { return strings.ReplaceAll(s, "%", "%%") }
