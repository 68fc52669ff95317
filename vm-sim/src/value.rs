//! Values of a program outside of it: arguments, results, state, as typed trees; printed as Go and as JSON.

use std::fmt::Write;
use std::sync::Arc;

use amigos_mir::typequery::TypeView;
use amigos_types::ctx::TyCtx;
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};
use amigos_types::typestring::type_string;
use serde_json::{Map, Number, Value as Json};

/// A value with its type.
#[derive(Clone, Debug, PartialEq)]
pub struct GuestValue {
    /// Its static type; of what an interface holds, the dynamic one.
    pub ty: Ty,
    /// The value.
    pub kind: ValueKind,
}

/// What a value is. Shapes follow the underlying type.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// `nil` of a pointer, slice, map, function or interface type.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating-point number, `float32` ones widened.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string; bytes, for it need not be UTF-8.
    Str(Arc<[u8]>),
    /// The fields of a struct, in order.
    Struct(Vec<GuestValue>),
    /// The first elements of an array or slice, and how many there are.
    List(Vec<GuestValue>, u64),
    /// The first entries of a map in order of insertion, and how many there are.
    Map(Vec<(GuestValue, GuestValue)>, u64),
    /// What a pointer points to.
    Pointer(Box<GuestValue>),
    /// What an interface holds.
    Interface(Box<GuestValue>),
    /// A function by name.
    Func(Arc<str>),
    /// Left out: too deep, or seen before on the way here.
    Cut,
}

/// How values are printed.
#[derive(Clone, Copy)]
pub struct Printer<'a> {
    /// The types.
    pub ctx: &'a dyn TyCtx,
    /// The package whose own types are written without qualifier.
    pub home: Option<PkgKey>,
    /// Elements of a list or map beyond which `...` is written.
    pub max_items: usize,
    /// Bytes of a string beyond which it is cut.
    pub max_text: usize,
}

impl<'a> Printer<'a> {
    /// Prints everything that is in the value.
    pub fn whole(ctx: &'a dyn TyCtx, home: Option<PkgKey>) -> Printer<'a> {
        Printer { ctx, home, max_items: usize::MAX, max_text: usize::MAX }
    }

    fn types(&self) -> TypeView<'a> {
        TypeView { ctx: self.ctx, facts: None }
    }

    /// A type as Go.
    pub fn ty(&self, ty: Ty) -> String {
        type_string(ty, &|pkg| {
            if Some(pkg) == self.home {
                return String::new();
            }
            self.ctx.package_name(pkg).map_or_else(|| pkg.0.to_string(), |n| n.to_string())
        })
    }

    /// The value as a Go expression.
    pub fn go(&self, value: &GuestValue) -> String {
        let mut out = String::new();
        self.write(&mut out, value, true);
        out
    }

