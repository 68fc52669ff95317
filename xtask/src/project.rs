//! Where things are: the project's folders and the files that `setup` puts there.

use std::env;
use std::path::{Path, PathBuf};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// Where `setup` installs to: `$AMIGOS_SETUP_DIR`, or `.setup/` in the project; links are followed, as what is installed remembers where it is.
pub fn setup_dir() -> PathBuf {
    let folder = env::var_os("AMIGOS_SETUP_DIR").map_or_else(|| root().join(".setup"), PathBuf::from);
    folder.canonicalize().unwrap_or(folder)
}

/// Where cargo builds to: `$CARGO_TARGET_DIR`, or `target/` in the project.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The VS Code extension's folder.
pub fn extension_dir() -> PathBuf {
    root().join("editors/vscode")
}

/// The first file called `name` in the folders of `PATH`, if there is one.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let name = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|file| file.is_file())
}
