//! What can be written at an offset: paths in imports, members behind a dot, names in scope.

use amigos_db::input::{Root, SourceFile};
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
use crate::locate::{Entity, Spot, markdown_doc, package, pointee, spot, text_of, type_text};

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
    ("float64", SymbolKind::Type),
    ("int", SymbolKind::Type),
    ("int64", SymbolKind::Type),
    ("rune", SymbolKind::Type),
    ("string", SymbolKind::Type),
    ("uint", SymbolKind::Type),
    ("uint8", SymbolKind::Type),
    ("uint64", SymbolKind::Type),
];

/// What can be written at `offset`.
pub(crate) fn completions(view: View<'_>, file: SourceFile, offset: u32) -> Vec<Completion> {
    let Some(spot) = spot(view.db, file, offset) else { return vec![] };
    let text = spot.decl.text(view.db);
    let at = (spot.offset as usize).min(text.len());
    if !text.is_char_boundary(at) {
        return vec![];
    }
    if let Some(found) = in_import(view, &spot) {
        return found;
    }
    if let Some(found) = in_suppression(&spot, at) {
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
    let mut list = List { view, file, spot: &spot, types, range, expected, extra: vec![], out: Vec::new(), seen: FxHashSet::default() };
    match cursor.before().map(|t| t.tok) {
        Some(Tok::Period) => {
            if let Some(dot) = cursor.before() {
                list.members(dot.start);
            }
        }
        Some(Tok::Break | Tok::Continue | Tok::Goto) => list.labels(),
        // A name is being declared.
        Some(Tok::Package | Tok::Const | Tok::Var | Tok::Type) => {}
        Some(Tok::Func) if spot.body.is_none() => {}
        _ if spot.body.is_none() && cursor.frames.is_empty() && cursor.at_start() => list.keywords(TOP_LEVEL),
        _ => list.names(&cursor, text),
    }
    list.out
}

/// Codes of rules in `//amigos:allow ` comments.
fn in_suppression(spot: &Spot<'_>, at: usize) -> Option<Vec<Completion>> {
    let text = spot.decl.text(spot.db);
    let line = &text[text[..at].rfind('\n').map_or(0, |i| i + 1)..at];
    let rest = ["//amigos:allow ", "//amigos:fp "].iter().find_map(|p| line.rfind(p).map(|i| &line[i + p.len()..]))?;
    if rest.contains("--") {
        return Some(vec![]);
    }
    let word = rest.rsplit([' ', ',']).next().unwrap_or("");
    let range = TextRange::new((at - word.len()) as u32, at as u32).shift(spot.start);
    let one = |rule: &&amigos_rules::Rule| Completion {
        label: rule.code.to_owned(),
        kind: SymbolKind::Text,
        detail: rule.name.to_owned(),
        doc: rule.summary.to_owned(),
        range,
        insert: rule.code.to_owned(),
        sort: rule.code.to_owned(),
        extra: vec![],
    };
    Some(amigos_rules::rules::ALL.iter().map(one).collect())
}

/// Paths of packages, inside the quotes of an import.
fn in_import(view: View<'_>, spot: &Spot<'_>) -> Option<Vec<Completion>> {
    let DeclKind::Gen(group) = &spot.decl_ast().kind else { return None };
    let spec = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.path_range.touches(spot.offset) => Some(spec),
        _ => None,
    })?;
    let db = view.db;
    let text = spec.path_range.of(spot.decl.text(db));
    let closed = text.len() > 1 && text.ends_with(['"', '`']);
    let range = TextRange::new(spec.path_range.start + 1, spec.path_range.end - u32::from(closed)).shift(spot.start);
    let mut paths: Vec<(String, String)> = Vec::new();
    for (key, found) in Root::get(db).packages(db) {
        let key = key.0.as_str();
        if key.contains(' ') || *found == spot.package {
            continue;
        }
        let newest = |path: &str, major: u32| Root::get(db).majors(db).get(&Name::new(path)).and_then(|m| m.last()) == Some(&major);
        let label = match amigos_db::resolve::split_major(key) {
            Ok((path, Some(major))) if newest(path, major) => path.to_owned(),
            _ => key.to_owned(),
        };
        paths.push((label, found.version(db).to_string()));
    }
    paths.sort();
    let one = |(label, version): (String, String)| Completion {
        sort: format!("{}{label}", if label.starts_with(amigos_db::resolve::HUB) { 0 } else { 1 }),
        insert: label.clone(),
        label,
        kind: SymbolKind::Package,
        detail: version,
        doc: String::new(),
        range,
        extra: vec![],
    };
    Some(paths.into_iter().map(one).collect())
}

