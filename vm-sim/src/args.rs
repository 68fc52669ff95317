//! Arguments from outside: Go literals and JSON, put into memory as values of the parameters' types. Arguments are data: no functions.

use amigos_syntax::ast::{Ast, DeclKind, ExprId, ExprKind, LitKind, Spec, UnaryOp};
use serde_json::Value;

use crate::compare::iface_word;
use crate::image::Image;
use crate::machine::Machine;
use crate::memory::pointer;
use crate::trap::Trap;
use crate::types::{Kind, TypeId};

/// An argument.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgValue {
    /// A Go literal: `"text"`, `42`, `[]string{"a"}`, `forum.Post{Title: "x"}`.
    Go(String),
    /// JSON: objects for structs and maps, arrays for lists, texts also for numbers and addresses.
    Json(Value),
}

/// How deep a literal may nest.
const MAX_DEPTH: u32 = 64;
/// Bytes of a literal.
const MAX_TEXT: usize = 1 << 20;

type Made = Result<Vec<u64>, String>;

fn no_memory<E>(_: E) -> String {
    "the arguments need too much memory".to_owned()
}

fn trapped(t: impl AsRef<Trap>) -> String {
    match t.as_ref().clone() {
        Trap::Panic(text) | Trap::Broken(text) => text,
        _ => "the arguments cannot be made".to_owned(),
    }
}

/// The slots of an argument for a parameter of type `ty`. Errors: why it does not fit.
pub fn make(m: &mut Machine, image: &Image, arg: &ArgValue, ty: TypeId) -> Made {
    match arg {
        ArgValue::Go(text) => {
            if text.len() > MAX_TEXT {
                return Err("the argument is too long".to_owned());
            }
            let (ast, expr) = parse_expr(text)?;
            Maker { m, image, ast: &ast }.expr(expr, ty, 0)
        }
        ArgValue::Json(v) => json(m, image, v, ty, 0),
    }
}

/// Appends what [`make`] makes.
pub fn make_into(m: &mut Machine, image: &Image, arg: &ArgValue, ty: TypeId, out: &mut Vec<u64>) -> Result<(), String> {
    match (&image.types.get(ty).kind, arg) {
        (Kind::Str, ArgValue::Json(Value::String(text))) => {
            let (p, len) = m.mem.new_str(text.as_bytes()).map_err(no_memory)?;
            out.extend([p, len]);
        }
        (Kind::Uint(64), ArgValue::Json(Value::String(text))) if let Ok(n) = text.parse::<u64>() => out.push(n),
        _ => out.extend(make(m, image, arg, ty)?),
    }
    Ok(())
}

/// A map's key from the text between brackets; a bare word is taken for a string.
pub fn key_value(m: &mut Machine, image: &Image, text: &str, ty: TypeId) -> Made {
    if matches!(image.types.get(ty).kind, Kind::Str) && !text.starts_with(['"', '`']) {
        return string(m, text.as_bytes());
    }
    make(m, image, &ArgValue::Go(text.to_owned()), ty)
}

fn string(m: &mut Machine, text: &[u8]) -> Made {
    let (p, len) = m.mem.new_str(text).map_err(no_memory)?;
    Ok(vec![p, len])
}

/// A Go expression.
fn parse_expr(text: &str) -> Result<(Ast, ExprId), String> {
    let bad = || format!("`{}` is not a Go literal", text.chars().take(60).collect::<String>());
    let decl = amigos_syntax::parse::parse_decl(&format!("var _ = {text}"), amigos_syntax::version::GoVersion::default());
    if let Some(e) = decl.errors.first() {
        return Err(format!("{}: {}", bad(), e.message));
    }
    let DeclKind::Gen(g) = &decl.kind else { return Err(bad()) };
    match &g.specs[..] {
        [Spec::Var { values, .. }] if values.len() == 1 => Ok(((*decl.sig).clone(), values[0])),
        _ => Err(bad()),
    }
}

struct Maker<'m, 's> {
    m: &'m mut Machine<'s>,
    image: &'m Image,
    ast: &'m Ast,
}

impl Maker<'_, '_> {
    fn name(&self, ty: TypeId) -> String {
        self.image.types.name(&*self.image.program, ty)
    }

    fn wrong<T>(&self, what: &str, ty: TypeId) -> Result<T, String> {
        Err(format!("{what} where a `{}` is wanted", self.name(ty)))
    }

