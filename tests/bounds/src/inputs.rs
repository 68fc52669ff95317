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

/// What a function is called with.
#[derive(Clone, Debug)]
pub struct Input {
    /// The arguments.
    pub args: Vec<Value>,
    /// The number of the account that calls.
    pub sender: u64,
}

impl Input {
    /// Makes arguments as large as they get: what is stored again and again is then all of one size.
    pub fn widen(&mut self, random: &mut Random, largest: u64, wild: bool) {
        for arg in &mut self.args {
            match arg {
                Value::String(text) if !text.starts_with("amigos") => *text = "x".repeat(random.below(largest * 4 + 1) as usize),
                Value::Number(n) if wild && n.as_i64().is_some_and(|n| n > 255) => *arg = json!(i64::MAX),
                _ => {}
            }
        }
    }

    /// Puts texts that are known into the place of some of its texts.
    pub fn name(&mut self, random: &mut Random, known: &[String]) {
        for arg in &mut self.args {
            if let (Value::String(text), Some(name)) = (arg, known.get(random.below(known.len() as u64) as usize))
                && random.below(3) > 0
            {
                text.clone_from(name);
            }
        }
    }

    /// Changes one argument, or the caller, a little or altogether.
    pub fn change(&mut self, random: &mut Random, types: &[String], largest: u64, wild: bool) {
        let at = random.below(types.len() as u64 + 1) as usize;
        match (self.args.get_mut(at), types.get(at)) {
            (Some(arg), Some(ty)) => {
                if random.below(3) == 0 {
                    if let Some(new) = argument(random, ty, largest, wild) {
                        *arg = new;
                    }
                } else {
                    change(random, arg, ty, largest, wild);
                }
            }
            _ => self.sender = random.below(ACCOUNTS),
        }
    }
}

/// Arguments that are all of one size, call after call.
#[derive(Clone, Debug)]
pub struct Full {
    /// For each parameter how it is chosen, and the bytes of a string.
    params: Vec<(u64, u64)>,
    /// Who calls: this account; anybody, or somebody else each time, if there is no such account.
    sender: u64,
    largest: u64,
}

/// Parameters of a function that are chosen one by one; more are chosen like the last.
const PARAMETERS: u64 = 6;

impl Full {
    /// Chooses how arguments are chosen.
    pub fn new(random: &mut Random, largest: u64) -> Full {
        let widths = [20, largest, largest * 4, 124];
        let params = (0..PARAMETERS).map(|_| (random.below(4), widths[random.below(4) as usize])).collect();
        Full { params, sender: random.below(2 * ACCOUNTS), largest }
    }
    /// The arguments of call `n`.
    pub fn input(&self, random: &mut Random, types: &[String], n: u64, wild: bool) -> Option<Input> {
        let params = self.params.iter().chain(std::iter::repeat(self.params.last()?));
        let args: Option<Vec<Value>> = types.iter().zip(params).map(|(ty, param)| self.argument(random, ty, *param, n, wild)).collect();
        let sender = match self.sender {
            one if one < ACCOUNTS => one,
            more if more < ACCOUNTS * 3 / 2 => random.below(ACCOUNTS),
            _ => n,
        };
        Some(Input { args: args?, sender })
    }
    fn argument(&self, random: &mut Random, ty: &str, (how, width): (u64, u64), n: u64, wild: bool) -> Option<Value> {
        let most = |limit: i64| if wild { limit } else { limit.min(self.largest as i64) };
        let number = |limit: i64| match how {
            0 => 0,
            1 => (n as i64).min(limit),
            2 => (n as i64 / 8).min(limit),
            _ => most(limit),
        };
        Some(match ty {
            "string" if how == 0 => json!("x".repeat(width as usize)),
            // No two are the same.
            "string" => json!(format!("{n:0>width$}", width = width as usize)),
            "int" | "int64" => json!(number(i64::MAX)),
            "uint" | "uint64" => json!(number(i64::MAX).unsigned_abs()),
            "int32" | "rune" => json!(number(i64::from(i32::MAX))),
            "uint32" => json!(number(i64::from(u32::MAX))),
            "int8" => json!(number(127)),
            "uint16" => json!(number(65_535)),
            _ => match ty.strip_prefix("[]") {
                Some(elem) if elem != "byte" && elem != "uint8" => {
                    let items: Option<Vec<Value>> =
                        (0..self.largest.min(40)).map(|_| self.argument(random, elem, (how, width), n, wild)).collect();
                    Value::Array(items?)
                }
                _ => return argument(random, ty, self.largest, wild),
            },
        })
    }
}

