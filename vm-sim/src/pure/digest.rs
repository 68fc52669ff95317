//! Checksums, hashes and signatures.

use std::sync::LazyLock;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use sha2::Digest;
use sha3::digest::{ExtendableOutput, Update, XofReader};

fn table(poly: u32) -> [u32; 256] {
    let mut table = [0; 256];
    for (i, entry) in table.iter_mut().enumerate() {
        let step = |c: u32, _| if c & 1 == 1 { c >> 1 ^ poly } else { c >> 1 };
        *entry = (0..8).fold(i as u32, step);
    }
    table
}

/// The polynomial of zip and Ethernet, lowest coefficient in the highest bit.
pub const IEEE: u32 = 0xedb8_8320;
/// That of iSCSI.
pub const CASTAGNOLI: u32 = 0x82f6_3b78;

static TABLES: LazyLock<[[u32; 256]; 2]> = LazyLock::new(|| [table(IEEE), table(CASTAGNOLI)]);

/// Continues a CRC of 32 bits with data, by [`CASTAGNOLI`] or else [`IEEE`].
pub fn crc32(crc: u32, poly: u32, data: &[u8]) -> u32 {
    let table = &TABLES[usize::from(poly == CASTAGNOLI)];
    !data.iter().fold(!crc, |c, b| table[usize::from(c as u8 ^ b)] ^ c >> 8)
}

/// SHA-256, or SHA-224, by the size of the hash in bytes.
pub fn sha256(data: &[u8], size: usize) -> Option<Vec<u8>> {
    Some(match size {
        32 => sha2::Sha256::digest(data).to_vec(),
        28 => sha2::Sha224::digest(data).to_vec(),
        _ => return None,
    })
}

/// SHA-512 and its shorter forms, by the size of the hash in bytes.
pub fn sha512(data: &[u8], size: usize) -> Option<Vec<u8>> {
    Some(match size {
        64 => sha2::Sha512::digest(data).to_vec(),
        48 => sha2::Sha384::digest(data).to_vec(),
        32 => sha2::Sha512_256::digest(data).to_vec(),
        28 => sha2::Sha512_224::digest(data).to_vec(),
        _ => return None,
    })
}

/// SHA-3, by the size of the hash in bytes.
pub fn sha3(data: &[u8], size: usize) -> Option<Vec<u8>> {
    Some(match size {
        64 => sha3::Sha3_512::digest(data).to_vec(),
        48 => sha3::Sha3_384::digest(data).to_vec(),
        32 => sha3::Sha3_256::digest(data).to_vec(),
        28 => sha3::Sha3_224::digest(data).to_vec(),
        _ => return None,
    })
}

/// `length` bytes of SHAKE128 or SHAKE256, after the first `skip`.
pub fn shake(data: &[u8], short: bool, skip: usize, length: usize) -> Vec<u8> {
    let read = |reader: &mut dyn FnMut(&mut [u8])| {
        let mut chunk = [0; 64];
        let mut left = skip;
        while left > 0 {
            let n = left.min(chunk.len());
            reader(&mut chunk[..n]);
            left -= n;
        }
        let mut out = vec![0; length];
        reader(&mut out);
        out
    };
    if short {
        let mut hash = sha3::Shake128::default();
        hash.update(data);
        let mut xof = hash.finalize_xof();
        read(&mut |b| xof.read(b))
    } else {
        let mut hash = sha3::Shake256::default();
        hash.update(data);
        let mut xof = hash.finalize_xof();
        read(&mut |b| xof.read(b))
    }
}

/// The public key of an ed25519 seed of 32 bytes.
pub fn public_key(seed: &[u8]) -> Option<Vec<u8>> {
    Some(SigningKey::from_bytes(seed.try_into().ok()?).verifying_key().to_bytes().to_vec())
}

/// A signature by a key of 64 bytes; its second half is taken for its public key, as Go does.
pub fn sign(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let (seed, public) = key.split_at_checked(32)?;
    let key = SigningKey::from_bytes(seed.try_into().ok()?);
    // a private key with another public key in it gives away its seed when it signs
    (public == key.verifying_key().as_bytes()).then(|| key.sign(message).to_bytes().to_vec())
}

/// Whether a signature is good. Points are taken as RFC 8032 and Go take them, without the cofactor.
pub fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = <&[u8; 32]>::try_from(key) else { return false };
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(key), Signature::from_slice(signature)) else { return false };
    key.verify(message, &signature).is_ok()
}
