//! The keystore: one file a key in the user's data folder, its secret sealed with a passphrase. Nothing but the command line unlocks
//! a key; the language server never sees a passphrase.
//!
//! A file holds the ed25519 seed (32 bytes) under XChaCha20-Poly1305 with a key from Argon2id (RFC 9106; 64 MiB, 3 passes, the
//! second recommended choice of its section 4); the address is bound to it as associated data.

use std::io::Write;
use std::path::{Path, PathBuf};

use amigos_hub::accounts::is_dev_name;
use amigos_hub::address::Address;
use amigos_hub::encode::{hex, unhex};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload, rand_core::RngCore};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cache;

/// Passphrases are at least so long, in characters.
pub const SHORTEST_PASSPHRASE: usize = 8;
const LONGEST_NAME: usize = 32;
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// A file that asks for more than this to be unlocked is refused: 1 GiB and 64 passes.
const MOST: (u32, u32) = (1 << 20, 64);

/// The keys of this user.
pub struct Keystore {
    folder: PathBuf,
}

/// A key as it lies on disk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    version: u32,
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// The address of its account.
    pub address: String,
    kdf: Kdf,
    cipher: String,
    nonce: String,
    sealed: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: String,
    memory_kib: u32,
    passes: u32,
    salt: String,
}

impl Keystore {
    /// The keystore of this user.
    ///
    /// Errors: the system has no folder for data.
    pub fn of_user() -> Result<Keystore, String> {
        let folders = cache::folders().ok_or("this system has no folder for data: set HOME")?;
        Ok(Keystore { folder: folders.data_dir().join("keys") })
    }

    /// A keystore in a folder.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Keystore {
        Keystore { folder: folder.to_owned() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All keys, by name. A file that is no key is an error that names it.
    pub fn list(&self) -> Result<Vec<Locked>, String> {
        let mut names = Vec::new();
        match std::fs::read_dir(&self.folder) {
            Ok(entries) => {
                for entry in entries.flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    names.extend(name.strip_suffix(".json").map(str::to_owned));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("`{}` cannot be read: {error}", self.folder.display())),
        }
        names.sort();
        names.iter().map(|name| self.read(name)).collect()
    }

    /// The key with this name or address, if there is one.
    pub fn find(&self, who: &str) -> Result<Option<Locked>, String> {
        if check_name(who).is_ok() {
            return if self.file(who).exists() { self.read(who).map(Some) } else { Ok(None) };
        }
        if who.parse::<Address>().is_err() {
            return Ok(None);
        }
        Ok(self.list()?.into_iter().find(|key| key.address == who))
    }

    /// Makes a new key and keeps it.
    pub fn create(&self, name: &str, passphrase: &str) -> Result<Locked, String> {
        let mut seed = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut *seed);
        self.keep(name, &SigningKey::from_bytes(&seed), passphrase)
    }

    /// Keeps a key under a new name.
    ///
    /// Errors: the name is none or taken, the passphrase too short, the file cannot be written.
    pub fn keep(&self, name: &str, key: &SigningKey, passphrase: &str) -> Result<Locked, String> {
        check_name(name)?;
        if self.file(name).exists() {
            return Err(format!("there is a key `{name}` already: choose another name, or `amigos keys delete {name}` first"));
        }
        let locked = seal(name, key, passphrase)?;
        self.write(&locked)?;
        Ok(locked)
    }

    /// Seals a key anew with another passphrase.
    pub fn change_passphrase(&self, name: &str, old: &str, new: &str) -> Result<(), String> {
        let key = self.read(name)?.unlock(old)?;
        self.write(&seal(name, &key, new)?)
    }

    /// Forgets a key for good.
    pub fn delete(&self, name: &str) -> Result<(), String> {
        self.read(name)?;
        std::fs::remove_file(self.file(name)).map_err(|e| format!("`{}` cannot be removed: {e}", self.file(name).display()))
    }

