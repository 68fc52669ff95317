//! Facts and errors of a file as a whole: its package and imports, build constraints and `//amigos:` directives, and what is wrong
//! with the order of its declarations.

use crate::ast::{DeclAst, DeclKind, Spec, SyntaxError};
use crate::lex::{Lexed, lex};
use crate::split::{Chunk, ChunkKind};
use crate::token::Tok;
use crate::{GoVersion, Name, TextRange, parse_decl};

/// What a file says about itself before its code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileHead {
    /// The package clause's name and where it stands, relative to its chunk.
    pub package: Option<PackageName>,
    /// All imports, in order.
    pub imports: Vec<Import>,
    /// The `//go:build` lines above the package clause.
    pub constraints: Vec<BuildConstraint>,
    /// The `//amigos:` lines of the file.
    pub directives: Vec<Directive>,
}

/// The name in a package clause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PackageName {
    /// The name.
    pub name: Name,
    /// The index of the chunk it stands in.
    pub chunk: u32,
    /// Where, relative to that chunk.
    pub range: TextRange,
}

/// One import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The local name, `.` or `_`, if written.
    pub name: Option<Name>,
    /// The path, unquoted; empty if missing or malformed.
    pub path: Name,
    /// The index of the chunk it stands in.
    pub chunk: u32,
    /// Where the local name stands, relative to that chunk.
    pub name_range: Option<TextRange>,
    /// Where the path's literal stands, relative to that chunk.
    pub path_range: TextRange,
    /// Where the whole spec stands, relative to that chunk.
    pub range: TextRange,
}

/// A `//go:build` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuildConstraint {
    /// The expression behind `//go:build`.
    pub expr: Box<str>,
    /// The language version that it demands at least, if any: it becomes that of the file.
    pub version: Option<GoVersion>,
    /// Where the comment stands in the file.
    pub range: TextRange,
}

/// A comment of the form `//amigos:name args`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// What stands between the colon and the first blank.
    pub name: Box<str>,
    /// The rest of the line, trimmed.
    pub args: Box<str>,
    /// Where the comment stands: in the file, or relative to the text it was searched in.
    pub range: TextRange,
}

/// Collects the facts of the file `text` that was split into `chunks`.
pub fn file_head(text: &str, chunks: &[Chunk]) -> FileHead {
    let mut head = FileHead::default();
    for (index, chunk) in chunks.iter().enumerate() {
        if !matches!(chunk.kind, ChunkKind::Package | ChunkKind::Import) {
            continue;
        }
        let ast = parse_decl(chunk.text(text), GoVersion::LATEST);
        add_to_head(&mut head, index as u32, &ast);
        if chunk.kind == ChunkKind::Package && head.constraints.is_empty() {
            head.constraints = build_constraints(chunk.text(text), chunk.start);
        }
    }
    head.directives = directives(text);
    head
}

fn add_to_head(head: &mut FileHead, chunk: u32, ast: &DeclAst) {
    match &ast.kind {
        DeclKind::Package(ident) if head.package.is_none() => {
            let ident = ast.sig[*ident];
            head.package = Some(PackageName { name: ident.name, chunk, range: ident.range });
        }
        DeclKind::Gen(decl) => {
            for spec in &decl.specs {
                let Spec::Import(spec) = spec else { continue };
                let name = spec.name.map(|ident| ast.sig[ident]);
                head.imports.push(Import {
                    name: name.map(|n| n.name),
                    path: spec.path,
                    chunk,
                    name_range: name.map(|n| n.range),
                    path_range: spec.path_range,
                    range: spec.range,
                });
            }
        }
        _ => {}
    }
}

/// The `//go:build` lines above the package clause, of the chunk that holds it and starts at `start`.
pub fn build_constraints(package_chunk: &str, start: u32) -> Vec<BuildConstraint> {
    let Lexed { comments, .. } = lex(package_chunk);
    let above = comments.iter().filter(|c| c.next_token == 0);
    above
        .filter_map(|comment| {
            let expr = comment.range.of(package_chunk).strip_prefix("//go:build")?;
            let expr = expr.strip_prefix([' ', '\t'])?.trim();
            let version = constraint_version(expr);
            Some(BuildConstraint { expr: expr.into(), version, range: comment.range.shift(start) })
        })
        .collect()
}

