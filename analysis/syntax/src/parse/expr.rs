//! Expressions: operands, literals, primary, unary and binary expressions.

use super::Parser;
use crate::TextRange;
use crate::ast::*;
use crate::lex::MAX_NUMBER_LEN;
use crate::token::Tok;

impl Parser<'_> {
    /// An expression or a type.
    pub(super) fn expr(&mut self) -> ExprId {
        self.binary_expr(None, 1)
    }

    /// An expression on the right-hand side, where `=` can only be a mistake for `==`.
    pub(super) fn rhs(&mut self) -> ExprId {
        let old = std::mem::replace(&mut self.in_rhs, true);
        let x = self.expr();
        self.in_rhs = old;
        x
    }

    /// One or more expressions with commas between them.
    pub(super) fn expr_list(&mut self, in_rhs: bool) -> Vec<ExprId> {
        let old = std::mem::replace(&mut self.in_rhs, in_rhs);
        let mut list = vec![self.expr()];
        while self.eat(Tok::Comma) {
            list.push(self.expr());
        }
        self.in_rhs = old;
        list
    }

    /// A literal; the current token is one.
    pub(super) fn basic_lit(&mut self) -> ExprId {
        let token = self.token();
        let text = self.token_text();
        let (kind, too_long) = match token.tok {
            Tok::Int => (LitKind::Int, "0"),
            Tok::Float => (LitKind::Float, "0.0"),
            Tok::Imag => (LitKind::Imag, "0i"),
            Tok::Char => (LitKind::Char, ""),
            _ => (LitKind::String, ""),
        };
        // The lexer has reported numbers that are too long; nothing should compute with them.
        let text: Box<str> = if text.len() > MAX_NUMBER_LEN && !too_long.is_empty() { too_long.into() } else { text.into() };
        self.next();
        self.new_expr(ExprKind::BasicLit { kind, text }, token.start, token.end, token.start)
    }

    fn operand(&mut self) -> ExprId {
        let start = self.pos();
        match self.tok {
            Tok::Ident if self.in_rhs && self.next_line_defines() => {
                self.missing_before_newline("operand");
                self.bad_expr(self.prev_end)
            }
            Tok::Ident => {
                let ident = self.ident();
                self.ident_expr(ident)
            }
            Tok::Int | Tok::Float | Tok::Imag | Tok::Char | Tok::String => self.basic_lit(),
            Tok::LParen => {
                self.next();
                self.expr_level += 1;
                let x = self.rhs();
                self.expr_level -= 1;
                self.expect(Tok::RParen);
                self.new_expr(ExprKind::Paren(x), start, self.prev_end, start)
            }
            Tok::Func => self.func_type_or_lit(),
            _ => {
                if let Some(ty) = self.try_type() {
                    return ty;
                }
                self.error_expected(start, "operand");
                if self.whole_file {
                    self.skip_to_statement();
                } else if !self.at_operand_end() {
                    self.next();
                }
                self.bad_expr(start)
            }
        }
    }

    fn func_type_or_lit(&mut self) -> ExprId {
        let start = self.pos();
        let ty = self.func_type();
        let mut end = ty.range.end;
        if self.tok != Tok::LBrace {
            return self.new_expr(ExprKind::FuncType(Box::new(ty)), start, end, start);
        }
        self.expr_level += 1;
        let old_rhs = std::mem::replace(&mut self.in_rhs, false);
        let old_clauses = std::mem::replace(&mut self.clauses, 0);
        let body = if self.in_body {
            let block = self.block();
            end = block.range.end;
            LitBody::Here(block)
        } else {
            // The literal's range in the signature half ends before the body, whose length must not matter there.
            LitBody::Body(self.separate_body())
        };
        self.in_rhs = old_rhs;
        self.clauses = old_clauses;
        self.expr_level -= 1;
        self.new_expr(ExprKind::FuncLit { ty: Box::new(ty), body }, start, end, start)
    }

    /// What follows the operand `x`: selectors, calls, indexes, ...
    pub(super) fn primary_expr_from(&mut self, x: ExprId) -> ExprId {
        self.primary_expr(Some(x))
    }

    fn primary_expr(&mut self, x: Option<ExprId>) -> ExprId {
        let mut x = match x {
            Some(x) => x,
            None => self.operand(),
        };
        let mut links = 0;
        loop {
            links += 1;
            if !self.link() {
                break;
            }
            let tok = self.tok;
            x = match tok {
                Tok::Period => self.selector_or_assertion(x),
                Tok::LBrack => self.index_or_slice(x),
                Tok::LParen => self.call(x),
                Tok::LBrace if self.may_be_literal(x) => self.literal_value(Some(x)),
                _ => break,
            };
        }
        self.chain -= links;
        x
    }

    /// Whether the `{` behind `x` starts a composite literal rather than a block. Complains about a parenthesised literal type.
    fn may_be_literal(&mut self, x: ExprId) -> bool {
        let mut inner = x;
        while let ExprKind::Paren(y) = self.ast[inner].kind {
            inner = y;
        }
        match self.ast[inner].kind {
            ExprKind::Bad | ExprKind::Ident(_) | ExprKind::Selector { .. } | ExprKind::Index { .. } if self.expr_level < 0 => return false,
            ExprKind::Bad | ExprKind::Ident(_) | ExprKind::Selector { .. } | ExprKind::Index { .. } => {}
            ExprKind::ArrayType { .. } | ExprKind::StructType { .. } | ExprKind::MapType { .. } => {}
            _ => return false,
        }
        if inner != x {
            self.error(self.start_of(inner), "cannot parenthesize type in composite literal");
        }
        true
    }

    fn selector_or_assertion(&mut self, x: ExprId) -> ExprId {
        let start = self.start_of(x);
        self.next();
        match self.tok {
            Tok::Ident if !self.next_line_defines() => {
                let sel = self.ident();
                let range = self.ast[sel].range;
                self.new_expr(ExprKind::Selector { x, sel }, start, range.end, range.start)
            }
            Tok::LParen => {
                let open = self.pos();
                self.next();
                let ty = if self.eat(Tok::Type) { None } else { Some(self.ty()) };
                self.expect(Tok::RParen);
                self.new_expr(ExprKind::TypeAssert { x, ty }, start, self.prev_end, open)
            }
            _ => {
                let at = self.prev_end;
                if self.tok == Tok::Ident {
                    self.missing_before_newline("selector or type assertion");
                } else {
                    self.error_expected(self.pos(), "selector or type assertion");
                    if self.whole_file {
                        if self.tok != Tok::RBrace {
                            self.next();
                        }
                    } else if !self.at_operand_end() && !self.tok.is_keyword() {
                        self.next();
                    }
                }
                let sel = self.new_ident("_", TextRange::at(at));
                self.new_expr(ExprKind::Selector { x, sel }, start, at, at)
            }
        }
    }

    fn index_or_slice(&mut self, x: ExprId) -> ExprId {
        let start = self.start_of(x);
        let open = self.expect(Tok::LBrack);
        if self.tok == Tok::RBrack {
            let close = self.pos();
            self.error_expected(close, "operand");
            self.next();
            let index = self.new_expr(ExprKind::Bad, close, close, close);
            return self.new_expr(ExprKind::Index { x, indices: vec![index] }, start, self.prev_end, open);
        }
        self.expr_level += 1;
        let mut parts = [None; 3];
        let mut colons = [0; 2];
        let mut colon_count = 0;
        let mut args = Vec::new();
        if self.tok != Tok::Colon {
            parts[0] = Some(self.rhs());
        }
        match self.tok {
            Tok::Colon => {
                while self.tok == Tok::Colon && colon_count < colons.len() {
                    colons[colon_count] = self.pos();
                    colon_count += 1;
                    self.next();
                    if !matches!(self.tok, Tok::Colon | Tok::RBrack | Tok::Eof) {
                        parts[colon_count] = Some(self.rhs());
                    }
                }
            }
            Tok::Comma => {
                args.extend(parts[0]);
                while self.eat(Tok::Comma) {
                    if !matches!(self.tok, Tok::RBrack | Tok::Eof) {
                        args.push(self.ty());
                    }
                }
            }
            _ => {}
        }
        self.expr_level -= 1;
        let close = self.expect(Tok::RBrack);
        let end = self.prev_end;
        if colon_count > 0 {
            let three = colon_count == 2;
            if three {
                for (i, what) in [(1, "middle"), (2, "final")] {
                    if parts[i].is_none() {
                        self.error(colons[i - 1], format!("{what} index required in 3-index slice"));
                        let to = if i == 1 { colons[1] } else { close };
                        parts[i] = Some(self.new_expr(ExprKind::Bad, colons[i - 1] + 1, to, colons[i - 1]));
                    }
                }
            }
            let [low, high, max] = parts;
            return self.new_expr(ExprKind::Slice { x, low, high, max, three }, start, end, open);
        }
        if args.is_empty() {
            args.extend(parts[0]);
        }
        self.new_expr(ExprKind::Index { x, indices: args }, start, end, open)
    }

    fn call(&mut self, fun: ExprId) -> ExprId {
        let open = self.expect(Tok::LParen);
        self.expr_level += 1;
        let mut args = Vec::new();
        let mut ellipsis = None;
        while !matches!(self.tok, Tok::RParen | Tok::Eof) && ellipsis.is_none() {
            args.push(self.rhs());
            if self.tok == Tok::Ellipsis {
                ellipsis = Some(self.pos());
                self.next();
            }
            if !self.comma_or_end("argument list", Tok::RParen) {
                break;
            }
        }
        self.expr_level -= 1;
        let rparen = self.expect_closing(Tok::RParen, "argument list");
        self.new_expr(ExprKind::Call { fun, args, ellipsis, rparen }, self.start_of(fun), self.prev_end, open)
    }

    fn value(&mut self) -> ExprId {
        if self.tok == Tok::LBrace { self.literal_value(None) } else { self.expr() }
    }

    fn element(&mut self) -> ExprId {
        let key = self.value();
        if self.tok != Tok::Colon {
            return key;
        }
        let colon = self.pos();
        self.next();
        let value = self.value();
        self.new_expr(ExprKind::KeyValue { key, value }, self.start_of(key), self.end_of(value), colon)
    }

    fn literal_value(&mut self, ty: Option<ExprId>) -> ExprId {
        let open = self.pos();
        let start = ty.map_or(open, |ty| self.start_of(ty));
        if !self.enter() {
            self.leave();
            return self.bad_expr(start);
        }
        self.expect(Tok::LBrace);
        let mut elems = Vec::new();
        self.expr_level += 1;
        while !matches!(self.tok, Tok::RBrace | Tok::Eof) {
            elems.push(self.element());
            if !self.comma_or_end("composite literal", Tok::RBrace) {
                break;
            }
        }
        self.expr_level -= 1;
        let rbrace = self.expect_closing(Tok::RBrace, "composite literal");
        self.leave();
        self.new_expr(ExprKind::CompositeLit { ty, elems, rbrace }, start, self.prev_end, open)
    }

    fn unary_expr(&mut self) -> ExprId {
        let start = self.pos();
        if !self.enter() {
            self.leave();
            return self.bad_expr(start);
        }
        let x = self.unary_expr_inner(start);
        self.leave();
        x
    }

    fn unary_expr_inner(&mut self, start: u32) -> ExprId {
        let op = match self.tok {
            Tok::Add => UnaryOp::Add,
            Tok::Sub => UnaryOp::Neg,
            Tok::Not => UnaryOp::Not,
            Tok::Xor => UnaryOp::Xor,
            Tok::And => UnaryOp::Addr,
            Tok::Tilde => UnaryOp::Tilde,
            Tok::Arrow => return self.receive_or_chan_type(start),
            Tok::Mul => {
                self.next();
                let x = self.unary_expr();
                return self.new_expr(ExprKind::Star(x), start, self.end_of(x), start);
            }
            _ => return self.primary_expr(None),
        };
        self.next();
        let x = self.unary_expr();
        self.new_expr(ExprKind::Unary { op, x }, start, self.end_of(x), start)
    }

    /// `<-x`: a receive, or `<-chan T`; only the whole operand tells. If it is a channel type, the arrow belongs to it:
    /// `<-(chan T)` is `(<-chan T)`, and `<-(chan<- T)` is `<-chan (<-T)`, which must go on the same way.
    fn receive_or_chan_type(&mut self, start: u32) -> ExprId {
        self.next();
        let x = self.unary_expr();
        if !matches!(self.ast[x].kind, ExprKind::ChanType { .. }) {
            return self.new_expr(ExprKind::Unary { op: UnaryOp::Recv, x }, start, self.end_of(x), start);
        }
        let (mut current, mut arrow) = (x, start);
        loop {
            let ExprKind::ChanType { dir, elem } = self.ast[current].kind else {
                // The arrow of the last `chan<-` is left over, and what follows is no channel type.
                self.error_expected(arrow, "channel type");
                break;
            };
            let own_arrow = self.ast[current].op;
            if dir == ChanDir::Recv {
                self.error_expected(own_arrow, "'chan'");
            }
            let node = &mut self.ast.exprs[current.idx()];
            node.kind = ExprKind::ChanType { dir: ChanDir::Recv, elem };
            node.range.start = arrow;
            node.op = arrow;
            if dir != ChanDir::Send {
                break;
            }
            (current, arrow) = (elem, own_arrow);
        }
        x
    }

    /// A binary expression of operators of at least `min` precedence; `x` if its left operand has been read.
    pub(super) fn binary_expr(&mut self, x: Option<ExprId>, min: u8) -> ExprId {
        let mut x = match x {
            Some(x) => x,
            None => self.unary_expr(),
        };
        let mut links = 0;
        loop {
            links += 1;
            if !self.link() {
                break;
            }
            let assign = self.in_rhs && self.tok == Tok::Assign;
            let tok = if assign { Tok::Eql } else { self.tok };
            let precedence = tok.precedence();
            let Some(op) = binary_op(tok).filter(|_| precedence >= min) else { break };
            let pos = self.pos();
            if assign {
                self.error_expected(pos, "'=='");
            }
            self.next();
            let y = self.binary_expr(None, precedence + 1);
            x = self.new_expr(ExprKind::Binary { op, x, y }, self.start_of(x), self.end_of(y), pos);
        }
        self.chain -= links;
        x
    }
}

