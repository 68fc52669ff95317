//! Transactions: Cosmos `TxRaw` with one ed25519 signature in SIGN_MODE_DIRECT.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use prost::Message as _;

use crate::address::{Address, short};
use crate::encode::{Hash, sha256};
use crate::proto::{
    self, Any, AuthInfo, Coin, DENOM, Fee, ModeInfo, SIGN_MODE_DIRECT, SignDoc, SignerInfo, SingleMode, TxBody, TxRaw, url,
};

/// No transaction is larger than this, in bytes: a package of 1 MiB and its lock fit.
pub const MAX_TRANSACTION: usize = 2 << 20;
/// A transaction has at most this many messages.
pub const MAX_MESSAGES: usize = 64;

/// One thing that a transaction does.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Moves coins between accounts.
    Send {
        /// Who receives.
        to: Address,
        /// How much, in micro-amg.
        amount: u64,
    },
    /// Deploys or upgrades a package.
    Deploy(Box<proto::MsgDeploy>),
    /// Calls a contract.
    Call(proto::MsgCall),
    /// Sets oracle reports on a development hub.
    OracleFixture(proto::MsgOracleFixture),
    /// Hands over or gives up the right to upgrade.
    SetAuthority(proto::MsgSetAuthority),
}

/// A decoded transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// What it does, in order; all or nothing.
    pub messages: Vec<Message>,
    /// A note.
    pub memo: String,
    /// Not valid above this height; 0: always.
    pub timeout_height: u64,
    /// Who signed.
    pub signer: Address,
    /// The signer's key.
    pub public_key: [u8; 32],
    /// The signer's sequence number.
    pub sequence: u64,
    /// The fee in micro-amg, charged whether or not it succeeds.
    pub fee: u64,
    /// The gas that may be used.
    pub gas_limit: u64,
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// Its length in bytes.
    pub size: usize,
    raw: TxRaw,
}

/// Why a transaction is refused, with a code in the manner of Cosmos (codespace `amigos`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxError {
    /// The code; see [`code`].
    pub code: u32,
    /// In words.
    pub message: String,
}

/// Result codes of transactions.
pub mod code {
    /// Done.
    pub const OK: u32 = 0;
    /// The bytes are no transaction.
    pub const MALFORMED: u32 = 2;
    /// The signature does not fit.
    pub const UNAUTHORIZED: u32 = 4;
    /// Not enough coins.
    pub const INSUFFICIENT_FUNDS: u32 = 5;
    /// Wrong sequence number.
    pub const SEQUENCE: u32 = 32;
    /// Out of gas.
    pub const OUT_OF_GAS: u32 = 11;
    /// The fee is too low for the gas asked for.
    pub const INSUFFICIENT_FEE: u32 = 13;
    /// The hub takes no more transactions now.
    pub const BUSY: u32 = 20;
    /// Too large.
    pub const TOO_LARGE: u32 = 21;
    /// Its timeout height has passed.
    pub const TIMED_OUT: u32 = 30;
    /// The package is refused.
    pub const REFUSED: u32 = 40;
    /// The called function returned an error.
    pub const FAILED: u32 = 41;
    /// The called function panicked.
    pub const PANICKED: u32 = 42;
    /// No such package, function or value, or arguments that do not fit.
    pub const BAD_CALL: u32 = 43;
    /// Out of memory or call depth.
    pub const EXHAUSTED: u32 = 44;
    /// What runs programs failed; nothing is known of the call.
    pub const BROKEN: u32 = 45;
    /// The hub itself failed.
    pub const INTERNAL: u32 = 1;
}

impl TxError {
    /// An error with a code.
    pub fn new(code: u32, message: impl Into<String>) -> TxError {
        TxError { code, message: message.into() }
    }
}

impl fmt::Display for TxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TxError {}

