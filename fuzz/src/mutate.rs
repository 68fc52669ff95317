//! Mutations of a Go program that keep most of it a Go program: tokens are left out, doubled, exchanged, replaced.

use amigos_syntax::lex::lex;
use amigos_syntax::token::Tok;

/// What can stand at many places of a program.
const PIECES: &[&str] = &[
    "if x {",
    "for i := range ",
    "switch x {",
    "case ",
    "default:",
    "func() {",
    "func(",
    "func f[T any](x T) T { return x }",
    "return ",
    "defer ",
    "go ",
    "select {",
    "x.",
    "x[",
    "x[T]",
    "x := ",
    "x, y := ",
    "var x ",
    "var x = ",
    "const c = iota",
    "type T struct {",
    "type T interface {",
    "type T[P any] ",
    "type T = ",
    "struct{}",
    "interface{}",
    "map[",
    "[]",
    "[...]",
    "[...]int{",
    "chan ",
    "<-",
    "*",
    "&",
    "^",
    "~",
    "|",
    "!",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    ":=",
    "=",
    "==",
    "<<",
    ">>",
    "&^",
    "+",
    "-",
    "/",
    "%",
    "...",
    ".",
    "_",
    "x",
    "T",
    "T[int]",
    "T{",
    "int",
    "string",
    "any",
    "error",
    "nil",
    "iota",
    "len(",
    "cap(",
    "append(",
    "make(",
    "new(",
    "panic(",
    "recover()",
    "min(",
    "max(",
    "clear(",
    "copy(",
    "delete(",
    "complex(",
    "real(",
    "print(",
    "0",
    "1",
    "-1",
    "0x7fffffffffffffff",
    "1e1000",
    "0.1",
    "1i",
    "'a'",
    "\"a\"",
    "`a`",
    "\"",
    "`",
    "'",
    "/*",
    "*/",
    "//",
    "\n",
    "goto L",
    "L:",
    "break ",
    "continue ",
    "fallthrough",
    "import \"strings\"",
    "package p",
    "x.(type)",
    "x.(T)",
    "comparable",
    "~int | ~string",
    "range 10",
    "[P interface{ ~[]E }, E any]",
    "1 << 600",
    "1 << x",
    "uint8(256)",
    "[1 << 40]int",
    "msg.Sender",
    "amigos.",
    "unsafe.Sizeof(",
];

/// Numbers from a seed.
pub struct Random(u64);

impl Random {
    /// A generator.
    pub fn new(seed: u32) -> Random {
        Random(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `n`, or 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % n.max(1) as u64) as usize
    }
}

/// Changes 1 to 4 things in a program.
pub fn mutate(text: &str, seed: u32) -> String {
    let mut random = Random::new(seed);
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(4) {
        text = once(&text, &mut random);
    }
    text
}

fn once(text: &str, random: &mut Random) -> String {
    let tokens = lex(text).tokens;
    let real: Vec<_> = tokens.iter().filter(|t| !t.auto && t.end > t.start).map(|t| (t.tok, t.start as usize, t.end as usize)).collect();
    let piece = PIECES[random.below(PIECES.len())];
    if real.is_empty() {
        return format!("{text}{piece}");
    }
    let of = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    let (_, start, end) = real[random.below(real.len())];
    let (_, start2, end2) = real[random.below(real.len())];
    let (low, high) = (start.min(start2), end.max(end2));
    let rest = of(end, text.len());
    match random.below(12) {
        0 => format!("{}{rest}", of(0, start)),
        1 => format!("{} {} {rest}", of(0, end), of(start, end)),
        2 => format!("{}{}{rest}", of(0, start), of(start2, end2)),
        3 => format!("{}{piece}{rest}", of(0, start)),
        4 | 5 => format!("{}{piece} {}", of(0, start), of(start, text.len())),
        6 => of(0, end).to_owned(),
        // A run of tokens left out, doubled, or put elsewhere: short ones mostly.
        7 if high - low < 2000 => format!("{}{}", of(0, low), of(high, text.len())),
        8 if high - low < 500 => format!("{}{}{}", of(0, high), of(low, high), of(high, text.len())),
        9 if high - low < 500 => {
            let (_, _, at) = real[random.below(real.len())];
            format!("{} {} {}", of(0, at), of(low, high), of(at, text.len()))
        }
        // Deep nesting.
        10 => {
            let n = 1 << random.below(10);
            format!(
                "{}{}{}{}{rest}",
                of(0, start),
                of(start, end).repeat(if random.below(2) == 0 { n } else { 1 }),
                piece.repeat(n),
                of(start2, end2)
            )
        }
        _ => {
            // One identifier's name goes to some others.
            let idents: Vec<_> = real.iter().filter(|t| t.0 == Tok::Ident).collect();
            let Some((_, from, to)) = idents.get(random.below(idents.len())) else { return text.to_owned() };
            let name = of(*from, *to);
            let mut out = String::new();
            let mut done = 0;
            for (_, start, end) in &idents {
                if random.below(idents.len() / 2 + 1) == 0 {
                    out.push_str(of(done, *start));
                    out.push_str(name);
                    done = *end;
                }
            }
            out.push_str(of(done, text.len()));
            out
        }
    }
}

/// A libFuzzer mutator: whole tokens mostly, bytes now and then. The first `head` bytes are no text and are left to libFuzzer.
pub fn mutator(data: &mut [u8], size: usize, max_size: usize, seed: u32, head: usize) -> usize {
    if seed.is_multiple_of(8) || size < head {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    if head > 0 && seed % 8 == 1 {
        libfuzzer_sys::fuzzer_mutate(data, head, head);
        return size;
    }
    let Ok(text) = std::str::from_utf8(&data[head..size]) else {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    };
    let text = mutate(text, seed);
    let mut len = text.len().min(max_size.saturating_sub(head)).min(data.len().saturating_sub(head));
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    data[head..head + len].copy_from_slice(&text.as_bytes()[..len]);
    head + len
}
