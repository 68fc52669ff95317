//! Values and objects as canonical bytes.
//!
//! Integers are variable-length (signed ones folded), so that widening a type changes nothing; a struct is the list of its fields that are not zero, each with its
//! permanent number and length, so that fields can be added, reordered and dropped; strings and the concrete values of interfaces stand inline.

use super::{put_text, put_uint};
use crate::compare::{iface_maker, iface_type};
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::memory::{FROZEN, ObjKind, handle, offset};
use crate::trap::{Res, broken};
use crate::types::{Kind, TypeId};

/// What encoding meets besides plain data.
pub struct Encoder<'q> {
    /// The namespace that is written.
    pub owner: PkgIdx,
    /// Objects that have no number yet get one and are queued here; without a queue they make the value one that cannot be encoded.
    pub queue: Option<&'q mut Vec<u32>>,
    /// Whether something could not be encoded.
    pub unnumbered: bool,
}

impl Machine<'_> {
    /// Whether a value is its type's zero value.
    pub fn is_zero(image: &Image, ty: TypeId, value: &[u64]) -> bool {
        match &image.types.get(ty).kind {
            Kind::Str => value.get(1) == Some(&0),
            Kind::Slice(_) => value.first().is_none_or(|p| handle(*p) == 0),
            Kind::Iface(_) => value.first().is_none_or(|w| iface_type(*w) == 0),
            Kind::Struct(fields) => fields.iter().all(|f| {
                let n = image.types.get(f.ty).slots as usize;
                value.get(f.offset as usize..f.offset as usize + n).is_none_or(|v| Self::is_zero(image, f.ty, v))
            }),
            Kind::Array(elem, _) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                value.chunks(n).all(|v| Self::is_zero(image, *elem, v))
            }
            _ => value.iter().all(|w| *w == 0),
        }
    }

    /// Appends a value.
    pub fn encode(&mut self, image: &Image, e: &mut Encoder, ty: TypeId, value: &[u64], out: &mut Vec<u8>) -> Res<()> {
        let word = |i: usize| value.get(i).copied().unwrap_or(0);
        match &image.types.get(ty).kind {
            Kind::Bool => out.push(u8::from(word(0) != 0)),
            Kind::Int(_) => {
                let v = word(0) as i64;
                put_uint(out, ((v << 1) ^ (v >> 63)) as u64);
            }
            Kind::Uint(_) => put_uint(out, word(0)),
            Kind::Float(bits) => put_float(out, *bits, word(0)),
            Kind::Complex(bits) => {
                put_float(out, *bits, word(0));
                put_float(out, *bits, word(1));
            }
            Kind::Str => put_text(out, self.mem.str(word(0), word(1))),
            Kind::Ptr(to) => self.encode_pointer(image, e, word(0), *to, out)?,
            Kind::Slice(elem) => {
                self.encode_pointer(image, e, word(0), *elem, out)?;
                if handle(word(0)) != 0 {
                    put_uint(out, word(1));
                    put_uint(out, word(2));
                }
            }
            Kind::Map(..) => match handle(word(0)) {
                0 => out.push(0),
                h => self.encode_object(image, e, h, out)?,
            },
            Kind::Func => {
                let h = handle(word(0));
                if h == 0 {
                    out.push(0);
                    return Ok(());
                }
                let first = self.mem.slots(h, 0, 1).first().copied().unwrap_or(0);
                let Some(f) = image.funcs.get(first as u32 as usize) else { return broken("a function value of no function") };
                out.push(1);
                put_text(out, f.key.pkg.0.as_bytes());
                put_text(out, f.key.name.as_bytes());
                self.encode_maker(image, (first >> 32) as PkgIdx, out);
            }
            Kind::Iface(_) => {
                let t = iface_type(word(0));
                if t == 0 {
                    put_text(out, b"");
                    return Ok(());
                }
                put_text(out, image.types.get(t).state_name().as_bytes());
                self.encode_maker(image, iface_maker(word(0)), out);
                let inner: Vec<u64> = match image.types.get(t).slots {
                    0 => Vec::new(),
                    1 => vec![word(1)],
                    n => self.mem.slots(handle(word(1)), 0, n).to_vec(),
                };
                let mut payload = Vec::new();
                self.encode(image, e, t, &inner, &mut payload)?;
                put_text(out, &payload);
            }
            Kind::Struct(fields) => {
                let fields = fields.clone();
                let numbers = self.numbers(image, ty)?;
                let mut order: Vec<usize> = (0..fields.len()).collect();
                order.sort_by_key(|i| numbers.get(*i).copied());
                let mut parts = Vec::new();
                let mut count = 0u64;
                for i in order {
                    let f = &fields[i];
                    let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                    let v = value.get(at..at + n).unwrap_or(&[]);
                    if Self::is_zero(image, f.ty, v) {
                        continue;
                    }
                    count += 1;
                    put_uint(&mut parts, u64::from(numbers.get(i).copied().unwrap_or(0)));
                    let mut part = Vec::new();
                    self.encode(image, e, f.ty, v, &mut part)?;
                    put_text(&mut parts, &part);
                }
                put_uint(out, count);
                out.extend_from_slice(&parts);
            }
            Kind::Array(elem, len) => {
                let n = image.types.get(*elem).slots as usize;
                for i in 0..*len as usize {
                    self.encode(image, e, *elem, value.get(i * n..(i + 1) * n).unwrap_or(&[]), out)?;
                }
            }
            Kind::Other => out.push(0),
        }
        Ok(())
    }

    fn encode_maker(&self, image: &Image, maker: PkgIdx, out: &mut Vec<u8>) {
        let text = image.pkgs.get(usize::from(maker)).map_or("", |p| p.key.0.as_str());
        put_text(out, text.as_bytes());
    }

    /// Appends the name of an object: 1 and its number in the same namespace, or 2 and a library's package and place.
    fn encode_object(&mut self, image: &Image, e: &mut Encoder, h: u32, out: &mut Vec<u8>) -> Res<()> {
        let o = *self.mem.obj(h);
        if o.owner == FROZEN {
            let (pkg, place) = self.frozen_name(image, h)?;
            out.push(2);
            put_text(out, image.pkgs[usize::from(pkg)].key.0.as_bytes());
            put_uint(out, u64::from(place));
            return Ok(());
        }
        let mut oid = o.oid;
        if oid == 0 {
            match &mut e.queue {
                Some(queue) if o.owner == e.owner => {
                    queue.push(h);
                    oid = self.next_oid(image, e.owner)?;
                    self.mem.objs[h as usize].oid = oid;
                    self.state.by_oid.insert((e.owner, oid), h);
                }
                Some(_) => return broken("state refers to an object that it does not own"),
                None => {
                    e.unnumbered = true;
                    return Ok(());
                }
            }
        } else if o.owner != e.owner {
            return broken("state refers to another package's object");
        }
        out.push(1);
        put_uint(out, oid);
        Ok(())
    }

    /// Appends a pointer: the object, then the way to the variable in it.
    fn encode_pointer(&mut self, image: &Image, e: &mut Encoder, p: u64, to: TypeId, out: &mut Vec<u8>) -> Res<()> {
        let h = handle(p);
        if h == 0 {
            out.push(0);
            return Ok(());
        }
        self.encode_object(image, e, h, out)?;
        let o = *self.mem.obj(h);
        if o.gate & crate::memory::GATE_UNLOADED != 0 {
            // never read, so the pointer is to a whole element: with a longer way it would have been read
            put_uint(out, u64::from(offset(p) / image.types.get(to).slots.max(1)));
            out.push(0);
            return Ok(());
        }
        let path = self.path_to(image, o.ty, offset(p), to, o.kind)?;
        out.extend_from_slice(&path);
        Ok(())
    }

    /// Whether two types have the same underlying type: a pointer to one can be converted to a pointer to the other.
    fn same_under(&self, image: &Image, a: TypeId, b: TypeId) -> bool {
        let under = |t: TypeId| amigos_mir::layout::underlying(&*image.program, image.types.get(t).ty).canonical();
        image.types.get(a).slots == image.types.get(b).slots && under(a) == under(b)
    }

    /// The way from an object's start to a variable: element, number of steps, and steps by field number or index.
    fn path_to(&mut self, image: &Image, elem: TypeId, off: u32, to: TypeId, kind: ObjKind) -> Res<Vec<u8>> {
        let stride = if kind == ObjKind::Bytes { 1 } else { image.types.get(elem).slots.max(1) };
        let mut out = Vec::new();
        put_uint(&mut out, u64::from(off / stride));
        let (mut ty, mut rest) = (elem, off % stride);
        let mut steps = Vec::new();
        for _ in 0..1000 {
            if rest == 0 && (ty == to || self.same_under(image, ty, to)) {
                break;
            }
            match image.types.get(ty).kind.clone() {
                Kind::Struct(fields) => {
                    let numbers = self.numbers(image, ty)?;
                    let found = fields.iter().enumerate().find(|(_, f)| {
                        let n = image.types.get(f.ty).slots;
                        f.offset <= rest && rest < f.offset + n.max(1)
                    });
                    let Some((i, f)) = found else { return broken("a pointer into no field") };
                    steps.push(u64::from(numbers.get(i).copied().unwrap_or(0)));
                    rest -= f.offset;
                    ty = f.ty;
                }
                Kind::Array(elem, _) => {
                    let n = image.types.get(elem).slots.max(1);
                    steps.push(u64::from(rest / n));
                    rest %= n;
                    ty = elem;
                }
                _ => break,
            }
        }
        put_uint(&mut out, steps.len() as u64);
        steps.iter().for_each(|s| put_uint(&mut out, *s));
        Ok(out)
    }
}

fn put_float(out: &mut Vec<u8>, bits: u8, v: u64) {
    if bits == 32 {
        out.extend_from_slice(&(v as u32).to_le_bytes());
    } else {
        out.extend_from_slice(&v.to_le_bytes());
    }
}
