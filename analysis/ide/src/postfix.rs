//! `x.if`, `xs.for`, `err.err`: a value first, then what is to be done with it.

use amigos_mir::typequery::TypeView;
use amigos_syntax::TextRange;
use amigos_syntax::ast::{ExprId, ExprKind};
use amigos_types::facts::Mode;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::data::{Completion, SymbolKind, TextEdit};
use crate::locate::Spot;

/// A template: its word, what it does, the text with `$x` for the value, and whether it is a statement.
struct Template {
    word: &'static str,
    does: &'static str,
    text: String,
    statement: bool,
    import: Option<&'static str>,
}

fn template(word: &'static str, does: &'static str, text: impl Into<String>) -> Template {
    Template { word, does, text: text.into(), statement: true, import: None }
}

fn is_error(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name.as_str() == "error")
}

/// The templates for the value `x` in front of a dot; `word` is what is typed behind it.
pub(crate) fn postfix(
    spot: &Spot<'_>,
    types: TypeView<'_>,
    x: ExprId,
    word: TextRange,
    starts_statement: bool,
    file: crate::data::FileId,
    imports: &dyn Fn(&str) -> Vec<TextEdit>,
) -> Vec<Completion> {
    let fact = spot.facts.type_of(x);
    if spot.body.is_none() || !matches!(fact.mode, Mode::Var | Mode::Value | Mode::MapIndex | Mode::Const | Mode::CommaOk | Mode::Nil) {
        return vec![];
    }
    let text = spot.decl.text(spot.db);
    let range = spot.ast()[x].range;
    let Some(written) = text.get(range.start as usize..range.end as usize) else { return vec![] };
    let mut out = Vec::new();
    for t in templates(spot, types, x, fact.ty) {
        if t.statement && !starts_statement {
            continue;
        }
        let escaped = written.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
        // Clients indent further lines as the first one is.
        let snippet = t.text.replace("$x", &escaped);
        let mut extra =
            vec![TextEdit { file, range: TextRange::new(range.start, word.start - spot.start).shift(spot.start), new_text: String::new() }];
        extra.extend(t.import.map(imports).unwrap_or_default());
        out.push(Completion {
            label: t.word.to_owned(),
            kind: SymbolKind::Text,
            detail: t.does.to_owned(),
            doc: String::new(),
            range: word,
            insert: crate::snippets::plain(&snippet),
            sort: format!("9{}", t.word),
            extra,
            snippet: Some(snippet),
        });
    }
    out
}

/// How many values a function that can be ranged over gives at a time.
fn iterated(types: TypeView<'_>, sig: &amigos_types::ty::Signature) -> Option<usize> {
    let [one] = &sig.params[..] else { return None };
    let given = types.under(one.ty);
    let given = given.as_signature().filter(|_| sig.results.is_empty())?;
    let goes_on = matches!(&given.results[..], [r] if matches!(types.under(r.ty).kind(), TyKind::Basic(Basic::Bool)));
    (goes_on && given.params.len() <= 2).then_some(given.params.len())
}

