//! Doc comments in their standard form: paragraphs, headings, lists and code blocks set apart by blank lines, lists and code
//! indented, link definitions and directives at the end (go.dev/doc/comment says what they look like).

use super::source::Note;
use crate::doc::is_directive;

/// The comments that a doc comment becomes, or `None` if it stays as it is. No comments: it is to be dropped.
pub(super) fn format_doc(notes: &[Note]) -> Option<Vec<String>> {
    let first = notes.first()?;
    if notes.len() == 1 && first.text.starts_with("/*") {
        let inner = first.text.get(2..first.text.len().checked_sub(2)?)?;
        // On one line, or with a column of stars, it can't be said in standard form.
        if !inner.contains('\n') || has_star_column(first.text) {
            return None;
        }
        return Some(vec![format!("/*\n{}*/", format_text(inner))]);
    }
    let mut text = String::new();
    let mut directives = Vec::new();
    for note in notes {
        let line = note.text.strip_prefix("//")?;
        if is_directive(line) {
            directives.push(note.text.to_owned());
        } else {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
    }
    if text.is_empty() {
        return None;
    }
    let formatted = format_text(&text);
    let mut out: Vec<String> = formatted
        .lines()
        .map(|line| match line {
            "" => "//".to_owned(),
            line if line.starts_with('\t') => format!("//{line}"),
            line => format!("// {line}"),
        })
        .collect();
    if !directives.is_empty() {
        out.push("//".to_owned());
        out.append(&mut directives);
    }
    Some(out)
}

fn has_star_column(text: &str) -> bool {
    text.split('\n').skip(1).all(|line| line.trim_start_matches([' ', '\t']).starts_with('*'))
}

enum Block {
    Paragraph(String),
    Heading(String),
    Code(Vec<String>),
    List { items: Vec<Item>, blank_before: bool, blank_between: bool },
}

#[derive(Default)]
struct Item {
    /// Empty for a bullet.
    number: String,
    paragraphs: Vec<String>,
}

struct LinkDefinition {
    text: String,
    url: String,
    used: bool,
}

#[derive(Default)]
struct Doc {
    blocks: Vec<Block>,
    links: Vec<LinkDefinition>,
}

fn format_text(text: &str) -> String {
    let lines = unindent(text.split('\n'));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut doc = Doc::default();
    let mut previous_end = 0;
    for span in spans(&lines) {
        let own = &lines[span.start..span.end];
        match span.kind {
            Kind::List => {
                let list = doc.list(own, previous_end < span.start);
                doc.blocks.push(list);
            }
            Kind::Code => doc.blocks.push(Block::Code(unindent(own.iter().copied()))),
            Kind::OldHeading => doc.blocks.push(Block::Heading(own[0].trim().to_owned())),
            Kind::Heading => doc.blocks.push(Block::Heading(own[0][1..].trim().to_owned())),
            Kind::Paragraph => {
                if let Some(text) = doc.paragraph(own) {
                    doc.blocks.push(Block::Paragraph(text));
                }
            }
        }
        previous_end = span.end;
    }
    doc.print()
}

// ---- blocks

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Heading,
    List,
    OldHeading,
    Paragraph,
}

