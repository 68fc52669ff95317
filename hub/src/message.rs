//! Messages as JSON: what a person or an editor writes, before somebody signs it.

use serde_json::Value;

use crate::address::{Address, short};
use crate::encode::unbase64;
use crate::proto::{ARGUMENTS_GO, ARGUMENTS_JSON, Any, File, MsgCall, MsgDeploy, MsgOracleFixture, OracleReport, Pin, url};
use crate::query;
use crate::tx::{send_message, wrap};

/// The messages of a transaction that `from` will sign, out of a JSON list (`docs/hub.md` has the shapes).
///
/// Errors: what cannot be read, and why.
pub fn from_json(messages: Value, from: Address) -> Result<Vec<Any>, String> {
    let shapes: Vec<MessageShape> = serde_json::from_value(messages).map_err(|e| format!("`messages` cannot be read: {e}"))?;
    shapes.into_iter().map(|shape| message(shape, from)).collect()
}

/// One message; its sender is always the signer.
#[derive(serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum MessageShape {
    Send {
        to: String,
        amount: u64,
    },
    Call {
        package: String,
        func: String,
        #[serde(default)]
        args: Vec<Value>,
        #[serde(default)]
        json_args: bool,
        #[serde(default)]
        value: u64,
    },
    Deploy {
        path: String,
        version: String,
        files: Vec<FileShape>,
        #[serde(default)]
        lock: Vec<PinShape>,
        #[serde(default)]
        library: bool,
    },
    OracleFixture {
        reports: Vec<ReportShape>,
    },
    /// A message in protobuf: its type URL and its bytes in base64.
    Raw {
        type_url: String,
        value: String,
    },
}

#[derive(serde::Deserialize)]
struct FileShape {
    name: String,
    text: String,
}

#[derive(serde::Deserialize)]
struct PinShape {
    path: String,
    version: String,
    hash: String,
}

#[derive(serde::Deserialize)]
struct ReportShape {
    pair: String,
    source: String,
    value: String,
}

fn message(shape: MessageShape, from: Address) -> Result<Any, String> {
    Ok(match shape {
        MessageShape::Send { to, amount } => send_message(from, query::parse_account(&to, true)?, amount),
        MessageShape::Call { package, func, args, json_args, value } => {
            let arguments = args.into_iter().map(|v| match v {
                Value::String(text) if !json_args => text,
                other => other.to_string(),
            });
            let format = if json_args { ARGUMENTS_JSON } else { ARGUMENTS_GO };
            let message = MsgCall { sender: from.to_string(), package, target: func, arguments: arguments.collect(), format, value };
            wrap(url::CALL, &message)
        }
        MessageShape::Deploy { path, version, files, lock, library } => {
            let files = files.into_iter().map(|file| File { name: file.name, text: file.text }).collect();
            let mut pins = Vec::new();
            for pin in lock {
                let hash = crate::package::parse_hash(&pin.hash).ok_or_else(|| format!("`{}` is not a content hash", short(&pin.hash)))?;
                pins.push(Pin { path: pin.path, version: pin.version, hash: hash.to_vec() });
            }
            wrap(url::DEPLOY, &MsgDeploy { sender: from.to_string(), path, version, files, lock: pins, library, authority: String::new() })
        }
        MessageShape::OracleFixture { reports } => {
            let reports = reports.into_iter().map(|r| OracleReport { pair: r.pair, source: r.source, value: r.value }).collect();
            wrap(url::ORACLE_FIXTURE, &MsgOracleFixture { sender: from.to_string(), reports })
        }
        MessageShape::Raw { type_url, value } => {
            Any { type_url, value: unbase64(&value).ok_or_else(|| "`value` is not base64".to_string())? }
        }
    })
}
