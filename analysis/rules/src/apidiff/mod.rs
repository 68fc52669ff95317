//! Compatibility of the exported API of two versions of a package: what changed, and whether code that used the old version still compiles with
//! the new one. The judgement is that of `golang.org/x/exp/apidiff`, to the word (suite `apidiff` of the conformance tests compares them);
//! [`Holes::Closed`] also reports what that tool is known to overlook.
//!
//! Types of the two versions are never mixed: the first of two types always belongs to the old version, the second to the new one, and each is
//! looked at through its own world. Two declared types *correspond* if one can stand for the other in the API; which do is found while the exported
//! objects are compared, and the first use of a type decides ([`correspond`]).

mod compatible;
mod correspond;
mod messages;
mod text;

use amigos_syntax::Name;
use amigos_types::checker::Checker;
use amigos_types::ctx::{Member, MemberKind, TyCtx};
use amigos_types::facts::PackageTypes;
use amigos_types::konst::{self, Const};
use amigos_types::outside::with_checker;
use amigos_types::source::PackageSource;
use amigos_types::ty::{PkgKey, Ty, TyKind};
use rustc_hash::FxHashMap;

use messages::{Messages, Object};

/// A version of a package.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The program it is part of.
    pub ctx: &'a dyn TyCtx,
    /// Its key in that program; both versions may have the same.
    pub key: PkgKey,
    /// Its declarations, checked.
    pub types: &'a PackageTypes,
    /// Its syntax, for names of receivers and types as they are written.
    pub source: &'a PackageSource,
}

/// What to do about breaking changes that apidiff is known not to see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holes {
    /// Overlook them too: constraints and number of a function's type parameters, type sets of constraint interfaces, type arguments of types of
    /// other packages, and methods that an interface loses with an embedded one.
    AsApidiff,
    /// Report them.
    Closed,
}

/// A difference.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// Whether code that uses the old version compiles with the new one.
    pub compatible: bool,
    /// What changed, in apidiff's words: `T.F: changed from int to bool`.
    pub message: String,
    /// The package-level object of the old version that it concerns (of the new one if it was added).
    pub object: Name,
    /// The field or method, if it is one's.
    pub member: Option<Name>,
}

/// The differences between two versions of a package, breaking ones first, each kind sorted by message.
pub fn changes(old: Side, new: Side, holes: Holes) -> Vec<Change> {
    with_checker(old.ctx, |old_checker| {
        with_checker(new.ctx, |new_checker| {
            let mut differ = Differ {
                old,
                new,
                holes,
                old_checker,
                new_checker,
                pairs: FxHashMap::default(),
                broken: Messages::default(),
                fine: Messages::default(),
                depth: 0,
            };
            differ.package();
            differ.report()
        })
    })
}

/// How deep types are compared; what nests deeper counts as different.
const MAX_DEPTH: u32 = 100;

/// The comparison of two versions.
struct Differ<'d, 'o, 'n> {
    old: Side<'d>,
    new: Side<'d>,
    holes: Holes,
    old_checker: &'d mut Checker<'o>,
    new_checker: &'d mut Checker<'n>,
    /// Which type of the new version stands for a declared type of the old one.
    pairs: FxHashMap<Ty, (Ty, Ty)>,
    broken: Messages,
    fine: Messages,
    depth: u32,
}

