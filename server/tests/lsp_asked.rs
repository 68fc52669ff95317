//! What clients ask for that can do more: diagnostics on request, items resolved when they are looked at, files that move, the manifest.

mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Client, uri};

const FORUM: &str = "package forum\n\nimport \"strings\"\n\ntype Post struct{ Title string }\n\nvar Posts []Post\n\n// Top is the title of the newest post.\nfunc Top() string {\n\tif len(Posts) == 0 {\n\t\treturn \"\"\n\t}\n\treturn strings.ToUpper(Posts[len(Posts)-1].Title)\n}\n";

struct Session {
    folder: tempfile::TempDir,
    client: Client,
}

/// A package `forum` and one `other` on disk, and a client with these capabilities and settings.
fn session(capabilities: Value, mut options: Value) -> (Session, Value) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["forum", "other"] {
        let at = folder.path().join(name);
        std::fs::create_dir_all(&at).unwrap();
        std::fs::write(at.join("amigos.toml"), format!("path = \"hub.amigos.dev/test/{name}\"\nversion = \"1.0.0\"\n")).unwrap();
    }
    std::fs::write(folder.path().join("forum/forum.go"), FORUM).unwrap();
    std::fs::write(
        folder.path().join("other/other.go"),
        "package other\n\nimport \"hub.amigos.dev/test/forum\"\n\nfunc F() string { return forum.Top() }\n",
    )
    .unwrap();
    options["live"] = json!({ "enable": false });
    let mut client = Client::spawn(&[]);
    let folders = json!([{ "uri": uri(folder.path()), "name": "w" }]);
    let answer = client
        .request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
    client.notify("initialized", json!({}));
    (Session { folder, client }, answer["result"]["capabilities"].clone())
}

impl Session {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn uri(&self, name: &str) -> String {
        uri(&self.path(name))
    }

    fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.client.open(&uri, text);
    }

    fn at(&mut self, method: &str, name: &str, line: u64, character: u64) -> Value {
        let params = json!({ "textDocument": { "uri": self.uri(name) }, "position": { "line": line, "character": character } });
        self.client.result(method, params)
    }
}

fn pulls() -> (Value, Value) {
    let capabilities = json!({ "textDocument": { "diagnostic": {} }, "workspace": { "diagnostics": { "refreshSupport": true } } });
    (capabilities, json!({ "diagnostics": { "pull": true } }))
}

