//! The state of checking, and what all parts of the checker share: the environment of the object being checked, scopes, delayed
//! actions, errors, version gates and the recording of facts.
//!
//! There are two phases. The *package phase* ([`crate::check_package`]) checks all declarations of a package, bodies aside, in one sequential
//! run; its tables are being built while it runs. The *body phase* ([`crate::check_body`]) checks one body against a finished [`PackageTypes`].

use std::cell::RefCell;
use std::sync::Arc;

use amigos_syntax::ast::{Ast, ExprId, FuncDecl, IdentId, StmtId};
use amigos_syntax::{Name, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ctx::{NamedInfo, TyCtx};
use crate::facts::{DeclIdx, Facts, FuncLocals, LocalId, LocalKind, Mode, PackageTypes, Place, TypeError};
use crate::konst::Const;
use crate::source::PackageSource;
use crate::ty::{NamedKey, PkgKey, Ty, TypeParamKey};
use crate::typeset::TypeSet;

pub use crate::codes::Code;

/// A package-level object of the package being checked (methods included), in the package phase.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ObjId(pub u32);

/// A declared object that checking gives a type to: package-level (package phase only) or local.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Obj {
    /// Package-level.
    Package(ObjId),
    /// Local to the current arena.
    Local(LocalId),
}

/// How a package-level object is declared.
#[derive(Clone, Debug)]
pub enum ObjKind<'a> {
    /// A constant; `ty` and `init` may be inherited from an earlier spec.
    Const {
        /// The type expression.
        ty: Option<ExprId>,
        /// The initialiser.
        init: Option<ExprId>,
        /// Whether they are those of an earlier spec.
        inherited: bool,
        /// The value of `iota`.
        iota: u32,
    },
    /// A variable; `lhs` are all variables of an `a, b = f()`.
    Var {
        /// All variables of the spec, if one expression initialises them together.
        lhs: Option<Arc<[ObjId]>>,
        /// The type expression.
        ty: Option<ExprId>,
        /// The initialiser.
        init: Option<ExprId>,
    },
    /// A type; the index of its spec in the declaration.
    Type {
        /// The spec's index.
        spec: usize,
        /// Whether it is declared with `=`.
        alias: bool,
    },
    /// A function.
    Func(&'a FuncDecl),
    /// A method; its base type's name, if that could be determined.
    Method {
        /// The declaration.
        func: &'a FuncDecl,
        /// Whether the receiver is a pointer (as written).
        pointer: bool,
    },
}

/// A package-level object while the package is checked.
#[derive(Clone, Debug)]
pub struct PackageObj<'a> {
    /// Its name.
    pub name: Name,
    /// Its declaration.
    pub decl: DeclIdx,
    /// Its file, by index.
    pub file: usize,
    /// The identifier that declares it.
    pub ident: IdentId,
    /// How it is declared.
    pub kind: ObjKind<'a>,
    /// Its type, once known.
    pub ty: Option<Ty>,
    /// Its value, if it is a constant.
    pub val: Const,
    /// What it depends on for initialisation: names, methods as `T.m`.
    pub deps: Vec<Name>,
    /// The bodies (function literals) that its initialiser holds.
    pub bodies: Vec<u32>,
}

/// What a name means where it is looked up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entity {
    /// A predeclared object.
    Universe(Name),
    /// `msg`
    Msg,
    /// A package whose name is predeclared (`amigos`, `oracle`).
    Predeclared(PkgKey),
    /// A package-level object of this package.
    Member(Name),
    /// An imported package, by index into [`FileScope::imports`] of the current file.
    Import(u32),
    /// A member of a dot-imported package, with the import's index.
    DotImported(PkgKey, Name, u32),
    /// A local object of the current arena.
    Local(LocalId),
}

/// An import of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The name it has in the file; `.` for a dot import.
    pub name: Name,
    /// The package; `None` if it could not be resolved (nothing is reported about what is selected from it).
    pub pkg: Option<PkgKey>,
    /// The path as written.
    pub path: Name,
    /// Where it is written.
    pub place: Place,
    /// The range of the whole import spec.
    pub spec: TextRange,
    /// Whether the file wrote a name.
    pub renamed: bool,
}

