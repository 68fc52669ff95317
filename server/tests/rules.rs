//! Levels, suppressions and outputs of the rules, through the real binary.

mod support;

use std::process::Output;

use serde_json::{Value, json};
use support::{Client, amigos, out, uri};

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", out(output), String::from_utf8_lossy(&output.stderr)))
}

const MANIFEST: &str = "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n";

/// A package with a finding of each level from low to critical.
const SOURCE: &str = "package x

var total int
var owner = msg.Sender
var rate uint64 = 3

func Fee(n int64) int64 {
	return int64(float64(n) * 0.03)
}

func Part(n uint64) uint64 { return n / 100 * rate }

func Twice(n int) int {
	go Fee(1)
	total = n
	return n
}

func Set(to amigos.Address) {
	amigos.Assert(msg.Sender == owner, \"not the owner\")
	owner = to
}
";

fn package(manifest: &str, source: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("amigos.toml"), manifest).unwrap();
    std::fs::write(root.path().join("x.go"), source).unwrap();
    root
}

/// The level of each code in the JSON document.
fn levels(output: &Output) -> Vec<(String, String)> {
    let document = document(output);
    let of = |d: &Value| Some((d["code"].as_str()?.to_owned(), d["severity"].as_str()?.to_owned()));
    let mut found: Vec<_> = document["diagnostics"].as_array().unwrap().iter().filter_map(of).collect();
    found.sort();
    found
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn the_level_is_the_manifests_where_it_sets_one() {
    let root = package(MANIFEST, SOURCE);
    let own = pairs(&[("AM1001", "error"), ("AM1005", "high"), ("AM2014", "low"), ("AM3010", "low"), ("AM4001", "medium")]);
    assert_eq!(levels(&amigos(root.path(), &["check", "--json"])), own);
    let set = "[rules]\nAM1001 = \"off\"\nAM1005 = \"medium\"\nAM2014 = \"high\"\nAM3010 = \"off\"\nAM4001 = \"hint\"\n";
    let root = package(&format!("{MANIFEST}{set}"), SOURCE);
    // What is critical stays: the chain refuses it.
    let set = pairs(&[("AM1001", "error"), ("AM1005", "medium"), ("AM2014", "high"), ("AM4001", "hint")]);
    assert_eq!(levels(&amigos(root.path(), &["check", "--json"])), set);
    let shown = out(&amigos(root.path(), &["check"]));
    assert!(
        shown.contains("AM1005 medium:") && shown.contains("AM2014 high:") && shown.contains("1 error, 1 high, 1 medium, 1 hint"),
        "{shown}"
    );
    let sarif = document(&amigos(root.path(), &["check", "--sarif"]));
    let result = sarif["runs"][0]["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "AM2014").unwrap().clone();
    assert_eq!((&result["level"], &result["properties"]["severity"]), (&json!("warning"), &json!("high")));
}

#[test]
fn deny_takes_the_level_as_it_is_set() {
    let source = SOURCE.replace("\tgo Fee(1)\n", "");
    let status = |manifest: &str, deny: &str| amigos(package(manifest, &source).path(), &["check", "--deny", deny]).status.code();
    assert_eq!(["error", "high"].map(|level| status(MANIFEST, level)), [Some(0), Some(1)]);
    let lower = format!("{MANIFEST}[rules]\nAM1005 = \"medium\"\n");
    assert_eq!(["high", "medium"].map(|level| status(&lower, level)), [Some(0), Some(1)]);
    let quiet = format!("{MANIFEST}[rules]\nAM1005 = \"off\"\nAM4001 = \"off\"\nAM2014 = \"hint\"\nAM3010 = \"low\"\n");
    assert_eq!(["medium", "low"].map(|level| status(&quiet, level)), [Some(0), Some(1)]);
}

#[test]
fn what_is_suppressed_is_kept_with_its_reason() {
    let source = SOURCE
        .replace("\tgo Fee(1)\n", "")
        .replace("\treturn int64(float64", "\t//amigos:allow AM1005 -- rounded by hand\n\treturn int64(float64")
        .replace("func Part", "//amigos:fp AM4001 -- whole hundreds only\nfunc Part")
        .replace("var total int", "var total int //amigos:allow AM3010");
    let root = package(MANIFEST, &source);
    let output = amigos(root.path(), &["check", "--json"]);
    assert_eq!(levels(&output), pairs(&[("AM2014", "low")]));
    let document = document(&output);
    let kept: Vec<(&str, &str, &str)> = document["suppressed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["code"].as_str().unwrap(), s["suppressed"]["by"].as_str().unwrap(), s["suppressed"]["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(kept, [("AM3010", "allow", ""), ("AM1005", "allow", "rounded by hand"), ("AM4001", "fp", "whole hundreds only")]);
    let sarif = crate::document(&amigos(root.path(), &["check", "--sarif"]));
    let of = |code: &str| {
        let result = sarif["runs"][0]["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == code).unwrap().clone();
        (result["suppressions"].clone(), result["partialFingerprints"]["amigos/v1"].clone())
    };
    let (suppressions, print) = of("AM4001");
    assert_eq!(
        suppressions,
        json!([{ "kind": "inSource", "justification": "whole hundreds only", "properties": { "falsePositive": true } }])
    );
    assert_eq!(of("AM2014").0, json!([]));
    // The fingerprint stays when lines come above.
    std::fs::write(root.path().join("x.go"), source.replace("package x\n", "// Package x is.\npackage x\n\n// More.\n")).unwrap();
    let again = crate::document(&amigos(root.path(), &["check", "--sarif"]));
    let moved = again["runs"][0]["results"].as_array().unwrap().iter().find(|r| r["ruleId"] == "AM4001").unwrap().clone();
    assert_eq!(moved["partialFingerprints"]["amigos/v1"], print);
}

#[test]
fn suppressions_are_looked_at_too() {
    let source = |comment: &str| format!("package x\n\nfunc F(n int64) int64 {{\n\t{comment}\n\treturn n\n}}\n");
    let check = |comment: &str| {
        let output = amigos(package(MANIFEST, &source(comment)).path(), &["check", "--json"]);
        let found = document(&output)["diagnostics"].as_array().unwrap().clone();
        (output.status.code(), found)
    };
    let (status, unknown) = check("//amigos:allow AM9999 -- why not");
    assert_eq!((status, &unknown[0]["severity"]), (Some(1), &json!("error")));
    assert_eq!(unknown[0]["message"], "there is no rule `AM9999`: `amigos explain` lists them");
    let (status, idle) = check("//amigos:allow AM1005 -- no float here any more");
    assert_eq!((status, &idle[0]["severity"]), (Some(0), &json!("hint")));
    assert_eq!(idle[0]["fixes"][0]["edits"][0]["newText"], "");
    assert_eq!(idle[0]["fixes"][0]["edits"][0]["range"]["end"], json!({ "line": 4, "character": 0 }));
    assert_eq!(check("// nothing").1, Vec::<Value>::new());
    // What the network decides may be idle without one.
    assert_eq!(check("//amigos:allow AM6004 -- the list is cut by hand").1, Vec::<Value>::new());
}

#[test]
fn authority_says_who_can_call_with_effect() {
    let source = SOURCE.replace("\tgo Fee(1)\n", "")
        + "
var balances = map[amigos.Address]uint64{}

func Withdraw(n uint64) {
	if n > balances[msg.Sender] {
		return
	}
	balances[msg.Sender] -= n
	_ = amigos.Send(msg.Sender, amigos.Coins(n))
}

func Tick() {
	if msg.Sender != amigos.Self() {
		return
	}
	rate++
}

func Reset() {
	onlyOwner()
	rate = 1
}

func onlyOwner() {
	if msg.Sender != owner {
		panic(\"not the owner\")
	}
}
";
    let root = package(MANIFEST, &source);
    let shown = out(&amigos(root.path(), &["check", "--authority"]));
    let wanted = "\
hub.amigos.dev/x@v1
  Fee       changes nothing
  Part      changes nothing
  Reset     only `owner` · changes `rate`
  Set       only `owner` · changes `owner`
  Tick      only this package · changes `rate`
  Twice     anyone · changes `total`
  Withdraw  anyone, for what is theirs · changes `balances` · sends coins
";
    assert_eq!(shown, wanted);
    let json = document(&amigos(root.path(), &["check", "--authority", "--json"]));
    let set = json["functions"].as_array().unwrap().iter().find(|f| f["name"] == "Set").unwrap();
    assert_eq!(
        set,
        &json!({ "package": "hub.amigos.dev/x@v1", "name": "Set", "caller": "role", "roles": ["owner"], "changes": ["owner"], "sends": false })
    );
}

#[test]
fn an_editor_sets_levels_too_and_changes_them_while_it_runs() {
    let root = package(&format!("{MANIFEST}[rules]\nAM1005 = \"medium\"\n"), &SOURCE.replace("\tgo Fee(1)\n", ""));
    let path = root.path().join("x.go");
    let source = std::fs::read_to_string(&path).unwrap();
    let options = |rules: Value| json!({ "live": { "enable": false }, "rules": rules });
    let mut client = Client::start_with(Some(root.path()), &[], options(json!({ "AM4001": "off" })));
    client.open(&uri(&path), &source);
    let codes = |p: &Value| -> Vec<(String, i64)> {
        let of = |d: &Value| Some((d["code"].as_str()?.to_owned(), d["severity"].as_i64()?));
        p["diagnostics"].as_array().map(|list| list.iter().filter_map(of).collect()).unwrap_or_default()
    };
    let first = client.notification("textDocument/publishDiagnostics", |p| codes(p).iter().any(|c| c.0 == "AM1005"));
    assert!(codes(&first).iter().all(|c| c.0 != "AM4001") && codes(&first).contains(&("AM1005".to_owned(), 2)), "{first}");
    client.notify("workspace/didChangeConfiguration", json!({ "settings": options(json!({ "AM1005": "hint" })) }));
    let next = client.notification("textDocument/publishDiagnostics", |p| codes(p).contains(&("AM1005".to_owned(), 4)));
    assert!(codes(&next).contains(&("AM4001".to_owned(), 2)), "{next}");
}

/// Functions over a list that is too long for a block by now.
const LONG: &str = "package long

var list []int64

func init() {
	for i := range 3000 {
		list = append(list, int64(i))
	}
}

// Close says how often two neighbours in value are as far apart as d.
func Close(d int64) (n int) {
	for _, a := range list {
		for _, b := range list {
			if a-b == d {
				n++
			}
		}
	}
	return n
}

func Len() int { return len(list) }
";

#[test]
fn with_live_the_network_has_a_say() {
    let home = support::home::Home::new();
    let folder = home.root.path().join("long");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("amigos.toml"), "path = \"hub.amigos.dev/long\"\nversion = \"1.0.0\"\n").unwrap();
    std::fs::write(folder.join("long.go"), LONG).unwrap();
    let found = |arguments: &[&str]| {
        let document = document(&home.amigos(&[&["check", "long", "--json"], arguments].concat()));
        let mut codes: Vec<String> =
            document["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap().to_owned()).collect();
        codes.retain(|code| matches!(code.as_str(), "AM6004" | "AM3007" | "AM3008"));
        codes
    };
    // What is not deployed has no sizes.
    assert_eq!(found(&["--live"]), Vec::<String>::new());
    let deployed = home.amigos(&["deploy", "long"]);
    assert!(deployed.status.success(), "{}", out(&deployed));
    assert_eq!(found(&[]), Vec::<String>::new());
    assert_eq!(found(&["--live"]), ["AM6004"]);
    let breaking = LONG.replace("func Len() int { return len(list) }", "func Size() int { return len(list) }").replace("int64", "int16");
    std::fs::write(folder.join("long.go"), breaking).unwrap();
    let codes = found(&["--live"]);
    assert!(codes.iter().any(|c| c == "AM3007") && codes.iter().any(|c| c == "AM3008"), "{codes:?}");
    let nowhere = home.amigos(&["check", "long", "--live", "--network", "http://127.0.0.1:1"]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", out(&nowhere));
    // A new major version takes the state over; the old one is closed, and so says a simulation.
    let moving = format!(
        "{}\nfunc Migrate(old amigos.Tree) error {{\n\tlist = nil\n\tfor i := range 3 {{\n\t\tlist = append(list, old.Get(\"list\").Get(i).Int())\n\t}}\n\treturn nil\n}}\n",
        LONG.replace("func Len", "func Push(n int64) { list = append(list, n) }\n\nfunc Len")
    );
    std::fs::write(folder.join("amigos.toml"), "path = \"hub.amigos.dev/long\"\nversion = \"2.0.0\"\n").unwrap();
    std::fs::write(folder.join("long.go"), moving).unwrap();
    // As it would be deployed: the simulation on the edited code has the old state too.
    let simulated = home.amigos(&["call", "long.Len", "--json"]);
    assert_eq!(document(&simulated)["results"][0]["value"], 3, "{}", out(&simulated));
    let deployed = home.amigos(&["deploy", "long"]);
    assert!(deployed.status.success(), "{}", out(&deployed));
    let len = home.amigos(&["call", "hub.amigos.dev/long@v2.Len", "--json"]);
    assert_eq!(document(&len)["results"][0]["value"], 3, "{}", out(&len));
}
