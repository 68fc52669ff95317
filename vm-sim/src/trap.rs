//! Why an instruction could not be completed.

use crate::compare::Uncomparable;
use crate::image::{Image, Need};
use crate::memory::OutOfMemory;
use crate::state::Fetch;

/// Why an instruction could not be completed.
#[derive(Clone, Debug, PartialEq)]
pub enum Trap {
    /// A run-time panic with this text; it can be recovered.
    Panic(String),
    /// `panic(x)`: an interface value.
    Value([u64; 2]),
    /// A panic that nobody recovered has left the last frame.
    Uncaught,
    /// The gas is used up.
    OutOfGas,
    /// Too many frames.
    Depth,
    /// Too much memory.
    Memory,
    /// The running fiber waits for a channel.
    Wait,
    /// The run cannot go on, in Go's words; nothing recovers that.
    Fatal(String),
    /// State has to be fetched, or failed to be.
    Fetch(Fetch),
    /// The call has to be made on its own: what a session keeps does not tell what it costs.
    Cold,
    /// Something has to be compiled or linked first.
    Need(Need),
    /// The program is broken, or the machine: the text says how.
    Broken(String),
}

/// A result of the machine's parts. Traps are boxed: they are rare.
pub type Res<T> = Result<T, Box<Trap>>;

impl From<OutOfMemory> for Box<Trap> {
    fn from(_: OutOfMemory) -> Box<Trap> {
        Box::new(Trap::Memory)
    }
}

impl From<Fetch> for Box<Trap> {
    fn from(f: Fetch) -> Box<Trap> {
        Box::new(Trap::Fetch(f))
    }
}

impl From<Need> for Box<Trap> {
    fn from(n: Need) -> Box<Trap> {
        Box::new(Trap::Need(n))
    }
}

/// A run-time panic.
#[cold]
pub fn panic<T>(text: impl Into<String>) -> Res<T> {
    Err(Box::new(Trap::Panic(text.into())))
}

/// A run-time error in Go's words.
#[cold]
pub fn runtime<T>(text: &str) -> Res<T> {
    panic(format!("runtime error: {text}"))
}

/// `runtime error: invalid memory address or nil pointer dereference`
#[cold]
pub fn nil<T>() -> Res<T> {
    runtime("invalid memory address or nil pointer dereference")
}

/// `runtime error: index out of range [i] with length n`
#[cold]
pub fn index<T>(i: u64, len: u64) -> Res<T> {
    if (i as i64) < 0 {
        return runtime(&format!("index out of range [{}]", i as i64));
    }
    runtime(&format!("index out of range [{i}] with length {len}"))
}

/// A broken program or machine.
#[cold]
pub fn broken<T>(text: impl Into<String>) -> Res<T> {
    Err(Box::new(Trap::Broken(text.into())))
}

/// `runtime error: comparing uncomparable type T`
#[cold]
pub fn uncomparable(image: &Image, u: Uncomparable) -> Box<Trap> {
    let Uncomparable::Type(t) = u else { return too_deep() };
    let name = image.types.name(&*image.program, t);
    Box::new(Trap::Panic(format!("runtime error: comparing uncomparable type {name}")))
}

/// `runtime error: hash of unhashable type T`
#[cold]
pub fn unhashable(image: &Image, u: Uncomparable) -> Box<Trap> {
    let Uncomparable::Type(t) = u else { return too_deep() };
    let name = image.types.name(&*image.program, t);
    Box::new(Trap::Panic(format!("runtime error: hash of unhashable type {name}")))
}

fn too_deep() -> Box<Trap> {
    Box::new(Trap::Panic("runtime error: interface values nest too deeply to be compared".to_owned()))
}
