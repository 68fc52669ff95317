//! What can be written at an offset: paths in imports, members behind a dot, names in scope.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{DeclKind, ExprKind, Spec};
use amigos_syntax::token::Tok;
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::{MemberKind, TyCtx};
use amigos_types::facts::{LocalKind, ObjRef};
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};
use rustc_hash::FxHashSet;

use crate::analysis::View;
use crate::cursor::{Cursor, literal_at, operand_before};
use crate::data::{Completion, SymbolKind, TextEdit};
use crate::definition::declared;
use crate::expected::{expected, fits, yields};
use crate::imports::Importable;
use crate::locate::{Entity, Spot, markdown_doc, package, pointee, spot, text_of, type_text};
use crate::ranking::{Next, Surroundings, matching};

const UNIVERSE: &[(&str, SymbolKind)] = &[
    ("append", SymbolKind::Builtin),
    ("cap", SymbolKind::Builtin),
    ("clear", SymbolKind::Builtin),
    ("copy", SymbolKind::Builtin),
    ("delete", SymbolKind::Builtin),
    ("len", SymbolKind::Builtin),
    ("make", SymbolKind::Builtin),
    ("max", SymbolKind::Builtin),
    ("min", SymbolKind::Builtin),
    ("new", SymbolKind::Builtin),
    ("panic", SymbolKind::Builtin),
    ("recover", SymbolKind::Builtin),
    ("true", SymbolKind::Const),
    ("false", SymbolKind::Const),
    ("nil", SymbolKind::Const),
    ("iota", SymbolKind::Const),
    ("any", SymbolKind::Type),
    ("bool", SymbolKind::Type),
    ("byte", SymbolKind::Type),
    ("error", SymbolKind::Type),
    ("float32", SymbolKind::Type),
    ("float64", SymbolKind::Type),
    ("int", SymbolKind::Type),
    ("int8", SymbolKind::Type),
    ("int16", SymbolKind::Type),
    ("int32", SymbolKind::Type),
    ("int64", SymbolKind::Type),
    ("rune", SymbolKind::Type),
    ("string", SymbolKind::Type),
    ("uint", SymbolKind::Type),
    ("uint8", SymbolKind::Type),
    ("uint16", SymbolKind::Type),
    ("uint32", SymbolKind::Type),
    ("uint64", SymbolKind::Type),
];

/// What only plain Go has: contracts may not use it (language.md, section 5).
const UNIVERSE_GO: &[(&str, SymbolKind)] = &[
    ("close", SymbolKind::Builtin),
    ("complex", SymbolKind::Builtin),
    ("imag", SymbolKind::Builtin),
    ("print", SymbolKind::Builtin),
    ("println", SymbolKind::Builtin),
    ("real", SymbolKind::Builtin),
    ("comparable", SymbolKind::Type),
    ("complex64", SymbolKind::Type),
    ("complex128", SymbolKind::Type),
    ("uintptr", SymbolKind::Type),
];

