//! `Front`: the tower service between tower-lsp's transport and its `LspService`.
//!
//! The transport calls [`Service::call`] in wire order from one task, so what happens here at once is ordered, and what is
//! put into the returned future is not. Hence: notifications and requests go into the main loop's queue here, in order; a
//! cancelled request trips its token here and is answered at once; `exit` is seen here. Nothing here waits, reads or computes.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_service::Service;

use super::capabilities;
use super::main_loop::Event;
use super::outgoing::Work;
use super::wire::MALFORMED;

/// The answer to a request: a result, or the error to send.
pub type Answer = Result<Value, Error>;

/// Says whether the client still wants the answer to one request. Clones are the same flag.
#[derive(Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// Whether the request was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
    /// Says that nobody wants the answer any more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A request in the main loop's queue.
pub struct PendingRequest {
    /// The LSP method.
    pub method: String,
    /// Its parameters, `null` where the client sent none.
    pub params: Value,
    /// Tripped when the client cancels.
    pub cancel: CancelFlag,
    /// Takes the answer; dropping it answers with an internal error.
    pub reply: oneshot::Sender<Answer>,
    /// The token of the progress that may be shown of it: cancelling that cancels the request.
    pub token: String,
    /// The progress that is shown of it.
    pub work: Option<Work>,
}

struct Running {
    serial: u64,
    cancel: CancelFlag,
    abort: oneshot::Sender<()>,
}

const STARTED: u8 = 0;
const INITIALIZED: u8 = 1;
const SHUT_DOWN: u8 = 2;

/// State of one connection, shared by the service and the futures it hands out.
struct Connection {
    events: crossbeam_channel::Sender<Event>,
    running: DashMap<Id, Running>,
    serials: AtomicU64,
    stage: AtomicU8,
    exit: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

impl Connection {
    /// Answers a running request at once that it was cancelled, and tells who works on it.
    fn cancel(&self, id: &Id) {
        if let Some((_, running)) = self.running.remove(id) {
            running.cancel.cancel();
            let _ = running.abort.send(());
        }
    }
}

/// The token of the progress of a request.
fn token_of(serial: u64) -> String {
    format!("amigos/request/{serial}")
}

/// The service; see the module.
pub struct Front<S> {
    inner: S,
    connection: Arc<Connection>,
}

impl<S> Front<S> {
    /// Wraps `inner`. `open` becomes true when the client sent `initialized`, `exit` when it sent `exit`.
    pub fn new(inner: S, events: crossbeam_channel::Sender<Event>, open: watch::Sender<bool>, exit: watch::Sender<bool>) -> Front<S> {
        let (running, serials, stage) = (DashMap::new(), AtomicU64::new(0), AtomicU8::new(STARTED));
        let connection = Connection { events, running, serials, stage, exit, open };
        Front { inner, connection: Arc::new(connection) }
    }
}

type AnswerFuture<E> = Pin<Box<dyn Future<Output = Result<Option<Response>, E>> + Send>>;

impl<S> Service<Request> for Front<S>
where
    S: Service<Request, Response = Option<Response>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = AnswerFuture<S::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        // `LspService` refuses to be ready after `exit`, which would leave the transport hanging; the stream's end does that job.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let method = request.method().to_owned();
        let Some(id) = request.id().cloned() else { return self.notification(&method, request) };
        match method.as_str() {
            MALFORMED => {
                let message = request.params().and_then(|p| p["message"].as_str()).unwrap_or("a message is not JSON-RPC 2.0").to_owned();
                eprintln!("amigos: {message}");
                ready(Some(Response::from_error(Id::Null, error(ErrorCode::ParseError, message))))
            }
            "initialize" => self.initialize(id, request),
            "shutdown" => {
                let _ = self.connection.stage.compare_exchange(INITIALIZED, SHUT_DOWN, Ordering::SeqCst, Ordering::SeqCst);
                // tower-lsp checks the order itself and wants no parameters; some clients send `null`.
                Box::pin(self.inner.call(Request::build("shutdown").id(id).finish()))
            }
            _ => self.request(id, method, request),
        }
    }
}

