//! Files and declarations.

use std::borrow::Cow;

use super::imports::ImportEntry;
use super::lists::{ListStyle, Params};
use super::printer::{Gap, Printer};
use crate::ast::*;
use crate::lex::unquote_string;
use crate::token::Tok;

/// A constant or variable specification.
#[derive(Clone, Copy)]
struct ValueSpec<'a> {
    names: &'a [IdentId],
    ty: Option<ExprId>,
    values: &'a [ExprId],
    start: u32,
}

fn value_spec(spec: &Spec) -> Option<ValueSpec<'_>> {
    match spec {
        Spec::Const { names, ty, values, range, .. } | Spec::Var { names, ty, values, range, .. } => {
            Some(ValueSpec { names, ty: *ty, values, start: range.start })
        }
        _ => None,
    }
}

/// Which specifications keep a column for the type: all of a run with values, if one of them has a type.
fn keeps_type_column(specs: &[ValueSpec]) -> Vec<bool> {
    let mut keeps = vec![false; specs.len()];
    let mut start = 0;
    while start < specs.len() {
        if specs[start].values.is_empty() {
            start += 1;
            continue;
        }
        let end = specs[start..].iter().position(|s| s.values.is_empty()).map_or(specs.len(), |n| start + n);
        keeps[start..end].fill(specs[start..end].iter().any(|s| s.ty.is_some()));
        start = end;
    }
    keeps
}

