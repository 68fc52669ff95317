//! Assignments, initialisations and assignability (Go spec, "Assignability", "Assignment statements", "Short variable declarations").

use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprId, ExprKind, IdentId, StmtId};
use rustc_hash::FxHashSet;

use crate::checker::{Checker, Code, Entity, Obj, Report};
use crate::codes;
use crate::conversions::add_cause;
use crate::expr::Target;
use crate::facts::{LocalId, LocalKind, Mode, ObjRef};
use crate::operand::Operand;
use crate::predicates::{default_type, has_name, is_type_param, is_untyped};
use crate::returns::unparen;
use crate::ty::{Ty, TyKind};

impl<'a> Checker<'a> {
    /// Whether `x` can be assigned to a variable of type `target`; else the code, and perhaps a cause.
    pub(crate) fn assignable_to(&mut self, x: &Operand, target: Ty, cause: &mut String) -> Result<(), Code> {
        if x.mode == Mode::Invalid || target.is_invalid() || x.ty.is_invalid() {
            return Ok(());
        }
        let (v, t) = (x.ty.unalias(), target.unalias());
        if self.identical(v, t) {
            return Ok(());
        }
        let (vu, tu) = (self.under(v), self.under(t));
        let (v_param, t_param) = (is_type_param(v), is_type_param(t));
        if is_untyped(v) {
            let fits = if t_param {
                self.param_terms(t).iter().all(|term| term.is_some_and(|ty| self.implicit_type_and_value(x, ty).is_ok()))
            } else {
                self.implicit_type_and_value(x, t).is_ok()
            };
            return if fits { Ok(()) } else { Err(codes::IncompatibleAssign) };
        }
        if !v_param && !t_param && self.identical(vu, tu) && (!has_name(v) || !has_name(t)) {
            return Ok(());
        }
        // T is an interface (type parameters apart), or a pointer to one (for a better message), and x implements it.
        let interface = |ty: Ty| matches!(ty.kind(), TyKind::Interface(_));
        let interface_ptr = matches!(tu.kind(), TyKind::Pointer(to) if self.is_interface(*to));
        if interface(tu) && !t_param || interface_ptr {
            // `byte` and `rune` are named as they are written.
            let named = if matches!(x.ty.kind(), TyKind::Alias { key, actual, .. } if key.pkg.is_none() && matches!(actual.kind(), TyKind::Basic(_)))
            {
                x.ty
            } else {
                v
            };
            if self.implements(named, t, false, cause) {
                return Ok(());
            }
            // V doesn't implement T, but V's terms may still be assignable to it.
            if !v_param {
                return Err(codes::InvalidIfaceAssign);
            }
            cause.clear();
        }
        if interface(vu) && !v_param {
            let mut ignored = String::new();
            if self.implements(t, v, false, &mut ignored) {
                *cause = "need type assertion".to_owned();
                return Err(codes::IncompatibleAssign);
            }
        }
        if let (TyKind::Chan { dir: amigos_syntax::ast::ChanDir::Both, elem: a }, TyKind::Chan { elem: b, .. }) = (vu.kind(), tu.kind())
            && self.identical(*a, *b)
        {
            return if !has_name(v) || !has_name(t) { Ok(()) } else { Err(codes::InvalidChanAssign) };
        }
        if !v_param && !t_param {
            return Err(codes::IncompatibleAssign);
        }
        if t_param && !has_name(v) {
            for term in self.param_terms(t) {
                let Some(term) = term else { return Err(codes::IncompatibleAssign) };
                if let Err(code) = self.assignable_to(x, term, cause) {
                    let message = format!("cannot assign {} to {} (in {})", self.ty_str(x.ty), self.ty_str(term), self.ty_str(t));
                    add_cause(cause, message);
                    return Err(code);
                }
            }
            return Ok(());
        }
        if v_param && !has_name(t) {
            for term in self.param_terms(v) {
                let Some(term) = term else { return Err(codes::IncompatibleAssign) };
                let part = Operand { ty: term, ..x.clone() };
                if let Err(code) = self.assignable_to(&part, target, cause) {
                    let message = format!("cannot assign {} (in {}) to {}", self.ty_str(term), self.ty_str(v), self.ty_str(target));
                    add_cause(cause, message);
                    return Err(code);
                }
            }
            return Ok(());
        }
        Err(codes::IncompatibleAssign)
    }

