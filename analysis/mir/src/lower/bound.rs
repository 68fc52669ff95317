//! The checks that `//amigos:bound` asks for, at the beginning of a function.

use amigos_syntax::TextRange;
use amigos_syntax::ast::BinaryOp;
use amigos_syntax::bound::Measure;
use amigos_types::facts::ObjRef;
use amigos_types::konst::Const;
use amigos_types::ty::{Basic, Ty};

use super::build::Func;
use super::package::DeclInput;
use super::place::Loc;
use crate::bound::{Limit, LimitRoot, resolve};
use crate::mir::*;

/// The bounds that hold in a function, each with the place to which a failure of it belongs: its own, and those of the variables of its package that it or a
/// literal in it names. What is wrong in one is said by rule AM6009.
pub(crate) fn limits_of(
    input: &DeclInput,
    func: amigos_syntax::Name,
    params: &[(amigos_syntax::Name, Ty)],
    generic: bool,
    head: TextRange,
) -> Vec<(Limit, TextRange)> {
    let own = input.sig.bounds.iter().filter_map(|b| Some((resolve(input.ctx, input.pkg, Some(func), generic, params, b).ok()?, b.range)));
    let mut out: Vec<(Limit, TextRange)> = own.collect();
    if func.starts_with("init#") {
        return out;
    }
    let names = |key: GlobalKey| {
        let member = ObjRef::Member { pkg: key.pkg, name: key.name };
        input.body_facts.iter().any(|f| f.uses.values().any(|u| *u == member))
    };
    for limit in input.variable_limits {
        if let Some(LimitRoot::Global(key)) = limit.root
            && !out.iter().any(|(l, _)| l == limit)
            && names(key)
        {
            out.push((limit.clone(), head));
        }
    }
    out
}

impl Func<'_> {
    /// Ends the call if a bound does not hold.
    pub fn check_limits(&mut self, limits: &[(Limit, TextRange)]) {
        let outer = self.span;
        for (limit, at) in limits {
            self.span = *at;
            let size = self.measured(limit);
            let ty = self.operand_ty(&size);
            let most = Operand::Const(Box::new(Const::Int(limit.most.into())), ty);
            let (broken, holds) = (self.new_block(), self.new_block());
            let cond = self.emit_binary(BinaryOp::Le, size, most, Ty::basic(Basic::Bool));
            self.end(Term::If { cond, then: holds, els: broken });
            self.open_region();
            self.resume(broken);
            self.emit(Op::RuntimePanic { text: limit.broken.as_str() });
            self.end(Term::Unreachable);
            let arm = self.close_region();
            self.add_region(Region::Arms(vec![arm, Region::Seq(vec![])]));
            self.resume(holds);
        }
        self.span = outer;
    }

    fn measured(&mut self, limit: &Limit) -> Operand {
        let int = Ty::basic(Basic::Int);
        let place = match limit.root {
            None => {
                let dst = self.temp(int);
                self.emit(Op::Depth { dst });
                return Operand::Local(dst);
            }
            Some(LimitRoot::Param(n)) => {
                let Some(local) = self.here.params.get(n as usize).copied() else { return Operand::Zero(int) };
                Place { base: PlaceBase::Local(local), proj: vec![], ty: self.local_ty(local) }
            }
            Some(LimitRoot::Global(key)) => {
                let ty = self.input.ctx.member(key.pkg, key.name).map_or(int, |m| m.ty);
                Place { base: PlaceBase::Global(key), proj: vec![], ty }
            }
        };
        let path: Vec<u32> = limit.fields.iter().map(|(at, _)| *at).collect();
        let found = self.walk(Loc::Place(place), &path);
        let x = self.read(found);
        if limit.measure == Measure::Value {
            return x;
        }
        let dst = self.temp(int);
        self.emit(Op::Len { dst, x });
        Operand::Local(dst)
    }
}
