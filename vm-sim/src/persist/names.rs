//! Types as state names them: text from which the type can be had again.

use std::fmt::Write;

use amigos_syntax::Name;
use amigos_syntax::ast::ChanDir;
use amigos_types::ty::{FieldTy, IfaceMethod, Interface, NamedKey, Param, PkgKey, Signature, Ty, TyKind};

use crate::types::{basic_by_name, basic_name};

const MAX_DEPTH: u32 = 100;

/// The text of a type: equal for identical types only.
pub fn type_text(ty: Ty) -> String {
    let mut out = String::new();
    write(&mut out, ty.canonical(), 0);
    out
}

fn pkg_text(pkg: Option<PkgKey>) -> &'static str {
    pkg.map_or("", |p| p.0.as_str())
}

fn write(out: &mut String, ty: Ty, depth: u32) {
    if depth > MAX_DEPTH {
        out.push('?');
        return;
    }
    let list = |out: &mut String, parts: &[Param], variadic: bool| {
        for (i, p) in parts.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if variadic && i + 1 == parts.len() {
                out.push_str("...");
            }
            write(out, p.ty, depth + 1);
        }
    };
    // writing to a string cannot fail
    let _ = match ty.kind() {
        TyKind::Basic(b) => out.write_str(basic_name(*b)),
        TyKind::Named { key, args } => {
            if let Some(p) = key.pkg {
                let _ = write!(out, "\"{}\".", p.0);
            }
            out.push_str(&key.name);
            if let Some((func, n)) = key.local {
                let _ = write!(out, "·{func}·{n}·");
            }
            if !args.is_empty() {
                out.push('[');
                for (i, t) in args.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write(out, *t, depth + 1);
                }
                out.push(']');
            }
            Ok(())
        }
        TyKind::Pointer(t) => {
            out.push('*');
            write(out, *t, depth + 1);
            Ok(())
        }
        TyKind::Slice(t) => {
            out.push_str("[]");
            write(out, *t, depth + 1);
            Ok(())
        }
        TyKind::Array { len, elem } => {
            let _ = write!(out, "[{len}]");
            write(out, *elem, depth + 1);
            Ok(())
        }
        TyKind::Map { key, value } => {
            out.push_str("map[");
            write(out, *key, depth + 1);
            out.push(']');
            write(out, *value, depth + 1);
            Ok(())
        }
        TyKind::Struct(fields) => {
            out.push_str("struct{");
            for f in fields.iter() {
                let _ = write!(out, "{}@\"{}\"{}", f.name, pkg_text(f.pkg), if f.embedded { "!" } else { " " });
                write(out, f.ty, depth + 1);
                out.push(';');
            }
            out.write_char('}')
        }
        TyKind::Signature(s) => {
            out.push_str("func(");
            list(out, &s.params, s.variadic);
            out.push_str(")(");
            list(out, &s.results, false);
            out.write_char(')')
        }
        TyKind::Interface(i) => {
            out.push_str("interface{");
            for m in i.methods.iter() {
                let _ = write!(out, "{}@\"{}\" ", m.name, pkg_text(m.pkg));
                write(out, m.sig, depth + 1);
                out.push(';');
            }
            for e in i.embeds.iter() {
                out.push('!');
                write(out, *e, depth + 1);
                out.push(';');
            }
            out.write_char('}')
        }
        TyKind::Chan { elem, .. } => {
            out.push_str("chan ");
            write(out, *elem, depth + 1);
            Ok(())
        }
        TyKind::Alias { actual, .. } => {
            write(out, *actual, depth + 1);
            Ok(())
        }
        TyKind::Tuple(_) | TyKind::Union(_) | TyKind::TypeParam(_) => out.write_char('?'),
    };
}

