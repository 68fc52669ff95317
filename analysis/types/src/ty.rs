//! Types: interned, so that a [`Ty`] is a pointer that can be copied and compared.
//!
//! A declared type is known here only by its key; its underlying type, methods and type parameters are asked of a
//! [`crate::ctx::TyCtx`] (or of the package being checked). So types never go stale, recursive types need no cells, and equal
//! types of different revisions are the same pointer. Interned types live as long as the process.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use amigos_syntax::Name;
use amigos_syntax::ast::ChanDir;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;

/// The identity of a package: `hub.amigos.dev/token@v2` (a contract's path and major), `strings`, `amigos`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PkgKey(pub Name);

/// The identity of a declared (named or alias) type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NamedKey {
    /// The package that declares it; `None` for `error`, `comparable` and `any`.
    pub pkg: Option<PkgKey>,
    /// Its name.
    pub name: Name,
    /// For a type declared in a function: the function (`F`, `T.M`) and the how-many-eth of its local types it is.
    pub local: Option<(Name, u32)>,
}

/// The identity of a type parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TypeParamKey {
    /// Who declares it, unique in the program: `path.F`, `path.T`, `path.T.M` (a receiver's type parameters belong to the method), with a suffix
    /// where inference renamed it.
    pub owner: Name,
    /// Its index in the owner's list.
    pub index: u32,
    /// Its name, for printing.
    pub name: Name,
}

/// Basic types, in go/types' order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Basic {
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    UntypedNil,
}

/// A field of a struct type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FieldTy {
    /// Its name; of an embedded field the type's name.
    pub name: Name,
    /// The package in which the struct type was written (matters for unexported names).
    pub pkg: Option<PkgKey>,
    /// Its type.
    pub ty: Ty,
    /// Whether it is embedded.
    pub embedded: bool,
    /// Its tag, unquoted; empty if none.
    pub tag: Name,
}

/// A parameter or result. Names don't matter to identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Param {
    /// Its name, if it has one.
    pub name: Option<Name>,
    /// Its type; of a variadic parameter the slice type.
    pub ty: Ty,
}

/// A function's type, without receiver.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Signature {
    /// Type parameters ([`TyKind::TypeParam`] each).
    pub tparams: Box<[Ty]>,
    /// Parameters.
    pub params: Box<[Param]>,
    /// Results.
    pub results: Box<[Param]>,
    /// Whether the last parameter is `...T`.
    pub variadic: bool,
}

/// A method of an interface, as written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct IfaceMethod {
    /// Its name.
    pub name: Name,
    /// The package in which it was written (matters for unexported names).
    pub pkg: Option<PkgKey>,
    /// Its [`TyKind::Signature`].
    pub sig: Ty,
}

/// An interface as written; its type set is computed elsewhere.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Interface {
    /// Explicit methods, sorted by name.
    pub methods: Box<[IfaceMethod]>,
    /// Embedded interfaces, unions and other types.
    pub embeds: Box<[Ty]>,
    /// Whether it was written as a bare constraint: `[P ~int]`.
    pub implicit: bool,
}

/// A term of a union.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Term {
    /// Whether it is `~T`.
    pub tilde: bool,
    /// The type.
    pub ty: Ty,
}

/// What a type is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TyKind {
    /// A predeclared type.
    Basic(Basic),
    /// A declared type, instantiated if `args` isn't empty.
    Named { key: NamedKey, args: Box<[Ty]> },
    /// A declared alias and what it stands for.
    Alias { key: NamedKey, args: Box<[Ty]>, actual: Ty },
    /// `*T`
    Pointer(Ty),
    /// `[]T`
    Slice(Ty),
    /// `[N]T`; a negative length is unknown because of an error
    Array { len: i64, elem: Ty },
    /// `map[K]V`
    Map { key: Ty, value: Ty },
    /// `chan T`
    Chan { dir: ChanDir, elem: Ty },
    /// `struct{...}`
    Struct(Box<[FieldTy]>),
    /// The types of a multi-valued expression.
    Tuple(Box<[Param]>),
    /// `func(...)`
    Signature(Signature),
    /// `interface{...}`
    Interface(Interface),
    /// `~int | string`, as an element of a constraint
    Union(Box<[Term]>),
    /// A type parameter.
    TypeParam(TypeParamKey),
}

