//! `[rules]` of a manifest: the level of a rule in one package. A critical rule keeps its level, since the chain refuses what it finds.

use std::collections::BTreeMap;

use amigos_ide::{Diagnostic, Severity};

/// Applies the levels to the findings of one file of the package.
pub fn apply(levels: &BTreeMap<String, String>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if levels.is_empty() {
        return found;
    }
    let wanted = |mut diagnostic: Diagnostic| {
        let is_critical = diagnostic.severity == Severity::Error;
        let Some(level) = levels.get(&diagnostic.code).filter(|_| !is_critical) else { return Some(diagnostic) };
        diagnostic.severity = match level.as_str() {
            "off" => return None,
            "hint" => Severity::Hint,
            "low" => Severity::Info,
            "critical" => Severity::Error,
            _ => Severity::Warning,
        };
        Some(diagnostic)
    };
    found.into_iter().filter_map(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &str, severity: Severity) -> Diagnostic {
        let range = amigos_ide::TextRange::new(0, 0);
        Diagnostic { range, severity, code: code.into(), message: String::new(), related: vec![], fixes: vec![], unnecessary: false }
    }

    #[test]
    fn levels_apply_to_rules_that_are_not_critical() {
        let levels = [("AM1003", "off"), ("AM1005", "low"), ("AM1001", "off")].map(|(c, l)| (c.to_owned(), l.to_owned())).into();
        let found = vec![finding("AM1003", Severity::Warning), finding("AM1005", Severity::Warning), finding("AM1001", Severity::Error)];
        let left: Vec<(String, Severity)> = apply(&levels, found).into_iter().map(|d| (d.code, d.severity)).collect();
        assert_eq!(left, [("AM1005".to_owned(), Severity::Info), ("AM1001".to_owned(), Severity::Error)]);
    }
}
