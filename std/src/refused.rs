//! What of Go's standard library the contract profile refuses, why, and how it is written here instead.
//!
//! The profile is an allow-list: a short import path that [`crate::package`] does not know is refused in any case. This table
//! gives the reason and the remedy for what people try.

/// Why something is refused, and what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Import path of the package.
    pub path: &'static str,
    /// The package-level name, or `*` for the whole package and everything below it in the path.
    pub name: &'static str,
    /// Half a sentence, to follow "`time.Now` ".
    pub reason: &'static str,
    /// What to do, a sentence without full stop; empty if there is nothing.
    pub advice: &'static str,
    /// What can stand in the place of the selector, word for word: a quick fix.
    pub instead: Option<&'static str>,
}

/// The packages that are predeclared as well as importable.
pub const UNIVERSE: &[&str] = &["amigos", "oracle", "oracles"];

/// Packages that are there for plain Go (`--profile go`) alone; contracts are refused them.
pub const PLAIN_ONLY: &[&str] = &["sync", "sync/atomic"];

/// Why the package with this import path is refused, if it is listed: itself or a folder above it.
pub fn refused(path: &str) -> Option<Refusal> {
    if crate::package(path).is_some() && !PLAIN_ONLY.contains(&path) {
        return None;
    }
    let mut at = path;
    loop {
        if let Some(found) = REFUSALS.iter().find(|r| r.path == at && r.name == "*") {
            return Some(*found);
        }
        at = at.rsplit_once('/')?.0;
    }
}

/// Why a name of a package is refused, if it is listed or its package is.
pub fn refused_symbol(path: &str, name: &str) -> Option<Refusal> {
    REFUSALS.iter().find(|r| r.path == path && r.name == name).copied().or_else(|| refused(path))
}

/// The whole table, for documentation.
pub fn refusals() -> &'static [Refusal] {
    REFUSALS
}

const fn package(path: &'static str, reason: &'static str, advice: &'static str) -> Refusal {
    Refusal { path, name: "*", reason, advice, instead: None }
}

const fn symbol(
    path: &'static str,
    name: &'static str,
    reason: &'static str,
    advice: &'static str,
    instead: Option<&'static str>,
) -> Refusal {
    Refusal { path, name, reason, advice, instead }
}

const OUTSIDE: &str = "reaches outside the chain, where every node would find something else";
const SCHEDULE: &str = "is for goroutines, whose order differs from node to node; a contract runs alone";
const CLOCK: &str = "reads the node's clock, which differs from node to node";
const WAITS: &str = "waits for the node's clock; a call runs to its end at once";
const ZONE: &str = "reads time zones from the node; all times here are UTC";
const INPUT: &str = "reads input, and a contract has none but its arguments";
const RANDOM: &str = "draws random numbers that differ from node to node";
const MACHINE: &str = "shows the machine below the program, which differs from node to node";
const MISSING: &str = "is not part of the contract standard library yet";

const USE_NOW: &str = "use the block's time, `amigos.Now()`";
const USE_HEIGHT: &str = "store a deadline and compare it with `amigos.Now()` or `amigos.Height()` in a later call";
const USE_STATE: &str = "keep data in package-level variables, which persist";
const USE_LOCKLESS: &str = "drop it: a call is never interleaved with another";

