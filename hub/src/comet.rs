//! Headers, commits and their hashes as CometBFT v0.38 defines them, so that its tools and light clients can read the hub.

use ed25519_dalek::{Signer, SigningKey};
use prost::Message;

use crate::encode::{Hash, sha256};

/// `tendermint.version.Consensus`: block protocol 11, and the version of our own rules.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Version {
    #[prost(uint64, tag = "1")]
    pub block: u64,
    #[prost(uint64, tag = "2")]
    pub app: u64,
}

/// `google.protobuf.Timestamp`.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Timestamp {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// `tendermint.types.PartSetHeader`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PartSetHeader {
    #[prost(uint32, tag = "1")]
    pub total: u32,
    #[prost(bytes = "vec", tag = "2")]
    pub hash: Vec<u8>,
}

/// `tendermint.types.BlockID`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct BlockId {
    #[prost(bytes = "vec", tag = "1")]
    pub hash: Vec<u8>,
    #[prost(message, optional, tag = "2")]
    pub part_set_header: Option<PartSetHeader>,
}

/// `tendermint.types.Header`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Header {
    #[prost(message, optional, tag = "1")]
    pub version: Option<Version>,
    #[prost(string, tag = "2")]
    pub chain_id: String,
    #[prost(int64, tag = "3")]
    pub height: i64,
    #[prost(message, optional, tag = "4")]
    pub time: Option<Timestamp>,
    #[prost(message, optional, tag = "5")]
    pub last_block_id: Option<BlockId>,
    #[prost(bytes = "vec", tag = "6")]
    pub last_commit_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "7")]
    pub data_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "8")]
    pub validators_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "9")]
    pub next_validators_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "10")]
    pub consensus_hash: Vec<u8>,
    /// The state's root behind the block before this one.
    #[prost(bytes = "vec", tag = "11")]
    pub app_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "12")]
    pub last_results_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "13")]
    pub evidence_hash: Vec<u8>,
    #[prost(bytes = "vec", tag = "14")]
    pub proposer_address: Vec<u8>,
}

/// `tendermint.types.CommitSig`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct CommitSig {
    #[prost(int32, tag = "1")]
    pub block_id_flag: i32,
    #[prost(bytes = "vec", tag = "2")]
    pub validator_address: Vec<u8>,
    #[prost(message, optional, tag = "3")]
    pub timestamp: Option<Timestamp>,
    #[prost(bytes = "vec", tag = "4")]
    pub signature: Vec<u8>,
}

/// `tendermint.types.Commit`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Commit {
    #[prost(int64, tag = "1")]
    pub height: i64,
    #[prost(int32, tag = "2")]
    pub round: i32,
    #[prost(message, optional, tag = "3")]
    pub block_id: Option<BlockId>,
    #[prost(message, repeated, tag = "4")]
    pub signatures: Vec<CommitSig>,
}

/// `tendermint.types.Data`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Data {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub txs: Vec<Vec<u8>>,
}

/// `tendermint.types.EvidenceList`, always empty here.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct EvidenceList {}

/// `tendermint.types.Block`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Block {
    #[prost(message, optional, tag = "1")]
    pub header: Option<Header>,
    #[prost(message, optional, tag = "2")]
    pub data: Option<Data>,
    #[prost(message, optional, tag = "3")]
    pub evidence: Option<EvidenceList>,
    #[prost(message, optional, tag = "4")]
    pub last_commit: Option<Commit>,
}

/// `tendermint.types.CanonicalVote`: what a validator signs.
#[derive(Clone, PartialEq, Eq, Message)]
struct CanonicalVote {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(sfixed64, tag = "2")]
    height: i64,
    #[prost(sfixed64, tag = "3")]
    round: i64,
    #[prost(message, optional, tag = "4")]
    block_id: Option<BlockId>,
    #[prost(message, optional, tag = "5")]
    timestamp: Option<Timestamp>,
    #[prost(string, tag = "6")]
    chain_id: String,
}

