//! Texts with places to fill in, in the syntax of LSP's snippets.

use amigos_types::ty::Signature;

/// A text in which nothing is a place to fill in.
pub(crate) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// `name(${1:a}, ${2:b})`: a call with the names of the parameters.
pub(crate) fn call(name: &str, sig: &Signature) -> String {
    let count = if sig.variadic { sig.params.len() - 1 } else { sig.params.len() };
    let mut parts: Vec<String> = Vec::new();
    for (i, param) in sig.params.iter().take(count).enumerate() {
        parts.push(match param.name.filter(|n| !n.is_blank()) {
            Some(name) => format!("${{{}:{}}}", i + 1, escape(&name)),
            // A place without a word is empty: `_` is no value.
            None => format!("${{{}}}", i + 1),
        });
    }
    if sig.variadic {
        parts.push(format!("${}", count + 1));
    }
    // A place for the variadic ones is one argument too many if nothing is written there: without others it is the only place.
    let list = match parts.len() {
        0 => String::new(),
        1 if sig.variadic => "$1".to_owned(),
        _ if sig.variadic => format!("{}$0", parts[..parts.len() - 1].join(", ")),
        _ => parts.join(", "),
    };
    if sig.variadic && parts.len() > 1 { format!("{name}({list})") } else { format!("{name}({list})$0") }
}

/// The text that a snippet leaves when nothing is filled in: for clients that know none.
pub(crate) fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut chars = snippet.chars().peekable();
    let mut open = 0u32;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => {
                let braced = chars.peek() == Some(&'{');
                if braced {
                    chars.next();
                }
                while chars.peek().is_some_and(char::is_ascii_digit) {
                    chars.next();
                }
                if braced {
                    open += 1;
                    if chars.peek() == Some(&':') {
                        chars.next();
                    }
                }
            }
            '}' if open > 0 => open -= 1,
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn snippets_without_places() {
        assert_eq!(plain("f(${1:a}, ${2:b})$0"), "f(a, b)");
        assert_eq!(plain("if x {\n\t$0\n}"), "if x {\n\t\n}");
        assert_eq!(plain("T{A: ${1:\"\"}, B: \\}$2}"), "T{A: \"\", B: }}");
    }
}