#[test]
fn diagnostics_on_request() {
    let (capabilities, options) = pulls();
    let (mut s, announced) = session(capabilities, options);
    assert_eq!(announced["diagnosticProvider"]["workspaceDiagnostics"], true);
    let broken = FORUM.replace("return \"\"", "return 1 +");
    s.open("forum/forum.go", &broken);
    let document = json!({ "uri": s.uri("forum/forum.go") });
    let first = s.client.result("textDocument/diagnostic", json!({ "textDocument": document }));
    assert_eq!(first["kind"], "full");
    assert!(!first["items"].as_array().unwrap().is_empty(), "{first}");
    let again = s.client.result("textDocument/diagnostic", json!({ "textDocument": document, "previousResultId": first["resultId"] }));
    assert_eq!(again, json!({ "kind": "unchanged", "resultId": first["resultId"] }));
    let document_uri = s.uri("forum/forum.go");
    s.client.replace(&document_uri, 1, FORUM);
    let mended = s.client.result("textDocument/diagnostic", json!({ "textDocument": document, "previousResultId": first["resultId"] }));
    let errors = |report: &Value| report["items"].as_array().unwrap().iter().filter(|d| d["severity"] == 1).count();
    assert_eq!((mended["kind"].as_str(), errors(&mended)), (Some("full"), 0), "{mended}");
    // What a change breaks in another package is a reason to ask again.
    s.client.replace(&document_uri, 2, &FORUM.replace("func Top()", "func Peak()"));
    let deadline = std::time::Instant::now() + support::PATIENCE;
    while !s.client.refreshed.iter().any(|m| m == "workspace/diagnostic/refresh") {
        assert!(s.client.pump(deadline), "the server did not ask to ask again");
    }
    let all = s.client.result("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let of = |name: &str| all["items"].as_array().unwrap().iter().find(|i| i["uri"].as_str().unwrap().ends_with(name)).unwrap().clone();
    assert_eq!(errors(&of("other.go")), 1, "{all}");
    assert_eq!(of("forum.go")["version"], 2);
    assert_eq!(of("other.go")["version"], Value::Null);
    // The client is not told as well.
    assert!(
        !s.client
            .notifications
            .iter()
            .any(|n| n["method"] == "textDocument/publishDiagnostics" && n["params"]["uri"] == document_uri.as_str())
    );
    s.client.stop();
}

#[test]
fn clients_that_cannot_or_do_not_want_to_ask_are_told() {
    for (capabilities, options) in [(json!({}), json!({ "diagnostics": { "pull": true } })), (pulls().0, json!({}))] {
        let (mut s, announced) = session(capabilities, options);
        assert_eq!(announced["diagnosticProvider"], Value::Null);
        s.open("forum/forum.go", &FORUM.replace("return \"\"", "return 1 +"));
        let found = s.client.notification("textDocument/publishDiagnostics", |p| !p["diagnostics"].as_array().unwrap().is_empty());
        assert!(found["uri"].as_str().unwrap().ends_with("forum.go"));
        s.client.stop();
    }
}

#[test]
fn long_answers_in_parts() {
    let (capabilities, options) = pulls();
    let (mut s, _) = session(capabilities, options);
    for i in 0..70 {
        std::fs::write(s.path(&format!("forum/more{i}.go")), format!("package forum\n\nfunc more{i}() {{}}\n")).unwrap();
    }
    s.open("forum/forum.go", FORUM);
    let changes: Vec<Value> = (0..70).map(|i| json!({ "uri": s.uri(&format!("forum/more{i}.go")), "type": 1 })).collect();
    s.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    let deadline = std::time::Instant::now() + support::PATIENCE;
    loop {
        let rest = s.client.result("workspace/diagnostic", json!({ "previousResultIds": [], "partialResultToken": "t" }));
        let parts: Vec<Value> =
            s.client.notifications.iter().filter(|n| n["method"] == "$/progress").map(|n| n["params"].clone()).collect();
        if let Some(part) = parts.first() {
            assert_eq!((part["token"].as_str(), part["value"]["items"].as_array().map(Vec::len)), (Some("t"), Some(64)));
            assert!(rest["items"].as_array().unwrap().len() < 64);
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the new files were not read");
    }
    s.client.stop();
}

#[test]
fn completions_are_resolved_where_the_client_can_wait() {
    let support = json!({ "textDocument": { "completion": { "completionItem": { "resolveSupport": { "properties": ["documentation", "additionalTextEdits"] } } } } });
    for (capabilities, waits) in [(support, true), (json!({}), false)] {
        let (mut s, announced) = session(capabilities, json!({}));
        assert_eq!(announced["completionProvider"]["resolveProvider"], waits);
        s.open("other/other.go", "package other\n\nfunc F() string { return for }\n\nfunc G() string { return foru }\n");
        let list = s.at("textDocument/completion", "other/other.go", 4, 29);
        let item = list["items"].as_array().unwrap().iter().find(|i| i["label"] == "forum").expect("auto-import offers `forum`").clone();
        assert_eq!(item["additionalTextEdits"].is_null(), waits, "{item}");
        let whole = if waits { s.client.result("completionItem/resolve", item) } else { item };
        let edit = whole["additionalTextEdits"][0]["newText"].as_str().unwrap();
        assert!(edit.contains("\"hub.amigos.dev/test/forum\""), "{edit}");
        s.open("forum/forum.go", &FORUM.replace("return \"\"", "return To"));
        let list = s.at("textDocument/completion", "forum/forum.go", 11, 11);
        let item = list["items"].as_array().unwrap().iter().find(|i| i["label"] == "Top").unwrap().clone();
        let whole = if waits { s.client.result("completionItem/resolve", item) } else { item };
        assert_eq!(whole["documentation"]["value"].as_str().map(str::trim), Some("Top is the title of the newest post."));
        // An item without `data` comes back as it is.
        assert_eq!(s.client.result("completionItem/resolve", json!({ "label": "x" }))["label"], "x");
        s.client.stop();
    }
}

#[test]
fn hints_are_resolved_where_the_client_can_wait() {
    let support = json!({ "textDocument": { "inlayHint": { "resolveSupport": { "properties": ["tooltip"] } } } });
    for (capabilities, waits) in [(support, true), (json!({}), false)] {
        let (mut s, announced) = session(capabilities, json!({ "hints": { "gas": "all" } }));
        assert_eq!(announced["inlayHintProvider"]["resolveProvider"], waits);
        s.open("forum/forum.go", FORUM);
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 30, "character": 0 } });
        let params = json!({ "textDocument": { "uri": s.uri("forum/forum.go") }, "range": range });
        let hints = s.client.result("textDocument/inlayHint", params);
        let gas = hints.as_array().unwrap().iter().find(|h| h["label"].as_str().unwrap().contains("gas")).expect("a hint of gas").clone();
        assert_eq!(gas["tooltip"].is_null(), waits, "{gas}");
        let whole = if waits { s.client.result("inlayHint/resolve", gas) } else { gas };
        assert!(whole["tooltip"]["value"].as_str().is_some_and(|t| !t.is_empty()), "{whole}");
        s.client.stop();
    }
}

