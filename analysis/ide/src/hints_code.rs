//! Hints about the code itself: the names of parameters, types that are not written, values of constants, what a closing brace ends.

use amigos_db::Db;
use amigos_db::input::{Origin, Package};
use amigos_db::query as q;
use amigos_mir::typequery::TypeView;
use amigos_syntax::ast::{AssignOp, DeclKind, ExprId, ExprKind, Spec, StmtKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{LocalKind, Mode, ObjRef};
use amigos_types::ty::{Ty, TyKind};

use crate::data::{HintKind, HintLabel, InlayHint};
use crate::locate::{Spot, pointee};
use crate::references::arenas_at;

/// A block with more lines than this has its closing brace labelled.
const LONG: usize = 20;

/// The hints of one declaration, all kinds of them, with places relative to it: looked for again when it changes, or the types it names.
#[salsa::tracked(returns(deref), lru = 1024)]
pub(crate) fn code_hints<'db>(db: &'db dyn Db, owner: Package, decl: q::Decl<'db>) -> Vec<InlayHint> {
    let mut out = Vec::new();
    for spot in arenas_at(db, owner, decl, 0) {
        let mut list = Hints { spot: &spot, out: &mut out };
        list.expressions();
        list.statements();
        list.constants();
    }
    closing_braces(db, decl, &mut out);
    import_versions(db, owner, decl, &mut out);
    out
}

/// `"hub.amigos.dev/token"` 1.4.0
fn import_versions(db: &dyn Db, owner: Package, decl: q::Decl<'_>, out: &mut Vec<InlayHint>) {
    let sig = q::decl_sig(db, decl);
    let DeclKind::Gen(group) = &sig.kind else { return };
    for spec in &group.specs {
        let Spec::Import(spec) = spec else { continue };
        let Some(package) = amigos_db::resolve::resolve(db, owner, spec.path).ok().and_then(|key| crate::locate::package(db, key)) else {
            continue;
        };
        let (version, origin) = (package.version(db), package.origin(db));
        if version.is_empty() || origin == Origin::Std {
            continue;
        }
        out.push(InlayHint {
            at: spec.path_range.end,
            label: HintLabel::Code(HintKind::ImportVersions, version.to_string()),
            tooltip: String::new(),
            // What stands in the workspace can be looked at.
            important: origin == Origin::Fetched,
        });
    }
}

struct Hints<'a, 'db> {
    spot: &'a Spot<'db>,
    out: &'a mut Vec<InlayHint>,
}

impl Hints<'_, '_> {
    fn push(&mut self, kind: HintKind, at: u32, text: String, important: bool) {
        self.out.push(InlayHint { at: at + self.spot.start, label: HintLabel::Code(kind, text), tooltip: String::new(), important });
    }

