//! JSON-RPC over HTTP to a hub, with limits: a hub may be down, slow, or lie, and none of that may hurt who asks.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// Larger answers are not read, in bytes.
const ANSWER_LIMIT: u64 = 16 << 20;
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// Nobody listens at the address.
    Away(String),
    /// The hub does not answer in time.
    Slow,
    /// The hub answered with an error of its own: what was asked for is not there, or not allowed.
    Refused {
        /// The hub's code.
        code: i64,
        /// The hub's words.
        message: String,
    },
    /// The answer is not what a hub says.
    Nonsense(String),
}

impl Problem {
    /// Whether another try may go well without anything else being done.
    pub fn is_offline(&self) -> bool {
        matches!(self, Problem::Away(_) | Problem::Slow)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Away(why) => write!(f, "the hub cannot be reached: {why}"),
            Problem::Slow => write!(f, "the hub did not answer within {} s", ANSWER_PATIENCE.as_secs()),
            Problem::Refused { message, .. } => f.write_str(&crate::render::tame(message, 2000)),
            Problem::Nonsense(why) => write!(f, "the hub's answer makes no sense: {why}; is it an Amigos hub, and of this version?"),
        }
    }
}

/// A hub's address.
#[derive(Clone, Debug)]
pub struct Rpc {
    url: String,
    token: Option<String>,
    agent: ureq::Agent,
}

impl Rpc {
    /// The hub at `url`; `token` is sent along if the hub wants one.
    pub fn new(url: &str, token: Option<String>) -> Rpc {
        Rpc::with_patience(url, token, CONNECT_PATIENCE, ANSWER_PATIENCE)
    }

    fn with_patience(url: &str, token: Option<String>, connect: Duration, answer: Duration) -> Rpc {
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(connect))
            .timeout_global(Some(answer))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Rpc { url: url.trim_end_matches('/').to_owned(), token, agent: config.into() }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Calls `method`; its result.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, Problem> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut request = self.agent.post(&self.url);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send_json(&body).map_err(|error| self.problem(error))?;
        let status = response.status();
        let text = response.body_mut().with_config().limit(ANSWER_LIMIT).read_to_string().map_err(|error| self.problem(error))?;
        let answer: Value = match serde_json::from_str(&text) {
            Ok(answer) => answer,
            Err(_) if !status.is_success() => return Err(Problem::Nonsense(format!("HTTP status {}", status.as_u16()))),
            Err(error) => return Err(Problem::Nonsense(error.to_string())),
        };
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let part = |name: &str| error.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let message = part("data").or(part("message")).unwrap_or("the hub gave no reason").to_owned();
            return Err(Problem::Refused { code: error.get("code").and_then(Value::as_i64).unwrap_or(0), message });
        }
        answer.get("result").cloned().ok_or_else(|| Problem::Nonsense("neither `result` nor `error`".to_owned()))
    }

    fn problem(&self, error: ureq::Error) -> Problem {
        match error {
            ureq::Error::Timeout(_) => Problem::Slow,
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => Problem::Slow,
            ureq::Error::Io(error) => Problem::Away(format!("{} ({error})", self.url)),
            ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => Problem::Away(self.url.clone()),
            ureq::Error::BodyExceedsLimit(limit) => Problem::Nonsense(format!("it is longer than {limit} bytes")),
            other => Problem::Nonsense(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that sends these bytes to whoever connects.
    fn serve(answer: impl Fn(&mut std::net::TcpStream) + Send + 'static) -> Rpc {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                answer(&mut stream);
            }
        });
        Rpc::with_patience(&url, None, Duration::from_millis(500), Duration::from_millis(500))
    }

    fn http(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    fn answered(body: &str) -> Result<Value, Problem> {
        let bytes = http(body);
        serve(move |stream| stream.write_all(bytes.as_bytes()).unwrap()).call("status", &json!({}))
    }

    #[test]
    fn results_and_refusals() {
        assert_eq!(answered(r#"{"jsonrpc":"2.0","id":1,"result":{"a":1}}"#), Ok(json!({ "a": 1 })));
        let refused = answered(r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"no such block"}}"#);
        assert_eq!(refused, Err(Problem::Refused { code: -32603, message: "no such block".into() }));
    }

    #[test]
    fn a_hub_that_is_away_slow_or_lies() {
        let away = Rpc::new("http://127.0.0.1:1", None).call("status", &json!({}));
        assert!(matches!(away, Err(Problem::Away(_))), "{away:?}");
        let slow = serve(|_| std::thread::sleep(Duration::from_secs(5))).call("status", &json!({}));
        assert_eq!(slow, Err(Problem::Slow));
        for nonsense in ["", "hello", "[]", "{}", "{\"result\":"] {
            let answer = answered(nonsense);
            assert!(matches!(answer, Err(Problem::Nonsense(_))), "{nonsense}: {answer:?}");
        }
        let closed = serve(|_| {}).call("status", &json!({}));
        assert!(closed.is_err(), "{closed:?}");
    }

    #[test]
    fn an_answer_of_a_hundred_megabytes_is_not_read() {
        let endless = serve(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
            let chunk = vec![b'['; 1 << 20];
            for _ in 0..100 {
                if stream.write_all(&chunk).is_err() {
                    return;
                }
            }
        });
        let rpc = Rpc::with_patience(endless.url(), None, Duration::from_secs(2), Duration::from_secs(20));
        let answer = rpc.call("status", &json!({}));
        assert!(matches!(&answer, Err(Problem::Nonsense(why)) if why.contains("longer than")), "{answer:?}");
    }
}
