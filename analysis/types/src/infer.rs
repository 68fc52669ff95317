//! Type argument inference (Go spec, "Type inference").

use amigos_syntax::{Name, TextRange};
use rustc_hash::FxHashSet;

use crate::checker::Checker;
use crate::facts::Mode;
use crate::operand::Operand;
use crate::predicates::{default_type, is_typed, max_type};
use crate::subst::Subst;
use crate::ty::{Param, Ty, TyKind, TypeParamKey, components};
use crate::unify::{Unifier, UnifyMode};

/// Why inference failed.
#[derive(Clone, Debug)]
pub(crate) struct InferError {
    /// Where.
    pub range: TextRange,
    /// What; empty if it was reported before.
    pub message: String,
}

impl<'a> Checker<'a> {
    /// Infers the type arguments that `targs` lacks for `tparams` from the function arguments `args` for `params` and from constraints.
    /// `tparams` must be the caller's own (see [`Checker::rename_call_tparams`]) where recursion is possible. `reverse`: the argument is the target of
    /// an assignment, for its words in messages see `describe`.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn infer(
        &mut self,
        at: TextRange,
        tparams: &[Ty],
        targs: &[Option<Ty>],
        params: &[Param],
        args: &[Operand],
        reverse: Option<&str>,
    ) -> Result<Vec<Ty>, InferError> {
        if targs.len() == tparams.len()
            && let Some(all) = targs.iter().copied().collect::<Option<Vec<Ty>>>()
        {
            return Ok(all);
        }
        // An invalid argument was reported before; inferring from the rest would mislead.
        if args.iter().any(|a| a.mode == Mode::Invalid) {
            return Err(InferError { range: at, message: String::new() });
        }
        let mut targs: Vec<Option<Ty>> = targs.to_vec();
        targs.resize(tparams.len(), None);
        let params: Vec<Ty> = params.iter().map(|p| self.subst_known(p.ty, tparams, &targs)).collect();
        let mut unifier = Unifier::new(tparams, &targs, self.allow_version(21));

        let mut untyped = Vec::new();
        for (i, (par, arg)) in params.iter().zip(args).enumerate() {
            if !self.is_parameterized(tparams, *par) && !self.is_parameterized(tparams, arg.ty) {
                continue;
            }
            if is_typed(arg.ty) {
                if !unifier.unify(self, *par, arg.ty, UnifyMode::ASSIGN) {
                    let message = self.infer_mismatch(&unifier, tparams, *par, arg, reverse);
                    return Err(InferError { range: self.operand_range(arg), message });
                }
            } else if matches!(par.kind(), TyKind::TypeParam(_)) && !arg.is_nil() {
                untyped.push(i);
            }
        }

        self.infer_from_constraints(&mut unifier, at, tparams)?;

        // Untyped constants count last: the largest default kind of all arguments for the same type parameter.
        let mut largest: Vec<(Ty, Ty)> = Vec::new();
        for i in untyped {
            let (tparam, arg) = (params[i], &args[i]);
            if unifier.at(tparam).is_some() {
                continue;
            }
            match largest.iter_mut().find(|(t, _)| *t == tparam) {
                None => largest.push((tparam, arg.ty)),
                Some((_, max)) => match max_type(*max, arg.ty) {
                    Some(ty) => *max = ty,
                    None => {
                        let message = format!(
                            "mismatched types {} and {} (cannot infer {})",
                            self.ty_str(*max),
                            self.ty_str(arg.ty),
                            self.ty_str(tparam)
                        );
                        return Err(InferError { range: self.operand_range(arg), message });
                    }
                },
            }
        }
        for (tparam, ty) in largest {
            let ty = default_type(ty);
            unifier.set(tparam, ty);
        }

        let mut inferred = unifier.inferred(tparams);
        self.kill_cycles(tparams, &mut inferred);
        self.simplify(tparams, &targs, &mut inferred);

        let mut result = Vec::with_capacity(tparams.len());
        for (i, ty) in inferred.iter().enumerate() {
            match ty {
                Some(ty) if !self.is_parameterized(tparams, *ty) => result.push(*ty),
                _ => {
                    let message = format!("cannot infer {}", type_param_name(tparams[i]));
                    return Err(InferError { range: at, message });
                }
            }
        }
        Ok(result)
    }

    fn infer_mismatch(&self, unifier: &Unifier, tparams: &[Ty], tpar: Ty, arg: &Operand, reverse: Option<&str>) -> String {
        let targ = self.ty_str(arg.ty);
        let what = match reverse {
            Some(desc) => desc.to_owned(),
            None => arg.expr.map_or_else(String::new, |e| self.expr_str(e)),
        };
        let inferred = unifier.inferred(tparams);
        if inferred.iter().all(Option::is_none) {
            return format!("type {targ} of {what} does not match {} (cannot infer {})", self.ty_str(tpar), type_params_string(tparams));
        }
        let substituted = self.subst_known(tpar, tparams, &inferred);
        if substituted == tpar {
            return format!("type {targ} of {what} does not match {}", self.ty_str(tpar));
        }
        let (tpar, substituted) = (self.ty_str(tpar), self.ty_str(substituted));
        if reverse.is_some() {
            format!("inferred type {substituted} for {tpar} does not match type {targ} of {what}")
        } else {
            format!("type {targ} of {what} does not match inferred type {substituted} for {tpar}")
        }
    }

    /// Uses core types and methods of constraints until nothing new is learnt.
    fn infer_from_constraints(&mut self, unifier: &mut Unifier, at: TextRange, tparams: &[Ty]) -> Result<(), InferError> {
        loop {
            let before = unifier.unknowns();
            for tpar in tparams {
                let known = unifier.at(*tpar);
                let bound = self.tparam_bound(*tpar);
                if let Some((core, tilde, single)) = self.core_term(*tpar) {
                    match known {
                        Some(tx) if !unifier.unify(self, tx, core, UnifyMode::INEXACT) => {
                            return Err(self.unsatisfied(at, *tpar, tx, bound, ""));
                        }
                        None if single && !tilde => unifier.set(*tpar, core),
                        _ => {}
                    }
                }
                if let Some(tx) = known
                    && !self.is_parameterized(tparams, tx)
                {
                    let iface = self.type_param_iface(*tpar);
                    let missing =
                        self.missing_method_with(tx, iface, true, &mut |check, x, y| unifier.unify(check, x, y, UnifyMode::EXACT));
                    if let Some(missing) = missing {
                        return Err(self.unsatisfied(at, *tpar, tx, bound, &missing.cause));
                    }
                }
            }
            if unifier.unknowns() == before {
                return Ok(());
            }
        }
    }

    /// The constraint of a type parameter, as written.
    fn tparam_bound(&self, tparam: Ty) -> Ty {
        match tparam.unalias().kind() {
            TyKind::TypeParam(key) => self.bound_of(*key).unwrap_or(Ty::invalid()),
            _ => Ty::invalid(),
        }
    }

    fn unsatisfied(&self, at: TextRange, tpar: Ty, tx: Ty, bound: Ty, cause: &str) -> InferError {
        let space = if cause.is_empty() { "" } else { " " };
        let message = format!("{} (type {}) does not satisfy {}{space}{cause}", self.ty_str(tpar), self.ty_str(tx), self.ty_str(bound));
        InferError { range: at, message }
    }

    /// Substitutes the known ones of `inferred` in themselves until nothing changes.
    fn simplify(&self, tparams: &[Ty], targs: &[Option<Ty>], inferred: &mut [Option<Ty>]) {
        let mut dirty: Vec<usize> =
            (0..inferred.len()).filter(|i| inferred[*i].is_some() && targs.get(*i).copied().flatten().is_none()).collect();
        // Cycles are gone, so each round resolves at least one level.
        for _ in 0..=tparams.len() {
            if dirty.is_empty() {
                return;
            }
            let known = inferred.to_vec();
            dirty.retain(|i| {
                let Some(old) = inferred[*i] else { return false };
                let mut new = self.subst_known(old, tparams, &known);
                if new == old {
                    return false;
                }
                if let TyKind::Signature(sig) = new.kind()
                    && !sig.tparams.is_empty()
                    && !self.is_parameterized(tparams, new)
                {
                    new = Ty::new(TyKind::Signature(crate::ty::Signature { tparams: Box::default(), ..sig.clone() }));
                }
                inferred[*i] = Some(new);
                true
            });
        }
    }

    /// Substitutes the type parameters that have a type.
    pub(crate) fn subst_known(&self, ty: Ty, tparams: &[Ty], known: &[Option<Ty>]) -> Ty {
        let (from, to): (Vec<Ty>, Vec<Ty>) = tparams.iter().zip(known).filter_map(|(t, k)| k.filter(|k| k != t).map(|k| (*t, k))).unzip();
        if from.is_empty() { ty } else { self.subst(ty, &Subst::new(&from, &to)) }
    }

    /// Renames type parameters, so that a function can be called within itself. `serial` tells apart the functions of one call. Returns the new
    /// ones and `types` expressed in them.
    pub(crate) fn rename_call_tparams(&mut self, tparams: &[Ty], serial: usize, types: &[Ty]) -> (Vec<Ty>, Vec<Ty>) {
        let renamed: Vec<Ty> = tparams
            .iter()
            .map(|t| match t.kind() {
                TyKind::TypeParam(key) => {
                    let owner = Name::new(&format!("{}'{serial}", key.owner));
                    Ty::new(TyKind::TypeParam(TypeParamKey { owner, ..*key }))
                }
                _ => *t,
            })
            .collect();
        let subst = Subst::new(tparams, &renamed);
        for (old, new) in tparams.iter().zip(&renamed) {
            let bound = self.subst(self.tparam_bound(*old), &subst);
            if let TyKind::TypeParam(key) = new.kind() {
                self.bounds.borrow_mut().insert(*key, bound);
            }
        }
        let types = types.iter().map(|t| self.subst(*t, &subst)).collect();
        (renamed, types)
    }

    /// Whether one of `tparams` occurs in the type.
    pub(crate) fn is_parameterized(&self, tparams: &[Ty], ty: Ty) -> bool {
        let mut seen = FxHashSet::default();
        self.occurs(tparams, ty, &mut seen)
    }

    fn occurs(&self, tparams: &[Ty], ty: Ty, seen: &mut FxHashSet<Ty>) -> bool {
        let ty = ty.unalias();
        if !ty.has_type_param() || !seen.insert(ty) {
            return false;
        }
        match ty.kind() {
            TyKind::TypeParam(_) => tparams.contains(&ty),
            TyKind::Signature(s) => s.params.iter().chain(s.results.iter()).any(|p| self.occurs(tparams, p.ty, seen)),
            TyKind::Interface(_) => {
                let set = self.type_set(ty);
                set.methods.iter().any(|m| self.occurs(tparams, m.sig, seen))
                    || set.terms.as_ref().is_some_and(|terms| !terms.is_empty() && terms.iter().all(|t| self.occurs(tparams, t.ty, seen)))
            }
            kind => components(kind).any(|t| self.occurs(tparams, t, seen)),
        }
    }

    /// The core term of a type parameter's constraint: its type, whether it has a tilde, and whether it is the only one.
    fn core_term(&self, tparam: Ty) -> Option<(Ty, bool, bool)> {
        let set = self.type_set(self.under(tparam));
        let terms = set.terms.as_ref()?;
        if let [only] = terms.as_slice() {
            return Some((only.ty, only.tilde, true));
        }
        let common = self.common_under(tparam, None).ok()?;
        Some((common, terms.iter().any(|t| t.tilde), false))
    }

    /// Drops what would make an inferred type contain itself.
    fn kill_cycles(&self, tparams: &[Ty], inferred: &mut [Option<Ty>]) {
        let mut path = Vec::new();
        for t in tparams {
            find_cycle(*t, tparams, inferred, &mut path);
        }
    }
}

