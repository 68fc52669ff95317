//! The joint between the hub and what runs programs: the hub gives code and state, takes writes, events and gas.

use std::sync::Arc;

use serde_json::Value;

use crate::address::Address;
use crate::package::{Deployed, PackageSource};
use crate::state::HeldReport;

/// The bytes of a stored value.
pub type Bytes = Arc<[u8]>;

/// The world as one call sees it: a block under construction, or the state behind a block.
pub trait World: Send + Sync {
    /// The chain's id.
    fn chain_id(&self) -> &str;
    /// The height of the block that the call is in.
    fn height(&self) -> u64;
    /// The height of the last block whose effects are all here; reads of "committed" state are of this height.
    fn committed(&self) -> u64;
    /// The block's time in nanoseconds since 1970.
    fn time(&self) -> u64;
    /// A package's record under each key; an error is the store's failure, in words.
    fn records(&self, package: &str, keys: &[&[u8]]) -> Result<Vec<Option<Bytes>>, String>;
    /// The coins of an account or contract.
    fn balance(&self, address: &Address) -> Result<u64, String>;
    /// The live version of a contract or the newest of a library, by `path@vN`.
    fn package(&self, identity: &str) -> Result<Option<Arc<Deployed>>, String>;
    /// A deployment by identity and content hash: what a library is pinned by.
    fn pinned(&self, identity: &str, hash: &[u8]) -> Result<Option<Arc<Deployed>>, String>;
    /// All packages, `path@vN`, in the order of their first deployment.
    fn identities(&self) -> Result<Vec<String>, String>;
    /// A hash over all deployments so far: what has the same hash runs the same code.
    fn deployments(&self) -> Result<[u8; 32], String>;
    /// Whether the state of `path@vN` is closed to writes, since a later major version has taken it over.
    fn closed(&self, identity: &str) -> Result<bool, String>;
    /// The majors of a path, ascending.
    fn majors(&self, path: &str) -> Result<Vec<u32>, String>;
    /// The oracle's reports for a pair, by source.
    fn reports(&self, pair: &str) -> Result<Vec<HeldReport>, String>;
    /// The world as block `height` left it, if it is still known.
    fn at(&self, height: u64) -> Option<Arc<dyn World>>;
}

/// A call from outside.
#[derive(Clone, Debug)]
pub struct Call {
    /// `path@vN`.
    pub package: String,
    /// `Transfer`, or `Posts[12].Upvote`.
    pub target: String,
    /// The arguments as texts.
    pub arguments: Arguments,
    /// Who signed.
    pub origin: Address,
    /// The coins that were moved to the contract for this call; they are there already.
    pub value: u64,
    /// The gas that may be used.
    pub gas_limit: u64,
    /// Variables that are set before a simulated call: path in the package's state, and value as a Go literal.
    pub overrides: Vec<(String, String)>,
    /// How much is wanted to be known of what happens.
    pub explain: Explain,
}

/// What a caller wants to know besides the outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explain {
    /// Differences in state.
    pub differences: bool,
    /// A trace.
    pub trace: bool,
}

/// The arguments of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Arguments {
    /// Go literals.
    Go(Vec<String>),
    /// JSON texts.
    Json(Vec<String>),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    /// It returned.
    #[default]
    Done,
    /// It returned a non-nil error.
    Failed,
    /// It panicked.
    Panicked,
    /// It used up its gas.
    OutOfGas,
    /// It used up memory or call depth.
    Exhausted,
    /// It never began: no such thing to call, or arguments that do not fit.
    BadCall,
    /// The executor or the store failed: nothing is known.
    Broken,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The name given to `amigos.Emit`.
    pub name: String,
    /// The contract, `path@vN`; empty for the chain's own.
    pub package: String,
    /// Names and values.
    pub attributes: Vec<(String, String)>,
}

/// A difference in state, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The package, `path@vN`.
    pub package: String,
    /// `Balances["alice"]`.
    pub path: String,
    /// Before the call; `null` if it was not there.
    pub before: Value,
    /// After the call; `null` if it is gone.
    pub after: Value,
}

/// A change of a package's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// `path@vN`.
    pub package: String,
    /// The key.
    pub key: Vec<u8>,
    /// The value; `None` deletes.
    pub value: Option<Vec<u8>>,
}

/// What a call did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// The error, panic or failure in words; empty when done.
    pub message: String,
    /// The results, typed JSON.
    pub results: Vec<Value>,
    /// The gas used.
    pub gas_used: u64,
    /// The split of that by `path@vN` (or import path of the standard library), in order of name.
    pub gas_by_package: Vec<(String, u64)>,
    /// The events, in order. None unless done.
    pub events: Vec<Event>,
    /// The writes. None unless done.
    pub writes: Vec<Write>,
    /// New balances of accounts and contracts whose coins moved. None unless done.
    pub balances: Vec<(Address, u64)>,
    /// What was read: package and key.
    pub reads: Vec<(String, Vec<u8>)>,
    /// What changed, for people, if that was asked for.
    pub differences: Vec<Difference>,
    /// Where it failed, innermost first: `{"func","package","file","line"}`.
    pub stack: Vec<Value>,
    /// The trace, if one was asked for.
    pub trace: Option<Value>,
    /// What was printed.
    pub output: String,
}

/// Versions of the rules that a block was made with; they stand in package records, and their hash in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The compiler's version.
    pub compiler: u32,
    /// The gas table's version.
    pub gas: u32,
    /// The determinism and compatibility rules' version.
    pub rules: u32,
    /// The bytecode's version.
    pub bytecode: u32,
    /// The version of the encoding of state.
    pub encoding: u32,
}

