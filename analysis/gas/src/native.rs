//! Natives of the standard library: their price is the cost class of their declaration; what they return has a size where it is easily said.

use std::rc::Rc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_std::Count;
use amigos_types::ty::{Basic, Ty, TyKind};

use crate::heap::{Obj, State};
use crate::poly::{Atom, Poly};
use crate::value::{Dyn, Value};
use crate::walk::{Res, Walk};

enum ResultSize {
    Unknown,
    Constant(u64),
    /// So many times the length of an argument.
    LenOf(usize, u64),
}

fn result_size(package: &str, name: &str) -> ResultSize {
    match (package, name) {
        // A letter takes at most three times as many bytes in the other case.
        ("strings" | "bytes", "ToUpper" | "ToLower") => ResultSize::LenOf(0, 3),
        ("strings" | "bytes", "Index" | "IndexByte" | "LastIndex") => ResultSize::LenOf(0, 1),
        ("strconv", "formatBits") => ResultSize::Constant(65),
        // `\x00` for one byte.
        ("strconv", "Quote" | "QuoteToASCII" | "unquote") => ResultSize::LenOf(0, 4),
        ("strconv", "QuoteRune" | "QuoteRuneToASCII") => ResultSize::Constant(12),
        ("amigos/cid", "Sum") => ResultSize::Constant(64),
        ("crypto/sha256", "sum") => ResultSize::Constant(32),
        ("amigos", "Self") => ResultSize::Constant(70),
        ("amigos", "treeKind") => ResultSize::Constant(16),
        _ => ResultSize::Unknown,
    }
}

