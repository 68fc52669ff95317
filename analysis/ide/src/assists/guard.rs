//! A check of the caller, where anyone can call what has an effect.

use amigos_db::query as q;
use amigos_rules::authority::Who;
use amigos_syntax::Name;
use amigos_syntax::ast::DeclKind;
use amigos_types::ctx::MemberKind;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind};
use crate::locate::is_contract;

/// So many variables are offered to compare with.
const MOST: usize = 3;

/// On the signature of an exported function of a contract that anyone can call with effect: only the address in a variable may.
pub(super) fn add(site: &Site<'_>, out: &mut Vec<Assist>) {
    let db = site.view.db;
    let decl = site.spot.decl_ast();
    let (DeclKind::Func(func), Some(body)) = (&decl.kind, decl.bodies.first()) else { return };
    if site.spot.body.is_some() || !is_contract(db, site.spot.package) || site.file.name(db).ends_with("_test.go") {
        return;
    }
    let exported = decl.sig[func.name].name.is_exported();
    let name = amigos_mir::lower::decl_func_name(&decl.sig, func, 0);
    if !exported || !matches!(&*amigos_rules::authority::who(db, site.spot.package, name), Who::Anyone) {
        return;
    }
    let at = body.block.range.start + 1;
    let rest = site.text.get(at as usize..).unwrap_or("");
    let own_line = rest.starts_with(['\n', '\r']);
    for owner in owners(site).into_iter().take(MOST) {
        let check = format!("amigos.Assert(msg.Sender == {owner}, \"only `{owner}` may call {name}\")");
        let text = if own_line { format!("\n{}\t{check}", site.indent(body.block.range.start)) } else { format!(" {check};") };
        out.push(assist(AssistKind::Rewrite, format!("add guard: only `{owner}`"), vec![site.insert(at, text)]));
    }
}

/// The variables of the package that hold an address, in the order of their names.
fn owners(site: &Site<'_>) -> Vec<Name> {
    let types = q::package_types(site.view.db, site.spot.package);
    let address = |ty: Ty| {
        let of = NamedKey { pkg: Some(PkgKey(Name::new("amigos"))), name: Name::new("Address"), local: None };
        matches!(ty.unalias().kind(), TyKind::Named { key, .. } if *key == of)
    };
    let holds =
        types.members.iter().filter(|(name, m)| matches!(m.member.kind, MemberKind::Var) && address(m.member.ty) && !name.is_blank());
    let mut found: Vec<Name> = holds.map(|(name, _)| *name).collect();
    found.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    found
}
