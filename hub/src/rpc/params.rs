//! Parameters of a method: by name, by position, or from a URI.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::address::short;
use crate::encode::{unbase64, unhex};

/// Parameters as they came.
pub struct Params {
    values: Map<String, Value>,
    /// From a URI: bytes are `0x…` or a quoted string, and everything is text.
    uri: bool,
}

impl Params {
    /// From a JSON-RPC request; `names` give positions their names.
    pub fn from_json(params: Option<Value>, names: &[&str]) -> Result<Params, String> {
        let values = match params {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(values)) => values,
            Some(Value::Array(values)) => {
                if values.len() > names.len() {
                    return Err(format!("there are {} parameters; the method has {}", values.len(), names.len()));
                }
                names.iter().map(|name| name.to_string()).zip(values).collect()
            }
            Some(_) => return Err("`params` is neither an object nor an array".into()),
        };
        let params = Params { values, uri: false };
        params.check_names(names)?;
        Ok(params)
    }

    /// From the query part of a URI.
    pub fn from_uri(query: &str, names: &[&str]) -> Result<Params, String> {
        let mut values = Map::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = percent_decode_str(&value.replace('+', " "))
                .decode_utf8()
                .map_err(|_| format!("`{}` is not UTF-8", short(name)))?
                .into_owned();
            values.insert(name.to_string(), Value::String(value));
        }
        let params = Params { values, uri: true };
        params.check_names(names)?;
        Ok(params)
    }

    fn check_names(&self, names: &[&str]) -> Result<(), String> {
        match self.values.keys().find(|key| !names.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(format!("there is no parameter `{}`; there are {}", short(key), names.join(", "))),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// A text; empty if absent.
    pub fn text(&self, name: &str) -> Result<String, String> {
        match self.get(name) {
            None => Ok(String::new()),
            Some(Value::String(text)) if self.uri => {
                Ok(text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_string())
            }
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(format!("`{name}` is not a text")),
        }
    }

    /// A number, written as one or as a text; 0 if absent.
    pub fn number(&self, name: &str) -> Result<u64, String> {
        let bad = || format!("`{name}` is not a number");
        match self.get(name) {
            None => Ok(0),
            Some(Value::Number(number)) => number.as_u64().ok_or_else(bad),
            Some(Value::String(text)) if text.is_empty() => Ok(0),
            Some(Value::String(text)) => text.trim_matches('"').parse().map_err(|_| bad()),
            Some(_) => Err(bad()),
        }
    }

    /// Yes or no; no if absent.
    pub fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text.is_empty() || text == "false" => Ok(false),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(_) => Err(format!("`{name}` is neither `true` nor `false`")),
        }
    }

    /// Any JSON; in a URI, as a text.
    pub fn json(&self, name: &str) -> Result<Value, String> {
        match self.get(name) {
            None => Err(format!("`{name}` is missing")),
            Some(Value::String(text)) if self.uri => serde_json::from_str(text).map_err(|e| format!("`{name}` is not JSON: {e}")),
            Some(value) => Ok(value.clone()),
        }
    }

    /// Bytes in base64, or in a URI `0x…` or a quoted string: transactions and hashes.
    pub fn base64(&self, name: &str) -> Result<Vec<u8>, String> {
        let text = match self.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::String(text)) => text,
            Some(_) => return Err(format!("`{name}` is not a text")),
        };
        if self.uri {
            return self.uri_bytes(name, text);
        }
        unbase64(text).ok_or_else(|| format!("`{name}` is not base64"))
    }

    /// Bytes in hex, or in a URI `0x…` or a quoted string: data of queries.
    pub fn hex(&self, name: &str) -> Result<Vec<u8>, String> {
        let text = match self.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::String(text)) => text,
            Some(_) => return Err(format!("`{name}` is not a text")),
        };
        if self.uri {
            return self.uri_bytes(name, text);
        }
        unhex(text).ok_or_else(|| format!("`{name}` is not hex"))
    }

    fn uri_bytes(&self, name: &str, text: &str) -> Result<Vec<u8>, String> {
        if let Some(quoted) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
            return Ok(quoted.as_bytes().to_vec());
        }
        if text.is_empty() {
            return Ok(Vec::new());
        }
        unhex(text).filter(|_| text.starts_with("0x")).ok_or_else(|| format!("`{name}` is neither `0x…` nor a text in double quotes"))
    }
}
