//! A sample of the soundness gate; `cargo xtask bounds 10000` runs all of it.

use std::sync::OnceLock;

use amigos_bounds::gate::{Report, run};
use amigos_bounds::world::{WRAPPERS, World};

fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| run(&World::new().expect("the corpus compiles"), 24, ""))
}

#[test]
fn no_call_costs_more_than_its_bound() {
    let report = report();
    println!("{}", report.text(false));
    assert_eq!(report.violations, 0, "{}", report.text(false));
    assert!(report.runs > 3_000, "only {} runs", report.runs);
    assert_eq!(report.unknown, 0, "bounds that cannot be evaluated");
}

#[test]
fn most_functions_have_bounds() {
    let report = report();
    let share = |(part, all): (u64, u64)| part * 100 / all.max(1);
    assert!(share(report.contracts) >= 85, "contracts: {:?}", report.contracts);
    assert!(share(report.corpus) >= 80, "corpus: {:?}", report.corpus);
    assert!(report.corpus.1 >= 150);
}

#[test]
fn bounds_are_tight_where_they_can_be() {
    let report = report();
    let straight = report.tightness(&|m| matches!(m.class.as_str(), "straight" | "linear"));
    assert!(straight <= 1.5, "straight and linear code: {straight:.2}");
    let all = report.tightness(&|m| m.class != WRAPPERS);
    assert!(all <= 2.5, "all: {all:.2}");
}
