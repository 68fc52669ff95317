//! Cases of the features that live in the server, as those of `analysis/ide/tests/cases` and in the same form: what the real binary answers over the
//! wire. All cases of a feature are one session.

#[path = "../../../analysis/ide/tests/cases/read.rs"]
mod read;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;

use expect_test::{ExpectFile, expect_file};
use serde_json::{Value, json};
use support::{Client, uri};

/// Cases that a feature has at least, and how many of them are broken: in text that does not parse, or asked for what is not there.
const LEAST: (usize, usize) = (12, 3);

/// One server with the packages `forum` and `other` that cases are put in.
struct Session {
    folder: tempfile::TempDir,
    client: Client,
    next: usize,
}

impl Session {
    fn start() -> Session {
        let folder = tempfile::tempdir().unwrap();
        for name in ["forum", "other"] {
            let at = folder.path().join(name);
            std::fs::create_dir_all(&at).unwrap();
            std::fs::write(at.join("amigos.toml"), format!("path = \"hub.amigos.dev/test/{name}\"\nversion = \"1.0.0\"\n")).unwrap();
            let text =
                format!("package {name}\n\nvar Count int\n\n// Add adds.\nfunc Add(n int) int {{\n\tCount += n\n\treturn Count\n}}\n");
            std::fs::write(at.join("here.go"), text).unwrap();
        }
        let client = Client::start(Some(folder.path()), &[]);
        Session { folder, client, next: 0 }
    }

    /// The path of a file of its own for a case.
    fn place(&mut self, folder: &str, name: &str) -> PathBuf {
        self.next += 1;
        self.folder.path().join(format!("{folder}/{name}", name = name.replace('#', &self.next.to_string())))
    }

    /// Opens a text; its URI.
    fn open(&mut self, folder: &str, name: &str, text: &str) -> String {
        let uri = uri(&self.place(folder, name));
        self.client.open(&uri, text);
        uri
    }

    /// Closes what a case has opened, so that it does not stand in the way of the others.
    fn close(&mut self, uri: &str) {
        self.client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }
}

/// A text without its cursor, and where that stood.
fn cursor(text: &str) -> (String, usize) {
    let at = text.find("$0").unwrap_or(0);
    (text.replacen("$0", "", 1), at)
}

/// The position of an offset, in the client's units of UTF-16.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap_or("");
    json!({ "line": before.matches('\n').count(), "character": line.encode_utf16().count() })
}

fn offset(text: &str, at: &Value) -> usize {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = at["line"].as_u64().unwrap() as usize;
    let start: usize = lines.iter().take(line).map(|l| l.len()).sum();
    let mut units = at["character"].as_u64().unwrap() as usize;
    let rest = lines.get(line).copied().unwrap_or("");
    let mut bytes = 0;
    for c in rest.chars().take_while(|c| *c != '\n') {
        if units == 0 {
            break;
        }
        units = units.saturating_sub(c.len_utf16());
        bytes += c.len_utf8();
    }
    start + bytes
}

/// A text with the edits of an answer.
fn applied(text: &str, edits: &Value) -> String {
    let mut list: Vec<(usize, usize, &str)> = edits
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| (offset(text, &e["range"]["start"]), offset(text, &e["range"]["end"]), e["newText"].as_str().unwrap()))
        .collect();
    list.sort();
    let mut out = text.to_owned();
    for (start, end, new) in list.iter().rev() {
        out.replace_range(*start..*end, new);
    }
    if out == text { "unchanged\n".to_owned() } else { out }
}

fn options() -> Value {
    json!({ "tabSize": 8, "insertSpaces": false })
}

fn check_formatting(s: &mut Session, text: &str, _: &str) -> String {
    let uri = s.open("forum", "case#.go", text);
    let edits = s.client.result("textDocument/formatting", json!({ "textDocument": { "uri": uri }, "options": options() }));
    s.close(&uri);
    applied(text, &edits)
}

fn check_range_formatting(s: &mut Session, text: &str, _: &str) -> String {
    let (text, start) = cursor(text);
    let (text, end) = if text.contains("$0") { cursor(&text) } else { (text, start) };
    let uri = s.open("forum", "case#.go", &text);
    let range = json!({ "start": position(&text, start), "end": position(&text, end) });
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "options": options() });
    let edits = s.client.result("textDocument/rangeFormatting", params);
    s.close(&uri);
    applied(&text, &edits)
}

/// What was typed is the argument: `}` or `newline`.
fn check_on_type_formatting(s: &mut Session, text: &str, typed: &str) -> String {
    let (text, at) = cursor(text);
    let uri = s.open("forum", "case#.go", &text);
    let typed = if typed == "newline" { "\n" } else { typed };
    let params = json!({ "textDocument": { "uri": uri }, "position": position(&text, at), "ch": typed, "options": options() });
    let edits = s.client.result("textDocument/onTypeFormatting", params);
    s.close(&uri);
    applied(&text, &edits)
}

