//! States that no call need lead to: a function is added to each contract that fills its variables, every part as large as it is told to be, and the machine
//! runs it. Bounds are those of the contract as it is: they are claimed of any state that its types allow.

use std::collections::BTreeSet;
use std::fmt::Write;

use amigos_mir::query::OwnedProgram;
use amigos_mir::typequery::TypeView;
use amigos_types::ctx::TyCtx;
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};

/// The function's name.
pub const FILL: &str = "BoundsFill";
/// The file it stands in.
pub const FILE: &str = "bounds_fill.go";
/// References in references that are filled.
const MAX_DEPTH: u32 = 4;
/// What a package needs of statements at most.
const MAX_SITES: u32 = 400;

/// What stands in each file: `seed` says which parts are large, 0 that all are, and a negative one that numbers are, too.
const HELPERS: &str = r#"
func boundsPick(seed, site int) int {
	if seed <= 0 {
		return 2
	}
	return (seed*31 + site*17 + seed*site*7) % 4
}

func boundsCount(seed, site, n int) int {
	switch boundsPick(seed, site) {
	case 0:
		return 0
	case 1:
		return n/4 + 1
	}
	return n
}

func boundsText[T ~string](p *T, seed, site, i int, pad, who string) {
	digits := ""
	for n := i; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	switch boundsPick(seed, site) {
	case 0:
		return
	case 1:
		*p = T("x" + digits)
	default:
		if len(digits) < len(pad) {
			digits = pad[:len(pad)-len(digits)] + digits
		}
		*p = T(digits)
	}
}

func boundsAddress[T ~string](p *T, seed, site, i int, pad, who string) {
	if i == 0 && (seed+site)%4 != 3 {
		*p = T(who)
		return
	}
	boundsText(p, seed, site, i, pad, who)
}

func boundsInt[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](p *T, seed, site, i, n int) {
	if large := int64(-1) << 60; seed < 0 {
		*p = T(large)
		return
	}
	switch boundsPick(seed, site) {
	case 0:
		*p = 0
	case 1:
		*p = T(i)
	case 2:
		*p = T(n)
	default:
		*p = T(100 + i)
	}
}

func boundsBool[T ~bool](p *T, seed, site, i int) { *p = (seed+site+i)%2 == 0 }

func boundsSlice[T any](p *[]T, n int) { *p = make([]T, n) }

func boundsCut[T any](p *[]T, seed, site int) {
	n := len(*p)
	if n < 4 || boundsPick(seed, site+1) == 0 {
		return
	}
	switch (n + site + max(seed, 0)) % 4 {
	case 0:
		*p = (*p)[n/4 : n-n/4]
	case 1:
		*p = (*p)[:2]
	case 2:
		*p = (*p)[n/2-1 : n/2+1]
	}
}

func boundsNew[T any](p **T) { *p = new(T) }

func boundsMap[K comparable, V any](p *map[K]V) { *p = make(map[K]V) }

func boundsEntry[K comparable, V any](m map[K]V) (k K, v V) { return }
"#;

/// A file that fills the variables of a package; `None` if there is nothing to fill. Slices of elements of types that `may_be_cut` are cut at both ends.
pub fn source(program: &OwnedProgram, key: PkgKey, may_be_cut: &dyn Fn(Ty) -> bool) -> Option<String> {
    let package = amigos_mir::mir::Program::package(program, key)?;
    let mut filler = Filler { types: TypeView { ctx: program, facts: None }, key, may_be_cut, out: String::new(), sites: 0 };
    for global in &package.globals {
        // What an interface or a function holds is the package's own business.
        filler.fill(global.name.as_str(), global.ty, "0", 0, 1);
    }
    if filler.out.is_empty() {
        return None;
    }
    let name = program.package_name(key)?;
    let mut text = format!("package {name}\n{HELPERS}\n");
    let _ = writeln!(
        text,
        "func {FILL}(seed, n, m, width int, who string) {{\n\tpad := \"x\"\n\tfor len(pad) < width {{\n\t\tpad += pad\n\t}}\n\tpad = pad[:width]"
    );
    text.push_str(&filler.out);
    text.push_str("}\n");
    Some(text)
}

struct Filler<'a> {
    types: TypeView<'a>,
    key: PkgKey,
    may_be_cut: &'a dyn Fn(Ty) -> bool,
    out: String,
    sites: u32,
}

