//! What checking yields: for each arena of the syntax tree the types of its expressions, what its identifiers mean, and errors.
//! Everything above the checker (MIR, rules, gas, the editor's features) reads these.

use std::sync::Arc;

use amigos_syntax::ast::{ExprId, IdentId, StmtId};
use amigos_syntax::{Name, TextRange};
use rustc_hash::FxHashMap;

use crate::ctx::NamedInfo;
use crate::idmap::IdMap;
use crate::konst::Const;
use crate::ty::{NamedKey, PkgKey, Ty, TypeParamKey};

/// The index of a declaration in its package: files in name order, declarations in source order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DeclIdx(pub u32);

/// An object declared inside a function (or a parameter, result, type parameter, label), by index into [`Facts::locals`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

/// What an identifier means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ObjRef {
    /// A predeclared object of Go's universe: a type, constant, builtin function or `nil`.
    Universe(Name),
    /// A package-level object.
    Member {
        /// Its package.
        pkg: PkgKey,
        /// Its name.
        name: Name,
    },
    /// A local object of the same arena's [`Facts`].
    Local(LocalId),
    /// An imported package.
    Package(PkgKey),
    /// `msg` (language.md, section 2).
    Msg,
    /// A field or method: details in [`Facts::selections`] of the selector expression, or, for a key of a composite literal, the
    /// field of that index.
    Field(u32),
    /// A method in its declaration, or a field in the struct type that declares it.
    Decl,
}

/// What a local object is.
#[derive(Clone, Debug, PartialEq)]
pub enum LocalKind {
    /// A variable.
    Var,
    /// A parameter or receiver.
    Param,
    /// A named or unnamed result.
    Result,
    /// A constant.
    Const(Const),
    /// A declared type; details in [`Facts::named`].
    Type,
    /// A type parameter.
    TypeParam,
    /// A label.
    Label,
}

/// A local object.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Its name; `_` for blank and unnamed ones.
    pub name: Name,
    /// What it is.
    pub kind: LocalKind,
    /// Its type.
    pub ty: Ty,
    /// The identifier that declares it. For the receiver, parameters, results and type parameters of the function whose body this is
    /// ([`Facts::params`] at `None`), an identifier of the *signature half*.
    pub ident: Option<IdentId>,
    /// The end of the text after which it is in scope, and the end of its scope.
    pub scope: TextRange,
    /// Whether its address is taken (`&x`, a method call with pointer receiver, slicing of an array).
    pub address_taken: bool,
    /// Whether a function literal inside its function uses it.
    pub captured: bool,
    /// Whether it is read.
    pub used: bool,
    /// How deep in function literals it is declared: 0 in the function itself.
    pub func_depth: u32,
}

/// What an expression is (go/types' operand modes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Mode {
    /// Not checked, or invalid.
    #[default]
    Invalid,
    /// A call without result, used as a statement.
    NoValue,
    /// A builtin function.
    Builtin,
    /// A type.
    Type,
    /// A constant.
    Const,
    /// An addressable variable.
    Var,
    /// A map index expression: assignable, not addressable, may have a second value.
    MapIndex,
    /// A value.
    Value,
    /// `nil`
    Nil,
    /// A value with an optional second one (type assertion, receive).
    CommaOk,
}

/// The type and value of an expression. Untyped operands have their final type, as go/types records it.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeAndValue {
    /// What it is.
    pub mode: Mode,
    /// Its type; a tuple for a call with several results, and for a comma-ok expression in a two-valued context.
    pub ty: Ty,
    /// Its value, if constant.
    pub value: Option<Const>,
}

impl Default for TypeAndValue {
    fn default() -> TypeAndValue {
        TypeAndValue { mode: Mode::Invalid, ty: Ty::invalid(), value: None }
    }
}

