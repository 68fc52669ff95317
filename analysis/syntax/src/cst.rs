//! The concrete syntax tree of an open file, kept incrementally by tree-sitter: for features that only look at form. Nothing that
//! has a meaning comes from here.

use std::cell::RefCell;

use tree_sitter::{InputEdit, Node, Parser, Point, Tree, TreeCursor};

use crate::TextRange;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new({
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_go::LANGUAGE.into()).is_ok().then_some(parser)
    });
}

/// A concrete syntax tree. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Cst {
    tree: Tree,
    len: u32,
}

/// What a folding range folds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FoldKind {
    /// A block, literal, list or the clauses of a `switch`.
    Code,
    /// A run of comments.
    Comment,
    /// The imports.
    Imports,
}

/// A part of the text, of more than one line, that an editor may fold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fold {
    /// From behind the opening bracket (the end of its first line stays visible) to the closing one. For comments, all of them.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
}

impl Cst {
    /// Parses a whole file. `None` only if the grammar can't be loaded.
    pub fn parse(text: &str) -> Option<Cst> {
        Some(Cst { tree: parse(text, None)?, len: text.len() as u32 })
    }

    /// Whether there is something in the text that the grammar doesn't know.
    pub fn has_errors(&self) -> bool {
        self.tree.root_node().has_error()
    }

    /// The named nodes with their kinds in the grammar, outer ones first.
    pub fn nodes(&self) -> Vec<(&str, TextRange)> {
        let mut out = Vec::new();
        let mut cursor = self.tree.walk();
        loop {
            let node = cursor.node();
            if node.is_named() {
                out.push((node.kind(), TextRange::new(node.start_byte() as u32, node.end_byte() as u32)));
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return out;
                }
            }
        }
    }

    /// The tree of `new`, made from this one, which is that of `old`, by reparsing what differs.
    pub fn update(&self, old: &str, new: &str) -> Option<Cst> {
        let start = common_prefix(old, new);
        let tail = common_suffix(&old[start..], &new[start..]);
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let mut tree = self.tree.clone();
        tree.edit(&InputEdit {
            start_byte: start,
            old_end_byte: old_end,
            new_end_byte: new_end,
            start_position: point(old, start),
            old_end_position: point(old, old_end),
            new_end_position: point(new, new_end),
        });
        Some(Cst { tree: parse(new, Some(&tree))?, len: new.len() as u32 })
    }

    /// The tree-sitter tree, for queries on it.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What can be folded, in order of start. Only ranges that span lines of `text`, the text of this tree.
    pub fn folds(&self, text: &str) -> Vec<Fold> {
        let mut folds = Vec::new();
        let mut comments: Option<(Node, Node)> = None;
        visit(&self.tree, |node| {
            if node.kind() == "comment" {
                let line_comment = text[node.start_byte()..].starts_with("//");
                match &mut comments {
                    Some((_, last)) if line_comment && last.end_position().row + 1 == node.start_position().row => *last = node,
                    _ => {
                        push_comments(&mut folds, comments.take());
                        comments = Some((node, node));
                    }
                }
                return;
            }
            if let Some(fold) = fold_of(node) {
                folds.push(fold);
            }
        });
        push_comments(&mut folds, comments);
        for fold in &mut folds {
            fold.range.end = fold.range.end.min(self.len);
        }
        folds.retain(|f| f.range.start < f.range.end && text[f.range.start as usize..f.range.end as usize].contains('\n'));
        folds.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
        folds.dedup_by_key(|f| f.range);
        folds
    }

    /// The ranges around `offset`, from the word to the whole file, each one larger than the one before.
    pub fn selection_ranges(&self, text: &str, offset: u32) -> Vec<TextRange> {
        let offset = offset.min(self.len);
        let mut ranges = Vec::new();
        let mut cursor = self.tree.walk();
        loop {
            let node = cursor.node();
            ranges.push(TextRange::new(node.start_byte() as u32, node.end_byte() as u32));
            if matches!(node.kind(), "interpreted_string_literal" | "raw_string_literal" | "rune_literal")
                && node.end_byte() > node.start_byte() + 1
            {
                ranges.push(TextRange::new(node.start_byte() as u32 + 1, node.end_byte() as u32 - 1));
            }
            if !goto_child_at(&mut cursor, offset) {
                break;
            }
        }
        ranges.push(word_at(text, offset));
        let mut out: Vec<TextRange> = Vec::new();
        for range in ranges.into_iter().rev() {
            let range = TextRange::new(range.start.min(self.len), range.end.min(self.len));
            let grows = out.last().is_none_or(|last| range != *last && range.start <= last.start && last.end <= range.end);
            if !range.is_empty() && grows && range.touches(offset) {
                out.push(range);
            }
        }
        let whole = TextRange::new(0, self.len);
        if out.last() != Some(&whole) && !whole.is_empty() {
            out.push(whole);
        }
        out
    }
}

