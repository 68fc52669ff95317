//! The shapes of MIR.
//!
//! Values live in typed virtual registers ([`Local`]s). A local whose address is taken or which a closure captures is *boxed*: its value lives in
//! an object of its own, made by [`Op::NewBox`] each time its declaration is executed. Structs and arrays are values: copying a local copies them.
//! Memory is read and written through [`Place`]s, so that an access path (`Posts[i].Votes`) is visible as such. Nil, bounds and ownership checks are
//! implied by the operations and not written out.

use std::sync::Arc;

use amigos_syntax::ast::{BinaryOp, UnaryOp};
use amigos_syntax::{Name, TextRange};
use amigos_types::ctx::NamedInfo;
use amigos_types::konst::Const;
use amigos_types::ty::{NamedKey, PkgKey, Ty};
use rustc_hash::FxHashMap;

use crate::bound::Limit;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);
        impl $name {
            /// The id as an index.
            pub const fn idx(self) -> usize { self.0 as usize }
        }
    };
}
id!(/// A virtual register of a [`Body`].
    LocalId);
id!(/// A basic block of a [`Body`].
    BlockId);

/// The identity of a function with a body or a native: package and name. Names are `F`, `T.M` (whatever the receiver), `init#0` (the functions
/// `init`, in order) and `$init` (initialisers of the package's variables, in order, then all `init#n`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FuncKey {
    /// The package.
    pub pkg: PkgKey,
    /// The name.
    pub name: Name,
}

/// A package-level variable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GlobalKey {
    /// The package.
    pub pkg: PkgKey,
    /// The name.
    pub name: Name,
}

/// Where in the source something stands: bytes relative to the body's declaration.
pub type Span = TextRange;

/// A virtual register.
#[derive(Clone, PartialEq, Debug)]
pub struct Local {
    /// Its type; may contain the body's type parameters.
    pub ty: Ty,
    /// The variable it stands for; `None` for a temporary.
    pub name: Option<Name>,
    /// Whether its value lives in an object of its own.
    pub boxed: bool,
    /// The text in which a variable is in scope (for debuggers); of a temporary, empty.
    pub scope: Span,
}

/// A function body.
#[derive(Clone, PartialEq, Debug)]
pub struct Body {
    /// Whose body it is; of a closure, the enclosing function's.
    pub func: FuncKey,
    /// Its type parameters, a receiver's first ([`amigos_types::ty::TyKind::TypeParam`] each); of a closure, the enclosing function's.
    pub tparams: Box<[Ty]>,
    /// Its registers. The first ones are receiver and parameters in order, then results in order; a boxed one's object has been made on entry by explicit
    /// [`Op::NewBox`] after which the incoming value is stored: parameters always arrive in the unboxed registers of [`Body::params`].
    pub locals: Vec<Local>,
    /// The registers in which receiver and arguments arrive, in order.
    pub params: Vec<LocalId>,
    /// The registers whose values are the results when a [`Term::Return`] has run the deferred calls. They may be boxed.
    pub results: Vec<LocalId>,
    /// Of a closure: the boxed registers that share their object with the maker's, in the order of [`Op::Closure`]'s captures.
    pub captures: Vec<LocalId>,
    /// Basic blocks; execution starts at block 0.
    pub blocks: Vec<Block>,
    /// The structure of the control flow.
    pub region: Region,
    /// Function literals in it.
    pub closures: Vec<Arc<Body>>,
    /// Whether it contains [`Op::Defer`].
    pub has_defer: bool,
    /// The declaration's index in its package and the span of the whole function in it.
    pub decl: u32,
    /// The span of the function.
    pub span: Span,
    /// What `//amigos:bound` says of it and of variables that it names: checked at its beginning. Of closures nothing.
    pub limits: Vec<Limit>,
}

/// A basic block.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// Its instructions.
    pub insts: Vec<Inst>,
    /// How it ends.
    pub term: Term,
    /// Where the terminator stands.
    pub term_span: Span,
}

/// An instruction with its place in the source.
#[derive(Clone, PartialEq, Debug)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// Where it stands.
    pub span: Span,
}

/// A value that an instruction reads.
#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    /// An unboxed register.
    Local(LocalId),
    /// A constant of the given type; exact, so that it can be a constant of a type parameter's type.
    Const(Box<Const>, Ty),
    /// The zero value of a type (`nil` among them).
    Zero(Ty),
}

/// What a place starts from.
#[derive(Clone, PartialEq, Debug)]
pub enum PlaceBase {
    /// A register, boxed or not.
    Local(LocalId),
    /// What a pointer points to; panics if it is nil.
    Deref(Operand),
    /// An element of a slice; panics if out of range.
    Elem {
        /// The slice.
        slice: Operand,
        /// The index, of any integer type.
        index: Operand,
    },
    /// A package-level variable.
    Global(GlobalKey),
}

