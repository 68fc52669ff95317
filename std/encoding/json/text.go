package json

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxError says where a text stops being JSON: Offset bytes were read by then.
type SyntaxError struct {
	msg    string
	Offset int64
}

func (e *SyntaxError) Error() string { return e.msg }

// maxDepth is how deep lists and objects may be nested.
const maxDepth = 10000

// scanner reads one text of JSON.
type scanner struct {
	data         []byte
	at           int
	afterElement string // how a complaint calls the place behind an element; it depends on who asks
}

func scan(data []byte) scanner { return scanner{data, 0, "after array element"} }

func (s *scanner) fail(context string) *SyntaxError {
	if s.at >= len(s.data) {
		return &SyntaxError{"unexpected end of JSON input", int64(len(s.data))}
	}
	c, _ := utf8.DecodeRune(s.data[s.at:])
	return &SyntaxError{"invalid character " + quoteRune(c) + " " + context, int64(s.at) + 1}
}

// badEscape complains of an escape of up to n bytes.
func (s *scanner) badEscape(from, n int) *SyntaxError {
	escape := s.data[from:min(from+n, len(s.data))]
	return &SyntaxError{"invalid escape sequence `" + string(escape) + "` in string", int64(s.at) + 1}
}

func quoteRune(c rune) string {
	switch c {
	case '\'':
		return `'\''`
	case '"':
		return `'"'`
	}
	q := strconv.Quote(string(c))
	return "'" + q[1:len(q)-1] + "'"
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next is the byte at hand, 0 at the end.
func (s *scanner) next() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// value steps over a value, without recursion.
func (s *scanner) value() *SyntaxError {
	var open []byte // the brackets that are open
	context := "looking for beginning of value"
	for {
		s.space()
		c := s.next()
		done := true
		switch {
		case c == '{' || c == '[':
			if len(open) >= maxDepth {
				s.at++
				return &SyntaxError{"exceeded max depth", int64(s.at)}
			}
			s.at++
			s.space()
			open = append(open, c)
			if c == '{' {
				if s.next() == '}' {
					s.at++
					open = open[:len(open)-1]
					break
				}
				if err := s.key("looking for beginning of object key string"); err != nil {
					return err
				}
				done = false
			} else if s.next() == ']' {
				s.at++
				open = open[:len(open)-1]
			} else {
				done = false
			}
		case c == '"':
			if err := s.text(); err != nil {
				return err
			}
		case c == '-' || '0' <= c && c <= '9':
			if err := s.number(); err != nil {
				return err
			}
		case c == 't':
			if err := s.word("true"); err != nil {
				return err
			}
		case c == 'f':
			if err := s.word("false"); err != nil {
				return err
			}
		case c == 'n':
			if err := s.word("null"); err != nil {
				return err
			}
		default:
			return s.fail(context)
		}
		for done {
			if len(open) == 0 {
				return nil
			}
			s.space()
			c := s.next()
			last := open[len(open)-1]
			switch {
			case c == ',' && last == '[':
				s.at++
				done = false
			case c == ',' && last == '{':
				s.at++
				s.space()
				if err := s.key("looking for beginning of object key string"); err != nil {
					return err
				}
				done = false
			case c == ']' && last == '[', c == '}' && last == '{':
				s.at++
				open = open[:len(open)-1]
			case last == '[':
				return s.fail(s.afterElement)
			default:
				return s.fail("after object key:value pair")
			}
		}
	}
}

// key steps over the key of an object and its colon.
func (s *scanner) key(context string) *SyntaxError {
	if s.next() != '"' || s.at >= len(s.data) {
		return s.fail(context)
	}
	if err := s.text(); err != nil {
		return err
	}
	s.space()
	if s.next() != ':' {
		return s.fail("after object key")
	}
	s.at++
	return nil
}

func (s *scanner) word(w string) *SyntaxError {
	for i := range len(w) {
		if s.next() != w[i] {
			return s.fail("in literal " + w + " (expecting " + quoteRune(rune(w[i])) + ")")
		}
		s.at++
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *scanner) digits() {
	for isDigit(s.next()) {
		s.at++
	}
}

func (s *scanner) number() *SyntaxError {
	if s.next() == '-' {
		s.at++
		if !isDigit(s.next()) {
			return s.fail("in numeric literal")
		}
	}
	if s.next() == '0' {
		s.at++
	} else {
		s.digits()
	}
	if s.next() == '.' {
		s.at++
		if !isDigit(s.next()) {
			return s.fail("after decimal point in numeric literal")
		}
		s.digits()
	}
	if c := s.next(); c == 'e' || c == 'E' {
		s.at++
		if c := s.next(); c == '+' || c == '-' {
			s.at++
		}
		if !isDigit(s.next()) {
			return s.fail("in exponent of numeric literal")
		}
		s.digits()
	}
	return nil
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// text steps over a string.
func (s *scanner) text() *SyntaxError {
	s.at++
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return nil
		case c < ' ':
			return s.fail("in string")
		case c == '\\':
			s.at++
			switch s.next() {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				s.at++
			case 'u':
				s.at++
				for i := range 4 {
					if s.at < len(s.data) && !isHex(s.next()) {
						return s.badEscape(s.at-2-i, 6)
					}
					s.at++
				}
			default:
				if s.at < len(s.data) {
					return s.badEscape(s.at-1, 2)
				}
			}
		default:
			s.at++
		}
	}
	return s.fail("")
}

// whole steps over a value with nothing but space around it.
func (s *scanner) whole() *SyntaxError {
	if err := s.value(); err != nil {
		return err
	}
	s.space()
	if s.at < len(s.data) {
		return s.fail("after top-level value")
	}
	return nil
}

// Valid reports whether data is JSON.
//
// Example: Valid([]byte(`{"a": 1}`))
func Valid(data []byte) bool {
	s := scan(data)
	return s.whole() == nil
}

// unquote returns what a string of JSON means; s is well formed.
func unquote(s []byte) string {
	s = s[1 : len(s)-1]
	plain := true
	for _, c := range s {
		if c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(s)
	}
	var b []byte
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		}
		if c != '\\' {
			b = append(b, c)
			i++
			continue
		}
		i += 2
		switch s[i-1] {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := hexRune(s[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if i+6 <= len(s) && s[i] == '\\' && s[i+1] == 'u' {
					pair = utf16.DecodeRune(r, hexRune(s[i+2:]))
				}
				if pair != utf8.RuneError {
					i += 6
				}
				r = pair
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, s[i-1])
		}
	}
	return string(b)
}

