//! Which tests a package has, found in its text: `func TestX(t *testing.T)`, and `func ExampleX()` with an `// Output:` comment.

use crate::workspace::PackageFolder;

/// A test to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The function.
    pub name: String,
    /// Of an example, what it should print.
    pub output: Option<Expected>,
    /// Its file's name.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The file of the slice of state that it runs on (`//amigos:slice FILE`); nothing: fresh state.
    pub slice: Option<String>,
}

/// The output that an example states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// The text, trimmed.
    pub text: String,
    /// Whether the order of lines does not matter.
    pub unordered: bool,
    /// The line, from 1, on which it is stated.
    pub line: u32,
}

impl Expected {
    /// Whether `output` is what was stated, as `go test` compares.
    pub fn fits(&self, output: &str) -> bool {
        if !self.unordered {
            return output.trim() == self.text;
        }
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.trim().lines().map(|line| line.trim_end().to_owned()).collect();
            lines.sort();
            lines
        };
        sorted(output) == sorted(&self.text)
    }
}

/// The tests of a package in source order: those in the package, or the external ones (`package x_test`).
pub fn cases_of(package: &PackageFolder, external: bool) -> Vec<Case> {
    let files = package.sources.iter().filter(|source| source.name.ends_with("_test.go"));
    let texts = files.filter_map(|source| Some((&source.name, source.text.as_ref().ok()?)));
    texts.filter(|(_, text)| is_external(text) == external).flat_map(|(name, text)| cases(name, text)).collect()
}

fn is_external(text: &str) -> bool {
    text.lines()
        .find_map(|line| line.strip_prefix("package "))
        .is_some_and(|name| name.split_whitespace().next().is_some_and(|n| n.ends_with("_test")))
}

fn cases(file: &str, text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    let mut rest = text;
    // Functions at the margin only: what `gofmt` writes and what the analyzer's splitter relies on.
    while let Some(at) = next_function(rest) {
        let Some(tail) = rest.get(at..) else { break };
        let header = tail.strip_prefix("func ").unwrap_or(tail);
        let name: String = header.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let line_end = tail.find('\n').unwrap_or(tail.len());
        let on_one_line = tail.get(..line_end).is_some_and(|line| line.trim_end().ends_with('}'));
        let body_end = if on_one_line { line_end } else { tail.find("\n}").map_or(tail.len(), |end| end + 2) };
        let body = tail.get(..body_end).unwrap_or(tail);
        let line =
            text.len().checked_sub(tail.len()).and_then(|at| text.get(..at)).map_or(0, |before| before.matches('\n').count()) as u32 + 1;
        let slice = slice_of(text, text.len() - tail.len());
        if is_named(&name, "Test") && name != "TestMain" {
            found.push(Case { name, output: None, file: file.to_owned(), line, slice });
        } else if is_named(&name, "Example")
            && let Some(expected) = expected_output(body, line)
        {
            found.push(Case { name, output: Some(expected), file: file.to_owned(), line, slice });
        }
        rest = tail.get(body_end..).unwrap_or_default();
    }
    found
}

/// The file that the directive in the comment above a function names.
fn slice_of(text: &str, at: usize) -> Option<String> {
    let above = text.get(..at)?.trim_end_matches('\n').lines().rev().take_while(|line| line.starts_with("//"));
    above.filter_map(|line| line.strip_prefix(crate::slice::DIRECTIVE)).map(|file| file.trim().to_owned()).next()
}

fn next_function(text: &str) -> Option<usize> {
    if text.starts_with("func ") {
        return Some(0);
    }
    text.find("\nfunc ").map(|at| at + 1)
}

/// `TestX`, `Test_x`, `Test`, but not `Testing`.
fn is_named(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// The comment at the end of an example that begins with `Output:`; the body begins on `first_line`.
pub fn expected_output(body: &str, first_line: u32) -> Option<Expected> {
    let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "}").collect();
    let comments = lines.iter().rev().take_while(|line| line.starts_with("//")).count();
    let stated = |line: &&str| {
        let line = line.trim().trim_start_matches("//").trim_start().to_lowercase();
        line.starts_with("output:") || line.starts_with("unordered output:")
    };
    let line = first_line + body.lines().enumerate().filter(|(_, line)| stated(line)).last().map_or(0, |(index, _)| index as u32);
    let block: Vec<&str> = lines.get(lines.len() - comments..)?.iter().map(|line| line.trim_start_matches("//")).collect();
    let start = block.iter().position(|line| {
        let line = line.trim_start().to_lowercase();
        line.starts_with("output:") || line.starts_with("unordered output:")
    })?;
    let first = block.get(start)?.trim_start();
    let unordered = first.to_lowercase().starts_with("unordered");
    let (_, after) = first.split_once(':')?;
    let mut text: Vec<String> = vec![after.trim().to_owned()];
    text.extend(block.get(start + 1..)?.iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
    Some(Expected { text: text.join("\n").trim().to_owned(), unordered, line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_examples_are_found() {
        let text = "package x\n\nfunc TestA(t *testing.T) {\n\tif true {\n\t}\n}\n\nfunc Testing() {}\n\nfunc helper() {\n}\n\nfunc TestLine(t *testing.T) { t.Skip() }\n\nfunc ExampleB() {\n\tfmt.Println(1)\n\n\t// Output:\n\t// one\n\t//   two\n}\n\nfunc ExampleC() {\n}\n\nfunc Example_d() {\n\t// Unordered output: x\n}\n";
        let found = cases("x_test.go", text);
        assert_eq!(found.iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["TestA", "TestLine", "ExampleB", "Example_d"]);
        assert_eq!(found[2].output, Some(Expected { text: "one\n  two".into(), unordered: false, line: 18 }));
        assert!(found[3].output.as_ref().unwrap().unordered);
        assert!(found[2].output.as_ref().unwrap().fits("one\n  two\n"));
        assert_eq!(found.iter().map(|case| case.line).collect::<Vec<_>>(), [3, 13, 15, 26]);
        let sliced = cases(
            "x_test.go",
            "// TestA.\n//amigos:slice testdata/a.slice.json\nfunc TestA(t *testing.T) {}\n\nfunc TestB(t *testing.T) {}\n",
        );
        assert_eq!(sliced.iter().map(|case| case.slice.as_deref()).collect::<Vec<_>>(), [Some("testdata/a.slice.json"), None]);
        assert!(Expected { text: "b\na".into(), unordered: true, line: 0 }.fits("a\nb\n"));
        assert!(is_external("// c\npackage x_test\n") && !is_external("package x\n"));
    }
}
