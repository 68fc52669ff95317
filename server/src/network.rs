//! The network as the command line and the server see it: a hub behind its RPC, and the cache in front of it. Everything here
//! may wait; no request handler calls it directly.

use std::sync::Arc;

use amigos_hub::client::{Client, ClientError, Limits, Status};
use amigos_hub::query::NOT_FOUND;
use amigos_ide::{Change, Offered, PackageFacts};

use crate::cache::Cache;
use crate::imports::split_major;
use crate::manifest::{Version, check_path};
use crate::project::Project;
use crate::render::tame;
use crate::workspace::{FetchedPackage, PackageFolder};

/// The name of the embedded hub.
pub const LOCAL: &str = "local";

/// Which network is wanted, before anything is asked of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// The hub that all editors and terminals of this user share.
    Embedded,
    /// A node at a URL, under a name.
    Node {
        /// What it is called on the screen.
        name: String,
        /// Its URL.
        url: String,
    },
}

impl Choice {
    /// The network that `wanted` (a name, a URL, or nothing) means for these packages. An error says which names there are.
    pub fn of<'a>(wanted: &str, packages: impl Iterator<Item = &'a PackageFolder>) -> Result<Choice, String> {
        let named: Vec<(String, Option<String>)> = packages
            .filter_map(|package| package.manifest.as_ref())
            .filter_map(|manifest| Some((manifest.network.name.clone()?, manifest.network.rpc.clone())))
            .collect();
        if wanted.starts_with("http://") || wanted.starts_with("https://") {
            return Ok(Choice::Node { name: wanted.to_owned(), url: wanted.to_owned() });
        }
        let fitting = named.iter().find(|(name, _)| wanted.is_empty() || name == wanted);
        match fitting {
            Some((name, Some(url))) => Ok(Choice::Node { name: name.clone(), url: url.clone() }),
            Some((name, None)) if name == LOCAL => Ok(Choice::Embedded),
            Some((name, None)) => {
                Err(format!("network `{name}` has no URL: write `rpc = \"http://...\"` below `[network]` in `amigos.toml`"))
            }
            None if wanted.is_empty() || wanted == LOCAL => Ok(Choice::Embedded),
            None => {
                let mut names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
                names.push(LOCAL);
                Err(format!("there is no network `{wanted}`: there are {}, or a URL", names.join(", ")))
            }
        }
    }

    /// The name on the screen.
    pub fn name(&self) -> &str {
        match self {
            Choice::Embedded => LOCAL,
            Choice::Node { name, .. } => name,
        }
    }
}

/// A hub that was reached.
#[derive(Clone)]
pub struct Network {
    /// What it is called on the screen.
    pub name: String,
    /// Its client, which from now on takes no other chain.
    pub client: Client,
    /// Its newest block when it was reached.
    pub status: Status,
    cache: Option<Cache>,
}

impl Network {
    /// Reaches the network; starts the embedded hub if that is what is wanted and it does not run.
    pub fn reach(choice: &Choice) -> Result<Network, ClientError> {
        let (url, token) = match choice {
            Choice::Embedded => {
                let address = crate::embedded::address()?;
                (address.url, Some(address.token))
            }
            Choice::Node { url, .. } => (url.clone(), None),
        };
        let status = Client::with(&url, token.clone(), None, Limits::default())?.status()?;
        let client = Client::with(&url, token, Some(status.chain_id.clone()), Limits::default())?;
        Ok(Network { name: choice.name().to_owned(), client, status, cache: Cache::of_user() })
    }

    /// The packages that it has.
    pub fn index(&self) -> Result<Vec<Offered>, ClientError> {
        Ok(offered(self.client.packages()?.into_iter().map(|package| (package.path, package.version))))
    }

    /// The sources of an import (`path` or `path@vN`), checked against their hash and kept in the cache.
    pub fn fetch(&self, import: &str) -> Result<FetchedPackage, ClientError> {
        self.fetch_version(import, None)
    }

