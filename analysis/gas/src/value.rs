//! What is known of a register's value: an upper bound of its size, and where it was read from.

use amigos_mir::typequery::TypeView;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::poly::{Atom, Path, Poly, Seg};

/// The size of a value: of a string, slice or map its length, of an integer its value (negative ones as zero).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shape {
    /// An upper bound of the size; `None` if none is known.
    pub size: Option<Poly>,
    /// Where the value was read from, for the sizes of its parts.
    pub path: Option<Path>,
    /// An upper bound of what a deep visit of the value meets, where it is known otherwise than by its path.
    pub walk: Option<Poly>,
}

impl Shape {
    pub fn of_size(size: Poly) -> Shape {
        Shape { size: Some(size), ..Shape::default() }
    }
    pub fn constant(value: u64) -> Shape {
        Shape::of_size(Poly::constant(value))
    }
    pub fn unknown() -> Shape {
        Shape::default()
    }
    /// What is read from a path: its size is a name for it.
    pub fn at(types: TypeView, path: Path, ty: Ty) -> Shape {
        let size = match types.core(ty).kind() {
            TyKind::Basic(Basic::String) | TyKind::Slice(_) | TyKind::Map { .. } => Some(Poly::len(path.clone())),
            TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b) => Some(Poly::atom(Atom::Value(path.clone()))),
            _ => None,
        };
        Shape { size, path: Some(path), walk: None }
    }
    /// An element of it.
    pub fn elem(&self, types: TypeView, ty: Ty) -> Shape {
        match &self.path {
            Some(path) => Shape::at(types, path.then(Seg::Elem), ty),
            None => Shape::unknown(),
        }
    }
    /// Either of two.
    pub fn join(&self, other: &Shape) -> Shape {
        let size = match (&self.size, &other.size) {
            (Some(a), Some(b)) => a.join(b).ok(),
            _ => None,
        };
        let walk = match (&self.walk, &other.walk) {
            (Some(a), Some(b)) => a.join(b).ok(),
            _ => None,
        };
        Shape { size, path: if self.path == other.path { self.path.clone() } else { None }, walk }
    }
    /// What a deep visit of the value, of type `ty`, meets.
    pub fn walked(&self, types: TypeView, ty: Ty) -> Option<Poly> {
        match types.core(ty).kind() {
            TyKind::Basic(Basic::String | Basic::UntypedString) => self.size.as_ref()?.plus(&Poly::constant(1)).ok(),
            TyKind::Basic(_) => Some(Poly::constant(1)),
            _ => self.walk.clone().or_else(|| Some(Poly::atom(Atom::Walk(self.path.clone()?)))),
        }
    }
}
