//! Oracle reports as records: in namespace [`super::ORACLE`], under the pair's name, the newest report of each source.

use super::{Reader, put_text, put_uint};

/// The newest report of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The source.
    pub source: String,
    /// The price in units of 10^-8.
    pub units: i64,
    /// The height of the block that carried it.
    pub height: i64,
    /// That block's time, seconds since 1970.
    pub seconds: i64,
    /// Whether it is fresh and stands on over two thirds of the power.
    pub fresh: bool,
}

/// Reports as a record.
pub fn write(list: &[Report]) -> Vec<u8> {
    let mut out = Vec::new();
    for r in list {
        put_text(&mut out, r.source.as_bytes());
        for n in [r.units, r.height, r.seconds] {
            put_uint(&mut out, n as u64);
        }
        out.push(u8::from(r.fresh));
    }
    out
}

/// Reports from a record.
pub fn read(bytes: &[u8]) -> Option<Vec<Report>> {
    let mut r = Reader::new(bytes);
    let mut list = Vec::new();
    while !r.is_empty() {
        let source = r.str()?.to_owned();
        let (units, height, seconds) = (r.uint()? as i64, r.uint()? as i64, r.uint()? as i64);
        list.push(Report { source, units, height, seconds, fresh: r.byte()? != 0 });
    }
    Some(list)
}