    /// The same of a full version (`1.2.0`), or of the live one.
    pub fn fetch_version(&self, import: &str, asked: Option<&str>) -> Result<FetchedPackage, ClientError> {
        let code = self.client.code(import, asked, None)?;
        let malformed = |what: String| ClientError::Malformed { what };
        let (path, major) = split_major(&code.package);
        let (wanted_path, wanted_major) = split_major(import);
        let version = Version::parse(&code.version).ok_or_else(|| malformed("the version is none".to_owned()))?;
        if path != wanted_path || major != Some(version.major) || wanted_major.is_some_and(|wanted| wanted != version.major) {
            return Err(malformed(format!("asked for `{import}` it gave `{}`", tame(&code.package, 100))));
        }
        let mut sources: Vec<(String, Arc<str>)> = code.files.into_iter().map(|file| (file.name, Arc::from(file.text))).collect();
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        let package = FetchedPackage { path: path.to_owned(), version, library: code.library, hash: code.hash, sources };
        // The cache's index is of live versions.
        if let Some(cache) = self.cache.as_ref().filter(|_| asked.is_none()) {
            cache.keep(&self.status.chain_id, &package);
        }
        Ok(package)
    }
}

/// So many packages of an index are taken.
const INDEX_LIMIT: usize = 20_000;

/// An index as the analyzer takes it: well-formed paths and versions only, by path and major.
fn offered(all: impl Iterator<Item = (String, String)>) -> Vec<Offered> {
    let one = |(path, version): (String, String)| {
        let version = Version::parse(&version)?;
        check_path(&path).ok()?;
        Some(Offered { path: Arc::from(path), major: version.major, version: Arc::from(version.to_string()) })
    };
    let mut found: Vec<Offered> = all.filter_map(one).take(INDEX_LIMIT).collect();
    found.sort();
    found.dedup_by(|a, b| (&a.path, a.major) == (&b.path, b.major));
    found
}

/// The packages that were fetched before, from whichever network.
pub fn cached_index() -> Vec<Offered> {
    let Some(cache) = Cache::of_user() else { return Vec::new() };
    offered(cache.chains().iter().flat_map(|chain| cache.known(chain)).map(|(path, version)| (path, version.to_string())))
}

/// Why an import can't be had, with the remedy.
pub fn missing_reason(import: &str, network: &str, problem: &ClientError) -> String {
    match problem {
        ClientError::Refused { code, .. } if *code == i64::from(NOT_FOUND) => {
            format!(
                "package `{import}` is not in the workspace, not in the cache and not on network `{network}`: check the path, or deploy it there"
            )
        }
        problem if problem.is_offline() => {
            format!(
                "package `{import}` is neither in the workspace nor in the cache, and network `{network}` cannot be reached now (`amigos doctor` says more)"
            )
        }
        other => format!("package `{import}` cannot be fetched from network `{network}`: {}", tame(&other.to_string(), 1000)),
    }
}

/// An import from the cache alone, from whichever chain it was fetched last: for when the network is away.
pub fn from_cache(import: &str, chain: Option<&str>) -> Option<FetchedPackage> {
    let cache = Cache::of_user()?;
    let (path, major) = crate::imports::split_major(import);
    let chains = match chain {
        Some(chain) => vec![chain.to_owned()],
        None => cache.chains(),
    };
    chains.iter().find_map(|chain| {
        let major = major.or_else(|| cache.majors(chain, path).last().copied())?;
        cache.latest(chain, &format!("{path}@v{major}"))
    })
}

/// Fetches what the packages of a project import and the workspace does not have, and what that imports, from the network or,
/// if it is away, from the cache. What can't be had is noted with its reason; it is a diagnostic of the import.
pub fn fetch_imports(project: &mut Project, wanted: &str) -> Option<Network> {
    if project.find_unresolved().is_empty() {
        return None;
    }
    let reached = Choice::of(wanted, project.workspace.folders())
        .map_err(|reason| (wanted.to_owned(), offline(&reason)))
        .and_then(|choice| Network::reach(&choice).map_err(|problem| (choice.name().to_owned(), problem)));
    fetch_imports_from(project, reached.as_ref().map_err(|(name, problem)| (name.as_str(), problem)));
    reached.ok()
}