struct Span {
    start: usize,
    end: usize,
    kind: Kind,
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// Divides lines into blocks. Code and lists that someone forgot to indent are recognised by what comes next.
fn spans(lines: &[&str]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    // Lines before this one count as indented.
    let mut forced = 0;
    loop {
        while lines.get(at).is_some_and(|l| l.is_empty()) {
            at += 1;
        }
        if at >= lines.len() {
            return spans;
        }
        let start = at;
        if at < forced || is_indented(lines[at]) {
            let end = indented_span(lines, start, forced);
            let kind = if is_list_item(lines[start]) { Kind::List } else { Kind::Code };
            spans.push(Span { start, end, kind });
            at = end;
            continue;
        }
        at += 1;
        while at < lines.len() && !lines[at].is_empty() && !is_indented(lines[at]) {
            at += 1;
        }
        let mut end = at;
        if at < lines.len() && !lines[at].is_empty() && !is_list_item(lines[at]) {
            // Indented code follows at once.
            let last = lines[at - 1];
            if is_list_item(last) {
                // Its first line may be the second one of a list item.
                forced = end;
                end -= 1;
                while end > start && is_list_item(lines[end - 1]) {
                    end -= 1;
                }
            } else if last.ends_with('{') || last.ends_with('\\') {
                // The line before is probably code too.
                forced = end;
                end -= 1;
            }
            if start == end && forced > start {
                at = start;
                continue;
            }
        }
        let alone = end - start == 1;
        let kind = if alone && is_heading(lines[start]) {
            Kind::Heading
        } else if alone && is_old_heading(lines, start) {
            Kind::OldHeading
        } else {
            Kind::Paragraph
        };
        spans.push(Span { start, end, kind });
        at = end;
    }
}

/// The end of an indented block that starts at `start`.
fn indented_span(lines: &[&str], start: usize, forced: usize) -> usize {
    let mut list_goes_on = is_list_item(lines[start]) && start < forced;
    let mut at = start + 1;
    while at < lines.len() {
        let line = lines[at];
        if !(line.is_empty() || at < forced || is_indented(line) || list_goes_on && is_list_item(line)) {
            break;
        }
        if line.is_empty() {
            list_goes_on = false;
        }
        at += 1;
    }
    let mut end = at;
    while end > start && lines[end - 1].is_empty() {
        end -= 1;
    }
    // The closing brace of code whose first and last lines weren't indented.
    if lines.get(end).is_some_and(|l| l.starts_with('}')) {
        end += 1;
    }
    end
}

fn is_heading(line: &str) -> bool {
    (line.starts_with("# ") || line.starts_with("#\t")) && line.trim() != "#"
}

/// Whether the line is a heading of the time before `#`: alone between blank lines, capitalised, without punctuation, text below.
fn is_old_heading(lines: &[&str], at: usize) -> bool {
    let blank = |i: usize| lines.get(i).is_some_and(|l| l.is_empty());
    if at == 0 || !blank(at - 1) || !blank(at + 1) || lines.get(at + 2).is_none_or(|l| is_indented(l)) {
        return false;
    }
    let line = lines[at].trim();
    let (Some(first), Some(last)) = (line.chars().next(), line.chars().next_back()) else { return false };
    if !first.is_uppercase() || !(last.is_alphabetic() || last.is_numeric()) {
        return false;
    }
    if line.contains([
        ';', ':', '!', '?', '+', '*', '/', '=', '[', ']', '{', '}', '_', '^', '°', '&', '§', '~', '%', '#', '@', '<', '"', '>', '\\',
    ]) {
        return false;
    }
    let behind = |mark: char, good: fn(&str) -> bool| line.match_indices(mark).all(|(i, _)| good(&line[i + 1..]));
    behind('\'', |rest| rest == "s" || rest.starts_with("s ")) && behind('.', |rest| !rest.is_empty() && !rest.starts_with(' '))
}

/// The number (empty for a bullet) and the text of a line that starts a list item.
fn list_marker(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = if digits > 0 {
        (&line[..digits], line[digits..].strip_prefix(['.', ')'])?)
    } else {
        ("", line.strip_prefix(['•', '*', '+', '-'])?)
    };
    (is_indented(rest) && !rest.trim().is_empty()).then_some((number, rest))
}

fn is_list_item(line: &str) -> bool {
    list_marker(line).is_some()
}

/// Lines without their common indentation, and without blank lines at both ends; lines of blanks are empty.
fn unindent<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines: Vec<&str> = lines.collect();
    let Some(first) = lines.iter().position(|l| !l.is_empty()) else { return Vec::new() };
    let last = lines.iter().rposition(|l| !l.is_empty()).unwrap_or(first);
    let lines = &lines[first..=last];
    let leading = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut prefix = &lines[0][..leading(lines[0])];
    for line in lines.iter().filter(|l| !l.is_empty()) {
        let own = &line[..leading(line)];
        let common = prefix.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
        prefix = &prefix[..common];
    }
    let mut out: Vec<String> = lines
        .iter()
        .map(|line| line.strip_prefix(prefix).unwrap_or(line))
        .map(|line| if line.trim().is_empty() { String::new() } else { line.to_owned() })
        .skip_while(|line| line.is_empty())
        .collect();
    while out.last().is_some_and(|l| l.is_empty()) {
        out.pop();
    }
    out
}

