//! The hub's interface: JSON-RPC 2.0 over HTTP and WebSocket in CometBFT's shape.
//!
//! `POST /` takes a request or a batch; `GET /METHOD?name=value` is the same for people and scripts; `/websocket` also takes
//! `subscribe` and `unsubscribe`. Requests, answers, connections and subscriptions are limited; a slow subscriber is dropped.

mod listener;
pub mod methods;
mod params;
mod shapes;
mod socket;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Path, RawQuery, State, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::node::Node;
use methods::{Context, RpcError};
use params::Params;

/// The largest request, in bytes.
pub const MAX_REQUEST: usize = 4 << 20;
/// The largest answer, in bytes.
pub const MAX_RESPONSE: usize = 16 << 20;
/// The most requests in one batch.
pub const MAX_BATCH: usize = 32;
const MAX_CONCURRENT: usize = 64;
const MAX_SOCKETS: usize = 128;
const PATIENCE: Duration = Duration::from_secs(30);

/// How to serve.
#[derive(Clone, Debug)]
pub struct RpcConfig {
    /// The address to listen on; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// What a caller must show (`Authorization: Bearer …`) who is not on this machine, or wants something signed.
    pub token: Option<String>,
}

impl Default for RpcConfig {
    fn default() -> RpcConfig {
        RpcConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), token: None }
    }
}

/// A running server. Dropping it stops it.
pub struct RpcServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

struct Shared {
    node: Arc<Node>,
    token: Option<String>,
    listen: String,
    work: Arc<Semaphore>,
    sockets: AtomicUsize,
    /// Milliseconds since `started` at which somebody last asked for something.
    last_use: AtomicU64,
    started: Instant,
}

