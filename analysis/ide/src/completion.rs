//! What can be written at an offset: paths in imports, members behind a dot, names in scope.

use amigos_db::input::{Root, SourceFile};
use amigos_db::query as q;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{DeclKind, ExprKind, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::{MemberKind, TyCtx};
use amigos_types::facts::{LocalKind, ObjRef};
use amigos_types::ty::{PkgKey, Ty, TyKind};

use crate::analysis::View;
use crate::data::{Completion, SymbolKind};
use crate::definition::declared;
use crate::locate::{Entity, Spot, markdown_doc, package, pointee, spot, text_of, type_text};

const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "struct",
    "switch",
    "type",
    "var",
];

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
    if let Some(found) = in_import(view, &spot) {
        return found;
    }
    if in_string_or_comment(&spot, at as u32) {
        return vec![];
    }
    let word_start =
        text[..at].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let range = TextRange::new(word_start as u32, at as u32).shift(spot.start);
    let mut list = List { view, spot: &spot, range, out: Vec::new() };
    if text[..word_start].trim_end().ends_with('.') {
        let dot = text[..word_start].trim_end().len() - 1;
        list.members(dot as u32);
    } else {
        list.scope();
    }
    list.out
}

fn in_string_or_comment(spot: &Spot<'_>, at: u32) -> bool {
    let ast = spot.decl_ast();
    ast.comments.iter().any(|c| c.start < at && at <= c.end)
        || spot.ast().exprs.iter().any(|e| matches!(e.kind, ExprKind::BasicLit { .. }) && e.range.start < at && at < e.range.end)
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
    };
    Some(paths.into_iter().map(one).collect())
}

struct List<'a, 'db> {
    view: View<'db>,
    spot: &'a Spot<'db>,
    range: TextRange,
    out: Vec<Completion>,
}

impl List<'_, '_> {
    fn push(&mut self, label: &str, kind: SymbolKind, detail: String, doc: String, rank: u32) {
        if self.out.iter().any(|c| c.label == label) {
            return;
        }
        self.out.push(Completion {
            label: label.to_owned(),
            kind,
            detail,
            doc,
            range: self.range,
            insert: label.to_owned(),
            sort: format!("{rank}{label}"),
        });
    }

    /// The fields and methods of what stands in front of the dot at `dot`.
    fn members(&mut self, dot: u32) {
        let ast = self.spot.ast();
        // The widest expression that ends at the dot.
        let Some(x) = ast
            .exprs
            .iter()
            .enumerate()
            .filter(|(_, e)| {
                e.range.end == dot || matches!(e.kind, ExprKind::Selector { x, .. } if ast[x].range.end == dot && e.range.start < dot)
            })
            .filter_map(|(i, e)| match e.kind {
                ExprKind::Selector { x, .. } if ast[x].range.end == dot => Some(x),
                _ if e.range.end == dot => Some(amigos_syntax::ast::ExprId(i as u32)),
                _ => None,
            })
            .min_by_key(|x| ast[*x].range.start)
        else {
            return;
        };
        if let ExprKind::Ident(ident) = ast[x].kind {
            match self.spot.facts.uses.get(&ident) {
                Some(ObjRef::Package(key)) => return self.package(*key),
                Some(ObjRef::Msg) => return self.msg(),
                _ => {}
            }
        }
        let ty = self.spot.facts.type_of(x).ty;
        self.of_type(ty, 0);
    }

    fn msg(&mut self) {
        let amigos = PkgKey(Name::new("amigos"));
        let of = amigos_types::ty::NamedKey { pkg: Some(amigos), name: Name::new("call"), local: None };
        let ctx = self.spot.types();
        let Some(info) = ctx.named(of) else { return };
        if let TyKind::Struct(fields) = info.underlying.kind() {
            for field in fields.iter() {
                let doc = self.doc(&Entity::MsgField { name: field.name, ty: field.ty });
                self.push(&field.name, SymbolKind::Field, self.spot.type_text(field.ty), doc, 0);
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
        self.push(&name, kind, detail, doc, rank);
    }

    fn doc(&self, entity: &Entity) -> String {
        let db = self.view.db;
        declared(db, entity).and_then(|d| Some(markdown_doc(text_of(db, d.decl, d.doc?)))).unwrap_or_default()
    }

    fn of_type(&mut self, ty: Ty, depth: u32) {
        if depth > 8 {
            return;
        }
        let ctx = self.spot.types();
        let facts = self.spot.facts.clone();
        let types = TypeView { ctx: &ctx, facts: Some(&facts) };
        let base = pointee(types, ty);
        let here = self.spot.package.key(self.view.db);
        let visible = |name: Name, pkg: Option<PkgKey>| name.is_exported() || pkg == Some(here);
        if let TyKind::Named { key, args } = base.unalias().kind()
            && let Some(info) = types.named(*key)
        {
            for method in info.methods.iter().filter(|m| visible(m.name, key.pkg)) {
                let sig = amigos_mir::typequery::subst(method.sig, &info.tparams, args);
                let doc = self.doc(&Entity::Method { of: *key, name: method.name });
                self.push(&method.name, SymbolKind::Method, self.spot.type_text(sig), doc, depth);
            }
        }
        match types.under(base).kind() {
            TyKind::Struct(fields) => {
                let of = crate::locate::named_key(base);
                for field in fields.iter().filter(|f| visible(f.name, f.pkg)) {
                    let doc = self.doc(&Entity::Field { of, name: field.name, ty: field.ty });
                    self.push(&field.name, SymbolKind::Field, self.spot.type_text(field.ty), doc, depth);
                }
                fields.iter().filter(|f| f.embedded).for_each(|f| self.of_type(f.ty, depth + 1));
            }
            TyKind::Interface(_) => {
                for (name, pkg, sig) in types.interface_methods(base) {
                    if visible(name, pkg) {
                        self.push(&name, SymbolKind::Method, self.spot.type_text(sig), String::new(), depth);
                    }
                }
            }
            _ => {}
        }
    }

    /// Names in scope: locals, the package's, imports, predeclared ones, keywords.
    fn scope(&mut self) {
        let db = self.view.db;
        let facts = self.spot.facts.clone();
        if self.spot.body.is_some() {
            for local in facts.locals.iter().rev() {
                let kind = match local.kind {
                    LocalKind::Label => continue,
                    LocalKind::Const(_) => SymbolKind::Const,
                    LocalKind::Type | LocalKind::TypeParam => SymbolKind::Type,
                    LocalKind::Param => SymbolKind::Param,
                    LocalKind::Var | LocalKind::Result => SymbolKind::Var,
                };
                if !local.name.is_blank() && local.scope.touches(self.spot.offset) {
                    self.push(&local.name, kind, self.spot.type_text(local.ty), String::new(), 0);
                }
            }
        }
        let own = self.spot.package.key(db);
        for name in self.spot.types().member_names(own).iter() {
            self.member(own, *name, 1);
        }
        let ctx = self.spot.types();
        for (name, key) in self.file_imports() {
            self.push(&name, SymbolKind::Package, key, String::new(), 2);
        }
        for (name, key) in ctx.predeclared_packages() {
            self.push(name, SymbolKind::Package, key.0.to_string(), String::new(), 2);
        }
        if !ctx.predeclared_packages().is_empty() {
            self.push("msg", SymbolKind::Var, "the call at hand".into(), String::new(), 2);
        }
        for (name, kind) in UNIVERSE {
            self.push(name, *kind, String::new(), String::new(), 3);
        }
        for keyword in KEYWORDS {
            self.push(keyword, SymbolKind::Keyword, String::new(), String::new(), 4);
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
