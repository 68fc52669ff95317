//! Features over the wire: what follows names, actions and lenses that are resolved, and what a client gets that can do less.

mod support;

use std::path::PathBuf;

use serde_json::{Value, json};
use support::{Client, uri};

const SHAPES: &str = "// Package shapes is for tests.\npackage shapes\n\nimport \"strings\"\n\ntype Shape interface{ Area() int }\n\ntype Square struct{ Side int }\n\nfunc (s Square) Area() int { return s.Side }\n\n// Add adds.\n//\n// Example: Add(2)\nfunc Add(side int) int {\n\tshape := Square{Side: side}\n\t_ = strings.ToUpper(\"a\")\n\treturn shape.Area() + shape.Area()\n}\n";
const TESTS: &str =
    "package shapes\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(2) != 4 {\n\t\tt.Error(\"no\")\n\t}\n}\n";

struct Session {
    _folder: tempfile::TempDir,
    client: Client,
    path: PathBuf,
}

/// A package opened by a client with these capabilities.
fn session(capabilities: Value) -> (Session, Value) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("amigos.toml"), "path = \"hub.amigos.dev/test/shapes\"\nversion = \"1.0.0\"\n").unwrap();
    let path = folder.path().join("shapes.go");
    std::fs::write(&path, SHAPES).unwrap();
    std::fs::write(folder.path().join("shapes_test.go"), TESTS).unwrap();
    let mut client = Client::spawn(&[]);
    let folders = json!([{ "uri": uri(folder.path()), "name": "w" }]);
    let options = json!({ "live": { "enable": false } });
    let answer = client
        .request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
    client.notify("initialized", json!({}));
    client.open(&uri(&path), SHAPES);
    (Session { _folder: folder, client, path }, answer["result"]["capabilities"].clone())
}

fn position(text: &str, word: &str) -> Value {
    let at = SHAPES.find(text).unwrap() + text.find(word).unwrap();
    let before = &SHAPES[..at];
    json!({ "line": before.matches('\n').count(), "character": before.rsplit('\n').next().unwrap().len() })
}

impl Session {
    fn document(&self) -> Value {
        json!({ "uri": uri(&self.path) })
    }

    fn at(&mut self, method: &str, text: &str, word: &str) -> Value {
        let params = json!({ "textDocument": self.document(), "position": position(text, word) });
        self.client.result(method, params)
    }

    fn of_document(&mut self, method: &str) -> Value {
        let params = json!({ "textDocument": self.document() });
        self.client.result(method, params)
    }

