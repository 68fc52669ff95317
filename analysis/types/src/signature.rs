//! Function types, receivers and parameters.

use amigos_syntax::ast::{ExprId, ExprKind, Field, FuncType, IdentId};
use amigos_syntax::{Name, TextRange};

use crate::checker::{Checker, FuncInfo};
use crate::codes;
use crate::facts::{FuncLocals, LocalId, LocalKind, Mode, ObjRef};
use crate::subst::Subst;
use crate::ty::{Basic, Param, Signature, Ty, TyKind};

/// Parameters or results that were checked but not declared yet.
struct Params {
    idents: Vec<Option<IdentId>>,
    locals: Vec<LocalId>,
    params: Vec<Param>,
    variadic: bool,
}

/// The parts of a receiver's type expression: `*T[A, _]`.
pub(crate) struct RecvParts {
    /// Whether there is a `*`.
    pub pointer: bool,
    /// `T`
    pub base: ExprId,
    /// `A`, `_`; `None`: no brackets. An element that is no identifier is `Err`.
    pub tparams: Option<Vec<Result<IdentId, ExprId>>>,
}

impl<'a> Checker<'a> {
    /// Checks a function type. `owner` names who declares its type parameters (`path.F`); literals and plain function types have none.
    pub fn func_type(&mut self, recv: Option<&'a [Field]>, func: &'a FuncType, owner: Option<Name>) -> FuncInfo {
        let scope = self.open_scope(func.range);
        let declared = self.declared_func.take();
        self.scopes[scope.0 as usize].is_func = true;
        let owner = owner.unwrap_or_else(|| Name::new(&format!("{}.func@{}", self.source.key.0, func.range.start)));
        let mut locals = FuncLocals::default();
        let mut recv_name = None;
        let mut recv_tparams: Vec<Ty> = Vec::new();
        if let Some(field) = recv.and_then(|r| r.first()) {
            if let Some(more) = recv.and_then(|r| r.get(1..)).and_then(|r| r.last()) {
                let at = more.names.first().map_or(self.range(more.ty), |n| self.ident_range(*n));
                self.error(codes::InvalidRecv, at, "method has multiple receivers");
            }
            let (local, name) = self.collect_recv(field, owner, func.range.start, &mut recv_tparams, &mut locals.tparams);
            locals.recv = Some(local);
            recv_name = name;
        }
        let first = recv_tparams.len() as u32;
        let tparams = if func.tparams.is_empty() {
            Box::default()
        } else {
            self.collect_type_params(&func.tparams, owner, first, func.range.start, &mut locals.tparams, &mut |c, list| {
                // A generic function may be instantiated in its own signature.
                if let Some(obj) = declared {
                    let sig = Signature { tparams: list.into(), ..Signature::default() };
                    c.set_obj_type(obj, Ty::new(TyKind::Signature(sig)));
                }
            })
        };
        let params = self.collect_params(&func.params, true);
        let results = self.collect_params(&func.results, false);
        let scope_pos = func.range.end;
        if let (Some(local), Some(ident)) = (locals.recv, recv_name) {
            self.declare(Some(ident), local, scope_pos);
        }
        for list in [&params, &results] {
            for (ident, local) in list.idents.iter().zip(&list.locals) {
                if ident.is_some() {
                    self.declare(*ident, *local, scope_pos);
                }
            }
        }
        self.close_scope();
        let sig = Signature { tparams, params: params.params.into(), results: results.params.into(), variadic: params.variadic };
        locals.params = params.locals;
        locals.results = results.locals;
        FuncInfo { sig: Ty::new(TyKind::Signature(sig)), scope, locals }
    }

    /// Takes a receiver's type expression apart.
    pub(crate) fn unpack_recv(&self, ty: ExprId) -> RecvParts {
        let ast = self.ast();
        let unparen = |mut e: ExprId| {
            while let ExprKind::Paren(x) = ast[e].kind {
                e = x;
            }
            e
        };
        let mut base = unparen(ty);
        let mut pointer = false;
        if let ExprKind::Star(x) = ast[base].kind {
            pointer = true;
            base = unparen(x);
        }
        let mut tparams = None;
        if let ExprKind::Index { x, indices } = &ast[base].kind {
            base = *x;
            let one = |e: &ExprId| match &ast[*e].kind {
                ExprKind::Ident(ident) => Ok(*ident),
                _ => Err(*e),
            };
            tparams = Some(indices.iter().map(one).collect());
        }
        RecvParts { pointer, base, tparams }
    }

