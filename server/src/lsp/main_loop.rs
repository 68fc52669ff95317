//! The main loop: one thread that owns everything that changes. It takes events in the order of the wire, applies edits to
//! documents and database, and hands immutable snapshots to the pool. It never computes and never waits for disk or network.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::lsp_types::notification::{self as n, Notification};

use super::capabilities::Negotiated;
use super::documents::Documents;
use super::front::{Answer, PendingRequest, error, error_with};
use super::handlers::{self, Failure};
use super::outgoing::Outgoing;
use super::pool::Pool;
use super::snapshot::Snapshot;

/// What the main loop reacts to.
pub enum Event {
    /// The client said who it is.
    Initialize(Box<Negotiated>),
    /// A notification, in wire order.
    Notification {
        /// The LSP method.
        method: String,
        /// Its parameters.
        params: Value,
    },
    /// A request, in wire order.
    Request(PendingRequest),
    /// The client said `exit`; `clean` if it said `shutdown` before.
    Exit {
        /// Whether `shutdown` came first.
        clean: bool,
    },
}

/// The state of the loop.
pub struct MainLoop {
    events: Receiver<Event>,
    out: Outgoing,
    pool: Arc<Pool>,
    documents: Documents,
    negotiated: Option<Arc<Negotiated>>,
}

impl MainLoop {
    /// A loop over `events` that speaks through `out`.
    pub fn new(events: Receiver<Event>, _sender: Sender<Event>, out: Outgoing) -> MainLoop {
        MainLoop { events, out, pool: Arc::new(Pool::new()), documents: Documents::default(), negotiated: None }
    }

    /// Runs until the client says `exit` or all senders are gone. True after a clean `exit`.
    pub fn run(mut self) -> bool {
        while let Ok(event) = self.events.recv() {
            let mut next = Some(event);
            while let Some(event) = next {
                if let Event::Exit { clean } = event {
                    return clean;
                }
                self.guarded(|this| this.handle(event));
                next = self.events.try_recv().ok();
            }
            self.guarded(MainLoop::settle);
        }
        false
    }

    /// Runs a step; a panic in it is logged and the loop goes on.
    fn guarded(&mut self, step: impl FnOnce(&mut MainLoop)) {
        if catch_unwind(AssertUnwindSafe(|| step(self))).is_err() {
            let what = super::last_panic();
            self.out.log(format!("amigos: internal error, the server goes on: {what}"));
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(negotiated) => self.initialize(*negotiated),
            Event::Notification { method, params } => self.notification(&method, params),
            Event::Request(request) => self.request(request),
            Event::Exit { .. } => {}
        }
    }

    fn initialize(&mut self, negotiated: Negotiated) {
        self.documents.set_encoding(negotiated.encoding);
        self.negotiated = Some(Arc::new(negotiated));
    }

    fn notification(&mut self, method: &str, params: Value) {
        let handled = match method {
            n::DidOpenTextDocument::METHOD => read::<n::DidOpenTextDocument>(params).map(|p| {
                let document = p.text_document;
                self.documents.open(document.uri, document.version, &document.text);
            }),
            n::DidChangeTextDocument::METHOD => read::<n::DidChangeTextDocument>(params).map(|p| {
                let document = p.text_document;
                if !self.documents.change(&document.uri, document.version, &p.content_changes) {
                    self.out.log(format!("amigos: `{method}` for `{}`, which is not open", document.uri));
                }
            }),
            n::DidCloseTextDocument::METHOD => read::<n::DidCloseTextDocument>(params).map(|p| {
                self.documents.close(&p.text_document.uri);
            }),
            _ => Ok(()),
        };
        if let Err(problem) = handled {
            self.out.log(format!("amigos: `{method}`: {problem}"));
        }
    }

    fn request(&mut self, request: PendingRequest) {
        let PendingRequest { method, params, cancel, reply } = request;
        let Some(route) = handlers::route(&method) else {
            let _ = reply.send(Err(error(ErrorCode::MethodNotFound, format!("`{method}` is not supported"))));
            return;
        };
        if cancel.is_cancelled() {
            return;
        }
        self.flush();
        let Some(negotiated) = self.negotiated.clone() else { return };
        let snapshot = Snapshot { negotiated, documents: self.documents.views(), cancel };
        self.pool.run(route.class, move || {
            if snapshot.cancel.is_cancelled() {
                return;
            }
            let _ = reply.send(run_route(&method, route.run, snapshot, params));
        });
    }

    /// Brings the database up to the documents.
    fn flush(&mut self) {
        let _ = self.documents.take_changed();
    }

    /// Called when the queue is empty.
    fn settle(&mut self) {
        self.flush();
    }
}

fn read<N: Notification>(params: Value) -> Result<N::Params, String> {
    serde_json::from_value(params).map_err(|e| format!("bad parameters: {e}"))
}

/// Runs a handler; its panic becomes an error answer.
fn run_route(method: &str, run: handlers::Run, snapshot: Snapshot, params: Value) -> Answer {
    match catch_unwind(AssertUnwindSafe(move || run(&snapshot, params))) {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(failure)) => Err(failure_to_error(method, failure)),
        Err(_panic) => {
            let message = format!("internal error in `{method}`; the server goes on, and a report would help");
            Err(error_with(ErrorCode::InternalError, message, &super::last_panic()))
        }
    }
}

fn failure_to_error(method: &str, failure: Failure) -> Error {
    match failure {
        Failure::Superseded => Error { code: ErrorCode::ContentModified, message: "the text has changed meanwhile".into(), data: None },
        Failure::BadParameters(problem) => error(ErrorCode::InvalidParams, format!("`{method}`: bad parameters: {problem}")),
        Failure::Failed(problem) => error(ErrorCode::ServerError(-32803), problem),
    }
}
