//! The API of `std/` beside that of the installed Go: every exported symbol of ours is there and has the same type or value; every one that we leave
//! out has a reason, in `std-omissions.txt` or among the refusals of the standard library. And `std/` is our own text: no run of six lines of Go's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use amigos_syntax::Name;
use amigos_types::checker::Checker;
use amigos_types::ctx::{ImportError, MemberKind, TyCtx};
use amigos_types::outside::with_checker;
use amigos_types::ty::{NamedKey, Param, PkgKey, Signature, Ty, TyKind};
use amigos_types::typestring::TypeWriter;
use amigos_types::world::World;
use anyhow::{Context, Result, bail};

use crate::Arguments;
use crate::report::Report;

/// Name (`Builder.Len`) and what it is.
type Facts = BTreeMap<String, String>;

/// How many lines in a row may be Go's.
const RUN: usize = 6;

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut report = Report::new("stdapi", "");
    let ours = own_api();
    let wanted: Vec<&str> = ours.keys().map(String::as_str).filter(|p| !is_chain(p)).collect();
    let theirs = go_api(args, &wanted)?;
    let reasons = reasons()?;
    let (mut same, mut accepted, mut different, mut unknown) = (0, 0, 0, 0);
    let (mut omitted, mut unexplained) = (0, Vec::new());
    let mut used: HashSet<&str> = HashSet::new();
    for path in &wanted {
        let (own, Some(go)) = (&ours[*path], theirs.get(*path)) else {
            report.difference(path, || "Go has no such package".to_owned());
            unknown += 1;
            continue;
        };
        for (name, fact) in own {
            match go.get(name) {
                Some(text) if text == fact => same += 1,
                Some(_) if reasons.iter().any(|r| *r == format!("= {path} {name}")) => {
                    accepted += 1;
                    used.extend(reasons.iter().filter(|r| **r == format!("= {path} {name}")).map(String::as_str));
                }
                Some(text) => {
                    different += 1;
                    report.difference(path, || format!("{name}\n  go   {text}\n  ours {fact}"));
                }
                None if reasons.iter().any(|r| *r == format!("= {path} {name}")) => {
                    accepted += 1;
                    used.extend(reasons.iter().filter(|r| **r == format!("= {path} {name}")).map(String::as_str));
                }
                None => {
                    unknown += 1;
                    report.difference(path, || format!("Go has no {name} ({fact})"));
                }
            }
        }
        for name in go.keys().filter(|n| !own.contains_key(*n) && !n.contains(' ')) {
            omitted += 1;
            // A member of what is left out needs no reason of its own.
            let base = name.split('.').next().unwrap_or(name);
            let key = reasons.iter().find(|r| fits(r, path, name) || fits(r, path, base));
            match key {
                Some(reason) => {
                    used.insert(reason);
                }
                None if amigos_std::refused_symbol(path, base).is_some() => {}
                None => unexplained.push(format!("{path}.{name}")),
            }
        }
    }
    unexplained.iter().for_each(|name| report.difference(name, || "it is left out, and nothing says why".to_owned()));
    let unused: Vec<&String> = reasons.iter().filter(|r| !used.contains(r.as_str())).collect();
    unused.iter().for_each(|r| report.difference(r, || "std-omissions.txt explains what is no difference".to_owned()));
    report.figure(format!(
        "{same} facts of {} packages as Go's, {accepted} different with a reason, {different} without, {unknown} that Go doesn't have; {omitted} of Go's left out, {} without a reason",
        wanted.len(),
        unexplained.len()
    ));
    report.must(same > 500 && different == 0 && unknown == 0 && unexplained.is_empty() && unused.is_empty());
    whole_packages(&mut report, args);
    copied_runs(&mut report, args);
    Ok(report)
}

/// The packages that Go doesn't have.
fn is_chain(path: &str) -> bool {
    path == "amigos" || path.starts_with("amigos/") || path == "oracle" || path == "oracles"
}

