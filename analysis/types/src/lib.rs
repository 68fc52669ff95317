//! The Go type checker's core, in go/types' division of files: interned types, constants, scopes, declarations, inference,
//! generics, method sets, statements, error codes.
//!
//! It may never know salsa, files, packages' sources or the network: what lies outside the package being checked comes through
//! [`ctx::TyCtx`]. Checking never fails: it returns facts and errors, both with ranges relative to their declaration.
//!
//! Start reading at [`ty`] (types), [`facts`] (what checking yields), [`ctx`] (what checking asks for), then [`checker`] (the state that all
//! parts share).
//!
//! # Who calls whom
//! All parts are methods of [`checker::Checker`], in the file that go/types has them in. Those called across files:
//!
//! | file | methods |
//! |---|---|
//! | `under` | `under(&self, Ty) -> Ty`, `type_pairs(&self, Ty) -> Vec<Option<(Ty, Ty)>>` (go/types' `typeset`: `None` once if there is no specific type), `common_under(&self, Ty, cond: Option<&mut dyn FnMut(Option<(Ty, Ty)>) -> Result<(), String>>) -> Result<Ty, String>`, `core_type(&self, Ty) -> Option<Ty>` |
//! | `predicates` | `identical(&self, Ty, Ty) -> bool`, `identical_ignore_tags`, `comparable(&self, Ty) -> bool`, `comparable_type(&self, Ty, dynamic: bool) -> Result<(), String>`, `is_boolean/is_integer/is_unsigned/is_float/is_complex/is_numeric/is_string/is_const_type(&self, Ty)`, `all_boolean/all_integer/...(&self, Ty)`, `is_typed/is_untyped/is_untyped_numeric(Ty)`, `is_interface`, `is_non_type_param_interface`, `is_type_param(Ty)`, `is_generic`, `has_name(Ty)`, `is_type_lit(Ty)`, `has_nil`, `default_type(Ty) -> Ty`, `max_type` |
//! | `typeset` | `type_set(&self, interface: Ty) -> Arc<TypeSet>`, `type_param_iface(&self, Ty) -> Ty` |
//! | `lookup` | `lookup_field_or_method(&self, Ty, addressable, PkgKey, Name, fold_case) -> Lookup`, `method_sig(&mut self, &Method) -> Ty`, `missing_method`, `assertable_to`, `new_assertable_to(&mut self, v, t, &mut String) -> bool`, `deref(&self, Ty) -> (Ty, bool)`, `lookup_error` |
//! | `instantiate` | `instance(&mut self, generic: Ty, &[Ty]) -> Ty`, `verify(&mut self, &[Ty], &[Ty]) -> Result<(), (usize, String)>`, `implements(&mut self, v, t, constraint, &mut String) -> bool`, `validate_targ_len` |
//! | `subst` | `subst(&self, Ty, &Subst) -> Ty`, `Subst::new(&[Ty], &[Ty])` |
//! | `typexpr` | `ident(&mut self, &mut Operand, ExprId, want_type)`, `typ`, `var_type`, `generic_type(ExprId, &mut String)`, `type_list(&[ExprId]) -> Option<Vec<Ty>>`, `array_length` |
//! | `signature` | `func_type(&mut self, recv: Option<&'a [Field]>, &'a FuncType, ..) -> FuncInfo` |
//! | `decl` | `obj_decl(Obj)`, `decl_stmt(&'a GenDecl, is_const, ..)` |
//! | `typestring` | `ty_str(&self, Ty) -> String`, `entity_str` |
//! | `expr` | `expr(&mut self, target: Option<&Target>, &mut Operand, ExprId)`, `raw_expr`, `multi_expr`, `expr_or_type`, `use_exprs(&[ExprId])` |
//! | `assignments` | `init_const(Obj, &mut Operand)`, `init_var(Obj, &mut Operand, context: &str)`, `init_vars(&[Obj], &[ExprId], return_stmt: Option<StmtId>)` |
//! | `call` | `selector(&mut self, &mut Operand, ExprId, want_type)` |
//! | `stmt` | `func_body(&mut self, FuncInfo, &'a Block, iota: Option<Const>)`, `usage(ScopeId)` |
//! | `format` | `expr_str(&self, ExprId) -> String`, `operand_str(&self, &Operand) -> String` |

mod assignments;
mod binary;
mod builtins;
mod call;
pub mod check;
pub mod checker;
pub mod codes;
mod consts;
mod conversions;
pub mod ctx;
mod cycles;
mod decl;
pub mod expr;
pub mod facts;
mod format;
pub mod idmap;
mod index;
mod infer;
pub mod initorder;
pub mod instantiate;
mod interface;
pub mod konst;
mod labels;
mod literals;
pub mod lookup;
mod methodset;
pub mod mono;
pub mod named;
pub mod operand;
pub mod outside;
pub mod predicates;
mod printable;
pub mod quote;
mod range;
mod recording;
mod resolver;
mod returns;
mod scope;
mod signature;
pub mod sizes;
pub mod source;
mod stmt;
mod structs;
pub mod subst;
pub mod ty;
pub mod typeset;
pub mod typestring;
mod typexpr;
pub mod under;
mod unify;
mod union;
pub mod universe;
mod untyped;
mod validtype;
pub mod world;

pub use check::{check_body, check_package, literal_of_body};
pub use resolver::unused_imports;
