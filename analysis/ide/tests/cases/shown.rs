//! What features show of a text.

use amigos_ide::*;

use crate::support::{Workspace, masked};

/// A list, or that there is nothing.
fn lines(found: impl IntoIterator<Item = String>) -> String {
    let out: String = found.into_iter().map(|l| l + "\n").collect();
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

/// A text on one line.
fn flat(text: &str) -> String {
    text.replace('\n', "⏎")
}

/// Where a target is, and what is focused there.
fn place(workspace: &Workspace, target: &Target) -> String {
    match &target.place {
        Place::File(id) => {
            let (_, text) = workspace.of(*id);
            assert!(target.full.start <= target.focus.start && target.focus.end <= target.full.end, "{target:?}");
            format!("{} {}", workspace.position(*id, target.focus.start), &text[target.focus.start as usize..target.focus.end as usize])
        }
        Place::Std(package, file) => {
            let text = workspace.analysis().std_text(package, file).expect("not cancelled").expect("a file of std");
            format!("{package}/{file} {}", &text[target.focus.start as usize..target.focus.end as usize])
        }
    }
}

fn places(workspace: &Workspace, found: &[Target]) -> String {
    lines(found.iter().map(|t| place(workspace, t)))
}

/// The findings with the titles of their fixes.
pub fn check_diagnostics(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let analysis = workspace.analysis();
    let mut out = Vec::new();
    for id in workspace.ids().into_iter().filter(|id| workspace.is_checked(*id)) {
        let (_, text) = workspace.of(id);
        for d in analysis.fixes(id, TextRange::new(0, u32::MAX)).expect("not cancelled") {
            let at = flat(&text[d.range.start as usize..d.range.end as usize]);
            let dim = if d.unnecessary { " (unnecessary)" } else { "" };
            out.push(format!("{} {} {:?} `{at}`{dim}: {}", workspace.position(id, d.range.start), d.code, d.severity, d.message));
            out.extend(d.related.iter().map(|r| format!("  {}: {}", workspace.position(r.file, r.range.start), r.message)));
            out.extend(d.fixes.iter().map(|f| format!("  fix: {}", f.title)));
        }
    }
    lines(out)
}

/// What a hover says, with numbers as `N`.
pub fn check_hover(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let Some(hover) = workspace.analysis().hover(file, at).expect("not cancelled") else { return "nothing\n".to_owned() };
    let text = workspace.of(file).1;
    let mut out = format!("`{}`\n{}\n", &text[hover.range.start as usize..hover.range.end as usize], hover.signature);
    out += &hover.note.iter().map(|n| format!("-- {n}\n")).collect::<String>();
    out += &hover.live.iter().map(|l| format!("-- live {} {}\n", l.package, l.path)).collect::<String>();
    if !hover.doc.is_empty() {
        out += &format!("{}\n", hover.doc);
    }
    // What it costs is the gas analysis' business.
    let cell = |line: &str| -> String {
        let words = line.strip_prefix("effects").or_else(|| line.strip_prefix("caller"));
        if words.is_some() { line.to_owned() } else { line.split("≤").next().unwrap_or("").trim_end().to_owned() }
    };
    out + &hover.table.lines().map(cell).filter(|l| !l.trim().is_empty()).map(|l| l + "\n").collect::<String>()
}

/// The first eight completions, or all whose label begins as asked for.
pub fn check_completion(fixture: &str, start: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let mut found = workspace.analysis().completions(file, at).expect("not cancelled");
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    found.retain(|c| c.label.starts_with(start));
    let one =
        |c: &Completion| format!("{} ({}) {}", c.label, format!("{:?}", c.kind).to_lowercase(), flat(&c.detail)).trim_end().to_owned();
    lines(found.iter().take(8).map(one))
}

/// The signature with the parameter in brackets that is being written.
pub fn check_signature(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let found = workspace.analysis().signature_help(file, at).expect("not cancelled");
    let one = |h: SignatureHelp| {
        let mut label = h.label.clone();
        if let Some((start, end)) = h.params.get(h.active as usize) {
            label.insert(*end as usize, ']');
            label.insert(*start as usize, '[');
        }
        if h.doc.is_empty() { label } else { format!("{label}\n{}", h.doc) }
    };
    lines(found.map(one))
}

/// Where a name is declared.
pub fn check_definition(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    places(&workspace, &workspace.analysis().definition(file, at).expect("not cancelled"))
}

/// Where it is promised.
pub fn check_declaration(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    places(&workspace, &workspace.analysis().declaration(file, at).expect("not cancelled"))
}

/// Where its type is declared.
pub fn check_type_definition(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    places(&workspace, &workspace.analysis().type_definition(file, at).expect("not cancelled"))
}

/// What implements it, or is implemented by it.
pub fn check_implementation(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    places(&workspace, &workspace.analysis().implementation(file, at).expect("not cancelled"))
}

/// The lines with references in brackets: `[x]` read, `[=x]` written, `[:x]` declared.
fn marked(workspace: &Workspace, found: &[Reference]) -> String {
    let mut out = Vec::new();
    let ids: Vec<FileId> = workspace.ids();
    let several = ids.iter().filter(|id| found.iter().any(|r| r.file == **id)).count() > 1;
    for id in ids {
        let (name, text) = workspace.of(id);
        let mut here: Vec<&Reference> = found.iter().filter(|r| r.file == id).collect();
        here.sort_by_key(|r| r.range.start);
        if several && !here.is_empty() {
            out.push(name.to_owned());
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len() as u32;
            let on_line: Vec<&&Reference> = here.iter().filter(|r| start <= r.range.start && r.range.start < end).collect();
            let mut shown = line.to_owned();
            for r in on_line.iter().rev() {
                shown.insert((r.range.end - start) as usize, ']');
                let mark = match (r.declaration, r.write) {
                    (true, _) => "[:",
                    (_, true) => "[=",
                    _ => "[",
                };
                shown.insert_str((r.range.start - start) as usize, mark);
            }
            if !on_line.is_empty() {
                out.push(shown.trim().to_owned());
            }
            start = end;
        }
    }
    lines(out)
}

/// All places that name it.
pub fn check_references(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    marked(&workspace, &workspace.analysis().references(file, at).expect("not cancelled"))
}

/// The places that name it in the file.
pub fn check_highlights(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    marked(&workspace, &workspace.analysis().highlights(file, at).expect("not cancelled"))
}

/// The outline of the first file.
pub fn check_outline(fixture: &str, _: &str) -> String {
    fn outline(symbols: &[DocumentSymbol], depth: usize, out: &mut Vec<String>) {
        for symbol in symbols {
            assert!(symbol.full.start <= symbol.focus.start && symbol.focus.end <= symbol.full.end, "{symbol:?}");
            let kind = format!("{:?}", symbol.kind).to_lowercase();
            out.push(format!("{}{} ({kind}) {}", "  ".repeat(depth), symbol.name, flat(&symbol.detail)).trim_end().to_owned());
            outline(&symbol.children, depth + 1, out);
        }
    }
    let workspace = Workspace::fixture(fixture);
    let mut out = Vec::new();
    outline(&workspace.analysis().document_symbols(workspace.ids()[0]).expect("not cancelled"), 0, &mut out);
    lines(out)
}

/// What a search finds.
pub fn check_workspace_symbols(fixture: &str, query: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let found = workspace.analysis().workspace_symbols(query).expect("not cancelled");
    let one = |s: &WorkspaceSymbol| {
        format!(
            "{} ({}) in {} at {}",
            s.name,
            format!("{:?}", s.kind).to_lowercase(),
            s.container,
            workspace.position(s.file, s.range.start)
        )
    };
    lines(found.iter().take(8).map(one))
}

/// What a selection grows by, up to the declaration.
pub fn check_selection(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().selection_ranges(file, at).expect("not cancelled");
    for pair in found.windows(2) {
        assert!(pair[1].start <= pair[0].start && pair[0].end <= pair[1].end && pair[0] != pair[1], "{fixture}: {pair:?}");
    }
    lines(found.iter().take(found.len().saturating_sub(1)).map(|r| flat(&text[r.start as usize..r.end as usize])))
}

/// What is folded.
pub fn check_folding(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let file = workspace.ids()[0];
    let (_, text) = workspace.of(file);
    let mut found = workspace.analysis().folding_ranges(file).expect("not cancelled");
    found.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    lines(found.iter().map(|f| format!("{:?} {}", f.kind, flat(&text[f.range.start as usize..f.range.end as usize]))))
}

/// The links of the first file.
pub fn check_links(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let file = workspace.ids()[0];
    let (_, text) = workspace.of(file);
    let one = |l: &DocumentLink| {
        let to = match &l.target {
            LinkTarget::Place(t) => place(&workspace, t),
            LinkTarget::Url(url) => url.clone(),
        };
        format!("`{}` → {to}", &text[l.range.start as usize..l.range.end as usize])
    };
    lines(workspace.analysis().document_links(file).expect("not cancelled").iter().map(one))
}

/// Where a name changes together with that at the cursor.
pub fn check_linked(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().linked_ranges(file, at).expect("not cancelled");
    lines(found.iter().map(|r| format!("{} {}", workspace.position(file, r.start), &text[r.start as usize..r.end as usize])))
}

fn item(workspace: &Workspace, item: &HierarchyItem) -> String {
    format!("{} {} in {} at {}", format!("{:?}", item.kind).to_lowercase(), item.name, item.detail, place(workspace, &item.target))
}

/// Who calls it and what it calls.
pub fn check_calls(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let analysis = workspace.analysis();
    let mut out = Vec::new();
    for found in analysis.prepare_calls(file, at).expect("not cancelled") {
        out.push(item(&workspace, &found));
        let Place::File(home) = found.target.place else { continue };
        for call in analysis.incoming_calls(home, found.target.focus.start).expect("not cancelled") {
            let Place::File(from) = call.item.target.place else { panic!("calls come from files") };
            let at: Vec<String> = call.ranges.iter().map(|r| workspace.position(from, r.start)).collect();
            out.push(format!("  from {} at {}", call.item.name, at.join(", ")));
        }
        for call in analysis.outgoing_calls(home, found.target.focus.start).expect("not cancelled") {
            let at: Vec<String> = call.ranges.iter().map(|r| workspace.position(home, r.start)).collect();
            out.push(format!("  to {} at {}", call.item.name, at.join(", ")));
        }
    }
    lines(out)
}

/// The types above it and below it.
pub fn check_types(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let analysis = workspace.analysis();
    let mut out = Vec::new();
    for found in analysis.prepare_types(file, at).expect("not cancelled") {
        out.push(item(&workspace, &found));
        let Place::File(home) = found.target.place else { continue };
        let focus = found.target.focus.start;
        out.extend(analysis.supertypes(home, focus).expect("not cancelled").iter().map(|t| format!("  above {}", item(&workspace, t))));
        out.extend(analysis.subtypes(home, focus).expect("not cancelled").iter().map(|t| format!("  below {}", item(&workspace, t))));
    }
    lines(out)
}

/// The lenses of all files.
pub fn check_lenses(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let mut out = Vec::new();
    for file in workspace.ids() {
        for lens in workspace.analysis().code_lenses(file).expect("not cancelled") {
            let (_, text) = workspace.of(file);
            let does = match lens.command {
                LensCommand::Simulate { function, args } => format!("simulate {function}({})", args.join(", ")),
                LensCommand::RunTest { function } => format!("test {function}"),
                LensCommand::Scenario { steps, .. } => {
                    let steps: Vec<String> = steps.iter().map(|(of, args)| format!("{of}({})", args.join(", "))).collect();
                    format!("scenario {}", steps.join(" "))
                }
                LensCommand::References => "references".to_owned(),
                LensCommand::Implementations => "implementations".to_owned(),
                LensCommand::Deploy { version } => format!("deploy {version}"),
            };
            out.push(format!("{}: {does}", &text[lens.range.start as usize..lens.range.end as usize]));
        }
    }
    lines(out)
}

/// The lines of the first file with the hints that `text` has a word for.
fn hinted(fixture: &str, text: impl Fn(&InlayHint) -> Option<String>) -> String {
    let workspace = Workspace::fixture(fixture);
    let file = workspace.ids()[0];
    let (_, source) = workspace.of(file);
    let mut hints =
        workspace.analysis().inlay_hints(file, TextRange::new(0, source.len() as u32), &HintChoice::EVERYTHING).expect("not cancelled");
    hints.sort_by_key(|h| h.at);
    let mut out = source.to_owned();
    for hint in hints.iter().rev() {
        if let Some(label) = text(hint) {
            out.insert_str(hint.at as usize, &format!("«{}{label}»", if hint.important { "!" } else { "" }));
        }
    }
    lines(out.lines().filter(|l| l.contains('«')).map(|l| l.trim().to_owned()))
}

/// Bounds of gas, without what they are.
pub fn check_gas_hints(fixture: &str, _: &str) -> String {
    hinted(fixture, |hint| match &hint.label {
        HintLabel::Gas(text) => {
            let (head, terms) = text.split_once("≤ ").expect("a bound");
            Some(if terms.contains('·') { format!("{head}≤ P") } else { masked(text) })
        }
        _ => None,
    })
}

/// What shows a live value.
pub fn check_live_hints(fixture: &str, _: &str) -> String {
    hinted(fixture, |hint| match &hint.label {
        HintLabel::Live(target) => Some(format!("{} {}", target.package, target.path)),
        _ => None,
    })
}

/// Hints of one kind, or of all.
pub fn check_code_hints(fixture: &str, kind: &str) -> String {
    hinted(fixture, |hint| match &hint.label {
        HintLabel::Code(of, text) if kind.is_empty() || of.name() == kind => Some(text.clone()),
        _ => None,
    })
}

/// The identifiers of the first file with what they are.
pub fn check_colours(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let file = workspace.ids()[0];
    let (_, text) = workspace.of(file);
    let found = workspace.analysis().semantic_tokens(file, TextRange::new(0, text.len() as u32)).expect("not cancelled");
    for pair in found.windows(2) {
        assert!(pair[0].range.end <= pair[1].range.start, "tokens overlap or are out of order in {fixture}");
    }
    let one = |token: &SemanticToken| {
        let m = token.modifiers;
        let marks = [
            (m.declaration, "declared"),
            (m.persistent, "persistent"),
            (m.predeclared, "predeclared"),
            (m.mutates_state, "mutates"),
            (m.nondeterministic, "nondeterministic"),
            (m.cross_package, "other package"),
        ];
        let marks: String = marks.iter().filter(|(set, _)| *set).map(|(_, name)| format!(" {name}")).collect();
        let kind = format!("{:?}", token.kind).to_lowercase();
        format!("{} {kind}{marks}", &text[token.range.start as usize..token.range.end as usize])
    };
    lines(found.iter().map(one))
}

/// The variables worth showing where an execution stands at the cursor.
pub fn check_inline_values(fixture: &str, _: &str) -> String {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let whole = TextRange::new(0, workspace.of(file).1.len() as u32);
    let found = workspace.analysis().inline_values(file, whole, at).expect("not cancelled");
    lines(found.iter().map(|v| format!("{} {}", workspace.position(file, v.range.start), v.name)))
}
