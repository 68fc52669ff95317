//! Natives of the standard library: their price is the cost class of their declaration; what they return has a size where it is easily said.

use amigos_std::{Count, Native};
use amigos_syntax::Name;

use crate::poly::{Atom, Path, Poly, Root};
use crate::summary::{Bound, Summary};
use crate::value::Shape;

/// The summary of a native. One that visits a value deeply (`fmt`) costs what the value holds, for which there is no name here: it has no bound.
pub(crate) fn summary(native: &Native) -> Summary {
    let path = |parameter: u32| {
        let name = native.parameters.get(parameter as usize).map_or("x", |(name, _)| name.as_str());
        Path { root: Root::Param(parameter, Name::new(name)), segs: vec![] }
    };
    let mut cost = Poly::constant(native.base);
    for unit in &native.units {
        let units = match unit.count {
            Count::Len => Poly::len(path(unit.parameter)),
            Count::Value => Poly::atom(Atom::Value(path(unit.parameter))),
            Count::Walk => return Summary::unbounded(format!("`{}.{}` visits all of a value", native.package, native.full_name())),
        };
        // Each unit is rounded up on its own.
        let part = units.scaled(native.num, native.den).and_then(|p| p.plus(&Poly::constant(1)));
        match part.and_then(|p| cost.plus(&p)) {
            Ok(sum) => cost = sum,
            Err(_) => return Summary::unbounded("its bound is too large to be of use"),
        }
    }
    let (result, times) = result_size(native);
    let shape = match result {
        ResultSize::Unknown => Shape::unknown(),
        ResultSize::Constant(n) => Shape::constant(n),
        ResultSize::LenOf(parameter) => Poly::len(path(parameter)).scaled(times, 1).map_or_else(|_| Shape::unknown(), Shape::of_size),
    };
    // The result is allocated besides.
    if let Some(size) = &shape.size
        && let Ok(sum) = cost.plus(size)
    {
        cost = sum;
    }
    Summary { gas: Ok(Bound { cost, parts: vec![] }), results: vec![shape] }
}

enum ResultSize {
    Unknown,
    Constant(u64),
    LenOf(u32),
}

/// The size of a native's first result, and how many bytes one unit can become.
fn result_size(native: &Native) -> (ResultSize, u64) {
    match (native.package, native.full_name().as_str()) {
        ("strings", "TrimSpace" | "Trim" | "TrimLeft" | "TrimRight" | "TrimPrefix" | "TrimSuffix" | "Fields" | "Clone") => {
            (ResultSize::LenOf(0), 1)
        }
        // A letter takes at most three bytes more in the other case.
        ("strings", "ToUpper" | "ToLower" | "ToTitle" | "Title") => (ResultSize::LenOf(0), 3),
        ("strings", "Index" | "IndexByte" | "LastIndex" | "Count" | "IndexRune" | "IndexAny") => (ResultSize::LenOf(0), 1),
        ("strconv", "Itoa") => (ResultSize::Constant(20), 1),
        ("strconv", "FormatInt" | "FormatUint") => (ResultSize::Constant(65), 1),
        ("strconv", "FormatBool") => (ResultSize::Constant(5), 1),
        ("strconv", "Quote") => (ResultSize::LenOf(0), 10),
        ("amigos/cid", "Sum") => (ResultSize::Constant(64), 1),
        ("unicode/utf8", "RuneCountInString" | "RuneCount") => (ResultSize::LenOf(0), 1),
        _ => (ResultSize::Unknown, 1),
    }
}