/// A step into a struct or array value.
#[derive(Clone, PartialEq, Debug)]
pub enum Proj {
    /// A field, by index.
    Field(u32),
    /// An element of an array; panics if out of range.
    Index(Operand),
}

/// A variable or a part of one.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// Where it starts.
    pub base: PlaceBase,
    /// The way into it.
    pub proj: Vec<Proj>,
    /// The type of the place.
    pub ty: Ty,
}

/// Whom a call calls.
#[derive(Clone, PartialEq, Debug)]
pub enum Callee {
    /// A function or method known at compile time; a method's receiver is the first argument, of the declared receiver's type. `targs` are for
    /// receiver and function, in the order of [`Body::tparams`].
    Static {
        /// The function.
        func: FuncKey,
        /// Its type arguments.
        targs: Box<[Ty]>,
    },
    /// A method of a value whose type is a type parameter: found when the instance is made. The first argument is the address of the receiver if `by_address`,
    /// else its value.
    TypeParamMethod {
        /// The receiver's type.
        recv: Ty,
        /// The method.
        name: Name,
        /// Whether the first argument is `*recv`.
        by_address: bool,
    },
    /// A method of an interface value, which is not among the arguments.
    Interface {
        /// The interface value.
        x: Operand,
        /// Its type.
        iface: Ty,
        /// The method.
        method: Name,
        /// The package of an unexported method.
        pkg: Option<PkgKey>,
    },
    /// A function value.
    Value(Operand),
}

/// How a conversion changes a value. Source and target types are those of the operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Conv {
    /// Same representation.
    Same,
    /// Between integer, float and complex types.
    Number,
    /// An integer (a code point) to a string.
    IntToString,
    /// `[]byte` to string.
    BytesToString,
    /// `[]rune` to string.
    RunesToString,
    /// string to `[]byte`.
    StringToBytes,
    /// string to `[]rune`.
    StringToRunes,
    /// A slice to an array (copies; panics if too short).
    SliceToArray,
    /// A slice to a pointer to an array.
    SliceToArrayPtr,
    /// Depends on type arguments: decided when the instance is made.
    Generic,
}

/// What [`Op::Append`] appends.
#[derive(Clone, PartialEq, Debug)]
pub enum Appended {
    /// Single elements.
    Elems(Vec<Operand>),
    /// All elements of a slice.
    Slice(Operand),
    /// The bytes of a string.
    String(Operand),
}

/// The fields of `msg` (language.md, section 2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MsgField {
    /// `msg.Sender`
    Sender,
    /// `msg.Origin`
    Origin,
    /// `msg.Value`
    Value,
    /// `msg.Func`
    Func,
}

