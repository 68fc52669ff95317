//! The code that is looked at: packages of Go's standard library with all they import, as a module `std.test` in a scratch folder.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use amigos_ide::{AnalysisHost, Change, FileId, Origin, PackageInput, Profile};
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{GoVersion, TextRange};
use anyhow::{Context, Result, ensure};

use crate::Arguments;

/// The packages that identifiers are taken from.
pub const SUBJECTS: &[&str] = &[
    "archive/tar",
    "bufio",
    "bytes",
    "compress/flate",
    "container/list",
    "encoding/csv",
    "encoding/json",
    "encoding/xml",
    "flag",
    "go/ast",
    "go/constant",
    "go/doc",
    "go/parser",
    "go/printer",
    "html",
    "image/png",
    "log",
    "net/url",
    "path/filepath",
    "regexp",
    "sort",
    "strconv",
    "strings",
    "text/tabwriter",
    "text/template",
    "text/template/parse",
];

/// A file of the corpus.
pub struct File {
    pub id: FileId,
    pub path: PathBuf,
    /// Where it stands in Go's sources, and its package there.
    pub origin: PathBuf,
    pub package: String,
    pub text: Arc<str>,
    /// Whether identifiers are taken from it.
    pub subject: bool,
}

/// The corpus on disk and in our analyzer.
pub struct Corpus {
    pub folder: tempfile::TempDir,
    pub host: AnalysisHost,
    pub files: Vec<File>,
}

/// Lists the packages with `go list`, writes them with their imports renamed, and hands them to the analyzer.
pub fn load(arguments: &Arguments) -> Result<Corpus> {
    // Without a dot in front: gopls does not look into hidden folders.
    let folder = tempfile::Builder::new().prefix("agreement-").tempdir()?;
    let format = "{{.ImportPath}}|{{.Dir}}|{{range .GoFiles}}{{.}},{{end}}";
    let listed = Command::new(&arguments.go)
        .args(["list", "-deps", "-f", format])
        .args(SUBJECTS)
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "")
        .env("GOTOOLCHAIN", "local")
        .env_remove("GOROOT")
        .current_dir(folder.path())
        .output()
        .with_context(|| format!("`{}` cannot be run", arguments.go.display()))?;
    ensure!(listed.status.success(), "go list: {}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout)?;
    let packages: Vec<(&str, &str, Vec<&str>)> = listed
        .lines()
        .filter_map(|line| {
            let mut parts = line.split('|');
            let (path, dir, files) = (parts.next()?, parts.next()?, parts.next()?);
            (path != "unsafe").then(|| (path, dir, files.split(',').filter(|f| !f.is_empty()).collect()))
        })
        .collect();
    let known: Vec<&str> = packages.iter().map(|p| p.0).collect();
    fs::write(folder.path().join("go.mod"), "module std.test\n\ngo 1.27\n")?;
    let mut change = Change::default();
    let mut inputs = Vec::new();
    let mut files = Vec::new();
    for (path, dir, names) in &packages {
        let target = folder.path().join(path);
        fs::create_dir_all(&target)?;
        let mut group = Vec::new();
        for name in names {
            let text = fs::read_to_string(PathBuf::from(dir).join(name))?;
            let text: Arc<str> = renamed(&text, &known).into();
            fs::write(target.join(name), &*text)?;
            let id = FileId(files.len() as u32);
            change.files.push((id, Some(text.clone())));
            group.push((Arc::from(*name), id));
            let (origin, package) = (PathBuf::from(dir).join(name), (*path).to_owned());
            files.push(File { id, path: target.join(name), origin, package, text, subject: SUBJECTS.contains(path) });
        }
        group.sort();
        inputs.push(PackageInput {
            path: format!("std.test/{path}").into(),
            version: "1.0.0".into(),
            major: 1,
            origin: Origin::Workspace,
            profile: Profile::Go,
            library: false,
            go_minor: 27,
            files: group,
            pins: vec![],
            missing: vec![],
        });
    }
    change.packages = Some(inputs);
    let mut host = AnalysisHost::new();
    host.apply_change(change);
    Ok(Corpus { folder, host, files })
}

/// A file with `std.test/` in front of its imports.
fn renamed(text: &str, known: &[&str]) -> String {
    let mut at: Vec<(TextRange, String)> = Vec::new();
    for chunk in amigos_syntax::split::split(text) {
        let decl = amigos_syntax::parse_decl(chunk.text(text), GoVersion::DEFAULT);
        let DeclKind::Gen(group) = &decl.kind else { continue };
        for spec in &group.specs {
            if let Spec::Import(spec) = spec
                && known.contains(&spec.path.as_str())
            {
                at.push((spec.path_range.shift(chunk.start), format!("\"std.test/{}\"", spec.path)));
            }
        }
    }
    let mut out = text.to_owned();
    for (range, new) in at.into_iter().rev() {
        out.replace_range(range.start as usize..range.end as usize, &new);
    }
    out
}

/// A file's text with the imports that it had in Go's sources.
pub fn imports_as_they_were(text: &str) -> String {
    text.replace("\"std.test/", "\"")
}

impl Corpus {
    /// The files by the path on disk.
    pub fn by_path(&self) -> HashMap<&std::path::Path, &File> {
        self.files.iter().map(|f| (f.path.as_path(), f)).collect()
    }
}
