//! A plain Go program in the virtual machine: its output and its exit status, as `go run` would give them.

use std::sync::Arc;

use amigos_db::diagnostics::{FileDiagnostic, file_diagnostics};
use amigos_db::input::Origin;
use amigos_db::query::{body_facts, decl_body, decl_sig, sig_facts, split_file};
use amigos_db::{Database, Package, Profile, Root, SourceFile};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_syntax::ast::ExprId;
use amigos_types::ty::{PkgKey, Ty};
use amigos_types::typestring::type_string;
use amigos_vm::engine::{Engine, RunLimits};
use amigos_vm::outcome::{ErrorKind, Outcome};
use salsa::Setter;

/// What a program printed and how it ended. Standard output and standard error are one stream.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ran {
    /// What it printed, up to the report of a panic.
    pub output: String,
    /// The first line of the report of a panic that nobody recovered, without positions.
    pub panic: Option<String>,
    /// 0, or 2 after a panic.
    pub status: i32,
}

/// An error of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
    /// go/types' name of the error, or `Syntax`.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

/// Checks and runs programs, one after the other, over one database: the standard library is checked once.
pub struct Workbench {
    db: Database,
    file: SourceFile,
    package: Package,
    key: PkgKey,
    limits: RunLimits,
}

impl Workbench {
    /// Programs may use this much gas.
    pub fn new(gas: u64) -> Workbench {
        Workbench::over(Database::default(), gas)
    }

    /// The same, with files more in packages of the standard library: path, name and text of each. The error is what is wrong with one of them.
    pub fn with_library(gas: u64, more: &[(&str, &str, String)]) -> anyhow::Result<Workbench> {
        let files = |p: &amigos_std::StdPackage| {
            let mut files: Vec<(String, Arc<str>)> = p.files.iter().map(|(name, text)| ((*name).to_owned(), Arc::from(*text))).collect();
            files.extend(
                more.iter().filter(|(path, ..)| *path == p.path).map(|(_, name, text)| ((*name).to_owned(), Arc::from(text.as_str()))),
            );
            (p.path.to_owned(), files)
        };
        let mut db = Database::with_library(amigos_std::packages().iter().map(files).collect(), 27, None);
        let root = Root::get(&db);
        for (path, name, text) in more {
            let Some(package) = root.packages(&db).get(&PkgKey(Name::new(path))).copied() else {
                anyhow::bail!("there is no package `{path}`")
            };
            let Some(file) = package.files(&db).iter().copied().find(|f| f.name(&db).as_str() == *name) else { continue };
            let mut owners = root.owners(&db).clone();
            owners.insert(file, vec![package]);
            root.set_owners(&mut db).to(owners);
            if let Some(d) = file_diagnostics(&db, file).iter().find(|d| !d.soft) {
                let line = text.get(..d.range.start as usize).unwrap_or("").lines().count();
                anyhow::bail!("{path}, line {line}, `{}`: {}", text.lines().nth(line.saturating_sub(1)).unwrap_or("").trim(), d.message);
            }
        }
        Ok(Workbench::over(db, gas))
    }

    fn over(mut db: Database, gas: u64) -> Workbench {
        let root = Root::get(&db);
        let key = PkgKey(Name::new("main@v1"));
        let file = SourceFile::new(&db, Name::new("main.go"), Arc::from(""));
        let package = Package::new(&db, key, vec![file], Origin::Workspace, Profile::Go, false, Name::new("1.0.0"), 27, vec![], vec![]);
        let mut packages = root.packages(&db).clone();
        packages.insert(key, package);
        root.set_packages(&mut db).to(packages);
        let mut owners = root.owners(&db).clone();
        owners.insert(file, vec![package]);
        root.set_owners(&mut db).to(owners);
        Workbench { db, file, package, key, limits: RunLimits { gas, memory: 2 << 30, depth: 1 << 20 } }
    }

    /// The errors of a program.
    pub fn problems(&mut self, text: &str) -> Vec<Problem> {
        self.file.set_text(&mut self.db).to(Arc::from(text));
        let problem = |d: &FileDiagnostic| {
            let before = &text[..d.range.start as usize];
            let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            Problem { line: before.matches('\n').count() + 1, column, code: d.code.to_owned(), message: d.message.to_string() }
        };
        file_diagnostics(&self.db, self.file).iter().map(problem).collect()
    }

