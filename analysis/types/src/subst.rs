//! Substitution of types for type parameters.

use amigos_syntax::Name;
use smallvec::SmallVec;

use crate::checker::{Checker, MAX_DEPTH};
use crate::ty::{Signature, Ty, TyKind, TypeParamKey, map_components};

/// What to replace by what.
#[derive(Clone, Debug, Default)]
pub struct Subst {
    pairs: SmallVec<[(Ty, Ty); 4]>,
}

impl Subst {
    /// Replaces each type parameter by the argument at its index.
    pub fn new(tparams: &[Ty], args: &[Ty]) -> Subst {
        Subst { pairs: tparams.iter().copied().zip(args.iter().copied()).collect() }
    }

    /// Whether nothing is replaced.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// What a type parameter is replaced by: itself, if nothing else.
    pub fn lookup(&self, param: Ty) -> Ty {
        self.pairs.iter().find(|(from, _)| *from == param).map_or(param, |(_, to)| *to)
    }
}

impl<'a> Checker<'a> {
    /// The type with type parameters replaced.
    pub fn subst(&self, ty: Ty, subst: &Subst) -> Ty {
        if subst.is_empty() || !ty.has_type_param() {
            return ty;
        }
        let depth = self.depth.get();
        if depth > MAX_DEPTH {
            return Ty::invalid();
        }
        self.depth.set(depth + 1);
        let result = match ty.kind() {
            TyKind::TypeParam(_) => subst.lookup(ty),
            TyKind::Signature(sig) if !sig.tparams.is_empty() => self.subst_generic_sig(sig, subst),
            // A wrong number of arguments was reported; what comes of it is unknown.
            TyKind::Named { key, args } if !args.is_empty() && self.named_tparams(*key).len() != args.len() => Ty::invalid(),
            kind => Ty::new(map_components(kind, &mut |t| self.subst(t, subst))),
        };
        self.depth.set(depth);
        result
    }

    /// A generic signature keeps its own type parameters; those whose constraints change get new ones.
    fn subst_generic_sig(&self, sig: &Signature, subst: &Subst) -> Ty {
        let own: Vec<Ty> = sig.tparams.to_vec();
        let outer = Subst { pairs: subst.pairs.iter().filter(|(from, _)| !own.contains(from)).copied().collect() };
        let bounds: Vec<Option<Ty>> = own.iter().map(|p| self.param_bound(*p)).collect();
        let changed = bounds.iter().flatten().any(|b| self.subst(*b, &outer) != *b);
        let params_of = |s: &Subst| {
            let list = |ps: &[crate::ty::Param]| -> Box<[crate::ty::Param]> {
                ps.iter().map(|p| crate::ty::Param { name: p.name, ty: self.subst(p.ty, s) }).collect()
            };
            (list(&sig.params), list(&sig.results))
        };
        if !changed {
            let (params, results) = params_of(&outer);
            return Ty::new(TyKind::Signature(Signature { tparams: sig.tparams.clone(), params, results, variadic: sig.variadic }));
        }
        let suffix: Vec<String> = outer.pairs.iter().map(|(_, to)| format!("{to:?}")).collect();
        let suffix = suffix.join(",");
        let fresh: Vec<Ty> = own.iter().map(|p| rename(*p, &suffix)).collect();
        let mut all = outer.clone();
        all.pairs.extend(own.iter().copied().zip(fresh.iter().copied()));
        for (param, bound) in fresh.iter().zip(&bounds) {
            if let (TyKind::TypeParam(key), Some(bound)) = (param.kind(), bound) {
                let bound = self.subst(*bound, &all);
                self.bounds.borrow_mut().insert(*key, bound);
            }
        }
        let (params, results) = params_of(&all);
        Ty::new(TyKind::Signature(Signature { tparams: fresh.into(), params, results, variadic: sig.variadic }))
    }

    fn param_bound(&self, param: Ty) -> Option<Ty> {
        match param.kind() {
            TyKind::TypeParam(key) => self.bound_of(*key),
            _ => None,
        }
    }

    /// New type parameters like `tparams`, with their constraints, unlike any others (inference of recursive calls needs them).
    pub fn rename_tparams(&self, tparams: &[Ty]) -> Vec<Ty> {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        let suffix = format!("#{id}");
        let fresh: Vec<Ty> = tparams.iter().map(|p| rename(*p, &suffix)).collect();
        let subst = Subst::new(tparams, &fresh);
        for (old, new) in tparams.iter().zip(&fresh) {
            if let (TyKind::TypeParam(key), Some(bound)) = (new.kind(), self.param_bound(*old)) {
                let bound = self.subst(bound, &subst);
                self.bounds.borrow_mut().insert(*key, bound);
            }
        }
        fresh
    }
}

fn rename(param: Ty, suffix: &str) -> Ty {
    match param.kind() {
        TyKind::TypeParam(key) => {
            let owner = Name::new(&format!("{}<{suffix}>", key.owner));
            Ty::new(TyKind::TypeParam(TypeParamKey { owner, ..*key }))
        }
        _ => param,
    }
}
