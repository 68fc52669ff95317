//! The level of a rule where the manifest (`[rules]`) or the editor (`amigos.rules`) sets one. A critical rule keeps its level, since the chain refuses what
//! it finds.

use std::collections::BTreeMap;

use amigos_ide::{Diagnostic, RuleLevel, Severity};

/// Levels by code: those of [`RuleLevel`], and `off`.
pub type Levels = BTreeMap<String, String>;

/// What a level can be set to.
pub const WORDS: &[&str] = &["off", "hint", "low", "medium", "high", "critical"];

/// Applies levels to findings.
pub fn apply(levels: &Levels, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if levels.is_empty() {
        return found;
    }
    let wanted = |mut diagnostic: Diagnostic| {
        let is_critical = diagnostic.severity == Severity::Error;
        let Some(level) = levels.get(&diagnostic.code).filter(|_| !is_critical) else { return Some(diagnostic) };
        if level == "off" {
            return None;
        }
        if let Some(level) = RuleLevel::parse(level) {
            diagnostic.level = Some(level);
            diagnostic.severity = Severity::of_level(level);
        }
        Some(diagnostic)
    };
    found.into_iter().filter_map(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &str, level: RuleLevel) -> Diagnostic {
        let range = amigos_ide::TextRange::new(0, 0);
        let severity = Severity::of_level(level);
        let code = code.to_owned();
        Diagnostic { range, severity, code, message: String::new(), related: vec![], fixes: vec![], unnecessary: false, level: Some(level) }
    }

    #[test]
    fn levels_apply_to_rules_that_are_not_critical() {
        let levels =
            [("AM1003", "off"), ("AM1005", "low"), ("AM1001", "off"), ("AM2014", "medium")].map(|(c, l)| (c.to_owned(), l.to_owned()));
        let found = vec![
            finding("AM1003", RuleLevel::High),
            finding("AM1005", RuleLevel::High),
            finding("AM1001", RuleLevel::Critical),
            finding("AM2014", RuleLevel::Low),
        ];
        let left: Vec<_> = apply(&levels.into(), found).into_iter().map(|d| (d.code, d.severity, d.level)).collect();
        let of = |code: &str, severity, level| (code.to_owned(), severity, Some(level));
        assert_eq!(
            left,
            [
                of("AM1005", Severity::Info, RuleLevel::Low),
                of("AM1001", Severity::Error, RuleLevel::Critical),
                of("AM2014", Severity::Warning, RuleLevel::Medium)
            ]
        );
    }
}
