//! Questions about types asked while no package is being checked: by tools that compare or list what packages declare.

use amigos_syntax::Name;
use amigos_syntax::ast::Ast;

use crate::checker::Checker;
use crate::ctx::TyCtx;
use crate::source::PackageSource;
use crate::ty::PkgKey;

/// Calls `f` with a checker that belongs to no package: all that is declared comes from `ctx`.
pub fn with_checker<R>(ctx: &dyn TyCtx, f: impl FnOnce(&mut Checker<'_>) -> R) -> R {
    let nobody = Name::new("$outside");
    let source = PackageSource { key: PkgKey(nobody), name: nobody, files: vec![], decls: vec![], go_minor: 27, natives: false };
    let empty = Ast::default();
    let mut checker = Checker::new(ctx, &source, None, &empty);
    f(&mut checker)
}
