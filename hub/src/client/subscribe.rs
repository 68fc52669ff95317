//! A subscription to new blocks over a WebSocket, on a thread that reconnects.

use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, client::client_with_config};

use super::data::{number, text};
use super::{ClientError, Limits};

const SUBSCRIBE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event='NewBlockHeader'"}}"#;
/// The hub sends a ping at least this often.
const SILENCE: Duration = Duration::from_secs(75);
const MAX_MESSAGE: usize = 1 << 20;
const MAX_CHANGED: usize = 10_000;

/// What a subscription tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockNotice {
    /// The connection stands; blocks may have been missed before.
    Connected,
    /// A block.
    Block {
        /// Its height.
        height: u64,
        /// Its time, RFC 3339.
        time: String,
        /// The packages whose state or code changed, `path@vN`.
        changed: Vec<String>,
    },
    /// The connection is lost, or could not be made; it will be tried again.
    Lost(ClientError),
}

/// A running subscription. Dropping it ends it.
pub struct Subscription {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    ended: AtomicBool,
    stream: Mutex<Option<TcpStream>>,
    pause: Mutex<()>,
    wake: Condvar,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        if let Some(stream) = self.shared.stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(self.shared.pause.lock());
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

pub(super) fn start(
    url: String,
    token: Option<String>,
    limits: Limits,
    mut tell: impl FnMut(BlockNotice) + Send + 'static,
) -> Subscription {
    let shared = Arc::new(Shared::default());
    let own = shared.clone();
    let thread = std::thread::Builder::new().name("amigos-subscription".into()).spawn(move || {
        let mut pause = Duration::from_millis(250);
        while !own.ended.load(Ordering::SeqCst) {
            let error = listen(&url, token.as_deref(), limits, &own, &mut || pause = Duration::from_millis(250), &mut tell);
            if own.ended.load(Ordering::SeqCst) {
                return;
            }
            tell(BlockNotice::Lost(error));
            pause = (pause * 2).min(Duration::from_secs(10));
            let guard = own.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !own.ended.load(Ordering::SeqCst) {
                let _ = own.wake.wait_timeout(guard, pause);
            }
        }
    });
    Subscription { shared, thread: thread.ok() }
}

/// Listens until the connection is lost; says why.
fn listen(
    url: &str,
    token: Option<&str>,
    limits: Limits,
    shared: &Shared,
    connected: &mut dyn FnMut(),
    tell: &mut dyn FnMut(BlockNotice),
) -> ClientError {
    let down = |reason: String| ClientError::Down { url: url.into(), reason };
    let host = url.strip_prefix("http://").unwrap_or(url);
    let with_port = if host.rsplit(']').next().is_some_and(|tail| tail.contains(':')) { host.to_string() } else { format!("{host}:80") };
    let mut addresses = match with_port.to_socket_addrs() {
        Ok(addresses) => addresses,
        Err(error) => return down(error.to_string()),
    };
    let Some(address) = addresses.next() else { return down("the host has no address".into()) };
    let stream = match TcpStream::connect_timeout(&address, limits.connect) {
        Ok(stream) => stream,
        Err(error) => return down(error.to_string()),
    };
    let prepared = stream
        .set_read_timeout(Some(limits.answer))
        .and_then(|()| stream.set_write_timeout(Some(limits.answer)))
        .and_then(|()| stream.try_clone());
    let control = match prepared {
        Ok(control) => control,
        Err(error) => return down(error.to_string()),
    };
    let timer = control.try_clone();
    *shared.stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(control);
    if shared.ended.load(Ordering::SeqCst) {
        return down("the subscription was ended".into());
    }
    let mut request = match format!("ws://{host}/websocket").into_client_request() {
        Ok(request) => request,
        Err(error) => return down(error.to_string()),
    };
    if let Some(value) = token.and_then(|token| HeaderValue::from_str(&format!("Bearer {token}")).ok()) {
        request.headers_mut().insert("authorization", value);
    }
    let config = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
    let mut socket = match client_with_config(request, stream, Some(config)) {
        Ok((socket, _)) => socket,
        Err(error) => return down(format!("it does not take subscriptions: {error}")),
    };
    if let Err(error) = socket.send(Message::text(SUBSCRIBE)) {
        return down(error.to_string());
    }
    if let Ok(timer) = timer {
        let _ = timer.set_read_timeout(Some(SILENCE));
    }
    let mut subscribed = false;
    loop {
        let message = match socket.read() {
            Ok(message) => message,
            Err(Error::Capacity(_)) => return ClientError::TooBig { limit: MAX_MESSAGE as u64 },
            Err(Error::Io(error)) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                return ClientError::Slow { url: url.into(), after: SILENCE };
            }
            Err(error) => return down(error.to_string()),
        };
        let Message::Text(message) = message else { continue };
        match notice(&message) {
            Ok(Some(notice)) => tell(notice),
            Ok(None) if !subscribed => {
                subscribed = true;
                connected();
                tell(BlockNotice::Connected);
            }
            Ok(None) => {}
            Err(error) => return error,
        }
    }
}

/// What a message says; `None` for the answer to `subscribe`.
fn notice(message: &str) -> Result<Option<BlockNotice>, ClientError> {
    let value: Value = serde_json::from_str(message).map_err(|e| ClientError::Malformed { what: format!("it is not JSON: {e}") })?;
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        let text = error.get("data").and_then(Value::as_str).unwrap_or("the hub ended the subscription");
        return Err(ClientError::Refused {
            code: error.get("code").and_then(Value::as_i64).unwrap_or(0),
            message: text.chars().take(1000).collect(),
        });
    }
    if value.get("result").and_then(|result| result.get("data")).is_none() {
        return Ok(None);
    }
    let header = super::data::field(&value, "result.data.value.header")?;
    let changed = value.pointer("/result/events/changed.package").and_then(Value::as_array);
    let changed = changed.into_iter().flatten().filter_map(Value::as_str).take(MAX_CHANGED).map(|name| name.chars().take(256).collect());
    Ok(Some(BlockNotice::Block { height: number(header, "height")?, time: text(header, "time")?, changed: changed.collect() }))
}
