//! Lenses: `simulate` above what can be called from outside, `run test` above tests.

use amigos_db::input::SourceFile;
use amigos_db::query as q;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::DeclKind;
use amigos_types::ty::{Basic, Signature, Ty, TyKind};

use crate::analysis::View;
use crate::data::{CodeLens, LensCommand};
use crate::locate::{comment_text, is_contract, text_of};

/// The lenses of a file.
pub(crate) fn lenses(view: View<'_>, file: SourceFile) -> Vec<CodeLens> {
    let db = view.db;
    let Some(package) = q::owner(db, file) else { return vec![] };
    let contract = is_contract(db, package);
    let tests = file.name(db).ends_with("_test.go");
    let ctx = amigos_db::context::DbCtx::new(db, package);
    let types = TypeView { ctx: &ctx, facts: None };
    let declared = q::package_types(db, package);
    let mut out = Vec::new();
    for decl in q::split_file(db, file) {
        let ast = q::decl_sig(db, *decl);
        if let DeclKind::Package(name) = ast.kind {
            // One for a package: in its first file.
            let first = package.files(db).first() == Some(&file);
            if contract && !tests && first && package.origin(db) == amigos_db::input::Origin::Workspace {
                let version = package.version(db).to_string();
                out.push(CodeLens { range: ast.sig[name].range.shift(decl.start(db)), command: LensCommand::Deploy { version } });
            }
            continue;
        }
        if !tests {
            named(&ast, decl.start(db), &mut out);
        }
        let DeclKind::Func(func) = &ast.kind else { continue };
        let ident = ast.sig[func.name];
        let name = ident.name;
        let range = ident.range.shift(decl.start(db));
        let mut push = |command| out.push(CodeLens { range, command });
        if tests {
            if func.recv.is_none() && (name.starts_with("Test") || name.starts_with("Example")) {
                push(LensCommand::RunTest { function: name.to_string() });
            }
            continue;
        }
        if !contract || !name.is_exported() || !func.ty.tparams.is_empty() {
            continue;
        }
        let doc = if decl.text(db).contains("Example:") { q::decl_doc(db, *decl) } else { None };
        let doc = doc.map(|range| comment_text(text_of(db, *decl, range))).unwrap_or_default();
        let examples: Vec<(String, Vec<String>)> =
            doc.lines().filter_map(|l| parse_example(l.trim().strip_prefix("Example:")?.trim())).collect();
        if examples.len() > 1 {
            push(LensCommand::Scenario { function: name.to_string(), steps: examples.clone() });
        }
        if func.recv.is_some() {
            // A method is called on a value that a path from an exported global reaches: only an example can say which.
            examples.into_iter().for_each(|(function, args)| push(LensCommand::Simulate { function, args }));
            continue;
        }
        let Some(found) = declared.members.get(&name) else { continue };
        let Some(sig) = found.member.ty.as_signature() else { continue };
        if examples.is_empty()
            && let Some(args) = made_up(types, sig)
        {
            push(LensCommand::Simulate { function: name.to_string(), args });
        }
        examples.into_iter().for_each(|(function, args)| push(LensCommand::Simulate { function, args }));
    }
    out
}

/// The lenses that count: of exported functions, methods and types who names them, of interfaces what implements them.
fn named(ast: &amigos_types::source::SigDecl, start: u32, out: &mut Vec<CodeLens>) {
    use amigos_syntax::ast::{ExprKind, Spec};
    match &ast.kind {
        DeclKind::Func(func) => {
            let ident = ast.sig[func.name];
            if ident.name.is_exported() {
                out.push(CodeLens { range: ident.range.shift(start), command: LensCommand::References });
            }
        }
        DeclKind::Gen(group) => {
            for spec in &group.specs {
                let Spec::Type { name, ty, .. } = spec else { continue };
                let ident = ast.sig[*name];
                if ident.name.is_exported() {
                    out.push(CodeLens { range: ident.range.shift(start), command: LensCommand::References });
                }
                if matches!(ast.sig[*ty].kind, ExprKind::InterfaceType { .. }) {
                    out.push(CodeLens { range: ident.range.shift(start), command: LensCommand::Implementations });
                }
            }
        }
        _ => {}
    }
}

/// `F("x", 1)` → (`F`, [`"x"`, `1`]).
fn parse_example(text: &str) -> Option<(String, Vec<String>)> {
    let open = text.find('(')?;
    let function = text[..open].trim();
    let valid = |c: char| c.is_alphanumeric() || "._[]\"".contains(c);
    if function.is_empty() || !function.chars().all(valid) {
        return None;
    }
    let inside = &text[open + 1..];
    let mut args = Vec::new();
    let (mut depth, mut start, mut quote) = (0u32, 0usize, None::<char>);
    let mut chars = inside.char_indices();
    while let Some((i, c)) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(q), '\\') if q != '`' => {
                chars.next();
            }
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')') if depth == 0 => {
                let last = inside[start..i].trim();
                if !last.is_empty() {
                    args.push(last.to_owned());
                }
                return Some((function.to_owned(), args));
            }
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                args.push(inside[start..i].trim().to_owned());
                start = i + 1;
            }
            _ => {}
        }
    }
    None
}

/// Arguments for a function without example: plain values of its parameters' types, if they have literals.
fn made_up(types: TypeView, sig: &Signature) -> Option<Vec<String>> {
    if sig.variadic {
        return made_up_list(types, &sig.params[..sig.params.len() - 1]);
    }
    made_up_list(types, &sig.params)
}

fn made_up_list(types: TypeView, params: &[amigos_types::ty::Param]) -> Option<Vec<String>> {
    params.iter().map(|p| made_up_value(types, p.ty, p.name.map_or("x", |n| n.as_str()))).collect()
}

fn made_up_value(types: TypeView, ty: Ty, name: &str) -> Option<String> {
    Some(match types.under(ty).kind() {
        TyKind::Basic(Basic::String) => format!("{name:?}"),
        TyKind::Basic(Basic::Bool) => "true".into(),
        TyKind::Basic(Basic::Float32 | Basic::Float64) => "1.5".into(),
        TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b) => "1".into(),
        TyKind::Slice(_) | TyKind::Map { .. } => "nil".into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::parse_example;

    #[test]
    fn examples_are_read_as_calls() {
        let check = |text: &str, function: &str, args: &[&str]| {
            let (f, a) = parse_example(text).unwrap();
            assert_eq!((f.as_str(), a.iter().map(String::as_str).collect::<Vec<_>>()), (function, args.to_vec()));
        };
        check(r#"F("x, (", 1)"#, "F", &[r#""x, (""#, "1"]);
        check("F()", "F", &[]);
        check(r#"Posts[0].Upvote()"#, "Posts[0].Upvote", &[]);
        check(r#"F([]string{"a", "b"}, map[string]int{"a": 1})"#, "F", &[r#"[]string{"a", "b"}"#, r#"map[string]int{"a": 1}"#]);
        assert!(parse_example("F(").is_none());
        assert!(parse_example("some words (in brackets)").is_none());
    }
}
