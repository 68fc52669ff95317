//! How far the editor's answers agree with gopls', on real code: a part of Go's standard library as a module of its own, which both see alike.
//!
//! It may never reach into either: ours is asked through `amigos-ide` as the server asks it, gopls over its pipes as an editor does. Start reading
//! at `main`, then at [`completion`] and [`navigation`], which are the two suites.

mod completion;
mod corpus;
mod gopls;
mod navigation;
mod renames;
mod sample;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// Compares with gopls.
#[derive(Parser)]
pub struct Arguments {
    /// What is compared
    #[arg(value_enum)]
    suite: Suite,
    /// The `go` command, of the release that gopls is built with
    #[arg(long, default_value = "go")]
    go: PathBuf,
    /// The `gopls` command; without it only our own figures are printed
    #[arg(long)]
    gopls: Option<PathBuf>,
    /// How many identifiers are looked at
    #[arg(long, default_value_t = 200)]
    samples: usize,
    /// Which ones: another number, another choice; without it a fresh one, which is printed
    #[arg(long)]
    seed: Option<u64>,
    /// Print each identifier on which there is no agreement, or that is not among the first five
    #[arg(long)]
    verbose: bool,
}

impl Arguments {
    /// The seed that was given or drawn.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// An identifier is deleted: on which place of the list is it offered?
    Completion,
    /// Definition, references, implementation, hover and renaming of an identifier
    Navigation,
}

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::parse();
    let fresh = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |t| t.as_secs());
    arguments.seed.get_or_insert_with(fresh);
    println!("seed {}", arguments.seed());
    let corpus = corpus::load(&arguments)?;
    match arguments.suite {
        Suite::Completion => completion::run(&arguments, corpus),
        Suite::Navigation => navigation::run(&arguments, corpus),
    }
}
