//! Types and objects as text, as error messages and hovers show them.

use std::fmt::Write;

use crate::checker::{Checker, Entity};
use crate::facts::LocalKind;
use crate::ty::{Basic, NamedKey, Param, PkgKey, Signature, Ty, TyKind};
use crate::universe;

/// Says how a package is written in front of a name: nothing for an empty text.
pub type Qualifier<'q> = &'q dyn Fn(PkgKey) -> String;

/// Writes types.
pub struct TypeWriter<'q> {
    /// What was written.
    pub out: String,
    qualifier: Qualifier<'q>,
    /// Type parameters and constraints of generic types and functions, if they are to be written.
    bounds: Option<&'q dyn Fn(Ty) -> Option<Ty>>,
    named_tparams: Option<&'q dyn Fn(NamedKey) -> Box<[Ty]>>,
    /// Whether parameters' names are written.
    pub param_names: bool,
    depth: u32,
}

const MAX_WRITE_DEPTH: u32 = 60;

impl<'q> TypeWriter<'q> {
    /// A writer that knows no constraints.
    pub fn new(qualifier: Qualifier<'q>) -> TypeWriter<'q> {
        TypeWriter { out: String::new(), qualifier, bounds: None, named_tparams: None, param_names: true, depth: 0 }
    }

    /// Writes constraints as well.
    pub fn with_bounds(self, bounds: &'q dyn Fn(Ty) -> Option<Ty>, named_tparams: &'q dyn Fn(NamedKey) -> Box<[Ty]>) -> TypeWriter<'q> {
        TypeWriter { bounds: Some(bounds), named_tparams: Some(named_tparams), ..self }
    }

    /// Writes a type.
    pub fn ty(&mut self, ty: Ty) {
        if self.depth > MAX_WRITE_DEPTH {
            self.out.push_str("...");
            return;
        }
        self.depth += 1;
        self.ty_inner(ty);
        self.depth -= 1;
    }

