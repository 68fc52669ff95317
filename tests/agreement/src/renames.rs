//! After each renaming the packages still check; after all of them `go vet` finds what it found before.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use amigos_ide::{Change, FileId, Severity, TextEdit};
use anyhow::{Context, Result};
use serde_json::json;

use crate::Arguments;
use crate::corpus::{Corpus, imports_as_they_were};
use crate::sample::Sample;

/// The edits of both for one renaming; none where it was refused.
pub struct Renaming {
    /// Ours.
    pub ours: Option<Vec<TextEdit>>,
    /// Those of gopls.
    pub theirs: Option<Vec<TextEdit>>,
}

/// How the edits of both relate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// The same.
    Same,
    /// After those of gopls a package has errors, after ours none has.
    TheirsBreak,
    /// An edit of gopls is not at the name.
    TheirsMisplaced,
    /// Ours are all of gopls' and more (an interface and all that satisfies it, links in comments), and nothing has errors.
    OursMore,
    /// Anything else.
    Different,
}

impl Class {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Class::Same => "the same edits",
            Class::TheirsBreak => "after gopls' edits a package has errors, after ours none",
            Class::TheirsMisplaced => "an edit of gopls is not at the name",
            Class::OursMore => "ours has all edits of gopls and more, and no package has errors",
            Class::Different => "different",
        }
    }
}

/// Compares the edits of both, and tries them where they differ.
pub fn class(corpus: &mut Corpus, sample: &Sample, renaming: &Renaming) -> Class {
    let (ours, theirs) = match (&renaming.ours, &renaming.theirs) {
        (None, None) => return Class::Same,
        (Some(ours), Some(theirs)) => (ours, theirs),
        _ => return Class::Different,
    };
    let places = |edits: &[TextEdit]| edits.iter().map(|e| (e.file, e.range.start)).collect::<BTreeSet<_>>();
    let (at_ours, at_theirs) = (places(ours), places(theirs));
    if at_ours == at_theirs {
        return Class::Same;
    }
    let misplaced = |e: &TextEdit| {
        let text = &corpus.files[e.file.0 as usize].text;
        let replaced = text.get(e.range.start as usize..e.range.end as usize).unwrap_or("");
        !replaced.is_empty() && replaced != sample.name && !(replaced.starts_with('"') || replaced.ends_with(' '))
    };
    if theirs.iter().any(misplaced) && !ours.iter().any(misplaced) {
        return Class::TheirsMisplaced;
    }
    match (leaves_errors(corpus, ours), leaves_errors(corpus, theirs)) {
        (false, true) => Class::TheirsBreak,
        (false, false) if at_ours.is_superset(&at_theirs) => Class::OursMore,
        _ => Class::Different,
    }
}

/// Whether some package has more errors after the edits; they are taken back.
fn leaves_errors(corpus: &mut Corpus, edits: &[TextEdit]) -> bool {
    let mut by_file: BTreeMap<FileId, Vec<&TextEdit>> = BTreeMap::new();
    edits.iter().for_each(|e| by_file.entry(e.file).or_default().push(e));
    // A place that is left out may be in a file that nothing else changes.
    let all: Vec<FileId> = corpus.files.iter().map(|f| f.id).collect();
    let before = errors(corpus, all.iter());
    let set = |corpus: &mut Corpus, new: bool| {
        let text = |id: &FileId, edits: &Vec<&TextEdit>| {
            let old = corpus.files[id.0 as usize].text.clone();
            (*id, Some(if new { applied(&old, edits) } else { old }))
        };
        let files = by_file.iter().map(|(id, edits)| text(id, edits)).collect();
        corpus.host.apply_change(Change { files, ..Change::default() });
    };
    set(corpus, true);
    let after = errors(corpus, all.iter());
    set(corpus, false);
    after > before
}

/// What came of the renamings.
#[derive(Default)]
pub struct Outcome {
    /// How many were carried out, one on another.
    pub done: usize,
    /// How many were refused.
    pub refused: usize,
    /// Those of them that gopls refuses too.
    pub refused_by_both: usize,
    /// Those of functions that assembly or the linker knows by name, which no Go tool can rename.
    pub outside: usize,
    /// Those after which a package had errors.
    pub broken: usize,
    /// What `go vet` says and did not say before.
    pub vet: Vec<String>,
}

