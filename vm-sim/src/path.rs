//! Access paths as people write them: `Posts[12].Title`, `Balances["alice"]`, evaluated on a machine's state.

use crate::args::key_value;
use crate::compare::{iface_type, payload};
use crate::image::{Image, PkgIdx};
use crate::machine::Machine;
use crate::memory::{handle, pointer};
use crate::trap::{Res, Trap};
use crate::types::{Kind, TypeId};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// `.name`
    Name(String),
    /// `[12]` or `["alice"]`: the text between the brackets.
    Index(String),
}

/// Longest path that is read.
const MAX_PATH: usize = 4096;

/// Splits a path. Errors: what is wrong with it.
pub fn parse(path: &str) -> Result<Vec<Segment>, String> {
    let bad = |what: &str| Err(format!("`{path}` is not a path: {what}; write it as `Posts[12].Title`"));
    if path.len() > MAX_PATH {
        return Err("the path is too long".to_owned());
    }
    let mut out = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let Some(end) = closing(inside) else { return bad("a `]` is missing") };
            out.push(Segment::Index(inside[..end].trim().to_owned()));
            rest = &inside[end + 1..];
            continue;
        }
        let after = match rest.strip_prefix('.') {
            Some(after) if !out.is_empty() => after,
            None if out.is_empty() => rest,
            _ => return bad("names are separated by `.`"),
        };
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        if end == 0 {
            return bad("a name is missing");
        }
        out.push(Segment::Name(after[..end].to_owned()));
        rest = &after[end..];
    }
    if out.is_empty() { bad("it is empty") } else { Ok(out) }
}

/// Where the bracket closes, literals of strings passed over.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(q) if c == '\\' && q != '`' => escaped = true,
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None => match c {
                '"' | '`' | '\'' => quote = Some(c),
                '[' | '{' | '(' => depth += 1,
                ']' if depth == 0 => return Some(i),
                ']' | '}' | ')' => depth -= 1,
                _ => {}
            },
        }
    }
    None
}

/// A variable or value that a path leads to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A variable in memory.
    Var {
        /// Where it is.
        p: u64,
        /// Its type.
        ty: TypeId,
    },
    /// A value: an entry of a map, or what an interface holds.
    Value {
        /// Its slots.
        slots: Vec<u64>,
        /// Its type.
        ty: TypeId,
    },
    /// Nothing: an index out of range, a key that is not there, a nil on the way.
    Nothing,
}

impl Found {
    /// Its type.
    pub fn ty(&self) -> TypeId {
        match self {
            Found::Var { ty, .. } | Found::Value { ty, .. } => *ty,
            Found::Nothing => 0,
        }
    }
}

/// A refusal in words, as a trap.
pub fn refuse<T>(text: impl Into<String>) -> Res<T> {
    Err(Box::new(Trap::Panic(text.into())))
}

