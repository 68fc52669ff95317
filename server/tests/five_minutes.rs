//! A new user's first five minutes: what README's section says is typed as it stands there, and what the walkthrough shows is asked of the server. Each
//! step is timed: `cargo test -p amigos --test five_minutes -- --nocapture`.

mod support;

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use support::home::Home;
use support::{out, uri};

/// The command lines of README's section, comments taken away.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("Five minutes")).expect("the section is there");
    let block = section.split("```").nth(1).expect("the section has its commands");
    let lines = block.lines().filter(|line| line.starts_with("amigos "));
    lines.map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()).collect()
}

/// The words of a command line; those in single quotes are taken as they are.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (part, text) in line.split('\'').enumerate() {
        if part % 2 == 1 {
            words.push(text.to_owned());
        } else {
            words.extend(text.split_whitespace().map(str::to_owned));
        }
    }
    words
}

struct Clock {
    began: Instant,
    steps: usize,
}

impl Clock {
    fn step<T>(&mut self, name: &str, step: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = step();
        self.steps += 1;
        println!("{name:<52} {:>6} ms", start.elapsed().as_millis());
        done
    }
}

#[test]
fn readme_and_walkthrough_work_as_they_are_written() {
    let home = Home::new();
    let mut clock = Clock { began: Instant::now(), steps: 0 };
    let mut last = String::new();
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for line in &commands {
        let words = words(line);
        let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let output = clock.step(line, || home.amigos(&arguments));
        assert!(output.status.success(), "{line}\n{output:?}");
        last = out(&output);
        if arguments.first() == Some(&"check") {
            assert!(last.contains("no findings") || last.contains("no finding"), "{last}");
        }
    }
    assert!(last.contains("hi"), "the page shows the new greeting: {last}");

    let folder = home.root.path().join("hello");
    let file = folder.join("hello.go");
    let text = std::fs::read_to_string(&file).unwrap();
    let document = uri(&file);
    let mut client = home.client(&folder);
    clock.step("editor: first green check", || {
        client.open(&document, &text);
        client.notification("textDocument/publishDiagnostics", |p| p["uri"] == document.as_str() && p["diagnostics"] == json!([]));
    });
    let lens = clock.step("editor: lenses", || {
        let lenses = client.result("textDocument/codeLens", json!({ "textDocument": { "uri": document } }));
        lenses.as_array().unwrap().iter().find(|lens| lens["command"]["command"] == "amigos.simulate").expect("a lens simulates").clone()
    });
    let run = |client: &mut support::Client, command: &str, argument: Value| {
        client.result("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    };
    let simulated = clock.step("editor: simulate", || run(&mut client, "amigos.simulate", lens["command"]["arguments"][0].clone()));
    assert!(simulated["error"].is_null() && simulated["gas"]["used"].as_u64() > Some(0), "{simulated}");
    let tested = clock.step("editor: run the tests", || run(&mut client, "amigos.runTest", json!({ "uri": document })));
    let verdicts: Vec<&Value> = tested["tests"].as_array().unwrap().iter().map(|test| &test["status"]).collect();
    assert!(!verdicts.is_empty() && verdicts.iter().all(|status| **status == "pass"), "{tested}");
    let page = clock.step("editor: Render page", || run(&mut client, "amigos.render", json!({ "uri": document })));
    assert!(page["text"].as_str().unwrap().contains("hi"), "{page}");
    client.stop();
    println!("{} steps, {} s in all", clock.steps, clock.began.elapsed().as_secs());
    assert!(clock.began.elapsed().as_secs() < 300, "more than five minutes");
}
