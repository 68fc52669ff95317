//! Gas bounds of a package's exported functions, for the command line and `amigos.gas`.

use std::collections::BTreeMap;

use amigos_db::input::Root;
use amigos_db::query as q;
use amigos_gas::poly::Root as PathRoot;
use amigos_gas::{Atom, Cost, Poly, gas_summary};
use amigos_ide::{Analysis, Cancellable};
use amigos_syntax::Name;
use amigos_types::facts::InitKind;
use amigos_types::ty::PkgKey;
use serde_json::{Value, json};

use crate::render::call::short_package;
use crate::render::grouped;

/// Sizes and integers in live state: by package key and access path (`Posts`, `Posts[].Replies`).
pub type Sizes = BTreeMap<(String, String), u64>;

/// What is known of a function's gas.
#[derive(Clone, Debug)]
pub struct FunctionGas {
    /// The package's key.
    pub package: String,
    /// Its name: `F`, `T.M`.
    pub name: String,
    /// The bound, or why there is none.
    pub bound: Result<Cost, String>,
}

/// The exported functions and methods of a package, in source order.
pub fn functions(analysis: &Analysis, package: &str) -> Cancellable<Vec<FunctionGas>> {
    analysis.computing(|db| {
        let Some(owner) = Root::get(db).packages(db).get(&PkgKey(Name::new(package))).copied() else { return Vec::new() };
        let types = q::package_types(db, owner);
        let names = types.objects.iter().filter(|object| object.kind == InitKind::Func).map(|object| object.name);
        names
            .filter(|name| name.split('.').all(|part| Name::new(part).is_exported()))
            .map(|name| FunctionGas {
                package: package.to_owned(),
                name: name.to_string(),
                bound: match &gas_summary(db, owner, name).gas {
                    Ok(bound) => Ok(bound.cost.clone()),
                    Err(reason) => Err(reason.text.clone()),
                },
            })
            .collect()
    })
}

/// The bound at live sizes; `None` if something in it is not known.
pub fn at_live_sizes(bound: &Cost, sizes: &Sizes) -> Option<u64> {
    bound.evaluate(&|atom: &Atom| size_of(atom, sizes))
}

fn size_of(atom: &Atom, sizes: &Sizes) -> Option<u64> {
    // What a deep visit meets is not what a length says.
    let (Atom::Len(path) | Atom::Value(path)) = atom else { return None };
    let PathRoot::Global(package, _) = path.root else { return None };
    let key = package.0.as_str();
    let key = key.split(' ').next().unwrap_or(key);
    let size = |path: &str| sizes.get(&(key.to_owned(), path.to_owned())).copied();
    let path = path.to_string();
    // What is in an empty list has no size of its own.
    size(&path).or_else(|| path.match_indices("[]").any(|(at, _)| path.get(..at).and_then(size) == Some(0)).then_some(0))
}

/// The bound of one call: at live sizes, with the sizes of its arguments (Go literals) put in. `None` if something is not known.
pub fn bound_of_call(function: &FunctionGas, sizes: &Sizes, args: &[String]) -> Option<u64> {
    let cost = function.bound.as_ref().ok()?;
    // The receiver of a method is its parameter 0, and no literal.
    let first = usize::from(function.name.contains('.'));
    cost.evaluate(&|atom: &Atom| {
        let path = atom.path()?;
        match path.root {
            PathRoot::Param(index, _) if path.segs.is_empty() => {
                let literal = args.get((index as usize).checked_sub(first)?)?;
                literal_size(literal)
            }
            PathRoot::Param(..) => None,
            PathRoot::Global(..) => size_of(atom, sizes),
        }
    })
}

/// The length of a string literal in bytes, or the value of an integer literal.
fn literal_size(literal: &str) -> Option<u64> {
    let literal = literal.trim();
    if let Some(text) = literal.strip_prefix('`').and_then(|text| text.strip_suffix('`')) {
        return Some(text.len() as u64);
    }
    if let Some(text) = literal.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        // An escape is never shorter than what it stands for.
        return Some(text.len() as u64);
    }
    literal.parse::<i64>().ok().map(|number| u64::try_from(number).unwrap_or(0))
}

fn terms_to_json(way: &Poly) -> Value {
    let term = |(atoms, coefficient): (&Vec<Atom>, u64)| json!({ "coefficient": coefficient, "atoms": atoms.iter().map(|atom| atom.to_string()).collect::<Vec<_>>() });
    way.terms().map(term).collect()
}

/// The `--json` shape of one function: of its bound the ways, the largest of which counts, each with its terms.
pub fn to_json(function: &FunctionGas, sizes: &Sizes, height: Option<u64>) -> Value {
    let bound = match &function.bound {
        Ok(cost) => {
            let ways: Vec<Value> = cost.ways().iter().map(terms_to_json).collect();
            json!({ "text": cost.to_string(), "ways": ways, "reason": null })
        }
        Err(reason) => json!({ "text": null, "ways": [], "reason": reason }),
    };
    let live = function.bound.as_ref().ok().and_then(|cost| at_live_sizes(cost, sizes));
    json!({ "package": function.package, "name": function.name, "bound": bound, "live": live, "measured": null, "height": height })
}

/// All functions of one package in words.
pub fn to_text(package: &str, functions: &[FunctionGas], sizes: &Sizes, height: Option<u64>) -> String {
    let at = height.map(|height| format!(" · live at {}", grouped(height))).unwrap_or_default();
    let mut out = format!("{}{at}\n", short_package(package));
    if functions.is_empty() {
        out += "  no exported functions\n";
    }
    let width = functions.iter().map(|function| function.name.chars().count()).max().unwrap_or(0);
    for function in functions {
        let right = match &function.bound {
            Ok(cost) => match at_live_sizes(cost, sizes).filter(|_| !cost.is_constant()) {
                Some(live) => format!("≤ {cost}   ≤ {} live", grouped(live)),
                None => format!("≤ {cost}"),
            },
            Err(reason) => format!("no bound: {reason}"),
        };
        out += &format!("  {:<width$}  {right}\n", function.name);
    }
    out
}
