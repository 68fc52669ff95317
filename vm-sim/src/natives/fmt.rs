//! fmt: values are copied out of the machine's memory into the trees that [`crate::pure::fmt`] writes.

use rustc_hash::FxHashMap;

use super::{Call, NativeFn};
use crate::compare::{iface_maker, iface_type, iface_word, payload};
use crate::image::{Image, Need};
use crate::machine::Machine;
use crate::maps::ENTRY_LIVE;
use crate::memory::{FLAG_SEALED, handle, pointer};
use crate::outcome::push_lossy;
use crate::pure::fmt::{self as pure, Answer, Data, Field, List, Methods, Mode, Stop, TypeNumber, Types, Value, Way};
use crate::trap::{Res, Trap, broken, panic};
use crate::types::{Kind, RUNTIME_ERROR, RtField, TypeId};
use amigos_mir::gas;
use amigos_types::ty::{Ty, TyKind};

pub(super) const NATIVES: &[(&str, &str, NativeFn)] =
    &[("fmt", "operands", operands), ("fmt", "render", render), ("fmt", "write", write), ("fmt", "isNil", is_nil)];

/// How deep values may be nested; a native's price is counted as deep.
pub(super) const MAX_DEPTH: u32 = 64;

fn mode_of(n: i64) -> Res<Mode> {
    Mode::from_number(n).map_or_else(|| broken("fmt: an unknown mode"), Ok)
}

fn operands(c: &mut Call) -> Res<()> {
    let (mode, format, args) = (mode_of(c.int())?, c.str(), c.ifaces()?);
    let mut reader = Reader::new(c);
    let values = reader.operands(&args)?;
    // the price covers each value once; a format may name an operand again and again
    let paid = reader.count.saturating_mul(2);
    let limit = paid.saturating_add(reader.c.m.gas as usize);
    let needs = match pure::operands(&Names(reader.c.image), mode, &format, &values, limit) {
        Err(Stop::TooLong) => return Err(Box::new(Trap::OutOfGas)),
        other => other.or_else(stopped)?,
    };
    reader.c.m.charge(needs.visits.saturating_sub(paid) as u64)?;
    let mut words = Vec::with_capacity(2 * needs.asks.len());
    for ask in needs.asks {
        words.extend(reader.interface(ask)?);
    }
    if words.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let any = c.image.types.find(Ty::empty_interface()).unwrap_or(0);
    let n = words.len() as u64 / 2;
    let s = c.m.make_words(any, &words)?;
    c.ret_words(&[s[0], n, n])
}

fn render(c: &mut Call) -> Res<()> {
    let (mode, format, args, texts) = (mode_of(c.int())?, c.str(), c.ifaces()?, c.strs()?);
    let mut reader = Reader::new(c);
    let values = reader.operands(&args)?;
    let limit = room(c.m);
    // the last text says how the others are taken
    let (ways, texts) = texts.split_last().map_or((&[][..], &[][..]), |(ways, texts)| (&ways[..], texts));
    let answers: Vec<Answer> = texts.iter().zip(ways).map(|(text, way)| Answer { text, way: Way::from_letter(*way) }).collect();
    match pure::render(&Names(c.image), mode, &format, &values, &answers, limit) {
        Ok(text) => c.ret_str(&text),
        // the text could not be paid, or not be held
        Err(Stop::TooLong) if c.m.mem.room(limit as u64 + 1).is_ok() => Err(Box::new(Trap::OutOfGas)),
        Err(stop) => stopped(stop),
    }
}

/// A value as `%v` prints it, methods not called.
pub(super) fn plain(c: &mut Call, a: [u64; 2]) -> Res<String> {
    let mut text = String::new();
    plain_into(c, a, &mut text)?;
    Ok(text)
}

/// The same, appended to `out`.
pub(super) fn plain_into(c: &mut Call, a: [u64; 2], out: &mut String) -> Res<()> {
    let t = iface_type(a[0]);
    let kind = &c.image.types.get(t).kind;
    let mut digits = [0; 20];
    let text = match kind {
        Kind::Str if t != 0 => match *payload(&c.m.mem, &c.image.types, t, &a[1]) {
            [p, len] => c.m.mem.str(p, len),
            _ => return broken("a string of another size"),
        },
        Kind::Int(_) if t != 0 => decimal((a[1] as i64) < 0, (a[1] as i64).unsigned_abs(), &mut digits),
        Kind::Uint(_) if t != 0 => decimal(false, a[1], &mut digits),
        Kind::Bool if t != 0 => if a[1] != 0 { "true" } else { "false" }.as_bytes(),
        _ => {
            let mut reader = Reader::new(c);
            let value = reader.operand(a)?;
            let text = pure::plain(&Names(c.image), value.as_ref(), room(c.m)).or_else(stopped)?;
            push_lossy(out, &text);
            return Ok(());
        }
    };
    if text.len() > room(c.m) {
        return stopped(Stop::TooLong);
    }
    push_lossy(out, text);
    Ok(())
}

