//! Would the calls of the past still succeed on the code as it is here, and at what gas? Each is run twice on the state that it ran on: on the code
//! that was deployed then, and with the local packages laid over it.

use std::collections::BTreeMap;

use amigos_hub::client::{Client, PastBlock};
use amigos_hub::exec::{Arguments, Call, Explain, Outcome, Status};
use amigos_hub::proto::{ARGUMENTS_JSON, MsgCall};
use amigos_hub::tx::{Message, Transaction};
use serde_json::{Value, json};

use crate::render::call::short_package;
use crate::render::{grouped, plural, tame};
use crate::simulate::{LocalPackage, Moment, Session, Simulator};

/// Calls that are run again if it is not said how many.
pub const DEFAULT_CALLS: usize = 50;
/// The most that are run again at once.
pub const MOST_CALLS: usize = 1_000;

/// How a call of the past compares.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It succeeded then and fails now.
    Breaks,
    /// It ends in the same way, with another result, other events or another state.
    Differs,
    /// It failed then and succeeds now.
    Mended,
    /// All is the same; its gas may differ.
    Same,
    /// It can't be run again; the reason says why.
    Skipped,
}

impl Verdict {
    /// As JSON and people see it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Breaks => "breaks",
            Verdict::Differs => "differs",
            Verdict::Mended => "mended",
            Verdict::Same => "same",
            Verdict::Skipped => "skipped",
        }
    }
}

/// A call of the past, run again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Its block.
    pub height: u64,
    /// Its transaction's hash.
    pub hash: String,
    /// `hub.amigos.dev/social/post@v1.CreatePost("hello")`.
    pub call: String,
    /// Who called.
    pub from: String,
    /// How it compares.
    pub verdict: Verdict,
    /// What differs (`result`, `events`, `state`, `error`), or why it can't be run.
    pub reason: String,
    /// What it did then; null if it was not run.
    pub before: Value,
    /// What it does now.
    pub after: Value,
}

/// Runs the last `limit` calls of `package` again with `local` laid over the chain, newest first. `progress` is told how many are done, of how many;
/// it says whether to go on.
///
/// Errors, in words: the network is away, an answer of the hub makes no sense.
pub fn replay(
    simulator: &Simulator,
    package: &str,
    local: &[LocalPackage],
    limit: usize,
    mut progress: impl FnMut(usize, usize) -> bool,
) -> Result<Vec<Replayed>, String> {
    let client: &Client = simulator.remote().client();
    let places = client.calls(package, limit.clamp(1, MOST_CALLS)).map_err(|e| e.to_string())?;
    let mut blocks: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for place in &places {
        blocks.entry(place.height).or_default().push(place.index);
    }
    let mut all = Vec::new();
    for (height, mut indices) in blocks.into_iter().rev() {
        let block = client.block(height).map_err(|e| e.to_string())?;
        indices.sort_unstable();
        let mut of_block = replay_block(simulator, package, local, &block, &indices)?;
        of_block.reverse();
        all.extend(of_block);
        if !progress(all.len(), places.len()) {
            return Err("cancelled".to_owned());
        }
    }
    Ok(all)
}

