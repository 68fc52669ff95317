//! The language server: transport, main loop, handlers. Start reading at [`front`], then [`main_loop`].

pub mod capabilities;
pub mod diagnostics;
pub mod documents;
mod fetches;
pub mod front;
pub mod handlers;
pub mod loader;
pub mod main_loop;
pub mod net;
pub mod outgoing;
pub mod pool;
pub mod positions;
pub mod settings;
pub mod snapshot;
pub mod status;
pub mod test_results;
pub mod to_proto;
mod waiting;
pub mod wire;

use std::cell::RefCell;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower_lsp::jsonrpc::Result as RpcResult;
use tower_lsp::lsp_types::{InitializeParams, InitializeResult};
use tower_lsp::{Client, LanguageServer, LspService, Server};

use front::Front;
use main_loop::MainLoop;
use outgoing::Outgoing;

/// The part of the protocol that tower-lsp keeps for itself; everything else goes through [`Front`] to the main loop.
struct Lifecycle;

#[tower_lsp::async_trait]
impl LanguageServer for Lifecycle {
    async fn initialize(&self, _: InitializeParams) -> RpcResult<InitializeResult> {
        Ok(InitializeResult::default())
    }
    async fn shutdown(&self) -> RpcResult<()> {
        Ok(())
    }
}

/// Serves one client on standard input and output. The exit status: 0 after `shutdown` and `exit`, 1 otherwise.
pub fn run() -> std::io::Result<i32> {
    install_panic_hook();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let clean = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout()));
    // Standard input may be blocked in a read that never ends: don't wait for that thread.
    runtime.shutdown_timeout(Duration::from_millis(10));
    Ok(if clean { 0 } else { 1 })
}

/// Serves one client; true if it ended with `shutdown` and `exit`.
async fn serve<R, W>(input: R, output: W) -> bool
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let (events, queue) = crossbeam_channel::unbounded();
    let (exit, exit_seen) = watch::channel(false);
    let (open, open_seen) = watch::channel(false);
    let mut client_of_service = None;
    let (service, socket) = LspService::new(|client: Client| {
        client_of_service = Some(client);
        Lifecycle
    });
    let Some(client) = client_of_service else { return false };
    let (out, forward) = Outgoing::new(client, open_seen);
    tokio::spawn(forward);
    let (to_server, from_guard) = tokio::io::duplex(64 << 10);
    tokio::spawn(wire::guard_input(input, to_server, exit_seen.clone()));

    let main_loop = MainLoop::new(queue, events.clone(), out);
    let (ended, loop_ended) = tokio::sync::oneshot::channel();
    let started = std::thread::Builder::new().name("amigos-main".into()).stack_size(64 << 20).spawn(move || {
        let _ = ended.send(main_loop.run());
    });
    if let Err(problem) = started {
        eprintln!("amigos: cannot start a thread: {problem}");
        return false;
    }
    let front = Front::new(service, events, open, exit);
    // A low limit would let requests that wait for the client keep its answers from being read.
    let mut serving = std::pin::pin!(Server::new(from_guard, output, socket).concurrency_level(1 << 16).serve(front));
    let mut exit_awaited = exit_seen.clone();
    let said_exit = tokio::select! {
        () = &mut serving => *exit_seen.borrow(),
        _ = exit_awaited.wait_for(|exit| *exit) => {
            // Answers that are ready still go out; requests that still run don't keep the process.
            let _ = tokio::time::timeout(Duration::from_millis(100), &mut serving).await;
            true
        }
    };
    said_exit && loop_ended.await.unwrap_or(false)
}

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Standard output belongs to the protocol and standard error to people: one line, kept also for the error answer.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string().replace('\n', " ");
        eprintln!("amigos: internal error: {text}");
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{}", std::backtrace::Backtrace::force_capture());
        }
        LAST_PANIC.with(|last| *last.borrow_mut() = text);
    }));
}

/// The text of the last panic on this thread.
fn last_panic() -> String {
    LAST_PANIC.with(|last| last.borrow().clone())
}

/// Whether the requests of [`handlers`] that only tests use are there.
fn debug_enabled() -> bool {
    static ENABLED: OnceLock<bool> = OnceLock::new();
    *ENABLED.get_or_init(|| std::env::var_os("AMIGOS_LSP_DEBUG").is_some_and(|value| value == "1"))
}
