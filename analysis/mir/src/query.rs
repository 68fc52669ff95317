//! MIR as queries, and a program taken out of the database.

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::{Origin, Package, Root};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::Name;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_types::ctx::{ImportError, Member, NamedInfo, TyCtx};
use amigos_types::facts::{InitObject, PackageTypes};
use amigos_types::ty::{NamedKey, PkgKey, Ty, TypeParamKey};
use rustc_hash::FxHashMap;

use crate::bound::{Limit, resolve};
use crate::lower::{DeclInput, DeclMir, Initialiser, PackageParts, assemble_package, lower_decl};
use crate::mir::{DeclPlace, PackageKind, PackageMir, Program};

/// A declaration as MIR.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn mir<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<DeclMir> {
    let Some(at) = q::decl_index(db, package, decl) else { return Arc::default() };
    let sig = q::decl_sig(db, decl);
    let sig_facts = q::sig_facts(db, package, decl);
    let bodies = q::decl_body(db, decl);
    let body_facts = q::body_facts(db, package, decl);
    Arc::new(lower_decl(&DeclInput {
        ctx: &DbCtx::new(db, package),
        pkg: package.key(db),
        decl: at.0,
        sig: &sig,
        sig_facts: &sig_facts,
        bodies: &bodies,
        body_facts: &body_facts,
        variable_limits: &variable_limits(db, package),
    }))
}

/// What `//amigos:bound` says above the variables of a package: what functions that name them check.
#[salsa::tracked(returns(clone))]
pub fn variable_limits(db: &dyn Db, package: Package) -> Arc<Vec<Limit>> {
    let source = q::package_source(db, package);
    let ctx = DbCtx::new(db, package);
    let mut out = Vec::new();
    for sig in source.decls.iter().filter(|d| !d.bounds.is_empty()) {
        let DeclKind::Gen(group) = &sig.kind else { continue };
        for bound in sig.bounds.iter() {
            let declares =
                |s: &Spec| matches!(s, Spec::Var { names, .. } if names.iter().any(|n| Some(&sig.sig[*n].name) == bound.path.first()));
            if group.specs.iter().any(declares) {
                out.extend(resolve(&ctx, source.key, None, false, &[], bound));
            }
        }
    }
    Arc::new(out)
}

/// The kind of a package.
pub fn package_kind(db: &dyn Db, package: Package) -> PackageKind {
    match package.origin(db) {
        Origin::Std => PackageKind::Std,
        _ if package.library(db) => PackageKind::Library,
        _ => PackageKind::Contract,
    }
}

/// A package as MIR; `None` if it has errors of syntax or types.
#[salsa::tracked(returns(clone))]
pub fn package_mir(db: &dyn Db, package: Package) -> Option<Arc<PackageMir>> {
    if has_errors(db, package) {
        return None;
    }
    let decls = q::package_decls(db, package);
    let mirs: Vec<Arc<DeclMir>> = decls.iter().map(|d| mir(db, package, *d)).collect();
    let places: Vec<DeclPlace> = decl_places(db, package);
    let order = init_order(db, package);
    Some(Arc::new(assemble_package(&PackageParts {
        key: package.key(db),
        name: q::package_name(db, package),
        kind: package_kind(db, package),
        imports: q::package_imports(db, package),
        decls: &mirs,
        places: &places,
        init_order: &order,
    })))
}

/// Whether a package can't be compiled.
pub fn has_errors(db: &dyn Db, package: Package) -> bool {
    let types = q::package_types(db, package);
    types.facts.iter().any(|f| f.errors.iter().any(|e| !e.soft))
        || q::package_decls(db, package)
            .iter()
            .any(|d| !q::syntax_errors(db, *d).is_empty() || q::body_summary(db, package, *d).iter().any(|b| b.has_errors))
}

fn decl_places(db: &dyn Db, package: Package) -> Vec<DeclPlace> {
    let mut places = Vec::new();
    for file in package.files(db) {
        let mut line = 1;
        for decl in q::split_file(db, *file) {
            let text = decl.text(db);
            let lines: Arc<[u32]> =
                std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1)).collect();
            let count = lines.len() as u32 - 1;
            places.push(DeclPlace { file: file.name(db), start: decl.start(db), lines, first_line: line });
            line += count;
        }
    }
    places
}

