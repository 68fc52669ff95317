//! Lists: expressions with commas, parameters, struct fields, interface elements. Line breaks are those of the source; what is
//! aligned and where alignment ends is decided here.

use super::printer::{Gap, Printer, Sized};
use crate::ast::*;
use crate::token::Tok;

/// How a list of expressions is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListStyle {
    /// Broken lists are indented.
    Plain,
    /// The same, with a comma behind the last element if the closing bracket stands on another line.
    WithComma,
    /// Broken lists are not indented.
    Unindented,
}

/// Which brackets parameters stand in, and why.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Params {
    /// `(a int)`
    Values,
    /// `[P any]` of a function.
    FuncTypes,
    /// `[P any]` of a type declaration, where it must not look like an array's length.
    TypeTypes,
}

/// An element of a list.
pub(super) trait Listed: Copy {
    fn start(self, p: &Printer) -> u32;
    fn end(self, p: &Printer) -> u32;
    fn print(self, p: &mut Printer, depth: u32);
    /// Key, colon and value.
    fn pair(self, _p: &Printer) -> Option<(ExprId, u32, ExprId)> {
        None
    }
    /// Its length if it fits on one line.
    fn size(self, p: &mut Printer) -> Option<usize>;
}

impl Listed for ExprId {
    fn start(self, p: &Printer) -> u32 {
        p.start(self)
    }
    fn end(self, p: &Printer) -> u32 {
        p.end(self)
    }
    fn print(self, p: &mut Printer, depth: u32) {
        p.expr_in(self, depth);
    }
    fn pair(self, p: &Printer) -> Option<(ExprId, u32, ExprId)> {
        match p.ast[self].kind {
            ExprKind::KeyValue { key, value } => Some((key, p.ast[self].op, value)),
            _ => None,
        }
    }
    fn size(self, p: &mut Printer) -> Option<usize> {
        let size = p.expr_size(self, NO_LIMIT);
        (size <= NO_LIMIT).then_some(size)
    }
}

impl Listed for IdentId {
    fn start(self, p: &Printer) -> u32 {
        p.ast[self].range.start
    }
    fn end(self, p: &Printer) -> u32 {
        p.ast[self].range.end
    }
    fn print(self, p: &mut Printer, _depth: u32) {
        p.ident(self);
    }
    fn size(self, p: &mut Printer) -> Option<usize> {
        Some(p.ast[self].name.len())
    }
}

/// Longer than any line.
const NO_LIMIT: usize = 1_000_000;
/// Struct and interface types with one field of at most this size may stand on one line.
const ONE_LINE_FIELD: usize = 30;

/// The sizes of the keys that are aligned with each other: one that differs much from the others starts a new alignment.
#[derive(Default)]
struct Sizes {
    log_sum: f64,
    count: u32,
}

impl Sizes {
    fn add(&mut self, size: usize) {
        self.log_sum += crude_log2(size);
        self.count += 1;
    }

    /// Whether a key of `size` behind one of `previous` is out of line.
    fn breaks(&self, previous: usize, size: usize) -> bool {
        const SMALL: usize = 40;
        const RATIO: f64 = 2.5;
        if self.count == 0 || previous <= SMALL && size <= SMALL {
            return false;
        }
        let ratio = size as f64 / crude_exp2(self.log_sum / f64::from(self.count));
        RATIO * ratio <= 1.0 || RATIO <= ratio
    }
}

/// An approximation of the logarithm, the same on all machines: exact at powers of two, linear between them.
fn crude_log2(x: usize) -> f64 {
    let exponent = f64::from(usize::BITS - x.leading_zeros());
    let fraction = x as f64 / 2f64.powi(exponent as i32);
    exponent + 2.0 * (fraction - 1.0)
}

fn crude_exp2(x: f64) -> f64 {
    let whole = x.floor();
    (1.0 + (x - whole)) * 2f64.powi(whole as i32)
}

impl<'a> Printer<'a> {
    pub fn expr_size(&mut self, e: ExprId, limit: usize) -> usize {
        match &self.ast[e].kind {
            ExprKind::Ident(id) => self.ast[*id].name.len().min(limit + 1),
            ExprKind::BasicLit { .. } => {
                let text = self.ast[e].range.of(self.src.text);
                if text.contains('\n') { limit + 1 } else { text.len().min(limit + 1) }
            }
            _ => self.measure(Some(Sized::Expr(self.arena, e)), limit, |p| p.expr(e)),
        }
    }

    /// A list of identifiers; `indent`: whether it is indented if it is broken.
    pub fn ident_list(&mut self, names: &[IdentId], indent: bool) {
        let style = if indent { ListStyle::Plain } else { ListStyle::Unindented };
        self.expr_list(None, names, 1, style, None);
    }