impl RpcServer {
    /// Listens and serves from a thread of its own.
    ///
    /// Errors: the address is taken or not ours.
    pub fn start(node: Arc<Node>, config: &RpcConfig) -> std::io::Result<RpcServer> {
        let listener = std::net::TcpListener::bind(config.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            node,
            token: config.token.clone(),
            listen: address.to_string(),
            work: Arc::new(Semaphore::new(MAX_CONCURRENT)),
            sockets: AtomicUsize::new(0),
            last_use: AtomicU64::new(0),
            started: Instant::now(),
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let app = router(shared.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("amigos-rpc").enable_all().build()?;
        let thread = std::thread::Builder::new().name("amigos-rpc".into()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let listener = listener::Limited::new(listener);
                let serve = axum::serve(listener, app.into_make_service_with_connect_info::<Peer>());
                tokio::select! {
                    _ = async { serve.await } => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_timeout(Duration::from_millis(500));
        })?;
        Ok(RpcServer { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How long nobody has asked for anything; zero while a WebSocket is open.
    pub fn idle(&self) -> Duration {
        if self.shared.sockets.load(Ordering::Relaxed) > 0 {
            return Duration::ZERO;
        }
        self.shared.started.elapsed().saturating_sub(Duration::from_millis(self.shared.last_use.load(Ordering::Relaxed)))
    }

    /// Waits until the server ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for RpcServer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/", get(index).post(post)).route("/websocket", get(websocket)).route("/{method}", get(uri)).with_state(shared)
}

/// Where a request comes from.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, listener::Limited>> for Peer {
    fn connect_info(stream: IncomingStream<'_, listener::Limited>) -> Peer {
        Peer(*stream.remote_addr())
    }
}

/// What is known of a caller.
#[derive(Clone, Copy)]
struct Caller {
    may_sign: bool,
}

impl Shared {
    fn touch(&self) {
        self.last_use.store(self.started.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    /// Lets a caller in, or says why not.
    fn admit(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<Caller, String> {
        let local = match peer.ip() {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
        };
        // A web page that a browser on this machine shows is a stranger; its requests carry an origin.
        let page = headers.contains_key(header::ORIGIN);
        let shown = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
        match &self.token {
            None => Ok(Caller { may_sign: local && !page }),
            Some(token) => match shown {
                Some(shown) if same(shown.as_bytes(), token.as_bytes()) => Ok(Caller { may_sign: true }),
                Some(_) => Err("the token is not this hub's".into()),
                None if local => Ok(Caller { may_sign: false }),
                None => Err("callers from other machines need this hub's token (`Authorization: Bearer …`)".into()),
            },
        }
    }

    async fn run(self: &Arc<Self>, caller: Caller, method: String, params: Params) -> Result<Value, RpcError> {
        self.touch();
        let Ok(permit) = self.work.clone().acquire_owned().await else { return Err(RpcError::internal("the hub is stopping")) };
        let shared = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let context = Context { node: shared.node.clone(), may_sign: caller.may_sign, listen: shared.listen.clone() };
            methods::call(&context, &method, &params)
        });
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(RpcError::internal("the method failed unexpectedly")),
            Err(_) => Err(RpcError::internal(format!("there was no answer within {} seconds", PATIENCE.as_secs()))),
        }
    }
}

/// Compares without telling by its time where two texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn envelope(id: &Value, result: Result<Value, RpcError>) -> Value {
    match result {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(error) => json!({"jsonrpc": "2.0", "id": id, "error": {"code": error.code, "message": error.message, "data": error.data}}),
    }
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let text = bounded(body);
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// The text of an answer, or of an error if it is too long.
fn bounded(body: &Value) -> String {
    let text = body.to_string();
    if text.len() <= MAX_RESPONSE {
        return text;
    }
    let id = body.get("id").cloned().unwrap_or(Value::Null);
    envelope(&id, Err(RpcError::internal(format!("the answer has {} bytes; at most {MAX_RESPONSE} are given: ask for less", text.len()))))
        .to_string()
}

fn refuse(text: String) -> Response {
    respond(StatusCode::UNAUTHORIZED, &envelope(&json!(-1), Err(RpcError::request(text))))
}

async fn index(State(shared): State<Arc<Shared>>) -> Response {
    let mut text = format!("amigos hub, chain {}\n\nmethods:\n", shared.node.config().chain_id);
    for (name, parameters) in methods::METHODS {
        text.push_str(&format!("  /{name}"));
        for (i, parameter) in parameters.iter().enumerate() {
            text.push_str(&format!("{}{parameter}=_", if i == 0 { '?' } else { '&' }));
        }
        text.push('\n');
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn uri(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let caller = match shared.admit(peer, &headers) {
        Ok(caller) => caller,
        Err(text) => return refuse(text),
    };
    let parsed = match methods::parameter_names(&method) {
        None => Err(RpcError::method(&method)),
        Some(names) => Params::from_uri(query.as_deref().unwrap_or(""), names).map_err(RpcError::params),
    };
    let result = match parsed {
        Ok(params) => shared.run(caller, method, params).await,
        Err(error) => Err(error),
    };
    let status = if result.is_ok() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    respond(status, &envelope(&json!(-1), result))
}

async fn post(State(shared): State<Arc<Shared>>, ConnectInfo(Peer(peer)): ConnectInfo<Peer>, headers: HeaderMap, body: Body) -> Response {
    let caller = match shared.admit(peer, &headers) {
        Ok(caller) => caller,
        Err(text) => return refuse(text),
    };
    let body = match read_body(&headers, body).await {
        Ok(body) => body,
        Err((status, text)) => return respond(status, &envelope(&json!(-1), Err(RpcError::request(text)))),
    };
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return respond(StatusCode::OK, &envelope(&json!(-1), Err(RpcError::parse(error.to_string())))),
    };
    match request {
        Value::Array(requests) => {
            if requests.is_empty() || requests.len() > MAX_BATCH {
                let error = RpcError::request(format!("a batch has 1 to {MAX_BATCH} requests, this one {}", requests.len()));
                return respond(StatusCode::OK, &envelope(&json!(-1), Err(error)));
            }
            let mut answers = Vec::new();
            let mut size = 0;
            for request in requests {
                let Some(answer) = one(&shared, caller, request).await else { continue };
                let text = bounded(&answer);
                size += text.len();
                if size > MAX_RESPONSE {
                    return respond(
                        StatusCode::OK,
                        &envelope(&json!(-1), Err(RpcError::internal("the answers of this batch are too large together"))),
                    );
                }
                answers.push(text);
            }
            ([(header::CONTENT_TYPE, "application/json")], format!("[{}]", answers.join(","))).into_response()
        }
        request => match one(&shared, caller, request).await {
            Some(answer) => respond(StatusCode::OK, &answer),
            None => StatusCode::NO_CONTENT.into_response(),
        },
    }
}

/// The body of a request, if it is not too large and comes in time.
async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, (StatusCode, String)> {
    let too_large = || (StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {MAX_REQUEST} bytes"));
    let stated = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
    if stated.is_some_and(|stated| stated > MAX_REQUEST) {
        return Err(too_large());
    }
    match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MAX_REQUEST)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the request did not come in time".into())),
    }
}

/// Answers one request; `None` for a notification, which wants no answer.
async fn one(shared: &Arc<Shared>, caller: Caller, request: Value) -> Option<Value> {
    let (id, method, params) = match take_request(request) {
        Ok(parts) => parts,
        Err((id, error)) => return Some(envelope(&id, Err(error))),
    };
    let id = id?;
    let parsed = match methods::parameter_names(&method) {
        None if method == "subscribe" || method == "unsubscribe" => {
            Err(RpcError::request(format!("`{method}` works over `/websocket` only")))
        }
        None => Err(RpcError::method(&method)),
        Some(names) => Params::from_json(params, names).map_err(RpcError::params),
    };
    let result = match parsed {
        Ok(params) => shared.run(caller, method, params).await,
        Err(error) => Err(error),
    };
    Some(envelope(&id, result))
}

type Request = (Option<Value>, String, Option<Value>);

/// The id, method and parameters of a request.
fn take_request(request: Value) -> Result<Request, (Value, RpcError)> {
    let Value::Object(mut request) = request else {
        return Err((Value::Null, RpcError::request("a request is an object")));
    };
    let id = request.remove("id");
    let for_error = || id.clone().unwrap_or(Value::Null);
    if !matches!(id, None | Some(Value::Null | Value::String(_) | Value::Number(_))) {
        return Err((Value::Null, RpcError::request("`id` is a number or a text")));
    }
    match request.remove("method") {
        Some(Value::String(method)) => Ok((id, method, request.remove("params"))),
        _ => Err((for_error(), RpcError::request("`method` is missing"))),
    }
}

async fn websocket(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let caller = match shared.admit(peer, &headers) {
        Ok(caller) => caller,
        Err(text) => return refuse(text),
    };
    if shared.sockets.fetch_add(1, Ordering::Relaxed) >= MAX_SOCKETS {
        shared.sockets.fetch_sub(1, Ordering::Relaxed);
        let error = RpcError::internal(format!("{MAX_SOCKETS} connections are open; no more are taken"));
        return respond(StatusCode::SERVICE_UNAVAILABLE, &envelope(&json!(-1), Err(error)));
    }
    let open = socket::Open(shared);
    upgrade.max_message_size(MAX_REQUEST).on_upgrade(move |socket| socket::run(socket, open, caller))
}
