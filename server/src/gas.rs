//! Gas bounds of a package's exported functions, for the command line and `amigos.gas`.

use std::collections::BTreeMap;

use amigos_db::input::Root;
use amigos_db::query as q;
use amigos_gas::poly::Root as PathRoot;
use amigos_gas::{Atom, Poly, gas_summary};
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
    pub bound: Result<Poly, String>,
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
pub fn at_live_sizes(bound: &Poly, sizes: &Sizes) -> Option<u64> {
    bound.evaluate(&|atom: &Atom| {
        let path = atom.path()?;
        let PathRoot::Global(package, _) = path.root else { return None };
        let key = package.0.as_str();
        let key = key.split(' ').next().unwrap_or(key);
        let size = |path: &str| sizes.get(&(key.to_owned(), path.to_owned())).copied();
        let path = path.to_string();
        // What is in an empty list has no size of its own.
        size(&path).or_else(|| path.match_indices("[]").any(|(at, _)| path.get(..at).and_then(size) == Some(0)).then_some(0))
    })
}

/// The `--json` shape of one function.
pub fn to_json(function: &FunctionGas, sizes: &Sizes, height: Option<u64>) -> Value {
    let bound = match &function.bound {
        Ok(cost) => {
            let terms: Vec<Value> = cost
                .terms()
                .map(|(atoms, coefficient)| json!({ "coefficient": coefficient, "atoms": atoms.iter().map(|atom| atom.to_string()).collect::<Vec<_>>() }))
                .collect();
            json!({ "text": cost.to_string(), "terms": terms, "reason": null })
        }
        Err(reason) => json!({ "text": null, "terms": [], "reason": reason }),
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
