//! Statements (Go spec, "Statements"), function bodies, and variables that nothing uses.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{
    AssignOp, BinaryOp, Block, BranchKind, CaseClause, CommClause, ExprId, ExprKind, IdentId, StmtId, StmtKind, UnaryOp,
};
use rustc_hash::FxHashMap;

use crate::binary::Rhs;
use crate::checker::{Checker, Entity, Environment, FuncInfo, MAX_DEPTH, Obj, Report, ScopeId};
use crate::codes;
use crate::expr::ExprUse;
use crate::facts::{Fix, LocalId, LocalKind, Mode};
use crate::konst::{Const, ConstKind};
use crate::literals::key_text;
use crate::operand::Operand;
use crate::predicates::is_type_param;
use crate::range::RangeParts;
use crate::returns::{Terminating, unparen};
use crate::ty::{Basic, Ty, TyKind};
use crate::universe::UniverseObj;

/// What may be done where a statement stands.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Context {
    pub break_ok: bool,
    pub continue_ok: bool,
    pub fallthrough_ok: bool,
    pub final_switch_case: bool,
    pub in_type_switch: bool,
}

impl Context {
    /// What nested statements inherit.
    fn inner(self) -> Context {
        Context { fallthrough_ok: false, final_switch_case: false, in_type_switch: false, ..self }
    }
}

/// The values of a switch's cases so far: where each is, and its type.
type SeenValues = FxHashMap<String, Vec<(TextRange, Ty)>>;

impl<'a> Checker<'a> {
    /// Checks a function's body; the current environment is that around the function.
    pub(crate) fn func_body(&mut self, info: FuncInfo, body: &'a Block, iota: Option<Const>) {
        let env = Environment {
            scope: Some(info.scope),
            sig: Some(info.sig),
            func: info.locals.clone(),
            func_scope: Some(info.scope),
            iota,
            errpos: None,
            in_tparam_list: false,
            is_panic: Default::default(),
            has_label: false,
            has_call_or_recv: false,
            ..self.env.clone()
        };
        self.with_env(env, |check| {
            check.stmt_list(Context::default(), &body.stmts);
            if check.env.has_label {
                check.labels(body);
            }
            let results = info.sig.as_signature().is_some_and(|s| !s.results.is_empty());
            if results && !(Terminating { ast: check.ast(), panics: &check.env.is_panic }).block(body) {
                let end = body.range.end.max(body.range.start + 1);
                check.error(codes::MissingReturn, TextRange::new(end - 1, end), "missing return");
            }
            check.usage(info.scope);
        });
    }

    /// Reports the variables of a function that nothing uses, those of function literals aside.
    pub(crate) fn usage(&mut self, scope: ScopeId) {
        let mut open = vec![scope];
        while let Some(scope) = open.pop() {
            let mut unused: Vec<LocalId> = self
                .scope(scope)
                .names
                .iter()
                .map(|(_, local)| *local)
                .filter(|local| matches!(self.local(*local).kind, LocalKind::Var) && !self.local(*local).used)
                .collect();
            unused.sort_by_key(|local| self.local_range(*local));
            for local in unused {
                let name = self.local(local).name;
                let range = self.local_range(local);
                let fix = self.unused_fix(local, range);
                self.report(Report::new(codes::UnusedVar, range, format!("declared and not used: {name}")).soft().fix(fix));
            }
            let children: Vec<ScopeId> = self.scope(scope).children.iter().copied().filter(|s| !self.scope(*s).is_func).collect();
            open.extend(children.into_iter().rev());
        }
    }

