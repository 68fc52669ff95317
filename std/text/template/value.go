package template

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

// value is what a part of a template stands for. Its type is known to the run only.
type value struct {
	v       any
	addr    bool // v is a pointer to the value, which has methods of pointers then
	missing bool // there is nothing before in the pipeline
}

var none value

func of(v any) value { return value{v: v} }

func (x value) kind() int {
	k, _ := kindOf(x.v, x.addr)
	return k
}

func (x value) isNil() bool { return isNil(x.v, x.addr) }

func (x value) len() int { return length(x.v, x.addr) }

func (x value) load() any { return load(x.v, x.addr) }

// typeName is the type as %T prints it.
func (x value) typeName() string { return typeName(x.v, x.addr) }

func (x value) item(i int) value {
	v, addr := item(x.v, x.addr, i)
	return value{v: v, addr: addr}
}

func (x value) field(i int) value {
	v, addr := field(x.v, x.addr, i)
	return value{v: v, addr: addr}
}

// inner is what a pointer points to, or what an interface holds.
func (x value) inner() value { return value{v: load(x.v, x.addr), addr: x.kind() == kindPointer} }

// settled is x, of an interface value what it holds.
func (x value) settled() value {
	for x.kind() == kindInterface {
		if x.isNil() {
			return none
		}
		x = of(x.load())
	}
	return x
}

// indirect follows pointers and interfaces to a value, or to the nil that is found first.
func (x value) indirect() (value, bool) {
	for {
		k := x.kind()
		if k != kindPointer && k != kindInterface {
			return x, false
		}
		if x.isNil() {
			return x, true
		}
		x = x.inner()
	}
}

func (x value) int() int64 { return int64(asBits(x.v, x.addr)) }

func (x value) uint() uint64 { return asBits(x.v, x.addr) }

func (x value) bool() bool { return asBits(x.v, x.addr) != 0 }

func (x value) float() float64 { return floatOf(x.v, x.addr) }

func (x value) string() string { return stringOf(x.v, x.addr) }

// complex is a complex number of either size.
func (x value) complex() complex128 {
	switch c := x.load().(type) {
	case complex128:
		return c
	case complex64:
		return complex128(c)
	}
	return 0
}

// isTrue reports whether a value is not the zero of its type.
func (x value) isTrue() bool {
	switch x.kind() {
	case kindNil:
		return false
	case kindSlice, kindArray, kindMap, kindString:
		return x.len() > 0
	case kindBool, kindInt, kindUint:
		return asBits(x.v, x.addr) != 0
	case kindFloat:
		return x.float() != 0
	case kindComplex:
		return x.complex() != 0
	case kindStruct:
		return true
	}
	return !x.isNil()
}

// IsTrue reports whether val is not the zero of its type, as if does, and whether that has
// a meaning.
func IsTrue(val any) (truth, ok bool) { return of(val).isTrue(), true }

// kindOf returns the kind of a place, and how many bits a number there has.
//
//amigos:native gas=base:8
func kindOf(v any, addr bool) (kind, bits int)

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

// newKeyOf returns a pointer to a zero key of a map, newValueOf to a zero value.
//
//amigos:native gas=base:30
func newKeyOf(v any, addr bool) any

//amigos:native gas=base:30
func newValueOf(v any, addr bool) any

// newTarget returns a pointer to a zero value of what a pointer can point to.
//
//amigos:native gas=base:30
func newTarget(v any, addr bool) any

// capacity is how long a slice can be cut.
//
//amigos:native gas=base:10
func capacity(v any, addr bool) int

// cut is v[from:to:most] of a slice.
//
//amigos:native gas=base:30
func cut(v any, addr bool, from, to, most int) any

// asBits, floatOf and stringOf return a boolean or integer, a float, a string.
//
//amigos:native gas=base:10
func asBits(v any, addr bool) uint64

//amigos:native gas=base:10
func floatOf(v any, addr bool) float64

//amigos:native gas=base:10
func stringOf(v any, addr bool) string

// canCompare reports whether == works for the type of v.
//
//amigos:native gas=base:10
func canCompare(v any) bool

// method returns the exported method of that name as a function, if a place has one; of a
// place with an address also methods of its pointer.
//
//amigos:native gas=base:80,len(name):1/1
func method(v any, addr bool, name string) (f any, ok bool)
