//! A WebSocket connection: requests as over HTTP, and subscriptions to blocks and transactions.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::methods::RpcError;
use super::shapes::{Notice, notices};
use super::{Caller, Shared, bounded, envelope, one, take_request};
use crate::address::short;
use crate::block::StoredBlock;

const MAX_SUBSCRIPTIONS: usize = 16;
const SEND_PATIENCE: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(30);

/// Counts a connection as long as it lives.
pub struct Open(pub Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
        self.0.touch();
    }
}

struct Subscription {
    id: Value,
    text: String,
    conditions: Vec<(String, String)>,
}

type Sink = SplitSink<WebSocket, Message>;

/// Serves a connection to its end.
pub async fn run(socket: WebSocket, open: Open, caller: Caller) {
    let shared = &open.0;
    let (mut sink, mut stream) = socket.split();
    let mut blocks = shared.node.subscribe();
    let mut subscriptions: Vec<Subscription> = Vec::new();
    let mut ping = tokio::time::interval(PING);
    loop {
        let alive = tokio::select! {
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let answer = handle(shared, caller, &text, &mut subscriptions).await;
                    match answer {
                        Some(answer) => send(&mut sink, bounded(&answer)).await,
                        None => true,
                    }
                }
                Some(Ok(Message::Binary(_))) => {
                    let error = RpcError::parse("requests are texts");
                    send(&mut sink, envelope(&json!(-1), Err(error)).to_string()).await
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
            },
            block = blocks.recv() => match block {
                Ok(block) => tell(&mut sink, &subscriptions, &block).await,
                // Blocks were missed: an open gap is worse than a closed connection, after which the client asks for the state anew.
                Err(RecvError::Lagged(missed)) => {
                    let error = RpcError::internal(format!("this connection was too slow and missed {missed} blocks; subscribe again"));
                    send(&mut sink, envelope(&json!(-1), Err(error)).to_string()).await;
                    false
                }
                Err(RecvError::Closed) => false,
            },
            _ = ping.tick() => timed(sink.send(Message::Ping(Vec::new().into()))).await,
        };
        if !alive {
            break;
        }
    }
    let _ = timed(sink.close()).await;
}

async fn timed<E>(work: impl Future<Output = Result<(), E>>) -> bool {
    matches!(tokio::time::timeout(SEND_PATIENCE, work).await, Ok(Ok(())))
}

async fn send(sink: &mut Sink, text: String) -> bool {
    timed(sink.send(Message::Text(text.into()))).await
}

async fn handle(shared: &Arc<Shared>, caller: Caller, text: &str, subscriptions: &mut Vec<Subscription>) -> Option<Value> {
    shared.touch();
    let request: Value = match serde_json::from_str(text) {
        Ok(request) => request,
        Err(error) => return Some(envelope(&json!(-1), Err(RpcError::parse(error.to_string())))),
    };
    let method = request.get("method").and_then(Value::as_str).unwrap_or_default();
    if !matches!(method, "subscribe" | "unsubscribe" | "unsubscribe_all") {
        return one(shared, caller, request).await;
    }
    let (id, method, params) = match take_request(request) {
        Ok((id, method, params)) => (id.unwrap_or(Value::Null), method, params),
        Err((id, error)) => return Some(envelope(&id, Err(error))),
    };
    let query = match &params {
        Some(Value::Object(map)) => map.get("query").and_then(Value::as_str),
        Some(Value::Array(list)) => list.first().and_then(Value::as_str),
        _ => None,
    };
    let result = match (method.as_str(), query) {
        ("unsubscribe_all", _) => {
            subscriptions.clear();
            Ok(json!({}))
        }
        (_, None) => Err(RpcError::params("`query` is missing; for example `tm.event='NewBlock'`")),
        ("subscribe", Some(query)) => subscribe(subscriptions, id.clone(), query),
        (_, Some(query)) => {
            let before = subscriptions.len();
            subscriptions.retain(|subscription| subscription.text != query);
            if subscriptions.len() == before { Err(RpcError::internal("subscription not found")) } else { Ok(json!({})) }
        }
    };
    Some(envelope(&id, result))
}

fn subscribe(subscriptions: &mut Vec<Subscription>, id: Value, query: &str) -> Result<Value, RpcError> {
    if subscriptions.len() >= MAX_SUBSCRIPTIONS {
        return Err(RpcError::internal(format!("a connection has at most {MAX_SUBSCRIPTIONS} subscriptions")));
    }
    if subscriptions.iter().any(|subscription| subscription.text == query) {
        return Err(RpcError::internal("already subscribed"));
    }
    let conditions = parse_query(query).map_err(RpcError::params)?;
    subscriptions.push(Subscription { id, text: query.into(), conditions });
    Ok(json!({}))
}

/// Conditions `name='value'` joined by `AND`; one must be on `tm.event`.
fn parse_query(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.len() > 512 {
        return Err("a query has at most 512 bytes".into());
    }
    let mut conditions = Vec::new();
    for part in text.split(" AND ") {
        let (name, value) =
            part.split_once('=').ok_or_else(|| format!("`{}` is not a condition of the form `name='value'`", short(part)))?;
        let value = value.trim();
        let value = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')).unwrap_or(value);
        conditions.push((name.trim().to_string(), value.to_string()));
    }
    let event = conditions.iter().find(|(name, _)| name == "tm.event").map(|(_, value)| value.as_str());
    match event {
        Some("NewBlock" | "NewBlockHeader" | "Tx") => Ok(conditions),
        Some(other) => Err(format!("there are no events `{}`; there are NewBlock, NewBlockHeader and Tx", short(other))),
        None => Err("a query has the condition `tm.event='NewBlock'`, or with NewBlockHeader or Tx".into()),
    }
}

fn selects(subscription: &Subscription, notice: &Notice) -> bool {
    subscription.conditions.iter().all(|(name, value)| {
        notice.events.get(name).and_then(Value::as_array).is_some_and(|values| values.iter().any(|v| v.as_str() == Some(value)))
    })
}

async fn tell(sink: &mut Sink, subscriptions: &[Subscription], block: &StoredBlock) -> bool {
    let wanted = |kind: &str| subscriptions.iter().any(|s| s.conditions.iter().any(|(name, value)| name == "tm.event" && value == kind));
    for notice in notices(block, &wanted) {
        for subscription in subscriptions.iter().filter(|subscription| selects(subscription, &notice)) {
            let result = json!({"query": subscription.text, "data": notice.data, "events": notice.events});
            if !send(sink, bounded(&envelope(&subscription.id, Ok(result)))).await {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries() {
        let parsed = parse_query("tm.event='NewBlock' AND changed.package='a@v1'").unwrap();
        assert_eq!(parsed, [("tm.event".into(), "NewBlock".into()), ("changed.package".into(), "a@v1".into())]);
        for wrong in ["", "x", "tm.event='Vote'", "tx.hash='A'"] {
            assert!(parse_query(wrong).is_err(), "{wrong}");
        }
    }
}