/// Words that can start a declaration.
const TOP_LEVEL: &[&str] = &["const", "func", "import", "type", "var"];
/// Words that can start a statement and nothing else.
const STATEMENTS: &[&str] = &["break", "const", "continue", "defer", "for", "goto", "if", "return", "switch", "type", "var"];
/// Words that can stand in an expression or type.
const EXPRESSIONS: &[&str] = &["func", "interface", "map", "struct"];

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
}

impl List<'_, '_> {
    /// Adds a name. `rank` says how near it is; what fits the expected type comes before all that doesn't.
    fn push(&mut self, label: &str, kind: SymbolKind, ty: Option<Ty>, detail: String, doc: String, rank: u32) {
        if !self.seen.insert(label.to_owned()) {
            return;
        }
        let fits = match (self.expected, ty) {
            (Some(to), Some(ty)) => {
                if fits(self.types, ty, to) {
                    0
                } else if yields(self.types, ty).is_some_and(|r| fits(self.types, r, to)) {
                    1
                } else {
                    2
                }
            }
            _ => 2,
        };
        self.out.push(Completion {
            label: label.to_owned(),
            kind,
            detail,
            doc,
            range: self.range,
            insert: label.to_owned(),
            sort: format!("{fits}{rank}{label}"),
            extra: self.extra.clone(),
        });
    }

    fn keywords(&mut self, words: &[&str]) {
        for word in words {
            self.push(word, SymbolKind::Keyword, None, String::new(), String::new(), 5);
        }
    }

    fn labels(&mut self) {
        let facts = self.spot.facts.clone();
        for local in facts.locals.iter().filter(|l| matches!(l.kind, LocalKind::Label)) {
            self.push(&local.name, SymbolKind::Text, None, "label".into(), String::new(), 0);
        }
    }

    /// The fields and methods of what stands in front of the dot at `dot`.
    fn members(&mut self, dot: u32) {
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
        self.of_type(fact.ty, 0);
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
        self.push(&name, kind, (kind != SymbolKind::Type).then_some(member.ty), detail, doc, rank);
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
            _ => {}
        }
    }

    /// Names in scope where an expression, a type or a statement can stand.
    fn names(&mut self, cursor: &Cursor, text: &str) {
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
        for (name, kind) in UNIVERSE.iter().filter(|(_, kind)| !types_only || *kind == SymbolKind::Type) {
            let ty = match *name {
                "true" | "false" => Some(Ty::basic(Basic::UntypedBool)),
                "nil" => Some(Ty::basic(Basic::UntypedNil)),
                "len" | "cap" | "copy" => Some(Ty::basic(Basic::Int)),
                _ => None,
            };
            self.push(name, *kind, ty, String::new(), String::new(), 4);
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
        let word = cursor.word.of(text);
        if !word.is_empty() {
            self.packages(word);
        }
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
            if given.contains(&field.name.as_str()) || !self.seen.insert(field.name.to_string()) {
                continue;
            }
            let doc = self.doc(&Entity::Field { of, name: field.name, ty: field.ty });
            self.out.push(Completion {
                label: field.name.to_string(),
                kind: SymbolKind::Field,
                detail: self.spot.type_text(field.ty),
                doc,
                range: self.range,
                insert: format!("{}: ", field.name),
                sort: format!("00{}", field.name),
                extra: vec![],
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

    /// Packages that the file does not import yet, with the edit that does.
    fn packages(&mut self, word: &str) {
        for (name, path) in crate::imports::known_by_prefix(self.view, self.spot.package, word) {
            self.extra = crate::imports::edits(self.view, self.file, &[&path]);
            self.push(&name, SymbolKind::Package, None, path, String::new(), 7);
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
