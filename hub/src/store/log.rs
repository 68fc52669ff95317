//! The block log: one append-only file of checksummed records, one record a block, one `fsync` a record.
//!
//! A record is `"AMGB"`, payload length (u32), height (u64), the first 8 bytes of the SHA-256 of those 16 bytes, the first 16
//! bytes of the SHA-256 of the payload, then the payload; all numbers little-endian. A record that was cut short by a crash
//! can only be the last one: it was never acknowledged, so it is cut off at open (and kept in a file beside the log). Damage
//! anywhere else is an error; nothing is overwritten then.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};

use super::error::StoreError;

const FILE_MAGIC: &[u8; 16] = b"amigos blocks 1\n";
const RECORD_MAGIC: &[u8; 4] = b"AMGB";
const HEADER: usize = 4 + 4 + 8 + 8 + 16;
/// The length of what stands before a payload, in bytes.
pub const HEADER_LENGTH: u64 = HEADER as u64;
/// No block is larger than this, in bytes.
pub const MAX_RECORD: usize = 256 << 20;

/// Where a block's payload lies in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of the record's header in bytes.
    pub offset: u64,
    /// Length of the payload in bytes.
    pub len: u32,
}

/// A record found while opening.
pub struct Found {
    /// The block's height.
    pub height: u64,
    /// Where it is.
    pub place: Place,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// The log, on disk or in memory.
pub enum BlockLog {
    /// Records in memory: for a hub without a data folder.
    Memory(Mutex<Vec<Vec<u8>>>),
    /// Records in a file.
    Disk(Box<DiskLog>),
}

/// The log on disk.
pub struct DiskLog {
    path: PathBuf,
    writer: Mutex<Writer>,
    reader: Mutex<File>,
}

struct Writer {
    file: File,
    end: u64,
    /// Set when a write failed half-way: no further block may be appended behind a hole.
    broken: bool,
}

impl BlockLog {
    /// A log that lives in memory.
    pub fn in_memory() -> BlockLog {
        BlockLog::Memory(Mutex::new(Vec::new()))
    }

    /// Opens or makes the log in `folder`, starting behind the record that ends at `from` (0: from the beginning), and calls
    /// `each` for every whole record from there on.
    ///
    /// Errors: the file cannot be read or written, belongs to something else, or is damaged before its end.
    pub fn open(folder: &Path, from: u64, each: &mut dyn FnMut(Found) -> Result<(), StoreError>) -> Result<BlockLog, StoreError> {
        let path = folder.join("blocks.log");
        let io = |doing| {
            let path = path.clone();
            move |source| StoreError::Io { path, doing, source }
        };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io("open"))?;
        let mut size = file.metadata().map_err(io("examine"))?.len();
        if size < FILE_MAGIC.len() as u64 {
            let mut start = Vec::new();
            file.read_to_end(&mut start).map_err(io("read"))?;
            if !FILE_MAGIC.starts_with(&start) {
                return Err(StoreError::Foreign { path, expected: "a block log".into(), found: "another kind of file".into() });
            }
            file.seek(SeekFrom::Start(0)).map_err(io("read"))?;
            file.write_all(FILE_MAGIC).map_err(io("write"))?;
            file.sync_all().map_err(io("write"))?;
            sync_folder(folder);
            size = FILE_MAGIC.len() as u64;
        } else {
            let mut magic = [0; 16];
            file.seek(SeekFrom::Start(0)).map_err(io("read"))?;
            file.read_exact(&mut magic).map_err(io("read"))?;
            if &magic != FILE_MAGIC {
                return Err(StoreError::Foreign { path, expected: "a block log".into(), found: "another kind of file".into() });
            }
        }
        let start = from.max(FILE_MAGIC.len() as u64);
        if start > size {
            return Err(StoreError::Corrupt {
                path,
                offset: Some(size),
                what: format!("the log ends here, but the checkpoint `state.redb` has applied blocks up to byte {start}"),
                remedy: "restore `blocks.log` from a backup, or start afresh in another folder with `--data`".into(),
            });
        }
        let end = scan(&path, &mut file, start, size, each)?;
        if end < size {
            cut_tail(&path, &mut file, end, size)?;
        }
        file.seek(SeekFrom::Start(end)).map_err(io("read"))?;
        let reader = File::open(&path).map_err(io("open"))?;
        Ok(BlockLog::Disk(Box::new(DiskLog { path, writer: Mutex::new(Writer { file, end, broken: false }), reader: Mutex::new(reader) })))
    }

