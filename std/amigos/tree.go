package amigos

// Tree is committed data to read: the state of a package, or a part of it. It
// is what the last block left, whatever this call has changed since. All state
// is public, unexported names included; but only the exported names of a package
// are covered by its promise of compatibility.
//
// A Tree of something that is not there is no error: Exists says so, and its
// parts are not there either.
//
// Example: State().For("hub.amigos.dev/forum").Get("users").Get("alice")
type Tree struct {
	height int64  // 0 is the last committed height
	place  string // package and steps; written and read by the natives below only
}

// State returns the state as the last block left it. Choose a package by For.
func State() Tree { return Tree{} }

// StateAt returns the state as the block at height left it. It is for queries
// and tests: in a transaction it panics, as nodes need not keep old state.
func StateAt(height int64) Tree {
	checkHeight(height)
	return Tree{height, ""}
}

//amigos:native gas=base:100
func checkHeight(height int64)

// For returns the state of the package with the given import path, of its
// newest major version unless the path ends in one, as "hub.amigos.dev/token@v1".
func (t Tree) For(path string) Tree { return treeFor(t, path) }

// Get returns a part: of a package the global of that name, of a struct the
// field, of a slice or array the element, of a map the entry. Pointers and
// interfaces are looked through. A string is taken for a key of any type as
// Keys writes it.
//
// Example: Get("users")
func (t Tree) Get(key any) Tree { return treeGet(t, key) }

// Exists reports whether there is anything here. A nil pointer, interface, map
// or slice is there.
func (t Tree) Exists() bool { return treeKind(t) != "" }

// Kind says what is here: "package", "struct", "map", "slice", "array",
// "string", "int", "uint", "float", "complex", "bool", "func", "nil", or "" for
// what does not exist.
func (t Tree) Kind() string { return treeKind(t) }

// Len returns the number of globals, fields, elements, entries or bytes here,
// and 0 for what has none.
func (t Tree) Len() int { return treeLen(t) }

// Keys returns the names of globals and fields in the order of declaration, the
// keys of a map in the order of insertion as text, or the indexes of a slice or
// array.
func (t Tree) Keys() []string { return treeKeys(t) }

// Int returns the whole number here, and 0 if nothing is. It panics for another
// kind, and for an unsigned number that does not fit.
func (t Tree) Int() int64 {
	n, ok := treeInt(t)
	if !ok {
		t.refuse("an int64")
	}
	return n
}

// Uint returns the whole number here, and 0 if nothing is. It panics for another
// kind, and for a negative number.
func (t Tree) Uint() uint64 {
	n, ok := treeUint(t)
	if !ok {
		t.refuse("a uint64")
	}
	return n
}

// Float returns the floating-point number here, and 0 if nothing is. It panics
// for another kind.
func (t Tree) Float() float64 {
	f, ok := treeFloat(t)
	if !ok {
		t.refuse("a float64")
	}
	return f
}

// Bool returns the boolean here, and false if nothing is. It panics for another
// kind.
func (t Tree) Bool() bool {
	b, ok := treeBool(t)
	if !ok {
		t.refuse("a bool")
	}
	return b
}

// Address returns the string here as an address, and nobody if nothing is. It
// panics for another kind.
func (t Tree) Address() Address {
	if kind := treeKind(t); kind != "string" && kind != "" {
		t.refuse("an address")
	}
	return Address(treeText(t))
}

// Coins returns the whole number here as an amount, and 0 if nothing is. It
// panics for another kind, and for a negative number.
func (t Tree) Coins() Coins { return Coins(t.Uint()) }

// Bytes returns a copy of the bytes of the string or byte slice here, and nil if
// nothing is. It panics for another kind.
func (t Tree) Bytes() []byte {
	b, ok := treeBytes(t)
	if !ok {
		t.refuse("bytes")
	}
	return b
}

// String returns the string here as it is, anything else as Go would print it,
// at most 4 KiB of it, and "" if nothing is.
func (t Tree) String() string { return treeText(t) }

func (t Tree) refuse(what string) {
	panic("amigos: state at `" + treePlace(t) + "` is a " + treeKind(t) + ", not " + what)
}

//amigos:native gas=base:40,len(path):1/4
func treeFor(t Tree, path string) Tree

//amigos:native gas=base:80,walk(key):1/4
func treeGet(t Tree, key any) Tree

//amigos:native gas=base:60
func treeKind(t Tree) string

//amigos:native gas=base:60
func treeLen(t Tree) int

// treeKeys is charged for what it returns as for any state read, entry by entry.
//
//amigos:native gas=base:100
func treeKeys(t Tree) []string

//amigos:native gas=base:60
func treeInt(t Tree) (n int64, ok bool)

//amigos:native gas=base:60
func treeUint(t Tree) (n uint64, ok bool)

//amigos:native gas=base:60
func treeFloat(t Tree) (f float64, ok bool)

//amigos:native gas=base:60
func treeBool(t Tree) (b bool, ok bool)

//amigos:native gas=base:80
func treeBytes(t Tree) (b []byte, ok bool)

//amigos:native gas=base:80
func treeText(t Tree) string

// treePlace returns the place of t in words, for messages.
//
//amigos:native gas=base:60
func treePlace(t Tree) string
