//! Constants beside go/constant (C9): literals, operations and conversions that are generated; their exact values, how they are printed in
//! messages, and what they are as `float32` and `float64`.

use std::fmt::Write;

use amigos_syntax::ast::{BinaryOp, LitKind, UnaryOp};
use amigos_types::konst::{self, Const, ConstKind};
use anyhow::{Result, ensure};

use crate::crash_suite::Random;
use crate::report::{Report, percent};
use crate::{Arguments, oracle};

/// A step of a program for a stack.
enum Step {
    /// `Li42`: pushes a literal.
    Literal(LitKind, String),
    /// `U^8`: an operation on one value, with the size of its unsigned type (0: none).
    Unary(UnaryOp, u32),
    /// `B+`, or `B//` for a division of integers.
    Binary(BinaryOp, bool),
    /// `C<`
    Compare(BinaryOp),
    /// `S<12`
    Shift(bool, u32),
    /// `I`, `F`, `X`, `R`, `G`: to integer, to float, to complex, real and imaginary part.
    Part(char),
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut random = Random::new(args.seed());
    let wanted = args.count(65_000, 20_000);
    let mut report = Report::new("constants", "C9");
    let (mut compared, mut same) = (0, 0);
    let mut rounds = 0;
    while compared < wanted && rounds < 20 {
        rounds += 1;
        let programs: Vec<Vec<Step>> = (0..wanted - compared).map(|_| program(&mut random)).collect();
        let texts: Vec<String> = programs.iter().map(|steps| text(steps)).collect();
        let theirs = oracle::Program::build(args, "constants")?.run(texts.join("\n"))?;
        ensure!(theirs.lines().count() == programs.len(), "the oracle answered {} of {} lines", theirs.lines().count(), programs.len());
        for ((steps, text), go) in programs.iter().zip(&texts).zip(theirs.lines()) {
            // Go panics where the checker never computes: divisions by zero, operators on strings, ...
            if go == "panic" {
                continue;
            }
            compared += 1;
            let ours = result(steps);
            if ours == go {
                same += 1;
            } else {
                report.difference(text, || format!("\n  go   {go}\n  ours {ours}"));
            }
        }
    }
    report.figure(format!("{:.2} % of {compared} constants", percent(same, compared)));
    report.must(same == compared && compared >= wanted);
    Ok(report)
}

fn text(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        if !out.is_empty() {
            out.push('\t');
        }
        let _ = match step {
            Step::Literal(kind, text) => {
                let kind = match kind {
                    LitKind::Int => 'i',
                    LitKind::Float => 'f',
                    LitKind::Imag => 'm',
                    LitKind::Char => 'c',
                    LitKind::String => 's',
                };
                write!(out, "L{kind}{text}")
            }
            Step::Unary(op, size) => write!(out, "U{}{size}", op.as_str()),
            Step::Binary(_, true) => write!(out, "B//"),
            Step::Binary(op, false) => write!(out, "B{}", op.as_str()),
            Step::Compare(op) => write!(out, "C{}", op.as_str()),
            Step::Shift(left, count) => write!(out, "S{}{count}", if *left { '<' } else { '>' }),
            Step::Part(part) => write!(out, "{part}"),
        };
    }
    out
}

/// What we make of a program, as the oracle writes it.
fn result(steps: &[Step]) -> String {
    let mut stack: Vec<Const> = Vec::new();
    for step in steps {
        let mut pop = || stack.pop().unwrap_or(Const::Unknown);
        let value = match step {
            Step::Literal(kind, text) => Const::from_literal(*kind, text),
            Step::Unary(op, size) => konst::unary_op(*op, &pop(), *size),
            Step::Binary(op, int_div) => {
                let y = pop();
                konst::binary_op(&pop(), *op, &y, *int_div)
            }
            Step::Compare(op) => {
                let y = pop();
                Const::Bool(konst::compare(&pop(), *op, &y))
            }
            Step::Shift(left, count) => konst::shift(&pop(), *left, *count),
            Step::Part('I') => pop().to_int(),
            Step::Part('F') => pop().to_float(),
            Step::Part('X') => pop().to_complex(),
            Step::Part('R') => pop().real(),
            Step::Part(_) => pop().imag(),
        };
        stack.push(value);
    }
    let x = stack.pop().unwrap_or(Const::Unknown);
    let float = x.to_float();
    let bits = match float.kind() {
        ConstKind::Int | ConstKind::Float => format!("{:08x}\t{:016x}", float.f32_value().to_bits(), float.f64_value().to_bits()),
        _ => String::new(),
    };
    format!("{}\t{x}\t{bits}", x.exact_string())
}

