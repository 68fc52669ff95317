//! A workspace made of text, for tests of features.
#![allow(dead_code, reason = "each test file uses another part of it")]

pub mod assisted;
pub mod rules;

use std::sync::Arc;

use amigos_ide::*;

/// Packages under test. File names are unique over all packages.
pub struct Workspace {
    pub host: AnalysisHost,
    files: Vec<(String, String, FileId)>,
    /// Where `$0` stood.
    pub cursor: Option<(FileId, u32)>,
    unchecked: Vec<FileId>,
}

impl Workspace {
    /// One contract `hub.amigos.dev/test/example` with one file.
    pub fn single(name: &str, text: &str) -> Workspace {
        Workspace::new(&[("hub.amigos.dev/test/example", &[(name, text)])])
    }

    /// Contracts by path. A `$0` in a text is the cursor, and taken out.
    pub fn new(packages: &[(&str, &[(&str, &str)])]) -> Workspace {
        Workspace::with_host(AnalysisHost::new(), packages)
    }

    /// The same over a given host.
    pub fn with_host(host: AnalysisHost, packages: &[(&str, &[(&str, &str)])]) -> Workspace {
        let mut out = Workspace { host, files: Vec::new(), cursor: None, unchecked: Vec::new() };
        let mut change = Change::default();
        let mut inputs = Vec::new();
        for (path, files) in packages {
            let mut names = Vec::new();
            for (name, text) in *files {
                let id = FileId(out.files.len() as u32);
                let mut text = (*text).to_owned();
                if let Some(at) = text.find("$0") {
                    text.replace_range(at..at + 2, "");
                    out.cursor = Some((id, at as u32));
                }
                change.files.push((id, Some(Arc::from(text.as_str()))));
                names.push((Arc::from(*name), id));
                out.files.push(((*name).to_owned(), text, id));
            }
            names.sort();
            inputs.push(PackageInput {
                path: Arc::from(*path),
                version: Arc::from("1.0.0"),
                major: 1,
                origin: Origin::Workspace,
                profile: Profile::Contract,
                library: false,
                go_minor: 26,
                files: names,
                pins: vec![],
                missing: vec![],
            });
        }
        change.packages = Some(inputs);
        out.host.apply_change(change);
        out
    }

    pub fn file(&self, name: &str) -> FileId {
        self.files.iter().find(|(n, _, _)| n == name).expect("a file of the fixture").2
    }

    pub fn text(&self, name: &str) -> &str {
        &self.files.iter().find(|(n, _, _)| n == name).expect("a file of the fixture").1
    }

    pub fn diagnostics(&self, name: &str) -> Vec<Diagnostic> {
        self.host.analysis().diagnostics(self.file(name)).expect("not cancelled")
    }

    /// Opens a file, as an editor does before it edits one.
    pub fn open(&mut self, name: &str) {
        let id = self.file(name);
        let text = self.files.iter().find(|(n, _, _)| n == name).map(|f| Arc::from(f.1.as_str()));
        self.host.apply_change(Change { files: vec![(id, text)], open: vec![id], ..Change::default() });
    }

    /// Replaces the text of a file.
    pub fn edit(&mut self, name: &str, text: &str) {
        let id = self.file(name);
        self.host.apply_change(Change { files: vec![(id, Some(Arc::from(text)))], ..Change::default() });
        self.files.iter_mut().filter(|(n, _, _)| n == name).for_each(|f| f.1 = text.to_owned());
    }
}

/// All contracts of the project as a workspace: the host and the files by `folder/name`.
pub fn contracts() -> (AnalysisHost, Vec<(String, FileId)>) {
    let mut host = AnalysisHost::new();
    let mut change = Change::default();
    let mut files = Vec::new();
    let mut inputs = Vec::new();
    for package in amigos_contracts::all() {
        let manifest = package.files.iter().find(|(n, _)| *n == "amigos.toml").expect("a manifest").1;
        let setting = |key: &str| {
            let line = manifest.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=')).unwrap_or("");
            line.trim().trim_matches('"').to_owned()
        };
        let version = setting("version");
        let mut names = Vec::new();
        for (name, text) in package.files.iter().filter(|(n, _)| n.ends_with(".go")) {
            let id = FileId(files.len() as u32);
            files.push((format!("{}/{name}", package.folder), id));
            change.files.push((id, Some(Arc::from(*text))));
            names.push((Arc::from(*name), id));
        }
        names.sort();
        inputs.push(PackageInput {
            path: Arc::from(setting("path")),
            major: version.split('.').next().and_then(|m| m.parse().ok()).expect("a version"),
            version: Arc::from(version),
            origin: Origin::Workspace,
            profile: Profile::Contract,
            library: setting("library") == "true",
            go_minor: 26,
            files: names,
            pins: vec![],
            missing: vec![],
        });
    }
    change.packages = Some(inputs);
    host.apply_change(change);
    (host, files)
}

impl Workspace {
    /// Packages written as one text. A line `//- PATH/FILE.go` starts a file of package `PATH` (with `@vN` for another major than 1); behind it may stand
    /// `library`, `fetched`, `go` `sizes` (a list of live sizes) and `live` (the version that is live on the network). Without such a line the text is one file `main.go` of a contract. `$0` is the cursor.
    pub fn fixture(text: &str) -> Workspace {
        Workspace::fixture_with_host(AnalysisHost::new(), text)
    }

