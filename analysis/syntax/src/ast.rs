//! The abstract syntax tree of one top-level declaration. Its shapes follow go/ast (types are expressions, every identifier is
//! a node of its own), stored in arenas and addressed by small ids.
//!
//! A declaration has two halves, so that an edit in a body leaves everything before it equal (the firewall of the incremental
//! core): [`DeclAst::sig`] holds what other declarations can see (names, types, constant and variable initialisers), and
//! [`DeclAst::bodies`] holds one arena for each function body that starts in it: body 0 of a function declaration is its own, the function
//! literals of `var` initialisers have the following ones. A function literal *inside a body* lives in the same arena as that body.
//! Ids are meaningful only together with the arena they come from. All ranges are bytes relative to the declaration's start.

use std::sync::Arc;

use crate::bound::WrittenBound;
use crate::{Name, TextRange};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// The id as an index into its arena.
            pub const fn idx(self) -> usize { self.0 as usize }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }
    };
}
id!(/// An expression (or type expression) of an [`Ast`].
    ExprId);
id!(/// A statement of an [`Ast`].
    StmtId);
id!(/// An occurrence of an identifier in an [`Ast`], defining or using.
    IdentId);

/// An occurrence of an identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ident {
    /// Its text; `_` for the blank identifier and for one that was missing (then the range is empty).
    pub name: Name,
    /// Where it stands.
    pub range: TextRange,
}

/// One arena: the signature half of a declaration, or one body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ast {
    /// Expressions, by [`ExprId`].
    pub exprs: Vec<Expr>,
    /// Statements, by [`StmtId`].
    pub stmts: Vec<Stmt>,
    /// Identifier occurrences, by [`IdentId`], in source order.
    pub idents: Vec<Ident>,
}

impl Ast {
    /// Gives back the memory that growing has left over: trees live long.
    pub fn shrink(&mut self) {
        self.exprs.shrink_to_fit();
        self.stmts.shrink_to_fit();
        self.idents.shrink_to_fit();
    }
}

impl std::ops::Index<ExprId> for Ast {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.idx()]
    }
}
impl std::ops::Index<StmtId> for Ast {
    type Output = Stmt;
    fn index(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.idx()]
    }
}
impl std::ops::Index<IdentId> for Ast {
    type Output = Ident;
    fn index(&self, id: IdentId) -> &Ident {
        &self.idents[id.idx()]
    }
}

/// An expression with its range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last byte, parentheses of [`ExprKind::Paren`] included.
    pub range: TextRange,
    /// The position go/types reports errors about this expression at, where it is not `range.start`: the operator of a binary expression, the
    /// `.Sel` of a selector, the `(` of a call, ... (what `Pos` of go/ast's nodes calls OpPos, Lparen, Sel.Pos).
    pub op: u32,
}

/// The kinds of literals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum LitKind {
    /// `42`, `0x2a`, `1_000`
    Int,
    /// `4.2`, `0x1p-2`
    Float,
    /// `4i`
    Imag,
    /// `'x'`
    Char,
    /// `"x"` or a raw string
    String,
}

/// Expressions; names as in go/ast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExprKind {
    /// Something that could not be parsed, or is missing.
    Bad,
    /// An identifier.
    Ident(IdentId),
    /// A literal with its source text.
    BasicLit { kind: LitKind, text: Box<str> },
    /// `func(x int) { ... }`. `body` is where its body lives.
    FuncLit { ty: Box<FuncType>, body: LitBody },
    /// `T{...}`; `ty` is missing inside a composite literal of composite type. `rbrace` is the offset of the closing brace.
    CompositeLit { ty: Option<ExprId>, elems: Vec<ExprId>, rbrace: u32 },
    /// `key: value` in a composite literal.
    KeyValue { key: ExprId, value: ExprId },
    /// `(x)`
    Paren(ExprId),
    /// `x.sel`
    Selector { x: ExprId, sel: IdentId },
    /// `x[i]`, `f[T1, T2]`
    Index { x: ExprId, indices: Vec<ExprId> },
    /// `x[low:high:max]`
    Slice { x: ExprId, low: Option<ExprId>, high: Option<ExprId>, max: Option<ExprId>, three: bool },
    /// `x.(T)`; `ty` is `None` for `x.(type)`.
    TypeAssert { x: ExprId, ty: Option<ExprId> },
    /// `f(args...)`; `ellipsis` is the offset of `...`, `rparen` that of `)`.
    Call { fun: ExprId, args: Vec<ExprId>, ellipsis: Option<u32>, rparen: u32 },
    /// `*x`, as dereference or pointer type.
    Star(ExprId),
    /// `-x`, `!x`, `&x`, `<-x`, `~T`, ...
    Unary { op: UnaryOp, x: ExprId },
    /// `x + y`
    Binary { op: BinaryOp, x: ExprId, y: ExprId },
    /// `[N]T`, `[...]T` (`len` = `ArrayLen::Ellipsis`), `[]T` (`ArrayLen::Slice`)
    ArrayType { len: ArrayLen, elem: ExprId },
    /// `struct { ... }`
    StructType { fields: Vec<Field> },
    /// `func(x int) string`
    FuncType(Box<FuncType>),
    /// `interface { ... }`
    InterfaceType { elems: Vec<InterfaceElem> },
    /// `map[K]V`
    MapType { key: ExprId, value: ExprId },
    /// `chan T`, `<-chan T`, `chan<- T`
    ChanType { dir: ChanDir, elem: ExprId },
    /// `...T` as a parameter's type
    Ellipsis(Option<ExprId>),
}

