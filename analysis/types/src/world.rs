//! A world of packages in memory, checked as a whole: for tests and tools. The product has a database in its place.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use amigos_syntax::ast::{BodyAst, DeclKind};
use amigos_syntax::{GoVersion, Name, TextRange, parse_decl};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ctx::{ImportError, Member, MemberKind, NamedInfo, TyCtx};
use crate::facts::{DeclIdx, Facts, PackageTypes, Place, TypeError};
use crate::initorder::{InitOrder, init_order};
use crate::source::{FileSource, PackageSource, SigDecl};
use crate::ty::{Basic, NamedKey, PkgKey, Ty, TypeParamKey};

/// The text of a package's files, by name.
pub type Files = Vec<(String, String)>;

/// Finds the files of a package by import path.
pub type Loader = Box<dyn Fn(&str) -> Result<Files, ImportError>>;

/// A world of packages, loaded when first imported.
pub struct World {
    loader: Loader,
    packages: RefCell<FxHashMap<PkgKey, Option<Rc<Package>>>>,
    loading: RefCell<Vec<PkgKey>>,
    predeclared: Vec<(Name, PkgKey)>,
    /// Whether `assert` and `trace` are predeclared.
    pub test_builtins: bool,
    /// The language version of imported packages, as minor number.
    pub go_minor: u32,
}

/// A checked package.
pub struct Package {
    /// Its source.
    pub source: PackageSource,
    /// Names and texts of its files, in the order of `source.files`.
    pub files: Files,
    /// Where each declaration is: file and offset.
    pub starts: Vec<(usize, u32)>,
    /// The bodies of each declaration.
    pub bodies: Vec<Arc<Vec<BodyAst>>>,
    /// Syntax errors, by declaration.
    pub syntax_errors: Vec<(DeclIdx, TextRange, Box<str>)>,
    /// Its declarations, checked.
    pub types: PackageTypes,
}

/// An error with its place in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The file, by index.
    pub file: usize,
    /// The range in the file.
    pub range: TextRange,
    /// The code; empty for syntax errors.
    pub code: &'static str,
    /// What is wrong.
    pub message: Box<str>,
    /// Whether the program is meaningful all the same.
    pub soft: bool,
    /// Places that explain it: file, range and text.
    pub related: Vec<(usize, TextRange, Box<str>)>,
}

/// All that is known of a package with its bodies checked.
pub struct Checked {
    /// The package.
    pub package: Rc<Package>,
    /// The facts of all bodies.
    pub bodies: Vec<(DeclIdx, u32, Facts)>,
    /// The order of initialisation.
    pub init_order: InitOrder,
    /// All errors, by place.
    pub problems: Vec<Problem>,
}

/// How a package is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The language version, as minor number.
    pub go_minor: u32,
    /// Whether functions may have no body.
    pub natives: bool,
}

impl World {
    /// A world whose packages `loader` finds.
    pub fn new(loader: Loader) -> World {
        World {
            loader,
            packages: RefCell::default(),
            loading: RefCell::default(),
            predeclared: Vec::new(),
            test_builtins: false,
            go_minor: 27,
        }
    }

    /// Predeclares packages by name.
    pub fn with_predeclared(mut self, names: &[&str]) -> World {
        self.predeclared = names.iter().map(|n| (Name::new(n), PkgKey(Name::new(n)))).collect();
        self
    }

    /// A package by import path, its declarations checked.
    pub fn package(&self, key: PkgKey) -> Option<Rc<Package>> {
        if let Some(found) = self.packages.borrow().get(&key) {
            return found.clone();
        }
        if self.loading.borrow().contains(&key) {
            return None;
        }
        let package = (self.loader)(key.0.as_str()).ok().map(|files| {
            self.loading.borrow_mut().push(key);
            let options = Options { go_minor: self.go_minor, natives: true };
            let mut package = self.declare(key, files, options);
            // Nobody checks the bodies of an imported package.
            package.bodies = Vec::new();
            let package = Rc::new(package);
            self.loading.borrow_mut().pop();
            package
        });
        self.packages.borrow_mut().insert(key, package.clone());
        package
    }

