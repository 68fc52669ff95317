//! How much the rules report in real Go: packages of the standard library that the contract profile accepts, read as contracts. Each finding is
//! written down in `noise.txt` with what it was found to be, and one that isn't there, or is there and not found any more, fails the suite.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use amigos_ide::{AnalysisHost, Change, FileId, Origin, PackageInput, Profile, Severity};
use anyhow::{Context, Result, bail};

use crate::report::Report;
use crate::{Arguments, goroot};

/// Findings per 1,000 lines that a rule without a fix may have.
const MOST: f64 = 0.3;

struct File {
    name: String,
    text: String,
    id: FileId,
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut report = Report::new("noise", "");
    let (mut packages, mut lines) = (0, 0);
    let mut found: BTreeMap<String, (&'static str, String)> = BTreeMap::new();
    for (path, files) in candidates(&args.goroot) {
        let (host, files) = host(&path, files);
        let analysis = host.analysis();
        let mut hits = Vec::new();
        let mut accepted = true;
        for file in &files {
            for d in analysis.diagnostics(file.id).unwrap_or_default() {
                match amigos_rules::rule(&d.code) {
                    // What the profile refuses is no noise.
                    Some(rule) if !rule.code.starts_with("AM10") || d.severity != Severity::Error => {
                        let line = file.text[..d.range.start as usize].matches('\n').count() + 1;
                        hits.push((format!("{} {path}/{}:{line}", rule.code, file.name), (rule.code, d.message.clone())));
                    }
                    _ if d.severity == Severity::Error => accepted = false,
                    _ => {}
                }
            }
        }
        if accepted {
            packages += 1;
            lines += files.iter().map(|f| f.text.lines().count()).sum::<usize>();
            found.extend(hits);
        }
    }
    let classed = classed()?;
    let mut rules: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (place, (code, message)) in &found {
        let class = classed.get(place);
        let at = match class.map(String::as_str) {
            Some("true") => 0,
            Some("arguable") => 1,
            Some("false") => 2,
            _ => 3,
        };
        rules.entry(code).or_default()[at] += 1;
        if class.is_none() {
            report.difference(place, || format!("nobody has looked at it: {message}"));
        }
    }
    for place in classed.keys().filter(|p| !found.contains_key(*p)) {
        report.difference(place, || "it is not found any more".to_owned());
    }
    report.must(found.keys().eq(classed.keys()));
    report.figure(format!("{} findings in {packages} packages of {lines} lines", found.len()));
    for (code, [right, arguable, wrong, unknown]) in &rules {
        let all = right + arguable + wrong + unknown;
        let per_thousand = all as f64 * 1000.0 / lines.max(1) as f64;
        let fix = amigos_rules::rule(code).is_some_and(|r| r.fixed.is_some());
        let quiet = per_thousand <= MOST || fix;
        if !quiet {
            report.difference(code, || format!("{per_thousand:.2} findings per 1,000 lines"));
        }
        report.must(quiet);
        report.figure(format!("{code} {per_thousand:.2} ({right} true, {arguable} arguable, {wrong} false)"));
    }
    report.must(packages > 10);
    Ok(report)
}

/// Packages that import nothing but what contracts may import.
fn candidates(root: &Path) -> Vec<(String, Vec<(String, String)>)> {
    let src = root.join("src");
    let mut out = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() && !matches!(entry.file_name().to_str(), Some("testdata" | "cmd" | "vendor")) {
                folders.push(entry.path());
            }
        }
        let Some(path) = folder.strip_prefix(&src).ok().and_then(|p| p.to_str()).filter(|p| !p.is_empty()) else { continue };
        let Ok(files) = goroot::load(root, path) else { continue };
        let fits = files.iter().all(|(_, text)| imports(text).iter().all(|i| amigos_std::package(i).is_some()));
        if fits {
            out.push((path.to_owned(), files));
        }
    }
    out.sort();
    out
}

/// The import paths of a file.
fn imports(text: &str) -> Vec<String> {
    let chunks = amigos_syntax::split::split(text);
    let heads = chunks.iter().map(|c| c.text(text)).filter(|t| t.trim_start().starts_with("import"));
    heads.flat_map(|t| t.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// A package as a contract of its own.
fn host(path: &str, files: Vec<(String, String)>) -> (AnalysisHost, Vec<File>) {
    let mut host = AnalysisHost::new();
    let mut change = Change::default();
    let mut names = Vec::new();
    let mut out = Vec::new();
    for (i, (name, text)) in files.into_iter().enumerate() {
        let id = FileId(i as u32);
        change.files.push((id, Some(Arc::from(text.as_str()))));
        names.push((Arc::from(name.as_str()), id));
        out.push(File { name, text, id });
    }
    names.sort();
    change.packages = Some(vec![PackageInput {
        path: Arc::from(format!("hub.amigos.dev/go/{path}")),
        version: Arc::from("1.0.0"),
        major: 1,
        origin: Origin::Workspace,
        profile: Profile::Contract,
        library: false,
        go_minor: 27,
        files: names,
        pins: vec![],
        missing: vec![],
    }]);
    host.apply_change(change);
    (host, out)
}

/// `noise.txt`: `CODE package/file.go:line class # what it is`.
fn classed() -> Result<BTreeMap<String, String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("noise.txt");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        let [code, place, class @ ("true" | "arguable" | "false")] = words[..] else { bail!("`{line}` in noise.txt has no class") };
        out.insert(format!("{code} {place}"), class.to_owned());
    }
    Ok(out)
}
