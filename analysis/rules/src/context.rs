//! What a rule sees of a declaration.

use std::cell::OnceCell;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Package, SourceFile};
use amigos_syntax::ast::{Ast, BodyAst, DeclAst, ExprId, ExprKind, IdentId};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::TyCtx;
use amigos_types::facts::{Facts, Mode, ObjRef};
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};

use crate::flow::Flow;
use crate::provenance::Provenance;
use crate::{Finding, Fix, Rule};

/// A declaration with its facts.
pub struct Context<'a> {
    /// The database, for what is known of other functions.
    pub db: &'a dyn Db,
    /// The package as an input.
    pub input: Package,
    /// Whether the package is a contract.
    pub contract: bool,
    /// The body of the function that is declared, if it is one without errors.
    pub flow: Option<Flow<'a>>,
    /// What the references in that body lead to, once a rule has asked.
    pub led: OnceCell<Provenance<'a>>,
    /// The program's types.
    pub types: &'a dyn TyCtx,
    /// The package.
    pub package: PkgKey,
    /// The file.
    pub file: SourceFile,
    /// Whether the file is a test.
    pub test: bool,
    /// The text of the declaration.
    pub text: &'a str,
    /// Its syntax.
    pub ast: &'a DeclAst,
    /// The facts of its signature half.
    pub sig_facts: &'a Facts,
    /// The facts of each body.
    pub body_facts: &'a [Arc<Facts>],
}

/// An arena with its facts.
#[derive(Clone, Copy)]
pub struct Arena<'a> {
    /// The arena.
    pub ast: &'a Ast,
    /// Its facts.
    pub facts: &'a Facts,
    /// The body that it is, if it is one.
    pub body: Option<&'a BodyAst>,
}

impl<'a> Context<'a> {
    /// The body of an exported function or method of a contract, and its name: what others can call, and so neither `Render` nor `Migrate`. Tests have none.
    pub fn entry(&self) -> Option<(&Flow<'a>, Name)> {
        let (flow, name) = self.function()?;
        let exported = name.split('.').all(|part| part.starts_with(char::is_uppercase));
        let others = exported && name.as_str() != "Render" && !crate::compat::migrate::is_migration(flow.body);
        others.then_some((flow, name))
    }

    /// The body of a function or method of a contract, and its name. Tests have none.
    pub fn function(&self) -> Option<(&Flow<'a>, Name)> {
        let flow = self.flow.as_ref().filter(|_| self.contract && !self.test)?;
        Some((flow, flow.body.func.name))
    }