/// What `std-omissions.txt` explains: `path Name`, `path Prefix*`, and differences as `= path fact`.
fn reasons() -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("std-omissions.txt");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let mut list = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        let Some((names, reason)) = line.split_once(": ") else { bail!("`{line}` in std-omissions.txt has no reason") };
        if reason.trim().is_empty() {
            bail!("`{line}` in std-omissions.txt has no reason");
        }
        if let Some(difference) = names.strip_prefix("= ") {
            list.push(format!("= {difference}"));
            continue;
        }
        let Some((path, names)) = names.split_once(' ') else { bail!("`{line}` in std-omissions.txt names no symbol") };
        list.extend(names.split_whitespace().map(|name| format!("{path} {name}")));
    }
    Ok(list)
}

fn fits(reason: &str, path: &str, name: &str) -> bool {
    let Some((of, pattern)) = reason.split_once(' ') else { return false };
    of == path && pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// Packages of Go's library that aren't in `std/` must be refused with a reason.
fn whole_packages(report: &mut Report, args: &Arguments) {
    let root = args.goroot.join("src");
    let (mut here, mut refused, mut missing) = (0, 0, Vec::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let path = folder.strip_prefix(&root).map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        if ["cmd", "vendor"].contains(&path.as_str()) || path.ends_with("testdata") || path.contains("internal") || path.contains("/_") {
            continue;
        }
        let mut has_go = false;
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
            has_go |= name.ends_with(".go") && !name.ends_with("_test.go");
        }
        if !has_go || path.is_empty() || path == "builtin" {
            continue;
        }
        match amigos_std::package(&path) {
            Some(_) => here += 1,
            None if amigos_std::refused(&path).is_some() => refused += 1,
            None => missing.push(path),
        }
    }
    missing.sort();
    missing.iter().for_each(|path| report.difference(path, || "the package is neither in std/ nor refused".to_owned()));
    report.figure(format!("{here} packages of Go's library are in std/, {refused} refused with a reason, {} neither", missing.len()));
    report.must(missing.is_empty());
}

/// `std/` may have no run of lines that a file of Go's sources has too.
fn copied_runs(report: &mut Report, args: &Arguments) {
    let mut own: HashMap<String, (String, usize)> = HashMap::new();
    let mut counted = 0;
    for package in amigos_std::packages() {
        for (file, text) in package.files {
            let lines = telling_lines(text);
            counted += lines.len();
            for window in lines.windows(RUN) {
                own.entry(joined(window)).or_insert_with(|| (format!("{}/{file}", package.path), window[0].0));
            }
        }
    }
    let (mut files, mut found) = (0, 0);
    for path in crate::oracle::go_files(&args.goroot.join("src")) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        files += 1;
        for window in telling_lines(&text).windows(RUN) {
            if let Some((file, line)) = own.remove(&joined(window)) {
                found += 1;
                report.difference(&file, || format!("line {line} reads like {}:{}", path.display(), window[0].0));
            }
        }
    }
    report.figure(format!("{counted} telling lines of std/ beside {files} files of Go: {found} runs of {RUN} alike"));
    report.must(found == 0 && files > 1000);
}

fn joined(window: &[(usize, &str)]) -> String {
    window.iter().map(|(_, l)| *l).collect::<Vec<_>>().join("\n")
}

/// The lines that say more than the language or the API demands, with their numbers from 1: not those of a single word, imports, or the declaration
/// of a constant of the API.
fn telling_lines(text: &str) -> Vec<(usize, &str)> {
    let telling = |line: &str| {
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).count();
        let constant = line.split_once(" = ").is_some_and(|(name, value)| {
            name.chars().all(|c| c.is_alphanumeric() || c == ' ') && name.starts_with(char::is_uppercase) && !value.contains('(')
        });
        let is_import = line.starts_with('"') || line.starts_with("import ") || line.starts_with("package ");
        words > 1 && !constant && !is_import
    };
    text.lines().enumerate().map(|(n, l)| (n + 1, l.trim())).filter(|(_, l)| telling(l)).collect()
}

