//! Instructions that are rare or work on data of any length.

use super::{num, strings};
use crate::code::{Arith, FuncCode, Heavy, Num, Reg, Target};
use crate::compare::{equal, hash, iface_maker, iface_type, iface_word, payload};
use crate::identity::NOBODY;
use crate::image::{Image, Need, PkgIdx};
use crate::machine::{DeferTarget, Found, Machine, MapRange};
use crate::maps::{ENTRY_DIRTY, ENTRY_LIVE};
use crate::memory::{FLAG_SEALED, FREE, handle, pointer};
use crate::ownership::Undo;
use crate::trap::{self, Res, Trap, uncomparable, unhashable};
use crate::types::{Kind, TypeId};
use amigos_mir::gas;
use amigos_mir::mir::MsgField;

use super::calls::{VALUE_BOUND, VALUE_BOUND_IFACE, VALUE_CLOSURE, VALUE_FUNC, VALUE_METHOD_EXPR};

fn two(regs: &[u64], r: Reg) -> [u64; 2] {
    [regs[r as usize], regs[r as usize + 1]]
}

fn three(regs: &[u64], r: Reg) -> [u64; 3] {
    [regs[r as usize], regs[r as usize + 1], regs[r as usize + 2]]
}

fn put<const N: usize>(regs: &mut [u64], r: Reg, v: [u64; N]) {
    regs[r as usize..r as usize + N].copy_from_slice(&v);
}

/// Whom a call that is made later calls.
fn later(target: &Target, regs: &[u64]) -> Res<DeferTarget> {
    Ok(match target {
        Target::Func(f) => DeferTarget::Func(*f),
        Target::Value(r) => DeferTarget::Value(regs[*r as usize]),
        Target::Iface { x, .. } if iface_type(regs[*x as usize]) == 0 => return trap::nil(),
        Target::Iface { x, m } => DeferTarget::Iface(two(regs, *x), *m),
    })
}