    fn expr(&mut self, id: ExprId, ty: TypeId, depth: u32) -> Made {
        if depth > MAX_DEPTH {
            return Err("the argument nests too deeply".to_owned());
        }
        let image = self.image;
        let kind = image.types.get(ty).kind.clone();
        let ast = self.ast;
        match &ast[id].kind {
            ExprKind::Paren(x) => self.expr(*x, ty, depth + 1),
            ExprKind::Ident(i) => match (ast.idents[i.0 as usize].name.as_str(), &kind) {
                ("nil", Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Func | Kind::Iface(_)) => {
                    Ok(vec![0; image.types.get(ty).slots as usize])
                }
                ("true", Kind::Bool) => Ok(vec![1]),
                ("false", Kind::Bool) => Ok(vec![0]),
                ("true" | "false", Kind::Iface(_)) => {
                    let t = self.basic("bool")?;
                    self.in_interface(id, t, ty, depth)
                }
                (name, _) => self.wrong(&format!("`{name}`"), ty),
            },
            ExprKind::BasicLit { kind: lit, text } => self.literal(*lit, text, false, ty, &kind, id, depth),
            ExprKind::Unary { op: UnaryOp::Neg, x } => match &ast[*x].kind {
                ExprKind::BasicLit { kind: lit, text } => self.literal(*lit, text, true, ty, &kind, id, depth),
                _ => self.wrong("an expression", ty),
            },
            ExprKind::Unary { op: UnaryOp::Add, x } => self.expr(*x, ty, depth + 1),
            ExprKind::Unary { op: UnaryOp::Addr, x } => {
                let Kind::Ptr(to) = kind else { return self.wrong("a pointer", ty) };
                let slots = self.expr(*x, to, depth + 1)?;
                self.boxed(to, &slots)
            }
            // a conversion: `amigos.Coins(5)`
            ExprKind::Call { args, fun, .. } if args.len() == 1 => {
                if let (Kind::Slice(elem), ExprKind::BasicLit { kind: LitKind::String, text }) = (&kind, &ast[args[0]].kind)
                    && matches!(image.types.get(*elem).kind, Kind::Uint(8))
                {
                    let bytes = crate::natives::unquote_literal(text).ok_or("a string that is none")?;
                    return self.m.make_bytes(*elem, &bytes).map(|s| s.to_vec()).map_err(trapped);
                }
                let _ = fun;
                self.expr(args[0], ty, depth + 1)
            }
            ExprKind::CompositeLit { elems, .. } => self.composite(elems, ty, &kind, depth),
            _ => self.wrong("an expression that is no literal", ty),
        }
    }

    fn basic(&self, name: &str) -> Result<TypeId, String> {
        let basic = crate::types::basic_by_name(name).ok_or("no such type")?;
        self.image.types.find(amigos_types::ty::Ty::basic(basic)).ok_or_else(|| format!("no `{name}` is known here"))
    }

    fn in_interface(&mut self, id: ExprId, t: TypeId, iface: TypeId, depth: u32) -> Made {
        if !matches!(&self.image.types.get(iface).kind, Kind::Iface(m) if m.is_empty()) {
            return self.wrong("a plain value", iface);
        }
        let slots = self.expr(id, t, depth + 1)?;
        let word = match slots[..] {
            [one] => one,
            _ => self.boxed(t, &slots)?[0],
        };
        Ok(vec![iface_word(t, 0), word])
    }

    fn boxed(&mut self, ty: TypeId, slots: &[u64]) -> Made {
        let h = self.m.mem.new_words(ty, slots.len() as u32).map_err(no_memory)?;
        let at = self.m.mem.obj(h).start as usize;
        self.m.mem.words[at..at + slots.len()].copy_from_slice(slots);
        Ok(vec![pointer(h, 0)])
    }

    #[allow(clippy::too_many_arguments)]
    fn literal(&mut self, lit: LitKind, text: &str, negative: bool, ty: TypeId, kind: &Kind, id: ExprId, depth: u32) -> Made {
        if let Kind::Iface(_) = kind {
            let name = match lit {
                LitKind::Int => "int",
                LitKind::Float => "float64",
                LitKind::Imag => "complex128",
                LitKind::Char => "int32",
                LitKind::String => "string",
            };
            let t = self.basic(name)?;
            return self.in_interface(id, t, ty, depth);
        }
        match (lit, kind) {
            (LitKind::String, Kind::Str) if !negative => {
                let bytes = crate::natives::unquote_literal(text).ok_or("a string that is none")?;
                string(self.m, &bytes)
            }
            (LitKind::Int | LitKind::Char, Kind::Int(bits) | Kind::Uint(bits)) => {
                let v = if lit == LitKind::Char {
                    let bytes = crate::natives::unquote_literal(text).ok_or("a character that is none")?;
                    i128::from(crate::interp::strings::decode_rune(&bytes).0)
                } else {
                    read_int(text).ok_or_else(|| format!("`{text}` is too large"))?
                };
                let v = if negative { -v } else { v };
                integer(v, *bits, matches!(kind, Kind::Int(_))).map_err(|()| format!("`{v}` does not fit into `{}`", self.name(ty)))
            }
            (LitKind::Int | LitKind::Float, Kind::Float(bits)) => {
                let f = match lit {
                    LitKind::Int => read_int(text).ok_or_else(|| format!("`{text}` is too large"))? as f64,
                    _ => crate::natives::read_float(&text.replace('_', ""), 64).ok_or_else(|| format!("`{text}` is no number"))?,
                };
                Ok(vec![crate::interp::float_slot(*bits, if negative { -f } else { f })])
            }
            _ => self.wrong(&format!("`{text}`"), ty),
        }
    }