    fn ty_inner(&mut self, ty: Ty) {
        match ty.kind() {
            TyKind::Basic(b) => self.out.push_str(universe::basic_name(*b)),
            TyKind::Array { len, elem } => {
                let _ = write!(self.out, "[{len}]");
                self.ty(*elem);
            }
            TyKind::Slice(elem) => {
                self.out.push_str("[]");
                self.ty(*elem);
            }
            TyKind::Struct(fields) => {
                self.out.push_str("struct{");
                for (i, field) in fields.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str("; ");
                    }
                    if !field.embedded {
                        let _ = write!(self.out, "{} ", field.name);
                    }
                    self.ty(field.ty);
                    if !field.tag.as_str().is_empty() {
                        let _ = write!(self.out, " {}", quote(field.tag.as_str()));
                    }
                }
                self.out.push('}');
            }
            TyKind::Pointer(elem) => {
                self.out.push('*');
                self.ty(*elem);
            }
            TyKind::Tuple(params) => self.tuple(params, false),
            TyKind::Signature(sig) => {
                self.out.push_str("func");
                self.signature(sig);
            }
            TyKind::Union(terms) => {
                for (i, term) in terms.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str(" | ");
                    }
                    if term.tilde {
                        self.out.push('~');
                    }
                    self.ty(term.ty);
                }
            }
            TyKind::Interface(interface) => {
                if interface.implicit && interface.methods.is_empty() && interface.embeds.len() == 1 {
                    self.ty(interface.embeds[0]);
                    return;
                }
                self.out.push_str("interface{");
                for (i, method) in interface.methods.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str("; ");
                    }
                    self.out.push_str(method.name.as_str());
                    if let TyKind::Signature(sig) = method.sig.kind() {
                        self.signature(sig);
                    }
                }
                for (i, embed) in interface.embeds.iter().enumerate() {
                    if i > 0 || !interface.methods.is_empty() {
                        self.out.push_str("; ");
                    }
                    self.ty(*embed);
                }
                self.out.push('}');
            }
            TyKind::Map { key, value } => {
                self.out.push_str("map[");
                self.ty(*key);
                self.out.push(']');
                self.ty(*value);
            }
            TyKind::Chan { dir, elem } => {
                use amigos_syntax::ast::ChanDir;
                let inner_recv = matches!(elem.kind(), TyKind::Chan { dir: ChanDir::Recv, .. });
                self.out.push_str(match dir {
                    ChanDir::Both => "chan ",
                    ChanDir::Send => "chan<- ",
                    ChanDir::Recv => "<-chan ",
                });
                let parens = *dir == ChanDir::Both && inner_recv;
                if parens {
                    self.out.push('(');
                }
                self.ty(*elem);
                if parens {
                    self.out.push(')');
                }
            }
            TyKind::Named { key, args } | TyKind::Alias { key, args, .. } => {
                self.key(*key);
                if !args.is_empty() {
                    self.out.push('[');
                    for (i, arg) in args.iter().enumerate() {
                        if i > 0 {
                            self.out.push_str(", ");
                        }
                        self.ty(*arg);
                    }
                    self.out.push(']');
                } else if let Some(named_tparams) = self.named_tparams {
                    let tparams = named_tparams(*key);
                    if !tparams.is_empty() {
                        self.tparam_list(&tparams);
                    }
                }
            }
            TyKind::TypeParam(key) => {
                self.out.push_str(key.name.as_str());
                if universe::lookup(key.name).is_some() {
                    self.out.push_str("/* type parameter */");
                }
            }
        }
    }

    fn key(&mut self, key: NamedKey) {
        if let Some(pkg) = key.pkg {
            let prefix = (self.qualifier)(pkg);
            if !prefix.is_empty() {
                let _ = write!(self.out, "{prefix}.");
            }
        }
        self.out.push_str(key.name.as_str());
    }

    fn tparam_list(&mut self, tparams: &[Ty]) {
        self.out.push('[');
        let bound_of = |p: Ty| self.bounds.and_then(|b| b(p));
        let bounds: Vec<Option<Ty>> = tparams.iter().map(|p| bound_of(*p)).collect();
        for (i, param) in tparams.iter().enumerate() {
            if i > 0 {
                if bounds[i] != bounds[i - 1]
                    && let Some(bound) = bounds[i - 1]
                {
                    self.out.push(' ');
                    self.ty(bound);
                }
                self.out.push_str(", ");
            }
            self.ty(*param);
        }
        if let Some(Some(bound)) = bounds.last() {
            self.out.push(' ');
            self.ty(*bound);
        }
        self.out.push(']');
    }

    /// Writes parameters or results in parentheses.
    pub fn tuple(&mut self, params: &[Param], variadic: bool) {
        self.out.push('(');
        for (i, param) in params.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            if let Some(name) = param.name.filter(|_| self.param_names) {
                let _ = write!(self.out, "{name} ");
            }
            match param.ty.kind() {
                TyKind::Slice(elem) if variadic && i + 1 == params.len() => {
                    self.out.push_str("...");
                    self.ty(*elem);
                }
                _ if variadic && i + 1 == params.len() => {
                    self.ty(param.ty);
                    self.out.push_str("...");
                }
                _ => self.ty(param.ty),
            }
        }
        self.out.push(')');
    }

    /// Writes a signature without `func`.
    pub fn signature(&mut self, sig: &Signature) {
        if !sig.tparams.is_empty() {
            self.tparam_list(&sig.tparams);
        }
        self.tuple(&sig.params, sig.variadic);
        match &*sig.results {
            [] => {}
            [one] if one.name.is_none() => {
                self.out.push(' ');
                self.ty(one.ty);
            }
            results => {
                self.out.push(' ');
                self.tuple(results, false);
            }
        }
    }
}

/// A text in Go's double quotes.
pub fn quote(text: &str) -> String {
    crate::quote::quote(text.as_bytes())
}

/// A type as text with full package paths, without a checker (tools, debugging).
pub fn type_string(ty: Ty, qualifier: Qualifier<'_>) -> String {
    let mut writer = TypeWriter::new(qualifier);
    writer.ty(ty);
    writer.out
}

impl<'a> Checker<'a> {
    /// How a package is written in messages: nothing for the package being checked.
    pub fn qualifier(&self, pkg: PkgKey) -> String {
        if pkg == self.source.key {
            return String::new();
        }
        let Some(name) = self.ctx.package_name(pkg) else { return pkg.0.to_string() };
        // Two imported packages of one name are told apart by their paths.
        let same_name = |i: &crate::checker::Import| i.pkg.is_some_and(|p| p != pkg && self.ctx.package_name(p) == Some(name));
        if name == self.source.name || self.files.iter().any(|f| f.imports.iter().any(same_name)) {
            return quote(pkg.0.as_str());
        }
        name.to_string()
    }

