//! `amigos check`: all diagnostics of packages, for people, as JSON, or as SARIF.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use amigos_ide::{Diagnostic, FileId, RuleLevel, Severity, TextRange};
use serde_json::{Value, json};

use crate::cli::{self, Done, JsonArg, ProfileArg, Stop};
use crate::lsp::positions::{Encoding, LineTable};
use crate::project::{self, Project, shown_path};
use crate::render::{Style, grouped, plural};

/// Options of `amigos check`.
#[derive(clap::Args)]
pub struct Options {
    /// Packages: folders or files; the current folder if none is given
    paths: Vec<PathBuf>,
    /// What sources are checked as
    #[arg(long, value_enum, default_value = "contract")]
    profile: ProfileArg,
    /// The network that imports are fetched from: a name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    /// Ask the network for the versions that are live there and the sizes of their state, as the editor does: what breaks (AM3007, AM3008), newer versions of
    /// imports (AM3011), calls that no longer fit into a block (AM6004)
    #[arg(long, conflicts_with = "against")]
    live: bool,
    #[command(flatten)]
    json: JsonArg,
    /// Print SARIF 2.1 on standard output
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Compare with another version: a folder, or `PATH@VERSION` on the network (`PATH` alone is what is live there)
    #[arg(long, value_name = "PKG@VERSION", conflicts_with = "sarif")]
    against: Option<String>,
    /// The lowest level that makes the exit status 1
    #[arg(long, value_enum, default_value = "error")]
    deny: Level,
    /// Say of every exported function who can call it with effect, instead of what is wrong
    #[arg(long, conflicts_with_all = ["sarif", "against"])]
    authority: bool,
}

/// Levels of findings, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, clap::ValueEnum)]
enum Level {
    /// Errors of Go, and critical rules
    #[value(alias = "critical")]
    Error,
    /// High
    High,
    /// Medium
    #[value(alias = "warning")]
    Medium,
    /// Low
    #[value(alias = "info")]
    Low,
    /// Everything
    Hint,
}

impl Level {
    /// The level of a finding; of a rule's, that which it has or the manifest sets.
    fn of(diagnostic: &Diagnostic) -> Level {
        match (diagnostic.level, diagnostic.severity) {
            (Some(RuleLevel::Medium), _) => Level::Medium,
            (_, Severity::Error) => Level::Error,
            (_, Severity::Warning) => Level::High,
            (_, Severity::Info) => Level::Low,
            (_, Severity::Hint) => Level::Hint,
        }
    }
    fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::High => "high",
            Level::Medium => "medium",
            Level::Low => "low",
            Level::Hint => "hint",
        }
    }
}

/// A finding with the file it is in.
struct Finding {
    path: PathBuf,
    diagnostic: Diagnostic,
    /// If the source suppresses it: whether it is marked as mistaken, and why.
    suppressed: Option<(bool, String)>,
}

/// A text to point into.
struct Source {
    text: std::sync::Arc<str>,
    lines: LineTable,
}

/// The texts of all files that findings point into.
#[derive(Default)]
struct Sources {
    by_path: BTreeMap<PathBuf, Source>,
    by_id: BTreeMap<FileId, PathBuf>,
}

