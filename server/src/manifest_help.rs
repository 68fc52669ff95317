//! What can be written in `amigos.toml`, and what it means: for completion and hover. Works on half-typed text.

/// A key of the manifest.
pub struct Key {
    /// The table that holds it; empty at the top.
    pub table: &'static str,
    /// The key.
    pub name: &'static str,
    /// What it means, as Markdown.
    pub doc: &'static str,
    /// What is written behind `=`, with the cursor's place as `$0`; of a table nothing.
    pub value: &'static str,
}

/// All keys with a fixed name; the tables among them.
pub const KEYS: &[Key] = &[
    Key {
        table: "",
        name: "path",
        doc: "The import path of the package, without a major: `hub.amigos.dev/social/forum`.",
        value: "\"hub.amigos.dev/$0\"",
    },
    Key {
        table: "",
        name: "version",
        doc: "The version, three numbers. The first is part of the package's identity (`path@vN`): a breaking change raises it.",
        value: "\"0.1.0$0\"",
    },
    Key {
        table: "",
        name: "library",
        doc: "Whether the package is a library: code without state of its own. `false` if missing.",
        value: "true$0",
    },
    Key { table: "", name: "go", doc: "The Go version that the package is written in, `\"1.26\"` if missing.", value: "\"1.26$0\"" },
    Key {
        table: "",
        name: "network",
        doc: "The network that the package belongs to; without it the hub that runs in the background.",
        value: "",
    },
    Key { table: "", name: "dependencies", doc: "The majors of packages that are imported without one, by path.", value: "" },
    Key { table: "", name: "rules", doc: "The levels of rules, by code.", value: "" },
    Key { table: "network", name: "name", doc: "The network's name, as it is shown.", value: "\"$0\"" },
    Key { table: "network", name: "rpc", doc: "The URL of one of its nodes.", value: "\"http://$0\"" },
];

/// What can be written at a place.
#[derive(Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is shown and looked for.
    pub label: String,
    /// What is written, with the cursor's place as `$0`.
    pub insert: String,
    /// What it means.
    pub doc: String,
}

/// Where a cursor is.
struct Place<'t> {
    /// The table it is in; empty at the top.
    table: &'t str,
    /// The line up to the cursor.
    head: &'t str,
}

fn place(text: &str, offset: usize) -> Option<Place<'_>> {
    let before = text.get(..offset)?;
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    let table = before[..line].lines().rev().find_map(|l| l.trim().strip_prefix('[')?.split(']').next().map(str::trim)).unwrap_or("");
    Some(Place { table, head: &before[line..] })
}

/// The offers at an offset, and where the word that they replace starts.
pub fn offers(text: &str, offset: usize) -> (usize, Vec<Offer>) {
    let nothing = (offset, vec![]);
    let Some(place) = place(text, offset) else { return nothing };
    if place.head.contains('#') {
        return nothing;
    }
    let word_start = |head: &str| offset - (head.len() - head.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1));
    if let Some((key, value)) = place.head.split_once('=') {
        let in_string = value.contains('"');
        let offer = |word: &str, doc: &str| {
            let insert = if in_string { word.to_owned() } else { format!("\"{word}\"") };
            Offer { label: word.to_owned(), insert, doc: doc.to_owned() }
        };
        let plain = |word: &str| Offer { label: word.to_owned(), insert: word.to_owned(), doc: String::new() };
        let found = match (place.table, key.trim()) {
            ("", "library") => vec![plain("true"), plain("false")],
            ("", "go") => vec![offer("1.26", ""), offer("1.27", "")],
            ("rules", _) => LEVELS.iter().map(|(level, doc)| offer(level, doc)).collect(),
            _ => vec![],
        };
        return (word_start(place.head), found);
    }
    if place.head.trim_start().starts_with('[') {
        let tables = KEYS.iter().filter(|k| k.value.is_empty());
        let found = tables.map(|k| Offer { label: k.name.to_owned(), insert: k.name.to_owned(), doc: k.doc.to_owned() }).collect();
        return (word_start(place.head), found);
    }
    let written = |name: &str| {
        let mut table = "";
        text.lines().any(|line| {
            if let Some(rest) = line.trim().strip_prefix('[') {
                table = rest.split(']').next().unwrap_or("").trim();
            }
            let key = line.split('=').next().unwrap_or("").trim();
            (table == place.table && key == name && line.contains('=')) || (place.table.is_empty() && table == name)
        })
    };
    let mut found: Vec<Offer> = KEYS
        .iter()
        .filter(|k| k.table == place.table && !written(k.name))
        .map(|k| {
            let insert = if k.value.is_empty() { format!("[{}]\n$0", k.name) } else { format!("{} = {}", k.name, k.value) };
            Offer { label: k.name.to_owned(), insert, doc: k.doc.to_owned() }
        })
        .collect();
    if place.table == "rules" {
        found.extend(amigos_rules::rules::ALL.iter().filter(|r| !written(r.code)).map(|r| Offer {
            label: r.code.to_owned(),
            insert: format!("{} = \"$0\"", r.code),
            doc: format!("{}: {}", r.name, r.summary),
        }));
    }
    (word_start(place.head), found)
}

