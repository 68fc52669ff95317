//! The type sets of interfaces (Go spec, "Interface types").

use std::sync::Arc;

use amigos_syntax::Name;
use rustc_hash::FxHashSet;

use crate::checker::{Checker, MAX_DEPTH};
use crate::ty::{IfaceMethod, PkgKey, Term, Ty, TyKind};
use crate::universe;

/// A term of a type set in normal form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetTerm {
    /// Whether it is `~T`.
    pub tilde: bool,
    /// The type.
    pub ty: Ty,
}

/// The type set of an interface.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TypeSet {
    /// All methods, sorted by name (unexported ones by package as well).
    pub methods: Vec<IfaceMethod>,
    /// The types in it; `None`: all types.
    pub terms: Option<Vec<SetTerm>>,
    /// Whether all types in it must be comparable. Only without terms: else the terms are the comparable ones.
    pub comparable: bool,
}

impl TypeSet {
    /// Whether no type is in it.
    pub fn is_empty(&self) -> bool {
        self.terms.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether all types are in it.
    pub fn is_all(&self) -> bool {
        self.is_method_set() && self.methods.is_empty()
    }

    /// Whether it is described by methods alone.
    pub fn is_method_set(&self) -> bool {
        !self.comparable && self.terms.is_none()
    }

    /// Whether it has specific types.
    pub fn has_terms(&self) -> bool {
        self.terms.as_ref().is_some_and(|t| !t.is_empty())
    }

    /// The method of that name, with its index.
    pub fn lookup_method(&self, pkg: Option<PkgKey>, name: Name, fold_case: bool) -> Option<(usize, &IfaceMethod)> {
        if name.is_blank() {
            return None;
        }
        self.methods.iter().enumerate().find(|(_, m)| Checker::same_id(m.pkg, m.name, pkg, name, fold_case))
    }
}

/// How many terms a union may have.
pub const MAX_TERMS: usize = 100;

/// Sorts methods as a type set has them: exported ones first, then by name, then by package.
pub fn sort_methods(methods: &mut [IfaceMethod]) {
    methods.sort_by(|a, b| {
        b.name.is_exported().cmp(&a.name.is_exported()).then_with(|| a.name.as_str().cmp(b.name.as_str())).then_with(|| {
            let path = |m: &IfaceMethod| if m.name.is_exported() { "" } else { m.pkg.map_or("", |p| p.0.as_str()) };
            path(a).cmp(path(b))
        })
    });
}

impl<'a> Checker<'a> {
    /// The type set of an interface type (of [`TyKind::Interface`]; of other types that of an interface that embeds them).
    pub fn type_set(&self, interface: Ty) -> Arc<TypeSet> {
        let interface = self.under(interface);
        if let Some(found) = self.type_set_memo.borrow().get(&interface) {
            return found.clone();
        }
        let TyKind::Interface(shape) = interface.kind() else {
            let terms = if interface.is_invalid() { None } else { Some(vec![SetTerm { tilde: false, ty: interface }]) };
            return Arc::new(TypeSet { terms, ..TypeSet::default() });
        };
        let depth = self.depth.get();
        if depth > MAX_DEPTH {
            return Arc::default();
        }
        self.depth.set(depth + 1);
        let was_incomplete = self.incomplete.replace(false);
        // A cyclic interface is reported elsewhere; here it only must not recurse for ever.
        self.type_set_memo.borrow_mut().insert(interface, Arc::default());
        let mut set = TypeSet { methods: shape.methods.to_vec(), ..TypeSet::default() };
        for embed in &shape.embeds {
            let (terms, comparable) = self.embedded_terms(*embed, &mut set.methods);
            let Some(terms) = terms else { continue };
            (set.terms, set.comparable) = self.intersect_term_lists(set.terms.take(), set.comparable, terms, comparable);
        }
        sort_methods(&mut set.methods);
        self.depth.set(depth);
        let set = Arc::new(set);
        if self.incomplete.get() {
            self.type_set_memo.borrow_mut().remove(&interface);
        } else {
            self.type_set_memo.borrow_mut().insert(interface, set.clone());
        }
        self.incomplete.set(was_incomplete || self.incomplete.get());
        set
    }

    /// The terms of an embedded element (`None`: the element is invalid; `Some(None)`: all types) and whether it demands comparability; its methods
    /// are added to `methods`.
    #[allow(clippy::option_option)]
    fn embedded_terms(&self, embed: Ty, methods: &mut Vec<IfaceMethod>) -> (Option<Option<Vec<SetTerm>>>, bool) {
        if matches!(embed.unalias().kind(), TyKind::Named { key, .. } if *key == universe::comparable_key()) {
            return (Some(None), true);
        }
        let under = self.under(embed);
        match under.kind() {
            TyKind::Interface(_) => {
                let inner = self.type_set(under);
                for method in &inner.methods {
                    if !methods.iter().any(|m| Checker::same_id(m.pkg, m.name, method.pkg, method.name, false)) {
                        methods.push(*method);
                    }
                }
                (Some(inner.terms.clone()), inner.comparable)
            }
            TyKind::Union(_) => (self.union_set(under), false),
            _ if under.is_invalid() => (None, false),
            _ => (Some(Some(vec![SetTerm { tilde: false, ty: embed }])), false),
        }
    }

