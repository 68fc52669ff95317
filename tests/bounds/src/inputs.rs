//! Arguments and a generator of random numbers: the same seed gives the same runs.

use serde_json::{Value, json};

/// Splitmix64: small, and good enough to choose arguments.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator; equal seeds give equal numbers.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `n`, which is not zero.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n.max(1)
    }
}

/// The accounts that call.
pub fn account(index: u64) -> String {
    let mut bytes = [0u8; 20];
    bytes[0] = 1 + index as u8;
    amigos_vm::identity::encode_address(&bytes)
}

/// Accounts there are.
pub const ACCOUNTS: u64 = 6;

const WORDS: [&str; 14] = ["alice", "bob", "carol", "dave", "a-b", "x", "hello", "0", "1", "2", "17", "alice.amigos", "band", "ETH/USD"];
const LETTERS: [&str; 20] = ["a", "b", "z", " ", "\n", "*", "[", "0", "9", "ä", "€", "😀", "\\", "\"", "Z", "-", "_", "q", "\t", "%"];

fn text(random: &mut Random, largest: u64) -> String {
    match random.below(8) {
        0 => String::new(),
        1 | 2 => WORDS[random.below(WORDS.len() as u64) as usize].to_owned(),
        3 => account(random.below(ACCOUNTS)),
        4 => "x".repeat(random.below(largest * 8 + 1) as usize),
        5 => random.below(largest).to_string(),
        _ => (0..random.below(largest * 2 + 1)).map(|_| LETTERS[random.below(LETTERS.len() as u64) as usize]).collect(),
    }
}

fn number(random: &mut Random, largest: u64) -> i64 {
    match random.below(16) {
        0 => 0,
        1 => -(random.below(largest) as i64) - 1,
        2 => (random.below(largest) * 8) as i64,
        3 => 1,
        _ => random.below(largest) as i64,
    }
}

/// An argument for a parameter of a type as messages write it; `largest` is about how large sizes get. `None`: such arguments are not made.
pub fn argument(random: &mut Random, ty: &str, largest: u64) -> Option<Value> {
    if let Some(elem) = ty.strip_prefix("[]") {
        if elem == "uint8" || elem == "byte" {
            return Some(json!((0..random.below(largest * 2)).map(|_| random.below(256)).collect::<Vec<_>>()));
        }
        let n = random.below(largest + 1);
        let items: Option<Vec<Value>> = (0..n).map(|_| argument(random, elem, largest.div_ceil(2))).collect();
        return Some(Value::Array(items?));
    }
    Some(match ty {
        "int" | "int64" => json!(number(random, largest)),
        "int32" | "rune" => json!(number(random, largest)),
        "int8" => json!(number(random, largest.min(100)).clamp(-128, 127)),
        "uint" | "uint64" | "uint32" | "amigos.Coins" => json!(number(random, largest).unsigned_abs()),
        "uint8" | "byte" => json!(random.below(256)),
        "uint16" => json!(random.below(5 * largest)),
        "bool" => json!(random.below(2) == 0),
        "float64" => json!(number(random, largest) as f64 / 4.0),
        "string" => json!(text(random, largest)),
        "amigos.Address" => match random.below(5) {
            0 => json!(text(random, largest)),
            _ => json!(account(random.below(ACCOUNTS))),
        },
        _ => return None,
    })
}