    fn with<T>(&self, ask: impl FnOnce(TypeView<'_>) -> T) -> T {
        let ctx = self.spot.types();
        ask(TypeView { ctx: &ctx, facts: Some(&self.spot.facts) })
    }

    fn expressions(&mut self) {
        for index in 0..self.spot.ast().exprs.len() {
            let e = ExprId(index as u32);
            match &self.spot.ast()[e].kind {
                ExprKind::Call { fun, args, .. } => {
                    self.parameter_names(*fun, args);
                    self.type_arguments(*fun);
                }
                ExprKind::CompositeLit { ty, elems, .. } => self.literal(e, ty.is_some(), elems),
                _ => {}
            }
        }
    }

    /// `f(title: "x")`
    fn parameter_names(&mut self, fun: ExprId, args: &[ExprId]) {
        let fact = self.spot.facts.type_of(fun);
        if matches!(fact.mode, Mode::Type | Mode::Builtin | Mode::Invalid) {
            return;
        }
        let under = self.with(|types| types.under(fact.ty));
        let Some(sig) = under.as_signature() else { return };
        for (i, arg) in args.iter().enumerate() {
            let last = sig.variadic && i + 1 >= sig.params.len();
            let Some(name) = sig.params.get(i.min(sig.params.len().saturating_sub(1))).and_then(|p| p.name).filter(|n| !n.is_blank())
            else {
                continue;
            };
            let e = &self.spot.ast()[*arg];
            if matches!(e.kind, ExprKind::Bad) || e.range.is_empty() {
                continue;
            }
            // A name that says it already.
            let says = match &e.kind {
                ExprKind::Ident(i) | ExprKind::Selector { sel: i, .. } => {
                    self.spot.ast()[*i].name.as_str().eq_ignore_ascii_case(name.as_str())
                }
                _ => false,
            };
            // Of the rest of a list, and of what is too much, nothing more is said.
            if says || i >= sig.params.len() {
                continue;
            }
            let bare = match &e.kind {
                ExprKind::BasicLit { kind, .. } => !matches!(kind, amigos_syntax::ast::LitKind::String),
                ExprKind::Ident(i) => matches!(self.spot.ast()[*i].name.as_str(), "true" | "false" | "nil"),
                _ => false,
            };
            let dots = if last { "..." } else { "" };
            // With one parameter of one letter nothing is gained.
            let important = bare && name.as_str().len() > 1 && sig.params.len() != 1;
            self.push(HintKind::ParameterNames, e.range.start, format!("{name}{dots}:"), important);
        }
    }

    /// `f[int](1)`
    fn type_arguments(&mut self, fun: ExprId) {
        let (ExprKind::Ident(ident) | ExprKind::Selector { sel: ident, .. }) = self.spot.ast()[fun].kind else { return };
        let Some(instance) = self.spot.facts.instances.get(&ident) else { return };
        if self.spot.facts.type_of(fun).mode == Mode::Type {
            return;
        }
        let args: Vec<String> = instance.args.iter().map(|t| self.spot.type_text(*t)).collect();
        let at = self.spot.ast()[fun].range.end;
        self.push(HintKind::TypeArguments, at, format!("[{}]", args.join(", ")), false);
    }

    /// `{Name: "x"}` and `T{...}` where they are left out.
    fn literal(&mut self, e: ExprId, has_type: bool, elems: &[ExprId]) {
        let ty = self.spot.facts.type_of(e).ty;
        if ty.is_invalid() {
            return;
        }
        if !has_type {
            let written = self.spot.type_text(ty);
            let pointer = matches!(ty.kind(), TyKind::Pointer(_));
            let text = if pointer { format!("&{}", written.trim_start_matches('*')) } else { written };
            let at = self.spot.ast()[e].range.start;
            self.push(HintKind::LiteralTypes, at, text, false);
        }
        let under = self.with(|types| types.under(pointee(types, ty)));
        let TyKind::Struct(fields) = under.kind() else { return };
        for (field, elem) in fields.iter().zip(elems) {
            let e = &self.spot.ast()[*elem];
            if !matches!(e.kind, ExprKind::KeyValue { .. }) {
                self.push(HintKind::LiteralFields, e.range.start, format!("{}:", field.name), true);
            }
        }
    }

    fn statements(&mut self) {
        for index in 0..self.spot.ast().stmts.len() {
            match &self.spot.ast().stmts[index].kind {
                StmtKind::Assign { lhs, op: AssignOp::Define, .. } => {
                    lhs.clone().into_iter().for_each(|e| self.declared(e, HintKind::VariableTypes))
                }
                StmtKind::Range { key, value, define: true, .. } => {
                    [*key, *value].into_iter().flatten().for_each(|e| self.declared(e, HintKind::RangeTypes));
                }
                StmtKind::Expr(e) => self.ignored_error(*e),
                _ => {}
            }
        }
    }

    /// `x int := ...`
    fn declared(&mut self, e: ExprId, kind: HintKind) {
        let ExprKind::Ident(ident) = self.spot.ast()[e].kind else { return };
        let Some(ObjRef::Local(local)) = self.spot.facts.defs.get(&ident).copied() else { return };
        let Some(local) = self.spot.facts.locals.get(local.0 as usize).filter(|l| !l.name.is_blank() && !l.ty.is_invalid()) else { return };
        let text = self.spot.type_text(local.ty);
        let at = self.spot.ast()[ident].range.end;
        self.push(kind, at, text, false);
    }

    /// A call whose error nobody looks at.
    fn ignored_error(&mut self, e: ExprId) {
        if !matches!(self.spot.ast()[e].kind, ExprKind::Call { .. }) {
            return;
        }
        let ty = self.spot.facts.type_of(e).ty;
        let last = match ty.kind() {
            TyKind::Tuple(parts) => parts.last().map(|p| p.ty),
            _ => Some(ty),
        };
        let is_error =
            |ty: Ty| matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.pkg.is_none() && key.name == Name::new("error"));
        if last.is_some_and(is_error) {
            let at = self.spot.ast()[e].range.end;
            self.push(HintKind::IgnoredErrors, at, "// ignored error".to_owned(), true);
        }
    }