/// The order in which the package's variables are initialised (Go spec, "Package initialization").
fn init_order(db: &dyn Db, package: Package) -> Vec<Initialiser> {
    let types = q::package_types(db, package);
    let order = q::init_order(db, package);
    order.steps.iter().filter_map(|step| initialiser(db, package, types.objects.get(*step.first()? as usize)?)).collect()
}

/// Where the initialiser of a variable stands.
fn initialiser(db: &dyn Db, package: Package, object: &InitObject) -> Option<Initialiser> {
    let source = q::package_source(db, package);
    let DeclKind::Gen(group) = &source.decls.get(object.decl.0 as usize)?.kind else { return None };
    group.specs.iter().enumerate().find_map(|(spec, s)| {
        let Spec::Var { names, values, .. } = s else { return None };
        let at = names.iter().position(|n| *n == object.ident)?;
        let value = if values.len() == names.len() { at as u32 } else { 0 };
        Some(Initialiser { decl: object.decl.0, spec: spec as u32, value })
    })
}

/// A set of packages with their types, taken out of the database: what is compiled, executed and shared among threads. It is complete: whatever its
/// packages import is in it.
#[derive(Default)]
pub struct OwnedProgram {
    packages: FxHashMap<PkgKey, Arc<PackageMir>>,
    types: FxHashMap<PkgKey, (Name, Arc<PackageTypes>)>,
}

impl OwnedProgram {
    /// `roots` and all they import. The error is the packages that can't be compiled, sorted.
    pub fn collect(db: &dyn Db, roots: &[PkgKey]) -> Result<OwnedProgram, Vec<PkgKey>> {
        let packages = Root::get(db).packages(db);
        let mut program = OwnedProgram::default();
        let mut broken = Vec::new();
        let mut work = roots.to_vec();
        while let Some(key) = work.pop() {
            if program.types.contains_key(&key) {
                continue;
            }
            let Some(package) = packages.get(&key).copied() else {
                broken.push(key);
                continue;
            };
            program.types.insert(key, (q::package_name(db, package), q::package_types(db, package)));
            match package_mir(db, package) {
                Some(mir) => {
                    work.extend_from_slice(&mir.imports);
                    program.packages.insert(key, mir);
                }
                None => broken.push(key),
            }
        }
        broken.sort();
        broken.dedup();
        if broken.is_empty() { Ok(program) } else { Err(broken) }
    }

    /// The packages, sorted by key.
    pub fn keys(&self) -> Vec<PkgKey> {
        let mut keys: Vec<PkgKey> = self.packages.keys().copied().collect();
        keys.sort();
        keys
    }

    /// The types of a package.
    pub fn package_types(&self, key: PkgKey) -> Option<&Arc<PackageTypes>> {
        self.types.get(&key).map(|(_, types)| types)
    }
}

impl TyCtx for OwnedProgram {
    fn resolve_import(&self, _importer: PkgKey, path: Name) -> Result<PkgKey, ImportError> {
        let key = PkgKey(path);
        if self.packages.contains_key(&key) { Ok(key) } else { Err(ImportError::Unknown) }
    }
    fn package_name(&self, pkg: PkgKey) -> Option<Name> {
        self.types.get(&pkg).map(|(name, _)| *name)
    }
    fn member(&self, pkg: PkgKey, name: Name) -> Option<Arc<Member>> {
        Some(self.types.get(&pkg)?.1.members.get(&name)?.member.clone())
    }
    fn member_names(&self, pkg: PkgKey) -> Arc<[Name]> {
        let mut names: Vec<Name> = self.types.get(&pkg).map(|(_, t)| t.members.keys().copied().collect()).unwrap_or_default();
        names.sort();
        names.into()
    }
    fn named(&self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        let pkg = key.pkg?;
        match key.local {
            None => self.types.get(&pkg)?.1.named.get(&key).cloned(),
            Some(_) => self.packages.get(&pkg)?.local_types.get(&key).cloned(),
        }
    }
    fn bound(&self, param: TypeParamKey) -> Option<Ty> {
        self.types.values().find_map(|(_, t)| t.bounds.get(&param).copied())
    }
    fn predeclared_packages(&self) -> &[(Name, PkgKey)] {
        &[]
    }
}

impl Program for OwnedProgram {
    fn package(&self, key: PkgKey) -> Option<Arc<PackageMir>> {
        self.packages.get(&key).cloned()
    }
}