    /// Reads and checks the declarations of a package.
    pub fn declare(&self, key: PkgKey, mut files: Files, options: Options) -> Package {
        files.sort();
        let mut decls = Vec::new();
        let mut starts = Vec::new();
        let mut bodies = Vec::new();
        let mut syntax_errors = Vec::new();
        let mut name = None;
        let mut file_sources = Vec::new();
        let version = GoVersion::new(1, u16::try_from(options.go_minor).unwrap_or(27));
        for (index, (file_name, text)) in files.iter().enumerate() {
            let chunks = amigos_syntax::split::split(text);
            let head = amigos_syntax::file::file_head(text, &chunks);
            let go_minor = head.constraints.iter().find_map(|c| c.version).map(|v| u32::from(v.minor));
            let mut file_decls = Vec::new();
            for chunk in &chunks {
                let decl = parse_decl(chunk.text(text), version);
                let at = DeclIdx(decls.len() as u32);
                file_decls.push(at);
                starts.push((index, chunk.start));
                syntax_errors.extend(decl.errors.into_iter().map(|e| (at, e.range, e.message)));
                if let DeclKind::Package(ident) = decl.kind {
                    let clause = decl.sig[ident].name;
                    if name.is_none() && !clause.is_blank() {
                        name = Some(clause);
                    }
                }
                decls.push(Arc::new(SigDecl { kind: decl.kind, sig: decl.sig, bodies: decl.bodies.len() as u32, bounds: decl.bounds }));
                bodies.push(decl.bodies);
            }
            file_sources.push(FileSource { name: Name::new(file_name), decls: file_decls, go_minor });
        }
        let name = name.unwrap_or(Name::new("_"));
        let source = PackageSource { key, name, files: file_sources, decls, go_minor: options.go_minor, natives: options.natives };
        let types = crate::check_package(self, &source);
        Package { source, files, starts, bodies, syntax_errors, types }
    }

    /// Checks a package with all its bodies.
    pub fn check(&self, key: PkgKey, files: Files, options: Options) -> Checked {
        self.check_bodies(Rc::new(self.declare(key, files, options)))
    }

    /// Checks the bodies of a package, and what concerns it as a whole.
    pub fn check_bodies(&self, package: Rc<Package>) -> Checked {
        let mut bodies = Vec::new();
        for (i, list) in package.bodies.iter().enumerate() {
            let decl = DeclIdx(i as u32);
            for (n, body) in list.iter().enumerate() {
                let facts = crate::check_body(self, &package.source, &package.types, decl, n as u32, body);
                bodies.push((decl, n as u32, facts));
            }
        }
        let uses: FxHashMap<(DeclIdx, u32), Vec<Name>> = bodies.iter().map(|(d, n, f)| ((*d, *n), f.package_uses.clone())).collect();
        let body_uses = |decl: DeclIdx, n: u32| uses.get(&(decl, n)).cloned().unwrap_or_default();
        let order = init_order(&package.source, &package.types, &body_uses);
        let mut problems: Vec<Problem> = Vec::new();
        let place = |p: Place| {
            let (file, start) = package.starts.get(p.decl.0 as usize).copied().unwrap_or_default();
            (file, p.range.shift(start))
        };
        let mut add = |decl: DeclIdx, error: &TypeError| {
            let (file, range) = place(Place { decl, range: error.range });
            let related = error.related.iter().map(|(p, text)| (place(*p).0, place(*p).1, text.clone())).collect();
            problems.push(Problem { file, range, code: error.code, message: error.message.clone(), soft: error.soft, related });
        };
        for (i, facts) in package.types.facts.iter().enumerate() {
            facts.errors.iter().for_each(|e| add(DeclIdx(i as u32), e));
        }
        for (decl, _, facts) in &bodies {
            facts.errors.iter().for_each(|e| add(*decl, e));
        }
        order.errors.iter().for_each(|(decl, e)| add(*decl, e));
        for (file, scope) in package.source.files.iter().zip(package.types.files.iter()) {
            let signatures = file.decls.iter().filter_map(|d| package.types.facts.get(d.0 as usize)).map(|f| &**f);
            let bodies = bodies.iter().filter(|(d, _, _)| file.decls.binary_search(d).is_ok()).map(|(_, _, f)| f);
            let used: FxHashSet<Name> = signatures.chain(bodies).flat_map(|f| f.imports_used.iter().copied()).collect();
            crate::unused_imports(scope, &used).iter().for_each(|(decl, error)| add(*decl, error));
        }
        if problems.is_empty() {
            let all = package.types.instantiations.iter().chain(bodies.iter().flat_map(|(_, _, f)| &f.instantiations));
            if let Some((decl, error)) = crate::mono::check_instantiations(&package.source, &package.types, all) {
                let (file, range) = place(Place { decl, range: error.range });
                let related = Vec::new();
                problems.push(Problem { file, range, code: error.code, message: error.message.clone(), soft: error.soft, related });
            }
        }
        for (decl, range, message) in &package.syntax_errors {
            let (file, range) = place(Place { decl: *decl, range: *range });
            problems.push(Problem { file, range, code: "", message: message.clone(), soft: false, related: Vec::new() });
        }
        problems.sort_by_key(|p| (p.file, p.range.start));
        Checked { package, bodies, init_order: order, problems }
    }
}

