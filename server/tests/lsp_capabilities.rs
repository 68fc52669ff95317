//! A client that lacks a feature loses that and nothing else: the same session with everything, without each thing, and without anything says the same.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{Client, uri};

const SHAPES: &str = "// Package shapes is for tests.\npackage shapes\n\nimport \"strings\"\n\n// Shape has an area.\ntype Shape interface{ Area() int }\n\ntype Square struct{ Side int }\n\nfunc (s Square) Area() int { return s.Side }\n\n// Add adds.\n//\n// Example: Add(2)\nfunc Add(side int) int {\n\tshape := Square{Side: side}\n\t_ = strings.ToUpper(\"a\")\n\tfor i := 0; i < side; i++ {\n\t\tside -= shape.Area()\n\t}\n\treturn shape.Area() + lost\n}\n";

/// Everything that the server asks of clients.
fn everything() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-8"] },
        "window": { "workDoneProgress": true },
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
            "codeLens": { "refreshSupport": true },
            "inlayHint": { "refreshSupport": true },
            "diagnostics": { "refreshSupport": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "diagnostic": {},
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "signatureHelp": { "signatureInformation": { "documentationFormat": ["markdown", "plaintext"] } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } },
            "completion": { "completionItem": {
                "snippetSupport": true, "documentationFormat": ["markdown", "plaintext"], "resolveSupport": { "properties": ["documentation", "additionalTextEdits"] },
            } },
            "inlayHint": { "resolveSupport": { "properties": ["tooltip"] } },
        },
    })
}

/// The places of the features in [`everything`].
const FEATURES: [&str; 20] = [
    "/general/positionEncodings",
    "/window/workDoneProgress",
    "/workspace/applyEdit",
    "/workspace/workspaceEdit",
    "/workspace/workspaceEdit/documentChanges",
    "/workspace/workspaceEdit/resourceOperations",
    "/workspace/codeLens",
    "/workspace/inlayHint",
    "/workspace/diagnostics",
    "/workspace/didChangeWatchedFiles",
    "/textDocument/publishDiagnostics",
    "/textDocument/diagnostic",
    "/textDocument/hover",
    "/textDocument/signatureHelp",
    "/textDocument/documentSymbol",
    "/textDocument/codeAction",
    "/textDocument/completion/completionItem/snippetSupport",
    "/textDocument/completion/completionItem/documentationFormat",
    "/textDocument/completion/completionItem/resolveSupport",
    "/textDocument/inlayHint",
];

fn without(feature: &str) -> Value {
    let mut all = everything();
    let (parent, name) = feature.rsplit_once('/').unwrap();
    assert!(all.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).is_some(), "there is no {feature}");
    all
}

fn texts(list: &Value, of: impl Fn(&Value) -> Option<&str>) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| of(one).map(str::to_owned)).collect()
}

fn names(symbols: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for symbol in symbols.as_array().into_iter().flatten() {
        out.push(symbol["name"].as_str().unwrap().to_owned());
        out.extend(names(&symbol["children"]));
    }
    out
}

