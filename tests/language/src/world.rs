//! Running a section: packages are checked, deployed into a state in memory, and called.

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_db::resolve::package_key;
use amigos_ide::{AnalysisHost, Change, FileId, Origin, PackageInput, Profile, Severity};
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::args::ArgValue;
use amigos_vm::engine::{CallRequest, Engine};
use amigos_vm::outcome::{ErrorKind, Outcome};
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use amigos_vm::value::Limits;

use crate::machine::Workbench;
use crate::page::{Block, Section};
use crate::plain;

/// A state in memory, with all heights there were.
#[derive(Clone, Default)]
struct Memory {
    height: i64,
    records: Arc<BTreeMap<ObjKey, Bytes>>,
    older: Vec<Arc<BTreeMap<ObjKey, Bytes>>>,
}

impl StateSource for Memory {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        Ok(keys.iter().map(|k| self.records.get(k).cloned()).collect())
    }
    fn height(&self) -> i64 {
        self.height
    }
    fn at(&self, height: i64) -> Option<Arc<dyn StateSource>> {
        let records = self.older.get(usize::try_from(height).ok()?)?.clone();
        Some(Arc::new(Memory { height, records, older: self.older.clone() }))
    }
}

impl Memory {
    /// The next height, with these changes.
    fn commit(&mut self, writes: &[(ObjKey, Option<Bytes>)]) {
        self.older.push(self.records.clone());
        let records = Arc::make_mut(&mut self.records);
        for (key, bytes) in writes {
            match bytes {
                Some(bytes) => records.insert(key.clone(), bytes.clone()),
                None => records.remove(key),
            };
        }
        self.height += 1;
    }
}

struct Source {
    path: String,
    major: u32,
    version: String,
    library: bool,
    /// Name, text, line of the page at which it starts.
    files: Vec<(String, String, usize)>,
    deployed: bool,
}

/// A section being run.
pub struct World {
    packages: Vec<Source>,
    state: Memory,
    sender: String,
    last: Option<Outcome>,
    checked: bool,
    /// Functions whose gas bound is a constant, with that bound.
    bounds: BTreeMap<(PkgKey, Name), u64>,
}

/// Gas of a program of plain Go.
const PLAIN_GAS: u64 = 1_000_000_000;

/// Accounts by name: any bech32 address will do.
fn address(name: &str) -> String {
    let mut bytes = [0u8; 20];
    for (b, c) in bytes.iter_mut().zip(name.bytes()) {
        *b = c;
    }
    amigos_vm::identity::encode_address(&bytes)
}

/// Runs a section; the error says where and what.
pub fn run(section: &Section) -> Result<(), String> {
    let mut world =
        World { packages: vec![], state: Memory::default(), sender: address("alice"), last: None, checked: false, bounds: BTreeMap::new() };
    world.fixtures();
    let plain = plain::blocks(section);
    if !plain.is_empty() {
        let mut bench = Workbench::new(PLAIN_GAS);
        let wrong: Vec<String> = plain
            .iter()
            .filter_map(|p| plain::run(&mut bench, p).err().map(|e| format!("{} (block at line {}): {e}", section.title, p.line)))
            .collect();
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
    }
    for block in &section.blocks {
        let done = match block.kind.as_str() {
            "go" if block.get("profile").is_some() => Ok(()),
            "go" => world.add(block),
            "contracts" => world.add_contracts(),
            "calls" => world.calls(block),
            _ => Ok(()),
        };
        done.map_err(|e| format!("{} (block at line {}): {e}", section.title, block.line))?;
    }
    if !world.checked {
        world.check().map_err(|e| format!("{}: {e}", section.title))?;
    }
    Ok(())
}

impl World {
    /// What a development hub has from the start: oracle reports.
    fn fixtures(&mut self) {
        let report = |source: &str, units: i64| amigos_vm::persist::reports::Report {
            source: source.into(),
            units,
            height: 0,
            seconds: 0,
            fresh: true,
        };
        let reports = [report("chainlink", 300_000_000_000), report("band", 300_100_000_000), report("uma", 299_900_000_000)];
        let key = ObjKey { package: Arc::from(amigos_vm::persist::ORACLE), key: Box::from("ETH/USD".as_bytes()) };
        self.state.commit(&[(key, Some(Arc::from(amigos_vm::persist::reports::write(&reports))))]);
    }

