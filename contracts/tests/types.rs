//! The project's own type checker finds nothing wrong in the standard library, the contracts and their tests.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_types::ctx::ImportError;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Files, Options, World};

/// The import path of an embedded contract.
fn path(package: &amigos_contracts::EmbeddedPackage) -> String {
    let manifest = package.files.iter().find(|(name, _)| *name == "amigos.toml").map_or("", |(_, text)| text);
    manifest.lines().find_map(|l| l.strip_prefix("path = ")).unwrap_or_default().trim_matches('"').to_string()
}

fn owned<'a>(files: impl Iterator<Item = &'a (&'static str, &'static str)>) -> Files {
    files.filter(|(name, _)| name.ends_with(".go")).map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

fn load(wanted: &str) -> Result<Files, ImportError> {
    if let Some(package) = amigos_std::package(wanted) {
        return Ok(owned(package.files.iter()));
    }
    let found = amigos_contracts::all().iter().find(|c| path(c) == wanted);
    let found = found.ok_or_else(|| ImportError::NotFound(Arc::from("not embedded")))?;
    Ok(owned(found.files.iter().filter(|(name, _)| !name.ends_with("_test.go"))))
}

fn problems(world: &World, key: &str, files: Files) -> Vec<String> {
    let checked = world.check(PkgKey(Name::new(key)), files, Options { go_minor: 26, natives: amigos_std::package(key).is_some() });
    let place = |p: &amigos_types::world::Problem| {
        let (name, text) = &checked.package.files[p.file];
        let line = text.get(..p.range.start as usize).map_or(0, |before| before.matches('\n').count() + 1);
        format!("{key}/{name}:{line}: {} {}", p.code, p.message)
    };
    checked.problems.iter().map(place).collect()
}

#[test]
fn the_standard_library_checks() {
    let world = World::new(Box::new(load));
    let found: Vec<String> = amigos_std::packages().iter().flat_map(|p| problems(&world, p.path, owned(p.files.iter()))).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_contracts_and_their_tests_check() {
    let world = World::new(Box::new(load)).with_predeclared(amigos_std::UNIVERSE);
    let found: Vec<String> = amigos_contracts::all().iter().flat_map(|c| problems(&world, &path(c), owned(c.files.iter()))).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_mistake_is_found() {
    let world = World::new(Box::new(load)).with_predeclared(amigos_std::UNIVERSE);
    let text = "package post\n\nimport \"hub.amigos.dev/social/forum\"\n\nfunc F() int {\n\treturn forum.NewPost(msg.Sender, \"\")\n}\n";
    let found = problems(&world, "hub.amigos.dev/test", vec![("post.go".to_string(), text.to_string())]);
    assert_eq!(found.len(), 2, "{}", found.join("\n"));
}
