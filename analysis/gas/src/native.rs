//! Natives of the standard library: their price is the cost class of their declaration; what they return has a size where it is easily said.

use amigos_mir::gas::ALLOC;
use amigos_std::{Count, Native};
use amigos_syntax::Name;

use crate::poly::{Atom, Path, Poly, Root};
use crate::summary::{Bound, Summary};
use crate::value::Shape;

/// The summary of a native; `allocates` says whether it returns something that lies in memory.
pub(crate) fn summary(native: &Native, allocates: bool) -> Summary {
    let path = |parameter: u32| {
        let name = native.parameters.get(parameter as usize).map_or("x", |(name, _)| name.as_str());
        Path { root: Root::Param(parameter, Name::new(name)), segs: vec![] }
    };
    let mut cost = Poly::constant(native.base);
    for unit in &native.units {
        let units = match unit.count {
            Count::Len => Poly::len(path(unit.parameter)),
            Count::Value => Poly::atom(Atom::Value(path(unit.parameter))),
            Count::Walk => Poly::atom(Atom::Walk(path(unit.parameter))),
        };
        // Each unit is rounded up on its own.
        let part = units.scaled(native.num, native.den).and_then(|p| p.plus(&Poly::constant(1)));
        match part.and_then(|p| cost.plus(&p)) {
            Ok(sum) => cost = sum,
            Err(_) => return Summary::unbounded("its bound is too large to be of use"),
        }
    }
    let size = match result_size(native) {
        ResultSize::Unknown => None,
        ResultSize::Constant(n) => Some(Poly::constant(n)),
        ResultSize::LenOf(parameter, times) => Poly::len(path(parameter)).scaled(times, 1).ok(),
    };
    // What is returned is allocated besides.
    match &size {
        Some(size) if allocates => {
            match size.scaled(ALLOC.num, ALLOC.den).and_then(|p| p.plus(&Poly::constant(8))).and_then(|p| cost.plus(&p)) {
                Ok(sum) => cost = sum,
                Err(_) => return Summary::unbounded("its bound is too large to be of use"),
            }
        }
        None if allocates => {
            return Summary::unbounded(format!("the size of what `{}.{}` returns is not known", native.package, native.full_name()));
        }
        _ => {}
    }
    Summary { gas: Ok(Bound { cost, parts: vec![] }), results: vec![size.map_or_else(Shape::unknown, Shape::of_size)] }
}

enum ResultSize {
    Unknown,
    Constant(u64),
    /// So many times the length of a parameter.
    LenOf(u32, u64),
}

/// The size of a native's first result.
fn result_size(native: &Native) -> ResultSize {
    match (native.package, native.full_name().as_str()) {
        // A letter takes at most three times as many bytes in the other case.
        ("strings" | "bytes", "ToUpper" | "ToLower") => ResultSize::LenOf(0, 3),
        ("strings" | "bytes", "Index" | "IndexByte" | "LastIndex" | "Count") => ResultSize::LenOf(0, 1),
        ("strconv", "formatBits") => ResultSize::Constant(65),
        // `\\U0010ffff` for four bytes, and quotes: ten for one byte is more than enough.
        ("strconv", "Quote" | "QuoteToASCII" | "unquote") => ResultSize::LenOf(0, 10),
        ("strconv", "QuoteRune" | "QuoteRuneToASCII") => ResultSize::Constant(12),
        ("amigos/cid", "Sum") => ResultSize::Constant(64),
        ("crypto/sha256", "sum") => ResultSize::Constant(32),
        ("amigos", "Self") => ResultSize::Constant(64),
        ("amigos", "treeKind") => ResultSize::Constant(16),
        ("unicode/utf8", "RuneCountInString" | "RuneCount") => ResultSize::LenOf(0, 1),
        _ => ResultSize::Unknown,
    }
}