    /// `typed`: whether a composite value has to name its type, because nothing around it does.
    fn write(&self, out: &mut String, value: &GuestValue, typed: bool) {
        match &value.kind {
            ValueKind::Nil => out.push_str("nil"),
            ValueKind::Bool(b) => {
                let _ = write!(out, "{b}");
            }
            ValueKind::Int(n) => {
                let _ = write!(out, "{n}");
            }
            ValueKind::Uint(n) => {
                let _ = write!(out, "{n}");
            }
            ValueKind::Float(x) => out.push_str(&float(*x)),
            ValueKind::Complex(re, im) => {
                let sign = if im.is_sign_negative() { "" } else { "+" };
                let _ = write!(out, "({}{sign}{}i)", float(*re), float(*im));
            }
            ValueKind::Str(text) => quote(out, text, self.max_text),
            ValueKind::Struct(fields) => {
                if typed {
                    out.push_str(&self.ty(value.ty));
                }
                out.push('{');
                let names = self.field_names(value.ty);
                for (i, field) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    if let Some(name) = names.get(i) {
                        let _ = write!(out, "{name}: ");
                    }
                    self.write(out, field, true);
                }
                out.push('}');
            }
            ValueKind::List(items, len) => {
                if typed {
                    out.push_str(&self.ty(value.ty));
                }
                out.push('{');
                for (i, item) in items.iter().take(self.max_items).enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    self.write(out, item, false);
                }
                self.rest(out, items.len(), *len);
                out.push('}');
            }
            ValueKind::Map(entries, len) => {
                if typed {
                    out.push_str(&self.ty(value.ty));
                }
                out.push('{');
                for (i, (key, item)) in entries.iter().take(self.max_items).enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    self.write(out, key, false);
                    out.push_str(": ");
                    self.write(out, item, false);
                }
                self.rest(out, entries.len(), *len);
                out.push('}');
            }
            ValueKind::Pointer(to) => match to.kind {
                ValueKind::Struct(_) | ValueKind::List(..) | ValueKind::Map(..) => {
                    out.push('&');
                    self.write(out, to, true);
                }
                ValueKind::Cut => out.push_str("&..."),
                _ => {
                    let _ = write!(out, "new({}", self.ty(to.ty));
                    out.push_str(") /* ");
                    self.write(out, to, true);
                    out.push_str(" */");
                }
            },
            ValueKind::Interface(inner) => self.write_dynamic(out, inner),
            ValueKind::Func(name) => out.push_str(name),
            ValueKind::Cut => out.push_str("..."),
        }
    }

    /// A value whose type shows only if it is written: a declared type of basic kind as a conversion.
    fn write_dynamic(&self, out: &mut String, value: &GuestValue) {
        let named = matches!(value.ty.unalias().kind(), TyKind::Named { .. });
        let basic = matches!(
            value.kind,
            ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Uint(_) | ValueKind::Float(_) | ValueKind::Complex(..) | ValueKind::Str(_)
        );
        if named && basic {
            let _ = write!(out, "{}(", self.ty(value.ty));
            self.write(out, value, true);
            out.push(')');
        } else {
            self.write(out, value, true);
        }
    }

    fn rest(&self, out: &mut String, shown: usize, len: u64) {
        let shown = shown.min(self.max_items) as u64;
        if shown < len {
            let _ = write!(out, "{}... {} more", if shown > 0 { ", " } else { "" }, len - shown);
        }
    }

    fn field_names(&self, ty: Ty) -> Vec<amigos_syntax::Name> {
        match self.types().under(ty).kind() {
            TyKind::Struct(fields) => fields.iter().map(|f| f.name).collect(),
            _ => vec![],
        }
    }

    /// The value as JSON: structs as objects, lists as arrays, maps with keys that are strings or numbers as objects and others as arrays of pairs, byte slices as
    /// base 64 would lose what they are, so as arrays too; integers beyond 2^53 as strings, for many readers round them.
    pub fn json(&self, value: &GuestValue) -> Json {
        match &value.kind {
            ValueKind::Nil => Json::Null,
            ValueKind::Bool(b) => Json::Bool(*b),
            ValueKind::Int(n) if n.unsigned_abs() <= 1 << 53 => Json::Number((*n).into()),
            ValueKind::Int(n) => Json::String(n.to_string()),
            ValueKind::Uint(n) if *n <= 1 << 53 => Json::Number((*n).into()),
            ValueKind::Uint(n) => Json::String(n.to_string()),
            ValueKind::Float(x) => Number::from_f64(*x).map_or_else(|| Json::String(float(*x)), Json::Number),
            ValueKind::Complex(re, im) => Json::Array(vec![
                Number::from_f64(*re).map_or(Json::Null, Json::Number),
                Number::from_f64(*im).map_or(Json::Null, Json::Number),
            ]),
            ValueKind::Str(text) => Json::String(String::from_utf8_lossy(text).into_owned()),
            ValueKind::Struct(fields) => {
                let names = self.field_names(value.ty);
                let mut object = Map::new();
                for (name, field) in names.iter().zip(fields) {
                    object.insert(name.to_string(), self.json(field));
                }
                Json::Object(object)
            }
            ValueKind::List(items, _) => Json::Array(items.iter().map(|i| self.json(i)).collect()),
            ValueKind::Map(entries, _) => {
                let plain = |k: &GuestValue| match &k.kind {
                    ValueKind::Str(text) => Some(String::from_utf8_lossy(text).into_owned()),
                    ValueKind::Int(n) => Some(n.to_string()),
                    ValueKind::Uint(n) => Some(n.to_string()),
                    _ => None,
                };
                let keys: Option<Vec<String>> = entries.iter().map(|(k, _)| plain(k)).collect();
                match keys {
                    Some(keys) => Json::Object(keys.into_iter().zip(entries.iter().map(|(_, v)| self.json(v))).collect()),
                    None => Json::Array(entries.iter().map(|(k, v)| Json::Array(vec![self.json(k), self.json(v)])).collect()),
                }
            }
            ValueKind::Pointer(to) | ValueKind::Interface(to) => self.json(to),
            ValueKind::Func(name) => Json::String(name.to_string()),
            ValueKind::Cut => Json::String("...".into()),
        }
    }
}