/// Changes a value a little; it keeps its type.
fn change(random: &mut Random, value: &mut Value, ty: &str, largest: u64, wild: bool) {
    let most = (largest * 16) as usize;
    match value {
        Value::String(text) if ty == "string" => match random.below(7) {
            6 => *text = "x".repeat([40, 400, 6_000, 20_000][random.below(4) as usize]),
            0 => text.clear(),
            1 if text.len() <= most => text.push_str(&text.clone()),
            2 => drop(text.pop()),
            3 => *text = "x".repeat(text.len()),
            4 if text.len() <= most => text.insert(0, 'x'),
            _ if text.len() <= most => text.push_str(LETTERS[random.below(LETTERS.len() as u64) as usize]),
            _ => {}
        },
        Value::Array(items) => {
            let elem = ty.strip_prefix("[]").unwrap_or("");
            match random.below(6) {
                0 => items.clear(),
                1 if items.len() <= most => items.extend(items.clone()),
                2 => drop(items.pop()),
                3 if items.len() <= most => items.extend(argument(random, elem, largest, wild)),
                4 => items.reverse(),
                _ => {
                    let at = random.below(items.len() as u64) as usize;
                    if let Some(item) = items.get_mut(at) {
                        change(random, item, elem, largest, wild);
                    }
                }
            }
        }
        Value::Number(n) => {
            if let Some(old) = n.as_i64() {
                let step = [1, -1, 2, -2, old, old.wrapping_neg(), (old / 2).wrapping_neg()][random.below(7) as usize];
                let limit = largest as i64 * 8;
                let new = old.saturating_add(step).clamp(-limit, limit);
                *value = match ty {
                    "int" | "int64" => json!(new),
                    "int8" => json!(new.clamp(-128, 127)),
                    "uint8" | "byte" => json!(new.clamp(0, 255)),
                    "int32" | "rune" | "uint" | "uint64" | "uint32" | "uint16" => json!(new.clamp(0, 65_535)),
                    _ => json!(old),
                };
            }
        }
        other => {
            if let Some(new) = argument(random, ty, largest, wild) {
                *other = new;
            }
        }
    }
}

/// The accounts that call.
pub fn account(index: u64) -> String {
    let mut bytes = [0u8; 20];
    (bytes[0], bytes[1]) = (1 + (index % 250) as u8, (index / 250) as u8);
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

fn number(random: &mut Random, largest: u64, wild: bool) -> i64 {
    match random.below(16) {
        4 | 5 if wild => i64::MAX - random.below(3) as i64,
        6 if wild => i64::MIN + random.below(3) as i64,
        7 => largest as i64 - random.below(3) as i64,
        0 => 0,
        1 => -(random.below(largest) as i64) - 1,
        2 => (random.below(largest) * 8) as i64,
        3 => 1,
        _ => random.below(largest) as i64,
    }
}

/// An argument for a parameter of a type as messages write it; `largest` is about how large sizes get; wild
/// numbers are as large as they can be. `None`: such arguments are not made.
pub fn argument(random: &mut Random, ty: &str, largest: u64, wild: bool) -> Option<Value> {
    if let Some(elem) = ty.strip_prefix("[]") {
        if elem == "uint8" || elem == "byte" {
            return Some(json!((0..random.below(largest * 2)).map(|_| random.below(256)).collect::<Vec<_>>()));
        }
        let n = if random.below(4) == 0 { largest } else { random.below(largest + 1) };
        let items: Option<Vec<Value>> = (0..n).map(|_| argument(random, elem, largest.div_ceil(2), wild)).collect();
        return Some(Value::Array(items?));
    }
    Some(match ty {
        "int" | "int64" => json!(number(random, largest, wild)),
        "int32" | "rune" => json!(number(random, largest, false)),
        "int8" => json!(number(random, largest.min(100), false).clamp(-128, 127)),
        "uint32" => json!(number(random, largest, false).unsigned_abs()),
        "uint" | "uint64" | "amigos.Coins" => json!(number(random, largest, wild).unsigned_abs()),
        "uint8" | "byte" => json!(random.below(256)),
        "uint16" => json!(random.below(5 * largest)),
        "bool" => json!(random.below(2) == 0),
        "float64" => json!(number(random, largest, false) as f64 / 4.0),
        "string" => json!(text(random, largest)),
        "amigos.Address" => match random.below(5) {
            0 => json!(text(random, largest)),
            _ => json!(account(random.below(ACCOUNTS))),
        },
        _ => return None,
    })
}
