//! `amigos.toml`: what a package says of itself. Every problem has its place in the file and a remedy.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The file's name.
pub const FILE_NAME: &str = "amigos.toml";
/// What every package path starts with.
pub const HUB: &str = "hub.amigos.dev/";
/// The newest Go version that packages may ask for, as minor number.
const NEWEST_GO: u32 = 27;
/// The Go version of a package that names none, as minor number.
pub const DEFAULT_GO: u32 = 26;

/// A semantic version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// Breaking changes; part of the package's identity.
    pub major: u32,
    /// Additions.
    pub minor: u32,
    /// Corrections.
    pub patch: u32,
}

impl Version {
    /// Reads `1.2.3`; `1.2` and `1` have zeros for the rest.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = text.split('.').map(|part| {
            let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
            if plain { part.parse::<u32>().ok() } else { None }
        });
        let major = parts.next()??;
        let minor = parts.next().map_or(Some(0), |p| p)?;
        let patch = parts.next().map_or(Some(0), |p| p)?;
        parts.next().is_none().then_some(Version { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// `[network]`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// `name`.
    pub name: Option<String>,
    /// `rpc`: the URL of a node.
    pub rpc: Option<String>,
}

/// A manifest without problems.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The import path, without major.
    pub path: String,
    /// The version.
    pub version: Version,
    /// Whether it is a library.
    pub library: bool,
    /// The minor of the Go version.
    pub go_minor: u32,
    /// The network it belongs to.
    pub network: Network,
    /// The major wanted of a dependency, by path.
    pub dependencies: BTreeMap<String, u32>,
    /// The level of a rule, by code.
    pub rules: BTreeMap<String, String>,
}

impl Manifest {
    /// The package's identity, `path@vN`.
    pub fn key(&self) -> String {
        format!("{}@v{}", self.path, self.version.major)
    }
}

/// Something wrong in a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where, in bytes of the file.
    pub range: Range<usize>,
    /// What, and what to do.
    pub message: String,
}

/// Reads a manifest. With problems there may still be a manifest: unknown keys are no reason to stop.
pub fn parse(text: &str) -> (Option<Manifest>, Vec<Problem>) {
    let mut reader = Reader { problems: Vec::new() };
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let message = format!("`amigos.toml` is not TOML: {}", error.message().replace('\n', " "));
            return (None, vec![Problem { range: error.span().unwrap_or(0..0), message }]);
        }
    };
    let manifest = reader.manifest(&table);
    reader.problems.sort_by_key(|problem| problem.range.start);
    (manifest, reader.problems)
}

/// The places in a manifest that say `path`: its own path and a key below `[dependencies]`, between their quotes. None of a text that is no TOML.
pub fn places_of(text: &str, path: &str) -> Vec<Range<usize>> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let mut places = Vec::new();
    for (key, value) in table.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("path", DeValue::String(own)) if own.as_ref() == path => places.push(value.span()),
            ("dependencies", DeValue::Table(table)) => {
                places.extend(table.keys().filter(|k| k.get_ref().as_ref() == path).map(Spanned::span))
            }
            _ => {}
        }
    }
    places.iter().map(|place| place.start + 1..place.end.saturating_sub(1)).filter(|place| text.get(place.clone()) == Some(path)).collect()
}