    /// `B = 1` behind a constant that repeats the expression before it.
    fn constants(&mut self) {
        use amigos_syntax::ast::{DeclKind, Spec};
        let mut specs: Vec<Spec> = Vec::new();
        if let (DeclKind::Gen(group), None) = (&self.spot.decl_ast().kind, self.spot.body) {
            specs.extend(group.specs.iter().cloned());
        }
        for s in &self.spot.ast().stmts {
            if let StmtKind::Decl(group) = &s.kind {
                specs.extend(group.specs.iter().cloned());
            }
        }
        for spec in specs {
            let Spec::Const { names, values, range, .. } = spec else { continue };
            // A literal says its value.
            let literal = |e: &ExprId| matches!(self.spot.ast()[*e].kind, ExprKind::BasicLit { .. });
            if values.iter().any(literal) || names.is_empty() {
                continue;
            }
            let value = |ident: &amigos_syntax::ast::IdentId| match self.spot.facts.defs.get(ident)? {
                ObjRef::Local(local) => match &self.spot.facts.locals.get(local.0 as usize)?.kind {
                    LocalKind::Const(value) => Some(value.to_string()),
                    _ => None,
                },
                _ => {
                    let member = q::member(self.spot.db, self.spot.package, self.spot.ast()[*ident].name)?;
                    match &member.kind {
                        amigos_types::ctx::MemberKind::Const(value) => Some(value.to_string()),
                        _ => None,
                    }
                }
            };
            let values: Option<Vec<String>> = names.iter().map(value).collect();
            if let Some(values) = values.filter(|v| v.iter().all(|v| v != "unknown")) {
                let shown: String = values.join(", ").chars().take(60).collect();
                self.push(HintKind::ConstantValues, range.end, format!("= {shown}"), false);
            }
        }
    }
}

/// `} func Publish` behind what is too long to be seen at once.
fn closing_braces<'db>(db: &'db dyn Db, decl: q::Decl<'db>, out: &mut Vec<InlayHint>) {
    let ast = q::parse_decl(db, decl);
    if !ast.errors.is_empty() {
        return;
    }
    let text = decl.text(db);
    let of = |r: TextRange| text.get(r.start as usize..r.end as usize).unwrap_or("");
    let mut push = |range: TextRange, label: String| {
        let closed = of(range).ends_with('}');
        let alone = text.get(range.end as usize..).is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'));
        if closed && alone && of(range).matches('\n').count() > LONG {
            let label: String = label.chars().take(40).collect();
            out.push(InlayHint {
                at: range.end,
                label: HintLabel::Code(HintKind::ClosingBraces, label),
                tooltip: String::new(),
                important: true,
            });
        }
    };
    if let (amigos_syntax::ast::DeclKind::Func(func), Some(body)) = (&ast.kind, ast.bodies.first()) {
        push(body.block.range, format!("func {}", ast.sig[func.name].name));
    }
    for body in ast.bodies.iter() {
        for stmt in &body.ast.stmts {
            let head = |end: u32| of(TextRange::new(stmt.range.start, end)).lines().next().unwrap_or("").trim().to_owned();
            match &stmt.kind {
                StmtKind::For { body: b, .. } | StmtKind::Range { body: b, .. } => push(b.range, head(b.range.start)),
                StmtKind::If { then, els: None, .. } => push(then.range, head(then.range.start)),
                StmtKind::Switch { body: b, .. } | StmtKind::TypeSwitch { body: b, .. } | StmtKind::Select { body: b, .. } => {
                    push(*b, head(b.start))
                }
                _ => {}
            }
        }
    }
}
