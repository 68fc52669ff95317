//! Doc comments: from the source text of a comment group to its plain text, to Markdown for hovers, and to its `Example:` lines.
//! The markup is Go's: paragraphs, `# headings`, lists, indented code, `[links]`.

use crate::TextRange;

/// A call that a doc comment gives as an example: `// Example: Transfer("bob", 5)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// The text behind `Example:`, trimmed.
    pub call: Box<str>,
    /// Where that text stands, relative to the text the comment is in.
    pub range: TextRange,
}

/// The `Example:` lines of the comment group at `group` in `text`.
pub fn examples(text: &str, group: TextRange) -> Vec<Example> {
    let mut found = Vec::new();
    let mut start = group.start;
    for line in group.of(text).split_inclusive('\n') {
        let body = line.trim_start().trim_start_matches(['/', '*']).trim_start();
        if let Some(call) = body.strip_prefix("Example:") {
            let call = call.trim().trim_end_matches("*/").trim_end();
            let offset = call.as_ptr() as usize - line.as_ptr() as usize;
            if !call.is_empty() {
                let at = start + offset as u32;
                found.push(Example { call: call.into(), range: TextRange::new(at, at + call.len() as u32) });
            }
        }
        start += line.len() as u32;
    }
    found
}

/// The plain text of a comment group as written in the source: without comment markers, directives (`//go:...`, `//amigos:...`) and
/// superfluous blank lines. It ends with a newline, unless it is empty.
pub fn comment_text(group: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut rest = group;
    while let Some(start) = rest.find("//").into_iter().chain(rest.find("/*")).min() {
        rest = &rest[start..];
        if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            let line = &rest[2..end];
            rest = &rest[end..];
            if !is_directive(line) {
                lines.push(line.strip_prefix(' ').unwrap_or(line));
            }
        } else {
            let end = rest[2..].find("*/").map_or(rest.len(), |len| len + 2);
            lines.extend(rest[2..end].trim_start_matches([' ', '\t']).lines());
            rest = rest.get(end + 2..).unwrap_or("");
        }
    }
    let mut out = String::new();
    let mut blank = false;
    for line in lines {
        let line = line.trim_end();
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if blank {
            out.push('\n');
            blank = false;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Whether a `//` comment with this text behind the slashes is for tools: `go:generate`, `amigos:bound`, `line x.go:1`, `export f`.
pub(crate) fn is_directive(line: &str) -> bool {
    if line.starts_with("line ") || line.starts_with("extern ") || line.starts_with("export ") {
        return true;
    }
    let Some((tool, rest)) = line.split_once(':') else { return false };
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    !tool.is_empty() && tool.chars().all(word) && rest.starts_with(word)
}

/// The first sentence of a comment's plain text, on one line.
pub fn synopsis(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or("");
    let line = paragraph.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.match_indices(". ").find(|(i, _)| {
        // Not behind an initial (`J. Doe`).
        let before = line[..*i].rsplit(' ').next().unwrap_or("");
        !(before.len() == 1 && before.chars().all(char::is_uppercase))
    });
    match end {
        Some((i, _)) => line[..=i].to_owned(),
        None => line,
    }
}

/// A comment's plain text ([`comment_text`]) as Markdown. `link` gives the URL of a `[Name]`, `[Type.Method]` or `[pkg.Name]`; names without
/// one are shown as code.
pub fn to_markdown(text: &str, link: &dyn Fn(&str) -> Option<String>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let definitions: Vec<(&str, &str)> = lines.iter().filter_map(|l| link_definition(l)).collect();
    let inline = |text: &str| inline_markdown(text, &definitions, link);
    let mut blocks: Vec<String> = Vec::new();
    for span in spans(&lines) {
        match span {
            Span::Heading(text) => blocks.push(format!("### {}", inline(text))),
            Span::Paragraph(lines) => {
                let lines: Vec<String> = lines.iter().filter(|l| link_definition(l).is_none()).map(|l| inline(l.trim())).collect();
                if !lines.is_empty() {
                    blocks.push(lines.join("\n"));
                }
            }
            Span::Code(lines) => blocks.push(code_block(lines)),
            Span::List(items) => {
                let items = items.iter().map(|item| {
                    let marker = if item.number.is_empty() { "-".to_owned() } else { format!("{}.", item.number) };
                    let indent = " ".repeat(marker.len() + 1);
                    let paragraphs: Vec<String> = item.lines.split(|l| l.is_empty()).map(|p| inline(&p.join(" "))).collect();
                    format!("{marker} {}", paragraphs.join(&format!("\n\n{indent}")))
                });
                blocks.push(items.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    blocks.join("\n\n")
}

/// A part of a comment.
enum Span<'a> {
    Heading(&'a str),
    Paragraph(&'a [&'a str]),
    /// Indented lines, blank ones between them included.
    Code(&'a [&'a str]),
    List(Vec<Item<'a>>),
}

/// An item of a list: its number, or nothing for a bullet, and its lines, paragraphs being separated by empty ones.
struct Item<'a> {
    number: &'a str,
    lines: Vec<&'a str>,
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

fn spans<'a>(lines: &'a [&'a str]) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        if lines[i].is_empty() {
            i += 1;
            continue;
        }
        let start = i;
        if is_indented(lines[i]) || list_marker(lines[i]).is_some() {
            // Blank lines belong to it if an indented line (or another item) follows.
            let is_list = list_marker(lines[i].trim_start()).is_some();
            let belongs = |line: &str| is_indented(line) || is_list && list_marker(line).is_some();
            let mut end = i + 1;
            while i < lines.len() && (lines[i].is_empty() || belongs(lines[i])) {
                if !lines[i].is_empty() {
                    end = i + 1;
                }
                i += 1;
            }
            i = end;
            spans.push(if is_list { Span::List(items(&lines[start..end])) } else { Span::Code(&lines[start..end]) });
            continue;
        }
        while i < lines.len() && !lines[i].is_empty() && !is_indented(lines[i]) && (i == start || list_marker(lines[i]).is_none()) {
            i += 1;
        }
        let paragraph = &lines[start..i];
        let alone = paragraph.len() == 1 && lines.get(i).is_none_or(|l| l.is_empty());
        match paragraph[0].strip_prefix("# ") {
            Some(heading) if alone && !heading.trim().is_empty() => spans.push(Span::Heading(heading.trim())),
            _ if alone && start > 0 && is_old_heading(paragraph[0]) && lines[i..].iter().any(|l| !l.is_empty()) => {
                spans.push(Span::Heading(paragraph[0]));
            }
            _ => spans.push(Span::Paragraph(paragraph)),
        }
    }
    spans
}

/// A heading of the time before `#`: one line that starts with an upper-case letter and has no punctuation but `()`, `,` and `'s`.
fn is_old_heading(line: &str) -> bool {
    let (Some(first), Some(last)) = (line.chars().next(), line.chars().last()) else { return false };
    first.is_uppercase()
        && last.is_alphanumeric()
        && !line.contains([
            ';', ':', '!', '?', '+', '*', '/', '=', '[', ']', '{', '}', '_', '^', '°', '&', '§', '~', '%', '#', '@', '<', '"', '>', '\\',
            '`',
        ])
        && line.match_indices('\'').all(|(i, _)| line[i + 1..].starts_with("s "))
        && line.match_indices('.').all(|(i, _)| !line[i + 1..].is_empty() && !line[i + 1..].starts_with(' '))
}

/// The number (or an empty text for a bullet) and the rest of a line that starts a list item.
fn list_marker(line: &str) -> Option<(&str, &str)> {
    let digits = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    let rest = if digits == 0 { line.strip_prefix(['-', '*', '+', '•'])? } else { line[digits..].strip_prefix(['.', ')'])? };
    if !rest.starts_with([' ', '\t']) || rest.trim().is_empty() {
        return None;
    }
    Some((&line[..digits], rest.trim()))
}

fn items<'a>(lines: &[&'a str]) -> Vec<Item<'a>> {
    let mut items: Vec<Item> = Vec::new();
    for line in lines {
        let line = line.trim();
        match (list_marker(line), items.last_mut()) {
            (Some((number, text)), _) => items.push(Item { number, lines: vec![text] }),
            (None, Some(item)) if !line.is_empty() || item.lines.last().is_some_and(|l| !l.is_empty()) => item.lines.push(line),
            (None, _) => {}
        }
    }
    for item in &mut items {
        while item.lines.last().is_some_and(|l| l.is_empty()) {
            item.lines.pop();
        }
    }
    items
}

