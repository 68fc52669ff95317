//! What a call did.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use amigos_syntax::Name;
use serde_json::{Value, json};

use crate::state::{ObjKey, Write};
use crate::value::GuestValue;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The acting contract, `path@vN`.
    pub package: Name,
    /// Its address.
    pub address: Arc<str>,
    /// Its name, and then names and values of its attributes, one behind the other, and where each ends.
    text: String,
    ends: Vec<u32>,
}

impl Event {
    /// An event without attributes.
    pub fn new(package: Name, address: Arc<str>, name: &[u8]) -> Event {
        let mut event = Event { package, address, text: String::with_capacity(192), ends: Vec::with_capacity(8) };
        push_lossy(&mut event.text, name);
        event.end();
        event
    }

    /// Where the next part is written to.
    pub fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends a part: a name or a value.
    pub fn end(&mut self) {
        self.ends.push(self.text.len() as u32);
    }

    /// Bytes written.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    fn part(&self, i: usize) -> &str {
        let from = i.checked_sub(1).and_then(|i| self.ends.get(i)).map_or(0, |at| *at as usize);
        let to = self.ends.get(i).map_or(from, |at| *at as usize);
        self.text.get(from..to).unwrap_or("")
    }

    /// The name given to `amigos.Emit`.
    pub fn name(&self) -> &str {
        self.part(0)
    }

    /// Names and values. (A name without a value is none.)
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.ends.len().saturating_sub(1) / 2;
        (0..pairs).map(|i| (self.part(2 * i + 1), self.part(2 * i + 2)))
    }
}

/// Appends text; bytes that are no UTF-8 are replaced.
pub(crate) fn push_lossy(out: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => out.push_str(text),
        Err(_) => out.push_str(&String::from_utf8_lossy(bytes)),
    }
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
    /// The split of that by package, sorted.
    pub gas_by_package: Vec<(Name, u64)>,
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
                let attributes: Vec<Value> = e.attributes().map(|(k, v)| json!({"key": k, "value": v})).collect();
                json!({"name": e.name(), "package": e.package.as_str(), "attributes": attributes})
            })
            .collect();
        let by_package: serde_json::Map<String, Value> =
            self.gas_by_package.iter().map(|(package, gas)| (package.to_string(), json!(gas))).collect();
        let stack = |e: &GuestError| -> Vec<Value> {
            e.stack.iter().map(|p| json!({"func": p.func, "package": p.package, "file": p.file, "line": p.line})).collect()
        };
        json!({
            "results": self.results.iter().map(GuestValue::to_json).collect::<Vec<_>>(),
            "error": self.error.as_ref().map(|e| json!({"kind": format!("{:?}", e.kind), "text": e.text, "stack": stack(e)})),
            "gas": {"used": self.gas_used, "by_package": by_package},
            "events": events,
            "state_diff": differences,
            "output": self.output,
        })
    }
}
