//! A blocking client of a hub. It treats the hub as hostile: answers are bounded in size and time, their types are checked,
//! code is checked against its hash, and the chain against the one that is expected.

mod data;
mod error;
mod subscribe;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use prost::Message;
use serde_json::{Value, json};

pub use data::{AccountInfo, Answer, Code, PackageSummary, PastBlock, PastCall, Receipt, Status};
pub use error::ClientError;
pub use subscribe::{BlockNotice, Subscription};

use crate::address::Address;
use crate::encode::{base64, hex};
use crate::execute::{BLOCK_GAS, least_fee};
use crate::proto::{ObjectKey, ObjectKeys, Objects};
use crate::query::NOT_FOUND;
use crate::tx::Draft;

/// How much is taken from a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest answer in bytes.
    pub response: u64,
    /// How long to wait for a connection.
    pub connect: Duration,
    /// How long to wait for an answer.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { response: 16 << 20, connect: Duration::from_secs(2), answer: Duration::from_secs(10) }
    }
}

/// Records in the order of their keys; `None` where there is none.
pub type Records = Vec<Option<Vec<u8>>>;

/// A client of one hub. Cheap to clone; may be used from many threads.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    /// `http://host:port`, without a slash at the end.
    url: String,
    token: Option<String>,
    chain: Option<String>,
    limits: Limits,
    next_id: std::sync::Arc<AtomicU64>,
}

/// A call to be simulated or sent.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct CallRequest {
    /// `path@vN`, or a path for its newest major.
    pub package: String,
    /// The function, or a method on a value: `Posts[12].Upvote`.
    pub func: String,
    /// The arguments: Go literals as texts, or JSON.
    pub args: Vec<Value>,
    /// Whether the arguments are JSON.
    pub json_args: bool,
    /// Who calls: an address, or a development account's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Coins to send along, in micro-amg.
    pub value: u64,
    /// The gas that may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gas: Option<u64>,
}

impl Client {
    /// A client of the hub at `url` (`http://127.0.0.1:26657`). Nothing is sent yet.
    ///
    /// Errors: the URL is not one of this form.
    pub fn new(url: &str) -> Result<Client, ClientError> {
        Client::with(url, None, None, Limits::default())
    }

    /// A client with a token, an expected chain id and limits.
    pub fn with(url: &str, token: Option<String>, chain: Option<String>, limits: Limits) -> Result<Client, ClientError> {
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("http://").filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@']));
        if host.is_none() {
            let reason = "the address should have the form `http://host:port`".to_string();
            return Err(ClientError::Down { url: crate::address::short(url), reason });
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(limits.connect))
            .timeout_global(Some(limits.answer))
            .max_redirects(0)
            .proxy(None)
            .build();
        Ok(Client { agent: config.new_agent(), url: url.into(), token, chain, limits, next_id: Default::default() })
    }

    /// The hub's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Calls a method of the interface.
    pub fn call(&self, method: &str, params: Value) -> Result<Value, ClientError> {
        self.call_within(method, params, self.limits.answer)
    }

