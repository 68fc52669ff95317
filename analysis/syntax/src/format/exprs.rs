//! Expressions and types.

use super::lists::ListStyle;
use super::printer::{Gap, MAX_DEPTH, Printer};
use crate::ast::*;
use crate::token::Tok;

impl<'a> Printer<'a> {
    pub fn start(&self, e: ExprId) -> u32 {
        self.ast[e].range.start
    }

    /// Where an expression ends. The tree ends function literals outside of bodies before their body.
    pub fn end(&self, e: ExprId) -> u32 {
        let mut e = e;
        loop {
            e = match &self.ast[e].kind {
                ExprKind::FuncLit { body: LitBody::Body(i), .. } => {
                    return self.decl.bodies.get(*i as usize).map_or(self.ast[e].range.end, |b| b.block.range.end);
                }
                ExprKind::Binary { y, .. } => *y,
                ExprKind::Unary { x, .. } | ExprKind::Star(x) => *x,
                ExprKind::KeyValue { value, .. } => *value,
                _ => return self.ast[e].range.end,
            };
        }
    }

    pub fn ident(&mut self, id: IdentId) {
        let ident = self.ast[id];
        self.at(ident.range.start);
        self.word(Tok::Ident, &ident.name);
    }

    /// An expression that stands by itself.
    pub fn expr(&mut self, e: ExprId) {
        self.expr_in(e, 1);
    }

    /// An expression inside of others: the deeper, the fewer blanks it gets.
    pub fn expr_in(&mut self, e: ExprId, depth: u32) {
        if self.state.overflow || self.too_deep {
            return;
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
            return;
        }
        let node = &self.ast[e];
        self.at(node.range.start);
        self.expr_kind(e, node, depth);
        self.depth -= 1;
    }

    fn expr_kind(&mut self, e: ExprId, node: &'a Expr, depth: u32) {
        match &node.kind {
            ExprKind::Bad => {}
            ExprKind::Ident(id) => self.ident(*id),
            ExprKind::BasicLit { kind, text } => self.literal(*kind, node, text),
            ExprKind::FuncLit { ty, body } => self.func_lit(ty, body),
            ExprKind::CompositeLit { ty, elems, rbrace } => self.composite(node.op, *ty, elems, *rbrace, depth),
            ExprKind::KeyValue { key, value } => {
                self.expr(*key);
                self.tok_at(Tok::Colon, node.op);
                self.blank();
                self.expr(*value);
            }
            ExprKind::Paren(x) => self.paren(*x, node.range.end - 1, depth),
            ExprKind::Selector { x, sel } => {
                self.selector(*x, *sel, depth, false);
            }
            ExprKind::Index { x, indices } => self.index(*x, indices, node.op, depth),
            ExprKind::Slice { x, low, high, max, three } => {
                let parts = [*low, *high, *max];
                self.slice(*x, &parts[..if *three { 3 } else { 2 }], node.op, depth);
            }
            ExprKind::TypeAssert { x, ty } => self.type_assert(*x, *ty, node.op, depth),
            ExprKind::Call { fun, args, ellipsis, rparen } => self.call(*fun, args, *ellipsis, (node.op, *rparen), depth),
            ExprKind::Star(x) => {
                self.tok(Tok::Mul);
                self.expr(*x);
            }
            ExprKind::Unary { op, x } => {
                self.tok(unary_tok(*op));
                self.expr_in(*x, depth);
            }
            ExprKind::Binary { .. } => self.binary(e, depth),
            _ => self.type_kind(node),
        }
    }

    fn type_kind(&mut self, node: &'a Expr) {
        match &node.kind {
            ExprKind::ArrayType { len, elem } => {
                self.tok(Tok::LBrack);
                match len {
                    ArrayLen::Slice => {}
                    ArrayLen::Ellipsis(dots) => self.tok_at(Tok::Ellipsis, *dots),
                    ArrayLen::Expr(len) => self.expr(*len),
                }
                self.tok(Tok::RBrack);
                self.expr(*elem);
            }
            ExprKind::StructType { fields } => {
                self.tok(Tok::Struct);
                self.struct_fields(fields, self.src.find(Tok::LBrace, node.range.start));
            }
            ExprKind::FuncType(ty) => {
                self.tok(Tok::Func);
                self.signature(ty, ty.range.start + 4);
            }
            ExprKind::InterfaceType { elems } => {
                self.tok(Tok::Interface);
                self.interface_elems(elems, self.src.find(Tok::LBrace, node.range.start));
            }
            ExprKind::MapType { key, value } => {
                self.tok(Tok::Map);
                self.tok(Tok::LBrack);
                self.expr(*key);
                self.tok(Tok::RBrack);
                self.expr(*value);
            }
            ExprKind::ChanType { dir, elem } => {
                match dir {
                    ChanDir::Both => self.tok(Tok::Chan),
                    ChanDir::Recv => {
                        self.tok(Tok::Arrow);
                        self.tok(Tok::Chan);
                    }
                    ChanDir::Send => {
                        self.tok(Tok::Chan);
                        self.tok_at(Tok::Arrow, node.op);
                    }
                }
                self.blank();
                self.expr(*elem);
            }
            ExprKind::Ellipsis(elem) => {
                self.tok(Tok::Ellipsis);
                if let Some(elem) = elem {
                    self.expr(*elem);
                }
            }
            _ => {}
        }
    }

