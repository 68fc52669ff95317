package template

import (
	"fmt"
	"strconv"
	"strings"
)

// tree is a parsed template.
type tree struct {
	name   string
	source string // the name of the template in whose text it stands
	text   string
	root   *node
}

// where says where a node stands, for messages: template, line and column.
func (n *node) where() string {
	before := n.tree.text[:n.at]
	column := n.at - (strings.LastIndexByte(before, '\n') + 1)
	return fmt.Sprintf("%s:%d:%d", n.tree.source, 1+strings.Count(before, "\n"), column)
}

// trees are the templates of a text, in the order of their ends.
type trees struct {
	list []*tree
}

func (s *trees) find(name string) int {
	for i, t := range s.list {
		if t.name == name {
			return i
		}
	}
	return -1
}

// parser reads the tokens of one text, for all templates that stand in it.
type parser struct {
	lex       *lexer
	ahead     []token // those put back, the next one last
	last      token   // the last one that was read from the text
	tree      *tree
	functions map[string]any
	variables []string
	ranges    int
	action    int // the line in which the action began, 0 outside
	trees     *trees
}

// problem is what stops a parser.
type problem struct{ err error }

func parse(name, text, left, right string, functions map[string]any) (found *trees, err error) {
	if left == "" {
		left = "{{"
	}
	if right == "" {
		right = "}}"
	}
	l := &lexer{text: text, left: left, right: right, line: 1, plain: map[string]bool{}}
	for _, word := range []string{"break", "continue"} {
		l.plain[word] = functions[word] != nil
	}
	p := &parser{lex: l, functions: functions, trees: &trees{}}
	p.begin(name, name, text)
	defer func() {
		if x := recover(); x != nil {
			stopped, ok := x.(problem)
			if !ok {
				panic(x)
			}
			found, err = nil, stopped.err
		}
	}()
	p.whole()
	p.add()
	return p.trees, nil
}

func (p *parser) begin(name, source, text string) {
	p.tree = &tree{name: name, source: source, text: text}
	p.variables = []string{"$"}
	p.ranges = 0
	p.action = 0
}

// apart reads a template that stands within another.
func (p *parser) apart(read func()) {
	tree, variables, ranges, action := p.tree, p.variables, p.ranges, p.action
	p.begin("definition", tree.source, tree.text)
	read()
	p.tree, p.variables, p.ranges, p.action = tree, variables, ranges, action
}

// add keeps the template that has been read.
func (p *parser) add() {
	at := p.trees.find(p.tree.name)
	switch {
	case at < 0:
		p.trees.list = append(p.trees.list, p.tree)
	case isEmpty(p.trees.list[at].root):
		p.trees.list[at] = p.tree
	case !isEmpty(p.tree.root):
		p.fail("template: multiple definition of template %q", p.tree.name)
	}
}

func (p *parser) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	panic(problem{fmt.Errorf("template: %s:%d: %s", p.tree.source, p.last.line, text)})
}

func (p *parser) failWith(err error) {
	if err != nil {
		p.fail("%s", err)
	}
}

func (p *parser) next() token {
	if n := len(p.ahead); n > 0 {
		t := p.ahead[n-1]
		p.ahead = p.ahead[:n-1]
		if n == 1 {
			p.last = t
		}
		return t
	}
	p.last = p.lex.next()
	return p.last
}

// back puts tokens back; the first is the next to be read.
func (p *parser) back(tokens ...token) {
	for i := len(tokens) - 1; i >= 0; i-- {
		p.ahead = append(p.ahead, tokens[i])
	}
}

func (p *parser) peek() token {
	t := p.next()
	p.back(t)
	return t
}

// solid returns the next token that is no space.
func (p *parser) solid() token {
	for {
		if t := p.next(); t.kind != tokenSpace {
			return t
		}
	}
}

func (p *parser) peekSolid() token {
	t := p.solid()
	p.back(t)
	return t
}

func (p *parser) expect(kind int, context string) token {
	t := p.solid()
	if t.kind != kind {
		p.unexpected(t, context)
	}
	return t
}

func (p *parser) unexpected(t token, context string) {
	if t.kind == tokenError {
		more := ""
		if p.action != 0 && p.action != t.line {
			more = fmt.Sprintf(" in action started at %s:%d", p.tree.source, p.action)
			if strings.HasSuffix(t.text, " action") {
				more = strings.TrimPrefix(more, " in action")
			}
		}
		p.fail("%s%s", t, more)
	}
	p.fail("unexpected %s in %s", t, context)
}

func (p *parser) node(kind, at int, text string) *node {
	return &node{kind: kind, at: at, tree: p.tree, text: text}
}

