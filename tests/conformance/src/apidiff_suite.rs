//! Compatibility of two versions of a package as golang.org/x/exp/apidiff judges it (A1): on pairs of our own, on that tool's own test data where
//! the module cache has it, and on packages of the standard library whose declarations were changed at random.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use amigos_rules::apidiff::{Change, Holes, Side, changes};
use amigos_syntax::Name;
use amigos_syntax::token::Tok;
use amigos_types::ctx::ImportError;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Files, World};
use anyhow::{Context, Result, bail};

use crate::crash_suite::{PACKAGES, Random};
use crate::report::Report;
use crate::{Arguments, goroot};

/// The module of apidiff, as the oracle's `go.mod` pins it.
const MODULE: &str = "golang.org/x/exp";

struct Pair {
    name: String,
    old: Files,
    new: Files,
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut report = Report::new("apidiff", "A1");
    let oracle = Oracle::build(args)?;
    oracle.compare(args, &mut report, "own", "pairs of our own", &own_pairs()?)?;
    oracle.compare(args, &mut report, "testdata", "files of apidiff's test data", &oracle.test_data(args)?)?;
    expectations(&mut report, args, &oracle.folder(args)?)?;
    let mut random = Random::new(args.seed());
    let changed = changed_packages(args, &mut random);
    oracle.compare(args, &mut report, "changed", "changed packages of the standard library", &changed)?;
    Ok(report)
}

/// The pairs in `pairs/`.
fn own_pairs() -> Result<Vec<Pair>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pairs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)?.flatten().map(|e| e.path()).collect();
    files.sort();
    let mut pairs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        for section in text.split("\n=== ").flat_map(|s| s.strip_prefix("=== ").or(Some(s))).filter(|s| s.contains("\n// ")) {
            let Some((name, body)) = section.split_once('\n') else { continue };
            if !body.trim_start().starts_with("// ") {
                continue;
            }
            let (old, new) = split(body, "package p\n\n");
            pairs.push(Pair { name: name.to_owned(), old: one_file(old), new: one_file(new) });
        }
    }
    Ok(pairs)
}

fn one_file(text: String) -> Files {
    vec![("p.go".to_owned(), text)]
}

/// The two versions of a text with sections.
fn split(text: &str, head: &str) -> (String, String) {
    let (mut old, mut new) = (head.to_owned(), head.to_owned());
    let (mut in_old, mut in_new) = (true, true);
    for line in text.lines() {
        match line.trim() {
            "// old" => (in_old, in_new) = (true, false),
            "// new" => (in_old, in_new) = (false, true),
            "// both" => (in_old, in_new) = (true, true),
            _ => {
                for (wanted, out) in [(in_old, &mut old), (in_new, &mut new)] {
                    if wanted {
                        out.push_str(line);
                        out.push('\n');
                    }
                }
            }
        }
    }
    (old, new)
}

/// What apidiff's own tests expect, beside what we say.
fn expectations(report: &mut Report, args: &Arguments, folder: &Path) -> Result<()> {
    let (mut wanted, mut met, mut spurious) = (0, 0, 0);
    for file in crate::oracle::go_files(&folder.join("testdata")) {
        if file.parent().is_none_or(|p| !p.ends_with("testdata")) {
            continue;
        }
        let text = std::fs::read_to_string(&file)?;
        let expected: Vec<(bool, String)> = text
            .lines()
            .filter_map(|l| {
                let l = l.trim();
                let broken = l.strip_prefix("// i ").map(|m| (false, m.trim().to_owned()));
                broken.or_else(|| l.strip_prefix("// c ").map(|m| (true, m.trim().to_owned())))
            })
            .collect();
        let (old, new) = split(&text, "");
        let found = ours(args, &one_file(old), &one_file(new));
        wanted += expected.len();
        let has = |e: &(bool, String)| found.iter().any(|c| c.compatible == e.0 && c.message == e.1);
        met += expected.iter().filter(|e| has(e)).count();
        spurious += found.iter().filter(|c| !expected.iter().any(|e| c.compatible == e.0 && c.message == e.1)).count();
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        expected.iter().filter(|e| !has(e)).for_each(|e| report.difference(&name, || format!("not found: {}", e.1)));
    }
    report.figure(format!("{met} of {wanted} expectations of apidiff's test data met, {spurious} others found"));
    report.must(met == wanted && spurious == 0 && wanted > 100);
    Ok(())
}

