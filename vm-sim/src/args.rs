//! Arguments of a call from outside: Go literals (`"text"`, `-42`, `[]string{"a"}`, `forum.Post{Title: "x"}`, `&Post{}`, `amigos.Address("...")`) or JSON,
//! as values of a parameter's type. Arguments are data: no functions, no interfaces that hold code.

use std::fmt;
use std::sync::Arc;

use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{ArrayLen, Ast, DeclKind, ExprId, ExprKind, LitKind, Spec, UnaryOp};
use amigos_syntax::{GoVersion, TextRange};
use amigos_types::ctx::{MemberKind, TyCtx};
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};
use serde_json::Value as Json;

use crate::value::{GuestValue, Printer, ValueKind};

/// Why an argument is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgError {
    /// Where in the text, bytes; empty for JSON.
    pub range: TextRange,
    /// What is wrong, and what is wanted.
    pub message: String,
}

impl fmt::Display for ArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ArgError {}

type Res<T> = Result<T, ArgError>;

/// What is written in front of the text to make a declaration of it.
const PREFIX: &str = "var _ = ";
/// Nesting beyond which no argument is read.
const MAX_DEPTH: u32 = 64;
/// Elements of one array.
const MAX_ELEMENTS: u64 = 1 << 20;

/// Reads a Go literal as a value of type `ty`; names without package are those of `home`, others those of packages it imports (`imports`).
pub fn parse_literal(text: &str, ty: Ty, ctx: &dyn TyCtx, home: PkgKey, imports: &[PkgKey]) -> Res<GuestValue> {
    let source = format!("{PREFIX}{text}\n");
    let decl = amigos_syntax::parse_decl(&source, GoVersion::LATEST);
    let whole = TextRange::new(0, text.len() as u32);
    let reader = Reader { ast: &decl.sig, types: TypeView { ctx, facts: None }, home, imports };
    if let Some(error) = decl.errors.first() {
        return Err(ArgError { range: reader.place(error.range), message: format!("`{text}` is no Go value: {}", error.message) });
    }
    let DeclKind::Gen(group) = &decl.kind else { return Err(ArgError { range: whole, message: format!("`{text}` is no Go value") }) };
    match group.specs.as_slice() {
        [Spec::Var { values, .. }]
            if values.len() == 1 && reader.place(decl.sig[values[0]].range).end as usize == text.trim_end().len() =>
        {
            reader.value(values[0], ty, 0)
        }
        _ => Err(ArgError { range: whole, message: format!("`{text}` is no single Go value") }),
    }
}

struct Reader<'a> {
    ast: &'a Ast,
    types: TypeView<'a>,
    home: PkgKey,
    imports: &'a [PkgKey],
}

