//! `amigos keys`: the keystore, and the only place where its keys are unlocked by hand.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

use amigos_hub::encode::{hex, unhex};
use clap::Subcommand;
use ed25519_dalek::SigningKey;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::{Done, JsonArg, Stop};
use crate::keys::{Keystore, Locked};
use crate::network::{Choice, Network};
use crate::render::{amg, grouped};
use crate::signing::{PassphraseArg, send};

/// Options of `amigos keys`.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Makes a key and keeps it, sealed with a passphrase
    New {
        /// Its name, which `--from` takes
        name: String,
        #[command(flatten)]
        passphrase: PassphraseArg,
    },
    /// All keys: names and addresses
    List {
        #[command(flatten)]
        json: JsonArg,
    },
    /// Keeps a key whose 64 hex digits are given on standard input
    Import {
        /// Its name
        name: String,
        #[command(flatten)]
        passphrase: PassphraseArg,
    },
    /// Prints the secret of a key as 64 hex digits: whoever has them has the account
    Export {
        /// Its name
        name: String,
        #[command(flatten)]
        passphrase: PassphraseArg,
    },
    /// Seals a key with another passphrase
    Passphrase {
        /// Its name
        name: String,
        #[command(flatten)]
        passphrase: PassphraseArg,
        /// Read the new passphrase from this file instead of asking for it
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Forgets a key for good
    Delete {
        /// Its name
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Signs a transaction that an editor prepared, and sends it
    Sign {
        /// The file with the transaction; `-` is standard input
        file: PathBuf,
        /// A name from `amigos.toml`, `local`, or a URL; else the one in the file
        #[arg(long)]
        network: Option<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        passphrase: PassphraseArg,
        #[command(flatten)]
        json: JsonArg,
    },
}

/// A transaction that nobody signed yet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsigned {
    from: String,
    messages: Vec<Value>,
    #[serde(default)]
    gas: u64,
    #[serde(default)]
    network: String,
}

/// Does what is asked.
pub fn run(options: &Options) -> Done {
    let store = Keystore::of_user().map_err(Stop::usage)?;
    match &options.action {
        Action::New { name, passphrase } => {
            let made = store.create(name, &passphrase.read_new(name)?).map_err(Stop::usage)?;
            kept(&made, &store);
        }
        Action::List { json } => list(&store, json.json)?,
        Action::Import { name, passphrase } => {
            let key = imported()?;
            kept(&store.keep(name, &key, &passphrase.read_new(name)?).map_err(Stop::usage)?, &store);
        }
        Action::Export { name, passphrase } => {
            let locked = store.read(name).map_err(Stop::usage)?;
            let key = locked.unlock(&passphrase.read(&format!("passphrase of `{name}`: "))?).map_err(Stop::failed)?;
            println!("{}", *Zeroizing::new(hex(key.as_bytes())));
        }
        Action::Passphrase { name, passphrase, new_passphrase_file } => {
            store.read(name).map_err(Stop::usage)?;
            let old = passphrase.read(&format!("passphrase of `{name}`: "))?;
            let new = PassphraseArg { passphrase_file: new_passphrase_file.clone() }.read_new(name)?;
            store.change_passphrase(name, &old, &new).map_err(Stop::failed)?;
            println!("key `{name}` has a new passphrase");
        }
        Action::Delete { name, yes } => {
            let locked = store.read(name).map_err(Stop::usage)?;
            agreed(*yes, &format!("forget key `{name}` ({}) for good", locked.address))?;
            store.delete(name).map_err(Stop::usage)?;
            println!("key `{name}` is gone");
        }
        Action::Sign { file, network, yes, passphrase, json } => return sign(file, network.as_deref(), *yes, passphrase, json.json),
    }
    Ok(0)
}

fn kept(key: &Locked, store: &Keystore) {
    println!("{} · {}", key.name, key.address);
    println!("kept in {}; without the passphrase it is lost: `amigos keys export {}` shows the secret", store.folder().display(), key.name);
}

