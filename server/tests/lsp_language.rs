//! What an editor sees of one package: diagnostics, hover, definition, completion, symbols, folds, fixes.

mod support;

use std::path::PathBuf;

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use support::{Client, uri};

/// A package in a folder of its own, opened in the editor; `$0` in the text is the cursor.
struct Session {
    _folder: tempfile::TempDir,
    client: Client,
    path: PathBuf,
    text: String,
    cursor: Value,
}

fn session(marked: &str) -> Session {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("amigos.toml"), "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n").unwrap();
    let path = folder.path().join("x.go");
    let text = marked.replace("$0", "");
    std::fs::write(&path, &text).unwrap();
    let before = &marked[..marked.find("$0").unwrap_or(0)];
    let line = before.matches('\n').count();
    let character = before.rsplit('\n').next().unwrap_or("").encode_utf16().count();
    let mut client = Client::start(Some(folder.path()), &[]);
    client.open(&uri(&path), &text);
    Session { _folder: folder, client, path, text, cursor: json!({ "line": line, "character": character }) }
}

impl Session {
    fn at_cursor(&mut self, method: &str) -> Value {
        let params = json!({ "textDocument": { "uri": uri(&self.path) }, "position": self.cursor });
        self.client.result(method, params)
    }

    fn of_document(&mut self, method: &str) -> Value {
        self.client.result(method, json!({ "textDocument": { "uri": uri(&self.path) } }))
    }

    /// The text of an LSP range.
    fn slice(&self, range: &Value) -> String {
        let place = |end: &str| {
            let line = self.text.split_inclusive('\n').take(range[end]["line"].as_u64().unwrap() as usize).map(str::len).sum::<usize>();
            let units = range[end]["character"].as_u64().unwrap() as usize;
            let rest = &self.text[line..];
            let mut count = 0;
            let column: usize = rest
                .chars()
                .take_while(|c| {
                    let go = count < units;
                    count += c.len_utf16();
                    go
                })
                .map(char::len_utf8)
                .sum();
            line + column
        };
        self.text[place("start")..place("end")].to_owned()
    }

    fn diagnostics(&mut self, wanted: impl Fn(&Value) -> bool) -> String {
        let uri = uri(&self.path);
        let found = self.client.notification("textDocument/publishDiagnostics", |p| p["uri"] == uri.as_str() && wanted(p));
        let all = found["diagnostics"].as_array().cloned().unwrap_or_default();
        all.iter()
            .map(|d| {
                format!(
                    "`{}` {} {}: {}\n",
                    self.slice(&d["range"]),
                    d["severity"],
                    d["code"].as_str().unwrap_or("?"),
                    d["message"].as_str().unwrap_or("?")
                )
            })
            .collect()
    }
}

fn check_diagnostics(text: &str, expected: Expect) {
    let mut session = session(text);
    let found =
        session.diagnostics(|p| p["diagnostics"].as_array().is_some_and(|d| d.iter().any(|d| d["code"] != "Syntax") || d.is_empty()));
    expected.assert_eq(&found);
    session.client.stop();
}

