//! The natives: functions without a body, each with its cost class in a directive directly above it.
//!
//! `//amigos:native gas=base:20,len(s)+len(sep):1/4` charges `20 + ceil((len(s) + len(sep)) * 1 / 4)` before the work is done. The
//! bytes of the result are charged besides, as for any allocation.

use std::sync::LazyLock;

/// A factor of a unit expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Factor {
    /// `len(x)`: bytes of a string, elements of a slice, entries of a map.
    Len(String),
    /// `walk(x)`: what a deep visit of the value meets, one for each value and one for each byte of a string.
    Walk(String),
    /// `x`: an integer parameter; a negative one counts as zero.
    Value(String),
}

/// A product of factors.
pub type Term = Vec<Factor>;

/// A native function or method and its cost class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Native {
    /// Import path of its package.
    pub package: &'static str,
    /// Type name of the receiver, of methods.
    pub receiver: Option<String>,
    /// Name of the function or method.
    pub name: String,
    /// Gas for any call.
    pub base: u64,
    /// Text of the unit expression; empty if the work does not depend on data.
    pub units: String,
    /// The unit expression: a sum of products.
    pub terms: Vec<Term>,
    /// The rate in gas per unit is `num / den`, and the charge is rounded up.
    pub num: u64,
    /// See `num`; never zero.
    pub den: u64,
}

impl Native {
    /// `Name` or `Type.Name`.
    pub fn full_name(&self) -> String {
        match &self.receiver {
            Some(receiver) => format!("{receiver}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Gas for a call with this many units; saturates.
    pub fn gas(&self, units: u64) -> u64 {
        let variable = (u128::from(units) * u128::from(self.num)).div_ceil(u128::from(self.den.max(1)));
        self.base.saturating_add(u64::try_from(variable).unwrap_or(u64::MAX))
    }
}

/// All natives, by package, file and place in the file.
pub fn natives() -> &'static [Native] {
    static NATIVES: LazyLock<Vec<Native>> = LazyLock::new(|| {
        let mut all = Vec::new();
        for package in crate::packages() {
            for (_, text) in package.files {
                all.extend(scan(package.path, text).into_iter().filter_map(Result::ok));
            }
        }
        all
    });
    &NATIVES
}

const DIRECTIVE: &str = "//amigos:native ";

/// Finds directives and body-less functions in a file; an error says what does not fit together.
fn scan(package: &'static str, text: &str) -> Vec<Result<Native, String>> {
    let mut found = Vec::new();
    let mut directive: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        let place = || format!("{package}: line {}: `{line}`", number + 1);
        if let Some(rest) = line.strip_prefix(DIRECTIVE) {
            if directive.is_some() {
                found.push(Err(format!("{}: second directive", place())));
            }
            directive = Some(rest);
        } else if line.starts_with("func ") && !line.ends_with('{') && !line.ends_with('}') {
            found.push(match directive.take() {
                Some(d) => native(package, d, line).ok_or_else(|| format!("{}: directive `{d}` not understood", place())),
                None => Err(format!("{}: no body and no directive", place())),
            });
        } else if directive.take().is_some() {
            found.push(Err(format!("{}: a directive must stand directly above a function without body", place())));
        }
    }
    found
}

fn native(package: &'static str, directive: &str, line: &str) -> Option<Native> {
    let (base, rest) = match directive.strip_prefix("gas=base:")?.split_once(',') {
        Some((base, rest)) => (base, Some(rest)),
        None => (directive.strip_prefix("gas=base:")?, None),
    };
    let (units, num, den) = match rest {
        Some(rest) => {
            let (units, rate) = rest.rsplit_once(':')?;
            let (num, den) = rate.split_once('/')?;
            (units, num.parse().ok()?, den.parse().ok().filter(|d| *d > 0)?)
        }
        None => ("", 0, 1),
    };
    let (receiver, name) = declared(line)?;
    let mut terms = Vec::new();
    for term in units.split('+').filter(|t| !t.is_empty()) {
        terms.push(term.split('*').map(factor).collect::<Option<Term>>()?);
    }
    Some(Native { package, receiver, name, base: base.parse().ok()?, units: units.to_string(), terms, num, den })
}

fn factor(text: &str) -> Option<Factor> {
    let inner = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix(')').filter(|n| is_name(n)).map(str::to_string);
    if let Some(name) = inner("len(") {
        Some(Factor::Len(name))
    } else if let Some(name) = inner("walk(") {
        Some(Factor::Walk(name))
    } else {
        is_name(text).then(|| Factor::Value(text.to_string()))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Receiver type and name in the first line of a function declaration.
fn declared(line: &str) -> Option<(Option<String>, String)> {
    let rest = line.strip_prefix("func ")?;
    let (receiver, rest) = match rest.strip_prefix('(') {
        Some(rest) => {
            let (inside, rest) = rest.split_once(") ")?;
            let of = inside.rsplit(' ').next()?.trim_start_matches('*');
            (Some(of.to_string()), rest)
        }
        None => (None, rest),
    };
    let name = rest.split(['(', '[']).next()?;
    is_name(name).then(|| (receiver, name.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_function_without_body_has_one_directive_that_is_understood() {
        let mut names = HashSet::new();
        for package in crate::packages() {
            for (file, text) in package.files {
                for found in scan(package.path, text) {
                    match found {
                        Ok(n) => assert!(names.insert((n.package, n.full_name())), "{} twice", n.full_name()),
                        Err(problem) => panic!("{file}: {problem}"),
                    }
                }
            }
        }
        assert_eq!(names.len(), natives().len());
        assert!(natives().len() > 40, "{}", natives().len());
    }

    #[test]
    fn units_name_parameters() {
        for package in crate::packages() {
            for (_, text) in package.files {
                for line in text.lines().filter(|l| l.starts_with("func ")) {
                    let Some((receiver, name)) = declared(line) else { continue };
                    let found = natives().iter().find(|n| n.package == package.path && n.receiver == receiver && n.name == name);
                    for factor in found.into_iter().flat_map(|n| n.terms.iter().flatten()) {
                        let (Factor::Len(of) | Factor::Walk(of) | Factor::Value(of)) = factor;
                        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
                        assert!(words.contains(&of.as_str()), "{}: `{of}` is no parameter of {line}", package.path);
                    }
                }
            }
        }
    }

    #[test]
    fn charges_round_up_and_saturate() {
        let n = native("p", "gas=base:20,len(s)+n*len(t):1/4", "func (x *T) F(s, t string, n int) int").expect("it parses");
        assert_eq!(n.full_name(), "T.F");
        assert_eq!(n.terms.len(), 2);
        assert_eq!((n.gas(0), n.gas(1), n.gas(4), n.gas(5)), (20, 21, 21, 22));
        assert_eq!(n.gas(u64::MAX), 20 + (u64::MAX / 4 + 1));
        let dear = native("p", "gas=base:1,n:9/1", "func F(n int)").expect("it parses");
        assert_eq!(dear.gas(u64::MAX), u64::MAX);
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        let problems = |text: &'static str| scan("p", text).into_iter().filter_map(Result::err).count();
        assert_eq!(problems("func F()\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1\nfunc F() {\n}\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1\n\nfunc F()\n"), 2);
        assert_eq!(problems("//amigos:native gas=base:1,len(s):1/0\nfunc F(s string)\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1\nfunc F()\n"), 0);
    }
}
