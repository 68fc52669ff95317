//! Running tests: what became of each, where it failed, and which lines it ran. For the command line and for editors.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use amigos_ide::Analysis;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, Recorded, RunLimits, TestRun};
use amigos_vm::outcome::{LineUse, Outcome, Trace};
use amigos_vm::value::GuestKind;
use serde_json::{Value, json};

use crate::lines::{self, Costs};
use crate::program::{self, Variant};
use crate::render::grouped;
use crate::slice::Slice;
use crate::snippets;
use crate::testing::{Case, Expected, cases_of};
use crate::workspace::{PackageFolder, Workspace};

/// Gas of one test: a hundred blocks.
const TEST_GAS: u64 = 1_000_000_000;

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only tests whose name contains this.
    pub filter: String,
    /// Whether to keep traces, for coverage and profiles.
    pub trace: bool,
}

/// A place where a test failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What was said there.
    pub message: String,
    /// Of an example: what it should have printed.
    pub expected: Option<String>,
    /// And what it did.
    pub actual: Option<String>,
}

/// What became of a test.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// `TestX`, `ExampleX`; of a snippet what its comment is about and where it is.
    pub name: String,
    /// `pass`, `fail` or `skip`.
    pub status: &'static str,
    /// Gas used.
    pub gas: u64,
    /// Milliseconds.
    pub elapsed_ms: u64,
    /// What it said, or why it failed.
    pub output: String,
    /// Its file's name and line.
    pub place: (String, u32),
    /// Where it failed.
    pub failures: Vec<Failure>,
    /// Its trace, if one was asked for.
    pub trace: Option<Trace>,
    /// What each line of the package cost, where a trace was asked for.
    pub lines: Costs,
}

impl Verdict {
    /// The `--json` shape.
    pub fn to_json(&self) -> Value {
        let failures: Vec<Value> = self
            .failures
            .iter()
            .map(|f| json!({ "file": f.file, "line": f.line, "message": f.message, "expected": f.expected, "actual": f.actual }))
            .collect();
        json!({
            "name": self.name, "status": self.status, "gas": self.gas, "elapsed_ms": self.elapsed_ms, "output": self.output,
            "file": self.place.0, "line": self.place.1, "failures": failures,
        })
    }
}

/// Runs the tests of one package.
pub fn of_package(analysis: &Analysis, identity: &str, package: &PackageFolder, options: &Options) -> Result<Vec<Verdict>, String> {
    let mut verdicts = Vec::new();
    for variant in [Variant::Tests, Variant::ExternalTests] {
        let cases: Vec<Case> =
            cases_of(package, variant == Variant::ExternalTests).into_iter().filter(|case| case.name.contains(&options.filter)).collect();
        if cases.is_empty() {
            continue;
        }
        let key = program::key(identity, variant);
        let engine = program::engine(analysis, key)?;
        for case in &cases {
            let slice = match &case.slice {
                None => None,
                Some(file) => {
                    let text = package.slices.get(file).ok_or_else(|| format!("`{file}` is not there: save the simulation again"));
                    match text.and_then(|text| Slice::parse(text).map_err(|e| format!("`{file}`: {e}"))) {
                        Ok(slice) => Some(slice),
                        Err(reason) => {
                            verdicts.push(unrunnable(case, reason));
                            continue;
                        }
                    }
                }
            };
            let run = Running { engine: &engine, key, function: &case.name, trace: options.trace, slice: slice.as_ref() };
            verdicts.push(one(&run, &case.name, (&case.file, case.line), case.output.as_ref()));
        }
    }
    Ok(verdicts)
}

/// What a snippet is called as a test: `CreatePost (post.go:12)`.
pub fn snippet_name(snippet: &snippets::Snippet) -> String {
    format!("{} ({}:{})", snippet.of, snippet.file, snippet.line)
}

/// Runs the snippets in the doc comments of one package; `buffer` has the texts of files that are open.
pub fn snippets_of(
    workspace: &Workspace,
    buffer: &dyn Fn(&str) -> Option<Arc<str>>,
    identity: &str,
    package: &PackageFolder,
    options: &Options,
) -> Result<Vec<Verdict>, String> {
    let name = snippet_name;
    let found: Vec<_> = snippets::of_package(package).into_iter().filter(|snippet| name(snippet).contains(&options.filter)).collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (host, prepared) = snippets::prepare(workspace, buffer, package, found);
    let analysis = host.analysis();
    let mut engines: BTreeMap<bool, Engine> = BTreeMap::new();
    let mut verdicts = Vec::new();
    for one_of in prepared {
        let snippet = &one_of.snippet;
        let function = match &one_of.function {
            Ok(function) => function,
            Err(errors) => {
                let failure = |(line, message): &(u32, String)| Failure {
                    file: snippet.file.clone(),
                    line: *line,
                    message: message.clone(),
                    expected: None,
                    actual: None,
                };
                let failures: Vec<Failure> = errors.iter().map(failure).collect();
                let output = failures.iter().map(|f| format!("{}:{}: {}\n", f.file, f.line, f.message)).collect();
                let place = (snippet.file.clone(), snippet.line);
                verdicts.push(Verdict {
                    name: name(snippet),
                    status: "fail",
                    gas: 0,
                    elapsed_ms: 0,
                    output,
                    place,
                    failures,
                    trace: None,
                    lines: Costs::new(),
                });
                continue;
            }
        };
        let key = program::key(identity, if one_of.external { Variant::ExternalTests } else { Variant::Tests });
        if let std::collections::btree_map::Entry::Vacant(entry) = engines.entry(one_of.external) {
            entry.insert(program::engine(&analysis, key)?);
        }
        let Some(engine) = engines.get(&one_of.external) else { continue };
        let run = Running { engine, key, function, trace: options.trace, slice: None };
        verdicts.push(one(&run, &name(snippet), (&snippet.file, snippet.line), snippet.output.as_ref()));
    }
    Ok(verdicts)
}

