//! Every feature at every offset, in whole and in broken files: nothing panics, and every range that comes out lies in its file.

mod support;

use std::sync::Arc;

use amigos_ide::*;
use support::contracts;

/// What every feature answers at one offset stays inside the text.
fn ask_at(analysis: &Analysis, file: FileId, text: &str, offset: u32) {
    let inside = |range: TextRange| {
        assert!(range.start <= range.end && range.end as usize <= text.len(), "{range:?} in {} bytes", text.len());
        assert!(text.is_char_boundary(range.start as usize) && text.is_char_boundary(range.end as usize), "{range:?}");
    };
    if let Some(found) = analysis.hover(file, offset).expect("not cancelled") {
        inside(found.range);
    }
    for found in analysis.completions(file, offset).expect("not cancelled") {
        inside(found.range);
    }
    analysis.definition(file, offset).expect("not cancelled");
    analysis.type_definition(file, offset).expect("not cancelled");
    analysis.signature_help(file, offset).expect("not cancelled");
    analysis.highlights(file, offset).expect("not cancelled").iter().for_each(|r| inside(r.range));
    let _ = analysis.prepare_rename(file, offset).expect("not cancelled");
    let selections = analysis.selection_ranges(file, offset).expect("not cancelled");
    selections.iter().for_each(|r| inside(*r));
    assert!(selections.windows(2).all(|w| w[1].start <= w[0].start && w[0].end <= w[1].end), "{selections:?}");
}

fn ask_file(analysis: &Analysis, file: FileId, text: &str) {
    let inside = |range: TextRange| assert!(range.start <= range.end && range.end as usize <= text.len(), "{range:?}");
    analysis
        .inlay_hints(file, TextRange::new(0, text.len() as u32), &HintChoice::EVERYTHING)
        .expect("not cancelled")
        .iter()
        .for_each(|h| inside(TextRange::at(h.at)));
    analysis.code_lenses(file).expect("not cancelled").iter().for_each(|l| inside(l.range));
    analysis.document_symbols(file).expect("not cancelled").iter().for_each(|s| inside(s.full));
    analysis.folding_ranges(file).expect("not cancelled").iter().for_each(|f| inside(f.range));
    for found in analysis.fixes(file, TextRange::new(0, text.len() as u32)).expect("not cancelled") {
        inside(found.range);
        found.fixes.iter().flat_map(|f| &f.edits).filter(|e| e.file == file).for_each(|e| inside(e.range));
    }
    analysis.syntax_diagnostics(file).expect("not cancelled");
    let all = TextRange::new(0, text.len() as u32);
    analysis.semantic_tokens(file, all).expect("not cancelled").iter().for_each(|t| inside(t.range));
}

fn offsets(text: &str, step: usize) -> impl Iterator<Item = u32> + '_ {
    (0..=text.len()).step_by(step).filter(|i| text.is_char_boundary(*i)).map(|i| i as u32)
}

#[test]
fn every_feature_at_every_offset_of_every_contract() {
    let (host, files) = contracts();
    let analysis = host.analysis();
    for (_, id) in &files {
        let text = analysis.file_text(*id).expect("not cancelled").expect("a text");
        ask_file(&analysis, *id, &text);
        offsets(&text, 7).for_each(|at| ask_at(&analysis, *id, &text, at));
    }
}

/// A generator of numbers that is the same on every run.
struct Numbers(u64);
impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

fn with_text(host: &mut AnalysisHost, id: FileId, text: &str) {
    host.apply_change(Change { files: vec![(id, Some(Arc::from(text)))], ..Change::default() });
}

#[test]
fn every_feature_in_broken_files() {
    let (mut host, files) = contracts();
    let mut numbers = Numbers(7);
    const SCRAPS: &[&str] = &[
        ".",
        "(",
        ")",
        "{",
        "}",
        "\"",
        "`",
        ":=",
        "func ",
        "for ",
        "switch x {",
        "\n",
        "type T ",
        "[",
        "]",
        ",",
        "é",
        "/*",
        "//",
        "import (",
    ];
    for (_, id) in &files {
        let original = host.analysis().file_text(*id).expect("not cancelled").expect("a text");
        let boundary = |mut at: usize| {
            while !original.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        for round in 0..4 {
            let at = boundary(numbers.below(original.len()));
            let broken = match round % 3 {
                // Cut off.
                0 => original[..at].to_owned(),
                // Something typed.
                1 => format!("{}{}{}", &original[..at], SCRAPS[numbers.below(SCRAPS.len())], &original[at..]),
                // Something taken out.
                _ => format!("{}{}", &original[..at], &original[boundary((at + 1 + numbers.below(12)).min(original.len()))..]),
            };
            with_text(&mut host, *id, &broken);
            let analysis = host.analysis();
            ask_file(&analysis, *id, &broken);
            let near = at.saturating_sub(30)..(at + 30);
            offsets(&broken, 1).filter(|o| near.contains(&(*o as usize))).for_each(|at| ask_at(&analysis, *id, &broken, at));
            offsets(&broken, 97).for_each(|at| ask_at(&analysis, *id, &broken, at));
        }
        with_text(&mut host, *id, &original);
    }
}
