//! Random edits of a program through the database: after each, errors and facts equal those of a database made anew.
//! The first byte says how many edits there are, four bytes more what each is; then comes the program.
#![no_main]

use std::sync::Arc;

use amigos_db::input::{Origin, Package, Profile, Root, SourceFile};
use amigos_db::{Database, diagnostics, query as q};
use amigos_fuzz::{mutate, worker};
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use salsa::Setter;

/// How many bytes before the program describe edits.
const HEAD: usize = 1 + 4 * EDITS;
const EDITS: usize = 6;

fuzz_target!(|data: &[u8]| worker::run(data, || Box::new(edit)));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate::mutator(data, size, max_size, seed, HEAD) });

fn edit(data: &[u8]) {
    let (Some(head), Some(program)) = (data.get(..HEAD), data.get(HEAD..)) else { return };
    let mut text = String::from_utf8_lossy(program).into_owned();
    let (mut db, file, package) = database(&text);
    let _ = diagnostics::file_diagnostics(&db, file);
    for change in head[1..].chunks(4).take(1 + usize::from(head[0]) % EDITS) {
        let seed = u32::from_le_bytes([change[0], change[1], change[2], change[3]]);
        text = mutate::mutate(&text, seed);
        file.set_text(&mut db).to(Arc::from(text.as_str()));
        same(&db, file, package, &text);
    }
}

fn database(text: &str) -> (Database, SourceFile, Package) {
    let mut db = Database::default();
    let file = SourceFile::new(&db, Name::new("a.go"), Arc::from(text));
    let key = PkgKey(Name::new("hub.amigos.dev/fuzz/edit@v1"));
    let package = Package::new(&db, key, vec![file], Origin::Workspace, Profile::Go, false, Name::new("1.0.0"), 27, vec![], vec![]);
    let root = Root::get(&db);
    let mut packages = root.packages(&db).clone();
    packages.insert(key, package);
    root.set_packages(&mut db).to(packages);
    root.set_owners(&mut db).to([(file, vec![package])].into_iter().collect());
    (db, file, package)
}

fn same(db: &Database, file: SourceFile, package: Package, text: &str) {
    let (fresh, fresh_file, fresh_package) = database(text);
    let (ours, theirs) = (q::package_decls(db, package), q::package_decls(&fresh, fresh_package));
    assert_eq!(ours.len(), theirs.len(), "as many declarations");
    for (a, b) in ours.iter().zip(theirs) {
        assert_eq!((a.start(db), a.text(db)), (b.start(&fresh), b.text(&fresh)), "the same declarations");
        assert_eq!(q::syntax_errors(db, *a), q::syntax_errors(&fresh, *b), "the same syntax errors");
        assert_eq!(q::sig_facts(db, package, *a), q::sig_facts(&fresh, fresh_package, *b), "the same facts of a signature");
        assert_eq!(q::body_facts(db, package, *a), q::body_facts(&fresh, fresh_package, *b), "the same facts of bodies");
    }
    let plain = |db, file| -> Vec<(amigos_syntax::TextRange, &'static str, Box<str>)> {
        diagnostics::file_diagnostics(db, file).iter().map(|d| (d.range, d.code, d.message.clone())).collect()
    };
    assert_eq!(plain(db, file), plain(&fresh, fresh_file), "the same errors");
}