/// The names a file adds to its package's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileScope {
    /// Imports that bring a name (blank ones excluded), in source order.
    pub imports: Vec<Import>,
    /// Members of dot-imported packages: package and index of the import.
    pub dot: FxHashMap<Name, (PkgKey, u32)>,
}

/// A scope inside a declaration.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The enclosing one; `None`: the file's.
    pub parent: Option<ScopeId>,
    /// Scopes directly inside.
    pub children: Vec<ScopeId>,
    /// Whether it is a function's outermost.
    pub is_func: bool,
    /// The text it extends over.
    pub range: TextRange,
    /// What it declares, in order.
    pub names: Vec<(Name, LocalId)>,
}

/// A [`Scope`] by index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ScopeId(pub u32);

/// The environment within which an object is checked (go/types' `environment`).
#[derive(Clone)]
pub struct Environment<'a> {
    /// The declaration whose arena is current.
    pub decl: DeclIdx,
    /// The current arena.
    pub ast: &'a Ast,
    /// Where its facts are, in [`Checker`]'s list.
    pub facts_at: usize,
    /// The file, by index.
    pub file: usize,
    /// The innermost scope; `None`: the file's.
    pub scope: Option<ScopeId>,
    /// The language version in force, as minor number.
    pub version: u32,
    /// The value of `iota` in a constant declaration.
    pub iota: Option<Const>,
    /// Where errors in an inherited initialiser are reported: at the constant.
    pub errpos: Option<TextRange>,
    /// Whether a type parameter list is being checked.
    pub in_tparam_list: bool,
    /// The signature of the function whose body is checked.
    pub sig: Option<Ty>,
    /// Its receiver, parameters and results.
    pub func: FuncLocals,
    /// Its outermost scope.
    pub func_scope: Option<ScopeId>,
    /// How deep in function literals the code is.
    pub func_depth: u32,
    /// The calls of `panic`, for the analysis of terminating statements.
    pub is_panic: FxHashSet<ExprId>,
    /// Whether the function uses labels.
    pub has_label: bool,
    /// Whether the expression holds a call or a receive.
    pub has_call_or_recv: bool,
    /// The package-level constant or variable whose initialiser is checked.
    pub object: Option<ObjId>,
}

/// An untyped expression whose final type isn't known yet.
#[derive(Clone, Debug)]
pub struct ExprInfo {
    /// Whether it is the left operand of a shift whose check is delayed.
    pub is_lhs: bool,
    /// Its mode.
    pub mode: Mode,
    /// Its untyped type.
    pub ty: Ty,
    /// Its value, if constant.
    pub val: Option<Const>,
}

/// A function type that was checked, with the scope and locals of its parameters.
#[derive(Clone, Debug)]
pub struct FuncInfo {
    /// Its signature.
    pub sig: Ty,
    /// The scope that holds its parameters.
    pub scope: ScopeId,
    /// Its receiver, parameters and results.
    pub locals: FuncLocals,
}

/// A method of a declared type of this package, while checking.
#[derive(Clone, Debug)]
pub struct MethodEntry {
    /// Its name.
    pub name: Name,
    /// Whether the receiver is a pointer.
    pub pointer: bool,
    /// Its object (package phase).
    pub obj: Option<ObjId>,
    /// Its signature in the type's type parameters, once checked.
    pub sig: Option<Ty>,
}

/// A declared type while checking.
#[derive(Clone, Debug, Default)]
pub struct NamedEntry {
    /// Its type parameters.
    pub tparams: Box<[Ty]>,
    /// The type on the right-hand side, once known.
    pub rhs: Option<Ty>,
    /// Whether it is an alias.
    pub alias: bool,
    /// Its methods.
    pub methods: Vec<MethodEntry>,
    /// Where its name is declared.
    pub place: Option<Place>,
    /// The object that declares it.
    pub obj: Option<Obj>,
}

