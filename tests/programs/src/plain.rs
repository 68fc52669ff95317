//! Blocks of plain Go on the language pages: ` ```go profile=go `, each a program of its own.
//!
//! * `// error CODE "part of the message"` wants that error on its line, `// error CODE@7 "..."` at that column (in bytes, from 1); others fail the block;
//! * `// type T` says the type of the expression behind the line's `=`, or of the statement's expression;
//! * a block ` ```output ` behind it is what `main` prints, with the report of a panic as its last line.

use crate::machine::{Problem, Ran, Workbench};
use crate::page::Section;

/// A block.
#[derive(Clone, Debug)]
pub struct Plain {
    /// The heading it stands under.
    pub title: String,
    /// The line of the page on which its text starts.
    pub line: usize,
    /// The program.
    pub text: String,
    /// What it prints.
    pub output: Option<String>,
    /// The line of the page on which that starts.
    pub output_line: usize,
}

/// The blocks of a section.
pub fn blocks(section: &Section) -> Vec<Plain> {
    let mut out: Vec<Plain> = Vec::new();
    let mut last_is_plain = false;
    for block in &section.blocks {
        let plain = block.kind == "go" && block.get("profile") == Some("go");
        if plain {
            out.push(Plain { title: section.title.clone(), line: block.line, text: block.text.clone(), output: None, output_line: 0 });
        } else if block.kind == "output"
            && last_is_plain
            && let Some(last) = out.last_mut()
        {
            last.output = Some(block.text.clone());
            last.output_line = block.line;
        }
        last_is_plain = plain;
    }
    out
}

/// An error that a comment wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: Option<usize>,
    /// go/types' name of the error, or `Syntax`.
    pub code: String,
    /// A part of the message.
    pub part: String,
}

/// The errors that a program's comments want.
pub fn wanted(text: &str) -> Vec<Wanted> {
    let mut out = Vec::new();
    for (line, text) in text.lines().enumerate() {
        for mark in text.split("// error ").skip(1) {
            let (code, rest) = mark.split_once(' ').unwrap_or((mark, ""));
            let (code, column) = match code.split_once('@') {
                Some((code, column)) => (code, column.parse().ok()),
                None => (code, None),
            };
            let part = rest.trim_start().strip_prefix('"').map(quoted).unwrap_or_default();
            out.push(Wanted { line: line + 1, column, code: code.trim().to_owned(), part });
        }
    }
    out
}

/// The text up to the closing quotation mark.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                other => out.extend(other),
            },
            c => out.push(c),
        }
    }
    out
}

/// The errors that count: behind a syntax error others depend on how the parser goes on, so of a program with any the first one.
pub fn counted(found: &[Problem]) -> Vec<Problem> {
    let syntax = found.iter().filter(|p| p.code == "Syntax").min_by_key(|p| (p.line, p.column));
    syntax.map_or_else(|| found.to_vec(), |first| vec![first.clone()])
}

/// How the errors that were found differ from those that a program's comments want.
pub fn compare_errors(text: &str, found: &[Problem]) -> Vec<String> {
    let mut left = wanted(text);
    let found = &counted(found);
    let mut wrong = Vec::new();
    for p in found {
        let fits = |w: &Wanted| {
            w.line == p.line
                && w.column.is_none_or(|c| c == p.column)
                && w.code.eq_ignore_ascii_case(&p.code)
                && p.message.contains(&w.part)
        };
        match left.iter().position(fits) {
            Some(at) => {
                left.remove(at);
            }
            None => wrong.push(format!("line {}: {}@{} {:?}", p.line, p.code, p.column, p.message)),
        }
    }
    wrong.extend(left.iter().map(|w| format!("line {}: wanted {} {:?}", w.line, w.code, w.part)));
    wrong
}

/// The places whose type a comment says: line from 1, offset of the expression, type.
pub fn typed(text: &str) -> Vec<(usize, u32, String)> {
    let mut out = Vec::new();
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        if let Some((code, ty)) = line.split_once("// type ") {
            let at = match code.find(":= ").map(|p| p + 3).or_else(|| code.find("= ").map(|p| p + 2)) {
                Some(at) => at,
                None => code.len() - code.trim_start().len(),
            };
            out.push((i + 1, (start + at) as u32, ty.trim().to_owned()));
        }
        start += line.len();
    }
    out
}

/// The outcome as the output block of a page says it.
pub fn shown(ran: &Ran) -> String {
    let mut text = ran.output.clone();
    if let Some(panic) = &ran.panic {
        text.push_str(panic);
        text.push('\n');
    }
    text
}

/// Checks and runs a block.
pub fn run(bench: &mut Workbench, plain: &Plain) -> Result<(), String> {
    let found = bench.problems(&plain.text);
    let wrong = compare_errors(&plain.text, &found);
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let mut wrong = Vec::new();
    for (line, at, ty) in typed(&plain.text) {
        match bench.type_at(at) {
            Some(found) if found == ty => {}
            Some(found) => wrong.push(format!("line {line}: the type is {found}")),
            None => wrong.push(format!("line {line}: there is no expression")),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    match &plain.output {
        Some(_) if !found.is_empty() => Err("a program with errors has no output".to_owned()),
        Some(wanted) => {
            let ran = bench.run(&plain.text)?;
            let got = shown(&ran);
            if got == *wanted { Ok(()) } else { Err(format!("it prints:\n{got}")) }
        }
        None if found.is_empty() && plain.text.contains("func main() {\n") => {
            Err("what it prints is not said: add a block `output`".to_owned())
        }
        None => Ok(()),
    }
}
