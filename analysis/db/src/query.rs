//! Text → declarations → syntax → types → bodies, each a query; and the firewalls between them.

use std::sync::Arc;

use amigos_syntax::ast::{BodyAst, DeclAst, DeclKind, Spec, SyntaxError};
use amigos_syntax::{GoVersion, Name, TextRange};
use amigos_types::ctx::{Member, NamedInfo};
use amigos_types::facts::{DeclIdx, Facts, PackageTypes, TypeError};
use amigos_types::initorder::InitOrder;
use amigos_types::mono::Instantiation;
use amigos_types::source::{FileSource, PackageSource, SigDecl};
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind, TypeParamKey, components};

use rustc_hash::{FxHashMap, FxHashSet};
use salsa::plumbing::AsId;

use crate::Db;
use crate::context::DbCtx;
use crate::input::{LIVE, Library, Origin, Package, Root, SourceFile};

/// A top-level declaration: identified by what it declares, so that it survives edits of its text and of everything around it.
#[salsa::tracked(debug)]
pub struct Decl<'db> {
    /// Its file.
    #[returns(copy)]
    pub file: SourceFile,
    /// What it declares, in words: `func f`, `func (T) m`, `type A B`.
    #[returns(ref)]
    pub head: Box<str>,
    /// How many declarations with the same head come before it in the file.
    #[returns(copy)]
    pub nth: u32,
    /// Its text, doc comment included.
    #[tracked]
    #[returns(ref)]
    pub text: Arc<str>,
    /// Where it starts in the file.
    #[tracked]
    #[returns(copy)]
    pub start: u32,
}

/// Cuts a file into its top-level declarations.
#[salsa::tracked(returns(deref))]
pub fn split_file<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<Decl<'db>> {
    let text = file.text(db);
    let chunks = amigos_syntax::split::split(text);
    chunks.into_iter().map(|c| Decl::new(db, file, c.head.clone(), c.nth, Arc::from(c.text(text)), c.start)).collect()
}

/// The package whose diagnostics are the file's. A firewall: files that come and go elsewhere change nothing here.
#[salsa::tracked(returns(copy))]
pub fn owner(db: &dyn Db, file: SourceFile) -> Option<Package> {
    Root::get(db).owners(db).get(&file).and_then(|o| o.first()).copied()
}

/// The package of that identity.
pub fn package_of(db: &dyn Db, key: PkgKey) -> Option<Package> {
    // What is in the library is there for good, and not worth remembering.
    let library = Library::get(db).packages(db).get(&key).copied();
    library.or_else(|| package_by_key(db, Root::get(db), key))
}

/// A firewall: packages that come and go elsewhere change nothing here.
#[salsa::tracked(returns(copy))]
fn package_by_key(db: &dyn Db, root: Root, key: PkgKey) -> Option<Package> {
    root.packages(db).get(&key).or_else(|| root.live(db).get(&key)).copied()
}

/// The version of a package that is live on the network, if it is known.
pub fn live_version(db: &dyn Db, package: Package) -> Option<Package> {
    package_by_key(db, Root::get(db), PkgKey(Name::new(&format!("{}{LIVE}", package.key(db).0))))
}

/// A key as messages name the package: without the mark of the live version.
pub fn plain_key(key: PkgKey) -> &'static str {
    let text = key.0.as_str();
    text.strip_suffix(LIVE).unwrap_or(text)
}

/// Parses a declaration. The language version decides about nothing there: the checker says which one something needs.
#[salsa::tracked(returns(ref), no_eq, lru = 512)]
pub fn parse_decl<'db>(db: &'db dyn Db, decl: Decl<'db>) -> DeclAst {
    amigos_syntax::parse_decl(decl.text(db), GoVersion::LATEST)
}

/// The half of a declaration that others can see.
#[salsa::tracked(returns(clone))]
pub fn decl_sig<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Arc<SigDecl> {
    // Most bodies are none that anybody looks at.
    if let Some((kind, sig, bodies)) = amigos_syntax::parse_header(decl.text(db)) {
        return Arc::new(SigDecl { kind, sig, bodies: bodies as u32, bounds: Arc::default() });
    }
    let ast = parse_decl(db, decl);
    Arc::new(SigDecl { kind: ast.kind.clone(), sig: ast.sig.clone(), bodies: ast.bodies.len() as u32, bounds: ast.bounds.clone() })
}

