package url

import (
	"strconv"
	"strings"
)

// EscapeError is a percent sign that no two hexadecimal digits follow.
type EscapeError string

func (e EscapeError) Error() string { return "invalid URL escape " + strconv.Quote(string(e)) }

// InvalidHostError is a character that a host cannot hold.
type InvalidHostError string

func (e InvalidHostError) Error() string {
	return "invalid character " + strconv.Quote(string(e)) + " in host name"
}

// part is where in an address a text stands: each has its own free characters.
type part int

const (
	inPath part = iota
	inSegment
	inHost
	inZone
	inUser
	inQuery
	inFragment
)

// mustEscape reports whether a byte cannot stand in a part as it is.
func mustEscape(c byte, in part) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return false
	case c == '-' || c == '_' || c == '.' || c == '~':
		return false
	}
	if in == inHost || in == inZone {
		if strings.IndexByte("!$&'()*+,;=:[]<>\"", c) >= 0 {
			return false
		}
		return true
	}
	if strings.IndexByte("$&+,/:;=?@", c) >= 0 {
		switch in {
		case inPath:
			return c == '?'
		case inSegment:
			return c == '/' || c == ';' || c == ',' || c == '?'
		case inUser:
			return c == '@' || c == '/' || c == '?' || c == ':'
		case inQuery:
			return true
		case inFragment:
			return false
		}
	}
	if in == inFragment && strings.IndexByte("!()*", c) >= 0 {
		return false
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func hexValue(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// QueryEscape makes s safe to stand in a query; spaces become +.
//
// Example: QueryEscape("a b&c")
func QueryEscape(s string) string { return escape(s, inQuery) }

// PathEscape makes s safe to stand in a path, as one segment of it.
//
// Example: PathEscape("a b/c")
func PathEscape(s string) string { return escape(s, inSegment) }

// QueryUnescape undoes QueryEscape.
func QueryUnescape(s string) (string, error) { return unescape(s, inQuery) }

// PathUnescape undoes PathEscape; a + stays.
func PathUnescape(s string) (string, error) { return unescape(s, inSegment) }

func escape(s string, in part) string {
	var b strings.Builder
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && in == inQuery:
			b.WriteByte('+')
		case mustEscape(c, in):
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unescape(s string, in part) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return "", EscapeError(s[i:min(i+3, len(s))])
			}
			v := hexValue(s[i+1])<<4 | hexValue(s[i+2])
			if in == inHost && v < 0x80 && s[i:i+3] != "%25" {
				return "", EscapeError(s[i : i+3])
			}
			if in == inZone && s[i:i+3] != "%25" && v != ' ' && mustEscape(v, inHost) {
				return "", EscapeError(s[i : i+3])
			}
			b.WriteByte(v)
			i += 2
		case c == '+' && in == inQuery:
			b.WriteByte(' ')
		case (in == inHost || in == inZone) && c < 0x80 && mustEscape(c, in):
			return "", InvalidHostError(s[i : i+1])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}
