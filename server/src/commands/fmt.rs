//! `amigos fmt`: gofmt's format, in place.

use std::io::Read;
use std::path::{Path, PathBuf};

use amigos_ide::AnalysisHost;
use amigos_syntax::format::edits::{apply, unified_diff};
use amigos_syntax::format::{Options as FormatOptions, format_file, format_fragment};
use amigos_syntax::text::LineIndex;
use serde_json::{Value, json};

use crate::cli::{self, Done, JsonArg, ProfileArg, Stop};
use crate::project::{self, shown_path};

/// Options of `amigos fmt`.
#[derive(clap::Args)]
pub struct Options {
    /// Files, or folders whose `.go` files are formatted; the current folder if none is given; `-` for standard input
    paths: Vec<PathBuf>,
    /// Only list the files that would change
    #[arg(short = 'l', long)]
    list: bool,
    /// Only show what would change
    #[arg(short = 'd', long)]
    diff: bool,
    /// Write the files also with `-l` and `-d`
    #[arg(short = 'w', long)]
    write: bool,
    /// Simplify code too
    #[arg(short = 's', long)]
    simplify: bool,
    /// Add missing imports and remove unused ones
    #[arg(long)]
    imports: bool,
    /// Write nothing, list the files that would change, and end with status 1 if there are any
    #[arg(long, conflicts_with = "write")]
    check: bool,
    #[command(flatten)]
    json: JsonArg,
}

/// What became of a file.
struct Outcome {
    path: PathBuf,
    changed: bool,
    /// Syntax errors, each with line and column from 1.
    errors: Vec<(u32, u32, String)>,
}

/// Formats.
pub fn run(options: &Options) -> Done {
    let format = FormatOptions { simplify: options.simplify };
    if options.paths.iter().any(|p| p.as_os_str() == "-") {
        return from_stdin(format);
    }
    let paths = cli::or_here(&options.paths);
    let mut files = Vec::new();
    for path in &paths {
        collect(path, true, &mut files)?;
    }
    files.sort();
    files.dedup();
    let imports = if options.imports { Some(Imports::load(&paths)?) } else { None };
    let mut outcomes = Vec::new();
    for path in files {
        outcomes.push(one(options, format, imports.as_ref(), path)?);
    }
    if options.json.json {
        println!("{}", json!({ "files": outcomes.iter().map(to_json).collect::<Vec<_>>() }));
    }
    let broken = outcomes.iter().any(|o| !o.errors.is_empty());
    let changed = options.check && outcomes.iter().any(|o| o.changed);
    Ok(i32::from(broken || changed))
}

fn from_stdin(format: FormatOptions) -> Done {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    match format_fragment(&text, format) {
        Ok(formatted) => {
            print!("{formatted}");
            Ok(0)
        }
        Err(errors) => {
            for (line, column, message) in places(&text, &errors.0) {
                eprintln!("<standard input>:{line}:{column}: {message}");
            }
            Ok(1)
        }
    }
}

fn one(options: &Options, format: FormatOptions, imports: Option<&Imports>, path: PathBuf) -> Result<Outcome, Stop> {
    let shown = shown_path(&path);
    let text = std::fs::read_to_string(&path).map_err(|e| Stop::usage(format!("`{shown}` cannot be read: {e}")))?;
    let organised = imports.and_then(|imports| imports.organised(&path));
    let formatted = match format_file(organised.as_deref().unwrap_or(&text), format) {
        Ok(formatted) => formatted,
        Err(errors) => {
            let errors = places(&text, &errors.0);
            for (line, column, message) in &errors {
                eprintln!("{shown}:{line}:{column}: {message}");
            }
            return Ok(Outcome { path, changed: false, errors });
        }
    };
    let changed = formatted != text;
    if changed {
        let shows_only = options.list || options.diff || options.check;
        if options.diff && !options.json.json {
            print!("{}", unified_diff(&shown, &text, &formatted));
        } else if !options.json.json {
            println!("{shown}");
        }
        if options.write || !shows_only {
            std::fs::write(&path, formatted).map_err(|e| Stop::usage(format!("`{shown}` cannot be written: {e}")))?;
        }
    }
    Ok(Outcome { path, changed, errors: Vec::new() })
}

fn places(text: &str, errors: &[amigos_syntax::ast::SyntaxError]) -> Vec<(u32, u32, String)> {
    let lines = LineIndex::new(text);
    let place = |e: &amigos_syntax::ast::SyntaxError| {
        let at = lines.byte_line_col(e.range.start);
        (at.line + 1, at.col + 1, e.message.to_string())
    };
    errors.iter().map(place).collect()
}

fn to_json(outcome: &Outcome) -> Value {
    let errors = outcome.errors.iter().map(|(line, column, message)| json!({ "line": line, "column": column, "message": message }));
    json!({ "file": outcome.path, "changed": outcome.changed, "errors": errors.collect::<Vec<_>>() })
}

/// The `.go` files at or below `path`; a file that was named is taken whatever it is called.
fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let path = match path.file_name() {
        Some(name) if named && name == "..." => path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        _ => path,
    };
    let unreadable = |e: std::io::Error| Stop::usage(format!("`{}` cannot be read: {e}", path.display()));
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Symbolic links to folders are not followed: they could lead in a circle.
        let kind = entry.file_type()?;
        if name.starts_with('.') || kind.is_dir() && matches!(name.as_str(), "node_modules" | "target") {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), false, files)?;
        } else if name.ends_with(".go") {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// The packages at the paths, to know which imports are missing or unused.
struct Imports {
    project: project::Project,
}

impl Imports {
    fn load(paths: &[PathBuf]) -> Result<Imports, Stop> {
        Ok(Imports { project: project::open(paths, ProfileArg::Contract)? })
    }

    /// The file's text with its imports organised, if that changes it.
    fn organised(&self, path: &Path) -> Option<String> {
        let full = path.canonicalize().ok()?;
        let (_, file) = self.project.all_files().into_iter().find(|(p, _)| *p == full)?;
        let host: &AnalysisHost = &self.project.host;
        let analysis = host.analysis();
        let text = analysis.file_text(file).ok()??;
        let edits = analysis.organize_imports(file).ok()?;
        (!edits.is_empty()).then(|| apply(&text, &edits))
    }
}
