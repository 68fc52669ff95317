//! Permanent numbers of globals and fields, so that what they are called and in which order they stand can change.

use std::collections::BTreeMap;

use super::{Reader, put_text, put_uint};
use crate::image::{Image, PkgIdx};
use crate::types::Kind;
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
}

impl Schema {
    /// As a record.
    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![1];
        self.globals.write(&mut out);
        put_uint(&mut out, self.fields.len() as u64);
        for (name, numbers) in &self.fields {
            put_text(&mut out, name.as_bytes());
            numbers.write(&mut out);
        }
        out
    }

    /// From a record.
    pub fn read(bytes: &[u8]) -> Option<Schema> {
        let mut r = Reader::new(bytes);
        (r.byte()? == 1).then_some(())?;
        let globals = Numbers::read(&mut r)?;
        let mut fields = BTreeMap::new();
        for _ in 0..r.uint()? {
            let name = r.str()?.to_owned();
            fields.insert(name, Numbers::read(&mut r)?);
        }
        Some(Schema { globals, fields })
    }

    /// The schema of a version of a package that comes after this one.
    pub fn upgraded(&self, image: &Image, pkg: PkgIdx) -> Schema {
        let mut new = self.clone();
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
