//! The byte stream between client and transport.
//!
//! tower-lsp's codec ends the connection at the first frame it can't decode. So what the client writes passes through
//! [`guard_input`] first: well-formed frames go on unchanged, everything else is replaced by one small, well-formed
//! request to [`MALFORMED`], which `Front` answers with the error. It also ends the stream when `exit` was seen, so that
//! the server ends although the client keeps the pipe open.

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

/// The method that stands in for a frame that was not JSON-RPC; its `params.message` says what was wrong.
pub const MALFORMED: &str = "$/amigos/malformed";

/// Frames above this size are skipped, in bytes.
const FRAME_LIMIT: usize = 256 << 20;
/// A header block above this size is garbage, in bytes.
const HEADER_LIMIT: usize = 16 << 10;
/// Deepest nesting of arrays and objects that is passed on (serde_json's own bound is 128).
const NESTING_LIMIT: usize = 100;

/// Copies frames from `client` to `server` until the client's end of file, a write error, or `exit` becoming true.
pub async fn guard_input<R, W>(client: R, mut server: W, mut exit: watch::Receiver<bool>)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut frames = FrameReader { input: client, buffer: Vec::new(), start: 0 };
    loop {
        let frame = tokio::select! {
            biased;
            _ = exit.wait_for(|exit| *exit) => break,
            frame = frames.next() => frame,
        };
        let written = match frame {
            Frame::Body(body) => match check_body(&body) {
                Ok(()) => write_frame(&mut server, &body).await,
                Err(problem) => write_frame(&mut server, malformed(&problem).as_bytes()).await,
            },
            Frame::Garbage(problem) => write_frame(&mut server, malformed(&problem).as_bytes()).await,
            Frame::End => break,
        };
        if written.is_err() {
            break;
        }
    }
    let _ = server.shutdown().await;
}

async fn write_frame<W: AsyncWrite + Unpin>(server: &mut W, body: &[u8]) -> std::io::Result<()> {
    server.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    server.write_all(body).await
}

fn malformed(problem: &str) -> String {
    serde_json::json!({ "jsonrpc": "2.0", "id": null, "method": MALFORMED, "params": { "message": problem } }).to_string()
}

enum Frame {
    Body(Vec<u8>),
    Garbage(String),
    End,
}

struct FrameReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were taken already.
    start: usize,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// The next frame. Cancel-safe: bytes that were read stay in the buffer.
    async fn next(&mut self) -> Frame {
        loop {
            let pending = self.pending();
            match parse_header(pending) {
                Header::Complete { header, body } if body > FRAME_LIMIT => {
                    self.start += header;
                    if !self.skip(body).await {
                        return Frame::End;
                    }
                    return Frame::Garbage(format!("a message of {body} bytes is over the limit of {FRAME_LIMIT}"));
                }
                Header::Complete { header, body } => {
                    if pending.len() >= header + body {
                        let frame = pending[header..header + body].to_vec();
                        self.start += header + body;
                        return Frame::Body(frame);
                    }
                    let missing = header + body - pending.len();
                    if !self.fill(missing).await {
                        return Frame::End;
                    }
                }
                Header::Partial => {
                    if !self.fill(1).await {
                        return Frame::End;
                    }
                }
                Header::Garbage { skip, problem } => {
                    self.start += skip;
                    return Frame::Garbage(problem);
                }
            }
        }
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Reads at least one byte; false at the end of the stream.
    async fn fill(&mut self, wanted: usize) -> bool {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.reserve(wanted.clamp(16 << 10, 1 << 20));
        matches!(self.input.read_buf(&mut self.buffer).await, Ok(n) if n > 0)
    }

    async fn skip(&mut self, mut bytes: usize) -> bool {
        loop {
            let here = self.pending().len().min(bytes);
            self.start += here;
            bytes -= here;
            if bytes == 0 {
                return true;
            }
            if !self.fill(bytes).await {
                return false;
            }
        }
    }
}

enum Header {
    Complete { header: usize, body: usize },
    Partial,
    Garbage { skip: usize, problem: String },
}

fn parse_header(bytes: &[u8]) -> Header {
    const NAME: &[u8] = b"content-length:";
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        if bytes.len() <= HEADER_LIMIT {
            return Header::Partial;
        }
        return garbage(bytes, bytes.len(), "no header was found in 16 KiB");
    };
    let mut length = None;
    for line in bytes[..end].split(|b| *b == b'\n') {
        if line.len() >= NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            length = std::str::from_utf8(&line[NAME.len()..]).ok().and_then(|text| text.trim().parse::<usize>().ok());
        }
    }
    match length {
        Some(body) => Header::Complete { header: end + 4, body },
        None => garbage(bytes, end + 4, "a message without a valid `Content-Length` header"),
    }
}

