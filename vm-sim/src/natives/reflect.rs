//! What errors and sort need to know of a value's type.

use super::{Call, NativeFn};
use crate::compare::{iface_type, payload};
use crate::image::Need;
use crate::memory::{handle, offset};
use crate::trap::{self, Res};
use crate::types::Kind;
use amigos_mir::gas;
use amigos_types::ty::Ty;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] = &[
    ("errors", "canCompare", can_compare),
    ("text/template", "canCompare", can_compare),
    ("errors", "targetKind", target_kind),
    ("errors", "assign", assign),
    ("sort", "length", length),
    ("sort", "swap", swap),
];

fn can_compare(c: &mut Call) -> Res<()> {
    let v = c.iface();
    let t = iface_type(v[0]);
    c.ret_bool(t == 0 || c.image.types.get(t).comparable)
}

/// Whether values of type `t` have the methods of interface `iface`.
fn implements(c: &Call, t: u32, iface: u32) -> Res<bool> {
    match c.image.implements.get(&(t, iface)) {
        Some(missing) => Ok(missing.is_none()),
        None => Err(Need::Implements(t, iface).into()),
    }
}

fn error_type(c: &Call) -> Res<u32> {
    match c.image.types.find(Ty::error()) {
        Some(t) => Ok(t),
        None => Err(Need::Type("error".into()).into()),
    }
}

fn target_kind(c: &mut Call) -> Res<()> {
    let v = c.iface();
    let kind = match c.image.types.get(iface_type(v[0])).kind {
        Kind::Ptr(to) if iface_type(v[0]) != 0 && handle(v[1]) != 0 => match c.image.types.get(to).kind {
            Kind::Iface(_) => 0,
            _ if implements(c, to, error_type(c)?)? => 0,
            _ => 2,
        },
        _ => 1,
    };
    c.ret(kind)
}

fn assign(c: &mut Call) -> Res<()> {
    let (err, target) = (c.iface(), c.iface());
    let (t, Kind::Ptr(to)) = (iface_type(err[0]), c.image.types.get(iface_type(target[0])).kind.clone()) else {
        return c.ret_bool(false);
    };
    if t == 0 || handle(target[1]) == 0 {
        return c.ret_bool(false);
    }
    let value: Vec<u64> = match c.image.types.get(to).kind {
        Kind::Iface(_) if implements(c, t, to)? => err.to_vec(),
        _ if t == to => payload(&c.m.mem, &c.image.types, t, &err[1]).to_vec(),
        _ => return c.ret_bool(false),
    };
    c.m.store(c.image, target[1], 0, &value, to)?;
    c.ret_bool(true)
}

fn slice_of(c: &mut Call) -> Res<([u64; 3], u32)> {
    let v = c.iface();
    let t = iface_type(v[0]);
    let Kind::Slice(elem) = c.image.types.get(t).kind else {
        let name = c.image.types.name(&*c.image.program, t);
        return trap::panic(format!("reflect: call of Swapper on {name} Value"));
    };
    match payload(&c.m.mem, &c.image.types, t, &v[1]) {
        [p, len, cap] => Ok(([*p, *len, *cap], elem)),
        _ => Ok(([0, 0, 0], elem)),
    }
}

fn length(c: &mut Call) -> Res<()> {
    let (s, _) = slice_of(c)?;
    c.ret(s[1])
}

fn swap(c: &mut Call) -> Res<()> {
    let (s, elem) = slice_of(c)?;
    let (i, j) = (c.word(), c.word());
    if i >= s[1] || j >= s[1] {
        return trap::panic("reflect: slice index out of range");
    }
    let n = c.image.types.get(elem).slots;
    if n == 0 || i == j {
        return Ok(());
    }
    c.m.charge(gas::COPY.of(u64::from(n) * 2))?;
    let (p, q) = (s[0] + i * u64::from(n), s[0] + j * u64::from(n));
    let (a, b) = (c.m.words_of(c.image, p, 1, n)?, c.m.words_of(c.image, q, 1, n)?);
    let _ = offset(p);
    c.m.store(c.image, p, 0, &b, elem)?;
    c.m.store(c.image, q, 0, &a, elem)
}
