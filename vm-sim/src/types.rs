//! Types as the machine needs them: numbered, with layout and kind resolved, type arguments put in.

use std::sync::{Arc, OnceLock};

use amigos_mir::layout;
use amigos_syntax::Name;
use amigos_types::ctx::TyCtx;
use amigos_types::ty::{Basic, IfaceMethod, NamedKey, PkgKey, Ty, TyKind};
use rustc_hash::FxHashMap;

/// The number of a type in a [`TypeTable`]. Numbers differ from image to image and are never stored or shown.
pub type TypeId = u32;

/// The pseudo type of run-time panics: a string with method `Error`.
pub const RUNTIME_ERROR: TypeId = 1;

/// How deep types may nest.
const MAX_DEPTH: u32 = 300;

/// A method's name as interfaces ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct MethodKey {
    /// The name.
    pub name: Name,
    /// The package, if the name isn't exported.
    pub pkg: Option<PkgKey>,
}

impl MethodKey {
    /// The key of a method written in `pkg`.
    pub fn new(name: Name, pkg: Option<PkgKey>) -> MethodKey {
        MethodKey { name, pkg: if name.is_exported() { None } else { pkg } }
    }
}

/// A field of a struct type.
#[derive(Clone, Debug)]
pub struct RtField {
    /// Its name.
    pub name: Name,
    /// The package that wrote it.
    pub pkg: Option<PkgKey>,
    /// Its type.
    pub ty: TypeId,
    /// Its first slot in the struct.
    pub offset: u32,
    /// Whether it is embedded.
    pub embedded: bool,
    /// Its tag, unquoted; empty if none.
    pub tag: Name,
}

/// What a type is, declared names resolved.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `bool`
    Bool,
    /// Signed integers, by bits.
    Int(u8),
    /// Unsigned integers, by bits.
    Uint(u8),
    /// Floats, by bits.
    Float(u8),
    /// Complex numbers, by bits of a part.
    Complex(u8),
    /// `string`
    Str,
    /// `*T`
    Ptr(TypeId),
    /// `[]T`
    Slice(TypeId),
    /// `[N]T`
    Array(TypeId, u32),
    /// `map[K]V`
    Map(TypeId, TypeId),
    /// `struct{...}`
    Struct(Arc<[RtField]>),
    /// A function type.
    Func,
    /// An interface with its whole method set, sorted.
    Iface(Arc<[MethodKey]>),
    /// Channels, type parameters that nobody replaced, errors.
    Other,
}

/// A type.
#[derive(Clone, Debug)]
pub struct Rt {
    /// The type, canonical.
    pub ty: Ty,
    /// What it is.
    pub kind: Kind,
    /// Slots of a value.
    pub slots: u32,
    /// Whether values hold pointers, slices, maps, functions or interfaces.
    pub refs: bool,
    /// Whether `==` never panics and is defined.
    pub comparable: bool,
    /// How values are compared and hashed.
    pub plain: Plain,
    /// Its names, once somebody asked for them.
    names: Names,
}

/// The names of a type.
#[derive(Clone, Debug, Default)]
struct Names {
    /// As messages write it.
    message: OnceLock<Arc<str>>,
    /// As state writes it.
    state: OnceLock<Arc<str>>,
}

impl Rt {
    /// The type as state names it, see [`crate::persist::names`].
    pub fn state_name(&self) -> &Arc<str> {
        self.names.state.get_or_init(|| crate::persist::names::type_text(self.ty).into())
    }

    /// Whether values are complete in their slots: they refer to nothing else in memory.
    pub fn self_contained(&self) -> bool {
        !self.refs && self.plain == Plain::Words
    }
}

/// How values of a type can be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plain {
    /// Slot by slot.
    Words,
    /// As a string.
    Str,
    /// Part by part.
    Mixed,
}

/// All types of an image.
pub struct TypeTable {
    list: Vec<Rt>,
    ids: FxHashMap<Ty, TypeId>,
}

impl Default for TypeTable {
    fn default() -> TypeTable {
        TypeTable::new()
    }
}

impl TypeTable {
    /// A table that knows [`RUNTIME_ERROR`] only. Number 0 means nil and is no type.
    pub fn new() -> TypeTable {
        let none = Rt {
            ty: Ty::invalid(),
            kind: Kind::Other,
            slots: 1,
            refs: false,
            comparable: true,
            plain: Plain::Words,
            names: Names::default(),
        };
        let key = NamedKey { pkg: Some(PkgKey(Name::new("runtime"))), name: Name::new("Error"), local: None };
        let error = Rt {
            ty: Ty::named(key, []),
            kind: Kind::Str,
            slots: 2,
            refs: false,
            comparable: true,
            plain: Plain::Str,
            names: Names::default(),
        };
        let ids = [(error.ty, RUNTIME_ERROR)].into_iter().collect();
        TypeTable { list: vec![none, error], ids }
    }