/// The key of package `unsafe`, which the checker knows itself.
pub fn unsafe_key() -> PkgKey {
    PkgKey(Name::new("unsafe"))
}

/// What package `unsafe` declares besides its builtin functions.
pub fn unsafe_member(name: Name) -> Option<Arc<Member>> {
    let member = || Member { name, kind: MemberKind::Type { alias: false }, ty: Ty::basic(Basic::UnsafePointer) };
    (name.as_str() == "Pointer").then(|| Arc::new(member()))
}

impl TyCtx for World {
    fn resolve_import(&self, _importer: PkgKey, path: Name) -> Result<PkgKey, ImportError> {
        let key = PkgKey(path);
        if key == unsafe_key() {
            return Ok(key);
        }
        if self.loading.borrow().contains(&key) {
            return Err(ImportError::Cycle(self.loading.borrow().clone()));
        }
        if self.package(key).is_some() {
            return Ok(key);
        }
        match (self.loader)(path.as_str()) {
            Err(error) => Err(error),
            Ok(_) => Err(ImportError::NotFound("it could not be read".into())),
        }
    }

    fn package_name(&self, pkg: PkgKey) -> Option<Name> {
        if pkg == unsafe_key() {
            return Some(pkg.0);
        }
        self.package(pkg).map(|p| p.source.name)
    }

    fn member(&self, pkg: PkgKey, name: Name) -> Option<Arc<Member>> {
        if pkg == unsafe_key() {
            return unsafe_member(name);
        }
        self.package(pkg)?.types.members.get(&name).map(|m| m.member.clone())
    }

    fn member_names(&self, pkg: PkgKey) -> Arc<[Name]> {
        let Some(package) = self.package(pkg) else { return Arc::from([]) };
        let mut names: Vec<Name> = package.types.members.keys().copied().collect();
        names.sort_by_key(|n| n.as_str());
        names.into()
    }

    fn named(&self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        self.package(key.pkg?)?.types.named.get(&key).cloned()
    }

    fn bound(&self, param: TypeParamKey) -> Option<Ty> {
        // The owner begins with the path of its package.
        let owner = param.owner.as_str();
        let from = owner.rfind('/').map_or(0, |i| i + 1);
        let dots = owner[from..].char_indices().filter(|(_, c)| *c == '.').map(|(i, _)| from + i);
        for end in dots {
            let key = PkgKey(Name::new(&owner[..end]));
            if let Some(Some(package)) = self.packages.borrow().get(&key)
                && let Some(bound) = package.types.bounds.get(&param)
            {
                return Some(*bound);
            }
        }
        None
    }

    fn predeclared_packages(&self) -> &[(Name, PkgKey)] {
        &self.predeclared
    }

    fn test_builtins(&self) -> bool {
        self.test_builtins
    }
}