/// The argument is `FROM → TO`; the text is that of the file.
fn check_moved_files(s: &mut Session, text: &str, moves: &str) -> String {
    let (from, to) = moves.split_once(" → ").expect("FROM → TO");
    let path = s.folder.path().join(from);
    if !text.trim().is_empty() {
        s.client.open(&uri(&path), text);
    }
    let files = json!([{ "oldUri": uri(&path), "newUri": uri(&s.folder.path().join(to)) }]);
    let edit = s.client.result("workspace/willRenameFiles", json!({ "files": files }));
    let mut out = String::new();
    let root = format!("{}/", uri(s.folder.path()));
    for (file, edits) in edit["changes"].as_object().into_iter().flatten() {
        let on_disk = || std::fs::read_to_string(file.trim_start_matches("file://")).unwrap_or_default();
        let before = if *file == uri(&path) && !text.trim().is_empty() { text.to_owned() } else { on_disk() };
        let after = applied(&before, edits);
        let changed = after.lines().zip(before.lines()).filter(|(new, old)| new != old).map(|(new, _)| new);
        out += &changed.map(|line| format!("{}: {line}\n", file.trim_start_matches(&root))).collect::<String>();
    }
    if !text.trim().is_empty() {
        s.close(&uri(&path));
    }
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

/// The manifest at the cursor: what it means, and what can be written.
fn check_manifest(s: &mut Session, text: &str, _: &str) -> String {
    let (text, at) = cursor(text);
    let uri = uri(&s.folder.path().join("forum/amigos.toml"));
    s.client.open(&uri, &text);
    let params = json!({ "textDocument": { "uri": uri }, "position": position(&text, at) });
    let hover = s.client.result("textDocument/hover", params.clone());
    let list = s.client.result("textDocument/completion", params);
    s.close(&uri);
    let meaning = hover["contents"]["value"].as_str().map_or("no meaning".to_owned(), |v| v.lines().next().unwrap_or("").to_owned());
    let items = list["items"].as_array().or(list.as_array()).cloned().unwrap_or_default();
    let one =
        |i: &Value| format!("{} → {}", i["label"].as_str().unwrap(), i["textEdit"]["newText"].as_str().unwrap_or("").replace('\n', "⏎"));
    let shown: Vec<String> = items.iter().take(9).map(one).collect();
    format!("{meaning}\n{}\n", if shown.is_empty() { "nothing to write".to_owned() } else { shown.join("\n") })
}

/// A command by its name and JSON argument, where `URI` is the case's file: the fields of the answer that say what happened, or the error.
fn check_commands(s: &mut Session, text: &str, command: &str) -> String {
    let uri = s.open("forum", "case#.go", text);
    let (name, argument) = command.split_once(' ').unwrap_or((command, "{}"));
    let here = crate::uri(&s.folder.path().join("forum/here.go"));
    let argument = argument.replace("URI", &uri).replace("HERE", &here);
    let argument: Value = serde_json::from_str(&argument).unwrap_or(Value::String(argument));
    let answer = s.client.request("workspace/executeCommand", json!({ "command": name, "arguments": [argument] }));
    s.close(&uri);
    let root = s.folder.path().display().to_string();
    let shown = |v: &Value| serde_json::to_string_pretty(v).unwrap().replace(&root, "ROOT");
    match answer.get("error") {
        Some(error) => format!("error {}: {}\n", error["code"], error["message"].as_str().unwrap_or("").replace(&root, "ROOT")),
        // What it costs is the gas analysis' business.
        None if name == "amigos.gas" => masked(&shown(&answer["result"])) + "\n",
        None => shown(&answer["result"]) + "\n",
    }
}

/// A text with every number in it as `N`.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' if out.ends_with('N') => {}
            '0'..='9' => out.push('N'),
            c => out.push(c),
        }
    }
    out
}

/// Runs the cases of a feature in one session, and counts them; `is_broken` says which are.
fn check_cases(feature: &str, file: ExpectFile, check: fn(&mut Session, &str, &str) -> String, is_broken: fn(&read::Case, &str) -> bool) {
    let mut session = Session::start();
    let cases = read::cases(&file.data());
    let (mut out, mut broken) = (String::new(), 0);
    for case in &cases {
        assert_eq!(cases.iter().filter(|c| c.title == case.title).count(), 1, "{feature}: `{}` is there twice", case.title);
        let answer = check(&mut session, &case.text(), &case.argument);
        broken += usize::from(is_broken(case, &answer));
        out += &case.answered(&answer);
    }
    session.client.stop();
    file.assert_eq(&out);
    assert!(cases.len() >= LEAST.0 && broken >= LEAST.1, "{feature} has {} cases, {broken} of them broken", cases.len());
}

/// Go that does not parse.
fn broken_go(case: &read::Case, _: &str) -> bool {
    !amigos_syntax::parse::parse_file_errors(&case.text().replace("$0", ""), amigos_syntax::version::GoVersion::LATEST).is_empty()
}

/// What cannot be answered.
fn refused(_: &read::Case, answer: &str) -> bool {
    answer == "nothing\n" || answer.starts_with("error") || answer.contains("nothing to write") || answer.contains("no meaning")
}

#[test]
fn formatting() {
    check_cases("formatting", expect_file!["./formatting.txt"], check_formatting, broken_go);
}

#[test]
fn range_formatting() {
    check_cases("range_formatting", expect_file!["./range_formatting.txt"], check_range_formatting, broken_go);
}

#[test]
fn on_type_formatting() {
    check_cases("on_type_formatting", expect_file!["./on_type_formatting.txt"], check_on_type_formatting, broken_go);
}

#[test]
fn moved_files() {
    check_cases("moved_files", expect_file!["./moved_files.txt"], check_moved_files, refused);
}

#[test]
fn manifest() {
    check_cases("manifest", expect_file!["./manifest.txt"], check_manifest, refused);
}

#[test]
fn commands() {
    check_cases("commands", expect_file!["./commands.txt"], check_commands, refused);
}
