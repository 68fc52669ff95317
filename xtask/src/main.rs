//! What a contributor runs: `cargo xtask COMMAND`.
//!
//! It may never know what a contract, a query or a protocol message is: it finds tools, starts processes and counts
//! results. Start reading at `setup.rs` (what is installed, and where), then `test.rs`.
#![forbid(unsafe_code)]

mod bench;
mod bench_vm;
mod bounds;
mod conformance;
mod fuzz;
mod matrix;
mod package;
mod process;
mod project;
mod sanitize;
mod setup;
mod test;
mod trial;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "everything a contributor of Amigos runs", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, pinned, into `.setup/`; does nothing when all of it is there
    Setup(setup::Options),
    /// Run all tests: the workspace's, language server sessions, and both editors end to end
    Test(test::Options),
    /// Build, start the embedded hub, show check, gas and a call of `contracts/social/post`, and open it in an editor
    Try(trial::Options),
    /// Compare our front end and the virtual machine with the real Go, on Go's own sources and tests, on broken and on generated programs
    Conformance(conformance::Options),
    /// Feed broken programs to the parser, the checker and the database, for so many seconds each
    Fuzz(fuzz::Options),
    /// Measure the optimised build: keystroke to diagnostics, start, hover, simulation, memory
    Bench(bench::Options),
    /// Run every function that has a gas bound, so often each, and compare what the machine charges with the bound
    Bounds(bounds::Options),
    /// Rewrite the expected values of all snapshot tests (review the diff before committing it)
    Bless,
    /// Compare docs/features.md with what the last runs in both editors left, or rewrite it
    Matrix(matrix::Options),
    /// Make the VS Code package of this platform and the Neovim plugin's archive in `target/package/`
    Package(package::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Setup(options) => setup::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Try(options) => trial::run(&options),
        Command::Conformance(options) => conformance::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Bounds(options) => bounds::run(&options),
        Command::Bless => test::bless(),
        Command::Matrix(options) => matrix::run(&options),
        Command::Package(options) => package::run(&options),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