/// The `//amigos:` directives of a text (a file, or a declaration): comments that start with exactly that, on a line of their own
/// or behind code.
pub fn directives(text: &str) -> Vec<Directive> {
    if !text.contains("//amigos:") {
        return Vec::new();
    }
    lex(text).comments.iter().filter_map(|comment| directive(text, comment.range)).collect()
}

/// The directive that the comment at `range` is, if it is one.
pub fn directive(text: &str, range: TextRange) -> Option<Directive> {
    let line = range.of(text).strip_prefix("//amigos:")?;
    let (name, args) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    (!name.is_empty()).then(|| Directive { name: name.into(), args: args.trim().into(), range })
}

/// What is wrong with the file beyond its declarations: no package clause, imports behind other declarations. Ranges are
/// absolute.
pub fn file_errors(text: &str, chunks: &[Chunk]) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let error = |range: TextRange, message: String, hint: &str| SyntaxError { range, message: message.into(), hint: Some(hint.into()) };
    let first = chunks.iter().find(|c| c.kind != ChunkKind::Other || first_token(c.text(text)).0 != Tok::Eof);
    match first {
        Some(chunk) if chunk.kind == ChunkKind::Package => {}
        _ => {
            let (start, chunk_text) = first.map_or((text.len() as u32, ""), |c| (c.start, c.text(text)));
            let (tok, range) = first_token(chunk_text);
            let found = if tok.is_literal() { range.of(chunk_text).to_owned() } else { format!("'{}'", tok.as_str()) };
            let hint = "a file starts with `package` and the name of its package";
            errors.push(error(range.shift(start), format!("expected 'package', found {found}"), hint));
        }
    }
    let mut other = false;
    for chunk in chunks {
        match chunk.kind {
            ChunkKind::Import if other => {
                let range = first_token(chunk.text(text)).1.shift(chunk.start);
                let message = "imports must appear before other declarations".to_owned();
                errors.push(error(range, message, "move the import up, behind the package clause"));
            }
            // Go reports only the first of several imports in a row.
            ChunkKind::Import => {}
            ChunkKind::Package | ChunkKind::Other => {}
            _ => other = true,
        }
        if chunk.kind == ChunkKind::Import {
            other = false;
        }
    }
    errors
}

fn first_token(text: &str) -> (Tok, TextRange) {
    let mut lexer = crate::lex::Lexer::new(text);
    let tok = lexer.scan();
    (tok, lexer.out.tokens.first().map_or(TextRange::default(), |t| t.range()))
}

// ---- build constraints

/// The Go version that a `//go:build` expression demands at least: `go1.21 && linux` demands 1.21, `go1.21 || linux` nothing.
fn constraint_version(expr: &str) -> Option<GoVersion> {
    let mut parser = Constraint { rest: expr, depth: 0 };
    let version = parser.or(true)?;
    parser.rest.trim().is_empty().then_some(version)?
}

/// A parser of build constraints that computes minimal versions: `Some(None)` where none is demanded, `None` on an error.
struct Constraint<'a> {
    rest: &'a str,
    depth: u32,
}

impl Constraint<'_> {
    fn eat(&mut self, text: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// `positive` is false under a `!`, where a version says nothing about the least one.
    fn or(&mut self, positive: bool) -> Option<Option<GoVersion>> {
        let mut least = self.and(positive)?;
        while self.eat("||") {
            let other = self.and(positive)?;
            least = if positive { least.zip(other).map(|(a, b)| a.min(b)) } else { least.max(other) };
        }
        Some(least)
    }

    fn and(&mut self, positive: bool) -> Option<Option<GoVersion>> {
        let mut least = self.not(positive)?;
        while self.eat("&&") {
            let other = self.not(positive)?;
            least = if positive { least.max(other) } else { least.zip(other).map(|(a, b)| a.min(b)) };
        }
        Some(least)
    }

    fn not(&mut self, positive: bool) -> Option<Option<GoVersion>> {
        if self.eat("!") {
            return if self.eat("!") { None } else { self.atom(!positive) };
        }
        self.atom(positive)
    }

    fn atom(&mut self, positive: bool) -> Option<Option<GoVersion>> {
        if self.eat("(") {
            self.depth += 1;
            if self.depth > 100 {
                return None;
            }
            let inner = self.or(positive)?;
            return self.eat(")").then_some(inner);
        }
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        if tag.is_empty() {
            return None;
        }
        self.rest = rest;
        let version = tag.strip_prefix("go").filter(|v| v.starts_with(|c: char| c.is_ascii_digit())).and_then(GoVersion::parse);
        Some(version.filter(|_| positive))
    }
}
