//! The imports that the network thread was asked for, and what the client sees and cancels of them.

use std::collections::HashSet;

use super::front::CancelFlag;
use super::outgoing::{Outgoing, Work};

/// What is being fetched.
#[derive(Default)]
pub struct Fetches {
    open: HashSet<String>,
    round: Option<Round>,
    rounds: u64,
    cancelled: bool,
}

/// From when something is asked for until nothing is any more.
struct Round {
    token: String,
    work: Option<Work>,
    cancel: CancelFlag,
    /// How many were asked for.
    all: usize,
}

impl Fetches {
    /// Whether nothing is being fetched.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether this import was asked for and is not there yet.
    pub fn contains(&self, import: &str) -> bool {
        self.open.contains(import)
    }

    /// Notes that these are asked for, and shows it to a client that can; the flag says to the network thread that they are not wanted any more.
    pub fn ask(&mut self, imports: &[String], shown_by: Option<&Outgoing>) -> CancelFlag {
        self.open.extend(imports.iter().cloned());
        let rounds = &mut self.rounds;
        let round = self.round.get_or_insert_with(|| {
            *rounds += 1;
            let (token, cancel) = (format!("amigos/fetch/{rounds}"), CancelFlag::default());
            let work = shown_by.map(|out| out.work(token.clone(), "fetching packages", cancel.clone()));
            Round { token, work, cancel, all: 0 }
        });
        round.all += imports.len();
        round.cancel.clone()
    }

    /// Notes that an import was fetched, or was not.
    pub fn done(&mut self, import: &str) {
        self.open.remove(import);
        if let Some(Round { work: Some(work), all, .. }) = &self.round {
            work.report(all.saturating_sub(self.open.len()), *all, "packages");
        }
        if self.open.is_empty() {
            self.round = None;
        }
    }

    /// The client cancelled what is shown under this token.
    pub fn cancel(&mut self, token: &str) {
        if let Some(round) = self.round.as_ref().filter(|round| round.token == token) {
            round.cancel.cancel();
            self.cancelled = true;
        }
    }

    /// Whether something was cancelled since this was asked last: then there is something to try again.
    pub fn take_cancelled(&mut self) -> bool {
        std::mem::take(&mut self.cancelled)
    }
}