impl Walk<'_> {
    /// What a deep visit of a value meets.
    pub fn walked(&mut self, st: &State, value: &Value, ty: Ty, depth: u32) -> Option<Poly> {
        let one = Poly::constant(1);
        if depth > 6 {
            return None;
        }
        match self.core(ty) {
            TyKind::Basic(Basic::String | Basic::UntypedString) => value.hi.as_ref()?.plus(&one).ok(),
            TyKind::Basic(_) | TyKind::Signature(_) => Some(one),
            TyKind::Interface(_) => match value.dyns.clone() {
                Some(dyns) => {
                    let mut most = one.clone();
                    for d in dyns.iter() {
                        let inner = match d.ty {
                            Some(t) => self.walked(st, &d.value, t, depth)?,
                            None => Poly::constant(400),
                        };
                        most = most.join(&inner.plus(&one).ok()?).ok()?;
                    }
                    Some(most)
                }
                None => match &value.refs.paths[..] {
                    [path] if !value.refs.unknown => Poly::atom(Atom::Walk(path.clone())).plus(&one).ok(),
                    _ => None,
                },
            },
            TyKind::Struct(fields) => {
                let mut sum = one;
                for (i, f) in fields.iter().enumerate() {
                    let part = self.field(st, value, ty, i as u32);
                    sum = sum.plus(&self.walked(st, &part, f.ty, depth + 1)?).ok()?;
                }
                Some(sum)
            }
            TyKind::Array { len, elem } => {
                let part = self.array_elem(st, value, *elem);
                self.walked(st, &part, *elem, depth + 1)?.scaled((*len).max(0) as u64, 1).ok()?.plus(&one).ok()
            }
            TyKind::Slice(elem) => {
                if self.packed(*elem) {
                    return value.hi.as_ref()?.plus(&one).ok();
                }
                if let Some(elems) = self.elements(st, value) {
                    let mut sum = one;
                    for e in &elems {
                        sum = sum.plus(&self.walked(st, e, *elem, depth + 1)?).ok()?;
                    }
                    return Some(sum);
                }
                let part = self.element(st, value, *elem, None);
                let each = self.walked(st, &part, *elem, depth + 1)?;
                value.hi.as_ref()?.times(&each).ok()?.plus(&one).ok()
            }
            TyKind::Map { key, value: v } => {
                let n = self.map_len(st, value, ty)?;
                let (mut ks, mut vs) = (Value::default(), Value::default());
                for o in value.refs.objs.iter().filter_map(|id| st.objs.get(id)) {
                    ks = ks.join(&o.key);
                    vs = vs.join(&o.content);
                }
                for p in &value.refs.paths {
                    ks = ks.join(&self.start_of(&p.then(crate::poly::Seg::Key), *key));
                    vs = vs.join(&self.start_of(&p.then(crate::poly::Seg::Elem), *v));
                }
                if st.havoc || !st.overlay.is_empty() && !value.refs.paths.is_empty() {
                    return None;
                }
                let each = self.walked(st, &ks, *key, depth + 1)?.plus(&self.walked(st, &vs, *v, depth + 1)?).ok()?.plus(&one).ok()?;
                n.times(&each).ok()?.plus(&one).ok()
            }
            TyKind::Pointer(to) if depth <= 1 => {
                if !matches!(self.core(*to), TyKind::Struct(_) | TyKind::Array { .. } | TyKind::Slice(_) | TyKind::Map { .. }) {
                    return Some(one);
                }
                let part = self.pointee(st, value, *to);
                self.walked(st, &part, *to, depth + 1)?.plus(&one).ok()
            }
            _ => Some(one),
        }
    }

    /// The elements of a short slice that was made here, if each is known.
    fn elements(&self, st: &State, slice: &Value) -> Option<Vec<Value>> {
        let [id] = &slice.refs.objs[..] else { return None };
        if !slice.refs.paths.is_empty() || slice.refs.unknown {
            return None;
        }
        Some((**st.objs.get(id)?.elems.as_ref()?).clone())
    }

    /// Calls a native.
    pub fn native(&mut self, mut st: State, func: FuncKey, native: &NativeFunc, targs: &[Ty], args: Vec<Value>) -> Res<State> {
        let full = func.name.as_str();
        let package = func.pkg.0.as_str();
        let Some(price) = amigos_std::native(package, full) else { return Err(self.reason(format!("calls `{full}`, which has no price"))) };
        let types = |list: &[Ty]| -> Vec<Ty> { list.iter().map(|t| amigos_mir::layout::subst(*t, &native.tparams, targs)).collect() };
        let (params, results) = (types(&native.params), types(&native.results));
        let mut cost = Poly::constant(price.base);
        for unit in &price.units {
            let at = unit.parameter as usize;
            let (Some(value), Some(ty)) = (args.get(at), params.get(at)) else { continue };
            let units = match unit.count {
                Count::Len => value.hi.clone(),
                Count::Value => value.hi.clone(),
                Count::Walk => match self.core(*ty) {
                    // Operands are visited each for itself.
                    TyKind::Slice(elem) => {
                        let elem = *elem;
                        match self.elements(&st, value) {
                            Some(elems) => {
                                let mut sum = Some(Poly::constant(1));
                                for e in &elems {
                                    let one = self.walked(&st, e, elem, 0);
                                    sum = sum.zip(one).and_then(|(a, b)| a.plus(&b).ok());
                                }
                                sum
                            }
                            None => {
                                let one = self.element(&st, value, elem, None);
                                let each = self.walked(&st, &one, elem, 0);
                                value
                                    .hi
                                    .as_ref()
                                    .zip(each)
                                    .and_then(|(n, e)| n.times(&e).ok())
                                    .and_then(|p| p.plus(&Poly::constant(1)).ok())
                            }
                        }
                    }
                    _ => self.walked(&st, value, *ty, 0),
                },
            };
            let units = self.need(units, || format!("the size of what `{full}` is given is not known"))?;
            let gas = self.slope(gas::Slope { num: price.num, den: price.den, unit: "unit" }, &units)?;
            cost = self.large(cost.plus(&gas))?;
        }
        // Slices that are read may be in the state.
        for (value, ty) in args.iter().zip(&params) {
            if let TyKind::Slice(elem) = self.core(*ty) {
                self.touch_elem(&mut st, value, *elem, None, false)?;
                if package == "fmt" || full == "emit" {
                    for e in self.elements(&st, value).unwrap_or_default() {
                        self.touch_held(&mut st, &e)?;
                    }
                }
            }
        }
        self.pay(&mut st, &cost)?;
        let mut out: Vec<Value> = results.iter().map(|t| Value::any(self.types, *t)).collect();
        let allocated = |walk: &Self, st: &mut State, size: &Poly| -> Res<()> {
            let price = walk.slope(gas::ALLOC, size)?;
            walk.pay(st, &price)
        };
        match (package, full) {
            ("fmt", "operands") => out = vec![self.described(&mut st, args.get(2))?],
            ("fmt", "render") => {
                let size = self.rendered(&st, &args);
                let size = self.need(size, || "the length of a formatted text is not known".into())?;
                allocated(self, &mut st, &size)?;
                out = vec![Value::of_size(size)];
            }
            ("fmt", "write") => {
                let size = self.need(args.first().and_then(|a| a.hi.clone()), || "the length of a printed text is not known".into())?;
                allocated(self, &mut st, &size)?;
            }
            ("amigos", "emit") => {
                let name = self.need(args.first().and_then(|a| a.hi.clone()), || "the length of an event's name is not known".into())?;
                let elems = args.get(1).and_then(|a| self.elements(&st, a));
                let mut size = name;
                match (elems, args.get(1)) {
                    (Some(elems), _) => {
                        for e in &elems {
                            let text = self.text_size(&st, e, 'v');
                            let text = self.need(text, || "the length of an event's attribute is not known".into())?;
                            size = self.large(size.plus(&text))?;
                        }
                    }
                    (None, Some(a)) if a.hi.as_ref().is_some_and(Poly::is_zero) => {}
                    _ => {
                        // An event is no longer than this.
                        size = Poly::constant(gas::EVENT_BYTES as u64);
                    }
                }
                let price =
                    self.large(size.scaled(gas::EVENT.num, gas::EVENT.den).and_then(|p| p.plus(&Poly::constant(gas::EVENT_BASE))))?;
                self.pay(&mut st, &price)?;
            }
            ("amigos", "send") => self.pay(&mut st, &Poly::constant(gas::SEND))?,
            ("sort", "length") => {
                if let Some(dyns) = args.first().and_then(|a| a.dyns.clone()) {
                    let all = dyns.iter().map(|d| d.value.clone()).fold(Value::default(), |a, b| a.join(&b));
                    out = vec![Value::of_opt(all.hi)];
                }
            }
            ("sort", "swap") => {
                for d in args.first().and_then(|a| a.dyns.clone()).iter().flat_map(|d| d.iter()) {
                    if let Some(TyKind::Slice(elem)) = d.ty.map(|t| self.core(t)) {
                        self.touch_elem(&mut st, &d.value, *elem, None, true)?;
                    }
                }
            }
            ("errors", "assign") => {
                let error = args.first().cloned().unwrap_or_default();
                for d in args.get(1).and_then(|a| a.dyns.clone()).iter().flat_map(|d| d.iter()) {
                    for id in d.value.refs.objs.clone() {
                        if let Some(obj) = st.objs.get(&id).cloned() {
                            let held =
                                error.dyns.iter().flat_map(|d| d.iter()).map(|d| d.value.clone()).fold(error.clone(), |a, b| a.join(&b));
                            let held = if error.dyns.is_none() { Value::unknown() } else { held };
                            st.objs.insert(id, Rc::new(Obj { content: obj.content.join(&held), elems: None, ..(*obj).clone() }));
                        }
                    }
                }
            }
            ("strings" | "bytes", "places") => {
                // One place for each byte and one more.
                let n = self.need(args.first().and_then(|a| a.hi.clone()), || "the length of what is searched is not known".into())?;
                let n = self.large(n.plus(&Poly::constant(1)))?;
                let bytes = self.large(n.scaled(8, 1))?;
                allocated(self, &mut st, &bytes)?;
                out = vec![self.made_slice(
                    &mut st,
                    n.clone(),
                    Value::number(args.first().and_then(|a| a.hi.clone()), Some(Poly::default())),
                )];
            }
            ("strings" | "bytes", "Count") => {
                let n = args.first().and_then(|a| a.hi.clone()).and_then(|n| n.plus(&Poly::constant(1)).ok());
                out = vec![Value::of_opt(n)];
            }
            ("math/bits", "Len64" | "OnesCount64" | "TrailingZeros64") => out = vec![Value::constant(64)],
            ("strconv", "formatFloat") => {
                let precision =
                    self.need(args.get(2).and_then(|a| a.hi.clone()), || "the precision of a number's text is not known".into())?;
                let size = self.large(precision.plus(&Poly::constant(340)))?;
                allocated(self, &mut st, &size)?;
                out = vec![Value::of_size(size)];
            }
            _ => {
                let size = match result_size(package, full) {
                    ResultSize::Constant(n) => Some(Poly::constant(n)),
                    ResultSize::LenOf(at, times) => args
                        .get(at)
                        .and_then(|a| a.hi.as_ref())
                        .and_then(|n| n.scaled(times, 1).ok())
                        .and_then(|p| p.plus(&Poly::constant(2)).ok()),
                    ResultSize::Unknown => None,
                };
                let allocates = results.iter().any(|t| match self.core(*t) {
                    TyKind::Basic(b) => *b == Basic::String,
                    _ => true,
                });
                match size {
                    Some(size) => {
                        if allocates {
                            allocated(self, &mut st, &size)?;
                        }
                        let low = if allocates { Poly::default() } else { Poly::constant(1) };
                        let lo = if let Some(TyKind::Basic(Basic::Int)) = results.first().map(|t| self.core(*t)) {
                            Some(low)
                        } else {
                            Some(Poly::default())
                        };
                        if let Some(first) = out.first_mut() {
                            *first = Value::number(Some(size), lo);
                        }
                    }
                    None if allocates => {
                        let name = price.full_name();
                        self.need(None, || format!("the size of what `{package}.{name}` returns is not known"))?;
                    }
                    None => {}
                }
            }
        }
        st.results = out;
        Ok(st)
    }

    pub fn made_slice(&mut self, st: &mut State, len: Poly, content: Value) -> Value {
        let n = self.fresh();
        let id = self.id(std::ptr::null::<Inst>().wrapping_byte_add(self.site), 77);
        let obj = Obj { content, elems: None, key: Value::default(), len: Some(len.clone()), adopt: None, vn: n, many: false };
        let pointer = self.make(st, id, obj, LocalId(u32::MAX));
        Value { hi: Some(len), ..pointer }
    }

    /// A value that is printed is read.
    fn touch_held(&mut self, st: &mut State, value: &Value) -> Res<()> {
        for d in value.dyns.clone().iter().flat_map(|d| d.iter()) {
            match d.ty.map(|t| self.core(t)) {
                Some(TyKind::Pointer(to)) => {
                    for path in d.value.refs.paths.clone() {
                        if !d.value.inner {
                            self.touch_object(st, &path, *to, d.value.vn, false)?;
                        }
                    }
                }
                Some(TyKind::Slice(elem)) => self.touch_elem(st, &d.value, *elem, None, false)?,
                Some(TyKind::Map { .. }) => {
                    if let Some(t) = d.ty {
                        self.touch_map(st, &d.value, t)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The values among operands whose methods a rendering consults.
    fn described(&mut self, st: &mut State, operands: Option<&Value>) -> Res<Value> {
        let Some(slice) = operands else { return Ok(Value::constant(0)) };
        let elems = match self.elements(st, slice) {
            Some(elems) => elems,
            None if slice.hi.as_ref().is_some_and(Poly::is_zero) => return Ok(Value::constant(0)),
            None => vec![self.element(st, slice, Ty::empty_interface(), None)],
        };
        let mut asked: Vec<Value> = Vec::new();
        for e in &elems {
            let Some(dyns) = &e.dyns else {
                return self.need(None, || "formats a value of unknown type".into()).map(|_| Value::unknown());
            };
            let mut held = Vec::new();
            for d in dyns.iter() {
                match d.ty {
                    None => held.push(d.clone()),
                    Some(t) if self.find_method(t, "Error".into()).is_some() || self.find_method(t, "String".into()).is_some() => {
                        held.push(d.clone())
                    }
                    Some(t) if self.describes(t, 0) => {
                        return self.need(None, || "formats a value whose parts describe themselves".into()).map(|_| Value::unknown());
                    }
                    Some(_) => {}
                }
            }
            if !held.is_empty() {
                asked.push(Value::interface(held));
            }
        }
        if asked.is_empty() {
            return Ok(Value::constant(0));
        }
        let n = if self.elements(st, slice).is_some() { Some(Poly::constant(asked.len() as u64)) } else { slice.hi.clone() };
        let n = self.need(n, || "how many values are formatted is not known".into())?;
        // A format may name an operand more than once: as often as it has verbs. The values are put into a list.
        let bytes = self.large(n.scaled(16, 1))?;
        let price = self.slope(gas::ALLOC, &bytes)?;
        self.pay(st, &price)?;
        let all = asked.into_iter().fold(Value::default(), |a, b| a.join(&b));
        Ok(self.made_slice(st, n, all))
    }

    /// Whether a value of a type holds others that describe themselves.
    fn describes(&self, ty: Ty, depth: u32) -> bool {
        if depth > 5 {
            return true;
        }
        if depth > 0 && (self.find_method(ty, "Error".into()).is_some() || self.find_method(ty, "String".into()).is_some()) {
            return true;
        }
        match self.core(ty) {
            TyKind::Basic(_) | TyKind::Signature(_) => false,
            TyKind::Pointer(to) => depth == 0 && self.describes(*to, depth + 1),
            TyKind::Slice(t) | TyKind::Array { elem: t, .. } => self.describes(*t, depth + 1),
            TyKind::Map { key, value } => self.describes(*key, depth + 1) || self.describes(*value, depth + 1),
            TyKind::Struct(fields) => fields.iter().any(|f| self.describes(f.ty, depth + 1)),
            _ => true,
        }
    }

    /// The length of the text of an operand under a verb.
    fn text_size(&mut self, st: &State, operand: &Value, verb: char) -> Option<Poly> {
        let mut most = Poly::constant(8);
        for d in operand.dyns.clone()?.iter() {
            let size = match d.ty {
                None => Poly::constant(400),
                Some(t) => match self.core(t) {
                    TyKind::Basic(Basic::String | Basic::UntypedString) => {
                        let n = d.value.hi.clone()?;
                        match verb {
                            's' | 'v' => n,
                            _ => n.scaled(4, 1).ok()?.plus(&Poly::constant(32)).ok()?,
                        }
                    }
                    TyKind::Basic(Basic::Bool | Basic::UntypedBool) => Poly::constant(if matches!(verb, 'v' | 't') { 5 } else { 16 }),
                    TyKind::Basic(b) if (Basic::Float32..=Basic::Complex128).contains(b) => Poly::constant(700),
                    TyKind::Basic(_) => Poly::constant(if matches!(verb, 'd' | 'v' | 's') { 21 } else { 80 }),
                    _ => {
                        let parts = self.walked(st, &d.value, t, 0)?;
                        parts.scaled(64, 1).ok()?.plus(&Poly::constant(200)).ok()?
                    }
                },
            };
            most = most.join(&size).ok()?;
        }
        Some(most)
    }

    /// The length of what `render` returns: `mode, format, operands, texts`.
    fn rendered(&mut self, st: &State, args: &[Value]) -> Option<Poly> {
        let [_, format, operands, texts] = args else { return None };
        // Texts of values that describe themselves stand for these.
        let described = if texts.hi.as_ref().is_some_and(Poly::is_zero) {
            None
        } else {
            let one = self.element(st, texts, Ty::basic(Basic::String), None);
            Some(one.hi?)
        };
        let operands = match self.elements(st, operands) {
            Some(elems) => elems,
            None if operands.hi.as_ref().is_some_and(Poly::is_zero) => vec![],
            None => {
                let one = self.element(st, operands, Ty::empty_interface(), None);
                let each = self.operand_text(st, &one, 'x', &described)?;
                let n = operands.hi.as_ref()?;
                let all = n.times(&each.plus(&Poly::constant(16)).ok()?).ok()?;
                return all.plus(format.hi.as_ref()?).ok()?.plus(&Poly::constant(32)).ok();
            }
        };
        let Some(text) = &format.text else {
            let mut sum = format.hi.clone()?;
            if !format.hi.as_ref().is_some_and(Poly::is_zero) {
                return None;
            }
            for o in &operands {
                sum = sum.plus(&self.operand_text(st, o, 'v', &described)?).ok()?.plus(&Poly::constant(1)).ok()?;
            }
            return Some(sum);
        };
        if text.is_empty() {
            let mut sum = Poly::default();
            for o in &operands {
                sum = sum.plus(&self.operand_text(st, o, 'v', &described)?).ok()?.plus(&Poly::constant(1)).ok()?;
            }
            return Some(sum);
        }
        let mut sum = Poly::default();
        let mut next = 0;
        let mut chars = text.chars().peekable();
        let mut plain = 0u64;
        while let Some(c) = chars.next() {
            if c != '%' {
                plain += c.len_utf8() as u64;
                continue;
            }
            let (mut width, mut number, mut odd) = (0u64, 0u64, false);
            let mut verb = None;
            for c in chars.by_ref() {
                match c {
                    '0'..='9' => number = (number * 10 + u64::from(c as u32 - '0' as u32)).min(100_000),
                    '.' => {
                        width += number;
                        number = 0;
                    }
                    '+' | '-' | '#' | ' ' => odd = true,
                    '*' | '[' | ']' => return None,
                    c => {
                        verb = Some(c);
                        break;
                    }
                }
            }
            width += number;
            match verb {
                Some('%') => plain += 1,
                Some(verb) => {
                    match operands.get(next) {
                        Some(o) => {
                            let size = self.operand_text(st, o, if odd { 'x' } else { verb }, &described)?;
                            sum = sum.plus(&size).ok()?.plus(&Poly::constant(width)).ok()?;
                        }
                        None => plain += 32,
                    }
                    next += 1;
                }
                None => plain += 16,
            }
        }
        for o in operands.iter().skip(next) {
            sum = sum.plus(&self.operand_text(st, o, 'x', &described)?).ok()?.plus(&Poly::constant(64)).ok()?;
        }
        sum.plus(&Poly::constant(plain)).ok()
    }

    fn operand_text(&mut self, st: &State, operand: &Value, verb: char, described: &Option<Poly>) -> Option<Poly> {
        let own = operand.dyns.as_ref()?.iter().any(|d: &Dyn| {
            d.ty.is_none_or(|t| self.find_method(t, "Error".into()).is_some() || self.find_method(t, "String".into()).is_some())
        });
        match (own, described) {
            (true, Some(text)) => {
                let text =
                    if matches!(verb, 's' | 'v' | 'w') { text.clone() } else { text.scaled(4, 1).ok()?.plus(&Poly::constant(32)).ok()? };
                text.plus(&Poly::constant(16)).ok()
            }
            _ => self.text_size(st, operand, verb),
        }
    }
}
