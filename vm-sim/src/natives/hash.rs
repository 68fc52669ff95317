//! Hashes, checksums and signatures.

use super::{Call, NativeFn};
use crate::pure::digest;
use crate::trap::{Res, broken};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("hash/crc32", "update", |c| {
        let (crc, poly, data) = (c.word() as u32, c.word() as u32, c.bytes()?);
        c.ret(u64::from(digest::crc32(crc, poly, &data)))
    }),
    ("crypto/sha256", "sum", |c| sized(c, digest::sha256)),
    ("crypto/sha512", "sum", |c| sized(c, digest::sha512)),
    ("crypto/sha3", "sum", |c| sized(c, digest::sha3)),
    ("crypto/sha3", "shake", |c| {
        let (data, size, skip, length) = (c.bytes()?, c.int(), c.word() as usize, c.int());
        let length = usize::try_from(length).unwrap_or(0);
        c.m.mem.room(length as u64)?;
        c.ret_str(&digest::shake(&data, size == 16, skip, length))
    }),
    ("crypto/ed25519", "publicKey", |c| {
        let seed = c.bytes()?;
        answer(c, digest::public_key(&seed))
    }),
    ("crypto/ed25519", "sign", |c| {
        let (key, message) = (c.bytes()?, c.bytes()?);
        c.ret_str(&digest::sign(&key, &message).unwrap_or_default())
    }),
    ("crypto/ed25519", "verify", |c| {
        let (key, message, signature) = (c.bytes()?, c.bytes()?, c.bytes()?);
        c.ret_bool(digest::verify(&key, &message, &signature))
    }),
];

fn sized(c: &mut Call, hash: fn(&[u8], usize) -> Option<Vec<u8>>) -> Res<()> {
    let (data, size) = (c.bytes()?, c.word() as usize);
    let hash = hash(&data, size);
    answer(c, hash)
}

fn answer(c: &mut Call, bytes: Option<Vec<u8>>) -> Res<()> {
    match bytes {
        Some(bytes) => c.ret_str(&bytes),
        None => broken("a hash or key of a size that there is not"),
    }
}
