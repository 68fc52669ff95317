//! The contracts that every new hub starts with, as text: the founding document's examples and what they build on.
//!
//! It may never know what reads them: the analyzer, the hub or the disk. Everything is embedded when this crate is built.
//!
//! Start at [`all`]; the contracts are in the folders beside this file.

/// One contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedPackage {
    /// Its folder below `contracts/`, such as `social/forum`.
    pub folder: &'static str,
    /// File name and text of each file, `amigos.toml` and tests included, by name.
    pub files: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/contracts.rs"));

/// All contracts in the order in which they can be deployed: each after those that it imports, and a major version after the one
/// before it.
pub fn all() -> &'static [EmbeddedPackage] {
    CONTRACTS
}

/// The contract in this folder.
pub fn find(folder: &str) -> Option<&'static EmbeddedPackage> {
    CONTRACTS.iter().find(|c| c.folder == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(package: &EmbeddedPackage, name: &str) -> &'static str {
        package.files.iter().find(|(n, _)| *n == name).map(|(_, text)| *text).unwrap_or_default()
    }

    fn setting(package: &EmbeddedPackage, key: &str) -> String {
        let toml = file(package, "amigos.toml");
        let line = toml.lines().find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('='));
        line.unwrap_or_default().trim().trim_matches('"').to_string()
    }

    #[test]
    fn each_has_a_manifest_code_and_tests() {
        for c in all() {
            assert!(setting(c, "path").starts_with("hub.amigos.dev/"), "{}", c.folder);
            assert_eq!(setting(c, "version").split('.').count(), 3, "{}", c.folder);
            assert!(c.files.iter().any(|(n, _)| n.ends_with("_test.go")), "{} has no tests", c.folder);
        }
        assert!(all().len() >= 8);
    }

    #[test]
    fn none_is_both_a_package_and_a_namespace() {
        for a in all() {
            for b in all() {
                assert!(!setting(b, "path").starts_with(&format!("{}/", setting(a, "path"))), "{} in {}", b.folder, a.folder);
            }
        }
    }

    #[test]
    fn imports_are_declared_and_deployed_before() {
        for (at, c) in all().iter().enumerate() {
            for (name, text) in c.files.iter().filter(|(n, _)| n.ends_with(".go")) {
                for line in text.lines().filter_map(|l| l.trim().strip_prefix("\"hub.amigos.dev/")?.strip_suffix('"')) {
                    let path = format!("hub.amigos.dev/{line}");
                    assert!(all()[..at].iter().any(|b| setting(b, "path") == path), "{}/{name}: {path} comes later", c.folder);
                    assert!(file(c, "amigos.toml").contains(&format!("\"{path}\" = ")), "{}/{name}: {path} is not pinned", c.folder);
                }
            }
        }
    }

    #[test]
    fn the_founding_program_is_there_to_the_letter() {
        let text = file(find("social/post").expect("the contract is there"), "post.go");
        assert!(text.contains(
            "import (\n\t\"hub.amigos.dev/social/forum\"\n\t\"hub.amigos.dev/identity/ens\"\n\t\"hub.amigos.dev/storage/ipfs\"\n)\n"
        ));
        assert!(text.contains(
            "func CreatePost(title string) error {\n\tauthor := ens.Resolve(msg.Sender)\n\tpost := forum.NewPost(title, author)\n\tpost.Storage = ipfs.Pin\n\treturn post.Publish()\n}\n"
        ));
        let price = file(find("feeds/price").expect("the contract is there"), "price.go");
        assert!(price.contains("price := oracle.Fetch(\"ETH/USD\", oracles.Chainlink, oracles.Band, oracles.Uma).Median()\n"));
    }
}