/// A number's digits, at the end of `digits`.
fn decimal(negative: bool, mut n: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    if negative {
        // at most 19 digits
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}

fn stopped<T>(stop: Stop) -> Res<T> {
    match stop {
        Stop::TooLong => Err(Box::new(Trap::Memory)),
        Stop::TooDeep => too_deep(),
    }
}

fn too_deep<T>() -> Res<T> {
    panic("fmt: the value is nested too deeply to be printed")
}

/// The longest text that there is memory and gas for.
fn room(m: &Machine) -> usize {
    let memory = m.mem.limit.saturating_sub(m.mem.used());
    let paid = m.gas.saturating_mul(gas::ALLOC.den) / gas::ALLOC.num.max(1);
    memory.min(paid) as usize
}

fn write(c: &mut Call) -> Res<()> {
    let text = c.text();
    c.m.write_output(&text, false)
}

fn is_nil(c: &mut Call) -> Res<()> {
    let v = c.iface();
    let t = iface_type(v[0]);
    let nil = match c.image.types.get(t).kind {
        _ if t == 0 => true,
        Kind::Ptr(_) => handle(v[1]) == 0,
        _ => false,
    };
    c.ret_bool(nil)
}

/// The names of types.
struct Names<'i>(&'i Image);

impl Types for Names<'_> {
    fn name(&self, ty: TypeNumber) -> String {
        if ty == RUNTIME_ERROR {
            return "runtime.Error".to_owned();
        }
        self.0.types.name(&*self.0.program, ty)
    }
}

/// Where a value came from that may be asked for its text.
struct Origin {
    ty: TypeId,
    words: Vec<u64>,
    maker: u16,
}

/// Copies values out of the machine's memory.
struct Reader<'p, 'c, 's> {
    c: &'p mut Call<'c, 's>,
    origins: Vec<Origin>,
    /// Values read, each byte of a list of bytes counted as one.
    count: usize,
    /// Which methods the types met so far have.
    methods: FxHashMap<TypeId, Methods>,
}

