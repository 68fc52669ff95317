use amigos_syntax::{Name, TextRange};

use super::am3007_breaking_export::{clause, place};
use super::example;
use crate::compat::layout::LayoutBreak;
use crate::context::Context;
use crate::{Finding, Rule, Severity};

pub(crate) const RULE: Rule = Rule {
    code: "AM3008",
    name: "breaking-state-layout",
    severity: Severity::Critical,
    summary: "the state of the live version can't be read with these types",
    why: "State stays where it is when a contract is upgraded, and is read with the new version's types. Fields may be added and reordered, integers \
          widened; what has a new name needs `//amigos:was OLD`, what may be lost for good `//amigos:drop NAME`. Anything else is a new major version \
          with a `Migrate` function: `amigos check --against` writes its beginning.",
    flagged: example!("am3008_flagged.go"),
    clean: example!("am3008_clean.go"),
    fixed: Some(example!("am3008_fixed.go")),
    check,
};

fn check(cx: &Context, out: &mut Vec<Finding>) {
    let Some(comparison) = cx.live() else { return };
    let old = &comparison.old_version;
    for broken in &comparison.layout {
        if let Some(range) = place_of(cx, &broken.place).or_else(|| broken.is.is_none().then(|| gone(cx, broken)).flatten()) {
            out.push(RULE.finding(range, format!("{} (version {old} is live)", broken.message())));
        }
    }
    for rename in &comparison.renames {
        let Some(range) = place_of(cx, &rename.place) else { continue };
        let name = rename.place.rsplit([' ', '.']).next().unwrap_or_default();
        let was = &rename.was;
        let message = format!(
            "the state of version {old}, which is live, has no `{name}` and has `{was}`, which is gone: if that is its old name, write `//amigos:was {was}` above it"
        );
        let line = cx.text[..range.start as usize].rfind('\n').map_or(0, |i| i + 1);
        let indent: String = cx.text[line..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let at = TextRange::new(line as u32, line as u32);
        let edit = format!("{indent}//amigos:was {}\n", rename.was);
        out.push(RULE.finding(range, message).fix(format!("`{name}` was `{}`: its state stays", rename.was), vec![(at, edit)]));
    }
}

/// Where `var X`, `type T` or `field T.f` is declared, if it is here.
fn place_of(cx: &Context, place_text: &str) -> Option<TextRange> {
    let (_, name) = place_text.split_once(' ')?;
    let (object, field) = name.split_once('.').map_or((name, None), |(object, field)| (object, Some(Name::new(field))));
    let found = place(cx, Name::new(object), field)?;
    // What is gone is reported at the clause: that is for `gone` to say.
    (clause(cx) != Some(found)).then_some(found)
}

/// Where something that isn't declared any more is reported.
fn gone(cx: &Context, broken: &LayoutBreak) -> Option<TextRange> {
    let object = broken.name().split('.').next()?;
    let declared = crate::compat::declares(cx.db, cx.input, Name::new(object), None).is_some();
    if declared { None } else { clause(cx) }
}
