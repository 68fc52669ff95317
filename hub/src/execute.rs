//! Executing transactions: what must hold before one is let in, the fee, its messages, its receipt.

use serde_json::{Value, json};

use crate::address::{Address, short};
use crate::calls::Calls;
use crate::exec::{Arguments, Call, Event, Explain, Outcome, Status, World};
use crate::proto::{ARGUMENTS_GO, ARGUMENTS_JSON, MsgCall, MsgOracleFixture, MsgSetAuthority};
use crate::registry;
use crate::state::{HeldReport, Reports, View, key};
use crate::store::StoreError;
use crate::tx::{Message, Transaction, TxError, code};

/// The gas of a block, and so of one transaction.
pub const BLOCK_GAS: u64 = 10_000_000;
/// Gas of moving coins.
pub const SEND_GAS: u64 = 1_000;
/// Gas of an oracle report.
pub const REPORT_GAS: u64 = 1_000;
/// The least fee, in micro-amg.
pub const LEAST_FEE: u64 = 100;
/// Gas for one micro-amg.
pub const GAS_PER_COIN: u64 = 1_000;
/// The part of a fee, in percent, that goes to the authors of the packages that did the work.
pub const AUTHORS_PERCENT: u64 = 50;

/// The least fee for a gas limit, in micro-amg.
pub fn least_fee(gas_limit: u64) -> u64 {
    LEAST_FEE.max(gas_limit.div_ceil(GAS_PER_COIN))
}

/// Where fees go that are nobody's.
pub fn fee_pool() -> Address {
    Address::of_module("fees")
}

/// What became of a transaction.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Receipt {
    /// 0 is done; see [`code`].
    #[prost(uint32, tag = "1")]
    pub code: u32,
    /// The results of its messages as a JSON array of arrays.
    #[prost(bytes = "vec", tag = "2")]
    pub data: Vec<u8>,
    /// The error in words.
    #[prost(string, tag = "3")]
    pub log: String,
    #[prost(uint64, tag = "4")]
    pub gas_wanted: u64,
    #[prost(uint64, tag = "5")]
    pub gas_used: u64,
    #[prost(message, repeated, tag = "6")]
    pub events: Vec<EventRecord>,
    #[prost(message, repeated, tag = "7")]
    pub gas_by_package: Vec<GasShare>,
    /// The fee in micro-amg.
    #[prost(uint64, tag = "8")]
    pub fee: u64,
}

/// An event in a receipt, in CometBFT's shape.
#[derive(Clone, PartialEq, prost::Message)]
pub struct EventRecord {
    #[prost(string, tag = "1")]
    pub kind: String,
    #[prost(message, repeated, tag = "2")]
    pub attributes: Vec<Attribute>,
}

/// A name and a value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Attribute {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

/// The gas that a package's code used.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GasShare {
    #[prost(string, tag = "1")]
    pub package: String,
    #[prost(uint64, tag = "2")]
    pub gas: u64,
}

impl EventRecord {
    /// An event of the chain itself.
    pub fn new(kind: &str, attributes: &[(&str, &str)]) -> EventRecord {
        let attributes = attributes.iter().map(|(key, value)| Attribute { key: (*key).into(), value: (*value).into() }).collect();
        EventRecord { kind: kind.into(), attributes }
    }
}

/// What must hold before a transaction may enter a block: signature, number, fee.
pub fn check(tx: &Transaction, view: &View) -> Result<(), TxError> {
    check_numbers(tx, view, false)?;
    let account = view.account(&tx.signer).map_err(internal)?.unwrap_or_default();
    tx.verify(&view.chain().chain_id, account.number)
}

