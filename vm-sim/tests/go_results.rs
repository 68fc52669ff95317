//! The natives' pure functions against results of Go. Columns are separated by tabs; texts stand as Go literals. The kinds of lines:
//!
//! - `fmt`: mode (as in `std/fmt/fmt.go`), format, operands (see [`Reader`]), text
//! - `float`: bits of a float, verb, precision, bit size, text
//! - `parse`: text, bit size, bits of the float (or `nan`), or `syntax`, or `range` and bits
//! - `text`: function, one or two arguments, result
//! - `unicode`: function, SHA-256 of its results for all characters
//! - `math1`, `math2`, `ldexp`: function, bits of arguments, bits of the result

use std::rc::Rc;

use amigos_vm::pure::fmt::{Answer, Data, Field, List, Methods, Mode, TypeNumber, Types, Value, Way, operands, render};
use amigos_vm::pure::quote::{Plain, can_backquote, quote, quote_rune, unquote};
use amigos_vm::pure::scan::{Problem, parse_float};
use amigos_vm::pure::{casing, content, float, math, search, unicode};

/// Checks all lines of a table, and says which are wrong.
fn check(table: &str, wrong: impl Fn(&[&str]) -> Option<String>) {
    let lines = table.lines().filter(|l| !l.starts_with('#'));
    let (mut count, mut problems) = (0, Vec::new());
    for line in lines {
        count += 1;
        let columns: Vec<&str> = line.split('\t').collect();
        if let Some(got) = wrong(&columns) {
            problems.push(format!("{line}\n    got {got}"));
        }
    }
    assert!(count > 100, "{count} lines");
    assert!(
        problems.is_empty(),
        "{} of {count} are wrong\n{}",
        problems.len(),
        problems.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
}

fn literal(text: &str) -> Vec<u8> {
    unquote(text.as_bytes()).unwrap_or_else(|| panic!("{text} is no literal"))
}

fn shown(text: &[u8]) -> String {
    String::from_utf8(quote(text, Plain::Ascii)).expect("it is ASCII")
}

fn differs(got: &[u8], want: &str) -> Option<String> {
    (got != literal(want)).then(|| shown(got))
}

fn bits(text: &str) -> f64 {
    if text == "nan" { f64::NAN } else { f64::from_bits(u64::from_str_radix(text, 16).expect("bits")) }
}

fn bits_of(f: f64) -> String {
    if f.is_nan() { "nan".to_owned() } else { format!("{:x}", f.to_bits()) }
}

#[test]
fn floats() {
    check(include_str!("data/float.txt"), |columns| match columns {
        ["float", f, verb, prec, size, want] => {
            let prec = prec.parse().expect("a precision");
            differs(&float::format(bits(f), verb.as_bytes()[0], prec, size.parse().expect("a size")), want)
        }
        ["parse", text, size, want] => {
            let got = match parse_float(&literal(text), size.parse().expect("a size")) {
                Ok(f) => bits_of(f),
                Err(Problem::Syntax) => "syntax".to_owned(),
                Err(Problem::Range(f)) => format!("range {}", bits_of(f)),
            };
            (got != *want).then_some(got)
        }
        _ => Some("an unknown kind of line".to_owned()),
    });
}

#[test]
fn texts() {
    let number = |at: Option<usize>| at.map_or("-1".to_owned(), |i| i.to_string()).into_bytes();
    let character = |text: &[u8]| String::from_utf8_lossy(text).parse::<i32>().expect("a number") as u32;
    check(include_str!("data/text.txt"), |columns| match columns {
        ["text", name, a, b, want] => {
            let (a, b) = (literal(a), literal(b));
            let got = match *name {
                "Index" => number(search::index(&a, &b)),
                "LastIndex" => number(search::last_index(&a, &b)),
                "Count" => number(Some(search::count(&a, &b))),
                "ToUpper" => casing::to_upper(&a),
                "ToLower" => casing::to_lower(&a),
                "EqualFold" => casing::equal_fold(&a, &b).to_string().into_bytes(),
                "Quote" => quote(&a, Plain::Printable),
                "QuoteToASCII" => quote(&a, Plain::Ascii),
                "QuoteRune" => quote_rune(character(&a), Plain::Printable),
                "QuoteRuneToASCII" => quote_rune(character(&a), Plain::Ascii),
                "Unquote" => unquote(&a).map_or(b"bad".to_vec(), |t| [b"ok ", &t[..]].concat()),
                "CanBackquote" => can_backquote(&a).to_string().into_bytes(),
                _ => return Some("an unknown function".to_owned()),
            };
            differs(&got, want)
        }
        ["unicode", name, want] => {
            let got = all_characters(name)?;
            (got != *want).then_some(got)
        }
        _ => Some("an unknown kind of line".to_owned()),
    });
}

/// The hash of what a function says of all characters.
fn all_characters(name: &str) -> Option<String> {
    type Is = fn(u32) -> bool;
    let classes: &[(&str, Is)] = &[
        ("IsLetter", unicode::is_letter),
        ("IsDigit", unicode::is_digit),
        ("IsNumber", unicode::is_number),
        ("IsUpper", unicode::is_upper),
        ("IsLower", unicode::is_lower),
        ("IsTitle", unicode::is_title),
        ("IsMark", unicode::is_mark),
        ("IsPunct", unicode::is_punct),
        ("IsSymbol", unicode::is_symbol),
        ("IsControl", unicode::is_control),
        ("IsGraphic", unicode::is_graphic),
        ("IsPrint", unicode::is_print),
        ("strconv.IsPrint", unicode::is_print),
        ("strconv.IsGraphic", unicode::is_graphic),
    ];
    type To = fn(u32) -> u32;
    let cases: &[(&str, To)] = &[
        ("ToUpper", unicode::to_upper),
        ("ToLower", unicode::to_lower),
        ("ToTitle", unicode::to_title),
        ("SimpleFold", unicode::simple_fold),
    ];
    let mut results = Vec::new();
    if let Some((_, is)) = classes.iter().find(|(n, _)| *n == name) {
        results.extend((0..=0x10_FFFF).map(|c| u8::from(is(c))));
    } else if let Some((_, to)) = cases.iter().find(|(n, _)| *n == name) {
        results.extend((0..=0x10_FFFF).flat_map(|c| to(c).to_le_bytes()));
    }
    Some(content::sha256(&results).iter().map(|b| format!("{b:02x}")).collect())
}

/// How many floats lie between two; 0 for two NaN.
fn distance(a: f64, b: f64) -> u64 {
    if a.is_nan() || b.is_nan() {
        return if a.is_nan() && b.is_nan() { 0 } else { u64::MAX };
    }
    let order = |f: f64| {
        let bits = f.to_bits() as i64;
        if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
    };
    if a == b && a.to_bits() != b.to_bits() { 1 } else { order(a).abs_diff(order(b)) }
}

type Unary = fn(f64) -> f64;

const UNARY: &[(&str, Unary)] = &[
    ("Sqrt", math::sqrt),
    ("Cbrt", math::cbrt),
    ("Floor", math::floor),
    ("Ceil", math::ceil),
    ("Trunc", math::trunc),
    ("Round", math::round),
    ("RoundToEven", math::round_to_even),
    ("Exp", math::exp),
    ("Exp2", math::exp2),
    ("Expm1", math::expm1),
    ("Log", math::log),
    ("Log2", math::log2),
    ("Log10", math::log10),
    ("Log1p", math::log1p),
    ("Sin", math::sin),
    ("Cos", math::cos),
    ("Tan", math::tan),
    ("Asin", math::asin),
    ("Acos", math::acos),
    ("Atan", math::atan),
    ("Sinh", math::sinh),
    ("Cosh", math::cosh),
    ("Tanh", math::tanh),
];

type Binary = fn(f64, f64) -> f64;

const BINARY: &[(&str, Binary)] =
    &[("Pow", math::pow), ("Mod", math::fmod), ("Remainder", math::remainder), ("Atan2", math::atan2), ("Hypot", math::hypot)];

#[test]
fn maths() {
    // functions that are exact are Go's to the bit; the others are within a few places of the last
    let tolerance = |name: &str| match name {
        "Sqrt" | "Floor" | "Ceil" | "Trunc" | "Round" | "RoundToEven" | "Mod" | "Remainder" => 0,
        "Cbrt" => 1,
        "Pow" => 64,
        _ => 2,
    };
    check(include_str!("data/math.txt"), |columns| {
        let (got, want, allowed) = match columns {
            ["math1", name, x, want] => {
                let Some((_, f)) = UNARY.iter().find(|(n, _)| n == name) else { return Some("an unknown function".to_owned()) };
                (f(bits(x)), bits(want), tolerance(name))
            }
            ["math2", name, x, y, want] => {
                let Some((_, f)) = BINARY.iter().find(|(n, _)| n == name) else { return Some("an unknown function".to_owned()) };
                (f(bits(x), bits(y)), bits(want), tolerance(name))
            }
            ["ldexp", x, exp, want] => (math::ldexp(bits(x), exp.parse().expect("an exponent")), bits(want), 0),
            _ => return Some("an unknown kind of line".to_owned()),
        };
        let far = distance(got, want);
        (far > allowed).then(|| format!("{} ({got} for {want}): {far} apart", bits_of(got)))
    });
}

#[test]
fn formats() {
    check(include_str!("data/fmt.txt"), |columns| {
        let ["fmt", mode, format, values, want] = columns else { return Some("an unknown kind of line".to_owned()) };
        let mut reader = Reader { tokens: values.split(' '), texts: Vec::new(), types: Names::default() };
        let mut operand_list = Vec::new();
        while let Some(value) = reader.operand() {
            operand_list.push(value);
        }
        let mode = Mode::from_number(mode.parse().expect("a number")).expect("a mode");
        let format = literal(format);
        let asked = operands(&reader.types, mode, &format, &operand_list, 1 << 20).expect("it is not nested too deeply").asks;
        let answers: Vec<Answer> = asked
            .iter()
            .map(|a| {
                let (way, text, go_syntax) = &reader.texts[a.origin as usize];
                Answer { text: if a.go_syntax { go_syntax } else { text }, way: *way }
            })
            .collect();
        match render(&reader.types, mode, &format, &operand_list, &answers, 1 << 26) {
            Ok(got) => differs(&got, want),
            Err(stop) => Some(format!("{stop:?}")),
        }
    });
}

/// Reads operands: `nil`, or `v`, the type, the methods (`e`, `s`, `g`, or `-`; `n` and `p` if they panic, for a nil pointer or
/// otherwise) with the texts they answer, and the value by its kind.
struct Reader<'t> {
    tokens: std::str::Split<'t, char>,
    /// What the values with methods say: how that is taken, text and Go syntax.
    texts: Vec<(Way, Vec<u8>, Vec<u8>)>,
    types: Names,
}

