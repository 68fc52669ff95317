//! Queries in the manner of `abci_query`: a path, data, a height; an answer with room for a proof.

use percent_encoding::percent_decode_str;
use prost::Message;
use serde_json::{Value, json};

use crate::accounts::{dev_address, is_dev_name};
use crate::address::{Address, short};
use crate::encode::base64;
use crate::exec::{Call, Explain, Outcome, QueryError, Status, World};
use crate::execute::{BLOCK_GAS, least_fee, prepare_call, status_error};
use crate::node::Node;
use crate::package::{Deployed, PackageRecord, hash_text};
use crate::proto::{ARGUMENTS_GO, ARGUMENTS_JSON, MsgCall, ObjectKeys, ObjectValue, Objects};
use crate::state::View;
use crate::store::{Proof, SYSTEM, SYSTEM_NAME, StoreError};
use crate::tx::{TxError, code};

/// No answer's value is larger than this, in bytes.
pub const MAX_ANSWER: usize = 8 << 20;
const MAX_OBJECTS: usize = 4096;
const DEFAULT_DEPTH: u32 = 4;
const DEFAULT_CALLS: usize = 50;
const MAX_DEPTH: u32 = 64;

/// A question.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The path, as listed in [`answer`].
    pub path: String,
    /// What goes with it.
    pub data: Vec<u8>,
    /// The height; 0: the last.
    pub height: u64,
    /// Whether a proof is wanted, where there can be one.
    pub prove: bool,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// 0, or why there is none.
    pub code: u32,
    /// The same in words.
    pub log: String,
    /// Besides: the read set of a simulation.
    pub info: String,
    /// The key, of a store query.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
    /// The proof: type, key and data of each operation, from the leaf to the app hash.
    pub proof: Vec<ProofOp>,
    /// The height that the answer is about. Its root stands in the next header.
    pub height: u64,
}

/// One step of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOp {
    /// `ics23:jmt`.
    pub kind: &'static str,
    /// The key that is proved at this step.
    pub key: Vec<u8>,
    /// An encoded `ics23.CommitmentProof`.
    pub data: Vec<u8>,
}

/// Why there is no answer.
struct Problem(u32, String);

/// Codes of answers, beside those of transactions.
pub const NOT_FOUND: u32 = 60;
/// The question cannot be understood.
pub const MALFORMED: u32 = 61;
/// The answer would be too large.
pub const TOO_LARGE: u32 = 62;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Problem(code::INTERNAL, error.to_string())
    }
}

impl From<TxError> for Problem {
    fn from(error: TxError) -> Problem {
        Problem(error.code, error.message)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        let code = match &error {
            QueryError::NotFound(_) => NOT_FOUND,
            QueryError::Malformed(_) | QueryError::Unsupported(_) => MALFORMED,
            QueryError::Failed(_) => code::FAILED,
        };
        Problem(code, error.to_string())
    }
}

/// Answers a question.
///
/// - `/store/PACKAGE/key`: the record under the key in `data`, with a proof. The chain's own namespace is `amigos`.
/// - `/pkg/PATH/info`, `/pkg/PATH/code`, `/pkg/PATH/code@1.2.0`: what is recorded of a package; its files.
/// - `/pkg/PATH/importers`: the packages whose live version has it in its lock: `[{package, version, library, hash}]`.
/// - `/pkg/PATH/state`, `/pkg/PATH/state/EXPRESSION?depth=N`: state as a typed tree.
/// - `/pkg/PATH/calls?limit=N&before=H`: the last transactions that ran its code, newest first.
/// - `/pkg/PATH/eval`: the value of the expression in `data`. `/pkg/PATH/render?PAGE`: a page in Markdown.
/// - `/sim`, `/gas/estimate`: a call (JSON in `data`) on the state of that height; nothing is kept.
/// - `/objs`: many records at once (`Objects` in protobuf). `/accounts/ADDRESS`, `/packages`, `/oracle/PAIR`.
pub fn answer(node: &Node, query: &Query) -> Answer {
    let known = query.height.min(node.height());
    match find(node, query) {
        Ok(answer) if answer.value.len() > MAX_ANSWER => {
            let log = format!(
                "the answer has {} bytes; at most {MAX_ANSWER} are given: ask for a part of it, or for less depth",
                answer.value.len()
            );
            Answer { code: TOO_LARGE, log, height: answer.height, ..Answer::default() }
        }
        Ok(answer) => answer,
        Err(Problem(code, log)) => Answer { code, log, height: if known == 0 { node.height() } else { known }, ..Answer::default() },
    }
}

