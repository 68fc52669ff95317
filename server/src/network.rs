//! The network as the command line and the server see it: a hub behind its RPC, and the cache in front of it. Everything here
//! may wait; no request handler calls it directly.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cache::{self, Cache};
use crate::manifest::{self, Version};
use crate::project::Project;
use crate::render::tame;
use crate::rpc::{Problem, Rpc};
use crate::workspace::{FetchedPackage, PackageFolder};

/// The name of the embedded hub.
pub const LOCAL: &str = "local";
/// The code with which a hub says that something is not there.
const NOT_FOUND: i64 = 60;

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

/// The newest block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The chain's id.
    pub chain: String,
    /// Its height.
    pub height: u64,
    /// Whether it is a development hub, which signs for its named accounts.
    pub dev: bool,
}

/// A call to simulate or send.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Call {
    /// `path@vN`, or a path.
    pub package: String,
    /// `CreatePost`, `Posts[12].Upvote`.
    pub function: String,
    /// Go literals, or JSON texts.
    pub args: Vec<String>,
    /// Whether `args` are JSON.
    pub json_args: bool,
    /// An address or the name of a development account.
    pub from: Option<String>,
    /// Micro-amg moved to the contract.
    pub value: u64,
    /// The most gas to use.
    pub gas: Option<u64>,
}

/// A hub that was reached.
#[derive(Clone, Debug)]
pub struct Network {
    /// What it is called on the screen.
    pub name: String,
    /// Its RPC.
    pub rpc: Rpc,
    /// Its newest block when it was reached.
    pub head: Head,
    cache: Option<Cache>,
}

impl Network {
    /// Reaches the network; starts the embedded hub if that is what is wanted and it does not run.
    pub fn reach(choice: &Choice) -> Result<Network, Problem> {
        let rpc = match choice {
            Choice::Embedded => crate::embedded::rpc()?,
            Choice::Node { url, .. } => Rpc::new(url, None),
        };
        Network::at(choice.name(), rpc)
    }

    /// The hub behind `rpc`.
    pub fn at(name: &str, rpc: Rpc) -> Result<Network, Problem> {
        let head = head(&rpc)?;
        Ok(Network { name: name.to_owned(), rpc, head, cache: Cache::of_user() })
    }

    /// The newest block. A hub that has become another chain is refused.
    pub fn newest(&self) -> Result<Head, Problem> {
        let head = head(&self.rpc)?;
        if head.chain == self.head.chain {
            return Ok(head);
        }
        let (was, is) = (tame(&self.head.chain, 60), tame(&head.chain, 60));
        Err(Problem::Nonsense(format!("it was chain `{was}` and is now `{is}`")))
    }

    /// Asks a query path (chain.md); the value, the information beside it, and the height it is about. Height 0 is the newest.
    pub fn query(&self, path: &str, data: &[u8], height: u64) -> Result<Answer, Problem> {
        let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
        let params = json!({ "path": path, "data": hex, "height": height.to_string(), "prove": false });
        let result = self.rpc.call("abci_query", &params)?;
        let response = result.get("response").ok_or_else(|| nonsense("`response` is missing"))?;
        let text = |name: &str| response.get(name).and_then(Value::as_str).unwrap_or_default();
        let code = response.get("code").and_then(Value::as_i64).ok_or_else(|| nonsense("`code` is missing"))?;
        if code != 0 {
            return Err(Problem::Refused { code, message: text("log").to_owned() });
        }
        let value = amigos_hub::encode::unbase64(text("value")).ok_or_else(|| nonsense("`value` is not base64"))?;
        let height = text("height").parse().map_err(|_| nonsense("`height` is not a number"))?;
        Ok(Answer { value, info: text("info").to_owned(), height })
    }

    fn query_json(&self, path: &str, data: &[u8], height: u64) -> Result<(Value, u64), Problem> {
        let answer = self.query(path, data, height)?;
        let value = serde_json::from_slice(&answer.value).map_err(|e| nonsense(&format!("the value is not JSON: {e}")))?;
        Ok((value, answer.height))
    }

    /// The sources of an import (`path` or `path@vN`): checked against their hash, and kept in the cache.
    pub fn fetch(&self, import: &str) -> Result<FetchedPackage, Problem> {
        let (value, _) = self.query_json(&format!("/pkg/{import}/code"), &[], 0)?;
        let package = read_package(import, &value)?;
        if let Some(cache) = &self.cache {
            cache.keep(&self.head.chain, &package);
        }
        Ok(package)
    }

