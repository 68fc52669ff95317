//! The authenticated trees: a Jellyfish Merkle tree (SHA-256) per namespace and one over their roots.
//!
//! A tree's versions are dense and its own; `root_key` entries say which version a namespace had at a height.

use jmt::storage::{HasPreimage, LeafNode, Node, NodeKey, TreeReader, TreeUpdateBatch};
use jmt::{JellyfishMerkleTree, KeyHash, OwnedValue, Version};
use sha2::Sha256;

use super::error::{StoreError, engine};
use super::kv::{Batch, Checkpoint};

/// The number of a namespace: 0 is the chain's own, packages count from 1.
pub type Namespace = u32;
/// The tree over the namespaces' roots.
pub const ROOTS: Namespace = u32::MAX;

/// A tree of one namespace, read from the store.
pub struct TreeView<'a> {
    store: &'a Checkpoint,
    namespace: Namespace,
}

impl<'a> TreeView<'a> {
    /// The tree of `namespace`.
    pub fn new(store: &'a Checkpoint, namespace: Namespace) -> TreeView<'a> {
        TreeView { store, namespace }
    }

    fn node_key(&self, key: &NodeKey) -> anyhow::Result<Vec<u8>> {
        node_key(self.namespace, key)
    }

    /// Puts values and gives the new root and what must be stored.
    pub fn put(
        &self,
        version: Version,
        values: impl IntoIterator<Item = (Vec<u8>, Option<Vec<u8>>)>,
    ) -> Result<([u8; 32], Batch), StoreError> {
        let mut batch = Batch::new();
        let mut set = Vec::new();
        for (key, value) in values {
            let hash = KeyHash::with::<Sha256>(&key);
            if value.is_some() {
                batch.insert(preimage_key(hash), key);
            }
            set.push((hash, value));
        }
        let tree = JellyfishMerkleTree::<_, Sha256>::new(self);
        let (root, update) = tree.put_value_set(set, version).map_err(engine)?;
        self.encode(&update, &mut batch).map_err(engine)?;
        Ok((root.0, batch))
    }

    fn encode(&self, update: &TreeUpdateBatch, batch: &mut Batch) -> anyhow::Result<()> {
        for (key, node) in update.node_batch.nodes() {
            batch.insert(self.node_key(key)?, borsh::to_vec(node)?);
        }
        for ((version, hash), value) in update.node_batch.values() {
            batch.insert(value_key(self.namespace, *hash, *version), encode_value(value.as_deref()));
        }
        Ok(())
    }

    /// The value at `version` with an ICS23 proof that it is there, or that nothing is.
    pub fn prove(&self, version: Version, key: &[u8]) -> Result<(Option<Vec<u8>>, ics23::CommitmentProof), StoreError> {
        let tree = JellyfishMerkleTree::<_, Sha256>::new(self);
        tree.get_with_ics23_proof(key.to_vec(), version).map_err(engine)
    }

    /// The value at `version`.
    pub fn get(&self, version: Version, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.value(version, KeyHash::with::<Sha256>(key))
    }

    fn value(&self, version: Version, hash: KeyHash) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.store.newest(&value_prefix(self.namespace, hash), version)?;
        Ok(found.and_then(|(_, bytes)| decode_value(bytes)))
    }
}

impl TreeReader for TreeView<'_> {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        match self.store.get(&self.node_key(key)?)? {
            None => Ok(None),
            Some(bytes) => Ok(Some(borsh::from_slice(&bytes)?)),
        }
    }

    fn get_value_option(&self, max_version: Version, key_hash: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        Ok(self.value(max_version, key_hash)?)
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        anyhow::bail!("trees are never restored from snapshots here")
    }
}

impl HasPreimage for TreeView<'_> {
    fn preimage(&self, key_hash: KeyHash) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.store.get(&preimage_key(key_hash))?)
    }
}

/// The root of a tree without entries.
pub const EMPTY_ROOT: [u8; 32] = *b"SPARSE_MERKLE_PLACEHOLDER_HASH__";

fn node_key(namespace: Namespace, key: &NodeKey) -> anyhow::Result<Vec<u8>> {
    let mut out = vec![b'n'];
    out.extend_from_slice(&namespace.to_be_bytes());
    out.extend_from_slice(&key.version().to_be_bytes());
    out.extend_from_slice(&borsh::to_vec(key.nibble_path())?);
    Ok(out)
}

fn value_prefix(namespace: Namespace, hash: KeyHash) -> Vec<u8> {
    let mut out = vec![b'v'];
    out.extend_from_slice(&namespace.to_be_bytes());
    out.extend_from_slice(&hash.0);
    out
}

fn value_key(namespace: Namespace, hash: KeyHash, version: Version) -> Vec<u8> {
    let mut out = value_prefix(namespace, hash);
    out.extend_from_slice(&version.to_be_bytes());
    out
}

fn preimage_key(hash: KeyHash) -> Vec<u8> {
    [&b"k"[..], &hash.0].concat()
}

/// The prefix of the entries that say which version and root a namespace had from which height on.
pub fn root_prefix(namespace: Namespace) -> Vec<u8> {
    [&b"r"[..], &namespace.to_be_bytes()].concat()
}

fn encode_value(value: Option<&[u8]>) -> Vec<u8> {
    match value {
        None => vec![0],
        Some(bytes) => [&[1], bytes].concat(),
    }
}

fn decode_value(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    (bytes.first() == Some(&1)).then(|| {
        bytes.remove(0);
        bytes
    })
}
