//! Scopes inside declarations: opening and closing them, declaring and looking up names (Go spec, "Declarations and scope").

use amigos_syntax::ast::IdentId;
use amigos_syntax::{Name, TextRange};

use crate::checker::{Checker, Entity, Report, Scope, ScopeId};
use crate::facts::{Local, LocalId, LocalKind, ObjRef};
use crate::ty::Ty;

impl<'a> Checker<'a> {
    /// Opens a scope inside the current one, over `range`.
    pub fn open_scope(&mut self, range: TextRange) -> ScopeId {
        let id = ScopeId(self.scopes.len() as u32);
        let parent = self.env.scope;
        self.scopes.push(Scope { parent, range, ..Scope::default() });
        if let Some(parent) = parent {
            self.scopes[parent.0 as usize].children.push(id);
        }
        self.env.scope = Some(id);
        id
    }

    /// Leaves the current scope.
    pub fn close_scope(&mut self) {
        self.env.scope = self.env.scope.and_then(|s| self.scopes[s.0 as usize].parent);
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// What a name means here.
    pub fn lookup(&self, name: Name) -> Option<Entity> {
        let mut at = self.env.scope;
        while let Some(id) = at {
            let scope = &self.scopes[id.0 as usize];
            if let Some((_, local)) = scope.names.iter().rev().find(|(n, _)| *n == name) {
                return Some(Entity::Local(*local));
            }
            at = scope.parent;
        }
        self.lookup_file(name)
    }

    /// What a name means at file level.
    pub fn lookup_file(&self, name: Name) -> Option<Entity> {
        if let Some(file) = self.files.get(self.env.file) {
            if let Some(at) = file.imports.iter().position(|i| i.name == name) {
                return Some(Entity::Import(at as u32));
            }
            if let Some((pkg, at)) = file.dot.get(&name) {
                return Some(Entity::DotImported(*pkg, name, *at));
            }
        }
        let member = match self.frozen {
            Some(frozen) => frozen.members.contains_key(&name),
            None => self.package_scope.contains_key(&name),
        };
        if member {
            return Some(Entity::Member(name));
        }
        self.lookup_universe(name)
    }

    /// The predeclared meaning of a name.
    pub fn lookup_universe(&self, name: Name) -> Option<Entity> {
        let predeclared = self.ctx.predeclared_packages();
        if let Some((_, pkg)) = predeclared.iter().find(|(n, _)| *n == name) {
            return Some(Entity::Predeclared(*pkg));
        }
        if name.as_str() == "msg" && predeclared.iter().any(|(n, _)| n.as_str() == "amigos") {
            return Some(Entity::Msg);
        }
        if crate::universe::lookup(name).is_some() {
            return Some(Entity::Universe(name));
        }
        if self.ctx.test_builtins() && matches!(name.as_str(), "assert" | "trace") {
            return Some(Entity::Universe(name));
        }
        None
    }

    /// The predeclared object behind an [`Entity::Universe`].
    pub fn universe_obj(&self, name: Name) -> Option<crate::universe::UniverseObj> {
        use crate::universe::{Builtin, UniverseObj};
        crate::universe::lookup(name).or(match name.as_str() {
            "assert" => Some(UniverseObj::Builtin(Builtin::Assert)),
            "trace" => Some(UniverseObj::Builtin(Builtin::Trace)),
            _ => None,
        })
    }

    /// Makes a local object that is not in any scope yet. Without a type it gets one by [`Checker::set_obj_type`].
    pub fn new_local(&mut self, name: Name, kind: LocalKind, ident: Option<IdentId>, ty: Option<Ty>) -> LocalId {
        let func_depth = self.env.func_depth;
        let facts = self.facts();
        let id = LocalId(facts.locals.len() as u32);
        facts.locals.push(Local {
            name,
            kind,
            ty: ty.unwrap_or(Ty::invalid()),
            ident,
            scope: TextRange::default(),
            address_taken: false,
            captured: false,
            used: false,
            func_depth,
        });
        if ty.is_none() {
            let key = (self.env.facts_at, id);
            self.untyped_locals.insert(key);
        }
        id
    }

    /// Declares a local object in the current scope, visible from `scope_pos`, and records its identifier. Reports a redeclaration.
    pub fn declare(&mut self, ident: Option<IdentId>, local: LocalId, scope_pos: u32) {
        let name = self.local(local).name;
        if !name.is_blank()
            && let Some(scope) = self.env.scope
        {
            if let Some((_, other)) = self.scopes[scope.0 as usize].names.iter().find(|(n, _)| *n == name).copied() {
                let range = self.local_range(local);
                let mut report = Report::new("DuplicateDecl", range, format!("{name} redeclared in this block"));
                if self.local(other).ident.is_some() {
                    let other_range = self.local_range(other);
                    report = report.related(self.place(other_range), format!("other declaration of {name}"));
                }
                self.report(report);
                return;
            }
            self.scopes[scope.0 as usize].names.push((name, local));
            let end = self.scopes[scope.0 as usize].range.end;
            self.local_mut(local).scope = TextRange::new(scope_pos, end.max(scope_pos));
        }
        if let Some(ident) = ident {
            self.record_def(ident, ObjRef::Local(local));
        }
    }

    /// A local object of the current arena.
    pub fn local(&self, id: LocalId) -> &Local {
        &self.all_facts[self.env.facts_at].locals[id.0 as usize]
    }

    /// A local object of the current arena, to change.
    pub fn local_mut(&mut self, id: LocalId) -> &mut Local {
        &mut self.all_facts[self.env.facts_at].locals[id.0 as usize]
    }

    /// Where a local object is declared, in the current declaration.
    pub fn local_range(&self, id: LocalId) -> TextRange {
        let Some(ident) = self.local(id).ident else { return TextRange::default() };
        // In the body phase the function's parameters stand in the signature half.
        let outer = self.facts_ref().params.get(&None).filter(|_| self.frozen.is_some());
        let in_signature =
            outer.is_some_and(|f| f.recv == Some(id) || [&f.tparams, &f.params, &f.results].into_iter().any(|list| list.contains(&id)));
        let signature = if in_signature { self.source.decls.get(self.env.decl.0 as usize) } else { None };
        let ast = signature.map_or(self.env.ast, |s| &s.sig);
        ast.idents.get(ident.idx()).map_or(TextRange::default(), |i| i.range)
    }

    /// Marks a local object as used, and as captured if it belongs to an outer function.
    pub fn mark_used(&mut self, id: LocalId) {
        let depth = self.env.func_depth;
        let local = self.local_mut(id);
        local.used = true;
        if depth > local.func_depth {
            local.captured = true;
        }
    }
}