/// The bodies of a declaration. Syntax is read again when it is needed after a long time: facts are kept, trees aren't.
pub fn decl_body<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Arc<Vec<BodyAst>> {
    parse_decl(db, decl).bodies.clone()
}

/// The signature halves of a file.
#[salsa::tracked(returns(clone))]
fn file_sigs(db: &dyn Db, file: SourceFile) -> Arc<[Arc<SigDecl>]> {
    split_file(db, file).iter().map(|d| decl_sig(db, *d)).collect()
}

/// The syntax errors of a declaration.
#[salsa::tracked(returns(deref))]
pub fn syntax_errors<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Vec<SyntaxError> {
    parse_decl(db, decl).errors.clone()
}

/// The doc comment of a declaration, as written, and the ranges of those of its specs and fields are in its syntax.
#[salsa::tracked(returns(copy))]
pub fn decl_doc<'db>(db: &'db dyn Db, decl: Decl<'db>) -> Option<TextRange> {
    parse_decl(db, decl).doc
}

/// The declarations of a package, by [`DeclIdx`].
#[salsa::tracked(returns(deref))]
pub fn package_decls<'db>(db: &'db dyn Db, package: Package) -> Vec<Decl<'db>> {
    package.files(db).iter().flat_map(|f| split_file(db, *f).iter().copied()).collect()
}

/// Which declaration of its package a declaration is.
pub fn decl_index<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Option<DeclIdx> {
    decl_indexes(db, package).get(&decl.as_id()).copied()
}

#[salsa::tracked(returns(ref))]
fn decl_indexes(db: &dyn Db, package: Package) -> FxHashMap<salsa::Id, DeclIdx> {
    package_decls(db, package).iter().enumerate().map(|(i, d)| (d.as_id(), DeclIdx(i as u32))).collect()
}

/// The Go version that a `//go:build` line above a package clause sets for the file, as minor number.
#[salsa::tracked(returns(copy))]
fn clause_go_minor<'db>(db: &'db dyn Db, clause: Decl<'db>) -> Option<u32> {
    let text = clause.text(db);
    if !text.contains("//go:build") {
        return None;
    }
    amigos_syntax::file::build_constraints(text, 0).iter().find_map(|c| c.version).map(|v| u32::from(v.minor))
}

/// The signature halves of a package.
#[salsa::tracked(returns(clone))]
pub fn package_source(db: &dyn Db, package: Package) -> Arc<PackageSource> {
    let mut decls = Vec::new();
    let mut files = Vec::new();
    let mut name = None;
    for file in package.files(db) {
        let first = decls.len() as u32;
        for sig in file_sigs(db, *file).iter() {
            if let (None, DeclKind::Package(ident)) = (name, &sig.kind) {
                name = Some(sig.sig[*ident].name);
            }
            decls.push(sig.clone());
        }
        let clause = split_file(db, *file).iter().find(|d| &**d.head(db) == "package");
        let go_minor = clause.and_then(|d| clause_go_minor(db, *d));
        files.push(FileSource { name: file.name(db), decls: (first..decls.len() as u32).map(DeclIdx).collect(), go_minor });
    }
    Arc::new(PackageSource {
        key: package.key(db),
        name: name.unwrap_or_else(|| Name::new("_")),
        files,
        decls,
        go_minor: package.go_minor(db),
        natives: package.origin(db) == Origin::Std,
    })
}

