//! What can be wrong with a hub, as its client sees it.

use std::fmt;
use std::time::Duration;

/// Why a hub gave no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientError {
    /// It cannot be reached.
    Down {
        /// Its address; empty if it has none yet.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// It did not answer in time.
    Slow {
        /// Its address.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// It belongs to another chain.
    WrongChain {
        /// The chain that is wanted.
        expected: String,
        /// The chain that it states.
        got: String,
    },
    /// What it sent is not what its hash says.
    WrongHash {
        /// What was asked for.
        what: String,
        /// The hash that is wanted.
        expected: String,
        /// The hash of what came.
        got: String,
    },
    /// Its answer is larger than is taken.
    TooBig {
        /// The limit in bytes.
        limit: u64,
    },
    /// Its answer cannot be understood.
    Malformed {
        /// What is wrong with it.
        what: String,
    },
    /// It answered with an error: of the request, or of the chain.
    Refused {
        /// The code: of JSON-RPC below 0, of a query or a transaction above.
        code: i64,
        /// In words.
        message: String,
    },
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::Down { url, reason } if url.is_empty() => f.write_str(reason),
            ClientError::Down { url, reason } => write!(
                f,
                "the hub at `{url}` cannot be reached: {reason}; start one with `amigos hub`, or check the address in `amigos.toml`"
            ),
            ClientError::Slow { url, after } => write!(f, "the hub at `{url}` gave no answer within {:.1} s", after.as_secs_f64()),
            ClientError::WrongChain { expected, got } => {
                write!(
                    f,
                    "the hub is of chain `{got}`, but `{expected}` is wanted; check the address, or remove `amigos.lock` if the change is meant"
                )
            }
            ClientError::WrongHash { what, expected, got } => {
                write!(
                    f,
                    "the hub sent something else for `{what}`: expected content hash `{expected}`, got `{got}`; nothing of it was used"
                )
            }
            ClientError::TooBig { limit } => write!(f, "the hub's answer is larger than {limit} bytes; nothing of it was used"),
            ClientError::Malformed { what } => write!(f, "the hub's answer cannot be understood: {what}"),
            ClientError::Refused { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for ClientError {}

impl ClientError {
    /// Whether the hub was not there at all, or too slow: a matter of status, not of the question.
    pub fn is_offline(&self) -> bool {
        matches!(self, ClientError::Down { .. } | ClientError::Slow { .. })
    }
}
