//! Verbs and operands: which value is written how.

use super::layout::{Flags, Output};
use super::value::{Data, Field, List, Reference, TypeNumber, Types, Value, compare};
use super::verbs::Verbs;
use super::{Mode, Stop};
use crate::pure::utf8;

/// How deep values may be nested.
const MAX_DEPTH: u32 = 500;

/// A value that is asked for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// [`Value::origin`].
    pub origin: u32,
    /// It is asked for its `GoString`.
    pub go_syntax: bool,
}

/// What a value said when it was asked.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'t> {
    /// Its text.
    pub text: &'t [u8],
    /// How the text is taken.
    pub way: Way,
}

/// How an answer is taken; the letters are those of `std/fmt/fmt.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As the verb and its flags say.
    Formatted,
    /// As it is: the method panicked on a nil pointer.
    Unchanged,
    /// As it is, behind `%!` and the verb: the method panicked.
    Complaint,
}

impl Way {
    /// The way with a letter.
    pub fn from_letter(letter: u8) -> Way {
        match letter {
            b'u' => Way::Unchanged,
            b'c' => Way::Complaint,
            _ => Way::Formatted,
        }
    }
}

/// What a rendering needs.
#[derive(Debug, Default)]
pub struct Needs {
    /// The values that it asks for their texts, in order.
    pub asks: Vec<Ask>,
    /// How many values it meets, each byte of a list of bytes counted as one. A format can name an operand many times.
    pub visits: usize,
}

/// What a rendering needs. After `limit` visits it stops with [`Stop::TooLong`].
pub fn operands(types: &dyn Types, mode: Mode, format: &[u8], values: &[Option<Value>], limit: usize) -> Result<Needs, Stop> {
    let mut needs = Needs::default();
    let mut printer = Printer::new(types, mode, Output::new(None), Answers::Wanted(&mut needs.asks));
    printer.visits_left = limit;
    printer.run(format, values)?;
    let left = printer.visits_left;
    printer.finish()?;
    needs.visits = limit - left;
    Ok(needs)
}