    fn add(&mut self, block: &Block) -> Result<(), String> {
        self.checked = false;
        if let Some(signature) = block.get("fragment") {
            return self.add_fragment(block, signature);
        }
        let Some(path) = block.get("path") else { return Ok(()) };
        let major = block.get("major").and_then(|m| m.parse().ok()).unwrap_or(1);
        let name = block.get("file").unwrap_or("main.go").to_owned();
        let file = (name, block.text.clone(), block.line);
        match self.packages.iter_mut().find(|p| p.path == path && p.major == major) {
            Some(package) if !package.deployed => package.files.push(file),
            Some(package) => {
                // A new version of what is deployed.
                package.files = vec![file];
                package.deployed = false;
            }
            None => self.packages.push(Source {
                path: path.to_owned(),
                major,
                version: format!("{major}.0.0"),
                library: block.get("library").is_some(),
                files: vec![file],
                deployed: false,
            }),
        }
        Ok(())
    }

    /// Imports of a fragment stand before the function that holds the rest.
    fn add_fragment(&mut self, block: &Block, signature: &str) -> Result<(), String> {
        let is_import = block.text.trim_start().starts_with("import");
        let (imports, code) = if is_import {
            let end = block.text.find("\n)").map_or_else(|| block.text.find('\n').map_or(block.text.len(), |i| i + 1), |i| i + 2);
            block.text.split_at(end)
        } else {
            ("", block.text.as_str())
        };
        let has_func = code.contains("\nfunc ") || code.starts_with("func ");
        let text = if has_func {
            format!("package fragment\n\n{}", block.text)
        } else {
            let returns = block.get("returns").map(|r| format!("\treturn {r}\n")).unwrap_or_default();
            format!("package fragment\n\n{imports}\n{signature} {{\n{code}{returns}}}\n")
        };
        let line = block.line.saturating_sub(2);
        self.packages.push(Source {
            path: format!("hub.amigos.dev/test/fragment{}", self.packages.len()),
            major: 1,
            version: "1.0.0".into(),
            library: false,
            files: vec![("main.go".into(), text, line)],
            deployed: false,
        });
        Ok(())
    }

    fn add_contracts(&mut self) -> Result<(), String> {
        for package in amigos_contracts::all() {
            let manifest = package.files.iter().find(|(n, _)| *n == "amigos.toml").map_or("", |(_, t)| *t);
            let setting = |key: &str| {
                let line = manifest.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=')).unwrap_or("");
                line.trim().trim_matches('"').to_owned()
            };
            let version = setting("version");
            let go = package.files.iter().filter(|(n, _)| n.ends_with(".go") && !n.ends_with("_test.go"));
            self.packages.push(Source {
                path: setting("path"),
                major: version.split('.').next().and_then(|m| m.parse().ok()).unwrap_or(1),
                version,
                library: setting("library") == "true",
                files: go.map(|(n, t)| ((*n).to_owned(), (*t).to_owned(), 0)).collect(),
                deployed: false,
            });
        }
        Ok(())
    }

    /// Checks all packages; findings must be those that the comments want.
    fn check(&mut self) -> Result<Arc<OwnedProgram>, String> {
        self.checked = true;
        let mut host = AnalysisHost::new();
        let mut change = Change::default();
        let mut inputs = Vec::new();
        let mut places = Vec::new();
        for package in &self.packages {
            let mut files = Vec::new();
            for (name, text, line) in &package.files {
                let id = FileId(places.len() as u32);
                change.files.push((id, Some(Arc::from(text.as_str()))));
                files.push((Arc::from(name.as_str()), id));
                places.push((id, text.clone(), *line, package.path.clone()));
            }
            files.sort();
            inputs.push(PackageInput {
                path: Arc::from(package.path.as_str()),
                version: Arc::from(package.version.as_str()),
                major: package.major,
                origin: Origin::Workspace,
                profile: Profile::Contract,
                library: package.library,
                go_minor: 26,
                files,
                pins: vec![],
                missing: vec![],
            });
        }
        change.packages = Some(inputs);
        host.apply_change(change);
        let analysis = host.analysis();
        let mut wrong = Vec::new();
        let mut broken = false;
        for (id, text, page_line, path) in &places {
            let mut wanted = wants(text);
            for d in analysis.diagnostics(*id).map_err(|_| "cancelled")? {
                let line = text[..d.range.start as usize].matches('\n').count();
                broken |= d.severity == Severity::Error;
                match wanted.iter().position(|(l, code, part)| *l == line && *code == d.code && d.message.contains(part.as_str())) {
                    Some(i) => {
                        wanted.remove(i);
                    }
                    None => wrong.push(format!("line {} ({path}): {} {}", page_line + line, d.code, d.message)),
                }
            }
            wrong
                .extend(wanted.into_iter().map(|(line, code, part)| format!("line {} ({path}): wanted {code} {part:?}", page_line + line)));
        }
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        if broken {
            return Ok(Arc::default());
        }
        let keys: Vec<PkgKey> = self.packages.iter().map(|p| package_key(&p.path, p.major)).collect();
        self.bounds = analysis.computing(|db| constant_bounds(db, &keys)).map_err(|_| "cancelled")?;
        let collected = analysis.computing(|db| OwnedProgram::collect(db, &keys)).map_err(|_| "cancelled")?;
        collected.map(Arc::new).map_err(|broken| format!("packages with errors: {broken:?}"))
    }

