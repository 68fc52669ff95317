//! Top-level declarations and the specs inside `import`, `const`, `type` and `var`.

use std::sync::Arc;

use super::Parser;
use crate::ast::*;
use crate::lex::unquote_string;
use crate::token::Tok;
use crate::{Name, TextRange};

impl Parser<'_> {
    /// One declaration and, if there is more text, what is wrong with it.
    pub(super) fn chunk(&mut self) -> DeclKind {
        let kind = match self.tok {
            Tok::Eof => return DeclKind::Bad,
            Tok::Package => self.package_clause(),
            Tok::Import | Tok::Const | Tok::Type | Tok::Var | Tok::Func => self.decl(),
            _ => DeclKind::Bad,
        };
        while self.tok != Tok::Eof {
            let before = self.at;
            match self.tok {
                // The splitter starts a new chunk at each of these, unless they are where none can be.
                Tok::Import | Tok::Const | Tok::Type | Tok::Var | Tok::Func => self.discard_decl(),
                _ => {
                    self.error_expected(self.pos(), "declaration");
                    self.skip_to_decl();
                }
            }
            if self.at == before {
                self.next();
            }
        }
        kind
    }

    /// A whole file: its declarations, the package clause among them.
    pub(super) fn file(&mut self) -> Vec<DeclAst> {
        let mut decls = Vec::new();
        if !self.errors.is_empty() && self.errors.iter().any(|e| e.range.start <= self.pos()) {
            return decls;
        }
        let lexical = self.errors.len();
        if self.tok == Tok::Package {
            let doc = self.lead_comment(self.at);
            let kind = self.package_clause();
            decls.push(self.take_decl(kind, doc));
        } else {
            self.error_expected(self.pos(), "'package'");
        }
        if self.errors.len() > lexical {
            return decls;
        }
        let mut previous = Tok::Import;
        while self.tok != Tok::Eof {
            if self.tok == Tok::Import && previous != Tok::Import {
                self.error(self.pos(), "imports must appear before other declarations");
            }
            previous = self.tok;
            let before = self.at;
            match self.tok {
                Tok::Import | Tok::Const | Tok::Type | Tok::Var | Tok::Func => {
                    let doc = self.lead_comment(self.at);
                    let kind = self.decl();
                    decls.push(self.take_decl(kind, doc));
                }
                _ => {
                    self.error_expected(self.pos(), "declaration");
                    self.skip_to_decl();
                }
            }
            if self.at == before {
                self.next();
            }
        }
        decls
    }

    /// The declaration that was just read, out of the arenas, which are empty again.
    fn take_decl(&mut self, kind: DeclKind, doc: Option<TextRange>) -> DeclAst {
        let (sig, bodies) = (std::mem::take(&mut self.ast), std::mem::take(&mut self.bodies));
        DeclAst {
            kind,
            sig: Arc::new(sig),
            bodies: Arc::new(bodies),
            doc,
            comments: Vec::new(),
            bounds: Arc::default(),
            errors: Vec::new(),
        }
    }

    /// Reads a declaration that has no place in the tree, for its errors.
    fn discard_decl(&mut self) {
        let ast = std::mem::take(&mut self.ast);
        let bodies = std::mem::take(&mut self.bodies);
        self.decl();
        self.ast = ast;
        self.bodies = bodies;
    }

    fn package_clause(&mut self) -> DeclKind {
        self.next();
        let name = self.ident();
        self.expect_semi();
        DeclKind::Package(name)
    }

    fn decl(&mut self) -> DeclKind {
        if self.tok == Tok::Func { self.func_decl() } else { DeclKind::Gen(self.gen_decl(self.tok)) }
    }

    /// A function whose text ends with the `{` of its body, if it is that and without errors.
    pub(super) fn func_header(&mut self) -> Option<DeclKind> {
        if self.tok != Tok::Func {
            return None;
        }
        let func = self.func_signature();
        let whole = self.errors.is_empty() && self.tok == Tok::LBrace && self.peek(1) == Tok::Eof;
        whole.then_some(DeclKind::Func(FuncDecl { has_body: true, ..func }))
    }

    /// A function up to its body, from `func` on.
    fn func_signature(&mut self) -> FuncDecl {
        let start = self.pos();
        self.next();
        // Body 0 is the function's own, whatever function literals its signature may hold.
        self.bodies.push(BodyAst { ast: Ast::default(), block: Block::default() });
        let recv = (self.tok == Tok::LParen).then(|| self.parameters());
        let name = self.ident();
        let mut tparams = Vec::new();
        if self.tok == Tok::LBrack {
            // Those of a method need Go 1.27: the type checker says so.
            tparams = self.type_parameters();
        }
        let ty = self.signature(start, tparams);
        FuncDecl { recv, name, ty, has_body: false }
    }

    fn func_decl(&mut self) -> DeclKind {
        let func = self.func_signature();
        let mut has_body = false;
        match self.tok {
            Tok::LBrace => has_body = true,
            Tok::Semi => {
                self.next();
                if self.tok == Tok::LBrace {
                    self.error(self.pos(), "unexpected semicolon or newline before {");
                    has_body = true;
                }
            }
            _ => {
                self.expect_semi();
                has_body = self.tok == Tok::LBrace;
            }
        }
        if has_body {
            self.body_at(0, true);
            self.expect_semi();
        } else if self.bodies.len() == 1 {
            self.bodies.clear();
        }
        DeclKind::Func(FuncDecl { has_body, ..func })
    }

    /// `import`, `const`, `type` or `var`, from the keyword on.
    pub(super) fn gen_decl(&mut self, keyword: Tok) -> GenDecl {
        let start = self.pos();
        let doc = self.lead_comment(self.at);
        self.next();
        let mut specs = Vec::new();
        if self.tok != Tok::LParen {
            let spec = self.spec(keyword, 0, doc);
            let end = spec_range(&spec).end;
            return GenDecl { specs: vec![spec], range: TextRange::new(start, end.max(start)) };
        }
        self.next();
        let mut iota = 0;
        while !matches!(self.tok, Tok::RParen | Tok::Eof) {
            let before = self.at;
            let lead = self.lead_comment(self.at);
            specs.push(self.spec(keyword, iota, lead));
            iota += 1;
            if self.at == before {
                self.next();
            }
        }
        self.expect(Tok::RParen);
        let range = TextRange::new(start, self.prev_end.max(start));
        self.expect_semi();
        GenDecl { specs, range }
    }

    fn spec(&mut self, keyword: Tok, iota: u32, doc: Option<TextRange>) -> Spec {
        match keyword {
            Tok::Import => Spec::Import(self.import_spec()),
            Tok::Type => self.type_spec(doc),
            _ => self.value_spec(keyword, iota, doc),
        }
    }

    fn import_spec(&mut self) -> ImportSpec {
        let start = self.pos();
        let name = match self.tok {
            Tok::Ident => Some(self.ident()),
            Tok::Period => {
                let dot = self.new_ident(".", self.token().range());
                self.next();
                Some(dot)
            }
            _ => None,
        };
        let pos = self.pos();
        let mut path = Name::new("");
        let mut path_range = TextRange::at(pos);
        if self.tok == Tok::String {
            path_range = self.token().range();
            if let Some(text) = unquote_string(self.token_text()) {
                path = Name::new(&String::from_utf8_lossy(&text));
            }
            self.next();
        } else if self.tok.is_literal() {
            self.error(pos, "import path must be a string");
            self.next();
        } else {
            self.error(pos, "missing import path");
            if self.whole_file {
                self.skip_to_expr_end();
            } else if !self.at_boundary() && !matches!(self.tok, Tok::RParen | Tok::Comma) {
                self.next();
            }
        }
        let range = TextRange::new(start, self.prev_end.max(start));
        self.expect_semi();
        ImportSpec { name, path, path_range, range }
    }

    fn value_spec(&mut self, keyword: Tok, iota: u32, lead: Option<TextRange>) -> Spec {
        let start = self.pos();
        let names = self.ident_list();
        let mut ty = None;
        let mut values = Vec::new();
        if keyword == Tok::Const {
            if !matches!(self.tok, Tok::Eof | Tok::Semi | Tok::RParen) {
                ty = self.try_type();
            }
        } else if self.tok != Tok::Assign {
            ty = Some(self.ty());
        }
        if self.eat(Tok::Assign) {
            values = self.expr_list(true);
        }
        let doc = lead.or_else(|| self.line_comment());
        let end = match (values.last(), ty, names.last()) {
            (Some(value), ..) => self.end_of(*value),
            (None, Some(ty), _) => self.end_of(ty),
            (None, None, Some(name)) => self.ast[*name].range.end,
            (None, None, None) => start,
        };
        self.expect_semi();
        let range = TextRange::new(start, end.max(start));
        if keyword == Tok::Const {
            Spec::Const { names, ty, values, iota, doc, range }
        } else {
            Spec::Var { names, ty, values, doc, range }
        }
    }

    fn type_spec(&mut self, lead: Option<TextRange>) -> Spec {
        let start = self.pos();
        let name = self.ident();
        let mut tparams = Vec::new();
        let mut op_pos = None;
        let ty = if self.tok == Tok::LBrack {
            let open = self.pos();
            self.next();
            if self.tok == Tok::Ident {
                // An array length or a type parameter: `[N]T`, `[P any]`, `[P *C]`, ... If the name is followed by `[`, it is the
                // parameter of a constraint like `[]E`, because an index is no constant.
                let ident = self.ident();
                let mut x = self.ident_expr(ident);
                if self.tok != Tok::LBrack {
                    self.expr_level += 1;
                    let left = self.primary_expr_from(x);
                    x = self.binary_expr(Some(left), 1);
                    self.expr_level -= 1;
                }
                let (param, constraint) = self.extract_name(x, self.tok == Tok::Comma);
                match param {
                    Some(param) if constraint.is_some() || self.tok != Tok::RBrack => {
                        tparams = self.parameter_list(Some(param), constraint, Tok::RBrack, false);
                        self.expect(Tok::RBrack);
                        op_pos = self.eat_assign();
                        self.ty()
                    }
                    _ => self.array_type(open, Some(x)),
                }
            } else {
                self.array_type(open, None)
            }
        } else {
            op_pos = self.eat_assign();
            self.ty()
        };
        let doc = lead.or_else(|| self.line_comment());
        let range = TextRange::new(start, self.end_of(ty).max(start));
        self.expect_semi();
        Spec::Type { name, tparams, alias: op_pos.is_some(), op_pos, ty, doc, range }
    }

    /// Consumes the `=` of an alias, if there is one; where it stands.
    fn eat_assign(&mut self) -> Option<u32> {
        let pos = self.pos();
        self.eat(Tok::Assign).then_some(pos)
    }

    /// Splits `P *C`, `P (C)` and `P *C | D`, which were read as expressions, into a type parameter and its constraint. That is done
    /// only if the constraint can't be a value, or if `force` says so. A lone name has no constraint.
    fn extract_name(&mut self, x: ExprId, force: bool) -> (Option<IdentId>, Option<ExprId>) {
        // Down the left side of a union, then up again with the constraint in the place of its first term.
        let mut force = force;
        let mut union = Vec::new();
        let mut first = x;
        while let ExprKind::Binary { op: BinaryOp::Or, x: left, y } = self.ast[first].kind {
            force = force || self.is_type_elem(y);
            union.push((y, self.ast[first].op));
            first = left;
        }
        let (name, mut constraint) = match self.extract_first(first, force) {
            (Some(name), Some(constraint)) => (name, constraint),
            (Some(name), None) if union.is_empty() => return (Some(name), None),
            _ => return (None, None),
        };
        for (y, op) in union.into_iter().rev() {
            let kind = ExprKind::Binary { op: BinaryOp::Or, x: constraint, y };
            constraint = self.new_expr(kind, self.start_of(constraint), self.end_of(y), op);
        }
        (Some(name), Some(constraint))
    }

    fn extract_first(&mut self, x: ExprId, force: bool) -> (Option<IdentId>, Option<ExprId>) {
        let (op_pos, end) = (self.ast[x].op, self.end_of(x));
        let (operand, constraint, star) = match &self.ast[x].kind {
            ExprKind::Ident(name) => return (Some(*name), None),
            ExprKind::Binary { op: BinaryOp::Mul, x, y } => (*x, *y, true),
            ExprKind::Call { fun, args, ellipsis: None, .. } if args.len() == 1 => (*fun, args[0], false),
            _ => return (None, None),
        };
        let ExprKind::Ident(name) = self.ast[operand].kind else { return (None, None) };
        if !force && !self.is_type_elem(constraint) {
            return (None, None);
        }
        let kind = if star { ExprKind::Star(constraint) } else { ExprKind::Paren(constraint) };
        (Some(name), Some(self.new_expr(kind, op_pos, end, op_pos)))
    }

    /// Whether `x` can only be a type or constraint, never a value. Recursion goes to the right only, whose depth the parser bounds.
    fn is_type_elem(&self, x: ExprId) -> bool {
        let mut x = x;
        while let ExprKind::Binary { x: left, y, .. } = self.ast[x].kind {
            if self.is_type_elem(y) {
                return true;
            }
            x = left;
        }
        match &self.ast[x].kind {
            ExprKind::ArrayType { .. }
            | ExprKind::StructType { .. }
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType { .. }
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. } => true,
            ExprKind::Unary { op, .. } => *op == UnaryOp::Tilde,
            ExprKind::Paren(x) => self.is_type_elem(*x),
            _ => false,
        }
    }
}

fn spec_range(spec: &Spec) -> TextRange {
    match spec {
        Spec::Import(spec) => spec.range,
        Spec::Const { range, .. } | Spec::Var { range, .. } | Spec::Type { range, .. } => *range,
    }
}
