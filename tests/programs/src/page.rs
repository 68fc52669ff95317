//! A page as sections and blocks.

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// Its language: `go`, `calls`, `contracts`, ...
    pub kind: String,
    /// `key=value`, `key="value"` or `key` behind the language.
    pub attributes: Vec<(String, String)>,
    /// Its text.
    pub text: String,
    /// The line of the page on which its text starts, from 1.
    pub line: usize,
}

impl Block {
    /// An attribute's value.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }
}

/// A `##` section.
#[derive(Debug)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// Cuts a page into sections; what stands before the first heading belongs to one without title.
pub fn sections(text: &str) -> Vec<Section> {
    let mut out = vec![Section { title: String::new(), blocks: vec![] }];
    let mut open: Option<Block> = None;
    for (i, line) in text.lines().enumerate() {
        match &mut open {
            Some(_) if line.trim_end() == "```" => {
                if let (Some(block), Some(section)) = (open.take(), out.last_mut()) {
                    section.blocks.push(block);
                }
            }
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    let (kind, rest) = info.trim().split_once(' ').unwrap_or((info.trim(), ""));
                    open = Some(Block { kind: kind.to_owned(), attributes: attributes(rest), text: String::new(), line: i + 2 });
                } else if let Some(title) = line.strip_prefix("## ") {
                    out.push(Section { title: title.trim().to_owned(), blocks: vec![] });
                }
            }
        }
    }
    assert!(open.is_none(), "a fenced block is not closed");
    out.retain(|s| !s.blocks.is_empty());
    out
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let (v, left) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.split_once(' ').unwrap_or((after, "")),
            };
            value = v.to_owned();
            rest = left;
        }
        out.push((key, value));
        rest = rest.trim_start();
    }
    out
}