impl Reader<'_> {
    fn place(&self, range: TextRange) -> TextRange {
        let by = PREFIX.len() as u32;
        TextRange::new(range.start.saturating_sub(by), range.end.saturating_sub(by))
    }

    fn error<T>(&self, e: ExprId, message: impl Into<String>) -> Res<T> {
        Err(ArgError { range: self.place(self.ast[e].range), message: message.into() })
    }

    fn type_text(&self, ty: Ty) -> String {
        Printer::whole(self.types.ctx, Some(self.home)).ty(ty)
    }

    fn mismatch<T>(&self, e: ExprId, ty: Ty) -> Res<T> {
        self.error(e, format!("a value of type `{}` is wanted here", self.type_text(ty)))
    }

    fn value(&self, e: ExprId, ty: Ty, depth: u32) -> Res<GuestValue> {
        if depth > MAX_DEPTH {
            return self.error(e, "nested too deep");
        }
        let under = self.types.under(ty);
        if let TyKind::Interface(_) = under.kind() {
            return self.dynamic(e, ty, depth);
        }
        let kind = match &self.ast[e].kind {
            ExprKind::Paren(x) => return self.value(*x, ty, depth + 1),
            ExprKind::Ident(ident) => {
                let name = self.ast[*ident].name.as_str();
                match (name, under.kind()) {
                    ("true" | "false", TyKind::Basic(Basic::Bool)) => ValueKind::Bool(name == "true"),
                    ("nil", TyKind::Pointer(_) | TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Signature(_)) => ValueKind::Nil,
                    ("true" | "false" | "nil", _) => return self.mismatch(e, ty),
                    _ => {
                        return self.error(
                            e,
                            format!("`{name}` is no literal: arguments are values such as `\"text\"`, `42` or `Post{{Title: \"x\"}}`"),
                        );
                    }
                }
            }
            ExprKind::BasicLit { .. } | ExprKind::Unary { op: UnaryOp::Neg | UnaryOp::Add, .. } => self.number_or_text(e, ty, under)?,
            ExprKind::Unary { op: UnaryOp::Addr, x } => match under.kind() {
                TyKind::Pointer(to) => ValueKind::Pointer(Box::new(self.value(*x, *to, depth + 1)?)),
                _ => return self.mismatch(e, ty),
            },
            ExprKind::CompositeLit { ty: written, elems, .. } => {
                if let Some(written) = written {
                    let named = self.type_of(*written, elems.len())?;
                    if named.canonical() != ty.canonical() && self.types.under(named).canonical() != under.canonical() {
                        return self.error(e, format!("a `{}` is given, a `{}` is wanted", self.type_text(named), self.type_text(ty)));
                    }
                }
                return self.composite(e, elems, ty, under, depth);
            }
            ExprKind::Call { fun, args, .. } if args.len() == 1 => {
                let named = self.type_of(*fun, 0)?;
                if named.canonical() != ty.canonical() {
                    return self.error(e, format!("a `{}` is given, a `{}` is wanted", self.type_text(named), self.type_text(ty)));
                }
                return self.value(args[0], ty, depth + 1);
            }
            ExprKind::FuncLit { .. } => return self.error(e, "a function can't be an argument of a call from outside: arguments are data"),
            _ => return self.error(e, "this is no literal: arguments are values such as `\"text\"`, `42` or `Post{Title: \"x\"}`"),
        };
        Ok(GuestValue { ty, kind })
    }

    /// A value for an interface: its type is the literal's own.
    fn dynamic(&self, e: ExprId, ty: Ty, depth: u32) -> Res<GuestValue> {
        let inner = match &self.ast[e].kind {
            ExprKind::Paren(x) => return self.dynamic(*x, ty, depth + 1),
            ExprKind::Ident(ident) if self.ast[*ident].name.as_str() == "nil" => return Ok(GuestValue { ty, kind: ValueKind::Nil }),
            ExprKind::Ident(_) => Ty::basic(Basic::Bool),
            ExprKind::BasicLit { kind, .. } => Ty::basic(match kind {
                LitKind::Int => Basic::Int,
                LitKind::Float => Basic::Float64,
                LitKind::Imag => Basic::Complex128,
                LitKind::Char => Basic::Int32,
                LitKind::String => Basic::String,
            }),
            ExprKind::Unary { op: UnaryOp::Neg | UnaryOp::Add, x } => {
                let float = matches!(&self.ast[*x].kind, ExprKind::BasicLit { kind: LitKind::Float, .. });
                Ty::basic(if float { Basic::Float64 } else { Basic::Int })
            }
            ExprKind::CompositeLit { ty: Some(written), elems, .. } => self.type_of(*written, elems.len())?,
            ExprKind::Unary { op: UnaryOp::Addr, x } => match &self.ast[*x].kind {
                ExprKind::CompositeLit { ty: Some(written), elems, .. } => Ty::pointer(self.type_of(*written, elems.len())?),
                _ => return self.mismatch(e, ty),
            },
            ExprKind::Call { fun, .. } => self.type_of(*fun, 0)?,
            _ => return self.mismatch(e, ty),
        };
        let methods = self.types.interface_methods(ty);
        if !methods.is_empty() {
            return self.error(e, format!("a `{}` can't come from outside: it would hold code", self.type_text(ty)));
        }
        let value = self.value(e, inner, depth + 1)?;
        Ok(GuestValue { ty, kind: ValueKind::Interface(Box::new(value)) })
    }

    fn number_or_text(&self, e: ExprId, ty: Ty, under: Ty) -> Res<ValueKind> {
        let (negative, lit) = match &self.ast[e].kind {
            ExprKind::Unary { op, x } => (*op == UnaryOp::Neg, *x),
            _ => (false, e),
        };
        let ExprKind::BasicLit { kind, text } = &self.ast[lit].kind else { return self.mismatch(e, ty) };
        let TyKind::Basic(basic) = under.kind() else { return self.mismatch(e, ty) };
        let out_of_range =
            || self.error(e, format!("`{}{text}` does not fit into `{}`", if negative { "-" } else { "" }, self.type_text(ty)));
        match (kind, basic) {
            (LitKind::String, Basic::String) => match amigos_syntax::lex::unquote_string(text) {
                Some(bytes) => Ok(ValueKind::Str(Arc::from(bytes.as_slice()))),
                None => self.error(e, format!("`{text}` is no string literal")),
            },
            (LitKind::Int | LitKind::Char, b) if (Basic::Int..=Basic::Uintptr).contains(b) => {
                let magnitude = match kind {
                    LitKind::Char => amigos_syntax::lex::unquote_rune(text).map(|c| u128::from(c)),
                    _ => integer(text),
                };
                let Some(magnitude) = magnitude else { return out_of_range() };
                match fit(negative, magnitude, *b) {
                    Some(kind) => Ok(kind),
                    None => out_of_range(),
                }
            }
            (LitKind::Int | LitKind::Float, Basic::Float32 | Basic::Float64) => {
                let parsed: Option<f64> = match kind {
                    LitKind::Int => integer(text).map(|n| n as f64),
                    _ => text.replace('_', "").parse().ok(),
                };
                let Some(x) = parsed else { return self.error(e, format!("`{text}` is no number that can be read here")) };
                let x = if *basic == Basic::Float32 { f64::from(x as f32) } else { x };
                Ok(ValueKind::Float(if negative { -x } else { x }))
            }
            _ => self.mismatch(e, ty),
        }
    }

    fn composite(&self, e: ExprId, elems: &[ExprId], ty: Ty, under: Ty, depth: u32) -> Res<GuestValue> {
        let kind = match under.kind() {
            TyKind::Struct(fields) => {
                let GuestValue { kind: ValueKind::Struct(mut values), .. } = GuestValue::zero(self.types, ty) else {
                    return self.mismatch(e, ty);
                };
                for (i, elem) in elems.iter().enumerate() {
                    let (index, value) = match &self.ast[*elem].kind {
                        ExprKind::KeyValue { key, value } => {
                            let ExprKind::Ident(name) = &self.ast[*key].kind else {
                                return self.error(*key, "the name of a field is wanted here");
                            };
                            let name = self.ast[*name].name;
                            match fields.iter().position(|f| f.name == name) {
                                Some(index) => (index, *value),
                                None => return self.error(*key, format!("`{}` has no field `{name}`", self.type_text(ty))),
                            }
                        }
                        _ if i < fields.len() => (i, *elem),
                        _ => return self.error(*elem, format!("`{}` has only {} fields", self.type_text(ty), fields.len())),
                    };
                    values[index] = self.value(value, fields[index].ty, depth + 1)?;
                }
                ValueKind::Struct(values)
            }
            TyKind::Slice(elem) | TyKind::Array { elem, .. } => {
                let mut items: Vec<GuestValue> = Vec::new();
                let zero = GuestValue::zero(self.types, *elem);
                let mut next = 0u64;
                for e in elems {
                    let value = match &self.ast[*e].kind {
                        ExprKind::KeyValue { key, value } => {
                            let ExprKind::BasicLit { kind: LitKind::Int, text } = &self.ast[*key].kind else {
                                return self.error(*key, "an index is wanted here");
                            };
                            next = integer(text)
                                .and_then(|n| u64::try_from(n).ok())
                                .filter(|n| *n < MAX_ELEMENTS)
                                .map_or_else(|| self.error(*key, "this index is too large"), Ok)?;
                            *value
                        }
                        _ => *e,
                    };
                    if next >= MAX_ELEMENTS {
                        return self.error(*e, "too many elements");
                    }
                    while items.len() as u64 <= next {
                        items.push(zero.clone());
                    }
                    items[next as usize] = self.value(value, *elem, depth + 1)?;
                    next += 1;
                }
                if let TyKind::Array { len, .. } = under.kind() {
                    let len = (*len).max(0) as u64;
                    if items.len() as u64 > len || len > MAX_ELEMENTS {
                        return self.error(e, format!("`{}` has room for {len} elements", self.type_text(ty)));
                    }
                    items.resize(len as usize, zero);
                }
                let len = items.len() as u64;
                ValueKind::List(items, len)
            }
            TyKind::Map { key, value } => {
                let mut entries: Vec<(GuestValue, GuestValue)> = Vec::new();
                for e in elems {
                    let ExprKind::KeyValue { key: k, value: v } = &self.ast[*e].kind else {
                        return self.error(*e, "`key: value` is wanted here");
                    };
                    let entry = (self.value(*k, *key, depth + 1)?, self.value(*v, *value, depth + 1)?);
                    if entries.iter().any(|(k, _)| *k == entry.0) {
                        return self.error(*k, "this key stands in the map already");
                    }
                    entries.push(entry);
                }
                let len = entries.len() as u64;
                ValueKind::Map(entries, len)
            }
            TyKind::Pointer(to) => {
                let to = *to;
                ValueKind::Pointer(Box::new(self.composite(e, elems, to, self.types.under(to), depth + 1)?))
            }
            _ => return self.mismatch(e, ty),
        };
        Ok(GuestValue { ty, kind })
    }

    /// The type that an expression names.
    fn type_of(&self, e: ExprId, elems: usize) -> Res<Ty> {
        let member = |pkg: PkgKey, name| {
            let member = self.types.ctx.member(pkg, name)?;
            matches!(member.kind, MemberKind::Type { .. }).then_some(member.ty)
        };
        match &self.ast[e].kind {
            ExprKind::Paren(x) => self.type_of(*x, elems),
            ExprKind::Ident(ident) => {
                let name = self.ast[*ident].name;
                match basic_type(name.as_str()).or_else(|| member(self.home, name)) {
                    Some(ty) => Ok(ty),
                    None => self.error(e, format!("there is no type `{name}` in `{}`", self.home.0)),
                }
            }
            ExprKind::Selector { x, sel } => {
                let ExprKind::Ident(base) = &self.ast[*x].kind else { return self.error(e, "a type is wanted here") };
                let (base, name) = (self.ast[*base].name, self.ast[*sel].name);
                match self.package_named(base.as_str()).and_then(|pkg| member(pkg, name)) {
                    Some(ty) => Ok(ty),
                    None => self.error(e, format!("`{}` knows no type `{base}.{name}`", self.home.0)),
                }
            }
            ExprKind::Star(x) => Ok(Ty::pointer(self.type_of(*x, 0)?)),
            ExprKind::ArrayType { len, elem } => {
                let elem = self.type_of(*elem, 0)?;
                match len {
                    ArrayLen::Slice => Ok(Ty::slice(elem)),
                    ArrayLen::Ellipsis => Ok(Ty::new(TyKind::Array { len: elems as i64, elem })),
                    ArrayLen::Expr(n) => match &self.ast[*n].kind {
                        ExprKind::BasicLit { kind: LitKind::Int, text } => match integer(text).and_then(|n| i64::try_from(n).ok()) {
                            Some(len) => Ok(Ty::new(TyKind::Array { len, elem })),
                            None => self.error(*n, "this length is too large"),
                        },
                        _ => self.error(*n, "a number is wanted here"),
                    },
                }
            }
            ExprKind::MapType { key, value } => Ok(Ty::new(TyKind::Map { key: self.type_of(*key, 0)?, value: self.type_of(*value, 0)? })),
            ExprKind::InterfaceType { elems } if elems.is_empty() => Ok(Ty::empty_interface()),
            _ => self.error(e, "a type is wanted here"),
        }
    }

    /// A package by its name: the own one or one that it imports.
    fn package_named(&self, name: &str) -> Option<PkgKey> {
        let is = |key: &PkgKey| self.types.ctx.package_name(*key).is_some_and(|n| n.as_str() == name);
        std::iter::once(self.home).chain(self.imports.iter().copied()).find(is)
    }
}