    /// Elements with commas between them. `previous` and `next` are where the tokens around the list stand, if that matters.
    pub fn expr_list<T: Listed>(&mut self, previous: Option<u32>, list: &[T], depth: u32, style: ListStyle, next: Option<u32>) {
        let [first, .., last] = match list {
            [] => return,
            [one] => [*one, *one],
            [first, .., last] => [*first, *last],
        };
        let previous_line = previous.map_or(0, |at| self.line_of(at));
        let line = self.line_of(first.start(self));
        let end_line = self.line_of(last.end(self));
        if previous_line == line && line == end_line {
            for (i, x) in list.iter().enumerate() {
                if i > 0 {
                    self.at(x.start(self));
                    self.tok(Tok::Comma);
                    self.blank();
                }
                x.print(self, depth);
            }
            return;
        }
        self.broken_list(previous, previous_line, list, depth, style, next);
    }

    fn broken_list<T: Listed>(
        &mut self,
        previous: Option<u32>,
        previous_line: u32,
        list: &[T],
        depth: u32,
        style: ListStyle,
        next: Option<u32>,
    ) {
        let mut indent = if style == ListStyle::Unindented { Gap::None } else { Gap::In };
        let mut indented = false;
        let first_line = self.line_of(list[0].start(self));
        let mut last_break = None;
        if previous.is_some() && previous_line < first_line && self.line_break(first_line, 0, indent, true) > 0 {
            (indent, indented) = (Gap::None, true);
            last_break = Some(0);
        }
        let mut sizes = Sizes::default();
        let mut size = None;
        // Sizes matter only if elements start on different lines.
        let last_line = self.line_of(list[list.len() - 1].start(self));
        let measures = previous.is_some() && next.is_some() && previous_line != last_line;
        let mut line_before = previous_line;
        for (i, x) in list.iter().enumerate() {
            if self.state.overflow {
                return;
            }
            let line = self.line_of(x.start(self));
            let pair = x.pair(self);
            let size_before = size;
            size = None;
            if measures {
                size = x.size(self);
                if let (Some(_), Some((key, ..))) = (size, pair) {
                    size = Some(self.expr_size(key, NO_LIMIT));
                }
                size = size.filter(|s| *s > 0);
            }
            // Alignment ends unless two sizes are alike.
            let ends_alignment = match (size_before, size) {
                (Some(before), Some(size)) => sizes.breaks(before, size),
                _ => true,
            };
            let breaks = 0 < line_before && line_before < line;
            if i > 0 {
                if !breaks {
                    self.at(x.start(self));
                }
                self.tok(Tok::Comma);
                let mut blank = true;
                if breaks {
                    // One element after another on its own line may be aligned; behind several on one line alignment ends.
                    let several = last_break.is_none_or(|b| b + 1 < i);
                    let count = self.line_break(line, 0, indent, ends_alignment || several);
                    if count > 0 {
                        (indent, indented) = (Gap::None, true);
                        last_break = Some(i);
                        blank = false;
                    }
                    if count > 1 {
                        sizes = Sizes::default();
                    }
                }
                if blank {
                    self.blank();
                }
            }
            match pair {
                Some((key, colon, value)) if list.len() > 1 && size.is_some() && breaks => {
                    self.expr(key);
                    self.tok_at(Tok::Colon, colon);
                    self.gap(Gap::Cell);
                    self.expr(value);
                }
                _ => x.print(self, depth),
            }
            if let Some(size) = size {
                sizes.add(size);
            }
            line_before = line;
        }
        let outdents = indented && style != ListStyle::Unindented;
        if style == ListStyle::WithComma && next.is_some_and(|next| self.state.pos.line < self.line_of(next)) {
            self.tok(Tok::Comma);
            if outdents {
                self.outdent();
            }
            self.gap(Gap::Section);
        } else if outdents {
            self.outdent();
        }
    }

    // ---- parameters

    fn strip_parens(&self, e: ExprId) -> ExprId {
        let mut e = e;
        while let ExprKind::Paren(x) = self.ast[e].kind {
            e = x;
        }
        e
    }

