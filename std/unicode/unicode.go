// Package unicode classifies characters and changes their case.
package unicode

const (
	// MaxRune is the largest character.
	MaxRune = '\U0010FFFF'
	// ReplacementChar stands for what is not a character.
	ReplacementChar = '\uFFFD'
	// MaxASCII is the largest ASCII character.
	MaxASCII = '\u007F'
	// MaxLatin1 is the largest Latin-1 character.
	MaxLatin1 = '\u00FF'
)

// Version is the edition of Unicode whose tables are used.
const Version = "17.0.0"

// IsSpace reports whether r is white space.
func IsSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return 0x2000 <= r && r <= 0x200A
}

// IsLetter reports whether r is a letter.
//
//amigos:native gas=base:10
func IsLetter(r rune) bool

// IsDigit reports whether r is a decimal digit.
//
//amigos:native gas=base:10
func IsDigit(r rune) bool

// IsNumber reports whether r is a number, digits included.
//
//amigos:native gas=base:10
func IsNumber(r rune) bool

// IsUpper reports whether r is an upper case letter.
//
//amigos:native gas=base:10
func IsUpper(r rune) bool

// IsLower reports whether r is a lower case letter.
//
//amigos:native gas=base:10
func IsLower(r rune) bool

// IsTitle reports whether r is a title case letter.
//
//amigos:native gas=base:10
func IsTitle(r rune) bool

// IsMark reports whether r is a mark that combines with the character before it.
//
//amigos:native gas=base:10
func IsMark(r rune) bool

// IsPunct reports whether r is punctuation.
//
//amigos:native gas=base:10
func IsPunct(r rune) bool

// IsSymbol reports whether r is a symbol.
//
//amigos:native gas=base:10
func IsSymbol(r rune) bool

// IsControl reports whether r is a control character.
//
//amigos:native gas=base:10
func IsControl(r rune) bool

// IsGraphic reports whether r is visible, or a space of any width.
//
//amigos:native gas=base:10
func IsGraphic(r rune) bool

// IsPrint reports whether r is visible, or the ASCII space.
//
//amigos:native gas=base:10
func IsPrint(r rune) bool

// ToUpper returns r in upper case, and r itself if it has none.
//
//amigos:native gas=base:10
func ToUpper(r rune) rune

// ToLower returns r in lower case, and r itself if it has none.
//
//amigos:native gas=base:10
func ToLower(r rune) rune

// ToTitle returns r in title case, and r itself if it has none.
//
//amigos:native gas=base:10
func ToTitle(r rune) rune

// SimpleFold goes round the characters that are equal but for their case: it
// returns the next larger one, and after the largest the smallest.
//
//amigos:native gas=base:10
func SimpleFold(r rune) rune
