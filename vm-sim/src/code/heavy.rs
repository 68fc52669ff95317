//! The instructions that are rare or work on data of any length: [`Heavy`].

use super::{Arith, Num, Reg};
use crate::types::TypeId;

/// What a slice expression slices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Sliced {
    Str,
    Slice { stride: u32 },
    Array { stride: u32, len: u32 },
}

/// Whom a deferred or bound call calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Target {
    Func(u32),
    Value(Reg),
    Iface { x: Reg, m: u32 },
}

/// An instruction that is rare or works on data of any length.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Heavy {
    NewObj {
        d: Reg,
        ty: TypeId,
    },
    LoadBig {
        d: Reg,
        p: Reg,
        off: u32,
        n: u32,
    },
    StoreBig {
        p: Reg,
        s: Reg,
        ty: TypeId,
        off: u32,
    },
    ElemPtrBig {
        d: Reg,
        s: Reg,
        i: Reg,
        stride: u32,
    },
    PtrIdxBig {
        d: Reg,
        p: Reg,
        i: Reg,
        stride: u32,
    },
    RegIdx {
        d: Reg,
        i: Reg,
        stride: u32,
    },
    LoadRegBig {
        d: Reg,
        a: Reg,
        i: Reg,
        n: u32,
    },
    StoreRegBig {
        a: Reg,
        i: Reg,
        s: Reg,
        n: u32,
    },
    Concat {
        d: Reg,
        parts: Box<[Reg]>,
    },
    StrCmp {
        d: Reg,
        a: Reg,
        b: Reg,
        op: Arith,
    },
    EqAny {
        d: Reg,
        a: Reg,
        b: Reg,
        ty: TypeId,
        neg: bool,
    },
    F32 {
        d: Reg,
        a: Reg,
        b: Reg,
        op: Arith,
    },
    NegF {
        d: Reg,
        a: Reg,
        bits: u8,
    },
    Cx {
        d: Reg,
        a: Reg,
        b: Reg,
        op: Arith,
        bits: u8,
    },
    NegCx {
        d: Reg,
        a: Reg,
        bits: u8,
    },
    Convert {
        d: Reg,
        a: Reg,
        from: Num,
        to: Num,
    },
    IntToStr {
        d: Reg,
        a: Reg,
        unsigned: bool,
    },
    BytesToStr {
        d: Reg,
        a: Reg,
    },
    RunesToStr {
        d: Reg,
        a: Reg,
    },
    StrToBytes {
        d: Reg,
        a: Reg,
        elem: TypeId,
    },
    StrToRunes {
        d: Reg,
        a: Reg,
        elem: TypeId,
    },
    SliceToArray {
        d: Reg,
        a: Reg,
        elem: TypeId,
        len: u32,
    },
    SliceToArrayPtr {
        d: Reg,
        a: Reg,
        len: u32,
    },
    MakeIface {
        d: Reg,
        a: Reg,
        ty: TypeId,
    },
    Assert {
        d: Reg,
        ok: Option<Reg>,
        x: Reg,
        ty: TypeId,
        from: TypeId,
    },
    Slice {
        d: Reg,
        x: Reg,
        what: Sliced,
        low: Option<Reg>,
        high: Option<Reg>,
        max: Option<Reg>,
    },
    MakeSlice {
        d: Reg,
        elem: TypeId,
        len: Reg,
        cap: Option<Reg>,
    },
    MakeMap {
        d: Reg,
        ty: TypeId,
    },
    AppendElems {
        d: Reg,
        s: Reg,
        elem: TypeId,
        from: Reg,
        n: u32,
    },
    AppendSlice {
        d: Reg,
        s: Reg,
        elem: TypeId,
        x: Reg,
    },
    AppendStr {
        d: Reg,
        s: Reg,
        elem: TypeId,
        x: Reg,
    },
    CopyElems {
        d: Option<Reg>,
        to: Reg,
        from: Reg,
        elem: TypeId,
        string: bool,
    },
    ClearMap {
        m: Reg,
    },
    ClearSlice {
        s: Reg,
        elem: TypeId,
    },
    MapGet {
        d: Reg,
        ok: Option<Reg>,
        m: Reg,
        k: Reg,
        ty: TypeId,
    },
    MapSet {
        m: Reg,
        k: Reg,
        v: Reg,
        ty: TypeId,
    },
    MapDelete {
        m: Reg,
        k: Reg,
        ty: TypeId,
    },
    MapIter {
        it: Reg,
        m: Reg,
    },
    MapNext {
        it: Reg,
        ok: Reg,
        k: Option<Reg>,
        v: Option<Reg>,
    },
    DecodeRune {
        r: Reg,
        w: Reg,
        x: Reg,
        at: Reg,
    },
    MinMax {
        d: Reg,
        args: Box<[Reg]>,
        max: bool,
        ty: TypeId,
    },
    Closure {
        d: Reg,
        f: u32,
        captures: Box<[Reg]>,
    },
    Bind {
        d: Reg,
        f: u32,
        recv: Reg,
        n: u32,
    },
    BindIface {
        d: Reg,
        x: Reg,
        m: u32,
    },
    MethodExprIface {
        d: Reg,
        m: u32,
    },
    /// `frame`: a register with a [`Heavy::FrameToken`] of the function that defers, if it isn't the running one.
    Defer {
        target: Target,
        at: Reg,
        n: u32,
        frame: Option<Reg>,
    },
    /// How many frames of the running function there are.
    Depth {
        d: Reg,
    },
    /// The index of the running frame.
    FrameToken {
        d: Reg,
    },
    Recover {
        d: Reg,
    },
    Go {
        target: Target,
        at: Reg,
        n: u32,
    },
    MakeChan {
        d: Reg,
        ty: TypeId,
        cap: Option<Reg>,
    },
    ChanLen {
        d: Reg,
        c: Reg,
        cap: bool,
    },
    Send {
        c: Reg,
        v: Reg,
        n: u32,
    },
    Recv {
        d: Reg,
        n: u32,
        ok: Option<Reg>,
        c: Reg,
    },
    Close {
        c: Reg,
    },
    Select {
        d: Reg,
        cases: Box<[crate::fibers::Case]>,
        default: bool,
    },
    Print {
        args: Box<[(Reg, TypeId)]>,
        newline: bool,
    },
    Msg {
        d: Reg,
        field: amigos_mir::mir::MsgField,
    },
    Panic {
        x: Reg,
    },
    Unsupported {
        what: &'static str,
    },
}