static REFUSALS: &[Refusal] = &[
    package("C", "calls machine code", "write it in Go"),
    package("unsafe", "goes round the type system and shows addresses", "write it with ordinary conversions"),
    package("reflect", MACHINE, "use a type switch, an interface or a type parameter"),
    package("runtime", MACHINE, ""),
    package("syscall", OUTSIDE, ""),
    package("internal", "is private to Go", ""),
    package("plugin", OUTSIDE, "import a deployed package, `hub.amigos.dev/...`"),
    package("os", OUTSIDE, USE_STATE),
    package("io/fs", OUTSIDE, USE_STATE),
    package("io/ioutil", OUTSIDE, "use `io`"),
    package("path/filepath", OUTSIDE, "use `path`, whose separator is always a slash"),
    package("embed", OUTSIDE, "use a string constant"),
    package("net", OUTSIDE, "use `oracle.Fetch` for facts from outside, or take them as arguments"),
    package("database", OUTSIDE, USE_STATE),
    package("expvar", OUTSIDE, "use `amigos.Emit`"),
    package("flag", INPUT, "take parameters"),
    package("log", "writes to the node's log, which nobody agrees on", "use `amigos.Emit`, which explorers can read"),
    package("sync", SCHEDULE, USE_LOCKLESS),
    package("context", SCHEDULE, "drop the parameter: a call ends by returning, by a panic or out of gas"),
    package("crypto/rand", RANDOM, "use a commit and reveal of the users' own secrets, or an oracle"),
    package("math/rand", RANDOM, "use `math/rand/v2` with a seed of your own, made of secrets that users commit to and reveal"),
    package("hash/maphash", "hashes with a seed that differs from node to node", "use a map, or `amigos/cid`"),
    package("unique", MACHINE, "compare the values"),
    package("weak", MACHINE, ""),
    package("structs", MACHINE, ""),
    package("arena", MACHINE, ""),
    package("simd", MACHINE, ""),
    package("uuid", RANDOM, "use a counter in the state, or `amigos/cid`"),
    package("time/tzdata", ZONE, ""),
    package("testing/synctest", SCHEDULE, "set the time of the call in the test"),
    package("testing/slogtest", "is for tools", ""),
    package("testing/cryptotest", "is for tools", ""),
    package("go", "is for tools that read Go", ""),
    package("debug", "is for tools", ""),
    package("testing/quick", "needs reflection and random numbers", "write a table of cases"),
    package("testing/fstest", OUTSIDE, ""),
    package("testing/iotest", MISSING, ""),
    package("text/template/parse", "is for tools that read templates", "there is `text/template`"),
    package("html/template", "needs reflection", "build the text with `strings.Builder`; pages are Markdown, see `Render`"),
    package("encoding/gob", "needs reflection", "state needs no encoding: package-level variables persist"),
    package("encoding/xml", MISSING, ""),
    package("encoding/asn1", MISSING, "there are `encoding/json`, `binary` and `csv`"),
    package("encoding/json/v2", MISSING, "there is `encoding/json`"),
    package("encoding/json/jsontext", MISSING, "there is `encoding/json`"),
    package("encoding/pem", MISSING, "there is `encoding/base64`"),
    package("encoding/ascii85", MISSING, "there are `encoding/base64` and `base32`"),
    package("crypto", MISSING, "there are `crypto/sha256`, `sha512`, `sha3`, `hmac`, `ed25519` and `subtle`"),
    package("hash/adler32", MISSING, "there are `hash/crc32`, `hash/fnv` and `crypto/sha256`"),
    package("hash/crc64", MISSING, "there are `hash/crc32`, `hash/fnv` and `crypto/sha256`"),
    package("regexp/syntax", "is for tools that take expressions apart", "use `regexp`"),
    package("mime", MISSING, ""),
    package("image", MISSING, ""),
    package("index", MISSING, ""),
    package("archive", MISSING, ""),
    package("compress", MISSING, ""),
    package("text/scanner", "is for tools that read Go", "use `strings.Fields` or `bufio.Scanner`"),
    symbol("time", "Now", CLOCK, USE_NOW, Some("amigos.Now")),
    symbol("time", "Since", CLOCK, "use `amigos.Now().Sub(t)`", Some("amigos.Now().Sub")),
    symbol("time", "Until", CLOCK, "use `t.Sub(amigos.Now())`", None),
    symbol("time", "Sleep", WAITS, USE_HEIGHT, None),
    symbol("time", "After", WAITS, USE_HEIGHT, None),
    symbol("time", "AfterFunc", WAITS, USE_HEIGHT, None),
    symbol("time", "Tick", WAITS, USE_HEIGHT, None),
    symbol("time", "NewTimer", WAITS, USE_HEIGHT, None),
    symbol("time", "NewTicker", WAITS, USE_HEIGHT, None),
    symbol("time", "Timer", WAITS, USE_HEIGHT, None),
    symbol("time", "Ticker", WAITS, USE_HEIGHT, None),
    symbol("time", "Local", ZONE, "use `time.UTC`", Some("time.UTC")),
    symbol("time", "LoadLocation", ZONE, "use `time.UTC`", None),
    symbol("time", "LoadLocationFromTZData", ZONE, "use `time.UTC`", None),
    symbol("time", "FixedZone", ZONE, "use `time.UTC`, and add the offset where it is shown", None),
    symbol("fmt", "Scan", INPUT, "take parameters", None),
    symbol("fmt", "Scanf", INPUT, "take parameters", None),
    symbol("fmt", "Scanln", INPUT, "take parameters", None),
    symbol("fmt", "Fscan", INPUT, "use `strings.Fields` and `strconv`", None),
    symbol("fmt", "Fscanf", INPUT, "use `strings.Fields` and `strconv`", None),
    symbol("fmt", "Fscanln", INPUT, "use `strings.Fields` and `strconv`", None),
    symbol("fmt", "Sscan", MISSING, "use `strings.Fields` and `strconv`", None),
    symbol("fmt", "Sscanf", MISSING, "use `strings.Cut` and `strconv`", None),
    symbol("fmt", "Sscanln", MISSING, "use `strings.Fields` and `strconv`", None),
    symbol("fmt", "Formatter", MISSING, "give the type a method String() string", None),
    symbol("fmt", "State", MISSING, "give the type a method String() string", None),
    symbol("io", "Pipe", SCHEDULE, "use `bytes.Buffer`", None),
    symbol("iter", "Pull", SCHEDULE, "range over the iterator", None),
    symbol("iter", "Pull2", SCHEDULE, "range over the iterator", None),
    symbol("math/rand/v2", "IntN", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Int64N", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Int32N", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "UintN", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Uint64N", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Uint32N", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "N", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Int", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Int64", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Int32", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Uint", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Uint64", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Uint32", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Float64", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Float32", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Perm", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "Shuffle", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "NormFloat64", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("math/rand/v2", "ExpFloat64", RANDOM, "use `rand.New(rand.NewPCG(a, b))` with a seed of your own", None),
    symbol("testing", "B", "measures the node's clock", "use `amigos gas`", None),
    symbol("testing", "F", "draws random inputs", "write a table of cases", None),
    symbol("testing", "Benchmark", "measures the node's clock", "use `amigos gas`", None),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn entries_are_unique_and_packages_are_not_both_there_and_refused() {
        let mut seen = HashSet::new();
        for r in refusals() {
            assert!(seen.insert((r.path, r.name)), "{} {} twice", r.path, r.name);
            assert!(!r.reason.is_empty() && !r.reason.ends_with('.') && !r.advice.ends_with('.'), "{}", r.path);
            if r.name == "*" && !PLAIN_ONLY.contains(&r.path) {
                assert!(crate::package(r.path).is_none(), "{} is refused and there", r.path);
            }
        }
    }

    #[test]
    fn refused_names_are_not_declared() {
        for r in refusals().iter().filter(|r| r.name != "*") {
            for (file, text) in crate::package(r.path).into_iter().flat_map(|p| p.files) {
                for start in [format!("func {}(", r.name), format!("func {}[", r.name), format!("type {} ", r.name)] {
                    assert!(!text.lines().any(|l| l.starts_with(&start)), "{}/{file} declares {}", r.path, r.name);
                }
            }
        }
    }

    #[test]
    fn the_nearest_entry_wins() {
        assert_eq!(refused("net/http").map(|r| r.path), Some("net"));
        assert_eq!(refused("math/rand/v3").map(|r| r.path), Some("math/rand"));
        assert_eq!(refused("sync/atomic").map(|r| r.path), Some("sync"));
        assert_eq!(refused("strings"), None);
        assert_eq!(refused("nonsense"), None);
        assert_eq!(refused_symbol("time", "Now").and_then(|r| r.instead), Some("amigos.Now"));
        assert_eq!(refused_symbol("time", "Unix"), None);
        assert_eq!(refused_symbol("os", "Getenv").map(|r| r.path), Some("os"));
    }
}
