package strings

import (
	"iter"
	"unicode"
)

// Lines ranges over the lines of s, each with the line end that it has.
func Lines(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(s) > 0 {
			line := s
			if at := IndexByte(s, '\n'); at >= 0 {
				line = s[:at+1]
			}
			s = s[len(line):]
			if !yield(line) {
				return
			}
		}
	}
}

// SplitSeq ranges over the parts that Split returns.
func SplitSeq(s, sep string) iter.Seq[string] {
	return each(func() []string { return Split(s, sep) })
}

// SplitAfterSeq ranges over the parts that SplitAfter returns.
func SplitAfterSeq(s, sep string) iter.Seq[string] {
	return each(func() []string { return SplitAfter(s, sep) })
}

// FieldsSeq ranges over the words that Fields returns.
func FieldsSeq(s string) iter.Seq[string] {
	return each(func() []string { return FieldsFunc(s, unicode.IsSpace) })
}

// FieldsFuncSeq ranges over the words that FieldsFunc returns.
func FieldsFuncSeq(s string, f func(rune) bool) iter.Seq[string] {
	return each(func() []string { return FieldsFunc(s, f) })
}

func each(parts func() []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, part := range parts() {
			if !yield(part) {
				return
			}
		}
	}
}
