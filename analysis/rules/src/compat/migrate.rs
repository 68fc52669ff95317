//! The text of a `func Migrate(old amigos.Tree) error` (language.md, section 1) that fills the state of a new major version from the old one's: what
//! can be read as it was is read, the rest is said in comments.

use std::collections::BTreeMap;
use std::fmt::Write;

use amigos_db::Db;
use amigos_db::input::Package;
use amigos_db::query as q;
use amigos_mir::mir::{Body, LocalId};
use amigos_syntax::Name;
use amigos_types::ctx::MemberKind;
use amigos_types::facts::PackageTypes;
use amigos_types::ty::{Basic, NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::type_string;

use super::layout::Layout;

/// Whether a package has a `func Migrate(old amigos.Tree) error`, which the chain runs when its major version is deployed first.
pub fn declares(db: &dyn Db, package: Package) -> bool {
    q::package_types(db, package)
        .members
        .get(&Name::new(NAME))
        .is_some_and(|m| m.member.kind == MemberKind::Func && is_signature(m.member.ty))
}

/// Whether a function of a contract is its migration: nobody can call it but the chain.
pub fn is_migration(body: &Body) -> bool {
    let ty = |l: &LocalId| body.locals.get(l.idx()).map(|l| l.ty);
    let ([param], [result]) = (&body.params[..], &body.results[..]) else { return false };
    body.func.name.as_str() == NAME && ty(param) == Some(tree()) && ty(result) == Some(Ty::error())
}

const NAME: &str = "Migrate";

/// `amigos.Tree`
fn tree() -> Ty {
    Ty::named(NamedKey { pkg: Some(PkgKey(Name::new("amigos"))), name: Name::new("Tree"), local: None }, [])
}

fn is_signature(ty: Ty) -> bool {
    let Some(sig) = ty.as_signature() else { return false };
    let ([param], [result]) = (&sig.params[..], &sig.results[..]) else { return false };
    !sig.variadic && param.ty == tree() && result.ty == Ty::error()
}

/// How deep types are followed.
const MAX_DEPTH: u32 = 12;

/// The skeleton for `new`, whose state comes from `old`, which is called `name`; `None` if there is no state to move.
pub fn skeleton(db: &dyn Db, old: Package, new: Package, name: &str) -> Option<String> {
    let own = format!("{}.", q::plain_key(new.key(db)));
    let layout = |package: Package| -> Layout {
        super::state_layout(db, package).into_iter().map(|(place, ty)| (place, ty.replace(&own, ""))).collect()
    };
    let (old_layout, new_layout) = (layout(old), layout(new));
    let types = q::package_types(db, new);
    let mut variables: Vec<(Name, Ty)> =
        types.members.iter().filter(|(_, m)| matches!(m.member.kind, MemberKind::Var)).map(|(name, m)| (*name, m.member.ty)).collect();
    // Values of errors are made by initialisers.
    variables.retain(|(_, ty)| !matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none()));
    variables.sort_by_key(|(name, _)| name.as_str());
    if !variables.iter().any(|(name, _)| old_layout.contains_key(&format!("var {name}"))) {
        return None;
    }
    let mut writer =
        Writer { key: new.key(db), types: &types, old: &old_layout, new: &new_layout, helpers: BTreeMap::new(), order: Vec::new() };
    let mut out = format!(
        "// Migrate fills the state of this version from that of {name}.\n\
         //\n\
         // It runs once, when this major version is deployed, which only the authority of the\n\
         // old one may do; the same transaction closes the old one to writes for good. All of\n\
         // it has to fit into the gas of that transaction: what is too large is moved by later\n\
         // calls, which read the closed version.\n\
         func Migrate(old amigos.Tree) error {{\n"
    );
    for (name, ty) in &variables {
        let place = format!("var {name}");
        let Some(was) = old_layout.get(&place) else {
            let _ = writeln!(out, "\t// `{name}` is new: it has the value of its initialiser.");
            continue;
        };
        let is = new_layout.get(&place).cloned().unwrap_or_default();
        if *was != is {
            let _ = writeln!(out, "\t// `{name}` was `{was}` and is `{is}`.");
        }
        match writer.read(*ty, &format!("old.Get({:?})", name.as_str()), 0) {
            Some(value) => drop(writeln!(out, "\t{name} = {value}")),
            None => drop(writeln!(out, "\t// `{name}` can't be read as a whole: take from old.Get({:?}) what is needed.", name.as_str())),
        }
    }
    for (place, was) in &old_layout {
        if let Some(name) = place.strip_prefix("var ").filter(|_| !new_layout.contains_key(place)) {
            let _ = writeln!(out, "\t// `{name}` (`{was}`) is gone: old.Get({name:?}) has its data.");
        }
    }
    out.push_str("\treturn nil\n}\n");
    for name in &writer.order {
        if let Some(helper) = writer.helpers.values().find(|h| h.name == *name) {
            let _ = write!(out, "\n{}", helper.text);
        }
    }
    Some(out)
}

