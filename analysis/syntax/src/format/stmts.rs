//! Statements, blocks and function bodies.

use super::lists::{ListStyle, Listed};
use super::printer::{Gap, Printer, Sized};
use crate::TextRange;
use crate::ast::*;
use crate::token::Tok;

/// Function bodies of at most this size, header included, may stand on one line.
const ONE_LINE_FUNC: usize = 100;
/// They have at most this many statements.
const ONE_LINE_STMTS: usize = 5;

/// `x.(type)` as an element of a list.
#[derive(Clone, Copy)]
struct TypeGuard {
    x: ExprId,
}

impl TypeGuard {
    /// Where its `(` stands.
    fn open(self, p: &Printer) -> u32 {
        let period = p.src.token_at(p.end(self.x));
        p.src.start(period + 1)
    }
}

impl Listed for TypeGuard {
    fn start(self, p: &Printer) -> u32 {
        p.start(self.x)
    }
    fn end(self, p: &Printer) -> u32 {
        p.src.closing(self.open(p)) + 1
    }
    fn print(self, p: &mut Printer, depth: u32) {
        p.at(p.start(self.x));
        let open = self.open(p);
        p.type_assert(self.x, None, open, depth);
    }
    fn size(self, _p: &mut Printer) -> Option<usize> {
        None
    }
}

/// A clause of a `switch` or `select`.
#[derive(Clone, Copy)]
enum Clause<'a> {
    Case(&'a CaseClause),
    Comm(&'a CommClause),
}

impl Clause<'_> {
    fn start(&self) -> u32 {
        match self {
            Clause::Case(c) => c.range.start,
            Clause::Comm(c) => c.range.start,
        }
    }
}

impl<'a> Printer<'a> {
    fn stmt_start(&self, s: StmtId) -> u32 {
        self.ast[s].range.start
    }

    fn is_empty_stmt(&self, s: StmtId) -> bool {
        matches!(self.ast[s].kind, StmtKind::Empty)
    }

    /// Statements one below the other, indented if `indent`. `before_brace`: whether a `}` comes next.
    pub fn stmt_list(&mut self, list: &'a [StmtId], indent: bool, before_brace: bool) {
        if indent {
            self.indent();
        }
        let slot = self.open_slot();
        let mut printed = 0;
        for &s in list {
            if self.state.overflow || self.too_deep {
                return;
            }
            if self.is_empty_stmt(s) {
                continue;
            }
            if !self.state.sheet.is_empty() {
                let line = self.line_of(self.stmt_start(s));
                let section = printed == 0 || !indent || self.left_line(slot);
                self.line_break(line, 1, Gap::None, section);
            }
            self.record_line(slot);
            self.stmt(s, before_brace && printed + 1 == list.len());
            // A label stands on a line of its own: that alone doesn't make the statement one of several lines.
            let mut inner = s;
            while let StmtKind::Labeled { stmt, .. } = self.ast[inner].kind {
                self.add_to_slot(slot, 1);
                inner = stmt;
            }
            printed += 1;
        }
        self.close_slot();
        if indent {
            self.outdent();
        }
    }

    pub fn block(&mut self, block: &'a Block) {
        self.tok_at(Tok::LBrace, block.range.start);
        self.stmt_list(&block.stmts, true, true);
        self.close_block(block.range);
    }

    fn close_block(&mut self, range: TextRange) {
        let close = range.end.saturating_sub(1);
        let line = self.line_of(close);
        self.line_break(line, 1, Gap::None, true);
        self.tok_at(Tok::RBrace, close);
    }

