//! Questions about types: which kind they are of, whether they are identical or comparable.

use rustc_hash::FxHashSet;

use crate::checker::Checker;
use crate::subst::Subst;
use crate::ty::{Basic, Interface, Param, Signature, Ty, TyKind};
use crate::universe;

/// Properties of basic types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Info(u8);

impl Info {
    /// `bool`
    pub const BOOLEAN: Info = Info(1);
    /// Integers.
    pub const INTEGER: Info = Info(2);
    /// Unsigned integers.
    pub const UNSIGNED: Info = Info(4);
    /// Floats.
    pub const FLOAT: Info = Info(8);
    /// Complex numbers.
    pub const COMPLEX: Info = Info(16);
    /// Strings.
    pub const STRING: Info = Info(32);
    /// Untyped ones.
    pub const UNTYPED: Info = Info(64);
    /// What `<` is defined for.
    pub const ORDERED: Info = Info(2 | 8 | 32);
    /// Numbers.
    pub const NUMERIC: Info = Info(2 | 8 | 16);
    /// What constants can have.
    pub const CONST: Info = Info(1 | 2 | 8 | 16 | 32);

    /// Whether they share a property.
    pub const fn meets(self, other: Info) -> bool {
        self.0 & other.0 != 0
    }

    /// Both.
    pub const fn or(self, other: Info) -> Info {
        Info(self.0 | other.0)
    }
}

/// The properties of a basic type.
pub fn basic_info(basic: Basic) -> Info {
    use Basic::*;
    match basic {
        Invalid | UnsafePointer => Info(0),
        Bool => Info::BOOLEAN,
        Int | Int8 | Int16 | Int32 | Int64 => Info::INTEGER,
        Uint | Uint8 | Uint16 | Uint32 | Uint64 | Uintptr => Info::INTEGER.or(Info::UNSIGNED),
        Float32 | Float64 => Info::FLOAT,
        Complex64 | Complex128 => Info::COMPLEX,
        String => Info::STRING,
        UntypedBool => Info::BOOLEAN.or(Info::UNTYPED),
        UntypedInt | UntypedRune => Info::INTEGER.or(Info::UNTYPED),
        UntypedFloat => Info::FLOAT.or(Info::UNTYPED),
        UntypedComplex => Info::COMPLEX.or(Info::UNTYPED),
        UntypedString => Info::STRING.or(Info::UNTYPED),
        UntypedNil => Info::UNTYPED,
    }
}

/// Whether a type isn't invalid.
pub fn is_valid(ty: Ty) -> bool {
    !ty.is_invalid()
}

/// Whether a type is the type of an untyped operand.
pub fn is_untyped(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Basic(b) if basic_info(*b).meets(Info::UNTYPED))
}

/// Whether a type is not the type of an untyped operand.
pub fn is_typed(ty: Ty) -> bool {
    !is_untyped(ty)
}

/// Whether a type is untyped and numeric.
pub fn is_untyped_numeric(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Basic(b) if basic_info(*b).meets(Info::UNTYPED) && basic_info(*b).meets(Info::NUMERIC))
}

/// Whether a type is a type parameter.
pub fn is_type_param(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::TypeParam(_))
}

/// Whether a type has a name: predeclared, declared, or a type parameter.
pub fn has_name(ty: Ty) -> bool {
    matches!(ty.unalias().kind(), TyKind::Basic(_) | TyKind::Named { .. } | TyKind::TypeParam(_))
}

/// Whether a type is a type literal (not a name).
pub fn is_type_lit(ty: Ty) -> bool {
    !has_name(ty)
}

/// The type an untyped operand takes by default; of other types themselves.
pub fn default_type(ty: Ty) -> Ty {
    match ty.kind() {
        TyKind::Basic(Basic::UntypedBool) => Ty::basic(Basic::Bool),
        TyKind::Basic(Basic::UntypedInt) => Ty::basic(Basic::Int),
        TyKind::Basic(Basic::UntypedRune) => universe::rune(),
        TyKind::Basic(Basic::UntypedFloat) => Ty::basic(Basic::Float64),
        TyKind::Basic(Basic::UntypedComplex) => Ty::basic(Basic::Complex128),
        TyKind::Basic(Basic::UntypedString) => Ty::basic(Basic::String),
        _ => ty,
    }
}

