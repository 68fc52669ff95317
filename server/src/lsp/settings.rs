//! `amigos.*` settings, from `initializationOptions` or `workspace/didChangeConfiguration`. Unknown keys are ignored, a value
//! of the wrong form keeps its default: a setting never takes the server down.

use std::collections::BTreeMap;

use amigos_ide::{HintKind, HintLevel};
use serde_json::Value;

/// The settings with their defaults.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// `amigos.network`: a name or URL; empty for the one in `amigos.toml`, else the embedded hub.
    pub network: String,
    /// `amigos.profile`: whether everything is checked as plain Go.
    pub plain_go: bool,
    /// `amigos.hints.gas`.
    pub gas_hints: HintLevel,
    /// `amigos.hints.parameterNames` and the other kinds, in the order of [`HintKind::ALL`].
    pub code_hints: [HintLevel; HintKind::ALL.len()],
    /// `amigos.lens.references`: whether lenses count references and implementations.
    pub lens_references: bool,
    /// `amigos.hints.live`.
    pub live_hints: bool,
    /// `amigos.lens.enable`.
    pub lenses: bool,
    /// `amigos.live.enable`: whether the network is asked at all.
    pub live: bool,
    /// `amigos.live.height`: the height that is looked at; none: the newest.
    pub live_height: Option<u64>,
    /// `amigos.completion.snippets`: whether calls are completed with places for their arguments.
    pub completion_snippets: bool,
    /// `amigos.diagnostics.pull`: whether a client that can asks for diagnostics instead of being told; read at the start.
    pub pull_diagnostics: bool,
    /// `amigos.format.simplify`: whether formatting simplifies code too.
    pub simplify: bool,
    /// `amigos.rules`: levels of rules by code (`{"AM1003": "off"}`), over those of `amigos.toml`.
    pub rules: crate::levels::Levels,
    /// `amigos.format.onType`: whether a newline and `}` format what they end.
    pub format_on_type: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            network: String::new(),
            plain_go: false,
            gas_hints: HintLevel::default(),
            live_hints: true,
            code_hints: Default::default(),
            lens_references: true,
            lenses: true,
            live: true,
            live_height: None,
            completion_snippets: true,
            pull_diagnostics: false,
            simplify: false,
            rules: BTreeMap::new(),
            format_on_type: true,
        }
    }
}

impl Settings {
    /// Reads `value`, which is either the settings themselves or an object that holds them under `amigos`.
    pub fn from_json(value: &Value) -> Settings {
        let value = value.get("amigos").unwrap_or(value);
        let mut settings = Settings::default();
        if let Some(network) = value.get("network").and_then(Value::as_str) {
            settings.network = network.trim().to_owned();
        }
        read_level(value.pointer("/hints/gas"), &mut settings.gas_hints);
        read_bool(value.pointer("/hints/live"), &mut settings.live_hints);
        for (kind, level) in HintKind::ALL.iter().zip(&mut settings.code_hints) {
            read_level(value.pointer(&format!("/hints/{}", kind.name())), level);
        }
        read_bool(value.pointer("/lens/references"), &mut settings.lens_references);
        settings.plain_go = value.get("profile").and_then(Value::as_str) == Some("go");
        read_bool(value.pointer("/lens/enable"), &mut settings.lenses);
        read_bool(value.pointer("/live/enable"), &mut settings.live);
        settings.live_height = value.pointer("/live/height").and_then(Value::as_u64).filter(|height| *height > 0);
        read_bool(value.pointer("/completion/snippets"), &mut settings.completion_snippets);
        read_bool(value.pointer("/diagnostics/pull"), &mut settings.pull_diagnostics);
        for (code, level) in value.get("rules").and_then(Value::as_object).into_iter().flatten() {
            if let Some(level) = level.as_str().filter(|level| crate::levels::WORDS.contains(level)) {
                settings.rules.insert(code.clone(), level.to_owned());
            }
        }
        read_bool(value.pointer("/format/simplify"), &mut settings.simplify);
        read_bool(value.pointer("/format/onType"), &mut settings.format_on_type);
        settings
    }
}

fn read_level(value: Option<&Value>, into: &mut HintLevel) {
    match value.and_then(Value::as_str) {
        Some("off") => *into = HintLevel::Off,
        Some("important") => *into = HintLevel::Important,
        Some("all") => *into = HintLevel::All,
        _ => {}
    }
}

fn read_bool(value: Option<&Value>, into: &mut bool) {
    if let Some(given) = value.and_then(Value::as_bool) {
        *into = given;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wrong_forms_keep_the_defaults() {
        assert_eq!(Settings::from_json(&json!({"network": 7, "hints": [], "live": {"enable": "yes"}})), Settings::default());
        let read = Settings::from_json(
            &json!({"amigos": {"network": " http://x ", "hints": {"gas": "all"}, "lens": {"enable": false}, "rules": {"AM1003": "off", "AM1004": 3}}}),
        );
        assert_eq!(read.rules, BTreeMap::from([("AM1003".to_owned(), "off".to_owned())]));
        assert_eq!((read.network.as_str(), read.gas_hints, read.lenses), ("http://x", HintLevel::All, false));
    }
}
