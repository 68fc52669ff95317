//! What `//amigos:bound` bounds, once names are resolved. Lowering makes a check of each, at the beginning of a function; gas bounds count on it.

use amigos_syntax::Name;
use amigos_syntax::bound::{Measure, WrittenBound};
use amigos_types::ctx::{MemberKind, TyCtx};
use amigos_types::ty::{Basic, PkgKey, Ty, TyKind};

use crate::mir::{Body, GlobalKey, Op, Term};
use crate::typequery::TypeView;

/// Where a bounded size is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitRoot {
    /// A parameter, by its number, the receiver being the first.
    Param(u32),
    /// A package variable.
    Global(GlobalKey),
}

/// A bound of a size, or of the depth of a function's calls of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// What is bounded.
    pub measure: Measure,
    /// Where it is found; `None` for a depth.
    pub root: Option<LimitRoot>,
    /// The fields from there on: the index of each, and its name.
    pub fields: Vec<(u32, Name)>,
    /// The type of what is found there.
    pub ty: Ty,
    /// The largest value it may have.
    pub most: u64,
    /// What the machine says when it does not hold.
    pub broken: Name,
}

impl Limit {
    /// Whether it is of a whole parameter or variable.
    pub fn is_whole(&self) -> bool {
        self.root.is_some() && self.fields.is_empty()
    }
}

/// Resolves the names of a bound of function `func` with parameters `params` (the receiver first), or with `func` empty of a package variable. The error says
/// what is wrong and what would be right.
pub fn resolve(
    ctx: &dyn TyCtx,
    pkg: PkgKey,
    func: Option<Name>,
    generic: bool,
    params: &[(Name, Ty)],
    bound: &WrittenBound,
) -> Result<Limit, String> {
    let WrittenBound { measure, path, most, .. } = bound;
    let what = bound.text();
    if *measure == Measure::Depth {
        let Some(func) = func else { return Err(format!("`{what}` is a bound of a function that calls itself, and this is a variable")) };
        if generic {
            return Err(format!("`{what}`: calls of a generic function are not counted; hand a depth down and stop at a limit"));
        }
        let broken = Name::new(&format!("`{func}` calls itself deeper than its bound of {most} (`//amigos:bound`)"));
        return Ok(Limit { measure: Measure::Depth, root: None, fields: vec![], ty: Ty::basic(Basic::Int), most: *most, broken });
    }
    let Some((first, rest)) = path.split_first() else { return Err(format!("`{what}` names nothing")) };
    let global = || ctx.member(pkg, *first).filter(|m| matches!(m.kind, MemberKind::Var));
    let (root, mut ty) = match params.iter().position(|(name, _)| name == first) {
        Some(at) => (LimitRoot::Param(at as u32), params[at].1),
        None => match global() {
            Some(member) => (LimitRoot::Global(GlobalKey { pkg, name: *first }), member.ty),
            None => return Err(format!("`{first}` is neither a parameter nor a variable of the package")),
        },
    };
    let types = TypeView { ctx, facts: None };
    let mut fields = Vec::new();
    for name in rest {
        let mut holder = types.core(ty);
        if let TyKind::Pointer(to) = holder.kind() {
            holder = types.core(*to);
        }
        let TyKind::Struct(all) = holder.kind() else { return Err(format!("`{what}`: what has `.{name}` is no struct")) };
        let Some(at) = all.iter().position(|f| f.name == *name) else { return Err(format!("`{what}`: there is no field `{name}`")) };
        fields.push((at as u32, *name));
        ty = all[at].ty;
    }
    let core = types.core(ty);
    let fits = match measure {
        Measure::Len => matches!(core.kind(), TyKind::Slice(_) | TyKind::Map { .. } | TyKind::Basic(Basic::String)),
        _ => matches!(core.kind(), TyKind::Basic(b) if (Basic::Int..=Basic::Uintptr).contains(b)),
    };
    if !fits {
        let right = if *measure == Measure::Len {
            "a slice, a map or a string has a length"
        } else {
            "an integer has a value; for a length write `len(...)`"
        };
        return Err(format!("`{what}`: {right}"));
    }
    let size = what.split("<=").next().unwrap_or("");
    let broken = Name::new(&format!("`{size}` is above its bound of {most} (`//amigos:bound`)"));
    Ok(Limit { measure: measure.clone(), root: Some(root), fields, ty, most: *most, broken })
}

/// Whether a block is where a check of a bound, or another one of the language's own, ends a call.
pub fn is_failure(body: &Body, block: crate::mir::BlockId) -> bool {
    body.blocks
        .get(block.idx())
        .is_some_and(|b| matches!(b.term, Term::Unreachable) && b.insts.iter().any(|i| matches!(i.op, Op::RuntimePanic { .. })))
}
