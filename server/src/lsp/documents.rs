//! The store of open documents: ropes that take the client's edits, and immutable views of them for snapshots.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ropey::Rope;
use tower_lsp::lsp_types::{Position, TextDocumentContentChangeEvent, Url};

use super::positions::{Encoding, LineTable};

/// What a document is known by: the decoded path of a `file:` URI, the decoded URI of any other. (VS Code writes `%3A` and
/// `%40` where others write `:` and `@`, so URIs can't be compared as text.)
pub type DocKey = Arc<str>;

/// The key of `uri`.
pub fn key_of(uri: &Url) -> DocKey {
    match uri.to_file_path() {
        Ok(path) => Arc::from(path.to_string_lossy().as_ref()),
        Err(()) => Arc::from(decoded(uri.as_str()).unwrap_or_else(|| uri.as_str().to_owned())),
    }
}

/// The text with its percent-encoded bytes decoded, unless that is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match rest {
            [b'%', high, low, ..] => char::from(*high).to_digit(16).zip(char::from(*low).to_digit(16)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The URI of a key made by [`key_of`].
pub fn uri_of(key: &str) -> Option<Url> {
    Url::from_file_path(key).ok().or_else(|| Url::parse(key).ok())
}

/// One open document as it was at one version. Cheap to clone through its `Arc`.
#[derive(Debug)]
pub struct DocumentView {
    /// As the client spells it.
    pub uri: Url,
    /// The client's version number.
    pub version: i32,
    /// The whole text.
    pub text: Arc<str>,
    lines: OnceLock<LineTable>,
}

impl DocumentView {
    /// The line table, made at first use.
    pub fn lines(&self) -> &LineTable {
        self.lines.get_or_init(|| LineTable::new(&self.text))
    }
}

struct Document {
    uri: Url,
    version: i32,
    rope: Rope,
    /// The view of the current version, if one was made.
    view: Option<Arc<DocumentView>>,
}

/// All open documents.
#[derive(Default)]
pub struct Documents {
    open: HashMap<DocKey, Document>,
    /// Keys whose text changed since the last [`Documents::take_changed`].
    changed: Vec<DocKey>,
    views: Arc<HashMap<DocKey, Arc<DocumentView>>>,
    encoding: Encoding,
}

impl Documents {
    /// Sets the unit of columns; before any document is opened.
    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Opens a document, or replaces it if the client opens it twice.
    pub fn open(&mut self, uri: Url, version: i32, text: &str) -> DocKey {
        let key = key_of(&uri);
        self.open.insert(key.clone(), Document { uri, version, rope: Rope::from_str(text), view: None });
        self.mark_changed(&key);
        key
    }

    /// Applies edits in order. False if the document is not open: the client's mistake, nothing is changed.
    pub fn change(&mut self, uri: &Url, version: i32, changes: &[TextDocumentContentChangeEvent]) -> bool {
        let key = key_of(uri);
        let encoding = self.encoding;
        let Some(document) = self.open.get_mut(&key) else { return false };
        document.version = version;
        document.view = None;
        for change in changes {
            apply(&mut document.rope, change, encoding);
        }
        self.mark_changed(&key);
        true
    }

    /// The version of an open document.
    pub fn version(&self, key: &str) -> Option<i32> {
        self.open.get(key).map(|document| document.version)
    }

    /// The text of an open document as it is now.
    pub fn text(&self, key: &str) -> Option<String> {
        self.open.get(key).map(|document| document.rope.to_string())
    }

    /// Closes a document; its key if it was open.
    pub fn close(&mut self, uri: &Url) -> Option<DocKey> {
        let key = key_of(uri);
        self.open.remove(&key)?;
        self.changed.retain(|changed| *changed != key);
        Arc::make_mut(&mut self.views).remove(&key);
        Some(key)
    }

    /// Whether a document with this key is open.
    pub fn is_open(&self, key: &str) -> bool {
        self.open.contains_key(key)
    }

    /// The keys of all open documents.
    pub fn keys(&self) -> impl Iterator<Item = &DocKey> {
        self.open.keys()
    }

    /// The texts that changed since the last call, as views.
    pub fn take_changed(&mut self) -> Vec<(DocKey, Arc<DocumentView>)> {
        let mut taken = Vec::new();
        for key in std::mem::take(&mut self.changed) {
            let Some(document) = self.open.get_mut(&key) else { continue };
            let view = document.view();
            Arc::make_mut(&mut self.views).insert(key.clone(), view.clone());
            taken.push((key, view));
        }
        taken
    }

    /// All open documents as of the last [`Documents::take_changed`].
    pub fn views(&self) -> Arc<HashMap<DocKey, Arc<DocumentView>>> {
        self.views.clone()
    }

    fn mark_changed(&mut self, key: &DocKey) {
        if !self.changed.contains(key) {
            self.changed.push(key.clone());
        }
    }
}

impl Document {
    fn view(&mut self) -> Arc<DocumentView> {
        let make = || {
            Arc::new(DocumentView {
                uri: self.uri.clone(),
                version: self.version,
                text: Arc::from(String::from(&self.rope)),
                lines: OnceLock::new(),
            })
        };
        self.view.get_or_insert_with(make).clone()
    }
}

fn apply(rope: &mut Rope, change: &TextDocumentContentChangeEvent, encoding: Encoding) {
    let Some(range) = change.range else {
        *rope = Rope::from_str(&change.text);
        return;
    };
    let (a, b) = (char_at(rope, range.start, encoding), char_at(rope, range.end, encoding));
    let (start, end) = (a.min(b), a.max(b));
    if start < end {
        rope.remove(start..end);
    }
    rope.insert(start, &change.text);
}

/// The index in characters of a position; clamped to the end of its line, or of the text.
fn char_at(rope: &Rope, at: Position, encoding: Encoding) -> usize {
    let line = at.line as usize;
    if line >= rope.len_lines() {
        return rope.len_chars();
    }
    let start = rope.line_to_char(line);
    let mut content = rope.line(line);
    while content.len_chars() > 0 && matches!(content.char(content.len_chars() - 1), '\n' | '\r') {
        content = content.slice(..content.len_chars() - 1);
    }
    let column = at.character as usize;
    start
        + match encoding {
            Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
            Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
            Encoding::Utf32 => column.min(content.len_chars()),
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::lsp_types::Range;

    fn edit(range: Option<(u32, u32, u32, u32)>, text: &str) -> TextDocumentContentChangeEvent {
        let range = range.map(|(a, b, c, d)| Range { start: Position::new(a, b), end: Position::new(c, d) });
        TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn keys_are_alike_however_the_client_encodes() {
        let plain = Url::parse("amigos://hub.amigos.dev/identity/ens@v1/ens.go").unwrap();
        let encoded = Url::parse("amigos://hub.amigos.dev/identity/ens%40v1/ens.go").unwrap();
        assert_eq!(&*key_of(&encoded), "amigos://hub.amigos.dev/identity/ens@v1/ens.go");
        assert_eq!(key_of(&plain), key_of(&encoded));
        assert_eq!(&*key_of(&Url::parse("untitled:a%FFb%").unwrap()), "untitled:a%FFb%");
        assert_eq!(&*key_of(&Url::parse("file:///a%20b.go").unwrap()), "/a b.go");
    }

    #[test]
    fn edits_apply_in_order_and_agree_with_the_line_table() {
        let uri = Url::parse("file:///a.go").unwrap();
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let mut documents = Documents::default();
            documents.set_encoding(encoding);
            documents.open(uri.clone(), 1, "");
            let mut model = String::new();
            let pieces = ["é", "\u{1F600}", "x\n", "\r\n", "\r", "func", "\u{2028}", "{}\n"];
            let mut seed = 7u32;
            for version in 2..600 {
                let mut next = |bound: u32| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 8) % bound.max(1)
                };
                let table = LineTable::new(&model);
                let (a, b) = (next(model.len() as u32 + 3), next(4));
                let (start, end) = (table.position(&model, a, encoding), table.position(&model, a + b, encoding));
                let text = pieces[next(pieces.len() as u32) as usize];
                let range = (start.line, start.character, end.line, end.character);
                assert!(documents.change(&uri, version, &[edit(Some(range), text)]));
                let (from, to) = table.offsets(&model, Range { start, end }, encoding);
                model.replace_range(from as usize..to as usize, text);
                let views = documents.take_changed();
                assert_eq!(&*views[0].1.text, model, "{encoding:?} version {version}");
                assert_eq!(views[0].1.version, version);
            }
        }
    }

    #[test]
    fn hostile_positions_are_clamped() {
        let uri = Url::parse("file:///a.go").unwrap();
        let mut documents = Documents::default();
        documents.open(uri.clone(), 1, "ab\ncd");
        documents.change(
            &uri,
            2,
            &[edit(Some((9, 9, 9, 9)), "!"), edit(Some((0, u32::MAX, 0, u32::MAX)), "?"), edit(Some((1, 1, 0, 0)), "-")],
        );
        assert_eq!(&*documents.take_changed()[0].1.text, "-d!");
        assert!(!documents.change(&Url::parse("file:///b.go").unwrap(), 2, &[]));
    }

    #[test]
    fn spellings_of_a_path_are_one_document() {
        let plain = Url::parse("file:///c%3A/a%20b.go").unwrap();
        let other = Url::parse("file:///c:/a b.go").unwrap();
        assert_eq!(key_of(&plain), key_of(&other));
    }
}
