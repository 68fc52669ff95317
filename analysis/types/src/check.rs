//! The entry points: checking the declarations of a package, and one body.

use std::sync::Arc;

use amigos_syntax::Name;
use amigos_syntax::ast::{Ast, BodyAst, DeclKind, ExprId, ExprKind, LitBody, Spec};
use rustc_hash::FxHashMap;

use crate::checker::{Checker, FuncInfo, NamedEntry, Obj, ObjId, ObjKind, PackageObj};
use crate::ctx::{Member, MemberKind, MethodInfo, NamedInfo, TyCtx};
use crate::facts::{DeclIdx, Facts, FuncLocals, InitKind, InitObject, LocalId, PackageMember, PackageTypes, TypeAndValue};
use crate::konst::Const;
use crate::source::PackageSource;
use crate::ty::{NamedKey, Param, Signature, Ty, TyKind, map_components};

/// Checks all declarations of a package, bodies aside.
pub fn check_package(ctx: &dyn TyCtx, source: &PackageSource) -> PackageTypes {
    let empty = Ast::default();
    let mut c = Checker::new(ctx, source, None, &empty);
    c.all_facts =
        source.decls.iter().map(|d| Facts { types: vec![TypeAndValue::default(); d.sig.exprs.len()], ..Facts::default() }).collect();
    c.collect_objects();
    c.direct_cycles();
    c.package_objects();
    c.process_delayed(0);
    c.record_untyped();
    c.finish_package()
}

/// Checks one body against its finished package: of a function declaration (`body` 0), or of a function literal in the initialiser of a
/// package-level variable.
pub fn check_body(ctx: &dyn TyCtx, source: &PackageSource, types: &PackageTypes, decl: DeclIdx, body_index: u32, body: &BodyAst) -> Facts {
    let mut c = Checker::new(ctx, source, Some(types), &body.ast);
    c.files = types.files.clone();
    c.all_facts = vec![Facts { types: vec![TypeAndValue::default(); body.ast.exprs.len()], ..Facts::default() }];
    c.env.decl = decl;
    c.env.file = source.files.iter().position(|f| f.decls.contains(&decl)).unwrap_or(0);
    c.env.version = c.file_version(c.env.file);
    if let Some(info) = c.enter_function(types, decl, body_index, body) {
        let iota = c.env.iota.take();
        c.func_body(info, &body.block, iota);
        c.process_delayed(0);
        c.record_untyped();
    }
    c.finish_body()
}

