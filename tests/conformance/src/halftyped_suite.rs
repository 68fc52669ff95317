//! Half-typed code: a snippet at a random place of a body takes neither other declarations nor the body's other statements with it.

use std::collections::HashMap;
use std::sync::Arc;

use amigos_db::query as q;
use amigos_syntax::ast::{Ast, Block, BodyAst};
use amigos_types::facts::{Facts, Mode};
use amigos_types::ty::Ty;
use anyhow::{Context, Result};
use salsa::Durability;

use crate::Arguments;
use crate::crash_suite::Random;
use crate::incremental_suite::SNIPPETS;
use crate::lab::{self, Lab};
use crate::report::Report;

const PACKAGES: [&str; 22] = [
    "strings",
    "strconv",
    "bufio",
    "bytes",
    "sort",
    "net/url",
    "text/template",
    "text/template/parse",
    "encoding/json",
    "encoding/csv",
    "go/constant",
    "go/ast",
    "go/scanner",
    "regexp",
    "regexp/syntax",
    "path/filepath",
    "html",
    "net/mail",
    "container/list",
    "text/tabwriter",
    "net/netip",
    "go/parser",
];

/// Runs the suite: enough must be kept. `--count N` takes N files (40 are all) with all snippets each.
pub fn run(args: &Arguments) -> Result<Report> {
    lab::on_server_stack(|| half_typed(args)).context("the suite itself has crashed")
}

#[derive(Default, Clone, Copy)]
struct Kept {
    kept: usize,
    of: usize,
}

impl Kept {
    fn percent(self) -> f64 {
        100.0 * self.kept as f64 / self.of.max(1) as f64
    }
    fn add(&mut self, other: Kept) {
        self.kept += other.kept;
        self.of += other.of;
    }
}

fn half_typed(args: &Arguments) -> Report {
    let mut random = Random::new(args.seed());
    let mut report = Report::new("halftyped", "");
    let wanted = args.count(40, 6);
    let mut by_snippet: HashMap<&str, (Kept, Kept)> = HashMap::new();
    let mut files = 0;
    for path in PACKAGES {
        if !args.wants(path) || files == wanted {
            continue;
        }
        let Some(texts) = lab::load(&args.goroot, path) else { continue };
        let mut lab = Lab::new(None);
        lab.put(path, &texts, Durability::LOW);
        lab.load(&args.goroot, &lab::imports(&texts).iter().map(String::as_str).collect::<Vec<_>>());
        // The two files with the most text of each package.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(texts[*i].1.len()));
        for i in order.into_iter().take(2).take(wanted - files) {
            files += 1;
            one_file(&mut lab, path, &texts[i].0, &texts[i].1, &mut random, &mut by_snippet, &mut report);
        }
    }
    let (mut decls, mut stmts) = (Kept::default(), Kept::default());
    for snippet in SNIPPETS {
        let Some((d, s)) = by_snippet.get(snippet) else { continue };
        decls.add(*d);
        stmts.add(*s);
        if args.verbose {
            println!("  {snippet:<20} declarations {:6.2} %  statements {:6.2} %", d.percent(), s.percent());
        }
    }
    report.figure(format!("{files} files × {} snippets", SNIPPETS.len()));
    report.figure(format!("{:.2} % of {} other declarations keep their facts", decls.percent(), decls.of));
    report.figure(format!("{:.2} % of {} other statements of the same body", stmts.percent(), stmts.of));
    report.must(decls.percent() >= 99.0 && stmts.percent() >= 95.0);
    report
}

/// What is known of one declaration.
struct Known {
    sig: Arc<Facts>,
    asts: Arc<Vec<BodyAst>>,
    bodies: Vec<Arc<Facts>>,
    start: u32,
}

fn known(lab: &Lab, path: &str, name: &str) -> HashMap<(String, u32), Known> {
    let (Some(package), Some(file)) = (lab.package(path), lab.file(path, name)) else { return HashMap::new() };
    let db = &lab.db;
    let decls = q::split_file(db, file).iter();
    decls
        .map(|d| {
            let known = Known {
                sig: q::sig_facts(db, package, *d),
                asts: q::decl_body(db, *d),
                bodies: q::body_facts(db, package, *d),
                start: d.start(db),
            };
            ((d.head(db).to_string(), d.nth(db)), known)
        })
        .collect()
}

#[allow(clippy::too_many_arguments, reason = "one loop's body")]
fn one_file(
    lab: &mut Lab,
    path: &str,
    name: &str,
    text: &str,
    random: &mut Random,
    by_snippet: &mut HashMap<&str, (Kept, Kept)>,
    report: &mut Report,
) {
    let Some(file) = lab.file(path, name) else { return };
    let before = known(lab, path, name);
    let mut places: Vec<(&(String, u32), u32)> = Vec::new();
    for (key, known) in &before {
        if key.0.starts_with("func ") {
            places.extend(statement_starts(&known.asts).into_iter().map(|at| (key, at)));
        }
    }
    places.sort_unstable();
    for snippet in SNIPPETS {
        if places.is_empty() {
            return;
        }
        let (key, relative) = places[random.below(places.len())];
        let at = (before[key].start + relative) as usize;
        let typed = format!("{snippet}\n\t");
        lab.edit(file, &format!("{}{typed}{}", &text[..at], &text[at..]));
        let after = known(lab, path, name);
        let mut decls = Kept::default();
        for (other, old) in before.iter().filter(|(k, _)| *k != key) {
            decls.of += 1;
            let same = after.get(other).is_some_and(|new| {
                same_facts(&old.sig, &new.sig) && old.bodies.len() == new.bodies.len() && {
                    old.bodies.iter().zip(&new.bodies).all(|(a, b)| same_facts(a, b))
                }
            });
            if same {
                decls.kept += 1;
            } else {
                report.difference(&format!("{path}/{name}:{at}"), || format!("`{snippet}` takes `{}`", other.0));
            }
        }
        let stmts = after.get(key).map_or_else(Kept::default, |new| statements(&before[key], new, relative, typed.len() as u32));
        let stmts = if stmts.of == 0 { statements(&before[key], &before[key], u32::MAX, 0).lost() } else { stmts };
        if stmts.kept < stmts.of {
            let text = || format!("`{snippet}` takes {} of {} statements of `{}`", stmts.of - stmts.kept, stmts.of, key.0);
            report.difference(&format!("{path}/{name}:{at}"), text);
        }
        let entry = by_snippet.entry(snippet).or_default();
        entry.0.add(decls);
        entry.1.add(stmts);
    }
    lab.edit(file, text);
}