/// What can be written at `offset` and matches what is typed already.
pub(crate) fn completions(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Completion> {
    candidates(view, file, offset, true)
}

/// What can be written at `offset`, matching or not.
pub(crate) fn candidates(view: View<'_>, file: SourceFile, offset: u32, matching: bool) -> Vec<Completion> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let text = spot.decl.text(view.db);
    let at = (spot.offset as usize).min(text.len());
    if !text.is_char_boundary(at) {
        return vec![];
    }
    if let Some(found) = in_import(view, &spot) {
        return found;
    }
    if let Some(found) = crate::text_completion::in_text(&spot, at) {
        return found;
    }
    if let Some(found) = crate::directives::complete(&spot, at) {
        return found;
    }
    let cursor = Cursor::new(text, at);
    if cursor.in_text {
        return vec![];
    }
    let ctx = spot.types();
    let expected = expected(&spot, &cursor, text);
    let range = cursor.word.shift(spot.start);
    let facts = spot.facts.clone();
    let types = TypeView { ctx: &ctx, facts: Some(&facts) };
    let whole = file.text(view.db);
    let around = Surroundings::new(whole, range.start as usize, range.end as usize);
    let word = if matching { cursor.word.of(text).to_owned() } else { String::new() };
    let wanted_name = crate::expected::expected_name(&spot, &cursor, text);
    let mut list = List {
        view,
        file,
        spot: &spot,
        types,
        range,
        expected,
        extra: vec![],
        out: Vec::new(),
        seen: FxHashSet::default(),
        around,
        converts: None,
        switched: crate::expected::switched(&spot, &cursor),
        word,
        wanted_name,
    };
    match cursor.before().map(|t| t.tok) {
        Some(Tok::Period) => {
            if let Some(dot) = cursor.before() {
                list.members(dot.start, &cursor);
            }
        }
        Some(Tok::Break | Tok::Continue | Tok::Goto) => list.labels(),
        // A name is being declared.
        Some(Tok::Package | Tok::Const | Tok::Var | Tok::Type) => {}
        Some(Tok::Func) if spot.body.is_none() => {}
        _ if spot.body.is_none() && cursor.frames.is_empty() && cursor.at_start() => list.top_level(),
        _ => list.names(&cursor, text),
    }
    list.out
}

/// Paths of packages, inside the quotes of an import.
fn in_import(view: View<'_>, spot: &Spot<'_>) -> Option<Vec<Completion>> {
    let DeclKind::Gen(group) = &spot.decl_ast().kind else { return None };
    let spec = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.path_range.touches(spot.offset) => Some(spec),
        _ => None,
    })?;
    let text = spec.path_range.of(spot.decl.text(view.db));
    let closed = text.len() > 1 && text.ends_with(['"', '`']);
    let range = TextRange::new(spec.path_range.start + 1, spec.path_range.end - u32::from(closed)).shift(spot.start);
    let typed = text.get(1..spot.offset.saturating_sub(spec.path_range.start) as usize).unwrap_or("");
    let mut packages = crate::imports::here(view, spot.package);
    packages.extend(crate::imports::elsewhere(view, spot.package, MOST_OFFERED, |path| matching(path, typed).is_some()));
    let one = |package: Importable| Completion {
        sort: format!("{}{}", if package.path.starts_with(amigos_db::resolve::HUB) { 0 } else { 1 }, package.path),
        insert: package.path.clone(),
        detail: package.detail(),
        label: package.path,
        kind: SymbolKind::Package,
        doc: String::new(),
        range,
        extra: vec![],
        snippet: None,
    };
    Some(packages.into_iter().map(one).collect())
}

/// So many of the packages that only the network has are offered at a time.
const MOST_OFFERED: usize = 100;

/// Words that can start a declaration.
const TOP_LEVEL: &[&str] = &["const", "func", "import", "type", "var"];
/// Words that can start a statement and nothing else.
const STATEMENTS: &[&str] = &["break", "const", "continue", "defer", "for", "goto", "if", "return", "switch", "type", "var"];
/// Words that can stand in an expression or type.
const EXPRESSIONS: &[&str] = &["func", "interface", "map", "struct"];

/// Whether a builtin function takes so many arguments.
fn takes(builtin: &str, count: usize) -> bool {
    match builtin {
        "recover" => count == 0,
        "cap" | "clear" | "close" | "imag" | "len" | "new" | "panic" | "real" => count == 1,
        "complex" | "copy" | "delete" => count == 2,
        "make" => (1..=3).contains(&count),
        "append" | "max" | "min" => count >= 2,
        _ => true,
    }
}

/// Builtin functions that are called much more often than others.
fn popular(builtin: &str) -> f32 {
    match builtin {
        "len" => 1.8,
        "append" => 1.4,
        "make" | "panic" => 0.8,
        _ => 0.0,
    }
}

/// The basic type of a name.
fn basic(name: &str) -> Option<Ty> {
    let basic = match name {
        "bool" => Basic::Bool,
        "byte" | "uint8" => Basic::Uint8,
        "float32" => Basic::Float32,
        "float64" => Basic::Float64,
        "int" => Basic::Int,
        "int8" => Basic::Int8,
        "int16" => Basic::Int16,
        "int32" | "rune" => Basic::Int32,
        "int64" => Basic::Int64,
        "string" => Basic::String,
        "uint" => Basic::Uint,
        "uint16" => Basic::Uint16,
        "uint32" => Basic::Uint32,
        "uint64" => Basic::Uint64,
        "uintptr" => Basic::Uintptr,
        _ => return None,
    };
    Some(Ty::basic(basic))
}

/// Scores as text that sorts: the higher first.
fn sort_text(score: f32, label: &str) -> String {
    format!("{:06}{label}", (500_000.0 - 1000.0 * score.clamp(-400.0, 400.0)) as i64)
}

