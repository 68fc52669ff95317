//! The place a refactoring is asked for, and what they all ask of it.

use amigos_db::input::SourceFile;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{Ast, Block, ExprId, ExprKind, IdentId, LitBody, StmtId, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{LocalId, Mode, ObjRef};
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::analysis::View;
use crate::data::{FileId, TextEdit};
use crate::locate::{Spot, spot};

/// A selection in a declaration.
pub(crate) struct Site<'db> {
    pub view: View<'db>,
    pub file: SourceFile,
    pub id: FileId,
    pub spot: Spot<'db>,
    /// The selection without blanks at its ends, relative to the declaration; empty for a cursor.
    pub range: TextRange,
    /// The text of the declaration.
    pub text: &'db str,
}

impl<'db> Site<'db> {
    /// The site of a selection in a file, if it lies in one declaration.
    pub fn new(view: View<'db>, file: SourceFile, range: TextRange) -> Option<Site<'db>> {
        let id = view.file_id(file)?;
        let whole = file.text(view.db);
        let selected = whole.get(range.start as usize..range.end as usize)?;
        let start = range.start + (selected.len() - selected.trim_start().len()) as u32;
        let end = (range.start + selected.trim_end().len() as u32).max(start);
        let start = if selected.trim().is_empty() { range.start } else { start };
        let end = if selected.trim().is_empty() { range.start } else { end };
        let spot = spot(view.db, file, start)?;
        let text: &'db str = spot.decl.text(view.db);
        let range = TextRange::new(start - spot.start, end - spot.start);
        if range.end as usize > text.len() {
            return None;
        }
        let mut site = Site { view, file, id, spot, range, text };
        // A selection that starts with a body's brace belongs to the body.
        if site.spot.body.is_none() && !range.is_empty() {
            let inside =
                site.spot.decl_ast().bodies.iter().position(|b| b.block.range.start <= range.start && range.end <= b.block.range.end);
            if let Some(index) = inside {
                site.spot.body = Some(index as u32);
                site.spot.facts = amigos_db::query::check_body(view.db, site.spot.package, site.spot.decl, index as u32);
            }
        }
        Some(site)
    }

    /// The syntax around the selection.
    pub fn ast(&self) -> &'db Ast {
        let decl = self.spot.decl_ast();
        match self.spot.body.and_then(|i| decl.bodies.get(i as usize)) {
            Some(body) => &body.ast,
            None => &decl.sig,
        }
    }

