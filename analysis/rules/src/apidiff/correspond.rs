//! Whether a type of the new version can stand for one of the old version. Asking it makes it so: the first type that could stand for a declared type is
//! its only one from then on, and is checked for being compatible with it.

use amigos_types::checker::Checker;
use amigos_types::ty::{FieldTy, IfaceMethod, NamedKey, Param, PkgKey, Ty, TyKind};

use super::{Differ, Holes, MAX_DEPTH, Side};

/// Interfaces being compared, innermost last.
type Open = Vec<(Ty, Ty)>;

/// A declared type without its arguments; `None` for other types.
pub(super) fn origin(ty: Ty) -> Option<Ty> {
    match ty.unalias().kind() {
        TyKind::Named { key, args } if !args.is_empty() => Some(Ty::named(*key, [])),
        TyKind::Named { .. } => Some(ty.unalias()),
        _ => None,
    }
}

/// The constraint of a type parameter, as an interface or a declared type.
pub(super) fn constraint(checker: &Checker, param: Ty) -> Ty {
    let TyKind::TypeParam(key) = param.kind() else { return Ty::invalid() };
    let bound = checker.bound_of(*key).unwrap_or(Ty::invalid());
    if checker.is_interface(bound) { bound } else { checker.type_param_iface(param) }
}

