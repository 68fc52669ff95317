//! Who acts (language.md, section 3): contexts on the stack, addresses of packages, makers.

use std::sync::Arc;

use amigos_syntax::Name;
use sha2::{Digest, Sha256};

use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::trap::{Res, panic};

/// Nobody acts: a `Render` is on the stack.
pub const NOBODY: PkgIdx = u16::MAX;

/// A call as a contract sees it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who acts.
    pub acting: PkgIdx,
    /// `msg.Sender`
    pub sender: Arc<str>,
    /// `msg.Value`
    pub value: u64,
    /// `msg.Func`
    pub func: Name,
}

/// The human-readable part of addresses.
const HRP: &str = "amigos";

/// The address of a package, by its identity (`path@vN`); the variant with its tests has the same.
pub fn package_address(key: &str) -> String {
    let key = key.split(" [").next().unwrap_or(key);
    let hash = Sha256::digest(format!("amigos/package/{key}").as_bytes());
    encode_address(&hash[..20])
}

/// The address of one of the chain's own accounts.
pub fn module_address(name: &str) -> String {
    encode_address(&Sha256::digest(format!("amigos/module/{name}").as_bytes())[..20])
}

/// 20 bytes as an address.
pub fn encode_address(bytes: &[u8]) -> String {
    let hrp = bech32::Hrp::parse_unchecked(HRP);
    bech32::encode::<bech32::Bech32>(hrp, bytes).unwrap_or_default()
}

/// Letters of an address, in the order of their values.
const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// The value of each byte as a letter; 32 if it is none.
const VALUES: [u8; 256] = {
    let mut values = [32; 256];
    let mut i = 0;
    while i < 32 {
        values[LETTERS[i] as usize] = i as u8;
        i += 1;
    }
    values
};
/// What the five bits that leave the checksum at its top add to it.
const FOLDS: [u32; 32] = {
    let generator = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let mut folds = [0; 32];
    let mut i = 0;
    while i < 32 {
        let mut bit = 0;
        while bit < 5 {
            if (i >> bit) & 1 == 1 {
                folds[i] ^= generator[bit];
            }
            bit += 1;
        }
        i += 1;
    }
    folds
};

const fn fold(sum: u32, value: u8) -> u32 {
    ((sum & 0x1ff_ffff) << 5) ^ value as u32 ^ FOLDS[(sum >> 25) as usize]
}

/// The checksum behind `amigos1`.
const PREFIX_SUM: u32 = {
    let hrp = HRP.as_bytes();
    let mut sum = 1;
    let mut i = 0;
    while i < hrp.len() {
        sum = fold(sum, hrp[i] >> 5);
        i += 1;
    }
    sum = fold(sum, 0);
    i = 0;
    while i < hrp.len() {
        sum = fold(sum, hrp[i] & 31);
        i += 1;
    }
    sum
};

/// Whether a text is an address: whether [`decode_address`] finds one, sooner.
pub fn is_address(text: &[u8]) -> bool {
    // of 20 bytes: 32 letters, and 6 of the checksum
    match text.strip_prefix(b"amigos1") {
        Some(rest) if rest.len() == 38 => {
            let (mut sum, mut wrong) = (PREFIX_SUM, 0);
            for letter in rest {
                let value = VALUES[usize::from(*letter)];
                wrong |= value & 32;
                sum = fold(sum, value & 31);
            }
            wrong == 0 && sum == 1
        }
        _ => std::str::from_utf8(text).is_ok_and(|text| decode_address(text).is_some()),
    }
}

/// The bytes of an address; `None` if it is none.
pub fn decode_address(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(text).ok()?;
    if checked.hrp().as_str() != HRP {
        return None;
    }
    let bytes: Vec<u8> = checked.byte_iter().collect();
    (bytes.len() == 20).then_some(bytes)
}

impl Machine<'_> {
    /// The context of the running code.
    pub fn ctx(&self) -> Option<&Ctx> {
        self.ctxs.last()
    }

    /// The address of the acting package; empty if nobody acts.
    pub fn acting_address(&self, image: &Image) -> Arc<str> {
        match image.pkgs.get(usize::from(self.acting)) {
            Some(p) => p.address.clone(),
            None => "".into(),
        }
    }

    /// The name of a package for messages.
    pub fn pkg_name(image: &Image, pkg: PkgIdx) -> &str {
        match image.pkgs.get(usize::from(pkg)) {
            Some(p) if pkg != 0 => p.key.0.as_str(),
            _ if pkg == NOBODY => "nobody (a Render is running)",
            _ => "nobody",
        }
    }

    /// Lets `pkg` act from here on. `own_value` says whether the call goes through a value that `pkg` itself made, which may come back to a
    /// contract that is on the stack already.
    pub fn enter(&mut self, image: &Image, pkg: PkgIdx, func: Name, own_value: bool) -> Res<()> {
        if !own_value && self.ctxs.iter().any(|c| c.acting == pkg) {
            let (inner, outer) = (Self::pkg_name(image, pkg), Self::pkg_name(image, self.acting));
            return panic(format!(
                "`{inner}` is running already and cannot be entered again from `{outer}`; only function and interface values that it made itself can come back to it"
            ));
        }
        let sender = self.acting_address(image);
        self.ctxs.push(Ctx { acting: pkg, sender, value: 0, func });
        self.acting = pkg;
        Ok(())
    }

    /// Lets nobody act from here on: a `Render` was entered.
    pub fn enter_nobody(&mut self, func: Name) {
        self.ctxs.push(Ctx { acting: NOBODY, sender: "".into(), value: 0, func });
        self.acting = NOBODY;
    }

    /// Leaves the last `n` contexts.
    pub fn leave(&mut self, n: u8) {
        let keep = self.ctxs.len().saturating_sub(usize::from(n));
        self.ctxs.truncate(keep);
        self.acting = self.ctxs.last().map_or(0, |c| c.acting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_others() {
        let mut state = 1u64;
        let mut roll = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        let mut good = 0;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..18 + roll(5)).map(|_| roll(256) as u8).collect();
            let mut text = encode_address(&bytes).into_bytes();
            if roll(2) == 0 {
                let at = roll(text.len());
                text[at] = b"qpl1 AQ\xc3o8"[roll(10)];
            }
            let decoded = std::str::from_utf8(&text).ok().and_then(decode_address);
            assert_eq!(is_address(&text), decoded.is_some(), "{}", String::from_utf8_lossy(&text));
            good += u32::from(decoded.is_some());
        }
        assert!(good > 1000, "{good} were addresses");
    }
}
