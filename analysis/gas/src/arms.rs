//! Bounds of calls that take one arm of a choice. What is said of a whole function is said of its dearest arm: where arms are unequal these say more.

use std::collections::BTreeSet;
use std::sync::Arc;

use amigos_db::Db;
use amigos_db::context::DbCtx;
use amigos_db::input::Package;
use amigos_mir::graph;
use amigos_mir::layout::Layouts;
use amigos_mir::mir::{BlockId, Body, FuncKey, Region, Span};
use amigos_mir::typequery::TypeView;
use amigos_syntax::Name;

use crate::cost::Cost;
use crate::summary::{DbWorld, Reason, own_body};
use crate::walk::Walk;

/// An arm of a `switch`, or of an `if` with several, that no loop is around.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arm {
    /// The place of its first statement, relative to the declaration.
    pub span: Span,
    /// The bound of a call that takes it, or why there is none.
    pub gas: Result<Cost, Reason>,
}

/// The arms of the first choice in a function that has at least three ways, each with the bound of calls that go through it. Asked for by hovers only.
#[salsa::tracked(returns(clone))]
pub fn arm_bounds(db: &dyn Db, package: Package, name: Name) -> Arc<Vec<Arm>> {
    let Some(body) = own_body(db, package, name) else { return Arc::default() };
    let func = FuncKey { pkg: package.key(db), name };
    let ctx = DbCtx::new(db, package);
    let layouts = Layouts::new(&ctx);
    let world = DbWorld { db };
    let arm = |(block, span): (BlockId, Span)| {
        let mut walk = Walk::new(TypeView { ctx: &ctx, facts: None }, &layouts, &world, func.pkg);
        Arm { span, gas: walk.whole(func, &body, Some(block)).map(|bound| bound.cost) }
    };
    Arc::new(choice(&body).into_iter().map(arm).collect())
}

/// Arms beyond which nobody reads on.
const MAX_ARMS: usize = 24;

/// The arms of the first choice of a body that has at least three: the block in which each begins, behind the conditions of its case.
fn choice(body: &Body) -> Vec<(BlockId, Span)> {
    let mut open = vec![&body.region];
    while let Some(region) = open.pop() {
        match region {
            Region::Seq(list) => open.extend(list.iter().rev()),
            Region::Arms(list) if (3..=MAX_ARMS).contains(&list.len()) => return arms(body, list).unwrap_or_default(),
            _ => {}
        }
    }
    vec![]
}

fn arms(body: &Body, list: &[Region]) -> Option<Vec<(BlockId, Span)>> {
    let blocks: Vec<Vec<BlockId>> = list.iter().map(blocks_of).collect();
    let mut out = Vec::new();
    for (i, own) in blocks.iter().enumerate() {
        // From its beginning no way leads to a later one; from its conditions one does.
        let later: Vec<BlockId> = blocks[i + 1..].iter().flatten().copied().collect();
        let toward = reaching(body, &later);
        let first = own.iter().copied().find(|b| !toward.contains(b))?;
        let block = body.blocks.get(first.idx())?;
        let span = block.insts.iter().map(|i| i.span).find(|s| !s.is_empty()).unwrap_or(block.term_span);
        out.push((first, span));
    }
    Some(out)
}

/// The blocks of a region, in order.
fn blocks_of(region: &Region) -> Vec<BlockId> {
    let mut out = Vec::new();
    let mut open = vec![region];
    while let Some(region) = open.pop() {
        match region {
            Region::Block(b) => out.push(*b),
            Region::Seq(list) | Region::Arms(list) => open.extend(list.iter().rev()),
            Region::Loop(l) => open.extend([&l.post, &l.body, &l.cond]),
            Region::Irreducible(list) => out.extend(list),
        }
    }
    out
}

/// The blocks from which a way leads to one of `targets`, these included.
pub(crate) fn reaching(body: &Body, targets: &[BlockId]) -> BTreeSet<BlockId> {
    let order = graph::reverse_postorder(body);
    let preds = graph::predecessors(body, &order);
    let mut seen: BTreeSet<BlockId> = targets.iter().copied().collect();
    let mut open = targets.to_vec();
    while let Some(b) = open.pop() {
        open.extend(preds.get(b.idx()).into_iter().flatten().copied().filter(|p| seen.insert(*p)));
    }
    seen
}
