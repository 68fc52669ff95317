//! `amigos run`: `func main` of a package or a single file in the virtual machine, as `go run` would run it.

use std::io::Write;
use std::path::PathBuf;

use amigos_ide::Severity;
use amigos_vm::engine::RunLimits;
use amigos_vm::outcome::ErrorKind;

use crate::cli::{Done, ProfileArg, Stop};
use crate::program::{self, Variant};
use crate::project::{self, Project, shown_path};

/// Options of `amigos run`.
#[derive(clap::Args)]
pub struct Options {
    /// A package's folder, or a Go file
    path: PathBuf,
    /// What the program finds behind its name; not read by contracts
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
    /// What sources are checked as
    #[arg(long, value_enum, default_value = "contract")]
    profile: ProfileArg,
    /// The most gas to use
    #[arg(long)]
    gas: Option<u64>,
}

/// Runs the program; its exit status.
pub fn run(options: &Options) -> Done {
    let mut project = project::open(std::slice::from_ref(&options.path), options.profile)?;
    crate::network::fetch_imports(&mut project, "");
    if !options.args.is_empty() {
        eprintln!("amigos: a program has no arguments here: {} of them are not read", options.args.len());
    }
    report_errors(&project)?;
    let package = package_of(&project)?;
    let engine = program::engine(&project.host.analysis(), program::key(&package, Variant::Plain)).map_err(Stop::failed)?;
    let mut limits = RunLimits::default();
    limits.gas = options.gas.unwrap_or(limits.gas);
    let outcome = engine.run_main(program::key(&package, Variant::Plain), limits);
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice.
    let _ = out.write_all(outcome.output.as_bytes()).and_then(|()| out.flush());
    let Some(error) = outcome.error else { return Ok(0) };
    match error.kind {
        ErrorKind::Panic => {
            eprintln!("panic: {}\n\ngoroutine 1 [running]:", error.text);
            for place in &error.stack {
                eprintln!("{}(...)\n\t{}:{}", place.func, place.file, place.line);
            }
            eprintln!("exit status 2");
            Ok(2)
        }
        ErrorKind::Fatal => {
            eprintln!("fatal error: {}", error.text);
            Ok(2)
        }
        ErrorKind::OutOfGas => Err(Stop::failed("the program used up its gas; `--gas N` gives it more")),
        ErrorKind::BadCall => Err(Stop::usage(error.text)),
        _ => Err(Stop::failed(format!("{}; see also `amigos check`", error.text))),
    }
}

/// Prints the errors of what was asked for as the compiler would, and stops if there are any.
pub fn report_errors(project: &Project) -> Result<(), Stop> {
    let analysis = project.host.analysis();
    let mut count = 0;
    for problem in &project.problems {
        eprintln!("{}: {}", shown_path(&problem.file), problem.message);
        count += 1;
    }
    for (path, id) in project.asked_files() {
        let found = analysis.diagnostics(id).map_err(|_| Stop::usage("the analysis was cancelled"))?;
        let text = analysis.file_text(id).ok().flatten().unwrap_or_default();
        let lines = crate::lsp::positions::LineTable::new(&text);
        for diagnostic in found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
            let at = lines.position(&text, diagnostic.range.start, crate::lsp::positions::Encoding::Utf8);
            eprintln!("{}:{}:{}: {}", shown_path(&path), at.line + 1, at.character + 1, diagnostic.message);
            count += 1;
        }
    }
    if count > 0 { Err(Stop::failed("")) } else { Ok(()) }
}

/// The key of the one package that was asked for.
fn package_of(project: &Project) -> Result<String, Stop> {
    match project.asked.as_slice() {
        [folder] => {
            let name = project.single.clone().unwrap_or_else(|| folder.join("x.go"));
            project.workspace.package_key_of(&name.to_string_lossy()).ok_or_else(|| Stop::usage("there is no package here"))
        }
        _ => Err(Stop::usage("there are several packages: name one")),
    }
}
