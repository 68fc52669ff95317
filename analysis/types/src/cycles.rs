//! Cycles of declarations: which are allowed, and how those that are not are reported.

use amigos_syntax::Name;
use amigos_syntax::ast::{ExprKind, Spec};
use rustc_hash::FxHashMap;

use crate::checker::{Checker, Obj, ObjId, ObjKind, Report};
use crate::codes;
use crate::decl::{Class, source_order};
use crate::facts::Place;
use crate::ty::{Ty, TyKind};

/// An object on a cycle, as the message shows it.
#[derive(Clone, Debug)]
pub(crate) struct CycleNode {
    pub name: String,
    pub place: Place,
    pub is_type: bool,
    pub obj: Option<Obj>,
}

impl<'a> Checker<'a> {
    /// Whether the cycle that begins at an index of the object path is allowed; reports it if not.
    pub(crate) fn valid_cycle(&mut self, start: usize) -> bool {
        let cycle: Vec<Obj> = self.obj_path[start..].to_vec();
        let (mut values, mut defs) = (0, 0);
        for obj in &cycle {
            match self.class_of(*obj) {
                Class::Value => values += 1,
                Class::Type { alias } => {
                    if self.env.in_tparam_list && self.obj_type(*obj).is_some_and(|t| self.is_generic(t)) {
                        // A cycle through a type parameter list.
                        return true;
                    }
                    if !alias {
                        defs += 1;
                    }
                }
                Class::Func => {}
            }
        }
        // Cycles of values alone are reported with the order of initialisation.
        if values == cycle.len() || values == 0 && defs > 0 {
            return true;
        }
        let nodes: Vec<CycleNode> = cycle.iter().map(|o| self.cycle_node(*o)).collect();
        let start = first_in_source(&nodes);
        self.cycle_error(&nodes, start);
        false
    }

    pub(crate) fn cycle_node(&self, obj: Obj) -> CycleNode {
        CycleNode {
            name: self.obj_name(obj).to_string(),
            place: self.obj_place(obj),
            is_type: matches!(self.class_of(obj), Class::Type { .. }),
            obj: Some(obj),
        }
    }

    /// Reports a cycle, beginning at `cycle[start]`.
    pub(crate) fn cycle_error(&mut self, cycle: &[CycleNode], start: usize) {
        let Some(first) = cycle.get(start) else { return };
        // An alias on a cycle is not worth more errors.
        if let Some(obj) = first.obj
            && matches!(self.class_of(obj), Class::Type { alias: true })
        {
            self.set_obj_type(obj, Ty::invalid());
        }
        let name = &first.name;
        if cycle.len() == 1 {
            let what = if first.is_type { "invalid recursive type:" } else { "invalid cycle in declaration:" };
            self.report(Report::at(codes::InvalidDeclCycle, first.place, format!("{what} {name} refers to itself")));
            return;
        }
        let text = if first.is_type { format!("invalid recursive type {name}") } else { format!("invalid cycle in declaration of {name}") };
        let mut report = Report::at(codes::InvalidDeclCycle, first.place, text);
        for i in 0..cycle.len() {
            let (from, to) = (&cycle[(start + i) % cycle.len()], &cycle[(start + i + 1) % cycle.len()]);
            report = report.related(from.place, format!("{} refers to {}", from.name, to.name));
        }
        self.report(report);
    }

    /// Whether a type has an underlying type by now; if it is just being declared, reports the cycle.
    pub fn is_complete(&mut self, ty: Ty) -> bool {
        let mut ty = ty;
        for _ in 0..1000 {
            let key = match ty.kind() {
                // Instances are expanded when they are needed.
                TyKind::Alias { key, args, .. } | TyKind::Named { key, args } if args.is_empty() => *key,
                _ => return true,
            };
            let (obj, rhs) = match self.types.borrow().get(&key) {
                Some(entry) => (entry.obj, entry.rhs),
                None => return true,
            };
            if let Some(start) = obj.and_then(|o| self.obj_path.iter().position(|p| *p == o)) {
                let nodes: Vec<CycleNode> = self.obj_path[start..].iter().map(|o| self.cycle_node(*o)).collect();
                let first = first_in_source(&nodes);
                self.cycle_error(&nodes, first);
                return false;
            }
            match rhs {
                Some(rhs) => ty = rhs,
                None => return true,
            }
        }
        true
    }

