//! Where a package uses what another exports.

use amigos_db::Db;
use amigos_db::input::{Package, SourceFile};
use amigos_db::query as q;
use amigos_syntax::ast::{Ast, ExprKind};
use amigos_syntax::{Name, TextRange};
use amigos_types::facts::{Facts, ObjRef};
use amigos_types::ty::PkgKey;

use crate::apidiff::Change;
use crate::provenance::named;

/// A place that names something of another package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The file.
    pub file: SourceFile,
    /// Where in the file.
    pub range: TextRange,
    /// The package-level object; of a field or method, its type.
    pub object: Name,
    /// The field or method.
    pub member: Option<Name>,
}

impl Use {
    /// Whether a change concerns it.
    pub fn is_hit_by(&self, change: &Change) -> bool {
        self.object == change.object && (change.member.is_none() || self.member == change.member)
    }
}

/// Everything of `of` that `importer` uses, tests left out, in order of place.
pub fn uses(db: &dyn Db, importer: Package, of: PkgKey) -> Vec<Use> {
    let mut out = Vec::new();
    for decl in q::package_decls(db, importer) {
        if !decl.file(db).name(db).ends_with("_test.go") {
            out.extend(uses_in(db, importer, *decl, of));
        }
    }
    out
}

/// The same of one declaration.
pub fn uses_in<'db>(db: &'db dyn Db, importer: Package, decl: q::Decl<'db>, of: PkgKey) -> Vec<Use> {
    let file = decl.file(db);
    let ast = q::parse_decl(db, decl);
    let sig = q::sig_facts(db, importer, decl);
    let bodies = q::body_facts(db, importer, decl);
    let mut found: Vec<Use> = Vec::new();
    let mut add = |range: TextRange, object, member| found.push(Use { file, range: range.shift(decl.start(db)), object, member });
    in_arena(&ast.sig, &sig, of, &mut add);
    for (body, facts) in ast.bodies.iter().zip(&bodies) {
        in_arena(&body.ast, facts, of, &mut add);
    }
    found.sort_by_key(|u| u.range);
    found.dedup();
    found
}

fn in_arena(ast: &Ast, facts: &Facts, of: PkgKey, add: &mut dyn FnMut(TextRange, Name, Option<Name>)) {
    for (i, expr) in ast.exprs.iter().enumerate() {
        let ExprKind::Selector { x, sel } = &expr.kind else { continue };
        let sel = &ast.idents[sel.idx()];
        if let ExprKind::Ident(base) = &ast[*x].kind
            && facts.uses.get(base) == Some(&ObjRef::Package(of))
        {
            add(sel.range, sel.name, None);
            continue;
        }
        let Some(selection) = facts.selections.get(&amigos_syntax::ast::ExprId(i as u32)) else { continue };
        let owner = selection.method_of.or_else(|| named(selection.recv));
        if let Some(key) = owner.filter(|key| key.pkg == Some(of)) {
            add(sel.range, key.name, Some(sel.name));
        }
    }
}
