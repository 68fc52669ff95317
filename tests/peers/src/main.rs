//! revm, and wasmi and wasmtime (both with fuel), at the programs of `tests/bench/programs` that can be written for them. Prints, for each, tab-separated: program, engine, median in
//! nanoseconds, result.

mod evm;
mod wasm;

/// One measurement: the program's name, the engine's, and what runs it once and gives its result.
pub struct Bench {
    pub program: &'static str,
    pub engine: &'static str,
    /// How many things one run does: its time is divided by that.
    pub per: u64,
    pub run: Box<dyn FnMut() -> u64>,
}

/// The processor time of this thread in nanoseconds, where the system tells; else the time of day.
fn now() -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    spent.unwrap_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_nanos() as f64))
}

fn main() {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5);
    let mut benches = evm::benches();
    benches.extend(wasm::benches());
    let mut times = vec![Vec::new(); benches.len()];
    let mut results = vec![0; benches.len()];
    // the engines take turns, so that a slow minute of the machine is everybody's
    for round in 0..=rounds {
        for (i, b) in benches.iter_mut().enumerate() {
            let start = now();
            results[i] = (b.run)();
            if round > 0 {
                times[i].push((now() - start) / b.per as f64);
            }
        }
    }
    for (i, b) in benches.iter().enumerate() {
        times[i].sort_by(f64::total_cmp);
        println!("{}\t{}\t{:.1}\t{}", b.program, b.engine, times[i][times[i].len() / 2], results[i]);
    }
}
