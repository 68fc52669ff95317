//! The predeclared objects (Go spec, "Predeclared identifiers").

use std::sync::OnceLock;

use amigos_syntax::Name;
use rustc_hash::FxHashMap;

use crate::ty::{Basic, IfaceMethod, Interface, NamedKey, Param, Signature, Ty, TyKind};

/// The builtin functions, those of package `unsafe` and of the checker's own tests included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Builtin {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    UnsafeAdd,
    UnsafeAlignof,
    UnsafeOffsetof,
    UnsafeSizeof,
    UnsafeSlice,
    UnsafeSliceData,
    UnsafeString,
    UnsafeStringData,
    /// `assert(cond)`, in conformance tests only.
    Assert,
    /// `trace(x...)`, in conformance tests only.
    Trace,
}

/// Whether a call of a builtin is an expression, a statement, or a conversion-like expression that may not stand alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuiltinKind {
    /// Like a conversion: not allowed as a statement.
    Conversion,
    /// An expression: not allowed as a statement.
    Expression,
    /// May stand as a statement.
    Statement,
}

/// What is fixed about a builtin.
#[derive(Clone, Copy, Debug)]
pub struct BuiltinInfo {
    /// Its name.
    pub name: &'static str,
    /// How many arguments it needs at least.
    pub nargs: usize,
    /// Whether it takes more.
    pub variadic: bool,
    /// How its calls can be used.
    pub kind: BuiltinKind,
}

impl Builtin {
    /// Name, arity and kind.
    pub fn info(self) -> BuiltinInfo {
        use BuiltinKind::*;
        let (name, nargs, variadic, kind) = match self {
            Builtin::Append => ("append", 1, true, Expression),
            Builtin::Cap => ("cap", 1, false, Expression),
            Builtin::Clear => ("clear", 1, false, Statement),
            Builtin::Close => ("close", 1, false, Statement),
            Builtin::Complex => ("complex", 2, false, Expression),
            Builtin::Copy => ("copy", 2, false, Statement),
            Builtin::Delete => ("delete", 2, false, Statement),
            Builtin::Imag => ("imag", 1, false, Expression),
            Builtin::Len => ("len", 1, false, Expression),
            Builtin::Make => ("make", 1, true, Expression),
            Builtin::Max => ("max", 1, true, Expression),
            Builtin::Min => ("min", 1, true, Expression),
            Builtin::New => ("new", 1, false, Expression),
            Builtin::Panic => ("panic", 1, false, Statement),
            Builtin::Print => ("print", 0, true, Statement),
            Builtin::Println => ("println", 0, true, Statement),
            Builtin::Real => ("real", 1, false, Expression),
            Builtin::Recover => ("recover", 0, false, Statement),
            Builtin::UnsafeAdd => ("Add", 2, false, Expression),
            Builtin::UnsafeAlignof => ("Alignof", 1, false, Expression),
            Builtin::UnsafeOffsetof => ("Offsetof", 1, false, Expression),
            Builtin::UnsafeSizeof => ("Sizeof", 1, false, Expression),
            Builtin::UnsafeSlice => ("Slice", 2, false, Expression),
            Builtin::UnsafeSliceData => ("SliceData", 1, false, Expression),
            Builtin::UnsafeString => ("String", 2, false, Expression),
            Builtin::UnsafeStringData => ("StringData", 1, false, Expression),
            Builtin::Assert => ("assert", 1, false, Statement),
            Builtin::Trace => ("trace", 0, true, Expression),
        };
        BuiltinInfo { name, nargs, variadic, kind }
    }

    /// The builtin of package `unsafe` with that name.
    pub fn of_unsafe(name: &str) -> Option<Builtin> {
        use Builtin::*;
        [UnsafeAdd, UnsafeAlignof, UnsafeOffsetof, UnsafeSizeof, UnsafeSlice, UnsafeSliceData, UnsafeString, UnsafeStringData]
            .into_iter()
            .find(|b| b.info().name == name)
    }
}

/// A predeclared object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UniverseObj {
    /// A type; `any`, `byte` and `rune` are aliases.
    Type(Ty),
    /// `true` or `false`
    Bool(bool),
    /// `iota`
    Iota,
    /// `nil`
    Nil,
    /// A builtin function.
    Builtin(Builtin),
}