/// Runs a block again as it was, and beside it the transactions at `indices` with the local packages.
fn replay_block(
    simulator: &Simulator,
    package: &str,
    local: &[LocalPackage],
    block: &PastBlock,
    indices: &[usize],
) -> Result<Vec<Replayed>, String> {
    let Some(last) = indices.last() else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let at = Moment { base: block.height.saturating_sub(1), time: Some(block.time) };
    let mut session: Option<Session> = None;
    let mut deployed_before = false;
    for (index, (bytes, receipt)) in block.transactions.iter().zip(&block.receipts).enumerate().take(last + 1) {
        let tx = Transaction::decode(bytes).map_err(|e| format!("transaction {index} of block {}: {e}", block.height))?;
        let deploys = tx.messages.iter().any(|message| matches!(message, Message::Deploy(_)));
        let wanted = indices.contains(&index);
        let mut note = |message: &MsgCall, verdict, reason: String, before: Value, after: Value| {
            out.push(Replayed {
                height: block.height,
                hash: receipt.hash.clone(),
                call: shown(message),
                from: tx.signer.to_string(),
                verdict,
                reason,
                before,
                after,
            });
        };
        if deployed_before || deploys {
            if wanted {
                let reason = "a package is deployed in the same block".to_owned();
                calls_of(&tx).for_each(|call| note(call, Verdict::Skipped, reason.clone(), Value::Null, Value::Null));
            }
            deployed_before |= receipt.code == 0;
            continue;
        }
        let before = match &mut session {
            Some(session) => session,
            None => session.insert(simulator.session(&[], &[], at, tx.signer)?),
        };
        before.take_fee(tx.signer, receipt.fee)?;
        // All of a transaction or nothing.
        let mut running = before.clone();
        let mut gas_left = tx.gas_limit;
        let mut whole = true;
        for message in &tx.messages {
            let message = match message {
                Message::Call(message) => message,
                Message::Send { to, amount } => {
                    whole &= running.send(tx.signer, *to, *amount).is_ok();
                    gas_left = gas_left.saturating_sub(amigos_hub::execute::SEND_GAS);
                    continue;
                }
                _ => continue,
            };
            let mut call = prepared(message, &tx, gas_left);
            if let Some(identity) = full_identity(simulator, &call.package, at.base)? {
                call.package = identity;
            }
            let then = match running.call(&call) {
                Ok(then) => then,
                Err(reason) => {
                    if wanted {
                        note(message, Verdict::Skipped, reason, Value::Null, Value::Null);
                    }
                    whole = false;
                    break;
                }
            };
            let concerned = call.package == package || then.outcome.gas_by_package.iter().any(|(name, _)| name == package);
            if wanted && concerned {
                match simulator.edited(&running, &[package], local, tx.signer).and_then(|edited| edited.call(&call)) {
                    Ok(now) => {
                        let (verdict, reason) = compare(&then.outcome, &now.outcome);
                        note(message, verdict, reason, short_shape(&then.outcome), short_shape(&now.outcome));
                    }
                    Err(reason) => note(message, Verdict::Breaks, reason, short_shape(&then.outcome), Value::Null),
                }
            }
            gas_left = gas_left.saturating_sub(then.outcome.gas_used);
            whole &= then.outcome.status == Status::Done;
            running.keep(then);
            if !whole {
                break;
            }
        }
        if whole && receipt.code == 0 {
            session = Some(running);
        }
    }
    Ok(out)
}

fn calls_of(tx: &Transaction) -> impl Iterator<Item = &MsgCall> {
    tx.messages.iter().filter_map(|message| match message {
        Message::Call(call) => Some(call),
        _ => None,
    })
}

fn prepared(message: &MsgCall, tx: &Transaction, gas_limit: u64) -> Call {
    Call {
        package: message.package.clone(),
        target: message.target.clone(),
        arguments: if message.format == ARGUMENTS_JSON {
            Arguments::Json(message.arguments.clone())
        } else {
            Arguments::Go(message.arguments.clone())
        },
        origin: tx.signer,
        value: message.value,
        gas_limit,
        overrides: Vec::new(),
        explain: Explain { differences: true, trace: false },
    }
}

/// `path@vN` of a package that was called without a major: the newest there was.
fn full_identity(simulator: &Simulator, package: &str, height: u64) -> Result<Option<String>, String> {
    if package.contains("@v") {
        return Ok(None);
    }
    let found = simulator.remote().client().deployed(package, height).map_err(|e| e.to_string())?;
    Ok(found.map(|(summary, _)| summary.package))
}

fn shown(message: &MsgCall) -> String {
    tame(&format!("{}.{}({})", message.package, message.target, message.arguments.join(", ")), 200)
}

/// How an outcome compares with the one of then, and in what it differs.
fn compare(then: &Outcome, now: &Outcome) -> (Verdict, String) {
    match (then.status == Status::Done, now.status == Status::Done) {
        (true, false) => return (Verdict::Breaks, now.message.clone()),
        (false, true) => return (Verdict::Mended, then.message.clone()),
        _ => {}
    }
    let state = |outcome: &Outcome| -> Vec<(String, String, String, String)> {
        let differences = outcome.differences.iter();
        differences.map(|d| (d.package.clone(), d.path.clone(), d.before.to_string(), d.after.to_string())).collect()
    };
    let mut differing = Vec::new();
    // The place in a message moves with every edit above it.
    let plain = |outcome: &Outcome| outcome.message.split(" (").next().unwrap_or_default().to_owned();
    for (what, same) in [
        ("error", then.status == now.status && plain(then) == plain(now)),
        ("result", then.results == now.results),
        ("events", then.events == now.events),
        ("state", state(then) == state(now)),
    ] {
        if !same {
            differing.push(what);
        }
    }
    if differing.is_empty() { (Verdict::Same, String::new()) } else { (Verdict::Differs, differing.join(", ")) }
}

fn short_shape(outcome: &Outcome) -> Value {
    let error = (outcome.status != Status::Done).then_some(&outcome.message);
    let event = |e: &amigos_hub::exec::Event| json!({"name": e.name, "package": e.package, "attributes": e.attributes});
    json!({
        "error": error, "gas": outcome.gas_used, "results": outcome.results,
        "events": outcome.events.iter().map(event).collect::<Vec<_>>(),
    })
}

