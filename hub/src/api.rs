//! A package's exported API as a list of names and types, and what must not change in it within a major version.

use std::collections::BTreeMap;

use amigos_types::ctx::{Member, MemberKind, NamedInfo};
use amigos_types::facts::PackageTypes;
use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::type_string;

/// The API: what is exported, and its type as text.
pub type Api = BTreeMap<String, String>;

/// What a package exports.
pub fn describe(key: PkgKey, types: &PackageTypes) -> Api {
    let mut api = Api::new();
    let mut members: Vec<&Member> = types.members.values().map(|member| &*member.member).collect();
    members.sort_by_key(|member| member.name);
    for member in members.into_iter().filter(|member| member.name.is_exported()) {
        let name = member.name;
        match member.kind {
            MemberKind::Const(_) => drop(api.insert(format!("const {name}"), text(member.ty))),
            MemberKind::Var => drop(api.insert(format!("var {name}"), text(member.ty))),
            MemberKind::Func => drop(api.insert(format!("func {name}"), text(member.ty))),
            MemberKind::Type { alias: true } => drop(api.insert(format!("type {name}"), format!("= {}", text(member.ty)))),
            MemberKind::Type { alias: false } => {
                if let Some(info) = types.named.get(&NamedKey { pkg: Some(key), name, local: None }) {
                    declared(&mut api, &name.to_string(), info);
                }
            }
        }
    }
    api
}

fn declared(api: &mut Api, name: &str, info: &NamedInfo) {
    let parameters = if info.tparams.is_empty() { String::new() } else { format!("[{}]", info.tparams.len()) };
    match info.underlying.kind() {
        TyKind::Struct(fields) => {
            api.insert(format!("type {name}"), format!("{parameters}struct"));
            for field in fields.iter().filter(|field| field.name.is_exported()) {
                api.insert(format!("field {name}.{}", field.name), text(field.ty));
            }
        }
        _ => drop(api.insert(format!("type {name}"), format!("{parameters}{}", text(info.underlying)))),
    }
    for method in info.methods.iter().filter(|method| method.name.is_exported()) {
        let receiver = if method.pointer { "*" } else { "" };
        api.insert(format!("method {name}.{}", method.name), format!("{receiver}{}", text(method.sig)));
    }
}

fn text(ty: Ty) -> String {
    type_string(ty.canonical(), &|pkg: PkgKey| pkg.0.to_string())
}

/// The API as it is stored.
pub fn encode(api: &Api) -> Vec<u8> {
    api.iter().map(|(name, ty)| format!("{name}\t{ty}\n")).collect::<String>().into_bytes()
}

/// The API from its stored form.
pub fn decode(bytes: &[u8]) -> Api {
    String::from_utf8_lossy(bytes).lines().filter_map(|line| line.split_once('\t')).map(|(name, ty)| (name.into(), ty.into())).collect()
}

/// What of the old API is gone or different in the new, in words.
pub fn breaking(old: &Api, new: &Api) -> Vec<String> {
    old.iter()
        .filter_map(|(name, was)| match new.get(name) {
            None => Some(format!("`{name}` is gone; within a major version the exported API may only grow")),
            Some(is) if is != was => {
                Some(format!("`{name}` was `{was}` and is `{is}`; within a major version the exported API may only grow"))
            }
            Some(_) => None,
        })
        .collect()
}
