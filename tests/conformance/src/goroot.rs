//! An installed Go: which files of a directory belong to a build.

use std::path::Path;

use amigos_types::ctx::ImportError;
use amigos_types::world::Files;

const OSES: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
const ARCHES: [&str; 25] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "wasm32",
];

fn tag_holds(tag: &str) -> bool {
    if let Some(minor) = tag.strip_prefix("go1.").and_then(|m| m.parse::<u32>().ok()) {
        return minor <= 27;
    }
    matches!(
        tag,
        "linux"
            | "amd64"
            | "unix"
            | "gc"
            | "go1"
            | "goexperiment.regabiwrappers"
            | "goexperiment.regabiargs"
            | "goexperiment.aliastypeparams"
            | "goexperiment.swissmap"
            | "goexperiment.spinbitmutex"
            | "goexperiment.synchashtriemap"
            | "goexperiment.greenteagc"
            | "goexperiment.randomizedheapbase64"
            | "goexperiment.sizespecializedmalloc"
            | "goexperiment.jsonv2"
            | "goexperiment.dwarf5"
    )
}

/// Whether a build constraint holds on linux/amd64 without cgo.
pub fn constraint_holds(expr: &str) -> bool {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = expr.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' | ')' | '!' => tokens.push(c.to_string()),
            '&' | '|' => {
                chars.next();
                tokens.push(format!("{c}{c}"));
            }
            c if c.is_whitespace() => {}
            c => {
                let mut word = c.to_string();
                while let Some(d) = chars.peek().filter(|d| d.is_alphanumeric() || matches!(d, '_' | '.')) {
                    word.push(*d);
                    chars.next();
                }
                tokens.push(word);
            }
        }
    }
    let mut at = 0;
    or(&tokens, &mut at)
}

fn or(tokens: &[String], at: &mut usize) -> bool {
    let mut value = and(tokens, at);
    while tokens.get(*at).is_some_and(|t| t == "||") {
        *at += 1;
        let right = and(tokens, at);
        value = value || right;
    }
    value
}

fn and(tokens: &[String], at: &mut usize) -> bool {
    let mut value = not(tokens, at);
    while tokens.get(*at).is_some_and(|t| t == "&&") {
        *at += 1;
        let right = not(tokens, at);
        value = value && right;
    }
    value
}

fn not(tokens: &[String], at: &mut usize) -> bool {
    let token = tokens.get(*at).map_or("", String::as_str);
    *at += 1;
    match token {
        "!" => !not(tokens, at),
        "(" => {
            let value = or(tokens, at);
            *at += 1;
            value
        }
        tag => tag_holds(tag),
    }
}

/// The build constraint of a file, if it has one above its package clause.
pub fn constraint(text: &str) -> Option<&str> {
    text.lines().take_while(|l| !l.starts_with("package ")).find_map(|l| l.strip_prefix("//go:build "))
}

fn name_fits(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".go") else { return false };
    if stem.ends_with("_test") || name.starts_with(['_', '.']) {
        return false;
    }
    let parts: Vec<&str> = stem.split('_').skip(1).collect();
    match parts.as_slice() {
        [.., os, arch] if OSES.contains(os) && ARCHES.contains(arch) => *os == "linux" && *arch == "amd64",
        [.., last] if OSES.contains(last) => *last == "linux",
        [.., last] if ARCHES.contains(last) => *last == "amd64",
        _ => true,
    }
}

/// The files of a package of the standard library.
pub fn load(root: &Path, path: &str) -> Result<Files, ImportError> {
    let not_found = || ImportError::NotFound(format!("package {path} is not in std").into());
    if path.is_empty() || path.starts_with(['/', '.']) || path == "C" {
        return Err(not_found());
    }
    let mut dir = root.join("src").join(path);
    if !dir.is_dir() {
        dir = root.join("src/vendor").join(path);
    }
    if !dir.is_dir() {
        dir = root.join("src/cmd/vendor").join(path);
    }
    let mut files = Files::new();
    for entry in std::fs::read_dir(dir).map_err(|_| not_found())?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name_fits(&name) || !entry.path().is_file() {
            continue;
        }
        let Ok(bytes) = std::fs::read(entry.path()) else { continue };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let ignored = constraint(&text).is_some_and(|c| !constraint_holds(c));
        if !ignored && !text.contains("\nimport \"C\"\n") {
            files.push((name, text));
        }
    }
    if files.is_empty() { Err(not_found()) } else { Ok(files) }
}
