//! The natives: functions without a body, each with its cost class in a directive directly above it.
//!
//! `//amigos:native gas=base:20,len(s)+len(sep):1/4` charges `20 + ceil(len(s) * 1 / 4) + ceil(len(sep) * 1 / 4)` before the work is
//! done. The bytes of the result are charged besides, as for any allocation.

use std::sync::LazyLock;

/// How the units of a parameter are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// `len(x)`: bytes of a string, elements of a slice.
    Len,
    /// `walk(x)`, of `any` and `[]any`: what a deep visit of the value meets, one for each value and one for each byte of a string.
    Walk,
    /// `x`: the integer itself; a negative one counts as zero.
    Value,
}

/// A parameter that the price depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// How it is counted.
    pub count: Count,
    /// Its index among the parameters, the receiver first.
    pub parameter: u32,
}

/// Name and type of each parameter, as written.
pub type Parameters = Vec<(String, String)>;

/// A native function or method and its cost class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Native {
    /// Import path of its package.
    pub package: &'static str,
    /// Type name of the receiver, of methods.
    pub receiver: Option<String>,
    /// Name of the function or method.
    pub name: String,
    /// The receiver, if there is one, and the parameters.
    pub parameters: Parameters,
    /// Gas for any call.
    pub base: u64,
    /// Text of the unit expression; empty if the work does not depend on data.
    pub expression: String,
    /// What the expression names.
    pub units: Vec<Unit>,
    /// The rate in gas per unit is `num / den`; the charge for each parameter is rounded up.
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

    /// The parameters that count, by index, each with numerator and denominator of the rate.
    pub fn per_parameter(&self) -> Vec<(u32, u64, u64)> {
        self.units.iter().map(|u| (u.parameter, self.num, self.den)).collect()
    }

    /// Gas for `units` units of one parameter, without the base; saturates.
    pub fn variable_gas(&self, units: u64) -> u64 {
        let gas = (u128::from(units) * u128::from(self.num)).div_ceil(u128::from(self.den.max(1)));
        u64::try_from(gas).unwrap_or(u64::MAX)
    }

    /// The price as people read it: `20 + len(s)/4 + len(sep)/4`.
    pub fn price(&self) -> String {
        let mut text = self.base.to_string();
        for unit in self.expression.split('+').filter(|u| !u.is_empty()) {
            text += " + ";
            if self.num != 1 {
                text += &format!("{}·", self.num);
            }
            text += unit;
            if self.den != 1 {
                text += &format!("/{}", self.den);
            }
        }
        text
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

/// The native of a package by its full name, `F` or `T.M`.
pub fn native(package: &str, full_name: &str) -> Option<&'static Native> {
    let (receiver, name) = match full_name.split_once('.') {
        Some((receiver, name)) => (Some(receiver), name),
        None => (None, full_name),
    };
    natives().iter().find(|n| n.package == package && n.name == name && n.receiver.as_deref() == receiver)
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
                Some(d) => read(package, d, line).ok_or_else(|| format!("{}: directive `{d}` not understood", place())),
                None => Err(format!("{}: no body and no directive", place())),
            });
        } else if directive.take().is_some() {
            found.push(Err(format!("{}: a directive must stand directly above a function without body", place())));
        }
    }
    found
}

fn read(package: &'static str, directive: &str, line: &str) -> Option<Native> {
    let gas = directive.strip_prefix("gas=base:")?;
    let (base, expression, num, den) = match gas.split_once(',') {
        Some((base, rest)) => {
            let (expression, rate) = rest.rsplit_once(':')?;
            let (num, den) = rate.split_once('/')?;
            (base, expression, num.parse().ok()?, den.parse().ok().filter(|d| *d > 0)?)
        }
        None => (gas, "", 0, 1),
    };
    let (receiver, name, parameters) = declared(line)?;
    let units = expression.split('+').filter(|u| !u.is_empty()).map(|u| unit(u, &parameters)).collect::<Option<Vec<Unit>>>()?;
    Some(Native { package, receiver, name, parameters, base: base.parse().ok()?, expression: expression.to_string(), units, num, den })
}

