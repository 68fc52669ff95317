//! The layout of a package's persistent state: which variables there are, and the types that can be reached from them; and how
//! it may change within a major version (language.md, section 4).

use std::collections::{BTreeMap, BTreeSet};

use amigos_db::query::plain_key;
use amigos_syntax::ast::{DeclKind, ExprKind, IdentId, Spec};
use amigos_syntax::file::directives;
use amigos_syntax::parse::parse_decl;
use amigos_syntax::split::split;
use amigos_syntax::version::GoVersion;
use amigos_types::ctx::MemberKind;
use amigos_types::facts::PackageTypes;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::type_string;

/// The layout: `var X`, `type T` and `field T.f`, each with its type as text.
pub type Layout = BTreeMap<String, String>;

/// What a type's place in state allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Value,
    MapKey,
}

/// The layout of a package.
pub fn describe(key: PkgKey, types: &PackageTypes) -> Layout {
    let mut layout = Layout::new();
    let mut walk = Walk { key, types, work: Vec::new(), reached: BTreeMap::new(), any: false };
    for (name, member) in &types.members {
        if matches!(member.member.kind, MemberKind::Var) {
            layout.insert(format!("var {name}"), text(member.member.ty));
            walk.work.push((member.member.ty, Place::Value));
        }
    }
    walk.run();
    if walk.any {
        // Something can hold values of any type: so every declared type can be stored.
        for (name, member) in &types.members {
            if matches!(member.member.kind, MemberKind::Type { alias: false }) {
                walk.reach(NamedKey { pkg: Some(key), name: *name, local: None }, Place::Value);
            }
        }
        walk.run();
    }
    for (name, is_key) in &walk.reached {
        let Some(info) = types.named.iter().find(|(k, _)| k.local.is_none() && k.name.as_str() == name).map(|(_, info)| info) else {
            continue;
        };
        match info.underlying.kind() {
            TyKind::Struct(fields) if !is_key => {
                layout.insert(format!("type {name}"), "struct".into());
                for field in fields.iter() {
                    layout.insert(format!("field {name}.{}", field.name), text(field.ty));
                }
            }
            _ => {
                let mark = if *is_key { "map key " } else { "" };
                layout.insert(format!("type {name}"), format!("{mark}{}", text(info.underlying)));
            }
        }
    }
    layout
}

struct Walk<'t> {
    key: PkgKey,
    types: &'t PackageTypes,
    work: Vec<(Ty, Place)>,
    /// Declared types by name, and whether they occur in map keys.
    reached: BTreeMap<String, bool>,
    /// Whether an interface was reached.
    any: bool,
}

impl Walk<'_> {
    fn reach(&mut self, key: NamedKey, place: Place) {
        if key.pkg != Some(self.key) || key.local.is_some() {
            return;
        }
        let name = key.name.to_string();
        let is_key = place == Place::MapKey;
        match self.reached.get(&name) {
            Some(known) if *known || !is_key => return,
            _ => self.reached.insert(name, is_key),
        };
        if let Some(info) = self.types.named.get(&key) {
            self.work.push((info.underlying, place));
        }
    }

    fn run(&mut self) {
        let mut seen: BTreeSet<(String, bool)> = BTreeSet::new();
        while let Some((ty, place)) = self.work.pop() {
            let ty = ty.canonical();
            if !seen.insert((text(ty), place == Place::MapKey)) {
                continue;
            }
            match ty.kind() {
                TyKind::Named { key, args } => {
                    self.work.extend(args.iter().map(|arg| (*arg, place)));
                    self.reach(*key, place);
                }
                TyKind::Alias { actual, .. } => self.work.push((*actual, place)),
                TyKind::Pointer(to) => self.work.push((*to, Place::Value)),
                TyKind::Slice(elem) | TyKind::Array { elem, .. } => self.work.push((*elem, place)),
                TyKind::Map { key, value } => self.work.extend([(*key, Place::MapKey), (*value, Place::Value)]),
                TyKind::Struct(fields) => self.work.extend(fields.iter().map(|field| (field.ty, place))),
                TyKind::Interface(_) => self.any = true,
                TyKind::Basic(_)
                | TyKind::Chan { .. }
                | TyKind::Tuple(_)
                | TyKind::Signature(_)
                | TyKind::Union(_)
                | TyKind::TypeParam(_) => {}
            }
        }
    }
}

fn text(ty: Ty) -> String {
    type_string(ty.canonical(), &|pkg: PkgKey| plain_key(pkg).to_owned())
}

/// Something that an old layout holds and the new one can't read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayoutBreak {
    /// What: `var Posts`, `type Post`, `field Post.Title`.
    pub place: String,
    /// Its type in the old layout.
    pub was: String,
    /// Its type in the new one; `None` if it is gone.
    pub is: Option<String>,
}

