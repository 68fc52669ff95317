//! Live state in the editor, against the real binary and a hub of its own: imports fetched from the network, live values in hovers
//! and hints, simulations from the lens, and all of it again when a block comes.

mod support;

use serde_json::{Value, json};
use support::home::{Home, open};

#[test]
fn a_package_is_compared_with_its_version_that_is_live() {
    let home = Home::new();
    let folder = home.contract("token");
    let mut editor = open(&home, &folder, "token.go");
    let broken =
        editor.text.replace("func BalanceOf(who amigos.Address) uint64 {", "func BalanceOf(who amigos.Address, unit int) uint64 {");
    let broken = broken.replace("minted     uint64", "minted     string");
    let uri = editor.uri.clone();
    editor.client.replace(&uri, 2, &broken);
    let of = |p: &Value, code: &str| -> Option<String> {
        let found = p["diagnostics"].as_array()?.iter().find(|d| d["code"] == code)?;
        Some(found["message"].as_str()?.to_owned())
    };
    let published =
        editor.client.notification("textDocument/publishDiagnostics", |p| p["uri"] == uri.as_str() && of(p, "AM3007").is_some());
    let message = of(&published, "AM3007").unwrap_or_default();
    assert!(message.starts_with("BalanceOf: changed from func(amigos.Address) uint64 to func(amigos.Address, int) uint64"), "{message}");
    assert!(of(&published, "AM3008").is_some_and(|m| m.contains("`minted` as `uint64`")), "{published}");
    editor.client.replace(&uri, 3, &editor.text.clone());
    editor.no_errors();
}

