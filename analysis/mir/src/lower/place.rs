//! Places: what can be assigned to or have its address taken, and the way along selectors and indexes.

use amigos_syntax::ast::{ExprId, ExprKind};
use amigos_types::facts::{ObjRef, Selection, SelectionKind};
use amigos_types::ty::{Ty, TyKind};

use super::build::Func;
use crate::mir::*;

/// A place, or a value that has none.
pub(crate) enum Loc {
    Place(Place),
    Value(Operand, Vec<Proj>, Ty),
}

impl Loc {
    pub fn ty(&self) -> Ty {
        match self {
            Loc::Place(p) => p.ty,
            Loc::Value(_, _, ty) => *ty,
        }
    }
    /// A struct's field or an array's element.
    fn project(self, proj: Proj, ty: Ty) -> Loc {
        match self {
            Loc::Place(mut p) => {
                p.proj.push(proj);
                p.ty = ty;
                Loc::Place(p)
            }
            Loc::Value(x, mut path, _) => {
                path.push(proj);
                Loc::Value(x, path, ty)
            }
        }
    }
}

impl<'a> Func<'a> {
    /// An expression as a place where it has one.
    pub fn loc(&mut self, e: ExprId) -> Loc {
        let ast = self.here.arena.ast;
        let ty = self.ty(e);
        match &ast[e].kind {
            ExprKind::Paren(x) => self.loc(*x),
            ExprKind::Ident(ident) => match self.use_of(*ident) {
                Some(ObjRef::Local(var)) => match self.var(var) {
                    Some(local) => {
                        let ty = self.local_ty(local);
                        Loc::Place(Place { base: PlaceBase::Local(local), proj: vec![], ty })
                    }
                    None => self.value_loc(e),
                },
                Some(ObjRef::Member { pkg, name }) if self.is_variable(e) => {
                    Loc::Place(Place { base: PlaceBase::Global(GlobalKey { pkg, name }), proj: vec![], ty })
                }
                _ => self.value_loc(e),
            },
            ExprKind::Star(x) => {
                let pointer = self.expr(*x);
                Loc::Place(Place { base: PlaceBase::Deref(pointer), proj: vec![], ty })
            }
            ExprKind::Selector { x, sel } => {
                if let Some(selection) = self.facts().selections.get(&e)
                    && selection.kind == SelectionKind::Field
                {
                    let base = self.loc(*x);
                    return self.walk(base, &selection.index);
                }
                match self.use_of(*sel) {
                    Some(ObjRef::Member { pkg, name }) if self.is_variable(e) => {
                        Loc::Place(Place { base: PlaceBase::Global(GlobalKey { pkg, name }), proj: vec![], ty })
                    }
                    _ => self.value_loc(e),
                }
            }
            ExprKind::Index { x, indices } => {
                let Some(index) = indices.first() else { return self.value_loc(e) };
                match self.core(self.ty(*x)).kind() {
                    TyKind::Slice(_) => {
                        let slice = self.expr(*x);
                        let slice = self.freeze(slice);
                        let index = self.index_operand(*index);
                        Loc::Place(Place { base: PlaceBase::Elem { slice, index }, proj: vec![], ty })
                    }
                    TyKind::Array { .. } => {
                        let base = self.loc(*x);
                        let index = self.index_operand(*index);
                        base.project(Proj::Index(index), ty)
                    }
                    TyKind::Pointer(_) => {
                        let pointer = self.expr(*x);
                        let pointer = self.freeze(pointer);
                        let index = self.index_operand(*index);
                        Loc::Place(Place { base: PlaceBase::Deref(pointer), proj: vec![Proj::Index(index)], ty })
                    }
                    // Of a type parameter: what is indexed shows when the instance is made.
                    _ if self.types().terms(self.ty(*x)).is_some_and(|terms| !terms.iter().any(|t| self.is_string(*t))) => {
                        let base = self.loc(*x);
                        let index = self.index_operand(*index);
                        base.project(Proj::Index(index), ty)
                    }
                    _ => self.value_loc(e),
                }
            }
            _ => self.value_loc(e),
        }
    }

    fn is_variable(&self, e: ExprId) -> bool {
        matches!(self.fact(e).mode, amigos_types::facts::Mode::Var)
    }

    fn value_loc(&mut self, e: ExprId) -> Loc {
        let value = self.expr(e);
        let ty = self.ty(e);
        Loc::Value(value, vec![], ty)
    }

