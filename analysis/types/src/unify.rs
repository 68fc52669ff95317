//! Type unification (Go spec, "Type unification"): finds type arguments that make two types match.
//!
//! Each type parameter that is to be inferred has a handle; joined type parameters share one. Three modes: *inexact* ignores names
//! and channel directions where a literal type meets a declared one, *exact* does not, and *assign* is inexact at the top and exact below.

use rustc_hash::FxHashMap;

use crate::checker::Checker;
use crate::lookup::Found;
use crate::ty::{IfaceMethod, Param, Ty, TyKind};
use crate::typeset::TypeSet;

/// How exactly types must match.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct UnifyMode {
    /// As for the sides of an assignment: inexact at the top, exact below.
    pub assign: bool,
    /// Types must be identical.
    pub exact: bool,
}

impl UnifyMode {
    /// Inexact at the top, exact below.
    pub const ASSIGN: UnifyMode = UnifyMode { assign: true, exact: false };
    /// Identical.
    pub const EXACT: UnifyMode = UnifyMode { assign: false, exact: true };
    /// Neither.
    pub const INEXACT: UnifyMode = UnifyMode { assign: false, exact: false };
}

/// Nesting beyond this is taken as a mismatch.
const DEPTH_LIMIT: u32 = 50;

/// The state of one inference.
pub(crate) struct Unifier {
    /// For each type parameter, which handle it has.
    handle_of: FxHashMap<Ty, usize>,
    /// What each handle stands for.
    handles: Vec<Option<Ty>>,
    depth: u32,
    /// Whether methods shared by interfaces are used (since Go 1.21).
    interface_inference: bool,
}

/// Pairs of interfaces whose comparison is under way.
type Pairs<'p> = &'p [(Ty, Ty)];

impl Unifier {
    pub(crate) fn new(tparams: &[Ty], targs: &[Option<Ty>], interface_inference: bool) -> Unifier {
        Unifier {
            handle_of: tparams.iter().enumerate().map(|(i, t)| (*t, i)).collect(),
            handles: (0..tparams.len()).map(|i| targs.get(i).copied().flatten()).collect(),
            depth: 0,
            interface_inference,
        }
    }

    /// The type inferred for a type parameter so far.
    pub(crate) fn at(&self, tparam: Ty) -> Option<Ty> {
        self.handle_of.get(&tparam).and_then(|h| self.handles[*h])
    }

    /// Sets the type inferred for a type parameter.
    pub(crate) fn set(&mut self, tparam: Ty, ty: Ty) {
        if let Some(h) = self.handle_of.get(&tparam) {
            self.handles[*h] = Some(ty);
        }
    }

    /// How many type parameters have no type yet.
    pub(crate) fn unknowns(&self) -> usize {
        self.handle_of.values().filter(|h| self.handles[**h].is_none()).count()
    }

    /// What is inferred for each of `tparams`.
    pub(crate) fn inferred(&self, tparams: &[Ty]) -> Vec<Option<Ty>> {
        tparams.iter().map(|t| self.at(*t)).collect()
    }

    /// Whether the types match, inferring what is needed for it.
    pub(crate) fn unify(&mut self, check: &mut Checker<'_>, x: Ty, y: Ty, mode: UnifyMode) -> bool {
        self.nify(check, x, y, mode, &[])
    }

    /// The type, if it is one of the type parameters to infer.
    fn bound_param(&self, ty: Ty) -> Option<Ty> {
        let ty = ty.unalias();
        self.handle_of.contains_key(&ty).then_some(ty)
    }

    fn join(&mut self, x: Ty, y: Ty) -> bool {
        let (hx, hy) = (self.handle_of[&x], self.handle_of[&y]);
        let (from, to) = match (self.handles[hx], self.handles[hy]) {
            _ if hx == hy => return true,
            (Some(_), Some(_)) => return false,
            (Some(_), None) => (hy, hx),
            _ => (hx, hy),
        };
        for h in self.handle_of.values_mut() {
            if *h == from {
                *h = to;
            }
        }
        true
    }

    fn nify(&mut self, check: &mut Checker<'_>, x: Ty, y: Ty, mode: UnifyMode, pairs: Pairs<'_>) -> bool {
        if same(x, y) {
            return true;
        }
        if self.depth >= DEPTH_LIMIT {
            return false;
        }
        self.depth += 1;
        let result = self.nify_inner(check, x, y, mode, pairs);
        self.depth -= 1;
        result
    }