#[test]
fn the_command_line_says_what_breaks_and_for_whom() {
    let home = Home::new();
    let folder = home.contract("identity/ens");
    let path = folder.join("ens.go");
    let text = std::fs::read_to_string(&path).unwrap();
    let same = home.amigos(&["check", "work/identity-ens", "--against", "hub.amigos.dev/identity/ens"]);
    let shown = String::from_utf8_lossy(&same.stdout).into_owned();
    assert!(
        shown.contains("→ work/identity-ens 1.0.0: compatible\n") && shown.contains("none breaks with this version"),
        "{shown}{same:?}"
    );
    // The same version number does for no change at all.
    assert!(shown.contains("needs  1.0.1, which it is below"), "{shown}");
    std::fs::write(&path, text.replace("func Resolve(", "func ResolveAddress(")).unwrap();
    let output = home.amigos(&["check", "work/identity-ens", "--against", "hub.amigos.dev/identity/ens@1.0.0"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{shown}");
    for part in
        ["Resolve: removed", "used by hub.amigos.dev/social/post@v1", "post.go:", "needs  2.0.0", "undefined: ens.Resolve", "would break"]
    {
        assert!(shown.contains(part), "no `{part}` in:\n{shown}");
    }
    let json = home.amigos(&["check", "work/identity-ens", "--against", "hub.amigos.dev/identity/ens", "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&json["needs"], &json["breaking"][0]["kind"]), (&json!("2.0.0"), &json!("api")), "{json}");
    assert!(json["breaking"][0]["users"].as_array().is_some_and(|u| !u.is_empty()), "{json}");
    // Two versions that are both on the network.
    let both = home.amigos(&["check", "hub.amigos.dev/token@v2", "--against", "hub.amigos.dev/token@v1"]);
    let shown = String::from_utf8_lossy(&both.stdout).into_owned();
    assert!(shown.starts_with("hub.amigos.dev/token@1.3.0 → hub.amigos.dev/token@2.0.0: "), "{shown}{both:?}");
}

#[test]
fn imports_come_from_the_network_and_the_lens_runs_on_live_state() {
    let home = Home::new();
    let folder = home.contract("social/post");
    let mut editor = open(&home, &folder, "post.go");
    let status = editor.client.notification("amigos/status", |p| p["height"].as_u64().is_some_and(|height| height > 0));
    assert_eq!((&status["network"], &status["health"]), (&json!("local"), &json!("ok")), "{status}");
    // the imports were fetched: their types are known, and one can go to them
    let place = editor.at("ens.Resolve", 5);
    let found = editor.until("textDocument/definition", &place, |text| text.contains("amigos://"));
    assert!(found.contains("amigos://hub.amigos.dev/identity/ens@v1/ens.go"), "{found}");
    let source = editor.client.result("amigos/virtualDocument", json!({ "uri": "amigos://hub.amigos.dev/identity/ens@v1/ens.go" }));
    assert!(source["text"].as_str().unwrap().contains("func Resolve("));
    editor.no_errors();
    let lenses = editor.client.result("textDocument/codeLens", json!({ "textDocument": { "uri": editor.uri } }));
    let lens = lenses.as_array().unwrap().iter().find(|l| l["command"]["command"] == "amigos.simulate").unwrap().clone();
    let answer = editor.command("amigos.simulate", lens["command"]["arguments"][0].clone());
    let outcome = &answer["result"];
    let text = outcome["text"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert!(text.starts_with("post.CreatePost(\"hello\")") && text.contains("from alice"), "{text}");
    assert!(text.contains("\n→ nil\n") && text.contains("\nstate ") && text.contains("\nevents "), "{text}");
    assert_eq!(outcome["edited"], json!([]), "{text}");
    // the command line says the same of the same call
    let said = home.amigos(&["call", "hub.amigos.dev/social/post.CreatePost", "\"hello\"", "--json"]);
    let said: Value = serde_json::from_slice(&said.stdout).unwrap();
    for part in ["results", "events", "state_diff", "height", "error"] {
        assert_eq!(outcome[part], said[part], "{part}");
    }
    assert_eq!(outcome["gas"]["used"], said["gas"]["used"]);
    // a call that fails says why; one that can't be made is an error
    let failing = editor.command("amigos.simulate", json!({ "uri": editor.uri, "function": "CreatePost", "args": ["\"\""] }));
    assert_eq!(failing["result"]["error"], "forum: a post needs a title", "{failing}");
    let bad = editor.command("amigos.simulate", json!({ "uri": editor.uri, "function": "CreatePost", "args": ["7"] }));
    assert!(bad["result"]["error"].is_string(), "{bad}");
    let unknown = editor.command("amigos.simulate", json!({ "package": "hub.amigos.dev/no/such@v1", "function": "F" }));
    assert!(unknown["error"]["message"].as_str().unwrap().contains("there is no package"), "{unknown}");
    editor.client.stop();
}

#[test]
fn live_values_are_shown_and_shown_anew_when_a_block_comes() {
    let home = Home::new();
    let folder = home.contract("social/forum");
    let mut editor = open(&home, &folder, "forum.go");
    let posts = editor.at("Posts []Post", 1);
    let shown = editor.until("textDocument/hover", &posts, |text| text.contains("live at height"));
    assert!(shown.contains("0 items") && shown.contains("persistent · owned by social/forum"), "{shown}");
    let hints = editor.hints();
    editor.until("textDocument/inlayHint", &hints, |text| text.contains("= 0 items") && text.contains("gas ≤"));
    // somebody posts: the editor is told to ask again, and shows it
    editor.client.refreshed.clear();
    let sent = home.amigos(&["call", "hub.amigos.dev/social/post.CreatePost", "\"first\"", "--from", "bob", "--commit"]);
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stdout));
    let shown = editor.until("textDocument/hover", &posts, |text| text.contains("1 item"));
    assert!(shown.contains("[0]") && shown.contains("Title: \\\"first\\\""), "{shown}");
    editor.until("textDocument/inlayHint", &hints, |text| text.contains("= 1 item"));
    assert!(editor.client.refreshed.iter().any(|method| method == "workspace/inlayHint/refresh"), "{:?}", editor.client.refreshed);
    let state = editor.command("amigos.state", json!({ "uri": editor.uri, "path": "Posts[0].Title" }));
    assert_eq!(state["result"]["state"]["value"], "first", "{state}");
    editor.client.stop();
}

#[test]
fn edited_code_is_simulated_as_it_stands_in_the_editor() {
    let home = Home::new();
    let folder = home.contract("social/forum");
    let mut editor = open(&home, &folder, "forum.go");
    editor.client.notification("amigos/status", |p| p["height"].as_u64().is_some_and(|height| height > 0));
    let follow = json!({ "uri": editor.uri, "function": "Follow", "args": ["\"x\""], "from": "bob" });
    let as_deployed = editor.command("amigos.simulate", follow.clone());
    assert_eq!((&as_deployed["result"]["error"], &as_deployed["result"]["edited"]), (&Value::Null, &json!([])), "{as_deployed}");
    let edited = editor.text.replacen(
        "followers := Followers[author]\n",
        "followers := Followers[author]\n\tif author == \"x\" {\n\t\treturn ErrFull\n\t}\n",
        1,
    );
    assert_ne!(edited, editor.text);
    let uri = editor.uri.clone();
    editor.client.replace(&uri, 1, &edited);
    let answer = editor.command("amigos.simulate", follow);
    assert_eq!(answer["result"]["error"], "forum: this author has too many followers", "{answer}");
    assert_eq!(answer["result"]["edited"], json!(["hub.amigos.dev/social/forum@v1"]));
    editor.client.stop();
}

#[test]
fn a_hub_that_is_killed_is_a_status_and_comes_back() {
    let home = Home::new();
    let folder = home.contract("social/forum");
    let mut editor = open(&home, &folder, "forum.go");
    let posts = editor.at("Posts []Post", 1);
    editor.until("textDocument/hover", &posts, |text| text.contains("live at height"));
    home.kill_hub();
    // the server starts it again, on the same data
    let shown = editor.until("textDocument/hover", &posts, |text| text.contains("live at height"));
    assert!(shown.contains("0 items"), "{shown}");
    editor.no_errors();
    editor.client.stop();
}

#[test]
fn a_network_that_is_away_is_one_message_at_the_import_and_a_status() {
    let home = Home::new();
    let folder = home.contract("social/post");
    let manifest = folder.join("amigos.toml");
    let text = std::fs::read_to_string(&manifest).unwrap() + "\n[network]\nname = \"far\"\nrpc = \"http://127.0.0.1:1\"\n";
    std::fs::write(&manifest, text).unwrap();
    let mut editor = open(&home, &folder, "post.go");
    let status = editor.client.notification("amigos/status", |p| p["health"] == "offline");
    assert_eq!(status["network"], "far");
    let uri = editor.uri.clone();
    // the imports may be given up one after the other; nothing else is ever said
    let mut told = 0;
    while told < 3 {
        let found = editor.client.notification("textDocument/publishDiagnostics", |p| p["uri"] == uri.as_str());
        let messages: Vec<&str> = found["diagnostics"].as_array().unwrap().iter().filter_map(|d| d["message"].as_str()).collect();
        let about_network = |message: &&str| message.contains("cannot be reached now") && message.contains("amigos doctor");
        assert!(messages.iter().all(about_network) && messages.len() <= 3, "one for each import and none for its uses: {messages:#?}");
        told = messages.len();
    }
    // hover still shows the type, and says nothing of an error
    let place = editor.at("CreatePost(title", 2);
    let hover = editor.client.result("textDocument/hover", place);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("func CreatePost(title string) error"), "{hover}");
    let answer = editor.command("amigos.simulate", json!({ "uri": editor.uri, "function": "CreatePost", "args": ["\"x\""] }));
    assert!(answer["error"]["message"].as_str().unwrap().contains("no network is reached now"), "{answer}");
    editor.client.stop();
}