fn templates(spot: &Spot<'_>, types: TypeView<'_>, x: ExprId, ty: Ty) -> Vec<Template> {
    let ast = spot.ast();
    let is_name = matches!(ast[x].kind, ExprKind::Ident(_) | ExprKind::Selector { .. });
    let is_call = matches!(ast[x].kind, ExprKind::Call { .. });
    let mut out = Vec::new();
    if let TyKind::Tuple(parts) = ty.kind() {
        // The results of a call.
        let Some((last, rest)) = parts.split_last() else { return out };
        if is_error(last.ty) {
            let names: Vec<String> =
                (0..rest.len()).map(|i| format!("${{{}:v{}}}", i + 1, if i == 0 { String::new() } else { (i + 1).to_string() })).collect();
            let leave = leave(spot, types, "err");
            out.push(template(
                "err",
                "take the results, leave on an error",
                format!("{}, err := $x\nif err != nil {{\n\t{leave}\n}}\n$0", names.join(", ")),
            ));
        }
        let names: Vec<String> = (0..parts.len()).map(|i| format!("${{{}:v{}}}", i + 1, i + 1)).collect();
        out.push(template("var", "variables with the results", format!("{} := $x$0", names.join(", "))));
        return out;
    }
    if ty.is_invalid() {
        return out;
    }
    let under = types.core(ty);
    if is_error(ty) {
        let (name, init) = if is_name { ("$x".to_owned(), String::new()) } else { ("err".to_owned(), "err := $x; ".to_owned()) };
        let leave = leave(spot, types, &name);
        out.push(template("err", "leave on an error", format!("if {init}{name} != nil {{\n\t{leave}\n}}\n$0")));
        out.push(Template {
            import: Some("fmt"),
            statement: false,
            ..template("wrap", "an error with a word before it", "fmt.Errorf(\"${1:what}: %w\", $x)$0")
        });
    }
    let mut expression = |word, does, text: &str| out.push(Template { statement: false, ..template(word, does, text) });
    match under.kind() {
        TyKind::Basic(Basic::Bool | Basic::UntypedBool) => {
            expression("not", "the opposite", "!$x$0");
            out.push(template("if", "if it is true", "if $x {\n\t$0\n}"));
            out.push(template("else", "if it is false", "if !$x {\n\t$0\n}"));
        }
        TyKind::Basic(Basic::String | Basic::UntypedString) => {
            expression("len", "its length in bytes", "len($x)$0");
            out.push(template("for", "for each rune", "for ${1:i}, ${2:r} := range $x {\n\t$0\n}"));
            out.push(template("range", "for each rune", "for ${1:i}, ${2:r} := range $x {\n\t$0\n}"));
            out.push(Template {
                import: Some("strings"),
                statement: false,
                ..template("split", "strings.Split", "strings.Split($x, \"${1:,}\")$0")
            });
        }
        TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b) || *b == Basic::UntypedInt => {
            out.push(template("for", "so many times", "for ${1:i} := range $x {\n\t$0\n}"));
            out.push(template("range", "so many times", "for ${1:i} := range $x {\n\t$0\n}"));
        }
        TyKind::Slice(_) | TyKind::Array { .. } => {
            expression("len", "how many there are", "len($x)$0");
            expression("last", "the last one", "$x[len($x)-1]$0");
            out.push(template("for", "for each", "for ${1:i}, ${2:v} := range $x {\n\t$0\n}"));
            out.push(template("range", "for each", "for ${1:i}, ${2:v} := range $x {\n\t$0\n}"));
            out.push(template("fori", "for each index", "for ${1:i} := range $x {\n\t$0\n}"));
            if matches!(under.kind(), TyKind::Slice(_)) && is_name {
                out.push(template("append", "append to it", "$x = append($x, $0)"));
            }
            if matches!(under.kind(), TyKind::Slice(_)) {
                out.push(Template { import: Some("slices"), ..template("sort", "slices.Sort", "slices.Sort($x)$0") });
            }
        }
        TyKind::Map { .. } => {
            expression("len", "how many there are", "len($x)$0");
            out.push(template("for", "for each", "for ${1:k}, ${2:v} := range $x {\n\t$0\n}"));
            out.push(template("range", "for each", "for ${1:k}, ${2:v} := range $x {\n\t$0\n}"));
            out.push(template("ok", "if the key is there", "if ${1:v}, ok := $x[${2:key}]; ok {\n\t$0\n}"));
            out.push(template("delete", "delete a key", "delete($x, ${1:key})$0"));
        }
        TyKind::Signature(sig) if iterated(types, sig).is_some() => {
            let names = ["", "${1:v} := ", "${1:k}, ${2:v} := "][iterated(types, sig).unwrap_or(0).min(2)];
            for word in ["for", "range"] {
                out.push(template(word, "for each", format!("for {names}range $x {{\n\t$0\n}}")));
            }
        }
        TyKind::Signature(sig) if sig.params.is_empty() => out.push(template("defer", "call it at the end", "defer $x()$0")),
        _ => {}
    }
    if matches!(under.kind(), TyKind::Pointer(_) | TyKind::Interface(_) | TyKind::Map { .. } | TyKind::Slice(_) | TyKind::Signature(_))
        && !is_error(ty)
    {
        out.push(template("nil", "if it is nil", "if $x == nil {\n\t$0\n}"));
        out.push(template("notnil", "if it is not nil", "if $x != nil {\n\t$0\n}"));
    }
    if matches!(under.kind(), TyKind::Interface(_)) {
        out.push(template("type", "by its type", "switch ${1:v} := $x.(type) {\ncase ${2:T}:\n\t$0\n}"));
    }
    out.push(template("var", "a variable with it", "${1:v} := $x$0"));
    out.push(template("return", "return it", "return $x$0"));
    out.push(template("switch", "by its value", "switch $x {\ncase $0:\n}"));
    out.push(Template { import: Some("fmt"), ..template("print", "fmt.Println", "fmt.Println($x)$0") });
    if is_call {
        out.push(template("defer", "call it at the end", "defer $x$0"));
    }
    out
}

/// How the function around is left with an error.
fn leave(spot: &Spot<'_>, types: TypeView<'_>, name: &str) -> String {
    let own = crate::expected::enclosing(spot);
    let results: Vec<Ty> = own.iter().flat_map(|l| &l.results).filter_map(|r| spot.facts.locals.get(r.0 as usize)).map(|l| l.ty).collect();
    match results.split_last() {
        Some((last, rest)) if is_error(*last) => {
            let zeros: Option<Vec<String>> = rest.iter().map(|t| crate::fixes::zero_value(spot, types, *t)).collect();
            let zeros = zeros.unwrap_or_default().into_iter().chain([name.to_owned()]).collect::<Vec<_>>().join(", ");
            format!("return {}", zeros.replace('}', "\\}"))
        }
        None => "${9:return}".to_owned(),
        _ => format!("panic({name})"),
    }
}