/// Our judgement, each version in a world of its own.
fn ours(args: &Arguments, old: &Files, new: &Files) -> Vec<Change> {
    let key = PkgKey(Name::new("p"));
    let world = |files: &Files| {
        let (files, root) = (files.clone(), args.goroot.clone());
        World::new(Box::new(move |path| if path == "p" { Ok(files.clone()) } else { goroot::load(&root, path) }))
    };
    judge((&world(old), key), (&world(new), key))
}

fn judge(old: (&World, PkgKey), new: (&World, PkgKey)) -> Vec<Change> {
    let (Some(before), Some(after)) = (old.0.package(old.1), new.0.package(new.1)) else { return Vec::new() };
    let old = Side { ctx: old.0, key: old.1, types: &before.types, source: &before.source };
    let new = Side { ctx: new.0, key: new.1, types: &after.types, source: &after.source };
    changes(old, new, Holes::AsApidiff)
}

/// A world in which many packages can be declared under names of their own.
struct Shared {
    extra: Rc<RefCell<HashMap<String, Files>>>,
    world: World,
}

impl Shared {
    fn new(args: &Arguments) -> Shared {
        let extra: Rc<RefCell<HashMap<String, Files>>> = Rc::default();
        let (own, root) = (extra.clone(), args.goroot.clone());
        let load = move |path: &str| -> Result<Files, ImportError> {
            match own.borrow().get(path) {
                Some(files) => Ok(files.clone()),
                None => goroot::load(&root, path),
            }
        };
        Shared { extra, world: World::new(Box::new(load)) }
    }

    fn judge(&self, n: usize, pair: &Pair) -> Vec<Change> {
        let keys = [format!("old{n}"), format!("new{n}")];
        self.extra.borrow_mut().insert(keys[0].clone(), pair.old.clone());
        self.extra.borrow_mut().insert(keys[1].clone(), pair.new.clone());
        let [old, new] = keys.map(|k| PkgKey(Name::new(&k)));
        judge((&self.world, old), (&self.world, new))
    }
}

struct Oracle {
    program: PathBuf,
}

