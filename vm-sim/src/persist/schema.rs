//! Permanent numbers of globals and fields, so that what they are called and in which order they stand can change.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reader, put_text, put_uint};
use crate::image::{Image, PkgIdx};
use crate::types::Kind;
use amigos_syntax::Name;
use amigos_types::ty::TyKind;

/// The numbers of a list of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The next one to give.
    pub next: u32,
    /// By name.
    pub by_name: BTreeMap<String, u32>,
}

impl Numbers {
    /// Gives numbers to names that have none; takes those of names that are gone, for good.
    fn update(&mut self, names: &[String]) {
        self.by_name.retain(|n, _| names.contains(n));
        for n in names {
            if !self.by_name.contains_key(n) {
                self.next += 1;
                self.by_name.insert(n.clone(), self.next);
            }
        }
    }

    /// Whether a new name is there and an old one is not.
    fn takes(&self, new: &str, old: &str) -> bool {
        self.by_name.contains_key(new) && !self.by_name.contains_key(old)
    }

    /// Moves a number to a new name, unless that has one already.
    fn rename(&mut self, new: &str, old: &str) {
        if !self.by_name.contains_key(new)
            && let Some(n) = self.by_name.remove(old)
        {
            self.by_name.insert(new.to_owned(), n);
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_uint(out, u64::from(self.next));
        put_uint(out, self.by_name.len() as u64);
        for (name, n) in &self.by_name {
            put_text(out, name.as_bytes());
            put_uint(out, u64::from(*n));
        }
    }

    fn read(r: &mut Reader) -> Option<Numbers> {
        let next = r.uint32()?;
        let mut by_name = BTreeMap::new();
        for _ in 0..r.uint()? {
            let name = r.str()?.to_owned();
            by_name.insert(name, r.uint32()?);
        }
        Some(Numbers { next, by_name })
    }
}

/// The permanent numbers of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Globals.
    pub globals: Numbers,
    /// Fields, by type name.
    pub fields: BTreeMap<String, Numbers>,
    /// Types that have other names now, by the names under which older records know them.
    pub renamed: BTreeMap<String, String>,
}

impl Schema {
    /// As a record.
    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![if self.renamed.is_empty() { 1 } else { 2 }];
        self.globals.write(&mut out);
        put_uint(&mut out, self.fields.len() as u64);
        for (name, numbers) in &self.fields {
            put_text(&mut out, name.as_bytes());
            numbers.write(&mut out);
        }
        if !self.renamed.is_empty() {
            put_uint(&mut out, self.renamed.len() as u64);
            for (old, new) in &self.renamed {
                put_text(&mut out, old.as_bytes());
                put_text(&mut out, new.as_bytes());
            }
        }
        out
    }

    /// From a record.
    pub fn read(bytes: &[u8]) -> Option<Schema> {
        let mut r = Reader::new(bytes);
        let form = r.byte()?;
        matches!(form, 1 | 2).then_some(())?;
        let globals = Numbers::read(&mut r)?;
        let mut fields = BTreeMap::new();
        for _ in 0..r.uint()? {
            let name = r.str()?.to_owned();
            fields.insert(name, Numbers::read(&mut r)?);
        }
        let mut renamed = BTreeMap::new();
        if form == 2 {
            for _ in 0..r.uint()? {
                let old = r.str()?.to_owned();
                renamed.insert(old, r.str()?.to_owned());
            }
        }
        Some(Schema { globals, fields, renamed })
    }

    /// Moves numbers to new names: of each pair the new name and the old one, where the version that comes has the new one and not the old one, and this
    /// the other way round.
    pub fn rename(&mut self, renames: &[(String, String)], next: &Declared) {
        // types first: a field is named with its type's new name
        let (names, fields): (Vec<_>, Vec<_>) = renames.iter().partition(|(new, _)| !new.contains('.'));
        for (new, old) in names {
            if next.names.globals.takes(new, old) {
                self.globals.rename(new, old);
            }
            if !next.types.contains(new) || next.types.contains(old) || self.fields.contains_key(new) || self.renamed.contains_key(old) {
                continue;
            }
            if let Some(numbers) = self.fields.remove(old) {
                self.fields.insert(new.clone(), numbers);
            }
            self.renamed.values_mut().filter(|now| **now == *old).for_each(|now| now.clone_from(new));
            self.renamed.insert(old.clone(), new.clone());
        }
        for (new, old) in fields {
            let Some((ty, field)) = new.split_once('.') else { continue };
            if let (Some(numbers), Some(names)) = (self.fields.get_mut(ty), next.names.fields.get(ty))
                && names.takes(field, old)
            {
                numbers.rename(field, old);
            }
        }
    }

    /// The schema of a version of a package that comes after this one.
    pub fn upgraded(&self, image: &Image, pkg: PkgIdx, renames: &[(String, String)]) -> Schema {
        let mut new = self.clone();
        new.rename(renames, &Declared::of(image, pkg));
        new.extended(image, pkg)
    }

    /// With numbers for all that a package declares.
    fn extended(self, image: &Image, pkg: PkgIdx) -> Schema {
        let mut new = self;
        let names: Vec<String> = image.globals_of(pkg).map(|(_, g)| g.key.name.to_string()).collect();
        new.globals.update(&names);
        let Some(p) = image.pkgs.get(usize::from(pkg)) else { return new };
        let program = &image.program;
        for name in program.member_names(p.key).iter() {
            let Some(member) = program.member(p.key, *name) else { continue };
            if !matches!(member.kind, amigos_types::ctx::MemberKind::Type { alias: false }) {
                continue;
            }
            let under = amigos_mir::layout::underlying(&**program, member.ty);
            if let TyKind::Struct(fields) = under.kind() {
                let names: Vec<String> = fields.iter().map(|f| f.name.to_string()).collect();
                new.fields.entry(name.to_string()).or_default().update(&names);
            }
        }
        new
    }
}

/// What a package declares, by name.
pub struct Declared {
    names: Schema,
    types: BTreeSet<String>,
}

impl Declared {
    /// Whether a type of this name is declared.
    pub fn has_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    /// What a package of an image declares.
    pub fn of(image: &Image, pkg: PkgIdx) -> Declared {
        let names = Schema::default().extended(image, pkg);
        let Some(p) = image.pkgs.get(usize::from(pkg)) else { return Declared { names, types: BTreeSet::new() } };
        let is_type = |name: &Name| {
            image.program.member(p.key, *name).is_some_and(|m| matches!(m.kind, amigos_types::ctx::MemberKind::Type { alias: false }))
        };
        Declared { names, types: image.program.member_names(p.key).iter().filter(|n| is_type(n)).map(Name::to_string).collect() }
    }
}

/// The number of each field of a struct type, by index.
pub fn field_numbers(image: &Image, schema: Option<&Schema>, ty: u32) -> Vec<u32> {
    let rt = image.types.get(ty);
    let Kind::Struct(fields) = &rt.kind else { return Vec::new() };
    let named = match rt.ty.kind() {
        TyKind::Named { key, .. } if key.local.is_none() => schema.and_then(|s| s.fields.get(key.name.as_str())),
        _ => None,
    };
    fields.iter().enumerate().map(|(i, f)| named.and_then(|n| n.by_name.get(f.name.as_str()).copied()).unwrap_or(i as u32 + 1)).collect()
}