fn code_block(lines: &[&str]) -> String {
    let indent = |l: &&str| l.len() - l.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().filter(|l| !l.trim().is_empty()).map(indent).min().unwrap_or(0);
    // A fence longer than any in the code, so that none ends it.
    let longest = lines.iter().flat_map(|l| l.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let mut out = format!("{fence}go\n");
    for line in lines {
        out.push_str(line.get(common..).unwrap_or(""));
        out.push('\n');
    }
    out.push_str(&fence);
    out
}

/// `[Text]: URL` on a line of its own.
fn link_definition(line: &str) -> Option<(&str, &str)> {
    let (text, url) = line.strip_prefix('[')?.split_once("]: ")?;
    let url = url.trim();
    // Other schemes may do more than open a page.
    let page = ["https://", "http://", "ftp://", "mailto:"].iter().any(|s| url.starts_with(s));
    (page && !url.contains([' ', '(', ')', '<', '>'])).then_some((text, url))
}

/// The end of the URL that `text` starts with.
fn url_len(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://", "ftp://", "mailto:"].into_iter().find(|s| text.starts_with(s))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '[' | ']')).unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
    let url = if url.contains('(') { url } else { url.trim_end_matches(')') };
    (url.len() > scheme.len()).then_some(url.len())
}

/// Whether `[text]` is a link to something in Go: `Name`, `Type.Method`, `pkg.Name`, `pkg.Type.Method`, `*Type`, or an import path.
fn is_doc_link(text: &str) -> bool {
    let text = text.strip_prefix('*').unwrap_or(text);
    let name = text.rsplit('/').next().unwrap_or(text);
    let parts: Vec<&str> = name.split('.').collect();
    let local = !text.contains('/');
    (1..=3).contains(&parts.len())
        && parts.iter().all(|p| crate::lex::is_identifier(p))
        && (parts.iter().any(|p| p.starts_with(char::is_uppercase)) || !local || parts.len() == 1 && !text.is_empty())
        && text.split('/').all(|p| !p.is_empty() && !p.contains(char::is_whitespace))
}

fn inline_markdown(text: &str, definitions: &[(&str, &str)], link: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut word_before = false;
    while let Some(c) = rest.chars().next() {
        if !word_before && let Some(len) = url_len(rest) {
            let (url, behind) = rest.split_at(len);
            out.push('<');
            out.push_str(url);
            out.push('>');
            rest = behind;
            continue;
        }
        if c == '['
            && let Some(end) = rest.find(']')
        {
            let inside = &rest[1..end];
            let defined = definitions.iter().find(|(text, _)| *text == inside);
            let replaced = match defined {
                Some((_, url)) => Some(format!("[{}]({url})", escape(inside))),
                None if is_doc_link(inside) && !word_before => Some(match link(inside.trim_start_matches('*')) {
                    Some(url) => format!("[`{inside}`]({url})"),
                    None => format!("`{inside}`"),
                }),
                None => None,
            };
            if let Some(replaced) = replaced {
                out.push_str(&replaced);
                rest = &rest[end + 1..];
                word_before = false;
                continue;
            }
        }
        if let Some(behind) = rest.strip_prefix("``") {
            out.push('“');
            rest = behind;
            continue;
        }
        if let Some(behind) = rest.strip_prefix("''") {
            out.push('”');
            rest = behind;
            continue;
        }
        // Code between backquotes is no Go markup, but people write it and editors show it.
        if c == '`'
            && let Some(len) = rest[1..].find('`')
        {
            out.push_str(&rest[..len + 2]);
            rest = &rest[len + 2..];
            continue;
        }
        escape_char(&mut out, c);
        word_before = c.is_alphanumeric();
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    text.chars().for_each(|c| escape_char(&mut out, c));
    out
}

fn escape_char(out: &mut String, c: char) {
    let special = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~')
        || matches!(c, '#' | '-' | '+') && out.rsplit('\n').next().is_some_and(|l| l.trim().is_empty());
    if special {
        out.push('\\');
    }
    out.push(c);
}