fn find(node: &Node, query: &Query) -> Result<Answer, Problem> {
    let Some(mut view) = node.view_at(query.height)? else {
        return Err(Problem(NOT_FOUND, format!("height {} is not here yet; the last block is {}", query.height, node.height())));
    };
    let height = view.base();
    let (path, parameters) = query.path.split_once('?').unwrap_or((&query.path, ""));
    let text = || std::str::from_utf8(&query.data).map_err(|_| Problem(MALFORMED, "the data is not UTF-8".into()));
    let value = |value: Value| Ok(Answer { value: value.to_string().into_bytes(), height, ..Answer::default() });
    if let Some(rest) = path.strip_prefix("/store/") {
        let name = rest.strip_suffix("/key").ok_or_else(|| Problem(MALFORMED, "a store query has the path `/store/PACKAGE/key`".into()))?;
        return store(&view, name, &query.data, query.prove, height);
    }
    if let Some(rest) = path.strip_prefix("/pkg/") {
        return package(node, &view, rest, parameters, text()?, height);
    }
    if let Some(address) = path.strip_prefix("/accounts/") {
        return value(account(&view, address)?);
    }
    if let Some(pair) = path.strip_prefix("/oracle/") {
        return value(reports(&view, &decode(pair)?)?);
    }
    match path {
        "/packages" => value(Value::Array(view.packages()?.iter().map(summary).collect())),
        "/objs" => objects(&view, &query.data, height),
        "/sim" => {
            // A call as of now is one in the next block; as of an earlier height, in that block.
            if query.height == 0 {
                view = node.view();
            }
            let (shape, reads, _) = simulate(node, &mut view, text()?)?;
            let info = reads.to_string();
            Ok(Answer { value: shape.to_string().into_bytes(), info, height, ..Answer::default() })
        }
        "/gas/estimate" => {
            if query.height == 0 {
                view = node.view();
            }
            let (_, _, outcome) = simulate(node, &mut view, text()?)?;
            if let Some(error) = status_error(outcome.status, &outcome.message) {
                return Err(error.into());
            }
            let limit = (outcome.gas_used + outcome.gas_used / 4 + 1000).min(BLOCK_GAS);
            value(json!({"used": outcome.gas_used, "limit": limit, "fee": least_fee(limit)}))
        }
        other => Err(Problem(MALFORMED, format!("there are no queries with the path `{}`", short(other)))),
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| Problem(MALFORMED, format!("`{}` is not UTF-8", short(text))))
}

fn store(view: &View, name: &str, key: &[u8], prove: bool, height: u64) -> Result<Answer, Problem> {
    let namespace = if name == SYSTEM_NAME { Some(SYSTEM) } else { view.namespace(name)? };
    let namespace = namespace.ok_or_else(|| Problem(NOT_FOUND, format!("there is no package `{}`", short(name))))?;
    let value = view.get(namespace, key)?;
    let mut answer = Answer { key: key.to_vec(), height, ..Answer::default() };
    if prove && let Some(proof) = view.chain().store.prove(namespace, name, key, height)? {
        answer.proof = operations(key, name, proof);
    }
    match value {
        Some(value) => answer.value = value,
        None => (answer.code, answer.log) = (NOT_FOUND, "there is nothing under this key".into()),
    }
    Ok(answer)
}

