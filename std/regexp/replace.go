package regexp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// replaced returns s with write's text in the place of each match.
func (re *Regexp) replaced(s string, slots int, write func(dst []byte, match []int) []byte) []byte {
	var out []byte
	end := 0
	for _, m := range re.matches(s, -1, slots) {
		out = append(out, s[end:m[0]]...)
		out = write(out, m)
		end = m[1]
	}
	return append(out, s[end:]...)
}

// ReplaceAllString returns src with repl in the place of each match. In repl, $1 or ${1} stands for
// the text of the first group, $name or ${name} for that of a group with a name, and $$ for $.
func (re *Regexp) ReplaceAllString(src, repl string) string {
	if strings.IndexByte(repl, '$') < 0 {
		return re.ReplaceAllLiteralString(src, repl)
	}
	return string(re.replaced(src, re.slots(), func(dst []byte, m []int) []byte { return re.expand(dst, repl, src, m) }))
}

// ReplaceAllLiteralString returns src with repl as it is in the place of each match.
func (re *Regexp) ReplaceAllLiteralString(src, repl string) string {
	return string(re.replaced(src, 2, func(dst []byte, m []int) []byte { return append(dst, repl...) }))
}

// ReplaceAllStringFunc returns src with what repl returns for its text in the place of each match.
func (re *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return string(re.replaced(src, 2, func(dst []byte, m []int) []byte { return append(dst, repl(src[m[0]:m[1]])...) }))
}

// ReplaceAll returns a copy of src with repl in the place of each match; see
// [Regexp.ReplaceAllString].
func (re *Regexp) ReplaceAll(src, repl []byte) []byte {
	text, template := string(src), string(repl)
	slots := 2
	if strings.IndexByte(template, '$') >= 0 {
		slots = re.slots()
	}
	return re.replaced(text, slots, func(dst []byte, m []int) []byte { return re.expand(dst, template, text, m) })
}

// ReplaceAllLiteral returns a copy of src with repl as it is in the place of each match.
func (re *Regexp) ReplaceAllLiteral(src, repl []byte) []byte {
	return re.replaced(string(src), 2, func(dst []byte, m []int) []byte { return append(dst, repl...) })
}

// ReplaceAllFunc returns a copy of src with what repl returns for its bytes in the place of each
// match.
func (re *Regexp) ReplaceAllFunc(src []byte, repl func([]byte) []byte) []byte {
	return re.replaced(string(src), 2, func(dst []byte, m []int) []byte { return append(dst, repl(src[m[0]:m[1]])...) })
}

// Expand appends template to dst, with what matched in src in the place of $1, ${name} and the like;
// match is what [Regexp.FindSubmatchIndex] returned.
func (re *Regexp) Expand(dst []byte, template []byte, src []byte, match []int) []byte {
	return re.expand(dst, string(template), string(src), match)
}

// ExpandString is [Regexp.Expand] for strings.
func (re *Regexp) ExpandString(dst []byte, template string, src string, match []int) []byte {
	return re.expand(dst, template, src, match)
}

func (re *Regexp) expand(dst []byte, template string, src string, match []int) []byte {
	for {
		before, after, found := strings.Cut(template, "$")
		dst = append(dst, before...)
		if !found {
			return dst
		}
		template = after
		if strings.HasPrefix(template, "$") {
			dst = append(dst, '$')
			template = template[1:]
			continue
		}
		name, rest, ok := groupName(template)
		if !ok {
			dst = append(dst, '$')
			continue
		}
		template = rest
		if i := re.groupOf(name, match); i >= 0 {
			dst = append(dst, src[match[2*i]:match[2*i+1]]...)
		}
	}
}

// groupName reads the name behind a $, with or without braces.
func groupName(s string) (name, rest string, ok bool) {
	braces := strings.HasPrefix(s, "{")
	if braces {
		s = s[1:]
	}
	n := 0
	for n < len(s) {
		c, size := utf8.DecodeRuneInString(s[n:])
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			break
		}
		n += size
	}
	name, rest = s[:n], s[n:]
	if name == "" {
		return "", "", false
	}
	if braces {
		if !strings.HasPrefix(rest, "}") {
			return "", "", false
		}
		rest = rest[1:]
	}
	return name, rest, true
}

// groupOf returns the index of the group that a name or number means, if it has a part in a match,
// and otherwise -1.
func (re *Regexp) groupOf(name string, match []int) int {
	has := func(i int) bool { return 2*i+1 < len(match) && match[2*i] >= 0 }
	if i, ok := number(name); ok {
		if has(i) {
			return i
		}
		return -1
	}
	for i, n := range re.names {
		if n == name && has(i) {
			return i
		}
	}
	return -1
}

// number reads a number without leading zeros.
func number(s string) (n int, ok bool) {
	if len(s) > 1 && s[0] == '0' || len(s) > 9 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