    fn collect_recv(
        &mut self,
        field: &'a Field,
        owner: Name,
        scope_pos: u32,
        recv_tparams: &mut Vec<Ty>,
        tparam_locals: &mut Vec<LocalId>,
    ) -> (LocalId, Option<IdentId>) {
        let parts = self.unpack_recv(field.ty);
        let base_range = self.range(parts.base);
        let mut recv_ty = Ty::invalid();
        match &parts.tparams {
            None => {
                recv_ty = self.var_type(field.ty);
                // No methods on instances that an alias stands for.
                let mut at = unpointer(recv_ty);
                while let TyKind::Alias { key, actual, .. } = at.kind() {
                    let base = unpointer(*actual);
                    let is_instance = match base.kind() {
                        TyKind::Named { args, .. } => !args.is_empty(),
                        TyKind::Alias { args, .. } => !args.is_empty(),
                        _ => false,
                    };
                    if key.pkg.is_some() && is_instance {
                        let text = format!("cannot define new methods on instantiated type {}", self.ty_str(base));
                        self.error(codes::InvalidRecv, base_range, text);
                        recv_ty = Ty::invalid();
                        break;
                    }
                    at = base;
                }
            }
            Some(tparams) => {
                let mut cause = String::new();
                let generic = self.generic_type(parts.base, &mut cause);
                let mut base_key = None;
                match generic.kind() {
                    TyKind::Named { key, .. } => base_key = Some(*key),
                    TyKind::Alias { .. } if !generic.is_invalid() => {
                        let text = format!("cannot define new methods on generic alias type {}", self.ty_str(generic));
                        self.error(codes::InvalidRecv, base_range, text);
                    }
                    _ if !cause.is_empty() => self.error(codes::InvalidRecv, base_range, cause),
                    _ => {}
                }
                let mut idents = Vec::new();
                for (i, tparam) in tparams.iter().enumerate() {
                    let (name, ident) = match tparam {
                        Ok(ident) => (self.name(*ident), Some(*ident)),
                        Err(expr) => {
                            if !matches!(self.ast()[*expr].kind, ExprKind::Bad) {
                                let text = format!("receiver type parameter {} must be an identifier", self.expr_str(*expr));
                                self.error(codes::BadDecl, self.range(*expr), text);
                            }
                            (Name::new("_"), None)
                        }
                    };
                    let (ty, local) = self.declare_type_param(owner, i as u32, name, ident, scope_pos);
                    recv_tparams.push(ty);
                    tparam_locals.push(local);
                    idents.push(ident);
                    if let Some(ident) = ident {
                        self.record_use(ident, ObjRef::Local(local));
                    }
                }
                if let ExprKind::Index { indices, .. } = &self.ast()[self.index_of_recv(field.ty)].kind {
                    for (expr, ty) in indices.iter().zip(recv_tparams.iter()) {
                        self.record_type_and_value(*expr, Mode::Type, *ty, None);
                    }
                }
                if let Some(key) = base_key {
                    let base_tparams = self.named_tparams(key);
                    if base_tparams.len() == recv_tparams.len() {
                        let subst = Subst::new(&base_tparams, recv_tparams);
                        for (own, base) in recv_tparams.iter().zip(base_tparams.iter()) {
                            if let (TyKind::TypeParam(own), TyKind::TypeParam(base)) = (own.kind(), base.kind()) {
                                let bound = self.bound_of(*base).unwrap_or(Ty::invalid());
                                let bound = self.subst(bound, &subst);
                                self.bounds.borrow_mut().insert(*own, bound);
                            }
                        }
                    } else {
                        let got = match recv_tparams.len() {
                            1 => "1 type parameter".to_string(),
                            n => format!("{n} type parameters"),
                        };
                        let text = format!("receiver declares {got}, but receiver base type declares {}", base_tparams.len());
                        self.error(codes::BadRecv, base_range, text);
                    }
                    self.verify_version(base_range, 18, "type instantiation");
                    recv_ty = Ty::named(key, recv_tparams.iter().copied());
                    self.record_instance(parts.base, recv_tparams, recv_ty);
                    if parts.pointer {
                        recv_ty = Ty::pointer(recv_ty);
                    }
                    self.record_recv_types(field.ty, recv_ty);
                }
            }
        }
        if let Some(more) = field.names.get(1..).and_then(|n| n.last()) {
            self.error(codes::InvalidRecv, self.ident_range(*more), "method has multiple receivers");
        }
        let ident = field.names.first().copied();
        let name = ident.map_or(Name::new("_"), |i| self.name(i));
        let local = self.new_local(name, LocalKind::Param, ident, Some(recv_ty));
        self.later(move |c| c.valid_recv(base_range, recv_ty));
        (local, ident)
    }

