package json

// What a place holds; a place is a value, or a pointer to it if addr is set.
const (
	kindNil = iota
	kindBool
	kindInt
	kindUint
	kindFloat
	kindComplex
	kindString
	kindSlice
	kindArray
	kindMap
	kindStruct
	kindPointer
	kindInterface
	kindOther
)

// place is a value whose type only the run knows.
type place struct {
	v    any
	addr bool // v is a pointer to the value, which can be changed
}

func (p place) kind() int {
	k, _ := kindOf(p.v, p.addr)
	return k
}

func (p place) isNil() bool { return isNil(p.v, p.addr) }

func (p place) len() int { return length(p.v, p.addr) }

func (p place) load() any { return load(p.v, p.addr) }

func (p place) typeName() string { return typeName(p.v, p.addr) }

func (p place) item(i int) place {
	v, addr := item(p.v, p.addr, i)
	return place{v, addr}
}

func (p place) field(i int) place {
	v, addr := field(p.v, p.addr, i)
	return place{v, addr}
}

// inner is what a pointer points to, or what an interface holds.
func (p place) inner() place { return place{load(p.v, p.addr), p.kind() == kindPointer} }

// bytesElem reports whether the elements of a slice are bytes; an empty one is asked by
// way of a new one.
func (p place) ofBytes() bool { return elemBits(p.v, p.addr) == 8 }

// kindOf returns the kind of a place, and how many bits a number there has.
//
//amigos:native gas=base:8
func kindOf(v any, addr bool) (kind, bits int)

// elemBits returns how many bits the elements of a slice have, if they are unsigned
// integers without methods, else 0.
//
//amigos:native gas=base:8
func elemBits(v any, addr bool) int

// typeName returns the name of a type as %T prints it.
//
//amigos:native gas=base:60
func typeName(v any, addr bool) string

// isNil reports whether a place of a kind that can be nil is.
//
//amigos:native gas=base:10
func isNil(v any, addr bool) bool

// length is the number of elements, entries, bytes of a string, or fields.
//
//amigos:native gas=base:10
func length(v any, addr bool) int

// item is an element of a slice or array.
//
//amigos:native gas=base:15
func item(v any, addr bool, i int) (any, bool)

// field is a field of a struct.
//
//amigos:native gas=base:15
func field(v any, addr bool, i int) (any, bool)

// fieldInfo tells of a field of a struct: 1 is added if it is exported, 2 if it is
// embedded.
//
//amigos:native gas=base:30
func fieldInfo(v any, addr bool, i int) (name, tag string, flags int)

// load returns a copy of what a place holds; of a pointer it is the pointer, of an
// interface its value.
//
//amigos:native gas=base:10
func load(v any, addr bool) any

// mapKeys returns the keys of a map, in the order of their insertion.
//
//amigos:native gas=base:30
func mapKeys(v any, addr bool) []any

// lookup returns a value of a map.
//
//amigos:native gas=base:40
func lookup(v any, addr bool, key any) (any, bool)

// setBits writes a boolean, integer or float that p points to.
//
//amigos:native gas=base:15
func setBits(p any, bits uint64)

//amigos:native gas=base:15
func setString(p any, s string)

//amigos:native gas=base:15,len(b):1/4
func setBytes(p any, b []byte)

//amigos:native gas=base:15
func setZero(p any)

// setValue writes v to what p points to, if the types allow that.
//
//amigos:native gas=base:20
func setValue(p, v any) bool

// resize gives the slice that p points to a length; new elements are zero.
//
//amigos:native gas=base:20
func resize(p any, n int)

// alloc makes the pointer that p points to point to a new zero value, and returns it.
//
//amigos:native gas=base:30
func alloc(p any) any

// makeMap makes the map that p points to a new one.
//
//amigos:native gas=base:30
func makeMap(p any)

// newKey returns a pointer to a zero key of the map that p points to, newValue to a
// zero value.
//
//amigos:native gas=base:30
func newKey(p any) any

//amigos:native gas=base:30
func newValue(p any) any

// mapSet sets the value that v points to for the key that k points to.
//
//amigos:native gas=base:60
func mapSet(p, k, v any)