// whole reads the text.
func (p *parser) whole() {
	root := p.node(nodeList, p.peek().at, "")
	p.tree.root = root
	for p.peek().kind != tokenEnd {
		if open := p.next(); open.kind == tokenLeft {
			if word := p.solid(); word.is("define") {
				p.apart(p.definition)
				continue
			} else {
				p.back(open, word)
			}
		} else {
			p.back(open)
		}
		n := p.part()
		if n.kind == nodeEnd || n.kind == nodeElse {
			p.fail("unexpected %s", n)
		}
		root.nodes = append(root.nodes, n)
	}
}

func (p *parser) definition() {
	const context = "define clause"
	p.tree.name = p.templateName(p.solid(), context)
	p.expect(tokenRight, context)
	p.body(context)
}

// body reads up to an end, and keeps that as a template.
func (p *parser) body(context string) {
	list, end := p.items()
	p.tree.root = list
	if end.kind != nodeEnd {
		p.fail("unexpected %s in %s", end, context)
	}
	p.add()
}

// items reads up to end or else.
func (p *parser) items() (list, end *node) {
	list = p.node(nodeList, p.peekSolid().at, "")
	for p.peekSolid().kind != tokenEnd {
		n := p.part()
		if n.kind == nodeEnd || n.kind == nodeElse {
			return list, n
		}
		list.nodes = append(list.nodes, n)
	}
	p.failWith(errNoEnd)
	return nil, nil
}

func (p *parser) part() *node {
	switch t := p.solid(); t.kind {
	case tokenText:
		return p.node(nodeText, t.at, t.text)
	case tokenLeft:
		p.action = t.line
		n := p.inAction()
		p.action = 0
		return n
	default:
		p.unexpected(t, "input")
	}
	return nil
}

func (p *parser) inAction() *node {
	t := p.solid()
	if t.kind != tokenWord {
		p.back(t)
		n := p.node(nodeAction, t.at, "")
		n.pipe = p.pipeline("command", tokenRight)
		return n
	}
	switch t.text {
	case "block":
		return p.block()
	case "break":
		return p.leave(t, nodeBreak)
	case "continue":
		return p.leave(t, nodeContinue)
	case "else":
		if after := p.peekSolid(); after.is("if") || after.is("with") {
			return p.node(nodeElse, after.at, "")
		}
		return p.node(nodeElse, p.expect(tokenRight, "else").at, "")
	case "end":
		return p.node(nodeEnd, p.expect(tokenRight, "end").at, "")
	case "if":
		return p.control(nodeIf, "if")
	case "range":
		return p.control(nodeRange, "range")
	case "template":
		return p.template()
	case "with":
		return p.control(nodeWith, "with")
	}
	p.back(t)
	n := p.node(nodeAction, t.at, "")
	n.pipe = p.pipeline("command", tokenRight)
	return n
}

func (p *parser) leave(t token, kind int) *node {
	if end := p.solid(); end.kind != tokenRight {
		p.unexpected(end, "{{"+t.text+"}}")
	}
	if p.ranges == 0 {
		p.fail("{{%s}} outside {{range}}", t.text)
	}
	return p.node(kind, t.at, "")
}

func (p *parser) control(kind int, context string) *node {
	known := len(p.variables)
	n := p.node(kind, 0, "")
	n.pipe = p.pipeline(context, tokenRight)
	n.at = n.pipe.at
	if kind == nodeRange {
		p.ranges++
	}
	list, end := p.items()
	n.list = list
	if kind == nodeRange {
		p.ranges--
	}
	if end.kind == nodeElse {
		if after := p.peek(); kind != nodeRange && after.is(context) {
			p.next()
			n.other = p.node(nodeList, end.at, "")
			n.other.nodes = append(n.other.nodes, p.control(kind, context))
		} else {
			n.other, end = p.items()
			if end.kind != nodeEnd {
				p.fail("expected end; found %s", end)
			}
		}
	}
	p.variables = p.variables[:known]
	return n
}

func (p *parser) template() *node {
	const context = "template clause"
	t := p.solid()
	n := p.node(nodeTemplate, t.at, p.templateName(t, context))
	if after := p.solid(); after.kind != tokenRight {
		p.back(after)
		n.pipe = p.pipeline(context, tokenRight)
	}
	return n
}

func (p *parser) block() *node {
	const context = "block clause"
	t := p.solid()
	n := p.node(nodeTemplate, t.at, p.templateName(t, context))
	n.pipe = p.pipeline(context, tokenRight)
	p.apart(func() {
		p.tree.name = n.text
		p.body(context)
	})
	return n
}

func (p *parser) templateName(t token, context string) string {
	if t.kind != tokenString && t.kind != tokenRawString {
		p.unexpected(t, context)
	}
	name, err := strconv.Unquote(t.text)
	p.failWith(err)
	return name
}

