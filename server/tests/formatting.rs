//! Formatting, from the command line and over LSP, with the real binary.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::{Client, uri};

const MESSY: &str = "package x\n\nfunc F( a,b int )int{\n  return a+b\n}\n";
const NEAT: &str = "package x\n\nfunc F(a, b int) int {\n\treturn a + b\n}\n";

fn amigos(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn read(root: &tempfile::TempDir, name: &str) -> String {
    std::fs::read_to_string(root.path().join(name)).unwrap()
}

#[test]
fn files_are_formatted_in_place_and_named() {
    let root = folder(&[("a.go", MESSY), ("sub/b.go", NEAT), (".hidden/c.go", MESSY), ("d.txt", MESSY)]);
    let done = amigos(root.path(), &["fmt"]);
    assert_eq!((done.status.code(), out(&done).trim().rsplit('/').next()), (Some(0), Some("a.go")), "{}", out(&done));
    assert_eq!((read(&root, "a.go").as_str(), read(&root, "sub/b.go").as_str()), (NEAT, NEAT));
    assert_eq!(read(&root, ".hidden/c.go"), MESSY);
    assert_eq!(out(&amigos(root.path(), &["fmt"])), "");
}

#[test]
fn check_list_and_diff_write_nothing() {
    let root = folder(&[("a.go", MESSY)]);
    for (flag, status) in [("--check", 1), ("-l", 0), ("-d", 0)] {
        let done = amigos(root.path(), &["fmt", flag]);
        assert_eq!(done.status.code(), Some(status), "{flag}");
        assert!(out(&done).contains("a.go"), "{flag}: {}", out(&done));
        assert_eq!(read(&root, "a.go"), MESSY, "{flag}");
    }
    let diff = out(&amigos(root.path(), &["fmt", "-d", "a.go"]));
    assert!(diff.contains("-func F( a,b int )int{\n") && diff.contains("+func F(a, b int) int {\n"), "{diff}");
    let document: Value = serde_json::from_slice(&amigos(root.path(), &["fmt", "-l", "--json"]).stdout).unwrap();
    assert_eq!(document["files"][0]["changed"], json!(true));
    assert_eq!(amigos(root.path(), &["fmt", "-l", "-w"]).status.code(), Some(0));
    assert_eq!(read(&root, "a.go"), NEAT);
}

#[test]
fn a_file_with_syntax_errors_stays_and_says_so() {
    let root = folder(&[("a.go", "package x\n\nfunc f( {\n"), ("b.go", MESSY)]);
    let done = amigos(root.path(), &["fmt"]);
    assert_eq!(done.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(errors.contains("a.go:3:9: "), "{errors}");
    assert_eq!((read(&root, "a.go").as_str(), read(&root, "b.go").as_str()), ("package x\n\nfunc f( {\n", NEAT));
}

#[test]
fn simplify_and_imports() {
    let text =
        "package x\n\nimport \"strings\"\n\nvar X = []T{T{1}}\n\ntype T struct{ N int }\n\nfunc F() error { return errors.New(\"x\") }\n";
    let root = folder(&[("amigos.toml", "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n"), ("a.go", text)]);
    let done = amigos(root.path(), &["fmt", "-s", "--imports"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(read(&root, "a.go"), text.replace("strings", "errors").replace("T{T{1}}", "T{{1}}"));
}

struct Session {
    _folder: tempfile::TempDir,
    client: Client,
    path: PathBuf,
    text: String,
}

fn session(text: &str) -> Session {
    let root = folder(&[("amigos.toml", "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n"), ("x.go", text)]);
    let path = root.path().join("x.go");
    let mut client = Client::start(Some(root.path()), &[]);
    client.open(&uri(&path), text);
    Session { _folder: root, client, path, text: text.to_owned() }
}

impl Session {
    /// The text after the edits that `method` answers with, and their number.
    fn edited(&mut self, method: &str, more: Value) -> (String, usize) {
        let mut params = json!({ "textDocument": { "uri": uri(&self.path) }, "options": { "tabSize": 8, "insertSpaces": false } });
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        let edits = self.client.result(method, params);
        self.apply(&edits)
    }

    /// The texts are ASCII: columns are bytes.
    fn apply(&self, edits: &Value) -> (String, usize) {
        let offset = |at: &Value| {
            let lines = self.text.split_inclusive('\n').take(at["line"].as_u64().unwrap() as usize);
            lines.map(str::len).sum::<usize>() + at["character"].as_u64().unwrap() as usize
        };
        let mut list: Vec<(usize, usize, String)> = edits
            .as_array()
            .unwrap()
            .iter()
            .map(|e| (offset(&e["range"]["start"]), offset(&e["range"]["end"]), e["newText"].as_str().unwrap().to_owned()))
            .collect();
        list.sort();
        let mut text = self.text.clone();
        for (start, end, new) in list.iter().rev() {
            text.replace_range(*start..*end, new);
        }
        (text, list.len())
    }
}

#[test]
fn a_document_is_formatted_by_small_edits() {
    let mut session = session(MESSY);
    let (text, count) = session.edited("textDocument/formatting", json!({}));
    assert_eq!(text, NEAT);
    assert!(count > 4, "{count} edits");
}

#[test]
fn a_broken_document_is_formatted_as_far_as_it_can_be_read() {
    let mut session = session("package x\n\nfunc a( ){ }\n\nfunc b() {\n  x :=\n}\n\nfunc c( ){ }\n");
    let (text, _) = session.edited("textDocument/formatting", json!({}));
    assert_eq!(text, "package x\n\nfunc a() {}\n\nfunc b() {\n  x :=\n}\n\nfunc c() {}\n");
}

#[test]
fn a_range_formats_the_statements_it_touches() {
    let mut session = session("package x\n\nfunc f() {\n\ta:=1\n\tb:=2\n}\n");
    let line = json!({ "line": 4, "character": 1 });
    let (text, count) = session.edited("textDocument/rangeFormatting", json!({ "range": { "start": line, "end": line } }));
    assert_eq!((text.as_str(), count), ("package x\n\nfunc f() {\n\ta:=1\n\tb := 2\n}\n", 2));
}

#[test]
fn typing_formats() {
    let mut first = session("package x\n\nfunc f() {\n\tif true {\n\tg()\n\t\t}\n}\n");
    let (text, _) = first.edited("textDocument/onTypeFormatting", json!({ "position": { "line": 5, "character": 3 }, "ch": "}" }));
    assert_eq!(text, "package x\n\nfunc f() {\n\tif true {\n\t\tg()\n\t}\n}\n");
    let mut second = session("package x\n\nfunc f() {\n\ta:=1\n\n}\n");
    let (text, _) = second.edited("textDocument/onTypeFormatting", json!({ "position": { "line": 4, "character": 0 }, "ch": "\n" }));
    assert_eq!(text, "package x\n\nfunc f() {\n\ta := 1\n\t\n}\n");
}

#[test]
fn imports_are_organised_by_a_code_action() {
    let mut session = session("package x\n\nimport \"strings\"\n\nfunc F() error { return errors.New(\"x\") }\n");
    let start = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": uri(&session.path) },
        "range": { "start": start, "end": start },
        "context": { "diagnostics": [], "only": ["source.organizeImports"] },
    });
    let actions = session.client.result("textDocument/codeAction", params);
    assert_eq!(actions[0]["kind"], "source.organizeImports", "{actions}");
    let edits = actions[0]["edit"]["changes"].as_object().unwrap().values().next().unwrap();
    let (text, _) = session.apply(edits);
    assert_eq!(text, "package x\n\nimport \"errors\"\n\nfunc F() error { return errors.New(\"x\") }\n");
}