impl LayoutBreak {
    /// The name without its kind: `Post.Title`.
    pub fn name(&self) -> &str {
        self.place.split_once(' ').map_or(self.place.as_str(), |(_, name)| name)
    }

    /// What is wrong and what to do, in words.
    pub fn message(&self) -> String {
        let (name, was) = (self.name(), &self.was);
        match &self.is {
            Some(is) if self.place.starts_with("type ") => {
                format!("the state holds `{name}` as `{was}`, but it is `{is}` now; a stored type keeps its kind within a major version")
            }
            Some(is) => format!(
                "the state holds `{name}` as `{was}`, but it is `{is}` now; within a major version an integer may become wider with the same sign, and nothing else may change"
            ),
            None => {
                let short = name.rsplit('.').next().unwrap_or(name);
                format!(
                    "the state holds `{name}`, which is gone; if its data may be lost for good, write `//amigos:drop {name}`; if it has another name now, write `//amigos:was {short}` above that"
                )
            }
        }
    }
}

/// What of an old layout the new one can't read. `dropped` are the names behind `//amigos:drop` in the new source.
pub fn breaking(old: &Layout, new: &Layout, dropped: &BTreeSet<String>) -> Vec<LayoutBreak> {
    let mut found = Vec::new();
    for (place, was) in old {
        let name = place.split_once(' ').map_or(place.as_str(), |(_, name)| name);
        let is = new.get(place);
        let fine = match is {
            Some(is) => is == was || !place.starts_with("type ") && widens(was, is),
            None => {
                let short = name.rsplit('.').next().unwrap_or(name);
                let owner_gone = name.split_once('.').is_some_and(|(owner, _)| !new.contains_key(&format!("type {owner}")));
                dropped.contains(name) || dropped.contains(short) || owner_gone
            }
        };
        if !fine {
            found.push(LayoutBreak { place: place.clone(), was: was.clone(), is: is.cloned() });
        }
    }
    found
}

/// Whether an integer type becomes another that is wider and has the same sign.
fn widens(was: &str, is: &str) -> bool {
    const SIGNED: [&str; 4] = ["int8", "int16", "int32", "int64"];
    const UNSIGNED: [&str; 4] = ["uint8", "uint16", "uint32", "uint64"];
    let plain = |name: &str| match name {
        "int" => "int64".to_string(),
        "uint" | "uintptr" => "uint64".to_string(),
        "rune" => "int32".to_string(),
        "byte" => "uint8".to_string(),
        other => other.to_string(),
    };
    let (was, is) = (plain(was), plain(is));
    [SIGNED, UNSIGNED].iter().any(|row| {
        let at = |name: &str| row.iter().position(|known| *known == name);
        matches!((at(&was), at(&is)), (Some(was), Some(is)) if was < is)
    })
}

/// The names behind `//amigos:drop` in a source text.
pub fn dropped(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| line.trim().strip_prefix("//amigos:drop ")).flat_map(str::split_whitespace).map(str::to_string)
}

/// What has a new name in a source text (`X`, `T` or `T.field`), and the name behind `//amigos:was` above it.
pub fn renamed(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for chunk in split(text) {
        found.extend(renamed_in(chunk.text(text)));
    }
    found
}

/// The same for the text of one declaration.
pub fn renamed_in(own: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let was: Vec<_> = directives(own).into_iter().filter(|d| &*d.name == "was").collect();
    if !was.is_empty() {
        let decl = parse_decl(own, GoVersion::LATEST);
        let DeclKind::Gen(list) = &decl.kind else { return found };
        // the names that a directive can belong to, by place
        let mut names: Vec<(u32, String)> = Vec::new();
        let ident = |id: &IdentId| &decl.sig.idents[id.0 as usize];
        for spec in &list.specs {
            match spec {
                Spec::Var { names: vars, .. } => names.extend(vars.iter().map(|id| (ident(id).range.start, ident(id).name.to_string()))),
                Spec::Type { name, ty, .. } => {
                    let owner = ident(name);
                    names.push((owner.range.start, owner.name.to_string()));
                    if let ExprKind::StructType { fields } = &decl.sig[*ty].kind {
                        let all = fields.iter().flat_map(|f| &f.names).map(ident);
                        names.extend(all.map(|f| (f.range.start, format!("{}.{}", owner.name, f.name))));
                    }
                }
                Spec::Import(_) | Spec::Const { .. } => {}
            }
        }
        for d in was {
            if let Some((_, new)) = names.iter().filter(|(at, _)| *at >= d.range.end).min_by_key(|(at, _)| *at) {
                let old = d.args.split_whitespace().next().unwrap_or_default();
                found.push((new.clone(), old.rsplit('.').next().unwrap_or(old).to_string()));
            }
        }
    }
    found
}

