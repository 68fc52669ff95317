//! What a hub's answers mean, read with distrust: every field is checked for its type and its size.

use serde_json::Value;

use super::error::ClientError;
use crate::package::{content_hash, hash_text, parse_hash};
use crate::proto::{File, Pin};

/// The most characters that are kept of a text that is only shown.
const TEXT: usize = 4096;

/// A hub's state of affairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The chain's id.
    pub chain_id: String,
    /// The height of the last block.
    pub height: u64,
    /// Its time, RFC 3339.
    pub time: String,
    /// The root of the state behind the block before the last, in hex.
    pub app_hash: String,
    /// Whether it is a development hub.
    pub dev: bool,
}

/// A deployed package, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSummary {
    /// `path@vN`.
    pub package: String,
    /// Its path.
    pub path: String,
    /// Its major version.
    pub major: u32,
    /// Its live version.
    pub version: String,
    /// The content hash of that, `sha256:…`.
    pub hash: String,
    /// The height at which that was deployed.
    pub height: u64,
    /// Whether it is a library.
    pub library: bool,
    /// Its address.
    pub address: String,
    /// Who deployed it first.
    pub author: String,
    /// Who may upgrade it; empty: nobody.
    pub authority: String,
}

/// A package's source, its hash checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// `path@vN`.
    pub package: String,
    /// Its full version.
    pub version: String,
    /// Whether it is a library.
    pub library: bool,
    /// The content hash of `files`, `sha256:…`.
    pub hash: String,
    /// Its files.
    pub files: Vec<File>,
    /// What it was deployed with.
    pub lock: Vec<Pin>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// Its address.
    pub address: String,
    /// Whether it ever appeared on the chain.
    pub exists: bool,
    /// Its number.
    pub number: u64,
    /// Its next sequence number.
    pub sequence: u64,
    /// Its coins in micro-amg.
    pub balance: u64,
}

/// An answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The value.
    pub value: Vec<u8>,
    /// Besides.
    pub info: String,
    /// The height that it is about.
    pub height: u64,
    /// The proof's operations: type, key and data.
    pub proof: Vec<(String, Vec<u8>, Vec<u8>)>,
}

/// Where a transaction of the past is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCall {
    /// Its block.
    pub height: u64,
    /// Its place in it.
    pub index: usize,
    /// Its hash in hex.
    pub hash: String,
}

/// A block with what became of its transactions.
#[derive(Clone, Debug, PartialEq)]
pub struct PastBlock {
    /// Its height.
    pub height: u64,
    /// Its time in nanoseconds since 1970.
    pub time: u64,
    /// The bytes of its transactions, in order.
    pub transactions: Vec<Vec<u8>>,
    /// What became of each.
    pub receipts: Vec<Receipt>,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The transaction's hash in hex.
    pub hash: String,
    /// The block; 0 if it never came into one.
    pub height: u64,
    /// 0: done.
    pub code: u32,
    /// Why not, in words.
    pub log: String,
    /// The results of its messages as JSON: an array of arrays.
    pub results: Value,
    /// The gas that was allowed.
    pub gas_wanted: u64,
    /// The gas that was used.
    pub gas_used: u64,
    /// The fee in micro-amg.
    pub fee: u64,
    /// The gas by package.
    pub gas_by_package: Vec<(String, u64)>,
    /// The events: `[{"type","attributes":[{"key","value"}]}]`.
    pub events: Value,
}

fn malformed(what: impl Into<String>) -> ClientError {
    ClientError::Malformed { what: what.into() }
}

/// A field of an object.
pub(super) fn field<'a>(value: &'a Value, path: &str) -> Result<&'a Value, ClientError> {
    path.split('.').try_fold(value, |value, name| value.get(name)).ok_or_else(|| malformed(format!("`{path}` is missing")))
}

/// A text, cut to a length that can be shown.
pub(super) fn text(value: &Value, path: &str) -> Result<String, ClientError> {
    let text = field(value, path)?.as_str().ok_or_else(|| malformed(format!("`{path}` is not a text")))?;
    Ok(text.chars().take(TEXT).collect())
}