/// A test that is about to run.
struct Running<'r> {
    engine: &'r Engine,
    key: PkgKey,
    function: &'r str,
    trace: bool,
    slice: Option<&'r Slice>,
}

fn unrunnable(case: &Case, reason: String) -> Verdict {
    let failure = Failure { file: case.file.clone(), line: case.line, message: reason.clone(), expected: None, actual: None };
    let place = (case.file.clone(), case.line);
    Verdict {
        name: case.name.clone(),
        status: "fail",
        gas: 0,
        elapsed_ms: 0,
        output: reason + "\n",
        place,
        failures: vec![failure],
        trace: None,
        lines: Costs::new(),
    }
}

fn one(running: &Running, name: &str, place: (&str, u32), expected: Option<&Expected>) -> Verdict {
    let started = Instant::now();
    let recorded = running.slice.map(|slice| Recorded {
        state: slice,
        sender: slice.from.clone(),
        value: slice.value,
        height: i64::try_from(slice.height + 1).unwrap_or(i64::MAX),
        time: ((slice.time / 1_000_000_000) as i64, (slice.time % 1_000_000_000) as i64),
        chain_id: slice.chain.clone(),
    });
    let limits = RunLimits { gas: TEST_GAS, ..RunLimits::default() };
    let mut outcome = running.engine.run_test_with(running.key, running.function, &TestRun { limits, trace: running.trace, recorded });
    let elapsed_ms = started.elapsed().as_millis() as u64;
    let (file, line) = place;
    let at_test = |message: String| Failure { file: file.to_owned(), line, message, expected: None, actual: None };
    let mut failures = Vec::new();
    let (status, output) = match (&outcome.error, expected) {
        (Some(error), _) => {
            let own =
                error.stack.iter().find(|place| place.line > 0 && place.package.split(" [").next() == running.key.0.split(" [").next());
            // A snippet's own file is not on the disk.
            let own = own.filter(|place| !place.file.ends_with("_doc_test.go"));
            failures.push(match own {
                Some(place) => Failure { file: place.file.clone(), line: place.line, ..at_test(error.text.clone()) },
                None => at_test(error.text.clone()),
            });
            ("fail", format!("{}{error}\n", outcome.output))
        }
        (None, Some(expected)) if expected.fits(&outcome.output) => ("pass", String::new()),
        (None, Some(expected)) => {
            let actual = outcome.output.trim().to_owned();
            failures.push(Failure {
                line: expected.line,
                expected: Some(expected.text.clone()),
                actual: Some(actual.clone()),
                ..at_test("the output differs".to_owned())
            });
            ("fail", format!("got:\n{actual}\nwant:\n{}\n", expected.text))
        }
        (None, None) => {
            let said = text(&outcome, 1).unwrap_or_default();
            let status = match text(&outcome, 0).as_deref() {
                Some("PASS") | None => "pass",
                Some("SKIP") => "skip",
                Some(_) => "fail",
            };
            if status == "fail" {
                failures = places_in(&said);
                if failures.is_empty() {
                    failures.push(at_test("the test fails".to_owned()));
                }
            }
            (status, outcome.output.clone() + &said)
        }
    };
    let place = (file.to_owned(), line);
    let trace = outcome.trace.take();
    let all = || running.engine.code_lines(running.key);
    let lines = trace.as_ref().map(|trace| lines::of_trace(trace, running.key.0.as_str(), all())).unwrap_or_default();
    Verdict { name: name.to_owned(), status, gas: outcome.gas_used, elapsed_ms, output, place, failures, trace, lines }
}