fn unit(text: &str, parameters: &[(String, String)]) -> Option<Unit> {
    let (count, name) = if let Some(name) = text.strip_prefix("len(").and_then(|t| t.strip_suffix(')')) {
        (Count::Len, name)
    } else if let Some(name) = text.strip_prefix("walk(").and_then(|t| t.strip_suffix(')')) {
        (Count::Walk, name)
    } else {
        (Count::Value, text)
    };
    let index = parameters.iter().position(|(n, _)| n == name)?;
    let of_any = matches!(parameters.get(index)?.1.as_str(), "any" | "[]any" | "...any");
    (of_any == (count == Count::Walk)).then_some(Unit { count, parameter: u32::try_from(index).ok()? })
}

/// Receiver type, name and parameters in the first line of a function declaration.
fn declared(line: &str) -> Option<(Option<String>, String, Parameters)> {
    let mut parameters = Vec::new();
    let mut rest = line.strip_prefix("func ")?;
    let mut receiver = None;
    if let Some(with_receiver) = rest.strip_prefix('(') {
        let (inside, after) = with_receiver.split_once(") ")?;
        let (name, of) = inside.split_once(' ')?;
        parameters.push((name.to_string(), of.to_string()));
        receiver = Some(of.trim_start_matches('*').to_string());
        rest = after;
    }
    let (name, rest) = rest.split_once('(')?;
    let (inside, _) = rest.split_once(')')?;
    let mut of = "";
    let mut own = Vec::new();
    for parameter in inside.rsplit(", ").filter(|p| !p.is_empty()) {
        let (name, ty) = parameter.split_once(' ').unwrap_or((parameter, of));
        of = ty;
        own.push((name.to_string(), ty.to_string()));
    }
    parameters.extend(own.into_iter().rev());
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| (receiver, name.to_string(), parameters))
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
        for n in natives() {
            assert_eq!(native(n.package, &n.full_name()), Some(n));
        }
    }

    #[test]
    fn parameters_and_prices_are_read() {
        let n = read("p", "gas=base:20,len(s)+len(t)+n:1/4", "func (x *T) F(s, t string, n int, a []any) (i, j int)").expect("it parses");
        assert_eq!(n.full_name(), "T.F");
        let names: Vec<String> = n.parameters.iter().map(|(name, ty)| format!("{name} {ty}")).collect();
        assert_eq!(names, ["x *T", "s string", "t string", "n int", "a []any"]);
        assert_eq!(n.per_parameter(), [(1, 1, 4), (2, 1, 4), (3, 1, 4)]);
        assert_eq!(n.price(), "20 + len(s)/4 + len(t)/4 + n/4");
        assert_eq!([0, 1, 4, 5].map(|units| n.variable_gas(units)), [0, 1, 1, 2]);
        assert_eq!(n.variable_gas(u64::MAX), u64::MAX / 4 + 1);
        let dear = read("p", "gas=base:1,n:9/1", "func F(n int)").expect("it parses");
        assert_eq!(dear.variable_gas(u64::MAX), u64::MAX);
        assert_eq!(dear.price(), "1 + 9·n");
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        let problems = |text: &'static str| scan("p", text).into_iter().filter_map(Result::err).count();
        assert_eq!(problems("func F()\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1\nfunc F() {\n}\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1\n\nfunc F()\n"), 2);
        assert_eq!(problems("//amigos:native gas=base:1,len(s):1/0\nfunc F(s string)\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1,len(t):1/2\nfunc F(s string)\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1,len(a):1/2\nfunc F(a []any)\n"), 1);
        assert_eq!(problems("//amigos:native gas=base:1,walk(a):1/2\nfunc F(a []any)\n"), 0);
        assert_eq!(problems("//amigos:native gas=base:1\nfunc F()\n"), 0);
    }
}