/// Operations. Destinations (`dst`) are unboxed registers.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// `dst = src`
    Copy { dst: LocalId, src: Operand },
    /// Makes a new zeroed object for a boxed register.
    NewBox { local: LocalId },
    /// `dst = new(T)`, zeroed; `dst` is a pointer.
    New { dst: LocalId, ty: Ty },
    /// Reads a place.
    Load { dst: LocalId, place: Place },
    /// Writes a place.
    Store { place: Place, src: Operand },
    /// `dst = &place`; a place that starts at a register starts at a boxed one.
    Addr { dst: LocalId, place: Place },
    /// `-x`, `^x`, `!x`, `+x`
    Unary { dst: LocalId, op: UnaryOp, x: Operand },
    /// Arithmetic, comparison, shift (also of strings, structs, interfaces; `&&` and `||` are control flow). String `+` is [`Op::Concat`].
    Binary { dst: LocalId, op: BinaryOp, x: Operand, y: Operand },
    /// `dst = x + y + z` of strings
    Concat { dst: LocalId, parts: Vec<Operand> },
    /// A conversion.
    Convert { dst: LocalId, x: Operand, conv: Conv },
    /// A concrete value as an interface value; its maker is the package of the running code (language.md, section 3).
    MakeInterface { dst: LocalId, x: Operand },
    /// An interface value as a value of another interface type that it is known to implement; keeps the maker. nil stays nil.
    ChangeInterface { dst: LocalId, x: Operand },
    /// `x.(T)`; with `ok` it doesn't panic but yields the zero value and false. `T` may be an interface.
    TypeAssert { dst: LocalId, ok: Option<LocalId>, x: Operand, ty: Ty },
    /// A struct or array from its parts in order (missing ones zero).
    Aggregate { dst: LocalId, ty: Ty, parts: Vec<(u32, Operand)> },
    /// A part of a struct or array *value* in a register.
    Extract { dst: LocalId, x: Operand, proj: Vec<Proj> },
    /// A byte of a string.
    StringIndex { dst: LocalId, x: Operand, index: Operand },
    /// `x[low:high:max]` of a slice, string, or pointer to array.
    Slice { dst: LocalId, x: Operand, low: Option<Operand>, high: Option<Operand>, max: Option<Operand> },
    /// `len(x)`: string, slice, map, array pointer (0 for nil ones), channel
    Len { dst: LocalId, x: Operand },
    /// `cap(x)`
    Cap { dst: LocalId, x: Operand },
    /// `make([]T, len, cap)`
    MakeSlice { dst: LocalId, elem: Ty, len: Operand, cap: Option<Operand> },
    /// `make(map[K]V)`
    MakeMap { dst: LocalId, ty: Ty, hint: Option<Operand> },
    /// `append`
    Append { dst: LocalId, slice: Operand, what: Appended },
    /// `copy`; `from` may be a string
    CopyElems { dst: Option<LocalId>, to: Operand, from: Operand },
    /// `clear` of a map or slice
    Clear { x: Operand },
    /// `m[k]`; of a nil map the zero value
    MapGet { dst: LocalId, ok: Option<LocalId>, map: Operand, key: Operand },
    /// `m[k] = v`; panics if the map is nil
    MapSet { map: Operand, key: Operand, value: Operand },
    /// `delete(m, k)`
    MapDelete { map: Operand, key: Operand },
    /// Starts a range over a map; `iter` is a register of type `int` used for nothing else.
    MapIter { iter: LocalId, map: Operand },
    /// The next entry, or `ok = false` (language.md, section 5, says which entries are visited). `iter` is changed.
    MapNext { iter: LocalId, ok: LocalId, key: Option<LocalId>, value: Option<LocalId> },
    /// The code point of string `x` that starts at byte `at`, and its width in bytes.
    DecodeRune { rune: LocalId, width: LocalId, x: Operand, at: Operand },
    /// `min`, `max` of two or more
    MinMax { dst: LocalId, max: bool, args: Vec<Operand> },
    /// `complex(re, im)`
    Complex { dst: LocalId, re: Operand, im: Operand },
    /// `real(x)` or `imag(x)`
    ComplexPart { dst: LocalId, imag: bool, x: Operand },
    /// A call; `dsts` are as many as results, or none. Variadic arguments are packed into a slice already.
    Call { dsts: Vec<LocalId>, callee: Callee, args: Vec<Operand> },
    /// A function literal as a value; `captures` are boxed registers.
    Closure { dst: LocalId, closure: u32, captures: Vec<LocalId> },
    /// A named function, or a method with its receiver as first parameter, as a value.
    FuncValue { dst: LocalId, callee: Callee },
    /// A method value `x.m`: `recv` is the first argument of `callee` ([`Callee::Interface`] has it inside; then `recv` is `None`).
    Bind { dst: LocalId, callee: Callee, recv: Option<Operand> },
    /// `defer`: callee and arguments are evaluated now. `frame`, from [`Op::FrameToken`], is the function that defers, if it isn't the running one.
    Defer { callee: Callee, args: Vec<Operand>, frame: Option<Operand> },
    /// What [`Op::Defer`] in the closure of a range over a function names the function by that contains the range. An `int`.
    FrameToken { dst: LocalId },
    /// How many calls of the running function, and of no literal in it, are running; with this one.
    Depth { dst: LocalId },
    /// A run-time panic with this text.
    RuntimePanic { text: &'static str },
    /// A deferred builtin, as the closure that does it. `recover()`
    Recover { dst: LocalId },
    /// `print`, `println`
    Print { args: Vec<Operand>, newline: bool },
    /// `msg.Sender` and its like
    Msg { dst: LocalId, field: MsgField },
    /// `go`: callee and arguments are evaluated now. This and the channels below are for plain Go: the contract profile refuses them.
    Go { callee: Callee, args: Vec<Operand> },
    /// `make(chan T, cap)`
    MakeChan { dst: LocalId, ty: Ty, cap: Option<Operand> },
    /// `chan <- value`
    Send { chan: Operand, value: Operand },
    /// `<-chan`; `ok` is false if the channel is closed and empty.
    Recv { dst: LocalId, ok: Option<LocalId>, chan: Operand },
    /// `close(chan)`
    Close { chan: Operand },
    /// Waits until one of the cases can go on, does it, and puts its index into `chosen`; with `default` it doesn't wait, and -1 is for none.
    Select { chosen: LocalId, cases: Vec<SelectCase>, default: bool },
    /// Something that has no meaning here (what package unsafe does): panics with this text.
    Unsupported { what: &'static str },
}

/// A case of [`Op::Select`]: a send, or a receive into `recv`.
#[derive(Clone, PartialEq, Debug)]
pub struct SelectCase {
    /// The channel.
    pub chan: Operand,
    /// What is sent.
    pub send: Option<Operand>,
    /// What takes what is received.
    pub recv: Option<LocalId>,
    /// What takes whether it was sent by somebody.
    pub ok: Option<LocalId>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// To another block.
    Goto(BlockId),
    /// By a condition.
    If { cond: Operand, then: BlockId, els: BlockId },
    /// Runs the deferred calls and returns the values of [`Body::results`].
    Return,
    /// `panic(x)`; `x` is of type `any`.
    Panic(Operand),
    /// Never reached.
    Unreachable,
}

/// The structure of a body's control flow, for analyses that walk it. Every block of the body occurs once as [`Region::Block`]; blocks that cannot be
/// reached are left out.
#[derive(Clone, PartialEq, Debug)]
pub enum Region {
    /// One block.
    Block(BlockId),
    /// One after the other.
    Seq(Vec<Region>),
    /// One of several arms, chosen by the block before (for a chain of cases, its conditions are blocks in front of each arm, inside the arms' sequence).
    Arms(Vec<Region>),
    /// A loop.
    Loop(Box<LoopRegion>),
    /// Code with `goto`: no structure is known.
    Irreducible(Vec<BlockId>),
}

/// A loop.
#[derive(Clone, PartialEq, Debug)]
pub struct LoopRegion {
    /// What decides how often it runs.
    pub kind: LoopKind,
    /// The blocks that compute the condition; run once more than the body.
    pub cond: Region,
    /// The body.
    pub body: Region,
    /// The post statement (and a range loop's step).
    pub post: Region,
    /// The `for` statement.
    pub span: Span,
    /// Its header: from `for` to before `{`.
    pub head: Span,
    /// Whether a `continue` of it precedes the end of the body.
    pub has_continue: bool,
}

/// What decides how often a loop runs.
#[derive(Clone, PartialEq, Debug)]
pub enum LoopKind {
    /// A range over a slice, array, string, map or integer: at most as often as the value of this register says on entry (of a map, its length).
    Range {
        /// The register with the number of steps.
        count: LocalId,
    },
    /// A range over a function: the body is a closure; as often as that function says.
    RangeFunc,
    /// `for init; cond; post`
    For,
}

/// A function without body: native. Its price is the cost class that its declaration in the standard library states (`amigos_std::natives`).
#[derive(Clone, PartialEq, Debug)]
pub struct NativeFunc {
    /// Its name.
    pub func: FuncKey,
    /// Its type parameters.
    pub tparams: Box<[Ty]>,
    /// The types of receiver and parameters, in order.
    pub params: Vec<Ty>,
    /// Its results.
    pub results: Vec<Ty>,
}

/// Whether a package is a contract.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PackageKind {
    /// It has state, an address and an identity.
    Contract,
    /// Initialised once and frozen; acts for its caller.
    Library,
    /// A library that comes with the product.
    Std,
}

