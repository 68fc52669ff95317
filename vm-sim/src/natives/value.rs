//! Values of types that only the run knows, for encoders and templates: what they are, what they hold, and how they are changed.
//!
//! A native takes a place as an `any` and a bool: the value itself, or, if the bool is set, a pointer to it. What is inside a place is a place: a pointer
//! where the outer one is, else a copy. Whoever writes through a place writes as the acting package: the machine's checks are those of any store.

use super::{Call, NativeFn};
use crate::compare::{iface_maker, iface_type, iface_word, payload};
use crate::image::Need;
use crate::interp::calls::VALUE_BOUND_IFACE;
use crate::maps::ENTRY_LIVE;
use crate::memory::{FLAG_SEALED, handle, pointer};
use crate::trap::{Res, broken, nil, panic};
use crate::types::{Kind, RtField, TypeId};
use amigos_mir::gas;
use amigos_syntax::Name;
use amigos_types::ty::Ty;

/// The natives of packages that look at values; and of those that change them, too.
macro_rules! natives {
    (looking: $($pkg:literal)*; changing: $($other:literal)*) => {
        pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[$(
            ($pkg, "kindOf", kind_of),
            ($pkg, "typeName", type_name),
            ($pkg, "isNil", is_nil),
            ($pkg, "length", length),
            ($pkg, "item", item),
            ($pkg, "field", field),
            ($pkg, "fieldInfo", field_info),
            ($pkg, "load", load),
            ($pkg, "mapKeys", map_keys),
            ($pkg, "lookup", lookup),
            ($pkg, "newTarget", new_target),
            ($pkg, "newKeyOf", new_key_of),
            ($pkg, "asBits", as_bits),
            ($pkg, "floatOf", float_of),
            ($pkg, "stringOf", string_of),
        )* $(
            ($other, "setBits", set_bits),
            ($other, "setString", set_string),
            ($other, "setBytes", set_bytes),
            ($other, "setZero", set_zero),
            ($other, "setValue", set_value),
            ($other, "resize", resize),
            ($other, "alloc", alloc),
            ($other, "makeMap", make_map),
            ($other, "newKey", new_key),
            ($other, "newValue", new_value),
            ($other, "mapSet", map_set),
            ($other, "elemBits", elem_bits),
            ($other, "typeID", type_id),
        )*
            ("text/template", "newValueOf", new_value_of),
            ("text/template", "capacity", capacity),
            ("text/template", "cut", cut),
            ("text/template", "method", method),
        ];
    };
}

natives!(looking: "encoding/json" "text/template"; changing: "encoding/json");

/// A value, and where it lies if it has a place.
struct Place {
    ty: TypeId,
    at: Option<u64>,
    value: Vec<u64>,
    maker: u16,
}

/// The next two arguments.
fn place(c: &mut Call) -> Res<Place> {
    let (v, addressed) = (c.iface(), c.word() != 0);
    let (t, maker) = (iface_type(v[0]), iface_maker(v[0]));
    if !addressed {
        let value = if t == 0 { Vec::new() } else { payload(&c.m.mem, &c.image.types, t, &v[1]).to_vec() };
        return Ok(Place { ty: t, at: None, value, maker });
    }
    target(c, v)
}

/// What a pointer in an interface value points to.
fn target(c: &mut Call, v: [u64; 2]) -> Res<Place> {
    let Kind::Ptr(to) = c.image.types.get(iface_type(v[0])).kind else { return broken("a place is no pointer") };
    if handle(v[1]) == 0 {
        return nil();
    }
    Ok(Place { ty: to, at: Some(v[1]), value: Vec::new(), maker: iface_maker(v[0]) })
}

fn pointer_argument(c: &mut Call) -> Res<Place> {
    let v = c.iface();
    target(c, v)
}

impl Place {
    fn kind<'c>(&self, c: &Call<'c, '_>) -> &'c Kind {
        &c.image.types.get(self.ty).kind
    }

    /// Its slots.
    fn words(&self, c: &mut Call) -> Res<Vec<u64>> {
        let Some(p) = self.at else { return Ok(self.value.clone()) };
        let n = c.image.types.get(self.ty).slots;
        c.m.charge(gas::COPY.of(u64::from(n)))?;
        c.m.words_of(c.image, p, 1, n)
    }

    /// Its slots, of a kind that has few.
    fn head(&self, c: &mut Call) -> Res<[u64; 3]> {
        let words = self.words(c)?;
        let word = |i: usize| words.get(i).copied().unwrap_or(0);
        Ok([word(0), word(1), word(2)])
    }