struct Helper {
    name: String,
    text: String,
}

struct Writer<'a> {
    key: PkgKey,
    types: &'a PackageTypes,
    old: &'a Layout,
    new: &'a Layout,
    /// Functions that read values of a type, by the type's text; without text while they are being written.
    helpers: BTreeMap<String, Helper>,
    /// Their names in the order in which they were needed.
    order: Vec<String>,
}

impl Writer<'_> {
    fn text(&self, ty: Ty) -> String {
        let qualifier = |pkg: PkgKey| {
            let path = q::plain_key(pkg);
            let path = path.split('@').next().unwrap_or(path);
            if pkg == self.key { String::new() } else { path.rsplit('/').next().unwrap_or(path).to_owned() }
        };
        type_string(ty, &qualifier)
    }

    fn underlying(&self, key: NamedKey) -> Option<Ty> {
        Some(self.types.named.get(&key)?.underlying)
    }

    /// An expression for the value of type `ty` in the tree `from`.
    fn read(&mut self, ty: Ty, from: &str, depth: u32) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        let ty = ty.unalias();
        match ty.kind() {
            TyKind::Basic(basic) => basic_value(*basic, from),
            TyKind::Named { key, args } if args.is_empty() => {
                if key.pkg.is_some_and(|p| p.0.as_str() == "amigos") {
                    return matches!(key.name.as_str(), "Address" | "Coins").then(|| format!("{from}.{}()", key.name));
                }
                if key.pkg != Some(self.key) {
                    return None;
                }
                match self.underlying(*key)?.kind() {
                    TyKind::Basic(basic) => Some(format!("{}({})", key.name, basic_value(*basic, from)?)),
                    TyKind::Struct(_) | TyKind::Slice(_) | TyKind::Map { .. } => self.call_helper(ty, key.name.as_str(), from, depth),
                    _ => None,
                }
            }
            TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Pointer(_) => self.call_helper(ty, "", from, depth),
            _ => None,
        }
    }

    fn call_helper(&mut self, ty: Ty, name: &str, from: &str, depth: u32) -> Option<String> {
        let text = self.text(ty);
        if let Some(helper) = self.helpers.get(&text) {
            return Some(format!("{}({from})", helper.name));
        }
        let stem = if name.is_empty() { kind_name(ty).to_owned() } else { name.to_owned() };
        let mut name = format!("old{}{}", stem.chars().next()?.to_uppercase(), stem.get(1..).unwrap_or(""));
        while self.types.members.contains_key(&Name::new(&name)) || self.order.contains(&name) {
            name.push_str("Again");
        }
        self.helpers.insert(text.clone(), Helper { name: name.clone(), text: String::new() });
        self.order.push(name.clone());
        let Some(body) = self.helper_body(ty, &text, depth + 1) else {
            self.helpers.remove(&text);
            self.order.retain(|n| *n != name);
            return None;
        };
        let doc = format!("// {name} reads a value of type {text} of the old version.\n");
        if let Some(helper) = self.helpers.get_mut(&text) {
            helper.text = format!("{doc}func {name}(old amigos.Tree) {text} {{\n{body}}}\n");
        }
        Some(format!("{name}({from})"))
    }

    fn helper_body(&mut self, ty: Ty, text: &str, depth: u32) -> Option<String> {
        let (under, named) = match ty.kind() {
            TyKind::Named { key, .. } => (self.underlying(*key)?, Some(*key)),
            _ => (ty, None),
        };
        match under.kind() {
            TyKind::Struct(fields) => {
                let owner = named?.name;
                let mut lines: Vec<(String, Option<String>)> = Vec::new();
                for field in fields.iter() {
                    let place = format!("field {owner}.{}", field.name);
                    let Some(was) = self.old.get(&place) else { continue };
                    let is = self.new.get(&place).cloned().unwrap_or_default();
                    let note = (*was != is).then(|| format!("\t\t// `{}` was `{was}` and is `{is}`.\n", field.name));
                    match self.read(field.ty, &format!("old.Get({:?})", field.name.as_str()), depth) {
                        Some(value) => lines.push((field.name.to_string(), Some(format!("{}\u{0}{value}", note.unwrap_or_default())))),
                        None => lines.push((field.name.to_string(), None)),
                    }
                }
                // As gofmt has it: values of neighbours stand below each other.
                let mut out = format!("\treturn {text}{{\n");
                let mut at = 0;
                while at < lines.len() {
                    let run = lines[at..]
                        .iter()
                        .enumerate()
                        .take_while(|(n, (_, value))| value.as_ref().is_some_and(|v| *n == 0 || v.starts_with('\u{0}')));
                    let run = run.count().max(1);
                    let width = lines[at..at + run].iter().map(|(name, _)| name.len()).max().unwrap_or(0);
                    for (name, value) in &lines[at..at + run] {
                        match value.as_ref().and_then(|v| v.split_once('\u{0}')) {
                            Some((note, value)) => {
                                let _ = writeln!(out, "{note}\t\t{name}:{} {value},", " ".repeat(width - name.len()));
                            }
                            None => {
                                let _ =
                                    writeln!(out, "\t\t// `{name}` can't be read as a whole: take from old.Get({name:?}) what is needed.");
                            }
                        }
                    }
                    at += run;
                }
                out.push_str("\t}\n");
                Some(out)
            }
            TyKind::Slice(elem) => {
                let value = self.read(*elem, "old.Get(i)", depth)?;
                Some(format!("\tvar list {text}\n\tfor i := range old.Len() {{\n\t\tlist = append(list, {value})\n\t}}\n\treturn list\n"))
            }
            TyKind::Map { key, value } => {
                let key_text = self.map_key(*key)?;
                let value = self.read(*value, "old.Get(key)", depth)?;
                Some(format!(
                    "\tentries := {text}{{}}\n\tfor _, key := range old.Keys() {{\n\t\tentries[{key_text}] = {value}\n\t}}\n\treturn entries\n"
                ))
            }
            TyKind::Pointer(to) => {
                let value = self.read(*to, "old", depth)?;
                Some(format!("\tif !old.Exists() {{\n\t\treturn nil\n\t}}\n\tvalue := {value}\n\treturn &value\n"))
            }
            _ => None,
        }
    }

    /// The key of a map from its text.
    fn map_key(&self, key: Ty) -> Option<String> {
        let under = match key.unalias().kind() {
            TyKind::Named { key, .. } if key.pkg.is_some_and(|p| p.0.as_str() == "amigos") => {
                return (key.name.as_str() == "Address").then(|| "amigos.Address(key)".to_owned());
            }
            TyKind::Named { key, .. } => self.underlying(*key)?,
            _ => key,
        };
        match under.kind() {
            TyKind::Basic(Basic::String) if under == key => Some("key".to_owned()),
            TyKind::Basic(Basic::String) => Some(format!("{}(key)", self.text(key))),
            _ => None,
        }
    }
}

fn kind_name(ty: Ty) -> &'static str {
    match ty.kind() {
        TyKind::Slice(_) => "list",
        TyKind::Map { .. } => "map",
        _ => "reference",
    }
}

fn basic_value(basic: Basic, from: &str) -> Option<String> {
    let name = format!("{basic:?}").to_lowercase();
    Some(match basic {
        Basic::String => format!("{from}.String()"),
        Basic::Bool => format!("{from}.Bool()"),
        Basic::Int64 => format!("{from}.Int()"),
        Basic::Uint64 => format!("{from}.Uint()"),
        Basic::Float64 => format!("{from}.Float()"),
        Basic::Float32 => format!("float32({from}.Float())"),
        _ if (Basic::Int..=Basic::Int64).contains(&basic) => format!("{name}({from}.Int())"),
        _ if (Basic::Uint..=Basic::Uintptr).contains(&basic) => format!("{name}({from}.Uint())"),
        _ => return None,
    })
}
