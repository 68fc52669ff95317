//! Instances of generic types and functions, and whether type arguments satisfy constraints.

use amigos_syntax::TextRange;

use crate::checker::Checker;
use crate::codes;
use crate::subst::Subst;
use crate::ty::{Basic, Signature, Ty, TyKind};
use crate::typeset::SetTerm;

impl<'a> Checker<'a> {
    /// The instance of a generic type or function with type arguments (as many as it has type parameters, or an error is reported at
    /// `range`). Constraints are not verified.
    pub fn instance(&mut self, range: TextRange, generic: Ty, args: &[Ty]) -> Ty {
        match generic.kind() {
            TyKind::Named { key, .. } => Ty::named(*key, args.iter().copied()),
            TyKind::Alias { key, actual, .. } => {
                let tparams = self.named_tparams(*key);
                if !self.validate_targ_len(range, key.name.as_str(), tparams.len(), args.len()) {
                    return Ty::invalid();
                }
                if tparams.is_empty() {
                    return generic;
                }
                let actual = self.subst(*actual, &Subst::new(&tparams, args));
                Ty::new(TyKind::Alias { key: *key, args: args.into(), actual })
            }
            TyKind::Signature(sig) => {
                let name = self.ty_str(generic);
                if !self.validate_targ_len(range, &name, sig.tparams.len(), args.len()) {
                    return Ty::invalid();
                }
                self.instantiate_sig_type(sig, args)
            }
            _ => Ty::invalid(),
        }
    }

    /// A generic signature with its type parameters replaced.
    pub fn instantiate_sig_type(&self, sig: &Signature, args: &[Ty]) -> Ty {
        let plain = Ty::new(TyKind::Signature(Signature { tparams: Box::default(), ..sig.clone() }));
        self.subst(plain, &Subst::new(&sig.tparams, args))
    }

    /// Reports a wrong number of type arguments.
    pub fn validate_targ_len(&mut self, range: TextRange, name: &str, want: usize, got: usize) -> bool {
        let qual = match got.cmp(&want) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => "not enough",
            std::cmp::Ordering::Greater => "too many",
        };
        self.error(
            codes::WrongTypeArgCount,
            TextRange::at(range.start),
            format!("{qual} type arguments for type {name}: have {got}, want {want}"),
        );
        false
    }

    /// Verifies that type arguments satisfy the constraints of type parameters; the error has the index of the first that does not.
    pub fn verify(&mut self, tparams: &[Ty], args: &[Ty]) -> Result<(), (usize, String)> {
        let subst = Subst::new(tparams, args);
        for (i, (param, arg)) in tparams.iter().zip(args).enumerate() {
            let TyKind::TypeParam(key) = param.kind() else { continue };
            let bound = self.bound_of(*key).unwrap_or(Ty::invalid());
            // A constraint that isn't an interface stands for one.
            let bound = if self.is_interface(bound) { bound } else { self.type_param_iface(*param) };
            let bound = self.subst(bound, &subst);
            let mut cause = String::new();
            if !self.implements(*arg, bound, true, &mut cause) {
                return Err((i, cause));
            }
        }
        Ok(())
    }

    /// Whether `v` implements (or, for a constraint, satisfies) `t`; if not, `cause` says why.
    pub fn implements(&mut self, v: Ty, t: Ty, constraint: bool, cause: &mut String) -> bool {
        let (v_under, t_under) = (self.under(v), self.under(t));
        if v_under.is_invalid() || t_under.is_invalid() {
            return true;
        }
        if matches!(v_under.kind(), TyKind::Pointer(to) if self.under(*to).is_invalid()) {
            return true;
        }
        let verb = if constraint { "satisfy" } else { "implement" };
        if !matches!(t_under.kind(), TyKind::Interface(_)) {
            let t_str = self.ty_str(t);
            let detail = if self.is_interface_ptr(t_under) { self.interface_ptr_error(t) } else { format!("{t_str} is not an interface") };
            *cause = format!("{} does not {verb} {t_str} ({detail})", self.ty_str(v));
            return false;
        }
        let t_set = self.type_set(t_under);
        if t_set.is_all() {
            return true;
        }
        let v_set = matches!(v_under.kind(), TyKind::Interface(_)).then(|| self.type_set(v_under));
        if v_set.as_ref().is_some_and(|s| s.is_empty()) {
            return true;
        }
        if t_set.is_empty() {
            *cause = format!("cannot {verb} {} (empty type set)", self.ty_str(t));
            return false;
        }
        let mut why = String::new();
        if !self.has_all_methods(v, t, true, &mut why) {
            *cause = format!("{} does not {verb} {} {why}", self.ty_str(v), self.ty_str(t));
            return false;
        }
        let t_comparable = self.is_comparable_set(&t_set, &mut Default::default());
        if let Some(terms) = t_set.terms.as_ref().filter(|t| !t.is_empty()) {
            match v_set {
                Some(v_set) => {
                    if !self.subset_of(&v_set, &t_set) {
                        *cause = format!("{} does not {verb} {}", self.ty_str(v), self.ty_str(t));
                        return false;
                    }
                }
                None => {
                    if !terms.iter().any(|term| self.term_includes(*term, v)) {
                        *cause = self.not_in_set(v, t, t_under, terms, verb);
                        return false;
                    }
                }
            }
        }
        if !t_comparable || self.comparable_type(v, false).is_ok() {
            return true;
        }
        if constraint && self.comparable_type(v, true).is_ok() {
            if self.allow_version(20) {
                return true;
            }
            *cause = format!("{} to {verb} comparable requires go1.20 or later", self.ty_str(v));
            return false;
        }
        *cause = format!("{} does not {verb} comparable", self.ty_str(v));
        false
    }

    fn not_in_set(&self, v: Ty, t: Ty, t_under: Ty, terms: &[SetTerm], verb: &str) -> String {
        let alt = terms.iter().find(|term| {
            !term.tilde && self.identical(term.ty, self.under(term.ty)) && self.term_includes(SetTerm { tilde: true, ty: term.ty }, v)
        });
        let (v_str, t_str) = (self.ty_str(v), self.ty_str(t));
        let detail = if let Some(alt) = alt {
            format!("possibly missing ~ for {} in {t_str}", self.ty_str(alt.ty))
        } else if self.mentions(t_under, v) {
            format!("{t_str} mentions {v_str}, but {v_str} is not in the type set of {t_str}")
        } else {
            format!("{v_str} missing in {}", self.terms_str(terms))
        };
        format!("{v_str} does not {verb} {t_str} ({detail})")
    }

    fn mentions(&self, t: Ty, ty: Ty) -> bool {
        match t.kind() {
            TyKind::Interface(i) => i.embeds.iter().any(|e| self.mentions(*e, ty)),
            TyKind::Union(terms) => terms.iter().any(|term| self.mentions(term.ty, ty)),
            TyKind::Basic(Basic::Invalid) => false,
            _ => self.identical(t, ty),
        }
    }
}