/// The import paths of a package as written, with the files' declarations they stand in; sorted by path.
#[salsa::tracked(returns(deref))]
pub fn package_import_paths(db: &dyn Db, package: Package) -> Vec<Name> {
    let source = package_source(db, package);
    let mut paths: Vec<Name> = source
        .decls
        .iter()
        .filter_map(|d| match &d.kind {
            DeclKind::Gen(decl) => Some(decl.specs.iter().filter_map(|s| match s {
                Spec::Import(spec) => Some(spec.path),
                _ => None,
            })),
            _ => None,
        })
        .flatten()
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The name in the package's clause.
#[salsa::tracked(returns(copy))]
pub fn package_name(db: &dyn Db, package: Package) -> Name {
    package_source(db, package).name
}

/// All declarations of a package, checked in go/types' order by one sequential run.
#[salsa::tracked(returns(clone))]
pub fn package_types(db: &dyn Db, package: Package) -> Arc<PackageTypes> {
    let source = package_source(db, package);
    Arc::new(amigos_types::check_package(&DbCtx::new(db, package), &source))
}

/// One package-level object: importers depend on the names they use and on no others.
#[salsa::tracked(returns(clone))]
pub fn member(db: &dyn Db, package: Package, name: Name) -> Option<Arc<Member>> {
    package_types(db, package).members.get(&name).map(|m| m.member.clone())
}

/// The names of a package's objects, sorted.
#[salsa::tracked(returns(clone))]
pub fn member_names(db: &dyn Db, package: Package) -> Arc<[Name]> {
    let mut names: Vec<Name> = package_types(db, package).members.keys().copied().collect();
    names.sort();
    names.into()
}

/// One declared type.
#[salsa::tracked(returns(clone))]
pub fn named(db: &dyn Db, package: Package, key: NamedKey) -> Option<Arc<NamedInfo>> {
    package_types(db, package).named.get(&key).cloned()
}

/// The constraint of one type parameter.
#[salsa::tracked(returns(copy))]
pub fn bound(db: &dyn Db, package: Package, param: TypeParamKey) -> Option<Ty> {
    package_types(db, package).bounds.get(&param).copied()
}

/// The facts of one body.
#[salsa::tracked(returns(clone), lru = 2048)]
pub fn check_body<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>, index: u32) -> Arc<Facts> {
    let Some(at) = decl_index(db, package, decl) else { return Arc::default() };
    let Some(body) = parse_decl(db, decl).bodies.get(index as usize) else { return Arc::default() };
    let source = package_source(db, package);
    let types = package_types(db, package);
    Arc::new(amigos_types::check_body(&DbCtx::new(db, package), &source, &types, at, index, body))
}

/// The facts of all bodies of a declaration.
pub fn body_facts<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Vec<Arc<Facts>> {
    each_body(db, package, decl).collect()
}

/// The same, one after the other.
pub fn each_body<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> impl Iterator<Item = Arc<Facts>> + 'db {
    (0..decl_sig(db, decl).bodies).map(move |i| check_body(db, package, decl, i))
}

/// The facts of a declaration's signature half.
pub fn sig_facts<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<Facts> {
    let Some(at) = decl_index(db, package, decl) else { return Arc::default() };
    package_types(db, package).facts.get(at.0 as usize).cloned().unwrap_or_default()
}

/// What the rest of the package needs to know of a body.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BodySummary {
    /// Package-level objects of the own package that are used, sorted.
    pub package_uses: Vec<Name>,
    /// Whether there are errors that aren't soft.
    pub has_errors: bool,
    /// Instantiations that may go on for ever: those whose arguments depend on type parameters.
    pub instantiations: Vec<Instantiation>,
}

/// The firewall between bodies and what is computed from many of them (initialisation order, endless instantiation).
#[salsa::tracked(returns(clone))]
pub fn body_summary<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<Vec<BodySummary>> {
    let summary = |facts: Arc<Facts>| BodySummary {
        package_uses: facts.package_uses.clone(),
        has_errors: facts.errors.iter().any(|e| !e.soft),
        instantiations: facts.instantiations.iter().filter(|i| i.args.iter().any(|t| may_grow(*t, 0))).cloned().collect(),
    };
    Arc::new(body_facts(db, package, decl).into_iter().map(summary).collect())
}

/// Whether a type argument depends on a type parameter, maybe by way of a local type.
fn may_grow(ty: Ty, depth: u32) -> bool {
    let local = matches!(ty.kind(), TyKind::Named { key, .. } | TyKind::Alias { key, .. } if key.local.is_some());
    local || ty.has_type_param() || depth < 50 && components(ty.kind()).any(|t| may_grow(t, depth + 1))
}

