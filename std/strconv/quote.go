package strconv

import "unicode/utf8"

// Quote returns s as a Go string literal in double quotes. Characters that
// cannot be printed are escaped.
//
//amigos:native gas=base:20,len(s):2/1
func Quote(s string) string

// QuoteToASCII is Quote with everything escaped that is not ASCII.
//
//amigos:native gas=base:20,len(s):2/1
func QuoteToASCII(s string) string

// QuoteRune returns r as a Go character literal.
//
//amigos:native gas=base:30
func QuoteRune(r rune) string

// QuoteRuneToASCII is QuoteRune with everything escaped that is not ASCII.
//
//amigos:native gas=base:30
func QuoteRuneToASCII(r rune) string

// AppendQuote appends s as a Go string literal to dst.
func AppendQuote(dst []byte, s string) []byte {
	return append(dst, Quote(s)...)
}

// AppendQuoteRune appends r as a Go character literal to dst.
func AppendQuoteRune(dst []byte, r rune) []byte {
	return append(dst, QuoteRune(r)...)
}

// CanBackquote reports whether s can stand in back quotes as it is: one line,
// without back quotes and control characters other than tab.
func CanBackquote(s string) bool {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		if size > 1 {
			if r == '\uFEFF' {
				return false
			}
			continue
		}
		if r == utf8.RuneError || r < ' ' && r != '\t' || r == '`' || r == '\u007F' {
			return false
		}
	}
	return true
}

// Unquote returns the text that a Go string or character literal stands for.
// Its error is ErrSyntax.
func Unquote(s string) (string, error) {
	text, ok := unquote(s)
	if !ok {
		return "", ErrSyntax
	}
	return text, nil
}

// unquote returns the text of the literal s, and whether s is one.
//
//amigos:native gas=base:20,len(s):2/1
func unquote(s string) (text string, ok bool)

// IsPrint reports whether r can be printed, as unicode.IsPrint does.
//
//amigos:native gas=base:10
func IsPrint(r rune) bool

// IsGraphic reports whether r is visible or a space, as unicode.IsGraphic does.
//
//amigos:native gas=base:10
func IsGraphic(r rune) bool