impl Oracle {
    fn source() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/apidiff")
    }

    fn go(args: &Arguments) -> Command {
        let mut go = Command::new(args.goroot.join("bin/go"));
        go.current_dir(Oracle::source()).env("GOROOT", &args.goroot).env("GOTOOLCHAIN", "local");
        go.env("GOFLAGS", "-mod=readonly").env("GO111MODULE", "on").env("CGO_ENABLED", "0");
        go
    }

    fn build(args: &Arguments) -> Result<Oracle> {
        std::fs::create_dir_all(&args.out)?;
        let program = args.out.canonicalize()?.join("apidiff");
        let built = Oracle::go(args).args(["build", "-o"]).arg(&program).arg(".").status().context("cannot run go build")?;
        if !built.success() {
            bail!("go build of the oracle for apidiff failed; it needs {MODULE} from a module proxy, or in the module cache");
        }
        Ok(Oracle { program })
    }

    /// Where the module cache has apidiff's sources.
    fn folder(&self, args: &Arguments) -> Result<PathBuf> {
        let found = Oracle::go(args).args(["list", "-m", "-f", "{{.Dir}}", MODULE]).output().context("cannot run go list")?;
        Ok(Path::new(String::from_utf8_lossy(&found.stdout).trim()).join("apidiff"))
    }

    fn test_data(&self, args: &Arguments) -> Result<Vec<Pair>> {
        let mut pairs = Vec::new();
        for file in crate::oracle::go_files(&self.folder(args)?.join("testdata")) {
            if file.parent().is_some_and(|p| p.ends_with("testdata")) {
                let (old, new) = split(&std::fs::read_to_string(&file)?, "");
                let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                pairs.push(Pair { name, old: one_file(old), new: one_file(new) });
            }
        }
        Ok(pairs)
    }

    /// Compares verdicts and messages.
    fn compare(&self, args: &Arguments, report: &mut Report, folder: &str, what: &str, pairs: &[Pair]) -> Result<()> {
        let base = args.out.canonicalize()?.join("apidiff-pairs").join(folder);
        let _ = std::fs::remove_dir_all(&base);
        let mut input = String::new();
        let mut folders = Vec::new();
        for (n, pair) in pairs.iter().enumerate() {
            for (side, files) in [("old", &pair.old), ("new", &pair.new)] {
                let folder = base.join(format!("{n}-{side}"));
                std::fs::create_dir_all(&folder)?;
                for (name, text) in files {
                    std::fs::write(folder.join(name), text)?;
                }
            }
            let line = format!("{}\t{}", base.join(format!("{n}-old")).display(), base.join(format!("{n}-new")).display());
            input.push_str(&line);
            input.push('\n');
            folders.push(line);
        }
        let theirs = self.ask(args, &input)?;
        let shared = Shared::new(args);
        let (mut compared, mut verdicts, mut messages, mut broken, mut refused) = (0, 0, 0, 0, 0);
        for (n, (pair, line)) in pairs.iter().zip(&folders).enumerate() {
            if !args.wants(&pair.name) {
                continue;
            }
            let Some(theirs) = theirs.get(line) else { continue };
            let theirs = match theirs {
                Ok(found) => found,
                Err(error) => {
                    refused += 1;
                    if folder != "changed" {
                        report.difference(&pair.name, || format!("go/types refuses it: {error}"));
                    }
                    continue;
                }
            };
            let own = if folder == "changed" { shared.judge(n, pair) } else { ours(args, &pair.old, &pair.new) };
            compared += 1;
            let breaking = theirs.iter().any(|c| !c.0);
            broken += usize::from(breaking);
            let same_verdict = own.iter().any(|c| !c.compatible) == breaking;
            verdicts += usize::from(same_verdict);
            let mut own: Vec<(bool, String)> = own.into_iter().map(|c| (c.compatible, c.message.replace('\n', " "))).collect();
            let mut theirs = theirs.clone();
            own.sort();
            theirs.sort();
            messages += usize::from(own == theirs);
            if own != theirs {
                theirs
                    .iter()
                    .filter(|c| !own.contains(c))
                    .for_each(|c| report.difference(&pair.name, || format!("{line} apidiff {} {}", c.0, c.1)));
                own.iter()
                    .filter(|c| !theirs.contains(c))
                    .for_each(|c| report.difference(&pair.name, || format!("{line} ours {} {}", c.0, c.1)));
            }
        }
        report.figure(format!(
            "{what}: {verdicts} of {compared} verdicts and {messages} lists of messages alike, {broken} breaking, {refused} refused by go/types"
        ));
        report.must(verdicts == compared && messages == compared && (folder == "changed" || refused == 0));
        Ok(())
    }

    /// What apidiff says of each line: compatible or not, and the message.
    #[allow(clippy::type_complexity)]
    fn ask(&self, args: &Arguments, input: &str) -> Result<HashMap<String, Result<Vec<(bool, String)>, String>>> {
        let mut child = Command::new(&self.program)
            .env("GOROOT", &args.goroot)
            .env("GO111MODULE", "off")
            .env("CGO_ENABLED", "0")
            .env("PATH", format!("{}:{}", args.goroot.join("bin").display(), std::env::var("PATH").unwrap_or_default()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run the oracle")?;
        let mut stdin = child.stdin.take().context("the oracle has no input")?;
        let text = input.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output()?;
        let _ = writer.join();
        let mut answers: HashMap<String, Result<Vec<(bool, String)>, String>> = HashMap::new();
        let mut current = String::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.split_at_checked(2) {
                Some(("P ", pair)) => {
                    current = pair.to_owned();
                    answers.insert(current.clone(), Ok(Vec::new()));
                }
                Some(("E ", error)) => {
                    answers.insert(current.clone(), Err(error.to_owned()));
                }
                Some((kind @ ("i " | "c "), message)) => {
                    if let Some(Ok(list)) = answers.get_mut(&current) {
                        list.push((kind == "c ", message.to_owned()));
                    }
                }
                _ => {}
            }
        }
        Ok(answers)
    }
}