impl Differ<'_, '_, '_> {
    pub(super) fn correspond(&mut self, old: Ty, new: Ty) -> bool {
        self.corr(old, new, &mut Vec::new())
    }

    fn corr(&mut self, old: Ty, new: Ty, open: &mut Open) -> bool {
        if self.depth > MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        let result = self.corr_inner(old.unalias(), new.unalias(), open);
        self.depth -= 1;
        result
    }

    fn corr_inner(&mut self, old: Ty, new: Ty, open: &mut Open) -> bool {
        match (old.kind(), new.kind()) {
            (TyKind::Basic(a), TyKind::Basic(b)) => a == b,
            (TyKind::Array { len: n, elem: a }, TyKind::Array { len: m, elem: b }) => self.corr(*a, *b, open) && n == m,
            (TyKind::Slice(a), TyKind::Slice(b)) | (TyKind::Pointer(a), TyKind::Pointer(b)) => self.corr(*a, *b, open),
            (TyKind::Map { key: k, value: v }, TyKind::Map { key: l, value: w }) => self.corr(*k, *l, open) && self.corr(*v, *w, open),
            (TyKind::Chan { dir: d, elem: a }, TyKind::Chan { dir: e, elem: b }) => self.corr(*a, *b, open) && d == e,
            (TyKind::Signature(a), TyKind::Signature(b)) => {
                let params = self.corr_params(&a.params, &b.params, open);
                let results = self.corr_params(&a.results, &b.results, open);
                let tparams = self.holes == Holes::AsApidiff || self.type_params_correspond(&a.tparams, &b.tparams);
                a.variadic == b.variadic && params && results && tparams
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => self.corr_params(a, b, open),
            (TyKind::Struct(a), TyKind::Struct(b)) => self.corr_structs(a, b, open),
            (TyKind::Interface(_), TyKind::Interface(_)) => self.corr_interfaces(old, new, open),
            (TyKind::Named { key, args }, _) => self.establish((old, *key, args), new),
            (TyKind::TypeParam(a), TyKind::TypeParam(b)) => a.index == b.index,
            _ => false,
        }
    }

    fn corr_params(&mut self, old: &[Param], new: &[Param], open: &mut Open) -> bool {
        for (i, a) in old.iter().enumerate() {
            let Some(b) = new.get(i) else { return false };
            if !self.corr(a.ty, b.ty, open) {
                return false;
            }
        }
        old.len() == new.len()
    }

    fn corr_structs(&mut self, old: &[FieldTy], new: &[FieldTy], open: &mut Open) -> bool {
        for (i, a) in old.iter().enumerate() {
            let Some(b) = new.get(i) else { return false };
            if a.embedded != b.embedded || a.tag != b.tag || !self.corr(a.ty, b.ty, open) || !self.field_names_correspond(a, b) {
                return false;
            }
        }
        old.len() == new.len()
    }

    /// An unexported embedded type may be renamed.
    fn field_names_correspond(&mut self, a: &FieldTy, b: &FieldTy) -> bool {
        let hidden = |f: &FieldTy| f.embedded && !f.name.is_exported();
        if hidden(a)
            && hidden(b)
            && let TyKind::Named { key, args } = a.ty.kind()
            && let TyKind::Named { .. } = b.ty.kind()
        {
            return self.establish((a.ty, *key, args), b.ty);
        }
        a.name == b.name
    }

    fn corr_interfaces(&mut self, old: Ty, new: Ty, open: &mut Open) -> bool {
        if open.contains(&(old, new)) || open.contains(&(new, old)) {
            return true;
        }
        let (a, b) = (self.old_checker.type_set(old), self.new_checker.type_set(new));
        let (old_methods, new_methods) = (self.sorted_methods(&a.methods), self.sorted_methods(&b.methods));
        open.push((old, new));
        let mut same = true;
        for (i, (id, m)) in old_methods.iter().enumerate() {
            let found = new_methods.get(i).filter(|(other, _)| other == id).map(|(_, n)| n.sig);
            if found.is_none_or(|sig| !self.corr(m.sig, sig, open)) {
                same = false;
                break;
            }
        }
        open.pop();
        same && old_methods.len() == new_methods.len() && (self.holes == Holes::AsApidiff || self.type_sets_correspond(old, new))
    }

    /// Whether the types that two interfaces allow correspond.
    pub(super) fn type_sets_correspond(&mut self, old: Ty, new: Ty) -> bool {
        let (a, b) = (self.old_checker.type_set(old), self.new_checker.type_set(new));
        match (&a.terms, &b.terms) {
            (None, None) => a.comparable == b.comparable,
            (Some(x), Some(y)) => {
                x.len() == y.len() && x.iter().all(|s| y.iter().any(|t| s.tilde == t.tilde && self.correspond(s.ty, t.ty)))
            }
            _ => false,
        }
    }

    /// Methods by identity; unexported ones of the two versions count as the same package's.
    fn sorted_methods(&self, methods: &[IfaceMethod]) -> Vec<(String, IfaceMethod)> {
        let own = |pkg: Option<PkgKey>| pkg == Some(self.old.key) || pkg == Some(self.new.key);
        let id = |m: &IfaceMethod| match m.pkg {
            Some(pkg) if !m.name.is_exported() && !own(Some(pkg)) => format!("{}.{}", pkg.0, m.name),
            _ => m.name.to_string(),
        };
        let mut list: Vec<(String, IfaceMethod)> = methods.iter().map(|m| (id(m), *m)).collect();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    }

    fn establish(&mut self, (old, key, args): (Ty, NamedKey, &[Ty]), new: Ty) -> bool {
        let old = old.canonical();
        if let Some((_, known)) = self.pairs.get(&old) {
            let known = *known;
            return self.new_checker.identical(known, new);
        }
        let own = key.pkg == Some(self.old.key);
        if own && key.name.is_exported() && args.is_empty() && !self.name_still_means(key, new) {
            return false;
        }
        match new.kind() {
            TyKind::Named { key: new_key, args: new_args } => {
                if !own || new_key.pkg != Some(self.new.key) {
                    let same = key.name == new_key.name && key.pkg == new_key.pkg;
                    return same && (self.holes == Holes::AsApidiff || self.lists_correspond(args, new_args));
                }
                if args.is_empty() {
                    let (a, b) = (self.old_checker.named_tparams(key), self.new_checker.named_tparams(*new_key));
                    // An instance has none of its own.
                    let b = if new_args.is_empty() { b } else { Box::default() };
                    if !self.type_params_correspond(&a, &b) {
                        return false;
                    }
                } else {
                    let generic = !new_args.is_empty() && self.correspond(Ty::named(key, []), Ty::named(*new_key, []));
                    if !generic || !self.lists_correspond(args, new_args) {
                        return false;
                    }
                }
            }
            TyKind::Basic(_) if own => {}
            _ => return false,
        }
        self.pairs.insert(old, (old, new));
        self.declared_types(key, old, new);
        true
    }

    /// An exported type can only correspond to what its name means in the new version.
    fn name_still_means(&mut self, key: NamedKey, new: Ty) -> bool {
        let Some(member) = self.new.types.members.get(&key.name) else { return false };
        if !matches!(member.member.kind, amigos_types::ctx::MemberKind::Type { .. }) {
            return false;
        }
        let mut target = member.member.ty.unalias();
        if !self.old_checker.named_tparams(key).is_empty()
            && let Some(generic) = origin(target)
        {
            target = generic;
        }
        self.new_checker.identical(new, target)
    }

    fn lists_correspond(&mut self, old: &[Ty], new: &[Ty]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(a, b)| self.correspond(*a, *b))
    }

    /// As many, with corresponding constraints.
    fn type_params_correspond(&mut self, old: &[Ty], new: &[Ty]) -> bool {
        old.len() == new.len()
            && old.iter().zip(new).all(|(a, b)| {
                let (a, b) = (constraint(self.old_checker, *a), constraint(self.new_checker, *b));
                self.correspond(a, b)
            })
    }
}

/// The type that a declaration `type T U` has to the right of the name, as written.
pub(super) fn right_hand_side(side: Side, key: NamedKey) -> Option<Ty> {
    use amigos_syntax::ast::{DeclKind, Spec};
    if key.pkg != Some(side.key) {
        return None;
    }
    let member = side.types.members.get(&key.name)?;
    let decl = side.source.decls.get(member.decl.0 as usize)?;
    let DeclKind::Gen(group) = &decl.kind else { return None };
    group.specs.iter().find_map(|spec| match spec {
        Spec::Type { name, ty, .. } if *name == member.ident => Some(side.types.facts.get(member.decl.0 as usize)?.type_of(*ty).ty),
        _ => None,
    })
}
