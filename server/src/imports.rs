//! The import paths of a Go file, found without parsing it: enough to know what to fetch before anything is checked.

/// The paths that `text` imports, in order, each once.
pub fn imports_of(text: &str) -> Vec<String> {
    let mut scanner = Scanner { text, at: 0 };
    let mut found: Vec<String> = Vec::new();
    // `package name`, then imports; the first other word ends the search.
    if scanner.word() != Some("package") || scanner.word().is_none() {
        return found;
    }
    while scanner.word() == Some("import") {
        let in_parentheses = scanner.eat('(');
        loop {
            // the name, `.` or `_` before the path
            scanner.eat('.');
            let before = scanner.at;
            if scanner.word() == Some("import") {
                scanner.at = before;
                break;
            }
            match scanner.string() {
                Some(path) if !path.is_empty() && !found.iter().any(|known| known == path) => found.push(path.to_owned()),
                Some(_) => {}
                None => break,
            }
            if !in_parentheses {
                break;
            }
        }
        scanner.eat(')');
    }
    found
}

/// An import path and its major: `hub.amigos.dev/token@v2` → (`hub.amigos.dev/token`, 2).
pub fn split_major(import: &str) -> (&str, Option<u32>) {
    match import.rsplit_once("@v") {
        Some((path, major)) => match major.parse() {
            Ok(major) => (path, Some(major)),
            Err(_) => (import, None),
        },
        None => (import, None),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips white space, semicolons and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n', ';', '\u{feff}']);
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.at += trimmed.find("*/").map_or(trimmed.len(), |end| end + 2);
            } else if trimmed.len() == rest.len() {
                return;
            }
        }
    }

    fn word(&mut self) -> Option<&'a str> {
        self.space();
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        self.at += end;
        if end == 0 { None } else { Some(&rest[..end]) }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.space();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn string(&mut self) -> Option<&'a str> {
        self.space();
        let rest = self.rest();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'))?;
        let body = &rest[1..];
        let end = body.find([quote, '\n']).unwrap_or(body.len());
        let closed = body[end..].starts_with(quote);
        self.at += 1 + end + usize::from(closed);
        Some(&body[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_in_every_form() {
        let text = "// c\n/* import \"no\" */ package a; import \"x\"\nimport (\n\t. \"y\"\n\t_ `z`\n\tname \"w\" // c\n\n\t\"x\"\n)\nimport n \"hub.amigos.dev/t@v2\"\nvar s = \"import\"\nimport \"late\"\n";
        assert_eq!(imports_of(text), ["x", "y", "z", "w", "hub.amigos.dev/t@v2"]);
    }

    #[test]
    fn half_typed_imports_do_no_harm() {
        for text in [
            "",
            "package",
            "package a\nimport",
            "package a\nimport (",
            "package a\nimport (\n\"x",
            "package a\nimport \"",
            "x",
            "package a\nimport (\nimport \"y\"",
        ] {
            imports_of(text);
        }
        assert_eq!(imports_of("package a\nimport (\n\"x\n\"y\"\n)"), ["x", "y"]);
        assert_eq!(split_major("hub.amigos.dev/t@v2"), ("hub.amigos.dev/t", Some(2)));
        assert_eq!(split_major("strings"), ("strings", None));
    }
}
