//! Random valid Go programs, each from a number. What Go leaves open (the order of operands with effects, of maps, floats out of range as integers, the
//! capacity that `append` gives, which depends on whether the slice stays on the stack) doesn't occur, loops are bounded, and panics are recovered and
//! printed, so that output is all there is to compare. Start reading at [`program`].

mod expressions;
mod places;
mod statements;
mod types;

use std::fmt::Write;

/// The types of values.
#[derive(Clone, PartialEq, Debug)]
enum Ty {
    Int(usize),
    Float(usize),
    Complex,
    Bool,
    Str,
    Slice(Box<Ty>),
    Array(usize, Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
    Struct(usize),
    Ptr(usize),
    Any,
    Shape,
    Func,
}

const INTS: [&str; 11] = ["int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr"];
const FLOATS: [&str; 2] = ["float64", "float32"];

struct Var {
    name: String,
    ty: Ty,
    /// Whether it may be assigned.
    settable: bool,
}

struct Gen {
    state: u64,
    /// Behind the names of package level, so that many programs make one package.
    tag: String,
    out: String,
    indent: usize,
    vars: Vec<Var>,
    /// Fields of each struct type.
    structs: Vec<Vec<(String, Ty)>>,
    /// Functions: parameters and result.
    funcs: Vec<(Vec<Ty>, Ty)>,
    next: usize,
    depth: usize,
    /// Loops around the statement; their labels.
    loops: Vec<Option<String>>,
    /// Whether the statement stands in a range over a map, where only what any order leaves alike may happen.
    in_map: bool,
    result: Option<Ty>,
}

/// Helpers of every program, with the tag in place of `@`.
const HELPERS: &str = include_str!("generator/helpers.go.txt");

/// Program number `seed`: declarations, with a function `Main` and its tag as the entry. The tag is part of all names of package level.
pub fn program(seed: u64, tag: &str) -> String {
    let mut g = Gen {
        state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D,
        tag: tag.to_owned(),
        out: HELPERS.replace('@', tag),
        indent: 0,
        vars: Vec::new(),
        structs: Vec::new(),
        funcs: Vec::new(),
        next: 0,
        depth: 0,
        loops: Vec::new(),
        in_map: false,
        result: None,
    };
    g.declarations();
    g.out
}

impl Gen {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "\t".repeat(self.indent));
    }
    fn open(&mut self, text: &str) {
        self.line(text);
        self.indent += 1;
    }
    fn close(&mut self, text: &str) {
        self.indent -= 1;
        self.line(text);
    }
}
