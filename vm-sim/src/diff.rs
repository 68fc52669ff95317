//! What a call changed in state, for people: each package's variables before and after, compared part by part as far as they were read.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::compare::{iface_type, payload};
use crate::image::{Image, PkgIdx};
use crate::machine::{Env, Machine};
use crate::maps::{ENTRY_DIRTY, ENTRY_GONE, ENTRY_LIVE};
use crate::memory::{FREE, FROZEN, GATE_UNLOADED, handle, offset};
use crate::outcome::Difference;
use crate::state::StateSource;
use crate::trap::Res;
use crate::types::{Kind, TypeId};
use crate::value::Limits;

/// Differences that are listed.
const MAX_DIFFERENCES: usize = 500;
const LIMITS: Limits = Limits { depth: 4, items: 20, text: 200, total: 200, cut: false };

struct Walk<'w, 's> {
    image: &'w Image,
    now: &'w mut Machine<'s>,
    old: Machine<'s>,
    package: String,
    out: Vec<Difference>,
    seen: FxHashSet<(u64, u64)>,
}

/// The differences between what `m` holds and what `state` holds.
pub fn difference<'s>(m: &mut Machine<'s>, image: &Image, state: &'s dyn StateSource) -> Res<Vec<Difference>> {
    let packages: BTreeSet<PkgIdx> = m.dirty.iter().map(|h| m.mem.obj(*h).owner).filter(|o| *o != FREE && *o != FROZEN).collect();
    let env = Env { persists: true, ..m.env.clone() };
    let mut old = Machine::new(image, state, env, u64::MAX / 2, m.mem.limit);
    old.state.records = m.state.records.clone();
    let gas = std::mem::replace(&mut m.gas, u64::MAX / 2);
    let mut w = Walk { image, now: m, old, package: String::new(), out: Vec::new(), seen: FxHashSet::default() };
    for pkg in packages {
        w.package = image.pkgs[usize::from(pkg)].key.0.to_string();
        let list: Vec<(u32, String, TypeId)> = image.globals_of(pkg).map(|(g, i)| (g, i.key.name.to_string(), i.ty)).collect();
        for (g, name, ty) in list {
            if w.now.globals.get(g as usize).is_none_or(|p| *p == 0) {
                continue;
            }
            let (a, b) = (w.now.global(image, g)?, w.old.global(image, g)?);
            if w.now.mem.obj(handle(a)).gate & GATE_UNLOADED == 0 {
                w.vars(ty, (a, b), &name, 0)?;
            }
        }
    }
    let out = w.out;
    m.gas = gas;
    Ok(out)
}

impl Walk<'_, '_> {
    fn read(m: &mut Machine, image: &Image, ty: TypeId, p: u64) -> Res<Vec<u64>> {
        let n = image.types.get(ty).slots;
        let mut slots = vec![0; n as usize];
        if n > 0 {
            m.load(image, p, 0, n, &mut slots, 0)?;
        }
        Ok(slots)
    }

    /// Two variables of a type, now and before.
    fn vars(&mut self, ty: TypeId, (a, b): (u64, u64), path: &str, depth: u32) -> Res<()> {
        let now = Self::read(self.now, self.image, ty, a)?;
        let old = Self::read(&mut self.old, self.image, ty, b)?;
        self.values(ty, &now, &old, path, depth)
    }

    fn changed(&mut self, ty: TypeId, now: Option<&[u64]>, old: Option<&[u64]>, path: &str) -> Res<()> {
        if self.out.len() >= MAX_DIFFERENCES {
            return Ok(());
        }
        let after = now.map(|v| self.now.guest_value(self.image, ty, v, LIMITS)).transpose()?;
        let before = old.map(|v| self.old.guest_value(self.image, ty, v, LIMITS)).transpose()?;
        if after != before {
            self.out.push(Difference { package: self.package.clone(), path: path.to_owned(), before, after });
        }
        Ok(())
    }

