//! Identifiers and type expressions.

use amigos_syntax::TextRange;
use amigos_syntax::ast::{ArrayLen, ExprId, ExprKind, IdentId, LitKind};

use crate::checker::{Checker, Entity, Obj};
use crate::codes;
use crate::ctx::MemberKind;
use crate::facts::{LocalKind, Mode, ObjRef};
use crate::konst::Const;
use crate::mono::Instantiation;
use crate::operand::Operand;
use crate::predicates::{is_type_param, is_untyped};
use crate::ty::{Basic, Ty, TyKind};
use crate::universe::UniverseObj;

impl<'a> Checker<'a> {
    /// Checks an identifier as an expression; with `want_type` it must mean a type.
    pub fn ident(&mut self, x: &mut Operand, expr: ExprId, want_type: bool) {
        *x = Operand::invalid(Some(expr));
        let ast = self.ast();
        let ExprKind::Ident(ident) = ast[expr].kind else { return };
        self.ident_entity(x, expr, ident, want_type);
    }

    fn ident_entity(&mut self, x: &mut Operand, expr: ExprId, ident: IdentId, want_type: bool) {
        let name = self.name(ident);
        let range = self.ident_range(ident);
        let Some(entity) = self.lookup(name) else {
            if name.is_blank() {
                if !range.is_empty() {
                    self.error(codes::InvalidBlank, range, "cannot use _ as value or type");
                }
            } else {
                self.report_undefined(range, name);
            }
            return;
        };
        if let Entity::Universe(name) = entity
            && matches!(name.as_str(), "any" | "comparable")
            && !self.verify_version(range, 18, format!("predeclared {name}"))
        {
            return;
        }
        self.record_use(ident, self.entity_ref(entity));
        let is_type = self.entity_is_type(entity);
        if !is_type && want_type {
            let kind = self.entity_kind(entity);
            self.error(codes::NotAType, range, format!("{name} ({kind}) is not a type"));
            if let Entity::Local(id) = entity {
                self.mark_used(id);
            }
            return;
        }
        x.expr = Some(expr);
        match entity {
            Entity::Universe(name) => self.universe_operand(x, name, range),
            Entity::Msg => {
                self.error(
                    codes::InvalidPkgUse,
                    range,
                    "use of msg not in selector (msg is not a value: write msg.Sender, msg.Value, ...)",
                );
            }
            Entity::Predeclared(_) | Entity::Import(_) => {
                self.error(codes::InvalidPkgUse, range, format!("use of package {name} not in selector"));
            }
            Entity::DotImported(pkg, name, import) => {
                self.use_import(import);
                if let Some(member) = self.ctx.member(pkg, name) {
                    member_operand(x, &member.kind, member.ty);
                }
            }
            Entity::Local(id) => {
                let ty = self.obj_type(Obj::Local(id));
                let kind = self.local(id).kind.clone();
                if ty.is_none() || (is_type && want_type) {
                    self.obj_decl(Obj::Local(id));
                }
                let ty = self.obj_type(Obj::Local(id)).unwrap_or(Ty::invalid());
                match kind {
                    LocalKind::Const(_) => {
                        self.local_mut(id).used = true;
                        if ty.is_invalid() {
                            return;
                        }
                        x.val = Some(self.obj_const(Obj::Local(id)));
                        x.mode = Mode::Const;
                    }
                    LocalKind::Type | LocalKind::TypeParam => {
                        self.local_mut(id).used = true;
                        x.mode = Mode::Type;
                    }
                    LocalKind::Label => return,
                    _ => {
                        self.mark_used(id);
                        if ty.is_invalid() {
                            return;
                        }
                        x.mode = Mode::Var;
                    }
                }
                x.ty = ty;
            }
            Entity::Member(name) => self.own_member_operand(x, name, is_type && want_type),
        }
    }

    fn universe_operand(&mut self, x: &mut Operand, name: amigos_syntax::Name, range: TextRange) {
        match self.universe_obj(name) {
            Some(UniverseObj::Type(ty)) => {
                x.mode = Mode::Type;
                x.ty = ty;
            }
            Some(UniverseObj::Bool(value)) => {
                x.mode = Mode::Const;
                x.ty = Ty::basic(Basic::UntypedBool);
                x.val = Some(Const::Bool(value));
            }
            Some(UniverseObj::Iota) => match self.env.iota.clone() {
                Some(iota) => {
                    x.mode = Mode::Const;
                    x.ty = Ty::basic(Basic::UntypedInt);
                    x.val = Some(iota);
                }
                None => self.error(codes::InvalidIota, range, "cannot use iota outside constant declaration"),
            },
            Some(UniverseObj::Nil) => {
                x.mode = Mode::Value;
                x.ty = Ty::basic(Basic::UntypedNil);
            }
            Some(UniverseObj::Builtin(builtin)) => {
                x.mode = Mode::Builtin;
                x.builtin = Some(builtin);
                x.ty = Ty::invalid();
            }
            None => {}
        }
    }

