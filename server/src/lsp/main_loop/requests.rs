//! How the main loop runs requests: those that wait for a package or a network, and those that were overtaken.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::lsp_types::request::{self as r, Request};

use super::super::front::{Answer, PendingRequest, error, error_with};
use super::super::handlers::{self, Failure};
use super::super::snapshot::Snapshot;
use super::super::waiting::{Waiting, needs_network, subject};
use super::{Event, MainLoop};

impl MainLoop {
    pub(super) fn request(&mut self, mut request: PendingRequest) {
        if handlers::route(&request.method).is_none() {
            let problem = error(ErrorCode::MethodNotFound, format!("`{}` is not supported", request.method));
            let _ = request.reply.send(Err(problem));
            return;
        }
        if subject(&request.params).is_some_and(|key| handlers::manifest::is_manifest(&key))
            && let Some(answer) = handlers::manifest::answer_of_no_go(&request.method)
        {
            let _ = request.reply.send(Ok(answer));
            return;
        }
        if self.negotiated.client.shows_work
            && let Some(title) = needs_network(&request.method, &request.params)
        {
            request.work = Some(self.out.work(request.token.clone(), title, request.cancel.clone()));
        }
        if self.must_wait(&request) {
            let about = subject(&request.params).and_then(|key| Some((key.clone(), self.documents.version(&key)?)));
            self.waiting.push(Waiting { request, about, edits: self.edits });
            return;
        }
        self.dispatch(request, self.edits);
    }

    /// Whether what a request needs is still on its way.
    pub(super) fn must_wait(&self, request: &PendingRequest) -> bool {
        // what asks for the state of the server itself wants that of the moment
        if request.method.starts_with("amigos/debug/") {
            return false;
        }
        let package = match subject(&request.params) {
            Some(key) => self.workspace.awaits_folder_of(&key),
            None => !self.workspace.discovered,
        };
        package
            || (needs_network(&request.method, &request.params).is_some()
                && (self.untried > 0 || self.imports_changed || !self.fetches.is_empty()))
    }

    /// Runs the waiting requests whose needs are there now, in the order in which they came.
    pub(super) fn run_waiting(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            if self.must_wait(&waiting.request) {
                self.waiting.push(waiting);
                continue;
            }
            let same = waiting.about.as_ref().is_none_or(|(key, version)| self.documents.version(key) == Some(*version));
            let edits = if same { self.edits } else { waiting.edits };
            self.dispatch(waiting.request, edits);
        }
    }

    /// Runs a request that saw `edits` edits on a snapshot of now. If something else than an edit overtakes it (a package was
    /// loaded, a block came) it runs again; an edit makes its positions void.
    pub(super) fn dispatch(&mut self, request: PendingRequest, edits: u64) {
        let Some(route) = handlers::route(&request.method) else { return };
        if request.cancel.is_cancelled() {
            return;
        }
        if edits != self.edits && request.method != r::ExecuteCommand::METHOD {
            let _ = request.reply.send(Err(failure_to_error(&request.method, Failure::Superseded)));
            return;
        }
        self.flush();
        let snapshot = Snapshot { work: request.work.clone(), ..self.snapshot(request.cancel.clone()) };
        let events = self.sender.clone();
        self.pool.run(route.class, move || {
            if request.cancel.is_cancelled() {
                return;
            }
            match run_route(&request.method, route.run, snapshot, request.params.clone()) {
                Err(problem) if problem.code == ErrorCode::ContentModified => {
                    let _ = events.send(Event::Again { request, edits });
                }
                answer => {
                    let _ = request.reply.send(answer);
                }
            }
        });
    }
}

/// Runs a handler; its panic becomes an error answer.
fn run_route(method: &str, run: handlers::Run, snapshot: Snapshot, params: Value) -> Answer {
    match catch_unwind(AssertUnwindSafe(move || run(snapshot, params))) {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(failure)) => Err(failure_to_error(method, failure)),
        Err(_panic) => {
            let message = format!("internal error in `{method}`; the server goes on, and a report would help");
            Err(error_with(ErrorCode::InternalError, message, &super::super::last_panic()))
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
