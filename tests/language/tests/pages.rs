//! Runs every page beside the crate; all sections are run, and all that fail are named.

use language_pages::{page, world};

#[test]
fn pages_run_as_they_say() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let mut pages: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of the pages")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.sort();
    assert!(pages.len() >= 5, "only {} pages", pages.len());
    let (mut run, mut failed) = (0, Vec::new());
    for path in pages {
        let text = std::fs::read_to_string(&path).expect("a page");
        for section in page::sections(&text) {
            run += 1;
            if let Err(e) = world::run(&section) {
                failed.push(format!("{}: {e}", path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {run} sections fail:\n{}", failed.len(), failed.join("\n\n"));
}

/// `sections.txt` lists the headings of the Go specification; each has a heading on a page `go-*.md` with a program under it.
#[test]
fn every_section_of_the_specification_has_a_program() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(folder.join("sections.txt")).expect("the list of sections");
    let mut with_program = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the folder of the pages") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("go-") && name.ends_with(".md") {
            let text = std::fs::read_to_string(&path).expect("a page");
            with_program.extend(page::sections(&text).into_iter().filter(|s| s.blocks.iter().any(|b| b.kind == "go")).map(|s| s.title));
        }
    }
    let sections: Vec<&str> = list.lines().filter(|l| !l.is_empty()).collect();
    assert!(sections.len() >= 150, "only {} sections", sections.len());
    let missing: Vec<&str> = sections.into_iter().filter(|s| !with_program.contains(*s)).collect();
    assert!(missing.is_empty(), "without a program: {missing:?}");
}