/// Renames each sample, one after the other in the same text; `alone` is what renaming it alone gave.
pub fn verify(arguments: &Arguments, corpus: &mut Corpus, samples: &[Sample], alone: &[Renaming]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut texts: HashMap<FileId, Arc<str>> = corpus.files.iter().map(|f| (f.id, f.text.clone())).collect();
    let mut changed: BTreeSet<FileId> = BTreeSet::new();
    let mut at: Vec<Option<u32>> = samples.iter().map(|s| Some(s.range.start)).collect();
    for (i, sample) in samples.iter().enumerate() {
        let Some(offset) = at[i] else { continue };
        let file = corpus.files[sample.file].id;
        let upper = sample.name.starts_with(char::is_uppercase);
        let new = if upper { format!("RenamedByTest{i}") } else { format!("renamedByTest{i}") };
        let edits = match corpus.host.analysis().rename(file, offset, &new) {
            Ok(Ok(edits)) => edits,
            refused => {
                let both = alone.get(i).is_some_and(|one| one.theirs.is_none());
                outcome.refused += 1;
                outcome.refused_by_both += usize::from(both);
                if arguments.verbose || !both {
                    let why = refused.ok().and_then(Result::err).unwrap_or_default();
                    println!(
                        "refused, {}: `{}` in {}: {why}",
                        if both { "as by gopls" } else { "and not by gopls" },
                        sample.name,
                        corpus.files[sample.file].path.display()
                    );
                }
                continue;
            }
        };
        if edits.iter().any(|e| texts.get(&e.file).is_some_and(|text| is_outside(text, e, &sample.name))) {
            outcome.outside += 1;
            continue;
        }
        let mut by_file: BTreeMap<FileId, Vec<&TextEdit>> = BTreeMap::new();
        edits.iter().for_each(|e| by_file.entry(e.file).or_default().push(e));
        let before = errors(corpus, by_file.keys());
        let mut change = Change::default();
        for (file, edits) in &by_file {
            let text = applied(&texts[file], edits);
            change.files.push((*file, Some(text.clone())));
            texts.insert(*file, text);
            changed.insert(*file);
        }
        corpus.host.apply_change(change);
        if errors(corpus, by_file.keys()) > before {
            outcome.broken += 1;
            println!("after renaming `{}` at {} a package has errors", sample.name, corpus.files[sample.file].path.display());
        }
        outcome.done += 1;
        for (other, place) in samples.iter().zip(at.iter_mut()) {
            let id = corpus.files[other.file].id;
            if let (Some(offset), Some(edits)) = (*place, by_file.get(&id)) {
                *place = moved(offset, edits);
            }
        }
    }
    outcome.vet = vet(arguments, corpus, &texts, &changed)?;
    Ok(outcome)
}

/// Whether the edit is at a function without a body or at one that the linker is told of.
fn is_outside(text: &str, edit: &TextEdit, name: &str) -> bool {
    let start = text[..edit.range.start as usize].rfind('\n').map_or(0, |i| i + 1);
    let line = text[start..].lines().next().unwrap_or("");
    let bodyless = line.starts_with("func ") && !line.contains('{');
    bodyless || text.lines().any(|l| l.starts_with("//go:linkname ") && l.split_whitespace().nth(1) == Some(name))
}

/// The text after the edits.
fn applied(text: &str, edits: &[&TextEdit]) -> Arc<str> {
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.range.start as usize..edit.range.end as usize, &edit.new_text);
    }
    out.into()
}

/// Where an offset is after the edits; none if it was in one of them.
fn moved(offset: u32, edits: &[&TextEdit]) -> Option<u32> {
    let mut by = 0i64;
    for edit in edits {
        if edit.range.end <= offset && edit.range.start < offset {
            by += edit.new_text.len() as i64 - i64::from(edit.range.end - edit.range.start);
        } else if edit.range.start <= offset {
            return None;
        }
    }
    u32::try_from(i64::from(offset) + by).ok()
}