/// The kinds of values that a program can make.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Bool,
    String,
    Int,
    Float,
    Complex,
}

fn program(random: &mut Random) -> Vec<Step> {
    let mut steps = Vec::new();
    let sort = match random.below(20) {
        0 => Sort::Bool,
        1 => Sort::String,
        2..=8 => Sort::Int,
        9..=15 => Sort::Float,
        _ => Sort::Complex,
    };
    let depth = random.below(4);
    value(sort, depth, random, &mut steps);
    match random.below(12) {
        0 => steps.push(Step::Part('I')),
        1 => steps.push(Step::Part('F')),
        2 if sort == Sort::Complex => steps.push(Step::Part('R')),
        3 if sort == Sort::Complex => steps.push(Step::Part('G')),
        4 if matches!(sort, Sort::Int | Sort::Float | Sort::Complex) => steps.push(Step::Part('X')),
        _ => {}
    }
    steps
}

/// Steps that leave a value of (about) that sort on the stack.
fn value(sort: Sort, depth: usize, random: &mut Random, steps: &mut Vec<Step>) {
    if depth == 0 {
        steps.push(literal(sort, random));
        return;
    }
    let depth = depth - 1;
    let pick = |list: &[BinaryOp], random: &mut Random| list[random.below(list.len())];
    use BinaryOp as B;
    match sort {
        Sort::Bool => match random.below(4) {
            0 => {
                value(Sort::Bool, depth, random, steps);
                steps.push(Step::Unary(UnaryOp::Not, 0));
            }
            1 => {
                value(Sort::Bool, depth, random, steps);
                value(Sort::Bool, depth, random, steps);
                steps.push(Step::Binary(pick(&[B::LAnd, B::LOr], random), false));
            }
            _ => {
                let sort = [Sort::Int, Sort::Float, Sort::String, Sort::Complex][random.below(4)];
                value(sort, depth, random, steps);
                value(if sort == Sort::Float && random.below(3) == 0 { Sort::Int } else { sort }, depth, random, steps);
                let all = [B::Eq, B::Ne, B::Lt, B::Le, B::Gt, B::Ge];
                steps.push(Step::Compare(pick(&all[..if sort == Sort::Complex { 2 } else { 6 }], random)));
            }
        },
        Sort::String => {
            value(Sort::String, depth, random, steps);
            value(Sort::String, depth, random, steps);
            steps.push(Step::Binary(B::Add, false));
        }
        Sort::Int => match random.below(8) {
            0 => {
                value(Sort::Int, depth, random, steps);
                let op = [UnaryOp::Add, UnaryOp::Neg, UnaryOp::Xor][random.below(3)];
                let size = if op == UnaryOp::Xor { [0, 8, 16, 32, 64][random.below(5)] } else { 0 };
                steps.push(Step::Unary(op, size));
            }
            1 => {
                value(Sort::Int, depth, random, steps);
                let left = random.below(2) == 0;
                let most = if random.below(5) == 0 { 700 } else { 70 };
                steps.push(Step::Shift(left, random.below(most) as u32));
            }
            n => {
                value(Sort::Int, depth, random, steps);
                value(Sort::Int, depth, random, steps);
                let op = pick(&[B::Add, B::Sub, B::Mul, B::Div, B::Rem, B::And, B::Or, B::Xor, B::AndNot], random);
                steps.push(Step::Binary(op, op == B::Div && n > 3));
            }
        },
        Sort::Float | Sort::Complex => match random.below(8) {
            0 => {
                value(sort, depth, random, steps);
                steps.push(Step::Unary([UnaryOp::Add, UnaryOp::Neg][random.below(2)], 0));
            }
            n => {
                let other = if n == 1 { Sort::Int } else { sort };
                value(sort, depth, random, steps);
                value(other, depth, random, steps);
                steps.push(Step::Binary(pick(&[B::Add, B::Sub, B::Mul, B::Div], random), false));
            }
        },
    }
}

