//! The calls of a block under construction: in one batch of the executor where they can be, so that what one has read the next need not read.
//!
//! A transaction that is one call is made in the batch, where its failure is undone by itself. Others are made on the view, as are deployments; before that, what the
//! batch holds is written to the view, and the batch ends. While there is a package that is closed to writes, no call is made in a batch: whether one writes to it can be
//! told from its own writes only.

use crate::exec::{self, Batch, Call, Executor, Outcome, guarded};
use crate::state::View;
use crate::store::StoreError;
use crate::tx::Message;

/// See above.
pub struct Calls<'e> {
    /// What runs programs.
    pub executor: &'e dyn Executor,
    batch: Option<Box<dyn Batch + 'e>>,
    /// Whether there may be a batch.
    together: bool,
    /// Whether some package is closed to writes, once that was looked up.
    closed: Option<bool>,
    /// Whether changes were lost: the block must be made again, each call on its own.
    pub lost: bool,
}

impl<'e> Calls<'e> {
    /// No call yet. `together`: in batches, if the executor has some.
    pub fn new(executor: &'e dyn Executor, together: bool) -> Calls<'e> {
        Calls { executor, batch: None, together, closed: None, lost: false }
    }

    /// Makes ready for a transaction with these messages: whether its call goes to the batch.
    ///
    /// Errors: the store's.
    pub fn prepare(&mut self, messages: &[Message], view: &mut View) -> Result<bool, StoreError> {
        if let [Message::Call(_)] = messages
            && self.together
        {
            let closed = match self.closed {
                Some(closed) => closed,
                None => *self.closed.insert(view.packages()?.iter().any(|package| package.closed)),
            };
            if !closed {
                return Ok(true);
            }
        }
        if messages.iter().any(|message| matches!(message, Message::Call(_) | Message::Deploy(_))) {
            self.settle(view)?;
        }
        if messages.iter().any(|message| matches!(message, Message::Deploy(_))) {
            // it may close a package
            self.closed = None;
        }
        Ok(false)
    }

    /// Runs a call; `batched` is what [`Calls::prepare`] said.
    pub fn call(&mut self, call: &Call, batched: bool, view: &View) -> Outcome {
        if batched && self.batch.is_none() {
            self.batch = self.executor.batch();
        }
        match &mut self.batch {
            Some(batch) if batched => {
                let mut ended = false;
                let outcome = guarded(|| {
                    let outcome = batch.call(call, view);
                    ended = true;
                    outcome
                });
                self.lost |= !ended;
                outcome
            }
            _ => exec::run_call(self.executor, call, view),
        }
    }

    /// Writes what the batch holds to the view, and ends it.
    ///
    /// Errors: the store's.
    pub fn settle(&mut self, view: &mut View) -> Result<(), StoreError> {
        let Some(mut batch) = self.batch.take() else { return Ok(()) };
        let Ok(writes) = batch.take_writes(view) else {
            self.lost = true;
            return Ok(());
        };
        for write in writes {
            if !view.write(&write.package, write.key, write.value)? {
                return Err(StoreError::Engine(format!("a call wrote to `{}`, which is not deployed", write.package)));
            }
        }
        Ok(())
    }
}
