package template

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a node is.
const (
	nodeText = iota
	nodeList
	nodeAction
	nodePipe
	nodeCommand
	nodeIf
	nodeWith
	nodeRange
	nodeTemplate
	nodeBreak
	nodeContinue
	nodeEnd
	nodeElse
	nodeBool
	nodeDot
	nodeNil
	nodeNumber
	nodeString
	nodeIdentifier
	nodeVariable
	nodeField
	nodeChain
)

// node is a part of a template.
type node struct {
	kind   int
	at     int
	tree   *tree
	text   string   // as written; of a template its name
	value  string   // of a string what it stands for
	names  []string // of a variable, field or chain
	nodes  []*node  // of a list, of a pipeline its commands, of a command its words
	decl   []*node  // of a pipeline
	assign bool     // whether a pipeline's variables are there already
	pipe   *node
	list   *node
	other  *node // what stands behind else
	first  *node // of a chain
	number number
}

// number is a constant, as each of the types that it fits.
type number struct {
	isInt, isUint, isFloat, isComplex bool
	i                                 int64
	u                                 uint64
	f                                 float64
	c                                 complex128
}

// String is the node as it would be written.
func (n *node) String() string {
	if n == nil {
		return ""
	}
	switch n.kind {
	case nodeList:
		text := ""
		for _, part := range n.nodes {
			text += part.String()
		}
		return text
	case nodeAction:
		return "{{" + n.pipe.String() + "}}"
	case nodePipe:
		text := joined(n.decl, ", ")
		if text != "" && n.assign {
			text += " = "
		} else if text != "" {
			text += " := "
		}
		return text + joined(n.nodes, " | ")
	case nodeCommand:
		words := make([]string, len(n.nodes))
		for i, word := range n.nodes {
			words[i] = word.operand()
		}
		return strings.Join(words, " ")
	case nodeIf, nodeWith, nodeRange:
		word := map[int]string{nodeIf: "if", nodeWith: "with", nodeRange: "range"}[n.kind]
		text := "{{" + word + " " + n.pipe.String() + "}}" + n.list.String()
		if n.other != nil {
			text += "{{else}}" + n.other.String()
		}
		return text + "{{end}}"
	case nodeTemplate:
		text := "{{template " + strconv.Quote(n.text)
		if n.pipe != nil {
			text += " " + n.pipe.String()
		}
		return text + "}}"
	case nodeBreak:
		return "{{break}}"
	case nodeContinue:
		return "{{continue}}"
	case nodeEnd:
		return "{{end}}"
	case nodeElse:
		return "{{else}}"
	case nodeVariable:
		return strings.Join(n.names, ".")
	case nodeField:
		return "." + strings.Join(n.names, ".")
	case nodeChain:
		return n.first.operand() + "." + strings.Join(n.names, ".")
	}
	return n.text
}

// operand is the node as part of a command.
func (n *node) operand() string {
	if n.kind == nodePipe {
		return "(" + n.String() + ")"
	}
	return n.String()
}

func joined(nodes []*node, between string) string {
	texts := make([]string, len(nodes))
	for i, n := range nodes {
		texts[i] = n.String()
	}
	return strings.Join(texts, between)
}

// isEmpty reports whether nothing but blanks comes of a body.
func isEmpty(n *node) bool {
	switch {
	case n == nil:
		return true
	case n.kind == nodeText:
		return strings.TrimSpace(n.text) == ""
	case n.kind != nodeList:
		return false
	}
	for _, part := range n.nodes {
		if !isEmpty(part) {
			return false
		}
	}
	return true
}

// readNumber reads a constant.
func readNumber(text string, kind int) (n number, err error) {
	switch {
	case kind == tokenCharacter:
		r, err := character(text)
		if err != nil {
			return n, err
		}
		n.i, n.u, n.f = int64(r), uint64(r), float64(r)
		n.isInt, n.isUint, n.isFloat = true, true, true
		return n, nil
	case kind == tokenComplex:
		at := strings.LastIndexAny(text[:len(text)-1], "+-")
		for at > 0 && strings.IndexByte("eEpP", text[at-1]) >= 0 && !strings.HasPrefix(text, "0x") {
			at = strings.LastIndexAny(text[:at], "+-")
		}
		re, err := strconv.ParseFloat(text[:max(at, 0)], 64)
		if err != nil {
			return n, err
		}
		im, err := strconv.ParseFloat(text[at:len(text)-1], 64)
		if err != nil {
			return n, err
		}
		n.c = complex(re, im)
		n.simplify()
		return n, nil
	case strings.HasSuffix(text, "i"):
		if f, err := strconv.ParseFloat(text[:len(text)-1], 64); err == nil {
			n.c = complex(0, f)
			n.simplify()
			return n, nil
		}
	}
	if u, err := strconv.ParseUint(text, 0, 64); err == nil {
		n.isUint, n.u = true, u
	}
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		n.isInt, n.i = true, i
		n.isUint = n.isUint || i == 0
	}
	switch {
	case n.isInt:
		n.isFloat, n.f = true, float64(n.i)
	case n.isUint:
		n.isFloat, n.f = true, float64(n.u)
	default:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			if !strings.ContainsAny(text, ".eEpP") {
				return n, fmt.Errorf("integer overflow: %q", text)
			}
			n.isFloat, n.f = true, f
			n.whole()
		}
	}
	if !n.isInt && !n.isUint && !n.isFloat {
		return n, fmt.Errorf("illegal number syntax: %q", text)
	}
	return n, nil
}

// character reads a constant in single quotes.
func character(text string) (rune, error) {
	if s, err := strconv.Unquote(text); err == nil {
		r, _ := utf8.DecodeRuneInString(s)
		return r, nil
	}
	for i := 2; i < len(text); i++ {
		if _, err := strconv.Unquote(text[:i] + "'"); err == nil {
			return 0, fmt.Errorf("malformed character constant: %s", text)
		}
	}
	return 0, strconv.ErrSyntax
}

// whole makes a float that is a whole number an integer, too.
func (n *number) whole() {
	if f := n.f; f > -9.3e18 && f < 9.2e18 && float64(int64(f)) == f {
		n.isInt, n.i = true, int64(f)
	}
	if f := n.f; f >= 0 && f < 1.8e19 && float64(uint64(f)) == f {
		n.isUint, n.u = true, uint64(f)
	}
}

// simplify makes a complex number without imaginary part a float, too.
func (n *number) simplify() {
	n.isComplex = true
	n.isFloat = imag(n.c) == 0
	if n.isFloat {
		n.f = real(n.c)
		n.whole()
	}
}

var errNoEnd = errors.New("unexpected EOF")
