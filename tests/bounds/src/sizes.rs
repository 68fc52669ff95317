//! The value of an atom: in a state, and in arguments.

use amigos_gas::{Atom, Path, Root, Seg};
use amigos_vm::value::{GuestKind, GuestValue};
use serde_json::Value;

/// Where sizes are looked up.
pub struct Sizes<'a> {
    /// The state of each package: a struct of its variables.
    pub states: &'a [(String, GuestValue)],
    /// The arguments, the receiver not counted.
    pub args: &'a [Value],
}

impl Sizes<'_> {
    /// The value of an atom; `None` if it cannot be said.
    pub fn of(&self, atom: &Atom) -> Option<u64> {
        let path = atom.path()?;
        match path.root {
            Root::Global(pkg, name) => {
                let (_, state) = self.states.iter().find(|(key, _)| key == pkg.0.as_str())?;
                let GuestKind::Struct(fields) = &state.kind else { return None };
                let (_, value) = fields.iter().find(|(n, _)| n == name.as_str())?;
                let mut most = 0;
                follow(value, &path.segs, &mut |v| most = most.max(measure(atom, v)));
                Some(most)
            }
            Root::Param(index, _) => {
                let mut most = 0;
                follow_json(self.args.get(index as usize)?, path, 0, &mut |v| most = most.max(measure_json(atom, v)));
                Some(most)
            }
        }
    }
}

fn through(value: &GuestValue) -> &GuestValue {
    match &value.kind {
        GuestKind::Pointer(to) => through(to),
        _ => value,
    }
}

fn follow(value: &GuestValue, segs: &[Seg], f: &mut dyn FnMut(&GuestValue)) {
    let value = through(value);
    let Some((first, rest)) = segs.split_first() else { return f(value) };
    match (first, &value.kind) {
        (Seg::Field(name), GuestKind::Struct(fields)) => {
            if let Some((_, v)) = fields.iter().find(|(n, _)| n == name.as_str()) {
                follow(v, rest, f);
            }
        }
        // What was cut off lies in the array still, and is read with it.
        (Seg::Elem, GuestKind::List { items, cut, .. }) => items.iter().chain(cut).for_each(|v| follow(v, rest, f)),
        (Seg::Elem, GuestKind::Map { entries, .. }) => entries.iter().for_each(|(_, v)| follow(v, rest, f)),
        (Seg::Key, GuestKind::Map { entries, .. }) => entries.iter().for_each(|(k, _)| follow(k, rest, f)),
        _ => {}
    }
}

/// What a deep visit meets: one for each value, one for each byte.
fn walk(value: &GuestValue) -> u64 {
    1 + match &value.kind {
        GuestKind::String(text) => text.len() as u64,
        GuestKind::Bytes { len, .. } => *len,
        GuestKind::Struct(fields) => fields.iter().map(|(_, v)| walk(v)).sum(),
        GuestKind::List { items, .. } => items.iter().map(walk).sum(),
        GuestKind::Map { entries, .. } => entries.iter().map(|(k, v)| 1 + walk(k) + walk(v)).sum(),
        GuestKind::Pointer(to) => walk(to),
        _ => 0,
    }
}

fn measure(atom: &Atom, value: &GuestValue) -> u64 {
    match (atom, &value.kind) {
        (Atom::Walk(_), _) => walk(value),
        (Atom::Len(_), GuestKind::String(text)) => text.len() as u64,
        (Atom::Len(_), GuestKind::List { len, .. } | GuestKind::Bytes { len, .. } | GuestKind::Map { len, .. }) => *len,
        (Atom::Value(_), GuestKind::Int(n)) => u64::try_from(*n).unwrap_or(0),
        (Atom::Neg(_), GuestKind::Int(n)) => u64::try_from(n.saturating_neg()).unwrap_or(0),
        (Atom::Value(_), GuestKind::Uint(n)) => *n,
        _ => 0,
    }
}

fn follow_json(value: &Value, path: &Path, at: usize, f: &mut dyn FnMut(&Value)) {
    match (path.segs.get(at), value) {
        (None, _) => f(value),
        (Some(Seg::Elem), Value::Array(items)) => items.iter().for_each(|v| follow_json(v, path, at + 1, f)),
        (Some(Seg::Field(name)), Value::Object(fields)) => {
            if let Some(v) = fields.get(name.as_str()) {
                follow_json(v, path, at + 1, f);
            }
        }
        _ => {}
    }
}

fn walk_json(value: &Value) -> u64 {
    1 + match value {
        Value::String(text) => text.len() as u64,
        Value::Array(items) => items.iter().map(walk_json).sum(),
        Value::Object(fields) => fields.values().map(walk_json).sum(),
        _ => 0,
    }
}

fn measure_json(atom: &Atom, value: &Value) -> u64 {
    match (atom, value) {
        (Atom::Walk(_), _) => walk_json(value),
        (Atom::Len(_), Value::String(text)) => text.len() as u64,
        (Atom::Len(_), Value::Array(items)) => items.len() as u64,
        (Atom::Value(_), Value::Number(n)) => n.as_u64().unwrap_or(0),
        (Atom::Neg(_), Value::Number(n)) => n.as_i64().map_or(0, |n| u64::try_from(n.saturating_neg()).unwrap_or(0)),
        _ => 0,
    }
}
