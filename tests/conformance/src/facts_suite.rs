//! Types, values, selections, instances and order of initialisation beside go/types' (C5), on packages of the standard library.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::TyCtx;
use amigos_types::facts::{Facts, Mode, SelectionKind};
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::TypeWriter;
use amigos_types::world::{Checked, Options, World};
use anyhow::{Context, Result, bail};

use crate::{Arguments, goroot};

const PACKAGES: [&str; 60] = [
    "errors",
    "strings",
    "strconv",
    "fmt",
    "sort",
    "slices",
    "maps",
    "cmp",
    "iter",
    "bytes",
    "math",
    "math/bits",
    "unicode",
    "unicode/utf8",
    "unicode/utf16",
    "time",
    "encoding/hex",
    "encoding/base64",
    "encoding/binary",
    "encoding/json",
    "encoding/csv",
    "encoding/xml",
    "encoding/gob",
    "container/heap",
    "container/list",
    "container/ring",
    "bufio",
    "io",
    "io/fs",
    "path",
    "path/filepath",
    "regexp",
    "regexp/syntax",
    "math/big",
    "math/cmplx",
    "math/rand/v2",
    "net/url",
    "net/http",
    "net/netip",
    "html",
    "html/template",
    "text/template",
    "text/template/parse",
    "text/tabwriter",
    "text/scanner",
    "hash/fnv",
    "hash/crc32",
    "crypto/sha256",
    "go/ast",
    "go/parser",
    "go/printer",
    "go/types",
    "go/constant",
    "sync",
    "sync/atomic",
    "context",
    "reflect",
    "testing",
    "unique",
    "log/slog",
];

#[derive(Default)]
struct Tally {
    same: usize,
    other: usize,
    missing: usize,
}

type Key = (String, u32, u32);

/// What one of the two says of a package: by kind of fact and place.
#[derive(Default)]
struct Package {
    facts: HashMap<(char, Key), String>,
    order: Vec<String>,
}

/// Runs the suite; true if the figures are good enough.
pub fn run(args: &Arguments) -> Result<bool> {
    let root = args.goroot.as_path();
    let wanted: Vec<&str> = PACKAGES.iter().copied().filter(|p| args.filter.as_ref().is_none_or(|f| p.contains(f.as_str()))).collect();
    let theirs = oracle(args, &wanted)?;
    let own_root = root.to_owned();
    let world = World::new(Box::new(move |path| goroot::load(&own_root, path)));
    let mut tallies: BTreeMap<char, Tally> = BTreeMap::new();
    let mut orders = Tally::default();
    for path in wanted {
        let (Some(go), Ok(files)) = (theirs.get(path), goroot::load(root, path)) else { continue };
        let checked = world.check(PkgKey(Name::new(path)), files, Options { go_minor: 27, natives: true });
        let ours = collect(&world, &checked);
        if ours.order == go.order {
            orders.same += 1;
        } else {
            orders.other += 1;
            if args.verbose {
                println!("{path}: order\n  go   {:?}\n  ours {:?}", go.order, ours.order);
            }
        }
        for (key, fact) in &go.facts {
            let tally = tallies.entry(key.0).or_default();
            let (file, start, end) = &key.1;
            match ours.facts.get(key) {
                Some(own) if own == fact => tally.same += 1,
                Some(own) => {
                    tally.other += 1;
                    if args.verbose {
                        println!("{path}/{file}:{start}-{end} {}\n  go   {fact}\n  ours {own}", key.0);
                    }
                }
                None => {
                    tally.missing += 1;
                    if args.verbose {
                        println!("{path}/{file}:{start}-{end} {} missing\n  go   {fact}", key.0);
                    }
                }
            }
        }
    }
    for (kind, tally) in &tallies {
        let what = match kind {
            'T' => "types of expressions",
            'S' => "selections",
            _ => "instances",
        };
        let all = tally.same + tally.other + tally.missing;
        println!(
            "C5 {what}: {:.2} % ({} of {all} alike, {} different, {} missing)",
            100.0 * tally.same as f64 / all.max(1) as f64,
            tally.same,
            tally.other,
            tally.missing
        );
    }
    println!("C5 order of initialisation: {} of {} packages alike", orders.same, orders.same + orders.other);
    let good = |t: &Tally| t.same as f64 >= 0.999 * (t.same + t.other + t.missing) as f64;
    Ok(orders.other == 0 && tallies.values().all(good))
}