    /// The type of the longest expression that begins at an offset of the program that was looked at last.
    pub fn type_at(&self, offset: u32) -> Option<String> {
        let mut best: Option<(u32, Ty)> = None;
        for decl in split_file(&self.db, self.file) {
            let Some(at) = offset.checked_sub(decl.start(&self.db)) else { continue };
            let sig = decl_sig(&self.db, *decl);
            let bodies = decl_body(&self.db, *decl);
            let mut arenas = vec![(&*sig.sig, sig_facts(&self.db, self.package, *decl))];
            arenas.extend(bodies.iter().map(|b| &b.ast).zip(body_facts(&self.db, self.package, *decl)));
            for (ast, facts) in arenas {
                for (i, expr) in ast.exprs.iter().enumerate() {
                    let ty = facts.type_of(ExprId(i as u32)).ty;
                    let longer = best.is_none_or(|(end, _)| expr.range.end > end);
                    if expr.range.start == at && longer && !ty.is_invalid() {
                        best = Some((expr.range.end, ty));
                    }
                }
            }
        }
        let qualifier = |pkg: PkgKey| if pkg == self.key { String::new() } else { pkg.0.to_string() };
        best.map(|(_, ty)| type_string(ty, &qualifier))
    }

    /// A program. The error is why there is none: it was rejected.
    pub fn compile(&mut self, text: &str) -> Result<Arc<OwnedProgram>, String> {
        if let Some(first) = self.problems(text).first() {
            return Err(format!("rejected, line {}: {}", first.line, first.message));
        }
        OwnedProgram::collect(&self.db, &[self.key]).map(Arc::new).map_err(|broken| format!("cannot be compiled: {broken:?}"))
    }

    /// Runs the program of an engine, which [`Workbench::compile`] has made, with so much gas.
    pub fn outcome(&self, engine: &Engine, gas: u64) -> Outcome {
        engine.run_main(self.key, RunLimits { gas, ..self.limits })
    }

    /// Runs a program. The error is why it could not be run to its end: it was rejected, or the machine gave up.
    pub fn run(&mut self, text: &str) -> Result<Ran, String> {
        let engine = Engine::new(self.compile(text)?);
        let outcome = self.outcome(&engine, self.limits.gas);
        let Some(error) = outcome.error else {
            return Ok(Ran { output: outcome.output, panic: None, status: 0 });
        };
        match error.kind {
            ErrorKind::Panic => Ok(Ran { output: outcome.output, panic: Some(format!("panic: {}", error.text)), status: 2 }),
            ErrorKind::Fatal => Ok(Ran { output: outcome.output, panic: Some(format!("fatal error: {}", error.text)), status: 2 }),
            kind => Err(format!("{kind:?}: {error}")),
        }
    }
}

/// A contract of one file, as a program for an engine.
pub fn contract(path: &str, text: &str) -> Result<Arc<OwnedProgram>, String> {
    let mut db = Database::default();
    let root = Root::get(&db);
    let key = PkgKey(Name::new(&format!("{path}@v1")));
    let file = SourceFile::new(&db, Name::new("main.go"), Arc::from(text));
    let version = Name::new("1.0.0");
    let package = Package::new(&db, key, vec![file], Origin::Workspace, Profile::Contract, false, version, 27, vec![], vec![]);
    let (mut packages, mut owners) = (root.packages(&db).clone(), root.owners(&db).clone());
    packages.insert(key, package);
    owners.insert(file, vec![package]);
    root.set_packages(&mut db).to(packages);
    root.set_owners(&mut db).to(owners);
    if let Some(problem) = file_diagnostics(&db, file).iter().find(|d| !d.soft) {
        let line = text.get(..problem.range.start as usize).unwrap_or("").lines().count();
        return Err(format!("{path}:{line}: {}", problem.message));
    }
    OwnedProgram::collect(&db, &[key]).map(Arc::new).map_err(|broken| format!("cannot be compiled: {broken:?}"))
}

/// Whether both ran alike.
pub fn alike(ours: &Ran, theirs: &Ran) -> bool {
    ours.output == theirs.output && ours.status == theirs.status && ours.panic == theirs.panic
}
