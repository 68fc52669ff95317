//! The command line, against the real binary: exit status, streams, shapes.

mod support;

use std::process::{Command, Output};

use serde_json::Value;
use support::{amigos, out};

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_goes_to_standard_output_and_bad_usage_is_status_2() {
    let root = tempfile::tempdir().unwrap();
    let help = amigos(root.path(), &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    for command in ["lsp", "check", "gas", "call", "state", "deploy", "explain", "new", "doctor"] {
        assert!(out(&help).contains(&format!("\n  {command} ")), "{command}: {}", out(&help));
        let help = amigos(root.path(), &[command, "--help"]);
        assert_eq!(help.status.code(), Some(0));
        assert!(out(&help).contains("Example"), "{command}");
    }
    for bad in [&["frobnicate"][..], &["check", "--deny", "never"], &["check", "--json", "--sarif"], &[]] {
        let output = amigos(root.path(), bad);
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(2), ""), "{bad:?}");
        assert!(!err(&output).is_empty());
    }
    assert!(out(&amigos(root.path(), &["--version"])).starts_with("amigos 0."));
}

#[test]
fn a_new_package_has_no_findings() {
    let root = tempfile::tempdir().unwrap();
    let made = amigos(root.path(), &["new", "greeter"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    assert_eq!(
        out(&made),
        "made `hub.amigos.dev/greeter` in greeter\nnext: amigos check greeter · amigos test greeter · amigos deploy greeter\n"
    );
    let checked = amigos(root.path(), &["check", "greeter", "--json"]);
    let json: Value = serde_json::from_str(&out(&checked)).unwrap_or_else(|e| panic!("{e}: {}{}", out(&checked), err(&checked)));
    assert_eq!((checked.status.code(), &json["diagnostics"], &json["packages"]), (Some(0), &serde_json::json!([]), &serde_json::json!(1)));
    let again = amigos(root.path(), &["new", "greeter"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(err(&again), "amigos: `greeter` holds a package already\n");
    let nameless = amigos(root.path(), &["new", "123"]);
    assert!(err(&nameless).contains("gives no package name"), "{}", err(&nameless));
}

#[test]
fn problems_of_a_manifest_are_findings_with_their_place() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("amigos.toml"), "path = \"hub.amigos.dev/x\"\nversion = \"1.0\"\n").unwrap();
    std::fs::write(root.path().join("x.go"), "package x\n").unwrap();
    let output = amigos(root.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    assert!(
        text.starts_with(
            "amigos.toml:2:11: error: `1.0` is not a version: write three numbers, as in `version = \"1.2.0\"`\n   2 │ version = \"1.0\"\n     │           ^^^^^\n"
        ),
        "{text}"
    );
    assert!(text.contains(" · 1 error"), "{text}");
    let sarif: Value = serde_json::from_str(&out(&amigos(root.path(), &["check", "--sarif"]))).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
}

#[test]
fn what_is_not_there_is_bad_usage_with_a_remedy() {
    let root = tempfile::tempdir().unwrap();
    let output = amigos(root.path(), &["check", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).starts_with("amigos: `nowhere` cannot be read: "), "{}", err(&output));
    let output = amigos(root.path(), &["check"]);
    assert!(err(&output).contains("`amigos new` makes one"), "{}", err(&output));
}

#[test]
fn a_file_that_is_not_utf8_is_a_finding() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("x.go"), b"package x\n// \xff\n").unwrap();
    let output = amigos(root.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("is not UTF-8 at byte 13 (line 2): save it as UTF-8"), "{}", out(&output));
}

#[test]
fn doctor_says_what_it_found() {
    let root = tempfile::tempdir().unwrap();
    let output = amigos(root.path(), &["doctor", "--json"]);
    let json: Value = serde_json::from_str(&out(&output)).unwrap();
    let whats: Vec<&str> = json["checks"].as_array().unwrap().iter().filter_map(|c| c["what"].as_str()).collect();
    assert!(whats.starts_with(&["amigos", "packages", "cache"]), "{whats:?}");
}

#[test]
fn explain_prints_the_page_of_a_rule() {
    let root = tempfile::tempdir().unwrap();
    let page = amigos(root.path(), &["explain", "AM1003"]);
    assert_eq!(page.status.code(), Some(0));
    assert!(out(&page).starts_with("AM1003 map-order\n") && out(&page).contains("//amigos:allow AM1003"), "{}", out(&page));
    assert!(out(&amigos(root.path(), &["explain"])).lines().count() >= 9);
    assert!(out(&amigos(root.path(), &["explain", "UndeclaredName"])).contains("errors#UndeclaredName"));
    assert_eq!(amigos(root.path(), &["explain", "AM0000"]).status.code(), Some(2));
}

#[test]
fn a_manifest_sets_the_level_of_a_rule() {
    let root = tempfile::tempdir().unwrap();
    let manifest = "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n";
    std::fs::write(root.path().join("amigos.toml"), manifest).unwrap();
    std::fs::write(root.path().join("x.go"), "package x\n\nfunc Fee(n int64) int64 {\n\treturn int64(float64(n) * 0.03)\n}\n").unwrap();
    let found = out(&amigos(root.path(), &["check"]));
    assert!(found.contains("AM1005 high:"), "{found}");
    assert_eq!(amigos(root.path(), &["check", "--deny", "high"]).status.code(), Some(1));
    std::fs::write(root.path().join("amigos.toml"), format!("{manifest}[rules]\nAM1005 = \"off\"\n")).unwrap();
    let found = amigos(root.path(), &["check", "--deny", "high"]);
    assert_eq!((found.status.code(), out(&found).contains("no findings")), (Some(0), true), "{}", out(&found));
}

#[test]
fn gas_prints_the_bound_of_every_exported_function() {
    let root = tempfile::tempdir().unwrap();
    amigos(root.path(), &["new", "greeter"]);
    let text = out(&amigos(root.path(), &["gas", "greeter", "--offline"]));
    assert!(text.starts_with("greeter") && text.contains("SetGreeting") && text.contains("≤ "), "{text}");
    let json: Value = serde_json::from_str(&out(&amigos(root.path(), &["gas", "greeter", "--offline", "--json"]))).unwrap();
    let functions = json["functions"].as_array().unwrap();
    assert_eq!(functions.iter().map(|f| f["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Greet", "SetGreeting", "Render"]);
    assert_eq!(functions[0]["package"], "hub.amigos.dev/greeter@v0");
    assert!(functions[0]["bound"]["ways"][0][0]["coefficient"].is_u64());
}

#[test]
fn run_behaves_as_go_run_does() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("hello.go");
    std::fs::write(&file, "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\", 1+2)\n}\n").unwrap();
    let output = amigos(root.path(), &["run", "hello.go", "--profile", "go"]);
    assert_eq!((output.status.code(), out(&output).as_str(), err(&output).as_str()), (Some(0), "hello 3\n", ""));
    std::fs::write(&file, "package main\n\nfunc main() {\n\tvar s []int\n\tprintln(s[3])\n}\n").unwrap();
    let output = amigos(root.path(), &["run", "hello.go"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).starts_with("panic: runtime error: index out of range [3] with length 0\n\ngoroutine 1 [running]:\n"),
        "{}",
        err(&output)
    );
    std::fs::write(&file, "package main\n\nfunc main() {\n\tx\n}\n").unwrap();
    let output = amigos(root.path(), &["run", "hello.go"]);
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(1), "hello.go:4:2: undefined: x\n"));
    std::fs::write(&file, "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n").unwrap();
    let output = amigos(root.path(), &["run", "hello.go", "--gas", "100000"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("gas"), "{}", err(&output));
}