/// A number, as one or as a text.
pub(super) fn number(value: &Value, path: &str) -> Result<u64, ClientError> {
    let found = field(value, path)?;
    found.as_u64().or_else(|| found.as_str()?.parse().ok()).ok_or_else(|| malformed(format!("`{path}` is not a number")))
}

fn flag(value: &Value, path: &str) -> Result<bool, ClientError> {
    field(value, path)?.as_bool().ok_or_else(|| malformed(format!("`{path}` is not a yes or no")))
}

/// Bytes in base64; `null` is none.
pub(super) fn bytes(value: &Value, path: &str) -> Result<Vec<u8>, ClientError> {
    match field(value, path)? {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => crate::encode::unbase64(text).ok_or_else(|| malformed(format!("`{path}` is not base64"))),
        _ => Err(malformed(format!("`{path}` is not a text"))),
    }
}

impl Status {
    pub(super) fn read(value: &Value) -> Result<Status, ClientError> {
        Ok(Status {
            chain_id: text(value, "node_info.network")?,
            height: number(value, "sync_info.latest_block_height")?,
            time: text(value, "sync_info.latest_block_time")?,
            app_hash: text(value, "sync_info.latest_app_hash")?,
            dev: text(value, "node_info.other.dev").is_ok_and(|dev| dev == "true"),
        })
    }
}

impl PackageSummary {
    pub(super) fn read(value: &Value) -> Result<PackageSummary, ClientError> {
        let hash = text(value, "hash")?;
        if parse_hash(&hash).is_none() {
            return Err(malformed("`hash` is not a content hash"));
        }
        let version = text(value, "version")?;
        version.parse::<crate::package::Version>().map_err(malformed)?;
        let path = text(value, "path")?;
        crate::package::check_path(&path).map_err(malformed)?;
        let major = u32::try_from(number(value, "major")?).map_err(|_| malformed("`major` is too large"))?;
        Ok(PackageSummary {
            package: crate::package::identity(&path, major),
            path,
            major,
            version,
            hash,
            height: number(value, "height")?,
            library: flag(value, "library")?,
            address: text(value, "address")?,
            author: text(value, "author")?,
            authority: text(value, "authority")?,
        })
    }
}

impl Code {
    /// Reads code and checks its hash: against `expected` if that is given, else against the hash that it states.
    pub(super) fn read(value: &Value, expected: Option<&str>) -> Result<Code, ClientError> {
        let mut files = Vec::new();
        for file in field(value, "files")?.as_array().ok_or_else(|| malformed("`files` is not a list"))? {
            let of = |name: &str| {
                field(file, name)?.as_str().map(str::to_string).ok_or_else(|| malformed(format!("a file's `{name}` is not a text")))
            };
            let file = File { name: of("name")?, text: of("text")? };
            // Names become names of files in a cache: nothing that leads out of a folder.
            if file.name.is_empty() || file.name.starts_with('.') || file.name.contains(['/', '\\', ':', '\0']) {
                return Err(malformed("a file's name is not the name of a file"));
            }
            files.push(file);
        }
        let got = hash_text(&content_hash(&files));
        let expected = match expected {
            Some(expected) => expected.to_string(),
            None => text(value, "hash")?,
        };
        let package = text(value, "package")?;
        if got != expected {
            return Err(ClientError::WrongHash { what: package, expected, got });
        }
        let mut lock = Vec::new();
        for pin in field(value, "lock")?.as_array().ok_or_else(|| malformed("`lock` is not a list"))? {
            let hash = parse_hash(&text(pin, "hash")?).ok_or_else(|| malformed("a lock line's `hash` is not a content hash"))?;
            lock.push(Pin { path: text(pin, "path")?, version: text(pin, "version")?, hash: hash.to_vec() });
        }
        Ok(Code { package, version: text(value, "version")?, library: flag(value, "library")?, hash: got, files, lock })
    }
}

impl AccountInfo {
    pub(super) fn read(value: &Value) -> Result<AccountInfo, ClientError> {
        Ok(AccountInfo {
            address: text(value, "address")?,
            exists: flag(value, "exists")?,
            number: number(value, "number")?,
            sequence: number(value, "sequence")?,
            balance: number(value, "balance")?,
        })
    }
}

