//! Questions about types that lowering, layout and execution ask: underlying types, substitution, core types.

use std::sync::Arc;

use amigos_types::ctx::{NamedInfo, TyCtx};
use amigos_types::facts::Facts;
use amigos_types::ty::{Basic, NamedKey, PkgKey, Ty, TyKind, TypeParamKey, map_components};

/// Types as a function body sees them: those it declares itself, then those of the program.
#[derive(Clone, Copy)]
pub struct TypeView<'a> {
    /// The program.
    pub ctx: &'a dyn TyCtx,
    /// The facts of the body, for types that it declares.
    pub facts: Option<&'a Facts>,
}

impl<'a> TypeView<'a> {
    /// What is known of a declared type.
    pub fn named(self, key: NamedKey) -> Option<Arc<NamedInfo>> {
        if let Some(found) = self.facts.and_then(|f| f.named.get(&key)) {
            return Some(found.clone());
        }
        self.ctx.named(key)
    }

    /// The constraint of a type parameter.
    pub fn bound(self, param: TypeParamKey) -> Option<Ty> {
        if let Some(found) = self.facts.and_then(|f| f.bounds.get(&param)) {
            return Some(*found);
        }
        self.ctx.bound(param)
    }

    /// The underlying type (Go spec, "Underlying types"). Of a type parameter, itself.
    pub fn under(self, ty: Ty) -> Ty {
        underlying_by(ty, &|key| self.named(key))
    }

    /// The underlying type, of a type parameter its core type (Go spec 1.24, "Core types"), if it has one.
    pub fn core(self, ty: Ty) -> Ty {
        let under = self.under(ty);
        let TyKind::TypeParam(key) = under.kind() else { return under };
        let Some(bound) = self.bound(*key) else { return Ty::invalid() };
        let mut terms = Vec::new();
        self.collect_terms(bound, &mut terms, 0);
        let mut core = None;
        for term in terms {
            let under = self.under(term);
            match core {
                None => core = Some(under),
                Some(found) if found == under || found.canonical() == under.canonical() => {}
                // `[]byte | string` behaves as a byte sequence: the slice stands for both.
                Some(found) if matches!(found.kind(), TyKind::Slice(_)) && is_string(under) => {}
                Some(found) if is_string(found) && matches!(under.kind(), TyKind::Slice(_)) => core = Some(under),
                Some(_) => return Ty::invalid(),
            }
        }
        core.unwrap_or_else(Ty::invalid)
    }

    /// The types in a type parameter's type set, if the constraint names any.
    pub fn terms(self, ty: Ty) -> Option<Vec<Ty>> {
        let TyKind::TypeParam(key) = self.under(ty).kind() else { return None };
        let mut terms = Vec::new();
        self.collect_terms(self.bound(*key)?, &mut terms, 0);
        (!terms.is_empty()).then_some(terms)
    }

    fn collect_terms(self, ty: Ty, out: &mut Vec<Ty>, depth: u32) {
        if depth > 64 {
            return;
        }
        match self.under(ty).kind() {
            TyKind::Interface(i) => i.embeds.iter().for_each(|e| self.collect_terms(*e, out, depth + 1)),
            TyKind::Union(terms) => terms.iter().for_each(|t| self.collect_terms(t.ty, out, depth + 1)),
            _ => out.push(ty),
        }
    }

    /// Whether values of the type are interface values (a type parameter's are not).
    pub fn is_interface(self, ty: Ty) -> bool {
        matches!(self.under(ty).kind(), TyKind::Interface(_))
    }

    /// All methods of an interface, embedded ones included, sorted by name.
    pub fn interface_methods(self, iface: Ty) -> Vec<(amigos_syntax::Name, Option<PkgKey>, Ty)> {
        let mut out = Vec::new();
        self.collect_methods(iface, &mut out, 0);
        out.sort_by_key(|m| m.0);
        out.dedup_by_key(|m| m.0);
        out
    }

    fn collect_methods(self, iface: Ty, out: &mut Vec<(amigos_syntax::Name, Option<PkgKey>, Ty)>, depth: u32) {
        if let TyKind::Interface(i) = self.under(iface).kind() {
            out.extend(i.methods.iter().map(|m| (m.name, m.pkg, m.sig)));
            if depth < 64 {
                i.embeds.iter().for_each(|e| self.collect_methods(*e, out, depth + 1));
            }
        }
    }
}

/// The underlying type as the program knows it: aliases and declared types resolved, type arguments put in. Of a type parameter, itself.
pub fn underlying(ctx: &dyn TyCtx, ty: Ty) -> Ty {
    underlying_by(ty, &|key| ctx.named(key))
}

fn underlying_by(ty: Ty, named: &dyn Fn(NamedKey) -> Option<Arc<NamedInfo>>) -> Ty {
    let ty = ty.unalias();
    let TyKind::Named { key, args } = ty.kind() else { return ty };
    if key.pkg.is_none() {
        return predeclared(key.name.as_str());
    }
    match named(*key) {
        Some(info) => subst(info.underlying, &info.tparams, args).unalias(),
        None => Ty::invalid(),
    }
}

/// The underlying types of the universe's declared types: of `error`, `any` and `comparable`.
fn predeclared(name: &str) -> Ty {
    use amigos_types::ty::{IfaceMethod, Interface, Param, Signature};
    if name != "error" {
        return Ty::empty_interface();
    }
    let sig = Signature { results: Box::new([Param { name: None, ty: Ty::basic(Basic::String) }]), ..Signature::default() };
    let method = IfaceMethod { name: "Error".into(), pkg: None, sig: Ty::new(TyKind::Signature(sig)) };
    Ty::new(TyKind::Interface(Interface { methods: Box::new([method]), ..Interface::default() }))
}

fn is_string(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Basic(Basic::String | Basic::UntypedString))
}

/// `ty` with each of `params` (type parameters) replaced by the argument at its index.
pub fn subst(ty: Ty, params: &[Ty], args: &[Ty]) -> Ty {
    if !ty.has_type_param() || params.is_empty() {
        return ty;
    }
    if matches!(ty.kind(), TyKind::TypeParam(_)) {
        return params.iter().position(|p| *p == ty).and_then(|i| args.get(i)).copied().unwrap_or(ty);
    }
    Ty::new(map_components(ty.kind(), &mut |t| subst(t, params, args)))
}