    /// Parameters; `open` is the index of the bracket's token.
    pub fn parameters(&mut self, fields: &'a [Field], open: usize, kind: Params) {
        let (opening, closing) = if kind == Params::Values { (Tok::LParen, Tok::RParen) } else { (Tok::LBrack, Tok::RBrack) };
        let open_pos = self.src.start(open);
        let close_pos = self.src.start(self.src.partner(open));
        self.tok_at(opening, open_pos);
        if let Some(first) = fields.first() {
            let mut line_before = self.line_of(open_pos);
            let mut indent = Gap::In;
            for (i, field) in fields.iter().enumerate() {
                let start = self.field_start(field);
                let line = self.line_of(start);
                let breaks = line_before < line;
                if i > 0 {
                    if !breaks {
                        self.at(start);
                    }
                    self.tok(Tok::Comma);
                }
                if breaks && self.line_break(line, 0, indent, true) > 0 {
                    indent = Gap::None;
                } else if i > 0 {
                    self.blank();
                }
                if !field.names.is_empty() {
                    self.ident_list(&field.names, indent == Gap::In);
                    self.blank();
                }
                self.expr(self.strip_parens(field.ty));
                line_before = self.line_of(self.end(field.ty));
            }
            let close_line = self.line_of(close_pos);
            if line_before < close_line {
                self.tok(Tok::Comma);
                self.line_break(close_line, 0, Gap::None, true);
            } else if kind == Params::TypeTypes && field_count(fields) == 1 && self.combines_with_name(self.strip_parens(first.ty)) {
                // `[P *T,]` would be an array length without the comma.
                self.tok(Tok::Comma);
            }
            if indent == Gap::None {
                self.outdent();
            }
        }
        self.tok_at(closing, close_pos);
    }

