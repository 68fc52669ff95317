//! `//amigos:allow CODE -- reason` on the line before, on the same line, or in the doc comment of the declaration; `//amigos:fp` likewise for what
//! the rule is mistaken about. From high severity up a reason must be given.

use amigos_db::Db;
use amigos_db::query::{self as q, Decl};
use amigos_syntax::TextRange;
use amigos_syntax::ast::DeclAst;

use crate::context::Context;
use crate::{Finding, Severity, Suppressed};

struct Suppression<'a> {
    codes: Vec<&'a str>,
    reason: &'a str,
    false_positive: bool,
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
            let Some(rest) = trimmed.strip_prefix("//amigos:allow").or_else(|| trimmed.strip_prefix("//amigos:fp")) else { continue };
            if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
                continue;
            }
            let false_positive = trimmed.starts_with("//amigos:fp");
            let (codes, reason) = rest.split_once("--").unwrap_or((rest, ""));
            let codes = codes.split([' ', ',']).filter(|c| !c.is_empty()).collect();
            let in_doc = ast.doc.is_some_and(|doc| doc.start <= range.start && range.end <= doc.end);
            let lines = (!in_doc).then(|| lines_of(source, range));
            out.push(Suppression { codes, reason: reason.trim(), false_positive, range, lines });
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

/// The code of what is said about suppressions themselves.
pub const SUPPRESSION: &str = "Suppression";
/// Rules that depend on more than the sources: what they report comes and goes with the network.
const BY_NETWORK: &[&str] = &["AM3007", "AM3008", "AM3011", "AM6004", "AM6009"];

/// Takes out what is suppressed, and gives it back. A suppression without a reason that needs one suppresses nothing and says so; so does one of a code
/// that isn't there, and one that suppresses nothing.
pub(crate) fn apply(cx: &Context, found: &mut Vec<Finding>) -> Vec<Suppressed> {
    let suppressions = suppressions(cx.ast, cx.text);
    if suppressions.is_empty() {
        return Vec::new();
    }
    let mut extra = Vec::new();
    let mut taken = Vec::new();
    let mut used: Vec<(usize, &str)> = Vec::new();
    found.retain(|finding| {
        let matching = suppressions.iter().position(|s| {
            s.codes.contains(&finding.code) && s.lines.is_none_or(|(from, to)| from <= finding.range.start && finding.range.start <= to)
        });
        let Some(at) = matching else { return true };
        let s = &suppressions[at];
        used.push((at, finding.code));
        if finding.severity >= Severity::High && s.reason.is_empty() {
            let mut finding = finding.clone();
            finding.range = s.range;
            finding.message = format!("a suppression of `{}` needs a reason: `//amigos:allow {} -- why`", finding.code, finding.code);
            finding.fix = None;
            finding.related.clear();
            extra.push(finding);
        } else {
            taken.push(Suppressed { finding: finding.clone(), false_positive: s.false_positive, reason: s.reason.to_owned() });
        }
        false
    });
    found.append(&mut extra);
    for (at, s) in suppressions.iter().enumerate() {
        let say = |severity, message| Finding { code: SUPPRESSION, severity, range: s.range, message, related: vec![], fix: None };
        if let Some(code) = s.codes.iter().find(|code| crate::rule(code).is_none()) {
            found.push(say(Severity::Critical, format!("there is no rule `{code}`: `amigos explain` lists them")));
            continue;
        }
        let idle: Vec<&str> = s.codes.iter().copied().filter(|code| !used.contains(&(at, code)) && !BY_NETWORK.contains(code)).collect();
        if s.codes.is_empty() || idle.len() == s.codes.len() {
            let codes = idle.join("`, `");
            found.push(
                say(Severity::Hint, format!("`{codes}` reports nothing here: this suppression can go"))
                    .fix("remove it", vec![(whole_line(cx.text, s.range), String::new())]),
            );
        }
    }
    taken
}

/// The lines of a comment that stands alone, with the newline; else the comment with the blanks before it.
fn whole_line(text: &str, comment: TextRange) -> TextRange {
    let line = text[..comment.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let before = &text[line..comment.start as usize];
    if before.trim().is_empty() {
        let end = text[comment.end as usize..].find('\n').map_or(text.len(), |i| comment.end as usize + i + 1);
        return TextRange::new(line as u32, end as u32);
    }
    TextRange::new((line + before.trim_end().len()) as u32, comment.end)
}

/// Whether a finding at `range` of a declaration is accepted there, with a reason if it needs one. For findings that are not the rules' own work.
pub fn is_allowed<'db>(db: &'db dyn Db, decl: Decl<'db>, code: &str, severity: Severity, range: TextRange) -> bool {
    suppressions(q::parse_decl(db, decl), decl.text(db)).iter().any(|s| {
        s.codes.contains(&code)
            && s.lines.is_none_or(|(from, to)| from <= range.start && range.start <= to)
            && (severity < Severity::High || !s.reason.is_empty())
    })
}
