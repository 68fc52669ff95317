//! What is under the cursor: its declaration as Go, its doc comment, and what live state belongs to it.

use amigos_db::input::{Origin, SourceFile};
use amigos_db::{Db, query as q};
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::MemberKind;
use amigos_types::facts::{LocalKind, SelectionKind};
use amigos_types::konst::Const;
use amigos_types::ty::{NamedKey, PkgKey, TyKind};

use crate::analysis::View;
use crate::data::{Hover, LiveTarget};
use crate::definition::{Declared, declared, package_clause};
use crate::locate::{Entity, Spot, is_contract, markdown_doc, package, spot, text_of};

/// Lines of a type's declaration that a hover shows.
const MAX_LINES: usize = 40;

/// Methods of a type that a hover shows.
const MAX_METHODS: usize = 20;

/// What is at `offset`.
pub(crate) fn hover(view: View<'_>, file: SourceFile, offset: u32) -> Option<Hover> {
    let spot = spot(view.db, file, offset)?;
    if let Some(found) = import_hover(view, &spot) {
        return Some(found);
    }
    if let Some(found) = crate::directives::hover(view, &spot) {
        return Some(found);
    }
    let Some((ident, entity)) = spot.ident().and_then(|i| Some((i, spot.entity(i)?))) else {
        let (entity, range) = crate::doc_links::at(&spot)?;
        return Some(safe(Hover { range: range.shift(spot.start), ..describe(view, &spot, &entity)? }));
    };
    let range = spot.ast()[ident].range.shift(spot.start);
    let mut hover = describe(view, &spot, &entity)?;
    // Of a generic function what it is here.
    if let (Entity::Member { pkg, name }, Some(instance)) = (&entity, spot.facts.instances.get(&ident))
        && hover.signature.starts_with("func ")
    {
        hover.signature = format!("func {}{}", qualified(&spot, *pkg, *name), signature_text(&spot, instance.ty));
    }
    if let Entity::Method { of, .. } = &entity
        && let Some(text) = instance_method(&spot, ident, *of, &hover.signature)
    {
        hover.signature = text;
    }
    hover.range = range;
    Some(safe(hover))
}

/// A method of an instance of a generic type with the types that it has here: `func (l *List[string]) Add(x string)`.
fn instance_method(spot: &Spot<'_>, ident: amigos_syntax::ast::IdentId, of: NamedKey, declared: &str) -> Option<String> {
    let (e, _) = spot.selector_of(ident)?;
    let selection = spot.facts.selections.get(&e).filter(|s| s.kind == SelectionKind::Method)?;
    let ctx = spot.types();
    let base = crate::locate::pointee(TypeView { ctx: &ctx, facts: Some(&spot.facts) }, selection.recv);
    let TyKind::Named { key, args } = base.unalias().kind() else { return None };
    if *key != of || args.is_empty() {
        return None;
    }
    // Of the declaration the receiver's name stays.
    let receiver = declared.strip_prefix("func (")?.split_once(')')?.0;
    let name = receiver.split_once(' ').map_or(String::new(), |(name, _)| format!("{name} "));
    let star = if selection.pointer_recv { "*" } else { "" };
    Some(format!("func ({name}{star}{}) {}{}", spot.type_text(base), spot.ast()[ident].name, signature_text(spot, selection.ty)))
}

/// What comes from the network cannot end the block of code it is shown in.
fn safe(hover: Hover) -> Hover {
    Hover { signature: hover.signature.replace("```", "'''"), table: hover.table.replace("```", "'''"), ..hover }
}

fn import_hover(view: View<'_>, spot: &Spot<'_>) -> Option<Hover> {
    let DeclKind::Gen(group) = &spot.decl_ast().kind else { return None };
    let (path, range) = group.specs.iter().find_map(|s| match s {
        Spec::Import(spec) if spec.path_range.touches(spot.offset) => Some((spec.path, spec.path_range)),
        _ => None,
    })?;
    let key = amigos_db::resolve::resolve(view.db, spot.package, path).ok()?;
    let mut hover = package_hover(view.db, key)?;
    hover.range = range.shift(spot.start);
    Some(hover)
}