/// An old layout with the names that its variables, types and fields have in the new one. A new name counts where the old layout does not have it and has the
/// old one, and the new one does not.
pub fn with_new_names(old: &Layout, new: &Layout, renamed: &[(String, String)], identity: &str) -> Layout {
    let mut layout = old.clone();
    let moves = |layout: &mut Layout, from: String, to: String| {
        if layout.contains_key(&from) && !layout.contains_key(&to) && new.contains_key(&to) && !new.contains_key(&from) {
            let is = layout.remove(&from).unwrap_or_default();
            layout.insert(to, is);
            return true;
        }
        false
    };
    for (name, was) in renamed.iter().filter(|(name, _)| !name.contains('.')) {
        moves(&mut layout, format!("var {was}"), format!("var {name}"));
        if !moves(&mut layout, format!("type {was}"), format!("type {name}")) {
            continue;
        }
        let (own, was_own) = (format!("{identity}.{name}"), format!("{identity}.{was}"));
        let prefix = format!("field {was}.");
        layout = layout
            .into_iter()
            .map(|(place, ty)| {
                let place = place.strip_prefix(&prefix).map_or(place.clone(), |field| format!("field {name}.{field}"));
                (place, replace_name(&ty, &was_own, &own))
            })
            .collect();
    }
    for (name, was) in renamed {
        if let Some((owner, field)) = name.split_once('.') {
            moves(&mut layout, format!("field {owner}.{was}"), format!("field {owner}.{field}"));
        }
    }
    layout
}

/// A text with a qualified name replaced where it stands as a whole.
fn replace_name(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        out.push_str(before);
        let whole = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        out.push_str(if whole { to } else { from });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_others() {
        let text = "package p\n\n//amigos:was Old\nvar New int\n\n// T is.\n//\n//amigos:was U\ntype T struct {\n\ta int\n\t//amigos:was c\n\tb, d string\n}\n\nvar (\n\tx int\n\t//amigos:was Z\n\ty int\n)\n";
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        let found = renamed(text);
        assert_eq!(found, [pair("New", "Old"), pair("T", "U"), pair("T.b", "c"), pair("y", "Z")]);
        let old =
            layout(&[("var Old", "int"), ("type U", "struct"), ("field U.a", "int"), ("field U.c", "*p@v1.U"), ("var W", "[]p@v1.Ux")]);
        let new =
            layout(&[("var New", "int"), ("type T", "struct"), ("field T.a", "int"), ("field T.b", "*p@v1.T"), ("var W", "[]p@v1.Ux")]);
        assert_eq!(with_new_names(&old, &new, &found, "p@v1"), new);
        assert_eq!(breaking(&with_new_names(&old, &new, &found, "p@v1"), &new, &BTreeSet::new()), Vec::<LayoutBreak>::new());
        // an old name that is still there stays what it is
        let both = layout(&[("var New", "int"), ("var Old", "int")]);
        assert_eq!(with_new_names(&old, &both, &found, "p@v1").get("var New"), None);
    }

    fn layout(entries: &[(&str, &str)]) -> Layout {
        entries.iter().map(|(name, ty)| (name.to_string(), ty.to_string())).collect()
    }

    #[test]
    fn what_may_change() {
        let old = layout(&[("var X", "int8"), ("type T", "struct"), ("field T.a", "string"), ("var M", "map[int8]string")]);
        let none = BTreeSet::new();
        let with = |changes: &[(&str, Option<&str>)]| {
            let mut new = old.clone();
            for (name, ty) in changes {
                match ty {
                    Some(ty) => new.insert(name.to_string(), ty.to_string()),
                    None => new.remove(*name),
                };
            }
            new
        };
        for fine in [with(&[]), with(&[("var X", Some("int"))]), with(&[("field T.b", Some("int")), ("var Y", Some("int"))])] {
            assert_eq!(breaking(&old, &fine, &none), Vec::<LayoutBreak>::new());
        }
        let cases = [
            (with(&[("var X", Some("uint8"))]), "`X` as `int8`, but it is `uint8` now"),
            (with(&[("var M", Some("map[int16]string"))]), "`M` as `map[int8]string`"),
            (with(&[("field T.a", None)]), "`T.a`, which is gone"),
            (with(&[("var X", None)]), "write `//amigos:drop X`"),
            (with(&[("type T", Some("int"))]), "keeps its kind"),
        ];
        for (new, wanted) in cases {
            let found: Vec<String> = breaking(&old, &new, &none).iter().map(LayoutBreak::message).collect();
            let found = found.join("\n");
            assert!(found.contains(wanted), "{found}");
        }
        let drop: BTreeSet<String> = dropped("x\n\t//amigos:drop T.a\n//amigos:drop X\n").collect();
        assert_eq!(breaking(&old, &with(&[("field T.a", None), ("var X", None)]), &drop), Vec::<LayoutBreak>::new());
        assert!(!widens("int64", "int") && !widens("int16", "int8") && widens("byte", "uint"));
    }
}
