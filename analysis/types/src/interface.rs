//! Interface types, and errors in their type sets.

use amigos_syntax::ast::{ExprId, InterfaceElem};
use amigos_syntax::{Name, TextRange};

use crate::checker::{Checker, Report};
use crate::codes;
use crate::facts::ObjRef;
use crate::ty::{IfaceMethod, Interface, PkgKey, Ty, TyKind};
use crate::typeset::{MAX_TERMS, sort_methods};
use crate::universe;

impl<'a> Checker<'a> {
    /// Checks an interface type.
    pub(crate) fn interface_type(&mut self, _expr: ExprId, elems: &'a [InterfaceElem]) -> Ty {
        let pkg = self.source.key;
        let mut methods: Vec<(IfaceMethod, TextRange)> = Vec::new();
        let mut embeds: Vec<(Ty, TextRange)> = Vec::new();
        for elem in elems {
            match elem {
                InterfaceElem::Embed(x) => {
                    let ty = self.parse_union(*x);
                    embeds.push((ty, self.range(*x)));
                }
                InterfaceElem::Method { name, ty, .. } => {
                    let range = self.ident_range(*name);
                    if self.name(*name).is_blank() {
                        self.error(codes::BlankIfaceMethod, range, "methods must have a unique non-blank name");
                        continue;
                    }
                    let info = self.func_type(None, ty, None);
                    if let Some(field) = ty.tparams.first() {
                        let at = field.names.first().map_or(range, |n| self.ident_range(*n));
                        self.error(codes::InvalidSyntaxTree, at, "interface methods cannot have type parameters");
                    }
                    self.record_def(*name, ObjRef::Decl);
                    methods.push((IfaceMethod { name: self.name(*name), pkg: Some(pkg), sig: info.sig }, range));
                }
            }
        }
        // Of methods written twice the first counts.
        let mut unique: Vec<IfaceMethod> = Vec::new();
        for (method, _) in &methods {
            if !unique.iter().any(|m| m.name == method.name) {
                unique.push(*method);
            }
        }
        sort_methods(&mut unique);
        let interface =
            Ty::new(TyKind::Interface(Interface { methods: unique.into(), embeds: embeds.iter().map(|e| e.0).collect(), implicit: false }));
        if !methods.is_empty() || !embeds.is_empty() {
            self.later(move |c| c.check_type_set(&methods, &embeds));
        }
        interface
    }

    /// Reports what is wrong with the elements of an interface.
    fn check_type_set(&mut self, methods: &[(IfaceMethod, TextRange)], embeds: &[(Ty, TextRange)]) {
        let mut seen: Vec<(IfaceMethod, TextRange)> = Vec::new();
        for (method, range) in methods {
            match find(&seen, method) {
                Some((_, other)) => {
                    let text = format!("duplicate method {}", method.name);
                    let report = Report::new(codes::DuplicateDecl, *range, text)
                        .related(self.place(other), format!("other declaration of method {}", method.name));
                    self.report(report);
                }
                None => seen.push((*method, *range)),
            }
        }
        for (embed, range) in embeds {
            let under = self.under(*embed);
            let is_comparable = matches!(embed.unalias().kind(), TyKind::Named { key, .. } if *key == universe::comparable_key());
            match under.kind() {
                TyKind::Interface(_) if !is_comparable => {
                    let set = self.type_set(under);
                    if self.is_imported_constraint(*embed) {
                        let text = format!("embedding constraint interface {}", self.ty_str(*embed));
                        if !self.verify_version(*range, 18, text) {
                            continue;
                        }
                    }
                    for method in &set.methods {
                        let Some((other, other_range)) = find(&seen, method) else {
                            seen.push((*method, *range));
                            continue;
                        };
                        let (m, range) = (*method, *range);
                        self.later(move |c| {
                            if c.allow_version(14) && c.identical(m.sig, other.sig) {
                                return;
                            }
                            let report = Report::new(codes::DuplicateDecl, range, format!("duplicate method {}", m.name))
                                .related(c.place(other_range), format!("other declaration of method {}", m.name));
                            c.report(report);
                        });
                    }
                }
                TyKind::Interface(_) => {}
                TyKind::Union(_) => {
                    let text = format!("embedding interface element {}", self.ty_str(*embed));
                    if self.verify_version(*range, 18, text) && self.union_set(under).is_none() {
                        let text = format!("cannot handle more than {MAX_TERMS} union terms (implementation limitation)");
                        self.error(codes::InvalidUnion, *range, text);
                    }
                }
                _ if under.is_invalid() => {}
                _ => {
                    let text = format!("embedding non-interface type {}", self.ty_str(*embed));
                    self.verify_version(*range, 18, text);
                }
            }
        }
    }

    /// Whether a type is a constraint interface that another package declares.
    pub(crate) fn is_imported_constraint(&self, ty: Ty) -> bool {
        let TyKind::Named { key, .. } = ty.unalias().kind() else { return false };
        let foreign: Option<PkgKey> = key.pkg.filter(|p| *p != self.source.key);
        foreign.is_some() && self.is_interface(ty) && !self.type_set(ty).is_method_set()
    }
}

fn find(seen: &[(IfaceMethod, TextRange)], method: &IfaceMethod) -> Option<(IfaceMethod, TextRange)> {
    let same = |m: &IfaceMethod, name: Name, pkg| Checker::same_id(m.pkg, m.name, pkg, name, false);
    seen.iter().find(|(m, _)| same(m, method.name, method.pkg)).copied()
}