/// The levels that a rule can be given.
const LEVELS: [(&str, &str); 6] = [
    ("off", "Not reported."),
    ("hint", "A hint."),
    ("low", "An information."),
    ("medium", "A warning."),
    ("high", "A warning."),
    ("critical", "An error: refused at deployment."),
];

/// What the key or table at an offset means, with its range.
pub fn meaning(text: &str, offset: usize) -> Option<(std::ops::Range<usize>, String)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let start = text.get(..offset)?.rfind(|c: char| !part(c)).map_or(0, |i| i + 1);
    let end = offset + text.get(offset..)?.find(|c: char| !part(c)).unwrap_or(text.len() - offset);
    let word = text.get(start..end).filter(|w| !w.is_empty())?;
    let place = place(text, offset)?;
    if place.head.contains(['=', '#', '"']) {
        return None;
    }
    let table = if place.head.trim_start().starts_with('[') { "" } else { place.table };
    if let Some(key) = KEYS.iter().find(|k| k.table == table && k.name == word) {
        return Some((start..end, key.doc.to_owned()));
    }
    let rule = amigos_rules::rules::ALL.iter().find(|r| table == "rules" && r.code == word)?;
    Some((start..end, format!("**{}** {}\n\n{}", rule.code, rule.name, rule.summary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(marked: &str) -> (String, usize) {
        let at = marked.find('|').unwrap();
        (marked.replace('|', ""), at)
    }

    fn labels(marked: &str) -> String {
        let (text, at) = at(marked);
        offers(&text, at).1.into_iter().map(|o| o.label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_that_are_not_there_yet() {
        assert_eq!(labels("|"), "path version library go network dependencies rules");
        assert_eq!(labels("path = \"x\"\nve|"), "version library go network dependencies rules");
        assert_eq!(labels("[network]\n|"), "name rpc");
        assert_eq!(labels("[network]\nname = \"a\"\n|"), "rpc");
        assert_eq!(labels("|\n[network]\nname = \"a\"\n"), "path version library go dependencies rules");
        assert_eq!(labels("[|"), "network dependencies rules");
        assert_eq!(labels("[dependencies]\n|"), "");
    }

    #[test]
    fn values() {
        assert_eq!(labels("library = |"), "true false");
        assert_eq!(labels("go = \"|"), "1.26 1.27");
        assert_eq!(labels("[rules]\nAM1001 = \"|\""), "off hint low medium high critical");
        assert_eq!(labels("path = |"), "");
        assert_eq!(labels("# li|"), "");
        let (text, at) = at("[rules]\nAM1001 = |");
        assert_eq!(offers(&text, at).1[0].insert, "\"off\"");
    }

    #[test]
    fn rules_by_code() {
        let (text, at) = at("[rules]\nAM1|");
        let (start, found) = offers(&text, at);
        assert_eq!(&text[start..at], "AM1");
        assert!(found.iter().all(|o| o.label.starts_with("AM") && o.insert.ends_with("= \"$0\"")) && found.len() > 20);
    }

    #[test]
    fn broken_text_is_no_hindrance() {
        assert_eq!(labels("path = \"\n\n[[[\nx = = =\n[network\nna|"), "name rpc");
        assert_eq!(labels("ü|"), "path version library go network dependencies rules");
        assert_eq!(offers("a", 7).1, vec![]);
        assert!(meaning("ü", 1).is_none());
    }

    #[test]
    fn what_keys_mean() {
        let of = |marked: &str| {
            let (text, at) = at(marked);
            meaning(&text, at)
                .map(|(range, doc)| format!("{} {}", &text[range], doc.split_whitespace().take(3).collect::<Vec<_>>().join(" ")))
        };
        assert_eq!(of("pa|th = \"x\"").as_deref(), Some("path The import path"));
        assert_eq!(of("[net|work]\n").as_deref(), Some("network The network that"));
        assert_eq!(of("[network]\n|rpc = \"\"").as_deref(), Some("rpc The URL of"));
        assert_eq!(of("[network]\npa|th = \"\""), None);
        assert_eq!(of("path = \"pa|th\""), None);
        assert!(of("[rules]\nAM1001| = \"off\"").is_some_and(|t| t.starts_with("AM1001 **AM1001**")));
    }
}