impl Rules {
    /// One number for a header: the protocol version.
    pub fn protocol(&self) -> u64 {
        [self.compiler, self.gas, self.rules, self.bytecode, self.encoding].iter().fold(0, |sum, part| sum * 1000 + u64::from(*part))
    }
}

/// What the gate found to be in order.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The exported API, in the executor's encoding.
    pub api: Vec<u8>,
    /// The layout of persistent state, in the executor's encoding.
    pub layout: Vec<u8>,
    /// The bytecode, if the executor wants it stored.
    pub bytecode: Vec<u8>,
    /// The import paths that need a line in the lock.
    pub imports: Vec<String>,
    /// Whether it has a `func Migrate(old amigos.Tree) error`.
    pub migrates: bool,
}

/// What there was before a deployment.
#[derive(Clone, Copy, Debug)]
pub enum Before<'a> {
    /// Nothing whose state counts.
    Nothing,
    /// A version of the same major: its state stays.
    Version(&'a Deployed),
    /// An earlier major, `path@vN`, whose state is given to `Migrate` if the new one has it.
    Major(&'a str),
}

/// Why the gate refuses a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, each with its place.
    pub findings: Vec<Finding>,
}

/// One finding of the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// The file's name; empty for the package.
    pub file: String,
    /// Line from 1; 0 for the file.
    pub line: u32,
    /// Column from 1 in bytes.
    pub column: u32,
    /// The rule's code.
    pub code: String,
    /// In words.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", self.file)?;
            if self.line > 0 {
                write!(f, ":{}:{}", self.line, self.column)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if !self.code.is_empty() {
            write!(f, " ({})", self.code)?;
        }
        Ok(())
    }
}

/// Why a query has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// There is no such package, name or value.
    NotFound(String),
    /// The question cannot be understood.
    Malformed(String),
    /// The code that had to run failed.
    Failed(String),
    /// This executor cannot answer such questions.
    Unsupported(String),
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            QueryError::NotFound(what) | QueryError::Malformed(what) | QueryError::Failed(what) | QueryError::Unsupported(what) => {
                f.write_str(what)
            }
        }
    }
}

/// Runs what an executor does; if it panics, that is the failure of one call and not of the hub.
pub fn guarded(work: impl FnOnce() -> Outcome) -> Outcome {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(outcome) => outcome,
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
            let message = format!("the virtual machine failed: {}; this is a defect of amigos", text.unwrap_or("no reason given"));
            Outcome { status: Status::Broken, message, ..Outcome::default() }
        }
    }
}

/// Runs a call. One that changes the state of a package that is closed fails.
pub fn run_call(executor: &dyn Executor, call: &Call, world: &dyn World) -> Outcome {
    refuse_closed(guarded(|| executor.call(call, world)), world)
}

/// The outcome, or its failure if it changes the state of a package that is closed.
pub fn refuse_closed(outcome: Outcome, world: &dyn World) -> Outcome {
    let mut last = "";
    for write in &outcome.writes {
        if write.package == last {
            continue;
        }
        last = &write.package;
        let (status, message) = match world.closed(last) {
            Ok(false) => continue,
            Ok(true) => (Status::Failed, format!("`{last}` is closed to writes: a later major version has taken its state over")),
            Err(error) => (Status::Broken, error),
        };
        let Outcome { gas_used, gas_by_package, reads, output, trace, .. } = outcome;
        return Outcome { status, message, gas_used, gas_by_package, reads, output, trace, ..Outcome::default() };
    }
    outcome
}

/// Calls of one block, one after the other. What they read and change stays in memory, so that a later one need not read it again.
pub trait Batch {
    /// Runs a call, as [`Executor::call`] does. Its writes to packages are kept for [`Batch::take_writes`]; until then the world must not have them. Its new balances
    /// are told as ever, and the world must have them at the next call.
    fn call(&mut self, call: &Call, world: &dyn World) -> Outcome;

    /// The writes of all calls that were done since the last time.
    ///
    /// Errors: the store fails or a record is damaged, in words; then these writes are lost.
    fn take_writes(&mut self, world: &dyn World) -> Result<Vec<Write>, String>;
}

/// What runs programs.
pub trait Executor: Send + Sync {
    /// The versions of its rules.
    fn rules(&self) -> Rules;

    /// The gate: checks and compiles a package. `previous` is the live version that it would replace.
    fn check(&self, package: &PackageSource, previous: Option<&Deployed>, world: &dyn World) -> Result<Checked, Refusal>;

    /// Runs the initialisers of a package that has just been recorded: all of a new one, and then its `Migrate` if an earlier major has state for it; those
    /// of added globals of an upgrade.
    fn initialise(&self, package: &Deployed, before: Before<'_>, origin: Address, gas_limit: u64, world: &dyn World) -> Outcome;

    /// Runs a call.
    fn call(&self, call: &Call, world: &dyn World) -> Outcome;

    /// Begins to run calls of one block, if this executor has a way that is faster than one by one. Outcomes are the same.
    fn batch(&self) -> Option<Box<dyn Batch + '_>> {
        None
    }

    /// The value of an expression over a package's exported names, as typed JSON.
    fn eval(&self, package: &str, expression: &str, world: &dyn World) -> Result<Value, QueryError>;

    /// A package's page in Markdown.
    fn render(&self, package: &str, path: &str, world: &dyn World) -> Result<String, QueryError>;

    /// A package's state, or a part of it, as a typed tree of at most `depth` levels.
    fn state(&self, package: &str, path: &str, depth: u32, world: &dyn World) -> Result<Value, QueryError>;
}