func hexRune(s []byte) rune {
	n, _ := strconv.ParseUint(string(s[:4]), 16, 32)
	return rune(n)
}

// What has an escape of one letter, and the letters.
const (
	shortEscapes = "\"\\\b\f\n\r\t"
	shortNames   = "\"\\bfnrt"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a string of JSON.
func appendString(b []byte, s string, escapeHTML bool) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && !(escapeHTML && (c == '<' || c == '>' || c == '&')) {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			if at := strings.IndexByte(shortEscapes, c); at >= 0 {
				b = append(b, '\\', shortNames[at])
			} else {
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, s[start:i]...)
			b = utf8.AppendRune(b, r)
			i++
			start = i
			continue
		}
		if r == 0x2028 || r == 0x2029 {
			b = append(b, s[start:i]...)
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&15])
			i += n
			start = i
			continue
		}
		i += n
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// Compact appends src to dst without the space that means nothing.
func Compact(dst *bytes.Buffer, src []byte) error {
	s := scanner{src, 0, "after array value"}
	if err := s.whole(); err != nil {
		return err
	}
	dst.Write(appendCompact(nil, src, false))
	return nil
}

func appendCompact(b, src []byte, escapeHTML bool) []byte {
	inString := false
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case inString:
			if c == '\\' {
				b = append(b, c)
				i++
				c = src[i]
			} else if c == '"' {
				inString = false
			} else if escapeHTML && (c == '<' || c == '>' || c == '&') {
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4])
				c = hexDigits[c&15]
			} else if escapeHTML && c == 0xe2 && i+2 < len(src) && src[i+1] == 0x80 && src[i+2]&^1 == 0xa8 {
				b = append(b, `\u202`...)
				c = hexDigits[src[i+2]&15]
				i += 2
			}
		case c == '"':
			inString = true
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			continue
		}
		b = append(b, c)
	}
	return b
}

// HTMLEscape appends src to dst with < > & U+2028 and U+2029 in strings written as
// escapes, so that it can stand in HTML.
func HTMLEscape(dst *bytes.Buffer, src []byte) {
	var b []byte
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case c == '<' || c == '>' || c == '&':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		case c == 0xe2 && i+2 < len(src) && src[i+1] == 0x80 && src[i+2]&^1 == 0xa8:
			b = append(b, `\u202`...)
			b = append(b, hexDigits[src[i+2]&15])
			i += 2
		default:
			b = append(b, c)
		}
	}
	dst.Write(b)
}

// Indent appends src to dst with a line for each element, which begins with prefix and
// as many indents as it is nested deep. The first line has no prefix.
func Indent(dst *bytes.Buffer, src []byte, prefix, indent string) error {
	s := scanner{src, 0, "after array value"}
	if err := s.whole(); err != nil {
		return err
	}
	dst.Write(appendIndent(nil, src, prefix, indent))
	return nil
}

func appendIndent(b, src []byte, prefix, indent string) []byte {
	depth := 0
	inString, fresh := false, false // fresh: a bracket was just opened
	line := func() {
		b = append(b, '\n')
		b = append(b, prefix...)
		for range depth {
			b = append(b, indent...)
		}
	}
	end := len(src)
	for end > 0 && (src[end-1] == ' ' || src[end-1] == '\t' || src[end-1] == '\r' || src[end-1] == '\n') {
		end--
	}
	for i := 0; i < end; i++ {
		c := src[i]
		if inString {
			b = append(b, c)
			if c == '\\' {
				i++
				b = append(b, src[i])
			} else if c == '"' {
				inString = false
			}
			continue
		}
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '}', ']':
			depth--
			if !fresh {
				line()
			}
			fresh = false
			b = append(b, c)
			continue
		}
		if fresh {
			fresh = false
			line()
		}
		switch c {
		case '{', '[':
			b = append(b, c)
			depth++
			fresh = true
		case ',':
			b = append(b, c)
			line()
		case ':':
			b = append(b, ':', ' ')
		case '"':
			inString = true
			b = append(b, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, src[end:]...)
}