/// What a session says, whatever shape a client's abilities give it.
fn session(folder: &Path, capabilities: Value) -> Vec<(&'static str, Value)> {
    let edits = |what: &str| capabilities.pointer(&format!("/workspace/workspaceEdit/{what}")).is_some();
    let creates = edits("documentChanges") && edits("resourceOperations");
    let path = folder.join("shapes.go");
    std::fs::write(folder.join("amigos.toml"), "path = \"hub.amigos.dev/test/shapes\"\nversion = \"1.0.0\"\n").unwrap();
    std::fs::write(&path, SHAPES).unwrap();
    let mut client = Client::spawn(&[]);
    let options = json!({ "live": { "enable": false }, "diagnostics": { "pull": true }, "hints": { "gas": "all" } });
    let folders = json!([{ "uri": uri(folder), "name": "w" }]);
    let answer = client
        .request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
    let announced = answer["result"]["capabilities"].clone();
    client.notify("initialized", json!({}));
    client.open(&uri(&path), SHAPES);
    let document = json!({ "uri": uri(&path) });
    let position = |needle: &str, word: &str| {
        let at = SHAPES.find(needle).unwrap() + needle.find(word).unwrap();
        let before = &SHAPES[..at];
        json!({ "line": before.matches('\n').count(), "character": before.rsplit('\n').next().unwrap().len() })
    };
    let at = |needle: &str, word: &str| json!({ "textDocument": document, "position": position(needle, word) });
    let mut said: Vec<(&'static str, Value)> = Vec::new();

    let found = if announced["diagnosticProvider"].is_object() {
        client.result("textDocument/diagnostic", json!({ "textDocument": document }))["items"].clone()
    } else {
        let complete = |p: &Value| p["uri"] == document["uri"] && p["diagnostics"].to_string().contains("lost");
        client.notification("textDocument/publishDiagnostics", complete)["diagnostics"].clone()
    };
    said.push(("diagnostics", json!(texts(&found, |d| d["message"].as_str()))));
    for (name, method) in [
        ("hover", "textDocument/hover"),
        ("definition", "textDocument/definition"),
        ("type definition", "textDocument/typeDefinition"),
        ("highlights", "textDocument/documentHighlight"),
        ("prepared renaming", "textDocument/prepareRename"),
        ("selection", "textDocument/selectionRange"),
    ] {
        let mut params = at("return shape.Area", "shape");
        params["positions"] = json!([params["position"]]);
        said.push((name, client.result(method, params)));
    }
    let mut references = at("Side int", "Side");
    references["context"] = json!({ "includeDeclaration": true });
    said.push(("references", json!(client.result("textDocument/references", references).as_array().unwrap().len())));
    let mut renaming = at("Side int", "Side");
    renaming["newName"] = json!("Edge");
    let edit = client.result("textDocument/rename", renaming);
    said.push((
        "renaming",
        json!(edit["changes"].as_object().map(|files| files.values().map(|f| f.as_array().unwrap().len()).sum::<usize>())),
    ));
    said.push((
        "implementation",
        json!(client.result("textDocument/implementation", at("Shape interface", "Shape")).as_array().unwrap().len()),
    ));

    let call = at("ToUpper(\"a\")", "\"a\"");
    said.push(("signature help", client.result("textDocument/signatureHelp", call)));

    let list = client.result("textDocument/completion", at("shape.Area() + lost", "Area"));
    let items = list["items"].as_array().unwrap().clone();
    let mut complete = Vec::new();
    for item in items {
        let label = item["label"].clone();
        let whole = if item["data"].is_null() { item } else { client.result("completionItem/resolve", item) };
        complete.push(json!([label, whole["documentation"], whole["additionalTextEdits"]]));
    }
    said.push(("completion", json!(complete)));

    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 40, "character": 0 } });
    let mut hints = Vec::new();
    for hint in client.result("textDocument/inlayHint", json!({ "textDocument": document, "range": whole })).as_array().unwrap() {
        let hint = if hint["data"].is_null() { hint.clone() } else { client.result("inlayHint/resolve", hint.clone()) };
        hints.push(json!([hint["position"], hint["label"], hint["tooltip"]]));
    }
    said.push(("hints", json!(hints)));

    let mut actions = Vec::new();
    for (needle, word) in [("lost", "lost"), ("shape := Square", "Square"), ("func Add", "Add")] {
        let start = position(needle, word);
        let range = json!({ "start": start, "end": start });
        let params = json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
        for action in client.result("textDocument/codeAction", params).as_array().unwrap() {
            let resolves = action["edit"].is_null() && !action["data"].is_null();
            let whole = if resolves { client.result("codeAction/resolve", action.clone()) } else { action.clone() };
            let does = !whole["edit"].is_null() || !whole["command"].is_null();
            let makes_files = whole["edit"]["documentChanges"].to_string().contains("\"create\"");
            // What makes a file needs a client that can.
            if !makes_files {
                actions.push(json!([action["title"], does]));
            }
            assert!(creates || !makes_files, "{whole}");
        }
    }
    said.push(("actions", json!(actions)));

    let mut lenses = Vec::new();
    for lens in client.result("textDocument/codeLens", json!({ "textDocument": document })).as_array().unwrap() {
        let lens = if lens["command"].is_null() { client.result("codeLens/resolve", lens.clone()) } else { lens.clone() };
        lenses.push(lens["command"]["title"].clone());
    }
    said.push(("lenses", json!(lenses)));
    said.push(("symbols", json!(names(&client.result("textDocument/documentSymbol", json!({ "textDocument": document }))))));
    said.push(("folds", client.result("textDocument/foldingRange", json!({ "textDocument": document }))));
    said.push(("tokens", client.result("textDocument/semanticTokens/full", json!({ "textDocument": document }))["data"].clone()));
    let options = json!({ "tabSize": 4, "insertSpaces": false });
    said.push(("formatting", client.result("textDocument/formatting", json!({ "textDocument": document, "options": options }))));
    said.push(("symbols of the workspace", json!(names(&client.result("workspace/symbol", json!({ "query": "Square" }))))));
    let command = json!({ "command": "amigos.functions", "arguments": [{ "uri": document["uri"] }] });
    said.push(("commands", json!(client.request("workspace/executeCommand", command)["result"]["functions"].as_array().map(Vec::len))));
    client.stop();
    said
}