impl<S> Front<S>
where
    S: Service<Request, Response = Option<Response>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    fn notification(&mut self, method: &str, request: Request) -> AnswerFuture<S::Error> {
        match method {
            "exit" => {
                let stage = self.connection.stage.load(Ordering::SeqCst);
                let _ = self.connection.events.send(Event::Exit { clean: stage == SHUT_DOWN });
                self.connection.exit.send_replace(true);
                Box::pin(self.inner.call(request))
            }
            "$/cancelRequest" => {
                let (_, _, params) = request.into_parts();
                if let Some(id) = params.and_then(|p| serde_json::from_value::<Id>(p.get("id")?.clone()).ok()) {
                    self.connection.cancel(&id);
                }
                ready(None)
            }
            "window/workDoneProgress/cancel" => {
                let (_, _, params) = request.into_parts();
                let params = params.unwrap_or(Value::Null);
                let token = params["token"].as_str().unwrap_or_default();
                let id =
                    self.connection.running.iter().find(|running| token_of(running.serial) == token).map(|running| running.key().clone());
                match id {
                    Some(id) => self.connection.cancel(&id),
                    None => drop(self.connection.events.send(Event::Notification { method: method.to_owned(), params })),
                }
                ready(None)
            }
            _ if self.connection.stage.load(Ordering::SeqCst) == STARTED => ready(None),
            _ => {
                if method == "initialized" {
                    self.connection.open.send_replace(true);
                }
                let (method, _, params) = request.into_parts();
                let _ =
                    self.connection.events.send(Event::Notification { method: method.into_owned(), params: params.unwrap_or(Value::Null) });
                ready(None)
            }
        }
    }

    fn initialize(&mut self, id: Id, request: Request) -> AnswerFuture<S::Error> {
        if self.connection.stage.load(Ordering::SeqCst) != STARTED {
            return ready(Some(Response::from_error(id, error(ErrorCode::InvalidRequest, "`initialize` was sent twice"))));
        }
        let params = request.params().cloned().unwrap_or(Value::Null);
        let negotiated = match capabilities::negotiate(params) {
            Ok(negotiated) => negotiated,
            Err(problem) => return ready(Some(Response::from_error(id, error(ErrorCode::InvalidParams, problem)))),
        };
        let answer = negotiated.answer();
        let _ = self.connection.events.send(Event::Initialize(Box::new(negotiated)));
        self.connection.stage.store(INITIALIZED, Ordering::SeqCst);
        // The inner service has to see it too: it opens the way for messages to the client.
        let inner = self.inner.call(request);
        Box::pin(async move {
            let response = inner.await?;
            Ok(response.map(|response| if response.is_ok() { Response::from_ok(id, answer) } else { response }))
        })
    }

    fn request(&mut self, id: Id, method: String, request: Request) -> AnswerFuture<S::Error> {
        let refusal = match self.connection.stage.load(Ordering::SeqCst) {
            STARTED => Some(error(ErrorCode::ServerError(-32002), "the server is not initialized")),
            SHUT_DOWN => Some(error(ErrorCode::InvalidRequest, "the server is shut down")),
            _ => None,
        };
        if let Some(refusal) = refusal {
            return ready(Some(Response::from_error(id, refusal)));
        }
        let (abort, aborted) = oneshot::channel();
        let (reply, replied) = oneshot::channel();
        let cancel = CancelFlag::default();
        let serial = self.connection.serials.fetch_add(1, Ordering::Relaxed);
        match self.connection.running.entry(id.clone()) {
            Entry::Occupied(_) => {
                let problem = error(ErrorCode::InvalidRequest, format!("a request with the id {id} is already running"));
                return ready(Some(Response::from_error(id, problem)));
            }
            Entry::Vacant(free) => free.insert(Running { serial, cancel: cancel.clone(), abort }),
        };
        let (_, _, params) = request.into_parts();
        let pending = PendingRequest {
            method: method.clone(),
            params: params.unwrap_or(Value::Null),
            cancel,
            reply,
            token: token_of(serial),
            work: None,
        };
        let _ = self.connection.events.send(Event::Request(pending));
        let connection = self.connection.clone();
        Box::pin(async move {
            let answer = tokio::select! {
                biased;
                Ok(()) = aborted => Err(Error::request_cancelled()),
                answer = replied => answer.unwrap_or_else(|_| Err(error(ErrorCode::InternalError, format!("`{method}` ended without an answer")))),
            };
            connection.running.remove_if(&id, |_, running| running.serial == serial);
            Ok(Some(match answer {
                Ok(result) => Response::from_ok(id, result),
                Err(problem) => Response::from_error(id, problem),
            }))
        })
    }
}

fn ready<E: Send + 'static>(response: Option<Response>) -> AnswerFuture<E> {
    Box::pin(std::future::ready(Ok(response)))
}

/// A JSON-RPC error without data.
pub fn error(code: ErrorCode, message: impl Into<String>) -> Error {
    Error { code, message: message.into().into(), data: None }
}

/// A JSON-RPC error whose `data` says how the server got there.
pub fn error_with(code: ErrorCode, message: impl Into<String>, detail: &str) -> Error {
    Error { code, message: message.into().into(), data: Some(json!({ "detail": detail })) }
}
