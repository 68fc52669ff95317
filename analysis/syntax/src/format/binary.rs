//! Binary expressions: which operators get blanks around them. Operators of weaker precedence do, those of stronger ones only if there
//! are no weaker ones beside them, and the fewer the deeper the expression stands: `a*b + c`, `x<<1 | y`, `f(a+b, c)`.

use super::printer::{Gap, Printer};
use crate::ast::*;
use crate::token::Tok;

pub(super) fn binary_tok(op: BinaryOp) -> Tok {
    match op {
        BinaryOp::Add => Tok::Add,
        BinaryOp::Sub => Tok::Sub,
        BinaryOp::Mul => Tok::Mul,
        BinaryOp::Div => Tok::Quo,
        BinaryOp::Rem => Tok::Rem,
        BinaryOp::And => Tok::And,
        BinaryOp::Or => Tok::Or,
        BinaryOp::Xor => Tok::Xor,
        BinaryOp::Shl => Tok::Shl,
        BinaryOp::Shr => Tok::Shr,
        BinaryOp::AndNot => Tok::AndNot,
        BinaryOp::LAnd => Tok::LAnd,
        BinaryOp::LOr => Tok::LOr,
        BinaryOp::Eq => Tok::Eql,
        BinaryOp::Ne => Tok::Neq,
        BinaryOp::Lt => Tok::Lss,
        BinaryOp::Le => Tok::Leq,
        BinaryOp::Gt => Tok::Gtr,
        BinaryOp::Ge => Tok::Geq,
    }
}

fn precedence(op: BinaryOp) -> u8 {
    binary_tok(op).precedence()
}

/// What is in a binary expression, down to operands that bind weaker.
#[derive(Default)]
struct Mix {
    /// Operators like `+`.
    sums: bool,
    /// Operators like `*`.
    products: bool,
    /// The precedence of operators that would be read differently without blanks (`x / *p`), or 0.
    confusing: u8,
}

/// One operator of a chain that leans to the left.
struct Link {
    op: BinaryOp,
    op_pos: u32,
    y: ExprId,
    blanks: bool,
}

impl Printer<'_> {
    fn parts(&self, e: ExprId) -> Option<(BinaryOp, ExprId, ExprId)> {
        match self.ast[e].kind {
            ExprKind::Binary { op, x, y } => Some((op, x, y)),
            _ => None,
        }
    }

    fn collect(&self, e: ExprId, mix: &mut Mix) {
        let mut next = Some(e);
        while let Some((op, x, y)) = next.and_then(|e| self.parts(e)) {
            let own = precedence(op);
            mix.sums |= own == 4;
            mix.products |= own == 5;
            match self.ast[y].kind {
                // As deep as there are precedences.
                ExprKind::Binary { op: right, .. } if precedence(right) > own => self.collect(y, mix),
                ExprKind::Star(_) if op == BinaryOp::Div => mix.confusing = 5,
                ExprKind::Unary { op: right, .. } => match (op, right) {
                    (BinaryOp::And, UnaryOp::Addr | UnaryOp::Xor) => mix.confusing = 5,
                    (BinaryOp::Add, UnaryOp::Add) | (BinaryOp::Sub, UnaryOp::Neg) => mix.confusing = mix.confusing.max(4),
                    _ => {}
                },
                _ => {}
            }
            next = Some(x).filter(|x| self.parts(*x).is_some_and(|(left, ..)| precedence(left) >= own));
        }
    }

    /// Operators that bind weaker than this get blanks.
    fn cutoff(&self, e: ExprId, depth: u32) -> u8 {
        let mut mix = Mix::default();
        self.collect(e, &mut mix);
        match mix {
            Mix { confusing, .. } if confusing > 0 => confusing + 1,
            Mix { sums: true, products: true, .. } if depth == 1 => 5,
            Mix { sums: true, products: true, .. } => 4,
            _ if depth == 1 => 6,
            _ => 4,
        }
    }

    pub fn binary(&mut self, e: ExprId, depth: u32) {
        // Down the left side without recursion: chains may be long.
        let mut chain = Vec::new();
        let mut depths = Vec::new();
        let (mut current, mut depth) = (e, depth);
        while let Some((op, x, y)) = self.parts(current) {
            let own = precedence(op);
            let blanks = own < self.cutoff(current, depth);
            chain.push(Link { op, op_pos: self.ast[current].op, y, blanks });
            depths.push(depth);
            let same = self.parts(x).is_some_and(|(left, ..)| precedence(left) == own);
            depth += u32::from(!same);
            current = x;
        }
        self.expr_in(current, depth);
        while let (Some(link), Some(depth)) = (chain.pop(), depths.pop()) {
            self.link(&link, depth);
        }
    }

    /// The operator and the right operand.
    fn link(&mut self, link: &Link, depth: u32) {
        if self.state.overflow {
            return;
        }
        let mut blanks = link.blanks;
        let mut broken = false;
        if blanks {
            self.blank();
        }
        let before = self.state.pos.line;
        let line = self.line_of(self.start(link.y));
        self.tok_at(binary_tok(link.op), link.op_pos);
        if before != line && self.line_break(line, 1, Gap::In, true) > 0 {
            broken = true;
            blanks = false;
        }
        if blanks {
            self.blank();
        }
        self.expr_in(link.y, depth + 1);
        if broken {
            self.outdent();
        }
    }
}
