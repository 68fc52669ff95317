//! The project's own parser reads the contracts and their tests without an error.

use amigos_syntax::{parse, split, version::GoVersion};

#[test]
fn every_declaration_parses() {
    let mut declarations = 0;
    for package in amigos_contracts::all() {
        for (file, text) in package.files.iter().filter(|(name, _)| name.ends_with(".go")) {
            for chunk in split::split(text) {
                let parsed = parse::parse_decl(chunk.text(text), GoVersion::DEFAULT);
                assert!(parsed.errors.is_empty(), "{}/{file}: {:?}", package.folder, parsed.errors);
                declarations += 1;
            }
            assert_eq!(parse::parse_file_errors(text, GoVersion::DEFAULT), [], "{}/{file}", package.folder);
        }
    }
    assert!(declarations > 100, "{declarations}");
}