/// What a selector expression `x.f` selects.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Which kind.
    pub kind: SelectionKind,
    /// The type of `x` (for a method expression, the type).
    pub recv: Ty,
    /// The path from `recv`: embedded fields' indexes, then the index of the field, or of the method in its type's method list (for an
    /// interface method: in the sorted type set).
    pub index: Box<[u32]>,
    /// Whether a pointer was followed on the way (`recv` being one included).
    pub indirect: bool,
    /// For a method: the declared type whose method it is, if it isn't an interface's.
    pub method_of: Option<NamedKey>,
    /// For a method: whether it is declared with a pointer receiver.
    pub pointer_recv: bool,
    /// The type of the selected field, of the method value (without receiver), or of the method expression (with receiver).
    pub ty: Ty,
}

/// The kinds of selections.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SelectionKind {
    /// `x.f`, a struct field
    Field,
    /// `x.m`, a method of a concrete type or type parameter
    Method,
    /// `x.m`, a method of an interface value
    InterfaceMethod,
    /// `T.m`
    MethodExpr,
}

/// An instantiation of a generic function or type at an identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The type arguments.
    pub args: Box<[Ty]>,
    /// The instantiated type.
    pub ty: Ty,
}

/// The facts of one arena.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Facts {
    /// By [`ExprId`]: type and value; [`Mode::Invalid`] for what was not checked.
    pub types: Vec<TypeAndValue>,
    /// What identifiers declare.
    pub defs: IdMap<IdentId, ObjRef>,
    /// What identifiers refer to.
    pub uses: IdMap<IdentId, ObjRef>,
    /// Selections, by selector expression. Qualified identifiers (`pkg.Name`) have none: see `uses` of their `sel`.
    pub selections: IdMap<ExprId, Selection>,
    /// Instantiations, by the identifier of the generic function or type.
    pub instances: IdMap<IdentId, Instance>,
    /// The variable that each clause of a type switch declares, by statement and index of the clause.
    pub clause_vars: IdMap<(StmtId, u32), LocalId>,
    /// Local objects.
    pub locals: Vec<Local>,
    /// Parameters, results and receiver of each function literal and of the function itself, in order, by the literal's expression (`None`: the function).
    pub params: IdMap<Option<ExprId>, FuncLocals>,
    /// Types declared here (inside a function).
    pub named: FxHashMap<NamedKey, Arc<NamedInfo>>,
    /// Constraints of type parameters declared here.
    pub bounds: FxHashMap<TypeParamKey, Ty>,
    /// Package-level objects of the own package that are used (for initialisation order), sorted; methods as `T.m`.
    pub package_uses: Vec<Name>,
    /// Imports used: the names they have in the file, sorted; of a dot import `.` and its path.
    pub imports_used: Vec<Name>,
    /// Instantiations (of a body; a package's declarations have theirs in [`PackageTypes`]).
    pub instantiations: Vec<crate::mono::Instantiation>,
    /// Errors.
    pub errors: Vec<TypeError>,
}

/// The locals that are a function's receiver, parameters and results, blank and unnamed ones included.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FuncLocals {
    /// Type parameters, those of a receiver first.
    pub tparams: Vec<LocalId>,
    /// The receiver of a method.
    pub recv: Option<LocalId>,
    /// Parameters in order.
    pub params: Vec<LocalId>,
    /// Results in order.
    pub results: Vec<LocalId>,
}

impl Facts {
    /// The names and types of the receiver and the parameters of the function whose body this is.
    pub fn parameters(&self) -> Vec<(Name, Ty)> {
        let Some(of) = self.params.get(&None) else { return Vec::new() };
        let all = of.recv.into_iter().chain(of.params.iter().copied());
        all.filter_map(|l| self.locals.get(l.0 as usize)).map(|l| (l.name, l.ty)).collect()
    }

