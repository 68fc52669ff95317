//! Running a program on a text: all threads go through the text together, a step for each character, in the order in which their choices count (Pike's machine).

use super::parse::Assertion;
use super::program::{Inst, Pc, Program};
use super::{Exhausted, Meter};
use crate::pure::utf8;

/// What stands before the first and behind the last character.
const NONE: u32 = u32::MAX;

/// A slot without a place.
const UNSET: u32 = u32::MAX;

/// The threads at one place of the text, in order.
#[derive(Debug, Default)]
struct Threads {
    /// For each instruction its number in `list`, if it is there.
    sparse: Vec<u32>,
    /// Instructions that were reached; those that wait for a character have slots.
    list: Vec<Pc>,
    /// Slots of the threads, one after the other.
    slots: Vec<u32>,
}

impl Threads {
    fn reset(&mut self, insts: usize) {
        self.sparse.resize(insts, 0);
        self.list.clear();
        self.slots.clear();
    }

    fn has(&self, pc: Pc) -> bool {
        self.list.get(self.sparse[pc as usize] as usize) == Some(&pc)
    }

    /// Adds a thread; its slots follow.
    fn push(&mut self, pc: Pc) {
        self.sparse[pc as usize] = self.list.len() as u32;
        self.list.push(pc);
    }
}

/// What remains to be done while threads are added.
#[derive(Debug)]
enum Todo {
    Visit(Pc),
    Restore(u32, u32),
}

/// Memory of searches, to be used again.
#[derive(Debug, Default)]
pub struct Scratch {
    now: Threads,
    next: Threads,
    todo: Vec<Todo>,
    /// Slots of the thread that is being followed.
    slots: Vec<u32>,
    /// Slots of the best match.
    best: Vec<u32>,
}

impl Program {
    /// Memory in bytes that a search with so many slots may take.
    pub fn search_memory(&self, slots: usize) -> u64 {
        self.insts.len() as u64 * (16 + 8 * slots as u64)
    }
}

/// All matches that do not overlap, at most `most`: for each the first `slots` slots, start and end of the match and of its groups in bytes. An empty match right
/// behind another one does not count. `longest`: of the leftmost matches the longest one counts, and not the first choice.
pub fn find_all(
    program: &Program,
    text: &[u8],
    most: usize,
    slots: usize,
    longest: bool,
    scratch: &mut Scratch,
    meter: &mut Meter,
) -> Result<Vec<Option<usize>>, Exhausted> {
    let mut found = Vec::new();
    let (mut at, mut count, mut last_end) = (0, 0, None);
    while count < most && at <= text.len() {
        let mut search = Search { program, text, slots, longest, s: scratch, meter };
        if !search.run(at)? {
            break;
        }
        let place = |slot: &u32| (*slot != UNSET).then_some(*slot as usize);
        let (start, end) = (scratch.best[0] as usize, scratch.best[1] as usize);
        let mut counts = true;
        if end == at {
            counts = Some(start) != last_end;
            at += utf8::decode(&text[at..]).1.max(1);
        } else {
            at = end;
        }
        last_end = Some(end);
        if counts {
            count += 1;
            found.extend(scratch.best.iter().map(place));
        }
    }
    Ok(found)
}

/// The last character of a text.
fn last(text: &[u8]) -> u32 {
    let from = (1..=text.len().min(4)).map(|n| text.len() - n).find(|at| text[*at] & 0xC0 != 0x80);
    match from.map(|at| (at, utf8::decode(&text[at..]))) {
        Some((at, (c, size))) if at + size == text.len() => c,
        _ if text.is_empty() => NONE,
        _ => utf8::REPLACEMENT,
    }
}

fn word(c: u32) -> bool {
    char::from_u32(c).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn holds(assertion: Assertion, before: u32, after: u32) -> bool {
    const NEWLINE: u32 = 0x0A;
    match assertion {
        Assertion::BeginText => before == NONE,
        Assertion::EndText => after == NONE,
        Assertion::BeginLine => before == NONE || before == NEWLINE,
        Assertion::EndLine => after == NONE || after == NEWLINE,
        Assertion::WordBoundary => word(before) != word(after),
        Assertion::NoWordBoundary => word(before) == word(after),
    }
}

struct Search<'a> {
    program: &'a Program,
    text: &'a [u8],
    slots: usize,
    longest: bool,
    s: &'a mut Scratch,
    meter: &'a mut Meter,
}