struct List<'a, 'db> {
    view: View<'db>,
    file: SourceFile,
    spot: &'a Spot<'db>,
    types: TypeView<'a>,
    range: TextRange,
    expected: Option<Ty>,
    /// Edits that come with what is pushed.
    extra: Vec<TextEdit>,
    out: Vec<Completion>,
    seen: FxHashSet<String>,
    /// How names are used around the cursor.
    around: Surroundings<'a>,
    /// What a type's name would convert to.
    converts: Option<Ty>,
    /// The type of the value whose type the cases ask for.
    switched: Option<Ty>,
    /// What is typed of the name.
    word: String,
    /// The name of the parameter or field that is being filled.
    wanted_name: Option<String>,
}

impl List<'_, '_> {
    /// Adds a name that matches what is typed. `rank` says how near it is.
    fn push(&mut self, label: &str, kind: SymbolKind, ty: Option<Ty>, detail: String, doc: String, rank: u32) {
        let Some(score) = self.score(label, kind, ty, rank) else { return };
        if !self.seen.insert(label.to_owned()) {
            return;
        }
        let snippet = ty.and_then(|ty| self.call_snippet(label, kind, ty));
        self.out.push(Completion {
            label: label.to_owned(),
            kind,
            detail,
            doc,
            range: self.range,
            insert: label.to_owned(),
            sort: sort_text(score, label),
            extra: self.extra.clone(),
            snippet,
        });
    }

    /// How likely a name is what is meant; `None` if it does not match what is typed.
    fn score(&self, label: &str, kind: SymbolKind, ty: Option<Ty>, rank: u32) -> Option<f32> {
        let mut score = 1.5 * matching(label, &self.word)? + self.around.usage(label);
        let is_type = kind == SymbolKind::Type;
        let called = matches!(self.around.next, Next::Call(_));
        if let (Some(to), Some(ty)) = (self.expected, ty) {
            let result = yields(self.types, ty);
            if called {
                // Of a builtin the type is that of its result.
                let result = if kind == SymbolKind::Builtin { Some(ty) } else { result };
                score += if result.is_some_and(|r| fits(self.types, r, to)) { 2.5 } else { 0.0 };
            } else if matches!(self.around.next, Next::Member(_) | Next::Bracket) {
                // What is made of it counts, which is not known.
            } else if fits(self.types, ty, to) {
                score += 3.0;
            } else if result.is_some_and(|r| fits(self.types, r, to)) {
                score += 1.8;
            }
        }
        score -= match rank {
            0 => 0.0,
            1 => 0.5,
            2 => 0.7,
            4 => 0.9,
            5 => 1.4,
            other => other as f32,
        };
        if self.around.wants_type {
            score += match kind {
                SymbolKind::Type => 4.0,
                SymbolKind::Package => 1.5,
                _ => -3.0,
            };
        } else if is_type && !called {
            // Where a value is wanted a type only stands in front of `{` or `(`.
            let value = self.expected.is_some() && self.switched.is_none() && self.around.next == Next::Other;
            score -= if value { 2.0 } else { 0.6 };
        }
        score += self.follows(kind, label, ty);
        if let (Some(of), Some(ty)) = (self.switched, self.converts) {
            if ty.canonical() == of.canonical() {
                score -= 3.0;
            } else if fits(self.types, ty, of) || fits(self.types, Ty::pointer(ty), of) {
                score += 1.5;
            }
        }
        if let Some(wanted) = &self.wanted_name {
            let (wanted, label) = (wanted.to_lowercase(), label.to_lowercase());
            if wanted == label {
                score += 2.2;
            } else if wanted.len() > 2 && label.len() > 2 && (label.ends_with(&wanted) || wanted.ends_with(&label)) {
                score += 0.9;
            }
        }
        Some(score)
    }

