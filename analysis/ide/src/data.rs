//! The plain data that goes into the analyzer and comes out of it. Offsets are bytes in a whole file; files are numbers that the
//! owner of the files chose. No LSP types, no URIs, no disk.

use std::sync::Arc;

use amigos_syntax::TextRange;

/// A file, as its owner numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// What changed since the last change. Everything in it takes effect together.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// New texts; `None` for a file that is gone.
    pub files: Vec<(FileId, Option<Arc<str>>)>,
    /// Which of them an editor has open: edits of these are quick, and one of another file looks at all that is there once.
    pub open: Vec<FileId>,
    /// The whole set of packages, if it or one of them changed (a text alone is no such change).
    pub packages: Option<Vec<PackageInput>>,
    /// What the network says of packages, by key (`hub.amigos.dev/token@v2`); `None` if nothing is known any more.
    pub facts: Vec<(Arc<str>, Option<Arc<PackageFacts>>)>,
    /// What the network has to import, if that is known anew: the whole of it.
    pub offered: Option<Arc<[Offered]>>,
}

/// A package that the network has, as its index says: its sources may not be here. Texts in it are untrusted, and well-formed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Offered {
    /// The import path, without major.
    pub path: Arc<str>,
    /// The major in the package's identity.
    pub major: u32,
    /// The version that is live: `1.2.0`.
    pub version: Arc<str>,
}

/// A package outside the standard library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageInput {
    /// The import path, without major: `hub.amigos.dev/social/forum`.
    pub path: Arc<str>,
    /// The version in the manifest or the record: `1.2.0`.
    pub version: Arc<str>,
    /// The major in the package's identity (`path@vN`).
    pub major: u32,
    /// Where its sources come from; workspace packages are found before fetched ones.
    pub origin: Origin,
    /// What it is checked as.
    pub profile: Profile,
    /// Whether its manifest says `library = true`.
    pub library: bool,
    /// The minor of the Go version (26 for `go = "1.26"`).
    pub go_minor: u32,
    /// Its files by name without folder, sorted by name, `_test.go` files included.
    pub files: Vec<(Arc<str>, FileId)>,
    /// The major that an import without one means, by path: from the lock, or the newest known.
    pub pins: Vec<(Arc<str>, u32)>,
    /// Paths that are known not to exist, with where was looked and what to do; an import of a path that is neither here nor a
    /// package is not known *yet*, and nothing is reported for it.
    pub missing: Vec<(Arc<str>, Arc<str>)>,
}

/// Where a package's sources come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// The workspace, or an open buffer.
    Workspace,
    /// The network, by way of the cache: immutable.
    Fetched,
    /// The network: the version of a workspace package that is live there, which the package is compared with. No import means it.
    Live,
}

/// What a package is checked as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// The language of contracts (language.md).
    Contract,
    /// Plain Go.
    Go,
}

/// What the network said of one package at one height. Texts in it are untrusted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PackageFacts {
    /// The height at which it was read.
    pub height: u64,
    /// Sizes by access path as in gas bounds: (`Posts`, 2870), (`Posts[].Replies`, 14).
    pub sizes: Vec<(Arc<str>, u64)>,
    /// Gas of the last simulation or call of a function, by name (`CreatePost`, `Post.Publish`).
    pub measured: Vec<(Arc<str>, u64)>,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// An error of syntax or types, or a critical rule: refused at deployment.
    Error,
    /// High and medium.
    Warning,
    /// Low.
    Info,
    /// A hint.
    Hint,
}

pub use amigos_rules::Severity as RuleLevel;

impl Severity {
    /// What an editor shows for a level.
    pub fn of_level(level: RuleLevel) -> Severity {
        match level {
            RuleLevel::Critical => Severity::Error,
            RuleLevel::High | RuleLevel::Medium => Severity::Warning,
            RuleLevel::Low => Severity::Info,
            RuleLevel::Hint => Severity::Hint,
        }
    }
}

