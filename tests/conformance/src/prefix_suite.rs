//! Files cut off at every byte, through the database: no panic, no hang, no stack overflow (C11).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::crash_suite::Random;
use crate::lab::{self, Lab, Watchdog};
use crate::report::Report;
use crate::{Arguments, oracle};

/// Every prefix is tried of so many files, random prefixes of so many others.
const WHOLE_FILES: usize = 25;
const SAMPLED_FILES: usize = 500;
const PREFIXES: usize = 200;
/// The files whose every prefix is tried are at most so long, in bytes.
const WHOLE_BYTES: u64 = 9000;
/// A prefix that takes longer is a failure.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs the suite: nothing may crash. `--count N` takes N thousandths of the prefixes; the whole is 1000.
pub fn run(args: &Arguments) -> Result<Report> {
    lab::on_server_stack(|| prefixes(args)).context("the suite itself has crashed")
}

fn prefixes(args: &Arguments) -> Report {
    let part = args.count(1000, 4).clamp(1, 1000);
    let mut random = Random::new(args.seed());
    let mut report = Report::new("prefixes", "C11");
    let mut files: Vec<PathBuf> = oracle::go_files(&args.goroot.join("src"));
    files.retain(|f| !f.components().any(|c| c.as_os_str() == "testdata" || c.as_os_str() == "cmd"));
    let step = (files.len() / SAMPLED_FILES).max(1);
    let offset = random.below(step);
    let sampled: Vec<PathBuf> = files.iter().skip(offset).step_by(step).take(SAMPLED_FILES).cloned().collect();
    let short = |f: &&PathBuf| f.metadata().is_ok_and(|m| (2000..WHOLE_BYTES).contains(&m.len()));
    let short: Vec<PathBuf> = files.iter().filter(short).cloned().collect();
    let whole = short.iter().step_by((short.len() / WHOLE_FILES).max(1)).take(WHOLE_FILES).cloned();
    let mut tally = Tally { runs: 0, crashes: 0, longest: 0.0 };
    let watchdog = Watchdog::new(LIMIT);
    let begin = Instant::now();
    let mut lab = Lab::new(None);
    let all: Vec<(PathBuf, bool)> = whole.map(|f| (f, true)).chain(sampled.into_iter().map(|f| (f, false))).collect();
    let mut shown = 0;
    for (n, (path, every)) in all.iter().enumerate() {
        if !args.wants(&path.to_string_lossy()) {
            continue;
        }
        let Ok(bytes) = std::fs::read(path) else { continue };
        let mut ends: Vec<usize> = if *every {
            let stride = 1000 / part;
            let first = random.below(stride);
            (0..=bytes.len()).skip(first).step_by(stride).collect()
        } else {
            (0..(PREFIXES * part).div_ceil(1000)).map(|_| random.below(bytes.len() + 1)).collect()
        };
        // From the longest on: most of the file's declarations stay as they are from one to the next.
        ends.sort_unstable_by(|a, b| b.cmp(a));
        one_file(args, &mut lab, path, &bytes, &ends, &watchdog, &mut tally, &mut report);
        shown += ends.len();
        if args.verbose && n % 25 == 0 {
            println!("{n} files, {shown} prefixes, {:.0} s", begin.elapsed().as_secs_f64());
        }
    }
    report.figure(format!("{} crashes in {} prefixes of {} files", tally.crashes, tally.runs, all.len()));
    report.figure(format!("the longest took {:.2} s", tally.longest));
    report.must(tally.crashes == 0);
    report
}

struct Tally {
    runs: usize,
    crashes: usize,
    longest: f64,
}

#[allow(clippy::too_many_arguments, reason = "one loop's body")]
fn one_file(
    args: &Arguments,
    lab: &mut Lab,
    path: &Path,
    bytes: &[u8],
    ends: &[usize],
    watchdog: &Watchdog,
    tally: &mut Tally,
    report: &mut Report,
) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let files = vec![("a.go".to_owned(), text)];
    let own = "prefix/under/test";
    let needed = lab::imports(&files);
    lab.put(own, &files, salsa::Durability::LOW);
    lab.load(&args.goroot, &needed.iter().map(String::as_str).collect::<Vec<_>>());
    let Some(file) = lab.file(own, "a.go") else { return };
    for end in ends {
        let prefix = String::from_utf8_lossy(&bytes[..*end]).into_owned();
        let begin = Instant::now();
        let what = || format!("the first {end} bytes of {}", path.display());
        let outcome = watchdog.watch(what, || {
            catch_unwind(AssertUnwindSafe(|| {
                lab.edit(file, &prefix);
                amigos_db::diagnostics::file_diagnostics(&lab.db, file).len()
            }))
        });
        tally.runs += 1;
        tally.longest = tally.longest.max(begin.elapsed().as_secs_f64());
        if outcome.is_err() {
            tally.crashes += 1;
            report.difference(&path.to_string_lossy(), || format!("crash with the first {end} bytes"));
        }
    }
}