fn package_hover(db: &dyn Db, key: PkgKey) -> Option<Hover> {
    let package = package(db, key)?;
    let version = package.version(db);
    let note = (!version.is_empty()).then(|| format!("{version} · {}", if is_contract(db, package) { "contract" } else { "library" }));
    let doc = package_clause(db, key).and_then(|(decl, _, doc)| Some(markdown_doc(text_of(db, decl, doc?)))).unwrap_or_default();
    Some(plain(format!("package {} // {}", q::package_name(db, package), base_key(key)), note, doc))
}

fn plain(signature: String, note: Option<String>, doc: String) -> Hover {
    Hover { range: TextRange::default(), signature, note, doc, table: String::new(), live: None }
}

fn describe(view: View<'_>, spot: &Spot<'_>, entity: &Entity) -> Option<Hover> {
    let db = view.db;
    let here = spot.package.key(db);
    let place = declared(db, entity);
    let doc = place.as_ref().and_then(|d| Some(markdown_doc(text_of(db, d.decl, d.doc?)))).unwrap_or_default();
    match entity {
        Entity::Local(local) => {
            let local = spot.facts.locals.get(local.0 as usize)?;
            let word = match &local.kind {
                LocalKind::Const(_) => "const",
                LocalKind::Type | LocalKind::TypeParam => "type",
                LocalKind::Label => return Some(plain(format!("label {}", local.name), None, String::new())),
                LocalKind::Var | LocalKind::Param | LocalKind::Result => "var",
            };
            let text = match &local.kind {
                LocalKind::Const(value) => return Some(plain(const_text(&local.name, &spot.type_text(local.ty), value), None, doc)),
                LocalKind::TypeParam => type_param_text(spot, local.ty),
                LocalKind::Type => {
                    let ctx = spot.types();
                    let types = TypeView { ctx: &ctx, facts: Some(&spot.facts) };
                    spot.type_text(types.under(local.ty))
                }
                _ => spot.type_text(local.ty),
            };
            Some(plain(format!("{word} {} {text}", local.name), None, doc))
        }
        Entity::Package(key) => package_hover(db, *key),
        Entity::Universe(name) => Some(plain(universe_text(*name), Some("predeclared".into()), String::new())),
        Entity::Msg => Some(plain("msg".into(), Some("the call at hand".into()), doc)),
        Entity::MsgField { name, ty } => {
            let table = if name.as_str() == "Sender" { caller(view, spot) } else { String::new() };
            Some(Hover { table, ..plain(format!("msg.{name} {}", spot.type_text(*ty)), Some("read-only".into()), doc) })
        }
        Entity::Field { name, ty, .. } => {
            let tag = place.as_ref().map(|p| tag(p.decl.text(db).get(p.full.end as usize..).unwrap_or(""))).unwrap_or_default();
            Some(plain(format!("field {name} {}{tag}", spot.type_text(*ty)), None, doc))
        }
        Entity::InterfaceMethod { of, name, ty } => {
            let recv = match of {
                Some(NamedKey { pkg: Some(pkg), name, .. }) => format!("({}) ", qualified(spot, *pkg, *name)),
                Some(NamedKey { name, .. }) => format!("({name}) "),
                None => String::new(),
            };
            Some(plain(format!("func {recv}{name}{}", signature_text(spot, *ty)), Some("interface method".into()), doc))
        }
        Entity::Method { of, name } => {
            let place = place?;
            let text = match of.pkg {
                Some(pkg) if !same_package(pkg, here) => foreign_method(spot, *of, *name, &place)?,
                _ => collapse(text_of(db, place.decl, place.full)),
            };
            let table = of.pkg.map(|pkg| crate::gas::table(view, pkg, Name::new(&format!("{}.{name}", of.name)))).unwrap_or_default();
            Some(Hover { table, ..plain(text, None, doc) })
        }
        Entity::Member { pkg, name } => member_hover(view, spot, *pkg, *name, place, doc),
    }
}