/// The "larger" of two untyped numeric types, or the type that both are.
pub fn max_type(x: Ty, y: Ty) -> Option<Ty> {
    if x == y {
        return Some(x);
    }
    if !is_untyped_numeric(x) || !is_untyped_numeric(y) {
        return None;
    }
    match (x.kind(), y.kind()) {
        (TyKind::Basic(a), TyKind::Basic(b)) => Some(if a > b { x } else { y }),
        _ => None,
    }
}

impl<'a> Checker<'a> {
    fn basic_has(&self, ty: Ty, info: Info) -> bool {
        // Type parameters are never basic: their underlying type is an interface.
        match ty.unalias().kind() {
            TyKind::Basic(b) => basic_info(*b).meets(info),
            TyKind::Named { .. } => matches!(self.under(ty).kind(), TyKind::Basic(b) if basic_info(*b).meets(info)),
            _ => false,
        }
    }

    /// Whether all types that `ty` stands for are basic with the property.
    pub fn all_basic(&self, ty: Ty, info: Info) -> bool {
        if is_type_param(ty) {
            return self.under_is(ty, |u| matches!(u.map(Ty::kind), Some(TyKind::Basic(b)) if basic_info(*b).meets(info)));
        }
        self.basic_has(ty, info)
    }

    /// Whether the underlying type is a boolean.
    pub fn is_boolean(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::BOOLEAN)
    }
    /// Whether the underlying type is an integer.
    pub fn is_integer(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::INTEGER)
    }
    /// Whether the underlying type is an unsigned integer.
    pub fn is_unsigned(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::UNSIGNED)
    }
    /// Whether the underlying type is a float.
    pub fn is_float(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::FLOAT)
    }
    /// Whether the underlying type is complex.
    pub fn is_complex(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::COMPLEX)
    }
    /// Whether the underlying type is a number.
    pub fn is_numeric(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::NUMERIC)
    }
    /// Whether the underlying type is a string.
    pub fn is_string(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::STRING)
    }
    /// Whether the underlying type is an integer or a float.
    pub fn is_integer_or_float(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::INTEGER.or(Info::FLOAT))
    }
    /// Whether constants can have the type.
    pub fn is_const_type(&self, ty: Ty) -> bool {
        self.basic_has(ty, Info::CONST)
    }
    /// Whether all types it stands for are booleans.
    pub fn all_boolean(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::BOOLEAN)
    }
    /// Whether all types it stands for are integers.
    pub fn all_integer(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::INTEGER)
    }
    /// Whether all types it stands for are unsigned integers.
    pub fn all_unsigned(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::UNSIGNED)
    }
    /// Whether all types it stands for are numbers.
    pub fn all_numeric(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::NUMERIC)
    }
    /// Whether all types it stands for are strings.
    pub fn all_string(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::STRING)
    }
    /// Whether all types it stands for are ordered.
    pub fn all_ordered(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::ORDERED)
    }
    /// Whether all types it stands for are numbers or strings.
    pub fn all_numeric_or_string(&self, ty: Ty) -> bool {
        self.all_basic(ty, Info::NUMERIC.or(Info::STRING))
    }

    /// Whether the underlying type is an interface (type parameters included).
    pub fn is_interface(&self, ty: Ty) -> bool {
        match ty.unalias().kind() {
            TyKind::Interface(_) | TyKind::TypeParam(_) => true,
            TyKind::Named { .. } => matches!(self.under(ty).kind(), TyKind::Interface(_)),
            _ => false,
        }
    }

    /// Whether it is an interface and not a type parameter.
    pub fn is_non_type_param_interface(&self, ty: Ty) -> bool {
        !is_type_param(ty) && self.is_interface(ty)
    }

    /// Whether it is a type parameter whose type set is empty.
    pub fn has_empty_typeset(&self, ty: Ty) -> bool {
        is_type_param(ty) && self.type_set(self.type_param_iface(ty)).is_empty()
    }

    /// Whether it is a generic type that isn't instantiated.
    pub fn is_generic(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Alias { key, args, actual } => {
                if args.is_empty() && key.pkg.is_some() && !self.named_tparams(*key).is_empty() {
                    return true;
                }
                self.is_generic(*actual)
            }
            TyKind::Named { key, args } => args.is_empty() && !self.named_tparams(*key).is_empty(),
            _ => false,
        }
    }

    /// Whether values of the type can be compared, at run time at least.
    pub fn comparable(&self, ty: Ty) -> bool {
        self.comparable_type(ty, true).is_ok()
    }

    /// Whether values of the type can be compared, and if not, why (may be empty). With `dynamic`, interfaces always can.
    pub fn comparable_type(&self, ty: Ty, dynamic: bool) -> Result<(), String> {
        self.comparable_seen(ty, dynamic, &mut FxHashSet::default())
    }

    pub(crate) fn comparable_seen(&self, ty: Ty, dynamic: bool, seen: &mut FxHashSet<Ty>) -> Result<(), String> {
        if !seen.insert(ty) {
            return Ok(());
        }
        let under = self.under(ty);
        match under.kind() {
            TyKind::Basic(Basic::UntypedNil) => Err(String::new()),
            TyKind::Basic(_) | TyKind::Pointer(_) | TyKind::Chan { .. } => Ok(()),
            TyKind::Struct(fields) => match fields.iter().find(|f| self.comparable_seen(f.ty, dynamic, seen).is_err()) {
                Some(f) => Err(format!("struct containing {} cannot be compared", self.ty_str(f.ty))),
                None => Ok(()),
            },
            TyKind::Array { elem, .. } => {
                self.comparable_seen(*elem, dynamic, seen).map_err(|_| format!("{} cannot be compared", self.ty_str(ty)))
            }
            TyKind::Interface(_) => {
                if dynamic && !is_type_param(ty) {
                    return Ok(());
                }
                let set = self.type_set(under);
                if self.is_comparable_set(&set, seen) {
                    return Ok(());
                }
                let why = if set.is_empty() { "empty type set" } else { "incomparable types in type set" };
                Err(why.to_string())
            }
            _ => Err(String::new()),
        }
    }

    /// Whether `nil` is a value of the type.
    pub fn has_nil(&self, ty: Ty) -> bool {
        match self.under(ty).kind() {
            TyKind::Basic(b) => *b == Basic::UnsafePointer,
            TyKind::Slice(_) | TyKind::Pointer(_) | TyKind::Signature(_) | TyKind::Map { .. } | TyKind::Chan { .. } => true,
            TyKind::Interface(_) => !is_type_param(ty) || self.under_is(ty, |u| u.is_some_and(|u| self.has_nil(u))),
            _ => false,
        }
    }

    /// Whether two types are identical (Go spec, "Type identity").
    pub fn identical(&self, x: Ty, y: Ty) -> bool {
        self.identical_in(x, y, false, &mut Vec::new())
    }

    /// Whether two types are identical but for struct tags.
    pub fn identical_ignore_tags(&self, x: Ty, y: Ty) -> bool {
        self.identical_in(x, y, true, &mut Vec::new())
    }

    fn identical_in(&self, x: Ty, y: Ty, ignore_tags: bool, pairs: &mut Vec<(Ty, Ty)>) -> bool {
        let (x, y) = (self.resolve_pending(x.unalias()), self.resolve_pending(y.unalias()));
        if x == y || x.canonical() == y.canonical() {
            return true;
        }
        if pairs.len() > 200 {
            return false;
        }
        match (x.kind(), y.kind()) {
            (TyKind::Pointer(a), TyKind::Pointer(b)) | (TyKind::Slice(a), TyKind::Slice(b)) => {
                self.identical_in(*a, *b, ignore_tags, pairs)
            }
            (TyKind::Array { len: n, elem: a }, TyKind::Array { len: m, elem: b }) => {
                (*n < 0 || *m < 0 || n == m) && self.identical_in(*a, *b, ignore_tags, pairs)
            }
            (TyKind::Map { key: k, value: v }, TyKind::Map { key: l, value: w }) => {
                self.identical_in(*k, *l, ignore_tags, pairs) && self.identical_in(*v, *w, ignore_tags, pairs)
            }
            (TyKind::Chan { dir: d, elem: a }, TyKind::Chan { dir: e, elem: b }) => d == e && self.identical_in(*a, *b, ignore_tags, pairs),
            (TyKind::Struct(fs), TyKind::Struct(gs)) => {
                fs.len() == gs.len()
                    && fs.iter().zip(gs.iter()).all(|(f, g)| {
                        f.embedded == g.embedded
                            && (ignore_tags || f.tag == g.tag)
                            && Checker::same_id(f.pkg, f.name, g.pkg, g.name, false)
                            && self.identical_in(f.ty, g.ty, ignore_tags, pairs)
                    })
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => self.identical_params(a, b, ignore_tags, pairs),
            (TyKind::Signature(a), TyKind::Signature(b)) => self.identical_sigs(a, b, ignore_tags, pairs),
            (TyKind::Union(_), TyKind::Union(_)) => {
                let (a, b) = (self.union_terms(x), self.union_terms(y));
                self.terms_equal(&a, &b)
            }
            (TyKind::Interface(a), TyKind::Interface(b)) => self.identical_interfaces(x, a, y, b, ignore_tags, pairs),
            (TyKind::Named { key: a, args: xs }, TyKind::Named { key: b, args: ys }) => {
                a == b && xs.len() == ys.len() && xs.iter().zip(ys.iter()).all(|(s, t)| self.identical_in(*s, *t, ignore_tags, pairs))
            }
            _ => false,
        }
    }

    fn identical_params(&self, a: &[Param], b: &[Param], ignore_tags: bool, pairs: &mut Vec<(Ty, Ty)>) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(p, q)| self.identical_in(p.ty, q.ty, ignore_tags, pairs))
    }

    fn identical_sigs(&self, a: &Signature, b: &Signature, ignore_tags: bool, pairs: &mut Vec<(Ty, Ty)>) -> bool {
        if a.tparams.len() != b.tparams.len() || a.variadic != b.variadic {
            return false;
        }
        if a.tparams.is_empty() {
            return self.identical_params(&a.params, &b.params, ignore_tags, pairs)
                && self.identical_params(&a.results, &b.results, ignore_tags, pairs);
        }
        // Generic functions are identical if they are so with the type parameters of one replaced by those of the other.
        let subst = Subst::new(&b.tparams, &a.tparams);
        let bound = |p: Ty| match p.kind() {
            TyKind::TypeParam(key) => self.bound_of(*key).unwrap_or(Ty::invalid()),
            _ => Ty::invalid(),
        };
        let bounds_match = a
            .tparams
            .iter()
            .zip(b.tparams.iter())
            .all(|(p, q)| self.identical_in(bound(*p), self.subst(bound(*q), &subst), ignore_tags, pairs));
        let renamed = |ps: &[Param]| -> Vec<Param> { ps.iter().map(|p| Param { name: p.name, ty: self.subst(p.ty, &subst) }).collect() };
        bounds_match
            && self.identical_params(&a.params, &renamed(&b.params), ignore_tags, pairs)
            && self.identical_params(&a.results, &renamed(&b.results), ignore_tags, pairs)
    }

    fn identical_interfaces(&self, x: Ty, a: &Interface, y: Ty, b: &Interface, ignore_tags: bool, pairs: &mut Vec<(Ty, Ty)>) -> bool {
        if pairs.contains(&(x, y)) || pairs.contains(&(y, x)) {
            return true;
        }
        let _ = (a, b);
        let (s, t) = (self.type_set(x), self.type_set(y));
        if s.comparable != t.comparable || s.methods.len() != t.methods.len() {
            return false;
        }
        match (&s.terms, &t.terms) {
            (None, None) => {}
            (Some(p), Some(q)) if self.terms_equal(p, q) => {}
            _ => return false,
        }
        pairs.push((x, y));
        let same = s
            .methods
            .iter()
            .zip(&t.methods)
            .all(|(m, n)| Checker::same_id(m.pkg, m.name, n.pkg, n.name, false) && self.identical_in(m.sig, n.sig, ignore_tags, pairs));
        pairs.pop();
        same
    }

    /// The type that stands behind an alias used while it was being declared.
    pub fn resolve_pending(&self, ty: Ty) -> Ty {
        if let TyKind::Named { key, .. } = ty.kind()
            && let Some(Some(actual)) = self.pending_aliases.borrow().get(key)
        {
            return actual.unalias();
        }
        ty
    }
}