impl Transaction {
    /// Decodes a transaction; the signature is not checked yet.
    pub fn decode(bytes: &[u8]) -> Result<Transaction, TxError> {
        let malformed = |what: String| TxError::new(code::MALFORMED, format!("this is not a transaction: {what}"));
        if bytes.len() > MAX_TRANSACTION {
            return Err(TxError::new(
                code::TOO_LARGE,
                format!("the transaction has {} bytes; at most {MAX_TRANSACTION} are allowed", bytes.len()),
            ));
        }
        let raw = TxRaw::decode(bytes).map_err(|e| malformed(e.to_string()))?;
        if raw.encode_to_vec() != bytes {
            return Err(malformed("it is not encoded canonically".into()));
        }
        let body = TxBody::decode(raw.body_bytes.as_slice()).map_err(|e| malformed(e.to_string()))?;
        let auth = AuthInfo::decode(raw.auth_info_bytes.as_slice()).map_err(|e| malformed(e.to_string()))?;
        let [signer] = auth.signer_infos.as_slice() else {
            return Err(malformed(format!("it has {} signers; exactly one is supported", auth.signer_infos.len())));
        };
        if raw.signatures.len() != 1 {
            return Err(malformed(format!("it has {} signatures; exactly one is supported", raw.signatures.len())));
        }
        if signer.mode_info.as_ref().and_then(|mode| mode.single.as_ref()).map(|single| single.mode) != Some(SIGN_MODE_DIRECT) {
            return Err(malformed("only SIGN_MODE_DIRECT is supported".into()));
        }
        let key = signer.public_key.as_ref().ok_or_else(|| malformed("it carries no public key".into()))?;
        if key.type_url != url::ED25519 {
            return Err(malformed(format!("keys of type `{}` are not supported; use `{}`", short(&key.type_url), url::ED25519)));
        }
        let key = proto::PublicKey::decode(key.value.as_slice()).map_err(|e| malformed(e.to_string()))?;
        let public_key: [u8; 32] = key.key.as_slice().try_into().map_err(|_| malformed("an ed25519 key has 32 bytes".into()))?;
        let signer_address = Address::of_key(&public_key);
        let fee = auth.fee.clone().unwrap_or_default();
        if !fee.payer.is_empty() || !fee.granter.is_empty() {
            return Err(malformed("fee payers and granters are not supported".into()));
        }
        if body.messages.is_empty() || body.messages.len() > MAX_MESSAGES {
            return Err(malformed(format!("it has {} messages; 1 to {MAX_MESSAGES} are allowed", body.messages.len())));
        }
        let messages = body.messages.iter().map(|any| decode_message(any, signer_address)).collect::<Result<_, _>>()?;
        Ok(Transaction {
            messages,
            memo: body.memo,
            timeout_height: body.timeout_height,
            signer: signer_address,
            public_key,
            sequence: signer.sequence,
            fee: coins(&fee.amount)?,
            gas_limit: fee.gas_limit,
            hash: sha256(bytes),
            size: bytes.len(),
            raw,
        })
    }

    /// Checks the signature for a chain and the signer's account number.
    pub fn verify(&self, chain_id: &str, account_number: u64) -> Result<(), TxError> {
        let refused = || {
            TxError::new(
                code::UNAUTHORIZED,
                format!("the signature does not fit key, chain id `{chain_id}` and account number {account_number} of `{}`", self.signer),
            )
        };
        let key = VerifyingKey::from_bytes(&self.public_key).map_err(|_| refused())?;
        let signature = self.raw.signatures.first().and_then(|s| Signature::from_slice(s).ok()).ok_or_else(refused)?;
        let document = SignDoc {
            body_bytes: self.raw.body_bytes.clone(),
            auth_info_bytes: self.raw.auth_info_bytes.clone(),
            chain_id: chain_id.into(),
            account_number,
        };
        key.verify_strict(&document.encode_to_vec(), &signature).map_err(|_| refused())
    }
}

fn decode_message(any: &Any, signer: Address) -> Result<Message, TxError> {
    let malformed =
        |e: prost::DecodeError| TxError::new(code::MALFORMED, format!("a message of type `{}` cannot be read: {e}", short(&any.type_url)));
    let bytes = any.value.as_slice();
    let (sender, message) = match any.type_url.as_str() {
        url::SEND => {
            let message = proto::MsgSend::decode(bytes).map_err(malformed)?;
            let to = message.to_address.parse().map_err(|e| TxError::new(code::MALFORMED, e))?;
            (message.from_address, Message::Send { to, amount: coins(&message.amount)? })
        }
        url::DEPLOY => {
            let message = proto::MsgDeploy::decode(bytes).map_err(malformed)?;
            (message.sender.clone(), Message::Deploy(Box::new(message)))
        }
        url::CALL => {
            let message = proto::MsgCall::decode(bytes).map_err(malformed)?;
            (message.sender.clone(), Message::Call(message))
        }
        url::ORACLE_FIXTURE => {
            let message = proto::MsgOracleFixture::decode(bytes).map_err(malformed)?;
            (message.sender.clone(), Message::OracleFixture(message))
        }
        url::SET_AUTHORITY => {
            let message = proto::MsgSetAuthority::decode(bytes).map_err(malformed)?;
            (message.sender.clone(), Message::SetAuthority(message))
        }
        other => return Err(TxError::new(code::MALFORMED, format!("messages of type `{}` are not supported", short(other)))),
    };
    if sender.parse() != Ok(signer) {
        return Err(TxError::new(code::UNAUTHORIZED, format!("the message is from `{}`, but `{signer}` signed", short(&sender))));
    }
    Ok(message)
}

