//! amigos.Tree: committed state to read, through a machine of its own that sees nothing of this call's changes.

use super::{Call, NativeFn};
use crate::compare::{iface_type, payload};
use crate::image::{Image, Need, PkgIdx};
use crate::machine::{Env, Machine};
use crate::memory::handle;
use crate::path::{Found, Segment};
use crate::persist::Source;
use crate::trap::{Res, Trap, panic};
use crate::types::Kind;
use crate::value::Limits;
use amigos_mir::gas;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("amigos", "treeFor", |c| {
        let (height, _) = (c.word(), c.str());
        let path = c.text();
        c.ret(height)?;
        c.ret_str(put(&[], &path).as_bytes())
    }),
    ("amigos", "treeGet", |c| {
        let (height, place) = (c.word(), c.text());
        let key = c.iface();
        let key = key_text(c, key)?;
        c.ret(height)?;
        let text = put(place.as_bytes(), &key);
        c.ret_str(text.as_bytes())
    }),
    ("amigos", "treeKind", |c| {
        let at = look(c)?;
        let kind = at.kind(c);
        c.ret_str(kind.as_bytes())
    }),
    ("amigos", "treeLen", |c| {
        let mut at = look(c)?;
        let n = at.len(c)?;
        c.ret(n)
    }),
    ("amigos", "treeKeys", keys),
    ("amigos", "treeInt", |c| {
        let at = look(c)?;
        let (v, ok) = match (at.kind(c), at.word(c)?) {
            ("", _) => (0, true),
            ("int", v) => (v, true),
            ("uint", v) => (v, i64::try_from(v).is_ok()),
            _ => (0, false),
        };
        c.ret(v)?;
        c.ret_bool(ok)
    }),
    ("amigos", "treeUint", |c| {
        let at = look(c)?;
        let (v, ok) = match (at.kind(c), at.word(c)?) {
            ("", _) => (0, true),
            ("uint", v) => (v, true),
            ("int", v) => (v, v as i64 >= 0),
            _ => (0, false),
        };
        c.ret(v)?;
        c.ret_bool(ok)
    }),
    ("amigos", "treeFloat", |c| {
        let at = look(c)?;
        let v = at.word(c)?;
        let (f, ok) = match (at.kind(c), &at.what) {
            ("", _) => (0.0, true),
            ("float", What::Found(f)) => {
                let bits = if let Kind::Float(b) = c.image.types.get(f.ty()).kind { b } else { 64 };
                (crate::interp::float(bits, v), true)
            }
            _ => (0.0, false),
        };
        c.ret_float(f)?;
        c.ret_bool(ok)
    }),
    ("amigos", "treeBool", |c| {
        let at = look(c)?;
        let (v, ok) = match (at.kind(c), at.word(c)?) {
            ("", _) => (0, true),
            ("bool", v) => (v, true),
            _ => (0, false),
        };
        c.ret_bool(v != 0)?;
        c.ret_bool(ok)
    }),
    ("amigos", "treeBytes", |c| {
        let at = look(c)?;
        let found = at.bytes(c)?;
        let elem = c.image.types.find(amigos_types::ty::Ty::basic(amigos_types::ty::Basic::Uint8)).unwrap_or(0);
        match found {
            Some(b) if b.is_empty() => c.ret_words(&[0, 0, 0])?,
            Some(b) => {
                let s = c.m.make_bytes(elem, &b)?;
                c.ret_words(&s)?;
            }
            None => c.ret_words(&[0, 0, 0])?,
        }
        let ok = at.kind(c).is_empty() || at.bytes(c)?.is_some();
        c.ret_bool(ok)
    }),
    ("amigos", "treeText", |c| {
        let at = look(c)?;
        let text = at.text(c)?;
        c.ret_str(text.as_bytes())
    }),
    ("amigos", "treePlace", |c| {
        let (_, place) = (c.word(), c.text());
        let parts = split(&place);
        let mut text = String::new();
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                text.push('.');
            }
            text.push_str(p);
        }
        c.ret_str(text.as_bytes())
    }),
];

/// The place of a package's state, by `path@vN`.
pub(crate) fn place(package: &str) -> String {
    put(&[], package)
}

/// A place with one more step: each step is its length, a colon, its text.
fn put(place: &[u8], step: &str) -> String {
    format!("{}{}:{step}", String::from_utf8_lossy(place), step.len())
}

fn split(place: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = place;
    while let Some((n, tail)) = rest.split_once(':') {
        let Some(n) = n.parse::<usize>().ok().filter(|n| tail.is_char_boundary(*n) && *n <= tail.len()) else { break };
        out.push(tail[..n].to_owned());
        rest = &tail[n..];
    }
    out
}

fn key_text(c: &mut Call, key: [u64; 2]) -> Res<String> {
    let t = iface_type(key[0]);
    if let Kind::Str = c.image.types.get(t).kind {
        let w = key[1];
        if let [p, len] = payload(&c.m.mem, &c.image.types, t, &w) {
            return Ok(c.m.mem.text(*p, *len));
        }
    }
    super::fmt::plain(c, key)
}

enum What {
    Nothing,
    Nil,
    Package(PkgIdx),
    Found(Found),
}