    fn literal(&mut self, kind: LitKind, node: &Expr, text: &str) {
        let source = node.range.of(self.src.text);
        match kind {
            LitKind::String => self.word(Tok::String, source),
            LitKind::Char => self.word(Tok::Char, source),
            LitKind::Int | LitKind::Float | LitKind::Imag => {
                let tok = match kind {
                    LitKind::Int => Tok::Int,
                    LitKind::Float => Tok::Float,
                    _ => Tok::Imag,
                };
                match normal_number(text).filter(|_| !self.measuring() && text.len() == source.len()) {
                    Some(text) => self.word(tok, &text),
                    None => self.word(tok, source),
                }
            }
        }
    }

    fn func_lit(&mut self, ty: &'a FuncType, body: &'a LitBody) {
        let start = ty.range.start;
        self.tok_at(Tok::Func, start);
        let column = i64::from(self.state.out_col) - 4;
        self.signature(ty, start + 4);
        let header = self.distance_from(start, column);
        match body {
            LitBody::Here(block) => self.func_body(header, Gap::Blank, block),
            LitBody::Body(i) => self.separate_body(*i, header, Gap::Blank),
        }
    }

    fn composite(&mut self, lbrace: u32, ty: Option<ExprId>, elems: &'a [ExprId], rbrace: u32, depth: u32) {
        if let Some(ty) = ty {
            self.expr_in(ty, depth);
        }
        self.state.level += 1;
        self.tok_at(Tok::LBrace, lbrace);
        self.expr_list(Some(lbrace), elems, 1, ListStyle::WithComma, Some(rbrace));
        // A comment before the brace stays on its line.
        self.indent();
        self.outdent();
        self.toggle_extra_break();
        if !elems.is_empty() {
            self.toggle_extra_blank();
        }
        self.tok_at(Tok::RBrace, rbrace);
        self.toggle_extra_break();
        if !elems.is_empty() {
            self.toggle_extra_blank();
        }
        self.state.level -= 1;
    }

    fn paren(&mut self, x: ExprId, rparen: u32, depth: u32) {
        if matches!(self.ast[x].kind, ExprKind::Paren(_)) {
            // Once is enough.
            self.expr_in(x, depth);
            return;
        }
        self.tok(Tok::LParen);
        self.expr_in(x, (depth - 1).max(1));
        self.tok_at(Tok::RParen, rparen);
    }

    /// `x.sel`. If the selector stands on the next line, that is indented; then the result is true, and a method call's arguments
    /// still belong to it.
    fn selector(&mut self, x: ExprId, sel: IdentId, depth: u32, is_method: bool) -> bool {
        self.expr_in(x, depth);
        self.tok(Tok::Period);
        let start = self.ast[sel].range.start;
        if self.state.pos.line < self.line_of(start) {
            self.indent();
            self.gap(Gap::Newline);
            self.ident(sel);
            if !is_method {
                self.outdent();
            }
            return true;
        }
        self.ident(sel);
        false
    }

    fn index(&mut self, x: ExprId, indices: &'a [ExprId], open: u32, depth: u32) {
        let close = self.src.closing(open);
        self.expr_in(x, 1);
        self.tok_at(Tok::LBrack, open);
        match indices {
            [index] => self.expr_in(*index, depth + 1),
            _ => self.expr_list(Some(open), indices, depth + 1, ListStyle::WithComma, Some(close)),
        }
        self.tok_at(Tok::RBrack, close);
    }