/// The tag at the start of the text behind a field's type, with a blank in front.
fn tag(behind: &str) -> String {
    let rest = behind.trim_start_matches([' ', '\t']);
    let quote = rest.chars().next().filter(|c| matches!(c, '`' | '"'));
    let end = quote.and_then(|q| rest.get(1..)?.find(q));
    end.and_then(|end| rest.get(..end + 2)).map_or(String::new(), |tag| format!(" {tag}"))
}

/// Who `msg.Sender` can be in the function of the spot.
fn caller(view: View<'_>, spot: &Spot<'_>) -> String {
    let DeclKind::Func(func) = &spot.decl_ast().kind else { return String::new() };
    let name = amigos_mir::lower::decl_func_name(&spot.decl_ast().sig, func, 0);
    crate::gas::caller_row(view, spot.package.key(view.db), name)
}

fn member_hover(view: View<'_>, spot: &Spot<'_>, pkg: PkgKey, name: Name, place: Option<Declared<'_>>, doc: String) -> Option<Hover> {
    let db = view.db;
    let here = spot.package.key(db);
    let owner = package(db, pkg)?;
    let member = q::member(db, owner, name)?;
    match &member.kind {
        MemberKind::Func => {
            let place = place?;
            let table = crate::gas::table(view, pkg, name);
            let text = if same_package(pkg, here) {
                collapse(text_of(db, place.decl, place.full))
            } else {
                format!("func {}{}", qualified(spot, pkg, name), signature_text(spot, member.ty))
            };
            Some(Hover { table, ..plain(text, None, doc) })
        }
        MemberKind::Type { .. } => {
            let place = place?;
            let text = text_of(db, place.decl, place.full);
            let mut lines: Vec<&str> = text.lines().take(MAX_LINES + 1).collect();
            if lines.len() > MAX_LINES {
                lines[MAX_LINES] = "\t...";
            }
            let text = lines.join("\n");
            let mut text = if text.starts_with("type") { text } else { format!("type {text}") };
            let methods = methods(db, here, pkg, name);
            if !methods.is_empty() {
                text.push_str("\n\n");
                text.push_str(&methods.join("\n"));
            }
            Some(plain(text, None, doc))
        }
        MemberKind::Const(value) => Some(plain(const_text(&qualified(spot, pkg, name), &spot.type_text(member.ty), value), None, doc)),
        MemberKind::Var => {
            let text = format!("var {} {}", qualified(spot, pkg, name), spot.type_text(member.ty));
            if !is_contract(db, owner) {
                let note = (owner.origin(db) != Origin::Std).then(|| "frozen after initialisation".to_owned());
                return Some(plain(text, note, doc));
            }
            let key = base_key(pkg);
            let short = key.strip_prefix(amigos_db::resolve::HUB).unwrap_or(key);
            let short = short.split_once('@').map_or(short, |(path, _)| path);
            let live = LiveTarget { package: key.into(), path: name.to_string() };
            Some(Hover { live: Some(live), ..plain(text, Some(format!("persistent · owned by {short}")), doc) })
        }
    }
}

/// The signatures of a type's methods that can be seen here, in source order.
fn methods(db: &dyn Db, here: PkgKey, pkg: PkgKey, name: Name) -> Vec<String> {
    let of = NamedKey { pkg: Some(pkg), name, local: None };
    let Some(info) = package(db, pkg).and_then(|p| q::named(db, p, of)) else { return vec![] };
    let visible = info.methods.iter().filter(|m| pkg == here || m.name.is_exported());
    let one = |m: &amigos_types::ctx::MethodInfo| {
        declared(db, &Entity::Method { of, name: m.name }).map(|d| collapse(text_of(db, d.decl, d.full)))
    };
    let mut out: Vec<String> = visible.filter_map(one).collect();
    if out.len() > MAX_METHODS {
        let rest = out.len() - MAX_METHODS;
        out.truncate(MAX_METHODS);
        out.push(format!("// and {rest} more methods"));
    }
    out
}

/// The key of a package without the mark of a test variant.
pub(crate) fn base_key(pkg: PkgKey) -> &'static str {
    let key = pkg.0.as_str();
    key.split_once(' ').map_or(key, |(base, _)| base)
}

