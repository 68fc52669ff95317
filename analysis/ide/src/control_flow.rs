//! What a word of the control flow belongs to: `return` and `func` to a function, `break`, `continue`, `for`, `switch` and `select` to a statement.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{BranchKind, ExprKind, LitBody, Stmt, StmtKind};
use amigos_syntax::lex::lex;
use amigos_syntax::token::Tok;

use crate::locate::Spot;

/// The words that belong together with the one at the spot, relative to the declaration, the one that opens it first; none elsewhere.
pub(crate) fn together(spot: &Spot<'_>) -> Vec<TextRange> {
    let Some((at, word)) = word(spot) else { return vec![] };
    let mut out = match word {
        Tok::Return | Tok::Func => of_function(spot, at),
        Tok::Break | Tok::Continue | Tok::For | Tok::Switch | Tok::Select => of_statement(spot, at, word),
        _ => return vec![],
    };
    out.dedup();
    out
}

/// Where a word of the control flow leads: `return` to the results, `break`, `continue` and `goto` to what they leave or go on with.
pub(crate) fn target(spot: &Spot<'_>) -> Option<TextRange> {
    let (at, word) = word(spot)?;
    match word {
        Tok::Break | Tok::Continue => of_statement(spot, at, word).first().copied(),
        Tok::Return => {
            let amigos_syntax::ast::DeclKind::Func(func) = &spot.decl_ast().kind else { return None };
            let sig = &spot.decl_ast().sig;
            let in_literal = literal_around(spot, at).is_some();
            let (first, last) = (func.ty.results.first()?, func.ty.results.last()?);
            let start = first.names.first().map_or(sig[first.ty].range.start, |n| sig[*n].range.start);
            (!in_literal).then(|| TextRange::new(start, sig[last.ty].range.end))
        }
        _ => None,
    }
}

/// The word at the spot, with its start.
fn word(spot: &Spot<'_>) -> Option<(u32, Tok)> {
    spot.body?;
    let text = spot.decl.text(spot.db);
    let letter = |c: char| c.is_ascii_lowercase();
    let head = text.get(..spot.offset as usize)?;
    let start = head.trim_end_matches(letter).len();
    let rest = &text[start..];
    let written = &rest[..rest.len() - rest.trim_start_matches(letter).len()];
    let tok = Tok::keyword_or_ident(written);
    // Not in a comment or a string.
    let is_token = tok != Tok::Ident && lex(text).tokens.iter().any(|t| t.start as usize == start && t.tok == tok);
    is_token.then_some((start as u32, tok))
}

/// The body of the innermost function literal around an offset.
fn literal_around(spot: &Spot<'_>, at: u32) -> Option<TextRange> {
    let bodies = spot.ast().exprs.iter().filter_map(|e| match &e.kind {
        // From its `func`.
        ExprKind::FuncLit { body: LitBody::Here(block), .. } => Some(TextRange::new(e.range.start, block.range.end)),
        _ => None,
    });
    bodies.filter(|r| r.start <= at && at < r.end).min_by_key(|r| r.end - r.start)
}

fn of_function(spot: &Spot<'_>, at: u32) -> Vec<TextRange> {
    let own = literal_around(spot, at);
    let text = spot.decl.text(spot.db);
    let open = match own {
        Some(literal) => literal.start,
        // The word of the declaration stands in front of its comment's end.
        None => lex(text).tokens.iter().find(|t| t.tok == Tok::Func).map_or(0, |t| t.start),
    };
    let mut out = vec![TextRange::new(open, open + 4)];
    let returns = spot.ast().stmts.iter().filter(|s| matches!(s.kind, StmtKind::Return(_)));
    out.extend(
        returns.map(|s| s.range.start).filter(|start| literal_around(spot, *start) == own).map(|start| TextRange::new(start, start + 6)),
    );
    out
}

/// Whether a branch can leave or go on with a statement.
fn fits(kind: BranchKind, stmt: &StmtKind) -> bool {
    match stmt {
        StmtKind::For { .. } | StmtKind::Range { .. } => matches!(kind, BranchKind::Break | BranchKind::Continue),
        StmtKind::Switch { .. } | StmtKind::TypeSwitch { .. } | StmtKind::Select { .. } => kind == BranchKind::Break,
        _ => false,
    }
}

/// The statement that a branch belongs to: the innermost around it that fits, or the one with its label.
fn owner<'a>(spot: &'a Spot<'_>, branch: &Stmt) -> Option<&'a Stmt> {
    let StmtKind::Branch { kind, label } = branch.kind else { return None };
    let ast = spot.ast();
    if let Some(label) = label {
        return ast.stmts.iter().find_map(|s| match s.kind {
            StmtKind::Labeled { label: l, stmt } if ast[l].name == ast[label].name => Some(&ast[stmt]),
            _ => None,
        });
    }
    let around = |s: &&Stmt| s.range.start <= branch.range.start && branch.range.end <= s.range.end && fits(kind, &s.kind);
    let own = literal_around(spot, branch.range.start);
    ast.stmts.iter().filter(around).filter(|s| literal_around(spot, s.range.start) == own).min_by_key(|s| s.range.end - s.range.start)
}

fn of_statement(spot: &Spot<'_>, at: u32, word: Tok) -> Vec<TextRange> {
    let ast = spot.ast();
    let starts = |s: &&Stmt| s.range.start == at;
    let opener = match word {
        Tok::Break | Tok::Continue => {
            ast.stmts.iter().find(|s| starts(s) && matches!(s.kind, StmtKind::Branch { .. })).and_then(|s| owner(spot, s))
        }
        _ => ast.stmts.iter().find(|s| starts(s) && fits(BranchKind::Break, &s.kind)),
    };
    let Some(opener) = opener else { return vec![] };
    let long = match opener.kind {
        StmtKind::For { .. } | StmtKind::Range { .. } => 3,
        _ => 6,
    };
    let mut out = vec![TextRange::new(opener.range.start, opener.range.start + long)];
    for stmt in &ast.stmts {
        let StmtKind::Branch { kind, .. } = stmt.kind else { continue };
        if owner(spot, stmt).is_some_and(|o| o.range == opener.range) {
            out.push(TextRange::new(stmt.range.start, stmt.range.start + if kind == BranchKind::Break { 5 } else { 8 }));
        }
    }
    out
}