    /// Appends a block's payload and waits until it is on the disk.
    pub fn append(&self, height: u64, payload: Vec<u8>) -> Result<Place, StoreError> {
        if payload.len() > MAX_RECORD {
            return Err(StoreError::Engine(format!("block {height} has {} bytes; at most {MAX_RECORD} are allowed", payload.len())));
        }
        match self {
            BlockLog::Memory(records) => {
                let mut records = lock(records);
                let place = Place { offset: records.len() as u64, len: payload.len() as u32 };
                records.push(payload);
                Ok(place)
            }
            BlockLog::Disk(log) => {
                let io = |source| StoreError::Io { path: log.path.clone(), doing: "append a block to", source };
                let mut writer = lock(&log.writer);
                if writer.broken {
                    return Err(io(std::io::Error::other("an earlier block could not be written; restart the hub")));
                }
                let mut record = record_header(height, &payload).to_vec();
                record.extend_from_slice(&payload);
                let written = writer.file.write_all(&record).and_then(|()| writer.file.sync_data());
                if let Err(source) = written {
                    writer.broken = true;
                    return Err(io(source));
                }
                let place = Place { offset: writer.end, len: payload.len() as u32 };
                writer.end += record.len() as u64;
                Ok(place)
            }
        }
    }

    /// The offset behind the last record.
    pub fn end(&self) -> u64 {
        match self {
            BlockLog::Memory(records) => lock(records).len() as u64,
            BlockLog::Disk(log) => lock(&log.writer).end,
        }
    }

    /// Reads the payload at a place and checks it.
    pub fn read(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        match self {
            BlockLog::Memory(records) => {
                let records = lock(records);
                records.get(place.offset as usize).cloned().ok_or_else(|| StoreError::Engine("no such block in memory".into()))
            }
            BlockLog::Disk(log) => {
                let io = |source| StoreError::Io { path: log.path.clone(), doing: "read a block from", source };
                let mut bytes = vec![0; HEADER + place.len as usize];
                {
                    let mut file = lock(&log.reader);
                    file.seek(SeekFrom::Start(place.offset)).map_err(io)?;
                    file.read_exact(&mut bytes).map_err(io)?;
                }
                let payload = bytes.split_off(HEADER);
                match parse_header(&bytes) {
                    Some(header) if header.len as usize == payload.len() && header.digest == digest(&payload) => Ok(payload),
                    _ => Err(StoreError::Corrupt {
                        path: log.path.clone(),
                        offset: Some(place.offset),
                        what: "the block here does not match its checksum".into(),
                        remedy: "restore the file from a backup, or start afresh in another folder with `--data`".into(),
                    }),
                }
            }
        }
    }
}

struct Header {
    len: u32,
    height: u64,
    digest: [u8; 16],
}

fn digest(payload: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(&Sha256::digest(payload)[..16]);
    out
}

fn record_header(height: u64, payload: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(RECORD_MAGIC);
    header[4..8].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    header[8..16].copy_from_slice(&height.to_le_bytes());
    let check = Sha256::digest(&header[..16]);
    header[16..24].copy_from_slice(&check[..8]);
    header[24..].copy_from_slice(&digest(payload));
    header
}

fn parse_header(bytes: &[u8]) -> Option<Header> {
    let bytes: &[u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
    if &bytes[..4] != RECORD_MAGIC || Sha256::digest(&bytes[..16])[..8] != bytes[16..24] {
        return None;
    }
    let len = u32::from_le_bytes(bytes[4..8].try_into().ok()?);
    let height = u64::from_le_bytes(bytes[8..16].try_into().ok()?);
    let mut digest = [0; 16];
    digest.copy_from_slice(&bytes[24..]);
    (len as usize <= MAX_RECORD).then_some(Header { len, height, digest })
}

/// Reads records from `at` to `size`; gives the offset behind the last whole one.
fn scan(
    path: &Path,
    file: &mut File,
    mut at: u64,
    size: u64,
    each: &mut dyn FnMut(Found) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let io = |source| StoreError::Io { path: path.to_path_buf(), doing: "read", source };
    while at < size {
        file.seek(SeekFrom::Start(at)).map_err(io)?;
        let mut bytes = vec![0; HEADER.min((size - at) as usize)];
        file.read_exact(&mut bytes).map_err(io)?;
        let Some(header) = parse_header(&bytes) else {
            return tail_or_damage(path, file, at, size, at + 1, "no block begins here");
        };
        let body = at + HEADER as u64;
        if body + u64::from(header.len) > size {
            return tail_or_damage(path, file, at, size, body, "the block here is cut short");
        }
        let mut payload = vec![0; header.len as usize];
        file.read_exact(&mut payload).map_err(io)?;
        if digest(&payload) != header.digest {
            if body + u64::from(header.len) == size && !payload.ends_with(&[0; 64]) {
                // Whole in length, and not the zeros that a power cut leaves: this was acknowledged, so it is not ours to drop.
                return Err(damage(path, at, "the last block does not match its checksum"));
            }
            return tail_or_damage(path, file, at, size, body, "the block here does not match its checksum");
        }
        let place = Place { offset: at, len: header.len };
        each(Found { height: header.height, place, payload })?;
        at = body + u64::from(header.len);
    }
    Ok(at)
}

/// A bad record is a torn tail if no whole header follows it, else damage.
fn tail_or_damage(path: &Path, file: &mut File, at: u64, size: u64, search_from: u64, what: &str) -> Result<u64, StoreError> {
    let io = |source| StoreError::Io { path: path.to_path_buf(), doing: "read", source };
    const CHUNK: usize = 1 << 20;
    let mut from = search_from;
    while from < size {
        file.seek(SeekFrom::Start(from)).map_err(io)?;
        let mut bytes = vec![0; (CHUNK + HEADER).min((size - from) as usize)];
        file.read_exact(&mut bytes).map_err(io)?;
        let hit = bytes
            .windows(4)
            .enumerate()
            .any(|(i, window)| window == RECORD_MAGIC && bytes.get(i..).is_some_and(|b| parse_header(b).is_some()));
        if hit {
            return Err(damage(path, at, what));
        }
        from += CHUNK as u64;
    }
    Ok(at)
}

fn damage(path: &Path, at: u64, what: &str) -> StoreError {
    StoreError::Corrupt {
        path: path.to_path_buf(),
        offset: Some(at),
        what: what.into(),
        remedy: format!(
            "restore the file from a backup, or give up this block and all later ones by cutting a copy of the file to {at} bytes (and removing `state.redb` beside it), or start afresh in another folder with `--data`"
        ),
    }
}

/// Keeps the torn tail in a file of its own, then cuts it off.
fn cut_tail(path: &Path, file: &mut File, end: u64, size: u64) -> Result<(), StoreError> {
    let side = path.with_file_name(format!("blocks.torn-{end}"));
    let io = |path: &Path, doing: &'static str| {
        let path = path.to_path_buf();
        move |source| StoreError::Io { path, doing, source }
    };
    file.seek(SeekFrom::Start(end)).map_err(io(path, "read"))?;
    let mut tail = Vec::new();
    file.take(size - end).read_to_end(&mut tail).map_err(io(path, "read"))?;
    std::fs::write(&side, &tail).map_err(io(&side, "write"))?;
    file.set_len(end).map_err(io(path, "cut the torn last block from"))?;
    file.sync_all().map_err(io(path, "write"))
}

