use super::*;
use ics23::HostFunctionsManager;
use sha2::{Digest, Sha256};

fn changes(entries: &[(Namespace, &str, &str, Option<&str>)]) -> Changes {
    let mut changes = Changes::default();
    for (namespace, name, key, value) in entries {
        let entry = changes.namespaces.entry(*namespace).or_insert_with(|| (name.to_string(), Writes::new()));
        entry.1.insert(key.as_bytes().to_vec(), value.map(|v| v.as_bytes().to_vec()));
    }
    changes
}

fn commit(store: &Store, height: u64, entries: &[(Namespace, &str, &str, Option<&str>)]) -> [u8; 32] {
    let block = format!("block {height}").into_bytes();
    let transactions = vec![Sha256::digest(&block).into()];
    store.commit(Commit { height, block, changes: changes(entries), transactions }).unwrap()
}

fn text(store: &Store, namespace: Namespace, key: &str, height: u64) -> Option<String> {
    store.get(namespace, key.as_bytes(), height).unwrap().map(|v| String::from_utf8(v).unwrap())
}

fn fill(store: &Store) -> Vec<[u8; 32]> {
    vec![
        commit(store, 1, &[(0, "amigos", "alice", Some("10")), (1, "a@v1", "x", Some("1"))]),
        commit(store, 2, &[(0, "amigos", "alice", Some("9"))]),
        commit(store, 3, &[]),
        commit(store, 4, &[(0, "amigos", "alice", None), (1, "a@v1", "y", Some("2")), (2, "b@v1", "x", Some("3"))]),
    ]
}

fn check_history(store: &Store, roots: &[[u8; 32]]) {
    assert_eq!(store.height(), 4);
    assert_eq!(text(store, 0, "alice", 1).as_deref(), Some("10"));
    assert_eq!(text(store, 0, "alice", 2).as_deref(), Some("9"));
    assert_eq!(text(store, 0, "alice", 3).as_deref(), Some("9"));
    assert_eq!(text(store, 0, "alice", 4), None);
    assert_eq!(text(store, 1, "x", 4).as_deref(), Some("1"));
    assert_eq!(text(store, 1, "y", 3), None);
    assert_eq!(text(store, 2, "x", 3), None);
    assert_eq!(text(store, 2, "x", 4).as_deref(), Some("3"));
    for (i, root) in roots.iter().enumerate() {
        assert_eq!(store.root_at(i as u64 + 1).unwrap().as_ref(), Some(root));
        let block = store.block(i as u64 + 1).unwrap().unwrap();
        assert_eq!(block, format!("block {}", i + 1).into_bytes());
        assert_eq!(store.find_transaction(&Sha256::digest(&block).into()).unwrap(), Some((i as u64 + 1, 0)));
    }
    assert_eq!(store.root_at(5).unwrap(), None);
    assert_eq!(store.block(5).unwrap(), None);
    assert_eq!(roots[1], roots[2]);
}

#[test]
fn every_height_can_be_read() {
    let store = Store::in_memory().unwrap();
    let roots = fill(&store);
    check_history(&store, &roots);
}

#[test]
fn reopening_gives_the_same_with_and_without_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let roots = fill(&store);
    drop(store);
    check_history(&Store::open(folder.path()).unwrap(), &roots);
    std::fs::remove_file(folder.path().join("state.redb")).unwrap();
    let store = Store::open(folder.path()).unwrap();
    check_history(&store, &roots);
    assert_eq!(roots, fill(&Store::in_memory().unwrap()));
}

#[test]
fn a_folder_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let _store = Store::open(folder.path()).unwrap();
    let error = Store::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("in use by another hub"), "{error}");
}

#[test]
fn a_damaged_checkpoint_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fill(&Store::open(folder.path()).unwrap());
    let path = folder.path().join("state.redb");
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().take(4096) {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, &bytes).unwrap();
    let error = Store::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("state.redb") && error.contains("rebuilt from `blocks.log`"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_lost_log_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    fill(&Store::open(folder.path()).unwrap());
    std::fs::write(folder.path().join("blocks.log"), b"amigos blocks 1\n").unwrap();
    let error = Store::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("blocks.log") && error.contains("at byte 16"), "{error}");
}

#[test]
fn proofs_verify_against_the_root() {
    let store = Store::in_memory().unwrap();
    let roots = fill(&store);
    let spec = jmt::ics23_spec();
    for (height, key, value) in [(2, "alice", Some("9")), (4, "alice", None)] {
        let namespace = if value.is_some() { (0, "amigos") } else { (1, "a@v1") };
        let proof = store.prove(namespace.0, namespace.1, key.as_bytes(), height).unwrap().unwrap();
        let namespace_root = proof.namespace_root.to_vec();
        match value {
            Some(value) => assert!(ics23::verify_membership::<HostFunctionsManager>(
                &proof.value,
                &spec,
                &namespace_root,
                key.as_bytes(),
                value.as_bytes()
            )),
            None => assert!(ics23::verify_non_membership::<HostFunctionsManager>(&proof.value, &spec, &namespace_root, key.as_bytes())),
        }
        let root = roots[height as usize - 1].to_vec();
        assert!(ics23::verify_membership::<HostFunctionsManager>(&proof.root, &spec, &root, namespace.1.as_bytes(), &namespace_root));
        assert!(!ics23::verify_membership::<HostFunctionsManager>(&proof.root, &spec, &root, namespace.1.as_bytes(), &[0; 32]));
    }
}
