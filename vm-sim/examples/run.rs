//! Runs single-file Go programs as the machine sees them: `cargo run --example run -- FILE...`. For each file its output, then its end.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use amigos_db::Profile;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::{Engine, RunLimits};

fn main() {
    let list = std::env::args().skip(1).collect::<Vec<_>>();
    let many = list.len() > 1;
    for file in list {
        let Ok(text) = std::fs::read_to_string(&file) else {
            println!("=== {file}\nunreadable");
            continue;
        };
        let ran = std::panic::catch_unwind(|| {
            let program = support::program(&[support::contract("main", &text)], Profile::Go);
            let engine = Engine::new(Arc::new(program));
            let limits = RunLimits { gas: 3_000_000_000, ..RunLimits::default() };
            engine.run_main(PkgKey(Name::new("main@v1")), limits)
        });
        if many {
            println!("=== {file}");
        }
        match ran {
            Ok(out) => {
                print!("{}", out.output);
                if let Some(e) = out.error {
                    println!("{:?}: {e}", e.kind);
                    std::process::exit(if many { 0 } else { 2 });
                }
            }
            Err(_) => println!("DID NOT COMPILE"),
        }
    }
}