fn basic_type(name: &str) -> Option<Ty> {
    Some(Ty::basic(match name {
        "bool" => Basic::Bool,
        "string" => Basic::String,
        "int" => Basic::Int,
        "int8" => Basic::Int8,
        "int16" => Basic::Int16,
        "int32" | "rune" => Basic::Int32,
        "int64" => Basic::Int64,
        "uint" => Basic::Uint,
        "uint8" | "byte" => Basic::Uint8,
        "uint16" => Basic::Uint16,
        "uint32" => Basic::Uint32,
        "uint64" => Basic::Uint64,
        "uintptr" => Basic::Uintptr,
        "float32" => Basic::Float32,
        "float64" => Basic::Float64,
        "complex64" => Basic::Complex64,
        "complex128" => Basic::Complex128,
        "any" => return Some(Ty::empty_interface()),
        _ => return None,
    }))
}

/// A Go integer literal; `None` if it is beyond 128 bits.
fn integer(text: &str) -> Option<u128> {
    let text = text.replace('_', "").to_ascii_lowercase();
    match text.as_bytes() {
        [b'0', b'x', ..] => u128::from_str_radix(&text[2..], 16).ok(),
        [b'0', b'b', ..] => u128::from_str_radix(&text[2..], 2).ok(),
        [b'0', b'o', ..] => u128::from_str_radix(&text[2..], 8).ok(),
        [b'0', _, ..] => u128::from_str_radix(&text[1..], 8).ok(),
        _ => text.parse().ok(),
    }
}

