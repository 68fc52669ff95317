//! The table that is printed: what was measured, with the budget of docs beside it.

use std::time::Duration;

/// What a row may take, in milliseconds.
#[derive(Clone, Copy)]
pub struct Budget {
    /// Half of the answers.
    pub p50: f64,
    /// All but one in twenty.
    pub p95: f64,
}

/// The rows so far.
#[derive(Default)]
pub struct Report {
    within: usize,
    over: usize,
}

impl Report {
    /// Prints the heading.
    pub fn new() -> Report {
        println!("{:<58} {:>10} {:>10} {:>6}  {:>16}", "milliseconds", "p50", "p95", "n", "budget");
        Report::default()
    }

    fn verdict(&mut self, fits: bool) -> &'static str {
        if fits {
            self.within += 1;
            ""
        } else {
            self.over += 1;
            "  over"
        }
    }

    /// A row of times.
    pub fn times(&mut self, name: &str, mut times: Vec<Duration>, budget: Option<Budget>) {
        let (p50, p95) = (quantile(&mut times, 50), quantile(&mut times, 95));
        let (beside, verdict) = match budget {
            Some(b) => (format!("{} / {}", b.p50, b.p95), self.verdict(p50 <= b.p50 && p95 <= b.p95)),
            None => (String::new(), ""),
        };
        println!("{name:<58} {p50:>10.2} {p95:>10.2} {:>6}  {beside:>16}{verdict}", times.len());
    }

    /// A row of memory in MiB.
    pub fn memory(&mut self, name: &str, mebibytes: f64, budget: Option<f64>) {
        let (beside, verdict) = match budget {
            Some(b) => (format!("{b:.0} MiB"), self.verdict(mebibytes <= b)),
            None => (String::new(), ""),
        };
        println!("{name:<58} {mebibytes:>6.0} MiB {:>17}  {beside:>16}{verdict}", "");
    }

    /// A row of growth in percent.
    pub fn growth(&mut self, name: &str, percent: f64, budget: f64) {
        let verdict = self.verdict(percent <= budget);
        println!("{name:<58} {percent:>8.1} % {:>17}  {:>16}{verdict}", "", format!("{budget:.0} %"));
    }

    /// A row that compares: ours may take at most a share of theirs.
    pub fn beside(&mut self, name: &str, mut ours: Vec<Duration>, mut theirs: Vec<Duration>, share: f64) {
        let (a, b) = (quantile(&mut ours, 50), quantile(&mut theirs, 50));
        let verdict = self.verdict(a <= b * share);
        println!("{name:<58} {a:>10.2} {b:>10.2} {:>6}  {:>16}{verdict}", ours.len(), format!("1/{:.0} of gopls", 1.0 / share));
    }

    /// A factor that must not be exceeded.
    pub fn factor(&mut self, name: &str, factor: f64, budget: f64) {
        let verdict = self.verdict(factor <= budget);
        println!("{name:<58} {factor:>8.2} x {:>17}  {:>16}{verdict}", "", format!("{budget} x"));
    }

    /// Prints the closing line; true if all rows with a budget keep it.
    pub fn close(&self) -> bool {
        println!("budgets: {} kept, {} not", self.within, self.over);
        self.over == 0
    }
}

/// A quantile in milliseconds.
pub fn quantile(times: &mut [Duration], share: usize) -> f64 {
    times.sort_unstable();
    times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
