//! Declarations: constants, variables, types, functions, in the order in which they depend on each other.

use amigos_syntax::ast::{ExprId, Field, FuncDecl, GenDecl, IdentId, Spec};
use amigos_syntax::{Name, TextRange};

use crate::checker::{Checker, MethodEntry, NamedEntry, Obj, ObjId, ObjKind, Report};
use crate::codes;
use crate::facts::{LocalId, LocalKind, Place};
use crate::konst::Const;
use crate::operand::Operand;
use crate::predicates::is_type_param;
use crate::subst::Subst;
use crate::ty::{Interface, NamedKey, Ty, TyKind, TypeParamKey};

/// A constant spec with the type and values in force, written or inherited.
pub(crate) struct ConstSpec<'a> {
    pub names: &'a [IdentId],
    pub ty: Option<ExprId>,
    pub values: &'a [ExprId],
    pub iota: u32,
    pub inherited: bool,
    pub range: TextRange,
}

impl<'a> Checker<'a> {
    /// Checks the declaration of an object, unless that was done; if it is just being done, reports an invalid cycle.
    pub fn obj_decl(&mut self, obj: Obj) {
        if let Some(start) = self.obj_path.iter().position(|o| *o == obj) {
            self.cyclic_reference(obj, start);
            return;
        }
        let Obj::Package(id) = obj else { return };
        if self.objs[id.0 as usize].ty.is_some() {
            return;
        }
        if self.obj_path.len() > 500 {
            self.set_obj_type(obj, Ty::invalid());
            return;
        }
        self.obj_path.push(obj);
        let PackageObj { decl, file, kind } = self.package_obj(id);
        self.with_decl(decl, file, |c| match kind {
            ObjKind::Const { ty, init, inherited, iota } => {
                c.env.object = Some(id);
                c.const_decl(obj, ty, init, inherited, iota);
            }
            ObjKind::Var { lhs, ty, init } => {
                c.env.object = Some(id);
                let lhs: Option<Vec<Obj>> = lhs.map(|l| l.iter().map(|o| Obj::Package(*o)).collect());
                c.var_decl(obj, lhs.as_deref(), ty, init);
            }
            ObjKind::Type { spec, .. } => {
                c.type_decl_of(obj, id, spec);
                c.collect_methods(id);
            }
            ObjKind::Func(func) | ObjKind::Method { func, .. } => c.func_decl(obj, id, func),
        });
        self.obj_path.pop();
    }