impl Doc {
    /// The text of a paragraph, unless it consists of link definitions, which are kept.
    fn paragraph(&mut self, lines: &[&str]) -> Option<String> {
        let definitions: Option<Vec<_>> = lines.iter().map(|l| link_definition(l)).collect();
        match definitions {
            Some(definitions) => {
                self.links.extend(definitions);
                None
            }
            None => Some(lines.join("\n")),
        }
    }

    fn list(&mut self, lines: &[&str], blank_before: bool) -> Block {
        let numbered = list_marker(lines[0]).is_some_and(|(number, _)| !number.is_empty());
        let mut items: Vec<Item> = Vec::new();
        let mut text: Vec<&str> = Vec::new();
        let mut blank_between = false;
        for &line in lines {
            let mut line = line;
            if let Some((number, rest)) = list_marker(line)
                && number.is_empty() != numbered
            {
                self.end_paragraph(&mut items, &mut text);
                items.push(Item { number: number.to_owned(), paragraphs: Vec::new() });
                line = rest;
            }
            let line = line.trim();
            if line.is_empty() {
                blank_between = true;
                self.end_paragraph(&mut items, &mut text);
            } else {
                text.push(line);
            }
        }
        self.end_paragraph(&mut items, &mut text);
        let blank_between = blank_between || items.iter().any(|item| item.paragraphs.len() != 1);
        Block::List { items, blank_before: blank_before || blank_between, blank_between }
    }

    fn end_paragraph(&mut self, items: &mut [Item], text: &mut Vec<&str>) {
        if let Some(item) = items.last_mut() {
            item.paragraphs.extend(self.paragraph(text));
        }
        text.clear();
    }

    fn print(mut self) -> String {
        let blocks = std::mem::take(&mut self.blocks);
        let mut out = String::new();
        for (i, block) in blocks.into_iter().enumerate() {
            let blank = !matches!(block, Block::List { blank_before: false, .. });
            if i > 0 && blank {
                out.push('\n');
            }
            match block {
                Block::Paragraph(text) => {
                    out.push_str(&self.inline(&text));
                    out.push('\n');
                }
                Block::Heading(text) => {
                    out.push_str("# ");
                    out.push_str(&text);
                    out.push('\n');
                }
                Block::Code(lines) => {
                    for line in lines {
                        if !line.is_empty() {
                            out.push('\t');
                            out.push_str(&line);
                        }
                        out.push('\n');
                    }
                }
                Block::List { items, blank_between, .. } => self.print_list(&mut out, &items, blank_between),
            }
        }
        for used in [true, false] {
            let mut first = true;
            for link in self.links.iter().filter(|l| l.used == used) {
                if std::mem::take(&mut first) {
                    out.push('\n');
                }
                out.push_str(&format!("[{}]: {}\n", link.text, link.url));
            }
        }
        out
    }

    fn print_list(&mut self, out: &mut String, items: &[Item], blank_between: bool) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 && blank_between {
                out.push('\n');
            }
            if item.number.is_empty() {
                out.push_str("  - ");
            } else {
                out.push_str(&format!(" {}. ", item.number));
            }
            for (i, paragraph) in item.paragraphs.iter().enumerate() {
                if i > 0 {
                    out.push_str("\n    ");
                }
                out.push_str(&self.inline(paragraph).replace('\n', "\n    "));
                out.push('\n');
            }
        }
    }

    // ---- text

    /// Text with typographic quotes; notes which link definitions it uses.
    fn inline(&mut self, text: &str) -> String {
        if self.links.is_empty() && !has_quotes(text) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut written = 0;
        let mut start = None;
        let mut name = String::new();
        for (i, c) in text.char_indices() {
            match c {
                '[' => {
                    start = Some(i);
                    continue;
                }
                ']' => {
                    if let Some(open) = start.take()
                        && let Some(link) = self.links.iter_mut().find(|l| l.text == name)
                    {
                        link.used = true;
                        quotes(&mut out, &text[written..open], true);
                        out.push('[');
                        quotes(&mut out, &text[open + 1..i], false);
                        out.push(']');
                        written = i + 1;
                    }
                    name.clear();
                }
                _ => {}
            }
            if start.is_some() {
                name.push(if matches!(c, '\n' | '\t') { ' ' } else { c });
            }
        }
        quotes(&mut out, &text[written..], true);
        out
    }
}