    fn calls(&mut self, block: &Block) -> Result<(), String> {
        let program = self.check()?;
        let engine = Engine::new(program);
        for index in 0..self.packages.len() {
            if self.packages[index].deployed {
                continue;
            }
            let key = package_key(&self.packages[index].path, self.packages[index].major);
            self.packages[index].deployed = true;
            if self.packages[index].library {
                continue;
            }
            let mut request = self.request(key, "");
            request.origin.clone_from(&address("alice"));
            request.sender.clone_from(&address("alice"));
            let outcome = engine.deploy(&request, false, &self.state).map_err(|e| format!("deploying {}: {e:?}", key.0))?;
            if let Some(error) = &outcome.error {
                return Err(format!("deploying {}: {error}", key.0));
            }
            self.state.commit(&outcome.writes);
        }
        for (i, line) in block.text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            self.line(&engine, line).map_err(|e| format!("line {}: `{line}`: {e}", block.line + i))?;
        }
        Ok(())
    }

    fn request(&self, package: PkgKey, target: &str) -> CallRequest {
        let mut request = CallRequest::new(package.0.as_str(), target, vec![]);
        request.sender.clone_from(&self.sender);
        request.origin.clone_from(&self.sender);
        request.height = self.state.height + 1;
        request.time = (1_700_000_000 + self.state.height, 0);
        request.chain_id = "pages".into();
        request
    }

    fn package(&self, name: &str) -> Result<PkgKey, String> {
        let exact = |p: &&Source| p.path.strip_prefix(amigos_db::resolve::HUB) == Some(name);
        let by_last = |p: &&Source| {
            let last = p.path.rsplit('/').next().unwrap_or("");
            last == name || format!("{last}@v{}", p.major) == name
        };
        let found = self.packages.iter().find(exact).or_else(|| self.packages.iter().rev().find(by_last));
        found.map(|p| package_key(&p.path, p.major)).ok_or_else(|| format!("there is no package `{name}` in this section"))
    }

    fn line(&mut self, engine: &Engine, line: &str) -> Result<(), String> {
        if let Some(who) = line.strip_prefix("from ") {
            self.sender = address(who.trim());
            return Ok(());
        }
        if let Some(text) = line.strip_prefix("output ") {
            let wanted = unquote(text.trim());
            let got = self.last.as_ref().map_or("", |o| o.output.as_str());
            return if got == wanted { Ok(()) } else { Err(format!("the output is {got:?}")) };
        }
        if let Some(event) = line.strip_prefix("event ") {
            let (pkg, name) = event.trim().split_once('.').ok_or("`event pkg.Name` is wanted")?;
            let key = self.package(pkg)?;
            let events = self.last.as_ref().map(|o| o.events.clone()).unwrap_or_default();
            let found = events.iter().any(|e| e.name() == name && e.package == key.0);
            return if found { Ok(()) } else { Err(format!("the events are {events:?}")) };
        }
        if line == "no events" {
            let events = self.last.as_ref().map(|o| o.events.clone()).unwrap_or_default();
            return if events.is_empty() { Ok(()) } else { Err(format!("the events are {events:?}")) };
        }
        if let Some((call, wanted)) = line.split_once(" → ") {
            return self.call(engine, call.trim(), wanted.trim());
        }
        let (path, wanted) = line.split_once(" = ").ok_or("neither a call nor a comparison of state")?;
        let (pkg, path) = path.trim().split_once('.').ok_or("`pkg.Path = value` is wanted")?;
        let key = self.package(pkg)?;
        let limits = Limits { depth: 16, items: 100, text: 1000, total: 10_000, cut: false };
        let tree = engine.read_state(key, path, limits, &self.state).map_err(|e| format!("{e:?}"))??;
        let got = tree.map_or_else(|| "nothing".into(), |t| t.value.go());
        if got == with_addresses(wanted.trim()) { Ok(()) } else { Err(format!("the state is {got}")) }
    }

    fn call(&mut self, engine: &Engine, call: &str, wanted: &str) -> Result<(), String> {
        let (target, args) = split_call(call).ok_or("`pkg.F(args)` is wanted")?;
        let (pkg, target) = target.split_once('.').ok_or("`pkg.F(args)` is wanted")?;
        let mut request = self.request(self.package(pkg)?, target);
        request.args = args.into_iter().map(|a| ArgValue::Go(with_addresses(&a))).collect();
        let outcome = engine.call(&request, &self.state).map_err(|e| format!("{e:?}"))?;
        // What the editor says a call costs at most, it costs at most.
        if let Some(bound) = self.bounds.get(&(request.package, Name::new(target)))
            && outcome.gas_used > *bound
            && outcome.is_ok()
        {
            return Err(format!("it costs {} gas, which is over its bound of {bound}", outcome.gas_used));
        }
        let got = match &outcome.error {
            None if outcome.results.is_empty() => "ok".to_owned(),
            None => outcome.results.iter().map(|r| r.go()).collect::<Vec<_>>().join(", "),
            Some(e) => {
                let word = match e.kind {
                    ErrorKind::Panic => "panic",
                    ErrorKind::ErrorResult => "error",
                    ErrorKind::OutOfGas => "out of gas",
                    ErrorKind::Depth => "too deep",
                    ErrorKind::Memory => "out of memory",
                    ErrorKind::Fatal => "fatal error",
                    ErrorKind::BadCall => "refused",
                    ErrorKind::Broken => "broken",
                };
                format!("{word} {:?}", e.text)
            }
        };
        if outcome.is_ok() {
            self.state.commit(&outcome.writes);
        } else if !outcome.writes.is_empty() {
            return Err("a failed call leaves writes behind".into());
        }
        self.last = Some(outcome);
        let wanted = with_addresses(wanted);
        let matches = match wanted.split_once(' ') {
            // The text may be a part of what is said.
            Some((word @ ("panic" | "error" | "refused" | "broken"), text)) if text.starts_with('"') => {
                got.starts_with(word) && got.contains(unquote(text).as_str())
            }
            _ => {
                got == wanted
                    || (matches!(wanted.as_str(), "out of gas" | "too deep" | "out of memory") && got.starts_with(wanted.as_str()))
            }
        };
        if matches { Ok(()) } else { Err(format!("it gives {got}")) }
    }
}