type Action<'a> = (Environment<'a>, Box<dyn FnOnce(&mut Checker<'a>) + 'a>);

/// The type checker of one package or one body.
pub struct Checker<'a> {
    /// The world outside.
    pub ctx: &'a dyn TyCtx,
    /// The package.
    pub source: &'a PackageSource,
    /// The finished package, in the body phase.
    pub frozen: Option<&'a PackageTypes>,
    /// The environment of what is being checked.
    pub env: Environment<'a>,
    /// Facts: of each declaration's signature half in the package phase, of the one body in the body phase.
    pub all_facts: Vec<Facts>,
    /// Scopes inside declarations.
    pub scopes: Vec<Scope>,
    /// Imports of each file.
    pub files: Arc<[FileScope]>,
    /// Package-level objects (package phase).
    pub objs: Vec<PackageObj<'a>>,
    /// Them by name.
    pub package_scope: FxHashMap<Name, ObjId>,
    /// Methods by the name of their base type, until they are collected.
    pub methods: FxHashMap<Name, Vec<ObjId>>,
    /// The objects being declared, outermost first.
    pub obj_path: Vec<Obj>,
    /// Declared types of this package (package phase), or of this body.
    pub types: RefCell<FxHashMap<NamedKey, NamedEntry>>,
    /// Constraints of type parameters declared here.
    pub bounds: RefCell<FxHashMap<TypeParamKey, Ty>>,
    /// Aliases that were used while their own declaration was still being checked, standing as declared types: resolved at the end.
    pub pending_aliases: RefCell<FxHashMap<NamedKey, Option<Ty>>>,
    /// Untyped expressions without final type, by arena and expression.
    pub untyped: FxHashMap<(usize, ExprId), ExprInfo>,
    /// Local objects that have no type yet.
    pub(crate) untyped_locals: FxHashSet<(usize, LocalId)>,
    delayed: std::collections::VecDeque<Action<'a>>,
    /// Underlying types of instances.
    pub under_memo: RefCell<FxHashMap<Ty, Ty>>,
    /// Type sets of interfaces.
    pub type_set_memo: RefCell<FxHashMap<Ty, Arc<TypeSet>>>,
    /// What other packages say about their types.
    pub foreign_memo: RefCell<FxHashMap<NamedKey, Option<Arc<NamedInfo>>>>,
    /// Whether an error was reported.
    pub has_errors: bool,
    /// Whether a declared type that isn't set up yet was met.
    pub incomplete: std::cell::Cell<bool>,
    /// How deep substitution, expansion and similar recursions are.
    pub depth: std::cell::Cell<u32>,
    /// For new names of type parameters, and local types.
    pub next_id: std::cell::Cell<u32>,
    /// Instantiations seen, for the check of infinite expansion.
    pub instantiations: Vec<crate::mono::Instantiation>,
    /// What the local types of the body are named after.
    pub owner_name: Name,
    /// How many local types the body has declared.
    pub local_types: std::cell::Cell<u32>,
    /// The keys of local types.
    pub local_keys: FxHashMap<LocalId, NamedKey>,
    /// Where instances of generic types are first written.
    pub instance_places: RefCell<FxHashMap<Ty, Place>>,
    /// The function whose signature is about to be checked.
    pub declared_func: Option<Obj>,
    /// The types whose size is being computed.
    pub size_path: Vec<Ty>,
    /// The type each method belongs to.
    pub method_bases: FxHashMap<ObjId, ObjId>,
}

/// How deep user-controlled nesting of types and expressions may be before the checker gives up on it.
pub const MAX_DEPTH: u32 = 400;