    /// Whether what follows the cursor can follow such a thing.
    fn follows(&self, kind: SymbolKind, label: &str, ty: Option<Ty>) -> f32 {
        let under = ty.map(|t| self.types.under(t));
        match self.around.next {
            Next::Call(count) => match (kind, under.map(|t| t.kind())) {
                (_, Some(TyKind::Signature(sig))) => {
                    2.0 + match count {
                        Some(n) if n == sig.params.len() => 1.2,
                        Some(n) if sig.variadic && n + 1 >= sig.params.len() => 1.0,
                        // `f(g())` may pass several results.
                        Some(1) | None => 0.0,
                        Some(_) => -1.5,
                    }
                }
                (SymbolKind::Builtin, _) => 2.0 + popular(label) + count.map_or(0.0, |n| if takes(label, n) { 1.6 } else { -3.0 }),
                (SymbolKind::Func | SymbolKind::Method, _) => 2.0,
                (SymbolKind::Type, _) => self.conversion(count),
                _ => -5.0,
            },
            Next::Member(name) => {
                let has = match (kind, ty) {
                    (SymbolKind::Package, _) => self.package_has(label, name),
                    (SymbolKind::Type, _) => None,
                    (_, Some(ty)) => Some(self.has_member(ty, name, 0)),
                    _ => Some(false),
                };
                has.map_or(-1.0, |has| if has { 4.0 } else { -6.0 })
            }
            Next::Bracket => match under.map(|t| t.kind()) {
                Some(
                    TyKind::Slice(_) | TyKind::Array { .. } | TyKind::Map { .. } | TyKind::Basic(Basic::String | Basic::UntypedString),
                ) => 1.5,
                Some(TyKind::Signature(_)) => 0.0,
                Some(_) => -1.5,
                None => 0.0,
            },
            Next::Key | Next::Brace | Next::Other => 0.0,
        }
    }

    /// How likely a conversion of so many arguments is meant.
    fn conversion(&self, count: Option<usize>) -> f32 {
        match (count, self.expected, self.converts) {
            (Some(0 | 2..), ..) => -4.0,
            (_, Some(to), Some(ty)) if ty.canonical() == to.canonical() => 4.5,
            (_, Some(_), Some(_)) => -0.5,
            (_, None, Some(ty)) if matches!(ty.kind(), TyKind::Basic(_)) => 1.6,
            _ => 0.4,
        }
    }

    fn package_has(&self, label: &str, name: &str) -> Option<bool> {
        let ctx = self.spot.types();
        let key = self
            .file_imports()
            .into_iter()
            .find(|(n, _)| n == label)
            .and_then(|(_, path)| amigos_db::resolve::resolve(self.view.db, self.spot.package, Name::new(&path)).ok());
        let key = key.or_else(|| ctx.predeclared_packages().iter().find(|(n, _)| n.as_str() == label).map(|(_, k)| *k))?;
        Some(package(self.view.db, key).and_then(|p| q::member(self.view.db, p, Name::new(name))).is_some())
    }

    fn has_member(&self, ty: Ty, name: &str, depth: u32) -> bool {
        let base = pointee(self.types, ty);
        if let TyKind::Named { key, .. } = base.unalias().kind()
            && self.types.named(*key).is_some_and(|info| info.methods.iter().any(|m| m.name.as_str() == name))
        {
            return true;
        }
        match self.types.under(base).kind() {
            TyKind::Struct(fields) => {
                fields.iter().any(|f| f.name.as_str() == name)
                    || (depth < 6 && fields.iter().filter(|f| f.embedded).any(|f| self.has_member(f.ty, name, depth + 1)))
            }
            TyKind::Interface(_) => self.types.interface_methods(base).iter().any(|m| m.0.as_str() == name),
            TyKind::TypeParam(key) => self.types.bound(*key).is_some_and(|b| depth < 6 && self.has_member(b, name, depth + 1)),
            _ => false,
        }
    }

    /// `F(${1:a})`, unless the function itself is wanted or the brackets are there.
    fn call_snippet(&self, label: &str, kind: SymbolKind, ty: Ty) -> Option<String> {
        if !matches!(kind, SymbolKind::Func | SymbolKind::Method) || matches!(self.around.next, Next::Call(_)) {
            return None;
        }
        let sig = ty.as_signature()?;
        if self.expected.is_some_and(|to| fits(self.types, ty, to)) || !sig.tparams.is_empty() && sig.params.is_empty() {
            return None;
        }
        Some(crate::snippets::call(label, sig))
    }

    fn keywords(&mut self, words: &[&str]) {
        for word in words {
            self.push(word, SymbolKind::Keyword, None, String::new(), String::new(), 5);
        }
    }