    /// Whether a constraint could be read as part of an expression that starts with the parameter's name.
    fn combines_with_name(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            match self.ast[e].kind {
                ExprKind::Star(x) | ExprKind::Paren(x) => return !self.is_type_element(x),
                ExprKind::Binary { x, y, .. } => {
                    if self.is_type_element(y) {
                        return false;
                    }
                    e = x;
                }
                _ => return false,
            }
        }
    }

    fn is_type_element(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            match &self.ast[e].kind {
                ExprKind::ArrayType { .. }
                | ExprKind::StructType { .. }
                | ExprKind::FuncType(_)
                | ExprKind::InterfaceType { .. }
                | ExprKind::MapType { .. }
                | ExprKind::ChanType { .. } => return true,
                ExprKind::Unary { op, .. } => return *op == UnaryOp::Tilde,
                ExprKind::Binary { x, y, .. } => {
                    if self.is_type_element(*y) {
                        return true;
                    }
                    e = *x;
                }
                ExprKind::Paren(x) => e = *x,
                _ => return false,
            }
        }
    }

    /// Type parameters, parameters and results, whose first bracket is the first token at or behind `from`.
    pub fn signature(&mut self, ty: &'a FuncType, from: u32) {
        let mut open = self.src.token_at(from);
        if !ty.tparams.is_empty() {
            self.parameters(&ty.tparams, open, Params::FuncTypes);
            open = self.src.partner(open) + 1;
        }
        self.parameters(&ty.params, open, Params::Values);
        open = self.src.partner(open) + 1;
        if ty.results.is_empty() {
            return;
        }
        self.blank();
        match &ty.results[..] {
            [only] if only.names.is_empty() => self.expr(self.strip_parens(only.ty)),
            results => self.parameters(results, open, Params::Values),
        }
    }

    // ---- struct and interface types

    fn field_start(&self, field: &Field) -> u32 {
        match field.names.first() {
            Some(name) => self.ast[*name].range.start,
            None => self.start(field.ty),
        }
    }

    fn field_end(&self, field: &Field) -> u32 {
        self.end(field.tag.unwrap_or(field.ty))
    }

    fn is_short_field(&mut self, field: &Field) -> bool {
        if field.tag.is_some() || self.src.trailing_group(self.field_end(field)).is_some() {
            return false;
        }
        let names = usize::from(!field.names.is_empty());
        names + self.expr_size(field.ty, ONE_LINE_FIELD) <= ONE_LINE_FIELD
    }

    pub fn struct_fields(&mut self, fields: &'a [Field], lbrace: u32) {
        let rbrace = self.src.closing(lbrace);
        let has_comments = self.comment_before(rbrace);
        if !has_comments && self.line_of(lbrace) == self.line_of(rbrace) {
            match fields {
                [] => return self.empty_braces(lbrace, rbrace),
                [field] if self.is_short_field(field) => {
                    self.tok_at(Tok::LBrace, lbrace);
                    self.blank();
                    for (i, name) in field.names.iter().enumerate() {
                        if i > 0 {
                            self.tok(Tok::Comma);
                            self.blank();
                        }
                        self.ident(*name);
                    }
                    if !field.names.is_empty() {
                        self.blank();
                    }
                    self.expr(field.ty);
                    self.blank();
                    self.tok_at(Tok::RBrace, rbrace);
                    return;
                }
                _ => {}
            }
        }
        self.open_fields(lbrace, has_comments || !fields.is_empty());
        let separator = if fields.len() == 1 { Gap::Blank } else { Gap::Cell };
        let slot = self.open_slot();
        for (i, field) in fields.iter().enumerate() {
            if self.state.overflow {
                return;
            }
            if i > 0 {
                let line = self.line_of(self.field_start(field));
                self.line_break(line, 1, Gap::None, self.left_line(slot));
            }
            self.record_line(slot);
            self.struct_field(field, separator);
        }
        self.close_slot();
        self.close_fields(rbrace);
    }

    fn struct_field(&mut self, field: &'a Field, separator: Gap) {
        let mut missing_cells = 2;
        if field.names.is_empty() {
            self.expr(field.ty);
        } else {
            self.ident_list(&field.names, false);
            self.gap(separator);
            self.expr(field.ty);
            missing_cells = 1;
        }
        if let Some(tag) = field.tag {
            if !field.names.is_empty() && separator == Gap::Cell {
                self.gap(separator);
            }
            self.gap(separator);
            self.expr(tag);
            missing_cells = 0;
        }
        if self.src.trailing_group(self.field_end(field)).is_some() {
            for _ in 0..missing_cells {
                self.gap(separator);
            }
        }
    }

    fn empty_braces(&mut self, lbrace: u32, rbrace: u32) {
        self.tok_at(Tok::LBrace, lbrace);
        self.tok_at(Tok::RBrace, rbrace);
    }

    fn open_fields(&mut self, lbrace: u32, breaks: bool) {
        self.blank();
        self.tok_at(Tok::LBrace, lbrace);
        self.indent();
        if breaks {
            self.gap(Gap::Section);
        }
    }

    fn close_fields(&mut self, rbrace: u32) {
        self.outdent();
        self.gap(Gap::Section);
        self.tok_at(Tok::RBrace, rbrace);
    }

    fn element_range(&self, elem: &InterfaceElem) -> (u32, u32) {
        match elem {
            InterfaceElem::Method { name, ty, .. } => (self.ast[*name].range.start, ty.range.end),
            InterfaceElem::Embed(x) => (self.start(*x), self.end(*x)),
        }
    }

    fn is_short_element(&mut self, elem: &'a InterfaceElem) -> bool {
        if self.src.trailing_group(self.element_range(elem).1).is_some() {
            return false;
        }
        let size = match elem {
            InterfaceElem::Method { name, ty, .. } => {
                let from = self.ast[*name].range.end;
                let open = self.src.start(self.src.token_at(from));
                let size = self.measure(None, ONE_LINE_FIELD, |p| {
                    p.tok_at(Tok::Func, open);
                    p.signature(ty, from);
                });
                1 + size
            }
            InterfaceElem::Embed(x) => self.expr_size(*x, ONE_LINE_FIELD),
        };
        size <= ONE_LINE_FIELD
    }

    fn interface_elem(&mut self, elem: &'a InterfaceElem) {
        match elem {
            InterfaceElem::Method { name, ty, .. } => {
                self.ident(*name);
                self.signature(ty, self.ast[*name].range.end);
            }
            InterfaceElem::Embed(x) => self.expr(*x),
        }
    }

    pub fn interface_elems(&mut self, elems: &'a [InterfaceElem], lbrace: u32) {
        let rbrace = self.src.closing(lbrace);
        let has_comments = self.comment_before(rbrace);
        if !has_comments && self.line_of(lbrace) == self.line_of(rbrace) {
            match elems {
                [] => return self.empty_braces(lbrace, rbrace),
                [elem] if self.is_short_element(elem) => {
                    self.tok_at(Tok::LBrace, lbrace);
                    self.blank();
                    self.interface_elem(elem);
                    self.blank();
                    self.tok_at(Tok::RBrace, rbrace);
                    return;
                }
                _ => {}
            }
        }
        self.open_fields(lbrace, has_comments || !elems.is_empty());
        let slot = self.open_slot();
        for (i, elem) in elems.iter().enumerate() {
            if self.state.overflow {
                return;
            }
            if i > 0 {
                let line = self.line_of(self.element_range(elem).0);
                self.line_break(line, 1, Gap::None, self.left_line(slot));
            }
            self.record_line(slot);
            self.interface_elem(elem);
        }
        self.close_slot();
        self.close_fields(rbrace);
    }
}

/// How many parameters there are.
fn field_count(fields: &[Field]) -> usize {
    fields.iter().map(|f| f.names.len().max(1)).sum()
}
