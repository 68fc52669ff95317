//! `//amigos:` comments: their names where one is written, and what one says under the cursor.

use amigos_mir::bound::{Limit, resolve};
use amigos_syntax::TextRange;
use amigos_syntax::ast::{DeclKind, Spec};
use amigos_syntax::bound::{BOUND, Measure, WrittenBound, bounds};
use amigos_syntax::file::directive;
use amigos_syntax::parse::bound_places;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::analysis::View;
use crate::data::{Completion, Hover, SymbolKind};
use crate::locate::Spot;

/// The directives: name, how one is written, and what it is for.
const DIRECTIVES: &[(&str, &str, &str)] = &[
    ("allow", "allow CODE -- reason", "Accepts a finding of a rule: on the line before, on the same line, or above the declaration."),
    (
        "bound",
        "bound len(NAME)<=100",
        "A size that the machine checks when a function begins, and that gas bounds count on: above a function, or above a variable for all functions of the package that name it. `NAME<=100` is of an integer, `depth<=8` of calls of itself.",
    ),
    ("drop", "drop NAME", "What was kept in state under this name may be lost for good."),
    ("fp", "fp CODE -- reason", "Says that a rule is mistaken here."),
    ("gas", "gas show", "Always shows the gas bound of this function."),
    ("guard", "guard NAME", "Whoever writes this variable must have called function NAME, which checks the caller."),
    ("slice", "slice FILE", "The test runs on the slice of state in this file."),
    ("was", "was OLD", "Had this name before: its state stays."),
];

/// What a directive can go on with at `at`, in the text of the declaration.
pub(crate) fn complete(spot: &Spot<'_>, at: usize) -> Option<Vec<Completion>> {
    let text = spot.decl.text(spot.db);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = text[start..at].trim_start().strip_prefix("//amigos:")?;
    if let Some(rest) = line.strip_prefix("bound ") {
        return Some(bounds_to_write(spot, rest, at));
    }
    if line.contains([' ', '\t']) {
        return None;
    }
    let range = TextRange::new((at - line.len()) as u32, at as u32).shift(spot.start);
    Some(DIRECTIVES.iter().map(|(name, form, doc)| offered(name, form, doc, range)).collect())
}

fn offered(label: &str, detail: &str, doc: &str, range: TextRange) -> Completion {
    Completion {
        label: label.to_owned(),
        kind: SymbolKind::Text,
        detail: detail.to_owned(),
        doc: doc.to_owned(),
        range,
        insert: label.to_owned(),
        sort: label.to_owned(),
        extra: vec![],
        snippet: None,
    }
}

/// Sizes of parameters, or of the variables that are declared here.
fn bounds_to_write(spot: &Spot<'_>, written: &str, at: usize) -> Vec<Completion> {
    let range = TextRange::new((at - written.len()) as u32, at as u32).shift(spot.start);
    let ctx = spot.types();
    let types = amigos_mir::typequery::TypeView { ctx: &ctx, facts: None };
    let size = |(name, ty): (amigos_syntax::Name, Ty)| {
        Some(match types.core(ty).kind() {
            TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Basic(Basic::String) => format!("len({name})<=100"),
            TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b) => format!("{name}<=100"),
            _ => return None,
        })
    };
    let ast = spot.decl_ast();
    let mut found: Vec<String> = match &ast.kind {
        DeclKind::Func(_) => {
            let facts = amigos_db::query::body_facts(spot.db, spot.package, spot.decl);
            let params = facts.first().map(|f| f.parameters()).unwrap_or_default();
            params.into_iter().filter_map(size).chain(["depth<=8".to_owned()]).collect()
        }
        DeclKind::Gen(_) => variables(spot).into_iter().filter_map(size).collect(),
        _ => vec![],
    };
    found.dedup();
    found.iter().map(|text| offered(text, "", "", range)).collect()
}

fn variables(spot: &Spot<'_>) -> Vec<(amigos_syntax::Name, Ty)> {
    use amigos_types::ctx::TyCtx;
    let ast = spot.decl_ast();
    let DeclKind::Gen(group) = &ast.kind else { return vec![] };
    let ctx = spot.types();
    let pkg = spot.package.key(spot.db);
    let names = group.specs.iter().flat_map(|s| if let Spec::Var { names, .. } = s { &names[..] } else { &[] });
    names.map(|n| ast.sig[*n].name).filter_map(|name| Some((name, ctx.member(pkg, name)?.ty))).collect()
}

/// What the directive under the cursor is.
pub(crate) fn hover(view: View<'_>, spot: &Spot<'_>) -> Option<Hover> {
    let text = spot.decl.text(view.db);
    let ast = spot.decl_ast();
    let range = ast.comments.iter().copied().find(|c| c.touches(spot.offset))?;
    let found = directive(text, range)?;
    let (name, _, doc) = DIRECTIVES.iter().find(|(name, ..)| *name == &*found.name)?;
    let mut doc = (*doc).to_owned();
    if *name == BOUND {
        let places = bound_places(ast.doc, &ast.kind);
        let written = places.into_iter().flat_map(|p| bounds(text, p)).find(|b| match b {
            Ok(b) => b.range == range,
            Err((at, _)) => *at == range,
        });
        let says = match written {
            Some(Ok(bound)) => resolved(spot, &bound).map_or_else(|wrong| wrong, |limit| in_words(view, &bound, &limit)),
            Some(Err((_, wrong))) => wrong,
            None => "It stands above nothing that it could bound.".to_owned(),
        };
        doc = format!("{says}\n\n{doc}");
    }
    let signature = text.get(range.start as usize..range.end as usize)?.to_owned();
    Some(Hover { range: range.shift(spot.start), signature, note: None, doc, table: String::new(), live: None })
}

/// What a bound of a declaration is of; the error says what is wrong with it.
pub(crate) fn resolved(spot: &Spot<'_>, bound: &WrittenBound) -> Result<Limit, String> {
    let ast = spot.decl_ast();
    let ctx = spot.types();
    let pkg = spot.package.key(spot.db);
    match &ast.kind {
        DeclKind::Func(func) => {
            let facts = amigos_db::query::body_facts(spot.db, spot.package, spot.decl);
            let params = facts.first().map(|f| f.parameters()).unwrap_or_default();
            resolve(&ctx, pkg, Some(ast.sig[func.name].name), false, &params, bound)
        }
        _ => resolve(&ctx, pkg, None, false, &[], bound),
    }
}

fn in_words(view: View<'_>, bound: &WrittenBound, limit: &Limit) -> String {
    if limit.measure == Measure::Depth {
        return format!("A call fails in which more than {} calls of this function run at once.", bound.most);
    }
    let text = bound.text();
    let size = text.split("<=").next().unwrap_or("");
    let now = crate::bound_limit::live(view, limit).map(|n| format!(" It is {} now.", amigos_gas::poly::grouped(n))).unwrap_or_default();
    format!("A call fails that begins when `{size}` is more than {}.{now}", bound.most)
}