    /// The normal form of a union's terms; `None` if there are too many, `Some(None)` for all types.
    #[allow(clippy::option_option)]
    pub fn union_set(&self, union: Ty) -> Option<Option<Vec<SetTerm>>> {
        let TyKind::Union(terms) = union.kind() else { return Some(None) };
        let mut all: Vec<SetTerm> = Vec::new();
        for Term { tilde, ty } in terms {
            let under = self.under(*ty);
            if under.is_invalid() {
                continue;
            }
            if matches!(ty.unalias().kind(), TyKind::Named { key, .. } if *key == universe::comparable_key()) {
                return Some(None);
            }
            if matches!(under.kind(), TyKind::Interface(_)) {
                match &self.type_set(under).terms {
                    None => return Some(None),
                    Some(inner) => all.extend(inner.iter().copied()),
                }
            } else if *tilde && !self.identical(*ty, under) {
                // No type has it as its underlying type.
            } else {
                all.push(SetTerm { tilde: *tilde, ty: *ty });
            }
            if all.len() > MAX_TERMS {
                return None;
            }
        }
        Some(Some(self.normalize_terms(all)))
    }

    /// The terms of a union for comparing it.
    pub fn union_terms(&self, union: Ty) -> Vec<SetTerm> {
        self.union_set(union).flatten().unwrap_or_default()
    }

    /// The intersection of two lists of terms (`None`: all types) with their demands for comparability.
    fn intersect_term_lists(
        &self,
        x: Option<Vec<SetTerm>>,
        x_comparable: bool,
        y: Option<Vec<SetTerm>>,
        y_comparable: bool,
    ) -> (Option<Vec<SetTerm>>, bool) {
        let terms = match (x, y) {
            (None, other) | (other, None) => other,
            (Some(x), Some(y)) => {
                let mut both = Vec::new();
                for a in &x {
                    for b in &y {
                        if let Some(t) = self.intersect_terms(*a, *b) {
                            both.push(t);
                        }
                    }
                }
                Some(self.normalize_terms(both))
            }
        };
        let comparable = x_comparable || y_comparable;
        match terms {
            Some(terms) if comparable => (Some(terms.into_iter().filter(|t| self.comparable_type(t.ty, false).is_ok()).collect()), false),
            terms => (terms, comparable),
        }
    }

    /// Whether all types of a type set can be compared.
    pub fn is_comparable_set(&self, set: &TypeSet, seen: &mut FxHashSet<Ty>) -> bool {
        match &set.terms {
            None => set.comparable,
            Some(terms) => !terms.is_empty() && terms.iter().all(|t| self.comparable_seen(t.ty, false, seen).is_ok()),
        }
    }

    /// Whether the types of `a` are all in `b`.
    pub fn subset_of(&self, a: &TypeSet, b: &TypeSet) -> bool {
        match (&a.terms, &b.terms) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(x), Some(y)) => x.iter().all(|s| y.iter().any(|t| self.term_subset(*s, *t))),
        }
    }

    /// Whether two lists of terms describe the same types.
    pub fn terms_equal(&self, x: &[SetTerm], y: &[SetTerm]) -> bool {
        x.iter().all(|s| y.iter().any(|t| self.term_subset(*s, *t))) && y.iter().all(|s| x.iter().any(|t| self.term_subset(*s, *t)))
    }

    fn normalize_terms(&self, terms: Vec<SetTerm>) -> Vec<SetTerm> {
        let mut result: Vec<SetTerm> = Vec::new();
        for term in terms {
            if result.iter().any(|t| self.term_subset(term, *t)) {
                continue;
            }
            result.retain(|t| !self.term_subset(*t, term));
            result.push(term);
        }
        result
    }

    fn intersect_terms(&self, x: SetTerm, y: SetTerm) -> Option<SetTerm> {
        if self.terms_disjoint(x, y) {
            return None;
        }
        // ~t ∩ ~t = ~t, ~t ∩ T = T, T ∩ ~t = T, T ∩ T = T
        Some(if x.tilde && !y.tilde { y } else { x })
    }

    /// Whether two terms have no type in common.
    pub fn terms_disjoint(&self, x: SetTerm, y: SetTerm) -> bool {
        let ux = if y.tilde { self.under(x.ty) } else { x.ty };
        let uy = if x.tilde { self.under(y.ty) } else { y.ty };
        !self.identical(ux, uy)
    }

    /// Whether a type is in a term.
    pub fn term_includes(&self, term: SetTerm, ty: Ty) -> bool {
        let ty = if term.tilde { self.under(ty) } else { ty };
        self.identical(term.ty, ty)
    }

    fn term_subset(&self, x: SetTerm, y: SetTerm) -> bool {
        // ~t ⊄ T; everything else is a matter of overlap.
        !self.terms_disjoint(x, y) && (!x.tilde || y.tilde)
    }

    /// A type set's terms, printed.
    pub fn terms_str(&self, terms: &[SetTerm]) -> String {
        if terms.is_empty() {
            return "∅".to_string();
        }
        let texts: Vec<String> = terms.iter().map(|t| format!("{}{}", if t.tilde { "~" } else { "" }, self.full_ty_str(t.ty))).collect();
        texts.join(" | ")
    }
}