    /// The identifier that declares a local, if it stands in this arena. Parameters and results of the function whose body this is are declared in the
    /// signature half.
    pub fn declared_here(&self, local: LocalId) -> Option<IdentId> {
        let in_signature = self.params.get(&None).is_some_and(|f| {
            f.recv == Some(local) || f.params.contains(&local) || f.results.contains(&local) || f.tparams.contains(&local)
        });
        if in_signature { None } else { self.locals.get(local.0 as usize)?.ident }
    }

    /// The type and value of an expression.
    pub fn type_of(&self, expr: ExprId) -> &TypeAndValue {
        static NONE: std::sync::OnceLock<TypeAndValue> = std::sync::OnceLock::new();
        self.types.get(expr.idx()).unwrap_or_else(|| NONE.get_or_init(TypeAndValue::default))
    }
}

/// A place in the package being checked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The declaration.
    pub decl: DeclIdx,
    /// The range in it.
    pub range: TextRange,
}

/// An error of the checker.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeError {
    /// Its code, as go/types names it: `MismatchedTypes`.
    pub code: &'static str,
    /// Where, relative to the declaration it was found in. `range.start` is go/types' position.
    pub range: TextRange,
    /// What, in go/types' words or better.
    pub message: Box<str>,
    /// Whether it leaves the program meaningful (unused variables and imports).
    pub soft: bool,
    /// Places that explain it.
    pub related: Vec<(Place, Box<str>)>,
    /// Edits that would mend it: title, and replacements in the same declaration.
    pub fixes: Vec<Fix>,
}

/// A fix for an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does.
    pub title: Box<str>,
    /// Replacements, in the declaration of the error.
    pub edits: Vec<(TextRange, Box<str>)>,
}

/// What checking all declarations of a package yields, bodies aside.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PackageTypes {
    /// Package-level objects by name, with the declaration and identifier that declare them.
    pub members: FxHashMap<Name, PackageMember>,
    /// Package-level objects called `_`, by the declaration and identifier that declare them.
    pub blanks: FxHashMap<(DeclIdx, IdentId), Arc<crate::ctx::Member>>,
    /// Declared types.
    pub named: FxHashMap<NamedKey, Arc<NamedInfo>>,
    /// Constraints of type parameters.
    pub bounds: FxHashMap<TypeParamKey, Ty>,
    /// The facts of each declaration's signature half, by [`DeclIdx`].
    pub facts: Vec<Arc<Facts>>,
    /// Methods: the declaration of each, by type and name.
    pub methods: FxHashMap<(NamedKey, Name), DeclIdx>,
    /// The imports of each file.
    pub files: Arc<[crate::checker::FileScope]>,
    /// Constants, variables and functions (methods as `T.m`) in source order, with what their declarations depend on.
    pub objects: Vec<InitObject>,
    /// Instantiations in declarations, for [`crate::mono`].
    pub instantiations: Vec<crate::mono::Instantiation>,
}

/// A package-level object as initialisation order sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct InitObject {
    /// Its name; of a method `T.m`; `_` may occur many times.
    pub name: Name,
    /// Its declaration.
    pub decl: DeclIdx,
    /// Its identifier.
    pub ident: IdentId,
    /// What it is.
    pub kind: InitKind,
    /// Package-level objects that its initialiser refers to; a function's are in its body's facts.
    pub deps: Vec<Name>,
    /// The bodies of function literals in its initialiser (of a function: `[0]`), by index into the declaration's bodies.
    pub bodies: Vec<u32>,
    /// All variables that one initialiser sets together: indexes into [`PackageTypes::objects`]. Empty for others.
    pub together: Vec<u32>,
    /// Whether it is a variable with initialiser.
    pub has_init: bool,
}

/// Kinds of [`InitObject`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum InitKind {
    Const,
    Var,
    Func,
}

/// A package-level object with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageMember {
    /// The object.
    pub member: Arc<crate::ctx::Member>,
    /// The declaration.
    pub decl: DeclIdx,
    /// The identifier, in the declaration's signature half.
    pub ident: IdentId,
}