    fn actions(&mut self, text: &str, only: &str) -> Vec<Value> {
        let start = position(text, text);
        let end = json!({ "line": start["line"], "character": start["character"].as_u64().unwrap() + text.len() as u64 });
        let params = json!({ "textDocument": self.document(), "range": { "start": start, "end": end }, "context": { "diagnostics": [], "only": [only] } });
        self.client.result("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    }
}

/// The lines that locations start on.
fn lines(found: &Value) -> Vec<u64> {
    found.as_array().into_iter().flatten().map(|l| l["range"]["start"]["line"].as_u64().unwrap()).collect()
}

#[test]
fn what_follows_names() {
    let (mut s, capabilities) = session(json!({}));
    for wanted in [
        "implementationProvider",
        "declarationProvider",
        "callHierarchyProvider",
        "typeHierarchyProvider",
        "documentLinkProvider",
        "linkedEditingRangeProvider",
    ] {
        assert!(!capabilities[wanted].is_null(), "{wanted} is not announced");
    }
    assert_eq!(lines(&s.at("textDocument/implementation", "type Shape", "Shape")), [7]);
    assert_eq!(lines(&s.at("textDocument/declaration", "(s Square) Area", "Area")), [5]);
    let items = s.at("textDocument/prepareCallHierarchy", "(s Square) Area", "Area");
    assert_eq!(items[0]["name"], "Square.Area");
    let from = s.client.result("callHierarchy/incomingCalls", json!({ "item": items[0] }));
    assert_eq!((from[0]["from"]["name"].as_str(), from[0]["fromRanges"].as_array().map(Vec::len)), (Some("Add"), Some(2)));
    let items = s.at("textDocument/prepareCallHierarchy", "func Add", "Add");
    let to = s.client.result("callHierarchy/outgoingCalls", json!({ "item": items[0] }));
    let names: Vec<&str> = to.as_array().unwrap().iter().filter_map(|c| c["to"]["name"].as_str()).collect();
    assert_eq!(names, ["ToUpper", "Square.Area"]);
    // Sources of the standard library lead no further, and that is no error.
    assert_eq!(s.client.result("callHierarchy/incomingCalls", json!({ "item": to[0]["to"] })), json!([]));
    let items = s.at("textDocument/prepareTypeHierarchy", "type Square", "Square");
    let above = s.client.result("typeHierarchy/supertypes", json!({ "item": items[0] }));
    assert_eq!(above[0]["name"], "Shape");
    let below = s.client.result("typeHierarchy/subtypes", json!({ "item": above[0] }));
    assert_eq!(below[0]["name"], "Square");
    let links = s.of_document("textDocument/documentLink");
    assert!(links[0]["target"].as_str().unwrap().starts_with("amigos://std/strings/"), "{links}");
    assert_eq!(s.at("textDocument/linkedEditingRange", "shape :=", "shape")["ranges"].as_array().map(Vec::len), Some(3));
    assert_eq!(s.at("textDocument/linkedEditingRange", "func Add", "Add"), Value::Null);
    s.client.stop();
}

#[test]
fn semantic_tokens_as_deltas() {
    let (mut s, _) = session(json!({}));
    let full = s.of_document("textDocument/semanticTokens/full");
    let id = full["resultId"].as_str().unwrap().to_owned();
    let delta = |s: &mut Session, id: &str| {
        let params = json!({ "textDocument": s.document(), "previousResultId": id });
        s.client.result("textDocument/semanticTokens/full/delta", params)
    };
    let same = delta(&mut s, &id);
    assert_eq!(same["edits"], json!([]));
    s.client.replace(&uri(&s.path), 1, &SHAPES.replace("return shape.Area() +", "return side + shape.Area() +"));
    let changed = delta(&mut s, same["resultId"].as_str().unwrap());
    assert_eq!(changed["edits"].as_array().map(Vec::len), Some(1), "{changed}");
    // What the client says it has is not what was sent: all again.
    assert!(delta(&mut s, "nonsense")["data"].is_array());
    s.client.stop();
}

#[test]
fn actions_are_resolved_where_the_client_can_wait() {
    let (mut s, _) = session(json!({}));
    let actions = s.actions("shape.Area() + shape.Area()", "refactor.extract");
    let titles: Vec<&str> = actions.iter().filter_map(|a| a["title"].as_str()).collect();
    assert_eq!(titles, ["extract variable `x`", "extract function"]);
    assert!(actions[0]["edit"].is_object() && actions[0]["data"].is_null());
    // A client that cannot make files is not offered what makes one.
    assert!(s.actions("func Add", "refactor.rewrite").iter().all(|a| !a["title"].as_str().unwrap().starts_with("generate")));
    s.client.stop();

    let resolving = json!({
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
        "textDocument": { "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] },
            "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } } },
    });
    let (mut s, capabilities) = session(resolving);
    assert_eq!(capabilities["codeActionProvider"]["resolveProvider"], true);
    let actions = s.actions("shape.Area() + shape.Area()", "refactor.extract");
    assert!(actions[0]["edit"].is_null());
    let resolved = s.client.result("codeAction/resolve", actions[0].clone());
    assert_eq!(resolved["edit"]["changes"][uri(&s.path)].as_array().map(Vec::len), Some(2), "{resolved}");
    s.client.replace(&uri(&s.path), 1, "package shapes\n");
    let answer = s.client.request("codeAction/resolve", actions[0].clone());
    assert!(answer["error"]["message"].as_str().unwrap().contains("the text has changed"), "{answer}");
    s.client.stop();
}

#[test]
fn all_fixes_of_a_file_at_once() {
    let (mut s, _) = session(json!({}));
    let text = "package shapes\n\nimport (\n\t\"errors\"\n\t\"strings\"\n)\n\nfunc F() {\n\tx := 1\n}\n";
    s.client.replace(&uri(&s.path), 1, text);
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let params = json!({ "textDocument": s.document(), "range": range, "context": { "diagnostics": [], "only": ["source.fixAll"] } });
    let actions = s.client.result("textDocument/codeAction", params);
    let edits = actions[0]["edit"]["changes"][uri(&s.path)].as_array().cloned().unwrap_or_default();
    assert!(edits.len() >= 2, "{actions}");
    s.client.stop();
}

#[test]
fn completions_with_snippets_where_the_client_has_them() {
    let complete = |capabilities: Value| {
        let (mut s, _) = session(capabilities);
        let found = s.at("textDocument/completion", "strings.ToUpper", "ToUpper");
        let one = found["items"].as_array().unwrap().iter().find(|i| i["label"] == "Repeat").cloned().unwrap();
        s.client.stop();
        (one["textEdit"]["newText"].as_str().unwrap().to_owned(), one["insertTextFormat"].clone())
    };
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    assert_eq!(complete(snippets), ("Repeat(${1:s}, ${2:count})$0".to_owned(), json!(2)));
    assert_eq!(complete(json!({})), ("Repeat".to_owned(), Value::Null));
}

#[test]
fn lenses_and_commands_of_a_package() {
    let (mut s, _) = session(json!({}));
    let lenses = s.of_document("textDocument/codeLens");
    let mut titles = Vec::new();
    for lens in lenses.as_array().unwrap() {
        let lens = if lens["command"].is_null() { s.client.result("codeLens/resolve", lens.clone()) } else { lens.clone() };
        titles.push(lens["command"]["title"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        titles,
        ["deploy 1.0.0", "0 references", "1 implementation", "2 references", "2 references", "1 reference", "simulate(2)"],
        "{lenses}"
    );
    let execute = |s: &mut Session, command: &str| {
        let argument = json!({ "uri": uri(&s.path) });
        s.client.result("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    };
    let functions = execute(&mut s, "amigos.functions");
    assert_eq!(functions["functions"][0]["params"], json!([{ "name": "side", "type": "int" }]));
    assert_eq!(functions["functions"][0]["examples"], json!([["2"]]));
    let tests = execute(&mut s, "amigos.tests");
    assert_eq!((tests["tests"][0]["name"].as_str(), tests["tests"].as_array().map(Vec::len)), (Some("TestAdd"), Some(1)));
    let deploy = execute(&mut s, "amigos.deploy");
    assert_eq!(deploy["terminal"]["command"].as_array().unwrap()[..3], [json!("amigos"), json!("deploy"), json!(".")]);
    s.client.stop();
}

#[test]
fn hints_of_code_by_kind() {
    let (mut s, _) = session(json!({}));
    let hints = |s: &mut Session| {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 40, "character": 0 } });
        let params = json!({ "textDocument": s.document(), "range": range });
        let found = s.client.result("textDocument/inlayHint", params);
        found.as_array().unwrap().iter().filter_map(|h| h["label"].as_str().map(str::to_owned)).collect::<Vec<String>>()
    };
    assert!(!hints(&mut s).iter().any(|h| h == "Square"));
    let settings = json!({ "amigos": { "live": { "enable": false }, "hints": { "variableTypes": "all" } } });
    s.client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert!(hints(&mut s).iter().any(|h| h == "Square"));
    s.client.stop();
}

#[test]
fn lines_of_tests_and_unsigned_transactions() {
    let (mut s, _) = session(json!({}));
    let document = s.document();
    let mut execute = |command: &str, argument: Value| {
        s.client.result("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    };
    let uri = document["uri"].clone();
    let run = execute("amigos.runTest", json!({ "uri": uri, "function": "TestAdd", "lines": true }));
    let lines = run["tests"][0]["lines"].as_array().unwrap();
    let of = |line: u64| {
        lines
            .iter()
            .find(|one| one["uri"] == uri && one["line"] == line)
            .map(|one| (one["gas"].as_u64().unwrap() > 0, one["hits"].as_u64()))
    };
    let row = |text: &str| SHAPES[..SHAPES.find(text).unwrap()].matches('\n').count() as u64;
    assert_eq!(of(row("return shape.Area()")), Some((true, Some(1))), "{lines:#?}");
    assert_eq!(of(row("func (s Square) Area")), Some((true, Some(2))), "{lines:#?}");
    assert_eq!(of(row("package shapes")), None);
    let plain = execute("amigos.runTest", json!({ "uri": uri, "function": "TestAdd" }));
    assert_eq!(plain["tests"][0]["lines"], json!([]));

    let committed = execute("amigos.commit", json!({ "uri": uri, "function": "Add", "args": ["2"], "from": "me", "gas": 5000 }));
    let message =
        json!({ "type": "call", "package": "hub.amigos.dev/test/shapes@v1", "func": "Add", "args": ["2"], "json_args": false, "value": 0 });
    assert_eq!(committed["transaction"]["messages"], json!([message]));
    assert_eq!((&committed["transaction"]["from"], &committed["transaction"]["gas"]), (&json!("me"), &json!(5000)));
    assert_eq!(committed["command"], json!(["amigos", "keys", "sign"]));
    s.client.stop();
}