    /// What makes an unused variable go away and leaves the rest of its statement as it is.
    fn unused_fix(&self, local: LocalId, range: TextRange) -> Fix {
        let title = format!("discard `{}`", self.local(local).name).into();
        let rename = (range, "_".into());
        let Some(ident) = self.local(local).ident else { return Fix { title, edits: vec![rename] } };
        let ast = self.ast();
        let is_it = |e: &ExprId| matches!(ast[*e].kind, ExprKind::Ident(i) if i == ident);
        for stmt in &ast.stmts {
            match &stmt.kind {
                StmtKind::Assign { lhs, op: AssignOp::Define, op_pos, .. } if lhs.iter().any(is_it) => {
                    // `_ := x` declares nothing: without another new variable it becomes an assignment.
                    let others = lhs.iter().any(|e| match ast[*e].kind {
                        ExprKind::Ident(i) => i != ident && !ast[i].name.is_blank() && self.facts_ref().defs.contains_key(&i),
                        _ => false,
                    });
                    let mut edits = vec![rename];
                    if !others {
                        edits.push((TextRange::new(*op_pos, op_pos + 2), "=".into()));
                    }
                    return Fix { title, edits };
                }
                StmtKind::Range { key: Some(key), value, define: true, x, .. } => {
                    let blank = |e: ExprId| matches!(ast[e].kind, ExprKind::Ident(i) if ast[i].name.is_blank());
                    let whole = (TextRange::new(ast[*key].range.start, ast[*x].range.start), "range ".into());
                    match value {
                        None if is_it(key) => return Fix { title, edits: vec![whole] },
                        Some(value) if is_it(value) && blank(*key) => return Fix { title, edits: vec![whole] },
                        Some(value) if is_it(value) => {
                            let rest = TextRange::new(ast[*key].range.end, ast[*value].range.end);
                            return Fix { title, edits: vec![(rest, "".into())] };
                        }
                        Some(value) if is_it(key) && blank(*value) => return Fix { title, edits: vec![whole] },
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Fix { title, edits: vec![rename] }
    }

    fn stmt_list(&mut self, ctxt: Context, list: &'a [StmtId]) {
        let ast = self.ast();
        // Trailing empty statements don't count for `fallthrough`.
        let last = list.iter().rposition(|s| !matches!(ast[*s].kind, StmtKind::Empty));
        for (i, s) in list.iter().enumerate() {
            let fallthrough_ok = ctxt.fallthrough_ok && Some(i) == last;
            self.stmt(Context { fallthrough_ok, ..ctxt }, *s);
        }
    }

    /// Checks a block in a scope of its own.
    pub(crate) fn block_stmt(&mut self, inner: Context, block: &'a Block) {
        self.open_scope(block.range);
        self.stmt_list(inner, &block.stmts);
        self.close_scope();
    }

    fn simple_stmt(&mut self, s: Option<StmtId>) {
        if let Some(s) = s {
            self.stmt(Context::default(), s);
        }
    }

    /// Checks a statement, and the function literals in it at its end.
    pub(crate) fn stmt(&mut self, ctxt: Context, s: StmtId) {
        if self.depth.get() > MAX_DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        let top = self.delayed_top();
        let scope = self.env.scope;
        self.stmt_inner(ctxt, s);
        self.process_delayed(top);
        self.env.scope = scope;
        self.depth.set(self.depth.get() - 1);
    }

    fn stmt_inner(&mut self, ctxt: Context, s: StmtId) {
        let mut inner = ctxt.inner();
        let ast = self.ast();
        let stmt = &ast[s];
        match &stmt.kind {
            StmtKind::Bad | StmtKind::Empty => {}
            StmtKind::Decl(decl) => self.decl_stmt(decl),
            StmtKind::Labeled { stmt, .. } => {
                self.env.has_label = true;
                self.stmt(ctxt, *stmt);
            }
            StmtKind::Expr(e) => self.expr_stmt(*e),
            StmtKind::Send { chan, value, arrow } => {
                let (mut ch, mut val) = (Operand::default(), Operand::default());
                self.expr(None, &mut ch, *chan);
                self.generic_expr(&mut val, *value, None);
                if ch.mode == Mode::Invalid || val.mode == Mode::Invalid {
                    return;
                }
                let arrow = TextRange::new(*arrow, stmt.range.end);
                if let Some(elem) = self.chan_elem(arrow, &ch, false) {
                    self.assignment(&mut val, Some(elem), "send");
                }
            }
            StmtKind::IncDec { x: e, inc } => {
                let mut x = Operand::default();
                self.expr(None, &mut x, *e);
                if x.mode == Mode::Invalid {
                    return;
                }
                if !self.all_numeric(x.ty) {
                    let token = if *inc { "++" } else { "--" };
                    let message = format!("invalid operation: {}{token} (non-numeric type {})", self.expr_str(*e), self.ty_str(x.ty));
                    self.error(codes::NonNumericIncDec, self.range(*e), message);
                    return;
                }
                let op = if *inc { BinaryOp::Add } else { BinaryOp::Sub };
                self.binary(&mut x, None, op, Rhs::One, stmt.range);
                if x.mode != Mode::Invalid {
                    self.assign_operand(*e, &mut x, "assignment");
                }
            }
            StmtKind::Assign { lhs, rhs, op, op_pos } => {
                let pos = TextRange::new(*op_pos, op_pos + 2);
                match op {
                    AssignOp::Define => self.short_var_decl(pos, lhs, rhs),
                    AssignOp::Assign => self.assign_vars(lhs, rhs),
                    AssignOp::Op(op) => {
                        let ([lhs], [rhs]) = (lhs.as_slice(), rhs.as_slice()) else {
                            let message = format!("assignment operation {}= requires single-valued expressions", op.as_str());
                            self.error(codes::MultiValAssignOp, pos, message);
                            return;
                        };
                        let mut x = Operand::default();
                        self.expr(None, &mut x, *lhs);
                        self.binary(&mut x, None, *op, Rhs::Expr(*rhs), pos);
                        if x.mode != Mode::Invalid {
                            self.assign_operand(*lhs, &mut x, "assignment");
                        }
                    }
                }
            }
            StmtKind::Go(call) => self.suspended_call("go", *call),
            StmtKind::Defer(call) => self.suspended_call("defer", *call),
            StmtKind::Return(results) => self.return_stmt(s, results),
            StmtKind::Branch { kind, label } => self.branch_stmt(ctxt, stmt.range, *kind, *label),
            StmtKind::Block(block) => self.block_stmt(inner, block),
            StmtKind::If { init, cond, then, els } => {
                self.open_scope(stmt.range);
                self.simple_stmt(*init);
                self.condition(*cond, "if");
                self.block_stmt(inner, then);
                if let Some(els) = els {
                    self.stmt(inner, *els);
                }
                self.close_scope();
            }
            StmtKind::Switch { init, tag, cases, .. } => {
                inner.break_ok = true;
                self.open_scope(stmt.range);
                self.simple_stmt(*init);
                self.switch_stmt(inner, *tag, cases);
                self.close_scope();
            }
            StmtKind::TypeSwitch { init, bind, x, cases, .. } => {
                inner.break_ok = true;
                inner.in_type_switch = true;
                self.open_scope(stmt.range);
                self.simple_stmt(*init);
                self.type_switch_stmt(inner, s, *bind, *x, cases);
                self.close_scope();
            }
            StmtKind::Select { clauses, .. } => {
                inner.break_ok = true;
                self.select_stmt(inner, clauses);
            }
            StmtKind::For { init, cond, post, body } => {
                inner.break_ok = true;
                inner.continue_ok = true;
                self.open_scope(stmt.range);
                self.simple_stmt(*init);
                if let Some(cond) = cond {
                    self.condition(*cond, "for");
                }
                self.simple_stmt(*post);
                if let Some(post) = post
                    && let StmtKind::Assign { lhs, op: AssignOp::Define, .. } = &ast[*post].kind
                {
                    self.soft_error(codes::InvalidPostDecl, ast[*post].range, "cannot declare in post statement");
                    self.use_exprs(lhs);
                }
                self.block_stmt(inner, body);
                self.close_scope();
            }
            StmtKind::Range { key, value, extra, define, op_pos, x, body } => {
                inner.break_ok = true;
                inner.continue_ok = true;
                let parts = RangeParts { stmt: s, key: *key, value: *value, extra, define: *define, op_pos: *op_pos, x: *x, body };
                self.range_stmt(inner, &parts);
            }
        }
    }

    fn condition(&mut self, cond: ExprId, what: &str) {
        let mut x = Operand::default();
        self.expr(None, &mut x, cond);
        if x.mode != Mode::Invalid && !self.all_boolean(x.ty) {
            self.error(codes::InvalidCond, self.range(cond), format!("non-boolean condition in {what} statement"));
        }
    }

    fn expr_stmt(&mut self, e: ExprId) {
        let mut x = Operand::default();
        let kind = self.raw_expr(None, &mut x, e, None, false);
        let (code, what) = match x.mode {
            Mode::Builtin => (codes::UncalledBuiltin, "must be called"),
            Mode::Type => (codes::NotAnExpr, "is not an expression"),
            _ if kind == ExprUse::Statement => return,
            Mode::Invalid => return,
            _ => (codes::UnusedExpr, "is not used"),
        };
        let message = format!("{} {what}", self.operand_str(&x));
        self.error(code, self.operand_range(&x), message);
    }

    fn suspended_call(&mut self, keyword: &str, call: ExprId) {
        let mut x = Operand::default();
        let kind = self.raw_expr(None, &mut x, call, None, false);
        if x.mode == Mode::Invalid || !matches!(self.ast()[unparen(self.ast(), call)].kind, ExprKind::Call { .. }) {
            return;
        }
        let (code, what) = match kind {
            ExprUse::Conversion if keyword == "go" => (codes::InvalidGo, "requires function call, not conversion"),
            ExprUse::Conversion => (codes::InvalidDefer, "requires function call, not conversion"),
            ExprUse::Expression => (codes::UnusedResults, "discards result of"),
            ExprUse::Statement => return,
        };
        let message = format!("{keyword} {what} {}", self.operand_str(&x));
        self.error(code, self.operand_range(&x), message);
    }

    fn return_stmt(&mut self, s: StmtId, results: &'a [ExprId]) {
        let locals = self.env.func.results.clone();
        let named = self.env.sig.and_then(Ty::as_signature).and_then(|s| s.results.first()).is_some_and(|r| r.name.is_some());
        if results.is_empty() && named {
            for local in locals {
                let name = self.local(local).name;
                if name.is_blank() {
                    continue;
                }
                if let Some(Entity::Local(other)) = self.lookup(name)
                    && other != local
                {
                    let range = self.stmt_range(s);
                    let related = self.local_range(other);
                    let message = format!("result parameter {name} not in scope at return");
                    self.error_related(codes::OutOfScopeResult, range, message, related, &format!("inner declaration of {name}"));
                }
            }
            return;
        }
        let lhs: Vec<Obj> = locals.into_iter().map(Obj::Local).collect();
        if lhs.is_empty() && !results.is_empty() {
            // Without results nothing may be returned.
            let Some(first) = results.first().copied() else { return };
            if self.use_exprs(results) {
                self.error(codes::WrongResultCount, self.range(first), "too many return values".to_owned() + &self.have_nothing(results));
            }
            return;
        }
        self.init_vars(&lhs, results, Some(s));
    }

    /// The types of unwanted results, for a message.
    fn have_nothing(&self, results: &[ExprId]) -> String {
        let types: Vec<Ty> = results
            .iter()
            .flat_map(|e| {
                let ty = match self.untyped.get(&(self.env.facts_at, *e)) {
                    Some(info) => info.ty,
                    None => self.facts_ref().type_of(*e).ty,
                };
                match ty.kind() {
                    TyKind::Tuple(list) => list.iter().map(|p| p.ty).collect(),
                    _ => vec![ty],
                }
            })
            .collect();
        format!("\n\thave {}\n\twant ()", self.types_summary(&types, false, false))
    }

    fn branch_stmt(&mut self, ctxt: Context, range: TextRange, kind: BranchKind, label: Option<IdentId>) {
        if label.is_some() {
            // Checked at the end of the function.
            self.env.has_label = true;
            return;
        }
        match kind {
            BranchKind::Break if !ctxt.break_ok => {
                self.error(codes::MisplacedBreak, range, "break not in for, switch, or select statement");
            }
            BranchKind::Continue if !ctxt.continue_ok => self.error(codes::MisplacedContinue, range, "continue not in for statement"),
            BranchKind::Fallthrough if !ctxt.fallthrough_ok => {
                let message = if ctxt.final_switch_case {
                    "cannot fallthrough final case in switch"
                } else if ctxt.in_type_switch {
                    "cannot fallthrough in type switch"
                } else {
                    "fallthrough statement out of place"
                };
                self.error(codes::MisplacedFallthrough, range, message);
            }
            _ => {}
        }
    }

    // ---- switches ----

    fn multiple_defaults(&mut self, defaults: &[TextRange]) {
        let Some((first, rest)) = defaults.split_first() else { return };
        for range in rest {
            self.error_related(codes::DuplicateDefault, *range, "multiple defaults".to_owned(), *first, "first default");
        }
    }

    fn switch_stmt(&mut self, inner: Context, tag: Option<ExprId>, cases: &'a [CaseClause]) {
        let mut x = Operand::default();
        match tag {
            Some(tag) => {
                self.expr(None, &mut x, tag);
                // An untyped tag gets its default type.
                self.assignment(&mut x, None, "switch expression");
                if x.mode != Mode::Invalid && !self.comparable(x.ty) && !self.has_nil(x.ty) {
                    let message = format!("cannot switch on {} ({} is not comparable)", self.operand_str(&x), self.ty_str(x.ty));
                    self.error(codes::InvalidExprSwitch, self.operand_range(&x), message);
                    x.invalidate();
                }
            }
            None => x = Operand { val: Some(Const::Bool(true)), ..Operand::new(Mode::Const, Ty::basic(Basic::Bool), None) },
        }
        let defaults: Vec<TextRange> = cases.iter().filter(|c| c.default).map(|c| c.range).collect();
        self.multiple_defaults(&defaults);
        let mut seen = SeenValues::default();
        for (i, clause) in cases.iter().enumerate() {
            self.case_values(&mut x, &clause.exprs, &mut seen);
            self.open_scope(clause.range);
            let last = i + 1 == cases.len();
            self.stmt_list(Context { fallthrough_ok: !last, final_switch_case: last, ..inner }, &clause.body.stmts);
            self.close_scope();
        }
    }

    fn case_values(&mut self, x: &mut Operand, values: &'a [ExprId], seen: &mut SeenValues) {
        for e in values {
            let mut v = Operand::default();
            self.expr(None, &mut v, *e);
            if x.mode == Mode::Invalid || v.mode == Mode::Invalid {
                continue;
            }
            self.convert_untyped(&mut v, x.ty);
            if v.mode == Mode::Invalid {
                continue;
            }
            // The comparison changes neither.
            let (mut result, mut tag) = (v.clone(), x.clone());
            self.comparison(&mut result, &mut tag, BinaryOp::Eq, true);
            if result.mode == Mode::Invalid || v.mode != Mode::Const {
                continue;
            }
            let Some(val) = v.val.clone().filter(|v| matches!(v.kind(), ConstKind::Int | ConstKind::Float | ConstKind::String)) else {
                continue;
            };
            let key = key_text(&val);
            let others = seen.get(&key).cloned().unwrap_or_default();
            if let Some((first, _)) = others.iter().find(|(_, ty)| self.identical(*ty, v.ty)) {
                let message = format!("duplicate case {} in expression switch", self.operand_str(&v));
                self.error_related(codes::DuplicateCase, self.operand_range(&v), message, *first, "previous case");
                continue;
            }
            seen.entry(key).or_default().push((self.operand_range(&v), v.ty));
        }
    }

    /// Whether an expression is the predeclared `nil`.
    fn is_nil_expr(&self, e: ExprId) -> bool {
        match &self.ast()[unparen(self.ast(), e)].kind {
            ExprKind::Ident(ident) => match self.lookup(self.name(*ident)) {
                Some(Entity::Universe(name)) => matches!(self.universe_obj(name), Some(UniverseObj::Nil)),
                _ => false,
            },
            _ => false,
        }
    }

    /// Checks the types of a clause; the result is the type of the variable in it.
    fn case_types(&mut self, x: Option<&Operand>, types: &'a [ExprId], seen: &mut Vec<(Option<Ty>, TextRange)>) -> Ty {
        let mut single = None;
        for e in types {
            let ty = if self.is_nil_expr(*e) {
                let mut ignored = Operand::default();
                self.expr(None, &mut ignored, *e);
                None
            } else {
                let ty = self.var_type(*e);
                if ty.is_invalid() {
                    single = Some(ty);
                    continue;
                }
                Some(ty)
            };
            single = ty;
            let same = |known: Option<Ty>| match (ty, known) {
                (None, None) => true,
                (Some(a), Some(b)) => self.identical(a, b),
                _ => false,
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| same(*known)).copied() {
                let name = ty.map_or_else(|| "nil".to_owned(), |t| self.ty_str(t));
                let message = format!("duplicate case {name} in type switch");
                self.error_related(codes::DuplicateCase, self.range(*e), message, first, "previous case");
                continue;
            }
            seen.push((ty, self.range(*e)));
            if let (Some(x), Some(ty)) = (x, ty) {
                self.type_assertion(*e, x, ty, true);
            }
        }
        match (types, single) {
            ([_], Some(ty)) => ty,
            // With several types, or nil, or in `default`, the variable has the type of the switch's expression.
            _ => x.map_or(Ty::invalid(), |x| x.ty),
        }
    }

    fn type_switch_stmt(&mut self, inner: Context, s: StmtId, bind: Option<IdentId>, e: ExprId, cases: &'a [CaseClause]) {
        let mut bind = bind;
        if let Some(ident) = bind
            && self.name(ident).is_blank()
        {
            self.soft_error(codes::NoNewVar, self.ident_range(ident), "no new variable on left side of :=");
            bind = None;
        }
        let mut x = Operand::default();
        self.expr(None, &mut x, e);
        let mut valid = false;
        if x.mode != Mode::Invalid {
            if is_type_param(x.ty) {
                let message = format!("cannot use type switch on type parameter value {}", self.operand_str(&x));
                self.error(codes::InvalidTypeSwitch, self.operand_range(&x), message);
            } else if self.is_interface(x.ty) {
                valid = true;
            } else if !self.under(x.ty).is_invalid() {
                let message = format!("{} is not an interface", self.operand_str(&x));
                self.error(codes::InvalidTypeSwitch, self.operand_range(&x), message);
            }
        }
        let switched = valid.then_some(&x);
        let defaults: Vec<TextRange> = cases.iter().filter(|c| c.default).map(|c| c.range).collect();
        self.multiple_defaults(&defaults);
        let mut vars = Vec::new();
        let mut seen = Vec::new();
        for (i, clause) in cases.iter().enumerate() {
            let ty = self.case_types(switched, &clause.exprs, &mut seen);
            self.open_scope(clause.range);
            if let Some(ident) = bind {
                // Each clause has a variable of its own.
                let local = self.new_local(self.name(ident), LocalKind::Var, Some(ident), Some(ty));
                self.declare(None, local, clause.body.range.start);
                self.facts().clause_vars.insert((s, i as u32), local);
                vars.push(local);
            }
            self.stmt_list(inner, &clause.body.stmts);
            // The function literals in the clause count for the use of the variable.
            self.close_scope();
        }
        let Some(ident) = bind else { return };
        let mut used = false;
        for local in vars {
            used |= self.local(local).used;
            self.local_mut(local).used = true;
        }
        if !used {
            let name = self.name(ident);
            self.soft_error(codes::UnusedVar, self.ident_range(ident), format!("{name} declared and not used"));
        }
    }

    fn select_stmt(&mut self, inner: Context, clauses: &'a [CommClause]) {
        let defaults: Vec<TextRange> = clauses.iter().filter(|c| c.comm.is_none()).map(|c| c.range).collect();
        self.multiple_defaults(&defaults);
        let ast = self.ast();
        for clause in clauses {
            if let Some(comm) = clause.comm {
                let receive = |e: ExprId| matches!(ast[unparen(ast, e)].kind, ExprKind::Unary { op: UnaryOp::Recv, .. });
                let valid = match &ast[comm].kind {
                    StmtKind::Send { .. } => true,
                    StmtKind::Expr(e) => receive(*e),
                    StmtKind::Assign { rhs, .. } => matches!(rhs.as_slice(), [e] if receive(*e)),
                    // The parser has said so already; the statements behind it are worth checking.
                    StmtKind::Bad => true,
                    _ => false,
                };
                if !valid {
                    let message = "select case must be send or receive (possibly with assignment)";
                    self.error(codes::InvalidSelectCase, ast[comm].range, message);
                    continue;
                }
            }
            self.open_scope(clause.range);
            if let Some(comm) = clause.comm {
                self.stmt(inner, comm);
            }
            self.stmt_list(inner, &clause.body.stmts);
            self.close_scope();
        }
    }
}
