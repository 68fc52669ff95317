//! Method sets: all methods that can be called on values of a type, for completion, symbols and interfaces.

use amigos_syntax::Name;
use rustc_hash::FxHashSet;

use crate::checker::Checker;
use crate::lookup::Found;
use crate::named::Method;
use crate::ty::{Ty, TyKind};

impl<'a> Checker<'a> {
    /// The methods of a type, promoted ones included, sorted by name. With `addressable` also those with pointer receivers.
    pub fn method_set(&self, ty: Ty, addressable: bool) -> Vec<Method> {
        let mut names: Vec<Name> = Vec::new();
        self.collect_method_names(ty, &mut names, &mut FxHashSet::default(), 0);
        names.sort_by_key(|n| n.as_str());
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| match self.lookup_field_or_method(ty, addressable, self.source.key, name, false).found {
                Some(Found::Method(method)) => Some(method),
                _ => None,
            })
            .collect()
    }

    fn collect_method_names(&self, ty: Ty, names: &mut Vec<Name>, seen: &mut FxHashSet<Ty>, depth: u32) {
        let (base, _) = self.deref(ty);
        if depth > 50 || !seen.insert(base) {
            return;
        }
        if let TyKind::Named { key, .. } = base.unalias().kind() {
            names.extend(self.method_names(*key).into_iter().map(|(n, _)| n));
        }
        let under = self.under(base);
        match under.kind() {
            TyKind::Struct(fields) => {
                for field in fields.iter().filter(|f| f.embedded) {
                    self.collect_method_names(field.ty, names, seen, depth + 1);
                }
            }
            TyKind::Interface(_) => names.extend(self.type_set(under).methods.iter().map(|m| m.name)),
            _ => {}
        }
    }
}