/// Where the body of a function literal lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LitBody {
    /// In the same arena as the literal.
    Here(Block),
    /// In [`DeclAst::bodies`] at this index: the literal stands in the signature half.
    Body(u32),
}

/// The length of an array type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArrayLen {
    /// `[]T`
    Slice,
    /// `[...]T`, with the offset of `...`
    Ellipsis(u32),
    /// `[N]T`
    Expr(ExprId),
}

/// Channel directions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ChanDir {
    /// `chan T`
    Both,
    /// `chan<- T`
    Send,
    /// `<-chan T`
    Recv,
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum UnaryOp {
    /// `+`
    Add,
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `^`
    Xor,
    /// `&`
    Addr,
    /// `<-`
    Recv,
    /// `~`
    Tilde,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    AndNot,
    LAnd,
    LOr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl BinaryOp {
    /// The comparison that holds where this one does not; other operators as they are.
    pub fn negated(self) -> BinaryOp {
        match self {
            BinaryOp::Lt => BinaryOp::Ge,
            BinaryOp::Le => BinaryOp::Gt,
            BinaryOp::Gt => BinaryOp::Le,
            BinaryOp::Ge => BinaryOp::Lt,
            BinaryOp::Eq => BinaryOp::Ne,
            BinaryOp::Ne => BinaryOp::Eq,
            other => other,
        }
    }

    /// The comparison that says the same with its operands exchanged; other operators as they are.
    pub fn mirrored(self) -> BinaryOp {
        match self {
            BinaryOp::Lt => BinaryOp::Gt,
            BinaryOp::Le => BinaryOp::Ge,
            BinaryOp::Gt => BinaryOp::Lt,
            BinaryOp::Ge => BinaryOp::Le,
            other => other,
        }
    }
}

/// A group of parameters, results, struct fields or type parameters that share a type: `a, b int`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The names; none for an unnamed parameter or an embedded field.
    pub names: Vec<IdentId>,
    /// The type.
    pub ty: ExprId,
    /// The literal of a struct tag.
    pub tag: Option<ExprId>,
    /// The comment group that belongs to a struct field (before it, or on its line), as written; for hovers and docs.
    pub doc: Option<TextRange>,
}

/// An element of an interface type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InterfaceElem {
    /// `M(x int) string`
    Method { name: IdentId, ty: FuncType, doc: Option<TextRange> },
    /// An embedded interface or a union, `~int | string` being a tree of [`BinaryOp::Or`] and [`UnaryOp::Tilde`].
    Embed(ExprId),
}

/// A function type.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FuncType {
    /// Type parameters.
    pub tparams: Vec<Field>,
    /// Parameters.
    pub params: Vec<Field>,
    /// Results.
    pub results: Vec<Field>,
    /// The whole of it, from `func` (or the name of an interface's method) to the last result.
    pub range: TextRange,
}

/// A block; `range` includes the braces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Block {
    /// Its statements.
    pub stmts: Vec<StmtId>,
    /// From `{` to `}`; an implicit block (a case clause's) has the range of its statements.
    pub range: TextRange,
}

/// A statement with its range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// From its first to its last byte.
    pub range: TextRange,
}

/// Statements; names as in go/ast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StmtKind {
    /// Something that could not be parsed.
    Bad,
    /// Nothing (`;`), also where one is implied before `}`.
    Empty,
    /// An expression.
    Expr(ExprId),
    /// `ch <- v`; `arrow` is the offset of `<-`.
    Send { chan: ExprId, value: ExprId, arrow: u32 },
    /// `x++`, `x--`
    IncDec { x: ExprId, inc: bool },
    /// `a, b = x, y`, `a := x`, `a += x`
    Assign { lhs: Vec<ExprId>, rhs: Vec<ExprId>, op: AssignOp, op_pos: u32 },
    /// `go f()`
    Go(ExprId),
    /// `defer f()`
    Defer(ExprId),
    /// `return x, y`
    Return(Vec<ExprId>),
    /// `break L`, `continue L`, `goto L`, `fallthrough`
    Branch { kind: BranchKind, label: Option<IdentId> },
    /// `{ ... }`
    Block(Block),
    /// `if init; cond { } else ...`; `els` is a block or another `if`
    If { init: Option<StmtId>, cond: ExprId, then: Block, els: Option<StmtId> },
    /// `switch init; tag { case ... }`
    Switch { init: Option<StmtId>, tag: Option<ExprId>, cases: Vec<CaseClause>, body: TextRange },
    /// `switch init; x := y.(type) { case ... }`; `x` is the expression in front of `.(type)`
    TypeSwitch { init: Option<StmtId>, bind: Option<IdentId>, x: ExprId, cases: Vec<CaseClause>, body: TextRange },
    /// `select { case ... }`
    Select { clauses: Vec<CommClause>, body: TextRange },
    /// `for init; cond; post { }`
    For { init: Option<StmtId>, cond: Option<ExprId>, post: Option<StmtId>, body: Block },
    /// `for k, v := range x { }`; `define` for `:=`. `extra` are the variables behind the second, which can't be (there was an error).
    Range { key: Option<ExprId>, value: Option<ExprId>, extra: Vec<ExprId>, define: bool, op_pos: u32, x: ExprId, body: Block },
    /// `L: stmt`
    Labeled { label: IdentId, stmt: StmtId },
    /// `var`, `const` or `type` inside a body
    Decl(GenDecl),
}

