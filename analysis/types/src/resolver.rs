//! What a package declares: its objects, imports and methods, before their types are known.

use std::sync::Arc;

use amigos_syntax::ast::{DeclKind, FuncDecl, GenDecl, IdentId, ImportSpec, Spec};
use amigos_syntax::{Name, TextRange};
use rustc_hash::FxHashSet;

use crate::checker::{Checker, FileScope, Import, Obj, ObjId, ObjKind, PackageObj, Report};
use crate::codes;
use crate::ctx::ImportError;
use crate::facts::{DeclIdx, ObjRef, Place, TypeError};
use crate::konst::Const;

/// Names that a contract build predeclares and that can't be redeclared at package or file scope (language.md, section 2).
fn is_reserved(c: &Checker<'_>, name: Name) -> bool {
    let predeclared = c.ctx.predeclared_packages();
    predeclared.iter().any(|(n, _)| *n == name) || name.as_str() == "msg" && predeclared.iter().any(|(n, _)| n.as_str() == "amigos")
}

struct MethodInfo {
    obj: ObjId,
    pointer: bool,
    base: Name,
}

impl<'a> Checker<'a> {
    /// Collects the objects of all files.
    pub(crate) fn collect_objects(&mut self) {
        let source = self.source;
        let mut methods: Vec<MethodInfo> = Vec::new();
        let mut files: Vec<FileScope> = Vec::new();
        for (file, file_source) in source.files.iter().enumerate() {
            let mut scope = FileScope::default();
            for decl in &file_source.decls {
                let Some(sig_decl) = source.decls.get(decl.0 as usize) else { continue };
                let sig_decl: &'a crate::source::SigDecl = sig_decl;
                self.with_decl(*decl, file, |c| match &sig_decl.kind {
                    DeclKind::Bad => {}
                    DeclKind::Package(ident) => c.package_clause(*ident),
                    DeclKind::Gen(gen_decl) => c.collect_gen(*decl, file, gen_decl, &mut scope),
                    DeclKind::Func(func) => c.collect_func(*decl, file, func, &mut methods),
                });
            }
            files.push(scope);
        }
        self.files = files.into();
        self.check_file_scopes();
        for method in methods {
            if let Some((pointer, base)) = self.resolve_base_type_name(method.pointer, method.base) {
                if let ObjKind::Method { pointer: p, .. } = &mut self.objs[method.obj.0 as usize].kind {
                    *p = pointer;
                }
                let base_name = self.objs[base.0 as usize].name;
                self.methods.entry(base_name).or_default().push(method.obj);
                self.method_bases.insert(method.obj, base);
            }
        }
    }

    fn package_clause(&mut self, ident: IdentId) {
        let name = self.name(ident);
        let range = self.ident_range(ident);
        if name.is_blank() {
            if !range.is_empty() {
                self.error(codes::BlankPkgName, range, "invalid package name _");
            }
        } else if name != self.source.name {
            let text = format!("package {name}; expected package {}", self.source.name);
            // Go reports it at the keyword.
            let at = TextRange::new(range.start.saturating_sub(8), range.end);
            self.error(codes::MismatchedPkgName, at, text);
        }
    }

