//! The contract standard library as data: the text of its packages, the cost class of each native, and the list of what the
//! contract profile refuses.
//!
//! It may never know the analyzer, the virtual machine or the disk: everything is embedded when this crate is built, and the
//! directives are read with a scanner of lines, not with the project's parser. Whoever uses it parses the text themselves.
//!
//! Start at [`package`], [`natives`] and [`refused`]; the Go text is in the folders beside `src/`, one for each import path.

mod natives;
mod refused;

pub use natives::{Count, Native, Unit, native, natives};
pub use refused::{PLAIN_ONLY, Refusal, UNIVERSE, refusals, refused, refused_symbol};

/// One package of the standard library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StdPackage {
    /// The import path, such as `strings` or `unicode/utf8`.
    pub path: &'static str,
    /// File name and text of each file, by name.
    pub files: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// The package with this import path, if the standard library has it.
pub fn package(path: &str) -> Option<&'static StdPackage> {
    let at = PACKAGES.binary_search_by(|p| p.path.cmp(path)).ok()?;
    PACKAGES.get(at)
}

/// All packages, by path.
pub fn packages() -> &'static [StdPackage] {
    PACKAGES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_sorted_and_found() {
        assert!(packages().windows(2).all(|w| w[0].path < w[1].path));
        for p in packages() {
            assert_eq!(package(p.path), Some(p));
            assert!(!p.files.is_empty());
        }
        assert_eq!(package("os"), None);
        assert_eq!(package(""), None);
    }

    #[test]
    fn every_file_has_the_package_clause_of_its_path() {
        for p in packages() {
            let version = |part: &&str| part.starts_with('v') && part[1..].bytes().all(|b| b.is_ascii_digit());
            let name = p.path.rsplit('/').find(|part| !version(part)).unwrap_or(p.path);
            for (file, text) in p.files {
                assert!(text.lines().any(|l| l == format!("package {name}")), "{}/{file}", p.path);
                assert!(!text.contains('\r'), "{}/{file}", p.path);
            }
        }
    }

    #[test]
    fn every_package_has_one_doc_comment() {
        for p in packages() {
            let documented = p.files.iter().filter(|(_, text)| text.starts_with("// Package ")).count();
            assert_eq!(documented, 1, "{}", p.path);
        }
    }
}
