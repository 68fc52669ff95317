//! What our checker finds out about a package, written as the oracle writes what go/types finds out (oracle/facts.go).

use std::collections::HashMap;

use amigos_syntax::ast::{Ast, DeclKind, ExprId, ExprKind, Field, FuncType, IdentId, InterfaceElem, LitBody, Spec, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::{Member, MemberKind, TyCtx};
use amigos_types::facts::{DeclIdx, Facts, LocalId, LocalKind, Mode, ObjRef, Selection, SelectionKind};
use amigos_types::ty::{NamedKey, PkgKey, Signature, Ty, TyKind, map_components};
use amigos_types::typestring::TypeWriter;
use amigos_types::universe::{self, UniverseObj};
use amigos_types::world::{Checked, World};

/// A place: file, first byte and last.
pub type Place = (String, u32, u32);

/// What one of the two says of a package: by kind of fact and place.
#[derive(Default)]
pub struct Package {
    pub facts: HashMap<(char, Place), String>,
    pub order: Vec<String>,
}

/// All facts of a package.
pub fn collect(world: &World, checked: &Checked) -> Package {
    let mut result = Package::default();
    let package = &checked.package;
    for (i, facts) in package.types.facts.iter().enumerate() {
        let arena = Arena { world, checked, decl: DeclIdx(i as u32), ast: &package.source.decls[i].sig, facts, is_body: false };
        arena.add(&mut result);
        arena.add_declaration(&mut result);
    }
    for (decl, n, facts) in &checked.bodies {
        let body = &package.bodies[decl.0 as usize][*n as usize];
        Arena { world, checked, decl: *decl, ast: &body.ast, facts, is_body: true }.add(&mut result);
    }
    for step in &checked.init_order.steps {
        let names: Vec<&str> = step.iter().map(|i| package.types.objects[*i as usize].name.as_str()).collect();
        result.order.push(names.join(" "));
    }
    result
}

/// One arena of a package: the signature half of a declaration, or a body.
struct Arena<'c> {
    world: &'c World,
    checked: &'c Checked,
    decl: DeclIdx,
    ast: &'c Ast,
    facts: &'c Facts,
    is_body: bool,
}