    /// Whether the size of a type's values depends on type parameters; reports a type that holds itself.
    pub(crate) fn has_var_size(&mut self, ty: Ty) -> bool {
        let ty = ty.unalias();
        match ty.kind() {
            TyKind::Named { key, args } => {
                let known = self.types.borrow().get(key).map(|e| (e.obj, e.rhs));
                let Some((obj, rhs)) = known else {
                    return ty.has_type_param() && {
                        let under = self.under(ty);
                        self.has_var_size(under)
                    };
                };
                let on_path = if args.is_empty() { obj.and_then(|o| self.obj_path.iter().position(|p| *p == o)) } else { None };
                if let Some(start) = on_path {
                    let nodes: Vec<CycleNode> = self.obj_path[start..].iter().map(|o| self.cycle_node(*o)).collect();
                    let first = first_in_source(&nodes);
                    self.cycle_error(&nodes, first);
                    return true;
                }
                if let Some(start) = self.size_path.iter().position(|t| *t == ty) {
                    let nodes: Vec<CycleNode> = self.size_path[start..].iter().filter_map(|t| self.type_node(*t)).collect();
                    let first = first_in_source(&nodes);
                    self.cycle_error(&nodes, first);
                    return true;
                }
                if self.size_path.len() > 200 {
                    return true;
                }
                let Some(rhs) = rhs else { return false };
                let rhs = self.subst_args(rhs, *key, args);
                self.size_path.push(ty);
                let pushed = obj.filter(|_| args.is_empty());
                self.obj_path.extend(pushed);
                let result = self.has_var_size(rhs);
                if pushed.is_some() {
                    self.obj_path.pop();
                }
                self.size_path.pop();
                result
            }
            TyKind::Array { elem, .. } => self.has_var_size(*elem),
            TyKind::Struct(fields) => fields.iter().any(|f| self.has_var_size(f.ty)),
            TyKind::TypeParam(_) => true,
            _ => false,
        }
    }

    /// Reports declarations that lead from type name to type name and back (`type T U; type U T`) before anything is checked.
    pub(crate) fn direct_cycles(&mut self) {
        let mut state: FxHashMap<ObjId, Option<usize>> = FxHashMap::default();
        let all: Vec<ObjId> = (0..self.objs.len() as u32).map(ObjId).collect();
        for id in all {
            if matches!(self.objs[id.0 as usize].kind, ObjKind::Type { .. }) {
                self.direct_cycle(id, &mut state);
            }
        }
    }

    fn direct_cycle(&mut self, id: ObjId, state: &mut FxHashMap<ObjId, Option<usize>>) {
        let mut path: Vec<ObjId> = Vec::new();
        let mut at = id;
        loop {
            match state.get(&at) {
                Some(None) => break,
                Some(Some(start)) => {
                    self.objs[at.0 as usize].ty = Some(Ty::invalid());
                    let nodes: Vec<CycleNode> = path[*start..].iter().map(|o| self.cycle_node(Obj::Package(*o))).collect();
                    let first = first_in_source(&nodes);
                    self.cycle_error(&nodes, first);
                    break;
                }
                None => {}
            }
            state.insert(at, Some(path.len()));
            path.push(at);
            let Some(next) = self.direct_target(at) else { break };
            at = next;
        }
        for id in path {
            state.insert(id, None);
        }
    }

    /// The type name that a type is declared as, if the declaration is just that name.
    fn direct_target(&self, id: ObjId) -> Option<ObjId> {
        let obj = &self.objs[id.0 as usize];
        let ObjKind::Type { spec, .. } = obj.kind else { return None };
        let decl = &self.source.decls[obj.decl.0 as usize];
        let amigos_syntax::ast::DeclKind::Gen(gen_decl) = &decl.kind else { return None };
        let Some(Spec::Type { ty, .. }) = gen_decl.specs.get(spec) else { return None };
        let ExprKind::Ident(ident) = decl.sig[*ty].kind else { return None };
        let name: Name = decl.sig[ident].name;
        let next = self.package_scope.get(&name).copied()?;
        matches!(self.objs[next.0 as usize].kind, ObjKind::Type { .. }).then_some(next)
    }
}

/// The index of the node that stands first in the source.
pub(crate) fn first_in_source(nodes: &[CycleNode]) -> usize {
    nodes.iter().enumerate().min_by_key(|(_, n)| source_order(n.place)).map_or(0, |(i, _)| i)
}