    fn write(&self, c: &mut Call, value: &[u64]) -> Res<()> {
        let Some(p) = self.at else { return broken("a value without a place is written") };
        c.m.store(c.image, p, 0, value, self.ty)
    }
}

/// The pointer type to a type.
fn pointer_type(c: &Call, t: TypeId) -> Res<TypeId> {
    let ty = Ty::pointer(c.image.types.get(t).ty);
    match c.image.types.find(ty) {
        Some(id) => Ok(id),
        None => Err(Need::Layout(ty).into()),
    }
}

/// A value in an interface value.
fn boxed(c: &mut Call, t: TypeId, maker: u16, words: &[u64]) -> Res<[u64; 2]> {
    let word = |i: usize| words.get(i).copied().unwrap_or(0);
    if let Kind::Iface(_) = c.image.types.get(t).kind {
        return Ok([word(0), word(1)]);
    }
    if words.len() <= 1 {
        return Ok([iface_word(t, maker), word(0)]);
    }
    c.m.charge(gas::ALLOC.of(8 * words.len() as u64))?;
    let h = c.m.mem.new_words(t, words.len() as u32)?;
    let o = &mut c.m.mem.objs[h as usize];
    o.flags = FLAG_SEALED;
    let at = o.start as usize;
    c.m.mem.words[at..at + words.len()].copy_from_slice(words);
    Ok([iface_word(t, maker), pointer(h, 0)])
}

/// Puts a place as the results.
fn ret_place(c: &mut Call, ty: TypeId, maker: u16, inside: Result<u64, &[u64]>) -> Res<()> {
    match inside {
        Ok(p) => {
            let t = pointer_type(c, ty)?;
            c.ret_words(&[iface_word(t, maker), p, 1])
        }
        Err(words) => {
            // an interface in a value without a place is what it holds
            let v = boxed(c, ty, maker, words)?;
            c.ret_words(&[v[0], v[1], 0])
        }
    }
}

fn kind_of(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let (kind, bits) = match p.kind(c) {
        _ if p.ty == 0 => (0, 0),
        Kind::Bool => (1, 0),
        Kind::Int(b) => (2, *b),
        Kind::Uint(b) => (3, *b),
        Kind::Float(b) => (4, *b),
        Kind::Complex(b) => (5, *b),
        Kind::Str => (6, 0),
        Kind::Slice(_) => (7, 0),
        Kind::Array(..) => (8, 0),
        Kind::Map(..) => (9, 0),
        Kind::Struct(_) => (10, 0),
        Kind::Ptr(_) => (11, 0),
        Kind::Iface(_) => (12, 0),
        Kind::Func | Kind::Other => (13, 0),
    };
    c.ret_words(&[kind, u64::from(bits)])
}

fn type_name(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let name = if p.ty == 0 { "nil".to_owned() } else { c.image.types.name(&*c.image.program, p.ty) };
    c.ret_str(name.as_bytes())
}

fn is_nil(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let nil = match p.kind(c) {
        _ if p.ty == 0 => true,
        Kind::Ptr(_) | Kind::Map(..) | Kind::Func | Kind::Other | Kind::Slice(_) => handle(p.head(c)?[0]) == 0,
        Kind::Iface(_) => iface_type(p.head(c)?[0]) == 0,
        _ => false,
    };
    c.ret_bool(nil)
}

fn length(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let n = match p.kind(c) {
        Kind::Str | Kind::Slice(_) => p.head(c)?[1],
        Kind::Array(_, n) => u64::from(*n),
        Kind::Struct(fields) => fields.len() as u64,
        Kind::Map(..) => {
            let h = handle(p.head(c)?[0]);
            if h == 0 {
                0
            } else {
                c.m.map_ready(c.image, h)?;
                c.m.map_mut(h).live as u64
            }
        }
        _ => 0,
    };
    c.ret(n)
}

fn item(c: &mut Call) -> Res<()> {
    let (p, i) = (place(c)?, c.word());
    match *p.kind(c) {
        Kind::Slice(elem) => {
            let [base, len, _] = p.head(c)?;
            if i >= len {
                return crate::trap::index(i, len);
            }
            let n = u64::from(c.image.types.get(elem).slots);
            ret_place(c, elem, p.maker, Ok(base + i * n))
        }
        Kind::Array(elem, len) => {
            if i >= u64::from(len) {
                return crate::trap::index(i, u64::from(len));
            }
            inside(c, &p, elem, i as u32 * c.image.types.get(elem).slots)
        }
        _ => broken("an element of what has none"),
    }
}