impl Search<'_> {
    /// Looks for a match from `at` on; its slots are in `best`.
    fn run(&mut self, mut at: usize) -> Result<bool, Exhausted> {
        let insts = self.program.insts.len();
        self.meter.spend(4)?;
        self.s.now.reset(insts);
        self.s.next.reset(insts);
        let mut matched = false;
        let mut before = last(&self.text[..at]);
        loop {
            if self.s.now.list.is_empty() {
                if matched || self.program.anchored && at > 0 {
                    break;
                }
                if !self.program.prefix.is_empty() {
                    let skipped = memchr::memmem::find(&self.text[at..], &self.program.prefix);
                    self.meter.spend(skipped.unwrap_or(self.text.len() - at) as u64 / 8)?;
                    let Some(skipped) = skipped else { break };
                    if skipped > 0 {
                        at += skipped;
                        before = last(&self.text[..at]);
                    }
                }
            }
            let (c, size) = if at < self.text.len() { utf8::decode(&self.text[at..]) } else { (NONE, 0) };
            if !matched {
                self.s.slots.clear();
                self.s.slots.resize(self.slots, UNSET);
                self.s.slots[0] = at as u32;
                self.add(false, self.program.start, at, before, c)?;
            }
            let ahead = at + size;
            let after = if ahead < self.text.len() { utf8::decode(&self.text[ahead..]).0 } else { NONE };
            matched |= self.step(at, ahead, c, after, matched)?;
            if size == 0 {
                break;
            }
            (at, before) = (ahead, c);
            std::mem::swap(&mut self.s.now, &mut self.s.next);
            self.s.next.list.clear();
            self.s.next.slots.clear();
        }
        Ok(matched)
    }

    /// Adds the thread at `pc` whose slots are in `s.slots`, and all that it splits into before it needs a character, to the threads of now or next.
    fn add(&mut self, next: bool, pc: Pc, at: usize, before: u32, after: u32) -> Result<(), Exhausted> {
        let Scratch { now, next: ahead, todo, slots, .. } = &mut *self.s;
        let threads = if next { ahead } else { now };
        todo.push(Todo::Visit(pc));
        let mut steps = 0;
        while let Some(what) = todo.pop() {
            let pc = match what {
                Todo::Restore(slot, place) => {
                    slots[slot as usize] = place;
                    continue;
                }
                Todo::Visit(pc) => pc,
            };
            steps += 1;
            if threads.has(pc) {
                continue;
            }
            threads.push(pc);
            // every entry has slots, so that they are found by number
            threads.slots.extend_from_slice(slots);
            steps += slots.len() as u64 / 4;
            match self.program.insts[pc as usize] {
                Inst::Split(first, second) => {
                    todo.push(Todo::Visit(second));
                    todo.push(Todo::Visit(first));
                }
                Inst::Save(slot, then) => {
                    if let Some(place) = slots.get_mut(slot as usize) {
                        todo.push(Todo::Restore(slot, *place));
                        *place = at as u32;
                    }
                    todo.push(Todo::Visit(then));
                }
                Inst::Assert(assertion, then) if holds(assertion, before, after) => todo.push(Todo::Visit(then)),
                _ => {}
            }
        }
        self.meter.spend(steps)
    }

    /// Lets each thread of now read the character `c` at `at`. Whether one of them had matched there.
    fn step(&mut self, at: usize, ahead: usize, c: u32, after: u32, mut matched: bool) -> Result<bool, Exhausted> {
        let mut here = false;
        for i in 0..self.s.now.list.len() {
            let from = i * self.slots;
            let slots = &self.s.now.slots[from..from + self.slots];
            if self.longest && matched && self.s.best[0] < slots[0] {
                continue;
            }
            let then = match &self.program.insts[self.s.now.list[i] as usize] {
                Inst::Match => {
                    if !self.longest || !matched || self.s.best[1] < at as u32 {
                        self.s.best.clear();
                        self.s.best.extend_from_slice(slots);
                        self.s.best[1] = at as u32;
                    }
                    (matched, here) = (true, true);
                    if self.longest {
                        continue;
                    }
                    // what comes later was chosen later
                    break;
                }
                Inst::Character(want, then) if *want == c => *then,
                Inst::Class(class, then) if c != NONE && class.has(c) => *then,
                Inst::Any(then) if c != NONE => *then,
                Inst::AnyNotNewline(then) if c != NONE && c != 0x0A => *then,
                _ => continue,
            };
            self.s.slots.clear();
            self.s.slots.extend_from_slice(slots);
            self.add(true, then, ahead, c, after)?;
        }
        self.meter.spend(self.s.now.list.len() as u64)?;
        Ok(here)
    }
}