/// Packages of the standard library and the same with one to four changes to their declarations.
fn changed_packages(args: &Arguments, random: &mut Random) -> Vec<Pair> {
    let mut pairs = Vec::new();
    while pairs.len() < args.count(1000, 60) {
        for path in PACKAGES {
            let Ok(mut old) = goroot::load(&args.goroot, path) else { continue };
            old.sort();
            let mut new = old.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(new.len());
                new[at].1 = change(&new[at].1, random);
            }
            if new != old {
                pairs.push(Pair { name: path.to_owned(), old, new });
            }
        }
    }
    pairs
}

const BASIC: [&str; 12] = ["int", "string", "bool", "byte", "int64", "uint", "any", "error", "float64", "int32", "uint16", "rune"];

/// Changes a declaration outside function bodies.
fn change(text: &str, random: &mut Random) -> String {
    let chunks = amigos_syntax::split::split(text);
    let Some(chunk) = chunks.get(random.below(chunks.len())) else { return text.to_owned() };
    let source = chunk.text(text);
    let start = chunk.start as usize;
    let decl = amigos_syntax::parse_decl(source, amigos_syntax::GoVersion::new(1, 27));
    let in_body = |at: u32| decl.bodies.iter().any(|b| b.block.range.start <= at && at < b.block.range.end);
    let tokens: Vec<_> =
        amigos_syntax::lex::lex(source).tokens.into_iter().filter(|t| !t.auto && t.end > t.start && !in_body(t.start)).collect();
    let replace = |from: u32, to: u32, by: &str| format!("{}{by}{}", &text[..start + from as usize], &text[start + to as usize..]);
    let of = |wanted: &dyn Fn(&str, Tok) -> bool, random: &mut Random| {
        let fitting: Vec<_> = tokens.iter().filter(|t| wanted(&source[t.start as usize..t.end as usize], t.tok)).collect();
        fitting.get(random.below(fitting.len())).map(|t| (t.start, t.end))
    };
    match random.below(7) {
        0 if !source.starts_with("package") && !source.starts_with("import") => replace(0, source.len() as u32, ""),
        1 | 2 => match of(&|t, _| BASIC.contains(&t), random) {
            Some((from, to)) => replace(from, to, BASIC[random.below(BASIC.len())]),
            None => text.to_owned(),
        },
        3 => match of(&|t, _| t == "*", random) {
            Some((from, to)) => replace(from, to, ""),
            None => text.to_owned(),
        },
        4 => match of(&|t, _| t == "struct" || t == "interface", random) {
            Some((_, to)) => {
                let added = if source[..to as usize].ends_with("struct") { "Added int" } else { "Added()" };
                let name = if random.below(2) == 0 { added.to_owned() } else { added.to_lowercase() };
                match source[to as usize..].find('{') {
                    Some(brace) => replace(to + brace as u32 + 1, to + brace as u32 + 1, &format!("\n{name}\n")),
                    None => text.to_owned(),
                }
            }
            None => text.to_owned(),
        },
        5 => {
            let lines: Vec<(usize, &str)> =
                source.split_inclusive('\n').scan(0, |at, l| Some((std::mem::replace(at, *at + l.len()), l))).collect();
            let inner: Vec<_> =
                lines.iter().filter(|(at, l)| l.starts_with('\t') && !l.trim().starts_with("//") && !in_body(*at as u32)).collect();
            match inner.get(random.below(inner.len())) {
                Some((at, line)) => replace(*at as u32, (at + line.len()) as u32, ""),
                None => text.to_owned(),
            }
        }
        _ => match of(&|t, tok| tok == Tok::Ident && t.starts_with(char::is_uppercase), random) {
            Some((from, to)) => replace(from, to, &format!("{}Changed", &source[from as usize..to as usize])),
            None => text.to_owned(),
        },
    }
}