impl<'a> Checker<'a> {
    /// Makes the function scope of a body from the facts of its declaration's signature half.
    fn enter_function(&mut self, types: &'a PackageTypes, decl: DeclIdx, body_index: u32, body: &'a BodyAst) -> Option<FuncInfo> {
        let source = self.source;
        let sig_decl = source.decls.get(decl.0 as usize)?;
        let sig_facts = types.facts.get(decl.0 as usize)?;
        let (key, func) = match &sig_decl.kind {
            DeclKind::Func(func) if body_index == 0 => (None, &func.ty),
            _ => {
                let (at, func) = literal_of_body(&sig_decl.sig, body_index)?;
                (Some(at), func)
            }
        };
        if let (DeclKind::Gen(gen_decl), Some(at)) = (&sig_decl.kind, key) {
            let literal = sig_decl.sig[at].range;
            self.env.iota = gen_decl.specs.iter().find_map(|spec| match spec {
                Spec::Const { iota, range, .. } if range.start <= literal.start && literal.end <= range.end => {
                    Some(Const::from(i64::from(*iota)))
                }
                _ => None,
            });
        }
        self.owner_name = owner_name(source, types, decl, body_index);
        let outer = sig_facts.params.get(&key)?;
        let scope = self.open_scope(body.block.range);
        self.scopes[scope.0 as usize].is_func = true;
        let enter = |c: &mut Checker<'a>, id: LocalId| -> LocalId {
            let Some(local) = sig_facts.locals.get(id.0 as usize) else { return id };
            let new = c.new_local(local.name, local.kind.clone(), local.ident, Some(local.ty));
            c.local_mut(new).scope = body.block.range;
            c.local_mut(new).used = true;
            // Of a name declared twice the first counts.
            let names = &mut c.scopes[scope.0 as usize].names;
            if !local.name.is_blank() && !names.iter().any(|(n, _)| *n == local.name) {
                names.push((local.name, new));
            }
            new
        };
        let locals = FuncLocals {
            tparams: outer.tparams.iter().map(|l| enter(self, *l)).collect(),
            recv: outer.recv.map(|l| enter(self, l)),
            params: outer.params.iter().map(|l| enter(self, *l)).collect(),
            results: outer.results.iter().map(|l| enter(self, *l)).collect(),
        };
        let variadic = func.params.last().is_some_and(|f| matches!(sig_decl.sig[f.ty].kind, ExprKind::Ellipsis(_)));
        let params = |c: &Checker<'a>, list: &[LocalId]| -> Box<[Param]> {
            list.iter()
                .map(|l| {
                    let local = c.local(*l);
                    Param { name: local.ident.map(|_| local.name), ty: local.ty }
                })
                .collect()
        };
        let sig =
            Signature { tparams: Box::default(), params: params(self, &locals.params), results: params(self, &locals.results), variadic };
        self.facts().params.insert(None, locals.clone());
        Some(FuncInfo { sig: Ty::new(TyKind::Signature(sig)), scope, locals })
    }

    fn named_info(&self, key: NamedKey, entry: &NamedEntry) -> Arc<NamedInfo> {
        let underlying = if entry.alias { entry.rhs.unwrap_or(Ty::invalid()) } else { self.named_underlying(key) };
        let methods = entry
            .methods
            .iter()
            .map(|m| MethodInfo {
                name: m.name,
                sig: m.sig.unwrap_or_else(|| Ty::new(TyKind::Signature(Signature::default()))),
                pointer: m.pointer,
            })
            .collect();
        Arc::new(NamedInfo { tparams: entry.tparams.clone(), underlying, methods })
    }

    fn all_named(&self) -> FxHashMap<NamedKey, Arc<NamedInfo>> {
        let entries: Vec<(NamedKey, NamedEntry)> = self.types.borrow().iter().map(|(k, e)| (*k, e.clone())).collect();
        entries.iter().map(|(key, entry)| (*key, self.named_info(*key, entry))).collect()
    }

    fn finish_body(mut self) -> Facts {
        self.resolve_pending_aliases();
        let named = self.all_named();
        let bounds = self.bounds.take();
        let mut facts = std::mem::take(&mut self.all_facts).pop().unwrap_or_default();
        facts.named = named;
        facts.bounds = bounds;
        facts.instantiations = std::mem::take(&mut self.instantiations);
        finish_facts(&mut facts);
        facts
    }

    fn finish_package(mut self) -> PackageTypes {
        self.resolve_pending_aliases();
        let named = self.all_named();
        let mut members = FxHashMap::default();
        for (name, id) in &self.package_scope {
            let obj = &self.objs[id.0 as usize];
            members.insert(*name, PackageMember { member: member_of(obj), decl: obj.decl, ident: obj.ident });
        }
        let blank = self.objs.iter().filter(|o| o.name.is_blank() && !matches!(o.kind, ObjKind::Method { .. }));
        let blanks = blank.map(|o| ((o.decl, o.ident), member_of(o))).collect();
        let mut methods = FxHashMap::default();
        for (id, base) in &self.method_bases {
            if let Some(key) = self.type_key(Obj::Package(*base)) {
                let obj = &self.objs[id.0 as usize];
                methods.entry((key, obj.name)).or_insert(obj.decl);
            }
        }
        let objects = self.init_objects();
        let bounds = self.bounds.take();
        let files = self.files.clone();
        let instantiations = std::mem::take(&mut self.instantiations);
        let mut all = std::mem::take(&mut self.all_facts);
        all.iter_mut().for_each(finish_facts);
        let mut facts: Vec<Arc<Facts>> = all.into_iter().map(Arc::new).collect();
        // The list takes over the room of the facts themselves.
        facts.shrink_to_fit();
        PackageTypes { members, blanks, named, bounds, facts, methods, files, objects, instantiations }
    }

    fn init_objects(&self) -> Vec<InitObject> {
        // Types have no part in initialisation; indexes are those among the rest.
        let mut index: FxHashMap<ObjId, u32> = FxHashMap::default();
        for (i, obj) in self.objs.iter().enumerate() {
            if !matches!(obj.kind, ObjKind::Type { .. }) {
                index.insert(ObjId(i as u32), index.len() as u32);
            }
        }
        let mut result = Vec::new();
        for (i, obj) in self.objs.iter().enumerate() {
            let id = ObjId(i as u32);
            let mut together = Vec::new();
            let mut has_init = false;
            let mut init_expr = None;
            let mut name = obj.name;
            let kind = match &obj.kind {
                ObjKind::Type { .. } => continue,
                ObjKind::Const { init, .. } => {
                    init_expr = *init;
                    InitKind::Const
                }
                ObjKind::Var { lhs, init, .. } => {
                    has_init = init.is_some();
                    init_expr = *init;
                    if let Some(lhs) = lhs {
                        together = lhs.iter().filter_map(|o| index.get(o).copied()).collect();
                    }
                    InitKind::Var
                }
                ObjKind::Func(func) => {
                    has_init = func.has_body;
                    InitKind::Func
                }
                ObjKind::Method { func, .. } => {
                    has_init = func.has_body;
                    if let Some(base) = self.method_base(id) {
                        name = Name::new(&format!("{}.{}", base.name, obj.name));
                    }
                    InitKind::Func
                }
            };
            let bodies = match kind {
                InitKind::Func if has_init => vec![0],
                InitKind::Var | InitKind::Const => {
                    init_expr.map(|e| bodies_in(&self.source.decls[obj.decl.0 as usize].sig, e)).unwrap_or_default()
                }
                _ => Vec::new(),
            };
            result.push(InitObject { name, decl: obj.decl, ident: obj.ident, kind, deps: obj.deps.clone(), bodies, together, has_init });
        }
        result
    }

    /// Puts what aliases stand for in place of their names where they were used while being declared.
    fn resolve_pending_aliases(&mut self) {
        let pending: FxHashMap<NamedKey, Ty> =
            self.pending_aliases.borrow().iter().map(|(k, t)| (*k, t.unwrap_or(Ty::invalid()))).collect();
        if pending.is_empty() {
            return;
        }
        let fix = |ty: &mut Ty| *ty = rewrite(*ty, &pending, 0);
        for facts in &mut self.all_facts {
            facts.types.iter_mut().for_each(|t| fix(&mut t.ty));
            facts.locals.iter_mut().for_each(|l| fix(&mut l.ty));
            facts.selections.update(|selection| {
                fix(&mut selection.recv);
                fix(&mut selection.ty);
            });
            facts.instances.update(|instance| {
                instance.args.iter_mut().for_each(fix);
                fix(&mut instance.ty);
            });
        }
        for obj in &mut self.objs {
            if let Some(ty) = &mut obj.ty {
                fix(ty);
            }
        }
        for entry in self.types.borrow_mut().values_mut() {
            if let Some(rhs) = &mut entry.rhs {
                fix(rhs);
            }
            for method in &mut entry.methods {
                if let Some(sig) = &mut method.sig {
                    fix(sig);
                }
            }
        }
        self.bounds.borrow_mut().values_mut().for_each(fix);
        self.under_memo.borrow_mut().clear();
    }
}

