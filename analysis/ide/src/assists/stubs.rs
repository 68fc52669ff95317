//! The methods that a type lacks to be what an interface asks for.

use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, ExprId, ExprKind, Spec};
use amigos_types::lookup::Found;
use amigos_types::ty::{NamedKey, Signature, Ty, TyKind};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind, Fix, TextEdit};
use crate::locate::{named_key, package};
use crate::relations::{self, with_checker};

/// On a type's declaration: for each interface of the package that some of its methods are of already, the rest of them.
pub(super) fn implement_here(site: &Site<'_>, out: &mut Vec<Assist>) {
    let db = site.view.db;
    let DeclKind::Gen(group) = &site.spot.decl_ast().kind else { return };
    let sig = &site.spot.decl_ast().sig;
    let name = group.specs.iter().find_map(|s| match s {
        Spec::Type { name, alias: false, .. } if sig[*name].range.touches(site.range.start) => Some(sig[*name].name),
        _ => None,
    });
    let Some(name) = name else { return };
    let key = NamedKey { pkg: Some(site.spot.package.key(db)), name, local: None };
    let Some((_, of)) = relations::find(db, key) else { return };
    if of.is_interface() {
        return;
    }
    for interface in relations::declared_types(db, site.spot.package).into_iter().filter(|t| t.is_interface() && t.info.tparams.is_empty())
    {
        let missing = missing(site, key, interface.ty());
        let all = with_checker(db, site.spot.package, |c| relations::method_names(c, interface.ty()).len());
        if missing.is_empty() || missing.len() == all && all > 0 && !of.info.methods.is_empty() {
            continue;
        }
        if let Some(edits) = edits(site, key, &missing, of.info.methods.iter().any(|m| m.pointer)) {
            out.push(assist(AssistKind::Rewrite, format!("implement `{}`", interface.key.name), edits));
        }
    }
}

/// The fix of "does not implement": at the value whose type lacks methods.
pub(crate) fn fix(site: &Site<'_>) -> Option<Fix> {
    let ast = site.ast();
    // The value at the error's place, and the interface that it should be.
    let value = ast
        .exprs
        .iter()
        .enumerate()
        .filter(|(i, e)| {
            e.range.start <= site.range.start
                && site.range.end <= e.range.end
                && named_key(site.spot.facts.type_of(ExprId(*i as u32)).ty).is_some()
        })
        .min_by_key(|(_, e)| e.range.end - e.range.start)
        .map(|(i, _)| ExprId(i as u32))?;
    let ty = site.spot.facts.type_of(value).ty;
    let key = named_key(ty)?;
    let pointer = matches!(ty.unalias().kind(), TyKind::Pointer(_));
    let interface = wanted(site, value)?;
    let missing = missing(site, key, interface);
    let edits = edits(site, key, &missing, pointer)?;
    let name = site.spot.type_text(interface);
    Some(Fix { title: format!("implement `{name}`"), edits })
}

/// The interface type that a value is used as.
fn wanted(site: &Site<'_>, value: ExprId) -> Option<Ty> {
    use amigos_syntax::ast::StmtKind;
    let ast = site.ast();
    let facts = &site.spot.facts;
    for e in &ast.exprs {
        match &e.kind {
            ExprKind::Call { fun, args, .. } => {
                let Some(n) = args.iter().position(|a| *a == value) else { continue };
                let fact = facts.type_of(*fun);
                if fact.mode == amigos_types::facts::Mode::Type {
                    return Some(fact.ty);
                }
                let under = site.with_types(|types| types.under(fact.ty));
                return crate::expected::parameter(under.as_signature()?, n);
            }
            ExprKind::KeyValue { key, value: v } if *v == value => {
                let ExprKind::Ident(i) = ast[*key].kind else { continue };
                if let Some(crate::locate::Entity::Field { ty, .. }) = site.spot.entity(i) {
                    return Some(ty);
                }
            }
            _ => {}
        }
    }
    for s in &ast.stmts {
        match &s.kind {
            StmtKind::Return(values) => {
                let Some(n) = values.iter().position(|v| *v == value) else { continue };
                let own = crate::expected::enclosing(&site.spot)?;
                return facts.locals.get(own.results.get(n)?.0 as usize).map(|l| l.ty);
            }
            StmtKind::Assign { lhs, rhs, .. } => {
                let Some(n) = rhs.iter().position(|v| *v == value) else { continue };
                return Some(facts.type_of(*lhs.get(n)?).ty);
            }
            StmtKind::Decl(group) => {
                if let Some(ty) = declared_type(site, &group.specs, value) {
                    return Some(ty);
                }
            }
            _ => {}
        }
    }
    match &site.spot.decl_ast().kind {
        DeclKind::Gen(group) if site.spot.body.is_none() => declared_type(site, &group.specs, value),
        _ => None,
    }
}

fn declared_type(site: &Site<'_>, specs: &[Spec], value: ExprId) -> Option<Ty> {
    specs.iter().find_map(|s| match s {
        Spec::Var { ty: Some(ty), values, .. } if values.contains(&value) => Some(site.spot.facts.type_of(*ty).ty),
        _ => None,
    })
}