    /// Checks that `x` can be assigned to a variable of type `target` (any type, if `None`), and converts it if it is untyped.
    pub(crate) fn assignment(&mut self, x: &mut Operand, target: Option<Ty>, context: &str) {
        self.single_value(x);
        match x.mode {
            Mode::Invalid => return,
            Mode::Const | Mode::Var | Mode::MapIndex | Mode::Value | Mode::CommaOk | Mode::Nil => {}
            _ => {
                let to = target.map_or_else(|| "nil".to_owned(), |t| self.ty_str(t));
                let message = format!("cannot assign {} to {to} in {context}", self.operand_str(x));
                self.error(codes::IncompatibleAssign, self.operand_range(x), message);
                x.invalidate();
                return;
            }
        }
        if is_untyped(x.ty) {
            let mut to = target;
            // The default type of an untyped value, if nothing (or anything) is asked for.
            if target.is_none_or(|t| self.is_non_type_param_interface(t)) {
                if target.is_none() && x.is_nil() {
                    self.error(codes::UntypedNilUse, self.operand_range(x), format!("use of untyped nil in {context}"));
                    x.invalidate();
                    return;
                }
                to = Some(default_type(x.ty));
            }
            let to = to.unwrap_or(x.ty);
            match self.implicit_type_and_value(x, to) {
                Err(code) => {
                    let mut message = format!("cannot use {} as {} value in {context}", self.operand_str(x), self.ty_str(to));
                    let code = match code {
                        codes::TruncatedFloat => {
                            message.push_str(" (truncated)");
                            code
                        }
                        codes::NumericOverflow => {
                            message.push_str(" (overflows)");
                            code
                        }
                        _ => codes::IncompatibleAssign,
                    };
                    self.error(code, self.operand_range(x), message);
                    x.invalidate();
                    return;
                }
                Ok((ty, val)) => self.set_converted(x, ty, val),
            }
        }
        // A generic function gets its type arguments from the target.
        let function = self.new_target(target, context);
        self.non_generic(function.as_ref(), x);
        if x.mode == Mode::Invalid {
            return;
        }
        let Some(target) = target else { return };
        let mut cause = String::new();
        if let Err(code) = self.assignable_to(x, target, &mut cause) {
            let mut message = format!("cannot use {} as {} value in {context}", self.operand_str(x), self.ty_str(target));
            if !cause.is_empty() {
                message = format!("{message}: {cause}");
            }
            self.error(code, self.operand_range(x), message);
            x.invalidate();
        }
    }

    /// Initialises a constant.
    pub(crate) fn init_const(&mut self, lhs: Obj, x: &mut Operand) {
        let ty = self.obj_type(lhs);
        if x.mode == Mode::Invalid || x.ty.is_invalid() || ty.is_some_and(Ty::is_invalid) {
            if ty.is_none() {
                self.set_obj_type(lhs, Ty::invalid());
            }
            return;
        }
        if x.mode != Mode::Const {
            let message = format!("{} is not constant", self.operand_str(x));
            self.error(codes::InvalidConstInit, self.operand_range(x), message);
            if ty.is_none() {
                self.set_obj_type(lhs, Ty::invalid());
            }
            return;
        }
        let ty = ty.unwrap_or_else(|| {
            self.set_obj_type(lhs, x.ty);
            x.ty
        });
        self.assignment(x, Some(ty), "constant declaration");
        if x.mode == Mode::Invalid {
            return;
        }
        if let Some(val) = x.val.clone() {
            self.set_obj_const(lhs, val);
        }
    }