#[test]
fn errors_of_types_and_rules_have_the_right_places_also_behind_wide_characters() {
    check_diagnostics(
        "package x\n\nfunc F() int {\n\t/* \u{1F600}\u{e9} */ return undefined1\n}\n\nfunc g() {\n\tgo g()\n}\n",
        expect![[r#"
            `undefined1` 1 UndeclaredName: undefined: undefined1
            `go` 1 AM1001: `go` starts a goroutine, which runs in another order on every node: call the function directly
        "#]],
    );
}

#[test]
fn a_correct_package_has_an_empty_answer() {
    check_diagnostics("package x\n\nvar Count int\n\nfunc F() { Count++ }\n", expect![""]);
}

#[test]
fn an_edit_makes_a_finding_come_and_go() {
    let mut session = session("package x\n\nfunc F() int {\n\treturn 1\n}\n");
    let uri = uri(&session.path);
    assert_eq!(session.diagnostics(|p| p["version"] == 0), "");
    session.text = session.text.replace("return 1", "return a");
    session.client.replace(&uri, 1, &session.text.clone());
    assert_eq!(session.diagnostics(|p| p["version"] == 1), "`a` 1 UndeclaredName: undefined: a\n");
    session.text = session.text.replace("return a", "return 2");
    session.client.replace(&uri, 2, &session.text.clone());
    assert_eq!(session.diagnostics(|p| p["version"] == 2), "");
    session.client.stop();
}

#[test]
fn hover_shows_declaration_and_doc() {
    let mut session = session("package x\n\n// Count counts.\nvar Count int\n\nfunc F() { Cou$0nt++ }\n");
    let hover = session.at_cursor("textDocument/hover");
    assert_eq!(session.slice(&hover["range"]), "Count");
    expect![[r#"
        ```go
        var Count int
        ```
        persistent · owned by x

        Count counts.

    "#]]
    .assert_eq(hover["contents"]["value"].as_str().unwrap());
    session.client.stop();
}

#[test]
fn definition_leads_to_the_declaration_and_into_the_standard_library() {
    let mut session = session("package x\n\nimport \"strings\"\n\nfunc f() string { return strings.ToUp$0per(\"a\") }\n");
    let found = session.at_cursor("textDocument/definition");
    let target = found[0]["uri"].as_str().unwrap();
    assert!(target.starts_with("amigos://std/strings/"), "{found}");
    let document = session.client.result("amigos/virtualDocument", json!({ "uri": target }));
    let line = found[0]["range"]["start"]["line"].as_u64().unwrap() as usize;
    let text = document["text"].as_str().unwrap();
    assert!(text.lines().nth(line).unwrap().starts_with("func ToUpper("), "{}", text.lines().nth(line).unwrap());
    session.client.stop();
}

#[test]
fn completion_knows_members() {
    let mut session = session("package x\n\nimport \"strings\"\n\nfunc f() string { return strings.ToU$0 }\n");
    let found = session.at_cursor("textDocument/completion");
    let labels: Vec<&str> = found["items"].as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&"ToUpper"), "{labels:?}");
    session.client.stop();
}

#[test]
fn symbols_folds_and_lenses() {
    let mut session = session(
        "package x\n\n// Do does it.\n//\n// Example: Do(\"a\", 2)\nfunc Do(s string, n int) error {\n\treturn nil\n}\n\ntype T struct {\n\tA int\n}\n\nfunc (t *T) M() {}\n",
    );
    let symbols = session.of_document("textDocument/documentSymbol");
    let names: Vec<String> = symbols.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect();
    assert!(names.contains(&"Do".to_owned()) && names.contains(&"T".to_owned()), "{names:?}");
    let folds = session.of_document("textDocument/foldingRange");
    assert!(folds.as_array().unwrap().iter().any(|f| f["startLine"] == 5 && f["endLine"] == 7), "{folds}");
    let lenses = session.of_document("textDocument/codeLens");
    let lens = lenses.as_array().unwrap().iter().find(|l| l["command"]["command"] == "amigos.simulate").unwrap();
    assert_eq!(lens["command"]["title"], "simulate(\"a\", 2)");
    assert_eq!(lens["command"]["arguments"][0]["function"], "Do");
    assert_eq!(lens["command"]["arguments"][0]["args"], json!(["\"a\"", "2"]));
    session.client.stop();
}

#[test]
fn a_fix_is_an_edit_of_the_document() {
    let mut session = session("package x\n\nfunc f() {\n\tx := 1\n}\n");
    let uri = uri(&session.path);
    let range = json!({ "start": { "line": 3, "character": 1 }, "end": { "line": 3, "character": 1 } });
    let actions = session
        .client
        .result("textDocument/codeAction", json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } }));
    let action = &actions.as_array().unwrap()[0];
    assert_eq!(action["kind"], "quickfix");
    assert!(action["edit"]["changes"][&uri].is_array(), "{action}");
    session.client.stop();
}

#[test]
fn thirty_thousand_nested_parentheses_are_an_error_and_nothing_worse() {
    let deep = format!("package x\n\nvar A = {}1{}\n", "(".repeat(30_000), ")".repeat(30_000));
    let mut session = session(&deep);
    session.diagnostics(|p| p["diagnostics"].as_array().is_some_and(|d| !d.is_empty()));
    session.of_document("textDocument/documentSymbol");
    session.of_document("textDocument/foldingRange");
    session.client.stop();
}

#[test]
fn a_test_runs_as_it_stands_in_the_editor() {
    let mut session = session("package x\n\nimport \"testing\"\n\nvar Count int\n\nfunc Up() { Count++ }\n");
    let path = session.path.with_file_name("x_test.go");
    let text = "package x\n\nimport \"testing\"\n\nfunc TestUp(t *testing.T) {\n\tUp()\n\tif Count != 1 {\n\t\tt.Errorf(\"got %d\", Count)\n\t}\n}\n";
    std::fs::write(&path, text).unwrap();
    let uri = uri(&path);
    session.client.open(&uri, &text.replace("!= 1", "!= 2"));
    let edited = session.text.replace("import \"testing\"\n\n", "");
    let document = support::uri(&session.path);
    session.client.replace(&document, 1, &edited);
    let arguments = json!([{ "uri": uri, "function": "TestUp" }]);
    let run = |session: &mut Session| {
        session.client.result("workspace/executeCommand", json!({ "command": "amigos.runTest", "arguments": arguments }))
    };
    let result = run(&mut session);
    assert_eq!(result["tests"][0]["status"], "fail", "{result}");
    assert!(result["text"].as_str().unwrap().contains("got 1"), "{result}");
    session.client.replace(&uri, 1, text);
    assert_eq!(run(&mut session)["tests"][0]["status"], "pass");
    session.client.stop();
}

