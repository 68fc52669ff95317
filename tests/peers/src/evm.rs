//! The programs as code of the Ethereum machine, for revm, written with a small assembler.

use std::collections::HashMap;

use revm::bytecode::Bytecode;
use revm::context::TxEnv;
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::{Address, Bytes, TxKind, U256, keccak256};
use revm::state::AccountInfo;
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};

use crate::Bench;

/// Instructions by the names that programs below use.
const CODES: [(&str, u8); 30] = [
    ("add", 0x01), ("mul", 0x02), ("sub", 0x03), ("lt", 0x10), ("gt", 0x11), ("eq", 0x14), ("iszero", 0x15), ("and", 0x16), ("xor", 0x18),
    ("shr", 0x1c), ("keccak", 0x20), ("caller", 0x33), ("calldata", 0x35), ("pop", 0x50), ("mload", 0x51), ("mstore", 0x52), ("mstore8", 0x53),
    ("sload", 0x54), ("sstore", 0x55), ("jump", 0x56), ("jumpi", 0x57), ("zero", 0x5f), ("dup1", 0x80), ("dup2", 0x81), ("dup3", 0x82),
    ("swap1", 0x90), ("swap2", 0x91), ("swap3", 0x92), ("log1", 0xa1), ("return", 0xf3),
];

/// Words to code: names of instructions, numbers to push, `@label` to push a place, `label:` to mark one.
fn assemble(text: &str) -> Vec<u8> {
    let codes: HashMap<_, _> = CODES.into_iter().collect();
    let (mut out, mut labels, mut uses) = (Vec::new(), HashMap::new(), Vec::new());
    for word in text.split_whitespace() {
        if let Some(label) = word.strip_suffix(':') {
            labels.insert(label, out.len());
            out.push(0x5b);
        } else if let Some(label) = word.strip_prefix('@') {
            uses.push((out.len() + 1, label));
            out.extend([0x61, 0, 0]);
        } else if let Some(code) = codes.get(word) {
            out.push(*code);
        } else {
            let n = match word.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16),
                None => word.parse(),
            };
            let bytes = n.expect("a number").to_be_bytes();
            let skip = (bytes.iter().take_while(|b| **b == 0).count()).min(7);
            out.push(0x60 + (7 - skip) as u8);
            out.extend(&bytes[skip..]);
        }
    }
    for (at, label) in uses {
        let place = u16::try_from(labels[label]).expect("a short program").to_be_bytes();
        out[at..at + 2].copy_from_slice(&place);
    }
    out
}

/// Ends a program with what is on top of the stack.
const END: &str = " zero mstore 32 zero return";

// the stack stands behind each line: the top is on the right
const LOOP: &str = "
    zero zero                           # s i
    next: dup1 swap2 add                # i s+i
    0x9E3779B9 xor                      # i s
    swap1 1 add                         # s i
    10000000 dup2 lt @next jumpi        # s i
    pop";

const FIB: &str = "
    zero 1 zero                         # a b i
    next: swap2                         # i b a
    dup2 add 0xffffffffffffffff and     # i b a+b
    swap1 swap2                         # b a+b i
    1 add
    10000000 dup2 lt @next jumpi        # a b i
    pop pop";

const CALLS: &str = "
    @end 30 @fib jump
    fib: 2 dup2 lt @small jumpi         # to n
    @first 1 dup3 sub @fib jump         # to n first n-1
    first: swap1                        # to f n
    @second swap1 2 swap1 sub @fib jump # to f second n-2
    second: add swap1 jump              # f+f, gone to `to`
    small: swap1 jump
    end:";

const SIEVE: &str = "
    zero 2                              # c i
    outer: dup1 mload 0xf8 shr @next jumpi
    swap1 1 add swap1                   # c+1 i
    dup1 2 mul                          # c i j
    inner: 1000000 dup2 lt iszero @done jumpi
    1 dup2 mstore8
    dup2 add @inner jump
    done: pop
    next: 1 add
    1000000 dup2 lt @outer jumpi        # c i
    pop";