/// What go/types says of the packages.
fn go_api(args: &Arguments, packages: &[&str]) -> Result<HashMap<String, Facts>> {
    std::fs::create_dir_all(&args.out)?;
    let program = args.out.canonicalize()?.join("stdapi");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/stdapi.go");
    let path = format!("{}:{}", args.goroot.join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0").env("PATH", &path);
        command
    };
    let built = command(&args.goroot.join("bin/go")).arg("build").arg("-o").arg(&program).arg(&source).status();
    if !built.context("cannot run go build")?.success() {
        bail!("go build of `{}` failed", source.display());
    }
    let output = command(&program).args(packages).output().context("cannot run the oracle")?;
    let mut result: HashMap<String, Facts> = HashMap::new();
    let mut current = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match line.split_once('\t') {
            Some(("=", path)) => {
                current = path.to_owned();
                result.insert(current.clone(), Facts::new());
            }
            Some((name, fact)) => {
                if let Some(facts) = result.get_mut(&current) {
                    facts.insert(name.to_owned(), canonical(fact));
                }
            }
            None => {}
        }
    }
    Ok(result)
}

/// A fact with its type parameters named by their order: their names don't matter.
fn canonical(fact: &str) -> String {
    let fact = fact.replace("interface{}", "any");
    let Some((head, rest)) = fact.split_once(" [") else { return fact };
    // `func [S ~[]E, E any] ...`: the list ends with the bracket that closes it.
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '[') - i32::from(*c == ']');
        depth == 0
    });
    let Some((end, _)) = end else { return fact };
    if !["func", "type", "var"].contains(&head) || end == 0 {
        return fact;
    }
    let names: Vec<&str> = rest[..end].split(", ").filter_map(|p| p.split(' ').next()).collect();
    let mut out = format!("{head} [");
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        match names.iter().position(|n| n == word) {
            Some(at) if !out.ends_with('.') => out.push_str(&format!("${at}")),
            _ => out.push_str(word),
        }
        word.clear();
    };
    for c in rest.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    out
}

/// The same of `std/`.
fn own_api() -> BTreeMap<String, Facts> {
    let world = World::new(Box::new(|path| match amigos_std::package(path) {
        Some(package) => Ok(package.files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()),
        None => Err(ImportError::NotFound("it is not in std/".into())),
    }));
    let mut result = BTreeMap::new();
    with_checker(&world, |checker| {
        for package in amigos_std::packages() {
            let key = PkgKey(Name::new(package.path));
            let mut dump = Dump { world: &world, checker, facts: Facts::new() };
            dump.package(key);
            let facts = dump.facts.into_iter().map(|(name, fact)| (name, canonical(&fact))).collect();
            result.insert(package.path.to_owned(), facts);
        }
    });
    result
}

struct Dump<'d, 'c> {
    world: &'d World,
    checker: &'d mut Checker<'c>,
    facts: Facts,
}

impl Dump<'_, '_> {
    fn package(&mut self, key: PkgKey) {
        let Some(package) = self.world.package(key) else { return };
        for (name, member) in &package.types.members {
            if !name.is_exported() {
                continue;
            }
            let ty = member.member.ty;
            let fact = match &member.member.kind {
                MemberKind::Const(value) => format!("const {} {}", self.text(ty), value.exact_string()),
                MemberKind::Var => format!("var {}", self.plain(ty)),
                MemberKind::Func => format!("func {}", self.plain(ty)),
                MemberKind::Type { alias: true } => format!("alias {}", self.plain(ty.unalias())),
                MemberKind::Type { alias: false } => {
                    self.declared(name.as_str(), ty);
                    continue;
                }
            };
            self.add(name.as_str(), fact);
        }
    }

    fn add(&mut self, name: &str, fact: String) {
        self.facts.insert(name.to_owned(), fact.replace(['\t', '\n'], " "));
    }

