//! A plain Go program in the virtual machine: its output and its exit status, as `go run` would give them.

use std::sync::Arc;

use amigos_db::diagnostics::file_diagnostics;
use amigos_db::input::Origin;
use amigos_db::{Database, Package, Profile, Root, SourceFile};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, RunLimits};
use amigos_vm::outcome::ErrorKind;
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

/// Checks and runs programs, one after the other, over one database: the standard library is checked once.
pub struct Workbench {
    db: Database,
    file: SourceFile,
    key: PkgKey,
    limits: RunLimits,
}

impl Workbench {
    /// Programs may use this much gas.
    pub fn new(gas: u64) -> Workbench {
        let mut db = Database::default();
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
        Workbench { db, file, key, limits: RunLimits { gas, memory: 1 << 30 } }
    }

    /// The errors of a program, as `line: message`.
    pub fn errors(&mut self, text: &str) -> Vec<String> {
        self.file.set_text(&mut self.db).to(Arc::from(text));
        let problems =
            file_diagnostics(&self.db, self.file).iter().filter(|d| !d.soft || d.code == "Syntax" || d.code.starts_with("Unused"));
        problems.map(|d| format!("{}: {}", text[..d.range.start as usize].matches('\n').count() + 1, d.message)).collect()
    }

    /// Runs a program. The error is why it could not be run to its end: it was rejected, or the machine gave up.
    pub fn run(&mut self, text: &str) -> Result<Ran, String> {
        let errors = self.errors(text);
        if let Some(first) = errors.first() {
            return Err(format!("rejected, line {first}"));
        }
        let program = OwnedProgram::collect(&self.db, &[self.key]).map_err(|broken| format!("cannot be compiled: {broken:?}"))?;
        let engine = Engine::new(Arc::new(program));
        let outcome = engine.run_main(self.key, self.limits);
        let Some(error) = outcome.error else {
            return Ok(Ran { output: outcome.output, panic: None, status: 0 });
        };
        match error.kind {
            ErrorKind::Panic => Ok(Ran { output: outcome.output, panic: Some(format!("panic: {}", error.text)), status: 2 }),
            kind => Err(format!("{kind:?}: {error}")),
        }
    }
}

/// Whether both ran alike.
pub fn alike(ours: &Ran, theirs: &Ran) -> bool {
    ours.output == theirs.output && ours.status == theirs.status && ours.panic == theirs.panic
}