/// An integer as a value of a basic type, if it fits.
fn fit(negative: bool, magnitude: u128, basic: Basic) -> Option<ValueKind> {
    let bits = match basic {
        Basic::Int8 | Basic::Uint8 => 8,
        Basic::Int16 | Basic::Uint16 => 16,
        Basic::Int32 | Basic::Uint32 => 32,
        _ => 64,
    };
    if (Basic::Uint..=Basic::Uintptr).contains(&basic) {
        let limit = u128::MAX >> (128 - bits);
        return ((!negative || magnitude == 0) && magnitude <= limit).then(|| ValueKind::Uint(magnitude as u64));
    }
    let limit = 1u128 << (bits - 1);
    if magnitude > limit || (!negative && magnitude == limit) {
        return None;
    }
    let value = if negative { (magnitude as i128).wrapping_neg() } else { magnitude as i128 };
    i64::try_from(value).ok().map(ValueKind::Int)
}

/// Reads JSON as a value of type `ty`: the shapes of [`Printer::json`].
pub fn from_json(json: &Json, ty: Ty, ctx: &dyn TyCtx, home: PkgKey) -> Res<GuestValue> {
    json_value(json, ty, TypeView { ctx, facts: None }, home, 0)
}

fn json_value(json: &Json, ty: Ty, types: TypeView, home: PkgKey, depth: u32) -> Res<GuestValue> {
    let fail = |what: &str| {
        let text = Printer::whole(types.ctx, Some(home)).ty(ty);
        Err(ArgError { range: TextRange::default(), message: format!("{what}: a value of type `{text}` is wanted") })
    };
    if depth > MAX_DEPTH {
        return fail("nested too deep");
    }
    let under = types.under(ty);
    let kind = match (json, under.kind()) {
        (Json::Null, TyKind::Pointer(_) | TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Interface(_)) => ValueKind::Nil,
        (_, TyKind::Interface(_)) => {
            if !types.interface_methods(ty).is_empty() {
                return fail("it would hold code");
            }
            let inner = match json {
                Json::Bool(_) => Ty::basic(Basic::Bool),
                Json::Number(n) if n.is_f64() => Ty::basic(Basic::Float64),
                Json::Number(_) => Ty::basic(Basic::Int),
                Json::String(_) => Ty::basic(Basic::String),
                _ => return fail("only plain values have a type of their own in JSON"),
            };
            ValueKind::Interface(Box::new(json_value(json, inner, types, home, depth + 1)?))
        }
        (_, TyKind::Pointer(to)) => ValueKind::Pointer(Box::new(json_value(json, *to, types, home, depth + 1)?)),
        (Json::Bool(b), TyKind::Basic(Basic::Bool)) => ValueKind::Bool(*b),
        (Json::String(s), TyKind::Basic(Basic::String)) => ValueKind::Str(Arc::from(s.as_bytes())),
        (Json::Number(_) | Json::String(_), TyKind::Basic(b)) if (Basic::Int..=Basic::Uintptr).contains(b) => {
            let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
            let (negative, digits) = match text.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, text.as_str()),
            };
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let number = if plain { digits.parse::<u128>().ok() } else { None };
            match number.and_then(|n| fit(negative, n, *b)) {
                Some(kind) => kind,
                None => return fail(&format!("`{text}` does not fit")),
            }
        }
        (Json::Number(n), TyKind::Basic(Basic::Float32 | Basic::Float64)) => ValueKind::Float(n.as_f64().unwrap_or(0.0)),
        (Json::Object(object), TyKind::Struct(fields)) => {
            let GuestValue { kind: ValueKind::Struct(mut values), .. } = GuestValue::zero(types, ty) else { return fail("no struct") };
            for (name, value) in object {
                let Some(index) = fields.iter().position(|f| f.name.as_str() == name) else {
                    return fail(&format!("there is no field `{name}`"));
                };
                values[index] = json_value(value, fields[index].ty, types, home, depth + 1)?;
            }
            ValueKind::Struct(values)
        }
        (Json::Array(list), TyKind::Slice(elem) | TyKind::Array { elem, .. }) => {
            if let TyKind::Array { len, .. } = under.kind()
                && list.len() as i64 != *len
            {
                return fail(&format!("{} elements are given", list.len()));
            }
            let items: Res<Vec<GuestValue>> = list.iter().map(|v| json_value(v, *elem, types, home, depth + 1)).collect();
            ValueKind::List(items?, list.len() as u64)
        }
        (Json::Object(object), TyKind::Map { key, value }) => {
            let entry = |(k, v): (&String, &Json)| {
                Ok((json_value(&Json::String(k.clone()), *key, types, home, depth + 1)?, json_value(v, *value, types, home, depth + 1)?))
            };
            let entries: Res<Vec<_>> = object.iter().map(entry).collect();
            ValueKind::Map(entries?, object.len() as u64)
        }
        _ => return fail("this JSON has another shape"),
    };
    Ok(GuestValue { ty, kind })
}
