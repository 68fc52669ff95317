//! What instructions read and write, for what the compiler keeps in registers and what it may leave out.

use amigos_mir::graph::for_each_result;
use amigos_mir::mir::{Appended, Callee, LocalId, Op, Operand, Place, PlaceBase, Proj};

/// The operands of instructions that have no places.
pub(super) fn operands(op: &Op, f: &mut dyn FnMut(&Operand)) {
    let callee = |c: &Callee, f: &mut dyn FnMut(&Operand)| match c {
        Callee::Interface { x, .. } | Callee::Value(x) => f(x),
        _ => {}
    };
    match op {
        Op::Copy { src: x, .. }
        | Op::Unary { x, .. }
        | Op::Convert { x, .. }
        | Op::MakeInterface { x, .. }
        | Op::ChangeInterface { x, .. }
        | Op::TypeAssert { x, .. }
        | Op::Len { x, .. }
        | Op::Cap { x, .. }
        | Op::Clear { x }
        | Op::MapIter { map: x, .. }
        | Op::ComplexPart { x, .. } => f(x),
        Op::Concat { parts: list, .. } | Op::MinMax { args: list, .. } | Op::Print { args: list, .. } => list.iter().for_each(f),
        Op::Aggregate { parts, .. } => parts.iter().for_each(|(_, x)| f(x)),
        Op::StringIndex { x, index, .. } => {
            f(x);
            f(index);
        }
        Op::Slice { x, low, high, max, .. } => {
            f(x);
            [low, high, max].into_iter().flatten().for_each(f);
        }
        Op::MakeSlice { len, cap, .. } => {
            f(len);
            cap.iter().for_each(f);
        }
        Op::MakeMap { hint, .. } => hint.iter().for_each(f),
        Op::Append { slice, what, .. } => {
            f(slice);
            match what {
                Appended::Elems(list) => list.iter().for_each(f),
                Appended::Slice(x) | Appended::String(x) => f(x),
            }
        }
        Op::CopyElems { to, from, .. } => {
            f(to);
            f(from);
        }
        Op::MapGet { map, key, .. } | Op::MapDelete { map, key } => {
            f(map);
            f(key);
        }
        Op::MapSet { map, key, value } => {
            f(map);
            f(key);
            f(value);
        }
        Op::MapNext { iter, .. } => f(&Operand::Local(*iter)),
        Op::DecodeRune { x, at, .. } => {
            f(x);
            f(at);
        }
        Op::Complex { re, im, .. } => {
            f(re);
            f(im);
        }
        Op::Call { callee: c, args, .. } => {
            callee(c, f);
            args.iter().for_each(f);
        }
        Op::Go { callee: c, args } => {
            callee(c, f);
            args.iter().for_each(f);
        }
        Op::MakeChan { cap, .. } => cap.iter().for_each(f),
        Op::Send { chan, value } => {
            f(chan);
            f(value);
        }
        Op::Recv { chan, .. } | Op::Close { chan } => f(chan),
        Op::Select { cases, .. } => {
            for case in cases {
                f(&case.chan);
                case.send.iter().for_each(&mut *f);
            }
        }
        Op::Defer { callee: c, args, frame } => {
            callee(c, f);
            args.iter().chain(frame).for_each(f);
        }
        Op::Closure { captures, .. } => captures.iter().for_each(|l| f(&Operand::Local(*l))),
        Op::FuncValue { callee: c, .. } => callee(c, f),
        Op::Bind { callee: c, recv, .. } => {
            callee(c, f);
            recv.iter().for_each(f);
        }
        _ => {}
    }
}

/// The locals that an instruction reads.
pub(super) fn reads(op: &Op, f: &mut dyn FnMut(LocalId)) {
    fn operand(x: &Operand, f: &mut dyn FnMut(LocalId)) {
        if let Operand::Local(l) = x {
            f(*l);
        }
    }
    fn projections(proj: &[Proj], f: &mut dyn FnMut(LocalId)) {
        for p in proj {
            if let Proj::Index(i) = p {
                operand(i, f);
            }
        }
    }
    fn place(p: &Place, f: &mut dyn FnMut(LocalId)) {
        match &p.base {
            PlaceBase::Local(l) => f(*l),
            PlaceBase::Deref(x) => operand(x, f),
            PlaceBase::Elem { slice, index } => {
                operand(slice, f);
                operand(index, f);
            }
            PlaceBase::Global(_) => {}
        }
        projections(&p.proj, f);
    }
    match op {
        Op::Load { place: p, .. } | Op::Addr { place: p, .. } => place(p, f),
        Op::Store { place: p, src } => {
            place(p, f);
            operand(src, f);
        }
        Op::Binary { x, y, .. } => {
            operand(x, f);
            operand(y, f);
        }
        Op::Extract { x, proj, .. } => {
            operand(x, f);
            projections(proj, f);
        }
        Op::NewBox { .. } | Op::New { .. } | Op::Recover { .. } | Op::Msg { .. } | Op::Unsupported { .. } => {}
        other => operands(other, &mut |x| operand(x, f)),
    }
}

/// The locals that an instruction writes.
pub(super) fn writes(op: &Op, f: &mut dyn FnMut(LocalId)) {
    match op {
        Op::NewBox { local } => f(*local),
        Op::Store { place: Place { base: PlaceBase::Local(l), .. }, .. } => f(*l),
        _ => {}
    }
    for_each_result(op, f);
}