#[test]
fn tests_pass_fail_and_are_skipped() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("amigos.toml"), "path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n").unwrap();
    std::fs::write(root.path().join("x.go"), "package x\n\nvar Count int\n\nfunc Up() { Count++ }\n").unwrap();
    let tests = "package x\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n)\n\nfunc TestUp(t *testing.T) {\n\tUp()\n\tif Count != 1 {\n\t\tt.Fatalf(\"got %d\", Count)\n\t}\n}\n\nfunc TestAgain(t *testing.T) {\n\tUp()\n\tif Count != 1 {\n\t\tt.Error(\"the state is not fresh\")\n\t}\n}\n\nfunc TestBad(t *testing.T) {\n\tt.Errorf(\"got %d\", Count)\n}\n\nfunc TestPanic(t *testing.T) {\n\tvar s []int\n\t_ = s[1]\n}\n\nfunc TestSkip(t *testing.T) { t.Skip(\"later\") }\n\nfunc ExampleUp() {\n\tUp()\n\tfmt.Println(Count)\n\t// Output: 1\n}\n";
    std::fs::write(root.path().join("x_test.go"), tests).unwrap();
    let output = amigos(root.path(), &["test", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(&out(&output)).unwrap_or_else(|e| panic!("{e}: {}{}", out(&output), err(&output)));
    let verdicts: Vec<(&str, &str)> =
        json["tests"].as_array().unwrap().iter().map(|t| (t["name"].as_str().unwrap(), t["status"].as_str().unwrap())).collect();
    assert_eq!(
        verdicts,
        [
            ("TestUp", "pass"),
            ("TestAgain", "pass"),
            ("TestBad", "fail"),
            ("TestPanic", "fail"),
            ("TestSkip", "skip"),
            ("ExampleUp", "pass")
        ]
    );
    assert!(json["tests"][3]["output"].as_str().unwrap().contains("index out of range [1] with length 0"), "{json}");
    let output = amigos(root.path(), &["test", "--run", "Up"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("2 tests passed, 0 failed"), "{}", out(&output));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_amigos"))
        .args(["explain", "AM1003"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(process.stdout.take());
    let output = process.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}