/// Checks.
pub fn run(options: &Options) -> Done {
    if let Some(against) = &options.against {
        let network = options.network.as_deref().unwrap_or_default();
        return super::against::run(against, &options.paths, network, options.profile, options.json.json);
    }
    let started = Instant::now();
    let mut project = project::open(&cli::or_here(&options.paths), options.profile)?;
    let wanted = options.network.as_deref().unwrap_or_default();
    let network = match options.live {
        true => Some(crate::network::fetch_live(&mut project, wanted).map_err(Stop::usage)?),
        false => crate::network::fetch_imports(&mut project, wanted),
    };
    if let Some(network) = &network {
        update_locks(&project, network);
    }
    let Collected { findings, suppressed, sources } = collect(&project)?;
    let lines: usize = project.all_files().iter().filter_map(|(path, _)| sources.by_path.get(path)).map(|s| s.text.lines().count()).sum();
    let packages = project.workspace.folders().count();
    let elapsed_ms = started.elapsed().as_millis() as u64;
    if options.authority {
        return super::authority::print(&project, options.json.json);
    }
    if options.json.json {
        let diagnostics: Vec<Value> = findings.iter().map(|finding| to_json(finding, &sources)).collect();
        let suppressed: Vec<Value> = suppressed.iter().map(|finding| to_json(finding, &sources)).collect();
        let document =
            json!({ "diagnostics": diagnostics, "suppressed": suppressed, "packages": packages, "lines": lines, "elapsed_ms": elapsed_ms });
        println!("{document}");
    } else if options.sarif {
        println!("{}", to_sarif(findings.iter().chain(&suppressed), &sources));
    } else {
        let style = Style::of_stdout();
        for finding in &findings {
            print!("{}", to_text(finding, &sources, style));
        }
        println!("{}", summary(&project, &findings, packages, lines, elapsed_ms));
    }
    Ok(i32::from(findings.iter().any(|finding| Level::of(&finding.diagnostic) <= options.deny)))
}

/// Writes `amigos.lock` of the packages that were asked for. What can't be locked is for `amigos deploy` to refuse.
fn update_locks(project: &Project, network: &crate::network::Network) {
    for package in project.asked.iter().filter_map(|folder| project.workspace.folder(folder)) {
        let Some(manifest) = &package.manifest else { continue };
        match crate::locking::updated(&network.client, &network.status.chain_id, manifest, package) {
            Ok(lock) => {
                if let Err(error) = lock.write(&package.folder) {
                    eprintln!("amigos: `{}` cannot be written: {error}", shown_path(&crate::workspace::lock_path(&package.folder)));
                }
            }
            Err(problem) => eprintln!("amigos: no lock for `{}`: {problem}", manifest.path),
        }
    }
}

/// What was found, and the texts it is in.
struct Collected {
    findings: Vec<Finding>,
    suppressed: Vec<Finding>,
    sources: Sources,
}

fn collect(project: &Project) -> Result<Collected, Stop> {
    let analysis = project.host.analysis();
    let overtaken = |_| Stop::usage("the analysis was cancelled");
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut suppressed = Vec::new();
    for problem in &project.problems {
        let range = TextRange::new(problem.range.start as u32, problem.range.end as u32);
        let diagnostic = Diagnostic {
            range,
            severity: Severity::Error,
            code: "Manifest".to_owned(),
            message: problem.message.clone(),
            related: Vec::new(),
            fixes: Vec::new(),
            unnecessary: false,
            level: None,
        };
        sources.add(problem.file.clone(), None, problem.text.clone());
        findings.push(Finding { path: problem.file.clone(), diagnostic, suppressed: None });
    }
    for (path, id) in project.all_files() {
        let text = analysis.file_text(id).map_err(overtaken)?.unwrap_or_default();
        sources.add(path, Some(id), text);
    }
    for (path, id) in project.all_files() {
        let mut found = analysis.diagnostics(id).map_err(overtaken)?;
        if let Some(levels) = project.workspace.rule_levels_of(&path.to_string_lossy()) {
            found = crate::levels::apply(levels, found);
        }
        findings.extend(found.into_iter().map(|diagnostic| Finding { path: path.clone(), diagnostic, suppressed: None }));
        for s in analysis.suppressed(id).map_err(overtaken)? {
            suppressed.push(Finding { path: path.clone(), diagnostic: s.diagnostic, suppressed: Some((s.false_positive, s.reason)) });
        }
    }
    for list in [&mut findings, &mut suppressed] {
        list.sort_by(|a, b| (&a.path, a.diagnostic.range.start).cmp(&(&b.path, b.diagnostic.range.start)));
    }
    Ok(Collected { findings, suppressed, sources })
}

impl Sources {
    fn add(&mut self, path: PathBuf, id: Option<FileId>, text: std::sync::Arc<str>) {
        if let Some(id) = id {
            self.by_id.insert(id, path.clone());
        }
        self.by_path.insert(path, Source { lines: LineTable::new(&text), text });
    }