impl GuestValue {
    /// The zero value of a type.
    pub fn zero(types: TypeView, ty: Ty) -> GuestValue {
        zero(types, ty, 0)
    }
}

/// Elements beyond which the zero value of an array isn't written out.
const MAX_ZERO: i64 = 4096;

fn zero(types: TypeView, ty: Ty, depth: u32) -> GuestValue {
    let kind = match types.under(ty).kind() {
        TyKind::Basic(b) => match b {
            Basic::Bool | Basic::UntypedBool => ValueKind::Bool(false),
            Basic::String | Basic::UntypedString => ValueKind::Str(Arc::from([])),
            Basic::Float32 | Basic::Float64 | Basic::UntypedFloat => ValueKind::Float(0.0),
            Basic::Complex64 | Basic::Complex128 | Basic::UntypedComplex => ValueKind::Complex(0.0, 0.0),
            b if (Basic::Uint..=Basic::Uintptr).contains(b) => ValueKind::Uint(0),
            Basic::UntypedNil | Basic::Invalid | Basic::UnsafePointer => ValueKind::Nil,
            _ => ValueKind::Int(0),
        },
        TyKind::Struct(fields) if depth < 64 => ValueKind::Struct(fields.iter().map(|f| zero(types, f.ty, depth + 1)).collect()),
        TyKind::Array { len, elem } if depth < 64 => {
            let shown = (*len).clamp(0, MAX_ZERO);
            ValueKind::List((0..shown).map(|_| zero(types, *elem, depth + 1)).collect(), (*len).max(0) as u64)
        }
        _ => ValueKind::Nil,
    };
    GuestValue { ty, kind }
}

fn float(x: f64) -> String {
    if x.is_nan() {
        "NaN".into()
    } else if x.is_infinite() {
        if x > 0.0 { "+Inf".into() } else { "-Inf".into() }
    } else if x == x.trunc() && x.abs() < 1e15 {
        format!("{x:.1}")
    } else {
        format!("{x}")
    }
}

/// A string as a Go literal; bytes that are no UTF-8 as `\xff`.
fn quote(out: &mut String, text: &[u8], max: usize) {
    out.push('"');
    let shown = &text[..text.len().min(max)];
    for chunk in shown.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if c.is_control() || is_bidi(c) => {
                    let code = c as u32;
                    let _ = if code < 0x80 { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{code:04x}") };
                }
                c => out.push(c),
            }
        }
        for b in chunk.invalid() {
            let _ = write!(out, "\\x{b:02x}");
        }
    }
    if shown.len() < text.len() {
        out.push_str("...");
    }
    out.push('"');
}

/// Characters that turn the direction of what follows: they would make a line read as something else.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