/// A package-level variable.
#[derive(Clone, PartialEq, Debug)]
pub struct Global {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Ty,
    /// Its declaration and the span of its name.
    pub decl: u32,
    /// The span of its name.
    pub span: Span,
}

/// A package as MIR.
#[derive(Clone, PartialEq, Debug)]
pub struct PackageMir {
    /// Its identity.
    pub key: PkgKey,
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: PackageKind,
    /// The packages it imports, directly, sorted.
    pub imports: Vec<PkgKey>,
    /// Its variables in declaration order (files by name), blank ones left out.
    pub globals: Vec<Global>,
    /// Types declared in its functions.
    pub local_types: FxHashMap<NamedKey, Arc<NamedInfo>>,
    /// Its functions by name, `$init` among them.
    pub funcs: FxHashMap<Name, Arc<Body>>,
    /// Its natives by name.
    pub natives: FxHashMap<Name, Arc<NativeFunc>>,
    /// Where each declaration stands: file name, start in bytes, and line and column (from 1) of the start, for positions in traces and panics.
    pub decls: Vec<DeclPlace>,
}

/// Where a declaration stands.
#[derive(Clone, PartialEq, Debug)]
pub struct DeclPlace {
    /// Its file.
    pub file: Name,
    /// Start in the file, bytes.
    pub start: u32,
    /// For each line of the declaration its start, bytes relative to the declaration's start (the first is 0), shared.
    pub lines: Arc<[u32]>,
    /// The line of the file, from 1, on which it starts.
    pub first_line: u32,
}

impl DeclPlace {
    /// The line in the file, from 1, of a relative offset.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.first_line + self.lines.partition_point(|l| *l <= offset).saturating_sub(1) as u32
    }
}

/// All packages of a build, with their types.
pub trait Program: amigos_types::ctx::TyCtx {
    /// A package, compiled; `None` if it is unknown or has errors.
    fn package(&self, key: PkgKey) -> Option<Arc<PackageMir>>;
}