/// Puts the part of a place at an offset as the results.
fn inside(c: &mut Call, p: &Place, ty: TypeId, offset: u32) -> Res<()> {
    match p.at {
        Some(at) => ret_place(c, ty, p.maker, Ok(at + u64::from(offset))),
        None => {
            let (from, n) = (offset as usize, c.image.types.get(ty).slots as usize);
            ret_place(c, ty, p.maker, Err(p.value.get(from..from + n).unwrap_or(&[])))
        }
    }
}

fn fields<'c>(c: &Call<'c, '_>, p: &Place) -> &'c [RtField] {
    match p.kind(c) {
        Kind::Struct(fields) => fields,
        _ => &[],
    }
}

fn field(c: &mut Call) -> Res<()> {
    let (p, i) = (place(c)?, c.word());
    match fields(c, &p).get(i as usize) {
        Some(f) => inside(c, &p, f.ty, f.offset),
        None => broken("a field that is not there"),
    }
}

/// Name, tag, and what else there is to know: 1 exported, 2 embedded.
fn field_info(c: &mut Call) -> Res<()> {
    let (p, i) = (place(c)?, c.word());
    let Some(f) = fields(c, &p).get(i as usize) else { return broken("a field that is not there") };
    c.ret_str(f.name.as_bytes())?;
    c.ret_str(f.tag.as_bytes())?;
    c.ret(u64::from(f.name.is_exported()) | u64::from(f.embedded) << 1)
}

fn load(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    if p.ty == 0 {
        return c.ret_words(&[0, 0]);
    }
    let words = p.words(c)?;
    let v = boxed(c, p.ty, p.maker, &words)?;
    c.ret_words(&v)
}

fn map_keys(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let Kind::Map(kt, _) = *p.kind(c) else { return broken("keys of what is no map") };
    let h = handle(p.head(c)?[0]);
    if h == 0 {
        return c.ret_words(&[0, 0, 0]);
    }
    c.m.map_ready(c.image, h)?;
    let live = c.m.map_mut(h).live as u64;
    c.m.charge(live.saturating_mul(8))?;
    c.m.map_load_all(c.image, h)?;
    let map = c.m.map_mut(h);
    let live = |i: &usize| map.entries.get(*i).is_some_and(|e| e.flags & ENTRY_LIVE != 0);
    let mut keys: Vec<_> = (0..map.entries.len()).filter(live).map(|i| (map.entries[i].seq, map.key(i).to_vec())).collect();
    keys.sort_by_key(|k| k.0);
    let mut words = Vec::with_capacity(keys.len() * 2);
    for (_, key) in &keys {
        words.extend(boxed(c, kt, p.maker, key)?);
    }
    if words.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let any = c.image.types.find(Ty::empty_interface()).unwrap_or(0);
    let s = c.m.make_words(any, &words)?;
    let n = keys.len() as u64;
    c.ret_words(&[s[0], n, n])
}

/// The key of a map that an interface value holds, if it is of the right type.
fn key_words(c: &mut Call, kt: TypeId, key: [u64; 2]) -> Option<Vec<u64>> {
    if let Kind::Iface(_) = c.image.types.get(kt).kind {
        return Some(key.to_vec());
    }
    (iface_type(key[0]) == kt).then(|| payload(&c.m.mem, &c.image.types, kt, &key[1]).to_vec())
}

fn lookup(c: &mut Call) -> Res<()> {
    let (p, key) = (place(c)?, c.iface());
    let Kind::Map(kt, vt) = *p.kind(c) else { return broken("a value of what is no map") };
    let map = p.head(c)?[0];
    let Some(key) = key_words(c, kt, key) else { return c.ret_words(&[0, 0, 0]) };
    match c.m.map_find(c.image, map, kt, &key)? {
        Some((h, i)) => {
            let value = c.m.map_mut(h).value(i).to_vec();
            c.m.charge(gas::COPY.of(value.len() as u64))?;
            let v = boxed(c, vt, p.maker, &value)?;
            c.ret_words(&[v[0], v[1], 1])
        }
        None => c.ret_words(&[0, 0, 0]),
    }
}

/// Writes a boolean, a number that fits, or a float: its bits are one slot.
fn set_bits(c: &mut Call) -> Res<()> {
    let (p, bits) = (pointer_argument(c)?, c.word());
    let bits = match p.kind(c) {
        Kind::Float(32) => u64::from((f64::from_bits(bits) as f32).to_bits()),
        Kind::Bool | Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => bits,
        _ => return broken("bits for what is no number"),
    };
    p.write(c, &[bits])
}