impl Arena<'_> {
    fn place(&self, range: TextRange) -> Place {
        let package = &self.checked.package;
        let (file, start) = package.starts[self.decl.0 as usize];
        (package.files[file].0.clone(), range.start + start, range.end + start)
    }

    /// Where an identifier of the signature half of a declaration stands.
    fn place_of(&self, decl: DeclIdx, ident: IdentId) -> String {
        let package = &self.checked.package;
        let (file, start) = package.starts[decl.0 as usize];
        let at = package.source.decls[decl.0 as usize].sig[ident].range.start;
        format!("{}:{}", package.files[file].0, at + start)
    }

    fn write(&self, f: impl FnOnce(&mut TypeWriter<'_>)) -> String {
        let types = &self.checked.package.types;
        let qualifier = |pkg: PkgKey| pkg.0.to_string();
        let bounds = |param: Ty| match param.kind() {
            TyKind::TypeParam(key) => {
                self.facts.bounds.get(key).or_else(|| types.bounds.get(key)).copied().or_else(|| self.world.bound(*key))
            }
            _ => None,
        };
        let tparams = |key: NamedKey| {
            let info = self.facts.named.get(&key).or_else(|| types.named.get(&key)).cloned().or_else(|| self.world.named(key));
            info.map(|n| n.tparams.clone()).unwrap_or_default()
        };
        let mut writer = TypeWriter::new(&qualifier).with_bounds(&bounds, &tparams);
        f(&mut writer);
        writer.out
    }

    fn show(&self, ty: Ty) -> String {
        self.write(|w| w.ty(ty))
    }

    fn add(&self, result: &mut Package) {
        let mut put = |kind: char, place: Place, text: &str| result.facts.insert((kind, place), text.trim_end().to_string());
        for (i, tv) in self.facts.types.iter().enumerate() {
            let mode = match tv.mode {
                Mode::Invalid => continue,
                Mode::NoValue => "void",
                Mode::Builtin => "builtin",
                Mode::Type => "type",
                Mode::Const => "const",
                Mode::Var => "var",
                Mode::MapIndex => "mapindex",
                Mode::Value => "value",
                Mode::Nil => "nil",
                Mode::CommaOk => "commaok",
            };
            let value = tv.value.as_ref().map(|v| clean(&v.exact_string())).unwrap_or_default();
            put('T', self.place(self.whole_range(ExprId(i as u32))), &format!("{mode}\t{}\t{value}", self.show(tv.ty)));
        }
        for (expr, s) in &self.facts.selections {
            let kind = match s.kind {
                SelectionKind::Field => 0,
                SelectionKind::Method | SelectionKind::InterfaceMethod => 1,
                SelectionKind::MethodExpr => 2,
            };
            let path: Vec<String> = s.index.iter().map(ToString::to_string).collect();
            let text = format!("{kind}\t{}\t{}\t{}", path.join("."), s.indirect, self.show(s.recv));
            put('S', self.place(self.ast[*expr].range), &text);
        }
        for (ident, inst) in &self.facts.instances {
            let list: Vec<String> = inst.args.iter().map(|t| self.show(*t)).collect();
            put('N', self.place(self.ast[*ident].range), &format!("{}\t{}", list.join(", "), self.show(inst.ty)));
        }
        let inner = self.inner_objects();
        for (ident, obj) in &self.facts.defs {
            let text = match inner.get(ident) {
                Some(text) => Some(text.clone()),
                None => self.object(obj, *ident),
            };
            put('D', self.place(self.ast[*ident].range), &text.unwrap_or_default());
        }
        for (ident, obj) in &self.facts.uses {
            let text = match inner.get(ident) {
                Some(text) if matches!(obj, ObjRef::Field(_) | ObjRef::Decl) => Some(text.clone()),
                _ => self.object(obj, *ident),
            };
            put('U', self.place(self.ast[*ident].range), &text.unwrap_or_default());
        }
        for ((stmt, clause), local) in &self.facts.clause_vars {
            if let StmtKind::TypeSwitch { cases, .. } = &self.ast[*stmt].kind
                && let Some(clause) = cases.get(*clause as usize)
            {
                put('I', self.place(TextRange::at(clause.range.start)), &self.local(*local));
            }
        }
        for (i, expr) in self.ast.exprs.iter().enumerate() {
            let ty = self.facts.type_of(ExprId(i as u32)).ty;
            match &expr.kind {
                ExprKind::FuncType(func) | ExprKind::FuncLit { ty: func, .. } => self.add_unnamed(func, ty, result),
                ExprKind::InterfaceType { elems } => {
                    for elem in elems {
                        if let InterfaceElem::Method { name, ty: func, .. } = elem {
                            self.add_unnamed(func, self.interface_method(ty, self.ast[*name].name), result);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The range of an expression; in a signature half a function literal's ends before its body, whose length must not matter there.
    fn whole_range(&self, expr: ExprId) -> TextRange {
        let expr = &self.ast[expr];
        let bodies = &self.checked.package.bodies[self.decl.0 as usize];
        match &expr.kind {
            ExprKind::FuncLit { body: LitBody::Body(n), .. } if !self.is_body => {
                let end = bodies.get(*n as usize).map_or(expr.range.end, |b| b.block.range.end);
                TextRange::new(expr.range.start, end)
            }
            _ => expr.range,
        }
    }

    /// The facts of what only a whole declaration has: imports, and the unnamed parameters of a function.
    fn add_declaration(&self, result: &mut Package) {
        let package = &self.checked.package;
        match &package.source.decls[self.decl.0 as usize].kind {
            DeclKind::Gen(gen_decl) => {
                let (file, _) = package.starts[self.decl.0 as usize];
                for spec in &gen_decl.specs {
                    let Spec::Import(spec) = spec else { continue };
                    let imports = &package.types.files[file].imports;
                    let import = imports.iter().find(|i| i.place.decl == self.decl && i.spec == spec.range);
                    if let (None, Some(pkg)) = (spec.name, import.and_then(|i| i.pkg)) {
                        let place = self.place(TextRange::at(spec.range.start));
                        result.facts.insert(('I', place), format!("package\t{}", pkg.0));
                    }
                }
            }
            DeclKind::Func(func) => {
                if let Some(locals) = self.facts.params.get(&None) {
                    let types = locals.recv.iter().chain(&locals.params).chain(&locals.results);
                    let recv = func.recv.iter().flatten().take(1);
                    let fields = recv.chain(&func.ty.params).chain(&func.ty.results);
                    self.unnamed(fields, types.map(|l| self.facts.locals[l.0 as usize].ty), result);
                }
            }
            _ => {}
        }
    }

    fn add_unnamed(&self, func: &FuncType, ty: Ty, result: &mut Package) {
        if let Some(sig) = ty.as_signature() {
            let types = sig.params.iter().chain(&sig.results).map(|p| p.ty);
            self.unnamed(func.params.iter().chain(&func.results), types, result);
        }
    }

    fn unnamed<'f>(&self, fields: impl Iterator<Item = &'f Field>, mut types: impl Iterator<Item = Ty>, result: &mut Package) {
        for field in fields {
            for _ in &field.names {
                types.next();
            }
            if field.names.is_empty()
                && let Some(ty) = types.next()
            {
                let place = self.place(TextRange::at(self.ast[field.ty].range.start));
                result.facts.insert(('I', place), format!("var\t\t{}", self.show(ty)));
            }
        }
    }

    /// The objects that have no reference of their own: fields and methods, by the identifiers that declare or name them.
    fn inner_objects(&self) -> HashMap<IdentId, String> {
        let mut result = HashMap::new();
        for (i, expr) in self.ast.exprs.iter().enumerate() {
            let id = ExprId(i as u32);
            let ty = self.facts.type_of(id).ty;
            match &expr.kind {
                ExprKind::StructType { fields } => {
                    let TyKind::Struct(types) = ty.kind() else { continue };
                    let names = fields.iter().flat_map(|f| {
                        let embedded = if f.names.is_empty() { self.embedded_name(f.ty) } else { None };
                        f.names.iter().copied().chain(embedded)
                    });
                    for (ident, field) in names.zip(types.iter()) {
                        result.insert(ident, format!("field\t{}\t{}", field.name, self.show(field.ty)));
                    }
                }
                ExprKind::InterfaceType { elems } => {
                    for elem in elems {
                        if let InterfaceElem::Method { name, .. } = elem {
                            let text = self.ast[*name].name;
                            result.insert(*name, format!("method\t{text}\t{}", self.show(self.interface_method(ty, text))));
                        }
                    }
                }
                ExprKind::Selector { sel, .. } => {
                    if let Some(selection) = self.facts.selections.get(&id) {
                        result.insert(*sel, self.selected(self.ast[*sel].name, selection));
                    }
                }
                ExprKind::CompositeLit { elems, .. } => {
                    for elem in elems {
                        if let ExprKind::KeyValue { key, .. } = self.ast[*elem].kind
                            && let ExprKind::Ident(ident) = self.ast[key].kind
                            && let Some(ObjRef::Field(index)) = self.facts.uses.get(&ident)
                        {
                            let name = self.ast[ident].name;
                            let promoted = self.facts.selections.get(&key).map(|s| s.ty);
                            let ty = promoted.or_else(|| self.field(ty, *index));
                            result.insert(ident, format!("field\t{name}\t{}", ty.map(|t| self.show(t)).unwrap_or_default()));
                        }
                    }
                }
                _ => {}
            }
        }
        result
    }

    fn embedded_name(&self, ty: ExprId) -> Option<IdentId> {
        let mut at = ty;
        loop {
            match &self.ast[at].kind {
                ExprKind::Ident(ident) => return Some(*ident),
                ExprKind::Selector { sel, .. } => return Some(*sel),
                ExprKind::Star(x) | ExprKind::Paren(x) | ExprKind::Index { x, .. } => at = *x,
                _ => return None,
            }
        }
    }

    fn interface_method(&self, interface: Ty, name: Name) -> Ty {
        let TyKind::Interface(interface) = interface.kind() else { return Ty::invalid() };
        interface.methods.iter().find(|m| m.name == name).map_or(Ty::invalid(), |m| m.sig)
    }

    /// The type of a field of a struct type, however it is named.
    fn field(&self, ty: Ty, index: u32) -> Option<Ty> {
        let types = &self.checked.package.types;
        let (mut ty, mut params, mut args): (Ty, Box<[Ty]>, Box<[Ty]>) = (ty.unalias(), Box::default(), Box::default());
        if let TyKind::Pointer(to) = ty.kind() {
            ty = to.unalias();
        }
        if let TyKind::TypeParam(key) = ty.kind() {
            // All types of its constraint have the same underlying one.
            let bound = self.facts.bounds.get(key).or_else(|| types.bounds.get(key)).copied().or_else(|| self.world.bound(*key))?;
            let TyKind::Interface(bound) = bound.kind() else { return None };
            ty = match bound.embeds.first()?.kind() {
                TyKind::Union(terms) => terms.first()?.ty,
                _ => *bound.embeds.first()?,
            };
        }
        if let TyKind::Named { key, args: own } = ty.kind() {
            let info = self.facts.named.get(key).or_else(|| types.named.get(key)).cloned().or_else(|| self.world.named(*key))?;
            (ty, params, args) = (info.underlying, info.tparams.clone(), own.clone());
        }
        let TyKind::Struct(fields) = ty.unalias().kind() else { return None };
        Some(substitute(fields.get(index as usize)?.ty, &params, &args))
    }

    fn selected(&self, name: Name, selection: &Selection) -> String {
        if selection.kind == SelectionKind::Field {
            return format!("field\t{name}\t{}", self.show(selection.ty));
        }
        let mut ty = selection.ty;
        if let (SelectionKind::MethodExpr, TyKind::Signature(sig)) = (selection.kind, ty.kind()) {
            let params = sig.params.get(1..).unwrap_or_default().into();
            ty = Ty::new(TyKind::Signature(Signature { params, ..sig.clone() }));
        }
        let package = &self.checked.package;
        let place = match selection.method_of {
            Some(key) if key.pkg == Some(package.source.key) => {
                let decl = package.types.methods.get(&(key, name));
                decl.and_then(|decl| match &package.source.decls[decl.0 as usize].kind {
                    DeclKind::Func(func) => Some(self.place_of(*decl, func.name)),
                    _ => None,
                })
            }
            Some(key) => key.pkg.map(|p| p.0.to_string()),
            None => None,
        };
        format!("method\t{name}\t{}\t{}", self.show(ty), place.unwrap_or_default())
    }

    fn local(&self, id: LocalId) -> String {
        let Some(local) = self.facts.locals.get(id.0 as usize) else { return String::new() };
        let own = self.facts.declared_here(id);
        let place = match (own, local.ident) {
            (None, Some(ident)) if self.is_body => self.place_of(self.decl, ident),
            (_, Some(ident)) => {
                let (file, start, _) = self.place(self.ast[ident].range);
                format!("{file}:{start}")
            }
            _ => String::new(),
        };
        let (name, ty) = (local.name, self.show(local.ty));
        match &local.kind {
            LocalKind::Var | LocalKind::Param | LocalKind::Result => format!("var\t{name}\t{ty}\t{place}"),
            LocalKind::Const(value) => format!("const\t{name}\t{ty}\t{}\t{place}", clean(&value.exact_string())),
            LocalKind::Type | LocalKind::TypeParam => format!("type\t{name}\t{ty}\t{place}"),
            LocalKind::Label => format!("label\t{name}\t{place}"),
        }
    }

    fn member(&self, member: &Member, place: &str) -> String {
        let (name, ty) = (member.name, self.show(member.ty));
        match &member.kind {
            MemberKind::Const(value) => format!("const\t{name}\t{ty}\t{}\t{place}", clean(&value.exact_string())),
            MemberKind::Type { .. } => format!("type\t{name}\t{ty}\t{place}"),
            MemberKind::Var => format!("var\t{name}\t{ty}\t{place}"),
            MemberKind::Func => format!("func\t{name}\t{ty}\t{place}"),
        }
    }

    /// An object as the oracle writes it; `ident` is the identifier that declares or uses it.
    fn object(&self, obj: &ObjRef, ident: IdentId) -> Option<String> {
        let package = &self.checked.package;
        let own = package.source.key;
        Some(match obj {
            ObjRef::Local(id) => self.local(*id),
            ObjRef::Package(pkg) => format!("package\t{}", pkg.0),
            ObjRef::Member { pkg, name } if *pkg == own => {
                if name.is_blank() {
                    let member = package.types.blanks.get(&(self.decl, ident))?;
                    return Some(self.member(member, &self.place_of(self.decl, ident)));
                }
                let member = package.types.members.get(name)?;
                self.member(&member.member, &self.place_of(member.decl, member.ident))
            }
            ObjRef::Member { pkg, name } if pkg.0.as_str() == "unsafe" => match name.as_str() {
                "Pointer" => "type\tPointer\tunsafe.Pointer\tunsafe".to_string(),
                _ => format!("builtin\t{name}"),
            },
            ObjRef::Member { pkg, name } => self.member(&*self.world.member(*pkg, *name)?, pkg.0.as_str()),
            ObjRef::Universe(name) => match universe::lookup(*name)? {
                UniverseObj::Type(ty) => format!("type\t{name}\t{}", self.show(ty)),
                UniverseObj::Bool(value) => format!("const\t{name}\tuntyped bool\t{value}"),
                UniverseObj::Iota => "const\tiota\tuntyped int\t0".to_string(),
                UniverseObj::Nil => "nil".to_string(),
                UniverseObj::Builtin(_) => format!("builtin\t{name}"),
            },
            ObjRef::Decl => self.declared_function(ident)?,
            ObjRef::Msg | ObjRef::Field(_) => return None,
        })
    }

    /// A method or `init` function at its declaration.
    fn declared_function(&self, ident: IdentId) -> Option<String> {
        let DeclKind::Func(func) = &self.checked.package.source.decls[self.decl.0 as usize].kind else { return None };
        if func.name != ident {
            return None;
        }
        let locals = self.facts.params.get(&None)?;
        let local = |id: &LocalId| &self.facts.locals[id.0 as usize];
        let params = |list: &[LocalId]| {
            list.iter().map(local).map(|l| amigos_types::ty::Param { name: l.ident.map(|_| l.name), ty: l.ty }).collect()
        };
        // The type parameters of the receiver come first and are no part of the method's type.
        let of_recv = locals.recv.as_ref().map_or(0, |r| match pointed(local(r).ty).kind() {
            TyKind::Named { args, .. } => args.len(),
            _ => 0,
        });
        let variadic = func.ty.params.last().is_some_and(|f| matches!(self.ast[f.ty].kind, ExprKind::Ellipsis(_)));
        let sig = Signature {
            tparams: locals.tparams.iter().skip(of_recv).map(|l| local(l).ty).collect(),
            params: params(&locals.params),
            results: params(&locals.results),
            variadic,
        };
        let kind = if func.recv.is_some() { "method" } else { "func" };
        let ty = self.show(Ty::new(TyKind::Signature(sig)));
        Some(format!("{kind}\t{}\t{ty}\t{}", self.ast[ident].name, self.place_of(self.decl, ident)))
    }
}

fn pointed(ty: Ty) -> Ty {
    match ty.unalias().kind() {
        TyKind::Pointer(to) => to.unalias(),
        _ => ty.unalias(),
    }
}

fn substitute(ty: Ty, params: &[Ty], args: &[Ty]) -> Ty {
    if !ty.has_type_param() || params.is_empty() {
        return ty;
    }
    match params.iter().position(|p| *p == ty) {
        Some(i) => args.get(i).copied().unwrap_or(ty),
        None => Ty::new(map_components(ty.kind(), &mut |t| substitute(t, params, args))),
    }
}

fn clean(text: &str) -> String {
    text.replace(['\t', '\n'], " ")
}