    /// What a declaration starts with; in a file without a package clause that one.
    fn top_level(&mut self) {
        let db = self.view.db;
        let decls = q::split_file(db, self.spot.decl.file(db));
        if decls.iter().any(|d| matches!(q::parse_decl(db, *d).kind, DeclKind::Package(_))) {
            return self.keywords(TOP_LEVEL);
        }
        let path = crate::hover::base_key(self.spot.package.key(db));
        let path = path.split('@').next().unwrap_or(path);
        let named = q::package_name(db, self.spot.package);
        let name = if named.is_blank() { path.rsplit('/').next().unwrap_or(path) } else { named.as_str() };
        self.push(&format!("package {name}"), SymbolKind::Keyword, None, String::new(), String::new(), 0);
    }

    fn labels(&mut self) {
        let facts = self.spot.facts.clone();
        for local in facts.locals.iter().filter(|l| matches!(l.kind, LocalKind::Label)) {
            self.push(&local.name, SymbolKind::Text, None, "label".into(), String::new(), 0);
        }
    }

    /// The fields and methods of what stands in front of the dot at `dot`.
    fn members(&mut self, dot: u32, cursor: &Cursor) {
        let ast = self.spot.ast();
        let end = self.spot.decl.text(self.view.db)[..dot as usize].trim_end().len() as u32;
        let selected = ast.exprs.iter().filter_map(|e| match e.kind {
            ExprKind::Selector { x, .. } if ast[x].range.end == end => Some(x),
            _ => None,
        });
        let Some(x) = selected.min_by_key(|x| ast[*x].range.start).or_else(|| operand_before(ast, end)) else { return };
        if let ExprKind::Ident(ident) = ast[x].kind {
            match self.spot.facts.uses.get(&ident) {
                Some(ObjRef::Package(key)) => return self.package(*key),
                Some(ObjRef::Msg) => return self.msg(),
                None => return self.unimported(&ast[ident].name),
                _ => {}
            }
        }
        let fact = self.spot.facts.type_of(x);
        let is_type = fact.mode == amigos_types::facts::Mode::Type;
        self.of_type(fact.ty, 0);
        if is_type {
            // `T.Method` is a function, `T.Field` is nothing.
            self.out.retain(|c| c.kind == SymbolKind::Method);
        }
        let Some(id) = self.view.file_id(self.file) else { return };
        if is_type || matches!(self.around.next, Next::Call(_)) {
            return;
        }
        let from = ast[x].range.start;
        let starts = cursor
            .tokens
            .iter()
            .rev()
            .find(|t| t.end <= from)
            .is_none_or(|t| matches!(t.tok, Tok::Semi | Tok::LBrace | Tok::RBrace | Tok::Colon));
        let (view, file) = (self.view, self.file);
        let imports = |path: &str| crate::imports::edits(view, file, &[path]);
        for one in crate::postfix::postfix(self.spot, self.types, x, self.range, starts, id, &imports) {
            let Some(score) = matching(&one.label, &self.word) else { continue };
            if self.seen.insert(one.label.clone()) {
                // Behind all real members, before them only when it is what was typed.
                let sort = sort_text(1.5 * score - 8.0, &one.label);
                self.out.push(Completion { sort, ..one });
            }
        }
    }

    /// The members of a package that the file does not import yet, with the edit that imports it.
    fn unimported(&mut self, name: &str) {
        let db = self.view.db;
        for path in crate::imports::known(self.view, self.spot.package, name).into_iter().take(1) {
            let Ok(key) = amigos_db::resolve::resolve(db, self.spot.package, Name::new(&path)) else { continue };
            self.extra = crate::imports::edits(self.view, self.file, &[&path]);
            self.package(key);
            self.extra = vec![];
        }
    }

    fn msg(&mut self) {
        let amigos = PkgKey(Name::new("amigos"));
        let of = amigos_types::ty::NamedKey { pkg: Some(amigos), name: Name::new("call"), local: None };
        let ctx = self.spot.types();
        let Some(info) = ctx.named(of) else { return };
        if let TyKind::Struct(fields) = info.underlying.kind() {
            for field in fields.iter() {
                let doc = self.doc(&Entity::MsgField { name: field.name, ty: field.ty });
                self.push(&field.name, SymbolKind::Field, Some(field.ty), self.spot.type_text(field.ty), doc, 0);
            }
        }
    }

    fn package(&mut self, key: PkgKey) {
        let ctx = self.spot.types();
        let own = key == self.spot.package.key(self.view.db);
        for name in ctx.member_names(key).iter().filter(|n| own || n.is_exported()) {
            self.member(key, *name, 0);
        }
    }

