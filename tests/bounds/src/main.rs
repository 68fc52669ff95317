//! `amigos-bounds [RUNS] [PART]`: runs every bounded function so often, of all or of those whose name has this part.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let runs = args.next().and_then(|n| n.parse().ok()).unwrap_or(100);
    let only = args.next().unwrap_or_default();
    let world = match amigos_bounds::world::World::new() {
        Ok(world) => world,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let report = amigos_bounds::gate::run(&world, runs, &only);
    print!("{}", report.text(true));
    if report.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
