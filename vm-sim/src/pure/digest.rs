//! Checksums and hashes.

use std::sync::LazyLock;

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
