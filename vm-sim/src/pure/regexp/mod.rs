//! Regular expressions as Go has them: the syntax that package regexp reads, the messages it refuses with, and its choice among matches.
//!
//! An expression is parsed ([`parse`]) to a tree, compiled ([`program`]) to a program of Thompson's machine, and the program runs on a text ([`search`]) in time
//! proportional to its size times the text, whatever the expression (Russ Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009). All work is
//! counted in steps by a [`Meter`], so that it can be paid for before it gets out of hand.

mod class;
mod flags;
mod parse;
mod program;
mod search;

pub use parse::{Refused, Syntax};
pub use program::Program;
pub use search::{Scratch, find_all};

/// The work that may be done, in steps.
#[derive(Debug)]
pub struct Meter {
    left: u64,
    used: u64,
}

/// The work that was allowed has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl Meter {
    /// At most so many steps.
    pub fn new(limit: u64) -> Meter {
        Meter { left: limit, used: 0 }
    }

    /// Steps done so far.
    pub fn used(&self) -> u64 {
        self.used
    }

    fn spend(&mut self, steps: u64) -> Result<(), Exhausted> {
        self.used = self.used.saturating_add(steps);
        self.left = self.left.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }
}

/// Why there is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The expression is refused.
    Refused(Refused),
    /// See [`Exhausted`].
    Exhausted,
}

impl From<Exhausted> for Failure {
    fn from(_: Exhausted) -> Failure {
        Failure::Exhausted
    }
}

/// The program of an expression.
///
/// Errors: the expression is refused, with the code and part that Go names; or its work exceeds the meter.
pub fn compile(expression: &[u8], syntax: Syntax, meter: &mut Meter) -> Result<Program, Failure> {
    let parsed = parse::parse(expression, syntax, meter)?;
    Ok(program::compile(&parsed, meter)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str, text: &str) -> Vec<Vec<Option<usize>>> {
        let mut meter = Meter::new(1 << 30);
        let program = compile(expression.as_bytes(), Syntax::Perl, &mut meter).unwrap_or_else(|e| panic!("{expression}: {e:?}"));
        let slots = 2 * (program.groups.len() + 1);
        let all = find_all(&program, text.as_bytes(), usize::MAX, slots, false, &mut Scratch::default(), &mut meter).unwrap_or_default();
        all.chunks(slots).map(<[_]>::to_vec).collect()
    }

    fn spans(expression: &str, text: &str) -> Vec<(usize, usize)> {
        found(expression, text).iter().map(|m| (m[0].unwrap_or(99), m[1].unwrap_or(99))).collect()
    }

    fn refusal(expression: &[u8]) -> (&'static str, String) {
        match compile(expression, Syntax::Perl, &mut Meter::new(1 << 30)) {
            Err(Failure::Refused(r)) => (r.code, String::from_utf8_lossy(&r.part).into_owned()),
            other => panic!("{expression:?}: {:?}", other.map(|p| p.insts.len())),
        }
    }

    #[test]
    fn of_matches_the_leftmost_counts_and_of_these_the_first_choice() {
        assert_eq!(spans("a|ab", "xab"), [(1, 2)]);
        assert_eq!(spans("ab|a", "xab"), [(1, 3)]);
        assert_eq!(spans("a+?", "aaa"), [(0, 1), (1, 2), (2, 3)]);
        assert_eq!(spans("a*", "baac"), [(0, 0), (1, 3), (4, 4)]);
        assert_eq!(spans("", "ab"), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(spans(r"\b", "ab cd"), [(0, 0), (2, 2), (3, 3), (5, 5)]);
        assert_eq!(spans("(?m)^.*$", "a\nb"), [(0, 1), (2, 3)]);
    }

    #[test]
    fn groups_say_where_they_matched_last() {
        assert_eq!(found("(a)|(b)", "b"), [[Some(0), Some(1), None, None, Some(0), Some(1)]]);
        assert_eq!(found("(?:(a)|b)*", "ab"), [[Some(0), Some(2), Some(0), Some(1)]]);
        assert_eq!(found("(a{2}){2}", "aaaaa"), [[Some(0), Some(4), Some(2), Some(4)]]);
    }

    #[test]
    fn case_and_classes_fold_as_unicode_says() {
        assert_eq!(spans("(?i)k", "Kk\u{212A}"), [(0, 1), (1, 2), (2, 5)]);
        assert_eq!(spans(r"(?i)[^x]", "xXy"), [(2, 3)]);
        assert_eq!(spans(r"\p{Greek}+\P{L}", "aλμ1"), [(1, 6)]);
        assert_eq!(spans(r"[[:alpha:]\d]+", "é9z-"), [(2, 4)]);
        assert_eq!(spans("[a-c^-]+", "^-abd"), [(0, 4)]);
    }

    #[test]
    fn bytes_that_are_no_text_count_as_one_character() {
        let program = compile(b"a.b", Syntax::Perl, &mut Meter::new(1 << 20)).expect("it is plain");
        let all = find_all(&program, b"a\xffb", 9, 2, false, &mut Scratch::default(), &mut Meter::new(1 << 20));
        assert_eq!(all, Ok(vec![Some(0), Some(3)]));
    }

    #[test]
    fn refusals_name_the_part_that_is_wrong() {
        for (expression, code, part) in [
            (&b"a**"[..], "invalid nested repetition operator", "**"),
            (b"*a", "missing argument to repetition operator", "*"),
            (b"a(b", "missing closing )", "a(b"),
            (b"a)b", "unexpected )", "a)b"),
            (b"x[a", "missing closing ]", "[a"),
            (b"[b-a]", "invalid character class range", "b-a"),
            (b"a{1001}", "invalid repeat count", "{1001}"),
            (b"(?:a{50}){50}", "invalid repeat count", "{50}"),
            (b"(?P<n", "invalid named capture", "(?P<n"),
            (b"(?z)", "invalid or unsupported Perl syntax", "(?z"),
            (br"\8", "invalid escape sequence", r"\8"),
            (b"a\\", "trailing backslash at end of expression", ""),
            (br"\p{Nothing}", "invalid character class range", r"\p{Nothing}"),
            (b"\xff", "invalid UTF-8", "\u{FFFD}"),
        ] {
            assert_eq!(refusal(expression), (code, part.to_owned()), "{}", String::from_utf8_lossy(expression));
        }
        let deep = "(".repeat(1200) + &")".repeat(1200);
        assert_eq!(refusal(deep.as_bytes()).0, "expression nests too deeply");
        assert_eq!(refusal("(a{1000}b{1000})".repeat(200).as_bytes()).0, "expression too large");
    }

    #[test]
    fn work_is_bounded_by_the_meter() {
        let mut meter = Meter::new(1 << 20);
        let program = compile(b"(a*)*b", Syntax::Perl, &mut meter).expect("it is plain");
        let text = "a".repeat(100_000);
        assert_eq!(find_all(&program, text.as_bytes(), 1, 2, false, &mut Scratch::default(), &mut Meter::new(50_000)), Err(Exhausted));
        let mut meter = Meter::new(10_000_000);
        assert_eq!(find_all(&program, text.as_bytes(), 1, 2, false, &mut Scratch::default(), &mut meter), Ok(vec![]));
        assert!(meter.used() < 3_000_000, "{}", meter.used());
        assert!(matches!(compile(r"(?i)\pL".repeat(100).as_bytes(), Syntax::Perl, &mut Meter::new(10_000)), Err(Failure::Exhausted)));
    }
}