/// The text of `values` in `format`, with what those said that were asked. No more than `limit` bytes are written.
pub fn render(
    types: &dyn Types,
    mode: Mode,
    format: &[u8],
    values: &[Option<Value>],
    answers: &[Answer<'_>],
    limit: usize,
) -> Result<Vec<u8>, Stop> {
    let mut printer = Printer::new(types, mode, Output::new(Some(limit)), Answers::Given(answers.iter()));
    printer.run(format, values)?;
    printer.finish()
}

/// The text of a value as `%v` writes it, without asking it.
pub fn plain(types: &dyn Types, value: Option<&Value>, limit: usize) -> Result<Vec<u8>, Stop> {
    let mut printer = Printer::new(types, Mode::Print, Output::new(Some(limit)), Answers::Given([].iter()));
    printer.complaining = true;
    printer.operand(value, 'v');
    printer.finish()
}

enum Answers<'a> {
    Wanted(&'a mut Vec<Ask>),
    Given(std::slice::Iter<'a, Answer<'a>>),
}

/// The value that a complaint about a verb names.
#[derive(Clone, Copy)]
enum Subject<'v> {
    Nil,
    Operand(&'v Value),
    Part(&'v Value),
}

/// Whether a value was reached through unexported fields, so that its methods are out of reach.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Open,
    /// The value is an embedded struct of an unexported type: what it exports is open again.
    Embedded,
    Closed,
}

impl Reach {
    /// Of what the value holds, fields apart.
    fn inside(self) -> Reach {
        if self == Reach::Open { Reach::Open } else { Reach::Closed }
    }

    fn field(self, field: &Field) -> Reach {
        match (self == Reach::Closed, field.exported, field.embedded) {
            (true, ..) | (_, false, false) => Reach::Closed,
            (_, false, true) => Reach::Embedded,
            _ => Reach::Open,
        }
    }
}

struct Printer<'a, 'v> {
    types: &'a dyn Types,
    out: Output,
    answers: Answers<'a>,
    mode: Mode,
    subject: Subject<'v>,
    /// A complaint is being written: no methods are called.
    complaining: bool,
    /// Nesting, pointers apart.
    nested: u32,
    too_deep: bool,
    visits_left: usize,
}

impl<'a, 'v> Printer<'a, 'v> {
    fn new(types: &'a dyn Types, mode: Mode, out: Output, answers: Answers<'a>) -> Printer<'a, 'v> {
        Printer {
            types,
            out,
            answers,
            mode,
            subject: Subject::Nil,
            complaining: false,
            nested: 0,
            too_deep: false,
            visits_left: usize::MAX,
        }
    }

    fn run(&mut self, format: &[u8], values: &'v [Option<Value>]) -> Result<(), Stop> {
        match self.mode {
            Mode::Print => {
                let mut string_before = true;
                for value in values {
                    let string = value.as_ref().is_some_and(|v| matches!(v.data, Data::Str(_)));
                    if !string && !string_before {
                        self.write(" ");
                    }
                    self.operand(value.as_ref(), 'v');
                    string_before = string;
                }
            }
            Mode::Println => {
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        self.write(" ");
                    }
                    self.operand(value.as_ref(), 'v');
                }
                self.write("\n");
            }
            Mode::Printf | Mode::Errorf => self.printf(format, values),
        }
        self.stop()
    }

    fn stop(&self) -> Result<(), Stop> {
        match (self.too_deep, self.out.full) {
            (true, _) => Err(Stop::TooDeep),
            (false, true) => Err(Stop::TooLong),
            _ => Ok(()),
        }
    }

    /// Counts values that are visited.
    fn visit(&mut self, n: usize) {
        match self.visits_left.checked_sub(n) {
            Some(left) => self.visits_left = left,
            None => self.out.full = true,
        }
    }

    fn finish(self) -> Result<Vec<u8>, Stop> {
        self.stop()?;
        Ok(self.out.finish())
    }

    fn write_type(&mut self, ty: TypeNumber) {
        let name = self.types.name(ty);
        self.write(&name);
    }

    fn write(&mut self, text: &str) {
        self.out.write(text.as_bytes());
    }

    /// `%!verb`, the start of each complaint.
    fn complaint(&mut self, verb: u32, rest: &str) {
        self.write("%!");
        self.out.write_char(verb);
        self.write(rest);
    }

    fn bad_verb(&mut self, verb: char) {
        self.complaining = true;
        self.complaint(u32::from(verb), "(");
        match self.subject {
            Subject::Nil => self.write("<nil>"),
            Subject::Operand(value) => {
                self.write_type(value.ty);
                self.write("=");
                self.operand(Some(value), 'v');
            }
            Subject::Part(value) => {
                self.write_type(value.ty);
                self.write("=");
                self.value(value, 'v', 0, Reach::Closed);
            }
        }
        self.write(")");
        self.complaining = false;
    }

    /// Writes one of the operands.
    fn operand(&mut self, value: Option<&'v Value>, verb: char) {
        let Some(value) = value else {
            self.subject = Subject::Nil;
            return match verb {
                'T' | 'v' => self.out.pad(b"<nil>"),
                _ => self.bad_verb(verb),
            };
        };
        self.subject = Subject::Operand(value);
        match (verb, &value.data) {
            ('T', _) => {
                let name = self.types.name(value.ty);
                self.out.string(name.as_bytes());
            }
            ('p', _) => self.reference(value, 'p'),
            (_, Data::Bytes(list, bytes)) if list.predeclared => self.bytes(value, list, bytes, verb, true),
            _ => {
                if !self.methods(value, verb) {
                    self.value(value, verb, 0, Reach::Open);
                }
            }
        }
    }

    /// Lets a value speak for itself, if it can and may.
    fn methods(&mut self, value: &'v Value, verb: char) -> bool {
        if self.complaining {
            return false;
        }
        let mut verb = verb;
        if verb == 'w' {
            if !value.methods.error || self.mode != Mode::Errorf {
                self.bad_verb(verb);
                return true;
            }
            verb = 'v';
        }
        let go_syntax = self.out.flags.sharp_v;
        let speaks = if go_syntax {
            value.methods.go_stringer
        } else {
            matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && (value.methods.error || value.methods.stringer)
        };
        if !speaks {
            return false;
        }
        self.visit(1);
        let answer = match &mut self.answers {
            Answers::Wanted(asked) => {
                asked.push(Ask { origin: value.origin, go_syntax });
                return true;
            }
            Answers::Given(answers) => answers.next().copied(),
        };
        match answer {
            None => {}
            Some(Answer { text, way: Way::Unchanged }) => self.out.write(text),
            Some(Answer { text, way: Way::Complaint }) => {
                self.complaint(u32::from(verb), "");
                self.out.write(text);
                // as in Go, what follows under the same verb has no width and no precision but zero
                let flags = &mut self.out.flags;
                (flags.width, flags.precision) = (flags.width.map(|_| 0), flags.precision.map(|_| 0));
            }
            Some(Answer { text, way: Way::Formatted }) if go_syntax => self.out.string(text),
            Some(Answer { text, way: Way::Formatted }) => self.string(text, verb),
        }
        true
    }

    /// Writes a value by its kind.
    fn value(&mut self, value: &'v Value, verb: char, depth: u32, reach: Reach) {
        if self.nested >= MAX_DEPTH {
            self.too_deep = true;
        }
        if self.too_deep || self.out.full {
            return;
        }
        if depth > 0 && reach == Reach::Open {
            let spoken = match &value.data {
                Data::Interface(None) => None,
                Data::Interface(Some(inner)) => Some(&**inner),
                _ => Some(value),
            };
            if let Some(spoken) = spoken {
                self.subject = Subject::Operand(spoken);
                if self.methods(spoken, verb) {
                    return;
                }
            }
        }
        self.subject = Subject::Part(value);
        self.visit(1);
        self.nested += 1;
        self.by_kind(value, verb, depth, reach);
        self.nested -= 1;
    }

    fn by_kind(&mut self, value: &'v Value, verb: char, depth: u32, reach: Reach) {
        let sharp_v = self.out.flags.sharp_v;
        match &value.data {
            Data::Bool(b) => match verb {
                't' | 'v' => self.out.pad(if *b { b"true" } else { b"false" }),
                _ => self.bad_verb(verb),
            },
            Data::Int(i) => self.integer(i.unsigned_abs(), *i < 0, true, *i as u64, verb),
            Data::Uint(u) => self.integer(*u, false, false, *u, verb),
            Data::Float(f, bits) => self.float(*f, *bits, verb),
            Data::Complex(re, im, bits) => self.complex(*re, *im, *bits, verb),
            Data::Str(text) => self.string(text, verb),
            Data::Bytes(list, bytes) => self.bytes_by_element(value, list, bytes, verb),
            Data::List(list, items) => self.list(value, list, items, verb, depth, reach),
            Data::Map(reference, entries) => self.map(value, *reference, entries, verb, depth, reach),
            Data::Struct(fields) => {
                if sharp_v {
                    self.write_type(value.ty);
                }
                self.write("{");
                for (i, field) in fields.iter().enumerate() {
                    self.separator(i);
                    if self.out.flags.plus_v || sharp_v {
                        self.write(&field.name);
                        self.write(":");
                    }
                    match &field.value.data {
                        Data::Interface(Some(inner)) => self.value(inner, verb, depth + 1, reach.field(field).inside()),
                        _ => self.value(&field.value, verb, depth + 1, reach.field(field)),
                    }
                }
                self.write("}");
            }
            Data::Interface(None) if sharp_v => {
                self.write_type(value.ty);
                self.write("(nil)");
            }
            Data::Interface(None) => self.write("<nil>"),
            Data::Interface(Some(inner)) => self.value(inner, verb, depth + 1, reach.inside()),
            Data::Pointer(_, Some(to)) if depth == 0 => {
                self.write("&");
                self.value(to, verb, depth + 1, reach);
            }
            Data::Pointer(..) | Data::Other(_) => self.reference(value, verb),
        }
    }

    fn separator(&mut self, i: usize) {
        if i > 0 {
            self.write(if self.out.flags.sharp_v { ", " } else { " " });
        }
    }

    /// `raw` is what a character's number is read from.
    fn integer(&mut self, magnitude: u64, negative: bool, signed: bool, raw: u64, verb: char) {
        let out = &mut self.out;
        match verb {
            'v' if out.flags.sharp_v && !signed => self.number_0x(magnitude, true),
            'v' | 'd' => out.integer(magnitude, negative, 10, false, false),
            'b' => out.integer(magnitude, negative, 2, false, false),
            'o' | 'O' => out.integer(magnitude, negative, 8, false, verb == 'O'),
            'x' | 'X' => out.integer(magnitude, negative, 16, verb == 'X', false),
            'c' => out.character(raw),
            'q' => out.quoted_character(raw),
            'U' => out.unicode(raw),
            _ => self.bad_verb(verb),
        }
    }

    /// A number in base 16, with `0x` or not, whatever the flag `#` says.
    fn number_0x(&mut self, n: u64, prefix: bool) {
        let sharp = std::mem::replace(&mut self.out.flags.sharp, prefix);
        self.out.integer(n, false, 16, false, false);
        self.out.flags.sharp = sharp;
    }

    fn float(&mut self, f: f64, bits: u8, verb: char) {
        match verb {
            'v' => self.out.float(f, bits, b'g', -1),
            'b' | 'g' | 'G' | 'x' | 'X' => self.out.float(f, bits, verb as u8, -1),
            'f' | 'e' | 'E' => self.out.float(f, bits, verb as u8, 6),
            'F' => self.out.float(f, bits, b'f', 6),
            _ => self.bad_verb(verb),
        }
    }

    fn complex(&mut self, re: f64, im: f64, bits: u8, verb: char) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(verb);
        }
        self.write("(");
        self.float(re, bits, verb);
        let plus = std::mem::replace(&mut self.out.flags.plus, true);
        self.float(im, bits, verb);
        self.out.flags.plus = plus;
        self.write("i)");
    }

    fn string(&mut self, text: &[u8], verb: char) {
        match verb {
            'v' if self.out.flags.sharp_v => self.out.quoted(text),
            'v' | 's' => self.out.string(text),
            'x' | 'X' => self.out.hexadecimal(text, verb == 'X'),
            'q' => self.out.quoted(text),
            _ => self.bad_verb(verb),
        }
    }

    /// Bytes as fmt treats a `[]byte` operand.
    fn bytes(&mut self, value: &'v Value, list: &List, bytes: &[u8], verb: char, operand: bool) {
        let sharp_v = self.out.flags.sharp_v;
        self.visit(bytes.len());
        if self.out.full {
            return;
        }
        match verb {
            'v' | 'd' => {
                if sharp_v {
                    if operand {
                        self.write("[]byte")
                    } else {
                        self.write_type(value.ty)
                    }
                    if list.reference == 0 && !list.array {
                        return self.write("(nil)");
                    }
                }
                self.write(if sharp_v { "{" } else { "[" });
                for (i, b) in bytes.iter().enumerate() {
                    self.separator(i);
                    if sharp_v { self.number_0x(u64::from(*b), true) } else { self.out.integer(u64::from(*b), false, 10, false, false) }
                }
                self.write(if sharp_v { "}" } else { "]" });
            }
            's' => self.out.string(bytes),
            'x' | 'X' => self.out.hexadecimal(bytes, verb == 'X'),
            'q' => self.out.quoted(bytes),
            _ => {
                self.subject = Subject::Part(value);
                self.bytes_by_element(value, list, bytes, verb);
            }
        }
    }

    fn bytes_by_element(&mut self, value: &'v Value, list: &List, bytes: &[u8], verb: char) {
        match verb {
            's' | 'q' | 'x' | 'X' => self.bytes(value, list, bytes, verb, false),
            'v' | 'd' if !self.out.flags.sharp_v || verb == 'v' => self.bytes(value, list, bytes, verb, false),
            _ => {
                self.visit(bytes.len());
                let sharp_v = self.out.flags.sharp_v;
                if sharp_v {
                    self.write_type(value.ty);
                    if list.reference == 0 && !list.array {
                        return self.write("(nil)");
                    }
                }
                self.write(if sharp_v { "{" } else { "[" });
                for (i, b) in bytes.iter().enumerate() {
                    self.separator(i);
                    self.byte(*b, list.elem, verb);
                }
                self.write(if sharp_v { "}" } else { "]" });
            }
        }
    }

    /// A byte of a list with a verb other than `%v` and those of texts.
    fn byte(&mut self, b: u8, ty: TypeNumber, verb: char) {
        match verb {
            'b' | 'o' | 'O' | 'c' | 'U' | 'd' => self.integer(u64::from(b), false, false, u64::from(b), verb),
            _ => {
                self.complaint(u32::from(verb), "(");
                self.write_type(ty);
                self.write("=");
                self.integer(u64::from(b), false, false, u64::from(b), 'v');
                self.write(")");
            }
        }
    }

    fn list(&mut self, value: &'v Value, list: &List, items: &'v [Value], verb: char, depth: u32, reach: Reach) {
        if list.of_bytes && matches!(verb, 's' | 'q' | 'x' | 'X') {
            let bytes: Vec<u8> = items.iter().map(|i| if let Data::Uint(b) = i.data { b as u8 } else { 0 }).collect();
            return self.bytes(value, list, &bytes, verb, false);
        }
        let sharp_v = self.out.flags.sharp_v;
        if sharp_v {
            self.write_type(value.ty);
            if !list.array && list.reference == 0 {
                return self.write("(nil)");
            }
        }
        self.write(if sharp_v { "{" } else { "[" });
        for (i, item) in items.iter().enumerate() {
            self.separator(i);
            self.value(item, verb, depth + 1, reach.inside());
        }
        self.write(if sharp_v { "}" } else { "]" });
    }

    fn map(&mut self, value: &'v Value, reference: Reference, entries: &'v [(Value, Value)], verb: char, depth: u32, reach: Reach) {
        let sharp_v = self.out.flags.sharp_v;
        if sharp_v {
            self.write_type(value.ty);
            if reference == 0 {
                return self.write("(nil)");
            }
            self.write("{");
        } else {
            self.write("map[");
        }
        let mut sorted: Vec<&(Value, Value)> = entries.iter().collect();
        sorted.sort_by(|a, b| compare(self.types, &a.0, &b.0));
        for (i, (key, element)) in sorted.into_iter().enumerate() {
            self.separator(i);
            self.value(key, verb, depth + 1, reach.inside());
            self.write(":");
            self.value(element, verb, depth + 1, reach.inside());
        }
        self.write(if sharp_v { "}" } else { "]" });
    }

    /// A reference as its number.
    fn reference(&mut self, value: &'v Value, verb: char) {
        let n = match &value.data {
            Data::Pointer(n, _) | Data::Other(n) | Data::Map(n, _) => *n,
            Data::Bytes(list, _) | Data::List(list, _) if !list.array => list.reference,
            _ => return self.bad_verb(verb),
        };
        match verb {
            'v' if self.out.flags.sharp_v => {
                self.write("(");
                self.write_type(value.ty);
                self.write(")(");
                if n == 0 {
                    self.write("nil")
                } else {
                    self.number_0x(n, true)
                }
                self.write(")");
            }
            'v' if n == 0 => self.out.pad(b"<nil>"),
            'v' | 'p' => self.number_0x(n, !self.out.flags.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(n, false, false, n, verb),
            _ => self.bad_verb(verb),
        }
    }

    fn printf(&mut self, format: &[u8], values: &'v [Option<Value>]) {
        let mut verbs = Verbs { format, at: 0, next: 0, count: values.len(), reordered: false, good: true };
        loop {
            let start = verbs.at;
            let text = format.get(start..).unwrap_or(&[]);
            let percent = memchr::memchr(b'%', text);
            self.out.write(text.get(..percent.unwrap_or(text.len())).unwrap_or(&[]));
            let Some(percent) = percent else { break };
            if self.out.full || self.too_deep {
                return;
            }
            verbs.at = start + percent + 1;
            self.out.flags = Flags::default();
            let verb = self.read_verb(&mut verbs, values);
            let Some(verb) = verb else {
                self.write("%!(NOVERB)");
                break;
            };
            let operand = values.get(verbs.next);
            match (char::from_u32(verb), operand) {
                (Some('%'), _) => self.write("%"),
                _ if !verbs.good => self.complaint(verb, "(BADINDEX)"),
                (_, None) => self.complaint(verb, "(MISSING)"),
                (verb, Some(value)) => {
                    let verb = verb.unwrap_or(char::REPLACEMENT_CHARACTER);
                    if matches!(verb, 'v' | 'w') {
                        let flags = &mut self.out.flags;
                        flags.sharp_v = std::mem::take(&mut flags.sharp);
                        flags.plus_v = std::mem::take(&mut flags.plus);
                    }
                    self.operand(value.as_ref(), verb);
                    verbs.next += 1;
                }
            }
        }
        if !verbs.reordered && verbs.next < values.len() {
            self.extra(values.get(verbs.next..).unwrap_or(&[]));
        }
    }

    fn extra(&mut self, values: &'v [Option<Value>]) {
        self.out.flags = Flags::default();
        self.write("%!(EXTRA ");
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.write(", ");
            }
            match value {
                None => self.write("<nil>"),
                Some(v) => {
                    self.write_type(v.ty);
                    self.write("=");
                    self.operand(Some(v), 'v');
                }
            }
        }
        self.write(")");
    }

    /// Reads flags, width and precision, and returns the verb.
    fn read_verb(&mut self, verbs: &mut Verbs, values: &[Option<Value>]) -> Option<u32> {
        verbs.good = true;
        while let Some(flag) = verbs.byte() {
            let flags = &mut self.out.flags;
            match flag {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            verbs.at += 1;
        }
        let mut indexed = verbs.index();
        if verbs.byte() == Some(b'*') {
            verbs.at += 1;
            match verbs.star(values) {
                Some(width) => {
                    self.out.flags.width = usize::try_from(width.unsigned_abs()).ok();
                    if width < 0 {
                        self.out.flags.minus = true;
                        self.out.flags.zero = false;
                    }
                }
                None => self.write("%!(BADWIDTH)"),
            }
            indexed = false;
        } else {
            self.out.flags.width = verbs.number();
            if indexed && self.out.flags.width.is_some() {
                verbs.good = false;
            }
        }
        if verbs.byte() == Some(b'.') && verbs.at + 1 < verbs.format.len() {
            verbs.at += 1;
            if indexed {
                verbs.good = false;
            }
            indexed = verbs.index();
            if verbs.byte() == Some(b'*') {
                verbs.at += 1;
                self.out.flags.precision = verbs.star(values).and_then(|p| usize::try_from(p).ok());
                if self.out.flags.precision.is_none() {
                    self.write("%!(BADPREC)");
                }
                indexed = false;
            } else {
                self.out.flags.precision = Some(verbs.number().unwrap_or(0));
            }
        }
        if !indexed {
            verbs.index();
        }
        let (verb, size) = utf8::decode(verbs.format.get(verbs.at..).unwrap_or(&[]));
        verbs.at += size;
        (size > 0).then_some(verb)
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::Methods;
    use super::*;

    struct Nameless;

    impl Types for Nameless {
        fn name(&self, _: TypeNumber) -> String {
            "t".to_owned()
        }
    }

    fn value(data: Data) -> Value {
        Value { ty: 0, methods: Methods::default(), origin: 0, data }
    }

    fn list(items: Vec<Value>) -> Value {
        value(Data::List(List { array: false, reference: 1, elem: 0, of_bytes: false, predeclared: false }, items))
    }

    fn printf(format: &str, values: &[Option<Value>], limit: usize) -> Result<String, Stop> {
        let text = render(&Nameless, Mode::Printf, format.as_bytes(), values, &[], limit)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn texts_end_at_the_limit() {
        let values = [Some(value(Data::Int(5))), Some(value(Data::Float(0.5, 64))), Some(value(Data::Str(b"text".to_vec())))];
        for format in ["%1000000d", "%.1000000d", "%-1000000v", "%.1000000[2]f", "%1000000[2]v", "%1000000[3]q", "%.1000000U", "%1000000x"]
        {
            assert_eq!(printf(&format.repeat(1000), &values, 100_000).err(), Some(Stop::TooLong), "{format}");
        }
        assert_eq!(printf("%d", &values[..1], 1).as_deref(), Ok("5"));
        assert_eq!(printf("%d", &values[..1], 0), Err(Stop::TooLong));
        assert_eq!(printf("%99999999d", &values[..1], 100).as_deref(), Ok("%!(NOVERB)%!(EXTRA t=5)"));
    }

    #[test]
    fn repeated_operands_are_counted() {
        let values = [Some(list((0..1000).map(|i| value(Data::Int(i))).collect()))];
        let format = "%[1]v".repeat(1000);
        let visits = |limit| operands(&Nameless, Mode::Printf, format.as_bytes(), &values, limit).map(|n| n.visits);
        assert_eq!(visits(1 << 30), Ok(1_001_000));
        assert_eq!(visits(500_000), Err(Stop::TooLong));
    }

    #[test]
    fn deep_values_are_refused() {
        let mut deep = value(Data::Int(1));
        for _ in 0..MAX_DEPTH {
            deep = list(vec![deep]);
        }
        assert_eq!(printf("%v", &[Some(deep)], 1 << 20), Err(Stop::TooDeep));
    }

    #[test]
    fn formats_of_any_bytes_are_read() {
        let values = [Some(value(Data::Int(5))), None, Some(value(Data::Str(b"\xff\"".to_vec())))];
        let pieces = ["%", "[", "]", "1", "*", ".", "-", "+", "#", "0", " ", "v", "q", "é", "9999999", "[2]"];
        // all texts of up to four pieces
        for n in 0..pieces.len().pow(4) {
            let format: String = (0..4).map(|i| pieces[n / pieces.len().pow(i) % pieces.len()]).collect();
            let _ = printf(&format, &values, 1 << 12);
        }
    }
}