    /// The root block of the body that the selection is in.
    pub fn root(&self) -> Option<&'db Block> {
        let decl = self.spot.decl_ast();
        self.spot.body.and_then(|i| decl.bodies.get(i as usize)).map(|b| &b.block)
    }

    /// The text of a range of the declaration.
    pub fn of(&self, range: TextRange) -> &'db str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// The text of an expression.
    pub fn expr_text(&self, e: ExprId) -> &'db str {
        self.of(self.ast()[e].range)
    }

    /// An edit in this file; the range is relative to the declaration.
    pub fn edit(&self, range: TextRange, new_text: impl Into<String>) -> TextEdit {
        TextEdit { file: self.id, range: range.shift(self.spot.start), new_text: new_text.into() }
    }

    /// An insertion in this file.
    pub fn insert(&self, at: u32, new_text: impl Into<String>) -> TextEdit {
        self.edit(TextRange::at(at), new_text)
    }

    /// The blanks in front of the line that `at` is on.
    pub fn indent(&self, at: u32) -> &'db str {
        let line = self.line_start(at);
        let rest = &self.text[line as usize..];
        &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
    }

    /// Where the line that `at` is on starts.
    pub fn line_start(&self, at: u32) -> u32 {
        self.text.get(..at as usize).and_then(|t| t.rfind('\n')).map_or(0, |i| i as u32 + 1)
    }

    /// The expression that the selection is, the innermost if several have its range.
    pub fn selected_expr(&self) -> Option<ExprId> {
        if self.range.is_empty() {
            return None;
        }
        self.ast().exprs.iter().rposition(|e| e.range == self.range && !matches!(e.kind, ExprKind::Bad)).map(|i| ExprId(i as u32))
    }

    /// The smallest expression around the selection that `wanted` takes.
    pub fn expr_around(&self, wanted: impl Fn(&ExprKind) -> bool) -> Option<ExprId> {
        let fits = |e: &amigos_syntax::ast::Expr| e.range.start <= self.range.start && self.range.end <= e.range.end && wanted(&e.kind);
        let found = self.ast().exprs.iter().enumerate().filter(|(_, e)| fits(e)).min_by_key(|(_, e)| e.range.end - e.range.start);
        found.map(|(i, _)| ExprId(i as u32))
    }

    /// The smallest statement around the selection that `wanted` takes.
    pub fn stmt_around(&self, wanted: impl Fn(&StmtKind) -> bool) -> Option<StmtId> {
        let fits = |s: &amigos_syntax::ast::Stmt| s.range.start <= self.range.start && self.range.end <= s.range.end && wanted(&s.kind);
        let found = self.ast().stmts.iter().enumerate().filter(|(_, s)| fits(s)).min_by_key(|(_, s)| s.range.end - s.range.start);
        found.map(|(i, _)| StmtId(i as u32))
    }

    /// The lists of statements in the body: blocks and the bodies of clauses.
    pub fn lists(&self) -> Vec<&'db [StmtId]> {
        let ast = self.ast();
        let mut out: Vec<&'db [StmtId]> = self.root().map(|b| b.stmts.as_slice()).into_iter().collect();
        for stmt in &ast.stmts {
            match &stmt.kind {
                StmtKind::Block(b) => out.push(&b.stmts),
                StmtKind::If { then, .. } => out.push(&then.stmts),
                StmtKind::For { body, .. } | StmtKind::Range { body, .. } => out.push(&body.stmts),
                StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                    out.extend(cases.iter().map(|c| c.body.stmts.as_slice()))
                }
                StmtKind::Select { clauses, .. } => out.extend(clauses.iter().map(|c| c.body.stmts.as_slice())),
                _ => {}
            }
        }
        out.extend(ast.exprs.iter().filter_map(|e| match &e.kind {
            ExprKind::FuncLit { body: LitBody::Here(b), .. } => Some(b.stmts.as_slice()),
            _ => None,
        }));
        out
    }

    /// The statement of a list that a range lies in: the innermost.
    pub fn listed(&self, range: TextRange) -> Option<(&'db [StmtId], usize)> {
        let ast = self.ast();
        let covers = |s: &StmtId| ast[*s].range.start <= range.start && range.end <= ast[*s].range.end;
        let found = self.lists().into_iter().filter_map(|list| list.iter().position(covers).map(|at| (list, at)));
        found.min_by_key(|(list, at)| {
            let r = ast[list[*at]].range;
            r.end - r.start
        })
    }

    /// The identifiers of the arena that lie in a range.
    pub fn idents_in(&self, range: TextRange) -> impl Iterator<Item = IdentId> + 'db {
        let ast = self.ast();
        ast.idents
            .iter()
            .enumerate()
            .filter(move |(_, i)| range.start <= i.range.start && i.range.end <= range.end)
            .map(|(i, _)| IdentId(i as u32))
    }

    /// The local that an identifier uses or declares.
    pub fn local_of(&self, ident: IdentId) -> Option<LocalId> {
        match self.spot.facts.uses.get(&ident).or_else(|| self.spot.facts.defs.get(&ident)) {
            Some(ObjRef::Local(local)) => Some(*local),
            _ => None,
        }
    }

    /// The value that an expression has, if it has exactly one.
    pub fn value_type(&self, e: ExprId) -> Option<Ty> {
        let fact = self.spot.facts.type_of(e);
        let single = !matches!(fact.ty.kind(), TyKind::Tuple(_)) && !fact.ty.is_invalid();
        let value = matches!(fact.mode, Mode::Const | Mode::Var | Mode::MapIndex | Mode::Value | Mode::CommaOk | Mode::Nil);
        (single && value && !matches!(fact.ty.kind(), TyKind::Basic(Basic::UntypedNil))).then_some(fact.ty)
    }

    /// A name like `base` that nothing in the declaration uses.
    pub fn fresh(&self, base: &str) -> String {
        let decl = self.spot.decl_ast();
        let used = |name: &str| {
            std::iter::once(&*decl.sig)
                .chain(decl.bodies.iter().map(|b| &b.ast))
                .any(|ast| ast.idents.iter().any(|i| i.name.as_str() == name))
                || amigos_syntax::token::Tok::keyword_or_ident(name) != amigos_syntax::token::Tok::Ident
        };
        self.numbered(base, used)
    }

    /// A name like `base` that is not declared in the package.
    pub fn fresh_member(&self, base: &str) -> String {
        let taken = |name: &str| amigos_db::query::member(self.view.db, self.spot.package, Name::new(name)).is_some();
        self.numbered(base, taken)
    }

    fn numbered(&self, base: &str, taken: impl Fn(&str) -> bool) -> String {
        if !taken(base) {
            return base.to_owned();
        }
        (2u32..).map(|n| format!("{base}{n}")).find(|name| !taken(name)).unwrap_or_else(|| base.to_owned())
    }

    /// Asks about types.
    pub fn with_types<T>(&self, ask: impl FnOnce(TypeView<'_>) -> T) -> T {
        let ctx = self.spot.types();
        ask(TypeView { ctx: &ctx, facts: Some(&self.spot.facts) })
    }

    /// The zero value of a type, as it is written here.
    pub fn zero(&self, ty: Ty) -> Option<String> {
        self.with_types(|types| crate::fixes::zero_value(&self.spot, types, ty))
    }

    /// Whether an expression can be evaluated any number of times, in any order: names, constants, selections of values.
    pub fn is_plain(&self, e: ExprId) -> bool {
        is_plain(self.ast(), e)
    }

    /// Whether an expression has to be put in brackets where an operand is wanted.
    pub fn needs_brackets(&self, e: ExprId) -> bool {
        matches!(self.ast()[e].kind, ExprKind::Binary { .. } | ExprKind::Unary { .. } | ExprKind::Star(_) | ExprKind::FuncLit { .. })
    }

    /// Whether the expression at `range` is an operand of something that binds tighter than a bracket-free text may: an operator, a selector, an index.
    pub fn is_operand(&self, e: ExprId) -> bool {
        self.ast().exprs.iter().any(|parent| match &parent.kind {
            ExprKind::Binary { x, y, .. } => *x == e || *y == e,
            ExprKind::Unary { x, .. } | ExprKind::Star(x) | ExprKind::Selector { x, .. } | ExprKind::TypeAssert { x, .. } => *x == e,
            ExprKind::Index { x, .. } | ExprKind::Slice { x, .. } => *x == e,
            ExprKind::Call { fun, .. } => *fun == e,
            _ => false,
        })
    }
}