    /// State as a typed tree, and the height it is of.
    pub fn state(&self, package: &str, path: &str, depth: u32, height: u64) -> Result<(Value, u64), Problem> {
        let query = if path.is_empty() {
            format!("/pkg/{package}/state?depth={depth}")
        } else {
            format!("/pkg/{package}/state/{}?depth={depth}", percent(path))
        };
        self.query_json(&query, &[], height)
    }

    /// Simulates a call on the state of `height`; the shape of `amigos call --json`.
    pub fn simulate(&self, call: &Call, height: u64) -> Result<Value, Problem> {
        let args: Vec<Value> = match call.json_args {
            false => call.args.iter().map(|arg| json!(arg)).collect(),
            true => call.args.iter().map(|arg| serde_json::from_str(arg).unwrap_or_else(|_| json!(arg))).collect(),
        };
        let mut shape =
            json!({ "package": call.package, "func": call.function, "args": args, "json_args": call.json_args, "value": call.value });
        if let Some(from) = &call.from {
            shape["from"] = json!(from);
        }
        if let Some(gas) = call.gas {
            shape["gas"] = json!(gas);
        }
        Ok(self.query_json("/sim", shape.to_string().as_bytes(), height)?.0)
    }

    /// What is recorded of a package.
    pub fn info(&self, package: &str) -> Result<Option<Value>, Problem> {
        match self.query_json(&format!("/pkg/{package}/info"), &[], 0) {
            Ok((value, _)) => Ok(Some(value)),
            Err(Problem::Refused { code: NOT_FOUND, .. }) => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// A page in Markdown.
    pub fn render(&self, package: &str, page: &str) -> Result<String, Problem> {
        let answer = self.query(&format!("/pkg/{package}/render?{}", percent(page)), &[], 0)?;
        String::from_utf8(answer.value).map_err(|_| nonsense("the page is not UTF-8"))
    }

    /// Has a development hub sign messages for a named account and sends them; the result of `broadcast_tx_commit`.
    pub fn send_as(&self, account: &str, messages: &Value, gas: Option<u64>) -> Result<Value, Problem> {
        if !self.head.dev {
            let message = format!("`{}` is not a development hub: it signs for nobody, and this `amigos` has no keystore yet", self.name);
            return Err(Problem::Refused { code: 0, message });
        }
        let params = json!({ "name": account, "messages": messages, "gas": gas.unwrap_or(0).to_string() });
        let signed = self.rpc.call("amigos_devSign", &params)?;
        let tx = signed.get("tx").and_then(Value::as_str).ok_or_else(|| nonsense("`tx` is missing"))?;
        self.rpc.call("broadcast_tx_commit", &json!({ "tx": tx }))
    }
}

/// The answer to a query.
pub struct Answer {
    /// The value's bytes.
    pub value: Vec<u8>,
    /// What is said beside it, such as the read set of a simulation.
    pub info: String,
    /// The height it is about.
    pub height: u64,
}

fn nonsense(why: &str) -> Problem {
    Problem::Nonsense(why.to_owned())
}

fn head(rpc: &Rpc) -> Result<Head, Problem> {
    let status = rpc.call("status", &json!({}))?;
    let text = |pointer: &str| status.pointer(pointer).and_then(Value::as_str);
    let chain = text("/node_info/network").ok_or_else(|| nonsense("its status names no chain"))?.to_owned();
    let height = text("/sync_info/latest_block_height").and_then(|t| t.parse().ok()).ok_or_else(|| nonsense("its status has no height"))?;
    Ok(Head { chain, height, dev: text("/node_info/other/dev") == Some("true") })
}

/// Reads the answer to a question for code, and believes nothing of it that can be checked.
fn read_package(import: &str, value: &Value) -> Result<FetchedPackage, Problem> {
    let text = |name: &str| {
        value.get(name).and_then(Value::as_str).ok_or_else(|| nonsense(&format!("`{name}` is missing in the answer for `{import}`")))
    };
    let path = text("path")?.to_owned();
    let version = Version::parse(text("version")?).ok_or_else(|| nonsense("the version is none"))?;
    let (wanted_path, wanted_major) = crate::imports::split_major(import);
    if path != wanted_path || wanted_major.is_some_and(|major| major != version.major) {
        return Err(nonsense(&format!("asked for `{import}` it gave `{}` {version}", tame(&path, 100))));
    }
    let files = value.get("files").and_then(Value::as_array).ok_or_else(|| nonsense("`files` is missing"))?;
    let mut sources: Vec<(String, Arc<str>)> = Vec::new();
    for file in files {
        let part = |name: &str| file.get(name).and_then(Value::as_str).ok_or_else(|| nonsense("a file has no name or text"));
        let name = part("name")?;
        // Names become parts of URIs and are shown: nothing but plain names.
        if name.starts_with('.') || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
            return Err(nonsense(&format!("a file is called `{}`", tame(name, 60))));
        }
        sources.push((name.to_owned(), Arc::from(part("text")?)));
    }
    sources.sort_by(|a, b| a.0.cmp(&b.0));
    let hash = text("hash")?.to_owned();
    let real = cache::hash_of(&sources);
    if hash != real {
        return Err(nonsense(&format!("the sources of `{import}` have the hash {real}, and it says {}", tame(&hash, 80))));
    }
    let library = value.get("library").and_then(Value::as_bool).unwrap_or(false);
    Ok(FetchedPackage { path, version, library, hash, sources })
}

/// Escapes what can't stand in a path or query.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'[' | b']' => out.push(char::from(byte)),
            other => out += &format!("%{other:02X}"),
        }
    }
    out
}