// pipeline reads commands up to a token of that kind.
func (p *parser) pipeline(context string, end int) *node {
	n := p.node(nodePipe, p.peekSolid().at, "")
	p.declarations(n, context)
	for {
		t := p.solid()
		switch t.kind {
		case end:
			p.checkPipeline(n, context)
			return n
		case tokenBool, tokenCharacter, tokenComplex, tokenDot, tokenField, tokenIdentifier, tokenNumber, tokenNil, tokenRawString, tokenString,
			tokenVariable, tokenLeftParen:
			p.back(t)
			n.nodes = append(n.nodes, p.command())
		default:
			p.unexpected(t, context)
		}
	}
}

// declarations reads the variables before := or =.
func (p *parser) declarations(n *node, context string) {
	for p.peekSolid().kind == tokenVariable {
		v := p.solid()
		after := p.next()
		sign := after
		if after.kind == tokenSpace {
			sign = p.solid()
		}
		switch {
		case sign.kind == tokenAssign || sign.kind == tokenDeclare:
			n.assign = sign.kind == tokenAssign
			p.declare(n, v)
			return
		case sign.kind == tokenChar && sign.text == ",":
			p.declare(n, v)
			if context != "range" || len(n.decl) >= 2 {
				p.fail("too many declarations in %s", context)
			}
			switch p.peekSolid().kind {
			case tokenVariable, tokenRight, tokenRightParen:
			default:
				p.fail("range can only initialize variables")
			}
		case after.kind == tokenSpace:
			p.back(v, after, sign)
			return
		default:
			p.back(v, sign)
			return
		}
	}
}

func (p *parser) declare(n *node, v token) {
	n.decl = append(n.decl, p.variable(v.at, v.text))
	p.variables = append(p.variables, v.text)
}

func (p *parser) variable(at int, text string) *node {
	n := p.node(nodeVariable, at, text)
	n.names = strings.Split(text, ".")
	return n
}

func (p *parser) checkPipeline(n *node, context string) {
	if len(n.nodes) == 0 {
		p.fail("missing value for %s", context)
	}
	for i, command := range n.nodes[1:] {
		switch command.nodes[0].kind {
		case nodeBool, nodeDot, nodeNil, nodeNumber, nodeString:
			p.fail("non executable command in pipeline stage %d", i+2)
		}
	}
}

func (p *parser) command() *node {
	n := p.node(nodeCommand, p.peekSolid().at, "")
	for {
		p.peekSolid()
		if word := p.operand(); word != nil {
			n.nodes = append(n.nodes, word)
		}
		t := p.next()
		switch t.kind {
		case tokenSpace:
			continue
		case tokenRight, tokenRightParen:
			p.back(t)
		case tokenPipe:
		default:
			p.unexpected(t, "operand")
		}
		break
	}
	if len(n.nodes) == 0 {
		p.fail("empty command")
	}
	return n
}

func (p *parser) operand() *node {
	n := p.term()
	if n == nil || p.peek().kind != tokenField {
		return n
	}
	at := p.peek().at
	var names []string
	for p.peek().kind == tokenField {
		names = append(names, p.next().text[1:])
	}
	switch n.kind {
	case nodeField, nodeVariable:
		n.at = at
		n.names = append(n.names, names...)
		return n
	case nodeBool, nodeString, nodeNumber, nodeNil, nodeDot:
		p.fail("unexpected . after term %q", n.String())
	}
	chain := p.node(nodeChain, at, "")
	chain.first, chain.names = n, names
	return chain
}

func (p *parser) term() *node {
	t := p.solid()
	switch t.kind {
	case tokenIdentifier:
		if p.functions[t.text] == nil && !isBuiltin(t.text) {
			p.fail("function %q not defined", t.text)
		}
		return p.node(nodeIdentifier, t.at, t.text)
	case tokenDot:
		return p.node(nodeDot, t.at, ".")
	case tokenNil:
		return p.node(nodeNil, t.at, "nil")
	case tokenVariable:
		n := p.variable(t.at, t.text)
		for _, known := range p.variables {
			if known == n.names[0] {
				return n
			}
		}
		p.fail("undefined variable %q", n.names[0])
	case tokenField:
		n := p.node(nodeField, t.at, t.text)
		n.names = strings.Split(t.text[1:], ".")
		return n
	case tokenBool:
		return p.node(nodeBool, t.at, t.text)
	case tokenCharacter, tokenComplex, tokenNumber:
		n := p.node(nodeNumber, t.at, t.text)
		var err error
		n.number, err = readNumber(t.text, t.kind)
		p.failWith(err)
		return n
	case tokenLeftParen:
		return p.pipeline("parenthesized pipeline", tokenRightParen)
	case tokenString, tokenRawString:
		n := p.node(nodeString, t.at, t.text)
		var err error
		n.value, err = strconv.Unquote(t.text)
		p.failWith(err)
		return n
	}
	p.back(t)
	return nil
}