    fn nify_inner(&mut self, check: &mut Checker<'_>, x: Ty, y: Ty, mode: UnifyMode, pairs: Pairs<'_>) -> bool {
        let (mut x, mut y) = (x, y);
        // A declared type, and a type parameter to infer, stand on a known side: the former in y, the latter in x.
        if is_named(x) || self.bound_param(y).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        if !mode.exact && is_named(y) && is_type_literal(x) && !(self.interface_inference && is_interface(check, x)) {
            y = check.under(y);
            if same(x, y) {
                return true;
            }
        }
        match (self.bound_param(x), self.bound_param(y)) {
            (Some(px), Some(py)) => {
                if self.join(px, py) {
                    return true;
                }
                return match (self.at(px), self.at(py)) {
                    (Some(tx), Some(ty)) => self.nify(check, tx, ty, mode, pairs),
                    _ => false,
                };
            }
            (Some(px), None) => {
                let Some(known) = self.at(px) else {
                    self.set(px, y);
                    return true;
                };
                return self.nify(check, known, y, mode, pairs) && self.update(check, px, known, y, mode);
            }
            _ => {}
        }
        if self.interface_inference && !mode.exact {
            match (as_interface(check, x), as_interface(check, y)) {
                (Some(xi), Some(yi)) => return self.interfaces(check, xi, yi, pairs),
                (Some(iface), None) => return self.methods_of(check, iface, y, pairs),
                (None, Some(iface)) => return self.methods_of(check, iface, x, pairs),
                (None, None) => {}
            }
        }
        if is_type_param(y) {
            std::mem::swap(&mut x, &mut y);
        }
        self.structural(check, x, y, mode, pairs)
    }

    /// After a type parameter's known type matched another: keeps the better of the two.
    fn update(&mut self, check: &mut Checker<'_>, px: Ty, x: Ty, y: Ty, mode: UnifyMode) -> bool {
        let (xn, yn) = (is_named(x), is_named(y));
        match (as_interface(check, x), as_interface(check, y)) {
            (Some(xi), Some(yi)) => {
                if xn && yn {
                    return check.identical(x, y);
                }
                if check.type_set(xi).methods.len() != check.type_set(yi).methods.len() {
                    return false;
                }
            }
            (None, None) => {}
            _ => return false,
        }
        if !mode.exact && !xn {
            let directed = matches!(check.under(y).kind(), TyKind::Chan { dir, .. } if *dir != amigos_syntax::ast::ChanDir::Both);
            if yn || directed {
                self.set(px, y);
            }
        }
        true
    }

    /// Two interfaces, inexactly: the methods they share must match, and one must have all of the other's.
    fn interfaces(&mut self, check: &mut Checker<'_>, x: Ty, y: Ty, pairs: Pairs<'_>) -> bool {
        let (xs, ys) = (check.type_set(x), check.type_set(y));
        if xs.comparable != ys.comparable || !same_terms(check, &xs, &ys) {
            return false;
        }
        if pairs.iter().any(|(a, b)| (*a == x && *b == y) || (*a == y && *b == x)) {
            return true;
        }
        let mut inner = pairs.to_vec();
        inner.push((x, y));
        let (fewer, more) = if xs.methods.len() > ys.methods.len() { (&ys, &xs) } else { (&xs, &ys) };
        fewer.methods.iter().all(|m| {
            let other = more.methods.iter().find(|o| o.name == m.name && (m.name.is_exported() || o.pkg == m.pkg));
            other.is_some_and(|o| self.nify(check, m.sig, o.sig, UnifyMode::EXACT, &inner))
        })
    }

    /// An interface and another type: the type must have the interface's methods.
    fn methods_of(&mut self, check: &mut Checker<'_>, iface: Ty, ty: Ty, pairs: Pairs<'_>) -> bool {
        let set = check.type_set(iface);
        set.methods.iter().all(|m| match method_sig(check, ty, m) {
            Some(sig) => self.nify(check, m.sig, sig, UnifyMode::EXACT, pairs),
            None => false,
        })
    }