/// The methods of `interface` that the declared type does not have.
fn missing(site: &Site<'_>, of: NamedKey, interface: Ty) -> Vec<(String, &'static Signature)> {
    let db = site.view.db;
    let Some(home) = of.pkg.and_then(|p| package(db, p)) else { return vec![] };
    let Some(info) = q::named(db, home, of) else { return vec![] };
    let ty = Ty::named(of, info.tparams.iter().copied());
    with_checker(db, site.spot.package, |checker| {
        let under = checker.under(interface);
        if !matches!(under.kind(), TyKind::Interface(_)) {
            return vec![];
        }
        let set = checker.type_set(under);
        let mut out = Vec::new();
        for method in &set.methods {
            let found = checker.lookup_field_or_method(ty, true, site.spot.package.key(db), method.name, false).found;
            if let Some(Found::Method(has)) = &found
                && has.sig.is_some_and(|sig| sig.canonical() != method.sig.canonical())
            {
                // It is there and other: no more methods would help.
                return vec![];
            }
            if !matches!(found, Some(Found::Method(_)))
                && let Some(sig) = method.sig.as_signature()
            {
                out.push((method.name.to_string(), sig));
            }
        }
        out
    })
}

/// Stubs behind the declaration of the type.
fn edits(site: &Site<'_>, of: NamedKey, missing: &[(String, &'static Signature)], pointer: bool) -> Option<Vec<TextEdit>> {
    let db = site.view.db;
    let is_known = |sig: &Signature| sig.params.iter().chain(sig.results.iter()).all(|p| is_known(p.ty, 0));
    if missing.is_empty() || !missing.iter().all(|(_, sig)| is_known(sig)) || of.local.is_some() || !crate::references::is_own(db, of.pkg?)
    {
        return None;
    }
    let home = package(db, of.pkg?)?;
    let place = crate::definition::declared(db, &crate::locate::Entity::Member { pkg: of.pkg?, name: of.name })?;
    let file = place.decl.file(db);
    let id = site.view.file_id(file)?;
    let info = q::named(db, home, of)?;
    let tparams: Vec<String> = info.tparams.iter().map(|t| site.spot.type_text(*t)).collect();
    let tparams = if tparams.is_empty() { String::new() } else { format!("[{}]", tparams.join(", ")) };
    let receiver = info
        .methods
        .iter()
        .find_map(|m| receiver_name(site, home, of, m.name))
        .unwrap_or_else(|| of.name.chars().next().map(|c| c.to_lowercase().to_string()).unwrap_or_else(|| "x".into()));
    let star = if pointer { "*" } else { "" };
    let mut text = String::new();
    for (name, sig) in missing {
        let written = crate::locate::type_text(db, home.key(db), Ty::new(TyKind::Signature((*sig).clone())));
        let written = written.strip_prefix("func").unwrap_or(&written).to_owned();
        text += &format!(
            "\n\n// {name} implements the interface.\nfunc ({receiver} {star}{}{tparams}) {name}{written} {{\n\tpanic(\"not implemented\")\n}}",
            of.name
        );
    }
    let end = place.decl.start(db) + place.decl.text(db).trim_end().len() as u32;
    let mut edits = vec![TextEdit { file: id, range: amigos_syntax::TextRange::at(end), new_text: text }];
    let mut needed: Vec<String> = Vec::new();
    for (_, sig) in missing {
        sig.params.iter().chain(sig.results.iter()).for_each(|p| packages_of(p.ty, &mut needed, 0));
    }
    needed.retain(|p| *p != home.key(db).0.as_str());
    let paths: Vec<&str> = needed.iter().map(|p| p.split("@v").next().unwrap_or(p)).collect();
    edits.extend(crate::imports::edits(site.view, file, &paths));
    Some(edits)
}

/// Whether nothing in a type is an error.
fn is_known(ty: Ty, depth: u32) -> bool {
    !ty.is_invalid() && (depth > 16 || amigos_types::ty::components(ty.kind()).all(|t| is_known(t, depth + 1)))
}

/// The packages that a type's text names.
fn packages_of(ty: Ty, out: &mut Vec<String>, depth: u32) {
    if depth > 16 {
        return;
    }
    if let TyKind::Named { key, .. } | TyKind::Alias { key, .. } = ty.kind()
        && let Some(pkg) = key.pkg
        && !out.iter().any(|p| p == pkg.0.as_str())
    {
        out.push(pkg.0.to_string());
    }
    if matches!(ty.kind(), TyKind::Alias { .. }) {
        return;
    }
    amigos_types::ty::components(ty.kind()).for_each(|t| packages_of(t, out, depth + 1));
}

/// The name that another method of the type has for its receiver.
fn receiver_name(site: &Site<'_>, home: amigos_db::input::Package, of: NamedKey, method: amigos_syntax::Name) -> Option<String> {
    let db = site.view.db;
    let index = *q::package_types(db, home).methods.get(&(of, method))?;
    let decl = *q::package_decls(db, home).get(index.0 as usize)?;
    let ast = q::parse_decl(db, decl);
    let DeclKind::Func(func) = &ast.kind else { return None };
    let name = *func.recv.as_ref()?.first()?.names.first()?;
    Some(ast.sig[name].name).filter(|n| !n.is_blank()).map(|n| n.to_string())
}