/// Longer values are cut off, in characters.
const MAX_VALUE: usize = 200;

fn const_text(name: &str, ty: &str, value: &Const) -> String {
    let full = value.to_string();
    let mut value: String = full.chars().take(MAX_VALUE).collect();
    if value.len() < full.len() {
        value.push('…');
    }
    format!("const {name} {ty} = {value}")
}

fn same_package(a: PkgKey, b: PkgKey) -> bool {
    base_key(a) == base_key(b)
}

/// A member's name as it is written in the file of `spot`.
fn qualified(spot: &Spot<'_>, pkg: PkgKey, name: Name) -> String {
    if same_package(pkg, spot.package.key(spot.db)) { name.to_string() } else { format!("{}.{name}", spot.package_text(pkg)) }
}

/// A method of another package's type, with types as they are written in the file of `spot`; the receiver keeps its name.
fn foreign_method(spot: &Spot<'_>, of: NamedKey, name: Name, place: &Declared<'_>) -> Option<String> {
    let db = spot.db;
    let owner = package(db, of.pkg?)?;
    let info = q::named(db, owner, of)?;
    let method = info.methods.iter().find(|m| m.name == name)?;
    let ast = q::parse_decl(db, place.decl);
    let DeclKind::Func(func) = &ast.kind else { return None };
    let recv = func.recv.as_ref()?.first()?;
    let written = recv.names.first().map_or_else(String::new, |i| format!("{} ", ast.sig[*i].name));
    let parameters = match info.tparams.as_ref() {
        [] => String::new(),
        _ => text_of(db, place.decl, ast.sig[recv.ty].range)
            .find('[')
            .map_or_else(String::new, |at| text_of(db, place.decl, ast.sig[recv.ty].range)[at..].to_owned()),
    };
    let star = if method.pointer { "*" } else { "" };
    Some(format!("func ({written}{star}{}{parameters}) {name}{}", qualified(spot, of.pkg?, of.name), signature_text(spot, method.sig)))
}

/// The constraint of a type parameter.
fn type_param_text(spot: &Spot<'_>, ty: amigos_types::ty::Ty) -> String {
    let TyKind::TypeParam(key) = ty.kind() else { return String::new() };
    let ctx = spot.types();
    let types = TypeView { ctx: &ctx, facts: Some(&spot.facts) };
    types.bound(*key).map(|bound| spot.type_text(bound)).unwrap_or_default()
}

fn signature_text(spot: &Spot<'_>, ty: amigos_types::ty::Ty) -> String {
    let text = spot.type_text(ty);
    text.strip_prefix("func").map_or(text.clone(), str::to_owned)
}

/// A signature that stands on several lines, on one.
fn collapse(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    let joined = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    joined.replace("( ", "(").replace(", )", ")").replace(" )", ")")
}

pub(crate) fn universe_text(name: Name) -> String {
    match name.as_str() {
        "append" => "func append(slice []T, elems ...T) []T".into(),
        "cap" => "func cap(v T) int".into(),
        "clear" => "func clear(t T)".into(),
        "close" => "func close(c chan<- T)".into(),
        "complex" => "func complex(r, i Float) Complex".into(),
        "copy" => "func copy(dst, src []T) int".into(),
        "delete" => "func delete(m map[K]V, key K)".into(),
        "imag" => "func imag(c Complex) Float".into(),
        "len" => "func len(v T) int".into(),
        "make" => "func make(t T, size ...int) T".into(),
        "max" => "func max(x T, y ...T) T".into(),
        "min" => "func min(x T, y ...T) T".into(),
        "new" => "func new(T) *T".into(),
        "panic" => "func panic(v any)".into(),
        "print" => "func print(args ...T)".into(),
        "println" => "func println(args ...T)".into(),
        "real" => "func real(c Complex) Float".into(),
        "recover" => "func recover() any".into(),
        "nil" => "nil".into(),
        "true" => "const true bool = true".into(),
        "false" => "const false bool = false".into(),
        "iota" => "const iota untyped int".into(),
        "any" => "type any = interface{}".into(),
        "error" => "type error interface { Error() string }".into(),
        other => format!("type {other}"),
    }
}