#[derive(Clone, PartialEq, Message)]
struct BytesValue {
    #[prost(bytes = "vec", tag = "1")]
    value: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct Int64Value {
    #[prost(int64, tag = "1")]
    value: i64,
}

#[derive(Clone, PartialEq, Message)]
struct SimpleValidator {
    #[prost(message, optional, tag = "1")]
    key: Option<BytesValue>,
    #[prost(int64, tag = "2")]
    power: i64,
}

#[derive(Clone, PartialEq, Message)]
struct HashedParams {
    #[prost(int64, tag = "1")]
    block_max_bytes: i64,
    #[prost(int64, tag = "2")]
    block_max_gas: i64,
}

#[derive(Clone, PartialEq, Message)]
struct DeterministicResult {
    #[prost(uint32, tag = "1")]
    code: u32,
    #[prost(bytes = "vec", tag = "2")]
    data: Vec<u8>,
    #[prost(int64, tag = "5")]
    gas_wanted: i64,
    #[prost(int64, tag = "6")]
    gas_used: i64,
}

const PART_SIZE: usize = 65_536;
const PRECOMMIT: i32 = 2;
const FLAG_COMMIT: i32 = 2;
/// The power of the one validator.
pub const VALIDATOR_POWER: i64 = 10;

/// A time in nanoseconds since 1970 as protobuf has it.
pub fn timestamp(nanoseconds: u64) -> Timestamp {
    Timestamp { seconds: (nanoseconds / 1_000_000_000) as i64, nanos: (nanoseconds % 1_000_000_000) as i32 }
}

/// Nanoseconds since 1970.
pub fn nanoseconds(timestamp: &Timestamp) -> u64 {
    (timestamp.seconds.max(0) as u64).saturating_mul(1_000_000_000).saturating_add(timestamp.nanos.max(0) as u64)
}

/// The hash of a header.
pub fn header_hash(header: &Header) -> Hash {
    let bytes = |value: &[u8]| if value.is_empty() { Vec::new() } else { BytesValue { value: value.to_vec() }.encode_to_vec() };
    let fields = [
        header.version.unwrap_or_default().encode_to_vec(),
        bytes(header.chain_id.as_bytes()),
        Int64Value { value: header.height }.encode_to_vec(),
        header.time.unwrap_or_default().encode_to_vec(),
        encode_block_id(&header.last_block_id.clone().unwrap_or_default()),
        bytes(&header.last_commit_hash),
        bytes(&header.data_hash),
        bytes(&header.validators_hash),
        bytes(&header.next_validators_hash),
        bytes(&header.consensus_hash),
        bytes(&header.app_hash),
        bytes(&header.last_results_hash),
        bytes(&header.evidence_hash),
        bytes(&header.proposer_address),
    ];
    merkle_root(&fields)
}

/// In CometBFT's encoding the part set header is always there, even if empty.
fn encode_block_id(id: &BlockId) -> Vec<u8> {
    let mut id = id.clone();
    id.part_set_header.get_or_insert_default();
    id.encode_to_vec()
}

/// The hash over a block's transactions.
pub fn data_hash(transactions: &[Hash]) -> Hash {
    merkle_root(transactions)
}

/// The hash over the results: what of them must be alike on every node.
pub fn results_hash<'a>(results: impl Iterator<Item = (u32, &'a [u8], u64, u64)>) -> Hash {
    let leaves: Vec<Vec<u8>> = results
        .map(|(code, data, wanted, used)| {
            DeterministicResult { code, data: data.to_vec(), gas_wanted: wanted as i64, gas_used: used as i64 }.encode_to_vec()
        })
        .collect();
    merkle_root(&leaves)
}

/// The hash over the consensus parameters that matter to a header.
pub fn parameters_hash(max_bytes: i64, max_gas: i64) -> Hash {
    sha256(&HashedParams { block_max_bytes: max_bytes, block_max_gas: max_gas }.encode_to_vec())
}

/// The hash over the one validator.
pub fn validators_hash(public_key: &[u8; 32]) -> Hash {
    let leaf = SimpleValidator { key: Some(BytesValue { value: public_key.to_vec() }), power: VALIDATOR_POWER };
    merkle_root(&[leaf.encode_to_vec()])
}

/// The hash of a commit.
pub fn commit_hash(commit: &Commit) -> Hash {
    let leaves: Vec<Vec<u8>> = commit.signatures.iter().map(Message::encode_to_vec).collect();
    merkle_root(&leaves)
}

/// The hash of no evidence.
pub fn no_evidence_hash() -> Hash {
    merkle_root::<Hash>(&[])
}

/// A validator's address: the beginning of its key's hash.
pub fn validator_address(public_key: &[u8; 32]) -> Vec<u8> {
    sha256(public_key)[..20].to_vec()
}

/// The id of a block: its header's hash and the hash over its parts of 64 KiB.
pub fn block_id(block: &Block) -> BlockId {
    let bytes = block.encode_to_vec();
    let parts: Vec<&[u8]> = bytes.chunks(PART_SIZE).collect();
    let header = block.header.as_ref().map(header_hash).unwrap_or_default();
    BlockId {
        hash: header.to_vec(),
        part_set_header: Some(PartSetHeader { total: parts.len() as u32, hash: merkle_root(&parts).to_vec() }),
    }
}

/// The commit of the one validator for a block.
pub fn commit(key: &SigningKey, chain_id: &str, height: i64, id: BlockId, time: Timestamp) -> Commit {
    let vote =
        CanonicalVote { kind: PRECOMMIT, height, round: 0, block_id: Some(id.clone()), timestamp: Some(time), chain_id: chain_id.into() };
    let signature = key.sign(&vote.encode_length_delimited_to_vec());
    let public_key = key.verifying_key().to_bytes();
    Commit {
        height,
        round: 0,
        block_id: Some(id),
        signatures: vec![CommitSig {
            block_id_flag: FLAG_COMMIT,
            validator_address: validator_address(&public_key),
            timestamp: Some(time),
            signature: signature.to_bytes().to_vec(),
        }],
    }
}