    /// Initialises a variable, which gets its type from `x` if it has none.
    pub(crate) fn init_var(&mut self, lhs: Obj, x: &mut Operand, context: &str) {
        let ty = self.obj_type(lhs);
        if x.mode == Mode::Invalid || x.ty.is_invalid() || ty.is_some_and(Ty::is_invalid) {
            if ty.is_none() {
                self.set_obj_type(lhs, Ty::invalid());
            }
            x.invalidate();
            return;
        }
        let ty = match ty {
            Some(ty) => ty,
            None => {
                let mut ty = x.ty;
                if is_untyped(ty) {
                    if x.is_nil() {
                        self.error(codes::UntypedNilUse, self.operand_range(x), format!("use of untyped nil in {context}"));
                        self.set_obj_type(lhs, Ty::invalid());
                        x.invalidate();
                        return;
                    }
                    ty = default_type(ty);
                }
                self.set_obj_type(lhs, ty);
                ty
            }
        };
        self.assignment(x, Some(ty), context);
    }

    /// Whether the local variable that an identifier means is used so far; to be handed to [`Checker::restore_used`].
    pub(crate) fn local_var_used(&self, ident: IdentId) -> Option<(LocalId, bool)> {
        match self.lookup(self.name(ident)) {
            Some(Entity::Local(local)) if matches!(self.local(local).kind, LocalKind::Var | LocalKind::Param | LocalKind::Result) => {
                Some((local, self.local(local).used))
            }
            _ => None,
        }
    }

    /// Takes back that a variable is used.
    pub(crate) fn restore_used(&mut self, kept: Option<(LocalId, bool)>) {
        if let Some((local, used)) = kept {
            self.local_mut(local).used = used;
        }
    }

    /// The type of a left-hand side; `None` for `_`, the invalid type after an error.
    fn lhs_var(&mut self, lhs: ExprId) -> Option<Ty> {
        let ast = self.ast();
        let inner = unparen(ast, lhs);
        let mut kept = None;
        if let ExprKind::Ident(ident) = &ast[inner].kind {
            if self.name(*ident).is_blank() {
                return None;
            }
            // Assigning to a variable doesn't use it.
            kept = self.local_var_used(*ident);
        }
        let mut x = Operand::default();
        self.expr(None, &mut x, lhs);
        self.restore_used(kept);
        if x.mode == Mode::Invalid || x.ty.is_invalid() {
            return Some(Ty::invalid());
        }
        if matches!(x.mode, Mode::Var | Mode::MapIndex) {
            return Some(x.ty);
        }
        if let ExprKind::Selector { x: base, .. } = &ast[inner].kind
            && inner == lhs
        {
            if let ExprKind::Ident(ident) = &ast[*base].kind {
                match self.lookup(self.name(*ident)) {
                    Some(crate::checker::Entity::Msg) => {
                        let message = format!("cannot assign to {} (msg tells of the call and is read-only)", self.operand_expr_str(&x));
                        self.error(codes::UnassignableOperand, self.operand_range(&x), message);
                        return Some(Ty::invalid());
                    }
                    Some(crate::checker::Entity::Predeclared(_) | crate::checker::Entity::Import(_)) => {
                        let message =
                            format!("cannot assign to {} (neither addressable nor a map index expression)", self.operand_expr_str(&x));
                        self.error(codes::UnassignableOperand, self.operand_range(&x), message);
                        return Some(Ty::invalid());
                    }
                    _ => {}
                }
            }
            let mut op = Operand::default();
            self.expr(None, &mut op, *base);
            if op.mode == Mode::MapIndex {
                let message = format!("cannot assign to struct field {} in map", self.operand_expr_str(&x));
                self.error(codes::UnaddressableFieldAssign, self.operand_range(&x), message);
                return Some(Ty::invalid());
            }
        }
        let message = format!("cannot assign to {} (neither addressable nor a map index expression)", self.operand_expr_str(&x));
        self.error(codes::UnassignableOperand, self.operand_range(&x), message);
        Some(Ty::invalid())
    }