    fn declared(&mut self, name: &str, ty: Ty) {
        let TyKind::Named { key, .. } = ty.kind() else { return };
        let tparams = self.checker.named_tparams(*key);
        self.add(name, format!("type [{}]", self.constraints(&tparams)));
        let under = self.checker.under(ty);
        match under.kind() {
            TyKind::Struct(fields) => {
                let hidden = fields.iter().any(|f| !f.name.is_exported());
                for f in fields.iter().filter(|f| f.name.is_exported()) {
                    self.add(&format!("{name}.{}", f.name), format!("field {} embedded={}", self.plain(f.ty), f.embedded));
                }
                self.add(&format!("{name} underlying"), format!("struct hidden={hidden} comparable={}", self.checker.comparable(ty)));
            }
            TyKind::Interface(shape) => {
                let set = self.checker.type_set(under);
                let comparable = self.checker.is_comparable_set(&set, &mut Default::default());
                let constraint = !set.is_method_set();
                self.add(&format!("{name} underlying"), format!("interface constraint={constraint} comparable={comparable}"));
                for m in set.methods.iter().filter(|m| m.name.is_exported()) {
                    self.add(&format!("{name}.{}", m.name), format!("method {}", self.plain(m.sig)));
                }
                for embed in &shape.embeds {
                    if !self.checker.is_interface(*embed) {
                        self.add(&format!("{name} embeds"), self.text(*embed));
                    }
                }
                return;
            }
            _ => self.add(&format!("{name} underlying"), self.plain(under)),
        }
        let values = self.checker.method_set(ty, false);
        for m in self.checker.method_set(Ty::pointer(ty), false).into_iter().filter(|m| m.name.is_exported()) {
            let of_value = values.iter().any(|v| v.name == m.name);
            let sig = m.sig.unwrap_or(Ty::invalid());
            self.add(&format!("{name}.{}", m.name), format!("method {} of-value={of_value}", self.plain(sig)));
        }
    }

    fn bound(&self, param: Ty) -> Ty {
        let TyKind::TypeParam(key) = param.kind() else { return Ty::invalid() };
        self.checker.bound_of(*key).unwrap_or(Ty::invalid())
    }

    fn constraints(&self, tparams: &[Ty]) -> String {
        let one = |p: &Ty| format!("{} {}", self.text(*p), self.text(self.bound(*p)));
        tparams.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn plain(&self, ty: Ty) -> String {
        let text = self.text(without(ty));
        match ty.kind() {
            TyKind::Signature(sig) if !sig.tparams.is_empty() => format!("[{}] {text}", self.constraints(&sig.tparams)),
            _ => text,
        }
    }

    fn text(&self, ty: Ty) -> String {
        let qualifier = |pkg: PkgKey| pkg.0.to_string();
        let bounds = |param: Ty| Some(self.bound(param));
        let tparams = |key: NamedKey| self.world.named(key).map(|n| n.tparams.clone()).unwrap_or_default();
        let mut writer = TypeWriter::new(&qualifier).with_bounds(&bounds, &tparams);
        writer.ty(ty);
        writer.out
    }
}

/// A type without the names of parameters and a function's type parameters.
fn without(ty: Ty) -> Ty {
    let params = |list: &[Param]| -> Box<[Param]> { list.iter().map(|p| Param { name: None, ty: without(p.ty) }).collect() };
    Ty::new(match ty.kind() {
        TyKind::Signature(s) => TyKind::Signature(Signature {
            tparams: Box::default(),
            params: params(&s.params),
            results: params(&s.results),
            variadic: s.variadic,
        }),
        TyKind::Slice(t) => TyKind::Slice(without(*t)),
        TyKind::Array { len, elem } => TyKind::Array { len: *len, elem: without(*elem) },
        TyKind::Pointer(t) => TyKind::Pointer(without(*t)),
        TyKind::Map { key, value } => TyKind::Map { key: without(*key), value: without(*value) },
        TyKind::Chan { dir, elem } => TyKind::Chan { dir: *dir, elem: without(*elem) },
        _ => return ty,
    })
}
