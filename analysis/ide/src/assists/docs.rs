//! What a declaration still lacks: a comment, a test.

use amigos_db::query as q;
use amigos_syntax::ast::{DeclKind, ExprKind, InterfaceElem, Spec};
use amigos_types::ty::TyKind;

use super::assist;
use super::site::Site;
use crate::data::{Assist, AssistKind, NewFile};

/// `// F ...` above a function or type that has no comment.
pub(super) fn comment(site: &Site<'_>, out: &mut Vec<Assist>) {
    let decl = site.spot.decl_ast();
    if let Some((name, start)) = part(site) {
        let indent = site.indent(start);
        return out.push(assist(AssistKind::Rewrite, "add a doc comment", vec![site.insert(start, format!("// {name} \n{indent}"))]));
    }
    if decl.doc.is_some() {
        return;
    }
    let (name, start) = match &decl.kind {
        DeclKind::Func(func) if site.spot.body.is_none() => (decl.sig[func.name].name, func.ty.range.start),
        DeclKind::Gen(group) => match &group.specs[..] {
            [Spec::Type { name, .. }] => (decl.sig[*name].name, group.range.start),
            [Spec::Var { names, .. }] | [Spec::Const { names, .. }] if site.spot.body.is_none() && names.len() == 1 => {
                (decl.sig[names[0]].name, group.range.start)
            }
            _ => return,
        },
        _ => return,
    };
    // On the line that names it.
    if site.line_start(site.range.start) != site.line_start(start) || name.is_blank() {
        return;
    }
    out.push(assist(AssistKind::Rewrite, "add a doc comment", vec![site.insert(start, format!("// {name} \n"))]));
}

/// A part of a declaration that has no comment, on a line of its own: a field, a method of an interface, a name in a group.
fn part(site: &Site<'_>) -> Option<(amigos_syntax::Name, u32)> {
    let DeclKind::Gen(group) = &site.spot.decl_ast().kind else { return None };
    let sig = &site.spot.decl_ast().sig;
    if site.spot.body.is_some() {
        return None;
    }
    let mut found: Vec<(amigos_syntax::ast::IdentId, Option<amigos_syntax::TextRange>)> = Vec::new();
    for e in &sig.exprs {
        match &e.kind {
            ExprKind::StructType { fields } => found.extend(fields.iter().filter_map(|f| Some((*f.names.first()?, f.doc)))),
            ExprKind::InterfaceType { elems } => found.extend(elems.iter().filter_map(|e| match e {
                InterfaceElem::Method { name, doc, .. } => Some((*name, *doc)),
                InterfaceElem::Embed(_) => None,
            })),
            _ => {}
        }
    }
    for spec in group.specs.iter().filter(|_| group.range.of(site.text).ends_with(')')) {
        match spec {
            Spec::Const { names, doc, .. } | Spec::Var { names, doc, .. } => found.extend(names.first().map(|n| (*n, *doc))),
            Spec::Type { name, doc, .. } => found.push((*name, *doc)),
            Spec::Import(_) => {}
        }
    }
    let (ident, _) = found.into_iter().find(|(ident, doc)| doc.is_none() && sig[*ident].range.touches(site.range.start))?;
    let ident = sig[ident];
    let alone = site.text.get(site.line_start(ident.range.start) as usize..ident.range.start as usize)?.trim().is_empty();
    (alone && !ident.name.is_blank()).then_some((ident.name, ident.range.start))
}