/// Builds and runs the Go program that prints go/types' facts.
fn oracle(args: &Arguments, packages: &[&str]) -> Result<HashMap<String, Package>> {
    std::fs::create_dir_all(&args.out)?;
    let program = args.out.join("facts");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/facts.go");
    let go = args.goroot.join("bin/go");
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0");
        command
    };
    let built = command(&go).arg("build").arg("-o").arg(&program).arg(&source).status().context("cannot run go build")?;
    if !built.success() {
        bail!("go build of `{}` failed", source.display());
    }
    let program = program.canonicalize()?;
    let output = command(&program).args(packages).output().context("cannot run the oracle")?;
    let mut result: HashMap<String, Package> = HashMap::new();
    let mut current: Option<String> = None;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["P", path] => {
                result.insert((*path).to_string(), Package::default());
                current = Some((*path).to_string());
            }
            ["O", names] => {
                if let Some(package) = current.as_ref().and_then(|c| result.get_mut(c)) {
                    package.order.push((*names).to_string());
                }
            }
            [kind, file, start, end, rest @ ..] => {
                let (Ok(start), Ok(end)) = (start.parse(), end.parse()) else { continue };
                let kind = kind.chars().next().unwrap_or('T');
                if let Some(package) = current.as_ref().and_then(|c| result.get_mut(c)) {
                    package.facts.insert((kind, ((*file).to_string(), start, end)), plain(&rest.join("\t")));
                }
            }
            _ => {}
        }
    }
    Ok(result)
}

/// Both ways of writing the empty interface are one.
fn plain(text: &str) -> String {
    text.replace("interface{}", "any").trim_end().to_string()
}

fn collect(world: &World, checked: &Checked) -> Package {
    let mut result = Package::default();
    let package = &checked.package;
    for (i, facts) in package.types.facts.iter().enumerate() {
        add(world, checked, i, &package.source.decls[i].sig, facts, &mut result);
    }
    for (decl, n, facts) in &checked.bodies {
        let body = &package.bodies[decl.0 as usize][*n as usize];
        add(world, checked, decl.0 as usize, &body.ast, facts, &mut result);
    }
    for step in &checked.init_order.steps {
        let names: Vec<&str> = step.iter().map(|i| package.types.objects[*i as usize].name.as_str()).collect();
        result.order.push(names.join(" "));
    }
    result
}

fn add(world: &World, checked: &Checked, decl: usize, ast: &amigos_syntax::ast::Ast, facts: &Facts, result: &mut Package) {
    let package = &checked.package;
    let (file, start) = package.starts[decl];
    let key = |range: TextRange| (package.files[file].0.clone(), range.start + start, range.end + start);
    let show = |ty: Ty| -> String {
        let qualifier = |pkg: PkgKey| pkg.0.to_string();
        let bounds = |param: Ty| match param.kind() {
            TyKind::TypeParam(key) => {
                facts.bounds.get(key).or_else(|| package.types.bounds.get(key)).copied().or_else(|| world.bound(*key))
            }
            _ => None,
        };
        let tparams = |key: NamedKey| {
            let info = facts.named.get(&key).or_else(|| package.types.named.get(&key)).cloned().or_else(|| world.named(key));
            info.map(|n| n.tparams.clone()).unwrap_or_default()
        };
        let mut writer = TypeWriter::new(&qualifier).with_bounds(&bounds, &tparams);
        writer.ty(ty);
        writer.out
    };
    for (i, tv) in facts.types.iter().enumerate() {
        let mode = match tv.mode {
            Mode::Invalid => continue,
            Mode::NoValue => "void",
            Mode::Builtin => "builtin",
            Mode::Type => "type",
            Mode::Const => "const",
            Mode::Var => "var",
            Mode::MapIndex => "mapindex",
            Mode::Value => "value",
            Mode::Nil => "nil",
            Mode::CommaOk => "commaok",
        };
        let value = tv.value.as_ref().map(|v| v.exact_string()).unwrap_or_default();
        let value = value.replace(['\t', '\n'], " ");
        let text = plain(&format!("{mode}\t{}\t{value}", show(tv.ty)));
        result.facts.insert(('T', key(ast.exprs[i].range)), text);
    }
    for (expr, s) in &facts.selections {
        let kind = match s.kind {
            SelectionKind::Field => 0,
            SelectionKind::Method | SelectionKind::InterfaceMethod => 1,
            SelectionKind::MethodExpr => 2,
        };
        let path: Vec<String> = s.index.iter().map(ToString::to_string).collect();
        let text = plain(&format!("{kind}\t{}\t{}\t{}", path.join("."), s.indirect, show(s.recv)));
        result.facts.insert(('S', key(ast[*expr].range)), text);
    }
    for (ident, inst) in &facts.instances {
        let list: Vec<String> = inst.args.iter().map(|t| show(*t)).collect();
        let text = plain(&format!("{}\t{}", list.join(", "), show(inst.ty)));
        result.facts.insert(('N', key(ast[*ident].range)), text);
    }
}
