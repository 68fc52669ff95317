//! Inputs. The owner of the database sets them; nothing else changes anything.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use rustc_hash::FxHashMap;

/// A file of a package.
#[salsa::input(debug)]
pub struct SourceFile {
    /// Its name without folder.
    #[returns(copy)]
    pub name: Name,
    /// Its text.
    #[returns(ref)]
    pub text: Arc<str>,
}

/// What a package is checked as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// The language of contracts (language.md).
    Contract,
    /// Plain Go.
    Go,
}

/// Where a package's sources come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// The workspace: the only ones whose diagnostics are shown.
    Workspace,
    /// The network, by way of the cache: immutable.
    Fetched,
    /// The standard library.
    Std,
}

/// A package.
#[salsa::input(debug)]
pub struct Package {
    /// Its identity: `hub.amigos.dev/token@v2`, `strings`; with ` [test]` and ` [xtest]` appended, the variant with its tests and the external tests.
    #[returns(copy)]
    pub key: PkgKey,
    /// Its files, sorted by name.
    #[returns(ref)]
    pub files: Vec<SourceFile>,
    /// Where they come from.
    #[returns(copy)]
    pub origin: Origin,
    /// What it is checked as.
    #[returns(copy)]
    pub profile: Profile,
    /// Whether it is a library.
    #[returns(copy)]
    pub library: bool,
    /// The version of the manifest or record; empty for the standard library.
    #[returns(copy)]
    pub version: Name,
    /// Minor of the Go version.
    #[returns(copy)]
    pub go_minor: u32,
    /// The major that an import without one means, by path.
    #[returns(ref)]
    pub pins: Vec<(Name, u32)>,
    /// Paths that are known not to exist, with where was looked and what can be done.
    #[returns(ref)]
    pub missing: Vec<(Name, Arc<str>)>,
}

/// The standard library. It never changes: nothing that depends on it alone is ever looked at again.
#[salsa::input(singleton, debug)]
pub struct Library {
    /// Its packages.
    #[returns(ref)]
    pub packages: FxHashMap<PkgKey, Package>,
}

/// What is appended to a package's key for the version of it that is live on the network.
pub const LIVE: &str = " [live]";

/// All packages.
#[salsa::input(singleton, debug)]
pub struct Root {
    /// By key.
    #[returns(ref)]
    pub packages: FxHashMap<PkgKey, Package>,
    /// The packages a file belongs to; the first is the one whose diagnostics are the file's.
    #[returns(ref)]
    pub owners: FxHashMap<SourceFile, Vec<Package>>,
    /// The majors there are of each path, ascending.
    #[returns(ref)]
    pub majors: FxHashMap<Name, Vec<u32>>,
    /// The versions of packages that are live on the network, to compare with: under the package's key with [`LIVE`] appended. No import means them.
    #[returns(ref)]
    pub live: FxHashMap<PkgKey, Package>,
}
