//! How many transfers a second the hub takes, from signed bytes to the disk: of coins, and of the token contract; and how many its execution of blocks does, signatures and
//! disk apart.
//!
//! `cargo run --release -p amigos-hub --example throughput [TRANSFERS]` prints one line of JSON each.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use amigos_hub::accounts::{DEV_NAMES, dev_address, dev_key};
use amigos_hub::calls::Calls;
use amigos_hub::devnet;
use amigos_hub::execute::{BLOCK_GAS, SEND_GAS, check_numbers, execute, least_fee};
use amigos_hub::node::{Config, Node, numbers};
use amigos_hub::proto::{Any, MsgCall, url};
use amigos_hub::state::View;
use amigos_hub::tx::{Draft, send_message, wrap};
use amigos_hub::vm::VmExecutor;

const TOKEN: &str = "hub.amigos.dev/token@v1";
const TOKEN_GAS: u64 = 10_000;
/// Times that a block is executed.
const ROUNDS: usize = 11;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("amigos-throughput-{}", std::process::id()));
    let node = Node::start(Config { data: Some(folder.clone()), ..Config::default() }, Arc::new(VmExecutor::new()))?;
    for done in devnet::prepare(&node, &devnet::embedded()) {
        done.result?;
    }
    for name in DEV_NAMES {
        let to = format!("{:?}", dev_address(name).to_string());
        devnet::send(&node, devnet::DEPLOYER, call(devnet::DEPLOYER, "Mint", vec![to, "1000000000".into()]))?;
    }
    let coins = |from: &str, to: &str| send_message(dev_address(from), dev_address(to), 1);
    let tokens = |from: &str, to: &str| call(from, "Transfer", vec![format!("{:?}", dev_address(to).to_string()), "1".into()]);
    measure(&node, "coin transfers through the hub to disk", count, SEND_GAS, &coins)?;
    measure(&node, "token transfers through the hub to disk", count, TOKEN_GAS, &tokens)?;
    execution(&node, "token transfers executed, each call on its own", false, &tokens)?;
    execution(&node, "token transfers executed", true, &tokens)?;
    drop(node);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn call(from: &str, function: &str, arguments: Vec<String>) -> Any {
    let message =
        MsgCall { sender: dev_address(from).to_string(), package: TOKEN.into(), target: function.into(), arguments, format: 0, value: 0 };
    wrap(url::CALL, &message)
}

/// Signed transfers from one to another of the development accounts.
fn signed(node: &Node, count: u64, gas_limit: u64, message: &dyn Fn(&str, &str) -> Any) -> Result<Vec<Vec<u8>>, Failure> {
    let signers = DEV_NAMES.len() as u64;
    let accounts = DEV_NAMES.iter().map(|name| numbers(node, &dev_address(name))).collect::<Result<Vec<_>, _>>()?;
    let mut signed = Vec::new();
    for i in 0..count {
        let from = (i % signers) as usize;
        let to = DEV_NAMES[((i + 1 + i / signers % (signers - 1)) % signers) as usize];
        let account = accounts[from].clone().unwrap_or_default();
        let draft = Draft {
            messages: vec![message(DEV_NAMES[from], to)],
            memo: String::new(),
            sequence: account.sequence + i / signers,
            account_number: account.number,
            chain_id: node.config().chain_id.clone(),
            fee: least_fee(gas_limit),
            gas_limit,
        };
        signed.push(draft.sign(&dev_key(DEV_NAMES[from])));
    }
    Ok(signed)
}

/// The processor time of this thread in seconds, where the system tells; else the time of day.
fn spent() -> f64 {
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    nanoseconds
        .map_or_else(|| std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()), |n| n / 1e9)
}

/// Executes a full block's transfers again and again, without committing them.
fn execution(node: &Node, what: &str, together: bool, message: &dyn Fn(&str, &str) -> Any) -> Result<(), Failure> {
    let count = BLOCK_GAS / TOKEN_GAS;
    let transfers = signed(node, count, TOKEN_GAS, message)?.iter().map(|bytes| node.check(bytes)).collect::<Result<Vec<_>, _>>()?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = spent();
        let mut view = View::new(node.chain().clone(), node.height(), node.height() + 1, 1);
        let mut calls = Calls::new(node.executor().as_ref(), together);
        for tx in &transfers {
            check_numbers(tx, &view, false)?;
            let receipt = execute(tx, &mut view, &mut calls, true)?;
            if receipt.code != 0 {
                return Err(receipt.log.into());
            }
        }
        calls.settle(&mut view)?;
        drop(view.into_changes());
        times.push(spent() - start);
    }
    times.sort_by(f64::total_cmp);
    let seconds = times[ROUNDS / 2];
    println!(
        "{}",
        serde_json::json!({"what": what, "transfers": count, "seconds": seconds, "per_second": (count as f64 / seconds).round()})
    );
    Ok(())
}

fn measure(node: &Node, what: &str, count: u64, gas_limit: u64, message: &dyn Fn(&str, &str) -> Any) -> Result<(), Failure> {
    let signed = signed(node, count, gas_limit, message)?;
    let (start, height) = (Instant::now(), node.height());
    let mut waiting = VecDeque::new();
    for bytes in signed {
        waiting.push_back(node.submit(bytes)?.1);
        if waiting.len() >= 4000
            && let Some(receiver) = waiting.pop_front()
        {
            accept(receiver.recv()??)?;
        }
    }
    for receiver in waiting {
        accept(receiver.recv()??)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    let blocks = node.height() - height;
    println!(
        "{}",
        serde_json::json!({"what": what, "transfers": count, "seconds": (seconds * 1000.0).round() / 1000.0, "per_second": (count as f64 / seconds).round(), "blocks": blocks})
    );
    Ok(())
}

fn accept(committed: amigos_hub::node::Committed) -> Result<(), Failure> {
    if committed.receipt.code != 0 {
        return Err(committed.receipt.log.into());
    }
    Ok(())
}
