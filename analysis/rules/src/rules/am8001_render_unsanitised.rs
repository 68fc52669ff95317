use std::collections::BTreeMap;

use amigos_mir::mir::{Callee, LocalId, Op, Operand, PlaceBase};
use amigos_syntax::TextRange;
use amigos_types::konst::Const;

use super::example;
use crate::context::Context;
use crate::flow::Val;
use crate::taint::{Labels, Spec, Taint};
use crate::text::{is_checked, is_text, keeps_text, page_makers, read, stored};
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM8001",
    name: "render-unsanitised",
    severity: Severity::Medium,
    summary: "a text that a user wrote becomes a part of a page as it is",
    why: "Pages are Markdown. A title such as `[free coins](https://...)` or a line that begins with `#` is shown as if the contract had written it. \
          Escape what users wrote: quote it (`%q`), or give it through a function that takes the meaning out of special characters. A path that was \
          looked up, and text that was checked before it was stored, are not reported.",
    flagged: example!("am8001_flagged.go"),
    clean: example!("am8001_clean.go"),
    fixed: None,
    check,
};

/// The label of the page's path.
const PATH: Labels = 1;
/// The label of text from state.
const STATE: Labels = 2;

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some((flow, name)) = cx.function() else { return };
    let page = name.as_str() == "Render";
    if !page && !page_makers(cx.db, cx.input).contains(&name) {
        return;
    }
    let texts = stored(cx.db, cx.input);
    let spec = Spec {
        source: &|_, inst| match read(cx.db, cx.input, flow, &inst.op) {
            Some(place) if texts.contains(&place) => STATE,
            _ => 0,
        },
        param: &|n| if page && n == 0 && cx.param_type(n).is_some_and(|t| is_text(cx.db, cx.input, t)) { PATH } else { 0 },
        call: &keeps_text,
        arithmetic: &|_| false,
    };
    // What stands in the lists that variadic functions are given.
    let mut listed: BTreeMap<(LocalId, i64), (Labels, TextRange)> = BTreeMap::new();
    let mut found: Vec<(TextRange, Labels)> = Vec::new();
    Taint::new(flow, spec).walk(&mut |(block, _), inst, here| {
        let mut say = |range: TextRange, labels: Labels| {
            let path_known = labels & PATH != 0 && is_checked(flow, block, inst.span, &Val::Param(0), true);
            let labels = if path_known { labels & !PATH } else { labels };
            if labels != 0 {
                found.push((range, labels));
            }
        };
        let span = |x: &Operand| flow.maker(x).map_or(inst.span, |i| i.span);
        match &inst.op {
            Op::Store { place, src } => {
                if let PlaceBase::Elem { slice: Operand::Local(list), index: Operand::Const(index, _) } = &place.base
                    && let Some(index) = index.i64_value()
                {
                    let range = if inst.span.is_empty() { span(src) } else { inst.span };
                    listed.insert((*list, index), (here.of(src), range));
                }
            }
            Op::Concat { parts, .. } => parts.iter().for_each(|x| say(inst.span, here.of(x))),
            Op::Copy { dst, src } if page && flow.body.results.contains(dst) => say(inst.span, here.of(src)),
            Op::Call { callee: Callee::Static { func, .. }, args, .. } => match (func.pkg.0.as_str(), func.name.as_str()) {
                ("strings", "Builder.WriteString") => {
                    if let Some(x) = args.get(1) {
                        say(inst.span, here.of(x));
                    }
                }
                ("fmt", name @ ("Sprintf" | "Fprintf" | "Sprint" | "Sprintln" | "Fprint" | "Fprintln")) => {
                    let Some(Operand::Local(list)) = args.last() else { return };
                    let format = args.iter().rev().nth(1).filter(|_| name.ends_with('f'));
                    let verbs = match format {
                        Some(Operand::Const(text, _)) => Some(verbs(text)),
                        Some(_) => return,
                        None => None,
                    };
                    for ((_, n), (labels, _)) in listed.range((*list, 0)..=(*list, i64::MAX)) {
                        let verb = verbs.as_ref().map_or(Some('v'), |v| v.get(*n as usize).copied());
                        if matches!(verb, Some('s' | 'v')) {
                            say(inst.span, *labels);
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    });
    found.sort();
    found.dedup_by_key(|f| f.0);
    for (range, labels) in found {
        let what = if labels & PATH != 0 { "the path of the page" } else { "a text that a user wrote" };
        out.push(RULE.finding(range, format!("{what} becomes a part of the page as it is: escape it, or write it with `%q`")));
    }
}

/// The verbs of a format, one for each argument.
fn verbs(format: &Const) -> Vec<char> {
    let Some(text) = format.as_str() else { return Vec::new() };
    let text = String::from_utf8_lossy(text);
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        for c in chars.by_ref() {
            match c {
                // A width or precision that is an argument.
                '*' => out.push('*'),
                '%' => break,
                c if c.is_ascii_alphabetic() => {
                    out.push(c);
                    break;
                }
                _ => {}
            }
        }
    }
    out
}