impl Answer {
    pub(super) fn read(value: &Value) -> Result<Answer, ClientError> {
        let response = field(value, "response")?;
        let code = number(response, "code")?;
        if code != 0 {
            return Err(ClientError::Refused { code: code as i64, message: text(response, "log")? });
        }
        let mut proof = Vec::new();
        if let Some(ops) = response.get("proofOps").and_then(|proof| proof.get("ops")).and_then(Value::as_array) {
            for op in ops {
                proof.push((text(op, "type")?, bytes(op, "key")?, bytes(op, "data")?));
            }
        }
        let info = field(response, "info")?.as_str().ok_or_else(|| malformed("`info` is not a text"))?.to_string();
        Ok(Answer { value: bytes(response, "value")?, info, height: number(response, "height")?, proof })
    }
}

impl Receipt {
    /// From the answer of `broadcast_tx_commit`.
    pub(super) fn read(value: &Value) -> Result<Receipt, ClientError> {
        let check = field(value, "check_tx")?;
        let result = field(value, "tx_result")?;
        let refused = number(check, "code")? != 0;
        let of = if refused { check } else { result };
        Receipt::of_result(of, text(value, "hash")?, number(value, "height")?)
    }

    /// Reads the result of a transaction in a block.
    fn of_result(of: &Value, hash: String, height: u64) -> Result<Receipt, ClientError> {
        let info: Value = serde_json::from_str(&text(of, "info")?).unwrap_or(Value::Null);
        let shares = info.get("gas_by_package").and_then(Value::as_object);
        let data = bytes(of, "data")?;
        Ok(Receipt {
            hash,
            height,
            code: u32::try_from(number(of, "code")?).map_err(|_| malformed("`code` is too large"))?,
            log: text(of, "log")?,
            results: serde_json::from_slice(&data).unwrap_or(Value::Null),
            gas_wanted: number(of, "gas_wanted")?,
            gas_used: number(of, "gas_used")?,
            fee: info.get("fee").and_then(Value::as_u64).unwrap_or(0),
            gas_by_package: shares.into_iter().flatten().map(|(name, gas)| (name.clone(), gas.as_u64().unwrap_or(0))).collect(),
            events: field(of, "events")?.clone(),
        })
    }
}

impl PastCall {
    pub(super) fn read(value: &Value) -> Result<PastCall, ClientError> {
        let index = usize::try_from(number(value, "index")?).map_err(|_| malformed("`index` is too large"))?;
        Ok(PastCall { height: number(value, "height")?, index, hash: text(value, "hash")? })
    }
}

impl PastBlock {
    /// Reads the answers to `block` and `block_results`.
    pub(super) fn read(block: &Value, results: &Value) -> Result<PastBlock, ClientError> {
        let header = field(block, "block.header")?;
        let height = number(header, "height")?;
        let time = crate::encode::parse_rfc3339(&text(header, "time")?).ok_or_else(|| malformed("`time` is not a time"))?;
        let listed = field(block, "block.data.txs")?.as_array().ok_or_else(|| malformed("`txs` is not a list"))?;
        let decode = |tx: &Value| tx.as_str().and_then(crate::encode::unbase64).ok_or_else(|| malformed("a transaction is not base64"));
        let transactions: Vec<Vec<u8>> = listed.iter().map(decode).collect::<Result<_, _>>()?;
        let done = match field(results, "txs_results")? {
            Value::Null => &[][..],
            Value::Array(list) => list,
            _ => return Err(malformed("`txs_results` is not a list")),
        };
        if number(results, "height")? != height || done.len() != transactions.len() {
            return Err(malformed("a block and its results do not fit together"));
        }
        let hash = |bytes: &[u8]| crate::encode::hex(&crate::encode::sha256(bytes));
        let receipts = done.iter().zip(&transactions).map(|(result, bytes)| Receipt::of_result(result, hash(bytes), height));
        Ok(PastBlock { height, time, receipts: receipts.collect::<Result<_, _>>()?, transactions })
    }
}
