//! How many transfers of coins a second the hub takes to the disk: `cargo run --release -p amigos-hub --example throughput [TRANSFERS]`.
//! Prints one line of JSON.

use std::sync::Arc;
use std::time::Instant;

use amigos_hub::accounts::{DEV_NAMES, dev_address, dev_key};
use amigos_hub::execute::{SEND_GAS, least_fee};
use amigos_hub::node::{Config, Node, numbers};
use amigos_hub::tx::{Draft, send_message};
use amigos_hub::vm::VmExecutor;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("amigos-throughput-{}", std::process::id()));
    let config = Config { data: Some(folder.clone()), ..Config::default() };
    let node = Node::start(config, Arc::new(VmExecutor::new()))?;
    let mut drafts = Vec::new();
    let signers = DEV_NAMES.len() as u64;
    for i in 0..count {
        let name = DEV_NAMES[(i % signers) as usize];
        let to = DEV_NAMES[((i + 1 + i / signers % (signers - 1)) % signers) as usize];
        let number = numbers(&node, &dev_address(name))?.unwrap_or_default().number;
        let draft = Draft {
            messages: vec![send_message(dev_address(name), dev_address(to), 1)],
            memo: String::new(),
            sequence: i / signers,
            account_number: number,
            chain_id: node.config().chain_id.clone(),
            fee: least_fee(SEND_GAS),
            gas_limit: SEND_GAS,
        };
        drafts.push(draft.sign(&dev_key(name)));
    }
    let start = Instant::now();
    let mut waiting = std::collections::VecDeque::new();
    for bytes in drafts {
        waiting.push_back(node.submit(bytes)?.1);
        if waiting.len() >= 4000
            && let Some(receiver) = waiting.pop_front()
        {
            receiver.recv()??;
        }
    }
    for receiver in waiting {
        receiver.recv()??;
    }
    let elapsed = start.elapsed().as_secs_f64();
    let blocks = node.height() - 1;
    println!("{{\"transfers\":{count},\"seconds\":{elapsed:.3},\"per_second\":{:.0},\"blocks\":{blocks}}}", count as f64 / elapsed);
    drop(node);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
