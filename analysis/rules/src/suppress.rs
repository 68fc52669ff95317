//! `//amigos:allow CODE -- reason` on the line before, on the same line, or in the doc comment of the declaration; `//amigos:fp` likewise for what
//! the rule is mistaken about. From high severity up a reason must be given.

use amigos_db::Db;
use amigos_db::query::{self as q, Decl};
use amigos_syntax::TextRange;
use amigos_syntax::ast::DeclAst;

use crate::context::Context;
use crate::{Finding, Severity};

struct Suppression<'a> {
    codes: Vec<&'a str>,
    reason: &'a str,
    range: TextRange,
    /// The lines it is about, as byte offsets; `None` for the whole declaration.
    lines: Option<(u32, u32)>,
}

fn suppressions<'a>(ast: &DeclAst, source: &'a str) -> Vec<Suppression<'a>> {
    let mut out = Vec::new();
    for comment in &ast.comments {
        let text = source.get(comment.start as usize..comment.end as usize).unwrap_or("");
        let mut at = comment.start;
        for line in text.split_inclusive('\n') {
            let range = TextRange::new(at, at + line.trim_end().len() as u32);
            at += line.len() as u32;
            let trimmed = line.trim();
            let Some(rest) = trimmed.strip_prefix("//amigos:allow ").or_else(|| trimmed.strip_prefix("//amigos:fp ")) else { continue };
            let (codes, reason) = rest.split_once("--").unwrap_or((rest, ""));
            let codes = codes.split([' ', ',']).filter(|c| !c.is_empty()).collect();
            let in_doc = ast.doc.is_some_and(|doc| doc.start <= range.start && range.end <= doc.end);
            let lines = (!in_doc).then(|| lines_of(source, range));
            out.push(Suppression { codes, reason: reason.trim(), range, lines });
        }
    }
    out
}

/// The line of a comment, and the next one if the comment stands alone.
fn lines_of(text: &str, comment: TextRange) -> (u32, u32) {
    let start = text[..comment.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let end = |from: usize| text[from..].find('\n').map_or(text.len(), |i| from + i);
    let own = end(comment.end as usize);
    let alone = text[start..comment.start as usize].trim().is_empty();
    (start as u32, if alone { end((own + 1).min(text.len())) } else { own } as u32)
}

/// Removes suppressed findings. A suppression without a reason that needs one suppresses nothing and says so.
pub(crate) fn apply(cx: &Context, found: &mut Vec<Finding>) {
    let suppressions = suppressions(cx.ast, cx.text);
    if suppressions.is_empty() {
        return;
    }
    let mut extra = Vec::new();
    found.retain(|finding| {
        let matching = suppressions.iter().find(|s| {
            s.codes.contains(&finding.code) && s.lines.is_none_or(|(from, to)| from <= finding.range.start && finding.range.start <= to)
        });
        let Some(s) = matching else { return true };
        if finding.severity >= Severity::High && s.reason.is_empty() {
            let mut finding = finding.clone();
            finding.range = s.range;
            finding.message = format!("a suppression of `{}` needs a reason: `//amigos:allow {} -- why`", finding.code, finding.code);
            finding.fix = None;
            finding.related.clear();
            extra.push(finding);
        }
        false
    });
    found.append(&mut extra);
}

/// Whether a finding at `range` of a declaration is accepted there, with a reason if it needs one. For findings that are not the rules' own work.
pub fn is_allowed<'db>(db: &'db dyn Db, decl: Decl<'db>, code: &str, severity: Severity, range: TextRange) -> bool {
    suppressions(q::parse_decl(db, decl), decl.text(db)).iter().any(|s| {
        s.codes.contains(&code)
            && s.lines.is_none_or(|(from, to)| from <= range.start && range.start <= to)
            && (severity < Severity::High || !s.reason.is_empty())
    })
}

/// Suppressions that name codes that don't exist: place and code.
pub fn unknown_codes(cx: &Context) -> Vec<(TextRange, String)> {
    let known = |code: &str| crate::rule(code).is_some();
    suppressions(cx.ast, cx.text).iter().flat_map(|s| s.codes.iter().filter(|c| !known(c)).map(|c| (s.range, (*c).to_owned()))).collect()
}