fn literal(sort: Sort, random: &mut Random) -> Step {
    match sort {
        // There are no literals of truth values: a comparison makes one.
        Sort::Bool | Sort::Int if sort == Sort::Int && random.below(10) == 0 => Step::Literal(LitKind::Char, character(random)),
        Sort::Bool | Sort::Int => Step::Literal(LitKind::Int, integer(random)),
        Sort::String => Step::Literal(LitKind::String, string(random)),
        Sort::Float => Step::Literal(LitKind::Float, float(random)),
        Sort::Complex => {
            let number = if random.below(2) == 0 { integer(random) } else { float(random) };
            Step::Literal(LitKind::Imag, format!("{number}i"))
        }
    }
}

fn digits(most: usize, base: u32, random: &mut Random) -> String {
    let most = if random.below(6) == 0 { most * 12 } else { most };
    let count = 1 + random.below(most);
    let mut out = String::new();
    for i in 0..count {
        if i > 0 && random.below(12) == 0 {
            out.push('_');
        }
        out.push(char::from_digit(random.below(base as usize) as u32, base).unwrap_or('0'));
    }
    out
}

fn integer(random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("0x{}", digits(17, 16, random)),
        1 => format!("0b{}", digits(66, 2, random)),
        2 => format!("0o{}", digits(12, 8, random)),
        3 => format!("0{}", digits(8, 8, random).replace('_', "")),
        4 => ["0", "1", "2", "255", "256", "65536", "4294967295", "9223372036854775807", "9223372036854775808", "18446744073709551615"]
            [random.below(10)]
        .to_string(),
        _ => {
            let text = digits(19, 10, random);
            let text = text.trim_start_matches(['0', '_']);
            if text.is_empty() { "7".to_string() } else { text.to_string() }
        }
    }
}

fn float(random: &mut Random) -> String {
    let exponent = |random: &mut Random| {
        let most = [4, 40, 330, 1300, 5000][random.below(5)];
        format!("{}{}", ["", "+", "-"][random.below(3)], random.below(most))
    };
    match random.below(8) {
        0 => format!("0x{}.{}p{}", digits(8, 16, random), digits(8, 16, random), exponent(random)),
        1 => format!(".{}", digits(10, 10, random)),
        2 => format!("{}.", digits(10, 10, random)),
        3 => format!("{}e{}", digits(10, 10, random), exponent(random)),
        4 => ["0.0", "1.0", "0.1", "3.4028234663852886e38", "1.7976931348623157e308", "4.9e-324", "1e-45", "0.5", "1e100", "16777217.0"]
            [random.below(10)]
        .to_string(),
        5 => format!("{}.{}e{}", digits(10, 10, random), digits(10, 10, random), exponent(random)),
        _ => format!("{}.{}", digits(10, 10, random), digits(10, 10, random)),
    }
}

fn character(random: &mut Random) -> String {
    ["'a'", "'0'", "'\\n'", "'\\x7f'", "'\\377'", "'\\u00e4'", "'\\U0001F600'", "'本'", "'\\''", "'\"'"][random.below(10)].to_string()
}

fn string(random: &mut Random) -> String {
    const PARTS: [&str; 14] = ["a", "Z", "0", " ", "\\n", "\\t", "\\x00", "\\xff", "\\u00e4", "\\U0001F600", "本", "é", "\\\"", "\\u00ad"];
    if random.below(5) == 0 {
        return format!("`{}`", (0..random.below(6)).map(|_| ["a", "\\", "\"", "ß", " "][random.below(5)]).collect::<String>());
    }
    let most = if random.below(8) == 0 { 120 } else { 12 };
    format!("\"{}\"", (0..random.below(most)).map(|_| PARTS[random.below(PARTS.len())]).collect::<String>())
}
