//! The function and interface values that a contract makes and gives to others: the only ways by which others' code can come back into it while a call
//! of it is under way.

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::Package;
use amigos_db::query::{self as q, Decl};
use amigos_mir::mir::*;
use amigos_mir::query::package_kind;
use amigos_mir::typequery::underlying;
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, TyKind};

use crate::provenance::{Path, Provenance, Target, package_of};
use crate::summary::{Called, Summary, closure_summary, is_error, summary_of};

/// A way back into a contract.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Handed {
    /// What it is, for people: `onPaid`, `a function of Pay`.
    pub what: String,
    /// The contract's state that it reads.
    pub reads: BTreeSet<Path>,
    /// The contract's state that it writes.
    pub writes: BTreeSet<Path>,
}

/// What a value lets its holder run of the package's code.
pub fn ways_back<'a>(db: &'a dyn Db, body: &'a Body, provenance: &Provenance<'a>, x: &Operand) -> Vec<Handed> {
    let pkg = body.func.pkg;
    let own = |paths: &BTreeSet<Path>| paths.iter().filter(|p| p.global().is_some_and(|k| k.pkg == pkg)).cloned().collect();
    let mut out = Vec::new();
    let mut add = |what: String, summary: &Summary| {
        out.push(Handed { what, reads: own(&summary.reads), writes: own(&summary.writes) });
    };
    for target in provenance.targets(x) {
        match target {
            Target::Func(func) if func.pkg == pkg => {
                if let Some(summary) = summary_of(db, &func) {
                    add(format!("`{}`", func.name), &summary);
                }
            }
            Target::Closure(n) => add(format!("the function made in `{}`", body.func.name), &closure_summary(db, provenance, body, n)),
            Target::Value(of, name) if of == pkg => {
                let Some(package) = package_of(db, &body.func) else { continue };
                let key = NamedKey { pkg: Some(of), name, local: None };
                let methods = q::named(db, package, key).map(|info| info.methods.iter().map(|m| m.name).collect::<Vec<_>>());
                let object = provenance.of(x);
                for method in methods.unwrap_or_default() {
                    let func = FuncKey { pkg, name: Name::new(&format!("{name}.{method}")) };
                    let Some(summary) = summary_of(db, &func) else { continue };
                    // What the method does to its receiver, it does to what is in the interface.
                    let mut summary = (*summary).clone();
                    for list in [&mut summary.reads, &mut summary.writes] {
                        let of_object: Vec<Path> = list
                            .iter()
                            .filter(|p| p.root == crate::provenance::PathRoot::Param(0))
                            .flat_map(|p| object.iter().map(|o| o.then(p.steps.iter().copied())))
                            .collect();
                        list.extend(of_object);
                    }
                    add(format!("`{}`", func.name), &summary);
                }
            }
            _ => {}
        }
    }
    out.retain(|h| !h.reads.is_empty() || !h.writes.is_empty());
    out
}

/// A call that may run others' code: its arguments, and whether what was given away before may be called as well.
pub struct Outside<'a> {
    /// The arguments that may be called.
    pub given: Vec<&'a Operand>,
    /// Whether other values may be called, too.
    pub others: bool,
    /// Whom it calls, for people.
    pub what: String,
}

/// Whether an instruction runs others' code that may call function or interface values.
pub fn outside<'a>(db: &dyn Db, body: &Body, provenance: &Provenance, op: &'a Op) -> Option<Outside<'a>> {
    let Op::Call { callee, args, .. } = op else { return None };
    match callee {
        Callee::Static { func, .. } => {
            let package = package_of(db, func)?;
            if func.pkg == body.func.pkg || package_kind(db, package) != PackageKind::Contract {
                return None;
            }
            let summary = summary_of(db, func)?;
            let given: Vec<&Operand> = summary
                .calls
                .iter()
                .filter_map(|c| match c {
                    Called::Param(n) => args.get(*n as usize),
                    _ => None,
                })
                .collect();
            let others = summary.calls.iter().any(|c| !matches!(c, Called::Param(_)));
            let pkg = func.pkg.0.as_str().rsplit('/').next().unwrap_or("");
            let pkg = pkg.split('@').next().unwrap_or(pkg);
            (others || !given.is_empty()).then(|| Outside { given, others, what: format!("`{pkg}.{}`", func.name) })
        }
        Callee::Value(x) | Callee::Interface { x, .. } => {
            if matches!(callee, Callee::Interface { iface, .. } if is_error(*iface)) {
                return None;
            }
            let foreign = provenance.targets(x).iter().any(|t| match t {
                Target::Path(_) | Target::Unknown => true,
                Target::Func(func) => func.pkg != body.func.pkg,
                Target::Value(pkg, _) => *pkg != body.func.pkg && amigos_std::package(pkg.0.as_str()).is_none(),
                Target::Closure(_) => false,
            });
            let what = match callee {
                Callee::Interface { method, .. } => format!("`{method}`"),
                _ => "the function".to_owned(),
            };
            foreign.then(|| Outside { given: args.iter().collect(), others: true, what })
        }
        Callee::TypeParamMethod { .. } => None,
    }
}

/// The values that a declared function gives to others, by returning them if it is exported, or by passing them to others' code.
#[salsa::tracked(returns(clone))]
pub fn handed_by<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<BTreeSet<Handed>> {
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return Arc::default() };
    let types = DbCtx::new(db, package);
    let callable = |l: LocalId| {
        let ty = body.locals.get(l.idx()).map(|l| l.ty);
        ty.is_some_and(|t| matches!(underlying(&types, t).kind(), TyKind::Signature(_) | TyKind::Interface(_)) && !is_error(t))
    };
    let makes = |op: &Op| matches!(op, Op::MakeInterface { .. } | Op::Closure { .. } | Op::FuncValue { .. } | Op::Bind { .. });
    if !body.blocks.iter().flat_map(|b| &b.insts).any(|i| makes(&i.op)) {
        return Arc::default();
    }
    let provenance = Provenance::new(db, body);
    let exported = body.func.name.split('.').all(|part| part.starts_with(char::is_uppercase));
    let mut out = BTreeSet::new();
    if exported {
        for result in body.results.iter().filter(|r| callable(**r)) {
            out.extend(ways_back(db, body, &provenance, &Operand::Local(*result)));
        }
    }
    for inst in body.blocks.iter().flat_map(|b| &b.insts) {
        let Op::Call { callee, args, .. } = &inst.op else { continue };
        let foreign = match callee {
            Callee::Static { func, .. } => {
                func.pkg != package.key(db) && package_of(db, func).is_some_and(|p| package_kind(db, p) == PackageKind::Contract)
            }
            _ => outside(db, body, &provenance, &inst.op).is_some(),
        };
        if foreign {
            out.extend(args.iter().flat_map(|x| ways_back(db, body, &provenance, x)));
        }
    }
    Arc::new(out)
}

/// The values that a package gives to others.
#[salsa::tracked(returns(clone))]
pub fn handed(db: &dyn Db, package: Package) -> Arc<BTreeSet<Handed>> {
    let mut out = BTreeSet::new();
    for decl in q::package_decls(db, package).iter() {
        if !decl.file(db).name(db).ends_with("_test.go") {
            out.extend(handed_by(db, package, *decl).iter().cloned());
        }
    }
    Arc::new(out)
}
