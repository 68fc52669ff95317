//! Guest values as typed trees, for people and for JSON.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::compare::{iface_type, payload};
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::memory::{ObjKind, handle, offset, pointer};
use crate::trap::Res;
use crate::types::{Kind, TypeId};

/// A value of a running or stored program.
#[derive(Clone, Debug, PartialEq)]
pub struct GuestValue {
    /// Its type as messages write it: `forum.Post`.
    pub ty: Arc<str>,
    /// What it is.
    pub kind: GuestKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum GuestKind {
    /// A nil pointer, slice, map, function or interface.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A float; `bits` is 32 or 64.
    Float {
        /// The value.
        value: f64,
        /// Its size.
        bits: u8,
    },
    /// A complex number.
    Complex(f64, f64),
    /// A string; bytes that are no UTF-8 are replaced.
    String(String),
    /// A struct: fields by name.
    Struct(Vec<(String, GuestValue)>),
    /// A slice or array. `len` may be more than the items shown.
    List {
        /// Its length.
        len: u64,
        /// Items from the front.
        items: Vec<GuestValue>,
        /// Items that were cut off and still lie in the slice's array; only if asked for.
        cut: Vec<GuestValue>,
    },
    /// Bytes: a `[]byte` or an array of them, from the front.
    Bytes {
        /// The length.
        len: u64,
        /// From the front.
        bytes: Vec<u8>,
    },
    /// A map in insertion order. `len` may be more than the entries shown.
    Map {
        /// Its length.
        len: u64,
        /// Entries from the front.
        entries: Vec<(GuestValue, GuestValue)>,
    },
    /// A pointer and what it points to.
    Pointer(Box<GuestValue>),
    /// A function by name.
    Func(String),
    /// What lies deeper than was asked for, or has been shown already.
    More,
}

/// How much of a value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels.
    pub depth: u32,
    /// Items of each list or map.
    pub items: usize,
    /// Bytes of each string.
    pub text: usize,
    /// Values in all.
    pub total: usize,
    /// Whether items are shown that were cut off a slice and still lie in its array.
    pub cut: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 8, items: 100, text: 4096, total: 10_000, cut: false }
    }
}

impl GuestValue {
    /// As Go writes it, package names left out: `Post{Title: "hello", Votes: 12}`.
    pub fn go(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// At most `max` characters of [`GuestValue::go`].
    pub fn short(&self, max: usize) -> String {
        let text = self.go();
        if text.chars().count() <= max {
            return text;
        }
        let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
        short.push('…');
        short
    }

    fn short_type(&self) -> String {
        // forum.Post → Post, []forum.Post → []Post
        let mut out = String::new();
        let mut word = String::new();
        for c in self.ty.chars() {
            if c == '.' && !word.is_empty() {
                word.clear();
                continue;
            }
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                out.push_str(&word);
                word.clear();
                out.push(c);
            }
        }
        out.push_str(&word);
        out
    }