fn find_cycle(ty: Ty, tparams: &[Ty], inferred: &mut [Option<Ty>], path: &mut Vec<Ty>) {
    let ty = ty.unalias();
    if !ty.has_type_param() {
        return;
    }
    if path.contains(&ty) {
        if let Some(i) = tparams.iter().position(|t| *t == ty) {
            inferred[i] = None;
        }
        return;
    }
    path.push(ty);
    match ty.kind() {
        TyKind::TypeParam(_) => {
            if let Some(i) = tparams.iter().position(|t| *t == ty)
                && let Some(to) = inferred[i]
            {
                find_cycle(to, tparams, inferred, path);
            }
        }
        TyKind::Signature(s) => s.params.iter().chain(s.results.iter()).for_each(|p| find_cycle(p.ty, tparams, inferred, path)),
        kind => components(kind).for_each(|t| find_cycle(t, tparams, inferred, path)),
    }
    path.pop();
}

/// The name of a type parameter.
pub(crate) fn type_param_name(tparam: Ty) -> &'static str {
    match tparam.kind() {
        TyKind::TypeParam(key) => key.name.as_str(),
        _ => "",
    }
}

/// `P`, `P and Q`, `P, Q, and R`
fn type_params_string(list: &[Ty]) -> String {
    let names: Vec<&str> = list.iter().map(|t| type_param_name(*t)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
    }
}