impl<'a> Checker<'a> {
    /// A checker of a package: of its declarations, or with `frozen` one that answers questions about the finished package.
    pub fn new(ctx: &'a dyn TyCtx, source: &'a PackageSource, frozen: Option<&'a PackageTypes>, empty: &'a Ast) -> Checker<'a> {
        Checker {
            ctx,
            source,
            frozen,
            env: Environment {
                decl: DeclIdx(0),
                ast: empty,
                facts_at: 0,
                file: 0,
                scope: None,
                version: source.go_minor,
                iota: None,
                errpos: None,
                in_tparam_list: false,
                sig: None,
                func: FuncLocals::default(),
                func_scope: None,
                func_depth: 0,
                is_panic: FxHashSet::default(),
                has_label: false,
                has_call_or_recv: false,
                object: None,
            },
            all_facts: Vec::new(),
            scopes: Vec::new(),
            files: Arc::from([]),
            objs: Vec::new(),
            package_scope: FxHashMap::default(),
            methods: FxHashMap::default(),
            obj_path: Vec::new(),
            types: RefCell::default(),
            bounds: RefCell::default(),
            pending_aliases: RefCell::default(),
            untyped: FxHashMap::default(),
            untyped_locals: FxHashSet::default(),
            delayed: std::collections::VecDeque::new(),
            under_memo: RefCell::default(),
            type_set_memo: RefCell::default(),
            foreign_memo: RefCell::default(),
            has_errors: false,
            incomplete: std::cell::Cell::new(false),
            depth: std::cell::Cell::new(0),
            next_id: std::cell::Cell::new(0),
            instantiations: Vec::new(),
            owner_name: Name::new("_"),
            local_types: std::cell::Cell::new(0),
            local_keys: FxHashMap::default(),
            instance_places: RefCell::default(),
            declared_func: None,
            size_path: Vec::new(),
            method_bases: FxHashMap::default(),
        }
    }

    // ---- arenas and facts ----

    /// The current arena. Does not borrow the checker.
    pub fn ast(&self) -> &'a Ast {
        self.env.ast
    }

    /// The range of an expression of the current arena.
    pub fn range(&self, expr: ExprId) -> TextRange {
        self.env.ast[expr].range
    }

    /// The range that starts at the position go/types calls `OpPos`, `Sel.Pos`, ... of an expression, and ends with it.
    pub fn op_range(&self, expr: ExprId) -> TextRange {
        let e = &self.env.ast[expr];
        TextRange::new(e.op, e.range.end.max(e.op))
    }

    /// The range of a statement.
    pub fn stmt_range(&self, stmt: StmtId) -> TextRange {
        self.env.ast[stmt].range
    }

    /// The name of an identifier.
    pub fn name(&self, ident: IdentId) -> Name {
        self.env.ast[ident].name
    }

    /// The range of an identifier.
    pub fn ident_range(&self, ident: IdentId) -> TextRange {
        self.env.ast[ident].range
    }

    /// The facts of the current arena.
    pub fn facts(&mut self) -> &mut Facts {
        &mut self.all_facts[self.env.facts_at]
    }

    /// The facts of the current arena, to read.
    pub fn facts_ref(&self) -> &Facts {
        &self.all_facts[self.env.facts_at]
    }

    /// A place of the current declaration.
    pub fn place(&self, range: TextRange) -> Place {
        Place { decl: self.env.decl, range }
    }

    /// The package being checked.
    pub fn pkg(&self) -> PkgKey {
        self.source.key
    }

    /// The environment at file level of a declaration's signature half (package phase).
    pub fn decl_env(&self, decl: DeclIdx, file: usize) -> Environment<'a> {
        let source = self.source;
        Environment {
            decl,
            ast: &source.decls[decl.0 as usize].sig,
            facts_at: decl.0 as usize,
            file,
            scope: None,
            version: self.file_version(file),
            iota: None,
            errpos: None,
            in_tparam_list: false,
            sig: None,
            func: FuncLocals::default(),
            func_scope: None,
            func_depth: 0,
            is_panic: FxHashSet::default(),
            has_label: false,
            has_call_or_recv: false,
            object: None,
        }
    }

    /// The language version of a file: what its build line says, but at least 1.21.
    pub fn file_version(&self, file: usize) -> u32 {
        match self.source.files.get(file).and_then(|f| f.go_minor) {
            Some(minor) => minor.max(21),
            None => self.source.go_minor,
        }
    }

    /// Runs `f` in the file-level environment of another declaration, then comes back to the current one.
    pub fn with_decl<R>(&mut self, decl: DeclIdx, file: usize, f: impl FnOnce(&mut Checker<'a>) -> R) -> R {
        let env = self.decl_env(decl, file);
        self.with_env(env, f)
    }

    /// Runs `f` in an environment, then comes back to the current one.
    pub fn with_env<R>(&mut self, env: Environment<'a>, f: impl FnOnce(&mut Checker<'a>) -> R) -> R {
        let saved = std::mem::replace(&mut self.env, env);
        let result = f(self);
        self.env = saved;
        result
    }

    // ---- delayed actions ----

    /// Delays `f` to the end of the current statement (in a body), or of the package's declarations; it will run in the environment of now.
    pub fn later(&mut self, f: impl FnOnce(&mut Checker<'a>) + 'a) {
        self.delayed.push_back((self.env.clone(), Box::new(f)));
    }

    /// How many delayed actions there are: what to hand to [`Checker::process_delayed`] later.
    pub fn delayed_top(&self) -> usize {
        self.delayed.len()
    }

    /// Runs the delayed actions from `top` on, in order, with those that they delay.
    pub fn process_delayed(&mut self, top: usize) {
        let mut mine: std::collections::VecDeque<Action<'a>> = self.delayed.split_off(top.min(self.delayed.len()));
        while let Some((env, action)) = mine.pop_front() {
            self.with_env(env, action);
            let more = self.delayed.split_off(top.min(self.delayed.len()));
            mine.extend(more);
        }
    }

    // ---- errors ----

    /// Reports an error. `range.start` is go/types' position.
    pub fn error(&mut self, code: Code, range: TextRange, message: impl Into<String>) {
        self.report(Report::new(code, range, message));
    }

    /// Reports an error that leaves the program meaningful.
    pub fn soft_error(&mut self, code: Code, range: TextRange, message: impl Into<String>) {
        self.report(Report { soft: true, ..Report::new(code, range, message) });
    }

    /// Reports an error with all that belongs to it.
    pub fn report(&mut self, report: Report) {
        let place = report.decl.unwrap_or(self.env.decl);
        // Follow-on errors say nothing new.
        let (first, _) = report.message.split_once("\n\thave ").unwrap_or((&report.message, ""));
        let follows = |what: &str| first.find(what).is_some_and(|at| at > 0);
        if (self.has_errors || self.frozen.is_some()) && (follows("invalid operand") || follows("invalid type")) {
            return;
        }
        self.has_errors = true;
        let range = self.env.errpos.unwrap_or(report.range);
        let error = TypeError {
            code: report.code,
            range,
            message: report.message.into(),
            soft: report.soft,
            related: report.related,
            fixes: report.fixes,
        };
        let at = if self.frozen.is_some() || place == self.env.decl { self.env.facts_at } else { place.0 as usize };
        if let Some(facts) = self.all_facts.get_mut(at) {
            facts.errors.push(error);
        }
    }

    // ---- versions ----

    /// Whether the language version in force is at least 1.`minor`.
    pub fn allow_version(&self, minor: u32) -> bool {
        self.env.version >= minor
    }

    /// Like [`Checker::allow_version`]; reports that `what` needs the version if it is older.
    pub fn verify_version(&mut self, range: TextRange, minor: u32, what: impl Into<String>) -> bool {
        if self.allow_version(minor) {
            return true;
        }
        self.error("UnsupportedFeature", range, format!("{} requires go1.{minor} or later", what.into()));
        false
    }

    // ---- objects ----

    /// The name of an object.
    pub fn obj_name(&self, obj: Obj) -> Name {
        match obj {
            Obj::Package(id) => self.objs[id.0 as usize].name,
            Obj::Local(id) => self.local(id).name,
        }
    }

    /// The type of an object; `None` until it is known.
    pub fn obj_type(&self, obj: Obj) -> Option<Ty> {
        match obj {
            Obj::Package(id) => self.objs[id.0 as usize].ty,
            Obj::Local(id) if self.untyped_locals.contains(&(self.env.facts_at, id)) => None,
            Obj::Local(id) => Some(self.local(id).ty),
        }
    }

    /// Sets the type of an object.
    pub fn set_obj_type(&mut self, obj: Obj, ty: Ty) {
        match obj {
            Obj::Package(id) => self.objs[id.0 as usize].ty = Some(ty),
            Obj::Local(id) => {
                self.untyped_locals.remove(&(self.env.facts_at, id));
                self.local_mut(id).ty = ty;
            }
        }
    }

    /// Sets the value of a constant.
    pub fn set_obj_const(&mut self, obj: Obj, val: Const) {
        match obj {
            Obj::Package(id) => self.objs[id.0 as usize].val = val,
            Obj::Local(id) => self.local_mut(id).kind = LocalKind::Const(val),
        }
    }

    /// The value of a constant.
    pub fn obj_const(&self, obj: Obj) -> Const {
        match obj {
            Obj::Package(id) => self.objs[id.0 as usize].val.clone(),
            Obj::Local(id) => match &self.local(id).kind {
                LocalKind::Const(val) => val.clone(),
                _ => Const::Unknown,
            },
        }
    }

    /// Where an object's identifier stands.
    pub fn obj_place(&self, obj: Obj) -> Place {
        match obj {
            Obj::Package(id) => {
                let obj = &self.objs[id.0 as usize];
                let range = self.source.decls[obj.decl.0 as usize].sig[obj.ident].range;
                Place { decl: obj.decl, range }
            }
            Obj::Local(id) => self.place(self.local_range(id)),
        }
    }

    /// Notes that the object being initialised (or the body being checked) depends on a package-level object; of a method: `T.m`.
    pub fn add_decl_dep(&mut self, to: Name) {
        let uses = &mut self.facts().package_uses;
        if uses.last() != Some(&to) {
            uses.push(to);
        }
        if let Some(from) = self.env.object {
            let deps = &mut self.objs[from.0 as usize].deps;
            if !deps.contains(&to) {
                deps.push(to);
            }
        }
    }

    /// Notes that an import of the current file is used.
    pub fn use_import(&mut self, at: u32) {
        let Some(import) = self.files.get(self.env.file).and_then(|f| f.imports.get(at as usize)) else { return };
        let name = if import.name.as_str() == "." { Name::new(&format!(".{}", import.path)) } else { import.name };
        let used = &mut self.facts().imports_used;
        if !used.contains(&name) {
            used.push(name);
        }
    }
}

/// An error to report, with what belongs to it.
#[derive(Clone, Debug)]
pub struct Report {
    code: Code,
    range: TextRange,
    message: String,
    soft: bool,
    decl: Option<DeclIdx>,
    related: Vec<(Place, Box<str>)>,
    fixes: Vec<crate::facts::Fix>,
}

impl Report {
    /// An error in the current declaration.
    pub fn new(code: Code, range: TextRange, message: impl Into<String>) -> Report {
        Report { code, range, message: message.into(), soft: false, decl: None, related: Vec::new(), fixes: Vec::new() }
    }

    /// An error at a place of any declaration (in the body phase: of the current one).
    pub fn at(code: Code, place: Place, message: impl Into<String>) -> Report {
        Report { decl: Some(place.decl), ..Report::new(code, place.range, message) }
    }

    /// Marks the error as leaving the program meaningful.
    pub fn soft(self) -> Report {
        Report { soft: true, ..self }
    }

    /// Adds a place that explains it.
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Report {
        self.related.push((place, message.into().into()));
        self
    }

    /// Adds an edit that would mend it.
    pub fn fix(mut self, fix: crate::facts::Fix) -> Report {
        self.fixes.push(fix);
        self
    }
}
