//! What the checker asks of the world outside the package it checks. The salsa database answers in the product, a plain map of
//! packages in tests.

use std::sync::Arc;

use amigos_syntax::Name;

use crate::konst::Const;
use crate::ty::{NamedKey, PkgKey, Ty, TypeParamKey};

/// A package-level object as other packages see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: MemberKind,
    /// Its type; of a type name, the type it names ([`crate::ty::TyKind::Named`] without arguments if it is generic).
    pub ty: Ty,
}

/// What a package-level object is.
#[derive(Clone, Debug, PartialEq)]
pub enum MemberKind {
    /// A constant and its value.
    Const(Const),
    /// A declared type.
    Type {
        /// Whether it was declared with `=`.
        alias: bool,
    },
    /// A variable.
    Var,
    /// A function.
    Func,
}

/// What is known of a declared type.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedInfo {
    /// Its type parameters ([`crate::ty::TyKind::TypeParam`] each), in which `underlying` and `methods` are expressed.
    pub tparams: Box<[Ty]>,
    /// Its underlying type, never itself named; invalid if the declaration is.
    pub underlying: Ty,
    /// Its declared methods in source order. Their signatures are expressed in `tparams` (the receiver's own names are substituted).
    pub methods: Box<[MethodInfo]>,
}

/// A declared method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodInfo {
    /// Its name.
    pub name: Name,
    /// Its signature, without receiver.
    pub sig: Ty,
    /// Whether the receiver is a pointer.
    pub pointer: bool,
}

/// Why an import could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// There is no such package. The text says where was looked and what can be done.
    NotFound(Arc<str>),
    /// The path is malformed.
    Malformed(Arc<str>),
    /// Importing it would close a cycle; the packages on it, in order.
    Cycle(Vec<PkgKey>),
    /// It cannot be known at the moment (offline, still being fetched): nothing is reported, what it declares is of unknown type.
    Unknown,
}

/// The world outside the package being checked. All answers are pure functions of the database's inputs.
pub trait TyCtx {
    /// The package that `path`, as written in an import of `importer`, means.
    fn resolve_import(&self, importer: PkgKey, path: Name) -> Result<PkgKey, ImportError>;
    /// The name in the package's clause.
    fn package_name(&self, pkg: PkgKey) -> Option<Name>;
    /// A package-level object, exported or not.
    fn member(&self, pkg: PkgKey, name: Name) -> Option<Arc<Member>>;
    /// The names of all package-level objects, sorted (dot imports, completion, spelling hints).
    fn member_names(&self, pkg: PkgKey) -> Arc<[Name]>;
    /// A declared type of another package.
    fn named(&self, key: NamedKey) -> Option<Arc<NamedInfo>>;
    /// The constraint of a type parameter that another package declares.
    fn bound(&self, param: TypeParamKey) -> Option<Ty>;
    /// Packages whose names are predeclared in every file of this build (`msg` is `amigos`' business; language.md, section 2): name and
    /// package. Empty under the `go` profile.
    fn predeclared_packages(&self) -> &[(Name, PkgKey)];
    /// Whether `assert` and `trace` are predeclared: only in conformance tests.
    fn test_builtins(&self) -> bool {
        false
    }
}
