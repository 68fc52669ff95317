//! `cargo xtask conformance sanitize`: the tests of the virtual machine, its modules with `unsafe` code above all, under the address sanitizer.
//!
//! The sanitizer's runtime comes with the stable toolchain; that its flag may be used says `RUSTC_BOOTSTRAP`. Machine code that Cranelift writes is not
//! instrumented, what it calls is.

use std::process::ExitCode;

use anyhow::Result;

use crate::process::{command, env_cargo, in_view};
use crate::project;

/// The target that can be sanitized here.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Test binaries that go through the unsafe modules. (Those that measure time and memory are not among them: under a sanitizer both are others.)
const TESTS: [&str; 9] = ["backends", "engine", "go_results", "identity", "language", "session", "state", "regexp", "compiled"];

/// Builds and runs the tests; `arguments` go to cargo, such as `--test backends` in place of all.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    anyhow::ensure!(cfg!(all(target_arch = "x86_64", target_os = "linux")), "the address sanitizer is used on {TARGET} only");
    let mut cargo = command(env_cargo());
    cargo.current_dir(project::root()).args(["test", "--package", "amigos-vm", "--features", "jit", "--target", TARGET, "--target-dir"]);
    cargo.arg(project::target_dir().join("sanitize"));
    if arguments.is_empty() {
        TESTS.iter().for_each(|test| {
            cargo.args(["--test", test]);
        });
    } else {
        cargo.args(arguments);
    }
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Zsanitizer=address");
    let well = in_view(&mut cargo)?;
    println!("sanitize: the tests of the virtual machine under the address sanitizer: {}", if well { "nothing found" } else { "FAILED" });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
