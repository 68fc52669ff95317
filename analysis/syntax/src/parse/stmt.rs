//! Blocks and statements.

use super::Parser;
use super::expr::binary_op;
use crate::TextRange;
use crate::ast::*;
use crate::token::Tok;

/// What a simple statement may be besides itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allow {
    Basic,
    Label,
    Range,
}

/// A simple statement, or the header of a `for ... range`.
enum Simple {
    Stmt(StmtId),
    Range { lhs: Vec<ExprId>, define: bool, op_pos: u32, x: ExprId },
}

/// The guard of a type switch.
struct Guard {
    bind: Option<IdentId>,
    x: ExprId,
}

impl Parser<'_> {
    /// A body in an arena of its own; returns its index in `bodies`.
    pub(super) fn separate_body(&mut self) -> u32 {
        let index = self.bodies.len();
        self.bodies.push(BodyAst { ast: Ast::default(), block: Block::default() });
        self.body_at(index, false);
        index as u32
    }

    /// A body in an arena of its own, stored at `index` of `bodies`.
    /// `own`: whether it is the function declaration's, rather than a literal's.
    pub(super) fn body_at(&mut self, index: usize, own: bool) {
        let signature = std::mem::take(&mut self.ast);
        let outside = std::mem::replace(&mut self.in_body, true);
        let mut block = self.block();
        if own {
            self.go_on_after_stray_brace(&mut block);
        }
        self.in_body = outside;
        let ast = std::mem::replace(&mut self.ast, signature);
        self.bodies[index] = BodyAst { ast, block };
    }

    /// If statements follow the `}` of a function, that was one too many, and they belong to the function as well.
    fn go_on_after_stray_brace(&mut self, block: &mut Block) {
        while !self.whole_file && self.at_newline() && self.statement_follows() {
            self.next();
            self.error_expected(self.pos(), "declaration");
            block.stmts.extend(self.stmt_list());
            self.eat(Tok::RBrace);
            block.range.end = self.prev_end;
        }
    }

    /// Whether the line behind this newline is an indented statement (and no declaration).
    fn statement_follows(&self) -> bool {
        let Some(token) = self.tokens.get(self.at + 1) else { return false };
        self.indentation(token.start) > 0 && !matches!(token.tok, Tok::Eof | Tok::RBrace | Tok::Func | Tok::Import | Tok::Package)
    }

    /// The block of a statement that starts at `stmt_start`. If its `{` is missing, and it isn't just that, it is empty.
    fn block_of(&mut self, stmt_start: u32) -> Block {
        if self.tok == Tok::LBrace || self.body_follows(stmt_start) {
            return self.block();
        }
        let start = self.pos();
        self.error_expected(start, "'{'");
        Block { stmts: Vec::new(), range: TextRange::at(self.prev_end) }
    }

    /// `{ ... }`
    pub(super) fn block(&mut self) -> Block {
        let start = self.pos();
        self.expect(Tok::LBrace);
        let mut stmts = self.stmt_list();
        while self.clauses == 0 && !self.whole_file && matches!(self.tok, Tok::Case | Tok::Default) {
            // No `switch` can take it: its statements stay here.
            self.error_expected(self.pos(), "'}'");
            while !matches!(self.tok, Tok::Colon | Tok::Semi | Tok::LBrace | Tok::RBrace | Tok::Eof) {
                self.next();
            }
            self.eat(Tok::Colon);
            stmts.extend(self.stmt_list());
        }
        self.expect(Tok::RBrace);
        Block { stmts, range: TextRange::new(start, self.prev_end.max(start)) }
    }

    fn stmt_list(&mut self) -> Vec<StmtId> {
        let mut list = Vec::new();
        while !matches!(self.tok, Tok::Case | Tok::Default | Tok::RBrace | Tok::Eof) {
            let before = self.at;
            list.push(self.stmt());
            if self.at == before && self.tok != Tok::RBrace {
                self.next();
            }
        }
        list
    }

    fn stmt(&mut self) -> StmtId {
        let start = self.pos();
        if !self.enter() {
            self.leave();
            return self.new_stmt(StmtKind::Bad, start);
        }
        let stmt = self.stmt_inner(start);
        self.leave();
        stmt
    }

    fn stmt_inner(&mut self, start: u32) -> StmtId {
        match self.tok {
            Tok::Const | Tok::Type | Tok::Var => {
                let decl = self.gen_decl(self.tok);
                let end = decl.range.end;
                let stmt = self.new_stmt(StmtKind::Decl(decl), start);
                self.ast.stmts[stmt.idx()].range.end = end;
                stmt
            }
            Tok::Ident
            | Tok::Int
            | Tok::Float
            | Tok::Imag
            | Tok::Char
            | Tok::String
            | Tok::Func
            | Tok::LParen
            | Tok::LBrack
            | Tok::Struct
            | Tok::Map
            | Tok::Chan
            | Tok::Interface
            | Tok::Add
            | Tok::Sub
            | Tok::Mul
            | Tok::And
            | Tok::Xor
            | Tok::Arrow
            | Tok::Not => {
                let stmt = self.simple_stmt(Allow::Label);
                if !matches!(self.ast[stmt].kind, StmtKind::Labeled { .. }) {
                    self.expect_semi();
                }
                stmt
            }
            Tok::Go | Tok::Defer => self.go_or_defer(start),
            Tok::Return => {
                self.next();
                let results = if matches!(self.tok, Tok::Semi | Tok::RBrace) { Vec::new() } else { self.expr_list(true) };
                self.finish(StmtKind::Return(results), start)
            }
            Tok::Break | Tok::Continue | Tok::Goto | Tok::Fallthrough => {
                let kind = match self.tok {
                    Tok::Break => BranchKind::Break,
                    Tok::Continue => BranchKind::Continue,
                    Tok::Goto => BranchKind::Goto,
                    _ => BranchKind::Fallthrough,
                };
                self.next();
                let wants_label = kind == BranchKind::Goto || kind != BranchKind::Fallthrough && self.tok == Tok::Ident;
                let label = wants_label.then(|| self.ident());
                self.finish(StmtKind::Branch { kind, label }, start)
            }
            Tok::LBrace => {
                let block = self.block();
                self.finish(StmtKind::Block(block), start)
            }
            Tok::If => self.if_stmt(),
            Tok::Switch => self.switch_stmt(),
            Tok::Select => self.select_stmt(),
            Tok::For => self.for_stmt(),
            Tok::Semi => {
                self.next();
                self.new_stmt(StmtKind::Empty, start)
            }
            Tok::RBrace => self.new_stmt(StmtKind::Empty, start),
            _ => {
                self.error_expected(start, "statement");
                self.skip_to_statement();
                self.new_stmt(StmtKind::Bad, start)
            }
        }
    }

    /// Makes the statement, then consumes the semicolon behind it.
    fn finish(&mut self, kind: StmtKind, start: u32) -> StmtId {
        let stmt = self.new_stmt(kind, start);
        self.expect_semi();
        stmt
    }

    // ---- simple statements

    fn simple_stmt(&mut self, allow: Allow) -> StmtId {
        let start = self.pos();
        match self.simple(allow) {
            Simple::Stmt(stmt) => stmt,
            Simple::Range { .. } => self.new_stmt(StmtKind::Bad, start),
        }
    }

    fn simple(&mut self, allow: Allow) -> Simple {
        let start = self.pos();
        let lhs = self.expr_list(false);
        let op = match self.tok {
            Tok::Define => Some(AssignOp::Define),
            Tok::Assign => Some(AssignOp::Assign),
            tok if tok.is_op_assign() => binary_op(tok).map(AssignOp::Op),
            _ => None,
        };
        if let Some(op) = op {
            let op_pos = self.pos();
            self.next();
            if allow == Allow::Range && self.tok == Tok::Range && !matches!(op, AssignOp::Op(_)) {
                self.next();
                let x = self.rhs();
                return Simple::Range { lhs, define: op == AssignOp::Define, op_pos, x };
            }
            let rhs = self.expr_list(true);
            return Simple::Stmt(self.new_stmt(StmtKind::Assign { lhs, rhs, op, op_pos }, start));
        }
        let first = lhs[0];
        if lhs.len() > 1 {
            self.error_expected(self.start_of(first), "1 expression");
        }
        let kind = match self.tok {
            Tok::Colon => {
                let colon = self.pos();
                self.next();
                match self.ast[first].kind {
                    ExprKind::Ident(label) if allow == Allow::Label => {
                        let stmt = self.stmt();
                        StmtKind::Labeled { label, stmt }
                    }
                    _ => {
                        self.error(colon, "illegal label declaration");
                        StmtKind::Bad
                    }
                }
            }
            Tok::Arrow => {
                let arrow = self.pos();
                self.next();
                let value = self.rhs();
                StmtKind::Send { chan: first, value, arrow }
            }
            Tok::Inc | Tok::Dec => {
                let inc = self.tok == Tok::Inc;
                self.next();
                StmtKind::IncDec { x: first, inc }
            }
            _ => StmtKind::Expr(first),
        };
        Simple::Stmt(self.new_stmt(kind, start))
    }

    fn go_or_defer(&mut self, start: u32) -> StmtId {
        let is_go = self.tok == Tok::Go;
        let name = if is_go { "go" } else { "defer" };
        self.next();
        let mut x = self.rhs();
        let outer = x;
        while let ExprKind::Paren(inner) = self.ast[x].kind {
            x = inner;
        }
        if x != outer {
            self.error(self.start_of(outer), format!("expression in {name} must not be parenthesized"));
        }
        if !matches!(self.ast[x].kind, ExprKind::Call { .. } | ExprKind::Bad) {
            self.error(self.end_of(x), format!("expression in {name} must be function call"));
        }
        let kind = if is_go { StmtKind::Go(x) } else { StmtKind::Defer(x) };
        self.finish(kind, start)
    }

    /// The expression that a statement in a header must be.
    fn condition(&mut self, stmt: StmtId, want: &str) -> ExprId {
        let range = self.ast[stmt].range;
        let found = match self.ast[stmt].kind {
            StmtKind::Expr(x) => return x,
            StmtKind::Assign { .. } => "assignment",
            _ => "simple statement",
        };
        self.error(range.start, format!("expected {want}, found {found} (missing parentheses around composite literal?)"));
        self.new_expr(ExprKind::Bad, range.start, range.end, range.start)
    }

    // ---- if

    fn if_stmt(&mut self) -> StmtId {
        let start = self.pos();
        if !self.enter() {
            self.leave();
            return self.new_stmt(StmtKind::Bad, start);
        }
        self.next();
        let (init, cond) = self.if_header();
        let then = self.block_of(start);
        let els = if self.eat(Tok::Else) {
            let els_start = self.pos();
            match self.tok {
                Tok::If => Some(self.if_stmt()),
                Tok::LBrace => {
                    let block = self.block();
                    Some(self.finish(StmtKind::Block(block), els_start))
                }
                _ => {
                    self.error_expected(els_start, "if statement or block");
                    Some(self.new_stmt(StmtKind::Bad, els_start))
                }
            }
        } else {
            None
        };
        let stmt = self.new_stmt(StmtKind::If { init, cond, then, els }, start);
        if els.is_none() {
            self.expect_semi();
        }
        self.leave();
        stmt
    }

    fn if_header(&mut self) -> (Option<StmtId>, ExprId) {
        if self.tok == Tok::LBrace {
            let pos = self.pos();
            self.error(pos, "missing condition in if statement");
            return (None, self.new_expr(ExprKind::Bad, pos, pos, pos));
        }
        let old_level = std::mem::replace(&mut self.expr_level, -1);
        let mut init = None;
        if self.tok != Tok::Semi {
            if self.eat(Tok::Var) {
                self.error(self.pos(), "var declaration not allowed in if initializer");
            }
            init = Some(self.simple_stmt(Allow::Basic));
        }
        let mut cond_stmt = None;
        let mut semi = None;
        if self.tok == Tok::LBrace {
            cond_stmt = init.take();
        } else {
            if self.tok == Tok::Semi {
                semi = Some((self.pos(), self.at_newline()));
                if self.at_newline() && self.peek(1) != Tok::LBrace && !self.header_goes_on() {
                    // `if x⏎`: what follows belongs to the next statement.
                    let cond = init.take().map(|stmt| self.condition(stmt, "boolean expression"));
                    self.expr_level = old_level;
                    let pos = self.pos();
                    self.error_expected(pos, "'{'");
                    return (None, cond.unwrap_or_else(|| self.bad_expr(pos)));
                }
                self.next();
            } else {
                self.expect(Tok::Semi);
            }
            if self.tok != Tok::LBrace {
                cond_stmt = Some(self.simple_stmt(Allow::Basic));
            }
        }
        let cond = match (cond_stmt, semi) {
            (Some(stmt), _) => self.condition(stmt, "boolean expression"),
            (None, semi) => {
                match semi {
                    Some((pos, true)) => self.error(pos, "unexpected newline, expecting { after if clause"),
                    Some((pos, false)) => self.error(pos, "missing condition in if statement"),
                    None => {}
                }
                match init.map(|stmt| &self.ast[stmt].kind) {
                    // `if x⏎{`: the condition was there.
                    Some(StmtKind::Expr(x)) if matches!(semi, Some((_, true))) => {
                        let x = *x;
                        init = None;
                        x
                    }
                    _ => self.new_expr(ExprKind::Bad, self.pos(), self.pos(), self.pos()),
                }
            }
        };
        self.expr_level = old_level;
        (init, cond)
    }

    /// At a newline in a header: whether the next line ends with the `{` of the statement (`if x := f()⏎x > 0 {`).
    fn header_goes_on(&self) -> bool {
        if self.whole_file {
            return true;
        }
        let mut open = 0u32;
        for (i, token) in self.tokens.iter().enumerate().skip(self.at + 1) {
            match token.tok {
                Tok::LBrace if open == 0 => {
                    return self.tokens.get(i + 1).is_some_and(|t| self.newlines(token.end, t.start) > 0 || t.tok == Tok::RBrace);
                }
                Tok::Semi | Tok::RBrace | Tok::Eof if open == 0 => return false,
                tok if open == 0
                    && (tok.is_keyword() && !matches!(tok, Tok::Func | Tok::Range | Tok::Struct | Tok::Map | Tok::Interface)) =>
                {
                    return false;
                }
                Tok::Eof => return false,
                Tok::LParen | Tok::LBrack | Tok::LBrace => open += 1,
                Tok::RParen | Tok::RBrack | Tok::RBrace => open = open.saturating_sub(1),
                _ => {}
            }
        }
        false
    }

    // ---- switch and select

    fn switch_stmt(&mut self) -> StmtId {
        let start = self.pos();
        self.next();
        let (mut init, mut tag) = (None, None);
        if self.tok != Tok::LBrace {
            let old_level = std::mem::replace(&mut self.expr_level, -1);
            if self.tok != Tok::Semi {
                tag = Some(self.simple_stmt(Allow::Basic));
            }
            if self.tok == Tok::Semi {
                // `switch x⏎{` is valid Go, with x as the init statement; `switch x⏎foo()` is half-typed.
                if !self.at_newline() || self.peek(1) == Tok::LBrace || self.header_goes_on() {
                    self.next();
                    init = tag.take();
                    if self.tok != Tok::LBrace {
                        tag = Some(self.simple_stmt(Allow::Basic));
                    }
                }
            }
            self.expr_level = old_level;
        }
        let guard = tag.and_then(|tag| self.type_switch_guard(tag));
        let body_start = self.pos();
        let mut cases = Vec::new();
        if self.open_clauses(start) {
            self.clauses += 1;
            while self.at_clause() {
                cases.push(self.case_clause());
            }
            self.clauses -= 1;
            self.expect(Tok::RBrace);
        }
        let body = TextRange::new(body_start, self.prev_end.max(body_start));
        let kind = match guard {
            Some(Guard { bind, x }) => StmtKind::TypeSwitch { init, bind, x, cases, body },
            None => {
                let tag = tag.map(|tag| self.condition(tag, "switch expression"));
                StmtKind::Switch { init, tag, cases, body }
            }
        };
        self.finish(kind, start)
    }

    /// Whether a clause of a `switch` or `select` is here; what stands in the place of one makes one too.
    fn at_clause(&self) -> bool {
        if self.whole_file { matches!(self.tok, Tok::Case | Tok::Default) } else { !matches!(self.tok, Tok::RBrace | Tok::Eof) }
    }

    /// The `{` of a `switch` or `select` that starts at `stmt_start`: whether its clauses follow.
    fn open_clauses(&mut self, stmt_start: u32) -> bool {
        let follows = self.tok == Tok::LBrace || self.body_follows(stmt_start) || matches!(self.peek(1), Tok::Case | Tok::Default);
        if !follows {
            self.error_expected(self.pos(), "'{'");
            return false;
        }
        let newline = self.at_newline();
        self.expect(Tok::LBrace);
        if newline && !self.whole_file {
            self.next();
        }
        true
    }

    /// `x.(type)` or `v := x.(type)`
    fn type_switch_guard(&mut self, stmt: StmtId) -> Option<Guard> {
        let asserted = |parser: &Parser, x: ExprId| match parser.ast[x].kind {
            ExprKind::TypeAssert { x, ty: None } => Some(x),
            _ => None,
        };
        match &self.ast[stmt].kind {
            StmtKind::Expr(x) => Some(Guard { bind: None, x: asserted(self, *x)? }),
            StmtKind::Assign { lhs, rhs, op, op_pos } => {
                let ([left], [right]) = (&lhs[..], &rhs[..]) else { return None };
                let x = asserted(self, *right)?;
                let (op, op_pos, left) = (*op, *op_pos, *left);
                match op {
                    AssignOp::Define => {}
                    AssignOp::Assign => self.error(op_pos, "expected ':=', found '='"),
                    AssignOp::Op(_) => return None,
                }
                let bind = match self.ast[left].kind {
                    ExprKind::Ident(ident) => Some(ident),
                    _ => None,
                };
                Some(Guard { bind, x })
            }
            _ => None,
        }
    }

    fn clause_body(&mut self) -> Block {
        let start = self.prev_end;
        let stmts = self.stmt_list();
        let range = match (stmts.first(), stmts.last()) {
            (Some(first), Some(last)) => TextRange::new(self.ast[*first].range.start, self.ast[*last].range.end),
            _ => TextRange::at(start),
        };
        Block { stmts, range }
    }

    fn case_clause(&mut self) -> CaseClause {
        let start = self.pos();
        let default = self.tok == Tok::Default;
        let exprs = if matches!(self.tok, Tok::Case | Tok::Default) {
            self.next();
            let exprs = if default { Vec::new() } else { self.expr_list(true) };
            self.expect(Tok::Colon);
            self.eat_newline_after_missing_colon();
            exprs
        } else {
            // Statements without a case are kept in one that can't be understood.
            self.error_expected(start, "'}'");
            vec![self.new_expr(ExprKind::Bad, start, start, start)]
        };
        let body = self.clause_body();
        let end = self.prev_end.max(body.range.end);
        CaseClause { exprs, default, body, range: TextRange::new(start, end) }
    }

    /// `case x⏎`: the newline in the place of the colon is no empty statement.
    fn eat_newline_after_missing_colon(&mut self) {
        if !self.whole_file && self.at_newline() {
            self.next();
        }
    }

    fn select_stmt(&mut self) -> StmtId {
        let start = self.pos();
        self.next();
        let body_start = self.pos();
        let mut clauses = Vec::new();
        if self.open_clauses(start) {
            self.clauses += 1;
            while self.at_clause() {
                clauses.push(self.comm_clause());
            }
            self.clauses -= 1;
            self.expect(Tok::RBrace);
        }
        let body = TextRange::new(body_start, self.prev_end.max(body_start));
        self.finish(StmtKind::Select { clauses, body }, start)
    }

    fn comm_clause(&mut self) -> CommClause {
        let start = self.pos();
        let mut comm = None;
        if self.tok == Tok::Case {
            self.next();
            let comm_start = self.pos();
            let mut lhs = self.expr_list(false);
            let first = self.start_of(lhs[0]);
            let kind = match self.tok {
                Tok::Arrow => {
                    if lhs.len() > 1 {
                        self.error_expected(first, "1 expression");
                    }
                    let arrow = self.pos();
                    self.next();
                    let value = self.rhs();
                    StmtKind::Send { chan: lhs[0], value, arrow }
                }
                Tok::Assign | Tok::Define => {
                    let op = if self.tok == Tok::Define { AssignOp::Define } else { AssignOp::Assign };
                    if lhs.len() > 2 {
                        self.error_expected(first, "1 or 2 expressions");
                        lhs.truncate(2);
                    }
                    let op_pos = self.pos();
                    self.next();
                    let rhs = vec![self.rhs()];
                    StmtKind::Assign { lhs, rhs, op, op_pos }
                }
                _ => {
                    if lhs.len() > 1 {
                        self.error_expected(first, "1 expression");
                    }
                    StmtKind::Expr(lhs[0])
                }
            };
            comm = Some(self.new_stmt(kind, comm_start));
        }
        if self.tok == Tok::Default && comm.is_none() {
            self.next();
            self.expect(Tok::Colon);
            self.eat_newline_after_missing_colon();
        } else if comm.is_some() {
            self.expect(Tok::Colon);
            self.eat_newline_after_missing_colon();
        } else {
            self.error_expected(start, "'}'");
            comm = Some(self.new_stmt(StmtKind::Bad, start));
        }
        let body = self.clause_body();
        let end = self.prev_end.max(body.range.end);
        CommClause { comm, body, range: TextRange::new(start, end) }
    }

    // ---- for

    fn for_stmt(&mut self) -> StmtId {
        let start = self.pos();
        self.next();
        let (mut init, mut cond, mut post) = (None, None, None);
        let mut range = None;
        if self.tok != Tok::LBrace {
            let old_level = std::mem::replace(&mut self.expr_level, -1);
            if self.tok == Tok::Range {
                let op_pos = self.pos();
                self.next();
                let x = self.rhs();
                range = Some((Vec::new(), false, op_pos, x));
            } else if self.tok != Tok::Semi {
                match self.simple(Allow::Range) {
                    Simple::Stmt(stmt) => cond = Some(stmt),
                    Simple::Range { lhs, define, op_pos, x } => range = Some((lhs, define, op_pos, x)),
                }
            }
            if range.is_none() && self.tok == Tok::Semi && !self.header_breaks_off() {
                self.next();
                init = cond.take();
                if self.tok != Tok::Semi {
                    cond = Some(self.simple_stmt(Allow::Basic));
                }
                self.expect_header_semi();
                if self.tok != Tok::LBrace {
                    post = Some(self.simple_stmt(Allow::Basic));
                }
            }
            self.expr_level = old_level;
        }
        let body = self.block_of(start);
        let kind = match range {
            Some((lhs, define, op_pos, x)) => {
                if lhs.len() > 2 {
                    self.error_expected(self.start_of(lhs[lhs.len() - 1]), "at most 2 expressions");
                }
                let mut lhs = lhs.into_iter();
                StmtKind::Range { key: lhs.next(), value: lhs.next(), extra: lhs.collect(), define, op_pos, x, body }
            }
            None => {
                let cond = cond.map(|cond| self.condition(cond, "boolean or range expression"));
                StmtKind::For { init, cond, post, body }
            }
        };
        self.finish(kind, start)
    }

    /// `for x⏎` that isn't continued by the rest of a header: what follows belongs to the next statement.
    fn header_breaks_off(&self) -> bool {
        !self.whole_file && self.at_newline() && self.peek(1) != Tok::LBrace && !self.semi_then_header()
    }

    /// At a newline in a `for` header: whether `cond; post {` follows.
    fn semi_then_header(&self) -> bool {
        let mut semis = 0;
        for token in &self.tokens[self.at + 1..] {
            match token.tok {
                Tok::Semi => semis += 1,
                Tok::LBrace => return semis > 0,
                Tok::RBrace | Tok::Eof => return false,
                tok if tok.is_keyword() && tok != Tok::Func => return false,
                _ => {}
            }
            if semis > 1 {
                return false;
            }
        }
        false
    }

    /// The second semicolon of a `for` header; if it is missing, a `{` here is its block.
    fn expect_header_semi(&mut self) {
        if self.tok == Tok::LBrace && !self.whole_file {
            self.error_expected(self.pos(), "';'");
        } else {
            self.expect_semi();
        }
    }
}