/// A finding that the source accepts, or says to be mistaken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuppressedDiagnostic {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// Whether it is marked as mistaken (`//amigos:fp`) and not only accepted (`//amigos:allow`).
    pub false_positive: bool,
    /// Why, as the source says it.
    pub reason: String,
}

/// One finding in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The place.
    pub range: TextRange,
    /// How bad it is.
    pub severity: Severity,
    /// The rule (`AM1003`) or go/types' name of the error (`UndeclaredName`); `Syntax` for syntax errors.
    pub code: String,
    /// The message.
    pub message: String,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// Ways to put it right, the best first.
    pub fixes: Vec<Fix>,
    /// Whether the range is of no use (dimmed by editors).
    pub unnecessary: bool,
    /// The level of a rule's finding, for which editors have fewer words; `None` of an error of the language.
    pub level: Option<RuleLevel>,
}

/// A place that explains a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file.
    pub file: FileId,
    /// The place in it.
    pub range: TextRange,
    /// What is to be seen there.
    pub message: String,
}

/// A change of texts with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as on a menu.
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<TextEdit>,
}

/// A variable whose value is worth showing while an execution is looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlineValue {
    /// Where it is named.
    pub range: TextRange,
    /// Its name.
    pub name: String,
}

/// A replacement of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// The file.
    pub file: FileId,
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub new_text: String,
}

/// What is under the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The text it is about.
    pub range: TextRange,
    /// The declaration as Go code, without body.
    pub signature: String,
    /// What stands at the right of the signature: `persistent · owned by social/forum`.
    pub note: Option<String>,
    /// The doc comment as Markdown.
    pub doc: String,
    /// Further lines in a block of fixed width, such as the gas table of a function (ux.md).
    pub table: String,
    /// What live state to show with it, if it is such a thing.
    pub live: Option<LiveTarget>,
}

/// Something whose live state can be shown.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LiveTarget {
    /// The package's key, `path@vN`.
    pub package: Arc<str>,
    /// The path from a global: `Posts`, `Config.Owner`.
    pub path: String,
}

/// A place to go to, also in a file that is not open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Where.
    pub place: Place,
    /// The whole declaration.
    pub full: TextRange,
    /// Its name.
    pub focus: TextRange,
}

/// The file of a [`Target`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A file of the owner.
    File(FileId),
    /// A file of the standard library: its package and name; the analysis has the text.
    Std(Arc<str>, Arc<str>),
}

/// A completion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What is shown and filtered by.
    pub label: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its type or signature.
    pub detail: String,
    /// Its doc comment as Markdown.
    pub doc: String,
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub insert: String,
    /// The better ones first: compared as text.
    pub sort: String,
    /// Edits elsewhere that come with it, such as an import.
    pub extra: Vec<TextEdit>,
    /// The same as `insert` with places to fill in, in the syntax of LSP's snippets.
    pub snippet: Option<String>,
}

/// What a symbol or completion is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum SymbolKind {
    Package,
    Func,
    Method,
    Var,
    Const,
    Type,
    Struct,
    Interface,
    Field,
    Param,
    Keyword,
    /// A predeclared name.
    Builtin,
    /// Text inside a string, such as an import path.
    Text,
}

/// A declaration for outlines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSymbol {
    /// Its name, `(*Post).Publish` for methods.
    pub name: String,
    /// Its type or signature.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole declaration.
    pub full: TextRange,
    /// Its name.
    pub focus: TextRange,
    /// Fields and methods of a type.
    pub children: Vec<DocumentSymbol>,
}

/// Something to fold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fold {
    /// What is folded, from the end of the line that stays to the start of the closing bracket.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
}

/// What is folded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum FoldKind {
    Code,
    Comment,
    Imports,
}

/// How many hints of a kind are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HintLevel {
    /// None.
    Off,
    /// Only where they change what the reader does next.
    #[default]
    Important,
    /// Everywhere.
    All,
}

