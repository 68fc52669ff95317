//! Canonical bytes back into values.

use std::sync::Arc;

use super::Reader;
use crate::compare::iface_word;
use crate::image::{Image, Need, PkgIdx};
use crate::machine::Machine;
use crate::memory::{FLAG_SEALED, pointer};
use crate::trap::{Res, broken};
use crate::types::{Kind, TypeId};
use amigos_mir::mir::FuncKey;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

/// A pointer whose offset is known only when its object has been read.
#[derive(Clone, Debug)]
pub struct Fixup {
    /// Which slot of the decoded value holds it.
    pub slot: usize,
    /// The object.
    pub h: u32,
    /// Element of it.
    pub elem: u64,
    /// Steps into the element.
    pub steps: Vec<u64>,
}

/// What decoding yields besides slots.
#[derive(Default)]
pub struct Decoder {
    /// The namespace that is read.
    pub owner: PkgIdx,
    /// Pointers to mend.
    pub fixups: Vec<Fixup>,
}

fn corrupt<T>() -> Res<T> {
    broken("a record of the state is damaged")
}

impl Machine<'_> {
    /// Reads a value of type `ty` into slots.
    pub fn decode(&mut self, image: &Image, d: &mut Decoder, ty: TypeId, r: &mut Reader, out: &mut Vec<u64>, depth: u32) -> Res<()> {
        if depth > crate::compare::MAX_NESTING {
            return corrupt();
        }
        let Some(()) = self.decode_some(image, d, ty, r, out, depth)? else { return corrupt() };
        Ok(())
    }

    fn decode_some(
        &mut self,
        image: &Image,
        d: &mut Decoder,
        ty: TypeId,
        r: &mut Reader,
        out: &mut Vec<u64>,
        depth: u32,
    ) -> Res<Option<()>> {
        macro_rules! some {
            ($e:expr) => {
                match $e {
                    Some(v) => v,
                    None => return Ok(None),
                }
            };
        }
        let rt = image.types.get(ty);
        match &rt.kind {
            Kind::Bool => out.push(u64::from(some!(r.byte()) != 0)),
            Kind::Int(_) => {
                let v = some!(r.uint());
                out.push((v >> 1) ^ (v & 1).wrapping_neg());
            }
            Kind::Uint(_) => out.push(some!(r.uint())),
            Kind::Float(bits) => out.push(some!(get_float(r, *bits))),
            Kind::Complex(bits) => {
                out.push(some!(get_float(r, *bits)));
                out.push(some!(get_float(r, *bits)));
            }
            Kind::Str => {
                let (p, len) = self.mem.new_str(some!(r.text()))?;
                out.extend([p, len]);
            }
            Kind::Ptr(to) => {
                let p = some!(self.decode_pointer(image, d, *to, r, out.len())?);
                out.push(p);
            }
            Kind::Slice(elem) => {
                let p = some!(self.decode_pointer(image, d, *elem, r, out.len())?);
                if p == 0 {
                    out.extend([0, 0, 0]);
                } else {
                    let (len, cap) = (some!(r.uint()), some!(r.uint()));
                    out.extend([p, len, cap]);
                }
            }
            Kind::Map(..) => {
                let h = some!(self.decode_object(image, d, r)?);
                out.push(pointer(h, 0));
            }
            Kind::Func => {
                if some!(r.byte()) == 0 {
                    out.push(0);
                    return Ok(Some(()));
                }
                let package = some!(r.str());
                let package = image.pkg_of_state(package).map_or_else(|| PkgKey(Name::new(package)), |p| image.pkgs[usize::from(p)].key);
                let key = FuncKey { pkg: package, name: Name::new(some!(r.str())) };
                let maker = self.decode_maker(image, some!(r.str()))?;
                let f = match image.named_funcs.get(&key) {
                    Some(Some(f)) => *f,
                    Some(None) => return broken(format!("state holds function `{}.{}`, which is not there any more", key.pkg.0, key.name)),
                    None if image.pkg(key.pkg).is_none() => return Err(Need::Package(key.pkg).into()),
                    None => return Err(Need::Function(key).into()),
                };
                let h = self.mem.new_closure(&[iface_word(f, maker), 0])?;
                out.push(pointer(h, 0));
            }
            Kind::Iface(_) => {
                let text = some!(r.str());
                if text.is_empty() {
                    out.extend([0, 0]);
                    return Ok(Some(()));
                }
                let t = self.decode_type(image, text)?;
                let maker = self.decode_maker(image, some!(r.str()))?;
                let mut inner = Reader::new(some!(r.text()));
                let mut value = Vec::new();
                let before = d.fixups.len();
                self.decode(image, d, t, &mut inner, &mut value, depth + 1)?;
                let word = match value.len() {
                    0 => 0,
                    1 => {
                        // the fix-up of a pointer held directly belongs to this slot
                        d.fixups[before..].iter_mut().for_each(|f| f.slot = out.len() + 1);
                        value[0]
                    }
                    n => {
                        if d.fixups.len() > before {
                            return broken("a pointer into an object, in an interface value of several words, cannot be read back");
                        }
                        let h = self.mem.new_words(t, n as u32)?;
                        let o = &mut self.mem.objs[h as usize];
                        o.flags = FLAG_SEALED;
                        let at = o.start as usize;
                        self.mem.words[at..at + n].copy_from_slice(&value);
                        pointer(h, 0)
                    }
                };
                out.extend([iface_word(t, maker), word]);
            }
            Kind::Struct(fields) => {
                let fields = fields.clone();
                let numbers = self.numbers(image, ty)?;
                let base = out.len();
                out.resize(base + rt.slots as usize, 0);
                for _ in 0..some!(r.uint()) {
                    let number = some!(r.uint32());
                    let mut part = Reader::new(some!(r.text()));
                    // fields that were dropped are passed over
                    let Some(i) = numbers.iter().position(|n| *n == number) else { continue };
                    let mut value = Vec::new();
                    let before = d.fixups.len();
                    self.decode(image, d, fields[i].ty, &mut part, &mut value, depth + 1)?;
                    let at = base + fields[i].offset as usize;
                    d.fixups[before..].iter_mut().for_each(|f| f.slot += at);
                    let Some(to) = out.get_mut(at..at + value.len()) else { return Ok(None) };
                    to.copy_from_slice(&value);
                }
            }
            Kind::Array(elem, len) => {
                for _ in 0..*len {
                    self.decode(image, d, *elem, r, out, depth + 1)?;
                }
            }
            Kind::Other => {
                some!(r.byte());
                out.push(0);
            }
        }
        Ok(Some(()))
    }

    /// The type that a record names.
    pub fn decode_type(&mut self, image: &Image, text: &str) -> Res<TypeId> {
        let renamed = self.renamed_type(image, text)?;
        let text = renamed.as_deref().unwrap_or(text);
        match image.type_paths.get(text) {
            Some(Some(t)) => {
                if let Some(missing) = missing_package(image, *t) {
                    return Err(Need::Package(missing).into());
                }
                Ok(*t)
            }
            Some(None) => broken(format!("state holds a value of type `{text}`, which is not known")),
            None => Err(Need::Type(Arc::from(text)).into()),
        }
    }

    /// The text of a type with the names that its parts have now, if some have others than when it was written.
    fn renamed_type(&mut self, image: &Image, text: &str) -> Res<Option<String>> {
        let mut out = String::new();
        let mut rest = text;
        let mut changed = false;
        // a name of a package stands in quotes, and behind it a dot and the type's name
        while let Some((before, after)) = rest.split_once('"') {
            let Some((package, after)) = after.split_once('"') else { break };
            out.push_str(before);
            out.push('"');
            let linked = image.pkg_of_state(package).map(|p| image.pkgs[usize::from(p)].key.0);
            changed |= linked.is_some_and(|name| name.as_str() != package);
            out.push_str(linked.as_ref().map_or(package, |name| name.as_str()));
            out.push('"');
            // a field's package, or a type's name
            let Some(after) = after.strip_prefix('.') else {
                rest = after;
                continue;
            };
            let end = after.find([',', '[', ']', ')', '(', '{', '}', ';', ' ', '·', '"', '*']).unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            let mut now = name;
            let schema = match image.pkg_of_state(package) {
                Some(p) if image.pkgs[usize::from(p)].contract => Some(self.schema(image, p)?),
                _ => None,
            };
            if let Some(new) = schema.as_ref().and_then(|s| s.renamed.get(name)) {
                now = new;
                changed = true;
            }
            out.push('.');
            out.push_str(now);
            rest = tail;
        }
        if !changed {
            return Ok(None);
        }
        out.push_str(rest);
        Ok(Some(out))
    }

    fn decode_maker(&mut self, image: &Image, text: &str) -> Res<PkgIdx> {
        if text.is_empty() {
            return Ok(0);
        }
        let key = PkgKey(Name::new(text));
        match image.pkg_of_state(text) {
            Some(p) => Ok(p),
            None => Err(Need::Package(key).into()),
        }
    }

    fn decode_object(&mut self, image: &Image, d: &Decoder, r: &mut Reader) -> Res<Option<u32>> {
        match r.byte() {
            Some(0) => Ok(Some(0)),
            Some(1) => match r.uint() {
                Some(oid) => Ok(Some(self.object(d.owner, oid)?)),
                None => Ok(None),
            },
            Some(2) => {
                let (Some(pkg), place) = (r.str(), r.uint32()) else { return Ok(None) };
                let key = PkgKey(Name::new(pkg));
                let Some(pkg) = image.pkg_of_state(pkg) else { return Err(Need::Package(key).into()) };
                let Some(place) = place else { return Ok(None) };
                Ok(Some(self.frozen_handle(image, pkg, place)?))
            }
            _ => Ok(None),
        }
    }

    fn decode_pointer(&mut self, image: &Image, d: &mut Decoder, to: TypeId, r: &mut Reader, slot: usize) -> Res<Option<u64>> {
        let Some(h) = self.decode_object(image, d, r)? else { return Ok(None) };
        if h == 0 {
            return Ok(Some(0));
        }
        let (Some(elem), Some(count)) = (r.uint(), r.uint()) else { return Ok(None) };
        let mut steps = Vec::new();
        for _ in 0..count {
            match r.uint() {
                Some(s) => steps.push(s),
                None => return Ok(None),
            }
        }
        if steps.is_empty() {
            let off = elem.saturating_mul(u64::from(image.types.get(to).slots));
            return Ok(u32::try_from(off).ok().map(|off| pointer(h, off)));
        }
        d.fixups.push(Fixup { slot, h, elem, steps });
        Ok(Some(pointer(h, 0)))
    }

    /// The offset that a way leads to in an object that has been read.
    pub fn offset_of(&mut self, image: &Image, fix: &Fixup) -> Res<u32> {
        let o = *self.mem.obj(fix.h);
        let mut ty = o.ty;
        let mut off = fix.elem.saturating_mul(u64::from(image.types.get(ty).slots.max(1)));
        for step in &fix.steps {
            match image.types.get(ty).kind.clone() {
                Kind::Struct(fields) => {
                    let numbers = self.numbers(image, ty)?;
                    let Some(i) = numbers.iter().position(|n| u64::from(*n) == *step) else {
                        return broken("state holds a pointer to a field that was dropped");
                    };
                    off += u64::from(fields[i].offset);
                    ty = fields[i].ty;
                }
                Kind::Array(elem, len) if *step < u64::from(len) => {
                    off += step * u64::from(image.types.get(elem).slots);
                    ty = elem;
                }
                _ => return corrupt(),
            }
        }
        match u32::try_from(off) {
            Ok(off) if off <= o.len => Ok(off),
            _ => corrupt(),
        }
    }
}

/// A package whose types occur in `ty` and that is not linked.
fn missing_package(image: &Image, ty: TypeId) -> Option<PkgKey> {
    fn look(image: &Image, ty: amigos_types::ty::Ty, depth: u32) -> Option<PkgKey> {
        if let amigos_types::ty::TyKind::Named { key, .. } = ty.kind()
            && let Some(pkg) = key.pkg
            && pkg.0.as_str() != "runtime"
            && image.pkg(pkg).is_none()
        {
            return Some(pkg);
        }
        if depth > 50 {
            return None;
        }
        amigos_types::ty::components(ty.kind()).find_map(|t| look(image, t, depth + 1))
    }
    look(image, image.types.get(ty).ty, 0)
}

fn get_float(r: &mut Reader, bits: u8) -> Option<u64> {
    if bits == 32 {
        Some(u64::from(u32::from_le_bytes(r.take(4)?.try_into().ok()?)))
    } else {
        Some(u64::from_le_bytes(r.take(8)?.try_into().ok()?))
    }
}