/// The sum of coins, all of them micro-amg.
fn coins(amounts: &[Coin]) -> Result<u64, TxError> {
    let mut sum = 0u64;
    for coin in amounts {
        let amount = coin.amount.parse::<u64>().ok().filter(|_| coin.denom == DENOM);
        sum = amount.and_then(|amount| sum.checked_add(amount)).ok_or_else(|| {
            TxError::new(code::MALFORMED, format!("`{}{}` is not an amount of `{DENOM}`", short(&coin.amount), short(&coin.denom)))
        })?;
    }
    Ok(sum)
}

/// What to sign.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it does.
    pub messages: Vec<Any>,
    /// A note.
    pub memo: String,
    /// The signer's sequence number.
    pub sequence: u64,
    /// The signer's account number.
    pub account_number: u64,
    /// The chain.
    pub chain_id: String,
    /// The fee in micro-amg.
    pub fee: u64,
    /// The gas that may be used.
    pub gas_limit: u64,
}

impl Draft {
    /// Signs and encodes.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let public_key = proto::PublicKey { key: key.verifying_key().to_bytes().to_vec() };
        let body = TxBody { messages: self.messages.clone(), memo: self.memo.clone(), timeout_height: 0 };
        let amount = if self.fee == 0 { Vec::new() } else { vec![Coin { denom: DENOM.into(), amount: self.fee.to_string() }] };
        let auth = AuthInfo {
            signer_infos: vec![SignerInfo {
                public_key: Some(Any { type_url: url::ED25519.into(), value: public_key.encode_to_vec() }),
                mode_info: Some(ModeInfo { single: Some(SingleMode { mode: SIGN_MODE_DIRECT }) }),
                sequence: self.sequence,
            }],
            fee: Some(Fee { amount, gas_limit: self.gas_limit, payer: String::new(), granter: String::new() }),
        };
        let document = SignDoc {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth.encode_to_vec(),
            chain_id: self.chain_id.clone(),
            account_number: self.account_number,
        };
        let signature = key.sign(&document.encode_to_vec());
        TxRaw {
            body_bytes: document.body_bytes,
            auth_info_bytes: document.auth_info_bytes,
            signatures: vec![signature.to_bytes().to_vec()],
        }
        .encode_to_vec()
    }
}

/// Wraps a message with its type URL.
pub fn wrap(type_url: &str, message: &impl prost::Message) -> Any {
    Any { type_url: type_url.into(), value: message.encode_to_vec() }
}

/// A message that sends coins.
pub fn send_message(from: Address, to: Address, amount: u64) -> Any {
    let amount = vec![Coin { denom: DENOM.into(), amount: amount.to_string() }];
    wrap(url::SEND, &proto::MsgSend { from_address: from.to_string(), to_address: to.to_string(), amount })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::dev_key;

    fn draft() -> Draft {
        let alice = Address::of_key(&dev_key("alice").verifying_key().to_bytes());
        Draft {
            messages: vec![send_message(alice, Address::of_module("x"), 5)],
            memo: "hi".into(),
            sequence: 3,
            account_number: 1,
            chain_id: "amigos-dev".into(),
            fee: 10,
            gas_limit: 1000,
        }
    }

    #[test]
    fn what_is_signed_can_be_verified_and_nothing_else() {
        let bytes = draft().sign(&dev_key("alice"));
        let tx = Transaction::decode(&bytes).unwrap();
        assert_eq!((tx.sequence, tx.fee, tx.gas_limit, tx.memo.as_str()), (3, 10, 1000, "hi"));
        assert_eq!(tx.messages, [Message::Send { to: Address::of_module("x"), amount: 5 }]);
        tx.verify("amigos-dev", 1).unwrap();
        assert_eq!(tx.verify("amigos-main", 1).unwrap_err().code, code::UNAUTHORIZED);
        assert_eq!(tx.verify("amigos-dev", 2).unwrap_err().code, code::UNAUTHORIZED);
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            let verified = Transaction::decode(&bytes).and_then(|tx| tx.verify("amigos-dev", 1));
            assert!(verified.is_err(), "byte {at} is not covered");
        }
    }

    #[test]
    fn the_sender_must_be_the_signer() {
        let error = Transaction::decode(&draft().sign(&dev_key("bob"))).unwrap_err();
        assert_eq!(error.code, code::UNAUTHORIZED);
        assert!(error.message.contains("signed"), "{error}");
    }

    #[test]
    fn rubbish_is_refused() {
        for bytes in [&b""[..], b"hello", &[0xff; 100]] {
            assert_eq!(Transaction::decode(bytes).unwrap_err().code, code::MALFORMED);
        }
        assert_eq!(Transaction::decode(&vec![0; MAX_TRANSACTION + 1]).unwrap_err().code, code::TOO_LARGE);
    }
}
