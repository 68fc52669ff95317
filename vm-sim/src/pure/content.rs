//! Hashes and names of content.

use sha2::{Digest, Sha256};

/// SHA-256.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

/// The longest text that can name content: the largest hash in the widest writing (base 2) with room to spare.
const LONGEST: usize = 1024;

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The CID of version 1 with codec raw and hash SHA-256, in base 32.
pub fn cid(data: &[u8]) -> String {
    // version 1, codec raw, hash sha2-256 of 32 bytes
    let mut bytes = vec![1, 0x55, 0x12, 32];
    bytes.extend(sha256(data));
    let mut text = String::from("b");
    let (mut bits, mut n) = (0u32, 0);
    for b in bytes {
        bits = bits << 8 | u32::from(b);
        n += 8;
        while n >= 5 {
            n -= 5;
            text.push(char::from(BASE32[(bits >> n & 31) as usize]));
        }
        bits &= (1 << n) - 1;
    }
    if n > 0 {
        text.push(char::from(BASE32[(bits << (5 - n) & 31) as usize]));
    }
    text
}

/// Whether a text is a CID of version 0 or 1, without a path before or behind it.
pub fn is_cid(text: &[u8]) -> bool {
    if text.len() > LONGEST || text.contains(&b'/') {
        return false;
    }
    std::str::from_utf8(text).is_ok_and(|t| cid::Cid::try_from(t).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_crate_cid() {
        for data in [&b""[..], b"hello", b"hello world", &[0; 1000]] {
            let hash = cid::multihash::Multihash::<64>::wrap(0x12, &sha256(data)).expect("32 bytes fit");
            assert_eq!(cid(data), cid::Cid::new_v1(0x55, hash).to_string());
            assert!(is_cid(cid(data).as_bytes()));
        }
        assert_eq!(cid(b"hello"), "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq");
    }

    #[test]
    fn what_is_no_name() {
        assert!(is_cid(b"QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"));
        for bad in [
            &b""[..],
            b"b",
            b"hello",
            b"Qm",
            b"/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
            b"QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbd",
            b"\xff",
        ] {
            assert!(!is_cid(bad), "{bad:?}");
        }
        assert!(!is_cid(&vec![b'z'; 1 << 20]));
    }
}
