//! The table that is printed: what was measured, with the budget of docs beside it.

use std::time::Duration;

/// What was measured of one server.
pub struct Row {
    /// What it is.
    pub name: &'static str,
    /// How long it took.
    pub times: Vec<Duration>,
    /// What it may take.
    pub budget: Option<Budget>,
}

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
        println!("{:<54} {:>8} {:>8} {:>6} {:>9} {:>8}  {:>14}", "milliseconds", "p50", "p95", "n", "gopls p50", "p95", "budget");
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

    /// A row of times, with those of gopls beside it.
    pub fn times(&mut self, row: Row, theirs: Option<Vec<Duration>>) {
        let mut times = row.times;
        let (p50, p95) = (quantile(&mut times, 50), quantile(&mut times, 95));
        let (beside, verdict) = match row.budget {
            Some(b) => (format!("{} / {}", b.p50, b.p95), self.verdict(p50 <= b.p50 && p95 <= b.p95)),
            None => (String::new(), ""),
        };
        Report::row(row.name, (p50, p95, times.len()), theirs, &beside, verdict);
    }

    /// A row that compares: half of ours may take at most a share of half of theirs, if one is set.
    pub fn beside(&mut self, row: Row, mut theirs: Vec<Duration>, share: Option<f64>) {
        let mut times = row.times;
        let (p50, p95) = (quantile(&mut times, 50), quantile(&mut times, 95));
        let verdict = share.map_or("", |share| self.verdict(p50 <= quantile(&mut theirs, 50) * share));
        let budget = share.map_or(String::new(), |share| format!("1/{:.0} of gopls", 1.0 / share));
        Report::row(row.name, (p50, p95, times.len()), Some(theirs), &budget, verdict);
    }

    fn row(name: &str, (p50, p95, count): (f64, f64, usize), theirs: Option<Vec<Duration>>, budget: &str, verdict: &str) {
        let (mut their_50, mut their_95) = (String::new(), String::new());
        if let Some(mut theirs) = theirs.filter(|times| !times.is_empty()) {
            their_50 = format!("{:.2}", quantile(&mut theirs, 50));
            their_95 = format!("{:.2}", quantile(&mut theirs, 95));
        }
        println!("{name:<54} {p50:>8.2} {p95:>8.2} {count:>6} {their_50:>9} {their_95:>8}  {budget:>14}{verdict}");
    }

    /// A row of memory in MiB.
    pub fn memory(&mut self, name: &str, mebibytes: f64, theirs: Option<f64>, budget: Option<f64>) {
        let (beside, verdict) = match budget {
            Some(b) => (format!("{b:.0} MiB"), self.verdict(mebibytes <= b)),
            None => (String::new(), ""),
        };
        let theirs = theirs.map_or(String::new(), |mebibytes| format!("{mebibytes:.0} MiB"));
        println!("{name:<54} {mebibytes:>4.0} MiB {:>15} {theirs:>9} {:>8}  {beside:>14}{verdict}", "", "");
    }

    /// A row of growth in percent.
    pub fn growth(&mut self, name: &str, percent: f64, theirs: Option<f64>, budget: f64) {
        let verdict = self.verdict(percent <= budget);
        let theirs = theirs.map_or(String::new(), |percent| format!("{percent:.1} %"));
        println!("{name:<54} {percent:>6.1} % {:>15} {theirs:>9} {:>8}  {:>14}{verdict}", "", "", format!("{budget:.0} %"));
    }

    /// A factor that must not be exceeded.
    pub fn factor(&mut self, name: &str, factor: f64, theirs: Option<f64>, budget: f64) {
        let verdict = self.verdict(factor <= budget);
        let theirs = theirs.map_or(String::new(), |factor| format!("{factor:.2} x"));
        println!("{name:<54} {factor:>6.2} x {:>15} {theirs:>9} {:>8}  {:>14}{verdict}", "", "", format!("{budget} x"));
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
