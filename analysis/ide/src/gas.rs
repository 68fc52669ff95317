//! Gas bounds and effects of functions, as an editor shows them: the table of a hover, the hint at the end of a line.

use std::fmt::Write;
use std::sync::Arc;

use amigos_db::query as q;
use amigos_gas::poly::grouped;
use amigos_gas::{Atom, Bound, Cost, Live, Poly, Reached, Root};
use amigos_mir::gas::BLOCK_GAS;
use amigos_rules::authority::Who;
use amigos_rules::effects::Effects;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

use crate::analysis::View;
use crate::data::PackageFacts;
use crate::hover::base_key;
use crate::locate::package;

/// The width of the left part of a line whose right part says what the number is.
const COLUMN: usize = 58;
/// A gas hint longer than this is shortened, in characters.
const HINT_WIDTH: usize = 44;
/// A function that takes more than this part of a block at today's sizes is worth a hint: one in twenty.
const IMPORTANT_PART: u64 = 20;
/// The size assumed for what is not known, to find the largest term.
const ASSUMED_SIZE: u64 = 1000;

/// What the network says of sizes, for all packages.
pub(crate) struct Sizes<'a> {
    pub view: View<'a>,
}

impl Sizes<'_> {
    fn facts(&self, pkg: PkgKey) -> Option<Arc<PackageFacts>> {
        self.view.network_facts(PkgKey(Name::new(base_key(pkg))))
    }

    pub fn of(&self, atom: &Atom) -> Option<u64> {
        let (Atom::Len(path) | Atom::Value(path)) = atom else { return None };
        let Root::Global(pkg, _) = path.root else { return None };
        let facts = self.facts(pkg)?;
        let text = path.to_string();
        facts.sizes.iter().find(|(p, _)| **p == *text).map(|(_, n)| *n)
    }

    /// The bound at today's sizes, if all of them are known and it depends on any.
    fn live(&self, cost: &Cost) -> Option<Live> {
        if !cost.mentions(&is_global) {
            return None;
        }
        amigos_gas::at_live_sizes(cost, BLOCK_GAS, &|atom| self.of(atom))
    }

    /// The bound with everything put in that is known; whether anything was.
    fn put_in(&self, cost: &Cost) -> (Cost, bool) {
        let mut known = false;
        let put_in = cost.put_in(&mut |atom| {
            let size = self.of(atom);
            known |= size.is_some();
            size.map_or_else(|| Poly::atom(atom.clone()), Poly::constant)
        });
        (put_in, known)
    }
}

fn is_global(atom: &Atom) -> bool {
    matches!(atom.path().map(|p| p.root), Some(Root::Global(..)))
}

/// `0.3 % of a block`, if it is worth saying.
fn part_of_block(gas: u64) -> Option<String> {
    let mille = u128::from(gas) * 1000 / u128::from(BLOCK_GAS);
    match mille {
        0 => None,
        1..1000 => Some(format!("{}.{} % of a block", mille / 10, mille % 10)),
        _ => Some("more than a block".to_owned()),
    }
}

/// `28749` → `28.7k`, rounded up: it is a bound.
pub(crate) fn short(gas: u64) -> String {
    let scaled = |unit: u64, letter: char| {
        let tenths = gas.div_ceil(unit / 10);
        if tenths.is_multiple_of(10) { format!("{}{letter}", tenths / 10) } else { format!("{}.{}{letter}", tenths / 10, tenths % 10) }
    };
    match gas {
        0..1_000 => gas.to_string(),
        1_000..999_901 => scaled(1_000, 'k'),
        999_901..999_900_001 => scaled(1_000_000, 'M'),
        _ => scaled(1_000_000_000, 'G'),
    }
}

fn row(out: &mut String, label: &str, value: &str, what: &str) {
    let left = format!("{label:<8}{value}");
    let gap = COLUMN.saturating_sub(left.chars().count()).max(2);
    let _ = writeln!(out, "{left}{:gap$}{what}", "");
}

/// The table of a function's hover (ux.md): gas, effects, who can call it.
pub(crate) fn table(view: View<'_>, pkg: PkgKey, name: Name) -> String {
    let db = view.db;
    let Some(owner) = package(db, pkg) else { return String::new() };
    let mut out = String::new();
    let summary = amigos_gas::gas_summary(db, owner, name);
    let facts = Sizes { view }.facts(pkg);
    match &summary.gas {
        Ok(bound) => bound_rows(view, pkg, name, bound, &mut out),
        Err(reason) => {
            let line = line_of(view, pkg, name, reason.span.start).map(|l| format!(" (line {l})")).unwrap_or_default();
            let _ = writeln!(out, "gas     no bound: {}{line}", reason.text);
        }
    }
    if let Some(facts) = facts
        && let Some((_, gas)) = facts.measured.iter().find(|(n, _)| **n == *name.as_str())
    {
        let value = format!("{} for the last simulation", grouped(*gas));
        row(&mut out, "", &value, &format!("measured at {}", grouped(facts.height)));
    }
    out.push_str(&effects_rows(view, pkg, name));
    out.trim_end().to_owned()
}