    /// Assigns an expression to `lhs`.
    pub(crate) fn assign_expr(&mut self, lhs: ExprId, rhs: ExprId, context: &str) {
        let ty = self.lhs_var(lhs);
        if ty.is_some_and(Ty::is_invalid) {
            self.use_exprs(&[rhs]);
            return;
        }
        let target = self.new_target(ty, self.expr_str(lhs));
        let mut x = Operand::default();
        self.expr(target.as_ref(), &mut x, rhs);
        self.assign_checked(ty, &mut x, context);
    }

    /// Assigns an operand to `lhs`.
    pub(crate) fn assign_operand(&mut self, lhs: ExprId, x: &mut Operand, context: &str) {
        let ty = self.lhs_var(lhs);
        if ty.is_some_and(Ty::is_invalid) {
            x.invalidate();
            return;
        }
        self.assign_checked(ty, x, context);
    }

    fn assign_checked(&mut self, ty: Option<Ty>, x: &mut Operand, context: &str) {
        let context =
            if ty.is_none() && matches!(context, "assignment" | "multiple assignment") { "assignment to _ identifier" } else { context };
        self.assignment(x, ty, context);
    }

    /// `(number, string, ...T)`: types for a message.
    pub(crate) fn types_summary(&self, types: &[Ty], variadic: bool, has_dots: bool) -> String {
        let mut list = Vec::with_capacity(types.len());
        for (i, ty) in types.iter().enumerate() {
            let mut text = if ty.is_invalid() {
                "unknown type".to_owned()
            } else if is_untyped(*ty) {
                if self.is_numeric(*ty) { "number".to_owned() } else { self.ty_str(*ty).replace("untyped ", "") }
            } else {
                self.ty_str(*ty)
            };
            if i + 1 == types.len() {
                if variadic {
                    if let TyKind::Slice(elem) = ty.kind() {
                        text = self.ty_str(*elem);
                    }
                    text = format!("...{text}");
                } else if has_dots {
                    text.push_str("...");
                }
            }
            list.push(text);
        }
        format!("({})", list.join(", "))
    }

    fn assign_error(&mut self, rhs: &[ExprId], l: usize, r: usize) {
        let Some(first) = rhs.first().copied() else { return };
        let (vars, vals) = (measure(l, "variable"), measure(r, "value"));
        let ast = self.ast();
        let message = match &ast[unparen(ast, first)].kind {
            ExprKind::Call { fun, .. } if rhs.len() == 1 => {
                format!("assignment mismatch: {vars} but {} returns {vals}", self.expr_str(*fun))
            }
            _ => format!("assignment mismatch: {vars} but {vals}"),
        };
        self.error(codes::WrongAssignCount, self.range(first), message);
    }

    fn return_error(&mut self, stmt: StmtId, lhs: &[Obj], rhs: &[Operand]) {
        let (l, r) = (lhs.len(), rhs.len());
        let (mut at, mut qualifier) = (self.stmt_range(stmt), "not enough");
        if r > l {
            at = self.operand_range(&rhs[l]);
            qualifier = "too many";
        } else if let Some(last) = rhs.last() {
            at = self.operand_range(last);
        }
        let have: Vec<Ty> = rhs.iter().map(|x| x.ty).collect();
        let want: Vec<Ty> = lhs.iter().map(|o| self.obj_type(*o).unwrap_or(Ty::invalid())).collect();
        let message = format!(
            "{qualifier} return values\n\thave {}\n\twant {}",
            self.types_summary(&have, false, false),
            self.types_summary(&want, false, false)
        );
        self.error(codes::WrongResultCount, at, message);
    }

