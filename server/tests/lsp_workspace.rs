//! Packages on disk as the server sees them: manifests with problems, unreadable files, files that change or go.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{Client, uri};

fn write(root: &Path, name: &str, content: &[u8]) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn messages(params: &Value) -> Vec<String> {
    let all = params["diagnostics"].as_array().cloned().unwrap_or_default();
    all.iter().map(|d| d["message"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_bad_manifest_is_reported_with_its_place_and_the_report_goes_when_it_is_mended() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "amigos.toml", b"path = \"hub.amigos.dev/x\"\nversion = \"one\"\n");
    write(root.path(), "x.go", b"package x\n");
    let mut client = Client::start(Some(root.path()), &[]);
    let manifest = uri(&root.path().join("amigos.toml"));
    let found = client.notification("textDocument/publishDiagnostics", |p| p["uri"] == manifest.as_str());
    assert_eq!(messages(&found), ["`one` is not a version: write three numbers, as in `version = \"1.2.0\"`"]);
    assert_eq!(found["diagnostics"][0]["range"]["start"], json!({ "line": 1, "character": 10 }));
    // the client does not watch files: the server does
    write(root.path(), "amigos.toml", b"path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n");
    let found = client.notification("textDocument/publishDiagnostics", |p| p["uri"] == manifest.as_str());
    assert_eq!(messages(&found), [""; 0]);
    client.stop();
}

#[test]
fn a_file_that_is_not_utf8_is_one_message_and_the_rest_works() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "amigos.toml", b"path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n");
    write(root.path(), "x.go", b"package x\n\nfunc F() int { return 1 }\n");
    write(root.path(), "y.go", b"package x\n// \xe9\n");
    let mut client = Client::start(Some(root.path()), &[]);
    let bad = uri(&root.path().join("y.go"));
    let found = client.notification("textDocument/publishDiagnostics", |p| p["uri"] == bad.as_str());
    assert_eq!(messages(&found), ["`y.go` is not UTF-8 at byte 13 (line 2): save it as UTF-8"]);
    let good = uri(&root.path().join("x.go"));
    client.open(&good, "package x\n\nfunc F() int { return 1 }\n");
    assert_eq!(client.result("amigos/debug/version", json!({ "uri": good })), json!(0));
    client.stop();
}

#[test]
fn a_bad_lock_is_reported_in_the_lock() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "amigos.toml", b"path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n");
    write(root.path(), "amigos.lock", b"format = 99\npackage = []\n");
    let mut client = Client::start(Some(root.path()), &[]);
    let lock = uri(&root.path().join("amigos.lock"));
    let found = client.notification("textDocument/publishDiagnostics", |p| p["uri"] == lock.as_str());
    assert!(messages(&found)[0].starts_with("`amigos.lock` has format 99"), "{found}");
    client.stop();
}

#[test]
fn a_folder_that_leaves_the_workspace_takes_its_findings_along() {
    let root = tempfile::tempdir().unwrap();
    let (a, b) = (root.path().join("a"), root.path().join("b"));
    for (folder, name) in [(&a, "a"), (&b, "b")] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("amigos.toml"), format!("path = \"hub.amigos.dev/{name}\"\nversion = \"1.0.0\"\n")).unwrap();
        std::fs::write(folder.join("x.go"), format!("package {name}\n\nvar X int = \"x\"\n")).unwrap();
    }
    let mut client = Client::start(Some(&a), &[]);
    let added = json!([{ "uri": uri(&b), "name": "b" }]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": added, "removed": [] } }));
    let of_b = uri(&b.join("x.go"));
    client.notification("textDocument/publishDiagnostics", |p| p["uri"] == of_b.as_str() && p["diagnostics"] != json!([]));
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": added } }));
    client.notification("textDocument/publishDiagnostics", |p| p["uri"] == of_b.as_str() && p["diagnostics"] == json!([]));
    // what stayed is still known
    let symbols = client.result("workspace/symbol", json!({ "query": "X" }));
    let places: Vec<&str> = symbols.as_array().unwrap().iter().filter_map(|s| s["location"]["uri"].as_str()).collect();
    assert_eq!(places, [uri(&a.join("x.go"))]);
    client.stop();
}

#[test]
fn folders_that_do_not_exist_and_files_outside_do_no_harm() {
    let mut client = Client::start(Some("/no/such/folder".as_ref()), &[]);
    for name in ["file:///no/such/folder/x.go", "untitled:Untitled-1", "amigos://hub.amigos.dev/none@v1/x.go"] {
        client.open(name, "package x\n");
        assert_eq!(client.result("amigos/debug/version", json!({ "uri": name })), json!(0));
        client.result("textDocument/documentSymbol", json!({ "textDocument": { "uri": name } }));
    }
    let answer = client.request("amigos/virtualDocument", json!({ "uri": "amigos://std/no/such.go" }));
    assert_eq!(answer["error"]["code"], -32803, "{answer}");
    client.stop();
}