fn bound_rows(view: View<'_>, pkg: PkgKey, name: Name, bound: &Bound, out: &mut String) {
    let sizes = Sizes { view };
    let constant = bound.cost.is_constant();
    let part = if constant { part_of_block(bound.cost.constant_part()) } else { None };
    let what = part.map_or("bound".to_owned(), |p| format!("bound · {p}"));
    row(out, "gas", &format!("≤ {}", bound.cost), &what);
    let (now, known) = sizes.put_in(&bound.cost);
    if known {
        let part = if now.is_constant() { part_of_block(now.constant_part()) } else { None };
        let what = part.map_or("live".to_owned(), |p| format!("live · {p}"));
        row(out, "", &format!("≤ {now} at today's sizes"), &what);
    }
    if let Some(Reached { path, now, at }) = sizes.live(&bound.cost).and_then(|live| live.reached) {
        let reached = if at <= now { "is over the block gas limit since" } else { "reaches the block gas limit at" };
        let _ = writeln!(out, "        {reached} {} `{path}`, there are {}", grouped(at), grouped(now));
    }
    arm_rows(view, pkg, name, &bound.cost, out);
    if constant {
        return;
    }
    let size = |atom: &Atom| Some(sizes.of(atom).unwrap_or(ASSUMED_SIZE));
    let mut parts: Vec<_> = bound.parts.iter().filter(|p| !p.cost.is_constant()).collect();
    parts.sort_by_key(|p| std::cmp::Reverse(p.cost.evaluate(&size)));
    for (i, part) in parts.iter().take(3).enumerate() {
        let label = if i == 0 { "largest term: " } else { "then: " };
        let line = line_of(view, pkg, name, part.span.start).map(|l| format!("line {l}, ")).unwrap_or_default();
        let code = code_at(view, pkg, name, part.span);
        let _ = writeln!(out, "        {label}{}  {line}`{code}`", part.cost);
    }
}

/// The bounds of the arms of a choice, where they are not all the same.
fn arm_rows(view: View<'_>, pkg: PkgKey, name: Name, whole: &Cost, out: &mut String) {
    const SHOWN: usize = 8;
    let Some(owner) = package(view.db, pkg) else { return };
    let arms = amigos_gas::arm_bounds(view.db, owner, name);
    if arms.iter().all(|arm| arm.gas.as_ref().is_ok_and(|cost| cost == whole)) {
        return;
    }
    for arm in arms.iter().take(SHOWN) {
        let line = line_of(view, pkg, name, arm.span.start).map(|l| format!("line {l}, ")).unwrap_or_default();
        let code = code_at(view, pkg, name, arm.span);
        let bound = arm.gas.as_ref().map_or_else(|reason| format!("no bound: {}", reason.text), |cost| format!("≤ {}", brief(cost)));
        let _ = writeln!(out, "        through {line}`{code}`: {bound}");
    }
    if arms.len() > SHOWN {
        let _ = writeln!(out, "        and {} more ways", arms.len() - SHOWN);
    }
}

fn decl_of<'db>(view: View<'db>, pkg: PkgKey, name: Name) -> Option<q::Decl<'db>> {
    amigos_gas::summary::declaration(view.db, package(view.db, pkg)?, pkg, name)
}

/// The line in its file, from 1, of an offset in a function's declaration.
fn line_of(view: View<'_>, pkg: PkgKey, name: Name, offset: u32) -> Option<usize> {
    let decl = decl_of(view, pkg, name)?;
    let text = decl.file(view.db).text(view.db);
    let before = text.get(..(decl.start(view.db) + offset) as usize)?;
    Some(before.matches('\n').count() + 1)
}

/// The code at a span, on one line and not too long.
fn code_at(view: View<'_>, pkg: PkgKey, name: Name, span: amigos_syntax::TextRange) -> String {
    let Some(decl) = decl_of(view, pkg, name) else { return String::new() };
    let text = crate::locate::text_of(view.db, decl, span);
    let line = text.lines().next().unwrap_or("").trim_end_matches(['{', ' ']);
    let mut code: String = line.chars().take(40).collect();
    if code.len() < line.len() {
        code.push('…');
    }
    code.replace('`', "'")
}

