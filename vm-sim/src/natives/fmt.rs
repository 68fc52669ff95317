//! fmt: the verbs over values of any type. `operands` finds the values whose methods a rendering needs, Go code calls them, `render` takes their texts.

use super::{Call, NativeFn, float};
use crate::compare::{iface_maker, iface_type, iface_word, payload};
use crate::image::{Image, Need};
use crate::interp::strings::decode_rune;
use crate::machine::Machine;
use crate::maps::ENTRY_LIVE;
use crate::memory::{FLAG_SEALED, handle, pointer};
use crate::trap::Res;
use crate::types::{Kind, RUNTIME_ERROR, TypeId};
use amigos_types::ty::Ty;

pub(super) const NATIVES: &[(&str, &str, NativeFn)] =
    &[("fmt", "operands", operands), ("fmt", "render", render), ("fmt", "write", write), ("fmt", "isNil", is_nil)];

fn operands(c: &mut Call) -> Res<()> {
    let (mode, format, args) = (c.word(), c.str(), c.ifaces()?);
    let mut p = Printer::new(c, None);
    p.run(mode, &format, &args)?;
    let found = std::mem::take(&mut p.found);
    let any = c.image.types.find(Ty::empty_interface()).unwrap_or(0);
    let words: Vec<u64> = found.into_iter().flatten().collect();
    if words.is_empty() {
        return c.ret_words(&[0, 0, 0]);
    }
    let n = words.len() as u64 / 2;
    let s = c.m.make_words(any, &words)?;
    c.ret_words(&[s[0], n, n])
}

fn render(c: &mut Call) -> Res<()> {
    let (mode, format, args, texts) = (c.word(), c.str(), c.ifaces()?, c.strs()?);
    let mut p = Printer::new(c, Some(texts));
    p.run(mode, &format, &args)?;
    let out = std::mem::take(&mut p.out);
    c.ret_str(&out)
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
        Kind::Ptr(_) | Kind::Map(..) | Kind::Func => handle(v[1]) == 0,
        Kind::Slice(_) => payload(&c.m.mem, &c.image.types, t, &v[1]).first().is_none_or(|p| handle(*p) == 0),
        _ => false,
    };
    c.ret_bool(nil)
}

#[derive(Clone, Copy, Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    plus_v: bool,
    sharp_v: bool,
    wid: Option<usize>,
    prec: Option<usize>,
}

struct Printer<'p, 'c, 's> {
    c: &'p mut Call<'c, 's>,
    out: Vec<u8>,
    f: Flags,
    /// What methods answered, if this is a rendering.
    texts: Option<Vec<Vec<u8>>>,
    next: usize,
    /// Values whose methods are needed.
    found: Vec<[u64; 2]>,
    errorf: bool,
    erroring: bool,
}

const MAX_WIDTH: usize = 1_000_000;