    fn clauses(&mut self, clauses: &[Clause<'a>], body: TextRange) {
        self.tok_at(Tok::LBrace, body.start);
        for (i, clause) in clauses.iter().enumerate() {
            if self.state.overflow || self.too_deep {
                return;
            }
            let line = self.line_of(clause.start());
            self.line_break(line, 1, Gap::None, true);
            self.at(clause.start());
            self.clause(*clause, i + 1 == clauses.len());
        }
        self.close_block(body);
    }

    fn clause(&mut self, clause: Clause<'a>, before_brace: bool) {
        let start = clause.start();
        let (header_end, body) = match clause {
            Clause::Case(case) if !case.default => {
                self.tok(Tok::Case);
                self.blank();
                let end = case.exprs.last().map_or(start, |e| self.end(*e));
                let colon = self.src.find(Tok::Colon, end);
                self.expr_list(Some(start), &case.exprs, 1, ListStyle::Plain, Some(colon));
                (end, &case.body)
            }
            Clause::Case(case) => {
                self.tok(Tok::Default);
                (start, &case.body)
            }
            Clause::Comm(CommClause { comm: Some(comm), body, .. }) => {
                self.tok(Tok::Case);
                self.blank();
                self.stmt(*comm, false);
                (self.ast[*comm].range.end, body)
            }
            Clause::Comm(comm) => {
                self.tok(Tok::Default);
                (start, &comm.body)
            }
        };
        self.tok_at(Tok::Colon, self.src.find(Tok::Colon, header_end));
        self.stmt_list(&body.stmts, true, before_brace);
    }

    /// The expression in a header without needless parentheses: they stay if a composite literal could be taken for the block.
    fn strip_header_parens(&self, e: ExprId) -> ExprId {
        let mut e = e;
        while let ExprKind::Paren(x) = self.ast[e].kind {
            if self.has_open_literal(x) {
                break;
            }
            e = x;
        }
        e
    }

    /// Whether a composite literal of a named type stands in the expression, outside of parentheses and other literals.
    fn has_open_literal(&self, e: ExprId) -> bool {
        let outer = self.ast[e].range;
        let mut hidden: Option<TextRange> = None;
        // The parts of an expression have the ids right before its own, outer ones behind inner ones.
        for id in (0..=e.0).rev() {
            let node = &self.ast[ExprId(id)];
            if node.range.start < outer.start || node.range.end > outer.end {
                return false;
            }
            if hidden.is_some_and(|h| h.start <= node.range.start && node.range.end <= h.end) {
                continue;
            }
            match &node.kind {
                ExprKind::Paren(_) => hidden = Some(node.range),
                ExprKind::CompositeLit { ty, .. } => {
                    if ty.is_some_and(|ty| self.is_type_name(ty)) {
                        return true;
                    }
                    hidden = Some(node.range);
                }
                _ => {}
            }
        }
        false
    }

    fn is_type_name(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            match self.ast[e].kind {
                ExprKind::Ident(_) => return true,
                ExprKind::Selector { x, .. } => e = x,
                _ => return false,
            }
        }
    }

    /// What stands between the keyword of `if`, `switch` and `for` and the block.
    fn header(&mut self, is_for: bool, init: Option<StmtId>, expr: Option<ExprId>, post: Option<StmtId>) {
        self.blank();
        let mut blank = false;
        if let Some(expr) = expr.filter(|_| init.is_none() && post.is_none()) {
            self.expr(self.strip_header_parens(expr));
            blank = true;
        } else if init.is_some() || post.is_some() {
            if let Some(init) = init {
                self.stmt(init, false);
            }
            self.tok(Tok::Semi);
            self.blank();
            if let Some(expr) = expr {
                self.expr(self.strip_header_parens(expr));
                blank = true;
            }
            if is_for {
                self.tok(Tok::Semi);
                self.blank();
                blank = false;
                if let Some(post) = post {
                    self.stmt(post, false);
                    blank = true;
                }
            }
        }
        if blank {
            self.blank();
        }
    }

