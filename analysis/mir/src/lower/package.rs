//! A declaration, and a package put together from its declarations.

use std::sync::Arc;

use amigos_syntax::ast::{Ast, BodyAst, DeclKind, ExprId, ExprKind, FuncDecl, Spec};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::{NamedInfo, TyCtx};
use amigos_types::facts::{Facts, LocalKind};
use amigos_types::source::SigDecl;
use amigos_types::ty::{NamedKey, PkgKey, Signature, Ty, TyKind};
use rustc_hash::FxHashMap;

use super::build::Func;
use super::{Arena, BodyInput, lower_function, lower_initialiser};
use crate::bound::Limit;
use crate::mir::*;

/// A declaration to lower.
#[derive(Clone, Copy)]
pub struct DeclInput<'a> {
    /// The program's types.
    pub ctx: &'a dyn TyCtx,
    /// The package.
    pub pkg: PkgKey,
    /// Its index in the package.
    pub decl: u32,
    /// Its signature half.
    pub sig: &'a SigDecl,
    /// The facts of the signature half.
    pub sig_facts: &'a Facts,
    /// Its bodies.
    pub bodies: &'a [BodyAst],
    /// The facts of each body.
    pub body_facts: &'a [Arc<Facts>],
    /// What `//amigos:bound` says above variables of the package.
    pub variable_limits: &'a [Limit],
}

/// A declaration as MIR.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DeclMir {
    /// A function with a body.
    pub func: Option<Arc<Body>>,
    /// A function without one.
    pub native: Option<Arc<NativeFunc>>,
    /// The initialisers of variables.
    pub initialisers: Vec<(Initialiser, Arc<Body>)>,
    /// The variables.
    pub globals: Vec<Global>,
    /// Types that the bodies declare.
    pub local_types: Vec<(NamedKey, Arc<NamedInfo>)>,
}

/// One initialiser of package-level variables: the value `value` of the spec `spec` of declaration `decl`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Initialiser {
    /// The declaration.
    pub decl: u32,
    /// The spec in it.
    pub spec: u32,
    /// The value in the spec; 0 if one value initialises several variables.
    pub value: u32,
}

/// The name of a function declaration: `F`, `T.M`; `init` functions are told apart by their declaration.
pub fn decl_func_name(ast: &Ast, func: &FuncDecl, decl: u32) -> Name {
    let name = ast[func.name].name;
    match receiver_base(ast, func) {
        Some(base) => Name::new(&format!("{base}.{name}")),
        None if name.as_str() == "init" => Name::new(&format!("init#{decl}")),
        None => name,
    }
}

/// The name of the receiver's type.
fn receiver_base(ast: &Ast, func: &FuncDecl) -> Option<Name> {
    let mut at = func.recv.as_ref()?.first()?.ty;
    loop {
        match &ast[at].kind {
            ExprKind::Ident(ident) => return Some(ast[*ident].name),
            ExprKind::Star(x) | ExprKind::Paren(x) | ExprKind::Index { x, .. } => at = *x,
            _ => return None,
        }
    }
}

/// Lowers a declaration.
pub fn lower_decl(input: &DeclInput) -> DeclMir {
    let mut out = lower_kind(input);
    for facts in input.body_facts {
        out.local_types.extend(facts.named.iter().map(|(key, info)| (*key, info.clone())));
    }
    out.local_types.sort_by_key(|(key, _)| (key.local, key.name));
    out
}

fn lower_kind(input: &DeclInput) -> DeclMir {
    match &input.sig.kind {
        DeclKind::Func(func) => lower_func(input, func),
        DeclKind::Gen(decl) => {
            let mut out = DeclMir::default();
            for (index, spec) in decl.specs.iter().enumerate() {
                if let Spec::Var { names, values, range, .. } = spec {
                    lower_var(input, index as u32, names, values, *range, &mut out);
                }
            }
            out
        }
        DeclKind::Bad | DeclKind::Package(_) => DeclMir::default(),
    }
}

fn lower_func(input: &DeclInput, func: &FuncDecl) -> DeclMir {
    let ast = &input.sig.sig;
    let key = FuncKey { pkg: input.pkg, name: decl_func_name(ast, func, input.decl) };
    let tparams: Vec<Ty> = input.sig_facts.locals.iter().filter(|l| l.kind == LocalKind::TypeParam).map(|l| l.ty).collect();
    if func.has_body {
        let start = func.ty.range.start.min(ast[func.name].range.start);
        let end = input.bodies.first().map_or(func.ty.range.end, |b| b.block.range.end);
        let body = lower_function(&body_input(input, key, &tparams, TextRange::new(start, end)), &|params| {
            super::bound::limits_of(input, key.name, params, !tparams.is_empty(), ast[func.name].range)
        });
        return DeclMir { func: body.map(Arc::new), ..DeclMir::default() };
    }
    let Some(sig) = declared_signature(input, func) else { return DeclMir::default() };
    let recv = func.recv.iter().flatten().next().map(|field| input.sig_facts.type_of(field.ty).ty);
    let native = NativeFunc {
        func: key,
        tparams: tparams.into(),
        params: recv.into_iter().chain(sig.params.iter().map(|p| p.ty)).collect(),
        results: sig.results.iter().map(|r| r.ty).collect(),
    };
    DeclMir { native: Some(Arc::new(native)), ..DeclMir::default() }
}

fn declared_signature(input: &DeclInput, func: &FuncDecl) -> Option<&'static Signature> {
    let ast = &input.sig.sig;
    let name = ast[func.name].name;
    match receiver_base(ast, func) {
        Some(base) => {
            let named = input.ctx.named(NamedKey { pkg: Some(input.pkg), name: base, local: None })?;
            named.methods.iter().find(|m| m.name == name)?.sig.as_signature()
        }
        None => input.ctx.member(input.pkg, name)?.ty.as_signature(),
    }
}

