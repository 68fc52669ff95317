//! Underlying types, and what the types of a type set have in common.

use crate::checker::{Checker, MAX_DEPTH};
use crate::subst::Subst;
use crate::ty::{Basic, Interface, Ty, TyKind};

/// A type of a type set with its underlying type; `None` stands for "no specific type".
pub type TypePair = Option<(Ty, Ty)>;

/// A condition on the types of a type set; the error says what is wrong.
pub type TypeCondition<'f> = &'f mut dyn FnMut(TypePair) -> Result<(), String>;

impl<'a> Checker<'a> {
    /// The underlying type: never a declared type or alias; of a type parameter its constraint interface.
    pub fn under(&self, ty: Ty) -> Ty {
        let ty = ty.unalias();
        match ty.kind() {
            TyKind::Named { key, args } if args.is_empty() => self.named_underlying(*key),
            TyKind::Named { key, args } => {
                if let Some(found) = self.under_memo.borrow().get(&ty) {
                    return *found;
                }
                let depth = self.depth.get();
                if depth > MAX_DEPTH {
                    return Ty::invalid();
                }
                self.depth.set(depth + 1);
                let tparams = self.named_tparams(*key);
                let generic = self.named_underlying(*key);
                // The generic type's right-hand side may itself be an instance: its underlying type is computed with it.
                let result = if tparams.len() == args.len() {
                    let substituted = self.subst(generic, &Subst::new(&tparams, args));
                    if matches!(substituted.kind(), TyKind::Named { .. }) { self.under(substituted) } else { substituted }
                } else {
                    Ty::invalid()
                };
                self.depth.set(depth);
                if !generic.is_invalid() && self.is_set_up(*key) {
                    self.under_memo.borrow_mut().insert(ty, result);
                }
                result
            }
            TyKind::TypeParam(_) => self.type_param_iface(ty),
            _ => ty,
        }
    }

    /// The constraint of a type parameter as an interface.
    pub fn type_param_iface(&self, param: Ty) -> Ty {
        let TyKind::TypeParam(key) = param.unalias().kind() else { return Ty::empty_interface() };
        let bound = self.bound_of(*key).unwrap_or(Ty::invalid());
        if matches!(bound.unalias().kind(), TyKind::TypeParam(_)) {
            return Ty::empty_interface();
        }
        let under = self.under(bound);
        match under.kind() {
            TyKind::Interface(_) => under,
            TyKind::Basic(Basic::Invalid) => Ty::empty_interface(),
            _ => Ty::new(TyKind::Interface(Interface { embeds: Box::new([bound]), implicit: true, ..Interface::default() })),
        }
    }

    /// The types with their underlying types that a type stands for: those of the type set of a type parameter (`None` if there is no
    /// specific type), else the type itself. Never empty.
    pub fn type_pairs(&self, ty: Ty) -> Vec<TypePair> {
        if !matches!(ty.unalias().kind(), TyKind::TypeParam(_)) {
            return vec![Some((ty, self.under(ty)))];
        }
        let set = self.type_set(self.type_param_iface(ty));
        match &set.terms {
            Some(terms) if !terms.is_empty() => terms
                .iter()
                .map(|t| {
                    let under = if t.tilde { t.ty.unalias() } else { self.under(t.ty) };
                    Some((t.ty, under))
                })
                .collect(),
            _ => vec![None],
        }
    }

    /// Whether `f` holds for the underlying type of each type that `ty` stands for.
    pub fn under_is(&self, ty: Ty, mut f: impl FnMut(Option<Ty>) -> bool) -> bool {
        self.type_pairs(ty).into_iter().all(|pair| f(pair.map(|(_, u)| u)))
    }

    /// The underlying type that all types of a type set share; channels may differ in direction. `cond` is asked first, of each type.
    pub fn common_under(&self, ty: Ty, mut cond: Option<TypeCondition<'_>>) -> Result<Ty, String> {
        let mut common: Option<(Ty, Ty)> = None;
        for pair in self.type_pairs(ty) {
            if let Some(cond) = cond.as_mut() {
                cond(pair)?;
            }
            let Some((t, u)) = pair else { return Err("no specific type".to_string()) };
            let Some((ct, cu)) = common else {
                common = Some((t, u));
                continue;
            };
            if let (TyKind::Chan { dir: cdir, elem: celem }, TyKind::Chan { dir, elem }) = (cu.kind(), u.kind()) {
                if !self.identical(*celem, *elem) {
                    return Err(format!("channels {} and {} have different element types", self.ty_str(ct), self.ty_str(t)));
                }
                use amigos_syntax::ast::ChanDir;
                if cdir == dir {
                } else if *cdir == ChanDir::Both {
                    common = Some((t, u));
                } else if *dir != ChanDir::Both {
                    return Err(format!("channels {} and {} have conflicting directions", self.ty_str(ct), self.ty_str(t)));
                }
                continue;
            }
            if !self.identical(cu, u) {
                return Err(format!("{} and {} have different underlying types", self.ty_str(ct), self.ty_str(t)));
            }
        }
        Ok(common.map_or(Ty::invalid(), |(_, u)| u))
    }

    /// [`Checker::common_under`] without condition, as an option.
    pub fn core_type(&self, ty: Ty) -> Option<Ty> {
        self.common_under(ty, None).ok()
    }
}
