//! The same question to both: where is it declared, who names it, what implements it, what type has it, what would renaming change?

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use amigos_ide::{Analysis, FileId, Place, Target, TextEdit, TextRange};
use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::Arguments;
use crate::corpus::{Corpus, File};
use crate::gopls::{Gopls, offset, position, uri_of};
use crate::renames::{self, Class, Renaming};
use crate::sample::choose;

/// A place: the file and where the name starts in it.
type At = (PathBuf, u32);

pub fn run(arguments: &Arguments, mut corpus: Corpus) -> Result<ExitCode> {
    let path = arguments.gopls.as_ref().context("`--gopls` says with what to compare")?;
    let mut gopls = Gopls::start(path, &arguments.go, corpus.folder.path())?;
    let samples = choose(&corpus, arguments.samples, arguments.seed());
    let files: HashMap<FileId, &File> = corpus.files.iter().map(|f| (f.id, f)).collect();
    let by_path = corpus.by_path();
    let analysis = corpus.host.analysis();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut opened: BTreeSet<usize> = BTreeSet::new();
    let mut renamings: Vec<Renaming> = Vec::new();
    for sample in &samples {
        let file = &corpus.files[sample.file];
        let uri = uri_of(&file.path);
        if opened.insert(sample.file) {
            let document = json!({ "uri": uri, "languageId": "go", "version": 0, "text": &*file.text });
            gopls.notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        }
        let at = sample.range.start;
        let params = json!({ "textDocument": { "uri": uri }, "position": position(&file.text, at) });
        let mut note = |what: &'static str, ours: String, theirs: String| {
            let entry = tally.entry(what).or_default();
            entry.1 += 1;
            if ours == theirs {
                entry.0 += 1;
            } else if arguments.verbose {
                let place = position(&file.text, at);
                println!(
                    "{what} of `{}` at {}:{}\n  ours  {ours}\n  gopls {theirs}",
                    sample.name,
                    file.path.display(),
                    place["line"].as_u64().unwrap_or(0) + 1
                );
            }
        };
        let theirs = gopls.request("textDocument/definition", params.clone())?;
        let theirs = theirs.map(|v| locations(&v, &by_path)).unwrap_or_default();
        if theirs.is_some() {
            note(
                "definition",
                shown(&targets(&analysis.definition(file.id, at).unwrap_or_default(), &files)),
                shown(&theirs.unwrap_or_default()),
            );
        }
        let mut with = params.clone();
        with["context"] = json!({ "includeDeclaration": true });
        if let Ok(Some(theirs)) = gopls.request("textDocument/references", with)?.map(|v| locations(&v, &by_path)) {
            let ours = analysis.references(file.id, at).unwrap_or_default();
            let ours: BTreeSet<At> = ours.iter().filter_map(|r| Some((files.get(&r.file)?.path.clone(), r.range.start))).collect();
            note("references", shown(&ours), shown(&theirs));
        }
        if let Ok(Some(theirs)) = gopls.request("textDocument/implementation", params.clone())?.map(|v| locations(&v, &by_path))
            && !theirs.is_empty()
        {
            note("implementation", shown(&targets(&analysis.implementation(file.id, at).unwrap_or_default(), &files)), shown(&theirs));
        }
        if let Ok(theirs) = gopls.request("textDocument/hover", params.clone())?
            && let Some(theirs) = signature(&theirs)
        {
            let ours = analysis.hover(file.id, at).ok().flatten();
            // What is predeclared gopls shows as its imaginary package builtin declares it: only its name can be compared.
            if ours.as_ref().is_some_and(|h| h.note.as_deref() == Some("predeclared")) {
                let names = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == sample.name);
                note("hover", names(&ours.map(|h| h.signature).unwrap_or_default()).to_string(), names(&theirs).to_string());
            } else {
                note("hover", plain(&ours.map(|h| h.signature).unwrap_or_default()), plain(&theirs));
            }
        }
        renamings.push(rename(&mut gopls, &analysis, file, &by_path, at, &params)?);
    }
    // The analyzer takes changes only when nobody reads.
    drop((analysis, files, by_path));
    let entry = tally.entry("rename").or_default();
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for (sample, renaming) in samples.iter().zip(&renamings) {
        let class = renames::class(&mut corpus, sample, renaming);
        entry.1 += 1;
        entry.0 += usize::from(class == Class::Same);
        *classes.entry(class).or_default() += 1;
        if class != Class::Same && arguments.verbose {
            println!("rename of `{}` in {}: {}", sample.name, corpus.files[sample.file].path.display(), class.text());
            let count =
                |edits: &Option<Vec<TextEdit>>| edits.as_ref().map_or_else(|| "refused".to_owned(), |e| format!("{} edits", e.len()));
            println!("  ours {}, gopls {}", count(&renaming.ours), count(&renaming.theirs));
            for (who, these, others) in [("ours", &renaming.ours, &renaming.theirs), ("gopls", &renaming.theirs, &renaming.ours)] {
                let (Some(these), Some(others)) = (these, others) else { continue };
                let alone = these.iter().filter(|e| !others.iter().any(|o| (o.file, o.range.start) == (e.file, e.range.start)));
                for edit in alone.take(5) {
                    let file = &corpus.files[edit.file.0 as usize];
                    let line = position(&file.text, edit.range.start)["line"].as_u64().unwrap_or(0) as usize;
                    println!("  only {who}: {}:{}: {}", file.path.display(), line + 1, file.text.lines().nth(line).unwrap_or("").trim());
                }
            }
        }
    }
    let mut all = (0, 0);
    for (what, (same, asked)) in &tally {
        println!("{what:<16} {same} of {asked} the same, {:.1} %", 100.0 * *same as f64 / (*asked).max(1) as f64);
        all = (all.0 + same, all.1 + asked);
    }
    for (class, count) in &classes {
        println!("  rename: {count} {}", class.text());
    }
    let outcome = renames::verify(arguments, &mut corpus, &samples, &renamings)?;
    println!(
        "renaming all of them, one on another: {} done, {} refused ({} of them by gopls too), {} left out since assembly or the linker knows the name; {} left errors in a package; `go vet` says {} things more than before",
        outcome.done,
        outcome.refused,
        outcome.refused_by_both,
        outcome.outside,
        outcome.broken,
        outcome.vet.len()
    );
    outcome.vet.iter().for_each(|line| println!("  vet: {line}"));
    let sound = outcome.broken == 0 && outcome.vet.is_empty();
    println!("navigation: {} identifiers, {} of {} answers the same", samples.len(), all.0, all.1);
    // What gopls gets wrong, and where ours only changes more, is no disagreement to mend.
    let explained: usize = classes.iter().filter(|(class, _)| **class != Class::Same && **class != Class::Different).map(|(_, n)| n).sum();
    Ok(if all.0 + explained == all.1 && sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The edits of both for a renaming of the sample's name.
fn rename(
    gopls: &mut Gopls,
    analysis: &Analysis,
    file: &File,
    by_path: &HashMap<&Path, &File>,
    at: u32,
    params: &Value,
) -> Result<Renaming> {
    let mut with = params.clone();
    // A name that nothing has, exported as the old one is.
    let exported = file.text[at as usize..].starts_with(char::is_uppercase);
    let new = if exported { "RenamedByTest" } else { "renamedByTest" };
    with["newName"] = json!(new);
    let theirs = gopls.request("textDocument/rename", with)?.ok().map(|edit| edits(&edit, by_path));
    let ours = analysis.rename(file.id, at, new).ok().and_then(Result::ok);
    Ok(Renaming { ours, theirs })
}

fn targets(found: &[Target], files: &HashMap<FileId, &File>) -> BTreeSet<At> {
    let one = |t: &Target| match &t.place {
        Place::File(id) => Some((files.get(id)?.path.clone(), t.focus.start)),
        Place::Std(package, name) => Some((PathBuf::from(format!("std/{package}/{name}")), t.focus.start)),
    };
    found.iter().filter_map(one).collect()
}

/// The places of an answer; `None` if one lies outside the corpus (the universe, package unsafe).
fn locations(answer: &Value, by_path: &HashMap<&Path, &File>) -> Option<BTreeSet<At>> {
    let mut out = BTreeSet::new();
    for location in answer.as_array().into_iter().flatten() {
        let path = PathBuf::from(location["uri"].as_str()?.strip_prefix("file://")?);
        let file = by_path.get(path.as_path())?;
        out.insert((path, offset(&file.text, &location["range"]["start"])));
    }
    Some(out)
}

fn edits(answer: &Value, by_path: &HashMap<&Path, &File>) -> Vec<TextEdit> {
    let mut out: Vec<TextEdit> = Vec::new();
    let mut add = |uri: &Value, list: &Value| {
        let Some(path) = uri.as_str().and_then(|u| u.strip_prefix("file://")).map(PathBuf::from) else { return };
        let Some(file) = by_path.get(path.as_path()) else { return };
        for edit in list.as_array().into_iter().flatten() {
            let range = TextRange::new(offset(&file.text, &edit["range"]["start"]), offset(&file.text, &edit["range"]["end"]));
            out.push(TextEdit { file: file.id, range, new_text: edit["newText"].as_str().unwrap_or("").to_owned() });
        }
    };
    for change in answer["documentChanges"].as_array().into_iter().flatten() {
        add(&change["textDocument"]["uri"], &change["edits"]);
    }
    for (uri, list) in answer["changes"].as_object().into_iter().flatten() {
        add(&json!(uri), list);
    }
    out.sort_by_key(|e| (e.file, e.range));
    out.dedup();
    out
}

fn shown(places: &BTreeSet<At>) -> String {
    let one = |(path, at): &At| {
        let mut parts: Vec<_> = path.iter().rev().take(2).map(|p| p.to_string_lossy().into_owned()).collect();
        parts.reverse();
        format!("{}#{at}", parts.join("/"))
    };
    places.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The declaration in gopls' hover.
fn signature(hover: &Value) -> Option<String> {
    let text = hover["contents"]["value"].as_str()?;
    let start = text.find("```go\n")? + 6;
    let end = text[start..].find("```")?;
    Some(text[start..start + end].to_owned())
}

/// The type or signature of a declaration, without sizes, comments, values and blanks, each parameter with its own type.
fn plain(text: &str) -> String {
    let line = text.lines().find(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).unwrap_or("");
    let line = line.split(" // ").next().unwrap_or(line);
    let line = line.trim_end_matches(['{', ' ']);
    let line = if line.starts_with("const ") { line.split(" = ").next().unwrap_or(line) } else { line };
    ungrouped(&line.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `(a, b int)` as `(a int, b int)`.
fn ungrouped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let inner = &rest[open + 1..];
        let mut depth = 1;
        let close = inner.char_indices().find(|(_, c)| {
            depth += match c {
                '(' | '[' | '{' => 1,
                ')' | ']' | '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let Some((close, _)) = close else { break };
        out.push_str(&rest[..=open]);
        let mut parts: Vec<String> = split_at_commas(&inner[..close]).iter().map(|p| ungrouped(p.trim())).collect();
        let named = |p: &str| {
            p.split_once(' ')
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || c == '_') && name != "func" && name != "chan")
        };
        for i in (1..parts.len()).rev() {
            let alone = parts[i - 1].chars().all(|c| c.is_alphanumeric() || c == '_');
            if alone && named(&parts[i]) {
                let ty = parts[i].split_once(' ').map_or(String::new(), |(_, ty)| ty.to_owned());
                parts[i - 1] = format!("{} {ty}", parts[i - 1]);
            }
        }
        out.push_str(&parts.join(", "));
        out.push(')');
        rest = &inner[close + 1..];
    }
    out + rest
}

fn split_at_commas(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut out) = (0i32, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                out.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_their_own_types() {
        assert_eq!(
            ungrouped("func f(a, b string, c func(x, y int) bool) (n, m int)"),
            "func f(a string, b string, c func(x int, y int) bool) (n int, m int)"
        );
        assert_eq!(ungrouped("func f(int, string) error"), "func f(int, string) error");
        assert_eq!(plain("const x untyped int = 3 // 0x3"), "const x untyped int");
    }
}