impl<'a> Printer<'a> {
    /// A file: its declarations, with the imports of each as they are to be printed.
    pub fn file(&mut self, decls: &'a [DeclAst], imports: &'a [Vec<ImportEntry<'a>>]) {
        let mut previous = Tok::Illegal;
        for (decl, imports) in decls.iter().zip(imports) {
            self.enter_decl(decl);
            match &decl.kind {
                DeclKind::Bad => {}
                DeclKind::Package(name) => {
                    let keyword = decl.sig[*name].range.start;
                    let keyword = self.src.start(self.src.token_at(keyword).saturating_sub(1));
                    self.tok_at(Tok::Package, keyword);
                    self.blank();
                    self.ident(*name);
                }
                DeclKind::Gen(gen_decl) => {
                    let start = gen_decl.range.start;
                    let tok = self.src.tok(self.src.token_at(start));
                    self.before_decl(start, previous != tok || self.src.has_doc(start), false);
                    self.gen_decl(gen_decl, Some(imports));
                    previous = tok;
                }
                DeclKind::Func(func) => {
                    let start = func.ty.range.start;
                    let end = match decl.bodies.first().filter(|_| func.has_body) {
                        Some(body) => body.block.range.end,
                        None => func.ty.range.end,
                    };
                    let several_lines = self.line_of(start) != self.line_of(end);
                    self.before_decl(start, previous != Tok::Func || self.src.has_doc(start), several_lines);
                    self.func_decl(func);
                    previous = Tok::Func;
                }
            }
        }
        self.gap(Gap::Newline);
    }

    fn before_decl(&mut self, start: u32, set_apart: bool, section: bool) {
        if self.state.sheet.is_empty() {
            return;
        }
        let line = self.line_of(start);
        self.line_break(line, if set_apart { 2 } else { 1 }, Gap::None, section);
    }

    fn func_decl(&mut self, func: &'a FuncDecl) {
        let start = func.ty.range.start;
        self.tok_at(Tok::Func, start);
        self.blank();
        let column = i64::from(self.state.out_col) - 5;
        if let Some(recv) = &func.recv {
            self.parameters(recv, self.src.token_at(start + 4), Params::Values);
            self.blank();
        }
        self.ident(func.name);
        self.signature(&func.ty, self.ast[func.name].range.end);
        if func.has_body {
            let header = self.distance_from(start, column);
            self.separate_body(0, header, Gap::Cell);
        }
    }

    /// `import`, `const`, `type` or `var`; `imports` are the specifications of the first.
    pub fn gen_decl(&mut self, decl: &'a GenDecl, imports: Option<&'a [ImportEntry<'a>]>) {
        let keyword = self.src.token_at(decl.range.start);
        let tok = self.src.tok(keyword);
        self.tok_at(tok, decl.range.start);
        self.blank();
        let imports = imports.unwrap_or_default();
        if self.src.tok(keyword + 1) != Tok::LParen {
            match &decl.specs[..] {
                [Spec::Import(_)] => {
                    if let Some(entry) = imports.first() {
                        self.import(entry);
                    }
                }
                [spec] => self.single_spec(spec),
                _ => {}
            }
            return;
        }
        let open = self.src.start(keyword + 1);
        let close = self.src.start(self.src.partner(keyword + 1));
        self.tok_at(Tok::LParen, open);
        if !decl.specs.is_empty() {
            self.indent();
            self.gap(Gap::Section);
            if tok == Tok::Import {
                self.listed(imports, |e| e.start, |p, _, e| p.import(e));
            } else {
                self.specs(&decl.specs);
            }
            self.outdent();
            self.gap(Gap::Section);
        }
        self.tok_at(Tok::RParen, close);
    }

    /// Specifications one below the other.
    fn listed<T>(&mut self, list: &'a [T], start: impl Fn(&T) -> u32, print: impl Fn(&mut Self, usize, &'a T)) {
        let slot = self.open_slot();
        for (i, spec) in list.iter().enumerate() {
            if i > 0 {
                let line = self.line_of(start(spec));
                self.line_break(line, 1, Gap::None, self.left_line(slot));
            }
            self.record_line(slot);
            print(self, i, spec);
        }
        self.close_slot();
    }

    fn specs(&mut self, specs: &'a [Spec]) {
        let start = |spec: &Spec| match spec {
            Spec::Import(spec) => spec.range.start,
            Spec::Const { range, .. } | Spec::Var { range, .. } | Spec::Type { range, .. } => range.start,
        };
        let values: Vec<ValueSpec> = specs.iter().filter_map(value_spec).collect();
        if let [spec] = specs
            && !values.is_empty()
        {
            self.single_value(value_spec(spec), false);
        } else if !values.is_empty() {
            let keeps = keeps_type_column(&values);
            self.listed(specs, start, |p, i, spec| p.aligned_value(value_spec(spec), keeps.get(i).copied().unwrap_or(false)));
        } else {
            let gap = if specs.len() == 1 { Gap::Blank } else { Gap::Cell };
            self.listed(specs, start, |p, _, spec| p.type_spec(spec, gap));
        }
    }

    /// A specification without parentheses around it.
    fn single_spec(&mut self, spec: &'a Spec) {
        match spec {
            Spec::Const { .. } | Spec::Var { .. } => self.single_value(value_spec(spec), true),
            Spec::Type { .. } => self.type_spec(spec, Gap::Blank),
            Spec::Import(_) => {}
        }
    }

    fn single_value(&mut self, spec: Option<ValueSpec<'a>>, indent: bool) {
        let Some(spec) = spec else { return };
        self.ident_list(spec.names, indent);
        if let Some(ty) = spec.ty {
            self.blank();
            self.expr(ty);
        }
        if !spec.values.is_empty() {
            self.blank();
            self.tok(Tok::Assign);
            self.blank();
            self.expr_list(None, spec.values, 1, ListStyle::Plain, None);
        }
    }

    fn aligned_value(&mut self, spec: Option<ValueSpec<'a>>, keeps_type: bool) {
        let Some(spec) = spec else { return };
        self.ident_list(spec.names, false);
        let mut missing_cells = 3;
        if spec.ty.is_some() || keeps_type {
            self.gap(Gap::Cell);
            missing_cells -= 1;
        }
        if let Some(ty) = spec.ty {
            self.expr(ty);
        }
        if !spec.values.is_empty() {
            self.gap(Gap::Cell);
            self.tok(Tok::Assign);
            self.blank();
            self.expr_list(None, spec.values, 1, ListStyle::Plain, None);
            missing_cells -= 1;
        }
        let end = match (spec.values, spec.ty, spec.names) {
            ([.., value], ..) => self.end(*value),
            (_, Some(ty), _) => self.end(ty),
            (_, _, [.., name]) => self.ast[*name].range.end,
            _ => spec.start,
        };
        if self.src.trailing_group(end).is_some() {
            for _ in 0..missing_cells {
                self.gap(Gap::Cell);
            }
        }
    }

    fn type_spec(&mut self, spec: &'a Spec, gap: Gap) {
        let Spec::Type { name, tparams, alias, ty, .. } = spec else { return };
        self.ident(*name);
        if !tparams.is_empty() {
            let open = self.src.token_at(self.ast[*name].range.end);
            self.parameters(tparams, open, Params::TypeTypes);
        }
        self.gap(gap);
        if *alias {
            self.tok(Tok::Assign);
            self.blank();
        }
        self.expr(*ty);
    }

    fn import(&mut self, entry: &ImportEntry) {
        if let Some(name) = entry.name {
            self.at(entry.start);
            self.word(Tok::Ident, name);
            self.blank();
        }
        self.at(entry.path_start);
        self.word(Tok::String, &plain_path(entry.path));
        if let Some(end) = entry.end {
            self.at(end);
        }
    }
}

/// The literal of an import path in double quotes, if it is a path that needs no escapes.
fn plain_path(literal: &str) -> Cow<'_, str> {
    let Some(path) = unquote_string(literal).and_then(|bytes| String::from_utf8(bytes).ok()) else { return Cow::Borrowed(literal) };
    let odd = |c: char| c.is_control() || c.is_whitespace() || "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{fffd}".contains(c);
    if path.is_empty() || path.contains(odd) {
        return Cow::Borrowed(literal);
    }
    let quoted = format!("\"{path}\"");
    if quoted == literal { Cow::Borrowed(literal) } else { Cow::Owned(quoted) }
}
