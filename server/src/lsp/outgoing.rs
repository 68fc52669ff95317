//! What the server says to the client of its own accord: notifications in order, and requests that nobody waits for.

use futures::future::BoxFuture;
use tokio::sync::{mpsc, watch};
use tower_lsp::Client;
use tower_lsp::lsp_types::notification::{LogMessage, Notification};
use tower_lsp::lsp_types::request::Request;
use tower_lsp::lsp_types::{LogMessageParams, MessageType};

type SendJob = Box<dyn FnOnce(Client) -> BoxFuture<'static, ()> + Send>;

/// `$/progress` with any value: parts of long answers.
pub enum Progress {}

impl Notification for Progress {
    type Params = serde_json::Value;
    const METHOD: &'static str = "$/progress";
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

    /// Writes a line into the client's log.
    pub fn log(&self, message: impl Into<String>) {
        self.notify::<LogMessage>(LogMessageParams { typ: MessageType::INFO, message: message.into() });
    }
}