#[test]
fn a_client_that_lacks_a_feature_loses_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let whole = session(folder.path(), everything());
    for (name, value) in &whole {
        assert!(
            !matches!(value, Value::Null) && *value != json!([]) || *name == "formatting",
            "{name} says nothing, so that it proves nothing"
        );
    }
    for feature in FEATURES {
        for ((name, expected), (_, got)) in whole.iter().zip(session(folder.path(), without(feature))) {
            assert_eq!(*expected, got, "{name} without {feature}");
        }
    }
    for ((name, expected), (_, got)) in whole.iter().zip(session(folder.path(), json!({}))) {
        assert_eq!(*expected, got, "{name} without anything");
    }
}

/// What a client sees that says which formats it shows.
fn formats(folder: &Path, formats: Value) -> [Value; 3] {
    let path = folder.join("shapes.go");
    let text = SHAPES.replace(" + lost", "").replace("Add adds.", "Add *adds* a [Shape].");
    std::fs::write(folder.join("amigos.toml"), "path = \"hub.amigos.dev/test/shapes\"\nversion = \"1.0.0\"\n").unwrap();
    std::fs::write(&path, &text).unwrap();
    let capabilities = json!({ "textDocument": {
        "hover": { "contentFormat": formats },
        "completion": { "completionItem": { "documentationFormat": formats } },
        "signatureHelp": { "signatureInformation": { "documentationFormat": formats } },
    } });
    let mut client = Client::spawn(&[]);
    let folders = json!([{ "uri": uri(folder), "name": "w" }]);
    let options = json!({ "live": { "enable": false } });
    client.request("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options }));
    client.notify("initialized", json!({}));
    let text = text + "\nvar sum = Add(1)\n";
    client.open(&uri(&path), &text);
    let before = &text[..text.find("= Add(1").unwrap()];
    let (line, start) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap().len());
    let at = |column: usize| json!({ "textDocument": { "uri": uri(&path) }, "position": { "line": line, "character": start + column } });
    let hover = client.result("textDocument/hover", at(3))["contents"].clone();
    let list = client.result("textDocument/completion", at(5));
    let item = list["items"].as_array().unwrap().iter().find(|i| i["label"] == "Add").expect("`Add` is offered").clone();
    let help = client.result("textDocument/signatureHelp", at(6))["signatures"][0]["documentation"].clone();
    client.stop();
    [hover, item["documentation"].clone(), help]
}

#[test]
fn a_client_without_markdown_gets_the_same_as_plain_text() {
    let folder = tempfile::tempdir().unwrap();
    for shown in formats(folder.path(), json!(["markdown", "plaintext"])) {
        assert_eq!(shown["kind"], "markdown", "{shown}");
    }
    let plain = formats(folder.path(), json!(["plaintext"]));
    for shown in &plain {
        assert_eq!(shown["kind"], "plaintext", "{shown}");
        let text = shown["value"].as_str().unwrap();
        assert!(text.contains("Add *adds* a Shape."), "{text}");
        assert!(!text.contains("```") && !text.contains('\\'), "{text}");
    }
    assert!(plain[0]["value"].as_str().unwrap().starts_with("func Add(side int) int"), "{}", plain[0]);
}