fn table() -> &'static FxHashMap<Name, UniverseObj> {
    static TABLE: OnceLock<FxHashMap<Name, UniverseObj>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = FxHashMap::default();
        for basic in typed_basics() {
            table.insert(Name::new(basic_name(basic)), UniverseObj::Type(Ty::basic(basic)));
        }
        for (name, ty) in [("byte", byte()), ("rune", rune()), ("any", any()), ("error", Ty::error()), ("comparable", comparable())] {
            table.insert(Name::new(name), UniverseObj::Type(ty));
        }
        table.insert(Name::new("true"), UniverseObj::Bool(true));
        table.insert(Name::new("false"), UniverseObj::Bool(false));
        table.insert(Name::new("iota"), UniverseObj::Iota);
        table.insert(Name::new("nil"), UniverseObj::Nil);
        use Builtin::*;
        for builtin in
            [Append, Cap, Clear, Close, Complex, Copy, Delete, Imag, Len, Make, Max, Min, New, Panic, Print, Println, Real, Recover]
        {
            table.insert(Name::new(builtin.info().name), UniverseObj::Builtin(builtin));
        }
        table
    })
}

/// The predeclared object of that name.
pub fn lookup(name: Name) -> Option<UniverseObj> {
    table().get(&name).copied()
}

/// The names of all predeclared objects, sorted.
pub fn names() -> Vec<Name> {
    let mut names: Vec<Name> = table().keys().copied().collect();
    names.sort_by_key(|n| n.as_str());
    names
}

/// The basic types that have a name in Go.
pub fn typed_basics() -> [Basic; 17] {
    use Basic::*;
    [Bool, Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr, Float32, Float64, Complex64, Complex128, String]
}

/// The name of a basic type as go/types prints it.
pub fn basic_name(basic: Basic) -> &'static str {
    use Basic::*;
    match basic {
        Invalid => "invalid type",
        Bool => "bool",
        Int => "int",
        Int8 => "int8",
        Int16 => "int16",
        Int32 => "int32",
        Int64 => "int64",
        Uint => "uint",
        Uint8 => "uint8",
        Uint16 => "uint16",
        Uint32 => "uint32",
        Uint64 => "uint64",
        Uintptr => "uintptr",
        Float32 => "float32",
        Float64 => "float64",
        Complex64 => "complex64",
        Complex128 => "complex128",
        String => "string",
        UnsafePointer => "unsafe.Pointer",
        UntypedBool => "untyped bool",
        UntypedInt => "untyped int",
        UntypedRune => "untyped rune",
        UntypedFloat => "untyped float",
        UntypedComplex => "untyped complex",
        UntypedString => "untyped string",
        UntypedNil => "untyped nil",
    }
}

fn universe_key(name: &str) -> NamedKey {
    NamedKey { pkg: None, name: Name::new(name), local: None }
}

fn universe_alias(name: &str, actual: Ty) -> Ty {
    Ty::new(TyKind::Alias { key: universe_key(name), args: Box::default(), actual })
}

/// `byte`, the alias of `uint8`
pub fn byte() -> Ty {
    universe_alias("byte", Ty::basic(Basic::Uint8))
}

/// `rune`, the alias of `int32`
pub fn rune() -> Ty {
    universe_alias("rune", Ty::basic(Basic::Int32))
}

/// `any`, the alias of the empty interface
pub fn any() -> Ty {
    universe_alias("any", Ty::empty_interface())
}

/// `comparable`
pub fn comparable() -> Ty {
    Ty::named(universe_key("comparable"), [])
}

/// The key of `comparable`.
pub fn comparable_key() -> NamedKey {
    universe_key("comparable")
}

/// The key of `error`.
pub fn error_key() -> NamedKey {
    universe_key("error")
}

/// The underlying type of a declared type of the universe (`error`, `comparable`).
pub fn underlying(key: NamedKey) -> Option<Ty> {
    match key.name.as_str() {
        "error" => {
            let sig = Signature { results: Box::new([Param { name: None, ty: Ty::basic(Basic::String) }]), ..Signature::default() };
            let method = IfaceMethod { name: Name::new("Error"), pkg: None, sig: Ty::new(TyKind::Signature(sig)) };
            Some(Ty::new(TyKind::Interface(Interface { methods: Box::new([method]), ..Interface::default() })))
        }
        // Its type set is special: see `typeset`.
        "comparable" => Some(Ty::new(TyKind::Interface(Interface { embeds: Box::new([comparable()]), ..Interface::default() }))),
        _ => None,
    }
}
