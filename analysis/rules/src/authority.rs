//! Who can call a function with effect: anyone, anyone for what is their own, those whom a variable of the contract names, or the package itself. Read
//! from the checks of `msg.Sender` that stand before each effect.

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, Root};
use amigos_db::query as q;
use amigos_mir::mir::*;
use amigos_mir::query::package_kind;
use amigos_syntax::Name;
use amigos_syntax::ast::{BinaryOp, DeclKind, UnaryOp};
use amigos_types::ty::PkgKey;

use crate::compat::migrate::is_migration;
use crate::effects::{declaration, effects};
use crate::flow::{Condition, Flow, Val};
use crate::summary::summary_of;

/// Who has to call so that something happens.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Who {
    /// There is nothing to have an effect on.
    #[default]
    NoEffect,
    /// Whoever these variables of the contract name: `owner`, `admins`.
    Role(BTreeSet<Name>),
    /// This package itself.
    ThisPackage,
    /// Anyone, for what is their own: entries under their address, or that name them.
    Own,
    /// Anyone.
    Anyone,
}

impl Who {
    /// The word of the JSON shape.
    pub fn word(&self) -> &'static str {
        match self {
            Who::NoEffect => "no effect",
            Who::Role(_) => "role",
            Who::ThisPackage => "this package",
            Who::Own => "own",
            Who::Anyone => "anyone",
        }
    }

    /// In words, short.
    pub fn text(&self) -> String {
        match self {
            Who::NoEffect => "changes nothing".to_owned(),
            Who::Role(names) => {
                let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
                format!("only {}", names.join(" or "))
            }
            Who::ThisPackage => "only this package".to_owned(),
            Who::Own => "anyone, for what is theirs".to_owned(),
            Who::Anyone => "anyone".to_owned(),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Who::NoEffect => 0,
            Who::ThisPackage => 1,
            Who::Role(_) => 2,
            Who::Own => 3,
            Who::Anyone => 4,
        }
    }

    /// Either of two effects suffices.
    fn or(self, other: Who) -> Who {
        match (self, other) {
            (Who::Role(mut a), Who::Role(b)) => {
                a.extend(b);
                Who::Role(a)
            }
            (a, b) => {
                if a.rank() >= b.rank() {
                    a
                } else {
                    b
                }
            }
        }
    }

    /// Two checks on one way: the stricter decides.
    fn and(self, other: Who) -> Who {
        if self.rank() <= other.rank() { self } else { other }
    }
}

/// An exported function or method of a contract, and who can call it with effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// `F`, `T.M`
    pub name: Name,
    /// Who.
    pub who: Who,
    /// The variables of the own package that it changes, sorted.
    pub changes: Vec<Name>,
    /// Whether it sends coins.
    pub sends: bool,
}

/// The exported functions of a contract, by name; of a library, none.
pub fn entries(db: &dyn Db, package: Package) -> Vec<Entry> {
    if package_kind(db, package) != PackageKind::Contract {
        return Vec::new();
    }
    let mut out = Vec::new();
    for decl in q::package_decls(db, package) {
        if decl.file(db).name(db).ends_with("_test.go") {
            continue;
        }
        let ast = q::decl_sig(db, *decl);
        let DeclKind::Func(_) = &ast.kind else { continue };
        let mir = amigos_mir::query::mir(db, package, *decl);
        let Some(name) = mir.func.as_ref().filter(|body| !is_migration(body)).map(|body| body.func.name) else { continue };
        if !name.split('.').all(|part| part.starts_with(char::is_uppercase)) || name.as_str() == "Render" {
            continue;
        }
        let effects = effects(db, package, name);
        let own = package.key(db);
        let changes: BTreeSet<Name> = effects.writes.iter().filter(|g| g.pkg == own).map(|g| g.name).collect();
        out.push(Entry { name, who: (*who(db, package, name)).clone(), changes: changes.into_iter().collect(), sends: effects.sends });
    }
    out.sort_by_key(|e| e.name.as_str());
    out
}

fn nobody(_db: &dyn Db, _id: salsa::Id, _package: Package, _name: Name) -> Arc<Who> {
    Arc::default()
}

/// Who can call function `name` (`F`, `T.M`) of a package with effect.
#[salsa::tracked(returns(clone), cycle_initial = nobody)]
pub fn who(db: &dyn Db, package: Package, name: Name) -> Arc<Who> {
    let Some(decl) = declaration(db, package, name) else { return Arc::default() };
    let mir = amigos_mir::query::mir(db, package, decl);
    let Some(body) = &mir.func else { return Arc::default() };
    let mut out = Who::NoEffect;
    crate::guards::bodies(body, 0, &mut |inner| {
        let found = of_body(db, package, &Flow::new(inner));
        out = std::mem::take(&mut out).or(found);
    });
    // What is written by ways that aren't followed here: by whom can't be said better than the function as a whole says it.
    let does = effects(db, package, name);
    if out == Who::NoEffect && (!does.writes.is_empty() || does.sends) {
        out = match does.checks_sender.is_empty() {
            true => Who::Anyone,
            false => Who::Role(does.checks_sender.iter().map(|g| g.name).collect()),
        };
    }
    Arc::new(out)
}

