//! Go values as formatting sees them: a tree, copied out of the machine's memory.

use std::cmp::Ordering;
use std::rc::Rc;

/// What formatting asks of types.
pub trait Types {
    /// The type as Go writes it: `int`, `main.Post`, `[]uint8`, `map[string]*main.T`.
    fn name(&self, ty: TypeNumber) -> String;
}

/// The number of a type in [`Types`].
pub type TypeNumber = u32;

/// A value with its type.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its type.
    pub ty: TypeNumber,
    /// Which of the methods that formatting asks for its type has.
    pub methods: Methods,
    /// What the maker of the tree finds the value by again.
    pub origin: u32,
    /// The value.
    pub data: Data,
}

/// Methods that formatting asks for.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Methods {
    /// `Error() string`
    pub error: bool,
    /// `String() string`
    pub stringer: bool,
    /// `GoString() string`
    pub go_stringer: bool,
}

/// A value without its type's name; declared types are as their underlying ones.
#[derive(Clone, Debug)]
pub enum Data {
    /// `bool`
    Bool(bool),
    /// Signed integers.
    Int(i64),
    /// Unsigned integers.
    Uint(u64),
    /// Floats, with their bits: 32 or 64.
    Float(f64, u8),
    /// Complex numbers, with the bits of a part: 32 or 64.
    Complex(f64, f64, u8),
    /// `string`
    Str(Vec<u8>),
    /// Arrays and slices whose elements are unsigned 8-bit integers without methods.
    Bytes(List, Vec<u8>),
    /// Other arrays and slices.
    List(List, Vec<Value>),
    /// Maps: keys and values, in any order.
    Map(Reference, Vec<(Value, Value)>),
    /// Structs.
    Struct(Vec<Field>),
    /// What stands in a variable or element of an interface type.
    Interface(Option<Box<Value>>),
    /// Pointers, with what they point to where it is needed: if the pointer is an operand, and what it points to an array, slice, struct or map.
    Pointer(Reference, Option<Box<Value>>),
    /// Functions and channels.
    Other(Reference),
}

/// The stable number that a reference is printed as; 0 is nil.
pub type Reference = u64;

/// What is particular to an array or slice.
#[derive(Clone, Debug)]
pub struct List {
    /// An array, not a slice.
    pub array: bool,
    /// The number of a slice's array; 0 is nil.
    pub reference: Reference,
    /// The type of the elements.
    pub elem: TypeNumber,
    /// Whether the elements are unsigned integers of 8 bits.
    pub of_bytes: bool,
    /// Whether the type is `[]byte` itself, not a declared one.
    pub predeclared: bool,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Rc<str>,
    /// Whether it is exported; methods of what unexported fields hold are not called.
    pub exported: bool,
    /// Whether it is embedded.
    pub embedded: bool,
    /// Its value.
    pub value: Value,
}

/// The order in which the keys of a map are printed. Go leaves the order of different types in interfaces open; here it is that of their names.
pub fn compare(types: &dyn Types, a: &Value, b: &Value) -> Ordering {
    match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Uint(a), Data::Uint(b)) => a.cmp(b),
        (Data::Float(a, _), Data::Float(b, _)) => compare_floats(*a, *b),
        (Data::Complex(a, x, _), Data::Complex(b, y, _)) => compare_floats(*a, *b).then_with(|| compare_floats(*x, *y)),
        (Data::Str(a), Data::Str(b)) => a.cmp(b),
        (Data::Bytes(_, a), Data::Bytes(_, b)) => a.cmp(b),
        (Data::List(_, a), Data::List(_, b)) => compare_all(types, a.iter(), b.iter()),
        (Data::Struct(a), Data::Struct(b)) => compare_all(types, a.iter().map(|f| &f.value), b.iter().map(|f| &f.value)),
        (Data::Pointer(a, _) | Data::Other(a), Data::Pointer(b, _) | Data::Other(b)) => a.cmp(b),
        (Data::Interface(a), Data::Interface(b)) => match (a, b) {
            (Some(a), Some(b)) if a.ty == b.ty => compare(types, a, b),
            (Some(a), Some(b)) => types.name(a.ty).cmp(&types.name(b.ty)),
            (a, b) => a.is_some().cmp(&b.is_some()),
        },
        _ => Ordering::Equal,
    }
}

/// NaN comes before all numbers, and the two zeros are one.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

fn compare_all<'v>(types: &dyn Types, mut a: impl Iterator<Item = &'v Value>, mut b: impl Iterator<Item = &'v Value>) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (Some(a), Some(b)) => match compare(types, a, b) {
                Ordering::Equal => {}
                order => return order,
            },
            (a, b) => return a.is_some().cmp(&b.is_some()),
        }
    }
}
