//! Connections with limits: so many at once, and none on which nothing moves.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// The most connections at once; others wait to be taken.
pub const MAX_CONNECTIONS: usize = 512;
/// A connection on which nothing moves for so long is closed. WebSockets are pinged more often than that.
const STILL: Duration = Duration::from_secs(90);

/// A listener that takes so many connections.
pub struct Limited {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Limited {
    /// Takes at most [`MAX_CONNECTIONS`].
    pub fn new(listener: TcpListener) -> Limited {
        Limited { listener, room: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }
}

impl axum::serve::Listener for Limited {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            let permit = self.room.clone().acquire_owned().await;
            let accepted = self.listener.accept().await;
            match (permit, accepted) {
                (Ok(permit), Ok((stream, peer))) => {
                    // Small answers go out at once; where that cannot be had, they go out a little later.
                    let _ = stream.set_nodelay(true);
                    return (Connection { stream, still: Box::pin(tokio::time::sleep(STILL)), _permit: permit }, peer);
                }
                // Out of file handles, or the peer was gone already.
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that ends when nothing moves.
pub struct Connection {
    stream: TcpStream,
    still: Pin<Box<Sleep>>,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    /// Notes progress; without, ends the connection if its time is up.
    fn watch<T>(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match poll {
            Poll::Ready(result) => {
                self.still.as_mut().reset(Instant::now() + STILL);
                Poll::Ready(result)
            }
            Poll::Pending => match self.still.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, poll)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