    /// The type with a number; that of nil for a number that is none.
    pub fn get(&self, id: TypeId) -> &Rt {
        self.list.get(id as usize).unwrap_or(&self.list[0])
    }

    /// The number of a type that is known already.
    pub fn find(&self, ty: Ty) -> Option<TypeId> {
        self.ids.get(&ty.canonical()).copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none; never.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The number of a type, which must not contain type parameters.
    pub fn intern(&mut self, ctx: &dyn TyCtx, ty: Ty) -> TypeId {
        self.intern_at(ctx, ty, 0)
    }

    fn intern_at(&mut self, ctx: &dyn TyCtx, ty: Ty, depth: u32) -> TypeId {
        let ty = ty.canonical();
        if let Some(id) = self.ids.get(&ty) {
            return *id;
        }
        let id = self.list.len() as TypeId;
        let slots = layout::slots_of(ctx, ty);
        self.list.push(Rt { ty, kind: Kind::Other, slots, refs: false, comparable: false, plain: Plain::Mixed, names: Names::default() });
        self.ids.insert(ty, id);
        if depth > MAX_DEPTH {
            return id;
        }
        let under = layout::underlying(ctx, ty);
        let mut part = |t: Ty| self.intern_at(ctx, t, depth + 1);
        let kind = match under.kind() {
            TyKind::Basic(b) => basic_kind(*b),
            TyKind::Pointer(t) => Kind::Ptr(part(*t)),
            TyKind::Slice(t) => Kind::Slice(part(*t)),
            TyKind::Array { len, elem } => Kind::Array(part(*elem), (*len).clamp(0, i64::from(u32::MAX)) as u32),
            TyKind::Map { key, value } => Kind::Map(part(*key), part(*value)),
            TyKind::Struct(fields) => {
                let mut offset = 0u32;
                let mut list = Vec::new();
                for f in fields.iter() {
                    let ty = part(f.ty);
                    list.push(RtField { name: f.name, pkg: f.pkg, ty, offset, embedded: f.embedded, tag: f.tag });
                    offset = offset.saturating_add(layout::slots_of(ctx, f.ty));
                }
                Kind::Struct(list.into())
            }
            TyKind::Signature(_) => Kind::Func,
            TyKind::Interface(_) => Kind::Iface(method_set(ctx, under).iter().map(|m| MethodKey::new(m.name, m.pkg)).collect()),
            _ => Kind::Other,
        };
        let (refs, comparable, plain) = match &kind {
            Kind::Bool | Kind::Int(_) | Kind::Uint(_) => (false, true, Plain::Words),
            Kind::Float(_) | Kind::Complex(_) => (false, true, Plain::Mixed),
            Kind::Str => (false, true, Plain::Str),
            Kind::Ptr(_) => (true, true, Plain::Words),
            Kind::Slice(_) | Kind::Map(..) | Kind::Func => (true, false, Plain::Mixed),
            Kind::Array(t, _) => {
                let t = self.get(*t);
                let plain = if t.plain == Plain::Words { Plain::Words } else { Plain::Mixed };
                (t.refs, t.comparable, plain)
            }
            Kind::Struct(fields) => {
                let all = |f: &dyn Fn(&Rt) -> bool| fields.iter().all(|x| f(self.get(x.ty)));
                let plain = if all(&|t| t.plain == Plain::Words) && fields.iter().all(|f| !f.name.is_blank()) {
                    Plain::Words
                } else {
                    Plain::Mixed
                };
                (!all(&|t| !t.refs), all(&|t| t.comparable), plain)
            }
            Kind::Iface(_) => (true, true, Plain::Mixed),
            Kind::Other => (true, true, Plain::Words),
        };
        let rt = &mut self.list[id as usize];
        (rt.kind, rt.refs, rt.comparable, rt.plain) = (kind, refs, comparable, plain);
        id
    }

    /// The name of a type as messages write it: packages by name (`forum.Post`).
    pub fn name(&self, ctx: &dyn TyCtx, id: TypeId) -> String {
        self.shared_name(ctx, id).to_string()
    }

    /// The same, shared.
    pub fn shared_name(&self, ctx: &dyn TyCtx, id: TypeId) -> Arc<str> {
        let rt = self.get(id);
        rt.names.message.get_or_init(|| if id == 0 { "nil".into() } else { type_name(ctx, rt.ty).into() }).clone()
    }

    /// The element type if values are slices or arrays with bytes packed in memory: `byte` and `bool`.
    pub fn packs(&self, elem: TypeId) -> bool {
        matches!(self.get(elem).kind, Kind::Uint(8) | Kind::Bool)
    }
}

fn basic_kind(b: Basic) -> Kind {
    match b {
        Basic::Bool | Basic::UntypedBool => Kind::Bool,
        Basic::Int | Basic::Int64 | Basic::UntypedInt => Kind::Int(64),
        Basic::Int8 => Kind::Int(8),
        Basic::Int16 => Kind::Int(16),
        Basic::Int32 | Basic::UntypedRune => Kind::Int(32),
        Basic::Uint | Basic::Uint64 | Basic::Uintptr => Kind::Uint(64),
        Basic::Uint8 => Kind::Uint(8),
        Basic::Uint16 => Kind::Uint(16),
        Basic::Uint32 => Kind::Uint(32),
        Basic::Float32 => Kind::Float(32),
        Basic::Float64 | Basic::UntypedFloat => Kind::Float(64),
        Basic::Complex64 => Kind::Complex(32),
        Basic::Complex128 | Basic::UntypedComplex => Kind::Complex(64),
        Basic::String | Basic::UntypedString => Kind::Str,
        Basic::Invalid | Basic::UnsafePointer | Basic::UntypedNil => Kind::Other,
    }
}

/// All methods of an interface, embedded ones included, sorted by name.
pub fn method_set(ctx: &dyn TyCtx, iface: Ty) -> Vec<IfaceMethod> {
    fn collect(ctx: &dyn TyCtx, iface: Ty, out: &mut Vec<IfaceMethod>, depth: u32) {
        let TyKind::Interface(i) = layout::underlying(ctx, iface).kind() else { return };
        for m in i.methods.iter() {
            if !out.iter().any(|o| MethodKey::new(o.name, o.pkg) == MethodKey::new(m.name, m.pkg)) {
                out.push(*m);
            }
        }
        if depth < MAX_DEPTH {
            i.embeds.iter().for_each(|e| collect(ctx, *e, out, depth + 1));
        }
    }
    let mut out = Vec::new();
    collect(ctx, iface, &mut out, 0);
    out.sort_by_key(|m| (m.name, m.pkg));
    out
}

/// A type as messages write it.
pub fn type_name(ctx: &dyn TyCtx, ty: Ty) -> String {
    let mut out = String::new();
    write_type(&mut out, ty, 0, &|pkg| ctx.package_name(pkg).map_or_else(|| short_name(pkg), |n| n.to_string()));
    out
}

/// The default name of a package: its path's last element.
pub fn short_name(pkg: PkgKey) -> String {
    let path = pkg.0.as_str();
    let path = path.split('@').next().unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

type PkgName<'a> = &'a dyn Fn(PkgKey) -> String;

fn write_type(out: &mut String, ty: Ty, depth: u32, pkg: PkgName) {
    if depth > MAX_DEPTH {
        out.push('…');
        return;
    }
    let list = |out: &mut String, parts: &mut dyn Iterator<Item = Ty>| {
        for (i, t) in parts.enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            write_type(out, t, depth + 1, pkg);
        }
    };
    match ty.unalias().kind() {
        TyKind::Basic(b) => out.push_str(basic_name(*b)),
        TyKind::Named { key, args } => {
            if let Some(p) = key.pkg {
                out.push_str(&pkg(p));
                out.push('.');
            }
            out.push_str(key.name.as_str());
            if !args.is_empty() {
                out.push('[');
                let mut first = true;
                for t in args.iter() {
                    if !first {
                        out.push(',');
                    }
                    first = false;
                    write_type(out, *t, depth + 1, pkg);
                }
                out.push(']');
            }
        }
        TyKind::Alias { actual, .. } => write_type(out, *actual, depth + 1, pkg),
        TyKind::Pointer(t) => {
            out.push('*');
            write_type(out, *t, depth + 1, pkg);
        }
        TyKind::Slice(t) => {
            out.push_str("[]");
            write_type(out, *t, depth + 1, pkg);
        }
        TyKind::Array { len, elem } => {
            out.push_str(&format!("[{len}]"));
            write_type(out, *elem, depth + 1, pkg);
        }
        TyKind::Map { key, value } => {
            out.push_str("map[");
            write_type(out, *key, depth + 1, pkg);
            out.push(']');
            write_type(out, *value, depth + 1, pkg);
        }
        TyKind::Chan { elem, .. } => {
            out.push_str("chan ");
            write_type(out, *elem, depth + 1, pkg);
        }
        TyKind::Struct(fields) => {
            out.push_str("struct {");
            for (i, f) in fields.iter().enumerate() {
                out.push_str(if i > 0 { "; " } else { " " });
                if !f.embedded {
                    out.push_str(f.name.as_str());
                    out.push(' ');
                }
                write_type(out, f.ty, depth + 1, pkg);
            }
            out.push_str(if fields.is_empty() { "}" } else { " }" });
        }
        TyKind::Signature(s) => {
            out.push_str("func(");
            for (i, p) in s.params.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match p.ty.unalias().kind() {
                    TyKind::Slice(t) if s.variadic && i + 1 == s.params.len() => {
                        out.push_str("...");
                        write_type(out, *t, depth + 1, pkg);
                    }
                    _ => write_type(out, p.ty, depth + 1, pkg),
                }
            }
            out.push(')');
            match &s.results[..] {
                [] => {}
                [one] => {
                    out.push(' ');
                    write_type(out, one.ty, depth + 1, pkg);
                }
                many => {
                    out.push_str(" (");
                    list(out, &mut many.iter().map(|p| p.ty));
                    out.push(')');
                }
            }
        }
        TyKind::Interface(i) => {
            if i.methods.is_empty() && i.embeds.is_empty() {
                out.push_str("interface {}");
                return;
            }
            out.push_str("interface {");
            let mut first = true;
            for m in i.methods.iter() {
                out.push_str(if first { " " } else { "; " });
                first = false;
                out.push_str(m.name.as_str());
                let mut sig = String::new();
                write_type(&mut sig, m.sig, depth + 1, pkg);
                out.push_str(sig.strip_prefix("func").unwrap_or(&sig));
            }
            for e in i.embeds.iter() {
                out.push_str(if first { " " } else { "; " });
                first = false;
                write_type(out, *e, depth + 1, pkg);
            }
            out.push_str(" }");
        }
        TyKind::Tuple(ps) => {
            out.push('(');
            list(out, &mut ps.iter().map(|p| p.ty));
            out.push(')');
        }
        TyKind::Union(terms) => {
            for (i, t) in terms.iter().enumerate() {
                if i > 0 {
                    out.push_str(" | ");
                }
                if t.tilde {
                    out.push('~');
                }
                write_type(out, t.ty, depth + 1, pkg);
            }
        }
        TyKind::TypeParam(p) => out.push_str(p.name.as_str()),
    }
}