/// A test of the function at the cursor, in the test file of its file.
pub(super) fn test(site: &Site<'_>, out: &mut Vec<Assist>) {
    let db = site.view.db;
    let decl = site.spot.decl_ast();
    let DeclKind::Func(func) = &decl.kind else { return };
    let file_name = site.file.name(db);
    if site.spot.body.is_some() || !func.ty.tparams.is_empty() || file_name.ends_with("_test.go") {
        return;
    }
    let name = decl.sig[func.name].name;
    if matches!(name.as_str(), "init" | "main" | "_") || decl.sig[func.name].range.end < site.range.start {
        return;
    }
    let key = site.spot.package.key(db);
    // `T.M` of a method.
    let whole = amigos_mir::lower::decl_func_name(&decl.sig, func, 0);
    let of = whole.split_once('.').map(|(of, _)| of);
    let Some(ty) = callee(site, name, of) else { return };
    let Some(sig) = ty.as_signature() else { return };
    let title = |name: &str| {
        let mut letters = name.chars();
        letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
    };
    let test = match of {
        Some(of) => format!("Test{}_{name}", title(of)),
        None => format!("Test{}", title(&name)),
    };
    let with_tests = crate::locate::package(db, amigos_types::ty::PkgKey(amigos_syntax::Name::new(&format!("{} [test]", key.0))));
    if with_tests.is_some_and(|p| q::member(db, p, amigos_syntax::Name::new(&test)).is_some()) {
        return;
    }
    let Some(args) = sig
        .params
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let variadic = sig.variadic && i + 1 == sig.params.len();
            if variadic { Some(None) } else { site.zero(p.ty).map(Some) }
        })
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let args: Vec<String> = args.into_iter().flatten().collect();
    let call = format!("{}{name}({})", if of.is_some() { "x." } else { "" }, args.join(", "));
    let body = match &sig.results[..] {
        [] => format!("\t{call}\n"),
        [one] if is_error(one.ty) => format!("\tif err := {call}; err != nil {{\n\t\tt.Fatal(err)\n\t}}\n"),
        [one] => {
            let Some(zero) = site.zero(one.ty) else { return };
            let comparable = !matches!(
                site.with_types(|t| t.under(one.ty)).kind(),
                TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Signature(_) | TyKind::Struct(_)
            );
            if comparable {
                format!(
                    "\tgot, want := {call}, {}({zero})\n\tif got != want {{\n\t\tt.Errorf(\"{name}() = %v, want %v\", got, want)\n\t}}\n",
                    converted(site, one.ty)
                )
            } else {
                format!("\tgot := {call}\n\tt.Log(got)\n")
            }
        }
        [_, last] if is_error(last.ty) => {
            format!("\tgot, err := {call}\n\tif err != nil {{\n\t\tt.Fatal(err)\n\t}}\n\tt.Log(got)\n")
        }
        many => {
            let names: Vec<String> = (0..many.len()).map(|i| format!("got{i}")).collect();
            format!("\t{} := {call}\n\tt.Log({})\n", names.join(", "), names.join(", "))
        }
    };
    let receiver = of.map(|of| format!("\tvar x {of}\n")).unwrap_or_default();
    let function = format!("func {test}(t *testing.T) {{\n{receiver}{body}}}\n");
    let test_file = format!("{}_test.go", file_name.strip_suffix(".go").unwrap_or(file_name.as_str()));
    let existing = with_tests.and_then(|p| p.files(db).iter().find(|f| f.name(db).as_str() == test_file).copied());
    let title = format!("generate `{test}`");
    match existing {
        Some(file) => {
            let Some(id) = site.view.file_id(file) else { return };
            let text = file.text(db);
            let end = text.len() as u32;
            let blank = if text.ends_with('\n') { "\n" } else { "\n\n" };
            let mut edits = crate::imports::edits(site.view, file, &["testing"]);
            edits.push(crate::data::TextEdit {
                file: id,
                range: amigos_syntax::TextRange::at(end),
                new_text: format!("{blank}{function}"),
            });
            out.push(assist(AssistKind::Rewrite, title, edits));
        }
        None => {
            let package = q::package_name(db, site.spot.package);
            let text = format!("package {package}\n\nimport \"testing\"\n\n{function}");
            let create = Some(NewFile { beside: site.id, name: test_file, text });
            out.push(Assist { kind: AssistKind::Rewrite, title, edits: vec![], create });
        }
    }
}

/// The type of a function, or of a method of a type without parameters of its own.
fn callee(site: &Site<'_>, name: amigos_syntax::Name, of: Option<&str>) -> Option<amigos_types::ty::Ty> {
    let db = site.view.db;
    let Some(of) = of else { return q::member(db, site.spot.package, name).map(|m| m.ty) };
    let of = amigos_types::ty::NamedKey { pkg: Some(site.spot.package.key(db)), name: amigos_syntax::Name::new(of), local: None };
    let info = q::named(db, site.spot.package, of)?;
    info.methods.iter().find(|m| m.name == name).filter(|_| info.tparams.is_empty()).map(|m| m.sig)
}

/// The type in front of a zero value, for values that a bare literal would not give it.
fn converted(site: &Site<'_>, ty: amigos_types::ty::Ty) -> String {
    let text = site.spot.type_text(ty);
    if matches!(ty.kind(), TyKind::Pointer(_) | TyKind::Chan { .. }) { format!("({text})") } else { text }
}

fn is_error(ty: amigos_types::ty::Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name.as_str() == "error")
}