fn renames(s: &mut Session, from: &str, to: &str) -> Value {
    let files = json!([{ "oldUri": s.uri(from), "newUri": s.uri(to) }]);
    s.client.result("workspace/willRenameFiles", json!({ "files": files }))
}

#[test]
fn files_that_move_join_the_package_they_come_to() {
    let (mut s, announced) = session(json!({}), json!({}));
    assert_eq!(announced["workspace"]["fileOperations"]["willRename"]["filters"][0]["pattern"]["glob"], "**/*.go");
    assert_eq!(announced["workspace"]["fileOperations"]["didCreate"], Value::Null);
    s.open("forum/forum.go", FORUM);
    let edit = renames(&mut s, "forum/forum.go", "other/forum.go");
    let edits = &edit["changes"][s.uri("forum/forum.go")];
    assert_eq!(edits[0]["newText"], "other");
    assert_eq!(edits[0]["range"], json!({ "start": { "line": 0, "character": 8 }, "end": { "line": 0, "character": 13 } }));
    // In the same folder, to the same package, and what is no Go: nothing.
    assert_eq!(renames(&mut s, "forum/forum.go", "forum/posts.go"), Value::Null);
    assert_eq!(renames(&mut s, "forum/amigos.toml", "other/x.toml"), Value::Null);
    assert_eq!(renames(&mut s, "forum/missing.go", "other/missing.go"), Value::Null);
    // Into a folder that is not there yet: its name.
    let edit = renames(&mut s, "forum/forum.go", "my-posts/forum.go");
    assert_eq!(edit["changes"][s.uri("forum/forum.go")][0]["newText"], "myposts");
    // External tests stay external, also in a file that does not parse.
    s.open("forum/out_test.go", "package forum_test\n\nfunc {\n");
    let edit = renames(&mut s, "forum/out_test.go", "other/out_test.go");
    assert_eq!(edit["changes"][s.uri("forum/out_test.go")][0]["newText"], "other_test");
    s.open("forum/empty.go", "");
    assert_eq!(renames(&mut s, "forum/empty.go", "other/empty.go"), Value::Null);
    s.client.stop();
}

#[test]
fn folders_that_move_take_their_path_along() {
    let (mut s, announced) = session(json!({}), json!({}));
    assert_eq!(announced["workspace"]["fileOperations"]["willRename"]["filters"][1]["pattern"]["matches"], "folder");
    let deps = "path = \"hub.amigos.dev/test/other\"\nversion = \"1.0.0\"\n[dependencies]\n\"hub.amigos.dev/test/forum\" = \"1\"\n";
    s.open("other/amigos.toml", deps);
    s.open("forum/forum.go", FORUM);
    let edit = renames(&mut s, "forum", "board");
    let mut texts = Vec::new();
    for name in ["forum/amigos.toml", "forum/forum.go", "other/amigos.toml", "other/other.go"] {
        let mut edits: Vec<Value> = edit["changes"][s.uri(name)].as_array().unwrap_or_else(|| panic!("{name}: {edit}")).clone();
        edits.sort_by_key(|e| std::cmp::Reverse((e["range"]["start"]["line"].as_u64(), e["range"]["start"]["character"].as_u64())));
        let text = match name {
            "forum/forum.go" => FORUM.to_owned(),
            "other/amigos.toml" => deps.to_owned(),
            _ => std::fs::read_to_string(s.path(name)).unwrap(),
        };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for edit in &edits {
            let at = |end: &str| edit["range"][end]["character"].as_u64().unwrap() as usize;
            let line = &mut lines[edit["range"]["start"]["line"].as_u64().unwrap() as usize];
            line.replace_range(at("start")..at("end"), edit["newText"].as_str().unwrap());
        }
        texts.push(lines.join("\n"));
    }
    assert_eq!(texts[0], "path = \"hub.amigos.dev/test/board\"\nversion = \"1.0.0\"");
    assert!(texts[1].starts_with("package board\n"), "{}", texts[1]);
    assert_eq!(texts[2].lines().last(), Some("\"hub.amigos.dev/test/board\" = \"1\""));
    assert_eq!(texts[3], "package other\n\nimport \"hub.amigos.dev/test/board\"\n\nfunc F() string { return board.Top() }");
    // To the path of another package, to what is no path, and from where nothing is: nothing.
    assert_eq!(renames(&mut s, "forum", "other"), Value::Null);
    assert_eq!(renames(&mut s, "forum", "My Forum"), Value::Null);
    assert_eq!(renames(&mut s, "nowhere", "board"), Value::Null);
    s.client.stop();
}