#[derive(Default)]
struct Names(Vec<String>);

impl Types for Names {
    fn name(&self, ty: TypeNumber) -> String {
        self.0[ty as usize].clone()
    }
}

impl Reader<'_> {
    fn next(&mut self) -> &str {
        self.tokens.next().expect("one more token")
    }

    fn text(&mut self) -> Vec<u8> {
        literal(self.next())
    }

    fn name(&mut self) -> Rc<str> {
        String::from_utf8(self.text()).expect("a name").into()
    }

    fn ty(&mut self) -> TypeNumber {
        let name = self.name();
        let known = self.types.0.iter().position(|t| **t == *name);
        if known.is_none() {
            self.types.0.push(name.to_string());
        }
        known.unwrap_or(self.types.0.len() - 1) as TypeNumber
    }

    fn number<T: std::str::FromStr>(&mut self) -> T {
        let token = self.next();
        token.parse().unwrap_or_else(|_| panic!("{token} is no number"))
    }

    fn bits(&mut self) -> f64 {
        bits(self.next())
    }

    fn operand(&mut self) -> Option<Option<Value>> {
        match self.tokens.next()? {
            "v" => Some(Some(self.rest_of_value())),
            "" => None,
            _ => Some(None),
        }
    }

    fn value(&mut self) -> Value {
        assert_eq!(self.next(), "v");
        self.rest_of_value()
    }

    fn rest_of_value(&mut self) -> Value {
        let ty = self.ty();
        let letters = self.next().to_owned();
        let has = |letter| letters.contains(letter);
        let methods = Methods { error: has('e'), stringer: has('s'), go_stringer: has('g') };
        let text = if has('e') || has('s') { self.text() } else { Vec::new() };
        let go_syntax = if has('g') { self.text() } else { Vec::new() };
        let origin = self.texts.len() as u32;
        let panics = if has('n') { Way::Unchanged } else { Way::Formatted };
        let way = if has('p') { Way::Complaint } else { panics };
        self.texts.push((way, text, go_syntax));
        let kind = self.next().to_owned();
        let data = match kind.as_str() {
            "b" => Data::Bool(self.next() == "1"),
            "i" => Data::Int(self.number()),
            "u" => Data::Uint(self.number()),
            "f32" => Data::Float(self.bits(), 32),
            "f64" => Data::Float(self.bits(), 64),
            "c32" => Data::Complex(self.bits(), self.bits(), 32),
            "c64" => Data::Complex(self.bits(), self.bits(), 64),
            "s" => Data::Str(self.text()),
            "y" => {
                let mut list = self.list(true);
                list.predeclared = self.types.name(ty) == "[]uint8";
                Data::Bytes(list, self.text())
            }
            "l" => {
                let mut list = self.list(false);
                list.of_bytes = self.next() == "1";
                let n: usize = self.number();
                Data::List(list, (0..n).map(|_| self.value()).collect())
            }
            "m" => {
                let reference = self.number();
                let n: usize = self.number();
                Data::Map(reference, (0..n).map(|_| (self.value(), self.value())).collect())
            }
            "t" => {
                let n: usize = self.number();
                let field = |reader: &mut Self| {
                    let name = reader.name();
                    let flags = reader.next().to_owned();
                    Field { name, exported: flags.contains('x'), embedded: flags.contains('m'), value: reader.value() }
                };
                Data::Struct((0..n).map(|_| field(self)).collect())
            }
            "I0" => Data::Interface(None),
            "I1" => Data::Interface(Some(Box::new(self.value()))),
            "p" => {
                let reference = self.number();
                let to = (self.next() == "1").then(|| Box::new(self.value()));
                Data::Pointer(reference, to)
            }
            "o" => Data::Other(self.number()),
            other => panic!("unknown kind {other}"),
        };
        Value { ty, methods, origin, data }
    }

    fn list(&mut self, of_bytes: bool) -> List {
        let array = self.next() == "array";
        List { array, reference: self.number(), elem: self.ty(), of_bytes, predeclared: false }
    }
}