impl HintLevel {
    /// Whether a hint of this importance is wanted.
    pub fn wants(self, important: bool) -> bool {
        match self {
            HintLevel::Off => false,
            HintLevel::Important => important,
            HintLevel::All => true,
        }
    }
}

/// Which hints are wanted: for others nothing is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HintChoice {
    /// Bounds of gas.
    pub gas: HintLevel,
    /// Live values.
    pub live: bool,
    /// Those about the code, in the order of [`HintKind::ALL`].
    pub code: [HintLevel; HintKind::ALL.len()],
    /// Whether their tooltips are wanted, too.
    pub tooltips: bool,
}

impl HintChoice {
    /// All there are.
    pub const EVERYTHING: HintChoice =
        HintChoice { gas: HintLevel::All, live: true, code: [HintLevel::All; HintKind::ALL.len()], tooltips: true };

    /// Whether a hint about the code is wanted.
    pub(crate) fn wants_code(&self, kind: HintKind, important: bool) -> bool {
        let at = HintKind::ALL.iter().position(|k| *k == kind);
        at.and_then(|at| self.code.get(at)).is_some_and(|level| level.wants(important))
    }
}

/// A text shown in the line that is not part of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// Before which byte it stands.
    pub at: u32,
    /// The text.
    pub label: HintLabel,
    /// What a pointer on it shows, as Markdown.
    pub tooltip: String,
    /// Whether it is shown when only important hints are wanted.
    pub important: bool,
}

/// What a hint says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HintLabel {
    /// A gas bound: `gas ≤ 28.7k`.
    Gas(String),
    /// The live value of a global; the owner of live state fills it in.
    Live(LiveTarget),
    /// Something about the code itself.
    Code(HintKind, String),
}

/// What a hint about the code says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HintKind {
    /// The names of parameters in front of arguments.
    ParameterNames,
    /// The types of variables that `:=` declares.
    VariableTypes,
    /// The types of variables that `range` declares.
    RangeTypes,
    /// The values of constants.
    ConstantValues,
    /// The type arguments that were inferred.
    TypeArguments,
    /// The types of literals that leave them out.
    LiteralTypes,
    /// The names of fields in literals that leave them out.
    LiteralFields,
    /// Calls whose error is ignored.
    IgnoredErrors,
    /// What a closing brace ends.
    ClosingBraces,
    /// The versions that imports are resolved to.
    ImportVersions,
}

impl HintKind {
    /// All kinds.
    pub const ALL: [HintKind; 10] = [
        HintKind::ParameterNames,
        HintKind::VariableTypes,
        HintKind::RangeTypes,
        HintKind::ConstantValues,
        HintKind::TypeArguments,
        HintKind::LiteralTypes,
        HintKind::LiteralFields,
        HintKind::IgnoredErrors,
        HintKind::ClosingBraces,
        HintKind::ImportVersions,
    ];

    /// The name of its setting: `parameterNames`.
    pub fn name(self) -> &'static str {
        match self {
            HintKind::ParameterNames => "parameterNames",
            HintKind::VariableTypes => "variableTypes",
            HintKind::RangeTypes => "rangeTypes",
            HintKind::ConstantValues => "constantValues",
            HintKind::TypeArguments => "typeArguments",
            HintKind::LiteralTypes => "literalTypes",
            HintKind::LiteralFields => "literalFields",
            HintKind::IgnoredErrors => "ignoredErrors",
            HintKind::ClosingBraces => "closingBraces",
            HintKind::ImportVersions => "importVersions",
        }
    }
}

/// A command above a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The line's declaration name.
    pub range: TextRange,
    /// What it does.
    pub command: LensCommand,
}