/// Whether `path` can be the path of a package (without major), or what is wrong with it.
pub fn check_path(path: &str) -> Result<(), String> {
    let Some(rest) = path.strip_prefix(HUB) else {
        return Err(format!("a package path starts with `{HUB}`, as in `path = \"{HUB}social/forum\"`"));
    };
    if let Some((before, _)) = path.split_once('@') {
        return Err(format!("the major is not part of the path: write `path = \"{before}\"` and the major in `version`"));
    }
    let good = |element: &str| {
        element.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && element.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    match rest.split('/').find(|element| !good(element)) {
        Some("") => Err(format!("`{path}` has an empty element")),
        Some(element) => Err(format!("`{element}` in `{path}`: an element is made of a-z, 0-9, `-` and `_`, and starts with a letter")),
        None if path.len() > 200 => Err("a package path has at most 200 characters".to_owned()),
        None => Ok(()),
    }
}

struct Reader {
    problems: Vec<Problem>,
}

type Entry<'a, 'b> = (&'b Spanned<std::borrow::Cow<'a, str>>, &'b Spanned<DeValue<'a>>);

impl Reader {
    fn problem(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem { range, message: message.into() });
    }

    fn manifest(&mut self, table: &DeTable<'_>) -> Option<Manifest> {
        const KEYS: &[&str] = &["path", "version", "library", "go", "network", "dependencies", "rules"];
        let (mut path, mut version, mut library, mut go_minor) = (None, None, false, DEFAULT_GO);
        let (mut network, mut dependencies, mut rules) = (Network::default(), BTreeMap::new(), BTreeMap::new());
        let (mut bad_path, mut bad_version) = (false, false);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "path" => {
                    path = self.string((key, value)).filter(|text| self.accept(value.span(), check_path(text)));
                    bad_path = path.is_none();
                }
                "version" => {
                    version = self.string((key, value)).and_then(|text| self.version(value.span(), &text));
                    bad_version = version.is_none();
                }
                "library" => match value.get_ref() {
                    DeValue::Boolean(given) => library = *given,
                    _ => self.problem(value.span(), "`library` is `true` or `false`"),
                },
                "go" => go_minor = self.string((key, value)).and_then(|text| self.go(value.span(), &text)).unwrap_or(DEFAULT_GO),
                "network" => self.table((key, value), |this, entry| this.network(entry, &mut network)),
                "dependencies" => self.table((key, value), |this, entry| this.dependency(entry, &mut dependencies)),
                "rules" => self.table((key, value), |this, entry| this.rule(entry, &mut rules)),
                other => self.unknown(key.span(), other, KEYS),
            }
        }
        if path.is_none() && !bad_path {
            self.problem(0..0, format!("`path` is missing: add `path = \"{HUB}...\"`"));
        }
        if version.is_none() && !bad_version {
            self.problem(0..0, "`version` is missing: add `version = \"0.1.0\"`");
        }
        Some(Manifest { path: path?, version: version?, library, go_minor, network, dependencies, rules })
    }

    fn accept(&mut self, range: Range<usize>, verdict: Result<(), String>) -> bool {
        match verdict {
            Ok(()) => true,
            Err(message) => {
                self.problem(range, message);
                false
            }
        }
    }

    fn string(&mut self, (key, value): Entry<'_, '_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref().to_owned()),
            _ => {
                self.problem(value.span(), format!("`{}` is a string: put it in double quotes", key.get_ref()));
                None
            }
        }
    }

    fn version(&mut self, range: Range<usize>, text: &str) -> Option<Version> {
        let version = Version::parse(text).filter(|_| text.split('.').count() == 3);
        if version.is_none() {
            self.problem(range, format!("`{text}` is not a version: write three numbers, as in `version = \"1.2.0\"`"));
        }
        version
    }

    fn go(&mut self, range: Range<usize>, text: &str) -> Option<u32> {
        let minor = text.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
        match minor {
            Some(minor) if minor <= NEWEST_GO => Some(minor),
            Some(_) => {
                self.problem(
                    range,
                    format!("Go {text} is newer than this `amigos` knows: write `go = \"1.{NEWEST_GO}\"` or update `amigos`"),
                );
                None
            }
            None => {
                self.problem(range, format!("`{text}` is not a Go version: write `go = \"1.{DEFAULT_GO}\"`"));
                None
            }
        }
    }

    fn table(&mut self, (key, value): Entry<'_, '_>, mut each: impl FnMut(&mut Reader, Entry<'_, '_>)) {
        match value.get_ref() {
            DeValue::Table(table) => table.iter().for_each(|entry| each(self, entry)),
            _ => self.problem(value.span(), format!("`{0}` is a table: write `[{0}]` on a line of its own", key.get_ref())),
        }
    }

    fn network(&mut self, (key, value): Entry<'_, '_>, into: &mut Network) {
        match key.get_ref().as_ref() {
            "name" => into.name = self.string((key, value)),
            "rpc" => {
                into.rpc = self.string((key, value)).filter(|url| {
                    let good = url.starts_with("http://") || url.starts_with("https://");
                    if !good {
                        self.problem(value.span(), format!("`{url}` is not the URL of a node: it starts with `http://` or `https://`"));
                    }
                    good
                });
            }
            other => self.unknown(key.span(), other, &["name", "rpc"]),
        }
    }

    fn dependency(&mut self, (key, value): Entry<'_, '_>, into: &mut BTreeMap<String, u32>) {
        let path = key.get_ref().as_ref();
        if !self.accept(key.span(), check_path(path)) {
            return;
        }
        let Some(text) = self.string((key, value)) else { return };
        match Version::parse(text.trim_start_matches('v')) {
            Some(version) => {
                into.insert(path.to_owned(), version.major);
            }
            None => self.problem(value.span(), format!("`{text}` is not a version: write the major, as in `\"{path}\" = \"2\"`")),
        }
    }

    fn rule(&mut self, (key, value): Entry<'_, '_>, into: &mut BTreeMap<String, String>) {
        const LEVELS: &[&str] = crate::levels::WORDS;
        let code = key.get_ref().as_ref();
        let known = code.strip_prefix("AM").is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()));
        if !known {
            self.problem(key.span(), format!("`{code}` is not the code of a rule: they look like `AM1003`"));
            return;
        }
        let Some(level) = self.string((key, value)) else { return };
        if LEVELS.contains(&level.as_str()) {
            into.insert(code.to_owned(), level);
        } else {
            self.problem(value.span(), format!("`{level}` is not a level: there are {}", quoted(LEVELS)));
        }
    }

    fn unknown(&mut self, range: Range<usize>, key: &str, known: &[&str]) {
        self.problem(range, format!("unknown key `{key}`: there are {}", quoted(known)));
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let (manifest, problems) = parse(text);
        let mut out = match manifest {
            Some(m) => format!("{} {}{} go1.{}\n", m.key(), m.version, if m.library { " library" } else { "" }, m.go_minor),
            None => "no manifest\n".to_owned(),
        };
        for problem in problems {
            out += &format!("{:?} `{}`: {}\n", problem.range, text.get(problem.range.clone()).unwrap_or(""), problem.message);
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_whole_manifest() {
        let text = r#"path = "hub.amigos.dev/social/forum"
version = "1.2.0"
library = true
go = "1.27"
[network]
name = "test"
rpc = "http://127.0.0.1:26657"
[dependencies]
"hub.amigos.dev/token" = "2"
[rules]
AM1003 = "off"
"#;
        check(
            text,
            expect![[r#"
            hub.amigos.dev/social/forum@v1 1.2.0 library go1.27
        "#]],
        );
        let manifest = parse(text).0.unwrap();
        assert_eq!(manifest.dependencies["hub.amigos.dev/token"], 2);
        assert_eq!(manifest.network.rpc.as_deref(), Some("http://127.0.0.1:26657"));
    }

    #[test]
    fn a_path_is_found_where_a_manifest_says_it() {
        let text = "path = \"hub.amigos.dev/a\"\nversion = \"1.0.0\"\n[dependencies]\n\"hub.amigos.dev/b\" = \"2\"\n";
        let places = |path: &str| places_of(text, path).into_iter().map(|place| &text[place]).collect::<Vec<_>>();
        assert_eq!(places("hub.amigos.dev/a"), ["hub.amigos.dev/a"]);
        assert_eq!(places("hub.amigos.dev/b"), ["hub.amigos.dev/b"]);
        assert_eq!(places("hub.amigos.dev/c"), [""; 0]);
        assert!(places_of("path = ", "x").is_empty());
    }

    #[test]
    fn problems_have_place_and_remedy() {
        check(
            "",
            expect![[r#"
            no manifest
            0..0 ``: `path` is missing: add `path = "hub.amigos.dev/..."`
            0..0 ``: `version` is missing: add `version = "0.1.0"`
        "#]],
        );
        check(
            "path = ",
            expect![[r#"
            no manifest
            7..7 ``: `amigos.toml` is not TOML: string values must be quoted, expected literal string
        "#]],
        );
        check(
            "path = \"github.com/x\"\nversion = \"1\"\nlibary = true\nlibrary = \"yes\"",
            expect![[r#"
            no manifest
            7..21 `"github.com/x"`: a package path starts with `hub.amigos.dev/`, as in `path = "hub.amigos.dev/social/forum"`
            32..35 `"1"`: `1` is not a version: write three numbers, as in `version = "1.2.0"`
            36..42 `libary`: unknown key `libary`: there are `path`, `version`, `library`, `go`, `network`, `dependencies`, `rules`
            60..65 `"yes"`: `library` is `true` or `false`
        "#]],
        );
        check(
            "path = \"hub.amigos.dev/token@v2\"\nversion = 2\nnetwork = \"x\"",
            expect![[r#"
            no manifest
            7..32 `"hub.amigos.dev/token@v2"`: the major is not part of the path: write `path = "hub.amigos.dev/token"` and the major in `version`
            43..44 `2`: `version` is a string: put it in double quotes
            55..58 `"x"`: `network` is a table: write `[network]` on a line of its own
        "#]],
        );
        check(
            "path = \"hub.amigos.dev/A//b\"\nversion = \"01.0.0\"\ngo = \"1.99\"\n[network]\nrpc = \"ftp://x\"\n[rules]\nX = \"off\"\nAM1003 = \"loud\"\n[dependencies]\n\"hub.amigos.dev/token\" = \"two\"",
            expect![[r#"
            no manifest
            7..28 `"hub.amigos.dev/A//b"`: `A` in `hub.amigos.dev/A//b`: an element is made of a-z, 0-9, `-` and `_`, and starts with a letter
            39..47 `"01.0.0"`: `01.0.0` is not a version: write three numbers, as in `version = "1.2.0"`
            53..59 `"1.99"`: Go 1.99 is newer than this `amigos` knows: write `go = "1.27"` or update `amigos`
            76..85 `"ftp://x"`: `ftp://x` is not the URL of a node: it starts with `http://` or `https://`
            94..95 `X`: `X` is not the code of a rule: they look like `AM1003`
            113..119 `"loud"`: `loud` is not a level: there are `off`, `hint`, `low`, `medium`, `high`, `critical`
            160..165 `"two"`: `two` is not a version: write the major, as in `"hub.amigos.dev/token" = "2"`
        "#]],
        );
    }
}
