//! What the server says to the client of its own accord: notifications in order, and requests that nobody waits for.

use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tower_lsp::Client;
use tower_lsp::lsp_types::notification::{LogMessage, Notification};
use tower_lsp::lsp_types::request::{Request, WorkDoneProgressCreate};
use tower_lsp::lsp_types::{LogMessageParams, MessageType, NumberOrString, WorkDoneProgressCreateParams};

use super::front::CancelFlag;

/// What is done before is not shown.
const SHOWN_AFTER: Duration = Duration::from_millis(300);
/// So often it is looked whether shown work was cancelled.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

type SendJob = Box<dyn FnOnce(Client) -> BoxFuture<'static, ()> + Send>;

/// `$/progress` with any value: parts of long answers.
pub enum Progress {}

impl Notification for Progress {
    type Params = serde_json::Value;
    const METHOD: &'static str = "$/progress";
}

/// Something that takes long, as the client shows it.
#[derive(Clone)]
pub struct Work(mpsc::UnboundedSender<Value>);

impl Work {
    /// Says how far it is: `done` of `all`, which are `what`.
    pub fn report(&self, done: usize, all: usize, what: &str) {
        let _ = self.0.send(json!({ "message": format!("{done} of {all} {what}"), "percentage": 100 * done / all.max(1) }));
    }
}

/// Shows work until its queue ends or it is cancelled.
async fn show(client: Client, token: String, title: String, mut queue: mpsc::UnboundedReceiver<Value>, cancel: CancelFlag) {
    let mut newest = json!({});
    let soon = tokio::time::sleep(SHOWN_AFTER);
    tokio::pin!(soon);
    loop {
        tokio::select! {
            () = &mut soon => break,
            step = queue.recv() => match step {
                Some(step) => newest = step,
                None => return,
            },
        }
    }
    let params = WorkDoneProgressCreateParams { token: NumberOrString::String(token.clone()) };
    if cancel.is_cancelled() || client.send_request::<WorkDoneProgressCreate>(params).await.is_err() {
        return;
    }
    let tell = |kind: &str, mut value: Value| {
        value["kind"] = json!(kind);
        client.send_notification::<Progress>(json!({ "token": token, "value": value }))
    };
    newest["title"] = json!(title);
    newest["cancellable"] = json!(true);
    tell("begin", newest).await;
    while !cancel.is_cancelled() {
        match tokio::time::timeout(LOOK_AGAIN, queue.recv()).await {
            Ok(Some(step)) => tell("report", step).await,
            Ok(None) => break,
            Err(_) => {}
        }
    }
    tell("end", json!({})).await;
}

/// Sends to the client from any thread; nothing leaves before the client is initialized (tower-lsp would drop it).
#[derive(Clone)]
pub struct Outgoing(mpsc::UnboundedSender<SendJob>);

impl Outgoing {
    /// A sender, and the task that forwards to `client` once `open` is true.
    pub fn new(client: Client, mut open: watch::Receiver<bool>) -> (Outgoing, impl Future<Output = ()> + Send) {
        let (sender, mut messages) = mpsc::unbounded_channel::<SendJob>();
        let forward = async move {
            if open.wait_for(|open| *open).await.is_err() {
                return;
            }
            while let Some(send) = messages.recv().await {
                send(client.clone()).await;
            }
        };
        (Outgoing(sender), forward)
    }

    /// Sends notification `N`.
    pub fn notify<N: Notification>(&self, params: N::Params)
    where
        N::Params: Send + 'static,
    {
        let _ = self.0.send(Box::new(move |client| Box::pin(async move { client.send_notification::<N>(params).await })));
    }

    /// Sends request `R` and does not wait; the answer is dropped.
    pub fn request<R: Request>(&self, params: R::Params)
    where
        R::Params: Send + 'static,
        R::Result: Send,
    {
        let _ = self.0.send(Box::new(move |client| {
            Box::pin(async move {
                // Never aborted: tower-lsp panics on an answer whose asker is gone.
                tokio::spawn(async move {
                    let _ = client.send_request::<R>(params).await;
                });
            })
        }));
    }

    /// Shows the client that something takes long, under a token that it may cancel; nothing is shown of what is done soon. The last clone of the result ends
    /// it, and so does `cancel`.
    pub fn work(&self, token: String, title: &str, cancel: CancelFlag) -> Work {
        let (steps, queue) = mpsc::unbounded_channel();
        let title = title.to_owned();
        let _ = self.0.send(Box::new(move |client| {
            Box::pin(async move {
                // Never aborted, as above.
                tokio::spawn(show(client, token, title, queue, cancel));
            })
        }));
        Work(steps)
    }

    /// Writes a line into the client's log.
    pub fn log(&self, message: impl Into<String>) {
        self.notify::<LogMessage>(LogMessageParams { typ: MessageType::INFO, message: message.into() });
    }
}