    /// The same over a given host.
    pub fn fixture_with_host(host: AnalysisHost, text: &str) -> Workspace {
        let text = if text.starts_with("//- ") { text.to_owned() } else { format!("//- hub.amigos.dev/test/example/main.go\n{text}") };
        let mut out = Workspace { host, files: Vec::new(), cursor: None, unchecked: Vec::new() };
        let mut change = Change::default();
        let mut inputs: Vec<PackageInput> = Vec::new();
        for part in text.split("//- ").skip(1) {
            let (head, body) = part.split_once('\n').expect("a line with the path");
            let mut words = head.split_whitespace();
            let (path, name) = words.next().expect("a path").rsplit_once('/').expect("a file in a package");
            let flags: Vec<&str> = words.collect();
            if flags.contains(&"sizes") {
                let sizes =
                    body.lines().filter_map(|l| l.split_once(' ')).map(|(p, n)| (Arc::from(p), n.trim().parse().expect("a number")));
                let facts = PackageFacts { height: 7, sizes: sizes.collect(), measured: vec![] };
                let key = if path.contains("@v") { path.to_owned() } else { format!("{path}@v1") };
                change.facts.push((Arc::from(key), Some(Arc::new(facts))));
                continue;
            }
            let (path, major) = path.split_once("@v").map_or((path, 1), |(p, m)| (p, m.parse().expect("a major")));
            let id = FileId(out.files.len() as u32);
            let mut body = body.to_owned();
            if let Some(at) = body.find("$0") {
                body.replace_range(at..at + 2, "");
                out.cursor = Some((id, at as u32));
            }
            change.files.push((id, Some(Arc::from(body.as_str()))));
            let origin = match (flags.contains(&"fetched"), flags.contains(&"live")) {
                (true, _) => Origin::Fetched,
                (_, true) => Origin::Live,
                _ => Origin::Workspace,
            };
            let is_live = origin == Origin::Live;
            if origin != Origin::Workspace {
                out.unchecked.push(id);
            }
            let same = |p: &PackageInput| &*p.path == path && p.major == major && (p.origin == Origin::Live) == is_live;
            let at = inputs.iter().position(same).unwrap_or_else(|| {
                inputs.push(PackageInput {
                    path: Arc::from(path),
                    version: Arc::from(format!("{major}.0.0")),
                    major,
                    origin,
                    profile: if flags.contains(&"go") { Profile::Go } else { Profile::Contract },
                    library: flags.contains(&"library"),
                    go_minor: 26,
                    files: vec![],
                    pins: vec![],
                    missing: vec![],
                });
                inputs.len() - 1
            });
            inputs[at].files.push((Arc::from(name), id));
            out.files.push((name.to_owned(), body, id));
        }
        inputs.iter_mut().for_each(|p| p.files.sort());
        change.packages = Some(inputs);
        out.host.apply_change(change);
        out
    }

    /// Whether the findings of a file count: those of fetched and live versions don't.
    pub fn is_checked(&self, id: FileId) -> bool {
        !self.unchecked.contains(&id)
    }

    pub fn analysis(&self) -> Analysis {
        self.host.analysis()
    }

    /// Where `$0` stood.
    pub fn at(&self) -> (FileId, u32) {
        self.cursor.expect("a $0 in the fixture")
    }

    /// The name and text of a file.
    pub fn of(&self, id: FileId) -> (&str, &str) {
        let found = self.files.iter().find(|f| f.2 == id).expect("a file of the fixture");
        (&found.0, &found.1)
    }

    /// All files by name.
    pub fn ids(&self) -> Vec<FileId> {
        self.files.iter().map(|f| f.2).collect()
    }

    /// `main.go:3:5` of an offset; lines and columns from 1.
    pub fn position(&self, id: FileId, offset: u32) -> String {
        let (name, text) = self.of(id);
        let before = &text[..offset as usize];
        let column = before.len() - before.rfind('\n').map_or(0, |i| i + 1) + 1;
        format!("{name}:{}:{column}", before.matches('\n').count() + 1)
    }
}

/// How many errors a workspace has.
pub fn errors(workspace: &Workspace) -> usize {
    let analysis = workspace.analysis();
    let all = workspace.ids().into_iter().flat_map(|id| analysis.diagnostics(id).expect("not cancelled"));
    all.filter(|d| d.severity == Severity::Error).count()
}

/// A text with edits applied.
pub fn apply(source: &str, mut edits: Vec<TextEdit>) -> String {
    edits.sort_by_key(|e| std::cmp::Reverse((e.range.start, e.range.end)));
    edits.dedup();
    let mut out = source.to_owned();
    for edit in edits {
        out.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.new_text);
    }
    out
}

/// A text with every number in it as `N`: prices change, and are not what is tested here.
pub fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut word_before = false;
    while let Some(c) = chars.next() {
        if !c.is_ascii_digit() || word_before {
            word_before = c.is_alphanumeric() || c == '_' || c == '^';
            out.push(c);
            continue;
        }
        while chars.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | 'k' | 'M' | 'G')) {
            chars.next();
        }
        out.push('N');
    }
    out
}
