package strings

import "io"

// Replacer replaces several texts at once.
type Replacer struct {
	pairs []string
}

// NewReplacer returns a Replacer of pairs of an old and a new text. At each place
// the first pair whose old text stands there is taken, and what it was replaced
// by is not looked at again. It panics if the number of texts is odd.
//
// Example: NewReplacer("<", "&lt;", ">", "&gt;")
func NewReplacer(oldnew ...string) *Replacer {
	if len(oldnew)%2 != 0 {
		panic("strings.NewReplacer: odd argument count")
	}
	return &Replacer{append([]string(nil), oldnew...)}
}

// Replace returns s with all replacements made.
func (r *Replacer) Replace(s string) string {
	var replaced []byte
	done := 0
	afterEmpty := false // an empty text matches once at a place
	for at := 0; at <= len(s); {
		pair := r.at(s[at:], afterEmpty)
		if pair < 0 {
			at++
			afterEmpty = false
			continue
		}
		replaced = append(replaced, s[done:at]...)
		replaced = append(replaced, r.pairs[pair+1]...)
		at += len(r.pairs[pair])
		done = at
		afterEmpty = r.pairs[pair] == ""
	}
	return string(append(replaced, s[done:]...))
}

// WriteString writes s with all replacements made to w.
func (r *Replacer) WriteString(w io.Writer, s string) (n int, err error) {
	return io.WriteString(w, r.Replace(s))
}

// at returns the index of the first pair whose old text s begins with.
func (r *Replacer) at(s string, afterEmpty bool) int {
	for i := 0; i < len(r.pairs); i += 2 {
		if r.pairs[i] == "" && afterEmpty {
			continue
		}
		if HasPrefix(s, r.pairs[i]) {
			return i
		}
	}
	return -1
}
