//! Types that would hold themselves.

use crate::checker::Checker;
use crate::cycles::CycleNode;
use crate::ty::{NamedKey, Ty, TyKind};

const MAX_NEST: usize = 200;

impl<'a> Checker<'a> {
    /// Reports a type that holds itself, directly or through others, so that it would be infinitely large.
    pub(crate) fn valid_type(&mut self, ty: Ty) {
        self.valid_type_in(ty, &mut Vec::new(), &mut Vec::new());
    }

    /// `nest`: the types that hold this one in memory; `path`: the declared types passed on the way, for the message.
    fn valid_type_in(&mut self, ty: Ty, nest: &mut Vec<Ty>, path: &mut Vec<Ty>) -> bool {
        let ty = ty.unalias();
        match ty.kind() {
            TyKind::Array { elem, .. } => self.valid_type_in(*elem, nest, path),
            TyKind::Struct(fields) => fields.iter().all(|f| self.valid_type_in(f.ty, nest, path)),
            TyKind::Union(terms) => terms.iter().all(|t| self.valid_type_in(t.ty, nest, path)),
            TyKind::Interface(i) => i.embeds.iter().all(|e| self.valid_type_in(*e, nest, path)),
            TyKind::Named { key, args } => {
                if key.pkg.is_none() || nest.len() > MAX_NEST || path.len() > 4 * MAX_NEST {
                    return true;
                }
                if nest.iter().any(|e| self.identical(*e, ty)) {
                    let start = path.iter().position(|p| self.identical(*p, ty)).unwrap_or(0);
                    self.with_named(*key, |e| e.rhs = Some(Ty::invalid()));
                    self.under_memo.borrow_mut().clear();
                    let nodes: Vec<CycleNode> = path[start..].iter().filter_map(|t| self.type_node(*t)).collect();
                    self.cycle_error(&nodes, 0);
                    return false;
                }
                let Some(rhs) = self.rhs_of(*key, !args.is_empty()) else { return true };
                nest.push(ty);
                path.push(ty);
                let valid = self.valid_type_in(rhs, nest, path);
                nest.pop();
                path.pop();
                valid
            }
            TyKind::TypeParam(_) => {
                // It stands for the argument of the type just being expanded, which is held by what holds that type.
                let Some(instance) = nest.last().copied() else { return true };
                let TyKind::Named { key, args } = instance.kind() else { return true };
                let tparams = self.named_tparams(*key);
                let Some(arg) = tparams.iter().position(|p| *p == ty).and_then(|i| args.get(i)).copied() else { return true };
                nest.pop();
                let valid = self.valid_type_in(arg, nest, path);
                nest.push(instance);
                valid
            }
            _ => true,
        }
    }

    /// The right-hand side of a declared type. Of other packages' types (which were found valid) only generic ones matter.
    fn rhs_of(&self, key: NamedKey, instance: bool) -> Option<Ty> {
        if let Some(entry) = self.types.borrow().get(&key) {
            return entry.rhs;
        }
        if instance { self.foreign_named(key).map(|n| n.underlying) } else { None }
    }

    pub(crate) fn type_node(&self, ty: Ty) -> Option<CycleNode> {
        let TyKind::Named { key, args } = ty.kind() else { return None };
        let (place, obj) = match self.types.borrow().get(key) {
            Some(entry) => (entry.place?, entry.obj),
            None => return None,
        };
        let place = self.instance_places.borrow().get(&ty.canonical()).copied().unwrap_or(place);
        let name = if args.is_empty() { key.name.to_string() } else { self.ty_str(ty) };
        Some(CycleNode { name, place, is_type: true, obj })
    }
}