/// The binary operator a token is.
pub(super) fn binary_op(tok: Tok) -> Option<BinaryOp> {
    Some(match tok {
        Tok::Add | Tok::AddAssign => BinaryOp::Add,
        Tok::Sub | Tok::SubAssign => BinaryOp::Sub,
        Tok::Mul | Tok::MulAssign => BinaryOp::Mul,
        Tok::Quo | Tok::QuoAssign => BinaryOp::Div,
        Tok::Rem | Tok::RemAssign => BinaryOp::Rem,
        Tok::And | Tok::AndAssign => BinaryOp::And,
        Tok::Or | Tok::OrAssign => BinaryOp::Or,
        Tok::Xor | Tok::XorAssign => BinaryOp::Xor,
        Tok::Shl | Tok::ShlAssign => BinaryOp::Shl,
        Tok::Shr | Tok::ShrAssign => BinaryOp::Shr,
        Tok::AndNot | Tok::AndNotAssign => BinaryOp::AndNot,
        Tok::LAnd => BinaryOp::LAnd,
        Tok::LOr => BinaryOp::LOr,
        Tok::Eql => BinaryOp::Eq,
        Tok::Neq => BinaryOp::Ne,
        Tok::Lss => BinaryOp::Lt,
        Tok::Leq => BinaryOp::Le,
        Tok::Gtr => BinaryOp::Gt,
        Tok::Geq => BinaryOp::Ge,
        _ => return None,
    })
}
