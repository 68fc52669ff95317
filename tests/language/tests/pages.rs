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
