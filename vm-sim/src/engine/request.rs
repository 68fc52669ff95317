//! What is asked of the machine, and what is answered besides a call's outcome.

use amigos_mir::gas;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

use crate::args::ArgValue;
use crate::state::StateSource;
use crate::value::GuestValue;

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// To change state.
    #[default]
    Transaction,
    /// To look: results count, writes don't; old heights can be read.
    Query,
}

/// A call from outside.
#[derive(Clone, Debug)]
pub struct CallRequest {
    /// The package: `path@vN`.
    pub package: PkgKey,
    /// An exported function (`CreatePost`), or an exported method on what a path leads to (`Posts[12].Upvote`).
    pub target: String,
    /// Its arguments.
    pub args: Vec<ArgValue>,
    /// Who calls; empty for nobody.
    pub sender: String,
    /// Who signed.
    pub origin: String,
    /// Coins that were moved to the package for this call, in micro-amg. They are there already.
    pub value: u64,
    /// Gas that may be used.
    pub gas_limit: u64,
    /// The height of the block that the call is in.
    pub height: i64,
    /// That block's time: seconds since 1970, and nanoseconds.
    pub time: (i64, i64),
    /// The chain.
    pub chain_id: String,
    /// What it is for.
    pub mode: Mode,
    /// Whether to keep a trace.
    pub trace: bool,
    /// Whether to say what changed.
    pub diff: bool,
    /// Variables that are set before the call, by path in the package's state: what if they were so?
    pub overrides: Vec<(String, ArgValue)>,
    /// Of an upgrade: what has a new name (`X`, `T` or `T.field`), and the name that it had before.
    pub renames: Vec<(String, String)>,
    /// Of the first deployment of a major version: the earlier one whose state its `Migrate`, if it has one, is given.
    pub migrate: Option<PkgKey>,
}

impl CallRequest {
    /// A transaction with default circumstances.
    pub fn new(package: &str, target: &str, args: Vec<ArgValue>) -> CallRequest {
        CallRequest {
            package: PkgKey(Name::new(package)),
            target: target.to_owned(),
            args,
            sender: String::new(),
            origin: String::new(),
            value: 0,
            gas_limit: gas::BLOCK_GAS,
            height: 1,
            time: (0, 0),
            chain_id: String::new(),
            mode: Mode::Transaction,
            trace: false,
            diff: false,
            overrides: Vec::new(),
            renames: Vec::new(),
            migrate: None,
        }
    }
}

/// What `run_main` and tests may use.
#[derive(Clone, Copy, Debug)]
pub struct RunLimits {
    /// Gas.
    pub gas: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// Frames.
    pub depth: usize,
}

impl Default for RunLimits {
    fn default() -> RunLimits {
        RunLimits { gas: 1 << 50, memory: 1 << 30, depth: gas::CALL_DEPTH as usize }
    }
}

/// The circumstances in which a test runs, if they are not those of fresh state: what was recorded of a call.
pub struct Recorded<'s> {
    /// The records that it may read. What is asked for is in the namespaces of packages without their tests.
    pub state: &'s dyn StateSource,
    /// Who calls, and who signed.
    pub sender: String,
    /// Coins that were moved to the package, in micro-amg.
    pub value: u64,
    /// The height of the block.
    pub height: i64,
    /// That block's time: seconds since 1970, and nanoseconds.
    pub time: (i64, i64),
    /// The chain.
    pub chain_id: String,
}

/// How a test runs.
#[derive(Default)]
pub struct TestRun<'s> {
    /// What it may use.
    pub limits: RunLimits,
    /// Whether to keep a trace.
    pub trace: bool,
    /// What it starts from; nothing: fresh state.
    pub recorded: Option<Recorded<'s>>,
}

/// A part of a package's state.
#[derive(Clone, Debug, PartialEq)]
pub struct StateTree {
    /// The value.
    pub value: GuestValue,
    /// Its type as messages write it.
    pub ty: String,
    /// Elements of a list or map, bytes of a string; 0 for others.
    pub items: u64,
    /// Bytes of the records that were read for it.
    pub bytes: u64,
}

/// A function that can be called from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Callable {
    /// Its name.
    pub name: String,
    /// Its parameters' types as messages write them.
    pub params: Vec<String>,
    /// Its results' types.
    pub results: Vec<String>,
}
