// Package regexp searches text for regular expressions.
//
// Expressions are written as in Go; `go doc regexp/syntax` lists all of them. A search takes time
// in proportion to the text and the expression, whatever they are, and is paid for by what it did.
// An expression is compiled once in each call that uses it, and may be kept in a package variable.
package regexp

import (
	"strconv"
	"strings"
)

// Regexp is a regular expression that can be used.
type Regexp struct {
	expr  string
	mode  int
	names []string // of the groups; the first one is the whole expression's
}

// What a mode consists of.
const (
	posix   = 1
	longest = 2
)

// check says how the groups are called, a line each, or which part of an expression is wrong, and why.
//
//amigos:native gas=base:100,len(expr):1/4
func check(expr string, mode int) (groups, code, part string)

// findAll returns the places of at most that many matches: start and end of each and of its groups.
//
//amigos:native gas=base:60,len(expr):1/4
func findAll(expr string, mode int, s string, most, slots int) []int

// syntaxError says what is wrong with an expression.
type syntaxError struct {
	code, part string
}

func (e *syntaxError) Error() string {
	return "error parsing regexp: " + e.code + ": `" + e.part + "`"
}

func compile(expr string, mode int) (*Regexp, error) {
	groups, code, part := check(expr, mode)
	if code != "" {
		return nil, &syntaxError{code, part}
	}
	names := []string{""}
	if groups != "" {
		names = append(names, strings.Split(groups[:len(groups)-1], "\n")...)
	}
	return &Regexp{expr, mode, names}, nil
}

// Compile reads an expression. Of the matches that begin leftmost, a search finds the one
// whose choices come first, as Perl does.
func Compile(expr string) (*Regexp, error) { return compile(expr, 0) }

// CompilePOSIX reads an expression of egrep's syntax. Of the matches that begin leftmost, a
// search finds the longest.
func CompilePOSIX(expr string) (*Regexp, error) { return compile(expr, posix|longest) }

func quote(s string) string {
	if strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// MustCompile is [Compile] for expressions that are known to be right; it panics if one is not.
func MustCompile(str string) *Regexp {
	re, err := Compile(str)
	if err != nil {
		panic("regexp: Compile(" + quote(str) + "): " + err.Error())
	}
	return re
}

// MustCompilePOSIX is [CompilePOSIX] for expressions that are known to be right; it panics if one
// is not.
func MustCompilePOSIX(str string) *Regexp {
	re, err := CompilePOSIX(str)
	if err != nil {
		panic("regexp: CompilePOSIX(" + quote(str) + "): " + err.Error())
	}
	return re
}

// MatchString reports whether s contains a match of an expression.
func MatchString(pattern string, s string) (matched bool, err error) {
	re, err := Compile(pattern)
	if err != nil {
		return false, err
	}
	return re.MatchString(s), nil
}

// Match reports whether b contains a match of an expression.
func Match(pattern string, b []byte) (matched bool, err error) {
	return MatchString(pattern, string(b))
}

// QuoteMeta returns an expression that matches just s.
func QuoteMeta(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(`\.+*?()|[]{}^$`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// String returns the expression as it was written.
func (re *Regexp) String() string { return re.expr }

// Copy returns a copy; an expression may be shared as well.
func (re *Regexp) Copy() *Regexp {
	re2 := *re
	return &re2
}

// Longest makes later searches find the longest of the matches that begin leftmost.
func (re *Regexp) Longest() { re.mode |= longest }

// NumSubexp returns the number of groups in parentheses.
func (re *Regexp) NumSubexp() int { return len(re.names) - 1 }

// SubexpNames returns the names of the groups, "" for those without. The first is that of the
// whole expression, which has none. The slice must not be changed.
func (re *Regexp) SubexpNames() []string { return re.names }

// SubexpIndex returns the index of the first group with a name, and -1 if there is none.
func (re *Regexp) SubexpIndex(name string) int {
	if name != "" {
		for i, n := range re.names {
			if n == name {
				return i
			}
		}
	}
	return -1
}

// AppendText appends the expression as it was written.
func (re *Regexp) AppendText(b []byte) ([]byte, error) { return append(b, re.expr...), nil }

// MarshalText returns the expression as it was written.
func (re *Regexp) MarshalText() ([]byte, error) { return []byte(re.expr), nil }

// UnmarshalText reads an expression as [Compile] does.
func (re *Regexp) UnmarshalText(text []byte) error {
	read, err := Compile(string(text))
	if err != nil {
		return err
	}
	*re = *read
	return nil
}

// first returns the place of the first match and of its groups; nil if there is none.
func (re *Regexp) first(s string, slots int) []int {
	return findAll(re.expr, re.mode, s, 1, slots)
}

// slots is the number of places of a match and all its groups.
func (re *Regexp) slots() int { return 2 * len(re.names) }

// matches returns the places of at most n matches, each a slice of them; all for n < 0.
func (re *Regexp) matches(s string, n, slots int) [][]int {
	var all [][]int
	places := findAll(re.expr, re.mode, s, n, slots)
	for len(places) > 0 {
		all = append(all, places[:slots:slots])
		places = places[slots:]
	}
	return all
}

// MatchString reports whether s contains a match.
func (re *Regexp) MatchString(s string) bool { return re.first(s, 2) != nil }

// Match reports whether b contains a match.
func (re *Regexp) Match(b []byte) bool { return re.MatchString(string(b)) }
