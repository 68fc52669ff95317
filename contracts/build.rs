//! Embeds the contracts, in the order in which they can be deployed.

use std::path::{Path, PathBuf};
use std::{env, fs};

struct Contract {
    folder: String,
    path: String,
    version: (u64, u64, u64),
    imports: Vec<String>,
    files: Vec<(String, PathBuf)>,
}

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut contracts = Vec::new();
    visit(Path::new(&root), "", &mut contracts);
    let mut text = String::from("static CONTRACTS: &[EmbeddedPackage] = &[\n");
    for contract in ordered(contracts) {
        text += &format!("    EmbeddedPackage {{ folder: {:?}, files: &[", contract.folder);
        for (name, file) in contract.files {
            text += &format!("({name:?}, include_str!({:?})), ", file.display().to_string());
        }
        text += "] },\n";
    }
    text += "];\n";
    fs::write(Path::new(&out).join("contracts.rs"), text).expect("the build folder can be written");
}

fn visit(at: &Path, folder: &str, contracts: &mut Vec<Contract>) {
    println!("cargo:rerun-if-changed={}", at.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(at).expect("the folder can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let file = entry.path();
        if file.is_dir() {
            if name != "target" && !name.starts_with('.') {
                visit(&file, &if folder.is_empty() { name } else { format!("{folder}/{name}") }, contracts);
            }
        } else if name.ends_with(".go") || name == "amigos.toml" || name == "amigos.lock" {
            println!("cargo:rerun-if-changed={}", file.display());
            files.push((name, file));
        }
    }
    files.sort();
    let Some((_, manifest)) = files.iter().find(|(name, _)| name == "amigos.toml") else { return };
    let manifest = fs::read_to_string(manifest).expect("the manifest can be read");
    let setting = |key: &str| {
        let line = manifest.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('='));
        line.expect("the manifest says path and version").trim().trim_matches('"').to_string()
    };
    let number: Vec<u64> = setting("version").split('.').map(|n| n.parse().expect("a version is three numbers")).collect();
    let &[major, minor, patch] = number.as_slice() else { panic!("a version is three numbers") };
    let mut imports = Vec::new();
    for (_, file) in files.iter().filter(|(name, _)| name.ends_with(".go")) {
        let text = fs::read_to_string(file).expect("the file can be read");
        imports.extend(text.lines().filter_map(import).map(str::to_string));
    }
    contracts.push(Contract { folder: folder.to_string(), path: setting("path"), version: (major, minor, patch), imports, files });
}

/// The path in a line that imports from the hub.
fn import(line: &str) -> Option<&str> {
    let at = line.find("\"hub.amigos.dev/")?;
    let before = line.get(..at)?.trim();
    let path = line.get(at + 1..)?.split('"').next()?;
    (before.is_empty() || before == "import").then_some(path.split('@').next().unwrap_or(path))
}

/// Sorts by path and version, then takes, again and again, the first whose imports are all there.
fn ordered(mut left: Vec<Contract>) -> Vec<Contract> {
    left.sort_by(|a, b| (&a.path, a.version).cmp(&(&b.path, b.version)));
    let mut done: Vec<Contract> = Vec::new();
    while !left.is_empty() {
        let ready = left.iter().position(|c| c.imports.iter().all(|i| done.iter().any(|d| d.path == *i)));
        done.push(left.remove(ready.expect("the contracts import each other in a circle, or something that is not here")));
    }
    done
}