    /// Whether an object of now is the stored object of before.
    fn same_object(&self, a: u64, b: u64) -> bool {
        let (x, y) = (self.now.mem.obj(handle(a)), self.old.mem.obj(handle(b)));
        x.oid != 0 && x.oid == y.oid && x.owner == y.owner && offset(a) == offset(b)
    }

    fn values(&mut self, ty: TypeId, now: &[u64], old: &[u64], path: &str, depth: u32) -> Res<()> {
        if depth > 50 || self.out.len() >= MAX_DIFFERENCES {
            return Ok(());
        }
        let image = self.image;
        let word = |s: &[u64], i: usize| s.get(i).copied().unwrap_or(0);
        match &image.types.get(ty).kind {
            Kind::Struct(fields) => {
                for f in fields.iter() {
                    let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                    let (x, y) = (now.get(at..at + n).unwrap_or(&[]), old.get(at..at + n).unwrap_or(&[]));
                    self.values(f.ty, x, y, &format!("{path}.{}", f.name), depth + 1)?;
                }
                Ok(())
            }
            Kind::Array(elem, _) => {
                let n = image.types.get(*elem).slots.max(1) as usize;
                for (i, (x, y)) in now.chunks(n).zip(old.chunks(n)).enumerate() {
                    self.values(*elem, x, y, &format!("{path}[{i}]"), depth + 1)?;
                }
                Ok(())
            }
            Kind::Ptr(to) => {
                let (a, b) = (word(now, 0), word(old, 0));
                if handle(a) != 0 && handle(b) != 0 && self.same_object(a, b) {
                    if self.now.mem.obj(handle(a)).gate & GATE_UNLOADED != 0 || !self.seen.insert((a, b)) {
                        return Ok(());
                    }
                    return self.vars(*to, (a, b), path, depth + 1);
                }
                self.changed(ty, Some(now), Some(old), path)
            }
            Kind::Slice(elem) => self.slices(*elem, now, old, path, depth, ty),
            Kind::Map(kt, vt) => self.maps((*kt, *vt), word(now, 0), word(old, 0), path, depth, ty),
            Kind::Iface(_) => {
                let (t, u) = (iface_type(word(now, 0)), iface_type(word(old, 0)));
                if t == u && t != 0 {
                    let (x, y) = (word(now, 1), word(old, 1));
                    let a = payload(&self.now.mem, &image.types, t, &x).to_vec();
                    let b = payload(&self.old.mem, &image.types, t, &y).to_vec();
                    return self.values(t, &a, &b, path, depth + 1);
                }
                self.changed(ty, Some(now), Some(old), path)
            }
            _ => self.changed(ty, Some(now), Some(old), path),
        }
    }

    fn slices(&mut self, elem: TypeId, now: &[u64], old: &[u64], path: &str, depth: u32, ty: TypeId) -> Res<()> {
        let (n, o) = (now.get(1).copied().unwrap_or(0), old.get(1).copied().unwrap_or(0));
        let image = self.image;
        let stride = u64::from(image.types.get(elem).slots);
        let nil = |s: &[u64]| s.first().is_none_or(|p| handle(*p) == 0);
        if nil(now) != nil(old) && (n == 0 && o == 0) || matches!(image.types.get(elem).kind, Kind::Uint(8)) {
            return self.changed(ty, Some(now), Some(old), path);
        }
        let same = !nil(now) && !nil(old) && self.same_object(now[0], old[0]);
        let common = n.min(o);
        let h = now.first().map_or(0, |p| handle(*p));
        if !(same && self.now.mem.obj(h).gate & GATE_UNLOADED != 0) {
            for i in 0..common {
                // of a large stored array only the runs that this call has read can differ
                if same
                    && let Some(runs) = self.now.state.runs.get(&h)
                    && !runs.loaded.contains(&((u64::from(offset(now[0])) + i * stride) as u32 / runs.slots))
                {
                    continue;
                }
                self.vars(elem, (now[0] + i * stride, old[0] + i * stride), &format!("{path}[{i}]"), depth + 1)?;
            }
        }
        for i in common..n {
            let v = Self::read(self.now, image, elem, now[0] + i * stride)?;
            self.changed(elem, Some(&v), None, &format!("{path}[{i}]"))?;
        }
        for i in common..o {
            let v = Self::read(&mut self.old, image, elem, old[0] + i * stride)?;
            self.changed(elem, None, Some(&v), &format!("{path}[{i}]"))?;
        }
        Ok(())
    }