#[test]
fn new_files_get_their_package_clause() {
    let (mut s, announced) = session(json!({ "workspace": { "applyEdit": true } }), json!({}));
    assert!(announced["workspace"]["fileOperations"]["didCreate"].is_object());
    s.open("forum/forum.go", FORUM);
    let filled = s.path("forum/filled.go");
    std::fs::write(&filled, "package forum\n").unwrap();
    let new = s.path("forum/new.go");
    std::fs::write(&new, "").unwrap();
    let files: Vec<Value> = [&filled, &new].map(|p: &PathBuf| json!({ "uri": uri(Path::new(p)) })).to_vec();
    s.client.notify("workspace/didCreateFiles", json!({ "files": files }));
    s.open("forum/filled.go", "package forum\n");
    s.open("forum/new.go", "");
    let asked = s.client.asked("workspace/applyEdit");
    let changes = asked["edit"]["changes"].as_object().unwrap();
    assert_eq!(changes.keys().collect::<Vec<_>>(), [&uri(&new)]);
    assert_eq!(changes[&uri(&new)][0]["newText"], "package forum\n");
    s.client.stop();
}

#[test]
fn the_manifest_is_completed_and_explained() {
    let (mut s, _) = session(json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } }), json!({}));
    s.open("forum/amigos.toml", "path = \"hub.amigos.dev/test/forum\"\nversion = \"1.0.0\"\n\n[network]\nrp\n");
    let list = s.at("textDocument/completion", "forum/amigos.toml", 4, 2);
    let labels: Vec<&str> = list["items"].as_array().unwrap().iter().filter_map(|i| i["label"].as_str()).collect();
    assert_eq!(labels, ["name", "rpc"]);
    assert_eq!(list["items"][1]["textEdit"]["newText"], "rpc = \"http://$0\"");
    let hover = s.at("textDocument/hover", "forum/amigos.toml", 0, 2);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("The import path"), "{hover}");
    assert_eq!(s.at("textDocument/hover", "forum/amigos.toml", 0, 20), Value::Null);
    s.open("forum/forum.go", FORUM);
    // It is no Go: nothing of Go is said of it.
    let wrong =
        |n: &Value| n["params"]["uri"].as_str().unwrap_or("").ends_with("amigos.toml") && n["params"]["diagnostics"][0]["code"] == "Syntax";
    assert_eq!(s.at("textDocument/hover", "forum/forum.go", 9, 6)["range"]["start"]["line"], 9);
    assert!(!s.client.notifications.iter().any(wrong));
    s.client.stop();
}

#[test]
fn variables_where_an_execution_stopped() {
    let (mut s, announced) = session(json!({}), json!({}));
    assert_eq!(announced["inlineValueProvider"], true);
    s.open("forum/forum.go", "package forum\n\nfunc F(n int) int {\n\tsum := 0\n\tfor i := 0; i < n; i++ {\n\t\tsum += i\n\t}\n\tlate := sum\n\treturn late\n}\n");
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 12, "character": 0 } });
    let at = json!({ "start": { "line": 5, "character": 2 }, "end": { "line": 5, "character": 2 } });
    let params =
        json!({ "textDocument": { "uri": s.uri("forum/forum.go") }, "range": range, "context": { "frameId": 1, "stoppedLocation": at } });
    let found = s.client.result("textDocument/inlineValue", params);
    let names: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|v| format!("{}:{}", v["range"]["start"]["line"], v["variableName"].as_str().unwrap()))
        .collect();
    assert_eq!(names, ["2:n", "3:sum", "4:i", "4:n", "5:sum"]);
    s.client.stop();
}