/// The name of a basic type.
pub fn basic_name(b: Basic) -> &'static str {
    match b {
        Basic::Invalid => "invalid type",
        Basic::Bool => "bool",
        Basic::Int => "int",
        Basic::Int8 => "int8",
        Basic::Int16 => "int16",
        Basic::Int32 => "int32",
        Basic::Int64 => "int64",
        Basic::Uint => "uint",
        Basic::Uint8 => "uint8",
        Basic::Uint16 => "uint16",
        Basic::Uint32 => "uint32",
        Basic::Uint64 => "uint64",
        Basic::Uintptr => "uintptr",
        Basic::Float32 => "float32",
        Basic::Float64 => "float64",
        Basic::Complex64 => "complex64",
        Basic::Complex128 => "complex128",
        Basic::String => "string",
        Basic::UnsafePointer => "unsafe.Pointer",
        Basic::UntypedBool => "untyped bool",
        Basic::UntypedInt => "untyped int",
        Basic::UntypedRune => "untyped rune",
        Basic::UntypedFloat => "untyped float",
        Basic::UntypedComplex => "untyped complex",
        Basic::UntypedString => "untyped string",
        Basic::UntypedNil => "untyped nil",
    }
}

/// A basic type by its name.
pub fn basic_by_name(name: &str) -> Option<Basic> {
    Some(match name {
        "bool" => Basic::Bool,
        "int" => Basic::Int,
        "int8" => Basic::Int8,
        "int16" => Basic::Int16,
        "int32" | "rune" => Basic::Int32,
        "int64" => Basic::Int64,
        "uint" => Basic::Uint,
        "uint8" | "byte" => Basic::Uint8,
        "uint16" => Basic::Uint16,
        "uint32" => Basic::Uint32,
        "uint64" => Basic::Uint64,
        "uintptr" => Basic::Uintptr,
        "float32" => Basic::Float32,
        "float64" => Basic::Float64,
        "complex64" => Basic::Complex64,
        "complex128" => Basic::Complex128,
        "string" => Basic::String,
        _ => return None,
    })
}