fn text(outcome: &Outcome, at: usize) -> Option<String> {
    match outcome.results.get(at).map(|value| &value.kind) {
        Some(GuestKind::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The lines of what a test said that name a place (`forum_test.go:12: got 1`), each with the lines that go on.
fn places_in(said: &str) -> Vec<Failure> {
    let mut found: Vec<Failure> = Vec::new();
    let mut indent = 0;
    for line in said.lines() {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        let place = content.split_once(": ").and_then(|(place, message)| {
            let (file, line) = place.rsplit_once(':')?;
            (file.ends_with(".go") && !file.contains(' ')).then_some((file, line.parse::<u32>().ok()?, message))
        });
        match (place, found.last_mut()) {
            (Some((file, line, message)), _) => {
                let (expected, actual) = got_and_want(message);
                found.push(Failure { file: file.to_owned(), line, message: message.to_owned(), expected, actual });
                indent = depth;
            }
            (None, Some(last)) if depth > indent => last.message += &format!("\n{content}"),
            _ => {}
        }
    }
    found
}

/// What was got and what was wanted, of a message that says it in the usual words.
fn got_and_want(message: &str) -> (Option<String>, Option<String>) {
    let Some((got, want)) = message.split_once(", want ").or_else(|| message.split_once("; want ")) else { return (None, None) };
    let got = got.split_once("got ").map_or(got, |(_, got)| got);
    (Some(want.trim().to_owned()), Some(got.trim().to_owned()))
}

/// Which lines of a package its tests ran.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// `path@vN`.
    pub package: String,
    /// All lines that have code, by file: how often they were reached, and the gas of their code.
    pub files: BTreeMap<String, BTreeMap<u32, LineUse>>,
}

/// What `verdicts`, run with traces, covered of a package.
pub fn coverage(analysis: &Analysis, identity: &str, verdicts: &[Verdict]) -> Result<Coverage, String> {
    let key = program::key(identity, Variant::Plain);
    let mut files: BTreeMap<String, BTreeMap<u32, LineUse>> = BTreeMap::new();
    for (file, lines) in program::engine(analysis, key)?.code_lines(key) {
        files.insert(file, lines.into_iter().map(|line| (line, LineUse::default())).collect());
    }
    for trace in verdicts.iter().filter_map(|verdict| verdict.trace.as_ref()) {
        for (at, used) in &trace.lines {
            if at.package.split(" [").next() != Some(identity) {
                continue;
            }
            if let Some(line) = files.get_mut(&at.file).and_then(|lines| lines.get_mut(&at.line)) {
                line.hits += used.hits;
                line.gas += used.gas;
            }
        }
    }
    Ok(Coverage { package: identity.to_owned(), files })
}

impl Coverage {
    /// Lines that were run, and lines that have code.
    pub fn counts(&self) -> (u64, u64) {
        let lines = || self.files.values().flat_map(BTreeMap::values);
        (lines().filter(|line| line.hits > 0).count() as u64, lines().count() as u64)
    }

    /// The `--json` shape.
    pub fn to_json(&self) -> Value {
        let (covered, lines) = self.counts();
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|(file, lines)| {
                let lines: Vec<Value> =
                    lines.iter().map(|(line, used)| json!({ "line": line, "hits": used.hits, "gas": used.gas })).collect();
                json!({ "file": file, "lines": lines })
            })
            .collect();
        json!({ "package": self.package, "covered": covered, "lines": lines, "files": files })
    }

    /// In words: the share, what was not run, and the dearest lines.
    pub fn text(&self) -> String {
        let (covered, lines) = self.counts();
        let share = if lines == 0 { 100.0 } else { covered as f64 * 100.0 / lines as f64 };
        let mut out = format!("  {share:.1} % of {} lines run\n", grouped(lines));
        for (file, lines) in &self.files {
            let missed = runs(lines.iter().map(|(line, used)| (*line, used.hits == 0)));
            if !missed.is_empty() {
                out += &format!("  not run: {file}:{}\n", missed.join(", "));
            }
        }
        let mut dear: Vec<(&String, u32, LineUse)> =
            self.files.iter().flat_map(|(file, lines)| lines.iter().map(move |(line, used)| (file, *line, *used))).collect();
        dear.sort_by_key(|(file, line, used)| (std::cmp::Reverse(used.gas), *file, *line));
        for (file, line, used) in dear.iter().filter(|(_, _, used)| used.gas > 0).take(3) {
            out += &format!("  gas {:>9}  {file}:{line}, {} times\n", grouped(used.gas), grouped(used.hits));
        }
        out
    }
}

/// Neighbours among the lines that are wanted, as `12-14`.
fn runs(lines: impl Iterator<Item = (u32, bool)>) -> Vec<String> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut open = false;
    for (line, wanted) in lines {
        match found.last_mut() {
            Some(last) if wanted && open => last.1 = line,
            _ if wanted => found.push((line, line)),
            _ => {}
        }
        open = wanted;
    }
    found.into_iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_what_a_test_says() {
        let said = "    a_test.go:9: got 1, want 2\n        and more\n    --- FAIL: T/sub\n    a_test.go:12: nothing special: at all\n    plain words\n";
        let found = places_in(said);
        let shown: Vec<(u32, &str)> = found.iter().map(|f| (f.line, f.message.as_str())).collect();
        assert_eq!(shown, [(9, "got 1, want 2\nand more"), (12, "nothing special: at all")]);
        assert_eq!((found[0].expected.as_deref(), found[0].actual.as_deref()), (Some("2"), Some("1")));
        assert_eq!(runs([(1, true), (2, true), (5, true), (6, false), (9, true)].into_iter()), ["1-5", "9"]);
    }
}
