//! Addresses: 20 bytes, written in bech32 with the prefix `amigos`.

use std::fmt;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};

use crate::encode::sha256;

/// The address of an account or of a contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

const PREFIX: Hrp = Hrp::parse_unchecked("amigos");

impl Address {
    /// The address of an ed25519 public key.
    pub fn of_key(public_key: &[u8; 32]) -> Address {
        Address::of_hash(&sha256(public_key))
    }

    /// The address of a contract, `path@vN`. No key has it but by breaking SHA-256.
    pub fn of_package(identity: &str) -> Address {
        Address::of_hash(&sha256(format!("package:{identity}").as_bytes()))
    }

    /// The address of one of the chain's own accounts.
    pub fn of_module(name: &str) -> Address {
        Address::of_hash(&sha256(format!("module:{name}").as_bytes()))
    }

    fn of_hash(hash: &[u8; 32]) -> Address {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&hash[..20]);
        Address(bytes)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode::<Bech32>(PREFIX, &self.0).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let parsed = CheckedHrpstring::new::<Bech32>(text).map_err(|e| format!("`{}` is not an address: {e}", short(text)))?;
        if parsed.hrp() != PREFIX {
            return Err(format!("`{}` is not an address of this chain: it should begin with `amigos1`", short(text)));
        }
        let bytes: Vec<u8> = parsed.byte_iter().collect();
        let bytes = bytes.try_into().map_err(|_| format!("`{}` is not an address: it should have 20 bytes", short(text)))?;
        Ok(Address(bytes))
    }
}

/// At most 80 characters of a text from outside, without control characters, for messages.
pub fn short(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_and_read() {
        let address = Address::of_package("hub.amigos.dev/token@v1");
        let text = address.to_string();
        assert!(text.starts_with("amigos1"), "{text}");
        assert_eq!(text.parse(), Ok(address));
        for wrong in ["", "amigos1", "cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du", &text[..text.len() - 1], "ålice"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