impl Machine<'_> {
    /// The slots of what a path led to.
    pub fn found_slots(&mut self, image: &Image, found: &Found) -> Res<Vec<u64>> {
        Ok(match found {
            Found::Value { slots, .. } => slots.clone(),
            Found::Nothing => Vec::new(),
            Found::Var { p, ty } => {
                let n = image.types.get(*ty).slots;
                let mut slots = vec![0; n as usize];
                if n > 0 {
                    self.load(image, *p, 0, n, &mut slots, 0)?;
                }
                slots
            }
        })
    }

    /// Follows a path from a package's global. `exported`: only exported names.
    pub fn follow(&mut self, image: &Image, pkg: PkgIdx, path: &[Segment], exported: bool) -> Res<Found> {
        let Some((Segment::Name(first), rest)) = path.split_first() else { return refuse("a path starts with the name of a variable") };
        if exported && !first.chars().next().is_some_and(char::is_uppercase) {
            return refuse(format!("`{first}` is not exported"));
        }
        let global = image.globals_of(pkg).find(|(_, g)| g.key.name.as_str() == first).map(|(g, i)| (g, i.ty));
        let Some((g, ty)) = global else {
            return refuse(format!("`{}` has no variable `{first}`", Self::pkg_name(image, pkg)));
        };
        let p = self.global(image, g)?;
        let mut at = Found::Var { p, ty };
        for segment in rest {
            at = self.step(image, at, segment, exported)?;
            if matches!(at, Found::Nothing) {
                break;
            }
        }
        Ok(at)
    }

    /// One step; pointers and interfaces are looked through.
    pub fn step(&mut self, image: &Image, at: Found, segment: &Segment, exported: bool) -> Res<Found> {
        let at = self.look_through(image, at)?;
        let ty = at.ty();
        match (segment, image.types.get(ty).kind.clone()) {
            (_, Kind::Other) if matches!(at, Found::Nothing) => Ok(Found::Nothing),
            (Segment::Name(name), Kind::Struct(fields)) => {
                if exported && !name.chars().next().is_some_and(char::is_uppercase) {
                    return refuse(format!("`{name}` is not exported"));
                }
                let Some(f) = fields.iter().find(|f| f.name.as_str() == name) else {
                    return refuse(format!("`{}` has no field `{name}`", image.types.name(&*image.program, ty)));
                };
                Ok(match at {
                    Found::Var { p, .. } => Found::Var { p: p + u64::from(f.offset), ty: f.ty },
                    Found::Value { slots, .. } => {
                        let (from, n) = (f.offset as usize, image.types.get(f.ty).slots as usize);
                        Found::Value { slots: slots.get(from..from + n).unwrap_or(&[]).to_vec(), ty: f.ty }
                    }
                    Found::Nothing => Found::Nothing,
                })
            }
            (Segment::Index(text), Kind::Slice(elem)) => {
                let slots = self.found_slots(image, &at)?;
                let Some(i) = index(text) else { return refuse(format!("`{text}` is not an index")) };
                let (p, len) = (slots.first().copied().unwrap_or(0), slots.get(1).copied().unwrap_or(0));
                if i >= len {
                    return Ok(Found::Nothing);
                }
                Ok(Found::Var { p: p + i * u64::from(image.types.get(elem).slots), ty: elem })
            }
            (Segment::Index(text), Kind::Array(elem, len)) => {
                let Some(i) = index(text) else { return refuse(format!("`{text}` is not an index")) };
                if i >= u64::from(len) {
                    return Ok(Found::Nothing);
                }
                let n = u64::from(image.types.get(elem).slots);
                Ok(match at {
                    Found::Var { p, .. } => Found::Var { p: p + i * n, ty: elem },
                    Found::Value { slots, .. } => {
                        let (from, n) = ((i * n) as usize, n as usize);
                        Found::Value { slots: slots.get(from..from + n).unwrap_or(&[]).to_vec(), ty: elem }
                    }
                    Found::Nothing => Found::Nothing,
                })
            }
            (Segment::Index(text), Kind::Map(kt, vt)) => {
                let slots = self.found_slots(image, &at)?;
                let map = slots.first().copied().unwrap_or(0);
                let key = match key_value(self, image, text, kt) {
                    Ok(k) => k,
                    Err(why) => return refuse(why),
                };
                match self.map_find(image, map, kt, &key)? {
                    None => Ok(Found::Nothing),
                    Some((h, i)) => Ok(Found::Value { slots: self.map_mut(h).value(i).to_vec(), ty: vt }),
                }
            }
            (Segment::Name(name), _) => refuse(format!("`{}` has no field `{name}`", image.types.name(&*image.program, ty))),
            (Segment::Index(_), _) => refuse(format!("`{}` cannot be indexed", image.types.name(&*image.program, ty))),
        }
    }

    /// What pointers and interfaces lead to.
    pub fn look_through(&mut self, image: &Image, mut at: Found) -> Res<Found> {
        for _ in 0..32 {
            match image.types.get(at.ty()).kind {
                Kind::Ptr(to) => {
                    let p = self.found_slots(image, &at)?.first().copied().unwrap_or(0);
                    if handle(p) == 0 {
                        return Ok(Found::Nothing);
                    }
                    at = Found::Var { p, ty: to };
                }
                Kind::Iface(_) => {
                    let v = self.found_slots(image, &at)?;
                    let t = iface_type(v.first().copied().unwrap_or(0));
                    if t == 0 {
                        return Ok(Found::Nothing);
                    }
                    let w = v.get(1).copied().unwrap_or(0);
                    let slots = payload(&self.mem, &image.types, t, &w).to_vec();
                    at = Found::Value { slots, ty: t };
                }
                _ => break,
            }
        }
        Ok(at)
    }

    /// A variable that holds a value: a copy in memory, unless it is one already.
    pub fn as_var(&mut self, image: &Image, found: &Found) -> Res<u64> {
        match found {
            Found::Var { p, .. } => Ok(*p),
            Found::Value { slots, ty } => {
                let h = self.mem.new_words(*ty, image.types.get(*ty).slots)?;
                let at = self.mem.obj(h).start as usize;
                self.mem.words[at..at + slots.len()].copy_from_slice(slots);
                Ok(pointer(h, 0))
            }
            Found::Nothing => Ok(0),
        }
    }
}

fn index(text: &str) -> Option<u64> {
    text.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split() {
        let name = |s: &str| Segment::Name(s.to_owned());
        let index = |s: &str| Segment::Index(s.to_owned());
        assert_eq!(parse("Posts[12].Title"), Ok(vec![name("Posts"), index("12"), name("Title")]));
        assert_eq!(parse(r#"B["a]b"][ 1 ]"#), Ok(vec![name("B"), index("\"a]b\""), index("1")]));
        for bad in ["", ".", "A..B", "A[", "A.", "A B", "[1"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