impl<'p, 'c, 's> Reader<'p, 'c, 's> {
    fn new(c: &'p mut Call<'c, 's>) -> Reader<'p, 'c, 's> {
        Reader { c, origins: Vec::new(), count: 0, methods: FxHashMap::default() }
    }

    fn operands(&mut self, args: &[[u64; 2]]) -> Res<Vec<Option<Value>>> {
        args.iter().map(|a| self.operand(*a)).collect()
    }

    /// The value in an interface value; none in a nil one.
    fn operand(&mut self, a: [u64; 2]) -> Res<Option<Value>> {
        let t = iface_type(a[0]);
        if t == 0 {
            return Ok(None);
        }
        let words = self.payload(t, a[1]);
        self.value(t, &words, iface_maker(a[0]), 0).map(Some)
    }

    fn payload(&self, t: TypeId, word: u64) -> Vec<u64> {
        payload(&self.c.m.mem, &self.c.image.types, t, &word).to_vec()
    }

    /// The interface value that is asked for its text.
    fn interface(&mut self, ask: pure::Ask) -> Res<[u64; 2]> {
        let Some(origin) = self.origins.get(ask.origin as usize) else { return broken("fmt: a value without origin") };
        let (t, maker, words) = (origin.ty, origin.maker, origin.words.clone());
        let word = match words[..] {
            [] => 0,
            [one] => one,
            _ => self.sealed(t, &words)?,
        };
        let value = [iface_word(t, maker), word];
        if !ask.go_syntax {
            return Ok(value);
        }
        // fmt.goSyntax: a struct of one interface
        let t = self.type_named("\"fmt\".goSyntax")?;
        Ok([iface_word(t, 0), self.sealed(t, &value)?])
    }

    /// A box of a value in an interface.
    fn sealed(&mut self, t: TypeId, words: &[u64]) -> Res<u64> {
        let m = &mut self.c.m;
        m.charge(gas::ALLOC.of(8 * words.len() as u64))?;
        let h = m.mem.new_words(t, words.len() as u32)?;
        let o = &mut m.mem.objs[h as usize];
        o.flags = FLAG_SEALED;
        let at = o.start as usize;
        m.mem.words[at..at + words.len()].copy_from_slice(words);
        Ok(pointer(h, 0))
    }

    fn type_named(&self, text: &str) -> Res<TypeId> {
        match self.c.image.type_paths.get(text) {
            Some(Some(t)) => Ok(*t),
            _ => Err(Need::Type(text.into()).into()),
        }
    }

    fn methods(&mut self, t: TypeId) -> Res<Methods> {
        let may_have_some = |ty: Ty| matches!(ty.kind(), TyKind::Named { .. } | TyKind::Struct(_));
        let rt = self.c.image.types.get(t);
        let may = match rt.ty.kind() {
            TyKind::Pointer(to) => may_have_some(*to),
            _ => may_have_some(rt.ty) && !matches!(rt.kind, Kind::Iface(_)),
        };
        if !may {
            return Ok(Methods::default());
        }
        if let Some(known) = self.methods.get(&t) {
            return Ok(*known);
        }
        let has = |interface: &str| {
            let interface = self.type_named(interface)?;
            match self.c.image.implements.get(&(t, interface)) {
                Some(missing) => Ok::<bool, Box<Trap>>(missing.is_none()),
                None => Err(Need::Implements(t, interface).into()),
            }
        };
        let methods = Methods { error: has("error")?, stringer: has("\"fmt\".Stringer")?, go_stringer: has("\"fmt\".GoStringer")? };
        self.methods.insert(t, methods);
        Ok(methods)
    }

    /// A value of type `t`, the insides of an interface value that `maker` made.
    fn value(&mut self, t: TypeId, words: &[u64], maker: u16, depth: u32) -> Res<Value> {
        if depth > MAX_DEPTH {
            return too_deep();
        }
        self.count += 1;
        let image = self.c.image;
        let methods = self.methods(t)?;
        let origin = self.origins.len() as u32;
        if methods != Methods::default() {
            self.origins.push(Origin { ty: t, words: words.to_vec(), maker });
        }
        let word = |i: usize| words.get(i).copied().unwrap_or(0);
        let data = match &image.types.get(t).kind {
            Kind::Bool => Data::Bool(word(0) != 0),
            Kind::Int(_) => Data::Int(word(0) as i64),
            Kind::Uint(_) => Data::Uint(word(0)),
            Kind::Float(bits) => Data::Float(crate::interp::float(*bits, word(0)), *bits),
            Kind::Complex(bits) => Data::Complex(crate::interp::float(*bits, word(0)), crate::interp::float(*bits, word(1)), *bits),
            Kind::Str => Data::Str(self.c.m.mem.str(word(0), word(1)).to_vec()),
            Kind::Ptr(to) => self.pointer(*to, word(0), maker, depth)?,
            Kind::Slice(elem) => self.slice(t, *elem, [word(0), word(1)], maker, depth)?,
            Kind::Array(elem, len) => self.array(*elem, *len, words, maker, depth)?,
            Kind::Map(key, value) => self.map((*key, *value), word(0), maker, depth)?,
            Kind::Struct(fields) => self.fields(fields, words, maker, depth)?,
            Kind::Iface(_) if iface_type(word(0)) == 0 => Data::Interface(None),
            Kind::Iface(_) => {
                let t = iface_type(word(0));
                let inner = self.payload(t, word(1));
                // an interface in an interface adds nothing to the depth that counts, and there is none
                Data::Interface(Some(Box::new(self.value(t, &inner, iface_maker(word(0)), depth)?)))
            }
            Kind::Func | Kind::Other => Data::Other(self.number(word(0))),
        };
        if let Data::Bytes(_, bytes) = &data {
            self.count += bytes.len();
        }
        Ok(Value { ty: t, methods, origin, data })
    }

    /// The number that a reference is printed as: references are numbered in the order in which a call meets them in what it prints.
    fn number(&mut self, p: u64) -> u64 {
        if handle(p) == 0 {
            return 0;
        }
        let next = self.c.m.printed.len() as u64 + 1;
        *self.c.m.printed.entry(p).or_insert(next)
    }

    fn pointer(&mut self, to: TypeId, p: u64, maker: u16, depth: u32) -> Res<Data> {
        let image = self.c.image;
        let number = self.number(p);
        let rt = image.types.get(to);
        let follow = depth == 0 && number != 0 && matches!(rt.kind, Kind::Array(..) | Kind::Slice(_) | Kind::Struct(_) | Kind::Map(..));
        if !follow {
            return Ok(Data::Pointer(number, None));
        }
        let words = self.c.m.words_of(image, p, 1, rt.slots)?;
        Ok(Data::Pointer(number, Some(Box::new(self.value(to, &words, maker, depth + 1)?))))
    }

    fn list(&mut self, elem: TypeId, array: bool, p: u64) -> List {
        let of_bytes = matches!(self.c.image.types.get(elem).kind, Kind::Uint(8));
        List { array, reference: self.number(p), elem, of_bytes, predeclared: false }
    }

    fn slice(&mut self, t: TypeId, elem: TypeId, [p, len]: [u64; 2], maker: u16, depth: u32) -> Res<Data> {
        let image = self.c.image;
        let mut list = self.list(elem, false, p);
        if list.of_bytes && self.methods(elem)? == Methods::default() {
            list.predeclared = image.types.get(t).ty == Ty::slice(Ty::basic(amigos_types::ty::Basic::Uint8));
            return Ok(Data::Bytes(list, self.c.m.bytes_of(image, p, len)?));
        }
        let stride = image.types.get(elem).slots;
        let words = if image.types.packs(elem) {
            self.c.m.bytes_of(image, p, len)?.into_iter().map(u64::from).collect()
        } else {
            self.c.m.words_of(image, p, len, stride)?
        };
        self.items(list, elem, len, &words, maker, depth)
    }

    fn array(&mut self, elem: TypeId, len: u32, words: &[u64], maker: u16, depth: u32) -> Res<Data> {
        let list = self.list(elem, true, 0);
        if list.of_bytes && self.methods(elem)? == Methods::default() {
            return Ok(Data::Bytes(list, words.iter().map(|w| *w as u8).collect()));
        }
        self.items(list, elem, u64::from(len), words, maker, depth)
    }

    fn items(&mut self, list: List, elem: TypeId, len: u64, words: &[u64], maker: u16, depth: u32) -> Res<Data> {
        let stride = self.c.image.types.get(elem).slots as usize;
        let mut items = Vec::new();
        for i in 0..len as usize {
            items.push(self.value(elem, words.get(i * stride..(i + 1) * stride).unwrap_or(&[]), maker, depth + 1)?);
        }
        Ok(Data::List(list, items))
    }

    fn map(&mut self, (key, value): (TypeId, TypeId), p: u64, maker: u16, depth: u32) -> Res<Data> {
        let number = self.number(p);
        let h = handle(p);
        if h == 0 {
            return Ok(Data::Map(0, Vec::new()));
        }
        let image = self.c.image;
        self.c.m.map_ready(image, h)?;
        self.c.m.map_load_all(image, h)?;
        let map = self.c.m.map_mut(h);
        let live = |i: &usize| map.entries.get(*i).is_some_and(|e| e.flags & ENTRY_LIVE != 0);
        let mut entries: Vec<_> =
            (0..map.entries.len()).filter(live).map(|i| (map.entries[i].seq, map.key(i).to_vec(), map.value(i).to_vec())).collect();
        entries.sort_by_key(|e| e.0);
        let mut read = Vec::with_capacity(entries.len());
        for (_, k, v) in entries {
            read.push((self.value(key, &k, maker, depth + 1)?, self.value(value, &v, maker, depth + 1)?));
        }
        Ok(Data::Map(number, read))
    }

    fn fields(&mut self, fields: &[RtField], words: &[u64], maker: u16, depth: u32) -> Res<Data> {
        let mut read = Vec::with_capacity(fields.len());
        for f in fields {
            let (at, n) = (f.offset as usize, self.c.image.types.get(f.ty).slots as usize);
            let value = self.value(f.ty, words.get(at..at + n).unwrap_or(&[]), maker, depth + 1)?;
            read.push(Field { name: f.name.as_str().into(), exported: f.name.is_exported(), embedded: f.embedded, value });
        }
        Ok(Data::Struct(read))
    }
}

/// A panic's value as the end of a program prints it, methods apart.
pub fn panic_text(m: &Machine, image: &Image, value: [u64; 2]) -> String {
    let t = iface_type(value[0]);
    let w = value[1];
    let v = payload(&m.mem, &image.types, t, &w);
    let word = |i: usize| v.get(i).copied().unwrap_or(0);
    let rt = image.types.get(t);
    let plain = match &rt.kind {
        _ if t == 0 => return "nil".to_owned(),
        Kind::Str => m.mem.text(word(0), word(1)),
        Kind::Bool => (word(0) != 0).to_string(),
        Kind::Int(_) => (word(0) as i64).to_string(),
        Kind::Uint(_) => word(0).to_string(),
        Kind::Float(bits) => super::float_text(crate::interp::float(*bits, word(0)), *bits),
        Kind::Complex(bits) => {
            let part = |i: usize| super::float_text(crate::interp::float(*bits, word(i)), *bits);
            let (re, im) = (part(0), part(1));
            let plus = if im.starts_with(['+', '-']) { "" } else { "+" };
            format!("({re}{plus}{im}i)")
        }
        _ => return format!("({}) {{...}}", image.types.name(&*image.program, t)),
    };
    match rt.ty.kind() {
        amigos_types::ty::TyKind::Named { .. } if t != RUNTIME_ERROR => {
            let name = image.types.name(&*image.program, t);
            if matches!(rt.kind, Kind::Str) { format!("{name}(\"{plain}\")") } else { format!("{name}({plain})") }
        }
        _ => plain,
    }
}