fn operations(key: &[u8], name: &str, proof: Proof) -> Vec<ProofOp> {
    let op = |key: &[u8], proof: ics23::CommitmentProof| ProofOp { kind: "ics23:jmt", key: key.to_vec(), data: ics23_bytes(&proof) };
    vec![op(key, proof.value), op(name.as_bytes(), proof.root)]
}

fn ics23_bytes(proof: &ics23::CommitmentProof) -> Vec<u8> {
    proof.encode_to_vec()
}

fn package(node: &Node, view: &View, rest: &str, parameters: &str, data: &str, height: u64) -> Result<Answer, Problem> {
    // No package lies below another, so at most one beginning of the path is a package.
    let ends = rest.match_indices('/').map(|(at, _)| at);
    let mut found = None;
    for end in ends {
        if let Some(name) = view.resolve(&rest[..end])? {
            found = Some((name, &rest[end + 1..]));
            break;
        }
    }
    let Some((name, question)) = found else {
        return Err(Problem(NOT_FOUND, format!("there is no package in `{}`", short(rest))));
    };
    let bytes = |value: Vec<u8>| Ok(Answer { value, height, ..Answer::default() });
    let json = |value: Value| bytes(value.to_string().into_bytes());
    let executor = node.executor();
    let (verb, argument) = question.split_once('/').unwrap_or((question, ""));
    match verb {
        "info" => {
            let record = view.package_record(&name)?.unwrap_or_default();
            json(info(&record, live(view, &name)?.as_deref()))
        }
        "importers" => json(importers(view, &name)?),
        "code" => json(code_of(&*live(view, &name)?.ok_or_else(|| Problem(NOT_FOUND, format!("`{name}` has no code")))?)),
        "render" => bytes(executor.render(&name, &decode(parameters)?, view)?.into_bytes()),
        "eval" => json(executor.eval(&name, data, view)?),
        "calls" => {
            let number = |name: &str| -> Result<u64, Problem> {
                let found = parameters.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
                found.map_or(Ok(0), str::parse).map_err(|_| Problem(MALFORMED, format!("`{name}` is not a number")))
            };
            let limit = usize::try_from(number("limit")?).unwrap_or(usize::MAX);
            json(crate::history::calls(node, view, &name, if limit == 0 { DEFAULT_CALLS } else { limit }, number("before")?)?)
        }
        "state" => {
            let depth = parameters.split('&').find_map(|p| p.strip_prefix("depth=")).map_or(Ok(DEFAULT_DEPTH), str::parse);
            let depth = depth.map_err(|_| Problem(MALFORMED, "`depth` is not a number".into()))?.min(MAX_DEPTH);
            json(executor.state(&name, &decode(argument)?, depth, view)?)
        }
        other => match other.strip_prefix("code@") {
            Some(version) => {
                let record = view.package_record(&name)?.unwrap_or_default();
                let version = version.strip_prefix('v').unwrap_or(version);
                let missing = || Problem(NOT_FOUND, format!("`{name}` has no version `{}`", short(version)));
                let entry = record.versions.iter().find(|entry| entry.version == version).ok_or_else(missing)?;
                json(code_of(&*view.deployed(&name, version, entry.height)?.ok_or_else(missing)?))
            }
            None => Err(Problem(
                MALFORMED,
                format!(
                    "`{}` is not a question about a package; ask for info, code, importers, calls, state, eval or render",
                    short(other)
                ),
            )),
        },
    }
}

/// The packages whose live version has a lock line for `name`.
fn importers(view: &View, name: &str) -> Result<Value, Problem> {
    let mut found = Vec::new();
    for record in view.packages()? {
        let Some(deployed) = live(view, &record.identity())? else { continue };
        let pins = |pin: &crate::proto::Pin| crate::registry::pin_identity(&pin.path, &pin.version).is_ok_and(|pinned| pinned == name);
        if deployed.lock.iter().any(pins) {
            found.push(json!({
                "package": deployed.identity(), "version": deployed.version, "library": deployed.library, "hash": hash_text(&deployed.hash),
            }));
        }
    }
    Ok(Value::Array(found))
}

