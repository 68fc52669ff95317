//! Recorded slices of state: all that one call read, as a text file beside a test. `amigos test` runs the test on it, without a network.

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_hub::encode::{hex, parse_rfc3339, rfc3339, unhex};
use amigos_vm::persist::schema::Schema;
use amigos_vm::persist::{BANK, FIRST_OBJECT, ORACLE};
use amigos_vm::state::{Bytes, Fetch, ObjKey, StateSource};
use serde_json::{Value, json};

use crate::simulate::ReadRecord;

/// The folder, in a package's, that holds slices.
pub const FOLDER: &str = "testdata";
/// What the name of a slice's file ends in.
pub const EXTENSION: &str = ".slice.json";
/// The directive above a test that runs on a slice; the file's path in the package's folder follows.
pub const DIRECTIVE: &str = "//amigos:slice ";
/// The form of the file.
const FORM: u64 = 1;

/// What a call read, and the circumstances it ran in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    /// The call in Go: `CreatePost("hello")`.
    pub call: String,
    /// The network's name.
    pub network: String,
    /// The chain's id.
    pub chain: String,
    /// The height whose state it read.
    pub height: u64,
    /// The time of the block that it was in, in nanoseconds since 1970.
    pub time: u64,
    /// Who called: an address.
    pub from: String,
    /// Coins sent along, in micro-amg.
    pub value: u64,
    /// The records; `None` where there was none.
    pub records: BTreeMap<(String, Vec<u8>), Option<Bytes>>,
    /// For readers: the variables that were read, by package and name, in one line each.
    pub shown: BTreeMap<String, BTreeMap<String, String>>,
}

impl Slice {
    /// Takes what a call read.
    pub fn take(&mut self, records: Vec<ReadRecord>) {
        self.records.extend(records.into_iter().map(|(package, key, value)| ((package, key), value)));
    }

    /// The variables whose records are here, by package.
    pub fn variables(&self) -> Vec<(String, String)> {
        let schemas = self.schemas();
        let of_key = |(package, key): &(String, Vec<u8>)| {
            let number = variable_number(key)?;
            let numbers = &schemas.get(package.as_str())?.globals.by_name;
            let (name, _) = numbers.iter().find(|(_, n)| u64::from(**n) == number)?;
            Some((package.clone(), name.clone()))
        };
        self.records.keys().filter_map(of_key).collect()
    }

    fn schemas(&self) -> BTreeMap<&str, Schema> {
        let schemas = self.records.iter().filter(|((_, key), _)| key.as_slice() == b"s");
        schemas.filter_map(|((package, _), bytes)| Some((package.as_str(), Schema::read(bytes.as_deref()?)?))).collect()
    }

    /// What a record is, for readers.
    fn label(&self, schemas: &BTreeMap<&str, Schema>, package: &str, key: &[u8]) -> String {
        if package == BANK || package == ORACLE {
            return String::from_utf8_lossy(key).into_owned();
        }
        let number = key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        match (key.first(), number) {
            (Some(b's'), _) => "the names of variables and fields".to_owned(),
            (Some(b'n'), _) => "the next object's number".to_owned(),
            (Some(b'o'), Some(n)) if n < FIRST_OBJECT => {
                let names = schemas.get(package).map(|schema| &schema.globals.by_name);
                let name = names.and_then(|names| names.iter().find(|(_, of)| u64::from(**of) == n)).map(|(name, _)| name.as_str());
                format!("variable {}", name.unwrap_or("?"))
            }
            (Some(b'o'), Some(n)) => format!("object {n}"),
            (Some(b'c'), Some(n)) => format!("elements of {n}"),
            (Some(b'e'), Some(n)) => format!("entries of {n}"),
            (Some(b'i'), Some(n)) => format!("index of {n}"),
            _ => String::new(),
        }
    }

    /// As a file: JSON, one record a line.
    pub fn to_text(&self) -> String {
        let head = json!({
            "form": FORM, "call": self.call, "from": self.from, "value": self.value, "network": self.network, "chain": self.chain,
            "height": self.height, "time": rfc3339(self.time),
        });
        let mut out = "{\n".to_owned();
        for (name, value) in head.as_object().into_iter().flatten() {
            out += &format!("  {}: {value},\n", Value::from(name.as_str()));
        }
        let shown: Value = json!(self.shown);
        let pretty = serde_json::to_string_pretty(&shown).unwrap_or_default().replace('\n', "\n  ");
        out += &format!("  \"state\": {pretty},\n  \"records\": [\n");
        let schemas = self.schemas();
        let lines: Vec<String> = self
            .records
            .iter()
            .map(|((package, key), value)| {
                let is = self.label(&schemas, package, key);
                format!("    {}", json!({"package": package, "is": is, "key": hex(key), "value": value.as_deref().map(hex)}))
            })
            .collect();
        out + &lines.join(",\n") + "\n  ]\n}\n"
    }