/// transfer(to, amount): two balances in a mapping, and an event.
const TRANSFER: &str = "
    caller zero mstore 64 zero keccak           # from
    dup1 sload                                  # from have
    36 calldata                                 # from have n
    dup1 dup3 lt @poor jumpi
    swap1 sub                                   # from have-n
    swap1 sstore
    4 calldata zero mstore 64 zero keccak       # to
    dup1 sload 36 calldata add                  # to have+n
    swap1 sstore
    36 calldata zero mstore
    7 32 zero log1
    1 zero mstore 32 zero return
    poor: zero zero mstore 32 zero return";

const CONTRACT: Address = Address::new([0xcc; 20]);
/// Accounts that have the token.
const HOLDERS: u64 = 10_000;
const TRANSFERS: u64 = 10_000;

fn code(text: &str) -> Vec<u8> {
    let text: String = text.lines().map(|l| l.split('#').next().unwrap_or("").to_owned() + "\n").collect();
    assemble(&text)
}

fn database(code: Vec<u8>) -> CacheDB<EmptyDB> {
    let mut db = CacheDB::new(EmptyDB::default());
    let code = Bytecode::new_raw(Bytes::from(code));
    db.insert_account_info(CONTRACT, AccountInfo { nonce: 1, code_hash: code.hash_slow(), code: Some(code), ..AccountInfo::default() });
    db
}

macro_rules! machine {
    ($db:expr) => {
        Context::mainnet()
            .with_db($db)
            .modify_cfg_chained(|c| {
                c.tx_gas_limit_cap = Some(u64::MAX);
                c.disable_nonce_check = true;
            })
            .modify_block_chained(|b| {
                b.gas_limit = u64::MAX;
                b.basefee = 0;
            })
            .build_mainnet()
    };
}

fn holder(i: u64) -> Address {
    let mut bytes = [0x11; 20];
    bytes[12..].copy_from_slice(&i.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    Address::from(bytes)
}

fn transfer_bench() -> Bench {
    let mut db = database(code(TRANSFER));
    for i in 0..HOLDERS {
        let mut key = [0; 64];
        key[12..32].copy_from_slice(holder(i).as_slice());
        let slot = U256::from_be_bytes(keccak256(key).0);
        db.insert_account_storage(CONTRACT, slot, U256::from(1u64 << 40)).expect("it is in memory");
        db.insert_account_info(holder(i), AccountInfo { balance: U256::from(1u64 << 50), nonce: 1, ..AccountInfo::default() });
    }
    let txs: Vec<TxEnv> = (0..TRANSFERS)
        .map(|i| {
            let mut data = vec![0; 68];
            data[16..36].copy_from_slice(holder((i * 7 + 13) % HOLDERS).as_slice());
            data[60..].copy_from_slice(&(1 + i % 100).to_be_bytes());
            let call = TxEnv::builder().caller(holder(i % HOLDERS)).kind(TxKind::Call(CONTRACT)).data(data.into());
            call.gas_limit(200_000).gas_price(0).build().expect("a transaction")
        })
        .collect();
    let mut evm = machine!(db);
    let run = move || txs.iter().map(|tx| u64::from(evm.transact_commit(tx.clone()).expect("it runs").is_success())).sum();
    Bench { program: "transfer", engine: "revm", per: TRANSFERS, run: Box::new(run) }
}

/// The measurements.
pub fn benches() -> Vec<Bench> {
    let mut list: Vec<Bench> = [("loop", LOOP), ("fib", FIB), ("calls", CALLS), ("sieve", SIEVE)]
        .into_iter()
        .map(|(program, text)| {
            let mut evm = machine!(database(code(&format!("{text}\n{END}"))));
            let run = move || {
                let call = TxEnv::builder().caller(Address::new([0xaa; 20])).kind(TxKind::Call(CONTRACT));
                let tx = call.gas_limit(1 << 40).gas_price(0).build().expect("a transaction");
                let result = evm.transact(tx).expect("it runs").result;
                let output = result.output().expect("it returns").to_vec();
                U256::from_be_slice(&output).as_limbs()[0]
            };
            Bench { program, engine: "revm", per: 1, run: Box::new(run) }
        })
        .collect();
    list.push(transfer_bench());
    list
}