/// An interned type with what is known of it without context.
#[derive(Debug)]
pub struct TyData {
    kind: TyKind,
    /// The same type with aliases resolved and parameter names dropped; `None` if it is that itself.
    canonical: Option<Ty>,
    /// Whether a type parameter occurs in it.
    has_type_param: bool,
}

/// A type. Equality is pointer equality of the type *as written* (alias names and parameter names count); two types are identical
/// in the sense of the Go specification if their canonical forms are equal, interfaces with embedded elements apart: use the checker's `identical`.
#[derive(Clone, Copy)]
pub struct Ty(&'static TyData);

impl PartialEq for Ty {
    fn eq(&self, other: &Ty) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
impl Eq for Ty {}
impl Hash for Ty {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (std::ptr::from_ref(self.0) as usize).hash(state);
    }
}

fn table() -> &'static DashMap<TyKind, Ty, FxBuildHasher> {
    static TABLE: OnceLock<DashMap<TyKind, Ty, FxBuildHasher>> = OnceLock::new();
    TABLE.get_or_init(|| DashMap::with_hasher(FxBuildHasher))
}

impl Ty {
    /// Interns a type.
    pub fn new(kind: TyKind) -> Ty {
        if let Some(found) = table().get(&kind) {
            return *found;
        }
        let canonical = canonical_kind(&kind).map(Ty::new);
        let has_type_param = matches!(kind, TyKind::TypeParam(_)) || components(&kind).any(Ty::has_type_param);
        let ty = Ty(Box::leak(Box::new(TyData { kind: kind.clone(), canonical, has_type_param })));
        *table().entry(kind).or_insert(ty)
    }

    /// What the type is, as written.
    pub fn kind(self) -> &'static TyKind {
        &self.0.kind
    }

    /// The type without aliases (anywhere in it) and without parameter names.
    pub fn canonical(self) -> Ty {
        self.0.canonical.unwrap_or(self)
    }

    /// The type with an alias at its top resolved.
    pub fn unalias(self) -> Ty {
        let mut ty = self;
        while let TyKind::Alias { actual, .. } = ty.kind() {
            ty = *actual;
        }
        ty
    }

    /// Whether a type parameter occurs in the type.
    pub fn has_type_param(self) -> bool {
        self.0.has_type_param
    }

    /// A basic type.
    pub fn basic(basic: Basic) -> Ty {
        Ty::new(TyKind::Basic(basic))
    }
    /// The type of what could not be typed; it silences follow-up errors.
    pub fn invalid() -> Ty {
        Ty::basic(Basic::Invalid)
    }
    /// Whether this is the invalid type.
    pub fn is_invalid(self) -> bool {
        matches!(self.unalias().kind(), TyKind::Basic(Basic::Invalid))
    }
    /// `*T`
    pub fn pointer(to: Ty) -> Ty {
        Ty::new(TyKind::Pointer(to))
    }
    /// `[]T`
    pub fn slice(of: Ty) -> Ty {
        Ty::new(TyKind::Slice(of))
    }
    /// A tuple of unnamed types.
    pub fn tuple(types: impl IntoIterator<Item = Ty>) -> Ty {
        Ty::new(TyKind::Tuple(types.into_iter().map(|ty| Param { name: None, ty }).collect()))
    }
    /// The predeclared `error`.
    pub fn error() -> Ty {
        Ty::named(NamedKey { pkg: None, name: Name::new("error"), local: None }, [])
    }
    /// The empty interface.
    pub fn empty_interface() -> Ty {
        Ty::new(TyKind::Interface(Interface::default()))
    }
    /// A declared type.
    pub fn named(key: NamedKey, args: impl IntoIterator<Item = Ty>) -> Ty {
        Ty::new(TyKind::Named { key, args: args.into_iter().collect() })
    }
    /// The signature, if this is a function type (alias resolved, not underlying).
    pub fn as_signature(self) -> Option<&'static Signature> {
        match self.unalias().kind() {
            TyKind::Signature(s) => Some(s),
            _ => None,
        }
    }
}

