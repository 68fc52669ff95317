//! Mutated Go through the parser, the checker, MIR, the rules, the bounds, and what an editor asks at one place. An input that starts with
//! `//go` is checked as plain Go, another as a contract.
#![no_main]

use std::sync::Arc;

use amigos_fuzz::{mutate, worker};
use amigos_ide::{AnalysisHost, Change, FileId, Origin, PackageInput, Profile, TextRange};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| worker::run(data, body));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate::mutator(data, size, max_size, seed, 0) });

fn body() -> Box<dyn FnMut(&[u8])> {
    let mut host = AnalysisHost::new();
    let package = |path: &str, profile, file| PackageInput {
        path: Arc::from(path),
        version: Arc::from("1.0.0"),
        major: 1,
        origin: Origin::Workspace,
        profile,
        library: false,
        go_minor: 27,
        files: vec![(Arc::from("a.go"), FileId(file))],
        pins: vec![],
        missing: vec![],
    };
    host.apply_change(Change {
        files: vec![(FileId(0), Some(Arc::from(""))), (FileId(1), Some(Arc::from("")))],
        packages: Some(vec![
            package("hub.amigos.dev/fuzz/contract", Profile::Contract, 0),
            package("hub.amigos.dev/fuzz/plain", Profile::Go, 1),
        ]),
        ..Change::default()
    });
    Box::new(move |data| check(&mut host, data))
}

fn check(host: &mut AnalysisHost, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let file = FileId(u32::from(text.starts_with("//go")));
    host.apply_change(Change { files: vec![(file, Some(Arc::from(&*text)))], ..Change::default() });
    let analysis = host.analysis();
    let all = TextRange::new(0, text.len() as u32);
    for found in analysis.diagnostics(file).unwrap_or_default() {
        assert!(found.range.start <= found.range.end && found.range.end as usize <= text.len(), "{found:?}");
    }
    let _ = analysis.inlay_hints(file, all, &amigos_ide::HintChoice::EVERYTHING);
    let _ = analysis.code_lenses(file);
    let _ = analysis.semantic_tokens(file, all);
    // Some place of the text, the same for the same text.
    let mut at = data.iter().fold(data.len(), |h, b| h.wrapping_mul(31).wrapping_add(usize::from(*b))) % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let _ = analysis.hover(file, at as u32);
    let _ = analysis.completions(file, at as u32);
    let _ = analysis.definition(file, at as u32);
    let db = analysis.database();
    for package in amigos_db::Root::get(db).packages(db).values().filter(|p| p.origin(db) == amigos_db::input::Origin::Workspace) {
        let _ = amigos_mir::query::package_mir(db, *package);
    }
}