fn has_quotes(text: &str) -> bool {
    text.contains("``") || text.contains("''")
}

/// Appends `text`, with `` and '' as typographic quotes, but not in URLs.
fn quotes(out: &mut String, text: &str, urls: bool) {
    if !has_quotes(text) {
        out.push_str(text);
        return;
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut len = c.len_utf8();
        if urls {
            len = url_len(rest).or_else(|| word_len(rest)).unwrap_or(0);
            if len > 0 {
                out.push_str(&rest[..len]);
                at += len;
                continue;
            }
            len = c.len_utf8();
        }
        if rest.starts_with("``") {
            len = rest.bytes().take_while(|b| *b == b'`').count();
            if len == 2 {
                out.push('“');
            } else {
                out.push_str(&rest[..len]);
            }
        } else if rest.starts_with("''") {
            len = 2;
            out.push('”');
        } else {
            out.push(c);
        }
        at += len;
    }
}

fn word_len(text: &str) -> Option<usize> {
    let mut end = 0;
    for (i, c) in text.char_indices() {
        if !(c == '_' || c.is_alphabetic() || i > 0 && c.is_ascii_digit()) {
            break;
        }
        end = i + c.len_utf8();
    }
    (end > 0).then_some(end)
}

fn is_scheme(text: &str) -> bool {
    matches!(text, "file" | "ftp" | "gopher" | "http" | "https" | "mailto" | "nntp")
}

fn is_url_punctuation(b: u8) -> bool {
    matches!(b, b'.' | b',' | b':' | b';' | b'?' | b'!')
}

/// The length of the URL that the text starts with.
fn url_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.len() < 7 {
        return None;
    }
    let colon = (3..7).find(|i| bytes[*i] == b':')?;
    if !text[colon..].starts_with("://") || !is_scheme(&text[..colon]) {
        return None;
    }
    let is_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@' | b'-' | b'.' | b'[' | b']' | b':');
    let mut at = colon + 3;
    if !bytes.get(at).is_some_and(|b| is_host(*b) && !is_url_punctuation(*b)) {
        return None;
    }
    let mut end = at + 1;
    at += 1;
    while bytes.get(at).is_some_and(|b| is_host(*b)) {
        if !is_url_punctuation(bytes[at]) {
            end = at + 1;
        }
        at += 1;
    }
    at = end;
    // Brackets count if they are closed, punctuation if more follows.
    let mut open = Vec::new();
    while let Some(&b) = bytes.get(at) {
        at += 1;
        if is_url_punctuation(b) {
            continue;
        }
        match b {
            b'(' => open.push(b')'),
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b')' | b'}' | b']' => {
                if open.pop() != Some(b) {
                    break;
                }
            }
            b'$' | b'\'' | b'*' | b'+' | b'&' | b'#' | b'=' | b'@' | b'~' | b'_' | b'/' | b'-' | b'%' => {}
            b if b.is_ascii_alphanumeric() => {}
            _ => break,
        }
        if open.is_empty() {
            end = at;
        }
    }
    Some(end)
}

/// `[text]: url`
fn link_definition(line: &str) -> Option<LinkDefinition> {
    let inner = line.strip_prefix('[')?;
    let close = inner.find("]:")?;
    let rest = &inner[close + 2..];
    if !is_indented(rest) || rest.len() < 2 {
        return None;
    }
    let url = rest.trim();
    let scheme = url.split_once("://")?.0;
    is_scheme(scheme).then(|| LinkDefinition { text: inner[..close].to_owned(), url: url.to_owned(), used: false })
}