/// The part of [`check`] that depends on state; with `later`, sequence numbers to come are accepted.
pub fn check_numbers(tx: &Transaction, view: &View, later: bool) -> Result<(), TxError> {
    if tx.timeout_height != 0 && view.height() > tx.timeout_height {
        return Err(TxError::new(
            code::TIMED_OUT,
            format!("the transaction was valid up to height {}; it is {} now", tx.timeout_height, view.height()),
        ));
    }
    if tx.gas_limit == 0 || tx.gas_limit > BLOCK_GAS {
        return Err(TxError::new(code::OUT_OF_GAS, format!("the gas limit is {}; it must be from 1 to {BLOCK_GAS}", tx.gas_limit)));
    }
    if tx.fee < least_fee(tx.gas_limit) {
        let least = least_fee(tx.gas_limit);
        return Err(TxError::new(
            code::INSUFFICIENT_FEE,
            format!("the fee is {}uamg; {} gas cost at least {least}uamg", tx.fee, tx.gas_limit),
        ));
    }
    let Some(account) = view.account(&tx.signer).map_err(internal)? else {
        return Err(TxError::new(code::INSUFFICIENT_FUNDS, format!("`{}` has no coins on `{}`", tx.signer, view.chain().chain_id)));
    };
    if tx.sequence != account.sequence && !(later && tx.sequence > account.sequence) {
        return Err(TxError::new(
            code::SEQUENCE,
            format!("the transaction has sequence number {}; the next of `{}` is {}", tx.sequence, tx.signer, account.sequence),
        ));
    }
    if account.balance < tx.fee {
        return Err(TxError::new(
            code::INSUFFICIENT_FUNDS,
            format!("`{}` has {}uamg; the fee is {}uamg", tx.signer, account.balance, tx.fee),
        ));
    }
    Ok(())
}

/// Executes a transaction that [`check`] let in. A failed one leaves its fee and its sequence number and nothing else.
///
/// Errors: the store fails; then the block cannot be made.
pub fn execute(tx: &Transaction, view: &mut View, calls: &mut Calls, dev: bool) -> Result<Receipt, StoreError> {
    let batched = calls.prepare(&tx.messages, view)?;
    let mut account = view.account(&tx.signer)?.unwrap_or_default();
    account.balance = account.balance.saturating_sub(tx.fee);
    account.sequence += 1;
    view.put_account(&tx.signer, account)?;

    let mut run = Run { gas_left: tx.gas_limit, ..Run::default() };
    view.begin();
    let mut failure = None;
    for message in &tx.messages {
        if let Err(error) = run.message(message, tx.signer, view, (&mut *calls, batched), dev) {
            if error.code == code::INTERNAL {
                return Err(StoreError::Engine(error.message));
            }
            failure = Some(error);
            break;
        }
    }
    match failure {
        None => view.keep(),
        Some(_) => view.undo(),
    }
    let gas_used = tx.gas_limit - run.gas_left;
    pay_authors(tx.fee, &run.gas_by_package, gas_used, view)?;
    let paid = [("fee", &*format!("{}uamg", tx.fee)), ("acc_seq", &*format!("{}/{}", tx.signer, tx.sequence))];
    let mut events = vec![EventRecord::new("tx", &paid)];
    let (code, log) = match failure {
        None => {
            events.extend(run.events.iter().map(event_record));
            (code::OK, String::new())
        }
        Some(error) => (error.code, error.message),
    };
    let data = if code == code::OK { Value::Array(run.results).to_string().into_bytes() } else { Vec::new() };
    let gas_by_package = run.gas_by_package.into_iter().map(|(package, gas)| GasShare { package, gas }).collect();
    Ok(Receipt { code, data, log, gas_wanted: tx.gas_limit, gas_used, events, gas_by_package, fee: tx.fee })
}

/// Half of the fee goes to the authors of the packages, by gas; what is left goes to the pool.
fn pay_authors(fee: u64, shares: &[(String, u64)], gas_used: u64, view: &mut View) -> Result<(), StoreError> {
    let mut left = fee;
    for (package, gas) in shares {
        let part = u128::from(fee) * u128::from(AUTHORS_PERCENT) * u128::from(*gas) / (100 * u128::from(gas_used.max(1)));
        let part = u64::try_from(part).unwrap_or(0).min(left);
        let Some(record) = view.package_record(package)? else { continue };
        let Ok(author) = record.author.parse::<Address>() else { continue };
        if part > 0 {
            let balance = view.account(&author)?.unwrap_or_default().balance;
            view.set_balance(&author, balance.saturating_add(part))?;
            left -= part;
        }
    }
    let pool = view.account(&fee_pool())?.unwrap_or_default().balance;
    view.set_balance(&fee_pool(), pool.saturating_add(left))
}

