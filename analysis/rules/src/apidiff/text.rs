//! Objects and types as messages name them.

use amigos_types::ty::{NamedKey, PkgKey, Ty, TyKind};
use amigos_types::typestring::TypeWriter;

use super::messages::{MethodObject, Object};
use super::{Differ, Side};

impl Differ<'_, '_, '_> {
    /// A type as text; with `full`, the package's own types are qualified too.
    pub(super) fn text(&self, side: Side, ty: Ty, full: bool) -> String {
        let qualifier = |pkg: PkgKey| if pkg == side.key && !full { String::new() } else { pkg.0.to_string() };
        let bounds = |param: Ty| match param.kind() {
            TyKind::TypeParam(key) => side.types.bounds.get(key).copied().or_else(|| side.ctx.bound(*key)),
            _ => None,
        };
        let tparams = |key: NamedKey| {
            let info = side.types.named.get(&key).cloned().or_else(|| side.ctx.named(key));
            info.map(|n| n.tparams.clone()).unwrap_or_default()
        };
        let mut writer = TypeWriter::new(&qualifier).with_bounds(&bounds, &tparams);
        writer.ty(ty);
        writer.out
    }

    pub(super) fn object_text(&self, object: &Object) -> String {
        let side = if object.new { self.new } else { self.old };
        let Some(method) = &object.method else { return object.name.to_string() };
        let prefix = match method.pkg {
            Some(pkg) if pkg != side.key => {
                let path = pkg.0.as_str();
                match path.strip_prefix(side.key.0.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                    Some(rest) => format!("./{rest}."),
                    None => format!("{path}."),
                }
            }
            _ => String::new(),
        };
        let receiver = self.receiver(side, method);
        let receiver = if receiver.starts_with('*') { format!("({receiver})") } else { receiver };
        format!("{prefix}{receiver}.{}", method.name)
    }

    /// The type of a method's receiver as the method's declaration has it, without package.
    fn receiver(&self, side: Side, method: &MethodObject) -> String {
        if let Some(written) = self.written_receiver(side, method) {
            return self.text(side, written, false);
        }
        let star = if method.pointer { "*" } else { "" };
        let Some(recv) = method.recv else { return "interface".to_owned() };
        let qualifier = |pkg: PkgKey| if Some(pkg) == method.pkg { String::new() } else { pkg.0.to_string() };
        format!("{star}{}", amigos_types::typestring::type_string(recv, &qualifier))
    }

    fn written_receiver(&self, side: Side, method: &MethodObject) -> Option<Ty> {
        let TyKind::Named { key, args } = method.recv?.kind() else { return None };
        if !args.is_empty() {
            return None;
        }
        let decl = side.types.methods.get(&(*key, method.name))?;
        let facts = side.types.facts.get(decl.0 as usize)?;
        Some(facts.locals.get(facts.params.get(&None)?.recv?.0 as usize)?.ty)
    }
}
