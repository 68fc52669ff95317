//! Bytecode: instructions over the 64-bit registers of a frame. The first parameter is register 0; what follows the last local is scratch space and the
//! window in which a callee's frame begins.

use crate::types::TypeId;

/// A register, relative to the frame.
pub type Reg = u32;
/// A basic block of a function's code.
pub type BlockIdx = u32;

/// An instruction. Frequent ones stand here, all others in [`Heavy`].
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum I {
    Jmp {
        t: BlockIdx,
    },
    Br {
        c: Reg,
        t: BlockIdx,
        e: BlockIdx,
    },
    BrEq {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrNe {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrLtS {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrLeS {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrLtU {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrLeU {
        a: Reg,
        b: Reg,
        t: u16,
        e: u16,
    },
    BrEqI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrNeI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrLtI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrLeI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrGtI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrGeI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    /// Unsigned; the constant is not negative.
    BrLtUI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    BrLeUI {
        a: Reg,
        v: i32,
        t: u16,
        e: u16,
    },
    /// Copies the results to register 0 and leaves the frame.
    Ret,
    /// Runs what was deferred first.
    RetDefer,
    Unreachable,
    Mov {
        d: Reg,
        a: Reg,
    },
    MovN {
        d: Reg,
        a: Reg,
        n: u32,
    },
    Imm {
        d: Reg,
        v: i32,
    },
    Imm64 {
        d: Reg,
        lo: u32,
        hi: u32,
    },
    Zero {
        d: Reg,
        n: u32,
    },
    /// A string constant by its number in the image.
    Str {
        d: Reg,
        s: u32,
    },
    Add {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    AddI {
        d: Reg,
        a: Reg,
        v: i32,
    },
    Sub {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Mul {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    MulI {
        d: Reg,
        a: Reg,
        v: i32,
    },
    And {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    AndI {
        d: Reg,
        a: Reg,
        v: i32,
    },
    Or {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Xor {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    AndNot {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    DivS {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    DivU {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    RemS {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    RemU {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Shl {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    ShrS {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    ShrU {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    ShlI {
        d: Reg,
        a: Reg,
        v: u32,
    },
    ShrSI {
        d: Reg,
        a: Reg,
        v: u32,
    },
    ShrUI {
        d: Reg,
        a: Reg,
        v: u32,
    },
    /// Panics if the shift count is negative.
    ChkShift {
        a: Reg,
    },
    Neg {
        d: Reg,
        a: Reg,
    },
    Com {
        d: Reg,
        a: Reg,
    },
    Not {
        d: Reg,
        a: Reg,
    },
    /// Brings a register into the range of a small integer type.
    Norm {
        d: Reg,
        a: Reg,
        k: Small,
    },
    Eq {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    Ne {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LtS {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LeS {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LtU {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LeU {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    AddF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    SubF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    MulF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    DivF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LtF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    LeF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    EqF {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    StrEq {
        d: Reg,
        a: Reg,
        b: Reg,
    },
    StrIndex {
        d: Reg,
        s: Reg,
        i: Reg,
    },
    Load {
        d: Reg,
        p: Reg,
        off: u32,
    },
    LoadN {
        d: Reg,
        p: Reg,
        off: u16,
        n: u16,
    },
    /// Stores a value of type `ty`.
    Store {
        p: Reg,
        s: Reg,
        ty: TypeId,
        off: u16,
    },
    NilChk {
        p: Reg,
    },
    /// The element of a slice whose elements take one slot. `packed`: of a type whose elements lie in bytes, unless they are a part of another object.
    LoadElem {
        d: Reg,
        s: Reg,
        i: Reg,
        packed: bool,
    },
    StoreElem {
        s: Reg,
        i: Reg,
        v: Reg,
        packed: bool,
    },
    /// The address of an element.
    ElemPtr {
        d: Reg,
        s: Reg,
        i: Reg,
        stride: u16,
    },
    /// Panics if the index isn't below the constant.
    Chk {
        i: Reg,
        len: u32,
    },
    PtrIdx {
        d: Reg,
        p: Reg,
        i: Reg,
        stride: u16,
    },
    /// Reads `n` registers at `a + regs[i]`.
    LoadReg {
        d: Reg,
        a: Reg,
        i: Reg,
        n: u16,
    },
    StoreReg {
        a: Reg,
        i: Reg,
        s: Reg,
        n: u16,
    },
    Global {
        d: Reg,
        g: u32,
    },
    Call {
        f: u32,
        at: Reg,
    },
    /// A method of a type argument, called as the package that instantiated the function.
    CallAs {
        f: u32,
        at: Reg,
        maker: u16,
    },
    CallValue {
        f: Reg,
        at: Reg,
        n: u32,
    },
    CallIface {
        x: Reg,
        at: Reg,
        m: u32,
        n: u16,
    },
    /// `len` of a map, through its handle.
    MapLen {
        d: Reg,
        m: Reg,
    },
    Heavy {
        x: u32,
    },
}

/// The small integer types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Small {
    I8,
    I16,
    I32,
    U8,
    U16,
    U32,
}

/// Numeric types for conversions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Num {
    I(u8),
    U(u8),
    F(u8),
    C(u8),
}

/// Binary operations on floats of 32 bits and complex numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Lt,
    Le,
    Eq,
    Ne,
}

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

/// A block of code: where it starts and what entering it costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeBlock {
    /// Index of the first instruction.
    pub pc: u32,
    /// Gas; what is dearer than fits cannot be paid for by any call.
    pub gas: u32,
}

/// A part of a block's price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// The block's first instruction.
    pub block: u32,
    /// Where it stands: offset in the declaration.
    pub at: u32,
    /// Gas.
    pub gas: u32,
}

const _: () = assert!(size_of::<I>() == 16);

/// A result: the local it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResultFrom {
    /// Its register: the value's first, or the box's.
    pub reg: Reg,
    /// Slots.
    pub slots: u32,
    /// Whether the register holds a box.
    pub boxed: bool,
}

/// A compiled function.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FuncCode {
    /// Instructions.
    pub code: Vec<I>,
    /// Rare instructions, by number.
    pub heavy: Vec<Heavy>,
    /// Blocks.
    pub blocks: Vec<CodeBlock>,
    /// Where each instruction stands in the source: offset in the declaration.
    pub spans: Vec<u32>,
    /// What the blocks' prices are made of, in order of blocks.
    pub prices: Vec<Price>,
    /// Registers that a frame needs, windows of callees apart.
    pub frame: u32,
    /// Registers of parameters, captures and variables; what follows is scratch space.
    pub locals: u32,
    /// Slots of the parameters; captures follow.
    pub params: u32,
    /// Slots of captures.
    pub captures: u32,
    /// Results.
    pub results: Vec<ResultFrom>,
    /// Slots of all results.
    pub result_slots: u32,
    /// Whether there is a `defer`.
    pub has_defer: bool,
    /// Variables of several registers, in order: the first, and how many.
    pub wide: Vec<(Reg, u32)>,
    /// The same as threaded code.
    #[cfg(vm_threaded)]
    pub threaded: crate::interp::threaded::Threaded,
    /// Named variables, for debuggers: name, register, type, boxed, scope.
    pub vars: Vec<VarInfo>,
}

/// A named variable.
#[derive(Clone, PartialEq, Debug)]
pub struct VarInfo {
    /// Its name.
    pub name: amigos_syntax::Name,
    /// Its register.
    pub reg: Reg,
    /// Its type.
    pub ty: TypeId,
    /// Whether the register holds a box.
    pub boxed: bool,
    /// Where it is in scope.
    pub scope: amigos_syntax::TextRange,
}
