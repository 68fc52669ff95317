//! The project's own parser reads the standard library without an error.

use amigos_syntax::{parse, split, version::GoVersion};

#[test]
fn every_declaration_parses() {
    let mut declarations = 0;
    for package in amigos_std::packages() {
        for (file, text) in package.files {
            for chunk in split::split(text) {
                let parsed = parse::parse_decl(chunk.text(text), GoVersion::DEFAULT);
                assert!(parsed.errors.is_empty(), "{}/{file}: {:?}", package.path, parsed.errors);
                declarations += 1;
            }
            assert_eq!(parse::parse_file_errors(text, GoVersion::DEFAULT), [], "{}/{file}", package.path);
        }
    }
    assert!(declarations > 500, "{declarations}");
}