    fn range(&self, path: &Path, range: TextRange) -> Value {
        let Some(source) = self.by_path.get(path) else { return Value::Null };
        let range = source.lines.range(&source.text, range.start, range.end, Encoding::Utf16);
        json!({
            "start": { "line": range.start.line, "character": range.start.character },
            "end": { "line": range.end.line, "character": range.end.character },
        })
    }
}

fn to_json(finding: &Finding, sources: &Sources) -> Value {
    let diagnostic = &finding.diagnostic;
    let place = |id: FileId, range: TextRange| {
        let path = sources.by_id.get(&id)?;
        Some((shown_path(path), sources.range(path, range)))
    };
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .filter_map(|r| place(r.file, r.range).map(|(file, range)| json!({ "file": file, "range": range, "message": r.message })))
        .collect();
    let fixes: Vec<Value> = diagnostic
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .filter_map(|e| place(e.file, e.range).map(|(file, range)| json!({ "file": file, "range": range, "newText": e.new_text })))
                .collect();
            json!({ "title": fix.title, "edits": edits })
        })
        .collect();
    let mut out = json!({
        "file": shown_path(&finding.path),
        "range": sources.range(&finding.path, diagnostic.range),
        "severity": Level::of(diagnostic).word(),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "related": related,
        "fixes": fixes,
    });
    if let Some((false_positive, reason)) = &finding.suppressed {
        out["suppressed"] = json!({ "by": if *false_positive { "fp" } else { "allow" }, "reason": reason });
    }
    out
}

/// A finding as ux.md shows it: place, consequence, the line with the place marked, related places, the fix.
fn to_text(finding: &Finding, sources: &Sources, style: Style) -> String {
    let diagnostic = &finding.diagnostic;
    let level = Level::of(diagnostic);
    let Some(source) = sources.by_path.get(&finding.path) else { return String::new() };
    let at = source.lines.range(&source.text, diagnostic.range.start, diagnostic.range.end, Encoding::Utf32);
    let (line, column) = (at.start.line + 1, at.start.character + 1);
    let rule = is_rule(&diagnostic.code);
    let label = if rule { format!("{} {}", diagnostic.code, level.word()) } else { level.word().to_owned() };
    let mut out = format!("{}:{line}:{column}: {}: {}\n", shown_path(&finding.path), style.level(level.word(), &label), diagnostic.message);
    if let Some(text) = source.text.lines().nth(at.start.line as usize).filter(|text| !text.trim().is_empty()) {
        let gutter = line.to_string();
        let expand = |text: &str| text.replace('\t', "    ");
        let before: String = text.chars().take(at.start.character as usize).collect();
        let end = if at.end.line == at.start.line { at.end.character as usize } else { text.chars().count() };
        let marked: String = text.chars().skip(at.start.character as usize).take(end.saturating_sub(at.start.character as usize)).collect();
        let carets = "^".repeat(expand(&marked).chars().count().max(1));
        out += &format!("   {gutter} │ {}\n", expand(text));
        out += &format!(
            "   {} │ {}{}\n",
            " ".repeat(gutter.len()),
            " ".repeat(expand(&before).chars().count()),
            style.level(level.word(), &carets)
        );
    }
    for related in &diagnostic.related {
        let Some(path) = sources.by_id.get(&related.file) else { continue };
        let Some(source) = sources.by_path.get(path) else { continue };
        let place = source.lines.position(&source.text, related.range.start, Encoding::Utf32);
        out += &format!("   {}:{}:{}: {}\n", shown_path(path), place.line + 1, place.character + 1, related.message);
    }
    for fix in &diagnostic.fixes {
        out += &format!("   fix: {}\n", fix.title);
    }
    if rule {
        out += &style.dim(&format!("   amigos explain {}\n", diagnostic.code));
    }
    out
}

fn is_rule(code: &str) -> bool {
    code.len() == 6 && code.starts_with("AM")
}