/// The types a type is made of, in order.
pub fn components(kind: &TyKind) -> Box<dyn Iterator<Item = Ty> + '_> {
    match kind {
        TyKind::Basic(_) | TyKind::TypeParam(_) => Box::new(std::iter::empty()),
        TyKind::Named { args, .. } => Box::new(args.iter().copied()),
        TyKind::Alias { args, actual, .. } => Box::new(args.iter().copied().chain(std::iter::once(*actual))),
        TyKind::Pointer(t) | TyKind::Slice(t) | TyKind::Array { elem: t, .. } | TyKind::Chan { elem: t, .. } => {
            Box::new(std::iter::once(*t))
        }
        TyKind::Map { key, value } => Box::new([*key, *value].into_iter()),
        TyKind::Struct(fields) => Box::new(fields.iter().map(|f| f.ty)),
        TyKind::Tuple(params) => Box::new(params.iter().map(|p| p.ty)),
        TyKind::Signature(s) => Box::new(s.tparams.iter().copied().chain(s.params.iter().chain(s.results.iter()).map(|p| p.ty))),
        TyKind::Interface(i) => Box::new(i.methods.iter().map(|m| m.sig).chain(i.embeds.iter().copied())),
        TyKind::Union(terms) => Box::new(terms.iter().map(|t| t.ty)),
    }
}

/// The same shape with every component replaced by `f` of it.
pub fn map_components(kind: &TyKind, f: &mut dyn FnMut(Ty) -> Ty) -> TyKind {
    let params = |ps: &[Param], f: &mut dyn FnMut(Ty) -> Ty| ps.iter().map(|p| Param { name: p.name, ty: f(p.ty) }).collect();
    match kind {
        TyKind::Basic(_) | TyKind::TypeParam(_) => kind.clone(),
        TyKind::Named { key, args } => TyKind::Named { key: *key, args: args.iter().map(|t| f(*t)).collect() },
        TyKind::Alias { key, args, actual } => TyKind::Alias { key: *key, args: args.iter().map(|t| f(*t)).collect(), actual: f(*actual) },
        TyKind::Pointer(t) => TyKind::Pointer(f(*t)),
        TyKind::Slice(t) => TyKind::Slice(f(*t)),
        TyKind::Array { len, elem } => TyKind::Array { len: *len, elem: f(*elem) },
        TyKind::Map { key, value } => TyKind::Map { key: f(*key), value: f(*value) },
        TyKind::Chan { dir, elem } => TyKind::Chan { dir: *dir, elem: f(*elem) },
        TyKind::Struct(fields) => TyKind::Struct(fields.iter().map(|x| FieldTy { ty: f(x.ty), ..*x }).collect()),
        TyKind::Tuple(ps) => TyKind::Tuple(params(ps, f)),
        TyKind::Signature(s) => TyKind::Signature(Signature {
            tparams: s.tparams.iter().map(|t| f(*t)).collect(),
            params: params(&s.params, f),
            results: params(&s.results, f),
            variadic: s.variadic,
        }),
        TyKind::Interface(i) => TyKind::Interface(Interface {
            methods: i.methods.iter().map(|m| IfaceMethod { sig: f(m.sig), ..*m }).collect(),
            embeds: i.embeds.iter().map(|t| f(*t)).collect(),
            implicit: i.implicit,
        }),
        TyKind::Union(terms) => TyKind::Union(terms.iter().map(|t| Term { tilde: t.tilde, ty: f(t.ty) }).collect()),
    }
}

/// The canonical form of `kind`, if it is another.
fn canonical_kind(kind: &TyKind) -> Option<TyKind> {
    if let TyKind::Alias { actual, .. } = kind {
        return Some(actual.canonical().kind().clone());
    }
    let mut canonical = map_components(kind, &mut |t| t.canonical());
    let unname = |ps: &mut [Param]| ps.iter_mut().for_each(|p| p.name = None);
    match &mut canonical {
        TyKind::Signature(s) => {
            unname(&mut s.params);
            unname(&mut s.results);
        }
        TyKind::Tuple(ps) => unname(ps),
        // The package matters for unexported names only.
        TyKind::Struct(fields) => fields.iter_mut().filter(|f| f.name.is_exported()).for_each(|f| f.pkg = None),
        TyKind::Interface(i) => {
            i.implicit = false;
            i.methods.iter_mut().filter(|m| m.name.is_exported()).for_each(|m| m.pkg = None);
        }
        _ => {}
    }
    (canonical != *kind).then_some(canonical)
}

impl std::fmt::Debug for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.kind.fmt(f)
    }
}