struct At {
    height: i64,
    what: What,
}

/// Runs something on the machine that sees committed state; what it reads is charged to the caller.
fn on_shadow<T>(m: &mut Machine, image: &Image, height: i64, f: impl FnOnce(&mut Machine, &Image) -> Res<T>) -> Res<T> {
    if m.keeps && !m.pending.is_empty() {
        // what was committed before this call is not all written
        return m.cold();
    }
    let mut shadow = match m.shadows.remove(&height) {
        Some(s) => s,
        None => {
            let source = if height == 0 {
                m.state.source.clone()
            } else {
                match m.state.source.at(height) {
                    Some(s) => Source::Owned(s),
                    None => return panic(format!("amigos: the state of height {height} is not kept here")),
                }
            };
            let env = Env { persists: true, ..m.env.clone() };
            Box::new(Machine::with_source(image, source, env, 0, m.mem.limit))
        }
    };
    shadow.gas = m.gas;
    let result = f(&mut shadow, image);
    m.gas = shadow.gas.min(m.gas);
    if height == 0 {
        m.state.records.extend(shadow.state.records.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    m.shadows.insert(height, shadow);
    result
}

/// The package that a path means: itself if it names a major version, else its newest.
fn package(c: &Call, path: &str) -> Res<Option<PkgIdx>> {
    let program = &c.image.program;
    let key = if path.contains('@') {
        PkgKey(Name::new(path))
    } else {
        let newest = (1..=64).map(|n| PkgKey(Name::new(&format!("{path}@v{n}")))).take_while(|k| program.package(*k).is_some()).last();
        newest.unwrap_or(PkgKey(Name::new(path)))
    };
    match c.image.pkg(key) {
        Some(p) => Ok(c.image.pkgs[usize::from(p)].contract.then_some(p)),
        None if path.len() < 256 && program.package(key).is_some() => Err(Need::Package(key).into()),
        None => Ok(None),
    }
}

/// Follows the place of the tree that is the next argument.
fn look(c: &mut Call) -> Res<At> {
    let (height, place) = (c.int(), c.text());
    let parts = split(&place);
    let Some((path, steps)) = parts.split_first() else { return Ok(At { height, what: What::Nothing }) };
    let Some(pkg) = package(c, path)? else { return Ok(At { height, what: What::Nothing }) };
    if steps.is_empty() {
        return Ok(At { height, what: What::Package(pkg) });
    }
    let found = on_shadow(c.m, c.image, height, |m, image| {
        let mut at: Option<Found> = None;
        for step in steps {
            let next = match at {
                None => m.follow(image, pkg, &[Segment::Name(step.clone())], false),
                Some(at) => {
                    let at = m.look_through(image, at)?;
                    let segment = match &image.types.get(at.ty()).kind {
                        Kind::Struct(_) => Segment::Name(step.clone()),
                        Kind::Map(kt, _) if matches!(image.types.get(*kt).kind, Kind::Str) => Segment::Index(super::quote_text(step)),
                        _ => Segment::Index(step.clone()),
                    };
                    m.step(image, at, &segment, false)
                }
            };
            at = Some(match next {
                Ok(f) => f,
                // a part that cannot be there is not there
                Err(t) if matches!(*t, Trap::Panic(_)) => return Ok(What::Nothing),
                Err(t) => return Err(t),
            });
            if matches!(at, Some(Found::Nothing)) {
                return Ok(What::Nothing);
            }
        }
        let Some(at) = at else { return Ok(What::Nothing) };
        let at = m.look_through(image, at)?;
        let slots = m.found_slots(image, &at)?;
        let nil = match image.types.get(at.ty()).kind {
            Kind::Slice(_) | Kind::Map(..) | Kind::Func => slots.first().is_none_or(|p| handle(*p) == 0),
            _ => matches!(at, Found::Nothing),
        };
        Ok(if nil { What::Nil } else { What::Found(at) })
    })?;
    Ok(At { height, what: found })
}

impl At {
    fn kind(&self, c: &Call) -> &'static str {
        match &self.what {
            What::Nothing => "",
            What::Nil => "nil",
            What::Package(_) => "package",
            What::Found(f) => match c.image.types.get(f.ty()).kind {
                Kind::Bool => "bool",
                Kind::Int(_) => "int",
                Kind::Uint(_) => "uint",
                Kind::Float(_) => "float",
                Kind::Complex(_) => "complex",
                Kind::Str => "string",
                Kind::Slice(_) => "slice",
                Kind::Array(..) => "array",
                Kind::Map(..) => "map",
                Kind::Struct(_) => "struct",
                Kind::Func => "func",
                _ => "nil",
            },
        }
    }

    fn slots(&self, c: &mut Call) -> Res<Vec<u64>> {
        match &self.what {
            What::Found(f) => {
                let f = f.clone();
                on_shadow(c.m, c.image, self.height, |m, image| m.found_slots(image, &f))
            }
            _ => Ok(Vec::new()),
        }
    }

    fn word(&self, c: &mut Call) -> Res<u64> {
        Ok(self.slots(c)?.first().copied().unwrap_or(0))
    }

    fn len(&mut self, c: &mut Call) -> Res<u64> {
        let slots = self.slots(c)?;
        Ok(match &self.what {
            What::Nothing | What::Nil => 0,
            What::Package(p) => c.image.globals_of(*p).count() as u64,
            What::Found(f) => match &c.image.types.get(f.ty()).kind {
                Kind::Str | Kind::Slice(_) => slots.get(1).copied().unwrap_or(0),
                Kind::Array(_, n) => u64::from(*n),
                Kind::Struct(fields) => fields.len() as u64,
                Kind::Map(..) => {
                    let h = handle(slots.first().copied().unwrap_or(0));
                    on_shadow(c.m, c.image, self.height, |m, image| {
                        m.map_ready(image, h)?;
                        Ok(m.map_mut(h).live as u64)
                    })?
                }
                _ => 0,
            },
        })
    }

    fn bytes(&self, c: &mut Call) -> Res<Option<Vec<u8>>> {
        let What::Found(f) = &self.what else { return Ok(None) };
        let slots = self.slots(c)?;
        match c.image.types.get(f.ty()).kind {
            Kind::Str => on_shadow(c.m, c.image, self.height, |m, _| {
                Ok(Some(m.mem.str(slots.first().copied().unwrap_or(0), slots.get(1).copied().unwrap_or(0)).to_vec()))
            }),
            Kind::Slice(e) if matches!(c.image.types.get(e).kind, Kind::Uint(8)) => on_shadow(c.m, c.image, self.height, |m, image| {
                let len = slots.get(1).copied().unwrap_or(0);
                m.charge(gas::BYTES.of(len))?;
                m.bytes_of(image, slots.first().copied().unwrap_or(0), len).map(Some)
            }),
            _ => Ok(None),
        }
    }

    fn text(&self, c: &mut Call) -> Res<String> {
        const LIMIT: usize = 4096;
        match &self.what {
            What::Nothing => Ok(String::new()),
            What::Nil => Ok("nil".to_owned()),
            What::Package(p) => Ok(Machine::pkg_name(c.image, *p).to_owned()),
            What::Found(f) => {
                if let Kind::Str = c.image.types.get(f.ty()).kind {
                    let b = self.bytes(c)?.unwrap_or_default();
                    c.m.charge(gas::BYTES.of(b.len() as u64))?;
                    return Ok(String::from_utf8_lossy(&b).into_owned());
                }
                let (slots, ty) = (self.slots(c)?, f.ty());
                let limits = Limits { depth: 4, items: 50, text: 256, total: 500, cut: false };
                let value = on_shadow(c.m, c.image, self.height, |m, image| m.guest_value(image, ty, &slots, limits))?;
                let mut text = value.go();
                if text.len() > LIMIT {
                    let mut end = LIMIT;
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    text.truncate(end);
                }
                c.m.charge(text.len() as u64)?;
                Ok(text)
            }
        }
    }
}

fn keys(c: &mut Call) -> Res<()> {
    let at = look(c)?;
    let slots = at.slots(c)?;
    let mut names: Vec<String> = Vec::new();
    match &at.what {
        What::Nothing | What::Nil => {}
        What::Package(p) => names = c.image.globals_of(*p).map(|(_, g)| g.key.name.to_string()).collect(),
        What::Found(f) => match c.image.types.get(f.ty()).kind.clone() {
            Kind::Struct(fields) => names = fields.iter().map(|f| f.name.to_string()).collect(),
            Kind::Slice(_) | Kind::Array(..) => {
                let n =
                    if let Kind::Array(_, n) = c.image.types.get(f.ty()).kind { u64::from(n) } else { slots.get(1).copied().unwrap_or(0) };
                c.m.charge(n * 8)?;
                names = (0..n).map(|i| i.to_string()).collect();
            }
            Kind::Map(kt, _) => {
                let h = handle(slots.first().copied().unwrap_or(0));
                names = on_shadow(c.m, c.image, at.height, |m, image| {
                    m.map_ready(image, h)?;
                    let (mut seq, end) = (0, m.map_mut(h).next_seq);
                    let mut out = Vec::new();
                    loop {
                        m.map_load_from(image, h, seq, end)?;
                        let map = m.map_mut(h);
                        let Some(i) = map.next_from(seq, end, usize::MAX) else { break };
                        seq = map.entries[i].seq + 1;
                        let k = map.key(i).to_vec();
                        m.charge(gas::STATE_READ_BASE)?;
                        out.push(match image.types.get(kt).kind {
                            Kind::Str => m.mem.text(k[0], k[1]),
                            _ => m.guest_value(image, kt, &k, Limits::default())?.go(),
                        });
                    }
                    Ok(out)
                })?;
            }
            _ => {}
        },
    }
    let mut words = Vec::new();
    for n in &names {
        words.extend(c.m.make_str(n.as_bytes())?);
    }
    if words.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let elem = c.image.types.find(amigos_types::ty::Ty::basic(amigos_types::ty::Basic::String)).unwrap_or(0);
    let s = c.m.make_words(elem, &words)?;
    let n = names.len() as u64;
    c.ret_words(&[s[0], n, n])
}
