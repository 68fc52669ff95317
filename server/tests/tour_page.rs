//! The tour of the rules (`docs/tour-rules.md`): its commands print what it says they print. `UPDATE_EXPECT=1` rewrites it.

use std::path::Path;
use std::process::Command;

/// What a command line of the page prints, without what differs from run to run.
fn run(root: &Path, line: &str) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    let arguments = line.strip_prefix("$ amigos ").expect("a command of `amigos`");
    let mut command = Command::new(env!("CARGO_BIN_EXE_amigos"));
    command.current_dir(root).args(arguments.split_whitespace());
    for name in ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, home.join(name));
    }
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut out = String::new();
    for line in text.lines() {
        // Of the closing line, what was found: neither the time nor the number of lines is of interest here.
        match line.split_once(" ms · ") {
            Some((before, after)) => {
                let packages = before.split_inclusive("package").next().unwrap_or(before);
                let found = after.split(" · ").next().unwrap_or(after);
                out += &format!("{packages}(s), … · {found}\n");
            }
            None => out += &format!("{}\n", line.trim_end()),
        }
    }
    out
}

#[test]
fn the_commands_of_the_tour_print_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/tour-rules.md")).expect("the page");
    let mut out = String::new();
    let mut lines = page.lines();
    let mut commands = 0;
    while let Some(line) = lines.next() {
        out += &format!("{line}\n");
        if line != "```console" {
            continue;
        }
        let command = lines.next().expect("a command");
        out += &format!("{command}\n{}```\n", run(&root, command));
        commands += 1;
        for shown in lines.by_ref() {
            if shown == "```" {
                break;
            }
        }
    }
    assert!(commands >= 10, "{commands} commands");
    for family in 1..=8 {
        assert!(out.contains(&format!(" AM{family}")), "nothing of family {family}");
    }
    expect_test::expect_file!["../../docs/tour-rules.md"].assert_eq(&out);
}