    fn write(&self, out: &mut String) {
        match &self.kind {
            GuestKind::Nil => out.push_str("nil"),
            GuestKind::Bool(b) => out.push_str(&b.to_string()),
            GuestKind::Int(n) => out.push_str(&n.to_string()),
            GuestKind::Uint(n) => out.push_str(&n.to_string()),
            GuestKind::Float { value, bits } => out.push_str(&crate::natives::float_text(*value, *bits)),
            GuestKind::Complex(re, im) => {
                let im = crate::natives::float_text(*im, 64);
                let sign = if im.starts_with(['+', '-']) { "" } else { "+" };
                out.push_str(&format!("({}{sign}{im}i)", crate::natives::float_text(*re, 64)));
            }
            GuestKind::String(s) => out.push_str(&crate::natives::quote_text(s)),
            GuestKind::Struct(fields) => {
                if !self.ty.starts_with("struct {") {
                    out.push_str(&self.short_type());
                }
                out.push('{');
                for (i, (name, v)) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    out.push_str(name);
                    out.push_str(": ");
                    v.write(out);
                }
                out.push('}');
            }
            GuestKind::List { len, items, .. } => {
                out.push_str(&self.short_type());
                out.push('{');
                for (i, v) in items.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    v.write(out);
                }
                if (items.len() as u64) < *len {
                    out.push_str(if items.is_empty() { "..." } else { ", ..." });
                }
                out.push('}');
            }
            GuestKind::Bytes { len, bytes } => {
                let more = if (bytes.len() as u64) < *len { "..." } else { "" };
                match std::str::from_utf8(bytes) {
                    Ok(s) if !s.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => {
                        out.push_str(&format!("{}({}){more}", self.short_type(), crate::natives::quote_text(s)));
                    }
                    _ => {
                        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
                        out.push_str(&format!("{}(0x{hex}{more})", self.short_type()));
                    }
                }
            }
            GuestKind::Map { len, entries } => {
                out.push_str(&self.short_type());
                out.push('{');
                for (i, (k, v)) in entries.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    k.write(out);
                    out.push_str(": ");
                    v.write(out);
                }
                if (entries.len() as u64) < *len {
                    out.push_str(if entries.is_empty() { "..." } else { ", ..." });
                }
                out.push('}');
            }
            GuestKind::Pointer(to) => {
                out.push('&');
                to.write(out);
            }
            GuestKind::Func(name) => out.push_str(name),
            GuestKind::More => out.push_str("..."),
        }
    }

    /// As JSON: `{"type": ..., "value": ...}` all the way down.
    pub fn to_json(&self) -> Value {
        let value = match &self.kind {
            GuestKind::Nil => Value::Null,
            GuestKind::Bool(b) => json!(b),
            // numbers that JavaScript cannot hold exactly are texts
            GuestKind::Int(n) if n.unsigned_abs() > 1 << 53 => json!(n.to_string()),
            GuestKind::Int(n) => json!(n),
            GuestKind::Uint(n) if *n > 1 << 53 => json!(n.to_string()),
            GuestKind::Uint(n) => json!(n),
            GuestKind::Float { value, .. } if value.is_finite() => json!(value),
            GuestKind::Float { value, bits } => json!(crate::natives::float_text(*value, *bits)),
            GuestKind::Complex(re, im) => json!([re, im]),
            GuestKind::String(s) => json!(s),
            GuestKind::Struct(fields) => {
                Value::Array(fields.iter().map(|(n, v)| json!({"name": n, "type": &*v.ty, "value": v.to_json()["value"]})).collect())
            }
            GuestKind::List { len, items, .. } => json!({"len": len, "items": items.iter().map(GuestValue::to_json).collect::<Vec<_>>()}),
            GuestKind::Bytes { len, bytes } => {
                json!({"len": len, "hex": bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()})
            }
            GuestKind::Map { len, entries } => {
                let entries: Vec<Value> = entries.iter().map(|(k, v)| json!({"key": k.to_json(), "value": v.to_json()})).collect();
                json!({"len": len, "entries": entries})
            }
            GuestKind::Pointer(to) => json!({"to": to.to_json()}),
            GuestKind::Func(name) => json!({"func": name}),
            GuestKind::More => json!({"more": true}),
        };
        json!({"type": &*self.ty, "value": value, "text": self.short(200)})
    }
}

/// Builds trees.
struct Builder {
    limits: Limits,
    left: usize,
    open: Vec<u64>,
}