    fn own_member_operand(&mut self, x: &mut Operand, name: amigos_syntax::Name, check_cycle: bool) {
        if let Some(frozen) = self.frozen {
            let Some(found) = frozen.members.get(&name) else { return };
            if !matches!(found.member.kind, MemberKind::Type { .. }) {
                self.add_decl_dep(name);
            }
            member_operand(x, &found.member.kind, found.member.ty);
            return;
        }
        let Some(id) = self.package_scope.get(&name).copied() else { return };
        let obj = Obj::Package(id);
        if self.obj_type(obj).is_none() || check_cycle {
            self.obj_decl(obj);
        }
        let ty = self.obj_type(obj).unwrap_or(Ty::invalid());
        use crate::checker::ObjKind;
        match &self.objs[id.0 as usize].kind {
            ObjKind::Const { .. } => {
                self.add_decl_dep(name);
                if ty.is_invalid() {
                    return;
                }
                x.val = Some(self.obj_const(obj));
                x.mode = Mode::Const;
            }
            ObjKind::Var { .. } => {
                self.add_decl_dep(name);
                if ty.is_invalid() {
                    return;
                }
                x.mode = Mode::Var;
            }
            ObjKind::Type { .. } => x.mode = Mode::Type,
            ObjKind::Func(_) | ObjKind::Method { .. } => {
                self.add_decl_dep(name);
                x.mode = Mode::Value;
            }
        }
        x.ty = ty;
    }

    fn report_undefined(&mut self, range: TextRange, name: amigos_syntax::Name) {
        self.error(codes::UndeclaredName, range, format!("undefined: {name}"));
    }

    /// What facts call an entity.
    pub fn entity_ref(&self, entity: Entity) -> ObjRef {
        match entity {
            Entity::Universe(name) => ObjRef::Universe(name),
            Entity::Msg => ObjRef::Msg,
            Entity::Predeclared(pkg) => ObjRef::Package(pkg),
            Entity::Member(name) => ObjRef::Member { pkg: self.source.key, name },
            Entity::DotImported(pkg, name, _) => ObjRef::Member { pkg, name },
            Entity::Local(id) => ObjRef::Local(id),
            Entity::Import(at) => {
                let import = self.files.get(self.env.file).and_then(|f| f.imports.get(at as usize));
                let path = import.map_or(amigos_syntax::Name::new("_"), |i| i.path);
                ObjRef::Package(import.and_then(|i| i.pkg).unwrap_or(crate::ty::PkgKey(path)))
            }
        }
    }

    /// Whether an entity is a type.
    pub fn entity_is_type(&self, entity: Entity) -> bool {
        match entity {
            Entity::Universe(name) => matches!(self.universe_obj(name), Some(UniverseObj::Type(_))),
            Entity::Local(id) => matches!(self.local(id).kind, LocalKind::Type | LocalKind::TypeParam),
            Entity::Member(name) => match self.frozen {
                Some(frozen) => frozen.members.get(&name).is_some_and(|m| matches!(m.member.kind, MemberKind::Type { .. })),
                None => self
                    .package_scope
                    .get(&name)
                    .is_some_and(|id| matches!(self.objs[id.0 as usize].kind, crate::checker::ObjKind::Type { .. })),
            },
            Entity::DotImported(pkg, name, _) => self.ctx.member(pkg, name).is_some_and(|m| matches!(m.kind, MemberKind::Type { .. })),
            _ => false,
        }
    }

    /// Checks a type expression; the type must not be generic and not instantiated.
    pub fn typ(&mut self, expr: ExprId) -> Ty {
        let ty = self.typ_internal(expr);
        let ty = if self.is_generic(ty) {
            let text = self.ty_str(ty);
            self.error(codes::WrongTypeArgCount, self.range(expr), format!("cannot use generic type {text} without instantiation"));
            Ty::invalid()
        } else {
            ty
        };
        self.record_type_and_value(expr, Mode::Type, ty, None);
        ty
    }

    /// Like [`Checker::typ`]; the type must not be a constraint interface either.
    pub fn var_type(&mut self, expr: ExprId) -> Ty {
        let ty = self.typ(expr);
        self.valid_var_type(expr, ty);
        ty
    }