    fn is_call(&self, e: ExprId) -> bool {
        matches!(self.ast()[unparen(self.ast(), e)].kind, ExprKind::Call { .. })
    }

    fn invalidate_untyped(&mut self, lhs: &[Obj]) {
        for obj in lhs {
            if self.obj_type(*obj).is_none() {
                self.set_obj_type(*obj, Ty::invalid());
            }
        }
    }

    /// Initialises variables (of a declaration, or the results of a `return`) with expressions.
    pub(crate) fn init_vars(&mut self, lhs: &[Obj], rhs: &[ExprId], return_stmt: Option<StmtId>) {
        let (l, r) = (lhs.len(), rhs.len());
        let context = match return_stmt {
            Some(_) => "return statement",
            None if l > 1 => "multiple assignment",
            None => "assignment",
        };
        let is_call = r == 1 && self.is_call(rhs[0]);
        if l == r && !is_call {
            for (obj, e) in lhs.iter().zip(rhs) {
                let name = self.obj_name(*obj);
                let unnamed = matches!(*obj, Obj::Local(local) if self.local(local).ident.is_none());
                let desc = if return_stmt.is_some() && unnamed { "result variable" } else { name.as_str() };
                let target: Option<Target> = self.new_target(self.obj_type(*obj), desc);
                let mut x = Operand::default();
                self.expr(target.as_ref(), &mut x, *e);
                self.init_var(*obj, &mut x, context);
            }
            return;
        }
        if r != 1 {
            // Only report a mismatch if there is no other error.
            if self.use_exprs(rhs) {
                match return_stmt {
                    Some(stmt) => {
                        let operands = self.expr_list(rhs);
                        self.return_error(stmt, lhs, &operands);
                    }
                    None => self.assign_error(rhs, l, r),
                }
            }
            self.invalidate_untyped(lhs);
            return;
        }
        let (mut operands, comma_ok) = self.multi_expr(rhs[0], l == 2 && return_stmt.is_none());
        if operands.len() == l {
            for (obj, x) in lhs.iter().zip(operands.iter_mut()) {
                self.init_var(*obj, x, context);
            }
            self.finish_comma_ok(rhs[0], comma_ok, &operands);
            return;
        }
        if operands[0].mode != Mode::Invalid {
            match return_stmt {
                Some(stmt) => self.return_error(stmt, lhs, &operands),
                None => self.assign_error(rhs, l, operands.len()),
            }
        }
        self.invalidate_untyped(lhs);
    }

    fn finish_comma_ok(&mut self, e: ExprId, comma_ok: bool, operands: &[Operand]) {
        if comma_ok
            && let [a, b] = operands
            && a.mode != Mode::Invalid
            && b.mode != Mode::Invalid
        {
            self.record_comma_ok_types(e, a.ty, b.ty);
        }
    }

    /// `a, b = x, y`
    pub(crate) fn assign_vars(&mut self, lhs: &[ExprId], rhs: &[ExprId]) {
        let (l, r) = (lhs.len(), rhs.len());
        let context = if l > 1 { "multiple assignment" } else { "assignment" };
        let is_call = r == 1 && self.is_call(rhs[0]);
        if l == r && !is_call {
            for (lhs, rhs) in lhs.iter().zip(rhs) {
                self.assign_expr(*lhs, *rhs, context);
            }
            return;
        }
        if r != 1 {
            let ok_lhs = self.use_lhs(lhs);
            let ok_rhs = self.use_exprs(rhs);
            if ok_lhs && ok_rhs {
                self.assign_error(rhs, l, r);
            }
            return;
        }
        let (mut operands, comma_ok) = self.multi_expr(rhs[0], l == 2);
        if operands.len() == l {
            for (lhs, x) in lhs.iter().zip(operands.iter_mut()) {
                self.assign_operand(*lhs, x, context);
            }
            self.finish_comma_ok(rhs[0], comma_ok, &operands);
            return;
        }
        if operands[0].mode != Mode::Invalid {
            self.assign_error(rhs, l, operands.len());
        }
        self.use_lhs(lhs);
    }