/// How many errors the packages of some files have.
fn errors<'a>(corpus: &Corpus, files: impl Iterator<Item = &'a FileId>) -> usize {
    let analysis = corpus.host.analysis();
    let folders: BTreeSet<_> = files.filter_map(|id| corpus.files.get(id.0 as usize)?.path.parent().map(ToOwned::to_owned)).collect();
    let all = corpus.files.iter().filter(|f| f.path.parent().is_some_and(|p| folders.contains(p)));
    all.map(|f| analysis.diagnostics(f.id).map_or(0, |found| found.iter().filter(|d| d.severity == Severity::Error).count())).sum()
}

/// What `go vet` says of the changed packages with the new texts laid over the old ones, and does not say without.
fn vet(arguments: &Arguments, corpus: &Corpus, texts: &HashMap<FileId, Arc<str>>, changed: &BTreeSet<FileId>) -> Result<Vec<String>> {
    let mut replace = BTreeMap::new();
    let mut packages = BTreeSet::new();
    let overlay = corpus.folder.path().join("overlay");
    fs::create_dir_all(&overlay)?;
    for id in changed {
        let Some(file) = corpus.files.get(id.0 as usize) else { continue };
        let target = overlay.join(format!("{}.go", id.0));
        fs::write(&target, imports_as_they_were(&texts[id]))?;
        replace.insert(file.origin.display().to_string(), target.display().to_string());
        packages.insert(file.package.clone());
    }
    // Tests name what is renamed and are no part of the corpus: they are laid over with nothing.
    let mut hidden: BTreeMap<String, String> = BTreeMap::new();
    let folders: BTreeSet<&Path> =
        corpus.files.iter().filter(|f| packages.contains(&f.package)).filter_map(|f| f.origin.parent()).collect();
    for entry in folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with("_test.go") {
            hidden.insert(entry.path().display().to_string(), String::new());
        }
    }
    let (without, with) = (overlay.join("without.json"), overlay.join("with.json"));
    fs::write(&without, json!({ "Replace": hidden }).to_string())?;
    replace.extend(hidden);
    fs::write(&with, json!({ "Replace": replace }).to_string())?;
    let run = |overlay: &Path| -> Result<BTreeSet<String>> {
        let mut command = Command::new(&arguments.go);
        command.arg("vet").arg(format!("-overlay={}", overlay.display()));
        command.args(&packages).env("CGO_ENABLED", "0").env("GOFLAGS", "").env("GOTOOLCHAIN", "local").env_remove("GOROOT");
        let output = command.current_dir(corpus.folder.path()).output().context("`go vet` cannot be run")?;
        let said = String::from_utf8_lossy(&output.stderr);
        // Columns and the places of files differ.
        Ok(said.lines().filter(|l| !l.starts_with('#')).map(str::to_owned).collect())
    };
    let before = run(&without)?;
    let without_place = |l: &String| l.splitn(4, ':').last().unwrap_or("").to_owned();
    let known: BTreeSet<String> = before.iter().map(without_place).collect();
    Ok(run(&with)?.into_iter().filter(|l| !known.contains(&without_place(l))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use amigos_syntax::TextRange;

    fn edit(start: u32, end: u32, text: &str) -> TextEdit {
        TextEdit { file: FileId(0), range: TextRange::new(start, end), new_text: text.to_owned() }
    }

    #[test]
    fn offsets_move_with_the_edits_before_them() {
        let (a, b) = (edit(2, 3, "long"), edit(8, 9, "longer"));
        let edits = [&a, &b];
        assert_eq!(&*applied("a x + y x z", &edits), "a long + y longer z");
        assert_eq!(moved(6, &edits), Some(9));
        assert_eq!(moved(10, &edits), Some(18));
        assert_eq!(moved(0, &edits), Some(0));
        assert_eq!(moved(2, &edits), None);
    }

    #[test]
    fn what_assembly_and_the_linker_know_is_left_out() {
        assert!(is_outside("func f(x int) int\n", &edit(5, 6, "g"), "f"));
        assert!(!is_outside("func f(x int) int {\n", &edit(5, 6, "g"), "f"));
        assert!(is_outside("//go:linkname f runtime.f\n\nfunc f() {}\n", &edit(32, 33, "g"), "f"));
    }
}
