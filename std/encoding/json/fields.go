package json

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// member is a field of a struct as JSON sees it.
type member struct {
	name      string
	path      []int // the way to it through embedded structs
	tagged    bool
	omitEmpty bool
	omitZero  bool
	quoted    bool // ",string"
}

// jsonTag returns the value of the key json in a field's tag.
func jsonTag(tag string) (string, bool) {
	for tag != "" {
		tag = strings.TrimLeft(tag, " ")
		i := 0
		for i < len(tag) && tag[i] > ' ' && tag[i] != ':' && tag[i] != '"' && tag[i] != 0x7f {
			i++
		}
		if i == 0 || i+1 >= len(tag) || tag[i] != ':' || tag[i+1] != '"' {
			return "", false
		}
		key := tag[:i]
		tag = tag[i+1:]
		i = 1
		for i < len(tag) && tag[i] != '"' {
			if tag[i] == '\\' {
				i++
			}
			i++
		}
		if i >= len(tag) {
			return "", false
		}
		quoted := tag[1:i]
		tag = tag[i+1:]
		if key == "json" {
			return strings.ReplaceAll(strings.ReplaceAll(quoted, `\"`, `"`), `\\`, `\`), true
		}
	}
	return "", false
}

func validName(s string) bool {
	if s == "" {
		return false
	}
	for _, c := range s {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return true
}

// zeroOf returns a place with the type of p that can be looked into, whatever is nil on
// the way to it; nothing is read from it but types.
type level struct {
	at    place
	path  []int
	types []string // of the embedded structs on the way
}

// members returns the fields of a struct with those that its embedded structs promote,
// by Go's rules: the nearest of a name counts, among equally near ones the tagged, and
// none if that leaves several.
func members(p place) []member {
	var all []member
	current := []level{{p, nil, nil}}
	for len(current) > 0 {
		var next []level
		for _, l := range current {
			for i := range l.at.len() {
				name, tag, flags := fieldInfo(l.at.v, l.at.addr, i)
				exported, embedded := flags&1 != 0, flags&2 != 0
				text, _ := jsonTag(tag)
				if text == "-" || !exported && !embedded {
					continue
				}
				tagName, options, _ := strings.Cut(text, ",")
				if !validName(tagName) {
					tagName = ""
				}
				path := append(slices.Clone(l.path), i)
				if embedded && tagName == "" {
					inner, isStruct, ok := embeddedStruct(l.at.field(i))
					if isStruct {
						t := inner.typeName()
						if ok && !slices.Contains(l.types, t) {
							next = append(next, level{inner, path, append(slices.Clone(l.types), t)})
						}
						continue
					}
				}
				if !exported {
					continue
				}
				m := member{name: name, path: path}
				if tagName != "" {
					m.name, m.tagged = tagName, true
				}
				for option := range strings.SplitSeq(options, ",") {
					switch option {
					case "omitempty":
						m.omitEmpty = true
					case "omitzero":
						m.omitZero = true
					case "string":
						m.quoted = quotable(l.at.field(i))
					}
				}
				all = append(all, m)
			}
		}
		current = next
	}
	return dominant(all)
}

// embeddedStruct returns the struct in an embedded field, and whether it is one; through
// a nil pointer nothing can be seen, unless there is a place for a new one.
func embeddedStruct(f place) (inner place, isStruct, ok bool) {
	switch f.kind() {
	case kindStruct:
		return f, true, true
	case kindPointer:
		z := place{newTarget(f.v, f.addr), true}
		return z, z.kind() == kindStruct, true
	}
	return f, false, false
}

func quotable(f place) bool {
	k := f.kind()
	if k == kindPointer {
		k = place{newTarget(f.v, f.addr), true}.kind()
	}
	return k == kindBool || k == kindInt || k == kindUint || k == kindFloat || k == kindString
}

// newTarget returns a pointer to a new zero value of what a pointer can point to.
//
//amigos:native gas=base:30
func newTarget(v any, addr bool) any

// dominant drops the members that others of their name hide, and sorts by place.
func dominant(all []member) []member {
	slices.SortStableFunc(all, func(a, b member) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		if c := cmp.Compare(len(a.path), len(b.path)); c != 0 {
			return c
		}
		if a.tagged != b.tagged {
			if a.tagged {
				return -1
			}
			return 1
		}
		return slices.Compare(a.path, b.path)
	})
	kept := all[:0]
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].name == all[i].name {
			end++
		}
		if end == i+1 || len(all[i].path) != len(all[i+1].path) || all[i].tagged != all[i+1].tagged {
			kept = append(kept, all[i])
		}
		i = end
	}
	slices.SortFunc(kept, func(a, b member) int { return slices.Compare(a.path, b.path) })
	return kept
}