    /// An index or length, as a register that later statements don't change.
    pub fn index_operand(&mut self, e: ExprId) -> Operand {
        let index = self.expr(e);
        let index = self.typed_constant(index);
        self.freeze(index)
    }

    /// Follows a selection's path of field indexes, through embedded pointers.
    pub fn walk(&mut self, base: Loc, path: &[u32]) -> Loc {
        let mut at = base;
        for index in path {
            let mut ty = self.core(at.ty());
            if let TyKind::Pointer(elem) = ty.kind() {
                let pointer = self.read(at);
                at = Loc::Place(Place { base: PlaceBase::Deref(pointer), proj: vec![], ty: *elem });
                ty = self.core(*elem);
            }
            let TyKind::Struct(fields) = ty.kind() else { return at };
            let Some(field) = fields.get(*index as usize) else { return at };
            at = at.project(Proj::Field(*index), field.ty);
        }
        at
    }

    /// The value at a place.
    pub fn read(&mut self, loc: Loc) -> Operand {
        match loc {
            Loc::Place(place) => {
                if let PlaceBase::Local(local) = place.base
                    && place.proj.is_empty()
                    && !self.here.locals[local.idx()].boxed
                {
                    return Operand::Local(local);
                }
                let dst = self.temp(place.ty);
                self.emit(Op::Load { dst, place });
                Operand::Local(dst)
            }
            Loc::Value(x, proj, _) if proj.is_empty() => x,
            Loc::Value(x, proj, ty) => {
                let dst = self.temp(ty);
                self.emit(Op::Extract { dst, x, proj });
                Operand::Local(dst)
            }
        }
    }

    /// Writes a place.
    pub fn write(&mut self, place: Place, value: Operand) {
        if let PlaceBase::Local(local) = place.base
            && place.proj.is_empty()
            && !self.here.locals[local.idx()].boxed
        {
            self.emit(Op::Copy { dst: local, src: value });
        } else {
            self.emit(Op::Store { place, src: value });
        }
    }

    /// `&x`
    pub fn address_of(&mut self, e: ExprId, ty: Ty) -> Operand {
        let ast = self.here.arena.ast;
        match &ast[e].kind {
            ExprKind::Paren(x) => self.address_of(*x, ty),
            ExprKind::CompositeLit { .. } => {
                let value = self.expr(e);
                let elem = self.ty(e);
                self.heap(value, elem, ty)
            }
            _ => match self.loc(e) {
                Loc::Place(place) => self.address(place, ty),
                Loc::Value(x, proj, elem) => {
                    let value = self.read(Loc::Value(x, proj, elem));
                    self.heap(value, elem, ty)
                }
            },
        }
    }

    /// The address of a place as a pointer of type `ty`. `&*p` is `p`.
    pub fn address(&mut self, place: Place, ty: Ty) -> Operand {
        let dst = self.temp(ty);
        self.emit(Op::Addr { dst, place });
        Operand::Local(dst)
    }

    /// A new object with this value.
    pub fn heap(&mut self, value: Operand, elem: Ty, pointer: Ty) -> Operand {
        let dst = self.temp(pointer);
        self.emit(Op::New { dst, ty: elem });
        if !matches!(value, Operand::Zero(_)) {
            self.emit(Op::Store { place: Place { base: PlaceBase::Deref(Operand::Local(dst)), proj: vec![], ty: elem }, src: value });
        }
        Operand::Local(dst)
    }

    /// The receiver of a method call `x.m(...)`: follows embedded fields, then takes the address or the value as the method wants it.
    pub fn receiver(&mut self, x: ExprId, selection: &Selection) -> Operand {
        let path = selection.index.split_last().map_or(&[][..], |(_, path)| path);
        let base = self.loc(x);
        let at = self.walk(base, path);
        let is_pointer =
            matches!(self.under(at.ty()).kind(), TyKind::Pointer(_)) && !matches!(at.ty().unalias().kind(), TyKind::Named { .. });
        match (selection.pointer_recv, is_pointer) {
            (true, true) | (false, false) => self.read(at),
            (true, false) => {
                let pointer = Ty::pointer(at.ty());
                match at {
                    Loc::Place(place) => self.address(place, pointer),
                    value => {
                        let elem = value.ty();
                        let value = self.read(value);
                        self.heap(value, elem, pointer)
                    }
                }
            }
            (false, true) => {
                let TyKind::Pointer(elem) = self.under(at.ty()).kind() else { return self.read(at) };
                let pointer = self.read(at);
                self.read(Loc::Place(Place { base: PlaceBase::Deref(pointer), proj: vec![], ty: *elem }))
            }
        }
    }
}
