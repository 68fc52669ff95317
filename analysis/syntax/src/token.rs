//! The tokens of Go, with the names go/token gives them in messages.

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// The kind of a token.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Tok { $($(#[$doc])* $name,)* }

        impl Tok {
            /// The token as messages name it: its text, or `IDENT`, `STRING`, ... for those that have many.
            pub const fn as_str(self) -> &'static str {
                match self { $(Tok::$name => $text,)* }
            }
        }
    };
}

tokens! {
    Illegal "ILLEGAL",
    Eof "EOF",
    Ident "IDENT",
    Int "INT",
    Float "FLOAT",
    Imag "IMAG",
    Char "CHAR",
    String "STRING",
    Add "+",
    Sub "-",
    Mul "*",
    Quo "/",
    Rem "%",
    And "&",
    Or "|",
    Xor "^",
    Shl "<<",
    Shr ">>",
    AndNot "&^",
    AddAssign "+=",
    SubAssign "-=",
    MulAssign "*=",
    QuoAssign "/=",
    RemAssign "%=",
    AndAssign "&=",
    OrAssign "|=",
    XorAssign "^=",
    ShlAssign "<<=",
    ShrAssign ">>=",
    AndNotAssign "&^=",
    LAnd "&&",
    LOr "||",
    Arrow "<-",
    Inc "++",
    Dec "--",
    Eql "==",
    Lss "<",
    Gtr ">",
    Assign "=",
    Not "!",
    Neq "!=",
    Leq "<=",
    Geq ">=",
    Define ":=",
    Ellipsis "...",
    LParen "(",
    LBrack "[",
    LBrace "{",
    Comma ",",
    Period ".",
    RParen ")",
    RBrack "]",
    RBrace "}",
    Semi ";",
    Colon ":",
    Break "break",
    Case "case",
    Chan "chan",
    Const "const",
    Continue "continue",
    Default "default",
    Defer "defer",
    Else "else",
    Fallthrough "fallthrough",
    For "for",
    Func "func",
    Go "go",
    Goto "goto",
    If "if",
    Import "import",
    Interface "interface",
    Map "map",
    Package "package",
    Range "range",
    Return "return",
    Select "select",
    Struct "struct",
    Switch "switch",
    Type "type",
    Var "var",
    Tilde "~",
}

impl Tok {
    /// The keyword that `text` is, or [`Tok::Ident`].
    pub fn keyword_or_ident(text: &str) -> Tok {
        match text {
            "break" => Tok::Break,
            "case" => Tok::Case,
            "chan" => Tok::Chan,
            "const" => Tok::Const,
            "continue" => Tok::Continue,
            "default" => Tok::Default,
            "defer" => Tok::Defer,
            "else" => Tok::Else,
            "fallthrough" => Tok::Fallthrough,
            "for" => Tok::For,
            "func" => Tok::Func,
            "go" => Tok::Go,
            "goto" => Tok::Goto,
            "if" => Tok::If,
            "import" => Tok::Import,
            "interface" => Tok::Interface,
            "map" => Tok::Map,
            "package" => Tok::Package,
            "range" => Tok::Range,
            "return" => Tok::Return,
            "select" => Tok::Select,
            "struct" => Tok::Struct,
            "switch" => Tok::Switch,
            "type" => Tok::Type,
            "var" => Tok::Var,
            _ => Tok::Ident,
        }
    }

    /// Whether this is an identifier or a literal: messages show its text.
    pub fn is_literal(self) -> bool {
        (Tok::Ident..=Tok::String).contains(&self)
    }

    /// Whether this is an assignment with an operator, like `+=`.
    pub fn is_op_assign(self) -> bool {
        (Tok::AddAssign..=Tok::AndNotAssign).contains(&self)
    }

    /// Whether this is a keyword.
    pub fn is_keyword(self) -> bool {
        (Tok::Break..=Tok::Var).contains(&self)
    }

    /// The precedence as a binary operator, 1 to 5, or 0.
    pub fn precedence(self) -> u8 {
        match self {
            Tok::LOr => 1,
            Tok::LAnd => 2,
            Tok::Eql | Tok::Neq | Tok::Lss | Tok::Leq | Tok::Gtr | Tok::Geq => 3,
            Tok::Add | Tok::Sub | Tok::Or | Tok::Xor => 4,
            Tok::Mul | Tok::Quo | Tok::Rem | Tok::Shl | Tok::Shr | Tok::And | Tok::AndNot => 5,
            _ => 0,
        }
    }

    /// Whether a newline behind this token ends the statement.
    pub fn ends_statement(self) -> bool {
        self.is_literal()
            || matches!(
                self,
                Tok::Break | Tok::Continue | Tok::Fallthrough | Tok::Return | Tok::Inc | Tok::Dec | Tok::RParen | Tok::RBrack | Tok::RBrace
            )
    }
}