impl Machine<'_> {
    /// A value as a tree. Reading it may read state, but charges nothing.
    pub fn guest_value(&mut self, image: &Image, ty: TypeId, slots: &[u64], limits: Limits) -> Res<GuestValue> {
        let gas = std::mem::replace(&mut self.gas, u64::MAX / 2);
        let mut b = Builder { limits, left: limits.total, open: Vec::new() };
        let value = self.build(image, &mut b, ty, slots, 0);
        self.gas = gas;
        value
    }

    fn build(&mut self, image: &Image, b: &mut Builder, t: TypeId, v: &[u64], depth: u32) -> Res<GuestValue> {
        let ty = image.types.shared_name(&*image.program, t);
        let word = |i: usize| v.get(i).copied().unwrap_or(0);
        b.left = b.left.saturating_sub(1);
        if b.left == 0 {
            return Ok(GuestValue { ty, kind: GuestKind::More });
        }
        let deep = depth >= b.limits.depth;
        let kind = match &image.types.get(t).kind {
            Kind::Bool => GuestKind::Bool(word(0) != 0),
            Kind::Int(_) => GuestKind::Int(word(0) as i64),
            Kind::Uint(_) => GuestKind::Uint(word(0)),
            Kind::Float(bits) => GuestKind::Float { value: crate::interp::float(*bits, word(0)), bits: *bits },
            Kind::Complex(bits) => GuestKind::Complex(crate::interp::float(*bits, word(0)), crate::interp::float(*bits, word(1))),
            Kind::Str => {
                let all = self.mem.str(word(0), word(1));
                let shown = &all[..all.len().min(b.limits.text)];
                let mut text = String::from_utf8_lossy(shown).into_owned();
                if shown.len() < all.len() {
                    text.push('…');
                }
                GuestKind::String(text)
            }
            Kind::Ptr(to) => match handle(word(0)) {
                0 => GuestKind::Nil,
                _ if deep || b.open.contains(&word(0)) => GuestKind::More,
                _ => {
                    let n = image.types.get(*to).slots;
                    let mut inner = vec![0; n as usize];
                    if n > 0 {
                        self.load(image, word(0), 0, n, &mut inner, 0)?;
                    }
                    b.open.push(word(0));
                    let to = self.build(image, b, *to, &inner, depth + 1)?;
                    b.open.pop();
                    GuestKind::Pointer(Box::new(to))
                }
            },
            Kind::Slice(elem) => {
                if handle(word(0)) == 0 {
                    GuestKind::Nil
                } else {
                    self.list(image, b, *elem, (word(0), word(1)), depth)?
                }
            }
            Kind::Array(elem, len) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                if matches!(image.types.get(*elem).kind, Kind::Uint(8)) {
                    let bytes = v.iter().take(b.limits.text).map(|w| *w as u8).collect();
                    GuestKind::Bytes { len: u64::from(*len), bytes }
                } else {
                    let count = if deep { 0 } else { b.limits.items.min(*len as usize) };
                    let mut items = Vec::new();
                    for i in 0..count {
                        items.push(self.build(image, b, *elem, v.get(i * n..(i + 1) * n).unwrap_or(&[]), depth + 1)?);
                    }
                    GuestKind::List { len: u64::from(*len), items, cut: Vec::new() }
                }
            }
            Kind::Map(kt, vt) => match handle(word(0)) {
                0 => GuestKind::Nil,
                h => {
                    self.map_ready(image, h)?;
                    let len = self.map_mut(h).live as u64;
                    let mut entries = Vec::new();
                    let count = if deep { 0 } else { b.limits.items };
                    let (mut seq, end) = (0, self.map_mut(h).next_seq);
                    while entries.len() < count && b.left > 0 {
                        self.map_load_from(image, h, seq, end)?;
                        let map = self.map_mut(h);
                        let Some(i) = map.next_from(seq, end, usize::MAX) else { break };
                        seq = map.entries[i].seq + 1;
                        let (k, v) = (map.key(i).to_vec(), map.value(i).to_vec());
                        let k = self.build(image, b, *kt, &k, depth + 1)?;
                        entries.push((k, self.build(image, b, *vt, &v, depth + 1)?));
                    }
                    GuestKind::Map { len, entries }
                }
            },
            Kind::Struct(fields) => {
                if deep {
                    GuestKind::More
                } else {
                    let mut out = Vec::new();
                    for f in fields.iter() {
                        let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                        let part = v.get(at..at + n).unwrap_or(&[]).to_vec();
                        out.push((f.name.to_string(), self.build(image, b, f.ty, &part, depth + 1)?));
                    }
                    GuestKind::Struct(out)
                }
            }
            Kind::Iface(_) => {
                let inner = iface_type(word(0));
                if inner == 0 {
                    GuestKind::Nil
                } else {
                    let w = word(1);
                    let value = payload(&self.mem, &image.types, inner, &w).to_vec();
                    return self.build(image, b, inner, &value, depth + 1);
                }
            }
            Kind::Func => match handle(word(0)) {
                0 => GuestKind::Nil,
                h => {
                    let f = self.mem.slots(h, 0, 1).first().map_or(0, |w| *w as u32);
                    GuestKind::Func(image.funcs.get(f as usize).map_or_else(|| "func".to_owned(), |f| f.name.to_string()))
                }
            },
            Kind::Other => GuestKind::More,
        };
        Ok(GuestValue { ty, kind })
    }

    fn list(&mut self, image: &Image, b: &mut Builder, elem: TypeId, (p, len): (u64, u64), depth: u32) -> Res<GuestKind> {
        if matches!(image.types.get(elem).kind, Kind::Uint(8)) {
            let bytes = self.bytes_of(image, p, len.min(b.limits.text as u64))?;
            return Ok(GuestKind::Bytes { len, bytes });
        }
        let n = image.types.get(elem).slots;
        let count = if depth >= b.limits.depth { 0 } else { len.min(b.limits.items as u64) };
        let mut items = Vec::new();
        for i in 0..count {
            if b.left == 0 {
                break;
            }
            let v = self.words_of(image, p + i * u64::from(n), 1, n)?;
            items.push(self.build(image, b, elem, &v, depth + 1)?);
        }
        let cut = if b.limits.cut { self.cut_off(image, b, elem, (p, len), depth)? } else { Vec::new() };
        Ok(GuestKind::List { len, items, cut })
    }

    /// The elements of a slice's array that are not in it, zero ones left out.
    fn cut_off(&mut self, image: &Image, b: &mut Builder, elem: TypeId, (p, len): (u64, u64), depth: u32) -> Res<Vec<GuestValue>> {
        let (h, n) = (handle(p), image.types.get(elem).slots);
        let mut cut = Vec::new();
        if n == 0 || depth >= b.limits.depth {
            return Ok(cut);
        }
        self.ready(image, h, offset(p), 1)?;
        let o = *self.mem.obj(h);
        if o.ty != elem || o.kind != ObjKind::Words {
            return Ok(cut);
        }
        let (from, to) = (offset(p), offset(p) + len as u32 * n);
        for at in (0..o.len).step_by(n as usize).filter(|at| *at < from || *at >= to).take(b.limits.items) {
            let v = self.words_of(image, pointer(h, at), 1, n)?;
            if b.left > 0 && !Self::is_zero(image, elem, &v) {
                cut.push(self.build(image, b, elem, &v, depth + 1)?);
            }
        }
        Ok(cut)
    }

    /// A value that lies in memory, as a tree.
    pub fn guest_value_at(&mut self, image: &Image, ty: TypeId, p: u64, limits: Limits) -> Res<GuestValue> {
        let n = image.types.get(ty).slots;
        let mut slots = vec![0; n as usize];
        let gas = std::mem::replace(&mut self.gas, u64::MAX / 2);
        let loaded = if n > 0 { self.load(image, p, 0, n, &mut slots, 0) } else { Ok(()) };
        self.gas = gas;
        loaded?;
        self.guest_value(image, ty, &slots, limits)
    }

    /// The exported and other globals of a package: number, name, type and pointer, in declaration order.
    pub fn global_list(&mut self, image: &Image, pkg: PkgIdx) -> Res<Vec<(String, TypeId, u64)>> {
        let list: Vec<(u32, String, TypeId)> = image.globals_of(pkg).map(|(g, i)| (g, i.key.name.to_string(), i.ty)).collect();
        list.into_iter().map(|(g, name, ty)| Ok((name, ty, self.global(image, g)?))).collect()
    }
}