/// Why an import can't be had, with the remedy.
pub fn missing_reason(import: &str, network: &str, problem: &Problem) -> String {
    match problem {
        Problem::Refused { code: NOT_FOUND, .. } => {
            format!(
                "package `{import}` is not in the workspace, not in the cache and not on network `{network}`: check the path, or deploy it there"
            )
        }
        Problem::Away(_) | Problem::Slow => {
            format!(
                "package `{import}` is neither in the workspace nor in the cache, and network `{network}` cannot be reached now (`amigos doctor` says more)"
            )
        }
        other => format!("package `{import}` cannot be fetched from network `{network}`: {other}"),
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
        .map_err(|problem| (wanted.to_owned(), Problem::Away(problem)))
        .and_then(|choice| Network::reach(&choice).map_err(|problem| (choice.name().to_owned(), problem)));
    let mut texts = Vec::new();
    // Each round fetches what the last one made known; a chain of imports has an end.
    loop {
        let open: Vec<String> =
            project.unresolved_everywhere().into_iter().filter(|import| !project.workspace.is_missing(import)).collect();
        if open.is_empty() {
            break;
        }
        for import in open {
            let fetched = match &reached {
                Ok(network) => network.fetch(&import).or_else(|problem| from_cache_if_offline(&import, network, problem)),
                Err((_, problem)) => from_cache(&import, None).ok_or_else(|| problem.clone()),
            };
            match fetched {
                Ok(package) => texts.extend(project.workspace.add_fetched(package)),
                Err(problem) => {
                    let name = reached.as_ref().map_or_else(|(name, _)| name.as_str(), |network| network.name.as_str());
                    let reason = missing_reason(&import, name, &problem);
                    project.workspace.set_missing(&import, reason);
                }
            }
        }
    }
    project.tell(texts);
    reached.ok()
}

fn from_cache_if_offline(import: &str, network: &Network, problem: Problem) -> Result<FetchedPackage, Problem> {
    if !problem.is_offline() {
        return Err(problem);
    }
    from_cache(import, Some(&network.head.chain)).ok_or(problem)
}

/// Whether `folder` holds a package that `amigos` can deploy.
pub fn has_manifest(folder: &Path) -> bool {
    folder.join(manifest::FILE_NAME).is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Value {
        let sources: Vec<(String, Arc<str>)> = vec![("t.go".to_owned(), Arc::from("package t\n"))];
        json!({
            "path": "hub.amigos.dev/t", "version": "2.0.0", "library": false, "hash": cache::hash_of(&sources),
            "files": [{ "name": "t.go", "text": "package t\n" }],
        })
    }

    #[test]
    fn a_lying_hub_is_found_out() {
        assert_eq!(read_package("hub.amigos.dev/t@v2", &answer()).unwrap().key(), "hub.amigos.dev/t@v2");
        assert!(read_package("hub.amigos.dev/t", &answer()).is_ok());
        let lies = [
            ("hash", json!("sha256:00"), "have the hash"),
            ("hash", json!(7), "`hash` is missing"),
            ("path", json!("hub.amigos.dev/evil"), "it gave `hub.amigos.dev/evil`"),
            ("version", json!("3.0.0"), "it gave"),
            ("version", json!("two"), "the version is none"),
            ("files", json!("none"), "`files` is missing"),
            ("files", json!([{ "name": "../x.go", "text": "" }]), "a file is called"),
            ("files", json!([{ "name": "t.go", "text": "package evil\n" }]), "have the hash"),
        ];
        for (name, lie, expected) in lies {
            let mut value = answer();
            value[name] = lie;
            let problem = read_package("hub.amigos.dev/t@v2", &value).unwrap_err();
            assert!(problem.to_string().contains(expected), "{problem}");
        }
    }

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