/// The Merkle root of RFC 6962 over SHA-256.
pub fn merkle_root<T: AsRef<[u8]>>(leaves: &[T]) -> Hash {
    // A stack of roots of perfect subtrees, as in a binary counter; folding them from the right gives the RFC's left-heavy split.
    let mut stack: Vec<(u32, Hash)> = Vec::new();
    for leaf in leaves {
        let mut node = (0, sha256(&[&[0], leaf.as_ref()].concat()));
        while let Some(&(height, left)) = stack.last().filter(|(height, _)| *height == node.0) {
            stack.pop();
            node = (height + 1, inner(&left, &node.1));
        }
        stack.push(node);
    }
    let Some((_, mut root)) = stack.pop() else { return sha256(&[]) };
    while let Some((_, left)) = stack.pop() {
        root = inner(&left, &root);
    }
    root
}

fn inner(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1][..], left, right].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::hex;

    fn by_the_book(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [leaf] => sha256(&[&[0][..], leaf].concat()),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                inner(&by_the_book(&leaves[..split]), &by_the_book(&leaves[split..]))
            }
        }
    }

    #[test]
    fn merkle_roots_follow_the_definition() {
        for n in 0..70u8 {
            let leaves: Vec<Vec<u8>> = (0..n).map(|i| vec![i; usize::from(i % 5)]).collect();
            assert_eq!(merkle_root(&leaves), by_the_book(&leaves), "{n}");
        }
        assert_eq!(hex(&no_evidence_hash()), "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
    }

    #[test]
    fn the_default_parameters_hash_is_that_of_cometbft() {
        // A fresh CometBFT 0.38 chain has this `consensus_hash`: blocks of 21 MiB, no gas limit.
        assert_eq!(hex(&parameters_hash(22_020_096, -1)), "048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F");
    }

    /// This header and its commit were accepted by the light client of tendermint-rs 0.40.
    #[test]
    fn a_light_client_agrees() {
        let bytes = |text: &str| crate::encode::unhex(text).unwrap();
        let id =
            |hash: &str, parts: &str| BlockId { hash: bytes(hash), part_set_header: Some(PartSetHeader { total: 1, hash: bytes(parts) }) };
        let validators = "BBEC991B0A13F66F305440C76A65F12C056009069887D1F1D030C9C157D4E93F";
        let header = Header {
            version: Some(Version { block: 11, app: 1_001_001_001_001 }),
            chain_id: "amigos-dev".into(),
            height: 2,
            time: Some(timestamp(1_700_000_002_000_000_000)),
            last_block_id: Some(id(
                "36CD924467D40DEA9A6E967ED847DC05563F308D0520A318004EA19981EECD91",
                "BF6E7DC6E56C4900AFFA1D7C0AA9FF5014C83AFB2CBCD6F2CDE8C844143EF54A",
            )),
            last_commit_hash: bytes("55DF755CFC3ABE6C59E7EA38223867C61ECC55FAF537B6639793DE7523F10881"),
            data_hash: bytes("E71251B3EECEF40F909735C75F79E527058AB234C0F3E19594EE0D4AF2B4BB9D"),
            validators_hash: bytes(validators),
            next_validators_hash: bytes(validators),
            consensus_hash: bytes("68ECD6F333119CE43751ECE583B981F23508AEAF4221FF582B1BB33BE42BCEFA"),
            app_hash: bytes("742A0F3BB45067EF03BB57DB049BF6CDC23449C1FFBB9CE4D7DD691029C9E7A7"),
            last_results_hash: no_evidence_hash().to_vec(),
            evidence_hash: no_evidence_hash().to_vec(),
            proposer_address: bytes("3E9D4834F1C4595F27164FDCD35DDD9B9044A401"),
        };
        let hash = "9F401F4A35A0CB3E561AF31C55CBC4029AC780EF677E434DA8CCA41B6A6D139D";
        assert_eq!(hex(&header_hash(&header)), hash);
        let key = SigningKey::from_bytes(&sha256(b"amigos development validator amigos-dev"));
        assert_eq!(hex(&validators_hash(&key.verifying_key().to_bytes())), validators);
        let id = id(hash, "B6E4623D383F60780491C0AB84F84E4A3BD76A0F73A3590360FAFD60A42B1050");
        let commit = commit(&key, "amigos-dev", 2, id, timestamp(1_700_000_002_000_000_000));
        let signature = crate::encode::base64(&commit.signatures[0].signature);
        assert_eq!(signature, "v9A10L8taswuZQOKzwID4UzkPEneny7hKipaVLJH6e1OXjZmloaijDJUKnFf+M/Vf/HdrKBU9uhn3b0N1hnMAw==");
    }
}
