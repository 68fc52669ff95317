//! Deleted identifiers: on which place of the list is what was there?

use std::process::ExitCode;
use std::sync::Arc;

use amigos_ide::Change;
use anyhow::Result;
use serde_json::json;

use crate::corpus::Corpus;
use crate::gopls::{Gopls, position, uri_of};
use crate::sample::{Sample, choose};
use crate::{Arguments, corpus};

/// How often the name was first, among the first five, offered at all.
#[derive(Default)]
struct Tally {
    first: usize,
    five: usize,
    offered: usize,
    all: usize,
}

impl Tally {
    fn add(&mut self, place: Option<usize>) {
        self.all += 1;
        self.first += usize::from(place == Some(0));
        self.five += usize::from(place.is_some_and(|p| p < 5));
        self.offered += usize::from(place.is_some());
    }

    fn share(count: usize, all: usize) -> f64 {
        100.0 * count as f64 / all.max(1) as f64
    }

    fn print(&self, who: &str) {
        let share = |count| Tally::share(count, self.all);
        println!(
            "{who:<8} first {:.1} %, first five {:.1} %, offered {:.1} % of {}",
            share(self.first),
            share(self.five),
            share(self.offered),
            self.all
        );
    }
}

pub fn run(arguments: &Arguments, mut corpus: Corpus) -> Result<ExitCode> {
    let samples = choose(&corpus, arguments.samples, arguments.seed());
    let mut gopls = match &arguments.gopls {
        Some(path) => Some(Gopls::start(path, &arguments.go, corpus.folder.path())?),
        None => None,
    };
    let (mut ours, mut theirs) = (Tally::default(), Tally::default());
    let mut open: Option<usize> = None;
    let mut version = 0;
    for sample in &samples {
        let place = ask_ours(&mut corpus, sample);
        ours.add(place);
        let mut other = None;
        if let Some(gopls) = &mut gopls {
            version += 1;
            other = ask_gopls(gopls, &corpus.files, sample, &mut open, version)?;
            theirs.add(other);
        }
        if arguments.verbose && place.is_none_or(|p| p >= 5) {
            let file = &corpus.files[sample.file];
            let line = position(&file.text, sample.range.start)["line"].as_u64().unwrap_or(0) as usize;
            let text = file.text.lines().nth(line).unwrap_or("").trim();
            println!("{}:{} `{}` ours {place:?}, gopls {other:?}: {text}", file.path.display(), line + 1, sample.name);
        }
    }
    ours.print("ours");
    if gopls.is_some() {
        theirs.print("gopls");
    }
    let reached = Tally::share(ours.first, ours.all) >= 60.0 && Tally::share(ours.five, ours.all) >= 85.0;
    let better = gopls.is_none()
        || (Tally::share(ours.first, ours.all) >= Tally::share(theirs.first, theirs.all) + 3.0
            && Tally::share(ours.five, ours.all) >= Tally::share(theirs.five, theirs.all) + 3.0);
    println!(
        "completion: {} samples, wanted 60 % first, 85 % in five, 3 points before gopls: {}",
        ours.all,
        if reached && better { "reached" } else { "not reached" }
    );
    Ok(if reached && better { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn without(text: &str, sample: &Sample) -> String {
    let (start, end) = (sample.range.start as usize, sample.range.end as usize);
    format!("{}{}", &text[..start], &text[end..])
}

fn ask_ours(corpus: &mut Corpus, sample: &Sample) -> Option<usize> {
    let (id, text) = (corpus.files[sample.file].id, corpus.files[sample.file].text.clone());
    let set = |corpus: &mut Corpus, text: Arc<str>| corpus.host.apply_change(Change { files: vec![(id, Some(text))], ..Change::default() });
    set(corpus, without(&text, sample).into());
    let found = corpus.host.analysis().completions(id, sample.range.start);
    set(corpus, text);
    let mut found = found.ok()?;
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    found.iter().position(|c| c.label == sample.name)
}

fn ask_gopls(gopls: &mut Gopls, files: &[corpus::File], sample: &Sample, open: &mut Option<usize>, version: i64) -> Result<Option<usize>> {
    let file = &files[sample.file];
    let uri = uri_of(&file.path);
    if *open != Some(sample.file) {
        if let Some(before) = open.take() {
            gopls.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri_of(&files[before].path) } }))?;
        }
        let document = json!({ "uri": uri, "languageId": "go", "version": 0, "text": &*file.text });
        gopls.notify("textDocument/didOpen", json!({ "textDocument": document }))?;
        *open = Some(sample.file);
    }
    let change = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": without(&file.text, sample) }] });
    gopls.notify("textDocument/didChange", change)?;
    let params = json!({ "textDocument": { "uri": uri }, "position": position(&file.text, sample.range.start) });
    let Ok(answer) = gopls.request("textDocument/completion", params)? else { return Ok(None) };
    let items = answer["items"].as_array().or_else(|| answer.as_array()).cloned().unwrap_or_default();
    let mut items: Vec<(String, String)> = items
        .iter()
        .map(|i| {
            let label = i["label"].as_str().unwrap_or("").to_owned();
            (i["sortText"].as_str().unwrap_or(&label).to_owned(), label)
        })
        .collect();
    items.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(items.iter().position(|i| i.1 == sample.name))
}