impl Machine<'_> {
    /// The maker that values made here remember: the acting package, if it is one.
    fn maker(&self) -> PkgIdx {
        if self.acting == NOBODY { 0 } else { self.acting }
    }

    #[inline(never)]
    pub(crate) fn heavy(&mut self, image: &Image, h: &Heavy, regs: &mut [u64], _code: &FuncCode) -> Res<()> {
        match h {
            Heavy::NewObj { d, ty } => {
                let slots = image.types.get(*ty).slots;
                let h = self.mem.new_words(*ty, slots)?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::LoadBig { d, p, off, n } => self.load(image, regs[*p as usize], *off, *n, regs, *d)?,
            Heavy::StoreBig { p, s, ty, off } => {
                let n = image.types.get(*ty).slots;
                let value = &regs[*s as usize..(*s + n) as usize];
                self.store(image, regs[*p as usize], *off, value, *ty)?;
            }
            Heavy::ElemPtrBig { d, s, i, stride } => {
                let (i, len) = (regs[*i as usize], regs[*s as usize + 1]);
                if i >= len {
                    return trap::index(i, len);
                }
                regs[*d as usize] = regs[*s as usize].wrapping_add(i.wrapping_mul(u64::from(*stride)));
            }
            Heavy::PtrIdxBig { d, p, i, stride } => {
                regs[*d as usize] = regs[*p as usize].wrapping_add(regs[*i as usize].wrapping_mul(u64::from(*stride)));
            }
            Heavy::RegIdx { d, i, stride } => regs[*d as usize] = regs[*i as usize].wrapping_mul(u64::from(*stride)),
            Heavy::LoadRegBig { d, a, i, n } => {
                let from = *a as usize + regs[*i as usize] as usize;
                regs.copy_within(from..from + *n as usize, *d as usize);
            }
            Heavy::StoreRegBig { a, i, s, n } => {
                let to = *a as usize + regs[*i as usize] as usize;
                regs.copy_within(*s as usize..(*s + *n) as usize, to);
            }
            Heavy::Concat { d, parts } => self.concat(regs, *d, parts)?,
            Heavy::StrCmp { d, a, b, op } => regs[*d as usize] = u64::from(self.compare_str(regs, *a, *b, *op)?),
            Heavy::EqAny { d, a, b, ty, neg } => {
                let n = image.types.get(*ty).slots as usize;
                let (a, b) = (*a as usize, *b as usize);
                self.charge_compare(image, *ty, &regs[a..a + n])?;
                let same = equal(&self.mem, &image.types, *ty, &regs[a..a + n], &regs[b..b + n]).map_err(|u| uncomparable(image, u))?;
                regs[*d as usize] = u64::from(same != *neg);
            }
            Heavy::F32 { d, a, b, op } => regs[*d as usize] = num::arith32(*op, regs[*a as usize], regs[*b as usize]),
            Heavy::NegF { d, a, bits } => {
                let v = regs[*a as usize];
                regs[*d as usize] =
                    if *bits == 32 { num::canonical32(-f32::from_bits(v as u32)) } else { num::canonical(-f64::from_bits(v)) };
            }
            Heavy::Cx { d, a, b, op, bits } => {
                let v = num::complex(*op, *bits, two(regs, *a), two(regs, *b));
                match op {
                    Arith::Eq | Arith::Ne | Arith::Lt | Arith::Le => regs[*d as usize] = v[0],
                    _ => put(regs, *d, v),
                }
            }
            Heavy::NegCx { d, a, bits } => {
                let v = two(regs, *a).map(|w| num::slot(*bits, -num::float(*bits, w)));
                put(regs, *d, v);
            }
            Heavy::Convert { d, a, from, to } => {
                let v = if matches!(from, Num::C(_)) { two(regs, *a) } else { [regs[*a as usize], 0] };
                let v = num::convert(v, *from, *to);
                regs[*d as usize] = v[0];
                if matches!(to, Num::C(_)) {
                    regs[*d as usize + 1] = v[1];
                }
            }
            Heavy::IntToStr { d, a, unsigned } => {
                let v = regs[*a as usize];
                let mut out = Vec::new();
                strings::encode_rune(if !unsigned && (v as i64) < 0 { u64::MAX } else { v }, &mut out);
                let s = self.make_str(&out)?;
                put(regs, *d, s);
            }
            Heavy::BytesToStr { d, a } => {
                let [p, len, _] = three(regs, *a);
                self.charge(gas::BYTES.of(len))?;
                let bytes = self.bytes_of(image, p, len)?;
                let s = self.make_str(&bytes)?;
                put(regs, *d, s);
            }
            Heavy::RunesToStr { d, a } => {
                let [p, len, _] = three(regs, *a);
                self.charge(gas::RUNES.of(len))?;
                let runes = self.words_of(image, p, len, 1)?;
                let mut out = Vec::new();
                runes.iter().for_each(|r| strings::encode_rune(if (*r as i64) < 0 { u64::MAX } else { *r }, &mut out));
                let s = self.make_str(&out)?;
                put(regs, *d, s);
            }
            Heavy::StrToBytes { d, a, elem } => {
                let [p, len] = two(regs, *a);
                self.charge(gas::BYTES.of(len))?;
                let bytes = self.mem.str(p, len).to_vec();
                let s = self.make_bytes(*elem, &bytes)?;
                put(regs, *d, s);
            }
            Heavy::StrToRunes { d, a, elem } => {
                let [p, len] = two(regs, *a);
                self.charge(gas::RUNES.of(len))?;
                let mut rest = self.mem.str(p, len);
                let mut runes = Vec::new();
                while !rest.is_empty() {
                    let (r, n) = strings::decode_rune(rest);
                    runes.push(u64::from(r));
                    rest = &rest[n as usize..];
                }
                let s = self.make_words(*elem, &runes)?;
                put(regs, *d, s);
            }
            Heavy::SliceToArray { d, a, elem, len } => {
                let [p, n, _] = three(regs, *a);
                array_length(n, *len)?;
                let slots = image.types.get(*elem).slots * *len;
                if slots > 0 {
                    self.load(image, p, 0, slots, regs, *d)?;
                }
            }
            Heavy::SliceToArrayPtr { d, a, len } => {
                let [p, n, _] = three(regs, *a);
                array_length(n, *len)?;
                regs[*d as usize] = p;
            }
            Heavy::MakeIface { d, a, ty } => {
                let n = image.types.get(*ty).slots;
                let word = match n {
                    0 => 0,
                    1 => regs[*a as usize],
                    n => {
                        let h = self.mem.new_words(*ty, n)?;
                        let o = &mut self.mem.objs[h as usize];
                        o.flags = FLAG_SEALED;
                        let at = o.start as usize;
                        self.mem.words[at..at + n as usize].copy_from_slice(&regs[*a as usize..(*a + n) as usize]);
                        pointer(h, 0)
                    }
                };
                put(regs, *d, [iface_word(*ty, self.maker()), word]);
            }
            Heavy::Assert { d, ok, x, ty, from } => self.assert(image, regs, *d, *ok, two(regs, *x), *ty, *from)?,
            Heavy::Slice { d, x, what, low, high, max } => self.slice(regs, *d, *x, *what, [*low, *high, *max])?,
            Heavy::MakeSlice { d, elem, len, cap } => {
                let s = self.make_slice(image, *elem, regs[*len as usize], cap.map(|c| regs[c as usize]))?;
                put(regs, *d, s);
            }
            Heavy::MakeMap { d, ty } => {
                let Kind::Map(k, v) = image.types.get(*ty).kind else { return trap::broken("make of what is no map") };
                let h = self.mem.new_map(*ty, image.types.get(k).slots, image.types.get(v).slots)?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::AppendElems { d, s, elem, from, n } => {
                let slots = (image.types.get(*elem).slots * *n) as usize;
                let values = regs[*from as usize..*from as usize + slots].to_vec();
                let out = self.append_elems(image, three(regs, *s), *elem, &values, *n)?;
                put(regs, *d, out);
            }
            Heavy::AppendSlice { d, s, elem, x } => {
                let out = self.append_slice(image, three(regs, *s), *elem, three(regs, *x))?;
                put(regs, *d, out);
            }
            Heavy::AppendStr { d, s, elem, x } => {
                let out = self.append_str(image, three(regs, *s), *elem, two(regs, *x))?;
                put(regs, *d, out);
            }
            Heavy::CopyElems { d, to, from, elem, string } => {
                let n = self.copy_elems(image, three(regs, *to), two(regs, *from), *elem, *string)?;
                if let Some(d) = d {
                    regs[*d as usize] = n;
                }
            }
            Heavy::ClearSlice { s, elem } => self.clear_slice(image, two(regs, *s), *elem)?,
            Heavy::ClearMap { m } => self.map_clear(image, regs[*m as usize])?,
            Heavy::MapGet { d, ok, m, k, ty } => {
                let Kind::Map(kt, vt) = image.types.get(*ty).kind else { return trap::broken("index of what is no map") };
                let (kn, vn) = (image.types.get(kt).slots as usize, image.types.get(vt).slots as usize);
                let (k, d) = (*k as usize, *d as usize);
                let found = self.map_find(image, regs[*m as usize], kt, &regs[k..k + kn])?;
                match found {
                    Some((h, i)) => {
                        let map = &self.mem.maps[self.mem.obj(h).start as usize];
                        regs[d..d + vn].copy_from_slice(map.value(i));
                    }
                    None => regs[d..d + vn].fill(0),
                }
                if let Some(ok) = ok {
                    regs[*ok as usize] = u64::from(found.is_some());
                }
            }
            Heavy::MapSet { m, k, v, ty } => {
                let Kind::Map(kt, vt) = image.types.get(*ty).kind else { return trap::broken("index of what is no map") };
                let (kn, vn) = (image.types.get(kt).slots as usize, image.types.get(vt).slots as usize);
                let (k, v) = (*k as usize, *v as usize);
                self.map_set(image, regs[*m as usize], (kt, vt), &regs[k..k + kn], &regs[v..v + vn])?;
            }
            Heavy::MapDelete { m, k, ty } => {
                let Kind::Map(kt, _) = image.types.get(*ty).kind else { return trap::broken("delete from what is no map") };
                let kn = image.types.get(kt).slots as usize;
                self.map_delete(image, regs[*m as usize], kt, &regs[*k as usize..*k as usize + kn])?;
            }
            Heavy::MapIter { it, m } => self.map_range(image, regs, *it, regs[*m as usize])?,
            Heavy::MapNext { it, ok, k, v } => self.map_next(image, regs, *it, *ok, *k, *v)?,
            Heavy::DecodeRune { r, w, x, at } => {
                let [p, len] = two(regs, *x);
                let at = regs[*at as usize].min(len);
                let bytes = self.mem.str(p + at, len - at);
                let (rune, width) = strings::decode_rune(bytes);
                regs[*r as usize] = u64::from(rune);
                regs[*w as usize] = u64::from(width);
            }
            Heavy::MinMax { d, args, max, ty } => self.min_max(image, regs, *d, args, *max, *ty)?,
            Heavy::Closure { d, f, captures } => {
                let kind = if captures.is_empty() { VALUE_FUNC } else { VALUE_CLOSURE };
                let mut words = vec![iface_word(*f, self.maker()), u64::from(kind)];
                words.extend(captures.iter().map(|c| regs[*c as usize]));
                let h = self.mem.new_closure(&words)?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::Bind { d, f, recv, n } => {
                let mut words = vec![iface_word(*f, self.maker()), u64::from(VALUE_BOUND)];
                words.extend_from_slice(&regs[*recv as usize..(*recv + *n) as usize]);
                let h = self.mem.new_closure(&words)?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::BindIface { d, x, m } => {
                let x = two(regs, *x);
                if iface_type(x[0]) == 0 {
                    return trap::nil();
                }
                let h = self.mem.new_closure(&[iface_word(*m, iface_maker(x[0])), u64::from(VALUE_BOUND_IFACE), x[0], x[1]])?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::MethodExprIface { d, m } => {
                let h = self.mem.new_closure(&[iface_word(*m, self.maker()), u64::from(VALUE_METHOD_EXPR)])?;
                regs[*d as usize] = pointer(h, 0);
            }
            Heavy::Go { target, at, n } => {
                let target = later(target, regs)?;
                self.spawn(target, &regs[*at as usize..(*at + *n) as usize])?;
            }
            Heavy::MakeChan { d, ty, cap } => {
                let cap = cap.map_or(0, |r| regs[r as usize]);
                regs[*d as usize] = self.make_chan(*ty, cap)?;
            }
            Heavy::ChanLen { d, c, cap } => regs[*d as usize] = self.chan_len(regs[*c as usize], *cap),
            Heavy::Send { c, v, n } => self.send(regs[*c as usize], &regs[*v as usize..(*v + *n) as usize])?,
            Heavy::Recv { d, n, ok, c } => self.recv(regs[*c as usize], regs, (*d, *n), *ok)?,
            Heavy::Close { c } => self.close(regs[*c as usize])?,
            Heavy::Select { d, cases, default } => self.select(regs, cases, *default, *d)?,
            Heavy::Defer { target, at, n, frame } => {
                let target = later(target, regs)?;
                let frame = frame.map(|r| regs[r as usize]);
                self.defer(target, &regs[*at as usize..(*at + *n) as usize], frame)?;
            }
            Heavy::FrameToken { d } => regs[*d as usize] = self.frames.len().saturating_sub(1) as u64,
            Heavy::Depth { d } => {
                let own = self.frames.last().map(|f| f.func);
                regs[*d as usize] = self.frames.iter().filter(|f| Some(f.func) == own).count() as u64;
            }
            Heavy::Recover { d } => {
                let v = self.recover();
                put(regs, *d, v);
            }
            Heavy::Print { args, newline } => self.print(image, regs, args, *newline)?,
            Heavy::Msg { d, field } => {
                let ctx = self.ctx().cloned();
                match field {
                    MsgField::Value => regs[*d as usize] = ctx.map_or(0, |c| c.value),
                    MsgField::Sender => {
                        let text = ctx.map_or("".into(), |c| c.sender);
                        let s = self.make_str(text.as_bytes())?;
                        put(regs, *d, s);
                    }
                    MsgField::Origin => {
                        let text = if self.acting == NOBODY { "".into() } else { self.env.origin.clone() };
                        let s = self.make_str(text.as_bytes())?;
                        put(regs, *d, s);
                    }
                    MsgField::Func => {
                        let text = if self.acting == NOBODY { "" } else { ctx.map_or("", |c| c.func.as_str()) };
                        let s = self.make_str(text.as_bytes())?;
                        put(regs, *d, s);
                    }
                }
            }
            Heavy::Panic { x } => {
                let x = two(regs, *x);
                if iface_type(x[0]) == 0 {
                    return trap::panic("runtime error: panic called with nil argument");
                }
                return Err(Box::new(Trap::Value(x)));
            }
            Heavy::Unsupported { what } => return trap::panic(*what),
        }
        Ok(())
    }

    /// Charges a comparison by the bytes of the strings in it.
    fn charge_compare(&mut self, image: &Image, ty: TypeId, value: &[u64]) -> Res<()> {
        if let Kind::Iface(_) = image.types.get(ty).kind {
            let t = iface_type(value[0]);
            if matches!(image.types.get(t).kind, Kind::Str) {
                let word = value[1];
                let len = payload(&self.mem, &image.types, t, &word).get(1).copied().unwrap_or(0);
                return self.charge(gas::BYTES.of(len));
            }
            return self.charge(gas::COPY.of(u64::from(image.types.get(t).slots)));
        }
        self.charge(gas::COPY.of(value.len() as u64))
    }

    #[allow(clippy::too_many_arguments)]
    fn assert(&mut self, image: &Image, regs: &mut [u64], d: Reg, ok: Option<Reg>, x: [u64; 2], ty: TypeId, from: TypeId) -> Res<()> {
        let have = iface_type(x[0]);
        let rt = image.types.get(ty);
        let name = |t: TypeId| image.types.name(&*image.program, t);
        if let Kind::Iface(_) = rt.kind {
            let missing = if have == 0 {
                None
            } else {
                match image.implements.get(&(have, ty)) {
                    Some(m) => *m,
                    None => return Err(Need::Implements(have, ty).into()),
                }
            };
            let fits = have != 0 && missing.is_none();
            if !fits && ok.is_none() {
                return match missing {
                    None => trap::panic(format!("interface conversion: interface is nil, not {}", name(ty))),
                    Some(m) => trap::panic(format!("interface conversion: {} is not {}: missing method {m}", name(have), name(ty))),
                };
            }
            put(regs, d, if fits { x } else { [0, 0] });
            if let Some(ok) = ok {
                regs[ok as usize] = u64::from(fits);
            }
            return Ok(());
        }
        let fits = have == ty;
        if !fits && ok.is_none() {
            let have = if have == 0 { "nil".to_owned() } else { name(have) };
            let want = name(ty);
            let why = if have == want { " (types from different scopes)" } else { "" };
            return trap::panic(format!("interface conversion: {} is {have}, not {want}{why}", name(from)));
        }
        let n = rt.slots as usize;
        if fits {
            let word = x[1];
            let value = payload(&self.mem, &image.types, ty, &word);
            regs[d as usize..d as usize + n].copy_from_slice(value);
        } else {
            regs[d as usize..d as usize + n].fill(0);
        }
        if let Some(ok) = ok {
            regs[ok as usize] = u64::from(fits);
        }
        Ok(())
    }

    fn min_max(&mut self, image: &Image, regs: &mut [u64], d: Reg, args: &[Reg], max: bool, ty: TypeId) -> Res<()> {
        let Some((first, rest)) = args.split_first() else { return Ok(()) };
        match image.types.get(ty).kind {
            Kind::Str => {
                let mut best = two(regs, *first);
                for a in rest {
                    let x = two(regs, *a);
                    self.charge(gas::BYTES.of(best[1].min(x[1])))?;
                    let less = self.mem.str(x[0], x[1]) < self.mem.str(best[0], best[1]);
                    let more = self.mem.str(x[0], x[1]) > self.mem.str(best[0], best[1]);
                    if if max { more } else { less } {
                        best = x;
                    }
                }
                put(regs, d, best);
            }
            Kind::Float(bits) => {
                let mut best = num::float(bits, regs[*first as usize]);
                for a in rest {
                    best = num::min_max(max, best, num::float(bits, regs[*a as usize]));
                }
                regs[d as usize] = num::slot(bits, best);
            }
            Kind::Int(_) => {
                let all = args.iter().map(|a| regs[*a as usize] as i64);
                regs[d as usize] = if max { all.max() } else { all.min() }.unwrap_or(0) as u64;
            }
            _ => {
                let all = args.iter().map(|a| regs[*a as usize]);
                regs[d as usize] = if max { all.max() } else { all.min() }.unwrap_or(0);
            }
        }
        Ok(())
    }

    /// `print` and `println`: to the output, as Go writes to standard error.
    fn print(&mut self, image: &Image, regs: &[u64], args: &[(Reg, TypeId)], newline: bool) -> Res<()> {
        let mut out = String::new();
        for (i, (r, ty)) in args.iter().enumerate() {
            if newline && i > 0 {
                out.push(' ');
            }
            let v = regs[*r as usize];
            match &image.types.get(*ty).kind {
                Kind::Bool => out.push_str(if v != 0 { "true" } else { "false" }),
                Kind::Int(_) => out.push_str(&(v as i64).to_string()),
                Kind::Uint(_) => out.push_str(&v.to_string()),
                Kind::Float(bits) => out.push_str(&crate::natives::float_text(num::float(*bits, v), *bits)),
                Kind::Complex(bits) => {
                    let [re, im] = two(regs, *r).map(|w| crate::natives::float_text(num::float(*bits, w), *bits));
                    let plus = if im.starts_with(['+', '-']) { "" } else { "+" };
                    out.push_str(&format!("({re}{plus}{im}i)"));
                }
                Kind::Str => out.push_str(&self.mem.text(v, regs[*r as usize + 1])),
                Kind::Iface(_) => out.push_str(&format!("(0x{:x},0x{:x})", iface_type(v), handle(regs[*r as usize + 1]))),
                Kind::Slice(_) => {
                    let [p, len, cap] = three(regs, *r);
                    out.push_str(&format!("[{len}/{cap}]0x{:x}", handle(p)));
                }
                _ => out.push_str(&format!("0x{:x}", handle(v))),
            }
        }
        if newline {
            out.push('\n');
        }
        self.write_output(&out, true)
    }

    /// Charges the hash of a key.
    fn charge_hash(&mut self, image: &Image, kt: TypeId, key: &[u64]) -> Res<()> {
        let bytes = match &image.types.get(kt).kind {
            Kind::Str => key.get(1).copied().unwrap_or(0),
            Kind::Iface(_) => {
                let t = iface_type(key[0]);
                let word = key[1];
                match image.types.get(t).kind {
                    Kind::Str => payload(&self.mem, &image.types, t, &word).get(1).copied().unwrap_or(0),
                    _ => u64::from(image.types.get(t).slots) * 8,
                }
            }
            _ => key.len() as u64 * 8,
        };
        self.charge(gas::HASH.of(bytes))
    }

    /// The entry of a key: map object and number.
    pub fn map_find(&mut self, image: &Image, p: u64, kt: TypeId, key: &[u64]) -> Res<Option<(u32, usize)>> {
        let h = handle(p);
        Ok(self.map_locate(image, h, kt, key)?.1.map(|i| (h, i)))
    }

    /// The hash of a key, and the number of its entry.
    fn map_locate(&mut self, image: &Image, h: u32, kt: TypeId, key: &[u64]) -> Res<(u32, Option<usize>)> {
        self.charge_hash(image, kt, key)?;
        let simple = image.types.get(kt).plain != crate::types::Plain::Mixed;
        if simple && let Some(last) = self.last_found.filter(|last| last.is(h, key)) {
            let map = self.map_mut(h);
            if map.epoch == last.epoch
                && let Some(entry) = map.entries.get(last.i)
                && entry.flags & ENTRY_LIVE != 0
            {
                let hash = entry.hash;
                self.map_ready(image, h)?;
                self.touch_entry(h, last.i)?;
                return Ok((hash, Some(last.i)));
            }
        }
        let hash = hash(&self.mem, &image.types, kt, key).map_err(|u| unhashable(image, u))?;
        if h == 0 {
            return Ok((hash, None));
        }
        self.map_ready(image, h)?;
        let mut found = self.map_look(image, h, hash, kt, key);
        match found {
            Some(i) => self.touch_entry(h, i)?,
            None => found = self.map_fetch(image, h, hash, kt, key)?,
        }
        if simple && let Some(i) = found {
            self.last_found = Found::new(h, key, i, self.map_mut(h).epoch);
        }
        Ok((hash, found))
    }

    /// The entry of a key among those in memory.
    pub fn map_look(&self, image: &Image, h: u32, hash: u32, kt: TypeId, key: &[u64]) -> Option<usize> {
        let map = &self.mem.maps[self.mem.obj(h).start as usize];
        match image.types.get(kt).plain {
            crate::types::Plain::Words => map.find(hash, |k| k == key),
            crate::types::Plain::Str => map.find(hash, |k| crate::compare::equal_str(&self.mem, k, key)),
            crate::types::Plain::Mixed => map.find(hash, |k| equal(&self.mem, &image.types, kt, k, key).unwrap_or(false)),
        }
    }

    /// Sets `m[key] = value`.
    pub fn map_set(&mut self, image: &Image, p: u64, (kt, vt): (TypeId, TypeId), key: &[u64], value: &[u64]) -> Res<()> {
        let h = handle(p);
        if h == 0 {
            return trap::panic("assignment to entry in nil map");
        }
        let (hash, found) = self.map_locate(image, h, kt, key)?;
        let logged = self.before_map_write(image, h)?;
        let owner = self.mem.obj(h).owner;
        if logged {
            if image.types.get(kt).refs && found.is_none() {
                self.adopt(image, owner, kt, key)?;
            }
            let rt = image.types.get(vt);
            self.mem.keeps |= found.is_none() || !rt.self_contained();
            if rt.refs {
                self.adopt(image, owner, vt, value)?;
            }
        }
        match found {
            Some(i) => {
                if logged {
                    self.charge_entry(h, i)?;
                    let map = &self.mem.maps[self.mem.obj(h).start as usize];
                    self.undo_slots.extend_from_slice(map.value(i));
                    self.undo.push(Undo::Value { h, i: i as u32 });
                }
                self.map_mut(h).value_mut(i).copy_from_slice(value);
            }
            None => {
                let bytes = self.map_mut(h).entry_bytes() + 8;
                self.mem.room(bytes)?;
                self.mem.map_bytes += bytes;
                let mut price = gas::ALLOC.of(bytes);
                if logged {
                    price += gas::STATE_WRITE_BASE + gas::STATE_WRITE.of(bytes);
                }
                self.charge(price)?;
                let flags = ENTRY_LIVE | if logged { ENTRY_DIRTY } else { 0 };
                let map = self.map_mut(h);
                if !logged {
                    map.compact();
                }
                let seq = map.next_seq;
                let (i, _) = map.insert(hash, key, value, seq, flags);
                map.next_seq += 1;
                map.live += 1;
                if logged {
                    self.mark(h, i);
                    self.undo.push(Undo::Insert { h, i: i as u32 });
                }
            }
        }
        Ok(())
    }

    fn map_delete(&mut self, image: &Image, p: u64, kt: TypeId, key: &[u64]) -> Res<()> {
        let h = handle(p);
        let found = self.map_find(image, p, kt, key)?;
        if h == 0 {
            return Ok(());
        }
        // deleting is a write even where nothing is deleted
        let logged = self.before_map_write(image, h)?;
        if let Some((_, i)) = found {
            self.delete_entry(h, i, logged)?;
        }
        Ok(())
    }

    fn delete_entry(&mut self, h: u32, i: usize, logged: bool) -> Res<()> {
        if logged {
            self.charge_entry(h, i)?;
            self.undo.push(Undo::Delete { h, i: i as u32 });
        }
        let map = self.map_mut(h);
        map.remove(i);
        if !logged {
            map.compact();
        }
        Ok(())
    }

    fn map_clear(&mut self, image: &Image, p: u64) -> Res<()> {
        let h = handle(p);
        if h == 0 {
            return Ok(());
        }
        self.map_ready(image, h)?;
        let logged = self.before_map_write(image, h)?;
        let live = self.map_mut(h).live as u64;
        self.charge(gas::COPY.of(live))?;
        if !logged {
            self.map_mut(h).reset();
            return Ok(());
        }
        self.map_load_all(image, h)?;
        for i in 0..self.map_mut(h).entries.len() {
            if self.map_mut(h).entries[i].flags & ENTRY_LIVE != 0 {
                self.delete_entry(h, i, true)?;
            }
        }
        Ok(())
    }

    /// `len` of a map.
    pub(crate) fn map_len(&mut self, image: &Image, p: u64) -> Res<u64> {
        let h = handle(p);
        if h == 0 {
            return Ok(0);
        }
        self.map_ready(image, h)?;
        Ok(self.map_mut(h).live as u64)
    }

    fn map_range(&mut self, image: &Image, regs: &mut [u64], it: Reg, p: u64) -> Res<()> {
        let h = handle(p);
        let mut range = MapRange { h, seq: 0, end: 0, hint: 0, epoch: 0 };
        if h != 0 {
            self.map_ready(image, h)?;
            let map = self.map_mut(h);
            (range.end, range.epoch) = (map.next_seq, map.epoch);
        }
        let first = self.frames.last().map_or(0, |f| f.iters as usize);
        let old = regs[it as usize] as usize;
        if old > first && old <= self.iters.len() {
            self.iters[old - 1] = range;
            return Ok(());
        }
        self.iters.push(range);
        regs[it as usize] = self.iters.len() as u64;
        Ok(())
    }

    fn map_next(&mut self, image: &Image, regs: &mut [u64], it: Reg, ok: Reg, k: Option<Reg>, v: Option<Reg>) -> Res<()> {
        let Some(mut range) = self.iters.get((regs[it as usize] as usize).wrapping_sub(1)).copied() else {
            return trap::broken("a range over a map that has not begun");
        };
        regs[ok as usize] = 0;
        if range.h == 0 {
            return Ok(());
        }
        self.map_load_from(image, range.h, range.seq, range.end)?;
        let map = &self.mem.maps[self.mem.obj(range.h).start as usize];
        if map.epoch != range.epoch {
            (range.epoch, range.hint) = (map.epoch, usize::MAX);
        }
        let mut skipped = 0;
        let next = map.next_counted(range.seq, range.end, range.hint, &mut skipped);
        if skipped > 0 {
            self.charge(gas::MAP_SKIP.of(skipped))?;
        }
        let map = &self.mem.maps[self.mem.obj(range.h).start as usize];
        if let Some(i) = next {
            let (kn, vn) = (map.key_slots as usize, map.value_slots as usize);
            if let Some(k) = k {
                regs[k as usize..k as usize + kn].copy_from_slice(map.key(i));
            }
            if let Some(v) = v {
                regs[v as usize..v as usize + vn].copy_from_slice(map.value(i));
            }
            regs[ok as usize] = 1;
            range.seq = map.entries[i].seq + 1;
            range.hint = i + 1;
        } else {
            range.seq = range.end;
        }
        self.iters[regs[it as usize] as usize - 1] = range;
        Ok(())
    }

    /// Whether what an object holds may be changed without a log.
    pub fn is_free(&self, h: u32) -> bool {
        self.mem.obj(h).owner == FREE
    }
}

fn array_length(have: u64, want: u32) -> Res<()> {
    if have < u64::from(want) {
        return trap::runtime(&format!("cannot convert slice with length {have} to array or pointer to array with length {want}"));
    }
    Ok(())
}