/// [`Site::is_plain`] of an expression elsewhere. The parser bounds how deep expressions nest.
pub(super) fn is_plain(ast: &Ast, e: ExprId) -> bool {
    match &ast[e].kind {
        ExprKind::Ident(_) | ExprKind::BasicLit { .. } => true,
        ExprKind::Paren(x) | ExprKind::Selector { x, .. } => is_plain(ast, *x),
        ExprKind::Unary { x, op } => *op != amigos_syntax::ast::UnaryOp::Recv && is_plain(ast, *x),
        ExprKind::Binary { x, y, .. } => is_plain(ast, *x) && is_plain(ast, *y),
        _ => false,
    }
}

/// A name for a value, from what it is: `len(x)` → `n`, `a.Title` → `title`, `f()` → `f`'s name in small letters.
pub(crate) fn name_for(site: &Site<'_>, e: ExprId) -> String {
    let ast = site.ast();
    let from = |name: &str| {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        let rest: String = letters.collect();
        // `URL` is not `uRL`.
        let all_large = name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c.is_numeric());
        let name = if all_large { name.to_lowercase() } else { format!("{first}{rest}") };
        for prefix in ["get", "new", "make"] {
            if let Some(rest) = name.strip_prefix(prefix).filter(|r| r.starts_with(char::is_uppercase)) {
                let mut letters = rest.chars();
                return letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default() + letters.as_str();
            }
        }
        name
    };
    match &ast[e].kind {
        ExprKind::Call { fun, .. } => match &ast[*fun].kind {
            ExprKind::Ident(i) if matches!(ast[*i].name.as_str(), "len" | "cap") => "n".to_owned(),
            ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => from(ast[*i].name.as_str()),
            _ => "x".to_owned(),
        },
        ExprKind::Selector { sel, .. } => from(ast[*sel].name.as_str()),
        ExprKind::Paren(x) | ExprKind::Star(x) | ExprKind::Unary { x, .. } => name_for(site, *x),
        ExprKind::BasicLit { kind: amigos_syntax::ast::LitKind::String, .. } => "s".to_owned(),
        ExprKind::Binary { op, .. } => {
            use amigos_syntax::ast::BinaryOp as B;
            if matches!(op, B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge | B::LAnd | B::LOr) { "ok".to_owned() } else { "x".to_owned() }
        }
        _ => "x".to_owned(),
    }
}
