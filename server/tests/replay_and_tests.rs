//! Simulations that become tests, scenarios, calls of the past on edited code, values at earlier heights, watch lists, several networks and a hub that
//! comes back: on the command line and over the wire, against the real binary and hubs of its own.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::home::{Home, open};

fn json_of(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

fn words(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
}

const NOTES: &str = r#"// Package notes keeps notes.
//
//	n := notes.Count()
//	fmt.Println(n)
//	// Output: 0
package notes

import "errors"

// Note is a note.
type Note struct {
	Text string
	By   amigos.Address
}

// Notes are all notes.
var Notes []Note

var kinds = map[string]any{}

// Add adds a note.
//
// Example: Add("first")
// Example: Add("second")
// Example: Count()
func Add(text string) (int, error) {
	if text == "" {
		return 0, errors.New("a note needs text")
	}
	Notes = append(Notes, Note{Text: text, By: msg.Sender})
	kinds[text] = Notes[len(Notes)-1]
	amigos.Emit("Added", "text", text)
	return len(Notes), nil
}

// Count says how many there are.
//
// ```go
// if Count() != 0 {
// 	panic("not fresh")
// }
// ```
func Count() int { return len(Notes) }
"#;

/// A package of its own, deployed with three calls behind it, the last of which fails.
fn notes(home: &Home) -> std::path::PathBuf {
    let folder = home.root.path().join("work/notes");
    write(&folder, "amigos.toml", "path = \"hub.amigos.dev/notes\"\nversion = \"1.0.0\"\n");
    write(&folder, "notes.go", NOTES);
    let deployed = home.amigos(&["deploy", "work/notes"]);
    assert!(deployed.status.success(), "{}", words(&deployed));
    for (text, fails) in [("\"a\"", false), ("\"b\"", false), ("\"\"", true)] {
        let called = home.amigos(&["call", "hub.amigos.dev/notes.Add", text, "--from", "bob", "--commit"]);
        assert_eq!(called.status.success(), !fails, "{}", words(&called));
    }
    folder
}

#[test]
fn the_calls_of_the_past_run_again_on_edited_code() {
    let home = Home::new();
    let folder = notes(&home);
    let same = json_of(&home.amigos(&["replay", "work/notes", "--json"]));
    let summary = &same["summary"];
    assert_eq!((&summary["calls"], &summary["same"], &summary["skipped"]), (&json!(3), &json!(3), &json!(0)), "{same:#}");
    assert_eq!(summary["gas_before"], summary["gas_after"]);
    assert!(same["calls"][0]["call"].as_str().unwrap().ends_with(".Add(\"\")"), "the newest comes first: {same:#}");
    // each ran on the state of its own height
    assert_eq!(same["calls"][2]["before"]["results"][0]["value"], 1, "{same:#}");
    assert_eq!(same["calls"][1]["before"]["results"][0]["value"], 2);
    // an edit that breaks one, changes the other's events, and mends the third
    let edited = NOTES
        .replace(
            "if text == \"\" {\n\t\treturn 0, errors.New(\"a note needs text\")",
            "if text == \"b\" {\n\t\treturn 0, errors.New(\"no b\")",
        )
        .replace("\"Added\", \"text\"", "\"Added\", \"note\"");
    write(&folder, "notes.go", &edited);
    let output = home.amigos(&["replay", "work/notes"]);
    let text = words(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("breaks   notes.Add(\"b\")") || text.contains("breaks   notes@v1.Add(\"b\")"), "{text}");
    assert!(text.contains("           no b\n") && text.contains("           events\n"), "{text}");
    assert!(text.contains("1 differs · 1 breaks · 1 mended"), "{text}");
    // the same over the wire, on the text in the editor
    let mut editor = open(&home, &folder, "notes.go");
    let answer = editor.command("amigos.replay", json!({ "uri": editor.uri, "last": 2 }));
    let summary = &answer["result"]["summary"];
    assert_eq!((&summary["calls"], &summary["breaks"], &summary["mended"]), (&json!(2), &json!(1), &json!(1)), "{answer}");
    let uri = editor.uri.clone();
    editor.client.replace(&uri, 1, NOTES);
    let answer = editor.command("amigos.replay", json!({ "uri": editor.uri }));
    assert_eq!(answer["result"]["summary"]["same"], 3, "{answer}");
    editor.client.stop();
}

#[test]
fn a_simulation_is_saved_as_a_test_that_runs_offline() {
    let home = Home::new();
    let folder = notes(&home);
    let saved =
        home.amigos(&["call", "work/notes.Add", "\"saved\"", "--from", "carol", "--save-test", "work/notes/saved_test.go", "--json"]);
    assert!(saved.status.success(), "{}", words(&saved));
    let height = json_of(&saved)["height"].as_u64().unwrap();
    let test = std::fs::read_to_string(folder.join("saved_test.go")).unwrap();
    assert!(test.contains(&format!("func TestAddAt{height}(t *testing.T) {{")) && test.contains("Add(\"saved\") by carol"), "{test}");
    let slices: Vec<_> = std::fs::read_dir(folder.join("testdata")).unwrap().flatten().collect();
    let slice = std::fs::read_to_string(slices[0].path()).unwrap();
    assert!(slice.contains("\"is\":\"variable Notes\"") && slice.contains("\"Notes\": \"[]Note{Note{Text: "), "{slice}");
    let checked = home.amigos(&["check", "work/notes"]);
    assert!(checked.status.success(), "{}", words(&checked));
    home.kill_hub();
    let output = home.amigos(&["test", "work/notes", "--json"]);
    let tests = json_of(&output);
    assert_eq!(output.status.code(), Some(0), "{tests:#}");
    let of = |name: &str| tests["tests"].as_array().unwrap().iter().find(|t| t["name"] == name).cloned().unwrap_or_default();
    assert_eq!(of(&format!("TestAddAt{height}"))["status"], "pass", "{tests:#}");
    // an edit that does something else with that state fails it, at its line
    write(&folder, "notes.go", &NOTES.replace("return len(Notes), nil", "return len(Notes) + 1, nil"));
    let output = home.amigos(&["test", "work/notes", "--run", "TestAddAt", "--json"]);
    let failed = json_of(&output);
    let failure = &failed["tests"][0]["failures"][0];
    assert_eq!((output.status.code(), &failure["expected"], &failure["actual"]), (Some(1), &json!("3"), &json!("4")), "{failed:#}");
    let line = test.lines().position(|line| line.contains("got %v, want %v")).unwrap() + 1;
    assert_eq!((&failure["file"], &failure["line"]), (&json!("saved_test.go"), &json!(line)));
    // one that reads what was not recorded says so
    write(
        &folder,
        "notes.go",
        &NOTES.replace("kinds[text] =", "if _, ok := kinds[Notes[0].Text].(Note); !ok {\n\t\tpanic(\"lost\")\n\t}\n\tkinds[text] ="),
    );
    let text = words(&home.amigos(&["test", "work/notes", "--run", "TestAddAt"]));
    assert!(text.contains("1 test passed") || text.contains("was not recorded"), "{text}");
}

#[test]
fn a_simulation_is_saved_as_a_test_from_the_editor() {
    let home = Home::new();
    let folder = notes(&home);
    let mut editor = open(&home, &folder, "notes.go");
    editor.client.notification("amigos/status", |p| p["height"].as_u64().is_some_and(|height| height > 0));
    let mut at = editor.at("func Add(", 6);
    at["range"] = json!({ "start": at["position"], "end": at["position"] });
    at["context"] = json!({ "diagnostics": [] });
    let actions = editor.client.result("textDocument/codeAction", at);
    let action = actions.as_array().unwrap().iter().find(|a| a["title"] == "save simulation as test: Add(\"first\")").unwrap();
    let (command, argument) = (action["command"]["command"].as_str().unwrap(), action["command"]["arguments"][0].clone());
    let saved = editor.command(command, argument)["result"].clone();
    let changes = saved["edit"]["documentChanges"].as_array().unwrap_or_else(|| panic!("{saved}")).clone();
    for change in changes.iter().filter(|change| change["kind"].is_null()) {
        let path = change["textDocument"]["uri"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(path, change["edits"][0]["newText"].as_str().unwrap()).unwrap();
    }
    let ran = json_of(&home.amigos(&["test", "work/notes", "--run", saved["test"].as_str().unwrap(), "--json"]));
    assert_eq!((&ran["tests"][0]["name"], &ran["tests"][0]["status"]), (&saved["test"], &json!("pass")), "{ran:#}");
    editor.client.stop();
}

#[test]
fn examples_of_one_comment_are_a_scenario_that_shares_state() {
    let home = Home::new();
    let folder = notes(&home);
    let shapes = json_of(&home.amigos(&["call", "work/notes.Add", "--scenario", "--json"]));
    let steps = shapes["steps"].as_array().unwrap_or_else(|| panic!("{shapes}"));
    assert_eq!(steps.len(), 3);
    assert_eq!(
        (&steps[0]["results"][0]["value"], &steps[1]["results"][0]["value"], &steps[2]["results"][0]["value"]),
        (&json!(3), &json!(4), &json!(4))
    );
    let text = words(&home.amigos(&["call", "work/notes.Add", "--scenario"]));
    assert!(text.contains("2  notes.Add(\"second\")") && text.contains("3 calls · gas "), "{text}");
    let none = home.amigos(&["call", "work/notes.Count", "--scenario"]);
    assert!(words(&none).contains("has no scenario"), "{}", words(&none));
    let mut editor = open(&home, &folder, "notes.go");
    let lenses = editor.client.result("textDocument/codeLens", json!({ "textDocument": { "uri": editor.uri } }));
    let lens = lenses
        .as_array()
        .unwrap()
        .iter()
        .find(|lens| lens["command"]["title"] == "run all 3 examples")
        .unwrap_or_else(|| panic!("{lenses}"));
    let answer = editor.command("amigos.scenario", lens["command"]["arguments"][0].clone());
    assert_eq!(answer["result"]["steps"][2]["results"][0]["value"], 4, "{answer}");
    // nothing was kept
    assert_eq!(editor.command("amigos.state", json!({ "uri": editor.uri, "path": "Notes" }))["result"]["state"]["items"], 2);
    editor.client.stop();
}

#[test]
fn values_states_and_simulations_at_an_earlier_height() {
    let home = Home::new();
    let folder = notes(&home);
    let mut editor = open(&home, &folder, "notes.go");
    let status = editor.client.notification("amigos/status", |p| p["height"].as_u64().is_some_and(|height| height > 0));
    let newest = status["height"].as_u64().unwrap();
    let notes_at = editor.at("Notes []Note", 1);
    editor.until("textDocument/hover", &notes_at, |text| text.contains("2 items"));
    // before the last three blocks there were none
    let then = newest - 3;
    let answer = editor.command("amigos.height", json!({ "height": then }));
    assert_eq!(answer["result"]["at"], then, "{answer}");
    editor.client.notification("amigos/status", |p| p["at"] == then);
    let shown = editor.until("textDocument/hover", &notes_at, |text| text.contains("0 items"));
    assert!(shown.contains(&format!("at height {then}, looking back (local; the newest is {newest})")), "{shown}");
    assert_eq!(editor.command("amigos.state", json!({ "uri": editor.uri, "path": "Notes" }))["result"]["height"], then);
    let simulated = editor.command("amigos.simulate", json!({ "uri": editor.uri, "function": "Count" }));
    assert_eq!((&simulated["result"]["results"][0]["value"], &simulated["result"]["height"]), (&json!(0), &json!(then)), "{simulated}");
    let future = editor.command("amigos.height", json!({ "height": newest + 1000 }));
    assert!(future["error"]["message"].as_str().unwrap().contains("is not here yet"), "{future}");
    editor.command("amigos.height", json!({}));
    editor.until("textDocument/hover", &notes_at, |text| text.contains("2 items"));
    // the command line takes a height too, for what is deployed and for sources
    let at = then.to_string();
    let deployed = json_of(&home.amigos(&["call", "hub.amigos.dev/notes.Count", "--at", &at, "--json"]));
    assert_eq!(deployed["results"][0]["value"], 0, "{deployed}");
    let state = json_of(&home.amigos(&["state", "hub.amigos.dev/notes.Notes", "--at", &at, "--json"]));
    assert_eq!(state["items"], 0, "{state}");
    editor.client.stop();
}

#[test]
fn what_changed_since_the_last_look_is_marked_and_watched() {
    let home = Home::new();
    let folder = notes(&home);
    let first = words(&home.amigos(&["state", "hub.amigos.dev/notes"]));
    assert!(first.contains("Notes") && !first.contains("changed since"), "{first}");
    let mut editor = open(&home, &folder, "notes.go");
    let notes_at = editor.at("Notes []Note", 1);
    editor.until("textDocument/hover", &notes_at, |text| text.contains("2 items"));
    let list = editor.command("amigos.watch", json!({ "uri": editor.uri, "path": "Notes" }));
    assert_eq!(list["result"]["values"][0]["path"], "Notes", "{list}");
    editor.client.notification("amigos/watched", |p| p["values"][0]["items"] == 2);
    // a terminal watches as well
    let mut watching = Watching::start(&home, &["state", "hub.amigos.dev/notes.Notes", "--watch", "--json"]);
    assert_eq!(watching.line()["state"]["items"], 2);
    let called = home.amigos(&["call", "hub.amigos.dev/notes.Add", "\"c\"", "--commit"]);
    assert!(called.status.success(), "{}", words(&called));
    let told = editor.client.notification("amigos/watched", |p| p["values"][0]["items"] == 3);
    assert_eq!(told["values"][0]["change"], "+1 item", "{told}");
    let news = watching.line();
    assert_eq!((&news["state"]["items"], &news["changes"][0]["what"]), (&json!(3), &json!("+1 item")), "{news}");
    let shown = editor.until("textDocument/hover", &notes_at, |text| text.contains("3 items"));
    assert!(shown.contains("changed since you last looked: +1 item"), "{shown}");
    let second = words(&home.amigos(&["state", "hub.amigos.dev/notes"]));
    assert!(second.contains("changed since you last looked, at height ") && second.contains("Notes  +1 item"), "{second}");
    let empty = editor.command("amigos.watch", json!({ "uri": editor.uri, "path": "Notes", "on": false }));
    assert_eq!(empty["result"]["values"], json!([]));
    editor.client.stop();
}

/// A command that stays.
struct Watching {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Watching {
    fn start(home: &Home, arguments: &[&str]) -> Watching {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
        let mut process =
            command.current_dir(home.root.path()).args(arguments).envs(home.environment()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Watching { process, output }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A hub of its own with data on the disk.
fn hub(home: &Home, port: u16) -> Watching {
    Watching::start(home, &["hub", "--data", "chain", "--listen", &format!("127.0.0.1:{port}")])
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_hub_that_goes_away_and_comes_back_on_its_data() {
    let home = Home::new();
    let port = free_port();
    let running = hub(&home, port);
    let url = format!("http://127.0.0.1:{port}");
    let folder = home.contract("social/forum");
    let manifest = folder.join("amigos.toml");
    let text = std::fs::read_to_string(&manifest).unwrap() + &format!("\n[network]\nname = \"own\"\nrpc = \"{url}\"\n");
    std::fs::write(&manifest, text).unwrap();
    let mut editor = open(&home, &folder, "forum.go");
    let posts = editor.at("Posts []Post", 1);
    editor.until("textDocument/hover", &posts, |text| text.contains("live at height") && text.contains(", own)"));
    // two networks at once: the embedded hub answers as well, and the own stays the one that is shown
    let networks = editor.command("amigos.network", json!({ "probe": true }))["result"]["networks"].clone();
    let of = |name: &str| networks.as_array().unwrap().iter().find(|n| n["name"] == name).cloned().unwrap_or_default();
    assert_eq!(
        (&of("own")["online"], &of("own")["current"], &of("local")["online"]),
        (&json!(true), &json!(true), &json!(true)),
        "{networks}"
    );
    let called =
        home.amigos(&["call", "hub.amigos.dev/social/post.CreatePost", "\"first\"", "--from", "bob", "--commit", "--network", "local"]);
    assert!(called.status.success(), "{}", words(&called));
    let items = |editor: &mut support::home::Editor, network: &str| {
        editor.command("amigos.state", json!({ "uri": editor.uri, "path": "Posts", "network": network }))["result"]["state"]["items"]
            .clone()
    };
    assert_eq!((items(&mut editor, "local"), items(&mut editor, "own")), (json!(1), json!(0)));
    drop(running);
    let status = editor.client.notification("amigos/status", |p| p["health"] == "offline");
    assert_eq!(status["network"], "own");
    let shown = editor.until("textDocument/hover", &posts, |text| text.contains("offline"));
    assert!(shown.contains("as of height") && shown.contains("0 items"), "what was known stays, with its height: {shown}");
    let _again = hub(&home, port);
    editor.client.notification("amigos/status", |p| p["health"] == "ok" && p["height"].as_u64().is_some());
    editor.until("textDocument/hover", &posts, |text| text.contains("live at height"));
    // and without a restart to the other
    editor.command("amigos.network", json!({ "name": "local" }));
    editor.client.notification("amigos/status", |p| p["network"] == "local" && p["health"] == "ok");
    editor.until("textDocument/hover", &posts, |text| text.contains(", local)") && text.contains("1 item"));
    editor.client.stop();
}

#[test]
fn snippets_examples_coverage_and_profiles() {
    let home = Home::new();
    let folder = home.root.path().join("work/notes");
    write(&folder, "amigos.toml", "path = \"hub.amigos.dev/notes\"\nversion = \"1.0.0\"\n");
    write(&folder, "notes.go", NOTES);
    let test = "package notes\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n)\n\nfunc TestAdd(t *testing.T) {\n\tn, err := Add(\"x\")\n\tif n != 2 || err != nil {\n\t\tt.Errorf(\"got %d, want %d\", n, 2)\n\t}\n}\n\nfunc ExampleCount() {\n\tfmt.Println(Count())\n\t// Output:\n\t// 7\n}\n";
    write(&folder, "notes_test.go", test);
    let output = home.amigos(&["test", "work/notes", "--cover", "--gas-profile", "gas.json", "--json"]);
    let ran = json_of(&output);
    let of = |name: &str| {
        ran["tests"].as_array().unwrap().iter().find(|t| t["name"] == name).cloned().unwrap_or_else(|| panic!("{name}: {ran:#}"))
    };
    assert_eq!((&of("notes (notes.go:3)")["status"], &of("Count (notes.go:39)")["status"]), (&json!("pass"), &json!("pass")), "{ran:#}");
    let failure = of("TestAdd")["failures"][0].clone();
    assert_eq!((&failure["line"], &failure["expected"], &failure["actual"]), (&json!(11), &json!("2"), &json!("1")), "{failure}");
    let failure = of("ExampleCount")["failures"][0].clone();
    assert_eq!((&failure["line"], &failure["expected"], &failure["actual"]), (&json!(17), &json!("7"), &json!("0")), "{failure}");
    let coverage = &ran["coverage"][0];
    let line = |text: &str| {
        let number = NOTES.lines().position(|l| l.contains(text)).unwrap() + 1;
        coverage["files"][0]["lines"]
            .as_array()
            .unwrap()
            .iter()
            .find(|l| l["line"] == number)
            .cloned()
            .unwrap_or_else(|| panic!("{coverage:#}"))
    };
    assert_eq!((&line("Notes = append")["hits"], &line("a note needs text")["hits"]), (&json!(1), &json!(0)), "{coverage:#}");
    assert!(line("Notes = append")["gas"].as_u64().unwrap() > 0);
    assert!(coverage["covered"].as_u64() < coverage["lines"].as_u64(), "{coverage}");
    let profile: Value = serde_json::from_str(&std::fs::read_to_string(home.root.path().join("gas.json")).unwrap()).unwrap();
    assert!(profile["shared"]["frames"].as_array().unwrap().iter().any(|f| f["name"] == "notes.Add"), "{profile}");
    assert_eq!(profile["profiles"].as_array().unwrap().len(), 4);
    let text = words(&home.amigos(&["test", "work/notes", "--cover"]));
    assert!(text.contains("lines run") && text.contains("not run: notes.go:"), "{text}");
    // a snippet that does not run fails at its line
    let broken = NOTES.replace("n := notes.Count()\n//\tfmt.Println(n)", "n := notes.Count()\n//\tfmt.Println(n, missing)");
    write(&folder, "notes.go", &broken);
    let ran = json_of(&home.amigos(&["test", "work/notes", "--run", "notes.go:3", "--json"]));
    let failure = &ran["tests"][0]["failures"][0];
    assert_eq!((&failure["line"], &failure["message"]), (&json!(4), &json!("undefined: missing")), "{ran:#}");
}

#[test]
fn failures_are_diagnostics_until_the_text_changes() {
    let home = Home::new();
    let folder = home.root.path().join("work/notes");
    write(&folder, "amigos.toml", "path = \"hub.amigos.dev/notes\"\nversion = \"1.0.0\"\n");
    write(&folder, "notes.go", NOTES);
    let test = "package notes\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif n, _ := Add(\"x\"); n != 2 {\n\t\tt.Errorf(\"got %d, want %d\", n, 2)\n\t}\n}\n";
    write(&folder, "notes_test.go", test);
    let mut editor = open(&home, &folder, "notes_test.go");
    let listed = editor.command("amigos.tests", json!({ "uri": editor.uri }));
    let names: Vec<&str> = listed["result"]["tests"].as_array().unwrap().iter().filter_map(|t| t["name"].as_str()).collect();
    assert_eq!(names, ["TestAdd", "notes (notes.go:3)", "Count (notes.go:39)"], "{listed}");
    let ran = editor.command("amigos.runTest", json!({ "uri": editor.uri, "function": "TestAdd", "cover": true }));
    assert_eq!(ran["result"]["tests"][0]["failures"][0]["line"], 7, "{ran}");
    assert!(ran["result"]["coverage"]["files"][0]["uri"].as_str().unwrap().ends_with("/notes.go"), "{ran}");
    let uri = editor.uri.clone();
    let found = editor
        .client
        .notification("textDocument/publishDiagnostics", |p| p["uri"] == uri.as_str() && p["diagnostics"][0]["code"] == "test");
    let diagnostic = &found["diagnostics"][0];
    assert_eq!(diagnostic["message"], "TestAdd: got 1, want 2\nexpected: 2\nactual:   1");
    assert_eq!(diagnostic["range"]["start"], json!({ "line": 6, "character": 2 }));
    editor.client.replace(&uri, 1, &test.replace("n != 2", "n != 1"));
    editor.no_errors();
    let ran = editor.command("amigos.runTest", json!({ "uri": editor.uri, "function": "TestAdd" }));
    assert_eq!(ran["result"]["tests"][0]["status"], "pass", "{ran}");
    editor.client.stop();
}

#[test]
fn a_page_that_edits_overtake_is_still_the_text_s_own() {
    let home = Home::new();
    let folder = home.root.path().join("work/pages");
    // a declaration that all others use: each edit has all of them checked again
    let others: String = (0..300).map(|i| format!("\nfunc F{i}() int {{ return size + {i} }}\n")).collect();
    let text = |n: i64| format!("package pages\n\nconst size = {n}\n\nfunc Render(path string) string {{ return \"# page\" }}\n{others}");
    write(&folder, "amigos.toml", "path = \"hub.amigos.dev/pages\"\nversion = \"1.0.0\"\n");
    write(&folder, "pages.go", &text(0));
    let mut editor = open(&home, &folder, "pages.go");
    editor.no_errors();
    let argument = json!({ "command": "amigos.render", "arguments": [{ "uri": editor.uri }] });
    // with the network there, no later one waits
    assert!(editor.client.request("workspace/executeCommand", argument.clone())["error"].is_null());
    let mut asked = Vec::new();
    for version in 2..=60 {
        let uri = editor.uri.clone();
        editor.client.replace(&uri, version, &text(version));
        asked.push(editor.client.ask("workspace/executeCommand", argument.clone()));
    }
    for id in asked {
        let answer = editor.client.answer(id).1;
        // never deployed: what an interrupted check must not be taken for
        assert!(answer["result"]["text"].as_str().is_some_and(|page| page.starts_with("# page")), "{answer}");
    }
    editor.client.stop();
}
