//! `amigos/status`: what a status bar shows.

use serde::{Deserialize, Serialize};
use tower_lsp::lsp_types::notification::Notification;

use crate::live::Source;
use crate::network::LOCAL;

/// Whether things work, in the order of how much red they deserve.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// All is well.
    Ok,
    /// The network is away: what is shown comes from the cache, with its age.
    Offline,
    /// Something needs a person: the message says what.
    Error,
}

/// Parameters of the notification.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Status {
    /// The network's name, `local` for the embedded hub.
    pub network: String,
    /// The height of the newest block seen, if any was.
    pub height: Option<u64>,
    /// The height that is looked at, if it is not the newest.
    pub at: Option<u64>,
    /// Milliseconds since that block was seen.
    pub age_ms: Option<u64>,
    /// Whether the server works at something that takes longer than a moment.
    pub busy: bool,
    /// See [`Health`].
    pub health: Health,
    /// One line for a person, empty if there is nothing to say.
    pub message: String,
}

impl Status {
    /// What there is to say of a network, while packages are being fetched or not.
    pub fn of(source: Source, fetching: bool) -> Status {
        Status {
            network: if source.network.is_empty() { LOCAL.to_owned() } else { source.network },
            height: source.height,
            at: source.at,
            age_ms: source.seen.map(|seen| seen.elapsed().as_millis() as u64),
            busy: fetching || (source.height.is_none() && source.problem.is_none()),
            health: if source.online || source.problem.is_none() { Health::Ok } else { Health::Offline },
            message: source.problem.unwrap_or_default(),
        }
    }

    /// Whether it says the same, but for its age.
    pub fn shows_the_same_as(&self, other: &Status) -> bool {
        Status { age_ms: None, ..self.clone() } == Status { age_ms: None, ..other.clone() }
    }
}

/// `amigos/watched`: the values of the watch list, whenever one of them is another.
pub enum WatchedNotification {}

impl Notification for WatchedNotification {
    type Params = serde_json::Value;
    const METHOD: &'static str = "amigos/watched";
}

/// The notification's type.
pub enum StatusNotification {}

impl Notification for StatusNotification {
    type Params = Status;
    const METHOD: &'static str = "amigos/status";
}
