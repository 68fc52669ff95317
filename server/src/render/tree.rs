//! Typed trees of state, as a hub gives them, in words. A node is `{"type", "value", "text"}`; the value of a struct is a list of
//! fields, of a slice `{"len", "items"}`, of a map `{"len", "entries"}`, of a pointer `{"to"}`, of what was not read `{"more"}`.
//! Everything in a tree is untrusted: texts are tamed, counts are believed only as counts.

use serde_json::Value;

use super::{plural, tame};
use crate::gas::Sizes;
use crate::live::LiveValue;

/// Parts of a value that a hover shows.
const PARTS: usize = 3;
/// Fields of a struct that a hover shows.
const FIELDS: usize = 8;
/// Characters of a part in a hover.
const PART_WIDTH: usize = 90;
/// A value that fits in so many characters stands on one line.
const LINE_WIDTH: usize = 100;
/// Elements of a list that `amigos state` prints.
const SHOWN: usize = 50;

/// What a node is.
enum Node<'t> {
    Nil,
    Text(&'t str),
    Scalar(&'t Value),
    Fields(Vec<(&'t str, &'t str, &'t Value)>),
    List { len: u64, items: &'t [Value] },
    Map { len: u64, entries: &'t [Value] },
    Bytes { len: u64, hex: &'t str },
    Pointer(&'t Value),
    Func(&'t str),
    More,
}

fn node(value: &Value) -> Node<'_> {
    let object = match value {
        Value::Null => return Node::Nil,
        Value::String(text) => return Node::Text(text),
        Value::Array(fields) => {
            return Node::Fields(fields.iter().filter_map(field).collect());
        }
        Value::Object(object) => object,
        scalar => return Node::Scalar(scalar),
    };
    let len = object.get("len").and_then(Value::as_u64).unwrap_or(0);
    if let Some(items) = object.get("items").and_then(Value::as_array) {
        return Node::List { len, items };
    }
    if let Some(entries) = object.get("entries").and_then(Value::as_array) {
        return Node::Map { len, entries };
    }
    if let Some(hex) = object.get("hex").and_then(Value::as_str) {
        return Node::Bytes { len, hex };
    }
    if let Some(to) = object.get("to") {
        return Node::Pointer(to);
    }
    match object.get("func").and_then(Value::as_str) {
        Some(name) => Node::Func(name),
        None => Node::More,
    }
}

fn field(value: &Value) -> Option<(&str, &str, &Value)> {
    Some((value.get("name")?.as_str()?, value.get("type")?.as_str()?, value.get("value")?))
}

fn type_of(tree: &Value) -> &str {
    tree.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn value_of(tree: &Value) -> &Value {
    tree.get("value").unwrap_or(&Value::Null)
}

/// `forum.Post` as `Post`, `[]forum.Post` as `[]Post`.
fn short_type(ty: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in ty.chars() {
        if c.is_alphanumeric() || matches!(c, '_' | '/' | '@' | '-') {
            word.push(c);
        } else if c == '.' && !word.is_empty() {
            word.clear();
        } else {
            out += &word;
            word.clear();
            out.push(c);
        }
    }
    out + &word
}

/// A value as Go writes it, until `out` has `limit` bytes.
fn write_go(ty: &str, value: &Value, limit: usize, out: &mut String) {
    if out.len() >= limit {
        return;
    }
    let listed = |out: &mut String, len: u64, shown: usize| {
        if (shown as u64) < len {
            *out += if shown == 0 { "..." } else { ", ..." };
        }
    };
    match node(value) {
        Node::Nil => *out += "nil",
        Node::Text(text) => *out += &format!("{text:?}"),
        Node::Scalar(scalar) => *out += &scalar.to_string(),
        Node::Fields(fields) => {
            *out += &format!("{}{{", short_type(ty));
            for (index, (name, ty, value)) in fields.iter().enumerate() {
                *out += if index > 0 { ", " } else { "" };
                *out += &format!("{name}: ");
                write_go(ty, value, limit, out);
            }
            out.push('}');
        }
        Node::List { len, items } => {
            *out += &format!("{}{{", short_type(ty));
            for (index, item) in items.iter().enumerate() {
                if out.len() >= limit {
                    break;
                }
                *out += if index > 0 { ", " } else { "" };
                write_go(type_of(item), value_of(item), limit, out);
            }
            listed(out, len, items.len());
            out.push('}');
        }
        Node::Map { len, entries } => {
            *out += &format!("{}{{", short_type(ty));
            for (index, entry) in entries.iter().enumerate() {
                if out.len() >= limit {
                    break;
                }
                *out += if index > 0 { ", " } else { "" };
                let (key, value) = (entry.get("key").unwrap_or(&Value::Null), entry.get("value").unwrap_or(&Value::Null));
                write_go(type_of(key), value_of(key), limit, out);
                *out += ": ";
                write_go(type_of(value), value_of(value), limit, out);
            }
            listed(out, len, entries.len());
            out.push('}');
        }
        Node::Bytes { len, hex } => *out += &format!("0x{hex}{}", if (hex.len() as u64) < len * 2 { "..." } else { "" }),
        Node::Pointer(to) => {
            out.push('&');
            write_go(type_of(to), value_of(to), limit, out);
        }
        Node::Func(name) => *out += name,
        Node::More => *out += "...",
    }
}

fn go(ty: &str, value: &Value, limit: usize) -> String {
    let mut out = String::new();
    write_go(ty, value, limit * 4, &mut out);
    tame(&out, limit)
}

/// A value in one line of at most `limit` characters: a node, or a plain JSON value.
pub fn line(tree: &Value, limit: usize) -> String {
    match tree.get("value") {
        Some(value) if tree.get("type").is_some() => go(type_of(tree), value, limit),
        _ => go("", tree, limit),
    }
}

/// A value as hovers and hints show it; `None` if it is no tree.
pub fn live_value(tree: &Value, height: u64) -> Option<LiveValue> {
    let (ty, value) = (tree.get("type")?.as_str()?, tree.get("value")?);
    let bytes = tree.get("bytes").and_then(Value::as_u64).filter(|bytes| *bytes > 0);
    let empty = |ty: &str| ty.starts_with("[]") || ty.starts_with("map[");
    let mut parts = Vec::new();
    let items = match node(value) {
        Node::Nil if empty(ty) => Some(0),
        Node::List { len, items } => {
            parts.extend(items.iter().take(PARTS).enumerate().map(|(index, item)| (format!("[{index}]"), line(item, PART_WIDTH))));
            if let (Some(last), true) = (items.last(), items.len() > PARTS && items.len() as u64 == len) {
                parts.push((format!("[{}]", len - 1), line(last, PART_WIDTH)));
            }
            Some(len)
        }
        Node::Map { len, entries } => {
            for entry in entries.iter().take(PARTS) {
                let (key, value) = (entry.get("key").unwrap_or(&Value::Null), entry.get("value").unwrap_or(&Value::Null));
                parts.push((format!("[{}]", line(key, 50)), line(value, PART_WIDTH)));
            }
            Some(len)
        }
        Node::Fields(fields) => {
            parts.extend(fields.iter().take(FIELDS).map(|(name, ty, value)| (tame(name, 40), go(ty, value, PART_WIDTH))));
            None
        }
        _ => None,
    };
    Some(LiveValue { height, items, bytes: bytes.filter(|_| items.is_some_and(|items| items > 0)), line: go(ty, value, 60), parts })
}

/// A value on as many lines as it has parts.
pub fn text(tree: &Value) -> String {
    let mut out = String::new();
    match node(value_of(tree)) {
        // the whole state of a package: one variable after the other
        Node::Fields(fields) => {
            let width = fields.iter().map(|(name, _, _)| name.chars().count()).max().unwrap_or(0).min(30);
            fields.iter().for_each(|(name, ty, value)| write_lines(&format!("{name:<width$}"), ty, value, 0, &mut out));
        }
        _ => write_lines("", type_of(tree), value_of(tree), 0, &mut out),
    }
    out
}

fn write_lines(label: &str, ty: &str, value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth.min(40));
    let label = tame(label, 80);
    let gap = if label.is_empty() { "" } else { "  " };
    let whole = go(ty, value, LINE_WIDTH + 1);
    let parts: Vec<(String, &str, &Value)> = match node(value) {
        Node::Fields(fields) => fields.into_iter().map(|(name, ty, value)| (name.to_owned(), ty, value)).collect(),
        Node::List { items, .. } => {
            items.iter().take(SHOWN).enumerate().map(|(index, item)| (format!("[{index}]"), type_of(item), value_of(item))).collect()
        }
        Node::Map { entries, .. } => entries
            .iter()
            .take(SHOWN)
            .filter_map(|entry| {
                Some((format!("[{}]", line(entry.get("key")?, 60)), type_of(entry.get("value")?), value_of(entry.get("value")?)))
            })
            .collect(),
        _ => Vec::new(),
    };
    if parts.is_empty() || whole.chars().count() <= LINE_WIDTH {
        *out += &format!("{indent}{label}{gap}{whole}\n");
        return;
    }
    let count = match node(value) {
        Node::List { len, .. } | Node::Map { len, .. } => format!(" · {}", plural(len, "item")),
        _ => String::new(),
    };
    *out += &format!("{indent}{label}{gap}{}{count}\n", tame(&short_type(ty), 80));
    for (label, ty, value) in &parts {
        write_lines(label, ty, value, depth + 1, out);
    }
    if let Node::List { len, .. } | Node::Map { len, .. } = node(value)
        && (parts.len() as u64) < len
    {
        *out += &format!("{indent}  ... {} more\n", super::grouped(len - parts.len() as u64));
    }
}

/// Differences that are listed.
const CHANGES: usize = 30;

/// What is different between two trees of the same thing: path, and what became of it (`+31 items`, `2 → 3`). Of lists and maps the number of elements
/// and those that both trees show.
pub fn changes(before: &Value, after: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    compare("", (type_of(before), value_of(before)), (type_of(after), value_of(after)), 0, &mut found);
    found
}

fn compare(path: &str, before: (&str, &Value), after: (&str, &Value), depth: usize, found: &mut Vec<(String, String)>) {
    if before == after || found.len() >= CHANGES {
        return;
    }
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let shown = |path: &str| if path.is_empty() { "value".to_owned() } else { tame(path, 80) };
    match (node(before.1), node(after.1)) {
        (Node::Fields(old), Node::Fields(new)) if depth < 4 => {
            for (name, ty, value) in &new {
                match old.iter().find(|(known, _, _)| known == name) {
                    Some((_, old_ty, old_value)) => compare(&inside(name), (old_ty, old_value), (ty, value), depth + 1, found),
                    None => found.push((shown(&inside(name)), format!("+ {}", go(ty, value, PART_WIDTH)))),
                }
            }
            let gone = old.iter().filter(|(name, _, _)| !new.iter().any(|(known, _, _)| known == name));
            found.extend(gone.map(|(name, _, _)| (shown(&inside(name)), "is gone".to_owned())));
        }
        (Node::List { len: old_len, items: old }, Node::List { len, items }) => {
            count(&shown(path), old_len, len, found);
            for (index, (old, new)) in old.iter().zip(items).enumerate() {
                compare(&format!("{path}[{index}]"), (type_of(old), value_of(old)), (type_of(new), value_of(new)), depth + 1, found);
            }
        }
        (Node::Map { len: old_len, entries: old }, Node::Map { len, entries }) => {
            count(&shown(path), old_len, len, found);
            for new in entries {
                let key = new.get("key").unwrap_or(&Value::Null);
                if let Some(old) = old.iter().find(|old| old.get("key") == Some(key)) {
                    let of = |entry: &'_ Value| entry.get("value").cloned().unwrap_or(Value::Null);
                    let (old, new) = (of(old), of(new));
                    let path = format!("{path}[{}]", line(key, 50));
                    compare(&path, (type_of(&old), value_of(&old)), (type_of(&new), value_of(&new)), depth + 1, found);
                }
            }
        }
        (Node::Nil, Node::List { len, .. } | Node::Map { len, .. }) => count(&shown(path), 0, len, found),
        (Node::List { len, .. } | Node::Map { len, .. }, Node::Nil) => count(&shown(path), len, 0, found),
        _ => found.push((shown(path), format!("{} → {}", go(before.0, before.1, PART_WIDTH), go(after.0, after.1, PART_WIDTH)))),
    }
}

fn count(path: &str, before: u64, after: u64, found: &mut Vec<(String, String)>) {
    if let Some(change) = items_changed(before, after) {
        found.push((path.to_owned(), change));
    }
}

/// `+31 items`, `-1 item`; nothing if there are as many as before.
pub fn items_changed(before: u64, after: u64) -> Option<String> {
    match before.cmp(&after) {
        std::cmp::Ordering::Less => Some(format!("+{}", plural(after - before, "item"))),
        std::cmp::Ordering::Greater => Some(format!("-{}", plural(before - after, "item"))),
        std::cmp::Ordering::Equal => None,
    }
}

/// The sizes and integers in a package's state, by access path; of the elements of slices and maps the largest counts. What was
/// not read whole has no size: a bound put together from a part would be wrong.
pub fn sizes(package: &str, tree: &Value, into: &mut Sizes) {
    let mut found: std::collections::BTreeMap<String, Option<u64>> = Default::default();
    if let Node::Fields(fields) = node(value_of(tree)) {
        fields.iter().for_each(|(name, _, value)| note_sizes(name, value, &mut found));
    }
    into.extend(found.into_iter().filter_map(|(path, size)| Some(((package.to_owned(), path), size?))));
}

fn note_sizes(path: &str, value: &Value, found: &mut std::collections::BTreeMap<String, Option<u64>>) {
    let mut note = |size: Option<u64>| {
        let entry = found.entry(path.to_owned()).or_insert(Some(0));
        *entry = entry.zip(size).map(|(old, new)| old.max(new));
    };
    let elem = format!("{path}[]");
    match node(value) {
        Node::Nil => note(Some(0)),
        Node::Text(text) => note(if text.ends_with('…') { None } else { Some(text.len() as u64) }),
        Node::Scalar(scalar) => {
            if let Some(number) = scalar.as_i64() {
                note(Some(u64::try_from(number).unwrap_or(0)));
            }
        }
        Node::Fields(fields) => fields.iter().for_each(|(name, _, value)| note_sizes(&format!("{path}.{name}"), value, found)),
        Node::List { len, items } => {
            note(Some(len));
            if len == 0 {
                found.entry(elem).or_insert(Some(0));
            } else if (items.len() as u64) < len {
                found.insert(elem, None);
            } else {
                items.iter().for_each(|item| note_sizes(&elem, value_of(item), found));
            }
        }
        Node::Map { len, entries } => {
            note(Some(len));
            if len == 0 {
                found.entry(elem).or_insert(Some(0));
            } else if (entries.len() as u64) < len {
                found.insert(elem, None);
            } else {
                entries.iter().filter_map(|entry| entry.get("value")).for_each(|value| note_sizes(&elem, value_of(value), found));
            }
        }
        Node::Bytes { len, .. } => note(Some(len)),
        Node::Pointer(to) => note_sizes(path, value_of(to), found),
        Node::Func(_) => {}
        Node::More => note(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use serde_json::json;

    fn post(title: &str, votes: u64) -> Value {
        let value = json!([{ "name": "Title", "type": "string", "value": title }, { "name": "Votes", "type": "int", "value": votes }]);
        json!({ "type": "forum.Post", "value": value, "text": "" })
    }

    fn state() -> Value {
        let posts = json!({ "len": 2, "items": [post("hello", 12), post("a\u{202e}b", 3)] });
        let names = json!({ "len": 300, "entries": [{ "key": { "type": "string", "value": "x" }, "value": { "type": "[]int", "value": { "len": 2, "items": [] } } }] });
        json!({ "type": "", "value": [
            { "name": "Posts", "type": "[]forum.Post", "value": posts },
            { "name": "Count", "type": "int", "value": 2 },
            { "name": "Names", "type": "map[string][]int", "value": names },
            { "name": "owner", "type": "*forum.Post", "value": { "to": post("p", 1) } },
            { "name": "none", "type": "[]int", "value": null },
        ] })
    }

    #[test]
    fn values_in_lines() {
        expect![[r#"
            Posts  []Post{Post{Title: "hello", Votes: 12}, Post{Title: "a\u{202e}b", Votes: 3}}
            Count  2
            Names  map[string][]int{"x": []int{...}, ...}
            owner  &Post{Title: "p", Votes: 1}
            none   nil
        "#]]
        .assert_eq(&text(&state()));
        assert_eq!(line(&post("x", 1), 100), "Post{Title: \"x\", Votes: 1}");
        assert_eq!(line(&json!({ "type": "error", "value": null, "text": "nil" }), 100), "nil");
        assert_eq!(line(&json!({ "type": "string", "value": "a`b" }), 100), "\"a`b\"");
    }

    #[test]
    fn what_is_different_is_said_by_path() {
        let mut after = state();
        after["value"][0]["value"] = json!({ "len": 3, "items": [post("hello", 13), post("a\u{202e}b", 3), post("new", 0)] });
        after["value"][1]["value"] = json!(3);
        after["value"][4]["value"] = json!({ "len": 1, "items": [] });
        let shown: Vec<String> = changes(&state(), &after).iter().map(|(path, what)| format!("{path} {what}")).collect();
        assert_eq!(shown, ["Posts +1 item", "Posts[0].Votes 12 → 13", "Count 2 → 3", "none +1 item"]);
        assert!(changes(&state(), &state()).is_empty());
        assert_eq!(
            changes(&json!({ "type": "int", "value": 1 }), &json!({ "type": "int", "value": 2 })),
            [("value".into(), "1 → 2".into())]
        );
        assert!(changes(&json!(null), &json!([])).is_empty());
    }

    #[test]
    fn sizes_of_what_was_read_whole() {
        let mut found = Sizes::new();
        sizes("p@v1", &state(), &mut found);
        let shown: String = found.iter().map(|((_, path), size)| format!("{path} {size}\n")).collect();
        expect![[r#"
            Count 2
            Names 300
            Posts 2
            Posts[].Title 5
            Posts[].Votes 12
            none 0
            owner.Title 1
            owner.Votes 1
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn a_live_value_has_its_first_and_last_parts() {
        let items: Vec<Value> = (0..5).map(|n| post("t", n)).collect();
        let tree = json!({ "type": "[]forum.Post", "value": { "len": 5, "items": items }, "items": 5, "bytes": 412 });
        let value = live_value(&tree, 7).unwrap();
        assert_eq!((value.items, value.bytes), (Some(5), Some(412)));
        assert_eq!(value.parts.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["[0]", "[1]", "[2]", "[4]"]);
        assert_eq!(live_value(&json!({ "type": "int", "value": 42, "bytes": 9 }), 7).unwrap().line, "42");
        assert_eq!(live_value(&json!({ "type": "[]int", "value": null }), 7).unwrap().items, Some(0));
        for nonsense in [json!(null), json!([]), json!({ "type": 7, "value": 1 })] {
            assert_eq!(live_value(&nonsense, 7), None);
        }
    }
}
