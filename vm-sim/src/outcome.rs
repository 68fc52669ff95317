//! What a call did.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::state::{ObjKey, Write};
use crate::value::GuestValue;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The name given to `amigos.Emit`.
    pub name: String,
    /// The acting contract, `path@vN`.
    pub package: String,
    /// Its address.
    pub address: String,
    /// Names and values.
    pub attributes: Vec<(String, String)>,
}

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It panicked.
    Panic,
    /// Its last result is a non-nil error.
    ErrorResult,
    /// Its gas is used up.
    OutOfGas,
    /// It has too many frames.
    Depth,
    /// It needs too much memory.
    Memory,
    /// It could not go on, in Go's words (`all goroutines are asleep - deadlock!`).
    Fatal,
    /// It never began: there is no such thing to call, or the arguments don't fit.
    BadCall,
    /// The program or its state is broken.
    Broken,
}

/// A place on the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The function: `forum.(*Post).Publish`.
    pub func: String,
    /// Its package, `path@vN`.
    pub package: String,
    /// The file's name.
    pub file: String,
    /// The line, from 1; 0 if none is known.
    pub line: u32,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestError {
    /// In one word.
    pub kind: ErrorKind,
    /// In the program's words, or the machine's.
    pub text: String,
    /// Where, innermost first.
    pub stack: Vec<Place>,
}

impl fmt::Display for GuestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match self.stack.first() {
            Some(p) if p.line > 0 => write!(f, " ({}:{})", p.file, p.line),
            _ => Ok(()),
        }
    }
}

/// A difference in state.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `path@vN`.
    pub package: String,
    /// `Posts[2870].Title`.
    pub path: String,
    /// Before; `None` if it was not there.
    pub before: Option<GuestValue>,
    /// After; `None` if it is gone.
    pub after: Option<GuestValue>,
}

/// A step of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many frames there were.
    pub depth: u32,
    /// What happened.
    pub what: StepKind,
    /// The function.
    pub func: String,
    /// The file's name.
    pub file: String,
    /// The line.
    pub line: u32,
    /// Gas left.
    pub gas_left: u64,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A function was entered.
    Call,
    /// Another line was reached.
    Line,
    /// A function was left.
    Return,
}

/// The trace of an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Steps, in order; at most [`MAX_STEPS`].
    pub steps: Vec<Step>,
    /// Whether there were more.
    pub truncated: bool,
    /// What the lines of code were used for. Complete also where steps are missing.
    pub lines: BTreeMap<LineKey, LineUse>,
}

/// A line of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// The package, `path@vN`.
    pub package: String,
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What a line was used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineUse {
    /// How often it was reached.
    pub hits: u64,
    /// Gas that its code used.
    pub gas: u64,
}

/// Steps that a trace keeps.
pub const MAX_STEPS: usize = 100_000;

/// What a call did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Its results, if it returned.
    pub results: Vec<GuestValue>,
    /// Why it failed.
    pub error: Option<GuestError>,
    /// Gas used.
    pub gas_used: u64,
    /// The split of that by package.
    pub gas_by_package: BTreeMap<String, u64>,
    /// Events; none if it failed.
    pub events: Vec<Event>,
    /// Writes, sorted by key; none if it failed. Coins are in namespace [`crate::persist::BANK`].
    pub writes: Vec<Write>,
    /// What was read: key and hash of the record (SHA-256; of a missing record zeros), sorted by key.
    pub read_set: Vec<(ObjKey, [u8; 32])>,
    /// What changed, for people.
    pub state_diff: Vec<Difference>,
    /// The trace, if one was asked for.
    pub trace: Option<Trace>,
    /// What was printed.
    pub output: String,
}

impl Outcome {
    /// Whether it did what it was asked to.
    pub fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// As JSON, in the shape of `amigos call --json`.
    pub fn to_json(&self) -> Value {
        let differences: Vec<Value> = self
            .state_diff
            .iter()
            .map(|d| {
                json!({
                    "package": d.package, "path": d.path,
                    "before": d.before.as_ref().map(GuestValue::to_json), "after": d.after.as_ref().map(GuestValue::to_json),
                })
            })
            .collect();
        let events: Vec<Value> = self
            .events
            .iter()
            .map(|e| {
                let attributes: Vec<Value> = e.attributes.iter().map(|(k, v)| json!({"key": k, "value": v})).collect();
                json!({"name": e.name, "package": e.package, "attributes": attributes})
            })
            .collect();
        let stack = |e: &GuestError| -> Vec<Value> {
            e.stack.iter().map(|p| json!({"func": p.func, "package": p.package, "file": p.file, "line": p.line})).collect()
        };
        json!({
            "results": self.results.iter().map(GuestValue::to_json).collect::<Vec<_>>(),
            "error": self.error.as_ref().map(|e| json!({"kind": format!("{:?}", e.kind), "text": e.text, "stack": stack(e)})),
            "gas": {"used": self.gas_used, "by_package": self.gas_by_package},
            "events": events,
            "state_diff": differences,
            "output": self.output,
        })
    }
}
