//! What of live state a person saw last on the command line, so that the next look can say what changed. It is kept in the user's cache folder; if
//! that cannot be, nothing is said.

use std::path::PathBuf;

use amigos_hub::encode::{hex, sha256};
use serde_json::{Value, json};

/// Larger looks are not kept, in bytes of JSON.
const LIMIT: usize = 1 << 20;

/// The last look at one thing.
pub struct Looked {
    file: PathBuf,
}

impl Looked {
    /// The last look at `what` on a chain; `None` if there is no cache folder.
    pub fn open(chain: &str, what: &str) -> Option<Looked> {
        let folder = crate::cache::Cache::folder_of_user()?.join("looked");
        let name = hex(&sha256(format!("{chain}\n{what}").as_bytes())).to_lowercase();
        Some(Looked { file: folder.join(format!("{}.json", name.get(..32).unwrap_or(&name))) })
    }

    /// The height and the tree that were seen.
    pub fn last(&self) -> Option<(u64, Value)> {
        let text = std::fs::read_to_string(&self.file).ok().filter(|text| text.len() <= LIMIT)?;
        let mut value: Value = serde_json::from_str(&text).ok()?;
        Some((value["height"].as_u64()?, value["state"].take()))
    }

    /// Keeps what is seen now.
    pub fn keep(&self, height: u64, state: &Value) {
        let text = json!({ "height": height, "state": state }).to_string();
        if text.len() > LIMIT {
            let _ = std::fs::remove_file(&self.file);
            return;
        }
        if let Some(folder) = self.file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = std::fs::write(&self.file, text);
    }
}