    /// The key with this name.
    pub fn read(&self, name: &str) -> Result<Locked, String> {
        check_name(name)?;
        let file = self.file(name);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(format!("there is no key `{name}`: `amigos keys list` shows them, `amigos keys new {name}` makes it"));
            }
            Err(error) => return Err(format!("`{}` cannot be read: {error}", file.display())),
        };
        let mut locked: Locked = serde_json::from_str(&text).map_err(|e| format!("`{}` is not a key: {e}", file.display()))?;
        locked.name = name.to_owned();
        Ok(locked)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Writes beside and renames, so that a key is never half written; only the user may read it.
    fn write(&self, locked: &Locked) -> Result<(), String> {
        let file = self.file(&locked.name);
        let failed = |e: std::io::Error| format!("`{}` cannot be written: {e}", file.display());
        private_folder(&self.folder).map_err(failed)?;
        let text = serde_json::to_string_pretty(locked).map_err(|e| e.to_string())? + "\n";
        let beside = self.folder.join(format!(".{}.{}", locked.name, std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(&beside).map_err(failed)?;
        let written = out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).and_then(|()| std::fs::rename(&beside, &file));
        written.map_err(|error| {
            let _ = std::fs::remove_file(&beside);
            failed(error)
        })
    }
}

impl Locked {
    /// The key itself.
    ///
    /// Errors: the passphrase is another, or the file was changed.
    pub fn unlock(&self, passphrase: &str) -> Result<SigningKey, String> {
        let broken = |what: &str| format!("the file of key `{}` is damaged: {what}", self.name);
        if (self.version, self.kdf.name.as_str(), self.cipher.as_str()) != (1, "argon2id", "xchacha20poly1305") {
            return Err(format!("key `{}` is from another version of amigos: update it", self.name));
        }
        if self.kdf.memory_kib > MOST.0 || self.kdf.passes > MOST.1 {
            return Err(broken("unlocking it would take too much memory or time"));
        }
        let salt = unhex(&self.kdf.salt).ok_or_else(|| broken("`salt` is not hex"))?;
        let nonce: [u8; 24] = unhex(&self.nonce).and_then(|n| n.try_into().ok()).ok_or_else(|| broken("`nonce` is not 24 bytes"))?;
        let sealed = unhex(&self.sealed).ok_or_else(|| broken("`sealed` is not hex"))?;
        let cipher = cipher(passphrase, &salt, self.kdf.memory_kib, self.kdf.passes).map_err(|e| broken(&e))?;
        let payload = Payload { msg: &sealed, aad: self.address.as_bytes() };
        let wrong = || format!("the passphrase of key `{}` is another", self.name);
        let seed = Zeroizing::new(cipher.decrypt(XNonce::from_slice(&nonce), payload).map_err(|_| wrong())?);
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(seed.as_slice().try_into().map_err(|_| broken("the secret is not 32 bytes"))?);
        let key = SigningKey::from_bytes(&seed);
        if address_of(&key) != self.address {
            return Err(broken("the secret belongs to another address"));
        }
        Ok(key)
    }
}

/// The address of a key's account.
pub fn address_of(key: &SigningKey) -> String {
    Address::of_key(&key.verifying_key().to_bytes()).to_string()
}

fn seal(name: &str, key: &SigningKey, passphrase: &str) -> Result<Locked, String> {
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(format!("a passphrase has at least {SHORTEST_PASSPHRASE} characters"));
    }
    let mut salt = [0; 16];
    OsRng.fill_bytes(&mut salt);
    let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
    let address = address_of(key);
    let seed = Zeroizing::new(key.to_bytes());
    let payload = Payload { msg: seed.as_slice(), aad: address.as_bytes() };
    let sealed = cipher(passphrase, &salt, MEMORY_KIB, PASSES)?.encrypt(&nonce, payload).map_err(|e| e.to_string())?;
    Ok(Locked {
        version: 1,
        name: name.to_owned(),
        address,
        kdf: Kdf { name: "argon2id".to_owned(), memory_kib: MEMORY_KIB, passes: PASSES, salt: hex(&salt) },
        cipher: "xchacha20poly1305".to_owned(),
        nonce: hex(&nonce),
        sealed: hex(&sealed),
    })
}