/// Makes a new file's name durable; not every system can, and then the file itself still is.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(folder: &Path) -> Result<Vec<u64>, StoreError> {
        let mut seen = Vec::new();
        BlockLog::open(folder, 0, &mut |found| {
            assert_eq!(found.payload, payload(found.height));
            seen.push(found.height);
            Ok(())
        })?;
        Ok(seen)
    }

    fn payload(height: u64) -> Vec<u8> {
        (0..100 + height).map(|i| (i * 7 + height) as u8 | 1).collect()
    }

    fn three_blocks(folder: &Path) {
        let log = BlockLog::open(folder, 0, &mut |_| Ok(())).unwrap();
        for height in 1..=3 {
            let place = log.append(height, payload(height)).unwrap();
            assert_eq!(log.read(place).unwrap(), payload(height));
        }
    }

    #[test]
    fn a_torn_tail_is_cut_at_every_length() {
        let folder = tempfile::tempdir().unwrap();
        three_blocks(folder.path());
        let whole = std::fs::read(folder.path().join("blocks.log")).unwrap();
        let last = whole.len() - HEADER - payload(3).len();
        for length in last..whole.len() {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("blocks.log"), &whole[..length]).unwrap();
            assert_eq!(heights(folder.path()).unwrap(), [1, 2], "cut to {length}");
            assert_eq!(std::fs::metadata(folder.path().join("blocks.log")).unwrap().len() as usize, last);
            if length > last {
                assert_eq!(std::fs::read(folder.path().join(format!("blocks.torn-{last}"))).unwrap(), &whole[last..length]);
            }
        }
        assert_eq!(heights(folder.path()).unwrap(), [1, 2, 3]);
    }

    #[test]
    fn a_flipped_bit_is_an_error_that_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        three_blocks(folder.path());
        let whole = std::fs::read(folder.path().join("blocks.log")).unwrap();
        let second = 16 + HEADER + payload(1).len();
        let last = whole.len() - 5;
        for (at, record) in [
            (second + 5, second),
            (second + 12, second),
            (second + HEADER + 3, second),
            (20, 16),
            (last, whole.len() - HEADER - payload(3).len()),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            let path = folder.path().join("blocks.log");
            std::fs::write(&path, &bytes).unwrap();
            let error = heights(folder.path()).unwrap_err().to_string();
            assert!(error.contains("blocks.log"), "{error}");
            assert!(error.contains(&format!("at byte {record}")), "{error}");
            assert!(error.contains("nothing was changed"), "{error}");
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn another_file_is_not_taken_for_a_log() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("blocks.log"), "dear diary, today").unwrap();
        assert!(heights(folder.path()).unwrap_err().to_string().contains("expected a block log"));
        std::fs::write(folder.path().join("blocks.log"), "dear").unwrap();
        assert!(heights(folder.path()).unwrap_err().to_string().contains("expected a block log"));
    }
}