    fn write(&self, param_names: bool, f: impl FnOnce(&mut TypeWriter<'_>)) -> String {
        let qualifier = |pkg: PkgKey| self.qualifier(pkg);
        let bounds = |param: Ty| match param.kind() {
            TyKind::TypeParam(key) => self.bound_of(*key),
            _ => None,
        };
        let named = |key: NamedKey| self.named_tparams(key);
        let mut writer = TypeWriter { param_names, ..TypeWriter::new(&qualifier).with_bounds(&bounds, &named) };
        f(&mut writer);
        writer.out
    }

    /// A type as messages show it.
    pub fn ty_str(&self, ty: Ty) -> String {
        if let TyKind::Basic(Basic::Invalid) = ty.kind() {
            return "invalid type".to_string();
        }
        self.write(true, |w| w.ty(ty))
    }

    /// A type with the paths of all packages, as go/types shows terms of constraints.
    pub fn full_ty_str(&self, ty: Ty) -> String {
        type_string(ty, &|pkg: PkgKey| pkg.0.to_string())
    }

    /// A list of types in brackets.
    pub fn ty_list_str(&self, types: &[Ty]) -> String {
        let texts: Vec<String> = types.iter().map(|t| self.ty_str(*t)).collect();
        format!("[{}]", texts.join(", "))
    }

    /// A name with a signature, without parameters' names: `M(int) string`.
    pub fn func_str(&self, name: amigos_syntax::Name, sig: Ty, full_paths: bool) -> String {
        let write = |w: &mut TypeWriter<'_>| {
            w.out.push_str(name.as_str());
            if let TyKind::Signature(s) = sig.kind() {
                w.signature(s);
            }
        };
        if full_paths {
            let qualifier = |pkg: PkgKey| pkg.0.to_string();
            let bounds = |param: Ty| match param.kind() {
                TyKind::TypeParam(key) => self.bound_of(*key),
                _ => None,
            };
            let named = |key: NamedKey| self.named_tparams(key);
            let mut writer = TypeWriter { param_names: false, ..TypeWriter::new(&qualifier).with_bounds(&bounds, &named) };
            write(&mut writer);
            return writer.out;
        }
        self.write(false, write)
    }

    /// A parameter list in parentheses, without names.
    pub fn tuple_str(&self, params: &[Param], variadic: bool) -> String {
        self.write(false, |w| w.tuple(params, variadic))
    }

    /// What kind of object a name means: `local variable`, `defined type`, ...
    pub fn entity_kind(&self, entity: Entity) -> &'static str {
        use crate::ctx::MemberKind;
        use universe::UniverseObj;
        let member_kind = |kind: &MemberKind| match kind {
            MemberKind::Const(_) => "constant",
            MemberKind::Type { alias: true } => "type alias",
            MemberKind::Type { alias: false } => "defined type",
            MemberKind::Var => "package-level variable",
            MemberKind::Func => "function",
        };
        match entity {
            Entity::Universe(name) => match self.universe_obj(name) {
                Some(UniverseObj::Type(_)) => "defined type",
                Some(UniverseObj::Builtin(_)) => "built-in function",
                Some(UniverseObj::Nil) => "untyped nil",
                _ => "constant",
            },
            Entity::Msg => "package-level variable",
            Entity::Predeclared(_) | Entity::Import(_) => "package name",
            Entity::DotImported(pkg, name, _) => self.ctx.member(pkg, name).map_or("variable", |m| member_kind(&m.kind)),
            Entity::Member(name) => match self.frozen {
                Some(frozen) => frozen.members.get(&name).map_or("variable", |m| member_kind(&m.member.kind)),
                None => {
                    use crate::checker::ObjKind;
                    match self.package_scope.get(&name).map(|id| &self.objs[id.0 as usize].kind) {
                        Some(ObjKind::Const { .. }) => "constant",
                        Some(ObjKind::Type { alias: true, .. }) => "type alias",
                        Some(ObjKind::Type { alias: false, .. }) => "defined type",
                        Some(ObjKind::Var { .. }) | None => "package-level variable",
                        Some(ObjKind::Func(_)) => "function",
                        Some(ObjKind::Method { .. }) => "method",
                    }
                }
            },
            Entity::Local(id) => match self.local(id).kind {
                LocalKind::Const(_) => "constant",
                LocalKind::Type => "defined type",
                LocalKind::TypeParam => "type parameter",
                LocalKind::Label => "label",
                LocalKind::Param => "parameter",
                LocalKind::Result => "result variable",
                LocalKind::Var => "local variable",
            },
        }
    }
}
