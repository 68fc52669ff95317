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
