//! Who signs a transaction: a key of the keystore, unlocked in this terminal, or a development account of a development hub.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use amigos_hub::accounts::is_dev_name;
use amigos_hub::client::Receipt;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::cli::Stop;
use crate::keys::Keystore;
use crate::network::Network;

/// Where a passphrase comes from.
#[derive(clap::Args, Clone, Default)]
pub struct PassphraseArg {
    /// Read the passphrase of the key from this file (`-`: standard input) instead of asking for it
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl PassphraseArg {
    /// The passphrase: the first line of the file, or what is typed at the prompt, which is not shown.
    pub fn read(&self, prompt: &str) -> Result<Zeroizing<String>, Stop> {
        let Some(file) = &self.passphrase_file else { return ask(prompt) };
        let mut text = Zeroizing::new(String::new());
        let read = if file == Path::new("-") {
            std::io::stdin().read_to_string(&mut text)
        } else {
            std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text))
        };
        read.map_err(|e| Stop::usage(format!("the passphrase cannot be read from `{}`: {e}", file.display())))?;
        Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
    }

    /// A new passphrase, typed twice.
    pub fn read_new(&self, name: &str) -> Result<Zeroizing<String>, Stop> {
        let first = self.read(&format!("new passphrase for `{name}`: "))?;
        if self.passphrase_file.is_none() && *ask("the same again: ")? != *first {
            return Err(Stop::usage("the two passphrases are different"));
        }
        Ok(first)
    }
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Stop> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::usage("a passphrase is needed and there is no terminal to ask in: run this in one, or give `--passphrase-file`"));
    }
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|e| Stop::usage(format!("the passphrase cannot be read: {e}")))
}

/// The address that `who` stands for, if it names a key of the keystore; else `who` itself.
pub fn address(who: &str) -> Result<String, String> {
    let found = Keystore::of_user().and_then(|store| store.find(who))?;
    Ok(found.map_or_else(|| who.to_owned(), |key| key.address))
}

/// Signs messages for `who` and sends them.
pub fn send(network: &Network, who: &str, messages: Value, gas: u64, passphrase: &PassphraseArg) -> Result<Receipt, Stop> {
    let refused = |e: amigos_hub::client::ClientError| Stop::usage(e.to_string());
    if is_dev_name(who) {
        return network.client.dev_send(who, messages, gas).map_err(refused);
    }
    let Some(locked) = Keystore::of_user().and_then(|store| store.find(who)).map_err(Stop::usage)? else {
        let problem = format!(
            "there is no key `{who}` here, and no development account: `amigos keys list` shows keys, `amigos keys new NAME` makes one"
        );
        return Err(Stop::usage(problem));
    };
    let passphrase = passphrase.read(&format!("passphrase of `{}` ({}): ", locked.name, locked.address))?;
    let key = locked.unlock(&passphrase).map_err(Stop::failed)?;
    network.client.send(&key, messages, gas).map_err(refused)
}