fn of_body(db: &dyn Db, package: Package, flow: &Flow) -> Who {
    let mut out = Who::NoEffect;
    for write in flow.writes() {
        let own = write.target.mentions_sender();
        let asked = asked(db, flow, write.block, write.span);
        out = out.or(if own { asked.and(Who::Own) } else { asked });
    }
    let is_method = flow.body.func.name.contains('.');
    for (block, inst) in flow.insts() {
        let effect = match &inst.op {
            // A method changes what it is called on, which others reach by a path: `Posts[12].Upvote`.
            Op::Store { place, .. } if is_method && !matches!(place.base, PlaceBase::Local(_)) && on_receiver(&flow.place(place)) => {
                Who::Anyone
            }
            Op::MapSet { map, .. } if is_method && on_receiver(&flow.val(map)) => Who::Anyone,
            Op::Call { callee: Callee::Static { func, .. }, args, .. } => match (func.pkg.0.as_str(), func.name.as_str()) {
                // What only its caller gets is theirs.
                ("amigos", "Send") if args.first().is_some_and(|to| flow.val(to).mentions_sender()) => Who::Own,
                ("amigos", "Send") => Who::Anyone,
                _ => called(db, package, flow, func, args),
            },
            Op::Call { .. } | Op::Defer { .. } => Who::NoEffect,
            _ => continue,
        };
        if effect != Who::NoEffect {
            out = out.or(effect.and(asked(db, flow, block, inst.span)));
        }
    }
    out
}

/// Whether a value is the receiver, or a part of it.
fn on_receiver(val: &Val) -> bool {
    match val {
        Val::Param(0) => true,
        Val::Field(x, _) | Val::Elem(x, _) => on_receiver(x),
        _ => false,
    }
}

/// What a call of a known function does.
fn called(db: &dyn Db, package: Package, flow: &Flow, func: &FuncKey, args: &[Operand]) -> Who {
    let Some(callee) = Root::get(db).packages(db).get(&func.pkg).copied() else { return Who::NoEffect };
    let does = effects(db, callee, func.name);
    let through = does.writes_params.iter().filter_map(|n| args.get(*n as usize)).filter_map(|x| flow.val(x).root()).next().is_some();
    let written = if through { Who::Anyone } else { Who::NoEffect };
    if callee == package {
        return written.or((*who(db, callee, func.name)).clone());
    }
    // Another contract sees this one as its caller: whom it lets is not who calls here.
    if does.writes.is_empty() && !does.sends { written } else { Who::Anyone }
}

/// Ways that meet: more than these are not looked at one by one.
const MAX_WAYS: usize = 8;

/// Who gets to a place, after the checks of the caller that stand before it.
fn asked(db: &dyn Db, flow: &Flow, block: BlockId, span: amigos_syntax::TextRange) -> Who {
    let own = flow.body.func.pkg;
    let mut out = Who::Anyone;
    for condition in flow.conditions(block) {
        if let Some(who) = of_condition(db, own, &condition) {
            out = out.and(who);
        }
    }
    // Where ways meet, each of them may have a check of its own: `if msg.Sender != owner && !isAdmin() { return }`.
    for at in flow.dominating(block) {
        let ways = flow.preds(at);
        if !(2..=MAX_WAYS).contains(&ways.len()) {
            continue;
        }
        let on = |from: &BlockId| {
            let own_way = flow.way(*from, at).and_then(|c| of_condition(db, own, &c));
            own_way.into_iter().chain(flow.conditions(*from).iter().filter_map(|c| of_condition(db, own, c))).reduce(Who::and)
        };
        if let Some(all) = ways.iter().map(on).collect::<Option<Vec<Who>>>() {
            out = all.into_iter().reduce(Who::or).into_iter().fold(out, Who::and);
        }
    }
    for (func, args) in flow.calls_before(block, span) {
        let found = if func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Assert" {
            args.first().and_then(|val| of_condition(db, own, &Condition { val: val.clone(), truth: true, span }))
        } else {
            // What only says yes or no counts where somebody listens: as a condition.
            let refuses = summary_of(db, &func).is_some_and(|does| does.panics);
            refuses.then(|| by_call(db, own, &func, &args)).flatten()
        };
        out = found.into_iter().fold(out, Who::and);
    }
    out
}

