//! Broken programs must neither crash nor stall the checker (C11): files of the standard library cut off, or with tokens left out, doubled
//! or exchanged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};
use anyhow::Result;

use crate::report::Report;
use crate::{Arguments, goroot};

/// The packages that are broken.
pub const PACKAGES: [&str; 14] = [
    "strings",
    "sort",
    "slices",
    "container/list",
    "errors",
    "fmt",
    "strconv",
    "sync",
    "iter",
    "maps",
    "bufio",
    "text/template/parse",
    "encoding/json",
    "go/constant",
];

/// A small generator of numbers that are the same for the same seed.
pub struct Random(u64);

impl Random {
    /// A generator; seeds that lie close together have nothing in common.
    pub fn new(seed: u64) -> Random {
        let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Random((mixed ^ (mixed >> 31)) | 1)
    }

    /// A number from 0 to `n` - 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Runs the suite: nothing may crash or take longer than ten seconds.
pub fn run(args: &Arguments) -> Result<Report> {
    let root = args.goroot.clone();
    let own_root = root.clone();
    let world = World::new(Box::new(move |path| goroot::load(&own_root, path)));
    let mut random = Random::new(args.seed());
    let mut report = Report::new("crash", "C11");
    let (mut runs, mut crashes, mut slow) = (0, 0, 0);
    let mut longest = 0.0f64;
    for round in 0..args.count(2500, 200).div_ceil(PACKAGES.len()) {
        for path in PACKAGES {
            let Ok(mut files) = goroot::load(&root, path) else { continue };
            files.sort();
            let at = random.below(files.len());
            let broken = break_text(&files[at].1, &mut random);
            files[at].1 = broken.clone();
            let begin = Instant::now();
            let key = PkgKey(Name::new(&format!("{path}/broken")));
            let result = catch_unwind(AssertUnwindSafe(|| world.check(key, files.clone(), Options { go_minor: 27, natives: true })));
            let seconds = begin.elapsed().as_secs_f64();
            runs += 1;
            longest = longest.max(seconds);
            let bad = if result.is_err() {
                crashes += 1;
                "crash"
            } else if seconds > 10.0 {
                slow += 1;
                "slow"
            } else {
                continue;
            };
            let file = args.out.join(format!("{bad}-{round}-{}-{}", path.replace('/', "-"), files[at].0));
            let _ = std::fs::write(&file, &broken);
            report.difference(&format!("{path}/{}", files[at].0), || format!("{bad} after {seconds:.1} s: {}", file.display()));
        }
    }
    report.figure(format!("{crashes} crashes and {slow} stalls in {runs} broken packages, the longest took {longest:.1} s"));
    report.must(crashes == 0 && slow == 0);
    Ok(report)
}

/// The text with something done to it.
pub fn break_text(text: &str, random: &mut Random) -> String {
    let tokens = amigos_syntax::lex::lex(text).tokens;
    let real: Vec<_> = tokens.iter().filter(|t| !t.auto && t.end > t.start).collect();
    let Some(first) = real.get(random.below(real.len())) else { return String::new() };
    let second = real[random.below(real.len())];
    let of = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or("");
    match random.below(5) {
        0 => of(0, first.end).to_string(),
        1 => format!("{}{}", of(0, first.start), of(first.end, text.len() as u32)),
        2 => format!("{}{} {}", of(0, first.end), of(first.start, first.end), of(first.end, text.len() as u32)),
        3 => format!("{}{}{}", of(0, first.start), of(second.start, second.end), of(first.end, text.len() as u32)),
        _ => {
            // Several identifiers become another one.
            let name = of(second.start, second.end);
            let mut out = String::new();
            let mut end = 0;
            for token in &real {
                out.push_str(of(end, token.start));
                let same_kind = token.tok == amigos_syntax::token::Tok::Ident && second.tok == token.tok;
                out.push_str(if same_kind && random.below(40) == 0 { name } else { of(token.start, token.end) });
                end = token.end;
            }
            out.push_str(of(end, text.len() as u32));
            out
        }
    }
}
