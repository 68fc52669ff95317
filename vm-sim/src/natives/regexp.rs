//! regexp: expressions are compiled when they are first used in a call, and that is paid for then; each search pays for its steps.

use std::cell::RefCell;
use std::sync::Arc;

use amigos_mir::gas;

use super::{Call, NativeFn};
use crate::memory::pointer;
use crate::pure::regexp::{self, Failure, Meter, Program, Refused, Scratch, Syntax};
use crate::trap::{Res, broken};
use crate::types::Kind;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[("regexp", "check", check), ("regexp", "findAll", find_all)];

/// Gas for a step: a thread that looks at a character, or an instruction that is made.
const STEP: u64 = 2;
/// An expression as POSIX has it.
const POSIX: u64 = 1;
/// Of the leftmost matches the longest.
const LONGEST: u64 = 2;

/// Programs of a call by expression and syntax.
pub type Programs = rustc_hash::FxHashMap<(Box<[u8]>, Syntax), Arc<Program>>;

/// What compiling an expression cost, and its result.
struct Compiled {
    expression: Box<[u8]>,
    syntax: Syntax,
    steps: u64,
    program: Arc<Program>,
}

/// Programs that this thread keeps from call to call. Gas does not show it.
const KEPT: usize = 32;

thread_local! {
    static COMPILED: RefCell<Vec<Compiled>> = const { RefCell::new(Vec::new()) };
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Pays for steps that have been done; all of them were fewer than the gas allows.
fn pay(c: &mut Call, meter: &Meter) -> Res<()> {
    c.m.charge(meter.used().saturating_mul(STEP))
}

/// A meter for the gas that is left.
fn meter(c: &Call) -> Meter {
    Meter::new(c.m.gas / STEP)
}

/// Compiles an expression, or finds it.
fn program(c: &mut Call, expression: Vec<u8>, syntax: Syntax) -> Res<Result<Arc<Program>, Refused>> {
    let key = (expression.into_boxed_slice(), syntax);
    if let Some(program) = c.m.regexps.get(&key) {
        return Ok(Ok(program.clone()));
    }
    let kept =
        COMPILED.with_borrow(|all| all.iter().find(|k| k.syntax == syntax && k.expression == key.0).map(|k| (k.steps, k.program.clone())));
    let program = match kept {
        Some((steps, program)) => {
            c.m.charge(steps.saturating_mul(STEP))?;
            program
        }
        None => {
            let mut meter = meter(c);
            let result = regexp::compile(&key.0, syntax, &mut meter);
            pay(c, &meter)?;
            let program = match result {
                Ok(program) => Arc::new(program),
                Err(Failure::Refused(refused)) => return Ok(Err(refused)),
                Err(Failure::Exhausted) => return broken("a regular expression took more work than was paid for"),
            };
            let kept = Compiled { expression: key.0.clone(), syntax, steps: meter.used(), program: program.clone() };
            COMPILED.with_borrow_mut(|all| {
                if all.len() >= KEPT {
                    all.remove(0);
                }
                all.push(kept);
            });
            program
        }
    };
    let bytes = program.bytes + key.0.len() as u64 + 64;
    c.m.mem.room(bytes)?;
    c.m.mem.map_bytes += bytes;
    c.m.regexps.insert(key, program.clone());
    Ok(Ok(program))
}

/// `check(expr string, mode int) (groups, code, part string)`: the names of the groups, a line each; or why the expression is refused.
fn check(c: &mut Call) -> Res<()> {
    let (expression, mode) = (c.str(), c.word());
    let (groups, refused) = match program(c, expression, syntax(mode))? {
        Ok(program) => (program.groups.iter().flat_map(|g| [g.as_str(), "\n"]).collect(), Refused { code: "", part: Vec::new() }),
        Err(refused) => (String::new(), refused),
    };
    c.ret_str(groups.as_bytes())?;
    c.ret_str(refused.code.as_bytes())?;
    c.ret_str(&refused.part)
}

fn syntax(mode: u64) -> Syntax {
    if mode & POSIX == 0 { Syntax::Perl } else { Syntax::Posix }
}

/// `findAll(expr string, mode int, s string, most, slots int) []int`: for each match its slots, -1 for none. The expression was checked.
fn find_all(c: &mut Call) -> Res<()> {
    let (expression, mode) = (c.str(), c.word());
    let (p, len) = (c.word(), c.word());
    let most = usize::try_from(c.int()).unwrap_or(usize::MAX);
    let slots = usize::try_from(c.int()).unwrap_or(2).max(2);
    let program = match program(c, expression, syntax(mode))? {
        Ok(program) => program,
        Err(refused) => return broken(format!("regexp: {} in an expression that was checked", refused.code)),
    };
    let slots = slots.min(2 * (program.groups.len() + 1));
    c.m.mem.room(program.search_memory(slots))?;
    let mut meter = meter(c);
    let text = c.m.mem.str(p, len);
    let found = SCRATCH.with_borrow_mut(|s| regexp::find_all(&program, text, most, slots, mode & LONGEST != 0, s, &mut meter));
    pay(c, &meter)?;
    let Ok(found) = found else { return broken("a regular expression took more work than was paid for") };
    let ty = c.func.results.first().map(|t| c.image.types.get(*t).kind.clone());
    let Some(Kind::Slice(elem)) = ty else { return broken("regexp.findAll returns no slice") };
    c.m.charge(gas::ALLOC.of(8 * found.len() as u64))?;
    if found.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let h = c.m.mem.new_words(elem, found.len() as u32)?;
    let start = c.m.mem.obj(h).start as usize;
    for (word, place) in c.m.mem.words[start..].iter_mut().zip(&found) {
        *word = place.map_or(-1, |at| at as i64) as u64;
    }
    c.ret_words(&[pointer(h, 0), found.len() as u64, found.len() as u64])
}