/// The `--json` shape.
pub fn to_json(package: &str, network: &str, all: &[Replayed]) -> Value {
    let calls: Vec<Value> = all
        .iter()
        .map(|one| {
            json!({
                "height": one.height, "hash": one.hash, "call": one.call, "from": one.from, "verdict": one.verdict.word(),
                "reason": one.reason, "before": one.before, "after": one.after,
            })
        })
        .collect();
    let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
    let (before, after) = gas(all);
    json!({
        "package": package, "network": network, "calls": calls,
        "summary": {
            "calls": all.len(), "same": count(Verdict::Same), "differs": count(Verdict::Differs), "breaks": count(Verdict::Breaks),
            "mended": count(Verdict::Mended), "skipped": count(Verdict::Skipped), "gas_before": before, "gas_after": after,
        },
    })
}

/// Gas of all calls that ran in both versions.
fn gas(all: &[Replayed]) -> (u64, u64) {
    let both = all.iter().filter_map(|one| Some((one.before["gas"].as_u64()?, one.after["gas"].as_u64()?)));
    both.fold((0, 0), |(before, after), (b, a)| (before + b, after + a))
}

/// In words: what matters first, then one line of what was counted.
pub fn to_text(package: &str, network: &str, all: &[Replayed]) -> String {
    let mut out = format!("{} · the last {} · {network}\n", short_package(package), plural(all.len() as u64, "call"));
    let mut sorted: Vec<&Replayed> = all.iter().filter(|one| one.verdict != Verdict::Same).collect();
    sorted.sort_by_key(|one| one.verdict);
    for one in sorted {
        out += &format!("  {:<8} {} at height {}\n", one.verdict.word(), tame(&short_call(&one.call), 120), grouped(one.height));
        if !one.reason.is_empty() {
            out += &format!("           {}\n", tame(&one.reason, 400));
        }
    }
    let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
    let mut parts = Vec::new();
    for verdict in [Verdict::Same, Verdict::Differs, Verdict::Breaks, Verdict::Mended, Verdict::Skipped] {
        if count(verdict) > 0 {
            parts.push(format!("{} {}", grouped(count(verdict) as u64), verdict.word()));
        }
    }
    let (before, after) = gas(all);
    if before > 0 {
        let change = (after as f64 - before as f64) * 100.0 / before as f64;
        parts.push(format!("gas {} → {} ({change:+.1} %)", grouped(before), grouped(after)));
    }
    if parts.is_empty() {
        parts.push("nobody has called it yet".to_owned());
    }
    out + &parts.join(" · ") + "\n"
}

fn short_call(call: &str) -> String {
    call.strip_prefix(crate::manifest::HUB).unwrap_or(call).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn one(verdict: Verdict, reason: &str, gas: (u64, u64)) -> Replayed {
        Replayed {
            height: 7,
            hash: "AB".into(),
            call: "hub.amigos.dev/x.F(1)".into(),
            from: "amigos1x".into(),
            verdict,
            reason: reason.into(),
            before: json!({"gas": gas.0}),
            after: json!({"gas": gas.1}),
        }
    }

    #[test]
    fn what_matters_comes_first() {
        let all = [
            one(Verdict::Same, "", (100, 90)),
            one(Verdict::Differs, "events", (10, 10)),
            one(Verdict::Breaks, "no \u{202e}title", (10, 5)),
        ];
        expect![[r#"
            x · the last 3 calls · local
              breaks   x.F(1) at height 7
                       no \u{202e}title
              differs  x.F(1) at height 7
                       events
            1 same · 1 differs · 1 breaks · gas 120 → 105 (-12.5 %)
        "#]]
        .assert_eq(&to_text("hub.amigos.dev/x@v1", "local", &all));
        assert!(to_text("hub.amigos.dev/x@v1", "local", &[]).ends_with("nobody has called it yet\n"));
    }

    #[test]
    fn outcomes_are_compared_by_what_callers_see() {
        let done = Outcome { results: vec![json!(1)], gas_used: 5, ..Outcome::default() };
        let dearer = Outcome { gas_used: 9, ..done.clone() };
        assert_eq!(compare(&done, &dearer), (Verdict::Same, String::new()));
        let failed = |text: &str| Outcome { status: Status::Panicked, message: text.into(), ..Outcome::default() };
        assert_eq!(compare(&done, &failed("no")), (Verdict::Breaks, "no".into()));
        assert_eq!(compare(&failed("no"), &done).0, Verdict::Mended);
        assert_eq!(compare(&failed("no (a.go:3)"), &failed("no (a.go:9)")).0, Verdict::Same);
        let other = Outcome { results: vec![json!(2)], ..done.clone() };
        assert_eq!(compare(&done, &other), (Verdict::Differs, "result".into()));
    }
}
