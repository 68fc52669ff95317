//! The analysis of one body: a walk over its region tree that adds up prices and follows sizes.

use std::collections::BTreeMap;
use std::sync::Arc;

use amigos_mir::layout::Layouts;
use amigos_mir::mir::*;
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;
use amigos_types::ctx::TyCtx;
use amigos_types::konst::Const;
use amigos_types::ty::{PkgKey, Ty, TyKind};

use crate::loops::{destinations, iterations, written};
use crate::poly::{Atom, Path, Poly, Root, Seg, TooLarge};
use crate::summary::{Bound, Part, Reason, Summary};
use crate::value::Shape;

/// Regions beyond which a body is not looked at.
const MAX_STEPS: u32 = 200_000;

pub(crate) type Callees<'a> = &'a dyn Fn(PkgKey, Name) -> Option<Arc<Summary>>;
pub(crate) type Res<T> = Result<T, Reason>;

/// The state of the walk.
pub(crate) struct Walk<'a> {
    pub body: &'a Body,
    pub types: TypeView<'a>,
    pub layouts: &'a Layouts<'a>,
    pub contract: bool,
    pub callees: Callees<'a>,
    pub env: BTreeMap<LocalId, Shape>,
    pub parts: Vec<Part>,
    pub span: Span,
    pub steps: u32,
    pub depth: u32,
}

/// Analyses a body.
pub(crate) fn analyse(body: &Body, ctx: &dyn TyCtx, contract: bool, callees: Callees) -> Summary {
    let layouts = Layouts::new(ctx);
    let types = TypeView { ctx, facts: None };
    let mut walk = Walk {
        body,
        types,
        layouts: &layouts,
        contract,
        callees,
        env: BTreeMap::new(),
        parts: Vec::new(),
        span: body.span,
        steps: 0,
        depth: 0,
    };
    for (i, local) in body.params.iter().enumerate() {
        let info = &body.locals[local.idx()];
        let name = info.name.unwrap_or_else(|| named_copy(body, *local).unwrap_or(Name::new("_")));
        let path = Path { root: Root::Param(i as u32, name), segs: vec![] };
        walk.env.insert(*local, Shape::at(types, path, info.ty));
    }
    if body.has_defer {
        let reason = Reason { text: "defers calls".into(), span: body.span };
        return Summary { gas: Err(reason), results: vec![] };
    }
    let gas = walk.region(&body.region).map(|cost| Bound { cost, parts: std::mem::take(&mut walk.parts) });
    let results = body.results.iter().map(|r| walk.env.get(r).cloned().unwrap_or_default()).collect();
    Summary { gas, results }
}

/// The name of the variable that a boxed parameter becomes.
fn named_copy(body: &Body, param: LocalId) -> Option<Name> {
    body.blocks.first()?.insts.iter().find_map(|i| match &i.op {
        Op::Store { place: Place { base: PlaceBase::Local(l), .. }, src: Operand::Local(p) } if *p == param => body.locals[l.idx()].name,
        _ => None,
    })
}

impl<'a> Walk<'a> {
    pub fn reason(&self, text: impl Into<String>) -> Reason {
        Reason { text: text.into(), span: self.span }
    }

    pub fn large(&self, result: Result<Poly, TooLarge>) -> Res<Poly> {
        result.map_err(|_| self.reason("its bound is too large to be of use"))
    }

