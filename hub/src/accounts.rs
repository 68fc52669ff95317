//! Accounts, and the named accounts of development hubs.

use ed25519_dalek::SigningKey;
use prost::Message;

use crate::address::Address;
use crate::encode::sha256;

/// What the chain keeps of an account.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Account {
    /// Its number, from the order of first appearance; part of what is signed.
    #[prost(uint64, tag = "1")]
    pub number: u64,
    /// The sequence number of its next transaction.
    #[prost(uint64, tag = "2")]
    pub sequence: u64,
    /// Its coins in micro-amg.
    #[prost(uint64, tag = "3")]
    pub balance: u64,
}

/// The names of a development hub's accounts. Anyone can compute their keys: never give them anything of worth.
pub const DEV_NAMES: [&str; 9] = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "amigos"];
/// What each of them has at the beginning: a million amg.
pub const DEV_BALANCE: u64 = 1_000_000_000_000;

/// The key of a development account.
pub fn dev_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&sha256(format!("amigos development account {name}").as_bytes()))
}

/// The address of a development account.
pub fn dev_address(name: &str) -> Address {
    Address::of_key(&dev_key(name).verifying_key().to_bytes())
}

/// Whether a name is that of a development account.
pub fn is_dev_name(name: &str) -> bool {
    DEV_NAMES.contains(&name)
}