fn event_record(event: &Event) -> EventRecord {
    let mut attributes: Vec<Attribute> =
        event.attributes.iter().map(|(key, value)| Attribute { key: key.clone(), value: value.clone() }).collect();
    if !event.package.is_empty() {
        attributes.push(Attribute { key: "_package".into(), value: event.package.clone() });
        attributes.push(Attribute { key: "_address".into(), value: Address::of_package(&event.package).to_string() });
    }
    EventRecord { kind: event.name.clone(), attributes }
}

#[derive(Default)]
struct Run {
    gas_left: u64,
    gas_by_package: Vec<(String, u64)>,
    events: Vec<Event>,
    results: Vec<Value>,
}

impl Run {
    fn message(
        &mut self,
        message: &Message,
        sender: Address,
        view: &mut View,
        (calls, batched): (&mut Calls, bool),
        dev: bool,
    ) -> Result<(), TxError> {
        match message {
            Message::Send { to, amount } => self.send(sender, *to, *amount, view),
            Message::Deploy(message) => {
                let (outcome, deployed) = registry::deploy(message, sender, self.gas_left, view, calls.executor)?;
                let shape =
                    json!({"package": deployed.identity(), "version": deployed.version, "hash": crate::package::hash_text(&deployed.hash)});
                self.take(outcome)?;
                self.results.push(Value::Array(vec![shape]));
                self.events.push(chain_event("deploy", &[("package", &deployed.identity()), ("version", &deployed.version)]));
                Ok(())
            }
            Message::Call(message) => {
                let call = prepare_call(message, sender, self.gas_left, view)?;
                let mut outcome = calls.call(&call, batched, view);
                if outcome.status == Status::Done {
                    registry::apply(&outcome, view).map_err(internal)?;
                }
                let results = std::mem::take(&mut outcome.results);
                self.take(outcome)?;
                self.results.push(Value::Array(results));
                Ok(())
            }
            Message::OracleFixture(message) => self.oracle_fixture(message, view, dev),
            Message::SetAuthority(message) => self.set_authority(message, sender, view),
        }
    }

    fn spend(&mut self, gas: u64) -> Result<(), TxError> {
        match self.gas_left.checked_sub(gas) {
            Some(left) => self.gas_left = left,
            None => {
                self.gas_left = 0;
                return Err(TxError::new(code::OUT_OF_GAS, "out of gas"));
            }
        }
        Ok(())
    }

    /// Books a call's gas and events; gives its error if it failed.
    fn take(&mut self, outcome: Outcome) -> Result<(), TxError> {
        self.gas_left = self.gas_left.saturating_sub(outcome.gas_used);
        for (package, gas) in outcome.gas_by_package {
            match self.gas_by_package.binary_search_by(|(name, _)| name.cmp(&package)) {
                Ok(at) => self.gas_by_package[at].1 += gas,
                Err(at) => self.gas_by_package.insert(at, (package, gas)),
            }
        }
        if let Some(error) = status_error(outcome.status, &outcome.message) {
            return Err(error);
        }
        self.events.extend(outcome.events);
        Ok(())
    }

    fn send(&mut self, from: Address, to: Address, amount: u64, view: &mut View) -> Result<(), TxError> {
        self.spend(SEND_GAS)?;
        if !view.transfer(&from, &to, amount).map_err(internal)? {
            return Err(TxError::new(code::INSUFFICIENT_FUNDS, format!("`{from}` has fewer than {amount}uamg")));
        }
        self.results.push(Value::Array(Vec::new()));
        self.events.push(chain_event(
            "transfer",
            &[("sender", &from.to_string()), ("recipient", &to.to_string()), ("amount", &format!("{amount}uamg"))],
        ));
        Ok(())
    }

