//! The `amigos` binary: a language server, and a command line over the same engine.
//!
//! It is the only place that knows LSP and the terminal. It may hold no rule of the language: what a contract means is said by
//! `analysis`, what it does by `vm-sim`, what the network holds by `hub`.
//!
//! Start reading at [`cli`] for the command line, at [`lsp`] for the language server.

mod cache;
mod cli;
mod commands;
mod embedded;
mod files;
mod gas;
mod imports;
mod keys;
mod levels;
mod lines;
mod live;
mod lockfile;
mod locking;
mod looked;
mod lsp;
mod manifest;
mod manifest_help;
mod network;
mod profile;
mod program;
mod project;
mod recording;
mod render;
mod replay;
mod run_tests;
mod savetest;
mod signing;
mod simulate;
mod slice;
mod snippets;
mod target;
mod testing;
mod workspace;

/// Analysis makes and drops many small things in several threads; `cargo xtask bench` is a quarter quicker than with the C library's. Huge pages would cost memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    std::process::exit(cli::run());
}
