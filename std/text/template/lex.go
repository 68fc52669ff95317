package template

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a token is.
const (
	tokenError = iota
	tokenBool
	tokenChar
	tokenCharacter // 'x'
	tokenComplex
	tokenAssign
	tokenDeclare
	tokenEnd // of the text
	tokenField
	tokenIdentifier
	tokenLeft
	tokenLeftParen
	tokenNumber
	tokenPipe
	tokenRawString
	tokenRight
	tokenRightParen
	tokenSpace
	tokenString
	tokenText
	tokenVariable
	tokenDot
	tokenNil
	tokenWord // a word of the language
)

type token struct {
	kind int
	at   int
	text string
	line int
}

// String is what a message says of a token.
func (t token) String() string {
	switch {
	case t.kind == tokenEnd:
		return "EOF"
	case t.kind == tokenError:
		return t.text
	case t.kind == tokenWord || t.kind == tokenDot || t.kind == tokenNil:
		return "<" + t.text + ">"
	case len(t.text) > 10:
		return fmt.Sprintf("%.10q...", t.text)
	}
	return fmt.Sprintf("%q", t.text)
}

// is reports whether t is this word.
func (t token) is(word string) bool { return t.kind == tokenWord && t.text == word }

var words = map[string]int{
	".": tokenDot, "nil": tokenNil, "block": tokenWord, "break": tokenWord, "continue": tokenWord, "define": tokenWord, "else": tokenWord,
	"end": tokenWord, "if": tokenWord, "range": tokenWord, "template": tokenWord, "with": tokenWord,
}

const blanks = " \t\r\n"

// lexer cuts a text into tokens.
type lexer struct {
	text        string
	left, right string
	at          int // of what comes next
	start       int // of the token
	line        int // at start
	inside      bool
	parens      int
	failed      bool
	plain       map[string]bool // words that are names of functions here
}

func (l *lexer) rest() string { return l.text[l.at:] }

// rune returns the next character and its length, -1 at the end.
func (l *lexer) rune() (rune, int) {
	if l.at >= len(l.text) {
		return -1, 0
	}
	return utf8.DecodeRuneInString(l.text[l.at:])
}

func (l *lexer) token(kind int) token {
	t := token{kind, l.start, l.text[l.start:l.at], l.line}
	l.skip()
	return t
}

// skip makes the next token begin here.
func (l *lexer) skip() {
	l.line += strings.Count(l.text[l.start:l.at], "\n")
	l.start = l.at
}

func (l *lexer) fail(format string, args ...any) token {
	l.failed = true
	return token{tokenError, l.start, fmt.Sprintf(format, args...), l.line}
}

func (l *lexer) next() token {
	switch {
	case l.failed:
		return token{tokenEnd, 0, "EOF", l.line}
	case l.inside:
		return l.action()
	}
	return l.outside()
}

func (l *lexer) outside() token {
	for {
		x := strings.Index(l.rest(), l.left)
		if x < 0 {
			l.at = len(l.text)
			if l.at > l.start {
				return l.token(tokenText)
			}
			return token{tokenEnd, l.at, "EOF", l.line}
		}
		if x > 0 {
			open := l.at + x
			l.at = open
			if trimsBefore(l.text[open+len(l.left):]) {
				l.at = l.start + len(strings.TrimRight(l.text[l.start:open], blanks))
			}
			t := l.token(tokenText)
			l.at = open
			l.skip()
			if t.text != "" {
				return t
			}
		}
		l.at += len(l.left)
		marker := 0
		if trimsBefore(l.rest()) {
			marker = 2
		}
		if !strings.HasPrefix(l.text[l.at+marker:], "/*") {
			t := l.token(tokenLeft)
			l.inside = true
			l.parens = 0
			l.at += marker
			l.skip()
			return t
		}
		l.at += marker
		l.skip()
		end := strings.Index(l.text[l.at+2:], "*/")
		if end < 0 {
			return l.fail("unclosed comment")
		}
		l.at += 2 + end + 2
		closes, trims := l.closing()
		if !closes {
			return l.fail("comment ends before closing delimiter")
		}
		l.close(trims)
		l.skip()
	}
}

// closing reports whether an action ends here, and whether it takes the blanks that follow.
func (l *lexer) closing() (closes, trims bool) {
	s := l.rest()
	if len(s) >= 2 && isBlank(rune(s[0])) && s[1] == '-' && strings.HasPrefix(s[2:], l.right) {
		return true, true
	}
	return strings.HasPrefix(s, l.right), false
}

func (l *lexer) close(trims bool) {
	if trims {
		l.at += 2
		l.skip()
	}
	l.at += len(l.right)
	if trims {
		l.at += len(l.rest()) - len(strings.TrimLeft(l.rest(), blanks))
	}
}

func (l *lexer) closed(trims bool) token {
	if trims {
		l.at += 2
		l.skip()
	}
	l.at += len(l.right)
	t := l.token(tokenRight)
	if trims {
		l.at += len(l.rest()) - len(strings.TrimLeft(l.rest(), blanks))
		l.skip()
	}
	l.inside = false
	return t
}