    fn composite(&mut self, elems: &[ExprId], ty: TypeId, kind: &Kind, depth: u32) -> Made {
        let image = self.image;
        let ast = self.ast;
        match kind {
            Kind::Ptr(to) => {
                // inside a list of pointers `&T` is left out
                let kind = image.types.get(*to).kind.clone();
                let slots = self.composite(elems, *to, &kind, depth + 1)?;
                self.boxed(*to, &slots)
            }
            Kind::Struct(fields) => {
                let mut slots = vec![0; image.types.get(ty).slots as usize];
                for (i, e) in elems.iter().enumerate() {
                    let (field, value) = match &ast[*e].kind {
                        ExprKind::KeyValue { key, value } => {
                            let ExprKind::Ident(n) = &ast[*key].kind else { return self.wrong("a key that is no field", ty) };
                            let name = ast.idents[n.0 as usize].name;
                            let Some(f) = fields.iter().find(|f| f.name == name) else {
                                return Err(format!("`{}` has no field `{name}`", self.name(ty)));
                            };
                            (f.clone(), *value)
                        }
                        _ => match fields.get(i) {
                            Some(f) => (f.clone(), *e),
                            None => return Err(format!("too many values for `{}`", self.name(ty))),
                        },
                    };
                    if !field.name.is_exported() {
                        return Err(format!("field `{}` of `{}` is not exported", field.name, self.name(ty)));
                    }
                    let v = self.expr(value, field.ty, depth + 1)?;
                    let at = field.offset as usize;
                    slots[at..at + v.len()].copy_from_slice(&v);
                }
                Ok(slots)
            }
            Kind::Slice(elem) => {
                let mut values = Vec::new();
                for e in elems {
                    values.push(self.expr(*e, *elem, depth + 1)?);
                }
                list(self.m, image, *elem, &values)
            }
            Kind::Array(elem, len) => {
                if elems.len() > *len as usize {
                    return Err(format!("too many values for `{}`", self.name(ty)));
                }
                let mut slots = Vec::new();
                for e in elems {
                    slots.extend(self.expr(*e, *elem, depth + 1)?);
                }
                slots.resize(image.types.get(ty).slots as usize, 0);
                Ok(slots)
            }
            Kind::Map(kt, vt) => {
                let mut entries = Vec::new();
                for e in elems {
                    let ExprKind::KeyValue { key, value } = &ast[*e].kind else { return self.wrong("an entry without key", ty) };
                    entries.push((self.expr(*key, *kt, depth + 1)?, self.expr(*value, *vt, depth + 1)?));
                }
                map(self.m, image, ty, (*kt, *vt), &entries)
            }
            _ => self.wrong("a composite literal", ty),
        }
    }
}

fn list(m: &mut Machine, image: &Image, elem: TypeId, values: &[Vec<u64>]) -> Made {
    let n = values.len() as u64;
    if image.types.packs(elem) {
        let bytes: Vec<u8> = values.iter().map(|v| v.first().copied().unwrap_or(0) as u8).collect();
        return m.make_bytes(elem, &bytes).map(|s| s.to_vec()).map_err(trapped);
    }
    let words: Vec<u64> = values.concat();
    let s = m.make_words(elem, &words).map_err(trapped)?;
    Ok(vec![s[0], n, n])
}

fn map(m: &mut Machine, image: &Image, ty: TypeId, (kt, vt): (TypeId, TypeId), entries: &[(Vec<u64>, Vec<u64>)]) -> Made {
    let h = m.mem.new_map(ty, image.types.get(kt).slots, image.types.get(vt).slots).map_err(no_memory)?;
    for (k, v) in entries {
        m.map_set(image, pointer(h, 0), (kt, vt), k, v).map_err(trapped)?;
    }
    Ok(vec![pointer(h, 0)])
}

/// A whole number in range of a type.
fn integer(v: i128, bits: u8, signed: bool) -> Result<Vec<u64>, ()> {
    let (low, high) = if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
    if (low..=high).contains(&v) { Ok(vec![v as u64]) } else { Err(()) }
}

/// A Go integer literal.
fn read_int(text: &str) -> Option<i128> {
    let text = text.replace('_', "").to_ascii_lowercase();
    let (digits, base) = match text.as_bytes() {
        [b'0', b'x', ..] => (&text[2..], 16),
        [b'0', b'b', ..] => (&text[2..], 2),
        [b'0', b'o', ..] => (&text[2..], 8),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (&text[..], 10),
    };
    i128::from_str_radix(digits, base).ok()
}