const NAMES: &str = "package x\n\nvar Posts []string\n\n// Add adds.\nfunc Add(title string) int {\n\tPosts = append(Posts, title)\n\treturn len(Posts)\n}\n\nfunc Twice() { Add(\"a\"); Add($0) }\n";

#[test]
fn references_and_highlights() {
    let mut session = session(&NAMES.replace("$0", "").replace("Posts = append", "$0Posts = append"));
    let params =
        json!({ "textDocument": { "uri": uri(&session.path) }, "position": session.cursor, "context": { "includeDeclaration": true } });
    let found = session.client.result("textDocument/references", params);
    let places: Vec<String> =
        found.as_array().unwrap().iter().map(|l| format!("{}:{}", l["range"]["start"]["line"], session.slice(&l["range"]))).collect();
    assert_eq!(places, ["2:Posts", "6:Posts", "6:Posts", "7:Posts"]);
    let kinds: Vec<i64> =
        session.at_cursor("textDocument/documentHighlight").as_array().unwrap().iter().map(|h| h["kind"].as_i64().unwrap()).collect();
    assert_eq!(kinds, [3, 3, 2, 2]);
    session.client.stop();
}

#[test]
fn renaming() {
    let mut session = session(&NAMES.replace("$0", "").replace("var Posts", "var $0Posts"));
    let prepared = session.at_cursor("textDocument/prepareRename");
    assert_eq!((session.slice(&prepared["range"]), prepared["placeholder"].as_str()), ("Posts".to_owned(), Some("Posts")));
    let mut params = json!({ "textDocument": { "uri": uri(&session.path) }, "position": session.cursor, "newName": "Entries" });
    let edit = session.client.result("textDocument/rename", params.clone());
    let edits = edit["changes"][uri(&session.path)].as_array().unwrap();
    assert!(edits.len() == 4 && edits.iter().all(|e| e["newText"] == "Entries"), "{edit}");
    params["newName"] = json!("Add");
    let answer = session.client.request("textDocument/rename", params);
    assert!(answer["error"]["message"].as_str().unwrap_or("").contains("`Add` is already declared"), "{answer}");
    session.client.stop();
}

#[test]
fn signatures_while_typing() {
    let mut session = session(NAMES);
    let found = session.at_cursor("textDocument/signatureHelp");
    assert_eq!(found["signatures"][0]["label"], "Add(title string) int");
    assert_eq!((&found["activeParameter"], &found["signatures"][0]["parameters"][0]["label"]), (&json!(0), &json!("title string")));
    session.client.stop();
}

#[test]
fn semantic_tokens_say_what_persists() {
    let mut session = session(NAMES);
    let legend = ["declaration", "readonly", "defaultLibrary", "persistent"];
    let found = session.of_document("textDocument/semanticTokens/full");
    let data: Vec<u64> = found["data"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    // `Posts` in its declaration: line 2, column 4, a variable that is declared and persists.
    let persistent = 1u64 << legend.iter().position(|m| *m == "persistent").unwrap();
    assert_eq!(&data[..5], [2, 4, 5, 4, 1 | persistent]);
    assert!(data.len().is_multiple_of(5) && data.len() > 50, "{data:?}");
    session.client.stop();
}

#[test]
fn selections_types_and_symbols_of_the_workspace() {
    let mut session = session(&NAMES.replace("$0", "").replace("len(Posts)", "len($0Posts)"));
    let params = json!({ "textDocument": { "uri": uri(&session.path) }, "positions": [session.cursor] });
    let mut at = session.client.result("textDocument/selectionRange", params)[0].clone();
    let mut texts = Vec::new();
    while !at.is_null() {
        texts.push(session.slice(&at["range"]));
        at = at["parent"].clone();
    }
    assert_eq!(&texts[..3], ["Posts", "len(Posts)", "return len(Posts)"]);
    let found = session.client.result("workspace/symbol", json!({ "query": "twi" }));
    assert_eq!((&found[0]["name"], &found[0]["containerName"]), (&json!("Twice"), &json!("hub.amigos.dev/x@v1")));
    assert!(session.at_cursor("textDocument/typeDefinition").as_array().is_some());
    session.client.stop();
}

#[test]
fn a_package_that_is_not_imported_comes_with_its_import() {
    let mut session = session("package x\n\nfunc F() string { return strings.Rep$0 }\n");
    let found = session.at_cursor("textDocument/completion");
    let item = found["items"].as_array().unwrap().iter().find(|i| i["label"] == "Repeat").cloned().unwrap();
    assert_eq!(item["additionalTextEdits"][0]["newText"], "\n\nimport (\n\t\"strings\"\n)");
    session.client.stop();
}