fn cipher(passphrase: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Result<XChaCha20Poly1305, String> {
    let params = Params::new(memory_kib, passes, 1, Some(32)).map_err(|e| e.to_string())?;
    let mut key = Zeroizing::new([0; 32]);
    let derive = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    derive.hash_password_into(passphrase.as_bytes(), salt, &mut *key).map_err(|e| e.to_string())?;
    Ok(XChaCha20Poly1305::new(key.as_slice().into()))
}

/// A name of a key: it becomes the name of a file, and stands where development accounts and addresses can stand.
fn check_name(name: &str) -> Result<(), String> {
    let fits = !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        && !name.starts_with(['-', '_'])
        && name.parse::<Address>().is_err();
    if !fits {
        return Err(format!("`{name}` is not a name for a key: use up to {LONGEST_NAME} of a-z, 0-9, `-` and `_`"));
    }
    if is_dev_name(name) {
        return Err(format!("`{name}` is the name of a development account, whose key everybody knows: choose another"));
    }
    Ok(())
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_unlocked_with_its_passphrase_only_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Keystore::at(folder.path());
        assert_eq!(store.list(), Ok(Vec::new()));
        let made = store.create("me", "correct horse").unwrap();
        assert_eq!(store.list(), Ok(vec![made.clone()]));
        assert_eq!(store.find("me"), Ok(Some(made.clone())));
        assert_eq!(store.find(&made.address), Ok(Some(made.clone())));
        assert_eq!(store.find("other"), Ok(None));
        let key = made.unlock("correct horse").unwrap();
        assert_eq!(address_of(&key), made.address);
        assert_eq!(made.unlock("correct horsf").unwrap_err(), "the passphrase of key `me` is another");
        assert!(store.create("me", "correct horse").unwrap_err().contains("already"));
        store.change_passphrase("me", "correct horse", "battery staple").unwrap();
        assert!(store.read("me").unwrap().unlock("correct horse").is_err());
        assert_eq!(store.read("me").unwrap().unlock("battery staple").unwrap(), key);
        store.delete("me").unwrap();
        assert_eq!(store.list(), Ok(Vec::new()));
    }

    #[test]
    fn names_that_mean_something_else_and_short_passphrases_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Keystore::at(folder.path());
        for (name, says) in [("alice", "development account"), ("../x", "not a name"), ("", "not a name"), ("Me", "not a name")] {
            assert!(store.create(name, "long enough").unwrap_err().contains(says), "{name}");
        }
        assert_eq!(store.create("me", "short").unwrap_err(), "a passphrase has at least 8 characters");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_changed_file_is_never_unlocked() {
        let folder = tempfile::tempdir().unwrap();
        let store = Keystore::at(folder.path());
        let made = store.create("me", "correct horse").unwrap();
        let other = store.create("you", "correct horse").unwrap();
        let greedy = Locked { kdf: Kdf { memory_kib: u32::MAX, ..made.kdf.clone() }, ..made.clone() };
        assert!(greedy.unlock("correct horse").unwrap_err().contains("too much memory"));
        assert!(Locked { address: other.address.clone(), ..made.clone() }.unlock("correct horse").is_err());
        assert!(Locked { sealed: "00".into(), ..made.clone() }.unlock("correct horse").is_err());
        assert!(Locked { nonce: "zz".into(), ..made }.unlock("correct horse").unwrap_err().contains("24 bytes"));
        std::fs::write(folder.path().join("me.json"), "{}").unwrap();
        assert!(store.list().unwrap_err().contains("is not a key"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let store = Keystore::at(&root.path().join("keys"));
        store.create("me", "correct horse").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(store.folder()), mode(&store.folder().join("me.json"))), (0o700, 0o600));
    }
}