fn effects_rows(view: View<'_>, pkg: PkgKey, name: Name) -> String {
    let Some(owner) = package(view.db, pkg) else { return String::new() };
    if !crate::locate::is_contract(view.db, owner) {
        return String::new();
    }
    let effects = amigos_rules::effects::effects(view.db, owner, name);
    let mut parts = Vec::new();
    let globals = |of: &std::collections::BTreeSet<amigos_mir::mir::GlobalKey>| {
        let names: Vec<String> = of.iter().map(|g| global_name(view, pkg, *g)).collect();
        listed(&names)
    };
    let Effects { writes, reads, emits, sends, calls_out, .. } = &*effects;
    if !writes.is_empty() {
        parts.push(format!("writes {}", globals(writes)));
    }
    let only_read = reads.difference(writes).copied().collect();
    if !reads.is_subset(writes) {
        parts.push(format!("reads {}", globals(&only_read)));
    }
    if !emits.is_empty() {
        parts.push(format!("emits {}", listed(&emits.iter().map(|e| format!("`{e}`")).collect::<Vec<_>>())));
    }
    if *sends {
        parts.push("sends coins".to_owned());
    }
    if !calls_out.is_empty() {
        parts.push(format!("calls {}", listed(&calls_out.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>())));
    }
    let mut out = String::new();
    let _ = writeln!(out, "effects {}", if parts.is_empty() { "none".to_owned() } else { parts.join(" · ") });
    let method = name.split_once('.').map_or(name, |(_, m)| Name::new(m));
    let matters = !(effects.checks_sender.is_empty() && writes.is_empty() && emits.is_empty() && !*sends);
    if method.is_exported() && matters {
        out += &caller_row(view, pkg, name);
    }
    out
}

/// The row of a table that says who can call a function of a contract.
pub(crate) fn caller_row(view: View<'_>, pkg: PkgKey, name: Name) -> String {
    let Some(owner) = package(view.db, pkg).filter(|owner| crate::locate::is_contract(view.db, *owner)) else { return String::new() };
    match &*amigos_rules::authority::who(view.db, owner, name) {
        Who::NoEffect => String::new(),
        Who::Anyone => "caller  anyone; `msg.Sender` is an account or a package\n".to_owned(),
        who => format!("caller  {}\n", who.text()),
    }
}

/// A list that stays short.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut out = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        let _ = write!(out, " and {} more", names.len() - SHOWN);
    }
    out
}

fn global_name(view: View<'_>, here: PkgKey, global: amigos_mir::mir::GlobalKey) -> String {
    if base_key(global.pkg) == base_key(here) {
        return format!("`{}`", global.name);
    }
    let name = package(view.db, global.pkg).map_or(Name::new("?"), |p| q::package_name(view.db, p));
    format!("`{name}.{}`", global.name)
}

/// Whether the gas of a call is worth a word (gas.md): it grows with state, or is much of a block.
pub(crate) fn matters(cost: &Cost) -> bool {
    cost.mentions(&is_global) || cost.is_constant() && cost.constant_part() >= BLOCK_GAS / IMPORTANT_PART
}

/// The hint behind the line that opens a function: the text, and, where it is wanted, the whole bound as a tooltip.
pub(crate) fn hint(view: View<'_>, cost: &Cost, tooltip: bool) -> (String, String) {
    let sizes = Sizes { view };
    let (now, known) = sizes.put_in(cost);
    let reached = sizes.live(cost).and_then(|live| live.reached);
    let mut text = format!("gas ≤ {}", brief(&now));
    if known && now.is_constant() {
        text.push_str(" now");
        if let Some(Reached { path, now, .. }) = &reached {
            let _ = write!(text, " ({} {path})", grouped(*now));
        }
    }
    if !tooltip {
        return (text, String::new());
    }
    let mut tooltip = format!("gas ≤ {cost}");
    if known {
        let _ = write!(tooltip, "\n\n≤ {now} at today's sizes");
    }
    if let Some(Reached { path, now, at }) = &reached {
        let _ = write!(tooltip, "\n\nthe block gas limit is reached at {} {path} (now {})", grouped(*at), grouped(*now));
    }
    (text, tooltip)
}

/// What a part of a function contributes, short.
pub(crate) fn part_hint(view: View<'_>, cost: &Poly) -> String {
    format!("≤ {}", brief(&Sizes { view }.put_in(&cost.clone().into()).0))
}

/// A bound in few characters: the number if it is one, else the terms of its dearest way, the constant first, as many as there is room for; and that there are
/// other ways.
fn brief(cost: &Cost) -> String {
    if cost.is_constant() {
        return short(cost.constant_part());
    }
    match cost.ways() {
        [one] => brief_way(one),
        ways => format!("max({}, …)", ways.first().map(brief_way).unwrap_or_default()),
    }
}

fn brief_way(way: &Poly) -> String {
    let mut out = String::new();
    for (monomial, coefficient) in way.terms() {
        let mut term = if monomial.is_empty() || coefficient != 1 { vec![short(coefficient)] } else { vec![] };
        term.extend(monomial.iter().map(Atom::to_string));
        let term = term.join("·");
        if !out.is_empty() && out.chars().count() + term.chars().count() + 3 > HINT_WIDTH {
            out.push_str(" + …");
            break;
        }
        if !out.is_empty() {
            out.push_str(" + ");
        }
        out.push_str(&term);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn short_numbers_are_rounded_up() {
        let all = [0, 999, 1_000, 1_001, 28_700, 28_701, 999_900, 999_901, 1_000_000, 12_345_678, 3_000_000_000].map(short);
        assert_eq!(all.join(" "), "0 999 1k 1.1k 28.7k 28.8k 999.9k 1M 1M 12.4M 3G");
    }
}
