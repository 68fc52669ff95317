//! The identifiers that are looked at: uses of names in function bodies, chosen by a seed.

use amigos_syntax::ast::{AssignOp, Ast, DeclKind, ExprKind, StmtKind};
use amigos_syntax::{GoVersion, TextRange};

use crate::corpus::Corpus;

/// An identifier in a file of the corpus.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Index among the files.
    pub file: usize,
    pub range: TextRange,
    pub name: String,
}

/// `count` identifiers.
pub fn choose(corpus: &Corpus, count: usize, seed: u64) -> Vec<Sample> {
    let mut all = Vec::new();
    for (index, file) in corpus.files.iter().enumerate().filter(|(_, f)| f.subject) {
        for chunk in amigos_syntax::split::split(&file.text) {
            let decl = amigos_syntax::parse_decl(chunk.text(&file.text), GoVersion::DEFAULT);
            if !matches!(decl.kind, DeclKind::Func(_)) {
                continue;
            }
            for body in decl.bodies.iter() {
                let used = uses(&body.ast).into_iter().map(|(range, name)| Sample { file: index, range: range.shift(chunk.start), name });
                all.extend(used);
            }
        }
    }
    // A small generator of our own: the same choice on any machine.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut out = Vec::new();
    for _ in 0..count.min(all.len()) {
        let at = (next() % all.len() as u64) as usize;
        out.push(all.swap_remove(at));
    }
    // In order of files, so that each is opened once.
    out.sort_by_key(|s| (s.file, s.range.start));
    out
}

/// Names in expressions, those that `:=` and `range` declare left out.
fn uses(ast: &Ast) -> Vec<(TextRange, String)> {
    let mut declared = Vec::new();
    for stmt in &ast.stmts {
        match &stmt.kind {
            StmtKind::Assign { lhs, op: AssignOp::Define, .. } => declared.extend(lhs.iter().copied()),
            StmtKind::Range { key, value, define: true, .. } => declared.extend([key, value].into_iter().flatten().copied()),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for (i, e) in ast.exprs.iter().enumerate() {
        let ident = match e.kind {
            ExprKind::Ident(ident) if !declared.iter().any(|d| d.idx() == i) => ident,
            ExprKind::Selector { sel, .. } => sel,
            _ => continue,
        };
        let ident = ast[ident];
        if !ident.name.is_blank() && !ident.range.is_empty() {
            out.push((ident.range, ident.name.to_string()));
        }
    }
    out.sort();
    out.dedup();
    out
}