/// Whom a function lets pass that looks at the caller, or is asked about the caller, and changes nothing: `onlyOwner()`, `isAdmin(msg.Sender)`,
/// `roles.Assert("admin", msg.Sender)`.
fn by_call(db: &dyn Db, own: PkgKey, func: &FuncKey, args: &[Val]) -> Option<Who> {
    let package = Root::get(db).packages(db).get(&func.pkg).copied()?;
    let does = effects(db, package, func.name);
    let named = |keys: &mut dyn Iterator<Item = GlobalKey>| {
        let names: BTreeSet<Name> = keys.map(|g| g.name).collect();
        (!names.is_empty()).then_some(Who::Role(names))
    };
    if !does.writes.is_empty() || does.sends {
        return None;
    }
    if func.pkg == own && !does.checks_sender.is_empty() {
        return named(&mut does.checks_sender.iter().copied());
    }
    if !args.contains(&Val::Msg(MsgField::Sender)) {
        return None;
    }
    // `slices.Contains(admins, msg.Sender)`, `admins.Assert(msg.Sender)`: what it is looked up in.
    let given = named(&mut args.iter().filter_map(Val::root).filter(|g| g.pkg == own));
    given.or_else(|| match func.pkg == own {
        true => named(&mut does.reads.iter().copied()),
        // A package that knows who may do what.
        false => {
            let path = func.pkg.0.as_str().split('@').next()?;
            (!does.reads.is_empty()).then(|| Who::Role(BTreeSet::from([Name::new(path.rsplit('/').next().unwrap_or(path))])))
        }
    })
}

/// Whom a condition lets pass, if it is about the caller.
fn of_condition(db: &dyn Db, own: PkgKey, condition: &Condition) -> Option<Who> {
    let sender = Val::Msg(MsgField::Sender);
    let part = |val: &Val, truth: bool| of_condition(db, own, &Condition { val: val.clone(), truth, span: condition.span });
    match &condition.val {
        Val::Un(UnaryOp::Not, inner) => part(inner, !condition.truth),
        Val::Call(func, args, _) => condition.truth.then(|| by_call(db, own, func, args)).flatten(),
        Val::Bin(op @ (BinaryOp::Eq | BinaryOp::Ne), a, b) => {
            let lets_pass = (*op == BinaryOp::Eq) == condition.truth;
            let with =
                |wanted: &dyn Fn(&Val) -> bool| [(a, b), (b, a)].into_iter().find(|(x, _)| wanted(x)).map(|(x, other)| (&**x, &**other));
            // `err := onlyOwner(); err != nil`
            if let Some((_, Val::Call(func, args, _))) = with(&|x| *x == Val::Zero) {
                return lets_pass.then(|| by_call(db, own, func, args)).flatten();
            }
            // `roles[msg.Sender] == admin`
            if let Some((Val::Elem(map, _), Val::Const(_))) = with(&|x| matches!(x, Val::Elem(_, key) if **key == sender)) {
                let role = map.root().filter(|_| lets_pass).map(|set| Who::Role(BTreeSet::from([set.name])));
                return role.or_else(|| by_entry(&condition.val));
            }
            match with(&|x| *x == sender).map(|(_, other)| other) {
                // A comparison of what is kept under the caller's address: `balances[msg.Sender] == 0`.
                None => by_entry(&condition.val),
                Some(_) if !lets_pass => None,
                Some(Val::Call(func, _, _)) if func.pkg.0.as_str() == "amigos" && func.name.as_str() == "Self" => Some(Who::ThisPackage),
                Some(Val::Global(key)) => Some(Who::Role(BTreeSet::from([key.name]))),
                // The owner of an entry, of a thing that was passed: of what is looked at.
                Some(Val::Field(of, _)) if matches!(**of, Val::Global(_)) => of.root().map(|key| Who::Role(BTreeSet::from([key.name]))),
                // `Owner()`, a function that gives a variable.
                Some(Val::Call(func, args, _)) if func.pkg == own && args.is_empty() => {
                    let package = Root::get(db).packages(db).get(&func.pkg).copied()?;
                    let names: BTreeSet<Name> = effects(db, package, func.name).reads.iter().map(|g| g.name).collect();
                    Some(if names.is_empty() { Who::Own } else { Who::Role(names) })
                }
                Some(_) => Some(Who::Own),
            }
        }
        // `admins[msg.Sender]`, `roles["admin"][msg.Sender]`, a set of callers: or a value that is theirs.
        Val::Elem(map, key) | Val::Has(map, key) if **key == sender => {
            map.root().filter(|_| condition.truth).map(|set| Who::Role(BTreeSet::from([set.name])))
        }
        // `a && b`, `a || b`, with the value that cuts it short among the parts: all of them hold, or one of them does.
        Val::Made(parts) => {
            let cut = |truth: bool| parts.iter().any(|v| matches!(v, Val::Const(c) if c.as_bool() == Some(truth)));
            let asked = parts.iter().filter(|v| !matches!(v, Val::Const(_))).map(|val| part(val, condition.truth));
            match (cut(false), cut(true)) {
                (true, false) if condition.truth => asked.flatten().reduce(Who::and),
                (false, true) if !condition.truth => asked.flatten().reduce(Who::and),
                _ => asked.collect::<Option<Vec<Who>>>()?.into_iter().reduce(Who::or),
            }
        }
        other => by_entry(other),
    }
}

/// What compares something kept under the caller's address lets pass who has it.
fn by_entry(val: &Val) -> Option<Who> {
    let sender = Val::Msg(MsgField::Sender);
    val.any(&mut |v| matches!(v, Val::Elem(_, key) | Val::Has(_, key) if **key == sender)).then_some(Who::Own)
}