fn live(view: &View, name: &str) -> Result<Option<std::sync::Arc<Deployed>>, Problem> {
    view.package(name).map_err(|e| Problem(code::INTERNAL, e))
}

/// What is recorded of a package, in short.
fn summary(record: &PackageRecord) -> Value {
    let live = record.live();
    json!({
        "package": record.identity(),
        "path": record.path,
        "major": record.major,
        "version": live.map(|live| live.version.as_str()),
        "hash": live.map(|live| hash_text(&live.hash)),
        "height": live.map(|live| live.height),
        "library": record.library,
        "closed": record.closed,
        "author": record.author,
        "authority": record.authority,
        "address": Address::of_package(&record.identity()).to_string(),
    })
}

fn info(record: &PackageRecord, live: Option<&Deployed>) -> Value {
    let mut shape = summary(record);
    let versions: Vec<Value> =
        record.versions.iter().map(|v| json!({"version": v.version, "hash": hash_text(&v.hash), "height": v.height})).collect();
    shape["versions"] = Value::Array(versions);
    if let Some(live) = live {
        shape["lock"] = lock(live);
        shape["api"] = json!(base64(&live.api));
        shape["rules"] = json!({"compiler": live.compiler, "gas": live.gas_table, "rules": live.rules});
        shape["size"] = json!(live.files.iter().map(|file| file.text.len()).sum::<usize>());
    }
    shape
}

fn lock(deployed: &Deployed) -> Value {
    deployed.lock.iter().map(|pin| json!({"path": pin.path, "version": pin.version, "hash": hash_text(&pin.hash)})).collect()
}

fn code_of(deployed: &Deployed) -> Value {
    let files: Vec<Value> = deployed.files.iter().map(|file| json!({"name": file.name, "text": file.text})).collect();
    json!({
        "package": deployed.identity(),
        "path": deployed.path,
        "version": deployed.version,
        "library": deployed.library,
        "hash": hash_text(&deployed.hash),
        "files": files,
        "lock": lock(deployed),
        "height": deployed.height,
        "author": deployed.author,
    })
}

/// An address, or the name of a development account.
pub fn parse_account(text: &str, dev: bool) -> Result<Address, String> {
    match text.parse() {
        Ok(address) => Ok(address),
        Err(_) if dev && is_dev_name(text) => Ok(dev_address(text)),
        Err(error) => Err(error),
    }
}

fn account(view: &View, text: &str) -> Result<Value, Problem> {
    let address = parse_account(text, true).map_err(|e| Problem(MALFORMED, e))?;
    let account = view.account(&address)?;
    let known = account.is_some();
    let account = account.unwrap_or_default();
    Ok(json!({
        "address": address.to_string(),
        "exists": known,
        "number": account.number.to_string(),
        "sequence": account.sequence.to_string(),
        "balance": account.balance.to_string(),
    }))
}

fn reports(view: &View, pair: &str) -> Result<Value, Problem> {
    let held = view.reports(pair).map_err(|e| Problem(code::INTERNAL, e))?;
    Ok(held
        .iter()
        .filter_map(|held| Some((held, held.report.as_ref()?)))
        .map(|(held, report)| json!({"source": report.source, "value": report.value, "height": held.height}))
        .collect())
}

fn objects(view: &View, data: &[u8], height: u64) -> Result<Answer, Problem> {
    let asked = ObjectKeys::decode(data).map_err(|e| Problem(MALFORMED, format!("the data is not a list of keys: {e}")))?;
    if asked.keys.len() > MAX_OBJECTS {
        return Err(Problem(TOO_LARGE, format!("{} records are asked for; at most {MAX_OBJECTS} are given at once", asked.keys.len())));
    }
    let mut values = Vec::new();
    let mut size = 0;
    for key in &asked.keys {
        let found = view.records(&key.package, &[&key.key]).map_err(|e| Problem(code::INTERNAL, e))?.into_iter().next().flatten();
        size += found.as_ref().map_or(4, |bytes| bytes.len() + 8);
        // Fewer answers than questions: ask again for the rest.
        if size > MAX_ANSWER && !values.is_empty() {
            break;
        }
        values.push(ObjectValue { value: found.map(|bytes| bytes.to_vec()) });
    }
    Ok(Answer { value: Objects { values }.encode_to_vec(), height, ..Answer::default() })
}