/// The operator of an assignment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssignOp {
    /// `=`
    Assign,
    /// `:=`
    Define,
    /// `op=`
    Op(BinaryOp),
}

/// Branch statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BranchKind {
    Break,
    Continue,
    Goto,
    Fallthrough,
}

/// `case a, b: ...` or `default: ...` of a switch; `exprs` of a type switch are types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseClause {
    /// The expressions; empty for `default`.
    pub exprs: Vec<ExprId>,
    /// Whether this is `default`.
    pub default: bool,
    /// The statements.
    pub body: Block,
    /// The clause, from `case`.
    pub range: TextRange,
}

/// A clause of a `select`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommClause {
    /// A send, or a receive as an expression, assignment or definition; `None` for `default`.
    pub comm: Option<StmtId>,
    /// The statements.
    pub body: Block,
    /// The clause, from `case`.
    pub range: TextRange,
}

/// `const`, `type`, `var` or `import`, with or without parentheses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GenDecl {
    /// The specs, in order.
    pub specs: Vec<Spec>,
    /// From the keyword to the last spec or `)`.
    pub range: TextRange,
}

/// One spec of a [`GenDecl`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spec {
    /// `name "path"`
    Import(ImportSpec),
    /// `a, b T = x, y` after `const`. `ty` and `values` are as written: with neither, they repeat those of the nearest spec before that has values.
    Const { names: Vec<IdentId>, ty: Option<ExprId>, values: Vec<ExprId>, iota: u32, doc: Option<TextRange>, range: TextRange },
    /// `a, b T = x, y` after `var`
    Var { names: Vec<IdentId>, ty: Option<ExprId>, values: Vec<ExprId>, doc: Option<TextRange>, range: TextRange },
    /// `T[P any] U` or `T = U`; `op_pos` is the offset of `=`.
    Type { name: IdentId, tparams: Vec<Field>, alias: bool, op_pos: Option<u32>, ty: ExprId, doc: Option<TextRange>, range: TextRange },
}

/// `name "path"`; `name` may be `.` or `_` as its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportSpec {
    /// The local name, `.` or `_`, if written.
    pub name: Option<IdentId>,
    /// The path, unquoted; empty if it is malformed (then there is an error).
    pub path: Name,
    /// The literal.
    pub path_range: TextRange,
    /// The spec.
    pub range: TextRange,
}

/// What kind of declaration a [`DeclAst`] is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeclKind {
    /// Text that is no declaration (an error was reported), or only comments.
    Bad,
    /// `package p`
    Package(IdentId),
    /// `import`, `const`, `type` or `var`
    Gen(GenDecl),
    /// A function or method.
    Func(FuncDecl),
}

/// A function or method declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FuncDecl {
    /// The receiver's parameter list as written (one, if the program is correct).
    pub recv: Option<Vec<Field>>,
    /// The name.
    pub name: IdentId,
    /// The signature.
    pub ty: FuncType,
    /// Whether there is a body: `bodies[0]`.
    pub has_body: bool,
}

/// One body: its arena, and the block that is its root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BodyAst {
    /// The arena.
    pub ast: Ast,
    /// The block, braces included.
    pub block: Block,
}

/// A syntax error; range relative to the declaration's start, message in Go's words without the position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where. `range.start` is where go/parser would report it.
    pub range: TextRange,
    /// What, as go/parser says it (`expected ')', found newline`).
    pub message: Box<str>,
    /// A better explanation or a remedy, where Go's is poor.
    pub hint: Option<Box<str>>,
}

/// A parsed top-level declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeclAst {
    /// What it is. Its ids are those of `sig`.
    pub kind: DeclKind,
    /// The signature half.
    pub sig: Arc<Ast>,
    /// The bodies; empty for declarations without function bodies.
    pub bodies: Arc<Vec<BodyAst>>,
    /// The doc comment, as written.
    pub doc: Option<TextRange>,
    /// All comments, in order (doc comments included).
    pub comments: Vec<TextRange>,
    /// The `//amigos:bound` comments above it and above what it declares, those that can be read. The comments are relative to the declaration.
    pub bounds: Arc<[WrittenBound]>,
    /// Syntax errors, in order.
    pub errors: Vec<SyntaxError>,
}