fn rewrite(ty: Ty, pending: &FxHashMap<NamedKey, Ty>, depth: u32) -> Ty {
    if depth > 50 {
        return ty;
    }
    match ty.kind() {
        TyKind::Named { key, args } if pending.contains_key(key) => {
            let actual = pending.get(key).copied().unwrap_or(Ty::invalid());
            Ty::new(TyKind::Alias { key: *key, args: args.clone(), actual: rewrite(actual, pending, depth + 1) })
        }
        kind => Ty::new(map_components(kind, &mut |t| rewrite(t, pending, depth + 1))),
    }
}

fn finish_facts(facts: &mut Facts) {
    facts.package_uses.sort_by_key(|n| n.as_str());
    facts.package_uses.dedup();
    facts.imports_used.sort_by_key(|n| n.as_str());
    facts.imports_used.dedup();
    // Facts live long: what growing has left over is given back.
    facts.package_uses.shrink_to_fit();
    facts.imports_used.shrink_to_fit();
    facts.locals.shrink_to_fit();
    facts.defs.finish();
    facts.uses.finish();
    facts.selections.finish();
    facts.instances.finish();
    facts.clause_vars.finish();
    facts.params.finish();
    facts.errors.shrink_to_fit();
    facts.instantiations.shrink_to_fit();
}