    pub fn region(&mut self, region: &Region) -> Res<Poly> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(self.reason("it is too large to be looked at"));
        }
        match region {
            Region::Block(b) => self.block(*b),
            Region::Seq(list) => {
                let mut sum = Poly::default();
                for r in list {
                    let part = self.region(r)?;
                    sum = self.large(sum.plus(&part))?;
                }
                Ok(sum)
            }
            Region::Arms(arms) => {
                let before = self.env.clone();
                let mut after: Option<BTreeMap<LocalId, Shape>> = None;
                let mut most = Poly::default();
                for arm in arms {
                    self.env = before.clone();
                    let cost = self.region(arm)?;
                    most = self.large(most.join(&cost))?;
                    let env = std::mem::take(&mut self.env);
                    // What an arm that never goes on leaves behind doesn't matter, but it is sound to count it.
                    after = Some(match after {
                        None => env,
                        Some(other) => joined(other, env),
                    });
                }
                self.env = after.unwrap_or(before);
                Ok(most)
            }
            Region::Loop(l) => self.looped(l),
            Region::Irreducible(_) => Err(self.reason("uses `goto`")),
        }
    }

    /// One symbolic iteration says how variables change; with the number of iterations their bounds in and after the loop follow, and with these the price of
    /// one iteration.
    fn looped(&mut self, l: &LoopRegion) -> Res<Poly> {
        let outer = std::mem::replace(&mut self.span, l.head);
        let result = self.loop_cost(l);
        self.span = outer;
        result
    }

    fn loop_cost(&mut self, l: &LoopRegion) -> Res<Poly> {
        self.depth += 1;
        if self.depth > 12 {
            return Err(self.reason("loops are nested too deep"));
        }
        let n = iterations(self, l).ok_or_else(|| self.reason("the number of iterations of this loop is not known"))?;
        let mut changed = Vec::new();
        [&l.cond, &l.body, &l.post].into_iter().for_each(|r| written(self.body, r, &mut changed));
        changed.sort();
        changed.dedup();
        let before = self.env.clone();
        // Symbols for what changes; a second walk needs other numbers than an enclosing loop's.
        let symbol = |local: &LocalId, depth: u32| Atom::Symbol(depth << 24 | local.0);
        for local in &changed {
            self.env.insert(*local, Shape::of_size(Poly::atom(symbol(local, self.depth))));
        }
        let kept_parts = self.parts.len();
        // Costs of this walk are thrown away; a cost that can't be said yet may be sayable with bounds.
        let symbolic = [&l.cond, &l.body, &l.post].into_iter().try_for_each(|r| self.region(r).map(drop));
        self.parts.truncate(kept_parts);
        let after_one = std::mem::replace(&mut self.env, before.clone());
        let mine = self.depth << 24;
        let is_symbol = |a: &Atom| matches!(a, Atom::Symbol(s) if s & 0xff00_0000 == mine);
        for local in &changed {
            let start = before.get(local).cloned().unwrap_or_default();
            let bound = (|| {
                symbolic.as_ref().ok()?;
                let end = after_one.get(local)?.size.clone()?;
                let (factor, rest) = end.split(&symbol(local, self.depth))?;
                if rest.mentions(&is_symbol) || factor.mentions(&is_symbol) {
                    return None;
                }
                if factor == Poly::default() {
                    // Set anew in each iteration from what doesn't change.
                    return match start.size {
                        Some(start) => start.join(&rest).ok(),
                        None => Some(rest),
                    };
                }
                if factor != Poly::constant(1) {
                    return None;
                }
                start.size?.plus(&n.times(&rest).ok()?).ok()
            })();
            self.env.insert(*local, Shape { size: bound, ..Shape::default() });
        }
        let inside = self.env.clone();
        let cond = self.region(&l.cond)?;
        let body = self.region(&l.body)?;
        let post = self.region(&l.post)?;
        self.env = inside;
        self.depth -= 1;
        let once = self.large(body.plus(&post).and_then(|p| p.plus(&cond)))?;
        let all = self.large(n.times(&once).and_then(|p| p.plus(&cond)))?;
        // Parts inside count as often as the loop runs.
        for part in &mut self.parts[kept_parts..] {
            if let Ok(cost) = part.cost.times(&n) {
                part.cost = cost;
            }
        }
        self.parts.insert(kept_parts, Part { span: l.head, cost: all.clone() });
        Ok(all)
    }

    /// The size of an operand that a loop doesn't change: a register it doesn't write, or the length of such a thing computed in its condition.
    pub fn invariant(&self, x: &Operand, cond: &[BlockId], in_body: &[LocalId], in_post: &[LocalId]) -> Option<Poly> {
        let Operand::Local(local) = x else { return self.shape(x).size };
        if in_body.contains(local) || in_post.contains(local) {
            return None;
        }
        let inst = cond.iter().flat_map(|b| &self.body.blocks[b.idx()].insts).find(|i| {
            let mut written = Vec::new();
            destinations(&i.op, &mut written);
            written.contains(local)
        });
        let Some(inst) = inst else { return self.shape(x).size };
        match &inst.op {
            Op::Len { x, .. } | Op::Copy { src: x, .. } => self.invariant(x, cond, in_body, in_post),
            // A global or field that the loop might write is not taken for constant: only a load of a path that no store of the loop begins with would do,
            // and calls may write anything.
            Op::Load { place, .. } if !self.writes_memory() => {
                let path = self.path_of(place)?;
                Shape::at(self.types, path, place.ty).size
            }
            _ => None,
        }
    }

    /// Whether any instruction of the body writes memory or calls: then what is loaded in a condition may change.
    fn writes_memory(&self) -> bool {
        self.body.blocks.iter().flat_map(|b| &b.insts).any(|i| match &i.op {
            Op::Store { place, .. } => !matches!(place.base, PlaceBase::Local(l) if !self.body.locals[l.idx()].boxed),
            Op::Call { .. } | Op::MapSet { .. } | Op::MapDelete { .. } | Op::Clear { .. } | Op::CopyElems { .. } => true,
            _ => false,
        })
    }

    // ---- values

    /// What is known of an operand.
    pub fn shape(&self, x: &Operand) -> Shape {
        match x {
            Operand::Local(l) => self.env.get(l).cloned().unwrap_or_default(),
            Operand::Zero(_) => Shape::constant(0),
            Operand::Const(value, _) => match &**value {
                Const::Str(text) => Shape::constant(text.len() as u64),
                Const::Int(n) => Shape::constant(if *n < 0.into() { 0 } else { u64::try_from(n).unwrap_or(u64::MAX) }),
                _ => Shape::unknown(),
            },
        }
    }

    pub fn size(&self, x: &Operand, what: &str) -> Res<Poly> {
        let known = self.shape(x).size;
        known.ok_or_else(|| {
            let name = match x {
                Operand::Local(l) => self.body.locals[l.idx()].name.map(|n| format!(" of `{n}`")).unwrap_or_default(),
                _ => String::new(),
            };
            self.reason(format!("the length{name} that {what} is not known"))
        })
    }

    pub fn path_of(&self, place: &Place) -> Option<Path> {
        let base = match &place.base {
            PlaceBase::Global(g) => Path { root: Root::Global(g.pkg, g.name), segs: vec![] },
            PlaceBase::Local(l) => self.env.get(l)?.path.clone()?,
            PlaceBase::Deref(x) => self.shape(x).path?,
            PlaceBase::Elem { slice, .. } => self.shape(slice).path?.then(Seg::Elem),
        };
        let mut path = base;
        let mut ty = match &place.base {
            PlaceBase::Global(_) | PlaceBase::Local(_) | PlaceBase::Deref(_) | PlaceBase::Elem { .. } => self.base_ty(place),
        };
        for proj in &place.proj {
            match (proj, self.types.core(ty?).kind()) {
                (Proj::Field(i), TyKind::Struct(fields)) => {
                    let field = fields.get(*i as usize)?;
                    path = path.then(Seg::Field(field.name));
                    ty = Some(field.ty);
                }
                (Proj::Index(_), TyKind::Array { elem, .. }) => {
                    path = path.then(Seg::Elem);
                    ty = Some(*elem);
                }
                _ => return None,
            }
        }
        (path.segs.len() <= 8).then_some(path)
    }

    pub fn base_ty(&self, place: &Place) -> Option<Ty> {
        match &place.base {
            PlaceBase::Local(l) => Some(self.body.locals[l.idx()].ty),
            PlaceBase::Global(g) => self.types.ctx.member(g.pkg, g.name).map(|m| m.ty),
            PlaceBase::Deref(x) => match self.types.core(self.ty(x)).kind() {
                TyKind::Pointer(to) => Some(*to),
                _ => None,
            },
            PlaceBase::Elem { slice, .. } => match self.types.core(self.ty(slice)).kind() {
                TyKind::Slice(elem) => Some(*elem),
                _ => None,
            },
        }
    }

    pub fn ty(&self, x: &Operand) -> Ty {
        match x {
            Operand::Local(l) => self.body.locals[l.idx()].ty,
            Operand::Const(_, ty) | Operand::Zero(ty) => *ty,
        }
    }

    pub fn set(&mut self, dst: LocalId, shape: Shape) {
        self.env.insert(dst, shape);
    }
}

fn joined(a: BTreeMap<LocalId, Shape>, b: BTreeMap<LocalId, Shape>) -> BTreeMap<LocalId, Shape> {
    let mut out = BTreeMap::new();
    for (local, shape) in a {
        if let Some(other) = b.get(&local) {
            out.insert(local, shape.join(other));
        }
    }
    out
}