    fn package_obj(&self, id: ObjId) -> PackageObj<'a> {
        let obj = &self.objs[id.0 as usize];
        PackageObj { decl: obj.decl, file: obj.file, kind: obj.kind.clone() }
    }

    fn cyclic_reference(&mut self, obj: Obj, start: usize) {
        let class = self.class_of(obj);
        let valid = self.valid_cycle(start);
        match class {
            Class::Value => {
                if !valid || self.obj_type(obj).is_none() {
                    self.set_obj_type(obj, Ty::invalid());
                }
            }
            Class::Type { alias } => {
                if !valid {
                    self.set_obj_type(obj, Ty::invalid());
                } else if alias && self.obj_type(obj).is_none() {
                    // An alias used inside what it stands for: its name stands for it until it is known.
                    if let Some(key) = self.type_key(obj) {
                        self.pending_aliases.borrow_mut().entry(key).or_insert(None);
                        self.set_obj_type(obj, Ty::named(key, []));
                    } else {
                        self.set_obj_type(obj, Ty::invalid());
                    }
                }
            }
            Class::Func => {
                if self.obj_type(obj).is_none() {
                    self.set_obj_type(obj, Ty::new(TyKind::Signature(Default::default())));
                }
            }
        }
    }

    pub(crate) fn class_of(&self, obj: Obj) -> Class {
        match obj {
            Obj::Package(id) => match &self.objs[id.0 as usize].kind {
                ObjKind::Const { .. } | ObjKind::Var { .. } => Class::Value,
                ObjKind::Type { alias, .. } => Class::Type { alias: *alias },
                ObjKind::Func(_) | ObjKind::Method { .. } => Class::Func,
            },
            Obj::Local(id) => match self.local(id).kind {
                LocalKind::Type | LocalKind::TypeParam => {
                    let alias = self.local_keys.get(&id).is_some_and(|k| self.types.borrow().get(k).is_some_and(|e| e.alias));
                    Class::Type { alias }
                }
                _ => Class::Value,
            },
        }
    }

    /// The key of the type that a type name declares.
    pub(crate) fn type_key(&self, obj: Obj) -> Option<NamedKey> {
        match obj {
            Obj::Local(id) => self.local_keys.get(&id).copied(),
            Obj::Package(id) => {
                let name = self.objs[id.0 as usize].name;
                // Blank and redeclared types are told apart by their number.
                let declared = self.package_scope.get(&name) == Some(&id);
                let local = (!declared).then(|| (Name::new("_"), id.0));
                Some(NamedKey { pkg: Some(self.source.key), name, local })
            }
        }
    }

    fn const_decl(&mut self, obj: Obj, ty: Option<ExprId>, init: Option<ExprId>, inherited: bool, iota: u32) {
        let saved = (self.env.iota.replace(Const::from(i64::from(iota))), self.env.errpos.take());
        self.set_obj_const(obj, Const::Unknown);
        let mut ok = true;
        if let Some(expr) = ty {
            let t = self.typ(expr);
            if self.is_const_type(t) {
                self.set_obj_type(obj, t);
            } else {
                if !self.under(t).is_invalid() {
                    let text = format!("invalid constant type {}", self.ty_str(t));
                    self.error(codes::InvalidConstType, self.range(expr), text);
                }
                self.set_obj_type(obj, Ty::invalid());
                ok = false;
            }
        }
        if ok {
            let mut x = Operand::default();
            if let Some(init) = init {
                if inherited {
                    self.env.errpos = Some(self.obj_place(obj).range);
                }
                self.expr(None, &mut x, init);
            }
            self.init_const(obj, &mut x);
        }
        (self.env.iota, self.env.errpos) = saved;
    }

    fn var_decl(&mut self, obj: Obj, lhs: Option<&[Obj]>, ty: Option<ExprId>, init: Option<ExprId>) {
        let mut declared = None;
        if let Some(expr) = ty {
            let t = self.var_type(expr);
            self.set_obj_type(obj, t);
            declared = Some(t);
        }
        let Some(init) = init else {
            if ty.is_none() {
                self.set_obj_type(obj, Ty::invalid());
            }
            return;
        };
        match lhs {
            Some(all) if all.len() > 1 => {
                if let Some(t) = declared {
                    for other in all {
                        self.set_obj_type(*other, t);
                    }
                }
                self.init_vars(all, &[init], None);
            }
            _ => {
                let mut x = Operand::default();
                let target = {
                    let (ty, name) = (self.obj_type(obj), self.obj_name(obj));
                    self.new_target(ty, name.as_str())
                };
                self.expr(target.as_ref(), &mut x, init);
                self.init_var(obj, &mut x, "variable declaration");
            }
        }
    }

    fn type_decl_of(&mut self, obj: Obj, id: ObjId, spec: usize) {
        let source = self.source;
        let decl = self.objs[id.0 as usize].decl;
        let amigos_syntax::ast::DeclKind::Gen(gen_decl) = &source.decls[decl.0 as usize].kind else { return };
        if let Some(spec) = gen_decl.specs.get(spec)
            && let Some(key) = self.type_key(obj)
        {
            self.type_decl(obj, key, spec);
        }
    }

    fn type_decl(&mut self, obj: Obj, key: NamedKey, spec: &'a Spec) {
        let Spec::Type { tparams, alias, op_pos, ty, .. } = spec else { return };
        let place = self.obj_place(obj);
        let mut version_error = false;
        let rhs_expr = *ty;
        let alias = *alias;
        let owner = Name::new(&match key.local {
            None => format!("{}.{}", self.source.key.0, key.name),
            Some((func, n)) => format!("{}.{func}.{}#{n}", self.source.key.0, key.name),
        });
        if let Some(tparam) = tparams.first() {
            let at = tparam.names.first().map_or(self.range(tparam.ty), |n| self.ident_range(*n));
            version_error =
                if alias { !self.verify_version(at, 23, "generic type alias") } else { !self.verify_version(at, 18, "type parameter") };
        }
        let entry = NamedEntry { alias, place: Some(place), obj: Some(obj), ..NamedEntry::default() };
        self.new_named(key, entry);
        let at = self.range(rhs_expr);
        if alias {
            if !version_error && !self.verify_version(TextRange::at(op_pos.unwrap_or(place.range.end)), 9, "type alias") {
                version_error = true;
            }
        } else {
            self.set_obj_type(obj, Ty::named(key, []));
        }
        // Runs after all that the right-hand side delays.
        let version_reported = version_error;
        self.later(move |c| {
            if !alias && !c.obj_type(obj).is_none_or(Ty::is_invalid) {
                c.valid_type(Ty::named(key, []));
            }
            let rhs = c.types.borrow().get(&key).and_then(|e| e.rhs);
            if let Some(rhs) = rhs.filter(|r| !version_reported && c.is_imported_constraint(*r)) {
                let text = format!("using type constraint {}", c.ty_str(rhs));
                c.verify_version(at, 18, text);
            }
        });
        let opened = !tparams.is_empty();
        let mut own: Box<[Ty]> = Box::default();
        if opened {
            self.open_scope(spec_range(spec));
            let start =
                tparams.first().map_or(place.range.end, |t| t.names.first().map_or(place.range.end, |n| self.ident_range(*n).start));
            own = self.collect_type_params(tparams, owner, 0, start, &mut Vec::new(), &mut |c, list| {
                c.with_named(key, |e| e.tparams = list.into());
            });
        }
        let mut rhs = self.typ(rhs_expr);
        if alias {
            if is_type_param(rhs) && own.contains(&rhs.unalias()) {
                self.error(codes::MisplacedTypeParam, at, "cannot use type parameter declared in alias declaration as RHS");
                rhs = Ty::invalid();
            }
            // A cycle may have been reported meanwhile.
            let broken = self.obj_type(obj).is_some_and(Ty::is_invalid);
            if broken {
                rhs = Ty::invalid();
            }
            self.with_named(key, |e| e.rhs = Some(rhs));
            if let Some(pending) = self.pending_aliases.borrow_mut().get_mut(&key) {
                *pending = Some(rhs);
            }
            if !broken {
                self.set_obj_type(obj, Ty::new(TyKind::Alias { key, args: Box::default(), actual: rhs }));
            }
        } else {
            if is_type_param(rhs) {
                self.error(codes::MisplacedTypeParam, at, "cannot use a type parameter as RHS in type declaration");
                rhs = Ty::invalid();
            }
            self.with_named(key, |e| e.rhs = Some(rhs));
        }
        if opened {
            self.close_scope();
        }
    }

    /// Declares type parameters, then checks their constraints; `set` is told of the parameters in between. `first` is the index of the first.
    pub(crate) fn collect_type_params(
        &mut self,
        list: &'a [Field],
        owner: Name,
        first: u32,
        scope_pos: u32,
        locals: &mut Vec<LocalId>,
        set: &mut dyn FnMut(&mut Checker<'a>, &[Ty]),
    ) -> Box<[Ty]> {
        let mut tparams: Vec<Ty> = Vec::new();
        for field in list {
            for ident in &field.names {
                let name = self.name(*ident);
                let (ty, local) = self.declare_type_param(owner, first + tparams.len() as u32, name, Some(*ident), scope_pos);
                tparams.push(ty);
                locals.push(local);
            }
        }
        set(self, &tparams);
        let was_in_list = std::mem::replace(&mut self.env.in_tparam_list, true);
        let mut index = 0;
        for field in list {
            let mut bound = self.bound(field.ty);
            if is_type_param(bound) {
                self.error(codes::MisplacedTypeParam, self.range(field.ty), "cannot use a type parameter as constraint");
                bound = Ty::invalid();
            }
            for _ in &field.names {
                if let Some(TyKind::TypeParam(key)) = tparams.get(index).map(|t| t.kind()) {
                    self.bounds.borrow_mut().insert(*key, bound);
                }
                index += 1;
            }
        }
        self.env.in_tparam_list = was_in_list;
        tparams.into()
    }

    /// Checks a constraint; `~T` and `A | B` stand for interfaces.
    fn bound(&mut self, expr: ExprId) -> Ty {
        use amigos_syntax::ast::{BinaryOp, ExprKind, UnaryOp};
        let wrap = matches!(self.ast()[expr].kind, ExprKind::Unary { op: UnaryOp::Tilde, .. } | ExprKind::Binary { op: BinaryOp::Or, .. });
        if !wrap {
            return self.typ(expr);
        }
        let union = self.parse_union(expr);
        self.record_type_and_value(expr, crate::facts::Mode::Type, union, None);
        let range = self.range(expr);
        self.later(move |c| {
            if matches!(union.kind(), TyKind::Union(_)) {
                let text = format!("embedding interface element {}", c.ty_str(union));
                if c.verify_version(range, 18, text) && c.union_set(union).is_none() {
                    let max = crate::typeset::MAX_TERMS;
                    let text = format!("cannot handle more than {max} union terms (implementation limitation)");
                    c.error(codes::InvalidUnion, range, text);
                }
            }
        });
        Ty::new(TyKind::Interface(Interface { embeds: Box::new([union]), implicit: true, ..Interface::default() }))
    }

    pub(crate) fn declare_type_param(
        &mut self,
        owner: Name,
        index: u32,
        name: Name,
        ident: Option<IdentId>,
        scope_pos: u32,
    ) -> (Ty, LocalId) {
        let key = TypeParamKey { owner, index, name };
        let ty = Ty::new(TyKind::TypeParam(key));
        self.bounds.borrow_mut().insert(key, Ty::invalid());
        let local = self.new_local(name, LocalKind::TypeParam, ident, Some(ty));
        self.declare(ident, local, scope_pos);
        (ty, local)
    }

    /// Gives a declared type its methods.
    pub(crate) fn collect_methods(&mut self, id: ObjId) {
        let name = self.objs[id.0 as usize].name;
        if self.package_scope.get(&name) != Some(&id) {
            return;
        }
        let Some(methods) = self.methods.remove(&name) else { return };
        let Some(key) = self.type_key(Obj::Package(id)) else { return };
        self.later(move |c| c.check_field_uniqueness(key));
        let mut entries: Vec<MethodEntry> = Vec::new();
        for method in methods {
            let obj = &self.objs[method.0 as usize];
            let (method_name, pointer) = (obj.name, matches!(obj.kind, ObjKind::Method { pointer: true, .. }));
            if let Some(other) = entries.iter().find(|e| e.name == method_name).and_then(|e| e.obj) {
                let place = self.obj_place(Obj::Package(method));
                let other = self.obj_place(Obj::Package(other));
                let report = Report::at(codes::DuplicateMethod, place, format!("method {name}.{method_name} already declared"))
                    .related(other, format!("other declaration of method {method_name}"));
                self.report(report);
                continue;
            }
            entries.push(MethodEntry { name: method_name, pointer, obj: Some(method), sig: None });
        }
        self.with_named(key, |e| e.methods = entries);
    }

    fn check_field_uniqueness(&mut self, key: NamedKey) {
        let TyKind::Struct(fields) = self.named_underlying(key).kind() else { return };
        let methods: Vec<(Name, Option<ObjId>)> =
            self.types.borrow().get(&key).map(|e| e.methods.iter().map(|m| (m.name, m.obj)).collect()).unwrap_or_default();
        for field in fields {
            let clash = methods.iter().find(|(name, _)| *name == field.name && !name.is_blank());
            if let Some((name, Some(obj))) = clash {
                let place = self.obj_place(Obj::Package(*obj));
                let report = Report::at(codes::DuplicateFieldAndMethod, place, format!("field and method with the same name {name}"));
                self.report(report);
            }
        }
    }

    fn func_decl(&mut self, obj: Obj, id: ObjId, func: &'a FuncDecl) {
        // A guard against cycles: a function's type may depend on itself only through errors.
        self.set_obj_type(obj, Ty::new(TyKind::Signature(Default::default())));
        let base = self.method_base(id);
        let name = self.objs[id.0 as usize].name;
        let owner = match base {
            Some(base) => format!("{}.{}.{name}", self.source.key.0, base.name),
            None if self.package_scope.get(&name) == Some(&id) => format!("{}.{name}", self.source.key.0),
            None => format!("{}.{name}#{}", self.source.key.0, id.0),
        };
        let recv = func.recv.as_deref();
        self.declared_func = Some(obj);
        let info = self.func_type(recv, &func.ty, Some(Name::new(&owner)));
        self.set_obj_type(obj, info.sig);
        if let (Some(key), Some(method)) = (base, self.method_index(base, id)) {
            // A type's methods are expressed in its own type parameters.
            let own: Vec<Ty> = info
                .locals
                .recv
                .map(|r| self.local(r).ty)
                .map(|t| self.deref(t).0)
                .and_then(|t| match t.unalias().kind() {
                    TyKind::Named { args, .. } => Some(args.to_vec()),
                    _ => None,
                })
                .unwrap_or_default();
            let tparams = self.named_tparams(key);
            let sig = if own.len() == tparams.len() { self.subst(info.sig, &Subst::new(&own, &tparams)) } else { info.sig };
            self.with_named(key, |e| {
                if let Some(entry) = e.methods.get_mut(method) {
                    entry.sig = Some(sig);
                }
            });
        }
        self.facts().params.insert(None, info.locals);
        let range = self.ident_range(func.name);
        if !func.has_body {
            if !func.ty.tparams.is_empty() {
                self.soft_error(codes::BadDecl, range, "generic function is missing function body");
            } else if !self.source.natives && func.recv.is_none() && name.as_str() != "init" || !self.source.natives && func.recv.is_some()
            {
                self.soft_error(codes::BadDecl, range, "missing function body");
            }
        }
    }

    /// The declared type that a method belongs to.
    pub(crate) fn method_base(&self, id: ObjId) -> Option<NamedKey> {
        let obj = &self.objs[id.0 as usize];
        let ObjKind::Method { .. } = obj.kind else { return None };
        let base = self.method_bases.get(&id)?;
        self.type_key(Obj::Package(*base))
    }

    fn method_index(&self, base: Option<NamedKey>, id: ObjId) -> Option<usize> {
        self.types.borrow().get(&base?)?.methods.iter().position(|m| m.obj == Some(id))
    }

    // ---- declarations in function bodies ----

    /// The constant specs of a declaration with what they inherit; reports names and values that don't match in number.
    pub(crate) fn const_specs(&mut self, gen_decl: &'a GenDecl) -> Vec<ConstSpec<'a>> {
        let mut result = Vec::new();
        let mut last: Option<(Option<ExprId>, &'a [ExprId], TextRange)> = None;
        for spec in &gen_decl.specs {
            let Spec::Const { names, ty, values, iota, range, .. } = spec else { continue };
            let mut inherited = true;
            if ty.is_some() || !values.is_empty() {
                last = Some((*ty, values, *range));
                inherited = false;
            } else if last.is_none() {
                last = Some((None, &[], *range));
                inherited = false;
            }
            let (in_ty, in_values, _) = last.unwrap_or((None, &[], *range));
            self.arity_match(names, values, *range, Some(in_values), false);
            result.push(ConstSpec { names, ty: in_ty, values: in_values, iota: *iota, inherited, range: *range });
        }
        result
    }

    /// Reports names and initialisers that don't match in number. `init`: the initialisers in force for constants.
    pub(crate) fn arity_match(&mut self, names: &[IdentId], values: &[ExprId], range: TextRange, init: Option<&[ExprId]>, has_type: bool) {
        let (l, r) = (names.len(), init.map_or(values.len(), <[ExprId]>::len));
        if init.is_none() && r == 0 {
            if !has_type {
                self.error(codes::WrongAssignCount, range, "missing type or init expr");
            }
        } else if l < r {
            if let Some(extra) = values.get(l) {
                let text = format!("extra init expr {}", self.expr_str(*extra));
                self.error(codes::WrongAssignCount, self.range(*extra), text);
            } else {
                self.error(codes::WrongAssignCount, range, "extra init expr at inherited constant specification");
            }
        } else if l > r && (init.is_some() || r != 1) {
            let name = names[r];
            let text = format!("missing init expr for {}", self.name(name));
            self.error(codes::WrongAssignCount, self.ident_range(name), text);
        }
    }

    /// Checks a declaration in a function body.
    pub fn decl_stmt(&mut self, gen_decl: &'a GenDecl) {
        for spec in self.const_specs(gen_decl) {
            let top = self.delayed_top();
            let mut locals = Vec::new();
            for (i, ident) in spec.names.iter().enumerate() {
                let local = self.new_local(self.name(*ident), LocalKind::Const(Const::Unknown), Some(*ident), None);
                self.const_decl(Obj::Local(local), spec.ty, spec.values.get(i).copied(), spec.inherited, spec.iota);
                locals.push((*ident, local));
            }
            self.process_delayed(top);
            for (ident, local) in locals {
                self.declare(Some(ident), local, spec.range.end);
            }
        }
        for spec in &gen_decl.specs {
            match spec {
                Spec::Var { names, ty, values, range, .. } => self.local_vars(names, *ty, values, *range),
                Spec::Type { name, alias, .. } => {
                    let ident = *name;
                    let name = self.name(ident);
                    let local = self.new_local(name, LocalKind::Type, Some(ident), None);
                    let n = self.local_types.get();
                    self.local_types.set(n + 1);
                    let key = NamedKey { pkg: Some(self.source.key), name, local: Some((self.owner_name, n)) };
                    self.local_keys.insert(local, key);
                    let entry = NamedEntry { alias: *alias, obj: Some(Obj::Local(local)), ..NamedEntry::default() };
                    self.new_named(key, entry);
                    let start = self.ident_range(ident).start;
                    self.declare(Some(ident), local, start);
                    let obj = Obj::Local(local);
                    self.obj_path.push(obj);
                    self.type_decl(obj, key, spec);
                    self.obj_path.pop();
                }
                _ => {}
            }
        }
    }

    fn local_vars(&mut self, names: &'a [IdentId], ty: Option<ExprId>, values: &'a [ExprId], range: TextRange) {
        self.arity_match(names, values, range, None, ty.is_some());
        let top = self.delayed_top();
        let objs: Vec<Obj> =
            names.iter().map(|ident| Obj::Local(self.new_local(self.name(*ident), LocalKind::Var, Some(*ident), None))).collect();
        for (i, obj) in objs.iter().enumerate() {
            let (lhs, init) = if values.len() == names.len() {
                (None, values.get(i))
            } else if values.len() == 1 {
                (Some(objs.as_slice()), values.first())
            } else {
                (None, values.get(i))
            };
            self.var_decl(*obj, lhs, ty, init.copied());
            if values.len() == 1 {
                break;
            }
        }
        if values.len() == 1 {
            for obj in &objs {
                if self.obj_type(*obj).is_none() {
                    self.set_obj_type(*obj, Ty::invalid());
                }
            }
        }
        self.process_delayed(top);
        for (ident, obj) in names.iter().zip(&objs) {
            if let Obj::Local(local) = obj {
                self.declare(Some(*ident), *local, range.end);
            }
        }
    }
}

struct PackageObj<'a> {
    decl: crate::facts::DeclIdx,
    file: usize,
    kind: ObjKind<'a>,
}

/// How an object takes part in cycles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// A constant or variable.
    Value,
    /// A type.
    Type {
        /// Declared with `=`.
        alias: bool,
    },
    /// A function.
    Func,
}

fn spec_range(spec: &Spec) -> TextRange {
    match spec {
        Spec::Const { range, .. } | Spec::Var { range, .. } | Spec::Type { range, .. } => *range,
        Spec::Import(import) => import.range,
    }
}

/// A place in the order of the source.
pub(crate) fn source_order(place: Place) -> (u32, u32) {
    (place.decl.0, place.range.start)
}
