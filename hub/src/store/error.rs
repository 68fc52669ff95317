//! What can go wrong with a store, in words that name the file, the place and the remedy.

use std::fmt;
use std::path::PathBuf;

/// An error of the store.
#[derive(Debug)]
pub enum StoreError {
    /// The operating system refused a file operation.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file holds something that this program did not write.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The byte offset, where it is known.
        offset: Option<u64>,
        /// What is wrong there.
        what: String,
        /// What the user can do.
        remedy: String,
    },
    /// Another process holds the data folder.
    Locked {
        /// The data folder.
        path: PathBuf,
    },
    /// The data belongs to another chain or another format.
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// The tree or the database failed in a way that is not one of the above.
    Engine(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Io { path, doing, source } => write!(f, "cannot {doing} `{}`: {source}", path.display()),
            StoreError::Corrupt { path, offset, what, remedy } => {
                write!(f, "the store file `{}` is damaged", path.display())?;
                if let Some(offset) = offset {
                    write!(f, " at byte {offset}")?;
                }
                write!(f, ": {what}; nothing was changed; {remedy}")
            }
            StoreError::Locked { path } => {
                write!(
                    f,
                    "the data folder `{}` is in use by another hub; stop that hub or choose another folder with `--data`",
                    path.display()
                )
            }
            StoreError::Foreign { path, expected, found } => {
                write!(
                    f,
                    "`{}` is not what this hub needs: expected {expected}, found {found}; choose another folder with `--data`",
                    path.display()
                )
            }
            StoreError::Engine(what) => write!(f, "the state store failed: {what}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Turns an error of the database or the tree into ours.
pub(crate) fn engine(error: impl fmt::Display) -> StoreError {
    StoreError::Engine(error.to_string())
}