fn parse(text: &str, old: Option<&Tree>) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        let parser = parser.as_mut()?;
        if text.ends_with('\n') {
            return parser.parse(text, old);
        }
        // Without a newline at its end the grammar rejects the last statement.
        parser.parse(format!("{text}\n"), old)
    })
}

fn common_prefix(a: &str, b: &str) -> usize {
    let mut len = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(len) || !b.is_char_boundary(len) {
        len -= 1;
    }
    len
}

fn common_suffix(a: &str, b: &str) -> usize {
    let mut len = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(a.len() - len) || !b.is_char_boundary(b.len() - len) {
        len -= 1;
    }
    len
}

fn point(text: &str, at: usize) -> Point {
    let before = &text.as_bytes()[..at];
    let row = before.iter().filter(|b| **b == b'\n').count();
    let column = before.iter().rev().take_while(|b| **b != b'\n').count();
    Point { row, column }
}

/// Calls `f` with every node, parents first, without recursion.
fn visit<'a>(tree: &'a Tree, mut f: impl FnMut(Node<'a>)) {
    let mut cursor = tree.walk();
    loop {
        f(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

fn push_comments(folds: &mut Vec<Fold>, run: Option<(Node, Node)>) {
    if let Some((first, last)) = run {
        let range = TextRange::new(first.start_byte() as u32, last.end_byte() as u32);
        folds.push(Fold { range, kind: FoldKind::Comment });
    }
}

fn fold_of(node: Node) -> Option<Fold> {
    let kind = match node.kind() {
        "import_spec_list" => FoldKind::Imports,
        "block"
        | "field_declaration_list"
        | "literal_value"
        | "var_spec_list"
        | "argument_list"
        | "parameter_list"
        | "raw_string_literal" => FoldKind::Code,
        "interface_type" | "const_declaration" | "type_declaration" => FoldKind::Code,
        "expression_switch_statement" | "type_switch_statement" | "select_statement" => FoldKind::Code,
        "expression_case" | "type_case" | "communication_case" | "default_case" => {
            // From behind the colon to the last statement.
            let mut cursor = node.walk();
            let colon = node.children(&mut cursor).find(|child| child.kind() == ":")?;
            let range = TextRange::new(colon.end_byte() as u32, node.end_byte() as u32);
            return Some(Fold { range, kind: FoldKind::Code });
        }
        _ => return None,
    };
    if node.kind() == "raw_string_literal" {
        return Some(Fold { range: TextRange::new(node.start_byte() as u32 + 1, node.end_byte() as u32), kind });
    }
    let mut cursor = node.walk();
    let open = node.children(&mut cursor).find(|child| matches!(child.kind(), "{" | "("))?;
    let mut cursor = node.walk();
    let close = node.children(&mut cursor).filter(|child| matches!(child.kind(), "}" | ")")).last()?;
    Some(Fold { range: TextRange::new(open.end_byte() as u32, close.start_byte() as u32), kind })
}

/// Moves to the child that holds `offset`: the one that starts at or before it and ends behind it, else the one that ends at it.
fn goto_child_at(cursor: &mut TreeCursor, offset: u32) -> bool {
    let offset = offset as usize;
    if !cursor.goto_first_child() {
        return false;
    }
    let mut touching = None;
    loop {
        let node = cursor.node();
        let named = node.is_named() || touching.is_none();
        if node.start_byte() <= offset && offset < node.end_byte() {
            // A name that ends here is meant rather than the bracket that starts here.
            if !node.is_named() && touching.is_some() {
                break;
            }
            return true;
        }
        if node.end_byte() == offset && node.start_byte() < offset && named {
            touching = Some(node.id());
        }
        if node.start_byte() > offset || !cursor.goto_next_sibling() {
            break;
        }
    }
    let Some(id) = touching else {
        cursor.goto_parent();
        return false;
    };
    while cursor.node().id() != id {
        if !cursor.goto_previous_sibling() {
            cursor.goto_parent();
            return false;
        }
    }
    true
}

/// The word that touches `offset`; empty if there is none.
fn word_at(text: &str, offset: u32) -> TextRange {
    let offset = offset as usize;
    let (Some(before), Some(behind)) = (text.get(..offset), text.get(offset..)) else { return TextRange::at(offset as u32) };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let start = before.rfind(|c| !is_word(c)).map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let end = offset + behind.find(|c| !is_word(c)).unwrap_or(behind.len());
    TextRange::new(start as u32, end as u32)
}