impl<'p, 'c, 's> Printer<'p, 'c, 's> {
    fn new(c: &'p mut Call<'c, 's>, texts: Option<Vec<Vec<u8>>>) -> Printer<'p, 'c, 's> {
        Printer { c, out: Vec::new(), f: Flags::default(), texts, next: 0, found: Vec::new(), errorf: false, erroring: false }
    }

    fn image(&self) -> &'c Image {
        self.c.image
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn run(&mut self, mode: u64, format: &[u8], args: &[[u64; 2]]) -> Res<()> {
        match mode {
            0 => {
                let mut before_string = false;
                for (i, a) in args.iter().enumerate() {
                    let string = matches!(self.image().types.get(iface_type(a[0])).kind, Kind::Str) && iface_type(a[0]) != 0;
                    if i > 0 && !string && !before_string {
                        self.out.push(b' ');
                    }
                    self.f = Flags::default();
                    self.arg(*a, 'v')?;
                    before_string = string;
                }
                Ok(())
            }
            1 => {
                for (i, a) in args.iter().enumerate() {
                    if i > 0 {
                        self.out.push(b' ');
                    }
                    self.f = Flags::default();
                    self.arg(*a, 'v')?;
                }
                self.out.push(b'\n');
                Ok(())
            }
            _ => {
                self.errorf = mode == 3;
                self.printf(format, args)
            }
        }
    }

    fn printf(&mut self, format: &[u8], args: &[[u64; 2]]) -> Res<()> {
        let mut i = 0;
        let mut num = 0usize;
        let mut reordered = false;
        let end = format.len();
        while i < end {
            let start = i;
            while i < end && format[i] != b'%' {
                i += 1;
            }
            self.out.extend_from_slice(&format[start..i]);
            if i >= end {
                break;
            }
            i += 1;
            self.f = Flags::default();
            let mut after_index;
            let mut good = true;
            while let Some(c) = format.get(i) {
                match c {
                    b'#' => self.f.sharp = true,
                    b'0' => self.f.zero = true,
                    b'+' => self.f.plus = true,
                    b'-' => self.f.minus = true,
                    b' ' => self.f.space = true,
                    _ => break,
                }
                i += 1;
            }
            (num, i, after_index) = self.arg_number(num, format, i, args.len(), &mut reordered, &mut good);
            if format.get(i) == Some(&b'*') {
                i += 1;
                let (n, ok) = self.int_arg(args, &mut num);
                match n {
                    Some(n) if ok => {
                        if n < 0 {
                            self.f.minus = true;
                            self.f.zero = false;
                        }
                        self.f.wid = Some(n.unsigned_abs() as usize);
                    }
                    _ => self.push("%!(BADWIDTH)"),
                }
                after_index = false;
            } else {
                let (n, at) = number(format, i);
                if n.is_some() && after_index {
                    good = false;
                }
                self.f.wid = n;
                i = at;
            }
            if format.get(i) == Some(&b'.') {
                i += 1;
                if after_index {
                    good = false;
                }
                (num, i, after_index) = self.arg_number(num, format, i, args.len(), &mut reordered, &mut good);
                if format.get(i) == Some(&b'*') {
                    i += 1;
                    let (n, ok) = self.int_arg(args, &mut num);
                    match n {
                        Some(n) if ok && n >= 0 => self.f.prec = Some(n as usize),
                        Some(_) if ok => {}
                        _ => self.push("%!(BADPREC)"),
                    }
                    after_index = false;
                } else {
                    let (n, at) = number(format, i);
                    self.f.prec = Some(n.unwrap_or(0));
                    i = at;
                }
            }
            if !after_index {
                (num, i, after_index) = self.arg_number(num, format, i, args.len(), &mut reordered, &mut good);
            }
            let _ = after_index;
            if i >= end {
                self.push("%!(NOVERB)");
                break;
            }
            let (verb, size) = decode_rune(&format[i..]);
            let verb = char::from_u32(verb).unwrap_or('\u{fffd}');
            i += size.max(1) as usize;
            if verb == '%' {
                self.out.push(b'%');
            } else if !good {
                self.push(&format!("%!{verb}(BADINDEX)"));
            } else if num >= args.len() {
                self.push(&format!("%!{verb}(MISSING)"));
            } else {
                let a = args[num];
                num += 1;
                match verb {
                    'w' if self.errorf => self.value_verb(a, 'w')?,
                    'v' => self.value_verb(a, 'v')?,
                    _ => self.arg(a, verb)?,
                }
            }
        }
        if !reordered && num < args.len() {
            self.f = Flags::default();
            self.push("%!(EXTRA ");
            for (i, a) in args[num..].iter().enumerate() {
                if i > 0 {
                    self.push(", ");
                }
                if iface_type(a[0]) == 0 {
                    self.push("<nil>");
                } else {
                    let name = self.type_name(iface_type(a[0]));
                    self.push(&name);
                    self.out.push(b'=');
                    self.arg(*a, 'v')?;
                }
            }
            self.out.push(b')');
        }
        Ok(())
    }

    fn value_verb(&mut self, a: [u64; 2], verb: char) -> Res<()> {
        if self.f.sharp {
            self.f.sharp = false;
            self.f.sharp_v = true;
        }
        if self.f.plus {
            self.f.plus = false;
            self.f.plus_v = true;
        }
        self.arg(a, verb)
    }

    /// `[n]` in front of a verb: the operand's number, where the format goes on, whether there was one.
    fn arg_number(&mut self, num: usize, format: &[u8], i: usize, n: usize, reordered: &mut bool, good: &mut bool) -> (usize, usize, bool) {
        if format.get(i) != Some(&b'[') {
            return (num, i, false);
        }
        *reordered = true;
        let Some(close) = format[i..].iter().position(|b| *b == b']') else {
            *good = false;
            return (num, i + 1, false);
        };
        let (index, at) = number(&format[..i + close], i + 1);
        match index {
            Some(index) if at == i + close && index >= 1 && index <= n => (index - 1, i + close + 1, true),
            _ => {
                *good = false;
                (num, i + close + 1, true)
            }
        }
    }

    fn int_arg(&mut self, args: &[[u64; 2]], num: &mut usize) -> (Option<i64>, bool) {
        let Some(a) = args.get(*num) else { return (None, false) };
        *num += 1;
        match self.image().types.get(iface_type(a[0])).kind {
            Kind::Int(_) => {
                let n = a[1] as i64;
                (Some(n), n.unsigned_abs() <= MAX_WIDTH as u64)
            }
            Kind::Uint(_) => (Some(a[1] as i64), a[1] <= MAX_WIDTH as u64),
            _ => (None, false),
        }
    }

    fn type_name(&self, t: TypeId) -> String {
        if t == RUNTIME_ERROR {
            return "runtime.Error".to_owned();
        }
        self.image().types.name(&*self.image().program, t)
    }

    fn bad_verb(&mut self, verb: char, a: [u64; 2]) -> Res<()> {
        self.erroring = true;
        self.push(&format!("%!{verb}("));
        let t = iface_type(a[0]);
        if t == 0 {
            self.push("<nil>");
        } else {
            let name = self.type_name(t);
            self.push(&name);
            self.out.push(b'=');
            self.arg(a, 'v')?;
        }
        self.out.push(b')');
        self.erroring = false;
        Ok(())
    }

    /// Prints an operand.
    fn arg(&mut self, a: [u64; 2], verb: char) -> Res<()> {
        let t = iface_type(a[0]);
        if t == 0 {
            return match verb {
                'T' | 'v' => {
                    self.pad("<nil>");
                    Ok(())
                }
                _ => self.bad_verb(verb, a),
            };
        }
        match verb {
            'T' => {
                let name = self.type_name(t);
                self.fmt_s(name.as_bytes());
                return Ok(());
            }
            'p' => return self.fmt_pointer(a, verb),
            _ => {}
        }
        if self.methods(a, verb)? {
            return Ok(());
        }
        let w = a[1];
        let value = payload(&self.c.m.mem, &self.image().types, t, &w).to_vec();
        self.value(t, &value, verb, 0, iface_maker(a[0]), true)
    }

    fn named_type(&self, text: &str) -> Res<TypeId> {
        match self.image().type_paths.get(text) {
            Some(Some(t)) => Ok(*t),
            _ => Err(Need::Type(text.into()).into()),
        }
    }

    fn has_methods(&self, t: TypeId, iface: TypeId) -> Res<bool> {
        match self.image().implements.get(&(t, iface)) {
            Some(missing) => Ok(missing.is_none()),
            None => Err(Need::Implements(t, iface).into()),
        }
    }

    /// Whether a type can have methods at all.
    fn methodical(&self, t: TypeId) -> bool {
        use amigos_types::ty::TyKind;
        let ty = self.image().types.get(t).ty;
        match ty.kind() {
            TyKind::Named { .. } | TyKind::Struct(_) => true,
            TyKind::Pointer(to) => matches!(to.kind(), TyKind::Named { .. } | TyKind::Struct(_)),
            _ => false,
        }
    }

    /// Prints a value by one of its methods, if it has one that the verb asks for.
    fn methods(&mut self, a: [u64; 2], verb: char) -> Res<bool> {
        let t = iface_type(a[0]);
        if self.erroring || !self.methodical(t) {
            if verb == 'w' {
                self.bad_verb('w', a)?;
                return Ok(true);
            }
            return Ok(false);
        }
        let error = self.named_type("error")?;
        let mut verb = verb;
        if verb == 'w' {
            if !self.has_methods(t, error)? {
                self.bad_verb('w', a)?;
                return Ok(true);
            }
            verb = 'v';
        }
        if self.f.sharp_v {
            let go = self.named_type("\"fmt\".GoStringer")?;
            if self.has_methods(t, go)? {
                let marked = self.mark_go(a)?;
                self.by_method(marked, 's', true)?;
                return Ok(true);
            }
            return Ok(false);
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return Ok(false);
        }
        let stringer = self.named_type("\"fmt\".Stringer")?;
        if self.has_methods(t, error)? || self.has_methods(t, stringer)? {
            self.by_method(a, verb, false)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// A value wrapped as `fmt.goSyntax`.
    fn mark_go(&mut self, a: [u64; 2]) -> Res<[u64; 2]> {
        let t = self.named_type("\"fmt\".goSyntax")?;
        let h = self.c.m.mem.new_words(t, 2)?;
        let o = &mut self.c.m.mem.objs[h as usize];
        o.flags = FLAG_SEALED;
        let at = o.start as usize;
        self.c.m.mem.words[at..at + 2].copy_from_slice(&a);
        Ok([iface_word(t, 0), pointer(h, 0)])
    }

    fn by_method(&mut self, a: [u64; 2], verb: char, plain: bool) -> Res<()> {
        let text = match &self.texts {
            None => {
                self.found.push(a);
                return Ok(());
            }
            Some(texts) => texts.get(self.next).cloned().unwrap_or_default(),
        };
        self.next += 1;
        if plain {
            self.fmt_s(&text);
            Ok(())
        } else {
            let saved = self.f;
            self.f.sharp_v = false;
            let result = self.fmt_string(&text, verb, a);
            self.f = saved;
            result
        }
    }

    /// A part of a value as an interface value.
    fn boxed(&mut self, t: TypeId, value: &[u64], maker: u16) -> Res<[u64; 2]> {
        let word = match value {
            [] => 0,
            [one] => *one,
            many => {
                let h = self.c.m.mem.new_words(t, many.len() as u32)?;
                let o = &mut self.c.m.mem.objs[h as usize];
                o.flags = FLAG_SEALED;
                let at = o.start as usize;
                self.c.m.mem.words[at..at + many.len()].copy_from_slice(many);
                pointer(h, 0)
            }
        };
        Ok([iface_word(t, maker), word])
    }

    /// Prints a value of a type; `open` says whether its methods may be asked (it was not reached through an unexported field).
    fn value(&mut self, t: TypeId, v: &[u64], verb: char, depth: u32, maker: u16, open: bool) -> Res<()> {
        if depth > 100 {
            self.push("...");
            return Ok(());
        }
        let image = self.image();
        let rt = image.types.get(t);
        if depth > 0 && open && !matches!(rt.kind, Kind::Iface(_)) && self.methodical(t) {
            let a = self.boxed(t, v, maker)?;
            if self.methods(a, verb)? {
                return Ok(());
            }
        }
        let word = |i: usize| v.get(i).copied().unwrap_or(0);
        match &rt.kind {
            Kind::Bool => match verb {
                't' | 'v' => self.pad(if word(0) != 0 { "true" } else { "false" }),
                _ => return self.bad_value(verb, t, v, maker),
            },
            Kind::Int(_) => return self.fmt_integer(word(0), true, verb, t, v, maker),
            Kind::Uint(_) => return self.fmt_integer(word(0), false, verb, t, v, maker),
            Kind::Float(bits) => return self.fmt_float_verb(crate::interp::float(*bits, word(0)), *bits, verb, t, v, maker),
            Kind::Complex(bits) => match verb {
                'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E' => {
                    let old = self.f.plus;
                    self.out.push(b'(');
                    self.fmt_float_verb(crate::interp::float(*bits, word(0)), *bits, verb, t, v, maker)?;
                    self.f.plus = true;
                    self.fmt_float_verb(crate::interp::float(*bits, word(1)), *bits, verb, t, v, maker)?;
                    self.push("i)");
                    self.f.plus = old;
                }
                _ => return self.bad_value(verb, t, v, maker),
            },
            Kind::Str => {
                let text = self.c.m.mem.str(word(0), word(1)).to_vec();
                if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
                    return self.bad_value(verb, t, v, maker);
                }
                return self.fmt_string(&text, verb, [0, 0]);
            }
            Kind::Map(kt, vt) => return self.map(t, word(0), (*kt, *vt), verb, depth, maker, open),
            Kind::Struct(fields) => {
                if self.f.sharp_v {
                    let name = self.type_name(t);
                    self.push(&name);
                }
                self.out.push(b'{');
                for (i, f) in fields.iter().enumerate() {
                    if i > 0 {
                        self.push(if self.f.sharp_v { ", " } else { " " });
                    }
                    if self.f.plus_v || self.f.sharp_v {
                        self.push(f.name.as_str());
                        self.out.push(b':');
                    }
                    let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                    let part = v.get(at..at + n).unwrap_or(&[]).to_vec();
                    self.value(f.ty, &part, verb, depth + 1, maker, open && f.name.is_exported())?;
                }
                self.out.push(b'}');
            }
            Kind::Iface(_) => {
                let inner = iface_type(word(0));
                if inner == 0 {
                    if self.f.sharp_v {
                        let name = self.type_name(t);
                        self.push(&name);
                        self.push("(nil)");
                    } else {
                        self.push("<nil>");
                    }
                } else {
                    let w = word(1);
                    let value = payload(&self.c.m.mem, &image.types, inner, &w).to_vec();
                    return self.value(inner, &value, verb, depth + 1, iface_maker(word(0)), open);
                }
            }
            Kind::Slice(elem) | Kind::Array(elem, _) => {
                let elem = *elem;
                let array = matches!(rt.kind, Kind::Array(..));
                let stride = image.types.get(elem).slots;
                let (words, count) = if array {
                    let count = match rt.kind {
                        Kind::Array(_, n) => u64::from(n),
                        _ => 0,
                    };
                    (v.to_vec(), count)
                } else {
                    (self.c.m.words_of(image, word(0), word(1), stride)?, word(1))
                };
                if matches!(image.types.get(elem).kind, Kind::Uint(8)) && matches!(verb, 's' | 'q' | 'x' | 'X') {
                    let bytes: Vec<u8> = words.iter().map(|w| *w as u8).collect();
                    return self.fmt_string(&bytes, verb, [0, 0]);
                }
                if self.f.sharp_v {
                    let name = self.type_name(t);
                    self.push(&name);
                    if !array && handle(word(0)) == 0 {
                        self.push("(nil)");
                        return Ok(());
                    }
                }
                self.out.push(if self.f.sharp_v { b'{' } else { b'[' });
                for i in 0..count as usize {
                    if i > 0 {
                        self.push(if self.f.sharp_v { ", " } else { " " });
                    }
                    let n = stride as usize;
                    let part = words.get(i * n..(i + 1) * n).unwrap_or(&[]).to_vec();
                    self.value(elem, &part, verb, depth + 1, maker, open)?;
                }
                self.out.push(if self.f.sharp_v { b'}' } else { b']' });
            }
            Kind::Ptr(to) => {
                if depth == 0 && handle(word(0)) != 0 {
                    let to = *to;
                    if matches!(image.types.get(to).kind, Kind::Array(..) | Kind::Slice(_) | Kind::Struct(_) | Kind::Map(..)) {
                        self.out.push(b'&');
                        let n = image.types.get(to).slots;
                        let mut inner = vec![0; n as usize];
                        if n > 0 {
                            self.c.m.load(image, word(0), 0, n, &mut inner, 0)?;
                        }
                        return self.value(to, &inner, verb, depth + 1, maker, open);
                    }
                }
                let a = [iface_word(t, maker), word(0)];
                return self.fmt_pointer(a, verb);
            }
            Kind::Func | Kind::Other => {
                let a = [iface_word(t, maker), word(0)];
                return self.fmt_pointer(a, verb);
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn map(&mut self, t: TypeId, p: u64, (kt, vt): (TypeId, TypeId), verb: char, depth: u32, maker: u16, open: bool) -> Res<()> {
        let image = self.image();
        if self.f.sharp_v {
            let name = self.type_name(t);
            self.push(&name);
            if handle(p) == 0 {
                self.push("(nil)");
                return Ok(());
            }
            self.out.push(b'{');
        } else {
            self.push("map[");
        }
        let mut entries = Vec::new();
        if handle(p) != 0 {
            self.c.m.map_ready(image, handle(p))?;
            self.c.m.map_load_all(image, handle(p))?;
            let map = self.c.m.map_mut(handle(p));
            for i in 0..map.entries.len() {
                if map.entries[i].flags & ENTRY_LIVE != 0 {
                    entries.push((map.entries[i].seq, map.key(i).to_vec(), map.value(i).to_vec()));
                }
            }
        }
        entries.sort_by(|a, b| order(self.c.m, image, kt, &a.1, &b.1).then(a.0.cmp(&b.0)));
        for (i, (_, k, v)) in entries.into_iter().enumerate() {
            if i > 0 {
                self.push(if self.f.sharp_v { ", " } else { " " });
            }
            self.value(kt, &k, verb, depth + 1, maker, open)?;
            self.out.push(b':');
            self.value(vt, &v, verb, depth + 1, maker, open)?;
        }
        self.out.push(if self.f.sharp_v { b'}' } else { b']' });
        Ok(())
    }

    fn bad_value(&mut self, verb: char, t: TypeId, v: &[u64], maker: u16) -> Res<()> {
        let a = self.boxed(t, v, maker)?;
        self.bad_verb(verb, a)
    }

    fn fmt_pointer(&mut self, a: [u64; 2], verb: char) -> Res<()> {
        let t = iface_type(a[0]);
        let rt = self.image().types.get(t);
        let word = match rt.kind {
            Kind::Ptr(_) | Kind::Map(..) | Kind::Func | Kind::Other => a[1],
            Kind::Slice(_) => payload(&self.c.m.mem, &self.image().types, t, &a[1]).first().copied().unwrap_or(0),
            _ => return self.bad_verb(verb, a),
        };
        // never an address: the object's number in this call, and where in it the pointer points
        let number = u64::from(handle(word)) << 16 | u64::from(crate::memory::offset(word)) & 0xffff;
        match verb {
            'v' if self.f.sharp_v => {
                let name = self.type_name(t);
                self.push(&format!("({name})("));
                if word == 0 {
                    self.push("nil");
                } else {
                    self.push(&format!("0x{number:x}"));
                }
                self.out.push(b')');
            }
            'v' if word == 0 => self.pad("<nil>"),
            'v' | 'p' => {
                let sharp = self.f.sharp;
                self.f.sharp = verb == 'v' || !sharp;
                self.fmt_int(number, false, 16, 'v', false);
                self.f.sharp = sharp;
            }
            'b' | 'o' | 'd' | 'x' | 'X' => return self.fmt_integer(number, false, verb, t, &[word], 0),
            _ => return self.bad_verb(verb, a),
        }
        Ok(())
    }

    fn fmt_integer(&mut self, n: u64, signed: bool, verb: char, t: TypeId, v: &[u64], maker: u16) -> Res<()> {
        match verb {
            'v' if self.f.sharp_v && !signed => {
                let sharp = self.f.sharp;
                self.f.sharp = true;
                self.fmt_int(n, signed, 16, verb, false);
                self.f.sharp = sharp;
            }
            'v' | 'd' => self.fmt_int(n, signed, 10, verb, false),
            'b' => self.fmt_int(n, signed, 2, verb, false),
            'o' | 'O' => self.fmt_int(n, signed, 8, verb, false),
            'x' => self.fmt_int(n, signed, 16, verb, false),
            'X' => self.fmt_int(n, signed, 16, verb, true),
            'c' => {
                let mut text = Vec::new();
                crate::interp::strings::encode_rune(n, &mut text);
                self.pad_bytes(&text);
            }
            'q' => {
                let r = u32::try_from(n).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                let text = super::text::quote_rune(r, self.f.plus);
                self.pad(&text);
            }
            'U' => {
                let mut text = format!("U+{:0w$X}", n, w = self.f.prec.unwrap_or(4).max(4));
                if self.f.sharp
                    && let Some(c) = u32::try_from(n).ok().and_then(char::from_u32)
                    && super::unicode::is_print(c)
                {
                    text.push_str(&format!(" '{c}'"));
                }
                let zero = self.f.zero;
                self.f.zero = false;
                self.pad(&text);
                self.f.zero = zero;
            }
            _ => return self.bad_value(verb, t, v, maker),
        }
        Ok(())
    }

    fn fmt_int(&mut self, n: u64, signed: bool, base: u64, verb: char, upper: bool) {
        let negative = signed && (n as i64) < 0;
        let n = if negative { n.wrapping_neg() } else { n };
        let mut digits = super::number::digits(n, base, upper);
        let sign = if negative {
            "-"
        } else if self.f.plus {
            "+"
        } else if self.f.space {
            " "
        } else {
            ""
        };
        let mut prec = 0;
        if let Some(p) = self.f.prec {
            prec = p.min(MAX_WIDTH);
            if prec == 0 && n == 0 {
                let zero = self.f.zero;
                self.f.zero = false;
                self.pad_bytes(&vec![b' '; self.f.wid.unwrap_or(0).min(MAX_WIDTH)]);
                self.f.zero = zero;
                return;
            }
        } else if self.f.zero
            && !self.f.minus
            && let Some(w) = self.f.wid
        {
            prec = w.min(MAX_WIDTH).saturating_sub(sign.len());
        }
        while digits.len() < prec {
            digits.insert(0, '0');
        }
        let prefix = match base {
            2 if self.f.sharp => "0b",
            8 if self.f.sharp && !digits.starts_with('0') => "0",
            16 if self.f.sharp && upper => "0X",
            16 if self.f.sharp => "0x",
            _ => "",
        };
        let prefix = if verb == 'O' { "0o" } else { prefix };
        let text = format!("{sign}{prefix}{digits}");
        let zero = self.f.zero;
        self.f.zero = false;
        self.pad(&text);
        self.f.zero = zero;
    }

    fn fmt_float_verb(&mut self, f: f64, bits: u8, verb: char, t: TypeId, v: &[u64], maker: u16) -> Res<()> {
        let (v2, prec) = match verb {
            'v' => (b'g', -1),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb as u8, -1),
            'f' | 'e' | 'E' => (verb as u8, 6),
            'F' => (b'f', 6),
            _ => return self.bad_value(verb, t, v, maker),
        };
        let prec = self.f.prec.map_or(prec, |p| p.min(MAX_WIDTH) as i64);
        let mut text = float::format(f, v2, prec, bits);
        if !text.starts_with('-') && !text.starts_with('+') {
            text.insert(0, '+');
        }
        if self.f.space && text.starts_with('+') && !self.f.plus {
            text.replace_range(..1, " ");
        }
        if text[1..] == *"Inf" || text[1..] == *"NaN" {
            let zero = self.f.zero;
            self.f.zero = false;
            if text[1..] == *"NaN" && !self.f.space && !self.f.plus {
                text.remove(0);
            }
            self.pad(&text);
            self.f.zero = zero;
            return Ok(());
        }
        if self.f.sharp && v2 != b'b' {
            text = sharp_float(&text, v2, prec);
        }
        if self.f.plus || !text.starts_with('+') {
            if self.f.zero
                && !self.f.minus
                && let Some(w) = self.f.wid
                && w.min(MAX_WIDTH) > text.chars().count()
            {
                let (sign, rest) = text.split_at(1);
                let zeros = "0".repeat(w.min(MAX_WIDTH) - text.chars().count());
                let text = format!("{sign}{zeros}{rest}");
                self.push(&text);
                return Ok(());
            }
            self.pad(&text);
            return Ok(());
        }
        let rest = text[1..].to_owned();
        self.pad(&rest);
        Ok(())
    }

    fn fmt_string(&mut self, text: &[u8], verb: char, a: [u64; 2]) -> Res<()> {
        match verb {
            'v' if self.f.sharp_v => self.fmt_q(text),
            'v' | 's' => self.fmt_s(text),
            'x' | 'X' => self.fmt_hex(text, verb == 'X'),
            'q' => self.fmt_q(text),
            _ => return self.bad_verb(verb, a),
        }
        Ok(())
    }

    fn truncate<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(prec) = self.f.prec else { return text };
        let mut at = 0;
        for _ in 0..prec {
            if at >= text.len() {
                break;
            }
            at += decode_rune(&text[at..]).1.max(1) as usize;
        }
        &text[..at.min(text.len())]
    }

    fn fmt_s(&mut self, text: &[u8]) {
        let text = self.truncate(text).to_vec();
        self.pad_bytes(&text);
    }

    fn fmt_q(&mut self, text: &[u8]) {
        let text = self.truncate(text).to_vec();
        if self.f.sharp && super::text::can_backquote(&text) {
            let quoted = [b"`", &text[..], b"`"].concat();
            self.pad_bytes(&quoted);
            return;
        }
        let quoted = super::text::quote(&text, self.f.plus);
        self.pad(&quoted);
    }

    fn fmt_hex(&mut self, text: &[u8], upper: bool) {
        let text = match self.f.prec {
            Some(p) => &text[..p.min(text.len())],
            None => text,
        };
        let mut out = String::new();
        let prefix = if upper { "0X" } else { "0x" };
        for (i, b) in text.iter().enumerate() {
            if self.f.space && i > 0 {
                out.push(' ');
            }
            if self.f.sharp && (self.f.space || i == 0) {
                out.push_str(prefix);
            }
            out.push_str(&if upper { format!("{b:02X}") } else { format!("{b:02x}") });
        }
        self.pad(&out);
    }

    fn pad(&mut self, text: &str) {
        self.pad_bytes(text.as_bytes());
    }

    fn pad_bytes(&mut self, text: &[u8]) {
        let wid = self.f.wid.unwrap_or(0).min(MAX_WIDTH);
        let len = String::from_utf8_lossy(text).chars().count();
        if wid <= len {
            self.out.extend_from_slice(text);
            return;
        }
        let fill = vec![if self.f.zero && !self.f.minus { b'0' } else { b' ' }; wid - len];
        if self.f.minus {
            self.out.extend_from_slice(text);
            self.out.extend_from_slice(&fill);
        } else {
            self.out.extend_from_slice(&fill);
            self.out.extend_from_slice(text);
        }
    }
}

/// `%#g` and its like: a point always, and trailing zeros for g.
fn sharp_float(text: &str, verb: u8, prec: i64) -> String {
    let mut digits = match verb {
        b'g' | b'G' => {
            if prec < 0 {
                6
            } else {
                prec.max(1)
            }
        }
        _ => 0,
    };
    let (sign, body) = text.split_at(1);
    let split = body.find(['e', 'E', 'p', 'P']).unwrap_or(body.len());
    let (number, tail) = body.split_at(split);
    let mut out = number.to_owned();
    let dot = number.contains('.');
    let mut nonzero = false;
    for c in number.chars() {
        if c == '.' {
            continue;
        }
        nonzero |= c != '0';
        if nonzero {
            digits -= 1;
        }
    }
    if !dot {
        if number == "0" {
            digits -= 1;
        }
        out.push('.');
    }
    for _ in 0..digits.max(0) {
        out.push('0');
    }
    format!("{sign}{out}{tail}")
}

fn number(format: &[u8], mut i: usize) -> (Option<usize>, usize) {
    let mut n = None;
    while let Some(c @ b'0'..=b'9') = format.get(i) {
        let v = n.unwrap_or(0usize) * 10 + usize::from(c - b'0');
        if v > MAX_WIDTH {
            return (None, i);
        }
        n = Some(v);
        i += 1;
    }
    (n, i)
}

/// The order in which maps' keys are printed.
fn order(m: &Machine, image: &Image, t: TypeId, a: &[u64], b: &[u64]) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    let word = |s: &[u64], i: usize| s.get(i).copied().unwrap_or(0);
    match &image.types.get(t).kind {
        Kind::Int(_) => (word(a, 0) as i64).cmp(&(word(b, 0) as i64)),
        Kind::Float(bits) => {
            let (x, y) = (crate::interp::float(*bits, word(a, 0)), crate::interp::float(*bits, word(b, 0)));
            match (x.is_nan(), y.is_nan()) {
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                _ => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
            }
        }
        Kind::Str => m.mem.str(word(a, 0), word(a, 1)).cmp(m.mem.str(word(b, 0), word(b, 1))),
        Kind::Struct(fields) => fields
            .iter()
            .map(|f| {
                let (at, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                order(m, image, f.ty, a.get(at..at + n).unwrap_or(&[]), b.get(at..at + n).unwrap_or(&[]))
            })
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal),
        Kind::Array(elem, _) => {
            let n = image.types.get(*elem).slots.max(1) as usize;
            a.chunks(n).zip(b.chunks(n)).map(|(x, y)| order(m, image, *elem, x, y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        }
        Kind::Iface(_) => {
            let (x, y) = (iface_type(word(a, 0)), iface_type(word(b, 0)));
            match (x, y) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                _ if x != y => image.types.name(&*image.program, x).cmp(&image.types.name(&*image.program, y)),
                _ => {
                    let (wa, wb) = (word(a, 1), word(b, 1));
                    order(m, image, x, payload(&m.mem, &image.types, x, &wa), payload(&m.mem, &image.types, x, &wb))
                }
            }
        }
        _ => a.cmp(b),
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
        Kind::Float(bits) => float::format(crate::interp::float(*bits, word(0)), b'g', -1, *bits),
        Kind::Complex(bits) => {
            let part = |i: usize| float::format(crate::interp::float(*bits, word(i)), b'g', -1, *bits);
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

/// A value as `%v` prints it, methods not called.
pub(super) fn plain(c: &mut Call, a: [u64; 2]) -> Res<String> {
    let mut p = Printer::new(c, None);
    // methods are asked only of what is not being printed as an error
    p.erroring = true;
    p.arg(a, 'v')?;
    Ok(String::from_utf8_lossy(&p.out).into_owned())
}