    fn collect_gen(&mut self, decl: DeclIdx, file: usize, gen_decl: &'a GenDecl, scope: &mut FileScope) {
        for spec in self.const_specs(gen_decl) {
            for (i, ident) in spec.names.iter().enumerate() {
                let kind = ObjKind::Const { ty: spec.ty, init: spec.values.get(i).copied(), inherited: spec.inherited, iota: spec.iota };
                self.declare_pkg_obj(decl, file, *ident, kind);
            }
        }
        for (index, spec) in gen_decl.specs.iter().enumerate() {
            match spec {
                Spec::Import(import) => self.collect_import(decl, import, scope),
                Spec::Const { .. } => {}
                Spec::Type { name, alias, .. } => {
                    self.declare_pkg_obj(decl, file, *name, ObjKind::Type { spec: index, alias: *alias });
                }
                Spec::Var { names, ty, values, range, .. } => {
                    self.arity_match(names, values, *range, None, ty.is_some());
                    let together = values.len() == 1 && names.len() > 1;
                    let mut ids = Vec::new();
                    for (i, ident) in names.iter().enumerate() {
                        let init = if values.len() == 1 { values.first() } else { values.get(i) };
                        let kind = ObjKind::Var { lhs: None, ty: *ty, init: init.copied() };
                        ids.push(self.declare_pkg_obj(decl, file, *ident, kind));
                    }
                    if together {
                        let all: Arc<[ObjId]> = ids.iter().flatten().copied().collect();
                        if all.len() == names.len() {
                            for id in all.iter() {
                                if let ObjKind::Var { lhs, .. } = &mut self.objs[id.0 as usize].kind {
                                    *lhs = Some(all.clone());
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn new_obj(&mut self, decl: DeclIdx, file: usize, ident: IdentId, kind: ObjKind<'a>) -> ObjId {
        let id = ObjId(self.objs.len() as u32);
        let name = self.name(ident);
        let obj = PackageObj { name, decl, file, ident, kind, ty: None, val: Const::Unknown, deps: Vec::new(), bodies: Vec::new() };
        self.objs.push(obj);
        id
    }

    fn declare_pkg_obj(&mut self, decl: DeclIdx, file: usize, ident: IdentId, kind: ObjKind<'a>) -> Option<ObjId> {
        let name = self.name(ident);
        let range = self.ident_range(ident);
        if name.as_str() == "init" {
            self.error(codes::InvalidInitDecl, range, "cannot declare init - must be func");
            return None;
        }
        if name.as_str() == "main" && self.source.name.as_str() == "main" {
            self.error(codes::InvalidMainDecl, range, "cannot declare main - must be func");
            return None;
        }
        let id = self.new_obj(decl, file, ident, kind);
        self.insert_pkg_obj(id, ident);
        Some(id)
    }

    fn insert_pkg_obj(&mut self, id: ObjId, ident: IdentId) {
        let name = self.name(ident);
        let range = self.ident_range(ident);
        if !name.is_blank() {
            if is_reserved(self, name) {
                let text = format!("`{name}` is predeclared in contracts and cannot be redeclared at package level: choose another name");
                self.error(codes::DuplicateDecl, range, text);
                return;
            }
            if let Some(other) = self.package_scope.get(&name).copied() {
                let place = self.obj_place(Obj::Package(other));
                let report = Report::new(codes::DuplicateDecl, range, format!("{name} redeclared in this block"))
                    .related(place, format!("other declaration of {name}"));
                self.report(report);
                return;
            }
            self.package_scope.insert(name, id);
        }
        let pkg = self.source.key;
        self.record_def(ident, ObjRef::Member { pkg, name });
    }

    fn collect_func(&mut self, decl: DeclIdx, file: usize, func: &'a FuncDecl, methods: &mut Vec<MethodInfo>) {
        let name = self.name(func.name);
        let range = self.ident_range(func.name);
        let is_method = func.recv.as_ref().is_some_and(|r| !r.is_empty());
        let tparam = func.ty.tparams.first().map(|f| f.names.first().map_or(self.range(f.ty), |n| self.ident_range(*n)));
        if is_method {
            let id = self.new_obj(decl, file, func.name, ObjKind::Method { func, pointer: false });
            if let Some(field) = func.recv.as_ref().and_then(|r| r.first()) {
                let parts = self.unpack_recv(field.ty);
                if let amigos_syntax::ast::ExprKind::Ident(base) = self.ast()[parts.base].kind
                    && !name.is_blank()
                {
                    methods.push(MethodInfo { obj: id, pointer: parts.pointer, base: self.name(base) });
                }
            }
            self.record_def(func.name, ObjRef::Decl);
            if let Some(at) = tparam {
                self.verify_version(at, 27, "generic method");
            }
            return;
        }
        if func.recv.is_some() {
            // The empty parentheses stand behind `func `.
            let at = TextRange::at(func.ty.range.start + 5);
            self.error(codes::BadRecv, at, "method has no receiver");
        }
        let is_main = name.as_str() == "main" && self.source.name.as_str() == "main";
        if name.as_str() == "init" || is_main {
            let code = if is_main { codes::InvalidMainDecl } else { codes::InvalidInitDecl };
            if let Some(at) = tparam {
                self.soft_error(code, at, format!("func {name} must have no type parameters"));
            }
            if !func.ty.params.is_empty() || !func.ty.results.is_empty() {
                self.soft_error(code, range, format!("func {name} must have no arguments and no return values"));
            }
        } else if let Some(at) = tparam {
            self.verify_version(at, 18, "type parameter");
        }
        let id = self.new_obj(decl, file, func.name, ObjKind::Func(func));
        if name.as_str() == "init" {
            self.record_def(func.name, ObjRef::Decl);
            if !func.has_body {
                self.soft_error(codes::MissingInitBody, range, "func init must have a body");
            }
        } else {
            self.insert_pkg_obj(id, func.name);
        }
    }

    fn collect_import(&mut self, decl: DeclIdx, spec: &'a ImportSpec, scope: &mut FileScope) {
        let path = spec.path;
        if path.as_str().is_empty() && spec.path_range.len() <= 1 {
            return;
        }
        if let Err(why) = validate_import_path(path.as_str()) {
            self.error(codes::BadImportPath, spec.path_range, format!("invalid import path ({why})"));
            return;
        }
        if let Some(name) = spec.name.filter(|_| path.as_str() == "C") {
            self.error(codes::ImportCRenamed, self.ident_range(name), "cannot rename import \"C\"");
            return;
        }
        let resolved = self.ctx.resolve_import(self.source.key, path);
        let pkg = match resolved {
            Ok(pkg) => Some(pkg),
            Err(error) => {
                let why = match &error {
                    ImportError::NotFound(text) | ImportError::Malformed(text) => Some(text.to_string()),
                    ImportError::Cycle(packages) => {
                        let names: Vec<&str> = packages.iter().map(|p| p.0.as_str()).collect();
                        Some(format!("import cycle: {}", names.join(" imports ")))
                    }
                    ImportError::Unknown => None,
                };
                if let Some(why) = why {
                    self.error(codes::BrokenImport, spec.path_range, format!("could not import {path} ({why})"));
                }
                None
            }
        };
        let package_name = pkg.and_then(|p| self.ctx.package_name(p)).unwrap_or_else(|| default_package_name(path));
        let written = spec.name.map(|n| (self.name(n), self.ident_range(n)));
        let name = written.map_or(package_name, |(n, _)| n);
        let name_range = written.map_or(spec.path_range, |(_, r)| r);
        if name.as_str() == "init" {
            self.error(codes::InvalidInitDecl, spec.range, "cannot import package as init - init must be a func");
            return;
        }
        if is_reserved(self, name) && !self.ctx.predeclared_packages().iter().any(|(n, p)| *n == name && Some(*p) == pkg) {
            let text = format!("`{name}` is predeclared in contracts and cannot name another package here: import it under another name");
            self.error(codes::DuplicateDecl, name_range, text);
            return;
        }
        if let (Some(ident), Some(pkg)) = (spec.name, pkg) {
            self.record_def(ident, ObjRef::Package(pkg));
        }
        if name.is_blank() {
            return;
        }
        let place = Place { decl, range: name_range };
        let import = Import { name, pkg, path, place, spec: spec.range, renamed: written.is_some() };
        let index = scope.imports.len() as u32;
        if name.as_str() == "." {
            if let Some(pkg) = pkg {
                for member in self.ctx.member_names(pkg).iter().filter(|n| n.is_exported()) {
                    let clash = scope.dot.contains_key(member) || scope.imports.iter().any(|i| i.name == *member);
                    if clash {
                        self.error(codes::DuplicateDecl, name_range, format!("{member} redeclared in this block"));
                    } else {
                        scope.dot.insert(*member, (pkg, index));
                    }
                }
            }
        } else if let Some(other) = scope.imports.iter().find(|i| i.name == name) {
            let report = Report::new(codes::DuplicateDecl, name_range, format!("{name} redeclared in this block"))
                .related(other.place, format!("other declaration of {name}"));
            self.report(report);
            // It stays in the list (it may be unused), under a name that nothing finds.
            scope.imports.push(Import { name: Name::new(&format!("{name}#{index}")), ..import });
            return;
        } else if scope.dot.contains_key(&name) {
            self.error(codes::DuplicateDecl, name_range, format!("{name} redeclared in this block"));
        }
        scope.imports.push(import);
    }

    /// Names of imports must differ from those of the package's objects.
    fn check_file_scopes(&mut self) {
        let files = self.files.clone();
        for file in files.iter() {
            for import in &file.imports {
                if let Some(id) = self.package_scope.get(&import.name).copied() {
                    let place = self.obj_place(Obj::Package(id));
                    let pkg_name = import.pkg.and_then(|p| self.ctx.package_name(p)).unwrap_or_else(|| default_package_name(import.path));
                    let text = format!("{} already declared through import of package {pkg_name} (\"{}\")", import.name, import.path);
                    let report = Report::at(codes::DuplicateDecl, place, text)
                        .related(import.place, format!("other declaration of {}", import.name));
                    self.report(report);
                }
            }
            let mut dot: Vec<(&Name, &(crate::ty::PkgKey, u32))> = file.dot.iter().collect();
            dot.sort_by_key(|(n, _)| n.as_str());
            for (name, (pkg, _)) in dot {
                if let Some(id) = self.package_scope.get(name).copied() {
                    let place = self.obj_place(Obj::Package(id));
                    let pkg_name = self.ctx.package_name(*pkg).unwrap_or(pkg.0);
                    let text = format!("{name} already declared through dot-import of package {pkg_name} (\"{}\")", pkg.0);
                    self.report(Report::at(codes::DuplicateDecl, place, text));
                }
            }
        }
    }

    /// The declared type that a receiver's base name stands for, through aliases, and whether there is a pointer on the way.
    fn resolve_base_type_name(&self, pointer: bool, name: Name) -> Option<(bool, ObjId)> {
        use amigos_syntax::ast::ExprKind;
        let mut pointer = pointer;
        let mut name = name;
        let mut seen: FxHashSet<ObjId> = FxHashSet::default();
        loop {
            let id = self.package_scope.get(&name).copied()?;
            let obj = &self.objs[id.0 as usize];
            let ObjKind::Type { spec, alias } = obj.kind else { return None };
            if !seen.insert(id) {
                return None;
            }
            if !alias {
                return Some((pointer, id));
            }
            let decl = &self.source.decls[obj.decl.0 as usize];
            let DeclKind::Gen(gen_decl) = &decl.kind else { return None };
            let Some(Spec::Type { tparams, ty, .. }) = gen_decl.specs.get(spec) else { return None };
            if !tparams.is_empty() {
                return None;
            }
            let unparen = |mut e: amigos_syntax::ast::ExprId| {
                while let ExprKind::Paren(x) = decl.sig[e].kind {
                    e = x;
                }
                e
            };
            let mut at = unparen(*ty);
            if let ExprKind::Star(x) = decl.sig[at].kind {
                if pointer {
                    return None;
                }
                pointer = true;
                at = unparen(x);
            }
            let ExprKind::Ident(ident) = decl.sig[at].kind else { return None };
            name = decl.sig[ident].name;
        }
    }

    /// Checks all declarations: types, then aliases, then the rest.
    pub(crate) fn package_objects(&mut self) {
        let all: Vec<ObjId> = (0..self.objs.len() as u32).map(ObjId).collect();
        let class = |c: &Checker<'a>, id: ObjId| match c.objs[id.0 as usize].kind {
            ObjKind::Type { alias: false, .. } => 0,
            ObjKind::Type { alias: true, .. } => 1,
            _ => 2,
        };
        for phase in 0..3 {
            for id in &all {
                if class(self, *id) == phase {
                    self.obj_decl(Obj::Package(*id));
                }
            }
        }
        self.methods.clear();
    }
}

/// The name that a package has by default: the last element of its path without version.
pub fn default_package_name(path: Name) -> Name {
    let text = path.as_str();
    let text = text.strip_suffix('/').unwrap_or(text);
    let last = text.rsplit('/').next().unwrap_or(text);
    Name::new(last.split('@').next().unwrap_or(last))
}

fn validate_import_path(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("empty string".to_string());
    }
    for c in path.chars() {
        let illegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{FFFD}".contains(c);
        if illegal || c.is_control() || c.is_whitespace() {
            let code = format!("U+{:04X}", c as u32);
            return Err(if c.is_control() { format!("invalid character {code}") } else { format!("invalid character {code} '{c}'") });
        }
    }
    Ok(())
}

/// The imports of a file that nothing uses. `used` are the `imports_used` of the facts of all its declarations and bodies.
pub fn unused_imports(file: &FileScope, used: &FxHashSet<Name>) -> Vec<(DeclIdx, TypeError)> {
    let mut errors = Vec::new();
    for import in &file.imports {
        let key = if import.name.as_str() == "." { Name::new(&format!(".{}", import.path)) } else { import.name };
        if import.pkg.is_none() || used.contains(&key) {
            continue;
        }
        let path = import.path.as_str();
        let elem = path.rsplit('/').next().unwrap_or(path);
        let plain = elem.split('@').next().unwrap_or(elem);
        let name = import.name.as_str().split('#').next().unwrap_or("");
        let message = if name == "." || name == elem || name == plain {
            format!("{} imported and not used", crate::typestring::quote(path))
        } else {
            format!("{} imported as {name} and not used", crate::typestring::quote(path))
        };
        let range = if import.renamed { import.place.range } else { import.spec };
        let fix = crate::facts::Fix { title: "remove the import".into(), edits: vec![(import.spec, "".into())] };
        errors.push((
            import.place.decl,
            TypeError { code: codes::UnusedImport, range, message: message.into(), soft: true, related: Vec::new(), fixes: vec![fix] },
        ));
    }
    errors
}
