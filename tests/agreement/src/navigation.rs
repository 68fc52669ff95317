//! The same question to both: where is it declared, who names it, what implements it, what type has it, what would renaming change?

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use amigos_ide::{Analysis, FileId, Place, Target};
use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::Arguments;
use crate::corpus::{Corpus, File};
use crate::gopls::{Gopls, offset, position, uri_of};
use crate::sample::choose;

/// A place: the file and where the name starts in it.
type At = (PathBuf, u32);

pub fn run(arguments: &Arguments, corpus: Corpus) -> Result<ExitCode> {
    let path = arguments.gopls.as_ref().context("`--gopls` says with what to compare")?;
    let mut gopls = Gopls::start(path, &arguments.go, corpus.folder.path())?;
    let samples = choose(&corpus, arguments.samples, arguments.seed);
    let files: HashMap<FileId, &File> = corpus.files.iter().map(|f| (f.id, f)).collect();
    let by_path = corpus.by_path();
    let analysis = corpus.host.analysis();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut opened: BTreeSet<usize> = BTreeSet::new();
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
            let ours = analysis.hover(file.id, at).ok().flatten().map(|h| h.signature).unwrap_or_default();
            note("hover", plain(&ours), plain(&theirs));
        }
        rename(&mut gopls, &analysis, file, &files, &by_path, at, &params, &mut note)?;
    }
    let mut all = (0, 0);
    for (what, (same, asked)) in &tally {
        println!("{what:<16} {same} of {asked} the same, {:.1} %", 100.0 * *same as f64 / (*asked).max(1) as f64);
        all = (all.0 + same, all.1 + asked);
    }
    println!("navigation: {} identifiers, {} of {} answers the same", samples.len(), all.0, all.1);
    Ok(if all.0 == all.1 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

#[expect(clippy::too_many_arguments, reason = "the state of one comparison")]
fn rename(
    gopls: &mut Gopls,
    analysis: &Analysis,
    file: &File,
    files: &HashMap<FileId, &File>,
    by_path: &HashMap<&Path, &File>,
    at: u32,
    params: &Value,
    note: &mut dyn FnMut(&'static str, String, String),
) -> Result<()> {
    let mut with = params.clone();
    // A name that nothing has, exported as the old one is.
    let exported = file.text[at as usize..].starts_with(char::is_uppercase);
    let new = if exported { "RenamedByTest" } else { "renamedByTest" };
    with["newName"] = json!(new);
    let theirs = match gopls.request("textDocument/rename", with)? {
        Ok(edit) => edits(&edit, by_path),
        Err(_) => "refused".to_owned(),
    };
    let ours = match analysis.rename(file.id, at, new) {
        Ok(Ok(edits)) => {
            let all: BTreeSet<At> = edits.iter().filter_map(|e| Some((files.get(&e.file)?.path.clone(), e.range.start))).collect();
            shown(&all)
        }
        _ => "refused".to_owned(),
    };
    note("rename", ours, theirs);
    Ok(())
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

fn edits(answer: &Value, by_path: &HashMap<&Path, &File>) -> String {
    let mut out: BTreeSet<At> = BTreeSet::new();
    let mut add = |uri: &Value, list: &Value| {
        let Some(path) = uri.as_str().and_then(|u| u.strip_prefix("file://")).map(PathBuf::from) else { return };
        let Some(file) = by_path.get(path.as_path()) else { return };
        for edit in list.as_array().into_iter().flatten() {
            out.insert((path.clone(), offset(&file.text, &edit["range"]["start"])));
        }
    };
    for change in answer["documentChanges"].as_array().into_iter().flatten() {
        add(&change["textDocument"]["uri"], &change["edits"]);
    }
    for (uri, list) in answer["changes"].as_object().into_iter().flatten() {
        add(&json!(uri), list);
    }
    shown(&out)
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

/// The type or signature of a declaration, without sizes, comments, values and blanks.
fn plain(text: &str) -> String {
    let line = text.lines().find(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).unwrap_or("");
    let line = line.split(" // ").next().unwrap_or(line);
    let line = line.trim_end_matches(['{', ' ']);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