/// What is asked of a simulation.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct CallShape {
    package: String,
    #[serde(rename = "func")]
    target: String,
    #[serde(default)]
    args: Vec<Value>,
    #[serde(default)]
    json_args: bool,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: u64,
    #[serde(default)]
    gas: Option<u64>,
    /// Variables to set before the call: path and Go literal.
    #[serde(default)]
    set: Vec<(String, String)>,
    #[serde(default)]
    trace: bool,
}

fn simulate(node: &Node, view: &mut View, data: &str) -> Result<(Value, Value, Outcome), Problem> {
    let dev = node.config().dev;
    let shape: CallShape = serde_json::from_str(data).map_err(|e| Problem(MALFORMED, format!("the data is not a call: {e}")))?;
    let from = shape.from.unwrap_or_else(|| if dev { "alice".into() } else { Address([0; 20]).to_string() });
    let origin = parse_account(&from, dev).map_err(|e| Problem(MALFORMED, e))?;
    let gas = shape.gas.unwrap_or(BLOCK_GAS).min(BLOCK_GAS);
    let arguments = shape.args.iter().map(|v| match v {
        Value::String(text) if !shape.json_args => text.clone(),
        other => other.to_string(),
    });
    let message = MsgCall {
        sender: origin.to_string(),
        package: shape.package,
        target: shape.target,
        arguments: arguments.collect(),
        format: if shape.json_args { ARGUMENTS_JSON } else { ARGUMENTS_GO },
        value: shape.value,
    };
    let mut call = prepare_call(&message, origin, gas, view)?;
    call.overrides = shape.set;
    call.explain = Explain { differences: true, trace: shape.trace };
    let outcome = crate::exec::run_call(&**node.executor(), &call, view);
    if outcome.status == Status::Broken {
        return Err(Problem(code::BROKEN, outcome.message));
    }
    let value = call_shape(&call, &outcome, view.base());
    let reads = outcome.reads.iter().map(|(package, key)| json!([package, base64(key)])).collect();
    Ok((value, reads, outcome))
}

/// The outcome of a call on the state of `height` in the shape of `amigos call --json`.
pub fn call_shape(call: &Call, outcome: &Outcome, height: u64) -> Value {
    let by_package: serde_json::Map<String, Value> = outcome.gas_by_package.iter().map(|(name, gas)| (name.clone(), json!(gas))).collect();
    let events: Vec<Value> = outcome.events.iter().map(event).collect();
    let differences: Vec<Value> =
        outcome.differences.iter().map(|d| json!({"package": d.package, "path": d.path, "before": d.before, "after": d.after})).collect();
    let error = status_error(outcome.status, &outcome.message);
    json!({
        "package": call.package,
        "func": call.target,
        "results": outcome.results,
        "error": error.as_ref().map(|e| e.message.as_str()),
        "status": status_word(outcome.status),
        "code": error.as_ref().map_or(0, |e| e.code),
        "gas": {"used": outcome.gas_used, "bound": null, "by_package": by_package},
        "fee": least_fee(outcome.gas_used),
        "events": events,
        "state_diff": differences,
        "height": height,
        "output": outcome.output,
        "stack": outcome.stack,
        "trace": outcome.trace,
    })
}

/// An event as scripts see it.
fn event(event: &crate::exec::Event) -> Value {
    let attributes: Vec<Value> = event.attributes.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"name": event.name, "package": event.package, "attributes": attributes})
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Done => "done",
        Status::Failed => "failed",
        Status::Panicked => "panicked",
        Status::OutOfGas => "out of gas",
        Status::Exhausted => "exhausted",
        Status::BadCall => "bad call",
        Status::Broken => "broken",
    }
}
