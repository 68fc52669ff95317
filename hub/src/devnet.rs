//! What a development hub starts with: the embedded contracts, deployed, and prices from the oracle's named sources.

use serde::Deserialize;

use crate::accounts::{dev_address, dev_key};
use crate::execute::{BLOCK_GAS, least_fee};
use crate::node::{Node, numbers};
use crate::package::{Version, content_hash, identity};
use crate::proto::{Any, File, MsgDeploy, MsgOracleFixture, OracleReport, Pin, url};
use crate::tx::{Draft, code, wrap};

/// The account that deploys the embedded contracts.
pub const DEPLOYER: &str = "amigos";

/// The prices that a development hub begins with: pair, source, value.
const PRICES: &[(&str, &[(&str, &str)])] = &[
    ("ETH/USD", &[("chainlink", "3120.55"), ("band", "3121.10"), ("uma", "3119.80")]),
    ("BTC/USD", &[("chainlink", "97250.00"), ("band", "97261.50"), ("uma", "97240.25")]),
];

/// A package as text, with its manifest among its files.
pub struct Package<'a> {
    /// Names and texts.
    pub files: &'a [(&'a str, &'a str)],
}

/// The contracts that are embedded in this program, in the order in which they can be deployed.
pub fn embedded() -> Vec<Package<'static>> {
    amigos_contracts::all().iter().map(|package| Package { files: package.files }).collect()
}

/// What became of a package.
#[derive(Debug)]
pub struct Done {
    /// `path@vN`, or what could be read of it.
    pub package: String,
    /// The height of its deployment, `None` if it was there already, or why it could not be deployed.
    pub result: Result<Option<u64>, String>,
}

#[derive(Deserialize)]
struct Manifest {
    path: String,
    version: String,
    #[serde(default)]
    library: bool,
    #[serde(default)]
    dependencies: std::collections::BTreeMap<String, String>,
}

/// Deploys those of the packages whose path and major are not there yet, in their order, and sets prices if there are none.
pub fn prepare(node: &Node, packages: &[Package<'_>]) -> Vec<Done> {
    let mut done: Vec<Done> = packages.iter().map(|package| deploy(node, package)).collect();
    if let Err(error) = set_prices(node) {
        done.push(Done { package: "the oracle's prices".into(), result: Err(error) });
    }
    done
}

fn deploy(node: &Node, package: &Package<'_>) -> Done {
    let manifest = package.files.iter().find(|(name, _)| *name == "amigos.toml").map_or("", |(_, text)| text);
    let manifest: Manifest = match toml::from_str(manifest) {
        Ok(manifest) => manifest,
        Err(error) => return Done { package: "a package".into(), result: Err(format!("its `amigos.toml` cannot be read: {error}")) },
    };
    let name = manifest.version.parse::<Version>().map(|version| identity(&manifest.path, version.major)).unwrap_or(manifest.path.clone());
    let result = deploy_as(node, &name, manifest, package);
    Done { package: name, result }
}

fn deploy_as(node: &Node, name: &str, manifest: Manifest, package: &Package<'_>) -> Result<Option<u64>, String> {
    let view = node.view();
    if view.package_record(name).map_err(|e| e.to_string())?.is_some() {
        return Ok(None);
    }
    let files = sources(package.files);
    let mut lock = Vec::new();
    for (path, version) in manifest.dependencies {
        let wanted: Version = version.parse()?;
        let (path, _) = crate::package::split_identity(&path)?;
        let imported = identity(path, wanted.major);
        let record = view.package_record(&imported).map_err(|e| e.to_string())?;
        let live =
            record.as_ref().and_then(|record| record.live()).ok_or_else(|| format!("it imports `{imported}`, which is not deployed"))?;
        lock.push(Pin { path: imported, version: live.version.clone(), hash: live.hash.clone() });
    }
    let message = MsgDeploy {
        sender: dev_address(DEPLOYER).to_string(),
        path: manifest.path,
        version: manifest.version,
        files,
        lock,
        library: manifest.library,
        authority: String::new(),
    };
    send(node, DEPLOYER, wrap(url::DEPLOY, &message)).map(Some)
}

/// What of a folder's files is deployed: no tests.
fn sources(files: &[(&str, &str)]) -> Vec<File> {
    let wanted = |name: &str| (name.ends_with(".go") && !name.ends_with("_test.go")) || name == "amigos.toml" || name == "README.md";
    files.iter().filter(|(name, _)| wanted(name)).map(|(name, text)| File { name: name.to_string(), text: text.to_string() }).collect()
}

/// The content hash that a package of these files has once it is deployed.
pub fn hash_of(files: &[(&str, &str)]) -> crate::encode::Hash {
    content_hash(&sources(files))
}

fn set_prices(node: &Node) -> Result<(), String> {
    let view = node.view();
    let mut reports = Vec::new();
    for (pair, values) in PRICES {
        if crate::exec::World::reports(&view, pair)?.is_empty() {
            let report = |(source, value): &(&str, &str)| OracleReport {
                pair: pair.to_string(),
                source: source.to_string(),
                value: value.to_string(),
            };
            reports.extend(values.iter().map(report));
        }
    }
    if reports.is_empty() {
        return Ok(());
    }
    let message = MsgOracleFixture { sender: dev_address(DEPLOYER).to_string(), reports };
    send(node, DEPLOYER, wrap(url::ORACLE_FIXTURE, &message)).map(drop)
}

/// Signs for a development account, sends, and waits; gives the height.
pub fn send(node: &Node, name: &str, message: Any) -> Result<u64, String> {
    let account = numbers(node, &dev_address(name)).map_err(|e| e.to_string())?.unwrap_or_default();
    let draft = Draft {
        messages: vec![message],
        memo: String::new(),
        sequence: account.sequence,
        account_number: account.number,
        chain_id: node.config().chain_id.clone(),
        fee: least_fee(BLOCK_GAS),
        gas_limit: BLOCK_GAS,
    };
    let committed = node.commit(draft.sign(&dev_key(name))).map_err(|e| e.to_string())?;
    match committed.receipt.code {
        code::OK => Ok(committed.height),
        _ => Err(committed.receipt.log),
    }
}
