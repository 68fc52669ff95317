//! What a suite has to say: one line of figures, whether they are good enough, and every difference by the unit it was found in.
//!
//! In a suite that compares the same units in every run, each difference is either written down in `expected/SUITE.txt` with its reason or
//! a failure, and one that is written down but does not occur any more is a failure too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::Arguments;

/// The report of one suite.
pub struct Report {
    suite: &'static str,
    id: &'static str,
    figures: Vec<String>,
    good: bool,
    differences: BTreeMap<String, Vec<String>>,
    /// The units that were compared, if they are the same ones in every run.
    units: Option<BTreeSet<String>>,
    /// What else belongs into the file of differences.
    notes: Vec<String>,
}

impl Report {
    /// A report on units that are different in every run, or too many to be named: only its figures count.
    pub fn new(suite: &'static str, id: &'static str) -> Report {
        Report { suite, id, figures: Vec::new(), good: true, differences: BTreeMap::new(), units: None, notes: Vec::new() }
    }

    /// A report on units that are the same in every run.
    pub fn of_units(suite: &'static str, id: &'static str) -> Report {
        Report { units: Some(BTreeSet::new()), ..Report::new(suite, id) }
    }

    /// Notes that a unit was compared.
    pub fn unit(&mut self, name: &str) {
        if let Some(units) = &mut self.units {
            units.insert(name.to_string());
        }
    }

    /// Notes a difference.
    pub fn difference(&mut self, unit: &str, text: impl FnOnce() -> String) {
        self.differences.entry(unit.to_string()).or_default().push(text());
    }

    /// Notes something that counts only in a figure.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Adds a figure to the line.
    pub fn figure(&mut self, text: impl Into<String>) {
        self.figures.push(text.into());
    }

    /// Adds a condition without which the suite fails.
    pub fn must(&mut self, holds: bool) {
        self.good &= holds;
    }

    /// Prints the line, writes the differences to a file, and says whether the suite passed.
    pub fn finish(mut self, args: &Arguments, seconds: f64) -> Result<bool> {
        let mut file = String::new();
        for (unit, texts) in &self.differences {
            for text in texts {
                // Constants can be as long as a file.
                let lines: Vec<String> = text.lines().map(|line| line.chars().take(2000).collect()).collect();
                file.push_str(&format!("{unit}: {}\n", lines.join("\n")));
            }
        }
        file.extend(self.notes.iter().map(|note| format!("{note}\n")));
        let place = args.out.join(format!("{}.txt", self.suite));
        fs::write(&place, &file).with_context(|| format!("cannot write `{}`", place.display()))?;
        if args.verbose {
            print!("{file}");
        }
        let mut notes = Vec::new();
        if let Some(units) = &self.units {
            let expected = expected(self.suite)?;
            let new: Vec<&String> = self.differences.keys().filter(|unit| !expected.contains_key(*unit)).collect();
            let mended = |unit: &&String| units.contains(*unit) && !self.differences.contains_key(*unit);
            let unknown = |unit: &&String| !units.contains(*unit) && !args.sample && args.filter.is_none();
            let gone: Vec<&String> = expected.keys().filter(mended).collect();
            let lost: Vec<&String> = expected.keys().filter(unknown).collect();
            for (list, what) in [(new, "new difference"), (gone, "no difference any more"), (lost, "no such unit")] {
                self.good &= list.is_empty();
                notes.extend(list.iter().take(20).map(|unit| format!("  {what}: {unit}")));
            }
            let known = self.differences.keys().filter(|unit| expected.contains_key(*unit)).count();
            if known > 0 {
                self.figures.push(format!("{known} known difference{}", if known == 1 { "" } else { "s" }));
            }
        }
        let verdict = if self.good { "ok" } else { "FAILED" };
        println!("{:<11} {:<8} {verdict:<6} {} ({seconds:.1} s)", self.suite, self.id, self.figures.join("; "));
        notes.iter().for_each(|note| println!("{note}"));
        if !self.good {
            println!("  differences: {}", place.display());
        }
        Ok(self.good)
    }
}

/// The expected differences of a suite: unit, ` # `, reason.
fn expected(suite: &str) -> Result<BTreeMap<String, String>> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("expected").join(format!("{suite}.txt"));
    let Ok(text) = fs::read_to_string(&place) else { return Ok(BTreeMap::new()) };
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (unit, reason) = line.split_once(" # ").with_context(|| format!("{}: no reason in `{line}`", place.display()))?;
            Ok((unit.trim().to_string(), reason.trim().to_string()))
        })
        .collect()
}

/// A part of a whole in hundredths; of nothing, all.
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}
