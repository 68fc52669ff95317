//! Random calls of fmt and strconv in the virtual machine and by the installed Go: the same bytes.
//!
//! A program of `cases/` makes the calls that their numbers stand for and prints a hash of what each block of them gave. Where the hashes of a block differ, both
//! sides say all of it.

use std::time::Instant;

use anyhow::{Context, Result};
use program_conformance::machine::Workbench;

use crate::Arguments;
use crate::golang::Go;

/// The programs; each makes the same part of all cases.
const PROGRAMS: [(&str, &str); 2] =
    [("formatting", include_str!("../cases/formatting.go")), ("numbers", include_str!("../cases/numbers.go"))];
/// Cases behind one hash.
const BLOCK: usize = 250;
/// Cases that one run in the machine makes: its memory is that of a call.
const CHUNK: usize = 40 * BLOCK;
/// Cases, if no number is given.
const COUNT: usize = 20_000;
/// Gas of a run.
const GAS: u64 = 1 << 40;
/// Blocks that are looked at closely, of each program.
const SHOWN: usize = 12;

/// Runs the suite; true if all cases give the same bytes.
pub fn run(args: &Arguments, go: &Go) -> Result<bool> {
    let start = Instant::now();
    let each = args.count.unwrap_or(COUNT).div_ceil(PROGRAMS.len()).next_multiple_of(BLOCK);
    let first = (args.seed.max(1) as usize - 1) * each;
    let mut bench = Workbench::new(GAS);
    let mut report = Vec::new();
    let mut different = 0;
    for (name, program) in PROGRAMS.iter().filter(|(name, _)| args.filter.as_deref().is_none_or(|f| name.contains(f))) {
        let theirs = built(go, &with(program, first, first + each, false)?)?;
        let mut ours = String::new();
        for from in (first..first + each).step_by(CHUNK) {
            let to = (from + CHUNK).min(first + each);
            ours += &interpreted(&mut bench, &with(program, from, to, false)?);
        }
        let same: std::collections::HashSet<&str> = ours.lines().collect();
        let blocks: Vec<&str> = theirs.lines().filter(|line| !same.contains(line)).collect();
        for block in blocks.iter().take(SHOWN) {
            let from: usize = block.split(' ').next().unwrap_or_default().parse().with_context(|| format!("{name}: {block}"))?;
            let text = with(program, from, from + BLOCK, true)?;
            let (ours, theirs) = (interpreted(&mut bench, &text), built(go, &text)?);
            if ours.lines().count() < BLOCK {
                report.push(format!("{name}: ours ends with {:?}", ours.lines().last().unwrap_or_default()));
            }
            for (ours, theirs) in ours.lines().zip(theirs.lines()).filter(|(ours, theirs)| ours != theirs) {
                different += 1;
                report.push(format!("{name}\n  ours   {ours}\n  theirs {theirs}"));
            }
        }
        different += blocks.len().saturating_sub(SHOWN);
    }
    let cases = each * PROGRAMS.len();
    std::fs::write(args.out.join("cases.txt"), report.join("\n"))?;
    println!("cases: {cases} of fmt and strconv, at least {different} different, {:.0} s", start.elapsed().as_secs_f64());
    report.iter().take(40).for_each(|r| println!("  {r}"));
    Ok(different == 0 && report.is_empty())
}

/// A program with other constants.
fn with(program: &str, from: usize, to: usize, shown: bool) -> Result<String> {
    let (head, rest) = program.split_once("const (\n").context("a program of cases has its constants in one block")?;
    let (_, rest) = rest.split_once("\n)\n").context("a block of constants ends")?;
    Ok(format!("{head}const (\nfrom = {from}\nto = {to}\nblock = {BLOCK}\nshown = {shown}\n)\n{rest}"))
}

fn built(go: &Go, text: &str) -> Result<String> {
    match go.run_all(&[text])?.pop() {
        Some(Ok(ran)) if ran.status == 0 => Ok(ran.output),
        Some(Ok(ran)) => anyhow::bail!("a program of cases ends with {} {:?} when Go has built it", ran.status, ran.panic),
        Some(Err(why)) => anyhow::bail!("a program of cases: {why}"),
        None => anyhow::bail!("a program of cases was not run"),
    }
}

/// What the machine prints; how it fails stands at the end.
fn interpreted(bench: &mut Workbench, text: &str) -> String {
    match bench.run(text) {
        Ok(ran) => ran.output + ran.panic.as_deref().unwrap_or_default(),
        Err(why) => format!("{why}\n"),
    }
}
