//! Hashes, checksums and signatures.

use super::NativeFn;
use crate::pure::digest;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[("hash/crc32", "update", |c| {
    let (crc, poly, data) = (c.word() as u32, c.word() as u32, c.bytes()?);
    c.ret(u64::from(digest::crc32(crc, poly, &data)))
})];
