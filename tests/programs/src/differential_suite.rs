//! Generated programs in the virtual machine and by the installed Go.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use anyhow::Result;
use program_conformance::machine::Workbench;

use crate::Arguments;
use crate::generator;
use crate::golang::Go;

/// Programs in one build of Go.
const BATCH: usize = 60;
/// Programs, if no number is given.
const COUNT: usize = 300;
/// Gas of a program.
const GAS: u64 = 2_000_000_000;

/// Runs the suite; true if all programs print the same.
pub fn run(args: &Arguments, go: &Go) -> Result<bool> {
    let start = Instant::now();
    let count = args.count.unwrap_or(COUNT);
    let mut bench = Workbench::new(GAS);
    let (mut same, mut lines, mut report) = (0, 0, Vec::new());
    let seeds: Vec<u64> = (0..count as u64).map(|i| args.seed.wrapping_mul(1_000_003).wrapping_add(i)).collect();
    for (batch, seeds) in seeds.chunks(BATCH).enumerate() {
        let programs: Vec<(String, String)> = seeds
            .iter()
            .enumerate()
            .map(|(i, seed)| {
                let tag = format!("_{i}");
                (generator::program(*seed, &tag), tag)
            })
            .collect();
        let calls: String = programs.iter().map(|(_, tag)| format!("\tprintln(\"=== {tag}\")\n\tMain{tag}()\n")).collect();
        let texts: String = programs.iter().map(|(text, _)| text.as_str()).collect();
        let whole = format!("package main\n{texts}\nfunc main() {{\n{calls}}}\n");
        let theirs = match go.run_all(&[&whole])?.pop() {
            Some(Ok(ran)) if ran.status == 0 => ran.output,
            Some(Ok(ran)) => {
                report.push(format!("batch {batch}: the program that Go built ends with {} {:?}", ran.status, ran.panic));
                ran.output
            }
            Some(Err(why)) => {
                report.push(format!("batch {batch}: {}", why.lines().take(5).collect::<Vec<_>>().join("\n")));
                let _ = std::fs::write(args.out.join("differential-rejected.go"), &whole);
                continue;
            }
            None => continue,
        };
        for ((text, tag), seed) in programs.iter().zip(seeds) {
            let marker = format!("=== {tag}\n");
            let theirs = theirs.split(&marker).nth(1).map(|t| t.split("=== _").next().unwrap_or(t));
            let alone = format!("package main\n{text}\nfunc main() {{\n\tMain{tag}()\n}}\n");
            let ours = catch_unwind(AssertUnwindSafe(|| bench.run(&alone))).unwrap_or_else(|_| {
                bench = Workbench::new(GAS);
                Err("the machine panicked".to_owned())
            });
            let ours = ours.map(|ran| match ran.panic {
                Some(panic) => format!("{}{panic}\n", ran.output),
                None => ran.output,
            });
            lines += theirs.map_or(0, |t| t.lines().count());
            match (&ours, theirs) {
                (Ok(ours), Some(theirs)) if ours == theirs => same += 1,
                (Ok(ours), Some(theirs)) => {
                    let (a, b) = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b).unwrap_or(("(shorter)", "(or longer)"));
                    report.push(format!("program {seed}: ours {a:?}, theirs {b:?}"));
                }
                (Err(why), _) => report.push(format!("program {seed}: {why}")),
                (_, None) => report.push(format!("program {seed}: Go's build printed nothing of it")),
            }
            if args.verbose && args.count == Some(1) {
                println!("{alone}");
            }
        }
    }
    std::fs::write(args.out.join("differential.txt"), report.join("\n"))?;
    println!(
        "differential: {same} of {count} programs alike (seed {}, {lines} lines of output), {:.0} s",
        args.seed,
        start.elapsed().as_secs_f64()
    );
    report.iter().take(40).for_each(|r| println!("  {r}"));
    Ok(same == count)
}
