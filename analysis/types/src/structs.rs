//! Struct types.

use amigos_syntax::Name;
use amigos_syntax::ast::{ExprId, ExprKind, Field, IdentId};

use crate::checker::{Checker, Report};
use crate::codes;
use crate::facts::ObjRef;
use crate::predicates::is_type_param;
use crate::ty::{Basic, FieldTy, Ty, TyKind};

impl<'a> Checker<'a> {
    /// Checks a struct type.
    pub(crate) fn struct_type(&mut self, list: &'a [Field]) -> Ty {
        let mut fields: Vec<FieldTy> = Vec::new();
        let mut seen: Vec<(Name, amigos_syntax::TextRange)> = Vec::new();
        for field in list {
            let ty = self.var_type(field.ty);
            let tag = self.tag_text(field.tag);
            for name in &field.names {
                self.add_field(&mut fields, &mut seen, *name, ty, tag, false);
            }
            if !field.names.is_empty() {
                continue;
            }
            let Some(ident) = self.embedded_field_ident(field.ty) else {
                if !matches!(self.ast()[field.ty].kind, ExprKind::Bad) {
                    let text = format!("embedded field type {} has no name", self.expr_str(field.ty));
                    self.error(codes::InvalidSyntaxTree, self.range(field.ty), text);
                }
                let blank = Name::new("_");
                fields.push(FieldTy { name: blank, pkg: Some(self.source.key), ty: Ty::invalid(), embedded: true, tag: Name::new("") });
                continue;
            };
            self.add_field(&mut fields, &mut seen, ident, ty, tag, true);
            let at = field.ty;
            self.later(move |c| {
                let (base, is_ptr) = c.deref(ty);
                let range = c.range(at);
                match c.under(base).kind() {
                    TyKind::Basic(Basic::UnsafePointer) => {
                        c.error(codes::InvalidPtrEmbed, range, "embedded field type cannot be unsafe.Pointer");
                    }
                    TyKind::Pointer(_) => c.error(codes::InvalidPtrEmbed, range, "embedded field type cannot be a pointer"),
                    TyKind::Interface(_) if is_type_param(base) => {
                        c.error(codes::MisplacedTypeParam, range, "embedded field type cannot be a (pointer to a) type parameter");
                    }
                    TyKind::Interface(_) if is_ptr => {
                        c.error(codes::InvalidPtrEmbed, range, "embedded field type cannot be a pointer to an interface");
                    }
                    _ => {}
                }
            });
        }
        Ty::new(TyKind::Struct(fields.into()))
    }

    fn add_field(
        &mut self,
        fields: &mut Vec<FieldTy>,
        seen: &mut Vec<(Name, amigos_syntax::TextRange)>,
        ident: IdentId,
        ty: Ty,
        tag: Name,
        embedded: bool,
    ) {
        let name = self.name(ident);
        let range = self.ident_range(ident);
        if !name.is_blank() {
            if let Some((_, other)) = seen.iter().find(|(n, _)| *n == name).copied() {
                let report = Report::new(codes::DuplicateDecl, range, format!("{name} redeclared"))
                    .related(self.place(other), format!("other declaration of {name}"));
                self.report(report);
                return;
            }
            seen.push((name, range));
        }
        fields.push(FieldTy { name, pkg: Some(self.source.key), ty, embedded, tag });
        self.record_def(ident, ObjRef::Decl);
    }

    fn embedded_field_ident(&self, expr: ExprId) -> Option<IdentId> {
        let ast = self.ast();
        let mut at = expr;
        loop {
            match &ast[at].kind {
                ExprKind::Ident(ident) => return Some(*ident),
                ExprKind::Star(x) if !matches!(ast[*x].kind, ExprKind::Star(_)) => at = *x,
                ExprKind::Selector { sel, .. } => return Some(*sel),
                ExprKind::Index { x, .. } => at = *x,
                _ => return None,
            }
        }
    }
}