fn body_input<'a>(input: &DeclInput<'a>, func: FuncKey, tparams: &'a [Ty], span: TextRange) -> BodyInput<'a> {
    BodyInput { ctx: input.ctx, pkg: input.pkg, func, tparams, decl: input.decl, span, bodies: input.bodies, facts: input.body_facts }
}

fn lower_var(input: &DeclInput, spec: u32, names: &[amigos_syntax::ast::IdentId], values: &[ExprId], range: TextRange, out: &mut DeclMir) {
    let ast = &input.sig.sig;
    let ty_of = |name: Name| input.ctx.member(input.pkg, name).map(|m| m.ty);
    for ident in names {
        let ident = ast[*ident];
        if let (false, Some(ty)) = (ident.name.is_blank(), ty_of(ident.name)) {
            out.globals.push(Global { name: ident.name, ty, decl: input.decl, span: ident.range });
        }
    }
    let arena = Arena { ast, facts: input.sig_facts };
    let store = |func: &mut Func, name: Name, value: Operand| {
        let Some(ty) = ty_of(name).filter(|_| !name.is_blank()) else { return };
        let value = func.coerce(value, ty);
        func.write(Place { base: PlaceBase::Global(GlobalKey { pkg: input.pkg, name }), proj: vec![], ty }, value);
    };
    let groups: Vec<(u32, ExprId, &[amigos_syntax::ast::IdentId])> = match values {
        [only] if names.len() > 1 => vec![(0, *only, names)],
        _ => values.iter().zip(names).enumerate().map(|(i, (v, n))| (i as u32, *v, std::slice::from_ref(n))).collect(),
    };
    for (value, e, names) in groups {
        let at = Initialiser { decl: input.decl, spec, value };
        let key = FuncKey { pkg: input.pkg, name: initialiser_name(at) };
        let body = lower_initialiser(&body_input(input, key, &[], range), arena, |func| {
            func.span = range;
            if let [name] = names {
                let name = ast[*name].name;
                let x = match ty_of(name).filter(|_| !name.is_blank()) {
                    Some(ty) => func.expr_to(e, ty),
                    None => func.expr(e),
                };
                store(func, name, x);
            } else {
                let results = if matches!(func.ty(e).kind(), TyKind::Tuple(_)) && !matches!(ast[e].kind, ExprKind::Call { .. }) {
                    let (x, ok) = func.comma_ok(e);
                    vec![x, ok]
                } else {
                    func.values(e)
                };
                for (name, x) in names.iter().zip(results) {
                    store(func, ast[*name].name, x);
                }
            }
        });
        out.initialisers.push((at, Arc::new(body)));
    }
}

fn initialiser_name(at: Initialiser) -> Name {
    Name::new(&format!("$var#{}.{}.{}", at.decl, at.spec, at.value))
}

/// What a package is put together from.
#[derive(Clone, Copy)]
pub struct PackageParts<'a> {
    /// Its identity.
    pub key: PkgKey,
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: PackageKind,
    /// The packages it imports, directly, sorted.
    pub imports: &'a [PkgKey],
    /// Its declarations, by index.
    pub decls: &'a [Arc<DeclMir>],
    /// Where each declaration stands.
    pub places: &'a [DeclPlace],
    /// The order in which variables are initialised.
    pub init_order: &'a [Initialiser],
}

/// Puts a package together; `$init` runs the initialisers in order, then the functions `init`.
pub fn assemble_package(parts: &PackageParts) -> PackageMir {
    let mut funcs: FxHashMap<Name, Arc<Body>> = FxHashMap::default();
    let mut natives = FxHashMap::default();
    let mut globals = Vec::new();
    let mut local_types = FxHashMap::default();
    let mut initialisers: FxHashMap<Initialiser, Name> = FxHashMap::default();
    let mut inits = Vec::new();
    for decl in parts.decls {
        globals.extend(decl.globals.iter().cloned());
        local_types.extend(decl.local_types.iter().cloned());
        if let Some(native) = &decl.native {
            natives.insert(native.func.name, native.clone());
        }
        if let Some(body) = &decl.func {
            if body.func.name.starts_with("init#") {
                inits.push(body.func.name);
            }
            funcs.insert(body.func.name, body.clone());
        }
        for (at, body) in &decl.initialisers {
            initialisers.insert(*at, body.func.name);
            funcs.insert(body.func.name, body.clone());
        }
    }
    let order = parts.init_order.iter().filter_map(|at| initialisers.get(at).copied()).chain(inits);
    let init = init_body(FuncKey { pkg: parts.key, name: Name::new("$init") }, order);
    funcs.insert(init.func.name, Arc::new(init));
    PackageMir {
        key: parts.key,
        name: parts.name,
        kind: parts.kind,
        imports: parts.imports.to_vec(),
        globals,
        local_types,
        funcs,
        natives,
        decls: parts.places.to_vec(),
    }
}

fn init_body(func: FuncKey, order: impl Iterator<Item = Name>) -> Body {
    let call = |name| Inst {
        op: Op::Call {
            dsts: vec![],
            callee: Callee::Static { func: FuncKey { pkg: func.pkg, name }, targs: Box::default() },
            args: vec![],
        },
        span: TextRange::default(),
    };
    Body {
        func,
        tparams: Box::default(),
        locals: vec![],
        params: vec![],
        results: vec![],
        captures: vec![],
        blocks: vec![Block { insts: order.map(call).collect(), term: Term::Return, term_span: TextRange::default() }],
        region: Region::Block(BlockId(0)),
        closures: vec![],
        has_defer: false,
        decl: 0,
        span: TextRange::default(),
        limits: vec![],
    }
}