fn summary(project: &Project, findings: &[Finding], packages: usize, lines: usize, elapsed_ms: u64) -> String {
    let place = match project.asked.as_slice() {
        [one] => shown_path(project.single.as_ref().unwrap_or(one)),
        _ => shown_path(&common_folder(&project.asked)),
    };
    let mut text = format!("{place}: {}, {}, {} ms", plural(packages as u64, "package"), plural(lines as u64, "line"), grouped(elapsed_ms));
    let counts: Vec<String> = [Level::Error, Level::High, Level::Medium, Level::Low, Level::Hint]
        .iter()
        .filter_map(|level| {
            let count = findings.iter().filter(|finding| Level::of(&finding.diagnostic) == *level).count() as u64;
            (count > 0)
                .then(|| if *level == Level::Error { plural(count, "error") } else { format!("{} {}", grouped(count), level.word()) })
        })
        .collect();
    text += " · ";
    text += &if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    text += &bounded(project);
    text
}

/// `all exported functions bounded but 1`, for the contracts that were asked for.
fn bounded(project: &Project) -> String {
    let analysis = project.host.analysis();
    let keys = project.asked.iter().filter_map(|folder| Some(project.workspace.folder(folder)?.manifest.as_ref()?.key()));
    let functions: Vec<_> = keys.filter_map(|key| crate::gas::functions(&analysis, &key).ok()).flatten().collect();
    let without = functions.iter().filter(|function| function.bound.is_err()).count();
    match (functions.len(), without) {
        (0, _) => String::new(),
        (_, 0) => " · all exported functions bounded".to_owned(),
        (all, without) if all == without => " · no exported function bounded".to_owned(),
        (_, without) => format!(" · all exported functions bounded but {without}"),
    }
}

fn common_folder(folders: &[PathBuf]) -> PathBuf {
    let mut common = folders.first().cloned().unwrap_or_default();
    while !folders.iter().all(|folder| folder.starts_with(&common)) {
        if !common.pop() {
            break;
        }
    }
    common
}

fn to_sarif<'a>(findings: impl Iterator<Item = &'a Finding>, sources: &Sources) -> Value {
    let results: Vec<Value> = findings
        .map(|finding| {
            let diagnostic = &finding.diagnostic;
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Hint => "note",
            };
            let location = |path: &Path, range: TextRange| {
                let range =
                    sources.by_path.get(path).map(|s| s.lines.range(&s.text, range.start, range.end, Encoding::Utf16)).unwrap_or_default();
                json!({ "physicalLocation": {
                    "artifactLocation": { "uri": shown_path(path) },
                    "region": {
                        "startLine": range.start.line + 1, "startColumn": range.start.character + 1,
                        "endLine": range.end.line + 1, "endColumn": range.end.character + 1,
                    },
                } })
            };
            let related: Vec<Value> = diagnostic
                .related
                .iter()
                .filter_map(|r| {
                    let mut place = location(sources.by_id.get(&r.file)?, r.range);
                    place["message"] = json!({ "text": r.message });
                    Some(place)
                })
                .collect();
            // Stays the same when lines above are added: code, file, message.
            let print =
                amigos_syntax::name::stable_hash(&format!("{}\n{}\n{}", diagnostic.code, shown_path(&finding.path), diagnostic.message));
            let suppressions: Vec<Value> = finding
                .suppressed
                .iter()
                .map(|(false_positive, reason)| {
                    json!({ "kind": "inSource", "justification": reason, "properties": { "falsePositive": false_positive } })
                })
                .collect();
            json!({
                "ruleId": diagnostic.code,
                "level": level,
                "message": { "text": diagnostic.message },
                "locations": [location(&finding.path, diagnostic.range)],
                "relatedLocations": related,
                "suppressions": suppressions,
                "partialFingerprints": { "amigos/v1": format!("{print:016x}") },
                "properties": { "severity": Level::of(diagnostic).word() },
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "amigos", "version": env!("CARGO_PKG_VERSION"), "informationUri": "https://hub.amigos.dev" } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    })
}