    /// Whether broken results of a `return` are indented: not if they are just some literals one after the other.
    fn indents_results(&self, list: &[ExprId]) -> bool {
        let ([first, ..], [.., last]) = (list, list) else { return false };
        let begin = self.line_of(self.start(*first));
        if list.len() < 2 || begin >= self.line_of(self.end(*last)) {
            return false;
        }
        let mut broken = 0;
        let mut line = begin;
        for x in list {
            let (start, end) = (self.line_of(self.start(*x)), self.line_of(self.end(*x)));
            if line < start {
                return true;
            }
            if start < end && !self.is_literal_like(*x) {
                broken += 1;
            }
            line = end;
        }
        broken > 1
    }

    fn is_literal_like(&self, e: ExprId) -> bool {
        let strip = |mut e: ExprId| {
            while let ExprKind::Paren(x) = self.ast[e].kind {
                e = x;
            }
            e
        };
        let is_literal = |e: ExprId| matches!(self.ast[e].kind, ExprKind::CompositeLit { .. });
        let e = strip(e);
        match self.ast[e].kind {
            ExprKind::Unary { op: UnaryOp::Addr, x } => is_literal(strip(x)),
            _ => is_literal(e),
        }
    }

    pub fn stmt(&mut self, s: StmtId, before_brace: bool) {
        if self.state.overflow || self.too_deep {
            return;
        }
        let node = &self.ast[s];
        self.at(node.range.start);
        match &node.kind {
            StmtKind::Bad | StmtKind::Empty => {}
            StmtKind::Decl(decl) => self.gen_decl(decl, None),
            StmtKind::Labeled { label, stmt } => self.labeled(*label, *stmt, before_brace),
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { .. } => self.if_stmt(s, before_brace),
            StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } | StmtKind::Select { .. } => self.branching(&node.kind),
            StmtKind::For { .. } | StmtKind::Range { .. } => self.looping(&node.kind),
            kind => self.simple_stmt(node.range.start, kind),
        }
    }

    fn simple_stmt(&mut self, start: u32, kind: &'a StmtKind) {
        match kind {
            StmtKind::Expr(x) => self.expr(*x),
            StmtKind::Send { chan, value, arrow } => {
                self.expr(*chan);
                self.blank();
                self.tok_at(Tok::Arrow, *arrow);
                self.blank();
                self.expr(*value);
            }
            StmtKind::IncDec { x, inc } => {
                let tok = if *inc { Tok::Inc } else { Tok::Dec };
                self.expr_in(*x, 2);
                self.tok_at(tok, self.src.find(tok, self.end(*x)));
            }
            StmtKind::Assign { lhs, rhs, op, op_pos } => {
                let depth = if lhs.len() > 1 && rhs.len() > 1 { 2 } else { 1 };
                self.expr_list(Some(start), lhs, depth, ListStyle::Plain, Some(*op_pos));
                self.blank();
                self.tok_at(assign_tok(*op), *op_pos);
                self.blank();
                self.expr_list(Some(*op_pos), rhs, depth, ListStyle::Plain, None);
            }
            StmtKind::Go(call) | StmtKind::Defer(call) => {
                self.tok(if matches!(kind, StmtKind::Go(_)) { Tok::Go } else { Tok::Defer });
                self.blank();
                self.expr(*call);
            }
            StmtKind::Return(results) => {
                self.tok(Tok::Return);
                if results.is_empty() {
                    return;
                }
                self.blank();
                if self.indents_results(results) {
                    self.indent();
                    self.expr_list(None, results, 1, ListStyle::Unindented, None);
                    self.outdent();
                } else {
                    self.expr_list(None, results, 1, ListStyle::Plain, None);
                }
            }
            StmtKind::Branch { kind, label } => {
                self.tok(match kind {
                    BranchKind::Break => Tok::Break,
                    BranchKind::Continue => Tok::Continue,
                    BranchKind::Goto => Tok::Goto,
                    BranchKind::Fallthrough => Tok::Fallthrough,
                });
                if let Some(label) = label {
                    self.blank();
                    self.ident(*label);
                }
            }
            _ => {}
        }
    }

    fn labeled(&mut self, label: IdentId, stmt: StmtId, before_brace: bool) {
        self.outdent();
        self.ident(label);
        self.tok_at(Tok::Colon, self.src.find(Tok::Colon, self.ast[label].range.end));
        self.indent();
        if self.is_empty_stmt(stmt) {
            if !before_brace {
                self.gap(Gap::Newline);
                self.tok_at(Tok::Semi, self.stmt_start(stmt));
                return;
            }
        } else {
            let line = self.line_of(self.stmt_start(stmt));
            self.line_break(line, 1, Gap::None, true);
        }
        self.stmt(stmt, before_brace);
    }

    fn if_stmt(&mut self, s: StmtId, before_brace: bool) {
        // Down the chain of `else if`s.
        let mut s = s;
        while let StmtKind::If { init, cond, then, els } = &self.ast[s].kind {
            self.at(self.stmt_start(s));
            self.tok(Tok::If);
            self.header(false, *init, Some(*cond), None);
            self.block(then);
            let Some(els) = els else { return };
            self.blank();
            self.tok(Tok::Else);
            self.blank();
            s = *els;
        }
        self.stmt(s, before_brace);
    }

    fn branching(&mut self, kind: &'a StmtKind) {
        match kind {
            StmtKind::Switch { init, tag, cases, body } => {
                self.tok(Tok::Switch);
                self.header(false, *init, *tag, None);
                self.clauses(&cases.iter().map(Clause::Case).collect::<Vec<_>>(), *body);
            }
            StmtKind::TypeSwitch { init, bind, x, cases, body } => {
                self.tok(Tok::Switch);
                if let Some(init) = init {
                    self.blank();
                    self.stmt(*init, false);
                    self.tok(Tok::Semi);
                }
                self.blank();
                self.type_guard(*bind, *x);
                self.blank();
                self.clauses(&cases.iter().map(Clause::Case).collect::<Vec<_>>(), *body);
            }
            StmtKind::Select { clauses, body } => {
                self.tok(Tok::Select);
                self.blank();
                if clauses.is_empty() && !self.comment_before(body.end.saturating_sub(1)) {
                    self.tok_at(Tok::LBrace, body.start);
                    self.tok_at(Tok::RBrace, body.end.saturating_sub(1));
                } else {
                    self.clauses(&clauses.iter().map(Clause::Comm).collect::<Vec<_>>(), *body);
                }
            }
            _ => {}
        }
    }

    fn type_guard(&mut self, bind: Option<IdentId>, x: ExprId) {
        let guard = TypeGuard { x };
        match bind {
            Some(bind) => {
                let name = self.ast[bind].range;
                let define = self.src.find(Tok::Define, name.end);
                self.at(name.start);
                self.expr_list(Some(name.start), &[bind], 1, ListStyle::Plain, Some(define));
                self.blank();
                self.tok_at(Tok::Define, define);
                self.blank();
                self.expr_list(Some(define), &[guard], 1, ListStyle::Plain, None);
            }
            None => guard.print(self, 1),
        }
    }

    fn looping(&mut self, kind: &'a StmtKind) {
        match kind {
            StmtKind::For { init, cond, post, body } => {
                self.tok(Tok::For);
                self.header(true, *init, *cond, *post);
                self.block(body);
            }
            StmtKind::Range { key, value, define, op_pos, x, body, .. } => {
                self.tok(Tok::For);
                self.blank();
                if let Some(key) = key {
                    self.expr(*key);
                    if let Some(value) = value {
                        self.at(self.start(*value));
                        self.tok(Tok::Comma);
                        self.blank();
                        self.expr(*value);
                    }
                    self.blank();
                    self.tok_at(if *define { Tok::Define } else { Tok::Assign }, *op_pos);
                    self.blank();
                }
                self.tok(Tok::Range);
                self.blank();
                self.expr(self.strip_header_parens(*x));
                self.blank();
                self.block(body);
            }
            _ => {}
        }
    }

    // ---- function bodies

    /// How far the output has come since `column`, if the source is still on the line of `from`.
    pub fn distance_from(&self, from: u32, column: i64) -> Option<i64> {
        (self.line_of(from) == self.state.pos.line).then(|| i64::from(self.state.out_col) - column)
    }

    /// A body that lives in an arena of its own.
    pub fn separate_body(&mut self, index: u32, header: Option<i64>, gap: Gap) {
        let Some(body) = self.decl.bodies.get(index as usize) else { return };
        let outer = (self.ast, self.arena);
        self.ast = &body.ast;
        self.arena = self.first_arena + 1 + index;
        self.func_body(header, gap, &body.block);
        (self.ast, self.arena) = outer;
    }

    /// A body behind a header of the given size, if that stands on one line; `gap` comes before a body on the same line.
    pub fn func_body(&mut self, header: Option<i64>, gap: Gap, block: &'a Block) {
        let level = std::mem::replace(&mut self.state.level, 0);
        let close = block.range.end.saturating_sub(1);
        let fits = header.is_some_and(|header| header + self.body_size(block) as i64 <= ONE_LINE_FUNC as i64);
        if fits {
            self.gap(gap);
            self.tok_at(Tok::LBrace, block.range.start);
            if !block.stmts.is_empty() {
                self.blank();
                for (i, s) in block.stmts.iter().enumerate() {
                    if i > 0 {
                        self.tok(Tok::Semi);
                        self.blank();
                    }
                    self.stmt(*s, i + 1 == block.stmts.len());
                }
                self.blank();
            }
            self.toggle_extra_break();
            self.tok_at(Tok::RBrace, close);
            self.toggle_extra_break();
        } else {
            self.blank();
            self.block(block);
        }
        self.state.level = level;
    }

    fn body_size(&mut self, block: &'a Block) -> usize {
        let close = block.range.end.saturating_sub(1);
        if self.line_of(block.range.start) != self.line_of(close) || block.stmts.len() > ONE_LINE_STMTS {
            return ONE_LINE_FUNC + 1;
        }
        let mut size = self.comments_size(close);
        for (i, &s) in block.stmts.iter().enumerate() {
            if size > ONE_LINE_FUNC {
                break;
            }
            if i > 0 {
                size += 2;
            }
            size += self.measure(Some(Sized::Stmt(self.arena, s)), ONE_LINE_FUNC, |p| {
                if matches!(p.ast[s].kind, StmtKind::Labeled { .. }) {
                    p.state.indent = 1;
                }
                p.stmt(s, false);
            });
        }
        size
    }

    /// The length of the comments before `end`.
    fn comments_size(&mut self, end: u32) -> usize {
        let saved = self.state.next_group;
        let mut size = 0;
        while self.comment_before(end) {
            let Some(group) = self.src.groups.get(self.state.next_group.index as usize) else { break };
            size += self.src.notes[group.first as usize..(group.first + group.len) as usize].iter().map(|n| n.text.len()).sum::<usize>();
            self.next_group();
        }
        self.state.next_group = saved;
        size
    }
}

fn assign_tok(op: AssignOp) -> Tok {
    match op {
        AssignOp::Assign => Tok::Assign,
        AssignOp::Define => Tok::Define,
        AssignOp::Op(op) => match op {
            BinaryOp::Add => Tok::AddAssign,
            BinaryOp::Sub => Tok::SubAssign,
            BinaryOp::Mul => Tok::MulAssign,
            BinaryOp::Div => Tok::QuoAssign,
            BinaryOp::Rem => Tok::RemAssign,
            BinaryOp::And => Tok::AndAssign,
            BinaryOp::Or => Tok::OrAssign,
            BinaryOp::Xor => Tok::XorAssign,
            BinaryOp::Shl => Tok::ShlAssign,
            BinaryOp::Shr => Tok::ShrAssign,
            _ => Tok::AndNotAssign,
        },
    }
}