    /// Reports a constraint interface used as a type, once all types are set up.
    pub fn valid_var_type(&mut self, expr: ExprId, ty: Ty) {
        // Only declared types and interfaces can be constraint interfaces.
        if !matches!(ty.unalias().kind(), TyKind::Named { .. } | TyKind::Interface(_)) {
            return;
        }
        self.later(move |c| {
            let under = c.under(ty);
            if !matches!(under.kind(), TyKind::Interface(_)) {
                return;
            }
            let set = c.type_set(under);
            if set.is_method_set() {
                return;
            }
            let why = if set.comparable { "interface is (or embeds) comparable" } else { "interface contains type constraints" };
            let text = format!("cannot use type {} outside a type constraint: {why}", c.ty_str(ty));
            c.soft_error(codes::MisplacedConstraintIface, c.range(expr), text);
        });
    }

    /// Like [`Checker::typ`], but the type must be generic; `cause` says so if it isn't (and nothing was reported).
    pub fn generic_type(&mut self, expr: ExprId, cause: &mut String) -> Ty {
        let mut ty = self.typ_internal(expr);
        if !ty.is_invalid() && !self.is_generic(ty) {
            *cause = format!("{} is not a generic type", self.ty_str(ty));
            ty = Ty::invalid();
        }
        self.record_type_and_value(expr, Mode::Type, ty, None);
        ty
    }

    fn typ_internal(&mut self, expr: ExprId) -> Ty {
        let depth = self.depth.get();
        if depth > crate::checker::MAX_DEPTH {
            return Ty::invalid();
        }
        self.depth.set(depth + 1);
        let ty = self.typ_kind(expr);
        self.depth.set(depth);
        ty
    }

    fn typ_kind(&mut self, expr: ExprId) -> Ty {
        let ast = self.ast();
        let range = self.range(expr);
        match &ast[expr].kind {
            ExprKind::Bad => Ty::invalid(),
            ExprKind::Ident(_) | ExprKind::Selector { .. } => {
                let mut x = Operand::default();
                if matches!(ast[expr].kind, ExprKind::Ident(_)) {
                    self.ident(&mut x, expr, true);
                } else {
                    self.selector(&mut x, expr, true);
                }
                match x.mode {
                    Mode::Type => return x.ty,
                    Mode::Invalid => {}
                    Mode::NoValue => {
                        let text = self.operand_str(&x);
                        self.error(codes::NotAType, range, format!("{text} used as type"));
                    }
                    _ => {
                        let text = self.operand_str(&x);
                        self.error(codes::NotAType, range, format!("{text} is not a type"));
                    }
                }
                Ty::invalid()
            }
            ExprKind::Index { x, indices } => {
                self.verify_version(TextRange::at(ast[expr].op.max(range.start)), 18, "type instantiation");
                self.instantiated_type(expr, *x, indices)
            }
            ExprKind::Paren(inner) => self.typ(*inner),
            ExprKind::ArrayType { len, elem } => {
                let len = match len {
                    ArrayLen::Slice => {
                        let elem = self.var_type(*elem);
                        return Ty::slice(elem);
                    }
                    ArrayLen::Ellipsis(dots) => {
                        let at = TextRange::new(*dots, dots + 3);
                        self.error(codes::BadDotDotDotSyntax, at, "invalid use of [...] array (outside a composite literal)");
                        None
                    }
                    ArrayLen::Expr(len) => self.array_length(*len),
                };
                let elem = self.var_type(*elem);
                len.map_or(Ty::invalid(), |len| Ty::new(TyKind::Array { len, elem }))
            }
            ExprKind::Ellipsis(_) => {
                self.error(codes::InvalidSyntaxTree, range, "invalid use of ...");
                Ty::invalid()
            }
            ExprKind::StructType { fields } => self.struct_type(fields),
            ExprKind::Star(inner) => {
                let base = self.var_type(*inner);
                if base.is_invalid() { Ty::invalid() } else { Ty::pointer(base) }
            }
            ExprKind::FuncType(func) => self.func_type(None, func, None).sig,
            ExprKind::InterfaceType { elems } => self.interface_type(expr, elems),
            ExprKind::MapType { key, value } => {
                let key_expr = *key;
                let key = self.var_type(*key);
                let value = self.var_type(*value);
                self.later(move |c| {
                    if !c.comparable(key) {
                        let why = if is_type_param(key) { " (missing comparable constraint)" } else { "" };
                        let text = format!("invalid map key type {}{why}", c.ty_str(key));
                        c.error(codes::IncomparableMapKey, c.range(key_expr), text);
                    }
                });
                Ty::new(TyKind::Map { key, value })
            }
            ExprKind::ChanType { dir, elem } => {
                let elem = self.var_type(*elem);
                Ty::new(TyKind::Chan { dir: *dir, elem })
            }
            _ => {
                let text = self.expr_str(expr);
                self.error(codes::NotAType, range, format!("{text} is not a type"));
                self.use_exprs(&[expr]);
                Ty::invalid()
            }
        }
    }