fn set_string(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let s = [c.word(), c.word()];
    match p.kind(c) {
        Kind::Str => p.write(c, &s),
        _ => broken("a text for what is no string"),
    }
}

/// Writes a copy of bytes to a slice of bytes.
fn set_bytes(c: &mut Call) -> Res<()> {
    let (p, bytes) = (pointer_argument(c)?, c.bytes()?);
    let Kind::Slice(elem) = *p.kind(c) else { return broken("bytes for what is no slice") };
    let s = c.m.make_bytes(elem, &bytes)?;
    p.write(c, &s)
}

fn set_zero(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let n = c.image.types.get(p.ty).slots;
    c.m.charge(gas::COPY.of(u64::from(n)))?;
    p.write(c, &vec![0; n as usize])
}

/// Writes what an interface value holds, if its type allows that.
fn set_value(c: &mut Call) -> Res<()> {
    let (p, v) = (pointer_argument(c)?, c.iface());
    let t = iface_type(v[0]);
    let fits = match p.kind(c) {
        Kind::Iface(_) if t == 0 => true,
        Kind::Iface(_) => match c.image.implements.get(&(t, p.ty)) {
            Some(missing) => missing.is_none(),
            None => return Err(Need::Implements(t, p.ty).into()),
        },
        _ => t == p.ty,
    };
    if fits {
        let words = if let Kind::Iface(_) = p.kind(c) { v.to_vec() } else { payload(&c.m.mem, &c.image.types, t, &v[1]).to_vec() };
        p.write(c, &words)?;
    }
    c.ret_bool(fits)
}

/// Gives a slice a length. It keeps its elements; new ones are zero.
fn resize(c: &mut Call) -> Res<()> {
    let (p, n) = (pointer_argument(c)?, c.word());
    let Kind::Slice(elem) = *p.kind(c) else { return broken("a length for what is no slice") };
    let [base, len, cap] = p.head(c)?;
    if n <= len && handle(base) != 0 {
        return p.write(c, &[base, n, cap]);
    }
    let stride = c.image.types.get(elem).slots;
    if n <= cap && handle(base) != 0 {
        let zero = vec![0; ((n - len) * u64::from(stride)) as usize];
        c.m.charge(gas::COPY.of(zero.len() as u64))?;
        c.m.store(c.image, base + len * u64::from(stride), 0, &zero, elem)?;
        return p.write(c, &[base, n, cap]);
    }
    let room = n.max(cap.saturating_mul(2)).max(if n == 0 { 0 } else { 4 });
    let h = c.m.new_array(c.image, elem, room)?;
    c.m.charge(gas::COPY.of(len.saturating_mul(u64::from(stride))))?;
    let old = c.m.words_of(c.image, base, len, stride)?;
    if !old.is_empty() {
        c.m.store(c.image, pointer(h, 0), 0, &old, elem)?;
    }
    p.write(c, &[pointer(h, 0), n, room])
}

/// A new zero value of a type: a pointer to it, as an interface value.
fn fresh(c: &mut Call, t: TypeId, maker: u16) -> Res<[u64; 2]> {
    let pt = pointer_type(c, t)?;
    let n = c.image.types.get(t).slots;
    c.m.charge(gas::ALLOC.of(u64::from(n) * 8))?;
    let h = c.m.mem.new_words(t, n)?;
    Ok([iface_word(pt, maker), pointer(h, 0)])
}

/// Makes a pointer point to a new zero value, and returns it.
fn alloc(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let Kind::Ptr(to) = *p.kind(c) else { return broken("something new for what is no pointer") };
    let v = fresh(c, to, p.maker)?;
    p.write(c, &[v[1]])?;
    c.ret_words(&v)
}

fn make_map(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let Kind::Map(k, v) = *p.kind(c) else { return broken("a new map for what is none") };
    let (k, v) = (c.image.types.get(k).slots, c.image.types.get(v).slots);
    c.m.charge(gas::ALLOC.of(96))?;
    let h = c.m.mem.new_map(p.ty, k, v)?;
    p.write(c, &[pointer(h, 0)])
}

fn new_key(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let Kind::Map(k, _) = *p.kind(c) else { return broken("a key of what is no map") };
    let v = fresh(c, k, p.maker)?;
    c.ret_words(&v)
}

fn new_value(c: &mut Call) -> Res<()> {
    let p = pointer_argument(c)?;
    let Kind::Map(_, v) = *p.kind(c) else { return broken("a value of what is no map") };
    let v = fresh(c, v, p.maker)?;
    c.ret_words(&v)
}