    fn oracle_fixture(&mut self, message: &MsgOracleFixture, view: &mut View, dev: bool) -> Result<(), TxError> {
        if !dev {
            return Err(TxError::new(code::UNAUTHORIZED, "oracle fixtures are accepted on development hubs only"));
        }
        for report in &message.reports {
            self.spend(REPORT_GAS)?;
            if report.pair.len() > 64 || report.source.len() > 64 || !is_decimal(&report.value) {
                return Err(TxError::new(
                    code::MALFORMED,
                    format!("`{}` for `{}` is not a report of a decimal number", short(&report.value), short(&report.pair)),
                ));
            }
            let mut held = view.record::<Reports>(&key::reports(&report.pair)).map_err(internal)?.unwrap_or_default();
            held.reports.retain(|old| old.report.as_ref().is_none_or(|old| old.source != report.source));
            held.reports.push(HeldReport { report: Some(report.clone()), height: view.height(), time: view.time() });
            held.reports.sort_by(|a, b| a.report.as_ref().map(|r| &r.source).cmp(&b.report.as_ref().map(|r| &r.source)));
            view.put_record(key::reports(&report.pair), &held);
            self.events.push(chain_event("oracle_report", &[("pair", &report.pair), ("source", &report.source), ("value", &report.value)]));
        }
        self.results.push(Value::Array(Vec::new()));
        Ok(())
    }

    fn set_authority(&mut self, message: &MsgSetAuthority, sender: Address, view: &mut View) -> Result<(), TxError> {
        self.spend(SEND_GAS)?;
        let mut record = view
            .package_record(&message.package)
            .map_err(internal)?
            .ok_or_else(|| TxError::new(code::BAD_CALL, format!("there is no package `{}`", short(&message.package))))?;
        if record.authority.parse() != Ok(sender) {
            return Err(TxError::new(code::UNAUTHORIZED, format!("`{sender}` has no authority over `{}`", record.identity())));
        }
        record.authority = match message.authority.as_str() {
            "" => String::new(),
            text => text.parse::<Address>().map_err(|e| TxError::new(code::MALFORMED, e))?.to_string(),
        };
        view.put_record(key::package(&record.identity()), &record);
        self.results.push(Value::Array(Vec::new()));
        self.events.push(chain_event("authority", &[("package", &record.identity()), ("authority", &record.authority)]));
        Ok(())
    }
}

/// A decimal number: digits with at most one point, at most 40 of them.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 40 && all(whole) && all(fraction)
}

/// Resolves a call and moves its coins to the contract.
pub fn prepare_call(message: &MsgCall, origin: Address, gas_limit: u64, view: &mut View) -> Result<Call, TxError> {
    let missing =
        || TxError::new(code::BAD_CALL, format!("there is no package `{}` on `{}`", short(&message.package), view.chain().chain_id));
    let package = view.resolve(&message.package).map_err(internal)?.ok_or_else(missing)?;
    let record = view.package_record(&package).map_err(internal)?.ok_or_else(missing)?;
    if record.library {
        return Err(TxError::new(code::BAD_CALL, format!("`{package}` is a library; only contracts can be called")));
    }
    let arguments = match message.format {
        ARGUMENTS_GO => Arguments::Go(message.arguments.clone()),
        ARGUMENTS_JSON => Arguments::Json(message.arguments.clone()),
        other => return Err(TxError::new(code::MALFORMED, format!("there is no argument format {other}"))),
    };
    if !view.transfer(&origin, &Address::of_package(&package), message.value).map_err(internal)? {
        return Err(TxError::new(code::INSUFFICIENT_FUNDS, format!("`{origin}` has fewer than {}uamg", message.value)));
    }
    Ok(Call {
        package,
        target: message.target.clone(),
        arguments,
        origin,
        value: message.value,
        gas_limit,
        overrides: Vec::new(),
        explain: Explain::default(),
    })
}

/// The error that a status stands for.
pub fn status_error(status: Status, message: &str) -> Option<TxError> {
    let code = match status {
        Status::Done => return None,
        Status::Failed => code::FAILED,
        Status::Panicked => code::PANICKED,
        Status::OutOfGas => code::OUT_OF_GAS,
        Status::Exhausted => code::EXHAUSTED,
        Status::BadCall => code::BAD_CALL,
        Status::Broken => code::BROKEN,
    };
    Some(TxError::new(code, message))
}

fn chain_event(name: &str, attributes: &[(&str, &str)]) -> Event {
    let attributes = attributes.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    Event { name: name.into(), package: String::new(), attributes }
}

fn internal(error: StoreError) -> TxError {
    TxError::new(code::INTERNAL, error.to_string())
}