    fn member(&mut self, key: PkgKey, name: Name, rank: u32) {
        let db = self.view.db;
        let Some(member) = package(db, key).and_then(|p| q::member(db, p, name)) else { return };
        let kind = match &member.kind {
            MemberKind::Const(_) => SymbolKind::Const,
            MemberKind::Var => SymbolKind::Var,
            MemberKind::Func => SymbolKind::Func,
            MemberKind::Type { .. } => SymbolKind::Type,
        };
        let doc = self.doc(&Entity::Member { pkg: key, name });
        let detail = match &member.kind {
            MemberKind::Type { .. } => String::new(),
            _ => type_text(db, self.spot.package.key(db), member.ty),
        };
        self.converts = (kind == SymbolKind::Type).then_some(member.ty);
        self.push(&name, kind, (kind != SymbolKind::Type).then_some(member.ty), detail, doc, rank);
        self.converts = None;
    }

    fn doc(&self, entity: &Entity) -> String {
        let db = self.view.db;
        declared(db, entity).and_then(|d| Some(markdown_doc(text_of(db, d.decl, d.doc?)))).unwrap_or_default()
    }

    fn of_type(&mut self, ty: Ty, depth: u32) {
        if depth > 8 {
            return;
        }
        let types = self.types;
        let base = pointee(types, ty);
        let here = self.spot.package.key(self.view.db);
        let visible = |name: Name, pkg: Option<PkgKey>| name.is_exported() || pkg == Some(here);
        if let TyKind::Named { key, args } = base.unalias().kind()
            && let Some(info) = types.named(*key)
        {
            for method in info.methods.iter().filter(|m| visible(m.name, key.pkg)) {
                let sig = amigos_mir::typequery::subst(method.sig, &info.tparams, args);
                let doc = self.doc(&Entity::Method { of: *key, name: method.name });
                self.push(&method.name, SymbolKind::Method, Some(sig), self.spot.type_text(sig), doc, depth);
            }
        }
        match types.under(base).kind() {
            TyKind::Struct(fields) => {
                let of = crate::locate::named_key(base);
                for field in fields.iter().filter(|f| visible(f.name, f.pkg)) {
                    let doc = self.doc(&Entity::Field { of, name: field.name, ty: field.ty });
                    self.push(&field.name, SymbolKind::Field, Some(field.ty), self.spot.type_text(field.ty), doc, depth);
                }
                fields.iter().filter(|f| f.embedded).for_each(|f| self.of_type(f.ty, depth + 1));
            }
            TyKind::Interface(_) => {
                for (name, pkg, sig) in types.interface_methods(base) {
                    if visible(name, pkg) {
                        let doc = self.doc(&Entity::InterfaceMethod { of: crate::locate::named_key(base), name, ty: sig });
                        self.push(&name, SymbolKind::Method, Some(sig), self.spot.type_text(sig), doc, depth);
                    }
                }
            }
            TyKind::TypeParam(key) => {
                if let Some(bound) = types.bound(*key) {
                    self.of_type(bound, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Names in scope where an expression, a type or a statement can stand.
    fn names(&mut self, cursor: &Cursor, text: &str) {
        if cursor.before_first_case() {
            return self.keywords(&["case", "default"]);
        }
        // Between a field's name and its type, and in the types of a signature, values make no sense.
        let types_only = self.spot.body.is_none() && matches!(self.spot.decl_ast().kind, DeclKind::Func(_)) || self.in_type_declaration();
        if !types_only
            && let Some(frame) = cursor.frames.last().filter(|f| f.open.tok == Tok::LBrace && f.colon.is_none())
            && frame.last_break + 1 == cursor.tokens.len()
            && let Some(literal) = literal_at(self.spot.ast(), text, frame.open.start)
        {
            self.literal_fields(literal, text);
        }
        self.locals(types_only);
        let db = self.view.db;
        let own = self.spot.package.key(db);
        for name in self.spot.types().member_names(own).iter() {
            let is_type = || q::member(db, self.spot.package, *name).is_some_and(|m| matches!(m.kind, MemberKind::Type { .. }));
            if !types_only || is_type() {
                self.member(own, *name, 1);
            }
        }
        let ctx = self.spot.types();
        for (name, path) in self.file_imports() {
            self.push(&name, SymbolKind::Package, None, path, String::new(), 2);
        }
        for (name, key) in ctx.predeclared_packages() {
            self.push(name, SymbolKind::Package, None, key.0.to_string(), String::new(), 2);
        }
        if !ctx.predeclared_packages().is_empty() && !types_only {
            self.push("msg", SymbolKind::Var, None, "the call at hand".into(), String::new(), 2);
        }
        let go: &[(&str, SymbolKind)] = if self.spot.package.profile(db) == amigos_db::Profile::Go { UNIVERSE_GO } else { &[] };
        for (name, kind) in UNIVERSE.iter().chain(go).filter(|(_, kind)| !types_only || *kind == SymbolKind::Type) {
            let ty = match *name {
                "true" | "false" => Some(Ty::basic(Basic::UntypedBool)),
                "nil" => Some(Ty::basic(Basic::UntypedNil)),
                "len" | "cap" | "copy" => Some(Ty::basic(Basic::Int)),
                // What they give is what they are given.
                "append" => self.expected.filter(|t| matches!(self.types.under(*t).kind(), TyKind::Slice(_))),
                "min" | "max" => self.expected.filter(|t| matches!(self.types.under(*t).kind(), TyKind::Basic(_))),
                _ => None,
            };
            self.converts = basic(name);
            self.push(name, *kind, ty, String::new(), String::new(), 4);
            self.converts = None;
        }
        if cursor.at_start() && !types_only {
            self.keywords(STATEMENTS);
            let statement = |tok: Tok| cursor.tokens.iter().any(|t| t.tok == tok);
            if statement(Tok::Switch) {
                self.keywords(&["case", "default", "fallthrough"]);
            }
        }
        match cursor.before().map(|t| t.tok) {
            Some(Tok::RBrace) => self.keywords(&["else"]),
            Some(Tok::Else) => self.keywords(&["if"]),
            Some(Tok::Define | Tok::Assign | Tok::For) => self.keywords(&["range"]),
            _ => {}
        }
        self.keywords(EXPRESSIONS);
        if !types_only {
            self.filled();
        }
        let word = cursor.word.of(text);
        if !word.is_empty() {
            self.packages(word);
        }
    }

    /// The struct that is wanted, as a literal with all its fields.
    fn filled(&mut self) {
        let Some(expected) = self.expected else { return };
        let pointer = matches!(self.types.under(expected).kind(), TyKind::Pointer(_));
        let base = pointee(self.types, expected);
        let TyKind::Struct(fields) = self.types.under(base).kind() else { return };
        if crate::locate::named_key(base).is_none() || self.around.next == Next::Brace {
            return;
        }
        let here = self.spot.package.key(self.view.db);
        let name = format!("{}{}", if pointer { "&" } else { "" }, self.spot.type_text(base));
        let lines: Vec<String> = fields
            .iter()
            .filter(|f| f.name.is_exported() || f.pkg == Some(here))
            .filter_map(|f| Some((f.name, crate::fixes::zero_value(self.spot, self.types, f.ty)?)))
            .enumerate()
            .map(|(i, (name, zero))| format!("\t{name}: ${{{}:{}}},\n", i + 1, crate::snippets::escape(&zero)))
            .collect();
        let label = format!("{name}{{...}}");
        let bare = name.rsplit(['.', '&']).next().unwrap_or(&name).to_owned();
        let Some(matched) = matching(&bare, &self.word) else { return };
        let snippet = if lines.is_empty() { format!("{name}{{}}$0") } else { format!("{name}{{\n{}}}$0", lines.concat()) };
        self.out.push(Completion {
            kind: SymbolKind::Struct,
            detail: "with all fields".to_owned(),
            doc: String::new(),
            range: self.range,
            insert: format!("{name}{{}}"),
            sort: sort_text(1.5 * matched + 1.5, &label),
            label,
            extra: vec![],
            snippet: Some(snippet),
        });
    }

    fn in_type_declaration(&self) -> bool {
        let DeclKind::Gen(group) = &self.spot.decl_ast().kind else { return false };
        group.specs.iter().any(|s| matches!(s, Spec::Type { range, .. } if range.touches(self.spot.offset)))
    }

    /// The fields of a struct literal that have no value yet.
    fn literal_fields(&mut self, literal: amigos_syntax::ast::ExprId, text: &str) {
        let ast = self.spot.ast();
        let ExprKind::CompositeLit { elems, .. } = &ast[literal].kind else { return };
        let ty = pointee(self.types, self.spot.facts.type_of(literal).ty);
        let TyKind::Struct(fields) = self.types.under(ty).kind() else { return };
        let here = self.spot.package.key(self.view.db);
        let given = |e: &amigos_syntax::ast::ExprId| match &ast[*e].kind {
            ExprKind::KeyValue { key, .. } => Some(ast[*key].range.of(text)),
            _ => None,
        };
        let given: Vec<&str> = elems.iter().filter_map(given).collect();
        let of = crate::locate::named_key(ty);
        for field in fields.iter().filter(|f| f.name.is_exported() || f.pkg == Some(here)) {
            let Some(matched) = matching(&field.name, &self.word) else { continue };
            if given.contains(&field.name.as_str()) || !self.seen.insert(field.name.to_string()) {
                continue;
            }
            let key = self.around.next == Next::Key;
            let score = 1.5 * matched + self.around.usage(&field.name) + if key { 8.0 } else { 3.0 };
            let doc = self.doc(&Entity::Field { of, name: field.name, ty: field.ty });
            self.out.push(Completion {
                label: field.name.to_string(),
                kind: SymbolKind::Field,
                detail: self.spot.type_text(field.ty),
                doc,
                range: self.range,
                insert: if key { field.name.to_string() } else { format!("{}: ", field.name) },
                sort: sort_text(score, &field.name),
                extra: vec![],
                snippet: None,
            });
        }
    }

    fn locals(&mut self, types_only: bool) {
        let facts = self.spot.facts.clone();
        for local in facts.locals.iter().rev() {
            let kind = match local.kind {
                LocalKind::Label => continue,
                LocalKind::Const(_) => SymbolKind::Const,
                LocalKind::Type | LocalKind::TypeParam => SymbolKind::Type,
                LocalKind::Param => SymbolKind::Param,
                LocalKind::Var | LocalKind::Result => SymbolKind::Var,
            };
            if local.name.is_blank() || (types_only && kind != SymbolKind::Type) {
                continue;
            }
            // The type parameters of a signature are known all over it.
            if local.scope.touches(self.spot.offset) || (self.spot.body.is_none() && kind == SymbolKind::Type) {
                let ty = (kind != SymbolKind::Type).then_some(local.ty);
                self.push(&local.name, kind, ty, self.spot.type_text(local.ty), String::new(), 0);
            }
        }
    }

    /// Packages that the file does not import yet, with the edit that does: those that are here, and behind them those that only the network has.
    fn packages(&mut self, word: &str) {
        let mut found = crate::imports::here(self.view, self.spot.package);
        found.retain(|p| p.name.starts_with(word));
        let starts = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with(word));
        found.extend(crate::imports::elsewhere(self.view, self.spot.package, MOST_OFFERED, starts));
        // Several packages may have one name: their paths tell them apart.
        found.retain(|p| !self.seen.contains(&p.name));
        for package in found {
            self.extra = crate::imports::edits(self.view, self.file, &[&package.path]);
            let detail = if package.here { package.path.clone() } else { format!("{} {}", package.path, package.detail()) };
            self.seen.remove(&package.name);
            let before = self.out.len();
            self.push(&package.name, SymbolKind::Package, None, detail, String::new(), if package.here { 7 } else { 8 });
            if let Some(one) = self.out.get_mut(before) {
                one.sort.push_str(&package.path);
            }
            self.extra = vec![];
        }
    }

    /// The names under which the file knows packages.
    fn file_imports(&self) -> Vec<(String, String)> {
        let db = self.view.db;
        let mut out = Vec::new();
        for decl in q::split_file(db, self.spot.decl.file(db)) {
            let ast = q::parse_decl(db, *decl);
            let DeclKind::Gen(group) = &ast.kind else { continue };
            for spec in &group.specs {
                let Spec::Import(spec) = spec else { continue };
                let name = match spec.name {
                    Some(ident) => Some(ast.sig[ident].name),
                    None => amigos_db::resolve::resolve(db, self.spot.package, spec.path)
                        .ok()
                        .and_then(|key| package(db, key))
                        .map(|p| q::package_name(db, p)),
                };
                if let Some(name) = name.filter(|n| !n.is_blank() && n.as_str() != ".") {
                    out.push((name.to_string(), spec.path.to_string()));
                }
            }
        }
        out
    }
}