/// The order in which the package's variables are initialised (Go spec, "Package initialization"), and cycles in it.
#[salsa::tracked(returns(clone))]
pub fn init_order(db: &dyn Db, package: Package) -> Arc<InitOrder> {
    let source = package_source(db, package);
    let types = package_types(db, package);
    let decls = package_decls(db, package);
    let uses = |at: DeclIdx, body: u32| {
        let Some(decl) = decls.get(at.0 as usize) else { return Vec::new() };
        body_summary(db, package, *decl).get(body as usize).map(|b| b.package_uses.clone()).unwrap_or_default()
    };
    Arc::new(amigos_types::initorder::init_order(&source, &types, &uses))
}

/// The imports of a file of the package that nothing uses.
pub fn unused_imports(db: &dyn Db, package: Package, file: SourceFile) -> Vec<(DeclIdx, TypeError)> {
    let types = package_types(db, package);
    let index = package.files(db).iter().position(|f| *f == file);
    let Some(scope) = index.and_then(|i| types.files.get(i)).filter(|s| !s.imports.is_empty()) else { return Vec::new() };
    let mut used: FxHashSet<Name> = FxHashSet::default();
    for decl in split_file(db, file) {
        used.extend(sig_facts(db, package, *decl).imports_used.iter().copied());
        each_body(db, package, *decl).for_each(|facts| used.extend(facts.imports_used.iter().copied()));
    }
    amigos_types::unused_imports(scope, &used)
}

/// An instantiation that never ends. It goes through generic functions and types: no other body is asked.
#[salsa::tracked(returns(clone))]
fn endless_instantiation(db: &dyn Db, package: Package) -> Option<Arc<(DeclIdx, TypeError)>> {
    let types = package_types(db, package);
    let generic = |facts: &Facts| facts.params.get(&None).is_some_and(|f| !f.tparams.is_empty());
    let decls = package_decls(db, package).iter().zip(&types.facts).filter(|(_, facts)| generic(facts));
    let summaries: Vec<Arc<Vec<BodySummary>>> = decls.map(|(d, _)| body_summary(db, package, *d)).collect();
    let all = types.instantiations.iter().chain(summaries.iter().flat_map(|s| s.iter()).flat_map(|b| &b.instantiations));
    let source = package_source(db, package);
    amigos_types::mono::check_instantiations(&source, &types, all).map(Arc::new)
}

/// Whether anything at all is wrong with the types of a package, endless instantiation aside.
fn has_type_errors(db: &dyn Db, package: Package) -> bool {
    let wrong = |facts: &Facts| facts.errors.iter().any(|e| !e.soft);
    package_types(db, package).facts.iter().any(|f| !f.errors.is_empty())
        || package_decls(db, package).iter().any(|d| body_facts(db, package, *d).iter().any(|f| wrong(f)))
        || !init_order(db, package).errors.is_empty()
        || package.files(db).iter().any(|f| !unused_imports(db, package, *f).is_empty())
}

/// Errors that concern the package as a whole: cycles of initialisation and endless instantiation.
#[salsa::tracked(returns(deref))]
pub fn package_errors(db: &dyn Db, package: Package) -> Vec<(DeclIdx, TypeError)> {
    let mut errors = init_order(db, package).errors.clone();
    // Looked for only if there are no other errors.
    if let Some(endless) = endless_instantiation(db, package)
        && !has_type_errors(db, package)
    {
        errors.push((*endless).clone());
    }
    errors
}

/// The packages that a package imports, directly, sorted; the predeclared ones included.
#[salsa::tracked(returns(deref))]
pub fn package_imports(db: &dyn Db, package: Package) -> Vec<PkgKey> {
    let mut keys: Vec<PkgKey> =
        package_import_paths(db, package).iter().filter_map(|path| crate::resolve::resolve(db, package, *path).ok()).collect();
    keys.extend(DbCtx::new(db, package).predeclared().iter().map(|(_, key)| *key).filter(|key| *key != package.key(db)));
    keys.sort();
    keys.dedup();
    keys
}