    /// What the references in the declared function's body, `flow`, lead to: looked at once for all rules.
    pub fn provenance(&self, flow: &Flow<'a>) -> &Provenance<'a> {
        self.led.get_or_init(|| Provenance::new(self.db, flow.body))
    }

    /// What the functions of the package have in common.
    pub fn package_facts(&self) -> Arc<crate::guards::PackageFacts> {
        crate::guards::package_facts(self.db, self.input)
    }

    /// The name of a parameter as it is written.
    pub fn param_name(&self, n: u32) -> Option<Name> {
        let body = self.flow.as_ref()?.body;
        body.locals.get(body.params.get(n as usize)?.idx())?.name
    }

    /// The type of a parameter.
    pub fn param_type(&self, n: u32) -> Option<Ty> {
        let body = self.flow.as_ref()?.body;
        Some(body.locals.get(body.params.get(n as usize)?.idx())?.ty)
    }

    /// The type of a persistent variable.
    pub fn global_type(&self, key: amigos_mir::mir::GlobalKey) -> Option<Ty> {
        Some(self.types.member(key.pkg, key.name)?.ty)
    }

    /// The underlying type of a type that isn't written here.
    pub fn underlying(&self, ty: Ty) -> Ty {
        amigos_mir::typequery::underlying(self.types, ty)
    }

    /// Whether the type is `amigos.Address`.
    pub fn is_address(&self, ty: Ty) -> bool {
        matches!(ty.unalias().kind(), TyKind::Named { key, .. } if key.name.as_str() == "Address" && key.pkg.is_some_and(|p| p.0.as_str() == "amigos"))
    }

    /// Whether the type's values are integers; and if so, whether they are signed.
    pub fn integer(&self, ty: Ty) -> Option<bool> {
        match self.underlying(ty).kind() {
            TyKind::Basic(b) if (Basic::Int..=Basic::Int64).contains(b) || *b == Basic::UntypedInt => Some(true),
            TyKind::Basic(b) if (Basic::Uint..=Basic::Uintptr).contains(b) => Some(false),
            _ => None,
        }
    }

    /// The signature half, then the bodies.
    pub fn arenas(&self) -> impl Iterator<Item = Arena<'a>> + '_ {
        let sig = Arena { ast: &self.ast.sig, facts: self.sig_facts, body: None };
        std::iter::once(sig).chain(self.bodies())
    }

    /// The bodies.
    pub fn bodies(&self) -> impl Iterator<Item = Arena<'a>> + '_ {
        self.ast.bodies.iter().zip(self.body_facts).map(|(body, facts)| Arena { ast: &body.ast, facts, body: Some(body) })
    }

    /// The text of a range.
    pub fn text_of(&self, range: TextRange) -> &'a str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// The underlying type.
    pub fn under(&self, arena: Arena<'_>, ty: Ty) -> Ty {
        amigos_mir::typequery::TypeView { ctx: self.types, facts: Some(arena.facts) }.core(ty)
    }
}

impl<'a> Arena<'a> {
    /// Every expression with its id.
    pub fn exprs(self) -> impl Iterator<Item = (ExprId, &'a ExprKind)> {
        self.ast.exprs.iter().enumerate().map(|(i, e)| (ExprId(i as u32), &e.kind))
    }

    /// The type of an expression.
    pub fn ty(self, e: ExprId) -> Ty {
        self.facts.type_of(e).ty
    }

    /// What an identifier means.
    pub fn object(self, ident: IdentId) -> Option<ObjRef> {
        self.facts.uses.get(&ident).or_else(|| self.facts.defs.get(&ident)).copied()
    }

    /// Package and name of `pkg.Name`, whether or not the package has it.
    pub fn qualified(self, e: ExprId) -> Option<(PkgKey, Name)> {
        let ExprKind::Selector { x, sel } = &self.ast[e].kind else { return None };
        let ExprKind::Ident(base) = &self.ast[*x].kind else { return None };
        match self.object(*base)? {
            ObjRef::Package(key) => Some((key, self.ast[*sel].name)),
            _ => None,
        }
    }

    /// Package and name of the function that a call calls, if it is a package-level one of another package.
    pub fn called(self, call: ExprId) -> Option<(PkgKey, Name)> {
        match &self.ast[call].kind {
            ExprKind::Call { fun, .. } => self.qualified(*fun),
            _ => None,
        }
    }

    /// Whether the expression is a constant.
    pub fn is_constant(self, e: ExprId) -> bool {
        self.facts.type_of(e).mode == Mode::Const
    }

    /// Whether the expression's type is a floating-point type.
    pub fn is_float(self, cx: &Context<'_>, e: ExprId) -> bool {
        matches!(cx.under(self, self.ty(e)).kind(), TyKind::Basic(Basic::Float32 | Basic::Float64 | Basic::Complex64 | Basic::Complex128))
    }
}

impl Rule {
    /// A finding of this rule.
    pub fn finding(&self, range: TextRange, message: impl Into<String>) -> Finding {
        Finding { code: self.code, severity: self.severity, range, message: message.into(), related: vec![], fix: None }
    }
}

impl Finding {
    /// With a fix of one or more edits.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<(TextRange, String)>) -> Finding {
        self.fix = Some(Fix { title: title.into(), edits, imports: vec![] });
        self
    }
    /// With a place that explains it.
    pub fn because(mut self, range: TextRange, message: impl Into<String>) -> Finding {
        self.related.push((range, message.into()));
        self
    }
}