    fn slice(&mut self, x: ExprId, parts: &[Option<ExprId>], open: u32, depth: u32) {
        self.expr_in(x, 1);
        self.tok_at(Tok::LBrack, open);
        let is_binary = |e: &ExprId| matches!(self.ast[*e].kind, ExprKind::Binary { .. });
        let blanks = depth <= 1 && parts.iter().flatten().count() > 1 && parts.iter().flatten().any(is_binary);
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                if blanks && parts[i - 1].is_some() {
                    self.blank();
                }
                self.tok(Tok::Colon);
                if blanks && part.is_some() {
                    self.blank();
                }
            }
            if let Some(part) = part {
                self.expr_in(*part, depth + 1);
            }
        }
        self.tok_at(Tok::RBrack, self.src.closing(open));
    }

    /// `x.(T)`, or `x.(type)` without a type.
    pub fn type_assert(&mut self, x: ExprId, ty: Option<ExprId>, open: u32, depth: u32) {
        self.expr_in(x, depth);
        self.tok(Tok::Period);
        self.tok_at(Tok::LParen, open);
        match ty {
            Some(ty) => self.expr(ty),
            None => self.tok(Tok::Type),
        }
        self.tok_at(Tok::RParen, self.src.closing(open));
    }

    fn call(&mut self, fun: ExprId, args: &'a [ExprId], ellipsis: Option<u32>, (lparen, rparen): (u32, u32), depth: u32) {
        let depth = if args.len() > 1 { depth + 1 } else { depth };
        let parens = matches!(self.ast[fun].kind, ExprKind::FuncType(_) | ExprKind::ChanType { dir: ChanDir::Recv, .. });
        if parens {
            self.tok(Tok::LParen);
        }
        let indented = match self.ast[fun].kind {
            ExprKind::Selector { x, sel } => self.selector(x, sel, depth, true),
            _ => {
                self.expr_in(fun, depth);
                false
            }
        };
        if parens {
            self.tok(Tok::RParen);
        }
        self.tok_at(Tok::LParen, lparen);
        match ellipsis {
            Some(dots) => {
                self.expr_list(Some(lparen), args, depth, ListStyle::Plain, Some(dots));
                self.tok_at(Tok::Ellipsis, dots);
                if self.line_of(dots) < self.line_of(rparen) {
                    self.tok(Tok::Comma);
                    self.gap(Gap::Section);
                }
            }
            None => self.expr_list(Some(lparen), args, depth, ListStyle::WithComma, Some(rparen)),
        }
        self.tok_at(Tok::RParen, rparen);
        if indented {
            self.outdent();
        }
    }
}

pub(super) fn unary_tok(op: UnaryOp) -> Tok {
    match op {
        UnaryOp::Add => Tok::Add,
        UnaryOp::Neg => Tok::Sub,
        UnaryOp::Not => Tok::Not,
        UnaryOp::Xor => Tok::Xor,
        UnaryOp::Addr => Tok::And,
        UnaryOp::Recv => Tok::Arrow,
        UnaryOp::Tilde => Tok::Tilde,
    }
}

/// A number with prefix and exponent in lower case, an imaginary decimal without leading zeros; `None` if it is so already.
fn normal_number(text: &str) -> Option<String> {
    if text.len() < 2 {
        return None;
    }
    let lower_last = |text: &str, upper: char, lower: &str| match text.rfind(upper) {
        Some(at) => format!("{}{lower}{}", &text[..at], &text[at + 1..]),
        None => text.to_owned(),
    };
    let normal = match &text.as_bytes()[..2] {
        b"0X" | b"0x" => lower_last(&format!("0x{}", &text[2..]), 'P', "p"),
        b"0O" => format!("0o{}", &text[2..]),
        b"0B" => format!("0b{}", &text[2..]),
        b"0o" | b"0b" => return None,
        _ if text.contains('E') => lower_last(text, 'E', "e"),
        _ if text.ends_with('i') && !text.contains(['.', 'e']) => {
            let digits = text.trim_start_matches(['0', '_']);
            if digits == "i" { "0i".to_owned() } else { digits.to_owned() }
        }
        _ => return None,
    };
    (normal != text).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::normal_number;

    #[test]
    fn numbers() {
        let cases = [
            ("0XAB", "0xAB"),
            ("0X1P-2", "0x1p-2"),
            ("0x1P-2", "0x1p-2"),
            ("1E3", "1e3"),
            ("0B1", "0b1"),
            ("0O7", "0o7"),
            ("00i", "0i"),
            ("0_1i", "1i"),
        ];
        for (text, normal) in cases {
            assert_eq!(normal_number(text).as_deref(), Some(normal), "{text}");
        }
        for text in ["0", "0644", "0xAB", "1e3", "0.5i", "0b1", "1_000"] {
            assert_eq!(normal_number(text), None, "{text}");
        }
    }
}