impl Differ<'_, '_, '_> {
    fn incompatible(&mut self, object: &Object, part: &str, text: impl Into<String>) {
        self.broken.add(object, part, text.into());
    }

    fn compatible(&mut self, object: &Object, part: &str, text: impl Into<String>) {
        self.fine.add(object, part, text.into());
    }

    fn package(&mut self) {
        let old_names = exported(self.old);
        // Types under their own names first, so that an alias doesn't decide what they correspond to.
        for types in [true, false] {
            for (name, member) in &old_names {
                if (member.kind == MemberKind::Type { alias: false }) != types {
                    continue;
                }
                match self.new.types.members.get(name) {
                    Some(new) => {
                        let new = new.member.clone();
                        self.object(member, &new);
                    }
                    None => self.incompatible(&Object::old(*name), "", "removed"),
                }
            }
        }
        for (name, _) in exported(self.new) {
            if !self.old.types.members.contains_key(&name) {
                self.compatible(&Object::new(name), "", "added");
            }
        }
        self.whole_package();
    }

    /// A type that implemented an interface must implement what stands for the interface now.
    fn whole_package(&mut self) {
        let mut pairs: Vec<(String, Ty, Ty)> =
            self.pairs.values().map(|(old, new)| (self.text(self.old, *old, true), *old, *new)).collect();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, interface, new_interface) in &pairs {
            let Some(interface) = correspond::origin(*interface) else { continue };
            let is_interface = |ty: Ty| matches!(ty.kind(), TyKind::Interface(_));
            if !is_interface(self.old_checker.under(interface)) || !is_interface(self.new_checker.under(*new_interface)) {
                continue;
            }
            for (_, ty, new_ty) in &pairs {
                let Some(ty) = correspond::origin(*ty) else { continue };
                if ty == interface {
                    continue;
                }
                let did = self.old_checker.implements(ty, interface, false, &mut String::new());
                if did && !self.new_checker.implements(*new_ty, *new_interface, false, &mut String::new()) {
                    let TyKind::Named { key, .. } = interface.kind() else { continue };
                    let TyKind::Named { key: of, .. } = ty.kind() else { continue };
                    self.incompatible(&Object::old(of.name), "", format!("no longer implements {}", key.name));
                }
            }
        }
    }

    fn object(&mut self, old: &Member, new: &Member) {
        let object = Object::old(old.name);
        match (&old.kind, &new.kind) {
            (MemberKind::Const(a), MemberKind::Const(b)) => self.constant(&object, (old.ty, a), (new.ty, b)),
            (MemberKind::Func, MemberKind::Var) => {
                self.compatible(&object, "", "changed from func to var");
                self.must_correspond(&object, "", old.ty, new.ty);
            }
            (MemberKind::Var, MemberKind::Var)
            | (MemberKind::Func, MemberKind::Func)
            | (MemberKind::Type { .. }, MemberKind::Type { .. }) => {
                self.must_correspond(&object, "", old.ty, new.ty);
            }
            (a, b) => self.incompatible(&object, "", format!("changed from {} to {}", kind(a), kind(b))),
        }
    }

    fn constant(&mut self, object: &Object, (old_ty, old): (Ty, &Const), (new_ty, new): (Ty, &Const)) {
        if !self.correspond(old_ty, new_ty) {
            self.type_changed(object, "", old_ty, new_ty);
        } else if !konst::compare(old, amigos_syntax::ast::BinaryOp::Eq, new) {
            self.incompatible(object, "", format!("value changed from {old} to {new}"));
        }
    }

    fn must_correspond(&mut self, object: &Object, part: &str, old: Ty, new: Ty) {
        if !self.correspond(old, new) {
            self.type_changed(object, part, old, new);
        }
    }

    fn type_changed(&mut self, object: &Object, part: &str, old: Ty, new: Ty) {
        let was = self.text(self.old, without_names(old, self.holes), false);
        let is = self.text(self.new, without_names(new, self.holes), false);
        self.incompatible(object, part, format!("changed from {was} to {is}"));
    }

    fn report(&self) -> Vec<Change> {
        let mut out = Vec::new();
        for (messages, compatible) in [(&self.broken, false), (&self.fine, true)] {
            let mut list: Vec<Change> = messages
                .all()
                .map(|(object, part, text)| {
                    let name = self.object_text(object);
                    let subject = match part {
                        "" => name,
                        part if part.starts_with(',') => format!("{name}{part}"),
                        part => format!("{name}.{part}"),
                    };
                    let member = object.method.map(|m| m.name).or_else(|| {
                        let is_name = !part.is_empty() && !part.starts_with(',');
                        is_name.then(|| Name::new(part))
                    });
                    Change { compatible, message: format!("{subject}: {text}"), object: object.name, member }
                })
                .collect();
            list.sort();
            out.append(&mut list);
        }
        out
    }
}

/// The exported objects, by name.
fn exported(side: Side) -> Vec<(Name, std::sync::Arc<Member>)> {
    let mut list: Vec<_> =
        side.types.members.iter().filter(|(name, _)| name.is_exported()).map(|(name, m)| (*name, m.member.clone())).collect();
    list.sort_by_key(|(name, _)| name.as_str());
    list
}

fn kind(kind: &MemberKind) -> &'static str {
    match kind {
        MemberKind::Const(_) => "const",
        MemberKind::Var => "var",
        MemberKind::Func => "func",
        MemberKind::Type { .. } => "type",
    }
}

/// A function type without its parameters' names, which don't matter (and as apidiff shows it: without type parameters).
fn without_names(ty: Ty, holes: Holes) -> Ty {
    let mut ty = ty;
    // `byte` and `rune` keep their names. Go's own tool writes `interface{}` for an `any` that is the whole type; people read what they wrote.
    while let TyKind::Alias { key, actual, .. } = ty.kind()
        && (key.pkg.is_some() || holes == Holes::AsApidiff && key.name.as_str() == "any")
    {
        ty = *actual;
    }
    let TyKind::Signature(sig) = ty.kind() else { return ty };
    let mut sig = sig.clone();
    sig.params.iter_mut().chain(&mut sig.results).for_each(|p| p.name = None);
    if holes == Holes::AsApidiff {
        sig.tparams = Box::default();
    }
    Ty::new(TyKind::Signature(sig))
}