fn list(store: &Keystore, as_json: bool) -> Result<(), Stop> {
    let keys = store.list().map_err(Stop::usage)?;
    if as_json {
        let keys: Vec<Value> = keys.iter().map(|key| json!({ "name": key.name, "address": key.address })).collect();
        println!("{}", json!({ "keys": keys }));
        return Ok(());
    }
    let width = keys.iter().map(|key| key.name.len()).max().unwrap_or_default();
    for key in &keys {
        println!("{:width$}  {}", key.name, key.address);
    }
    if keys.is_empty() {
        println!("there is no key yet: `amigos keys new NAME` makes one");
    }
    Ok(())
}

fn imported() -> Result<SigningKey, Stop> {
    let mut text = Zeroizing::new(String::new());
    if std::io::stdin().is_terminal() {
        *text = rpassword::prompt_password("secret (64 hex digits): ").map_err(|e| Stop::usage(e.to_string()))?;
    } else {
        std::io::stdin().take(1000).read_to_string(&mut text)?;
    }
    let seed = unhex(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Zeroizing::new);
    let seed = seed.ok_or_else(|| Stop::usage("this is not a secret: 64 hex digits are needed"))?;
    Ok(SigningKey::from_bytes(&seed))
}

/// Asks for a yes in the terminal.
fn agreed(yes: bool, what: &str) -> Result<(), Stop> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Stop::usage(format!("about to {what}, and there is no terminal to ask in: add `--yes`")));
    }
    eprint!("{what}? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Stop::failed("nothing was done")) }
}

fn sign(file: &PathBuf, network: Option<&str>, yes: bool, passphrase: &PassphraseArg, as_json: bool) -> Done {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|e| Stop::usage(format!("`{}` cannot be read: {e}", file.display())))?;
    let tx: Unsigned =
        serde_json::from_str(&text).map_err(|e| Stop::usage(format!("`{}` is not an unsigned transaction: {e}", file.display())))?;
    let choice = Choice::of(network.unwrap_or(&tx.network), std::iter::empty()).map_err(Stop::usage)?;
    let network = Network::reach(&choice).map_err(|e| Stop::usage(e.to_string()))?;
    for message in &tx.messages {
        eprintln!("{}", described(message));
    }
    agreed(yes, &format!("sign as `{}` and send to {} ({})", tx.from, network.name, network.status.chain_id))?;
    let receipt = send(&network, &tx.from, Value::Array(tx.messages), tx.gas, passphrase)?;
    if as_json {
        let error = (receipt.code != 0).then_some(&receipt.log);
        println!(
            "{}",
            json!({ "hash": receipt.hash, "height": receipt.height, "code": receipt.code, "error": error, "gas": receipt.gas_used, "fee": receipt.fee })
        );
    } else if receipt.code == 0 {
        println!(
            "{} · height {} · gas {} · fee {} · {}",
            network.name,
            grouped(receipt.height),
            grouped(receipt.gas_used),
            amg(receipt.fee),
            receipt.hash
        );
    }
    if receipt.code == 0 { Ok(0) } else { Err(Stop::failed(if as_json { String::new() } else { receipt.log })) }
}

/// What a message does, in one line a person can check before signing.
fn described(message: &Value) -> String {
    let of = |name: &str| crate::render::tame(message[name].as_str().unwrap_or("?"), 200);
    let number = |name: &str| message[name].as_u64().unwrap_or_default();
    match message["type"].as_str() {
        Some("send") => format!("send {} to {}", amg(number("amount")), of("to")),
        Some("call") => {
            let args: Vec<String> =
                message["args"].as_array().into_iter().flatten().map(|a| crate::render::tame(&a.to_string(), 100)).collect();
            let coins = if number("value") == 0 { String::new() } else { format!(" with {}", amg(number("value"))) };
            format!("call {}.{}({}){coins}", of("package"), of("func"), args.join(", "))
        }
        Some("deploy") => {
            let files = message["files"].as_array().map_or(0, Vec::len);
            format!("deploy {} {} ({files} files)", of("path"), of("version"))
        }
        _ => crate::render::tame(&message.to_string(), 400),
    }
}