/// Skips to the next thing that looks like a header within `bytes[..end]`, or all of it.
fn garbage(bytes: &[u8], end: usize, problem: &str) -> Header {
    let next = find(&bytes[1.min(end)..end], b"Content-Length:").map_or(end, |at| at + 1);
    // A header that was looked at and is bad must not be found again.
    let skip = if parses(&bytes[next..end]) { next } else { end };
    Header::Garbage { skip: skip.max(1), problem: problem.to_owned() }
}

fn parses(header: &[u8]) -> bool {
    let digits: Vec<u8> =
        header.iter().skip("Content-Length:".len()).copied().skip_while(|b| *b == b' ').take_while(u8::is_ascii_digit).collect();
    !digits.is_empty()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The outer shape of a message, cheap to check: parameters are skipped, not built.
#[derive(Deserialize)]
struct Shape {
    jsonrpc: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    id: Option<Id>,
    #[serde(default)]
    result: Option<IgnoredAny>,
    #[serde(default)]
    error: Option<ErrorShape>,
    #[serde(default)]
    #[allow(dead_code, reason = "its presence and form are checked by being read")]
    params: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "only the form is checked")]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only the form is checked")]
struct ErrorShape {
    code: i64,
    message: String,
}

fn check_body(body: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(body).map_err(|e| format!("a message is not UTF-8 at byte {}", e.valid_up_to()))?;
    if nesting(body) > NESTING_LIMIT {
        return Err(format!("a message is nested deeper than {NESTING_LIMIT} levels"));
    }
    let shape: Shape = serde_json::from_str(text).map_err(|e| format!("a message is not JSON-RPC 2.0: {e}"))?;
    if shape.jsonrpc != "2.0" {
        return Err("a message is not JSON-RPC 2.0: `jsonrpc` must be \"2.0\"".to_owned());
    }
    let answer = shape.result.is_some() || shape.error.is_some() || text.contains("\"result\"");
    if shape.method.is_none() && !(answer && shape.id.is_some()) {
        return Err("a message has neither `method` nor, with an `id`, `result` or `error`".to_owned());
    }
    Ok(())
}

fn nesting(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in body {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn passed(input: &[u8]) -> String {
        let (exit, exit_seen) = watch::channel(false);
        let mut out = Vec::new();
        guard_input(input, &mut out, exit_seen).await;
        drop(exit);
        String::from_utf8(out).unwrap()
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn good_frames_pass_unchanged() {
        let two = frame(r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{}}"#) + &frame(r#"{"jsonrpc":"2.0","id":1,"result":null}"#);
        assert_eq!(passed(two.as_bytes()).await, two);
    }

    #[tokio::test]
    async fn unknown_headers_and_case_do_not_matter() {
        let body = r#"{"jsonrpc":"2.0","method":"a"}"#;
        let odd = format!("content-length: {}\r\nContent-Type: nonsense\r\nX: y\r\nZ: z\r\n\r\n{body}", body.len());
        assert_eq!(passed(odd.as_bytes()).await, frame(body));
    }

    #[tokio::test]
    async fn garbage_becomes_one_answerable_request_and_the_next_frame_lives() {
        let good = frame(r#"{"jsonrpc":"2.0","method":"a"}"#);
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for bad in [
            frame("{not json"),
            frame("[1,2]"),
            frame(r#"{"jsonrpc":"1.0","method":"a"}"#),
            frame(r#"{"jsonrpc":"2.0"}"#),
            frame(r#"{"jsonrpc":"2.0","id":{"a":1},"method":"a"}"#),
            frame(&format!(r#"{{"jsonrpc":"2.0","method":"a","params":{deep}}}"#)),
            "hello\r\n\r\n".to_owned(),
            "Content-Length: many\r\n\r\n".to_owned(),
        ] {
            let out = passed((bad.clone() + &good).as_bytes()).await;
            assert!(out.contains(MALFORMED), "{bad:.80}: {out}");
            assert!(out.ends_with(&good), "{bad:.80}: {out}");
        }
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_are_one_malformed_frame() {
        let mut bytes = b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc".to_vec();
        let good = frame(r#"{"jsonrpc":"2.0","method":"a"}"#);
        bytes.extend_from_slice(good.as_bytes());
        let out = passed(&bytes).await;
        assert!(out.contains("not UTF-8"));
        assert!(out.ends_with(&good));
    }
}