/// The same from a network that was reached, or was not.
pub fn fetch_imports_from(project: &mut Project, reached: Result<&Network, (&str, &ClientError)>) {
    let mut texts = Vec::new();
    // Each round fetches what the last one made known; a chain of imports has an end.
    loop {
        let open: Vec<String> =
            project.unresolved_everywhere().into_iter().filter(|import| !project.workspace.is_missing(import)).collect();
        if open.is_empty() {
            break;
        }
        for import in open {
            let fetched = match reached {
                Ok(network) => network.fetch(&import).or_else(|problem| from_cache_if_offline(&import, network, problem)),
                Err((_, problem)) => from_cache(&import, None).ok_or_else(|| problem.clone()),
            };
            match fetched {
                Ok(package) => texts.extend(project.workspace.add_fetched(package)),
                Err(problem) => {
                    let name = reached.map_or_else(|(name, _)| name, |network| network.name.as_str());
                    let reason = missing_reason(&import, name, &problem);
                    project.workspace.set_missing(&import, reason);
                }
            }
        }
    }
    project.tell(texts);
}

/// The same, and what the network says of the packages of a project: the versions that are live, which they are compared with, and the sizes of their state.
///
/// Errors, in words: the network cannot be reached.
pub fn fetch_live(project: &mut Project, wanted: &str) -> Result<Network, String> {
    let choice = Choice::of(wanted, project.workspace.folders())?;
    let network = Network::reach(&choice).map_err(|e| format!("network `{}` cannot be reached: {e}", choice.name()))?;
    fetch_imports_from(project, Ok(&network));
    let mut texts = Vec::new();
    for key in project.workspace.own_keys() {
        // What is not deployed is compared with nothing.
        if let Ok(Some(_)) = network.client.package(&key) {
            let live =
                network.fetch_version(&key, None).map_err(|e| format!("`{key}` cannot be read from network `{}`: {e}", network.name))?;
            texts.extend(project.workspace.set_live(&key, Some(live)));
        }
    }
    project.tell(texts);
    let mut change = Change::default();
    for key in project.workspace.keys() {
        let Ok((tree, height)) = network.client.state(&key, "", crate::live::SIZES_DEPTH, 0) else { continue };
        let mut sizes = crate::gas::Sizes::new();
        crate::render::tree::sizes(&key, &tree, &mut sizes);
        let sizes = sizes.into_iter().map(|((_, path), size)| (Arc::from(path), size)).collect();
        change.facts.push((Arc::from(key), Some(Arc::new(PackageFacts { height, sizes, measured: Vec::new() }))));
    }
    project.host.apply_change(change);
    Ok(network)
}

fn from_cache_if_offline(import: &str, network: &Network, problem: ClientError) -> Result<FetchedPackage, ClientError> {
    if !problem.is_offline() {
        return Err(problem);
    }
    from_cache(import, Some(&network.status.chain_id)).ok_or(problem)
}

/// A network that can't be reached for a reason that is no hub's.
pub fn offline(reason: &str) -> ClientError {
    ClientError::Down { url: String::new(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn the_network_is_named_by_flag_then_manifest_then_the_embedded_one() {
        let mut package = PackageFolder::empty("x".into());
        (package.manifest, _) =
            manifest::parse("path = \"hub.amigos.dev/x\"\nversion = \"1.0.0\"\n[network]\nname = \"test\"\nrpc = \"http://n\"\n");
        let of = |wanted: &str, packages: &[PackageFolder]| Choice::of(wanted, packages.iter()).map(|choice| choice.name().to_owned());
        assert_eq!(of("", &[]), Ok("local".into()));
        assert_eq!(of("", std::slice::from_ref(&package)), Ok("test".into()));
        assert_eq!(of("local", std::slice::from_ref(&package)), Ok("local".into()));
        assert_eq!(of("http://other", &[package.clone()]), Ok("http://other".into()));
        assert_eq!(of("nowhere", &[package]), Err("there is no network `nowhere`: there are test, local, or a URL".into()));
    }
}
