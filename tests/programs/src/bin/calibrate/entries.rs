//! The entries, as the files in `gas/` have them, and the loops that are made of them.

use anyhow::{Context, Result};

const INSTRUCTIONS: &str = include_str!("../../../gas/instructions.txt");
const NATIVES: &str = include_str!("../../../gas/natives.txt");

/// Something that is measured.
pub struct Entry {
    /// The package of the loop; empty: the program's own.
    pub package: &'static str,
    /// Of a native its name in the package.
    pub native: &'static str,
    /// What people read.
    pub name: String,
    /// Statements before the loop.
    setup: &'static str,
    /// The statements that are measured.
    body: &'static str,
}

/// The instructions.
pub fn instructions() -> Result<Vec<Entry>> {
    let entry = |line: &'static str| {
        let [name, setup, body] = parts(line)?;
        Ok(Entry { package: "", native: "", name: name.to_owned(), setup, body })
    };
    lines(INSTRUCTIONS).map(entry).collect()
}

/// The natives.
pub fn natives() -> Result<Vec<Entry>> {
    let entry = |line: &'static str| {
        let [package, native, case, setup, body] = parts(line)?;
        Ok(Entry { package, native, name: format!("{package}.{native}: {case}"), setup, body })
    };
    lines(NATIVES).map(entry).collect()
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
}

fn parts<const N: usize>(line: &'static str) -> Result<[&'static str; N]> {
    let parts: Vec<&str> = line.split(" :: ").collect();
    parts.try_into().ok().with_context(|| format!("an entry does not have {N} parts: {line}"))
}

impl Entry {
    /// Two functions of a number of iterations: the loop with the body so often in it, and the same loop with nothing in it.
    pub fn functions(&self, number: usize, times: usize) -> String {
        let names = self.setup.split("; ").filter_map(|s| s.split_once(" := ")).flat_map(|(names, _)| names.split(", "));
        let used: String = names.map(|n| format!("\t_ = {n}\n")).collect();
        let setup = self.setup.replace("; ", "\n\t");
        let body = format!("\t\t{{ {} }}\n", self.body).repeat(times);
        format!(
            "func CalLoop{number}(n int) {{\n\t{setup}\n{used}\tfor cal := range n {{\n\t\t_ = cal\n{body}\t}}\n}}\n\n\
             func CalNone{number}(n int) {{\n\t{setup}\n{used}\tfor cal := range n {{\n\t\t_ = cal\n\t}}\n}}\n\n"
        )
    }
}