    /// `a, b := x, y`; `pos` is where `:=` stands.
    pub(crate) fn short_var_decl(&mut self, pos: TextRange, lhs: &[ExprId], rhs: &[ExprId]) {
        let top = self.delayed_top();
        let ast = self.ast();
        let mut seen = FxHashSet::default();
        let mut vars: Vec<Option<Obj>> = Vec::with_capacity(lhs.len());
        let mut new_vars = Vec::new();
        let mut has_err = false;
        for e in lhs {
            let ExprKind::Ident(ident) = &ast[*e].kind else {
                self.use_lhs(&[*e]);
                let message = format!("non-name {} on left side of :=", self.expr_str(*e));
                self.error(codes::BadDecl, self.range(*e), message);
                has_err = true;
                vars.push(None);
                continue;
            };
            let name = self.name(*ident);
            if !name.is_blank() && !seen.insert(name) {
                self.error(codes::RepeatedDecl, self.range(*e), format!("{name} repeated on left side of :="));
                has_err = true;
                vars.push(None);
                continue;
            }
            // Variables of the same scope are assigned to.
            if let Some(old) = self.lookup_here(name) {
                self.record_use(*ident, ObjRef::Local(old));
                if matches!(self.local(old).kind, LocalKind::Var | LocalKind::Param | LocalKind::Result) {
                    let ty = self.local(old).ty;
                    self.record_type_and_value(*e, Mode::Var, ty, None);
                    vars.push(Some(Obj::Local(old)));
                } else {
                    self.error(codes::UnassignableOperand, self.range(*e), format!("cannot assign to {name}"));
                    has_err = true;
                    vars.push(None);
                }
                continue;
            }
            let local = self.new_local(name, LocalKind::Var, Some(*ident), None);
            vars.push(Some(Obj::Local(local)));
            if !name.is_blank() {
                new_vars.push(local);
            }
            self.record_def(*ident, ObjRef::Local(local));
        }
        // Dummies take the values that have no variable.
        let vars: Vec<Obj> =
            vars.into_iter().map(|v| v.unwrap_or_else(|| Obj::Local(self.new_local("_".into(), LocalKind::Var, None, None)))).collect();
        self.init_vars(&vars, rhs, None);
        // Function literals on the right are checked before the variables are in scope.
        self.process_delayed(top);
        for (e, var) in lhs.iter().zip(&vars) {
            if let (ExprKind::Ident(_), Obj::Local(local)) = (&ast[*e].kind, var) {
                let ty = self.local(*local).ty;
                if !ty.is_invalid() {
                    self.record_type_and_value(*e, Mode::Var, ty, None);
                }
            }
        }
        if new_vars.is_empty() && !has_err {
            self.soft_error(codes::NoNewVar, pos, "no new variables on left side of :=");
            return;
        }
        let scope_pos = rhs.last().map_or(pos.end, |e| self.range(*e).end);
        for local in new_vars {
            self.declare(None, local, scope_pos);
        }
    }

    /// The local object of that name in the innermost scope itself.
    pub(crate) fn lookup_here(&self, name: amigos_syntax::Name) -> Option<LocalId> {
        let scope = self.scope(self.env.scope?);
        scope.names.iter().find(|(n, _)| *n == name).map(|(_, local)| *local)
    }

    /// Reports with a place in the current declaration that explains the error.
    pub(crate) fn error_related(&mut self, code: Code, range: TextRange, message: String, related: TextRange, why: &str) {
        let report = Report::new(code, range, message).related(self.place(related), why);
        self.report(report);
    }
}

/// `1 variable`, `2 variables`
pub(crate) fn measure(n: usize, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}
