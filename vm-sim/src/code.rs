//! Bytecode: instructions over the 64-bit registers of a frame. The first parameter is register 0; what follows the last local is scratch space and the
//! window in which a callee's frame begins.

mod heavy;

pub use heavy::{Heavy, Sliced, Target};

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
