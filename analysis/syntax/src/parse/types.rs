//! Types: names and instances, array, struct, function, interface, map and channel types; parameter and type parameter lists.

use super::Parser;
use crate::TextRange;
use crate::ast::*;
use crate::token::Tok;

/// A parameter while it isn't yet clear whether a lone name is a name or a type.
#[derive(Clone, Copy, Default)]
struct Param {
    name: Option<IdentId>,
    ty: Option<ExprId>,
}

impl Parser<'_> {
    /// A type; reports an error and gives [`ExprKind::Bad`] if there is none.
    pub(super) fn ty(&mut self) -> ExprId {
        if let Some(ty) = self.try_type() {
            return ty;
        }
        let pos = self.pos();
        self.error_expected(pos, "type");
        self.skip_to_expr_end();
        self.bad_expr(pos)
    }

    pub(super) fn skip_to_expr_end(&mut self) {
        if self.whole_file {
            let ends = |tok| matches!(tok, Tok::Comma | Tok::Colon | Tok::Semi | Tok::RParen | Tok::RBrack | Tok::RBrace);
            return self.advance(ends);
        }
        if !self.at_operand_end() && !super::recovery::starts_operand(self.tok) {
            self.next();
        }
    }

    /// A type, if one starts here.
    pub(super) fn try_type(&mut self) -> Option<ExprId> {
        let start = self.pos();
        if !self.enter() {
            self.leave();
            return Some(self.bad_expr(start));
        }
        let ty = self.try_type_inner(start);
        self.leave();
        ty
    }

    fn try_type_inner(&mut self, start: u32) -> Option<ExprId> {
        Some(match self.tok {
            Tok::Ident => {
                let name = self.type_name(None);
                if self.tok == Tok::LBrack { self.type_instance(name) } else { name }
            }
            Tok::LBrack => {
                self.next();
                self.array_type(start, None)
            }
            Tok::Struct => self.struct_type(),
            Tok::Mul => {
                self.next();
                let base = self.ty();
                self.new_expr(ExprKind::Star(base), start, self.end_of(base), start)
            }
            Tok::Func => {
                let ty = self.func_type();
                let end = ty.range.end;
                self.new_expr(ExprKind::FuncType(Box::new(ty)), start, end, start)
            }
            Tok::Interface => self.interface_type(),
            Tok::Map => {
                self.next();
                self.expect(Tok::LBrack);
                let key = self.ty();
                self.expect(Tok::RBrack);
                let value = self.ty();
                self.new_expr(ExprKind::MapType { key, value }, start, self.end_of(value), start)
            }
            Tok::Chan | Tok::Arrow => self.chan_type(),
            Tok::LParen => {
                self.next();
                let inner = self.ty();
                self.expect(Tok::RParen);
                self.new_expr(ExprKind::Paren(inner), start, self.prev_end, start)
            }
            _ => return None,
        })
    }

    fn chan_type(&mut self) -> ExprId {
        let start = self.pos();
        let mut arrow = start;
        let mut dir = ChanDir::Both;
        if self.tok == Tok::Chan {
            self.next();
            if self.tok == Tok::Arrow {
                arrow = self.pos();
                self.next();
                dir = ChanDir::Send;
            }
        } else {
            self.next();
            self.expect(Tok::Chan);
            dir = ChanDir::Recv;
        }
        let elem = self.ty();
        self.new_expr(ExprKind::ChanType { dir, elem }, start, self.end_of(elem), arrow)
    }

    /// `name` or `pkg.Name`, whose first identifier may have been read already.
    fn type_name(&mut self, ident: Option<IdentId>) -> ExprId {
        let ident = match ident {
            Some(ident) => ident,
            None => self.ident(),
        };
        let x = self.ident_expr(ident);
        if self.tok != Tok::Period {
            return x;
        }
        self.next();
        let sel = self.ident();
        let range = self.ast[sel].range;
        self.new_expr(ExprKind::Selector { x, sel }, self.start_of(x), range.end, range.start)
    }

    fn qualified_ident(&mut self, ident: Option<IdentId>) -> ExprId {
        let ty = self.type_name(ident);
        if self.tok == Tok::LBrack { self.type_instance(ty) } else { ty }
    }

    /// `[T1, T2]` behind a generic type.
    fn type_instance(&mut self, x: ExprId) -> ExprId {
        let open = self.pos();
        self.next();
        self.expr_level += 1;
        let mut indices = Vec::new();
        while !matches!(self.tok, Tok::RBrack | Tok::Eof) {
            indices.push(self.ty());
            if !self.comma_or_end("type argument list", Tok::RBrack) {
                break;
            }
        }
        self.expr_level -= 1;
        let empty = indices.is_empty();
        let close = self.expect_closing(Tok::RBrack, "type argument list");
        if empty {
            self.error_expected(close, "type argument list");
            indices.push(self.new_expr(ExprKind::Bad, open + 1, close, open + 1));
        }
        self.new_expr(ExprKind::Index { x, indices }, self.start_of(x), self.prev_end, open)
    }

    /// The rest of an array or slice type behind its `[` at `open`; `len` if the length has been read.
    pub(super) fn array_type(&mut self, open: u32, len: Option<ExprId>) -> ExprId {
        let len = match len {
            Some(len) => ArrayLen::Expr(len),
            None => {
                self.expr_level += 1;
                let len = match self.tok {
                    Tok::Ellipsis => {
                        let dots = self.pos();
                        self.next();
                        ArrayLen::Ellipsis(dots)
                    }
                    Tok::RBrack => ArrayLen::Slice,
                    _ => ArrayLen::Expr(self.rhs()),
                };
                self.expr_level -= 1;
                len
            }
        };
        if self.tok == Tok::Comma {
            self.error(self.pos(), "unexpected comma; expecting ]");
            self.next();
        }
        self.expect(Tok::RBrack);
        let elem = self.ty();
        self.new_expr(ExprKind::ArrayType { len, elem }, open, self.end_of(elem), open)
    }

    /// Behind the name `x` of a field or parameter, at `[`: `x []E`, `x [N]E`, or the instance `x[P1, P2]` (then there is no name).
    fn array_field_or_instance(&mut self, x: IdentId) -> (Option<IdentId>, ExprId) {
        let open = self.expect(Tok::LBrack);
        let mut trailing = None;
        let mut args = Vec::new();
        if self.tok != Tok::RBrack {
            if self.tok == Tok::Ellipsis {
                // `x [...]T`: an array type wherever the error is reported.
                return (Some(x), self.array_field_with_dots(open));
            }
            self.expr_level += 1;
            args.push(self.rhs());
            while self.tok == Tok::Comma {
                let comma = self.pos();
                self.next();
                if self.tok == Tok::RBrack {
                    trailing = Some(comma);
                    break;
                }
                args.push(self.rhs());
            }
            self.expr_level -= 1;
        }
        self.expect(Tok::RBrack);
        let close = self.prev_end;
        if args.is_empty() {
            let elem = self.ty();
            return (Some(x), self.new_expr(ExprKind::ArrayType { len: ArrayLen::Slice, elem }, open, self.end_of(elem), open));
        }
        if let [len] = args[..]
            && let Some(elem) = self.try_type()
        {
            if let Some(comma) = trailing {
                self.error(comma, "unexpected comma; expecting ]");
            }
            let len = ArrayLen::Expr(len);
            return (Some(x), self.new_expr(ExprKind::ArrayType { len, elem }, open, self.end_of(elem), open));
        }
        let base = self.ident_expr(x);
        (None, self.new_expr(ExprKind::Index { x: base, indices: args }, self.start_of(base), close, open))
    }

    fn array_field_with_dots(&mut self, open: u32) -> ExprId {
        let dots = self.pos();
        self.error_expected(dots, "operand");
        self.next();
        self.expect(Tok::RBrack);
        let elem = self.ty();
        self.new_expr(ExprKind::ArrayType { len: ArrayLen::Ellipsis(dots), elem }, open, self.end_of(elem), open)
    }

    // ---- structs

    fn struct_type(&mut self) -> ExprId {
        let start = self.expect(Tok::Struct);
        self.expect(Tok::LBrace);
        let mut fields = Vec::new();
        while matches!(self.tok, Tok::Ident | Tok::Mul | Tok::LParen) {
            fields.push(self.field_decl());
        }
        self.expect(Tok::RBrace);
        self.new_expr(ExprKind::StructType { fields }, start, self.prev_end, start)
    }

    fn field_decl(&mut self) -> Field {
        let lead = self.lead_comment(self.at);
        let mut names = Vec::new();
        let ty = match self.tok {
            Tok::Ident => {
                let name = self.ident();
                if matches!(self.tok, Tok::Period | Tok::String | Tok::Semi | Tok::RBrace) {
                    self.qualified_ident_unless_done(name)
                } else {
                    names.push(name);
                    while self.eat(Tok::Comma) {
                        names.push(self.ident());
                    }
                    if names.len() == 1 && self.tok == Tok::LBrack {
                        let (name, ty) = self.array_field_or_instance(name);
                        if name.is_none() {
                            names.clear();
                        }
                        ty
                    } else {
                        self.ty()
                    }
                }
            }
            Tok::Mul => {
                let star = self.pos();
                self.next();
                let base = if self.tok == Tok::LParen { self.parenthesised_embedded() } else { self.qualified_ident(None) };
                self.new_expr(ExprKind::Star(base), star, self.end_of(base), star)
            }
            _ => self.parenthesised_embedded(),
        };
        let tag = (self.tok == Tok::String).then(|| self.basic_lit());
        let doc = lead.or_else(|| self.line_comment());
        self.expect_semi();
        Field { names, ty, tag, doc }
    }

    /// An embedded field of type `name` or `name.Sel`.
    fn qualified_ident_unless_done(&mut self, name: IdentId) -> ExprId {
        if self.tok == Tok::Period { self.qualified_ident(Some(name)) } else { self.ident_expr(name) }
    }

    /// `(T)` or `(*T)` as an embedded field: accepted with an error.
    fn parenthesised_embedded(&mut self) -> ExprId {
        self.error(self.pos(), "cannot parenthesize embedded type");
        self.next();
        let star = self.pos();
        let pointer = self.eat(Tok::Mul);
        let base = self.qualified_ident(None);
        self.eat(Tok::RParen);
        if pointer { self.new_expr(ExprKind::Star(base), star, self.end_of(base), star) } else { base }
    }

    // ---- functions

    /// `func (...) ...`, from the keyword.
    pub(super) fn func_type(&mut self) -> FuncType {
        let start = self.expect(Tok::Func);
        if !self.whole_file && self.tok == Tok::Ident && matches!(self.peek(1), Tok::LParen | Tok::LBrack) {
            // A function declared where none can be: its name is the error.
            self.error_expected(self.pos(), "'('");
            self.next();
        }
        let mut tparams = Vec::new();
        if self.tok == Tok::LBrack {
            let open = self.pos();
            tparams = self.type_parameters();
            if !tparams.is_empty() {
                self.error(open, "function type must have no type parameters");
                tparams.clear();
            }
        }
        self.signature(start, tparams)
    }

    /// Parameters and results.
    pub(super) fn signature(&mut self, start: u32, tparams: Vec<Field>) -> FuncType {
        let params = self.parameters();
        let mut end = self.prev_end;
        let results = self.results();
        if !results.is_empty() {
            end = self.prev_end;
        } else if self.prev_end > end {
            end = self.prev_end; // `()`
        }
        FuncType { tparams, params, results, range: TextRange::new(start, end.max(start)) }
    }

    pub(super) fn parameters(&mut self) -> Vec<Field> {
        self.expect(Tok::LParen);
        let list = if self.tok == Tok::RParen { Vec::new() } else { self.parameter_list(None, None, Tok::RParen, true) };
        self.expect(Tok::RParen);
        list
    }

    fn results(&mut self) -> Vec<Field> {
        if self.tok == Tok::LParen {
            self.next();
            let list = if self.tok == Tok::RParen { Vec::new() } else { self.parameter_list(None, None, Tok::RParen, false) };
            self.expect(Tok::RParen);
            return list;
        }
        match self.try_type() {
            Some(ty) => vec![Field { names: Vec::new(), ty, tag: None, doc: None }],
            None => Vec::new(),
        }
    }

    /// `[P any, Q constraint]`
    pub(super) fn type_parameters(&mut self) -> Vec<Field> {
        self.expect(Tok::LBrack);
        let list = if self.tok == Tok::RBrack { Vec::new() } else { self.parameter_list(None, None, Tok::RBrack, false) };
        let close = self.expect(Tok::RBrack);
        if list.is_empty() {
            self.error(close, "empty type parameter list");
        }
        list
    }

    fn parameter(&mut self, first: Option<IdentId>, type_sets: bool) -> Param {
        if first.is_none() && type_sets && self.tok == Tok::Tilde {
            return Param { name: None, ty: Some(self.embedded_elem(None)) };
        }
        let mut param = Param::default();
        if first.is_some() || self.tok == Tok::Ident {
            let name = match first {
                Some(name) => name,
                None => self.ident(),
            };
            param.name = Some(name);
            match self.tok {
                Tok::Ident | Tok::Mul | Tok::Arrow | Tok::Func | Tok::Chan | Tok::Map | Tok::Struct | Tok::Interface | Tok::LParen => {
                    param.ty = Some(self.ty());
                }
                Tok::LBrack => {
                    let (name, ty) = self.array_field_or_instance(name);
                    param = Param { name, ty: Some(ty) };
                }
                Tok::Ellipsis => {
                    param.ty = Some(self.dots_type());
                    return param;
                }
                Tok::Period => param = Param { name: None, ty: Some(self.qualified_ident(Some(name))) },
                Tok::Tilde if type_sets => {
                    param.ty = Some(self.embedded_elem(None));
                    return param;
                }
                Tok::Or if type_sets => {
                    let x = self.ident_expr(name);
                    return Param { name: None, ty: Some(self.embedded_elem(Some(x))) };
                }
                _ => {}
            }
        } else {
            match self.tok {
                Tok::Mul | Tok::Arrow | Tok::Func | Tok::LBrack | Tok::Chan | Tok::Map | Tok::Struct | Tok::Interface | Tok::LParen => {
                    param.ty = Some(self.ty())
                }
                Tok::Ellipsis => {
                    param.ty = Some(self.dots_type());
                    return param;
                }
                _ => {
                    self.error_expected(self.pos(), "')'");
                    self.skip_to_expr_end();
                }
            }
        }
        if type_sets && self.tok == Tok::Or && param.ty.is_some() {
            param.ty = Some(self.embedded_elem(param.ty));
        }
        param
    }

    fn dots_type(&mut self) -> ExprId {
        let start = self.expect(Tok::Ellipsis);
        let elem = self.ty();
        self.new_expr(ExprKind::Ellipsis(Some(elem)), start, self.end_of(elem), start)
    }

    /// A list of parameters up to `closing` (`]` means type parameters), which isn't consumed. `name` and `ty` are what has been read
    /// of the first one. `dots`: whether the last one may be `...T`.
    pub(super) fn parameter_list(&mut self, name: Option<IdentId>, ty: Option<ExprId>, closing: Tok, dots: bool) -> Vec<Field> {
        let type_params = closing == Tok::RBrack;
        let first_pos = match (name, ty) {
            (Some(name), _) => self.ast[name].range.start,
            (None, Some(ty)) => self.start_of(ty),
            (None, None) => self.pos(),
        };
        let (mut name, mut ty) = (name, ty);
        let mut list: Vec<Param> = Vec::new();
        while name.is_some() || self.tok != closing && self.tok != Tok::Eof {
            let before = self.at;
            let had_name = name.is_some();
            let param = match ty.take() {
                Some(first) => {
                    let first = if type_params { self.embedded_elem(Some(first)) } else { first };
                    Param { name: name.take(), ty: Some(first) }
                }
                None => self.parameter(name.take(), type_params),
            };
            if param.name.is_some() || param.ty.is_some() {
                list.push(param);
            }
            if !self.comma_or_end("parameter list", closing) || self.at == before && !had_name && !self.whole_file {
                break;
            }
        }
        if list.is_empty() {
            return Vec::new();
        }
        let named = list.iter().filter(|p| p.name.is_some() && p.ty.is_some()).count();
        self.name_parameters(&mut list, named, type_params, first_pos);
        self.check_dots(&mut list, dots);
        let mut fields: Vec<Field> = Vec::new();
        for param in list {
            let Some(ty) = param.ty else { continue };
            match (param.name, fields.last_mut()) {
                (Some(name), Some(last)) if named > 0 && last.ty == ty => last.names.push(name),
                (name, _) => fields.push(Field { names: name.into_iter().collect(), ty, tag: None, doc: None }),
            }
        }
        fields
    }

    /// Decides which lone names are types, gives each parameter its type, and reports what is missing.
    fn name_parameters(&mut self, list: &mut [Param], named: usize, type_params: bool, first_pos: u32) {
        let typed = list.iter().filter(|p| p.ty.is_some()).count();
        let or_length = if list.len() == 1 { " or invalid array length" } else { "" };
        if named == 0 {
            for param in list.iter_mut() {
                if let Some(name) = param.name.take() {
                    param.ty = Some(self.ident_expr(name));
                }
            }
            if type_params {
                if typed == 0 {
                    self.error(self.pos(), "missing type constraint");
                } else {
                    self.error(first_pos, format!("missing type parameter name{or_length}"));
                }
            }
            return;
        }
        if named == list.len() {
            return;
        }
        let mut error_at = None;
        let mut ty: Option<ExprId> = None;
        for param in list.iter_mut().rev() {
            if let Some(own) = param.ty {
                ty = Some(own);
                if param.name.is_none() {
                    let at = self.start_of(own);
                    error_at = Some(at);
                    param.name = Some(self.new_ident("_", TextRange::at(at)));
                }
            } else if ty.is_some() {
                param.ty = ty;
            } else if let Some(name) = param.name {
                let range = self.ast[name].range;
                error_at = Some(range.start);
                param.ty = Some(self.new_expr(ExprKind::Bad, range.end, range.end, range.end));
            }
        }
        if let Some(at) = error_at {
            match (named == typed, type_params) {
                (true, true) => self.error(self.pos(), "missing type constraint"),
                (true, false) => self.error(self.pos(), "missing parameter type"),
                (false, true) => self.error(at, format!("missing type parameter name{or_length}")),
                (false, false) => {
                    // It says more than what was reported behind it.
                    let upto = std::mem::replace(&mut self.errors_upto, 0);
                    self.error(at, "missing parameter name");
                    self.errors_upto = self.errors_upto.max(upto);
                }
            }
        }
    }

    fn check_dots(&mut self, list: &mut [Param], dots: bool) {
        let count = list.len();
        let mut reported = false;
        for (i, param) in list.iter_mut().enumerate() {
            let Some(ty) = param.ty else { continue };
            if !matches!(self.ast[ty].kind, ExprKind::Ellipsis(_)) || dots && i + 1 == count {
                continue;
            }
            if !reported {
                reported = true;
                let message = if dots { "can only use ... with final parameter" } else { "invalid use of ..." };
                self.error(self.start_of(ty), message);
            }
            self.ast.exprs[ty.idx()].kind = ExprKind::Bad;
        }
    }

    // ---- interfaces

    fn interface_type(&mut self) -> ExprId {
        let start = self.expect(Tok::Interface);
        self.expect(Tok::LBrace);
        let mut elems = Vec::new();
        loop {
            let lead = self.lead_comment(self.at);
            let elem = match self.tok {
                Tok::Ident => self.method_or_embedded(),
                Tok::Tilde => InterfaceElem::Embed(self.embedded_elem(None)),
                // Where nesting is too deep, everything is a bad type, for ever.
                Tok::Eof => break,
                _ => match self.try_type() {
                    Some(ty) => InterfaceElem::Embed(self.embedded_elem(Some(ty))),
                    None => break,
                },
            };
            let comment = lead.or_else(|| self.line_comment());
            self.expect_semi();
            elems.push(match elem {
                InterfaceElem::Method { name, ty, .. } => InterfaceElem::Method { name, ty, doc: comment },
                embed => embed,
            });
        }
        self.expect(Tok::RBrace);
        self.new_expr(ExprKind::InterfaceType { elems }, start, self.prev_end, start)
    }

    fn method_or_embedded(&mut self) -> InterfaceElem {
        let start = self.pos();
        let name = self.ident();
        let embedded = match self.tok {
            Tok::LParen => {
                let ty = self.signature(start, Vec::new());
                return InterfaceElem::Method { name, ty, doc: None };
            }
            Tok::LBrack => {
                let open = self.pos();
                self.next();
                self.expr_level += 1;
                let first = self.expr();
                self.expr_level -= 1;
                if let ExprKind::Ident(param) = self.ast[first].kind
                    && !matches!(self.tok, Tok::Comma | Tok::RBrack)
                {
                    // `m[T any]()`: read for better recovery.
                    self.parameter_list(Some(param), None, Tok::RBrack, false);
                    self.expect(Tok::RBrack);
                    self.error(open, "interface method must have no type parameters");
                    let ty = self.signature(start, Vec::new());
                    return InterfaceElem::Method { name, ty, doc: None };
                }
                let mut indices = vec![first];
                if self.tok != Tok::RBrack && self.comma_or_end("type argument list", Tok::RBrack) {
                    self.expr_level += 1;
                    while !matches!(self.tok, Tok::RBrack | Tok::Eof) {
                        indices.push(self.ty());
                        if !self.comma_or_end("type argument list", Tok::RBrack) {
                            break;
                        }
                    }
                    self.expr_level -= 1;
                }
                self.expect_closing(Tok::RBrack, "type argument list");
                let x = self.ident_expr(name);
                self.new_expr(ExprKind::Index { x, indices }, start, self.prev_end, open)
            }
            _ => self.qualified_ident(Some(name)),
        };
        InterfaceElem::Embed(self.embedded_elem(Some(embedded)))
    }

    /// A union of terms: `~int | string`; `first` if its first term has been read.
    pub(super) fn embedded_elem(&mut self, first: Option<ExprId>) -> ExprId {
        let mut x = match first {
            Some(x) => x,
            None => self.embedded_term(),
        };
        let mut links = 0;
        while self.tok == Tok::Or {
            links += 1;
            if !self.link() {
                break;
            }
            let op = self.pos();
            self.next();
            let y = self.embedded_term();
            x = self.new_expr(ExprKind::Binary { op: BinaryOp::Or, x, y }, self.start_of(x), self.end_of(y), op);
        }
        self.chain -= links;
        x
    }

    fn embedded_term(&mut self) -> ExprId {
        let start = self.pos();
        if self.eat(Tok::Tilde) {
            let x = self.ty();
            return self.new_expr(ExprKind::Unary { op: UnaryOp::Tilde, x }, start, self.end_of(x), start);
        }
        if let Some(ty) = self.try_type() {
            return ty;
        }
        self.error_expected(start, "~ term or type");
        self.skip_to_expr_end();
        self.bad_expr(start)
    }
}
