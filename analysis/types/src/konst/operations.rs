//! Operators on constants (Go spec, "Constant expressions").

use std::cmp::Ordering;

use amigos_syntax::ast::{BinaryOp, UnaryOp};

use super::*;

/// `op y`. For `^` of unsigned operands `bits` is their size, 0 otherwise.
pub fn unary_op(op: UnaryOp, y: &Const, bits: u32) -> Const {
    match (op, y) {
        (UnaryOp::Add, Const::Int(_) | Const::Rat(_) | Const::Float(_) | Const::Complex(_)) => y.clone(),
        (UnaryOp::Neg, Const::Int(x)) => Const::Int(-x),
        (UnaryOp::Neg, Const::Rat(x)) => make_ratio(-(**x).clone()),
        (UnaryOp::Neg, Const::Float(x)) => make_float(-(**x).clone()),
        (UnaryOp::Neg, Const::Complex(parts)) => make_complex(unary_op(op, &parts.0, 0), unary_op(op, &parts.1, 0)),
        (UnaryOp::Xor, Const::Int(x)) => {
            let flipped = !x;
            if bits == 0 {
                return Const::Int(flipped);
            }
            let mask = (IBig::ONE << bits as usize) - IBig::ONE;
            Const::Int(flipped & mask)
        }
        (UnaryOp::Not, Const::Bool(b)) => Const::Bool(!b),
        _ => Const::Unknown,
    }
}

fn rank(x: &Const) -> u8 {
    match x {
        Const::Unknown => 0,
        Const::Bool(_) | Const::Str(_) => 1,
        Const::Int(_) => 2,
        Const::Rat(_) => 3,
        Const::Float(_) => 4,
        Const::Complex(_) => 5,
    }
}

fn lift(x: &Const, to: u8) -> Const {
    match to {
        3 => match x {
            Const::Int(i) => Const::Rat(Box::new(RBig::from(i.clone()))),
            _ => x.clone(),
        },
        4 => Const::Float(Box::new(x.big())),
        5 => x.to_complex(),
        _ => x.clone(),
    }
}

/// `x op y` for arithmetic, logical and string operators. `int_div` makes `/` of integers truncate. Division by zero (which the
/// caller has excluded), operands that don't fit the operator, and over-long strings yield an unknown value.
pub fn binary_op(x: &Const, op: BinaryOp, y: &Const, int_div: bool) -> Const {
    use BinaryOp as B;
    if x.is_unknown() || y.is_unknown() {
        return Const::Unknown;
    }
    let to = rank(x).max(rank(y));
    if to >= 3 && (rank(x) < 2 || rank(y) < 2) {
        return Const::Unknown;
    }
    let (x, y) = (if rank(x) < to { lift(x, to) } else { x.clone() }, if rank(y) < to { lift(y, to) } else { y.clone() });
    match (x, y) {
        (Const::Bool(a), Const::Bool(b)) => match op {
            B::LAnd => Const::Bool(a && b),
            B::LOr => Const::Bool(a || b),
            _ => Const::Unknown,
        },
        (Const::Str(a), Const::Str(b)) if op == B::Add && a.len() + b.len() <= MAX_STRING => Const::Str([&a[..], &b[..]].concat().into()),
        (Const::Int(a), Const::Int(b)) => match op {
            B::Add => Const::Int(a + b),
            B::Sub => Const::Int(a - b),
            B::Mul => Const::Int(a * b),
            B::Div | B::Rem if b.is_zero() => Const::Unknown,
            B::Div if int_div => Const::Int(a / b),
            B::Div => make_ratio(RBig::from_parts_signed(a, b)),
            B::Rem => Const::Int(a % b),
            B::And => Const::Int(a & b),
            B::Or => Const::Int(a | b),
            B::Xor => Const::Int(a ^ b),
            B::AndNot => Const::Int(a & !b),
            _ => Const::Unknown,
        },
        (Const::Rat(a), Const::Rat(b)) => match op {
            B::Add => make_ratio(*a + *b),
            B::Sub => make_ratio(*a - *b),
            B::Mul => make_ratio(*a * *b),
            B::Div if !b.is_zero() => make_ratio(*a / *b),
            _ => Const::Unknown,
        },
        (Const::Float(a), Const::Float(b)) => match op {
            B::Add => make_float(add_big(&a, &b)),
            B::Sub => make_float(add_big(&a, &-*b)),
            B::Mul => make_float(mul_big(&a, &b)),
            B::Div if !b.repr().significand().is_zero() => make_float(div_big(&a, &b)),
            _ => Const::Unknown,
        },
        (Const::Complex(p), Const::Complex(q)) => complex_op(&p, op, &q),
        _ => Const::Unknown,
    }
}

fn complex_op(p: &(Const, Const), op: BinaryOp, q: &(Const, Const)) -> Const {
    let ((a, b), (c, d)) = (p, q);
    let add = |x: &Const, y: &Const| binary_op(x, BinaryOp::Add, y, false);
    let sub = |x: &Const, y: &Const| binary_op(x, BinaryOp::Sub, y, false);
    let mul = |x: &Const, y: &Const| binary_op(x, BinaryOp::Mul, y, false);
    let quo = |x: &Const, y: &Const| binary_op(x, BinaryOp::Div, y, false);
    match op {
        BinaryOp::Add => make_complex(add(a, c), add(b, d)),
        BinaryOp::Sub => make_complex(sub(a, c), sub(b, d)),
        BinaryOp::Mul => make_complex(sub(&mul(a, c), &mul(b, d)), add(&mul(b, c), &mul(a, d))),
        BinaryOp::Div => {
            let norm = add(&mul(c, c), &mul(d, d));
            make_complex(quo(&add(&mul(a, c), &mul(b, d)), &norm), quo(&sub(&mul(b, c), &mul(a, d)), &norm))
        }
        _ => Const::Unknown,
    }
}

/// `x << count` or `x >> count` of an integer.
pub fn shift(x: &Const, left: bool, count: u32) -> Const {
    match x {
        Const::Int(x) if left => Const::Int(x << count as usize),
        Const::Int(x) => Const::Int(x >> count as usize),
        _ => Const::Unknown,
    }
}

/// `x op y` for comparison operators; false if a value is unknown.
pub fn compare(x: &Const, op: BinaryOp, y: &Const) -> bool {
    if x.is_unknown() || y.is_unknown() {
        return false;
    }
    if let (Const::Complex(_), _) | (_, Const::Complex(_)) = (x, y) {
        let equal = compare(&x.real(), BinaryOp::Eq, &y.real()) && compare(&x.imag(), BinaryOp::Eq, &y.imag());
        return if op == BinaryOp::Ne { !equal } else { equal };
    }
    let order = match (x, y) {
        (Const::Bool(a), Const::Bool(b)) => a.cmp(b),
        (Const::Str(a), Const::Str(b)) => a.cmp(b),
        (Const::Int(a), Const::Int(b)) => a.cmp(b),
        (Const::Float(_), _) | (_, Const::Float(_)) => x.big().partial_cmp(&y.big()).unwrap_or(Ordering::Equal),
        _ => match (lift(x, 3), lift(y, 3)) {
            (Const::Rat(a), Const::Rat(b)) => a.cmp(&b),
            _ => return false,
        },
    };
    match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Ne => order.is_ne(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        _ => false,
    }
}