    fn call_within(&self, method: &str, params: Value, patience: Duration) -> Result<Value, ClientError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string();
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.config().timeout_global(Some(patience)).build();
        let explain = |error: ureq::Error| self.explain(error, patience);
        let mut response = request.send(body).map_err(explain)?;
        let bytes = response.body_mut().with_config().limit(self.limits.response).read_to_vec().map_err(explain)?;
        let malformed = |what: String| ClientError::Malformed { what };
        let answer: Value = serde_json::from_slice(&bytes).map_err(|e| malformed(format!("it is not JSON: {e}")))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let code = error.get("code").and_then(Value::as_i64).unwrap_or(0);
            let of = |name: &str| error.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let message = of("data").or(of("message")).unwrap_or("the hub refused without a reason");
            return Err(ClientError::Refused { code, message: message.chars().take(4096).collect() });
        }
        if answer.get("id") != Some(&json!(id)) {
            return Err(malformed("it is the answer to another question".into()));
        }
        match answer {
            Value::Object(mut map) => map.remove("result").ok_or_else(|| malformed("`result` is missing".into())),
            _ => Err(malformed("it is not an object".into())),
        }
    }

    fn explain(&self, error: ureq::Error, patience: Duration) -> ClientError {
        match error {
            ureq::Error::Timeout(_) => ClientError::Slow { url: self.url.clone(), after: patience },
            ureq::Error::BodyExceedsLimit(limit) => ClientError::TooBig { limit },
            ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::TimedOut => ClientError::Slow { url: self.url.clone(), after: patience },
            ureq::Error::Http(e) => ClientError::Malformed { what: e.to_string() },
            ureq::Error::Protocol(e) => ClientError::Malformed { what: e.to_string() },
            ureq::Error::LargeResponseHeader(..) => ClientError::Malformed { what: "its header is too long".into() },
            other => ClientError::Down { url: self.url.clone(), reason: other.to_string() },
        }
    }

    /// The hub's state of affairs; checks the chain id if one is expected.
    pub fn status(&self) -> Result<Status, ClientError> {
        let status = Status::read(&self.call("status", json!({}))?)?;
        match &self.chain {
            Some(expected) if *expected != status.chain_id => {
                Err(ClientError::WrongChain { expected: expected.clone(), got: status.chain_id })
            }
            _ => Ok(status),
        }
    }

    /// Asks a query (`query::answer` lists the paths). Height 0 is the last.
    pub fn query(&self, path: &str, data: &[u8], height: u64, prove: bool) -> Result<Answer, ClientError> {
        let params = json!({"path": path, "data": hex(data), "height": height.to_string(), "prove": prove});
        let answer = Answer::read(&self.call("abci_query", params)?)?;
        if height != 0 && answer.height != height {
            return Err(ClientError::Malformed { what: format!("it is about height {}, not {height}", answer.height) });
        }
        Ok(answer)
    }

    fn query_json(&self, path: &str, data: &[u8], height: u64) -> Result<(Value, u64), ClientError> {
        let answer = self.query(path, data, height, false)?;
        let value =
            serde_json::from_slice(&answer.value).map_err(|e| ClientError::Malformed { what: format!("the value is not JSON: {e}") })?;
        Ok((value, answer.height))
    }

    /// All packages.
    pub fn packages(&self) -> Result<Vec<PackageSummary>, ClientError> {
        let (value, _) = self.query_json("/packages", &[], 0)?;
        let list = value.as_array().ok_or_else(|| ClientError::Malformed { what: "the index is not a list".into() })?;
        list.iter().map(PackageSummary::read).collect()
    }

    /// A package by path or `path@vN`; `None` if there is none.
    pub fn package(&self, name: &str) -> Result<Option<PackageSummary>, ClientError> {
        match self.query_json(&format!("/pkg/{name}/info"), &[], 0) {
            Ok((value, _)) => PackageSummary::read(&value).map(Some),
            Err(ClientError::Refused { code, .. }) if code == i64::from(NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The packages (`path@vN`) whose live version imports this one, directly or by way of others.
    pub fn importers(&self, name: &str) -> Result<Vec<String>, ClientError> {
        let (value, _) = self.query_json(&format!("/pkg/{name}/importers"), &[], 0)?;
        let list = value.as_array().ok_or_else(|| ClientError::Malformed { what: "the importers are not a list".into() })?;
        list.iter().map(|entry| data::text(entry, "package")).collect()
    }

    /// A package's code: of a full version or the live one, with the content hash that is expected (from a lock) or none.
    pub fn code(&self, name: &str, version: Option<&str>, hash: Option<&str>) -> Result<Code, ClientError> {
        let suffix = version.map(|version| format!("@{version}")).unwrap_or_default();
        let (value, _) = self.query_json(&format!("/pkg/{name}/code{suffix}"), &[], 0)?;
        let code = Code::read(&value, hash)?;
        if version.is_some_and(|version| version != code.version) {
            return Err(ClientError::Malformed { what: format!("it is version {} of `{name}`", code.version) });
        }
        Ok(code)
    }

    /// A package as it was at a height (0: the last): in short, with its code. `None` if it was not there.
    pub fn deployed(&self, name: &str, height: u64) -> Result<Option<(PackageSummary, Code)>, ClientError> {
        let summary = match self.query_json(&format!("/pkg/{name}/info"), &[], height) {
            Ok((value, _)) => PackageSummary::read(&value)?,
            Err(ClientError::Refused { code, .. }) if code == i64::from(NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (value, _) = self.query_json(&format!("/pkg/{name}/code"), &[], height)?;
        let code = Code::read(&value, Some(&summary.hash))?;
        Ok(Some((summary, code)))
    }

    /// The last `limit` transactions that called a package or ran its code, newest first.
    pub fn calls(&self, name: &str, limit: usize) -> Result<Vec<PastCall>, ClientError> {
        let mut found: Vec<PastCall> = Vec::new();
        let mut before = 0;
        loop {
            let left = limit.saturating_sub(found.len());
            let (answer, _) = self.query_json(&format!("/pkg/{name}/calls?limit={left}&before={before}"), &[], 0)?;
            let list =
                data::field(&answer, "calls")?.as_array().ok_or_else(|| ClientError::Malformed { what: "`calls` is not a list".into() })?;
            for one in list {
                found.push(PastCall::read(one)?);
            }
            let next = answer.get("next").and_then(Value::as_u64);
            // A hub that does not come nearer to the first block would be asked for ever.
            match next.filter(|next| before == 0 || *next < before) {
                Some(next) if found.len() < limit => before = next,
                _ => break,
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// A block with what became of its transactions.
    pub fn block(&self, height: u64) -> Result<PastBlock, ClientError> {
        let at = json!({"height": height.to_string()});
        let block = self.call("block", at.clone())?;
        PastBlock::read(&block, &self.call("block_results", at)?)
    }

    /// The time of a block in nanoseconds since 1970.
    pub fn block_time(&self, height: u64) -> Result<u64, ClientError> {
        let answer = self.call("header", json!({"height": height.to_string()}))?;
        let time = data::text(&answer, "header.time")?;
        crate::encode::parse_rfc3339(&time).ok_or_else(|| ClientError::Malformed { what: "`time` is not a time".into() })
    }

    /// A package's state, or the part at `path`, as a typed tree, and its height.
    pub fn state(&self, name: &str, path: &str, depth: u32, height: u64) -> Result<(Value, u64), ClientError> {
        let path = if path.is_empty() { String::new() } else { format!("/{}", percent(path)) };
        self.query_json(&format!("/pkg/{name}/state{path}?depth={depth}"), &[], height)
    }

    /// The value of an expression over a package's exported names.
    pub fn eval(&self, name: &str, expression: &str, height: u64) -> Result<(Value, u64), ClientError> {
        self.query_json(&format!("/pkg/{name}/eval"), expression.as_bytes(), height)
    }

    /// A package's page in Markdown. It is text from strangers.
    pub fn render(&self, name: &str, path: &str, height: u64) -> Result<String, ClientError> {
        let answer = self.query(&format!("/pkg/{name}/render?{}", percent(path)), &[], height, false)?;
        String::from_utf8(answer.value).map_err(|_| ClientError::Malformed { what: "the page is not UTF-8".into() })
    }

    /// Simulates a call: the shape of `amigos call --json`.
    pub fn simulate(&self, call: &CallRequest, height: u64) -> Result<Value, ClientError> {
        let data = serde_json::to_vec(call).map_err(|e| ClientError::Malformed { what: e.to_string() })?;
        Ok(self.query_json("/sim", &data, height)?.0)
    }

    /// Records by package and key, at a height; and that height.
    pub fn objects(&self, keys: &[ObjectKey], height: u64) -> Result<(Records, u64), ClientError> {
        let mut values = Vec::with_capacity(keys.len());
        let mut at = height;
        while let Some(rest) = keys.get(values.len()..).filter(|rest| !rest.is_empty()) {
            let ask = ObjectKeys { keys: rest.iter().take(4096).cloned().collect() };
            let answer = self.query("/objs", &ask.encode_to_vec(), at, false)?;
            at = answer.height;
            let got = Objects::decode(answer.value.as_slice()).map_err(|e| ClientError::Malformed { what: e.to_string() })?;
            if got.values.is_empty() || got.values.len() > ask.keys.len() {
                return Err(ClientError::Malformed { what: format!("{} records came for {} keys", got.values.len(), ask.keys.len()) });
            }
            values.extend(got.values.into_iter().map(|value| value.value));
        }
        Ok((values, at))
    }

    /// An account by address or, on a development hub, by name.
    pub fn account(&self, who: &str) -> Result<AccountInfo, ClientError> {
        AccountInfo::read(&self.query_json(&format!("/accounts/{}", percent(who)), &[], 0)?.0)
    }

    /// Sends a signed transaction and waits until it is in a block.
    pub fn broadcast_commit(&self, tx: &[u8]) -> Result<Receipt, ClientError> {
        let patience = self.limits.answer.max(Duration::from_secs(30));
        Receipt::read(&self.call_within("broadcast_tx_commit", json!({"tx": base64(tx)}), patience)?)
    }

    /// Has a development hub sign messages (JSON, as `amigos_devSign` takes them) for one of its named accounts.
    pub fn dev_sign(&self, name: &str, messages: Value, gas: u64) -> Result<Vec<u8>, ClientError> {
        let answer = self.call("amigos_devSign", json!({"name": name, "messages": messages, "gas": gas}))?;
        data::bytes(&answer, "tx")
    }

    /// Signs for a named account of a development hub, sends, and waits.
    pub fn dev_send(&self, name: &str, messages: Value, gas: u64) -> Result<Receipt, ClientError> {
        self.broadcast_commit(&self.dev_sign(name, messages, gas)?)
    }

    /// Signs messages (JSON, as in [`crate::message`]) with a key of one's own, sends them, and waits until they are in a block.
    /// `gas` 0 asks for a whole block's; the fee is the least that the hub takes.
    pub fn send(&self, key: &SigningKey, messages: Value, gas: u64) -> Result<Receipt, ClientError> {
        let from = Address::of_key(&key.verifying_key().to_bytes());
        let refused = |message: String| ClientError::Refused { code: 0, message };
        let messages = crate::message::from_json(messages, from).map_err(refused)?;
        let account = self.account(&from.to_string())?;
        let gas_limit = if gas == 0 { BLOCK_GAS } else { gas };
        let draft = Draft {
            messages,
            memo: String::new(),
            sequence: account.sequence,
            account_number: account.number,
            chain_id: self.status()?.chain_id,
            fee: least_fee(gas_limit),
            gas_limit,
        };
        self.broadcast_commit(&draft.sign(key))
    }

    /// Calls `tell` on a thread for each new block, reconnecting as long as the subscription lives.
    pub fn subscribe(&self, tell: impl FnMut(BlockNotice) + Send + 'static) -> Subscription {
        subscribe::start(self.url.clone(), self.token.clone(), self.limits, tell)
    }
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
