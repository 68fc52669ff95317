//! `//amigos:bound EXPR<=N`: what the author promises of a size. The machine checks it when a function begins, and gas bounds count on it.

use crate::file::{Directive, directive};
use crate::lex::lex;
use crate::{Name, TextRange};

/// The name of the directive.
pub const BOUND: &str = "bound";
/// What a directive that is wrong should look like.
const FORM: &str = "write `//amigos:bound len(NAME)<=100`, `//amigos:bound NAME<=100` for an integer, or `//amigos:bound depth<=8`";

/// What is bounded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Measure {
    /// `len(queue)`: a string, slice or map.
    Len,
    /// `n`: an integer.
    Value,
    /// `depth`: how many calls of the function run at once.
    Depth,
}

/// A bound as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenBound {
    /// What of `path` is bounded.
    pub measure: Measure,
    /// A parameter, receiver or package variable, and fields from there on; empty for a depth.
    pub path: Vec<Name>,
    /// The largest value it may have.
    pub most: u64,
    /// The comment, in the text that was searched.
    pub range: TextRange,
}

impl WrittenBound {
    /// `len(queue)<=100`
    pub fn text(&self) -> String {
        let path: Vec<&str> = self.path.iter().map(|n| n.as_str()).collect();
        let path = path.join(".");
        match self.measure {
            Measure::Len => format!("len({path})<={}", self.most),
            Measure::Value => format!("{path}<={}", self.most),
            Measure::Depth => format!("depth<={}", self.most),
        }
    }
}

/// What is wrong with one, and where.
pub type Wrong = (TextRange, String);

/// The bounds in the comments of `text` in `within`, in order: each, or what is wrong with it.
pub fn bounds(text: &str, within: TextRange) -> Vec<Result<WrittenBound, Wrong>> {
    if !within.of(text).contains("//amigos:bound") {
        return Vec::new();
    }
    let comments = lex(text).comments.into_iter().map(|c| c.range).filter(|r| within.start <= r.start && r.end <= within.end);
    comments.filter_map(|range| directive(text, range)).filter(|d| &*d.name == BOUND).map(|d| read(&d)).collect()
}

fn read(directive: &Directive) -> Result<WrittenBound, Wrong> {
    let wrong = |what: String| (directive.range, format!("{what}: {FORM}"));
    let args = directive.args.split(" -- ").next().unwrap_or("").split(" //").next().unwrap_or("").trim();
    if args.is_empty() {
        return Err(wrong("`//amigos:bound` says no bound".into()));
    }
    let Some((what, most)) = args.split_once("<=") else {
        return Err(wrong(format!("`{args}` has no `<=`")));
    };
    let (what, most) = (what.trim(), most.trim());
    let digits: String = most.chars().filter(|c| *c != '_').collect();
    let Some(most) = digits.parse::<u64>().ok().filter(|n| i64::try_from(*n).is_ok()) else {
        return Err(wrong(format!("`{most}` is no whole number")));
    };
    if what == "depth" {
        if most == 0 {
            return Err(wrong("with `depth<=0` the function could not be called".into()));
        }
        return Ok(WrittenBound { measure: Measure::Depth, path: vec![], most, range: directive.range });
    }
    let (measure, path) = match what.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')')) {
        Some(path) => (Measure::Len, path.trim()),
        None => (Measure::Value, what),
    };
    if path.contains('[') {
        return Err(wrong(format!("`{path}` goes through elements, which would all have to be looked at in each call")));
    }
    let is_name = |s: &str| s.starts_with(|c: char| c.is_alphabetic() || c == '_') && s.chars().all(|c| c.is_alphanumeric() || c == '_');
    let names: Vec<&str> = path.split('.').collect();
    if !names.iter().all(|n| is_name(n)) {
        return Err(wrong(format!("`{path}` is no variable or field")));
    }
    Ok(WrittenBound { measure, path: names.into_iter().map(Name::new).collect(), most, range: directive.range })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(line: &str) -> Result<String, String> {
        let text = format!("{line}\nfunc F() {{}}\n");
        let mut all = bounds(&text, TextRange::new(0, line.len() as u32));
        assert_eq!(all.len(), 1, "{line}");
        all.remove(0).map(|b| b.text()).map_err(|(_, what)| what.split(": write").next().unwrap_or("").to_owned())
    }

    #[test]
    fn bounds_are_read() {
        for (line, text) in [
            ("//amigos:bound len(queue)<=100", "len(queue)<=100"),
            ("//amigos:bound len( s.items ) <= 1_000 -- as Add checks", "len(s.items)<=1000"),
            ("//amigos:bound n<=5", "n<=5"),
            ("//amigos:bound depth<=8", "depth<=8"),
        ] {
            assert_eq!(read_one(line).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, what) in [
            ("//amigos:bound", "`//amigos:bound` says no bound"),
            ("//amigos:bound len(queue)", "`len(queue)` has no `<=`"),
            ("//amigos:bound len(queue)<100", "`len(queue)<100` has no `<=`"),
            ("//amigos:bound len(queue)<=many", "`many` is no whole number"),
            ("//amigos:bound n<=-1", "`-1` is no whole number"),
            (
                "//amigos:bound len(posts[].Title)<=9",
                "`posts[].Title` goes through elements, which would all have to be looked at in each call",
            ),
            ("//amigos:bound cap(queue)<=9", "`cap(queue)` is no variable or field"),
            ("//amigos:bound depth<=0", "with `depth<=0` the function could not be called"),
        ] {
            assert_eq!(read_one(line), Err(what.to_owned()));
        }
    }

    #[test]
    fn only_comments_that_start_so_count() {
        assert!(bounds("// see //amigos:bound n<=1\n//amigos:boundless n\n", TextRange::new(0, 48)).is_empty());
    }
}
