//! From a tree to a program of Thompson's machine. Code is laid out from the back: each part is told what comes after it.

use std::sync::Arc;

use super::class::Class;
use super::parse::{Assertion, Node, Parsed, Tree};
use super::{Exhausted, Meter};

/// The index of an instruction.
pub(super) type Pc = u32;

#[derive(Clone, Debug)]
pub(super) enum Inst {
    /// Matches.
    Match,
    /// Goes on at both, the first one preferred.
    Split(Pc, Pc),
    /// Notes the place in a slot.
    Save(u32, Pc),
    Assert(Assertion, Pc),
    Character(u32, Pc),
    Class(Arc<Class>, Pc),
    Any(Pc),
    AnyNotNewline(Pc),
}

/// A compiled expression.
#[derive(Debug)]
pub struct Program {
    pub(super) insts: Vec<Inst>,
    pub(super) start: Pc,
    /// Names of the groups, the first one's first; empty without a name.
    pub groups: Vec<String>,
    /// Text that every match begins with.
    pub(super) prefix: Vec<u8>,
    /// Whether a match can begin at the start of the text only.
    pub(super) anchored: bool,
    /// Bytes of memory that it takes, about.
    pub bytes: u64,
}

struct Compiler<'m> {
    insts: Vec<Inst>,
    meter: &'m mut Meter,
    bytes: u64,
}

pub(super) fn compile(parsed: &Parsed, meter: &mut Meter) -> Result<Program, Exhausted> {
    let mut c = Compiler { insts: Vec::new(), meter, bytes: 0 };
    let end = c.emit(Inst::Match)?;
    let start = c.tree(&parsed.tree, end)?;
    let (insts, classes) = (c.insts, c.bytes);
    let bytes = classes + (insts.len() * size_of::<Inst>()) as u64 + parsed.groups.iter().map(|g| 24 + g.len() as u64).sum::<u64>();
    Ok(Program { prefix: prefix(&insts, start), anchored: anchored(&insts, start), start, groups: parsed.groups.clone(), bytes, insts })
}

/// Whether each way from `pc` to a character demands the start of the text first.
fn anchored(insts: &[Inst], mut pc: Pc) -> bool {
    loop {
        match insts[pc as usize] {
            Inst::Save(_, next) => pc = next,
            Inst::Assert(Assertion::BeginText, _) => return true,
            Inst::Assert(_, next) => pc = next,
            _ => return false,
        }
    }
}

fn prefix(insts: &[Inst], mut pc: Pc) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        match insts[pc as usize] {
            Inst::Save(_, next) => pc = next,
            // U+FFFD matches bytes that are not text, too
            Inst::Character(c, next) if c != crate::pure::utf8::REPLACEMENT && crate::pure::utf8::valid(c) => {
                crate::pure::utf8::push(&mut text, c);
                pc = next;
            }
            _ => return text,
        }
    }
}

impl Compiler<'_> {
    fn emit(&mut self, inst: Inst) -> Result<Pc, Exhausted> {
        self.meter.spend(1)?;
        self.insts.push(inst);
        Ok(self.insts.len() as Pc - 1)
    }

    /// The code of a tree that goes on at `next`; where it begins.
    fn tree(&mut self, tree: &Tree, next: Pc) -> Result<Pc, Exhausted> {
        match &tree.node {
            Node::Empty => Ok(next),
            Node::Character(c) => self.emit(Inst::Character(*c, next)),
            Node::Class(class) => {
                self.bytes += 8 * class.len() as u64;
                self.emit(Inst::Class(class.clone(), next))
            }
            Node::Any => self.emit(Inst::Any(next)),
            Node::AnyNotNewline => self.emit(Inst::AnyNotNewline(next)),
            Node::Assertion(a) => self.emit(Inst::Assert(*a, next)),
            Node::Group(number, sub) => {
                let end = self.emit(Inst::Save(2 * number + 1, next))?;
                let body = self.tree(sub, end)?;
                self.emit(Inst::Save(2 * number, body))
            }
            Node::Sequence(list) => list.iter().rev().try_fold(next, |next, t| self.tree(t, next)),
            Node::Choice(list) => {
                let mut choices = list.iter().rev();
                let Some(last) = choices.next() else { return Ok(next) };
                let mut start = self.tree(last, next)?;
                for t in choices {
                    let first = self.tree(t, next)?;
                    start = self.emit(Inst::Split(first, start))?;
                }
                Ok(start)
            }
            Node::Repeat { sub, min, max, lazy } => self.repeat(sub, *min, *max, *lazy, next),
        }
    }

    fn repeat(&mut self, sub: &Tree, min: u32, max: Option<u32>, lazy: bool, next: Pc) -> Result<Pc, Exhausted> {
        let split = |body, next| if lazy { Inst::Split(next, body) } else { Inst::Split(body, next) };
        let mut start = next;
        let mut copies = min;
        match max {
            None => {
                // x+ is x followed by a choice between x+ again and what comes next
                let again = self.emit(Inst::Match)?;
                let body = self.tree(sub, again)?;
                self.insts[again as usize] = split(body, next);
                start = match min {
                    // where x can match nothing, x* is (x+)?, which keeps the order of choices
                    0 if nullable(sub) => self.emit(split(body, next))?,
                    0 => again,
                    _ => body,
                };
                copies = min.saturating_sub(1);
            }
            Some(max) => {
                for _ in min..max {
                    let body = self.tree(sub, start)?;
                    start = self.emit(split(body, next))?;
                }
            }
        }
        for _ in 0..copies {
            start = self.tree(sub, start)?;
        }
        Ok(start)
    }
}

/// Whether a tree can match nothing.
fn nullable(tree: &Tree) -> bool {
    match &tree.node {
        Node::Empty | Node::Assertion(_) => true,
        Node::Character(_) | Node::Class(_) | Node::Any | Node::AnyNotNewline => false,
        Node::Group(_, sub) => nullable(sub),
        Node::Sequence(list) => list.iter().all(nullable),
        Node::Choice(list) => list.iter().any(nullable),
        Node::Repeat { sub, min, .. } => *min == 0 || nullable(sub),
    }
}