/// `@alice` as the address of that account, in quotes.
fn with_addresses(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let name: String = rest[at + 1..].chars().take_while(char::is_ascii_alphabetic).collect();
        if name.is_empty() || rest[..at].ends_with(|c: char| c.is_alphanumeric()) {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        }
        out.push_str(&rest[..at]);
        out.push_str(&format!("{:?}", address(&name)));
        rest = &rest[at + 1 + name.len()..];
    }
    out.push_str(rest);
    out
}

fn unquote(text: &str) -> String {
    amigos_syntax::lex::unquote_string(text).map_or_else(|| text.to_owned(), |b| String::from_utf8_lossy(&b).into_owned())
}

/// `// error CODE "part"` by line from 0.
fn wants(text: &str) -> Vec<(usize, String, String)> {
    let mut out = Vec::new();
    for (line, text) in text.lines().enumerate() {
        for mark in text.split("// error ").skip(1) {
            let (code, rest) = mark.split_once(' ').unwrap_or((mark, ""));
            out.push((line, code.trim().to_owned(), rest.split('"').nth(1).unwrap_or("").to_owned()));
        }
    }
    out
}

/// Target and arguments of a call.
fn split_call(text: &str) -> Option<(&str, Vec<String>)> {
    let open = text.find('(')?;
    let inside = text.get(open + 1..text.len().checked_sub(1)?)?;
    let mut args = Vec::new();
    let (mut depth, mut start, mut quote) = (0u32, 0usize, None::<char>);
    let mut chars = inside.char_indices();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"'), '\\') => {
                chars.next();
            }
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                args.push(inside[start..i].trim().to_owned());
                start = i + 1;
            }
            _ => {}
        }
    }
    let last = inside[start..].trim();
    if !last.is_empty() {
        args.push(last.to_owned());
    }
    Some((&text[..open], args))
}

fn constant_bounds(db: &amigos_db::Database, keys: &[PkgKey]) -> BTreeMap<(PkgKey, Name), u64> {
    let packages = amigos_db::Root::get(db).packages(db);
    let mut out = BTreeMap::new();
    for key in keys {
        let Some(package) = packages.get(key).copied() else { continue };
        for name in amigos_db::query::member_names(db, package).iter() {
            if let Ok(bound) = &amigos_gas::gas_summary(db, package, *name).gas
                && bound.cost.is_constant()
            {
                out.insert((*key, *name), bound.cost.constant_part());
            }
        }
    }
    out
}