    fn structural(&mut self, check: &mut Checker<'_>, xorig: Ty, yorig: Ty, mode: UnifyMode, pairs: Pairs<'_>) -> bool {
        // Below the top of an assignment, types must be identical.
        let inner = if mode.assign { UnifyMode { exact: true, ..mode } } else { mode };
        let (x, y) = (xorig.unalias(), yorig.unalias());
        match (x.kind(), y.kind()) {
            (TyKind::Basic(a), TyKind::Basic(b)) => a == b,
            (TyKind::Array { len: a, elem: x }, TyKind::Array { len: b, elem: y }) => {
                (*a < 0 || *b < 0 || a == b) && self.nify(check, *x, *y, inner, pairs)
            }
            (TyKind::Slice(x), TyKind::Slice(y)) | (TyKind::Pointer(x), TyKind::Pointer(y)) => self.nify(check, *x, *y, inner, pairs),
            (TyKind::Struct(xs), TyKind::Struct(ys)) => {
                xs.len() == ys.len()
                    && xs.iter().zip(ys.iter()).all(|(f, g)| {
                        f.embedded == g.embedded
                            && f.tag == g.tag
                            && f.name == g.name
                            && (f.name.is_exported() || f.pkg == g.pkg)
                            && self.nify(check, f.ty, g.ty, inner, pairs)
                    })
            }
            (TyKind::Tuple(xs), TyKind::Tuple(ys)) => self.lists(check, xs, ys, mode, pairs),
            (TyKind::Signature(a), TyKind::Signature(b)) => {
                // Type parameters of the signatures themselves don't matter: they are bound, or are being inferred.
                a.variadic == b.variadic
                    && self.lists(check, &a.params, &b.params, inner, pairs)
                    && self.lists(check, &a.results, &b.results, inner, pairs)
            }
            (TyKind::Interface(_), TyKind::Interface(_)) => {
                let (xs, ys) = (check.type_set(x), check.type_set(y));
                if xs.comparable != ys.comparable || !same_terms(check, &xs, &ys) || xs.methods.len() != ys.methods.len() {
                    return false;
                }
                if pairs.iter().any(|(a, b)| (*a == x && *b == y) || (*a == y && *b == x)) {
                    return true;
                }
                let mut known = pairs.to_vec();
                known.push((x, y));
                xs.methods.iter().zip(ys.methods.iter()).all(|(f, g)| {
                    f.name == g.name && (f.name.is_exported() || f.pkg == g.pkg) && self.nify(check, f.sig, g.sig, UnifyMode::EXACT, &known)
                })
            }
            (TyKind::Map { key: a, value: v }, TyKind::Map { key: b, value: w }) => {
                self.nify(check, *a, *b, inner, pairs) && self.nify(check, *v, *w, inner, pairs)
            }
            (TyKind::Chan { dir: a, elem: x }, TyKind::Chan { dir: b, elem: y }) => {
                (!mode.exact || a == b) && self.nify(check, *x, *y, inner, pairs)
            }
            (TyKind::Named { key: a, args: xs }, TyKind::Named { key: b, args: ys }) => {
                xs.len() == ys.len() && xs.iter().zip(ys.iter()).all(|(x, y)| self.nify(check, *x, *y, mode, pairs)) && a == b
            }
            (TyKind::TypeParam(_), _) => match check.common_under(x, None) {
                Ok(core) => self.nify(check, core, yorig, UnifyMode::ASSIGN, pairs),
                Err(_) => false,
            },
            _ => false,
        }
    }

    fn lists(&mut self, check: &mut Checker<'_>, xs: &[Param], ys: &[Param], mode: UnifyMode, pairs: Pairs<'_>) -> bool {
        xs.len() == ys.len() && xs.iter().zip(ys.iter()).all(|(x, y)| self.nify(check, x.ty, y.ty, mode, pairs))
    }
}

fn same(x: Ty, y: Ty) -> bool {
    x == y || x.unalias() == y.unalias()
}

fn same_terms(check: &Checker<'_>, x: &TypeSet, y: &TypeSet) -> bool {
    match (&x.terms, &y.terms) {
        (None, None) => true,
        (Some(x), Some(y)) => check.terms_equal(x, y),
        _ => false,
    }
}

/// The signature of the method of that name that a type has.
fn method_sig(check: &mut Checker<'_>, ty: Ty, wanted: &IfaceMethod) -> Option<Ty> {
    match check.lookup_impl(ty, false, wanted.pkg, wanted.name, false).found {
        // A generic method satisfies no interface.
        Some(Found::Method(method)) => Some(check.method_sig(&method)).filter(|s| s.as_signature().is_none_or(|s| s.tparams.is_empty())),
        _ => None,
    }
}

fn is_named(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { .. })
}

fn is_type_param(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::TypeParam(_))
}

/// Neither declared nor a type parameter.
fn is_type_literal(ty: Ty) -> bool {
    !is_named(ty) && !is_type_param(ty)
}

fn is_interface(check: &mut Checker<'_>, ty: Ty) -> bool {
    matches!(check.under(ty).kind(), TyKind::Interface(_))
}

/// The underlying interface of a type that is no type parameter.
fn as_interface(check: &mut Checker<'_>, ty: Ty) -> Option<Ty> {
    if is_type_param(ty) {
        return None;
    }
    let under = check.under(ty);
    matches!(under.kind(), TyKind::Interface(_)).then_some(under)
}