impl Filler<'_> {
    /// Statements that fill variable `x` of a type; `i` is the number of the element it is in, `lists` how many lists are around it.
    fn fill(&mut self, x: &str, ty: Ty, i: &str, lists: u32, depth: u32) {
        if depth > 2 * MAX_DEPTH || self.sites >= MAX_SITES {
            return;
        }
        self.sites += 1;
        let site = self.sites;
        let indent = "\t".repeat(depth as usize);
        let n = if lists == 0 { "n" } else { "m" };
        match self.types.core(ty).kind() {
            TyKind::Basic(Basic::String) => {
                let is_address = matches!(ty.canonical().kind(), TyKind::Named { key, .. } if key.name.as_str() == "Address");
                let how = if is_address { "Address" } else { "Text" };
                let _ = writeln!(self.out, "{indent}bounds{how}(&{x}, seed, {site}, {i}, pad, who)");
            }
            TyKind::Basic(Basic::Bool) => {
                let _ = writeln!(self.out, "{indent}boundsBool(&{x}, seed, {site}, {i})");
            }
            TyKind::Basic(b) if (Basic::Int..Basic::Uintptr).contains(b) => {
                let _ = writeln!(self.out, "{indent}boundsInt(&{x}, seed, {site}, {i}, {n})");
            }
            TyKind::Slice(elem) if lists < 3 => {
                let at = format!("i{site}");
                let _ = writeln!(
                    self.out,
                    "{indent}boundsSlice(&{x}, boundsCount(seed, {site}, {n}))\n{indent}for {at} := range {x} {{\n{indent}\t_ = {at}"
                );
                self.fill(&format!("{x}[{at}]"), *elem, &at, lists + 1, depth + 1);
                let _ = writeln!(self.out, "{indent}}}");
                if (self.may_be_cut)(*elem) {
                    let _ = writeln!(self.out, "{indent}boundsCut(&{x}, seed, {site})");
                }
            }
            TyKind::Map { key, value } if lists < 3 => {
                let (at, k, v) = (format!("i{site}"), format!("k{site}"), format!("v{site}"));
                let _ = writeln!(
                    self.out,
                    "{indent}boundsMap(&{x})\n{indent}for {at} := 0; {at} < boundsCount(seed, {site}, {n}); {at}++ {{\n{indent}\t{k}, {v} := boundsEntry({x})"
                );
                self.fill(&k, *key, &at, lists + 1, depth + 1);
                self.fill(&v, *value, &at, lists + 1, depth + 1);
                let _ = writeln!(self.out, "{indent}\t{x}[{k}] = {v}\n{indent}}}");
            }
            TyKind::Pointer(to) if depth <= MAX_DEPTH && self.is_open(*to) => {
                let _ = writeln!(self.out, "{indent}boundsNew(&{x})");
                self.fill(&format!("(*{x})"), *to, i, lists, depth + 1);
            }
            TyKind::Struct(fields) if self.is_open(ty) => {
                for f in fields.iter().filter(|f| !f.name.is_blank()) {
                    self.fill(&format!("{x}.{}", f.name), f.ty, i, lists, depth);
                }
            }
            TyKind::Array { elem, .. } => {
                let at = format!("i{site}");
                let _ = writeln!(self.out, "{indent}for {at} := range {x} {{\n{indent}\t_ = {at}");
                self.fill(&format!("{x}[{at}]"), *elem, &at, lists, depth + 1);
                let _ = writeln!(self.out, "{indent}}}");
            }
            _ => {}
        }
    }

    /// Whether the fields of a type can be written here.
    fn is_open(&self, ty: Ty) -> bool {
        match ty.canonical().kind() {
            TyKind::Named { key, .. } => key.pkg == Some(self.key),
            TyKind::Struct(_) => true,
            _ => true,
        }
    }
}

/// The packages whose state the bounds of a package speak of, its own among them.
pub fn named<'a>(own: PkgKey, bounds: impl Iterator<Item = &'a amigos_gas::Cost>) -> BTreeSet<PkgKey> {
    let mut out = BTreeSet::from([own]);
    for bound in bounds {
        out.extend(bound.atoms().filter_map(|a| match a.path()?.root {
            amigos_gas::Root::Global(pkg, _) => Some(pkg),
            amigos_gas::Root::Param(..) => None,
        }));
    }
    out
}