    fn instantiated_type(&mut self, expr: ExprId, x: ExprId, indices: &'a [ExprId]) -> Ty {
        let mut cause = String::new();
        let generic = self.generic_type(x, &mut cause);
        if !cause.is_empty() {
            let text = format!("invalid operation: {} ({cause})", self.expr_str(expr));
            self.error(codes::NotAGenericType, self.range(expr), text);
        }
        if generic.is_invalid() {
            return generic;
        }
        let Some(args) = self.type_list(indices) else { return Ty::invalid() };
        let range = self.range(expr);
        let instance = self.instance(range, generic, &args);
        if instance.is_invalid() {
            return instance;
        }
        let (TyKind::Named { key, .. } | TyKind::Alias { key, .. }) = *instance.kind() else { return Ty::invalid() };
        let place = self.place(range);
        self.instance_places.borrow_mut().entry(instance.canonical()).or_insert(place);
        self.later(move |c| {
            c.record_instance(expr, &args, instance);
            let tparams = c.named_tparams(key);
            if !c.validate_targ_len(range, key.name.as_str(), tparams.len(), args.len()) {
                return;
            }
            match c.verify(&tparams, &args) {
                Err((i, cause)) => {
                    let at = indices.get(i).map_or(range, |e| c.range(*e));
                    c.soft_error(codes::InvalidTypeArg, at, cause);
                }
                Ok(()) => {
                    let at = c.env.decl;
                    let ranges = indices.iter().map(|e| c.range(*e)).collect();
                    c.instantiations.push(Instantiation { decl: at, range, tparams, args: args.into(), ranges });
                }
            }
        });
        instance
    }

    /// Checks an array's length: a constant, not negative.
    pub fn array_length(&mut self, expr: ExprId) -> Option<i64> {
        let ast = self.ast();
        if let ExprKind::Ident(ident) = ast[expr].kind {
            let name = self.name(ident);
            match self.lookup(name) {
                None => {
                    let text = format!("undefined array length {name} or missing type constraint");
                    self.error(codes::InvalidArrayLen, self.range(expr), text);
                    return None;
                }
                Some(entity) if self.entity_kind(entity) != "constant" => {
                    self.error(codes::InvalidArrayLen, self.range(expr), format!("invalid array length {name}"));
                    return None;
                }
                Some(_) => {}
            }
        }
        let mut x = Operand::default();
        self.expr(None, &mut x, expr);
        if x.mode != Mode::Const {
            if x.mode != Mode::Invalid {
                let text = format!("array length {} must be constant", self.operand_str(&x));
                self.error(codes::InvalidArrayLen, self.range(expr), text);
            }
            return None;
        }
        if (is_untyped(x.ty) || self.is_integer(x.ty))
            && let Some(n) = x.val.as_ref().and_then(|v| v.to_int().i64_value())
            && n >= 0
        {
            return Some(n);
        }
        let text = self.operand_str(&x);
        let text =
            if self.is_integer(x.ty) { format!("invalid array length {text}") } else { format!("array length {text} must be integer") };
        self.error(codes::InvalidArrayLen, self.range(expr), text);
        None
    }

    /// Checks a list of types; all are checked, but one that is invalid makes the result `None`.
    pub fn type_list(&mut self, list: &[ExprId]) -> Option<Vec<Ty>> {
        let types: Vec<Ty> = list.iter().map(|e| self.var_type(*e)).collect();
        types.iter().all(|t| !t.is_invalid()).then_some(types)
    }

    /// The text of a struct tag's literal.
    pub(crate) fn tag_text(&self, tag: Option<ExprId>) -> amigos_syntax::Name {
        let ast = self.ast();
        let text = match tag.map(|t| &ast[t].kind) {
            Some(ExprKind::BasicLit { kind: LitKind::String, text }) => crate::quote::unquote(text).unwrap_or_default(),
            _ => Vec::new(),
        };
        amigos_syntax::Name::new(&String::from_utf8_lossy(&text))
    }
}

/// Makes an operand of another package's (or a finished package's) object.
pub fn member_operand(x: &mut Operand, kind: &MemberKind, ty: Ty) {
    match kind {
        MemberKind::Type { .. } => {
            x.mode = Mode::Type;
            x.ty = ty;
        }
        MemberKind::Func => {
            x.mode = Mode::Value;
            x.ty = ty;
        }
        _ if ty.is_invalid() => {}
        MemberKind::Const(value) => {
            x.mode = Mode::Const;
            x.ty = ty;
            x.val = Some(value.clone());
        }
        MemberKind::Var => {
            x.mode = Mode::Var;
            x.ty = ty;
        }
    }
}