/// What a lens does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LensCommand {
    /// Simulates a call of a function or method of the file's package.
    Simulate {
        /// `CreatePost`, `Posts[0].Upvote`.
        function: String,
        /// Go literals; from an `// Example: F("x", 1)` doc comment, or made up from the types.
        args: Vec<String>,
    },
    /// Simulates calls one after the other on one state: the `// Example:` lines of one comment, if there are several.
    Scenario {
        /// The function whose comment it is.
        function: String,
        /// The calls: function and arguments.
        steps: Vec<(String, Vec<String>)>,
    },
    /// Runs a test function.
    RunTest {
        /// Its name.
        function: String,
    },
    /// Shows who names what is declared there; how many is found when the lens is looked at.
    References,
    /// Shows what implements the interface.
    Implementations,
    /// Deploys the package.
    Deploy {
        /// The version in its manifest.
        version: String,
    },
}

/// A place where something is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The file.
    pub file: FileId,
    /// The name.
    pub range: TextRange,
    /// Whether it is assigned there.
    pub write: bool,
    /// Whether it is declared there.
    pub declaration: bool,
}

/// The signature of a call that is being written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureHelp {
    /// `Repeat(s string, count int) string`
    pub label: String,
    /// The doc comment as Markdown.
    pub doc: String,
    /// Where in the label each parameter stands, in bytes.
    pub params: Vec<(u32, u32)>,
    /// The parameter that is being written; behind the last one if there are too many arguments.
    pub active: u32,
}

/// What an identifier is, for colouring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SemanticToken {
    /// The identifier.
    pub range: TextRange,
    /// What it names.
    pub kind: TokenKind,
    /// More about it.
    pub modifiers: TokenModifiers,
}

/// Kinds of [`SemanticToken`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum TokenKind {
    Package,
    Type,
    TypeParameter,
    Parameter,
    Variable,
    Constant,
    Field,
    Function,
    Method,
    Label,
}

/// What else is to be seen of a [`SemanticToken`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TokenModifiers {
    /// It is declared here.
    pub declaration: bool,
    /// It is a variable of a contract: it persists.
    pub persistent: bool,
    /// It is part of the language.
    pub predeclared: bool,
    /// A function that changes state: variables of contracts, or balances.
    pub mutates_state: bool,
    /// It is not the same on every node: a rule of determinism flags it.
    pub nondeterministic: bool,
    /// It belongs to another package, the standard library aside.
    pub cross_package: bool,
}

/// A declaration anywhere in the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceSymbol {
    /// Its name, `(*Post).Publish` for methods.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its package, or the type it belongs to.
    pub container: String,
    /// Its file.
    pub file: FileId,
    /// Its name there.
    pub range: TextRange,
}

/// A function or type in a hierarchy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HierarchyItem {
    /// Its name, `Post.Publish` for methods.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its package's path.
    pub detail: String,
    /// Where it is declared.
    pub target: Target,
}

/// A function with the places of the calls from or to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The function at the other end.
    pub item: HierarchyItem,
    /// Where the calls stand: in the caller's file.
    pub ranges: Vec<TextRange>,
}

/// A text that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLink {
    /// The text.
    pub range: TextRange,
    /// Where it leads.
    pub target: LinkTarget,
    /// What a pointer on it shows.
    pub tooltip: String,
}

/// Where a [`DocumentLink`] leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A declaration.
    Place(Target),
    /// A web address, as written.
    Url(String),
}

/// A refactoring that is offered at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assist {
    /// What it is.
    pub kind: AssistKind,
    /// What it does, as on a menu.
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<TextEdit>,
    /// A file that it makes.
    pub create: Option<NewFile>,
}

/// A file to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFile {
    /// A file of the folder.
    pub beside: FileId,
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Kinds of [`Assist`], as editors' menus group them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum AssistKind {
    Extract,
    Inline,
    Rewrite,
}

/// A function that can be called from outside of its package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Callable {
    /// Its name.
    pub name: String,
    /// Its parameters: name and type.
    pub params: Vec<(String, String)>,
    /// The types of its results.
    pub results: Vec<String>,
    /// Its doc comment as plain text.
    pub doc: String,
    /// Its name in the file.
    pub range: TextRange,
}
