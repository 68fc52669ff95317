//! The same questions to gopls and to ours, on `net/http` of Go's standard library, one after the other. gopls takes it from Go's own tree; for ours it
//! and all that it imports are packages of a workspace, checked as plain Go.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::client::{Client, Server, uri_of};
use crate::report::{Report, Row};

/// What the packages are called for ours.
const PREFIX: &str = "hub.amigos.dev/go/";

/// Start, edits, completion and hover in `net/http/server.go`: each row is printed when both have been measured.
pub fn net_http(report: &mut Report, ours: &Server, gopls: &Server, go: &Path, scratch: &Path, samples: usize) -> Result<()> {
    let output = Command::new(go).args(["env", "GOROOT"]).env_remove("GOROOT").output()?;
    let root = PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("src");
    let packages = scratch.join("go");
    as_packages(go, &packages)?;
    let home = scratch.join("home");
    let settings = json!({ "profile": "go", "live": { "enable": false } });
    let (file, copy) = (root.join("net/http/server.go"), packages.join("net/http/server.go"));
    let theirs = || gopls.start(&root, &home);
    let ours = || ours.start_with(&packages, &home, settings.clone());
    let name = "net/http: start to first diagnostics, caches warm";
    report.beside(Row { name, times: starts(&copy, ours)?, budget: None }, starts(&file, theirs).context("gopls")?, Some(0.25));
    let theirs = session(samples, &file, theirs).context("gopls")?;
    for (ours, theirs) in session(samples, &copy, ours)?.into_iter().zip(theirs) {
        // Nothing is quicker than a message there and back: at rest there is no twentieth to be had of what takes a millisecond.
        let share = (ours.name != HOVER_AT_REST && ours.name != ROUND_TRIP).then_some(0.05);
        report.beside(ours, theirs.times, share);
    }
    Ok(())
}

const HOVER_AT_REST: &str = "net/http/server.go: hover at rest";
const ROUND_TRIP: &str = "net/http/server.go: an empty request there and back";

/// Writes `net/http` and all that it imports as packages with manifests.
fn as_packages(go: &Path, folder: &Path) -> Result<()> {
    let output = Command::new(go)
        .args(["list", "-deps", "-f", "{{.ImportPath}}|{{.Dir}}|{{range .GoFiles}}{{.}},{{end}}", "net/http"])
        .envs([("CGO_ENABLED", "0"), ("GOFLAGS", ""), ("GOTOOLCHAIN", "local")])
        .env_remove("GOROOT")
        .current_dir(folder.parent().context("no folder")?)
        .output()?;
    ensure!(output.status.success(), "go list: {}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout)?;
    let packages: Vec<Vec<&str>> = listed.lines().map(|line| line.split('|').collect()).filter(|p: &Vec<&str>| p[0] != "unsafe").collect();
    let known: HashSet<&str> = packages.iter().map(|p| p[0]).collect();
    for package in &packages {
        let [path, dir, names] = package[..] else { continue };
        let target = folder.join(ours(path));
        fs::create_dir_all(&target)?;
        fs::write(target.join("amigos.toml"), format!("path = \"{PREFIX}{}\"\nversion = \"1.0.0\"\ngo = \"1.27\"\n", ours(path)))?;
        for name in names.split(',').filter(|name| !name.is_empty()) {
            fs::write(target.join(name), renamed(&fs::read_to_string(Path::new(dir).join(name))?, &known))?;
        }
    }
    Ok(())
}

/// The path of a package of Go's tree: elements of ours have no dots, and `vendor` is a folder that no workspace looks into.
fn ours(path: &str) -> String {
    path.replace('.', "-").replace("vendor/", "vendored/")
}

/// A file whose imports of `known` packages have our paths.
fn renamed(text: &str, known: &HashSet<&str>) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut in_imports = true;
    for line in text.split_inclusive('\n') {
        in_imports &= !["func ", "type ", "var ", "const "].iter().any(|word| line.starts_with(word));
        let quoted: Vec<&str> = line.splitn(3, '"').collect();
        match quoted[..] {
            [before, path, after] if in_imports && !before.trim_start().starts_with("//") && known.contains(path) => {
                out.push_str(&format!("{before}\"{PREFIX}{}\"{after}", ours(path)));
            }
            // Go's own tree names what it has in its vendor folder without saying so.
            [before, path, after] if in_imports && known.contains(format!("vendor/{path}").as_str()) => {
                out.push_str(&format!("{before}\"{PREFIX}vendored/{}\"{after}", ours(path)));
            }
            // What the linker knows the body of has none, which a package without assembly may not have.
            _ if line.starts_with("func ") && !line.contains('{') && balanced(line) => {
                out.push_str(&format!("{} {{ panic(0) }}\n", line.trim_end()));
            }
            _ => out.push_str(line),
        }
    }
    out
}

