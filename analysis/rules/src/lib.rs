//! Determinism and security rules: what the analyzer reports beyond type errors. Each rule is a file under [`rules`], with its reason, severity
//! and two examples (which are its tests), and a page that is made of them.
//!
//! It may never know how diagnostics are shown, nor look at text where types are to be had. A rule that can't prove its premise keeps quiet; it
//! never reaches into the checker's internals: syntax, facts and MIR are what it reads.
//!
//! Start reading at [`Rule`] and [`declaration_findings`], then at any file of [`rules`].

pub mod apidiff;
pub mod authority;
pub mod compat;
pub mod context;
pub mod dataflow;
pub mod effects;
pub mod flow;
pub mod guards;
pub mod handed;
pub mod intervals;
pub mod leaks;
pub mod local;
mod page;
pub mod provenance;
pub mod rules;
pub mod summary;
mod suppress;
pub mod taint;
pub mod text;
pub mod user;
mod walk;

pub use page::{all_pages, page};
pub use suppress::{SUPPRESSION, is_allowed};

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::input::{Origin, Package, Profile};
use amigos_db::query::{self as q, Decl};
use amigos_syntax::TextRange;

use context::Context;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Advice, off by default.
    Hint,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Refused at deployment.
    Critical,
}

impl Severity {
    /// As it is written: `high`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
    /// Reads what [`Severity::name`] writes.
    pub fn parse(text: &str) -> Option<Severity> {
        [Severity::Hint, Severity::Low, Severity::Medium, Severity::High, Severity::Critical].into_iter().find(|s| s.name() == text)
    }
}

/// A rule.
pub struct Rule {
    /// `AM1003`
    pub code: &'static str,
    /// `map-order`
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line: what it reports.
    pub summary: &'static str,
    /// A paragraph: why.
    pub why: &'static str,
    /// A Go file that is flagged where it says `// want AM1003 "..."` and nowhere else; the first function is the flagged example of the page.
    pub flagged: &'static str,
    /// A Go file that isn't flagged.
    pub clean: &'static str,
    /// The flagged file after all its fixes; `None` if the rule has no mechanical fix.
    pub fixed: Option<&'static str>,
    /// Looks at one declaration.
    pub check: fn(&Context, &mut Vec<Finding>),
}

/// What a rule found; ranges are relative to the declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub range: TextRange,
    /// What, with the consequence.
    pub message: String,
    /// Places in the same declaration that explain it.
    pub related: Vec<(TextRange, String)>,
    /// How to put it right.
    pub fix: Option<Fix>,
}

/// A fix: edits of the declaration, and packages that its file must import afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Replacements, relative to the declaration; they don't overlap.
    pub edits: Vec<(TextRange, String)>,
    /// Import paths.
    pub imports: Vec<&'static str>,
}

/// A rule by its code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules::ALL.iter().copied().find(|r| r.code == code)
}

/// A finding that the source accepts, or says to be mistaken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Whether it is marked as mistaken (`//amigos:fp`) and not only accepted (`//amigos:allow`).
    pub false_positive: bool,
    /// Why; may be empty below high.
    pub reason: String,
}

/// What the rules say of a declaration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings {
    /// What stands, sorted by place.
    pub found: Vec<Finding>,
    /// What is suppressed.
    pub suppressed: Vec<Suppressed>,
}

impl std::ops::Deref for Findings {
    type Target = [Finding];
    fn deref(&self) -> &[Finding] {
        &self.found
    }
}

/// What the rules say of a declaration: read as a list, what is not suppressed.
#[salsa::tracked(returns(clone))]
pub fn declaration_findings<'db>(db: &'db dyn Db, package: Package, decl: Decl<'db>) -> Arc<Findings> {
    if package.profile(db) != Profile::Contract || package.origin(db) == Origin::Std {
        return Arc::default();
    }
    let sig_facts = q::sig_facts(db, package, decl);
    let body_facts = q::body_facts(db, package, decl);
    let ctx = amigos_db::context::DbCtx::new(db, package);
    let sig = &q::parse_decl(db, decl);
    let clean = sig_facts.errors.iter().chain(body_facts.iter().flat_map(|f| &f.errors)).all(|e| e.soft);
    // Only functions without errors have a body to look at.
    let is_func = matches!(sig.kind, amigos_syntax::ast::DeclKind::Func(_));
    let mir = (clean && is_func).then(|| amigos_mir::query::mir(db, package, decl));
    let body = mir.as_ref().and_then(|m| m.func.as_deref());
    let context = Context {
        db,
        input: package,
        contract: amigos_mir::query::package_kind(db, package) == amigos_mir::mir::PackageKind::Contract,
        flow: body.map(flow::Flow::new),
        led: Default::default(),
        types: &ctx,
        package: package.key(db),
        file: decl.file(db),
        test: decl.file(db).name(db).ends_with("_test.go"),
        text: decl.text(db),
        ast: q::parse_decl(db, decl),
        sig_facts: &sig_facts,
        body_facts: &body_facts,
    };
    let mut found = Vec::new();
    for rule in rules::ALL {
        (rule.check)(&context, &mut found);
    }
    let suppressed = suppress::apply(&context, &mut found);
    found.sort_by(|a, b| (a.range, a.code).cmp(&(b.range, b.code)));
    found.dedup();
    Arc::new(Findings { found, suppressed })
}