/// A package-level object as others see it.
fn member_of(obj: &PackageObj<'_>) -> Arc<Member> {
    let kind = match &obj.kind {
        ObjKind::Const { .. } => MemberKind::Const(obj.val.clone()),
        ObjKind::Var { .. } => MemberKind::Var,
        ObjKind::Type { alias, .. } => MemberKind::Type { alias: *alias },
        ObjKind::Func(_) | ObjKind::Method { .. } => MemberKind::Func,
    };
    Arc::new(Member { name: obj.name, kind, ty: obj.ty.unwrap_or(Ty::invalid()) })
}

/// The function literal of a signature half whose body has that index.
pub fn literal_of_body(sig: &Ast, body_index: u32) -> Option<(ExprId, &amigos_syntax::ast::FuncType)> {
    sig.exprs.iter().enumerate().find_map(|(i, e)| match &e.kind {
        ExprKind::FuncLit { ty, body: LitBody::Body(b) } if *b == body_index => Some((ExprId(i as u32), &**ty)),
        _ => None,
    })
}

/// The bodies of function literals inside an expression of a signature half.
fn bodies_in(sig: &Ast, expr: ExprId) -> Vec<u32> {
    let Some(outer) = sig.exprs.get(expr.idx()).map(|e| e.range) else { return Vec::new() };
    let inside = |e: &amigos_syntax::ast::Expr| e.range.start >= outer.start && e.range.end <= outer.end;
    sig.exprs
        .iter()
        .filter(|e| inside(e))
        .filter_map(|e| match &e.kind {
            ExprKind::FuncLit { body: LitBody::Body(b), .. } => Some(*b),
            _ => None,
        })
        .collect()
}

/// What the local types of a body are named after: `F`, `T.M`, or the variable and the number of the literal.
fn owner_name(source: &PackageSource, types: &PackageTypes, decl: DeclIdx, body_index: u32) -> Name {
    let object = types.objects.iter().find(|o| o.decl == decl && o.bodies.contains(&body_index));
    let Some(object) = object else { return Name::new("_") };
    let is_func = matches!(source.decls.get(decl.0 as usize).map(|d| &d.kind), Some(DeclKind::Func(_)));
    if is_func && matches!(object.name.as_str(), "init" | "_") {
        // Of these there may be several.
        let before = types.objects.iter().take_while(|o| !std::ptr::eq(*o, object)).filter(|o| o.name == object.name).count();
        return if before == 0 { object.name } else { Name::new(&format!("{}#{before}", object.name)) };
    }
    if is_func { object.name } else { Name::new(&format!("{}.func{body_index}", object.name)) }
}