func (l *lexer) action() token {
	if closes, trims := l.closing(); closes {
		if l.parens == 0 {
			return l.closed(trims)
		}
		return l.fail("unclosed left paren")
	}
	r, n := l.rune()
	l.at += n
	switch {
	case r == -1:
		return l.fail("unclosed action")
	case isBlank(r):
		return l.space()
	case r == '=':
		return l.token(tokenAssign)
	case r == ':':
		if c, n := l.rune(); c != '=' {
			l.at += n
			return l.fail("expected :=")
		}
		l.at++
		return l.token(tokenDeclare)
	case r == '|':
		return l.token(tokenPipe)
	case r == '"':
		return l.quoted('"', tokenString, "unterminated quoted string")
	case r == '\'':
		return l.quoted('\'', tokenCharacter, "unterminated character constant")
	case r == '`':
		end := strings.IndexByte(l.rest(), '`')
		if end < 0 {
			return l.fail("unterminated raw quoted string")
		}
		l.at += end + 1
		return l.token(tokenRawString)
	case r == '$':
		return l.name(tokenVariable, tokenVariable)
	case r == '.':
		if c, _ := l.rune(); c < '0' || '9' < c {
			if l.at < len(l.text) {
				return l.name(tokenDot, tokenField)
			}
		}
		l.at--
		return l.number()
	case r == '+' || r == '-' || '0' <= r && r <= '9':
		l.at--
		return l.number()
	case isNamePart(r):
		return l.word()
	case r == '(':
		l.parens++
		return l.token(tokenLeftParen)
	case r == ')':
		l.parens--
		if l.parens < 0 {
			return l.fail("unexpected right paren")
		}
		return l.token(tokenRightParen)
	case r <= unicode.MaxASCII && unicode.IsPrint(r):
		return l.token(tokenChar)
	}
	return l.fail("unrecognized character in action: %#U", r)
}

func (l *lexer) space() token {
	blank := 1
	for l.at < len(l.text) && isBlank(rune(l.text[l.at])) {
		l.at++
		blank++
	}
	l.at--
	if closes, trims := l.closing(); closes && trims {
		if blank == 1 {
			return l.closed(true)
		}
	} else {
		l.at++
	}
	return l.token(tokenSpace)
}

func (l *lexer) quoted(quote rune, kind int, problem string) token {
	for {
		r, n := l.rune()
		l.at += n
		if r == '\\' {
			r, n = l.rune()
			l.at += n
			if r != -1 && r != '\n' {
				continue
			}
		}
		if r == -1 || r == '\n' {
			return l.fail("%s", problem)
		}
		if r == quote {
			return l.token(kind)
		}
	}
}

// ends reports whether a name may end here.
func (l *lexer) ends() bool {
	r, _ := l.rune()
	if isBlank(r) || r == -1 || strings.ContainsRune(".,|:)(", r) {
		return true
	}
	return strings.HasPrefix(l.rest(), l.right)
}

// name is a field or variable, whose first character is behind us; alone stands for that.
func (l *lexer) name(alone, kind int) token {
	if l.ends() {
		return l.token(alone)
	}
	r, n := l.rune()
	for isNamePart(r) {
		l.at += n
		r, n = l.rune()
	}
	if !l.ends() {
		return l.fail("bad character %#U", r)
	}
	return l.token(kind)
}

func (l *lexer) word() token {
	r, n := l.rune()
	for isNamePart(r) {
		l.at += n
		r, n = l.rune()
	}
	if !l.ends() {
		return l.fail("bad character %#U", r)
	}
	text := l.text[l.start:l.at]
	kind, known := words[text]
	switch {
	case known && !l.plain[text]:
		return l.token(kind)
	case text == "true" || text == "false":
		return l.token(tokenBool)
	}
	return l.token(tokenIdentifier)
}

func (l *lexer) number() token {
	if !l.digits() {
		return l.fail("bad number syntax: %q", l.text[l.start:l.at])
	}
	if c, _ := l.rune(); c != '+' && c != '-' {
		return l.token(tokenNumber)
	}
	if !l.digits() || l.text[l.at-1] != 'i' {
		return l.fail("bad number syntax: %q", l.text[l.start:l.at])
	}
	return l.token(tokenComplex)
}

// accept takes one of these characters, if it comes next.
func (l *lexer) accept(set string) bool {
	if l.at < len(l.text) && strings.IndexByte(set, l.text[l.at]) >= 0 {
		l.at++
		return true
	}
	return false
}

func (l *lexer) digits() bool {
	l.accept("+-")
	set, exponent := "0123456789_", "eE"
	if l.accept("0") {
		switch {
		case l.accept("xX"):
			set, exponent = "0123456789abcdefABCDEF_", "pP"
		case l.accept("oO"):
			set, exponent = "01234567_", ""
		case l.accept("bB"):
			set, exponent = "01_", ""
		}
	}
	for l.accept(set) {
	}
	if l.accept(".") {
		for l.accept(set) {
		}
	}
	if l.accept(exponent) {
		l.accept("+-")
		for l.accept("0123456789_") {
		}
	}
	l.accept("i")
	if r, n := l.rune(); isNamePart(r) {
		l.at += n
		return false
	}
	return true
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func isLetter(r rune) bool { return unicode.IsLetter(r) }

func isDigit(r rune) bool { return unicode.IsDigit(r) }

func isNamePart(r rune) bool { return r == '_' || isLetter(r) || isDigit(r) }

// trimsBefore reports whether an action takes the blanks before it.
func trimsBefore(s string) bool { return len(s) >= 2 && s[0] == '-' && isBlank(rune(s[1])) }