/// Whether as many brackets are opened as closed.
fn balanced(line: &str) -> bool {
    line.matches('(').count() == line.matches(')').count()
}

/// From starting the process to diagnostics that say an error of types.
fn starts(file: &Path, start: impl Fn() -> Result<Client>) -> Result<Vec<Duration>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut times = Vec::new();
    // The first start fills caches. With an error of types in it, which no cache knows: diagnostics that do not say it are not those that are waited for.
    for round in 0..4 {
        let begin = Instant::now();
        let mut client = start()?;
        client.open(file, &format!("{text}\nvar startOfRound{round} int = \"no number\"\n"))?;
        let end = client.diagnostics(file, |_, errors| errors == 1)?;
        if round > 0 {
            times.push(end - begin);
        }
        client.stop()?;
    }
    Ok(times)
}

/// Edits a function in the middle of the file, asks right behind each edit, and asks again when nothing is under way.
fn session(samples: usize, file: &Path, start: impl Fn() -> Result<Client>) -> Result<Vec<Row>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let line = text.lines().position(|l| l.starts_with("func (c *conn) serve(")).context("`conn.serve` is not there")? + 1;
    let mut client = start()?;
    client.open(file, &text)?;
    client.diagnostics(file, |_, errors| errors == 0)?;
    let place = |character: usize| json!({ "textDocument": { "uri": uri_of(file) }, "position": { "line": line, "character": character } });
    let [mut edits, mut completions, mut hovers, mut at_rest, mut round_trips] = [const { Vec::new() }; 5];
    let mut columns = (0, 0);
    for round in 0..samples {
        let statement = format!("\tmissing{round}()\n");
        // As a line of its own, in place of the one before.
        let insert = if round == 0 { statement.clone() } else { statement.trim_end().to_owned() };
        edits.push(client.edit(file, line, columns, &insert, |errors| errors == 1)?);
        columns = (0, statement.trim_end().len());
        let typed = format!("\tc.r{}", "e".repeat(round % 3));
        client.change(file, line, columns, &typed)?;
        let (found, time) = client.request("textDocument/completion", place(typed.len()))?;
        ensure!(found["items"].as_array().is_some_and(|items| !items.is_empty()), "nothing is offered behind `c.r`");
        completions.push(time);
        columns = (0, typed.len());
        let named = format!("\t_ = c.server // {round}");
        client.change(file, line, columns, &named)?;
        let (found, time) = client.request("textDocument/hover", place(8))?;
        ensure!(found.to_string().contains("Server"), "hover does not know `c.server`: {found}");
        hovers.push(time);
        columns = (0, named.len());
        // Diagnostics of this text end what an edit sets going. They have to be others than before: what is known already is not sent again.
        let missing = format!("\tabsent{round}()");
        client.edit(file, line, columns, &missing, |errors| errors == 1)?;
        columns = (0, missing.len());
        client.edit(file, line, columns, &named, |errors| errors == 0)?;
        columns = (0, named.len());
        at_rest.push(client.request("textDocument/hover", place(8))?.1);
        round_trips.push(client.round_trip()?);
    }
    client.stop()?;
    Ok([
        ("net/http/server.go: edit to diagnostics", edits),
        ("net/http/server.go: completion right after an edit", completions),
        ("net/http/server.go: hover right after an edit", hovers),
        (HOVER_AT_REST, at_rest),
        (ROUND_TRIP, round_trips),
    ]
    .map(|(name, times)| Row { name, times, budget: None })
    .into())
}