    /// Reads a file.
    ///
    /// Errors, in words: it is no slice, or one of a form that is not known.
    pub fn parse(text: &str) -> Result<Slice, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("it is not JSON: {e}"))?;
        if value["form"] != FORM {
            return Err(format!("its form is {}, and {FORM} is known: save the simulation again", value["form"]));
        }
        let text = |of: &Value, name: &str| of[name].as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is missing"));
        let number = |name: &str| value[name].as_u64().ok_or_else(|| format!("`{name}` is missing"));
        let mut slice = Slice {
            call: text(&value, "call")?,
            network: text(&value, "network")?,
            chain: text(&value, "chain")?,
            height: number("height")?,
            time: parse_rfc3339(&text(&value, "time")?).ok_or("`time` is not a time")?,
            from: text(&value, "from")?,
            value: number("value")?,
            ..Slice::default()
        };
        for record in value["records"].as_array().ok_or("`records` is missing")? {
            let bytes = |name: &str| unhex(record[name].as_str()?);
            let key = bytes("key").ok_or("a record's `key` is not hex")?;
            let content = match &record["value"] {
                Value::Null => None,
                _ => Some(Arc::from(bytes("value").ok_or("a record's `value` is not hex")?)),
            };
            slice.records.insert((text(record, "package")?, key), content);
        }
        Ok(slice)
    }
}

fn variable_number(key: &[u8]) -> Option<u64> {
    let number = u64::from_be_bytes(key.strip_prefix(b"o")?.try_into().ok()?);
    (number < FIRST_OBJECT).then_some(number)
}

impl StateSource for Slice {
    fn get(&self, keys: &[ObjKey]) -> Result<Vec<Option<Bytes>>, Fetch> {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            // The variant of a package with its tests has the package's state.
            let package = key.package.split(" [").next().unwrap_or_default().to_owned();
            let schema = (package.clone(), b"s".to_vec());
            match self.records.get(&(package.clone(), key.key.to_vec())) {
                Some(value) => found.push(value.clone()),
                // A package of which nothing was read begins anew; of others what is missing would be a lie.
                None if !self.records.contains_key(&schema) && package != BANK && package != ORACLE => found.push(None),
                None if package == BANK => found.push(None),
                None => {
                    let what = self.label(&self.schemas(), &package, &key.key);
                    let text = format!(
                        "the test reads state of `{package}` that was not recorded ({what}): the code reads more than `{}` did; save the simulation again",
                        self.call
                    );
                    return Err(Fetch::Failed(text.into()));
                }
            }
        }
        Ok(found)
    }
    fn height(&self) -> i64 {
        i64::try_from(self.height).unwrap_or(i64::MAX)
    }
    fn at(&self, _height: i64) -> Option<Arc<dyn StateSource>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_read_as_it_was_written() {
        let mut slice = Slice {
            call: "F(\"a\")".into(),
            network: "local".into(),
            chain: "c".into(),
            height: 7,
            time: 1_700_000_000_000_000_000,
            from: "amigos1x".into(),
            value: 3,
            ..Slice::default()
        };
        slice.take(vec![
            ("p@v1".into(), b"s".to_vec(), Some(Arc::from(&[1u8, 0, 0][..]))),
            ("p@v1".into(), [b"o".as_slice(), &1u64.to_be_bytes()].concat(), None),
        ]);
        slice.shown.entry("p@v1".into()).or_default().insert("Posts".into(), "2 items".into());
        let text = slice.to_text();
        assert!(text.contains("\"Posts\": \"2 items\"") && text.contains("variable ?"), "{text}");
        let mut read = Slice::parse(&text).unwrap();
        read.shown.clone_from(&slice.shown);
        assert_eq!(read, slice);
        let key = |package: &str, key: &[u8]| ObjKey { package: package.into(), key: key.into() };
        assert_eq!(slice.get(&[key("p@v1 [test]", b"s")]).unwrap()[0].as_deref(), Some(&[1u8, 0, 0][..]));
        assert_eq!(slice.get(&[key("other@v1", b"s")]).unwrap(), [None]);
        assert!(matches!(slice.get(&[key("p@v1", b"n")]), Err(Fetch::Failed(why)) if why.contains("not recorded")));
        for bad in ["", "{}", "{\"form\":2}", "{\"form\":1}"] {
            assert!(Slice::parse(bad).is_err(), "{bad}");
        }
    }
}