/// `m[*k] = *v` for pointers to a map, a key and a value.
fn map_set(c: &mut Call) -> Res<()> {
    let (p, k, v) = (pointer_argument(c)?, pointer_argument(c)?, pointer_argument(c)?);
    let Kind::Map(kt, vt) = *p.kind(c) else { return broken("a value for what is no map") };
    if k.ty != kt || v.ty != vt {
        return panic("a key or value of another type than the map's");
    }
    let (map, key, value) = (p.head(c)?[0], k.words(c)?, v.words(c)?);
    c.m.map_set(c.image, map, (kt, vt), &key, &value)
}

fn elem_bits(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let bits = match *p.kind(c) {
        Kind::Slice(elem) | Kind::Array(elem, _) => match c.image.types.get(elem).kind {
            Kind::Uint(b) => u64::from(b),
            _ => 0,
        },
        _ => 0,
    };
    c.ret(bits)
}

/// A new zero value of what a pointer can point to.
fn new_target(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let Kind::Ptr(to) = *p.kind(c) else { return broken("something new for what is no pointer") };
    let v = fresh(c, to, p.maker)?;
    c.ret_words(&v)
}

fn new_key_of(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let Kind::Map(k, _) = *p.kind(c) else { return broken("a key of what is no map") };
    let v = fresh(c, k, p.maker)?;
    c.ret_words(&v)
}

fn new_value_of(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let Kind::Map(_, v) = *p.kind(c) else { return broken("a value of what is no map") };
    let v = fresh(c, v, p.maker)?;
    c.ret_words(&v)
}

fn capacity(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    match *p.kind(c) {
        Kind::Slice(_) => {
            let n = p.head(c)?[2];
            c.ret(n)
        }
        _ => broken("the capacity of what has none"),
    }
}

fn cut(c: &mut Call) -> Res<()> {
    let (p, from, to, most) = (place(c)?, c.word(), c.word(), c.word());
    let Kind::Slice(elem) = *p.kind(c) else { return broken("a part of what is no slice") };
    let [base, _, cap] = p.head(c)?;
    if from > to || to > most || most > cap {
        return crate::trap::panic("runtime error: slice bounds out of range");
    }
    let stride = u64::from(c.image.types.get(elem).slots);
    // a slice of nothing stays where it is, as it may be nil
    let base = if handle(base) == 0 { base } else { base + from * stride };
    let v = boxed(c, p.ty, p.maker, &[base, to - from, most - from])?;
    c.ret_words(&v)
}

/// A method as a function value, by its name.
fn method(c: &mut Call) -> Res<()> {
    let (p, name) = (place(c)?, c.text());
    let exported = name.chars().next().is_some_and(char::is_uppercase);
    if p.ty == 0 || !exported || matches!(p.kind(c), Kind::Iface(_)) {
        return c.ret_words(&[0, 0, 0]);
    }
    let t = if p.at.is_some() { pointer_type(c, p.ty)? } else { p.ty };
    let name = Name::new(&name);
    let (way, signature) = match c.image.bound.get(&(t, name)) {
        Some(Some(found)) => *found,
        Some(None) => return c.ret_words(&[0, 0, 0]),
        None => return Err(Need::Bound(t, name).into()),
    };
    let receiver = match p.at {
        Some(at) => [iface_word(t, p.maker), at],
        None => boxed(c, t, p.maker, &p.value)?,
    };
    c.m.charge(gas::BIND + gas::ALLOC.of(32))?;
    let h = c.m.mem.new_closure(&[iface_word(way, p.maker), u64::from(VALUE_BOUND_IFACE), receiver[0], receiver[1]])?;
    c.ret_words(&[iface_word(signature, p.maker), pointer(h, 0), 1])
}

fn type_id(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    c.ret(u64::from(p.ty))
}

fn as_bits(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let word = p.head(c)?[0];
    c.ret(word)
}

fn float_of(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    let word = p.head(c)?[0];
    match *p.kind(c) {
        Kind::Float(bits) => c.ret_float(crate::interp::float(bits, word)),
        _ => c.ret_float(0.0),
    }
}

fn string_of(c: &mut Call) -> Res<()> {
    let p = place(c)?;
    match *p.kind(c) {
        Kind::Str => {
            let [at, len, _] = p.head(c)?;
            c.ret_words(&[at, len])
        }
        Kind::Slice(_) => {
            let [at, len, _] = p.head(c)?;
            let bytes = c.m.bytes_of(c.image, at, len)?;
            c.ret_str(&bytes)
        }
        _ => c.ret_words(&[0, 0]),
    }
}