/// The type with this text.
pub fn parse_type(text: &str) -> Option<Ty> {
    let mut p = Parser { rest: text };
    let ty = p.ty(0)?;
    p.rest.is_empty().then_some(ty)
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, end: char) -> Option<&'t str> {
        let (head, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(head)
    }

    fn word(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at(end);
        self.rest = rest;
        head
    }

    fn pkg(&mut self) -> Option<Option<PkgKey>> {
        self.eat("\"").then_some(())?;
        let text = self.until('"')?;
        Some((!text.is_empty()).then(|| PkgKey(Name::new(text))))
    }

    fn ty(&mut self, depth: u32) -> Option<Ty> {
        if depth > MAX_DEPTH {
            return None;
        }
        let d = depth + 1;
        if self.eat("*") {
            return Some(Ty::pointer(self.ty(d)?));
        }
        if self.eat("[]") {
            return Some(Ty::slice(self.ty(d)?));
        }
        if self.eat("[") {
            let len = self.until(']')?.parse().ok()?;
            return Some(Ty::new(TyKind::Array { len, elem: self.ty(d)? }));
        }
        if self.eat("map[") {
            let key = self.ty(d)?;
            self.eat("]").then_some(())?;
            return Some(Ty::new(TyKind::Map { key, value: self.ty(d)? }));
        }
        if self.eat("chan ") {
            return Some(Ty::new(TyKind::Chan { dir: ChanDir::Both, elem: self.ty(d)? }));
        }
        if self.eat("func(") {
            return self.signature(d);
        }
        if self.eat("struct{") {
            let mut fields = Vec::new();
            while !self.eat("}") {
                let name = Name::new(self.until('@')?);
                let pkg = self.pkg()?;
                let embedded = self.eat("!");
                if !embedded {
                    self.eat(" ").then_some(())?;
                }
                let ty = self.ty(d)?;
                self.eat(";").then_some(())?;
                fields.push(FieldTy { name, pkg, ty, embedded, tag: Name::new("") });
            }
            return Some(Ty::new(TyKind::Struct(fields.into())));
        }
        if self.eat("interface{") {
            let (mut methods, mut embeds) = (Vec::new(), Vec::new());
            while !self.eat("}") {
                if self.eat("!") {
                    embeds.push(self.ty(d)?);
                } else {
                    let name = Name::new(self.until('@')?);
                    let pkg = self.pkg()?;
                    self.eat(" func(").then_some(())?;
                    methods.push(IfaceMethod { name, pkg, sig: self.signature(d)? });
                }
                self.eat(";").then_some(())?;
            }
            let i = Interface { methods: methods.into(), embeds: embeds.into(), implicit: false };
            return Some(Ty::new(TyKind::Interface(i)));
        }
        let pkg = if self.rest.starts_with('"') {
            let pkg = self.pkg()?;
            self.eat(".").then_some(())?;
            pkg
        } else {
            None
        };
        let name = self.word();
        if name.is_empty() {
            return None;
        }
        if pkg.is_none()
            && let Some(b) = basic_by_name(name)
        {
            return Some(Ty::basic(b));
        }
        let mut local = None;
        if self.eat("·") {
            let func = Name::new(self.until('·')?);
            local = Some((func, self.until('·')?.parse().ok()?));
        }
        let mut args = Vec::new();
        if self.eat("[") {
            loop {
                args.push(self.ty(d)?);
                if self.eat("]") {
                    break;
                }
                self.eat(",").then_some(())?;
            }
        }
        Some(Ty::named(NamedKey { pkg, name: Name::new(name), local }, args))
    }

    fn signature(&mut self, depth: u32) -> Option<Ty> {
        let (params, variadic) = self.params(depth)?;
        self.eat("(").then_some(())?;
        let (results, _) = self.params(depth)?;
        Some(Ty::new(TyKind::Signature(Signature { tparams: Box::new([]), params: params.into(), results: results.into(), variadic })))
    }

    fn params(&mut self, depth: u32) -> Option<(Vec<Param>, bool)> {
        let (mut list, mut variadic) = (Vec::new(), false);
        while !self.eat(")") {
            if !list.is_empty() {
                self.eat(",").then_some(())?;
            }
            variadic |= self.eat("...");
            list.push(Param { name: None, ty: self.ty(depth)? });
        }
        Some((list, variadic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in [
            "int",
            "error",
            "*\"hub.amigos.dev/forum@v1\".Post",
            "map[string][]*\"p\".T",
            "[4]struct{a@\"p\" int;t@\"p\"!*\"p\".t;}",
            "func(int,...[]string)(error)",
            "interface{M@\"\" func()(int);!error;}",
            "\"p\".Pair[int,\"q\".K]",
            "\"p\".local·F·2·",
        ] {
            let ty = parse_type(text).unwrap_or_else(|| panic!("`{text}` does not parse"));
            assert_eq!(type_text(ty), text);
        }
        for bad in ["", "*", "[x]int", "map[int", "\"p\"", "struct{", "int int"] {
            assert!(parse_type(bad).is_none(), "{bad}");
        }
        assert!(parse_type(&"*".repeat(1000)).is_none());
    }
}