    fn maps(&mut self, (kt, vt): (TypeId, TypeId), a: u64, b: u64, path: &str, depth: u32, ty: TypeId) -> Res<()> {
        let image = self.image;
        let h = handle(a);
        if h == 0 || handle(b) != 0 && !self.same_object(a, b) {
            let null = [a];
            return self.changed(ty, Some(&null), Some(&[b]), path);
        }
        if self.now.mem.obj(h).gate & GATE_UNLOADED != 0 {
            return Ok(());
        }
        let same = handle(b) != 0;
        let entries: Vec<(usize, u8)> = self.now.map_mut(h).entries.iter().enumerate().map(|(i, e)| (i, e.flags)).collect();
        for (i, flags) in entries {
            let dirty = flags & ENTRY_DIRTY != 0 || !same;
            if flags & ENTRY_GONE != 0 {
                continue;
            }
            let (k, v) = (self.now.map_mut(h).key(i).to_vec(), self.now.map_mut(h).value(i).to_vec());
            let live = flags & ENTRY_LIVE != 0;
            if !live && self.now.map_find(image, a, kt, &k)?.is_some() {
                continue;
            }
            let name = self.now.guest_value(image, kt, &k, LIMITS)?.short(80);
            let place = format!("{path}[{name}]");
            let before = if same { self.old_entry(b, kt, &k)? } else { None };
            match (live, before) {
                (true, Some(old)) if dirty || image.types.get(vt).refs => self.values(vt, &v, &old, &place, depth + 1)?,
                (true, None) if dirty => self.changed(vt, Some(&v), None, &place)?,
                (false, Some(old)) => self.changed(vt, None, Some(&old), &place)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The entry of a key of now in a map of before.
    fn old_entry(&mut self, b: u64, kt: TypeId, k: &[u64]) -> Res<Option<Vec<u64>>> {
        let key = match self.image.types.get(kt).kind {
            Kind::Str => {
                let text = self.now.mem.str(k[0], k[1]).to_vec();
                let (p, len) = self.old.mem.new_str(&text)?;
                vec![p, len]
            }
            _ if self.image.types.get(kt).refs => return Ok(None),
            Kind::Struct(_) | Kind::Array(..) => {
                let mut key = k.to_vec();
                self.translate(kt, &mut key)?;
                key
            }
            _ => k.to_vec(),
        };
        match self.old.map_find(self.image, b, kt, &key)? {
            Some((h, i)) => Ok(Some(self.old.map_mut(h).value(i).to_vec())),
            None => Ok(None),
        }
    }

    /// Copies the strings of a value of now into the memory of before.
    fn translate(&mut self, ty: TypeId, value: &mut [u64]) -> Res<()> {
        match self.image.types.get(ty).kind.clone() {
            Kind::Str => {
                if let [p, len] = value {
                    let text = self.now.mem.str(*p, *len).to_vec();
                    (*p, *len) = self.old.mem.new_str(&text)?;
                }
            }
            Kind::Struct(fields) => {
                for f in fields.iter() {
                    let (at, n) = (f.offset as usize, self.image.types.get(f.ty).slots as usize);
                    if let Some(part) = value.get_mut(at..at + n) {
                        self.translate(f.ty, part)?;
                    }
                }
            }
            Kind::Array(elem, _) => {
                let n = self.image.types.get(elem).slots.max(1) as usize;
                for part in value.chunks_mut(n) {
                    self.translate(elem, part)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