fn json(m: &mut Machine, image: &Image, v: &Value, ty: TypeId, depth: u32) -> Made {
    if depth > MAX_DEPTH {
        return Err("the argument nests too deeply".to_owned());
    }
    let name = || image.types.name(&*image.program, ty);
    let wrong = || Err(format!("`{}` where a `{}` is wanted", v.to_string().chars().take(60).collect::<String>(), name()));
    match (&image.types.get(ty).kind, v) {
        (Kind::Bool, Value::Bool(b)) => Ok(vec![u64::from(*b)]),
        (Kind::Int(bits) | Kind::Uint(bits), Value::Number(_) | Value::String(_)) => {
            let text = v.as_str().map_or_else(|| v.to_string().into(), std::borrow::Cow::Borrowed);
            let Ok(n) = text.parse::<i128>() else { return wrong() };
            integer(n, *bits, matches!(image.types.get(ty).kind, Kind::Int(_)))
                .map_err(|()| format!("`{n}` does not fit into `{}`", name()))
        }
        (Kind::Float(bits), Value::Number(n)) => Ok(vec![crate::interp::float_slot(*bits, n.as_f64().unwrap_or(0.0))]),
        (Kind::Str, Value::String(s)) => string(m, s.as_bytes()),
        (Kind::Ptr(_) | Kind::Slice(_) | Kind::Map(..) | Kind::Iface(_) | Kind::Func, Value::Null) => {
            Ok(vec![0; image.types.get(ty).slots as usize])
        }
        (Kind::Ptr(to), v) => {
            let slots = json(m, image, v, *to, depth + 1)?;
            let h = m.mem.new_words(*to, slots.len() as u32).map_err(no_memory)?;
            let at = m.mem.obj(h).start as usize;
            m.mem.words[at..at + slots.len()].copy_from_slice(&slots);
            Ok(vec![pointer(h, 0)])
        }
        (Kind::Slice(elem), Value::String(s)) if image.types.packs(*elem) => {
            m.make_bytes(*elem, s.as_bytes()).map(|s| s.to_vec()).map_err(trapped)
        }
        (Kind::Slice(elem), Value::Array(items)) => {
            let values = items.iter().map(|v| json(m, image, v, *elem, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            list(m, image, *elem, &values)
        }
        (Kind::Array(elem, len), Value::Array(items)) if items.len() <= *len as usize => {
            let mut slots = Vec::new();
            for v in items {
                slots.extend(json(m, image, v, *elem, depth + 1)?);
            }
            slots.resize(image.types.get(ty).slots as usize, 0);
            Ok(slots)
        }
        (Kind::Struct(fields), Value::Object(o)) => {
            let mut slots = vec![0; image.types.get(ty).slots as usize];
            for (key, v) in o {
                let Some(f) = fields.iter().find(|f| f.name.as_str() == key && f.name.is_exported()) else {
                    return Err(format!("`{}` has no exported field `{key}`", name()));
                };
                let part = json(m, image, v, f.ty, depth + 1)?;
                let at = f.offset as usize;
                slots[at..at + part.len()].copy_from_slice(&part);
            }
            Ok(slots)
        }
        (Kind::Map(kt, vt), Value::Object(o)) => {
            let mut entries = Vec::new();
            for (key, v) in o {
                let k = match image.types.get(*kt).kind {
                    Kind::Str => string(m, key.as_bytes())?,
                    _ => json(m, image, &Value::String(key.clone()), *kt, depth + 1)?,
                };
                entries.push((k, json(m, image, v, *vt, depth + 1)?));
            }
            map(m, image, ty, (*kt, *vt), &entries)
        }
        (Kind::Iface(methods), v) if methods.is_empty() => {
            let basic = match v {
                Value::Bool(_) => "bool",
                Value::String(_) => "string",
                Value::Number(n) if n.is_f64() => "float64",
                Value::Number(_) => "int",
                _ => return wrong(),
            };
            let t = crate::types::basic_by_name(basic)
                .and_then(|b| image.types.find(amigos_types::ty::Ty::basic(b)))
                .ok_or_else(|| format!("no `{basic}` is known here"))?;
            let slots = json(m, image, v, t, depth + 1)?;
            let word = match slots[..] {
                [one] => one,
                _ => {
                    let h = m.mem.new_words(t, slots.len() as u32).map_err(no_memory)?;
                    let at = m.mem.obj(h).start as usize;
                    m.mem.words[at..at + slots.len()].copy_from_slice(&slots);
                    pointer(h, 0)
                }
            };
            Ok(vec![iface_word(t, 0), word])
        }
        _ => wrong(),
    }
}