impl Kept {
    fn lost(self) -> Kept {
        Kept { kept: 0, of: self.of }
    }
}

fn same_facts(a: &Facts, b: &Facts) -> bool {
    a.types == b.types && a.uses == b.uses && a.defs == b.defs && a.selections == b.selections && a.instances == b.instances
}

/// Where the statements of lists start: not those in headers, and not labelled ones behind their label.
fn statement_starts(bodies: &[BodyAst]) -> Vec<u32> {
    use amigos_syntax::ast::{ExprKind, LitBody, StmtKind as S};
    let Some(body) = bodies.first() else { return Vec::new() };
    let mut lists: Vec<&Block> = vec![&body.block];
    for stmt in &body.ast.stmts {
        match &stmt.kind {
            S::Block(b) | S::If { then: b, .. } | S::For { body: b, .. } | S::Range { body: b, .. } => lists.push(b),
            S::Switch { cases, .. } | S::TypeSwitch { cases, .. } => lists.extend(cases.iter().map(|c| &c.body)),
            S::Select { clauses, .. } => lists.extend(clauses.iter().map(|c| &c.body)),
            _ => {}
        }
    }
    for expr in &body.ast.exprs {
        if let ExprKind::FuncLit { body: LitBody::Here(b), .. } = &expr.kind {
            lists.push(b);
        }
    }
    let stmts = lists.into_iter().flat_map(|b| &b.stmts).map(|id| &body.ast[*id]);
    stmts.filter(|s| !matches!(s.kind, S::Empty)).map(|s| s.range.start).collect()
}

type Fact<'f> = (Mode, Ty, Option<&'f amigos_types::konst::Const>);

/// How many statements of a body have the same facts after an insertion of `len` bytes at `at`.
fn statements(old: &Known, new: &Known, at: u32, len: u32) -> Kept {
    let (Some(old_body), Some(old_facts)) = (old.asts.first(), old.bodies.first()) else { return Kept::default() };
    let mut now: HashMap<(u32, u32), Vec<Fact<'_>>> = HashMap::new();
    if let (Some(body), Some(facts)) = (new.asts.first(), new.bodies.first()) {
        for (expr, fact) in body.ast.exprs.iter().zip(&facts.types) {
            now.entry((expr.range.start, expr.range.end)).or_default().push((fact.mode, fact.ty, fact.value.as_ref()));
        }
    }
    let moved = |p: u32| if p >= at { p + len } else { p };
    let mut kept = Kept::default();
    let owners = innermost(&old_body.ast);
    let mut lost: Vec<Option<bool>> = vec![None; old_body.ast.stmts.len()];
    for (i, expr) in old_body.ast.exprs.iter().enumerate() {
        let Some(owner) = owners[i] else { continue };
        let Some(fact) = old_facts.types.get(i).filter(|f| f.mode != Mode::Invalid) else { continue };
        let key = (moved(expr.range.start), if expr.range.end > at { expr.range.end + len } else { expr.range.end });
        let found = now.get(&key).is_some_and(|all| all.contains(&(fact.mode, fact.ty, fact.value.as_ref())));
        // A function literal around the place is longer than it was, and still the same.
        let around = expr.range.start < at && at < expr.range.end;
        let entry = lost[owner].get_or_insert(false);
        *entry |= !found && !around;
    }
    for state in lost.into_iter().flatten() {
        kept.of += 1;
        kept.kept += usize::from(!state);
    }
    kept
}

/// The innermost statement around each expression.
fn innermost(ast: &Ast) -> Vec<Option<usize>> {
    let mut stmts: Vec<usize> = (0..ast.stmts.len()).collect();
    stmts.sort_by_key(|i| (ast.stmts[*i].range.start, std::cmp::Reverse(ast.stmts[*i].range.end)));
    let mut exprs: Vec<usize> = (0..ast.exprs.len()).collect();
    exprs.sort_by_key(|i| ast.exprs[*i].range.start);
    let mut owners = vec![None; ast.exprs.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for i in exprs {
        let range = ast.exprs[i].range;
        while next < stmts.len() && ast.stmts[stmts[next]].range.start <= range.start {
            open.push(stmts[next]);
            next += 1;
        }
        while open.last().is_some_and(|s| ast.stmts[*s].range.end <= range.start && ast.stmts[*s].range.end < range.end) {
            open.pop();
        }
        owners[i] = open.iter().rev().find(|s| ast.stmts[**s].range.end >= range.end).copied();
    }
    owners
}