    fn index_of_recv(&self, ty: ExprId) -> ExprId {
        let ast = self.ast();
        let mut at = ty;
        loop {
            match &ast[at].kind {
                ExprKind::Paren(x) | ExprKind::Star(x) => at = *x,
                _ => return at,
            }
        }
    }

    fn record_recv_types(&mut self, expr: ExprId, ty: Ty) {
        let ast = self.ast();
        let (mut at, mut ty) = (expr, ty);
        loop {
            self.record_type_and_value(at, Mode::Type, ty, None);
            match &ast[at].kind {
                ExprKind::Paren(x) => at = *x,
                ExprKind::Star(x) => {
                    at = *x;
                    match ty.kind() {
                        TyKind::Pointer(to) => ty = *to,
                        _ => return,
                    }
                }
                _ => return,
            }
        }
    }

    /// Reports a receiver of a type that can have no methods here.
    fn valid_recv(&mut self, range: TextRange, recv: Ty) {
        let (base, _) = self.deref(recv);
        let actual = base.unalias();
        if actual.is_invalid() {
            return;
        }
        let text = self.ty_str(base);
        match actual.kind() {
            TyKind::Named { key, .. } if key.pkg != Some(self.source.key) => {
                self.error(codes::InvalidRecv, range, format!("cannot define new methods on non-local type {text}"));
            }
            TyKind::Named { .. } => {
                let cause = match self.under(actual).kind() {
                    TyKind::Basic(Basic::UnsafePointer) => "unsafe.Pointer",
                    TyKind::Pointer(_) | TyKind::Interface(_) => "pointer or interface type",
                    _ => return,
                };
                self.error(codes::InvalidRecv, range, format!("invalid receiver type {text} ({cause})"));
            }
            TyKind::Basic(_) => {
                self.error(codes::InvalidRecv, range, format!("cannot define new methods on non-local type {text}"));
            }
            _ => {
                let text = self.ty_str(recv);
                self.error(codes::InvalidRecv, range, format!("invalid receiver type {text}"));
            }
        }
    }

    fn collect_params(&mut self, list: &'a [Field], is_params: bool) -> Params {
        let mut result = Params { idents: Vec::new(), locals: Vec::new(), params: Vec::new(), variadic: false };
        let kind = if is_params { LocalKind::Param } else { LocalKind::Result };
        for (i, field) in list.iter().enumerate() {
            let mut ty_expr = Some(field.ty);
            if let ExprKind::Ellipsis(elem) = self.ast()[field.ty].kind {
                ty_expr = elem;
                if is_params && i + 1 == list.len() && field.names.len() <= 1 {
                    result.variadic = true;
                } else {
                    self.soft_error(codes::InvalidSyntaxTree, self.range(field.ty), "invalid use of ...");
                }
            }
            let mut ty = ty_expr.map_or(Ty::invalid(), |e| self.var_type(e));
            if result.variadic {
                ty = Ty::slice(ty);
                self.record_type_and_value(field.ty, Mode::Type, ty, None);
            }
            for ident in &field.names {
                let name = self.name(*ident);
                result.idents.push(Some(*ident));
                result.locals.push(self.new_local(name, kind.clone(), Some(*ident), Some(ty)));
                result.params.push(Param { name: Some(name), ty });
            }
            if field.names.is_empty() {
                result.idents.push(None);
                result.locals.push(self.new_local(Name::new("_"), kind.clone(), None, Some(ty)));
                result.params.push(Param { name: None, ty });
            }
        }
        result
    }
}

fn unpointer(ty: Ty) -> Ty {
    let mut ty = ty;
    while let TyKind::Pointer(to) = ty.kind() {
        ty = *to;
    }
    ty
}
